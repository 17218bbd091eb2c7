/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "channel-test.h"

#include <glib/gstdio.h>
#include <string.h>

#include "csm-db-conn.h"
#include "csm-json.h"
#include "csm-mail-import.h"
#include "csm-reply-token.h"
#include "csm-sender.h"

/* Mails as they come over the wire, through the real reader. */

static void
deliver (Workspace  *workspace,
         const char *head,
         const char *body)
{
  g_autofree char *text = g_strconcat (head, "\n", body, NULL);
  g_autoptr (GBytes) raw = g_bytes_new (text, strlen (text));
  GError *error = NULL;

  csm_mail_deliver (workspace->store, workspace->channel, raw, channel_test_reader (), &error);
  g_assert_no_error (error);
}

/* The message with that Message-ID, of several any. */
static JsonObject *
find (Workspace  *workspace,
      const char *rfc_id)
{
  static const char *const directions[] = { "in", "out" };

  for (guint d = 0; d < G_N_ELEMENTS (directions); d++)
    {
      g_autoptr (GPtrArray) ids = workspace_ids (workspace, CSM_TYPE_ID_MESSAGE, "direction", directions[d]);

      for (guint i = 0; i < ids->len; i++)
        {
          g_autoptr (JsonObject) message = workspace_get (workspace, CSM_TYPE_ID_MESSAGE, g_ptr_array_index (ids, i));

          if (g_strcmp0 (csm_json_get_string (message, "messageId"), rfc_id) == 0)
            return g_steal_pointer (&message);
        }
    }
  g_error ("there is no %s", rfc_id);
}

static void
assert_lane (Workspace  *workspace,
             const char *rfc_id,
             const char *lane,
             const char *automatic)
{
  g_autoptr (JsonObject) message = find (workspace, rfc_id);
  g_autoptr (JsonObject) case_ = workspace_get (workspace, CSM_TYPE_ID_CASE, csm_json_get_string (message, "caseId"));

  g_assert_cmpstr (csm_json_get_string (case_, "lane"), ==, lane);
  g_assert_cmpstr (csm_json_get_string (message, "automatic"), ==, automatic);
}

static gboolean
in_one_case (Workspace  *workspace,
             const char *a,
             const char *b)
{
  g_autoptr (JsonObject) x = find (workspace, a);
  g_autoptr (JsonObject) y = find (workspace, b);

  return g_strcmp0 (csm_json_get_string (x, "caseId"), csm_json_get_string (y, "caseId")) == 0;
}

#define JONAS "From: Jonas Weber <jonas@example.net>\nTo: support@fernweh.example.com\nSubject: A broken zip\n"

static void
test_kinds (Workspace     *workspace,
            gconstpointer  data)
{
  static const struct { const char *id; const char *head; const char *lane; const char *automatic; } rows[] = {
    { "1@x", JONAS "Message-ID: <1@x>\nAuto-Submitted: No (human)\n", "conversation", NULL },
    { "2@x", JONAS "Message-ID: <2@x>\nAuto-Submitted: auto-notified; owner-email=\"jonas@example.net\"\n", "notification", "notification" },
    { "3@x", JONAS "Message-ID: <3@x>\nAuto-Submitted: auto-replied (vacation)\nList-Id: <talk.example.org>\nPrecedence: list\n", "automatic", "reply" },
    { "4@x", JONAS "Message-ID: <4@x>\nReply-To: other@example.org\n", "conversation", NULL },
    { "5@x", JONAS "Message-ID: <5@x>\nList-Unsubscribe: <https://example.net/u>\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\n", "newsletter", "newsletter" },
    { "6@x", JONAS "Message-ID: <6@x>\nX-Spam-Status: Yes, score=12.0 required=5.0\n", "spam", NULL },
  };
  g_autoptr (JsonObject) reply_to = NULL, list = NULL;
  g_autoptr (JsonObject) customer = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      deliver (workspace, rows[i].head, "Good morning\n");
      assert_lane (workspace, rows[i].id, rows[i].lane, rows[i].automatic);
    }
  reply_to = find (workspace, "4@x");
  g_assert_true (csm_json_has_key (reply_to, "warnings", "replyToDiffers"));
  customer = workspace_get (workspace, CSM_TYPE_ID_CUSTOMER, csm_json_get_string (reply_to, "customerId"));
  g_assert_true (csm_json_has_key (customer, "identities", "email:jonas@example.net") ||
                 csm_json_get_object (csm_json_get_object (customer, "identities"), "email:jonas@example.net") != NULL);
  list = find (workspace, "5@x");
  g_assert_true (csm_json_get_boolean (csm_json_get_object (list, "unsubscribe"), "oneClick"));
  workspace_assert_clean (workspace);
}

