/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "fault-client.h"

#include <stdio.h>
#include <string.h>

#include "csm-failpoint.h"
#include "csm-json.h"

/*
 * fault-client URL TOKEN DIRECTORY: an account without a window, to be killed. Reads a JSON object a line with the
 * command in "do", writes one a line: what came of it, or {"error": …, "code": …}. Begins with {"ready": true}.
 */

typedef struct
{
  CsmAccount *account;
  CsmCache   *cache;
  char       *directory;
  GMainLoop  *loop;
} Client;

static Client client;

/* Ends the answer to the command at hand. Takes @object. */
static void
say (JsonObject *object)
{
  g_autoptr (JsonObject) owned = object;
  g_autofree char *text = csm_json_write_object (owned);

  printf ("%s\n", text);
  fflush (stdout);
}

static void
say_error (GError *error)
{
  g_autoptr (GError) owned = error;
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "error", owned->message);
  json_object_set_string_member (object, "domain", g_quark_to_string (owned->domain));
  json_object_set_int_member (object, "code", owned->code);
  say (object);
}

static void
say_done (gboolean  done,
          GError   *error)
{
  JsonObject *object;

  if (error != NULL)
    {
      say_error (error);
      return;
    }
  object = json_object_new ();
  json_object_set_boolean_member (object, "done", done);
  say (object);
}

/* --- what a person does ----------------------------------------------------------------------------------------------- */

static void
on_performed (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (JsonArray) ids = user_data;
  GError *error = NULL;
  gint64 group = csm_cache_perform_finish (CSM_CACHE (source), result, &error);
  JsonObject *object;

  if (error != NULL)
    {
      say_error (error);
      return;
    }
  object = json_object_new ();
  json_object_set_int_member (object, "group", group);
  json_object_set_array_member (object, "ids", g_steal_pointer (&ids));
  say (object);
}

static void
do_perform (JsonObject *command)
{
  CsmIntent *intent = csm_intent_new (csm_json_get_string (command, "label"));
  JsonArray *steps = csm_json_get_array (command, "steps");
  JsonArray *ids = json_array_new ();

  for (guint i = 0; i < json_array_get_length (steps); i++)
    {
      JsonObject *step = json_array_get_object_element (steps, i);
      const char *kind = csm_json_get_string (step, "kind"), *id = csm_json_get_string (step, "id");
      CsmTypeId type = csm_record_type_by_name (csm_json_get_string (step, "type"))->id;

      if (g_str_equal (kind, "create"))
        {
          g_autofree char *made = csm_intent_create (intent, type, csm_json_copy_object (csm_json_get_object (step, "record")));

          json_array_add_string_element (ids, made);
          continue;
        }
      if (g_str_equal (kind, "update"))
        csm_intent_update (intent, type, id, csm_json_copy_object (csm_json_get_object (step, "patch")));
      else
        csm_intent_destroy (intent, type, id);
      json_array_add_string_element (ids, id);
    }
  csm_cache_perform_async (client.cache, intent, NULL, on_performed, ids);
}

static void
on_undone (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  GError *error = NULL;
  gboolean undone = csm_cache_undo_finish (CSM_CACHE (source), result, &error);

  say_done (undone, error);
}

static void
do_undo (JsonObject *command)
{
  csm_cache_undo_async (client.cache, csm_json_get_int (command, "group", 0), NULL, on_undone, NULL);
}

static void
on_resolved (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  GError *error = NULL;
  gboolean resolved = csm_cache_resolve_op_finish (CSM_CACHE (source), result, &error);

  say_done (resolved, error);
}

static void
do_resolve (JsonObject *command)
{
  const char *decision = csm_json_get_string (command, "decision");
  CsmOpDecision what = g_strcmp0 (decision, "drop") == 0      ? CSM_OP_DROP
                       : g_strcmp0 (decision, "confirm") == 0 ? CSM_OP_RETRY_CONFIRMED
                                                              : CSM_OP_RETRY;

  csm_cache_resolve_op_async (client.cache, csm_json_get_int (command, "seq", 0), what, NULL, on_resolved, NULL);
}

static void
on_draft_saved (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  GError *error = NULL;
  gboolean saved = csm_cache_save_draft_finish (CSM_CACHE (source), result, &error);

  say_done (saved, error);
}

static void
do_draft (JsonObject *command)
{
  csm_cache_save_draft_async (client.cache, csm_json_get_string (command, "caseId"), csm_json_get_string (command, "text"), NULL, on_draft_saved, NULL);
}

static void
on_attached (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  GError *error = NULL;
  JsonObject *attachment = csm_account_upload_finish (CSM_ACCOUNT (source), result, &error);
  JsonObject *object;

  if (attachment == NULL)
    {
      say_error (error);
      return;
    }
  object = json_object_new ();
  json_object_set_object_member (object, "attachment", attachment);
  say (object);
}

static void
do_attach (JsonObject *command)
{
  g_autoptr (GFile) file = g_file_new_for_path (csm_json_get_string (command, "path"));

  csm_account_upload_async (client.account, file, NULL, on_attached, NULL);
}

