/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-account-ask.h"
#include "csm-test-client.h"

#include <string.h>

#include "csm-error.h"
#include "csm-json.h"

/* An app that asks the real server. */

static CsmTestWorkspace *workspace;
static CsmTestServer *server;

typedef struct
{
  gboolean  done;
  JsonNode *answer;
  GError   *error;
} Asked;

static void
answered (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  Asked *asked = user_data;

  asked->answer = csm_account_ask_finish (CSM_ACCOUNT (source), result, &asked->error);
  asked->done = TRUE;
}

static Asked
ask (CsmAccount   *account,
     const char   *name,
     const char   *arguments,
     GCancellable *cancellable)
{
  g_autoptr (JsonObject) object = csm_test_json ("%s", arguments);
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  Asked asked = { 0 };

  json_node_set_object (node, object);
  csm_account_ask_async (account, name, node, cancellable, answered, &asked);
  csm_test_wait (&asked.done);
  if (asked.error != NULL)
    g_test_message ("%s", asked.error->message);
  return asked;
}

static void
assert_error (Asked  asked,
              GQuark domain,
              int    code)
{
  g_assert_null (asked.answer);
  g_assert_error (asked.error, domain, code);
  g_clear_error (&asked.error);
}

static void
note_state (CsmAccount *account,
            GParamSpec *pspec,
            gboolean   *synced)
{
  *synced = csm_account_get_state (account) == CSM_ACCOUNT_SYNCED;
}

static CsmAccount *
open_account (const CsmTestPerson *person)
{
  g_autofree char *directory = g_build_filename (workspace->base, person->id, NULL);
  CsmAccount *account = csm_account_new (csm_test_server_get_url (server), NULL, person->token, directory);
  gboolean synced = FALSE;

  g_signal_connect (account, "notify::state", G_CALLBACK (note_state), &synced);
  csm_account_start (account);
  csm_test_wait (&synced);
  g_signal_handlers_disconnect_by_data (account, &synced);
  return account;
}

static void
test_ask (void)
{
  g_autoptr (CsmAccount) admin = open_account (&workspace->admin);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Asked found = ask (admin, "mailbox/find", "{'address':'shop@posteo.de'}", NULL);
  JsonArray *candidates;

  g_assert_no_error (found.error);
  candidates = csm_json_get_array (json_node_get_object (found.answer), "candidates");
  csm_assert_text (json_array_get_object_element (candidates, 0), "imap/host", "posteo.de");
  json_node_unref (found.answer);
  assert_error (ask (admin, "mailbox/find", "{'address':'shop'}", NULL), CSM_ERROR, CSM_ERROR_INVALID);
  assert_error (ask (admin, "mailbox/settings", "{'id':'h01H0000000000000000000000A'}", NULL), CSM_ERROR, CSM_ERROR_NOT_FOUND);
  assert_error (ask (admin, "mailbox/dream", "{}", NULL), CSM_ERROR, CSM_ERROR_FAILED);
  g_cancellable_cancel (cancellable);
  assert_error (ask (admin, "mailbox/find", "{'address':'shop@posteo.de'}", cancellable), G_IO_ERROR, G_IO_ERROR_CANCELLED);
  csm_account_stop (admin);
}

/* As many addresses as the app asks for at once are no more than the server takes, and what it answers is what the app reads. */
static void
test_message (void)
{
  g_autoptr (CsmAccount) agent = open_account (&workspace->agent);
  g_autoptr (GString) urls = g_string_new (NULL);
  g_autofree char *question = NULL, *of_message = g_strdup_printf ("{'id':'%s'}", (char *) workspace->messages->pdata[0]);
  Asked loaded;

  for (guint i = 0; i < 50; i++)
    g_string_append_printf (urls, "%s'https://pictures.example/%u.png'", i > 0 ? "," : "", i);
  question = g_strdup_printf ("{'id':'%s','urls':[%s]}", (char *) workspace->messages->pdata[0], urls->str);
  loaded = ask (agent, "message/images", question, NULL);
  g_assert_no_error (loaded.error);
  g_assert_nonnull (csm_json_get_object (json_node_get_object (loaded.answer), "images"));
  json_node_unref (loaded.answer);
  assert_error (ask (agent, "message/unsubscribe", of_message, NULL), CSM_ERROR, CSM_ERROR_NOT_FOUND);
  csm_account_stop (agent);
}

/* The sentence is the server's. */
static void
test_forbidden (void)
{
  g_autoptr (CsmAccount) agent = open_account (&workspace->agent);
  Asked refused = ask (agent, "mailbox/find", "{'address':'shop@posteo.de'}", NULL);

  g_assert_nonnull (strstr (refused.error->message, "admin"));
  assert_error (refused, CSM_ERROR, CSM_ERROR_FORBIDDEN);
  csm_account_stop (agent);
}

/* Nothing is kept for later. */
static void
test_offline (void)
{
  g_autofree char *directory = g_build_filename (workspace->base, "offline", NULL);
  g_autoptr (CsmAccount) account = csm_account_new ("http://127.0.0.1:1", NULL, "x", directory);

  assert_error (ask (account, "mailbox/find", "{'address':'shop@posteo.de'}", NULL), G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED);
  csm_account_stop (account);
}

int
main (int   argc,
      char *argv[])
{
  int result;

  g_test_init (&argc, &argv, NULL);
  workspace = csm_test_workspace_new (1);
  server = csm_test_server_new (workspace->directory, NULL);
  g_test_add_func ("/account-ask/ask", test_ask);
  g_test_add_func ("/account-ask/message", test_message);
  g_test_add_func ("/account-ask/forbidden", test_forbidden);
  g_test_add_func ("/account-ask/offline", test_offline);
  result = g_test_run ();
  csm_test_server_free (server);
  csm_test_workspace_free (workspace);
  return result;
}