/* One Message-ID, two mails; one to oneself; references without end; and answers to a colleague's Outlook. */
static void
test_threads (Workspace     *workspace,
              gconstpointer  data)
{
  g_autoptr (GString) head = g_string_new (JONAS "Message-ID: <long@x>\nReferences: <a@x>");
  g_autoptr (GPtrArray) ids = NULL;

  deliver (workspace, JONAS "Message-ID: <same@x>\n", "One\n");
  deliver (workspace, JONAS "Message-ID: <same@x>\n", "One\n");
  deliver (workspace, JONAS "Message-ID: <same@x>\n", "Another\n");
  ids = workspace_ids (workspace, CSM_TYPE_ID_MESSAGE, "direction", "in");
  g_assert_cmpuint (ids->len, ==, 2);
  deliver (workspace, JONAS "Message-ID: <a@x>\n", "One\n");
  for (guint i = 0; i < 299; i++)
    g_string_append_printf (head, "\n <%u@elsewhere.example.org>", i);
  g_string_append_c (head, '\n');
  deliver (workspace, head->str, "Two\n");
  g_assert_true (in_one_case (workspace, "a@x", "long@x"));

  deliver (workspace, "From: support@fernweh.example.com\nTo: support@fernweh.example.com\nSubject: Form\nMessage-ID: <self@x>\n", "From a form\n");
  assert_lane (workspace, "self@x", "conversation", NULL);

  deliver (workspace, "From: Ana Reyes <ana.reyes@fernweh.example.com>\nTo: jonas@example.net\nCc: support@fernweh.example.com\nSubject: Re: A broken zip\n"
           "In-Reply-To: <a@x>\nMessage-ID: <outlook@fernweh.example.com>\nX-Mailer: Microsoft Outlook 16.0\n", "Send it in.\n");
  deliver (workspace, JONAS "Message-ID: <after@x>\nIn-Reply-To: <outlook@fernweh.example.com>\n", "I did.\n");
  g_assert_true (in_one_case (workspace, "long@x", "outlook@fernweh.example.com"));
  g_assert_true (in_one_case (workspace, "long@x", "after@x"));
  workspace_assert_clean (workspace);
}

static void
test_trackers (Workspace     *workspace,
               gconstpointer  data)
{
  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *head = g_strdup_printf ("From: \"Priya (Jira)\" <jira@tracker.example.org>\nTo: support@fernweh.example.com\n"
                                               "Message-ID: <JIRA.42.%u@Atlassian.JIRA>\nIn-Reply-To: <JIRA.42.1@Atlassian.JIRA>\n"
                                               "References: <JIRA.42.1@Atlassian.JIRA> <JIRA.42.1.2@tracker.example.org>\nSubject: [JIRA] (ZIP-%u) Zip\n"
                                               "Precedence: bulk\nAuto-Submitted: auto-generated\nX-JIRA-FingerPrint: 7\n", 1000 + i, i);

      deliver (workspace, head, "Priya commented\n");
    }
  assert_lane (workspace, "JIRA.42.1002@Atlassian.JIRA", "notification", "notification");
  g_assert_true (in_one_case (workspace, "JIRA.42.1000@Atlassian.JIRA", "JIRA.42.1002@Atlassian.JIRA"));
  g_assert_cmpuint (workspace_count (workspace, CSM_TYPE_ID_CASE), ==, 1);
}

static void
test_newsletter_replies (Workspace     *workspace,
                         gconstpointer  data)
{
  deliver (workspace, "From: support@fernweh.example.com\nTo: support@fernweh.example.com\nMessage-ID: <news@x>\nSubject: Spring\n", "News\n");
  for (guint i = 0; i < 10; i++)
    {
      g_autofree char *head = g_strdup_printf ("From: r%u@example.org\nTo: support@fernweh.example.com\nMessage-ID: <r%u@x>\nIn-Reply-To: <news@x>\n"
                                               "Subject: Re: Spring\n", i, i);

      deliver (workspace, head, "Thank you\n");
    }
  g_assert_cmpuint (workspace_count (workspace, CSM_TYPE_ID_CASE), ==, 11);
}

typedef struct
{
  const char *kind;
  const char *id;
} Token;

static gpointer
make_token (CsmTxn        *txn,
            gpointer       input,
            GCancellable  *cancellable,
            GError       **error)
{
  Token *token = input;

  return csm_reply_token_address (txn, "support@fernweh.example.com", token->kind, token->id, error);
}

static char *
token_for (Workspace  *workspace,
           const char *kind,
           const char *id)
{
  Token token = { kind, id };
  GError *error = NULL;
  char *tagged = csm_store_run (workspace->store, TRUE, make_token, &token, &error);

  g_assert_no_error (error);
  return tagged;
}