/* --- what is there ------------------------------------------------------------------------------------------------------ */

static void
on_outbox (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  GError *error = NULL;
  g_autoptr (GPtrArray) ops = csm_cache_list_outbox_finish (CSM_CACHE (source), result, &error);

  if (ops == NULL)
    say_error (error);
  else
    say (fault_client_describe_outbox (ops));
}

static void
do_outbox (JsonObject *command)
{
  csm_cache_list_outbox_async (client.cache, NULL, on_outbox, NULL);
}

static void
on_case (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  GError *error = NULL;
  g_autoptr (CsmCaseDetail) detail = csm_cache_load_case_finish (CSM_CACHE (source), result, &error);

  if (detail == NULL)
    say_error (error);
  else
    say (fault_client_describe_case (detail));
}

static void
do_case (JsonObject *command)
{
  csm_cache_load_case_async (client.cache, csm_json_get_string (command, "id"), CSM_TIME_NONE, 1000, NULL, on_case, NULL);
}

static void
do_dump (JsonObject *command)
{
  GError *error = NULL;
  JsonObject *object = fault_client_dump (client.directory, &error);

  if (object != NULL)
    say (object);
  else
    say_error (error);
}

static void
do_views (JsonObject *command)
{
  GError *error = NULL;
  JsonObject *object = fault_client_views (client.directory, csm_record_type_by_name (csm_json_get_string (command, "type")), &error);

  if (object != NULL)
    say (object);
  else
    say_error (error);
}

static void
do_replaced (JsonObject *command)
{
  GError *error = NULL;
  JsonObject *object = fault_client_replaced (client.directory, csm_json_get_int (command, "group", 0), &error);

  if (object != NULL)
    say (object);
  else
    say_error (error);
}

static void
do_check (JsonObject *command)
{
  GError *error = NULL;
  JsonObject *object = fault_client_check (client.directory, &error);

  if (object != NULL)
    say (object);
  else
    say_error (error);
}

static void
on_lost (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  GError *error = NULL;
  g_autoptr (GPtrArray) lost = csm_account_list_lost_finish (CSM_ACCOUNT (source), result, &error);

  if (lost == NULL)
    say_error (error);
  else
    say (fault_client_describe_lost (lost));
}

static void
do_lost (JsonObject *command)
{
  csm_account_list_lost_async (client.account, NULL, on_lost, NULL);
}

static void
on_restored (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  GError *error = NULL;
  gboolean restored = csm_account_restore_lost_finish (CSM_ACCOUNT (source), result, &error);

  say_done (restored, error);
}

static void
do_restore_lost (JsonObject *command)
{
  csm_account_restore_lost_async (client.account, NULL, on_restored, NULL);
}

static void
on_exported (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  GError *error = NULL;
  gboolean exported = csm_cache_export_outbox_finish (CSM_CACHE (source), result, &error);

  say_done (exported, error);
}

static void
do_export (JsonObject *command)
{
  g_autoptr (GFile) file = g_file_new_for_path (csm_json_get_string (command, "path"));

  csm_cache_export_outbox_async (client.cache, file, NULL, on_exported, NULL);
}

static void
do_status (JsonObject *command)
{
  say (fault_client_describe_account (client.account));
}

/* --- waiting --------------------------------------------------------------------------------------------------------------- */

typedef struct
{
  char    *state;   /* wanted; NULL: any */
  gboolean empty;   /* nothing may wait in the outbox but what is parked */
  gint64   deadline;
  gboolean reading;
} Wait;

static void
end_wait (Wait     *wait,
          gboolean  met)
{
  JsonObject *object = fault_client_describe_account (client.account);

  json_object_set_boolean_member (object, "met", met);
  g_free (wait->state);
  g_free (wait);
  say (object);
}

static gboolean look (gpointer data);

static void
on_looked (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  Wait *wait = user_data;
  g_autoptr (GPtrArray) ops = csm_cache_list_outbox_finish (CSM_CACHE (source), result, NULL);
  gboolean empty = ops != NULL;

  for (guint i = 0; ops != NULL && i < ops->len; i++)
    empty = empty && ((CsmOperation *) g_ptr_array_index (ops, i))->state == CSM_OP_PARKED;
  if (empty && g_strcmp0 (fault_client_state_name (client.account), wait->state) == 0)
    end_wait (wait, TRUE);
  else if (g_get_monotonic_time () > wait->deadline)
    end_wait (wait, FALSE);
  else
    g_timeout_add (10, look, wait);
}

static gboolean
look (gpointer data)
{
  Wait *wait = data;
  gboolean in_state = wait->state == NULL || g_str_equal (fault_client_state_name (client.account), wait->state);

  if (in_state && wait->empty)
    csm_cache_list_outbox_async (client.cache, NULL, on_looked, wait);
  else if (in_state)
    end_wait (wait, TRUE);
  else if (g_get_monotonic_time () > wait->deadline)
    end_wait (wait, FALSE);
  else
    return G_SOURCE_CONTINUE;
  return G_SOURCE_REMOVE;
}