/* The usual form; one whose Content-Type forgets what kind of report it is; one that only its address ties. */
static void
test_reports (Workspace     *workspace,
              gconstpointer  data)
{
  static const char format[] =
    "--b\nContent-Type: text/plain\n\nIt could not be delivered.\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.net\n\n"
    "Original-Recipient: rfc822;jonas@example.net\nFinal-Recipient: rfc822;j.weber@inner.example.net\nAction: failed\nStatus: %s\n"
    "Diagnostic-Code: smtp; 550 no such user\n%s--b--\n";
  static const char original[] = "--b\nContent-Type: text/rfc822-headers\n\nMessage-ID: <sent@fernweh.example.com>\nSubject: Re: A broken zip\n";
  static const char head[] = "From: MAILER-DAEMON@mx.example.net\nTo: %s\nReturn-Path: <>\nMessage-ID: <%s@mx>\nSubject: Undelivered\n"
                             "Content-Type: multipart/%s; boundary=b\n";
  static const char *const types[] = { "report; report-type=delivery-status", "report", "mixed" };
  g_autoptr (JsonObject) sent = NULL, customer = NULL, again = NULL;
  g_autofree char *tagged = NULL;
  g_autofree char *lone_head = NULL;
  g_autofree char *lone = g_strdup_printf (format, "4.4.1", "\n");
  g_autofree char *full = g_strdup_printf (format, "5.1.1", original);
  JsonObject *recipients;

  deliver (workspace, JONAS "Message-ID: <a@x>\n", "One\n");
  deliver (workspace, "From: ana.reyes@fernweh.example.com\nTo: jonas@example.net\nMessage-ID: <sent@fernweh.example.com>\nIn-Reply-To: <a@x>\nSubject: Re\n", "Two\n");
  sent = find (workspace, "sent@fernweh.example.com");
  tagged = token_for (workspace, CSM_REPLY_TOKEN_BOUNCE, csm_json_get_string (sent, "id"));
  lone_head = g_strdup_printf (head, tagged, "lone", types[0]);
  deliver (workspace, lone_head, lone);
  g_assert_true (in_one_case (workspace, "lone@mx", "a@x"));
  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    {
      g_autofree char *id = g_strdup_printf ("r%u", i);
      g_autofree char *rfc_id = g_strconcat (id, "@mx", NULL);
      g_autofree char *text = g_strdup_printf (head, "support@fernweh.example.com", id, types[i]);

      deliver (workspace, text, full);
      assert_lane (workspace, rfc_id, "conversation", "bounce");
    }
  again = find (workspace, "sent@fernweh.example.com");
  recipients = csm_json_get_object (csm_json_get_object (again, "delivery"), "recipients");
  g_assert_cmpuint (json_object_get_size (recipients), ==, 1);
  g_assert_cmpstr (csm_json_get_string (csm_json_get_object (recipients, "jonas@example.net"), "state"), ==, "failed");
  customer = workspace_get (workspace, CSM_TYPE_ID_CUSTOMER, csm_json_get_string (again, "customerId"));
  g_assert_nonnull (csm_json_get_object (csm_json_get_object (csm_json_get_object (customer, "identities"), "email:jonas@example.net"), "undeliverable"));
  g_assert_cmpuint (workspace_count (workspace, CSM_TYPE_ID_CASE), ==, 1);
  workspace_assert_clean (workspace);
}

/* The token may be only where the last server noted whom the mail was for. */
static void
test_token (Workspace     *workspace,
            gconstpointer  data)
{
  g_autoptr (JsonObject) first = NULL, answer = NULL;
  g_autofree char *tagged = NULL;
  g_autofree char *head = NULL;

  deliver (workspace, JONAS "Message-ID: <a@x>\n", "One\n");
  first = find (workspace, "a@x");
  tagged = token_for (workspace, CSM_REPLY_TOKEN_CONVERSATION, csm_json_get_string (first, "conversationId"));
  head = g_strdup_printf ("Delivered-To: %s\nFrom: jonas@example.net\nTo: Support <%s>\nCc: priya@example.org\nSubject: Re\nMessage-ID: <b@x>\n", tagged, tagged);
  deliver (workspace, head, "Two\n");
  g_assert_true (in_one_case (workspace, "a@x", "b@x"));
  answer = find (workspace, "b@x");
  g_assert_cmpstr (csm_json_get_string (json_array_get_object_element (csm_json_get_array (answer, "to"), 0), "address"), ==, "support@fernweh.example.com");
}

/* Whatever a mail meets that can't be read, it is kept with its original, and the next one comes in. */
static void
test_damaged (Workspace     *workspace,
              gconstpointer  data)
{
  static const char *const damages[] = {
    "UPDATE message SET json = '{' WHERE json ->> '$.messageId' = 'a@x'",
    "UPDATE case_ SET json = '{'",
    "UPDATE conversation SET json = '{'",
    "UPDATE rule SET json = '{'",
    "UPDATE customer SET json = '{' WHERE json LIKE '%jonas%'",
  };
  g_autofree char *path = g_build_filename (workspace->base, "data", "casement.db", NULL);

  deliver (workspace, JONAS "Message-ID: <a@x>\n", "One\n");
  for (guint i = 0; i < G_N_ELEMENTS (damages); i++)
    {
      g_autofree char *head = g_strdup_printf (JONAS "Message-ID: <b%u@x>\nIn-Reply-To: <a@x>\n", i);
      GError *error = NULL;
      g_autoptr (CsmDbConn) conn = csm_db_conn_open (path, FALSE, &error);
      guint before = workspace_count (workspace, CSM_TYPE_ID_MESSAGE);

      g_assert_no_error (error);
      csm_db_conn_exec (conn, damages[i], &error);
      g_assert_no_error (error);
      g_clear_pointer (&conn, csm_db_conn_free);
      deliver (workspace, head, "Two\n");
      deliver (workspace, head, "Two\n");
      g_assert_cmpuint (workspace_count (workspace, CSM_TYPE_ID_MESSAGE), ==, before + 1);
    }
}

static gpointer
switch_on (CsmTxn        *txn,
           gpointer       input,
           GCancellable  *cancellable,
           GError       **error)
{
  Workspace *workspace = input;
  const CsmRecordType *type = csm_record_type_get (CSM_TYPE_ID_CHANNEL);
  g_autoptr (JsonObject) channel = csm_txn_get (txn, CSM_ACCOUNT_WORKSPACE, type, workspace->channel, error);

  json_object_set_object_member (channel, "acknowledgement", channel_test_json ("{'enabled':true,'language':'en','texts':{'en':'Hello {name}, it has come.'}}"));
  json_object_set_boolean_member (channel, "plusAddressing", TRUE);
  csm_txn_update (txn, CSM_ACCOUNT_WORKSPACE, type, workspace->channel, channel, error);
  return NULL;
}

static gboolean
give_up (gpointer user_data)
{
  g_error ("waited too long");
  return G_SOURCE_REMOVE;
}

static gboolean
tick (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

static char *
read_first (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;
  char *text = NULL;

  while (text == NULL && dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (!g_file_get_contents (path, &text, NULL, NULL) || strstr (text, "it has come") == NULL)
        g_clear_pointer (&text, g_free);
    }
  return text;
}

/* From the mail to the answer on its way, while the one who sends waits for nothing but a change; marked as RFC 3834 wants it. */
static void
test_acknowledged (Workspace     *workspace,
                   gconstpointer  data)
{
  g_autofree char *sink = g_build_filename (workspace->base, "sink", NULL);
  g_autofree char *command = g_strdup_printf ("'%s' accept '%s'", g_getenv ("CASEMENT_FAKE_SENDMAIL"), sink);
  g_autoptr (CsmSender) sender = csm_sender_new (workspace->store);
  guint limit = g_timeout_add_seconds (60, give_up, NULL), ticker = g_timeout_add (20, tick, NULL);
  g_autofree char *sent = NULL;
  GError *error = NULL;

  g_mkdir (sink, 0700);
  workspace_set_command (workspace, command);
  csm_store_run (workspace->store, TRUE, switch_on, workspace, &error);
  g_assert_no_error (error);
  csm_sender_start (sender);
  while (!csm_sender_is_idle (sender))
    g_main_context_iteration (NULL, TRUE);
  deliver (workspace, "Return-Path: <jonas@example.net>\n" JONAS "Message-ID: <a@x>\n", "One\n");
  while ((sent = read_first (sink)) == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (limit);
  g_source_remove (ticker);
  csm_sender_stop (sender);
  g_assert_nonnull (strstr (sent, "Hello Jonas Weber, it has come."));
  g_assert_nonnull (strstr (sent, "Auto-Submitted: auto-replied"));
  g_assert_nonnull (strstr (sent, "X-Auto-Response-Suppress: All"));
  g_assert_nonnull (strstr (sent, "In-Reply-To: <a@x>"));
  g_assert_nonnull (strstr (sent, "jonas@example.net"));
}

#define add(path, test) g_test_add (path, Workspace, NULL, workspace_set_up, test, workspace_tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  add ("/mail-cases/kinds", test_kinds);
  add ("/mail-cases/threads", test_threads);
  add ("/mail-cases/trackers", test_trackers);
  add ("/mail-cases/newsletter-replies", test_newsletter_replies);
  add ("/mail-cases/reports", test_reports);
  add ("/mail-cases/token", test_token);
  add ("/mail-cases/acknowledged", test_acknowledged);
  add ("/mail-cases/damaged", test_damaged);
  return g_test_run ();
}