/* Until the account is in a "state"; "quiet" is synced with nothing to send. */
static void
do_wait (JsonObject *command)
{
  const char *state = csm_json_get_string (command, "state");
  Wait *wait = g_new0 (Wait, 1);

  wait->empty = g_strcmp0 (state, "quiet") == 0;
  wait->state = g_strdup (wait->empty ? "synced" : state);
  wait->deadline = g_get_monotonic_time () + csm_json_get_int (command, "seconds", 30) * G_USEC_PER_SEC;
  g_timeout_add (10, look, wait);
}

/* --- the account ----------------------------------------------------------------------------------------------------------- */

static void
do_start (JsonObject *command)
{
  csm_account_start (client.account);
  say_done (TRUE, NULL);
}

static void
do_stop (JsonObject *command)
{
  csm_account_stop (client.account);
  say_done (TRUE, NULL);
}

static void
do_retry (JsonObject *command)
{
  csm_account_retry_now (client.account);
  say_done (TRUE, NULL);
}

static void
do_token (JsonObject *command)
{
  csm_account_set_token (client.account, csm_json_get_string (command, "token"));
  say_done (TRUE, NULL);
}

static void
do_clock (JsonObject *command)
{
#if CSM_FAILPOINTS
  csm_fault_set_clock (csm_json_get_int (command, "seconds", 0) * G_USEC_PER_SEC);
#endif
  say_done (TRUE, NULL);
}

static void
do_arm (JsonObject *command)
{
#if CSM_FAILPOINTS
  csm_failpoint_arm (csm_json_get_string (command, "point"));
#endif
  say_done (TRUE, NULL);
}

static void
do_quit (JsonObject *command)
{
  g_main_loop_quit (client.loop);
}

static const struct
{
  const char *name;
  void (*func) (JsonObject *command);
} commands[] = {
  { "perform", do_perform }, { "undo", do_undo }, { "resolve", do_resolve }, { "draft", do_draft },
  { "attach", do_attach }, { "outbox", do_outbox }, { "case", do_case }, { "dump", do_dump }, { "views", do_views }, { "replaced", do_replaced },
  { "check", do_check }, { "status", do_status }, { "wait", do_wait }, { "start", do_start },
  { "stop", do_stop }, { "retry", do_retry }, { "token", do_token }, { "clock", do_clock },
  { "lost", do_lost }, { "restore-lost", do_restore_lost }, { "export", do_export }, { "arm", do_arm }, { "quit", do_quit },
};

static void read_line (GDataInputStream *input);

static void
on_line (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  GDataInputStream *input = G_DATA_INPUT_STREAM (source);
  g_autofree char *line = g_data_input_stream_read_line_finish (input, result, NULL, NULL);
  g_autoptr (JsonObject) command = line != NULL ? csm_json_parse_object (line, -1, NULL) : NULL;
  const char *name = csm_json_get_string (command, "do");

  if (name == NULL)
    {
      g_main_loop_quit (client.loop);
      return;
    }
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      if (!g_str_equal (commands[i].name, name))
        continue;
      commands[i].func (command);
      read_line (input);
      return;
    }
  g_error ("no such command: %s", name);
}

static void
read_line (GDataInputStream *input)
{
  g_data_input_stream_read_line_async (input, G_PRIORITY_DEFAULT, NULL, on_line, NULL);
}

/* The server's port of the URL is connected to as to a server on this computer: such a client comes back at once. */
static GSocketConnectable *
parse_remote (const char *url)
{
  g_autoptr (GUri) uri = g_uri_parse (url, G_URI_FLAGS_NONE, NULL);
  g_autoptr (GInetAddress) address = NULL;

  g_assert_nonnull (uri);
  address = g_inet_address_new_from_string (g_uri_get_host (uri));
  return G_SOCKET_CONNECTABLE (g_inet_socket_address_new (address, (guint16) g_uri_get_port (uri)));
}

int
main (int   argc,
      char *argv[])
{
  g_autoptr (GInputStream) standard = g_unix_input_stream_new (0, FALSE);
  g_autoptr (GDataInputStream) input = g_data_input_stream_new (standard);
  g_autoptr (GSocketConnectable) remote = NULL;
  JsonObject *ready = json_object_new ();

  g_assert_cmpint (argc, ==, 4);
  remote = parse_remote (argv[1]);
  client.loop = g_main_loop_new (NULL, FALSE);
  client.directory = argv[3];
  client.account = csm_account_new (argv[1], remote, argv[2], argv[3]);
  client.cache = csm_account_get_cache (client.account);
  json_object_set_boolean_member (ready, "ready", TRUE);
  say (ready);
  read_line (input);
  g_main_loop_run (client.loop);

  csm_account_stop (client.account);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (client.account);
  g_main_loop_unref (client.loop);
  return 0;
}
