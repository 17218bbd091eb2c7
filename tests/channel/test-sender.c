/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "channel-test.h"

#include <glib/gstdio.h>
#include <string.h>

#include "csm-db-conn.h"
#include "csm-desk.h"
#include "csm-id.h"
#include "csm-json.h"
#include "csm-outgoing.h"
#include "csm-sender.h"
#include "csm-time.h"

typedef struct
{
  Workspace  workspace;
  CsmSender *sender;
  char      *sink;
  char      *case_;
  char      *conversation;
  char      *submission;
} Fixture;

static void
set_up (Fixture       *self,
        gconstpointer  data)
{
  g_autofree char *customer = csm_id_new ('u');
  g_autofree char *message = csm_id_new ('m');
  const char *mode = data;
  g_autofree char *command = NULL;
  Workspace *workspace = &self->workspace;

  workspace_set_up (workspace, NULL);
  self->sink = g_build_filename (workspace->base, "sink", NULL);
  g_mkdir (self->sink, 0700);
  self->case_ = csm_id_new ('c');
  self->conversation = csm_id_new ('v');
  workspace_add (workspace, CSM_TYPE_ID_CUSTOMER, customer, channel_test_json ("{'name':'Jonas'}"));
  workspace_add (workspace, CSM_TYPE_ID_CASE, self->case_, channel_test_json ("{'subject':'Zip','status':'open','customerId':'%s'}", customer));
  workspace_add (workspace, CSM_TYPE_ID_CONVERSATION, self->conversation,
                 channel_test_json ("{'caseId':'%s','customerId':'%s','channelId':'%s'}", self->case_, customer, workspace->channel));
  workspace_add (workspace, CSM_TYPE_ID_MESSAGE, message,
                 channel_test_json ("{'caseId':'%s','conversationId':'%s','channelId':'%s','direction':'in','subject':'AW: Zip','at':'2026-01-01T00:00:00Z',"
                                    "'messageId':'p@example.net','references':['r@example.net']}", self->case_, self->conversation, workspace->channel));
  command = g_strdup_printf ("'%s' %s '%s'", g_getenv ("CASEMENT_FAKE_SENDMAIL"), mode, self->sink);
  workspace_set_command (workspace, strcmp (mode, "none") == 0 ? "/nonexistent/sendmail" : command);
  self->sender = csm_sender_new (workspace->store);
}

static void
tear_down (Fixture       *self,
           gconstpointer  data)
{
  csm_sender_stop (self->sender);
  g_assert_finalize_object (self->sender);
  g_free (self->sink);
  g_free (self->case_);
  g_free (self->conversation);
  g_free (self->submission);
  workspace_assert_clean (&self->workspace);
  workspace_tear_down (&self->workspace, NULL);
}

static gpointer
create (CsmTxn        *txn,
        gpointer       input,
        GCancellable  *cancellable,
        GError       **error)
{
  Fixture *self = input;
  CsmPrincipal who = { self->workspace.person, (char *) "device", (char *) "agent", 0 };
  g_autoptr (JsonObject) record = channel_test_json ("{'caseId':'%s','conversationId':'%s','to':[{'address':'jonas@example.net'}],"
                                                     "'bcc':[{'address':'hidden@example.org'}],'textBody':'We repair it.','undoFor':0,'confirmed':true}",
                                                     self->case_, self->conversation);
  const CsmRecordType *type = csm_record_type_get (CSM_TYPE_ID_SUBMISSION);

  csm_record_fill_defaults (type, record);
  csm_desk_create (txn, &who, CSM_ACCOUNT_WORKSPACE, type, self->submission, record, error);
  return NULL;
}

static void
send_one (Fixture *self)
{
  GError *error = NULL;

  g_free (self->submission);
  self->submission = csm_id_new ('s');
  csm_store_run (self->workspace.store, TRUE, create, self, &error);
  g_assert_no_error (error);
}

static gboolean
give_up (gpointer user_data)
{
  g_error ("waited too long");
  return G_SOURCE_REMOVE;
}

static JsonObject *
message_of (Fixture *self)
{
  g_autoptr (JsonObject) submission = workspace_get (&self->workspace, CSM_TYPE_ID_SUBMISSION, self->submission);
  const char *id = csm_json_get_string (submission, "messageId");

  return id != NULL ? workspace_get (&self->workspace, CSM_TYPE_ID_MESSAGE, id) : NULL;
}

static gboolean
tick (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

/* Runs the main loop until the message's delivery says so. */
static JsonObject *
wait_for (Fixture    *self,
          const char *state,
          const char *why)
{
  guint limit = g_timeout_add_seconds (60, give_up, NULL);
  guint ticker = g_timeout_add (20, tick, NULL);
  JsonObject *message = NULL;

  for (;;)
    {
      JsonObject *delivery;

      g_clear_pointer (&message, json_object_unref);
      message = message_of (self);
      delivery = csm_json_get_object (message, "delivery");
      if (g_strcmp0 (csm_json_get_string (delivery, "state"), state) == 0 &&
          (why == NULL || (csm_json_get_string (delivery, "why") != NULL && strstr (csm_json_get_string (delivery, "why"), why) != NULL)))
        break;
      g_main_context_iteration (NULL, TRUE);
    }
  g_source_remove (limit);
  g_source_remove (ticker);
  return message;
}

static guint
count_mails (Fixture *self)
{
  g_autoptr (GDir) dir = g_dir_open (self->sink, 0, NULL);
  const char *name;
  guint count = 0;

  while ((name = g_dir_read_name (dir)) != NULL)
    count += g_str_has_prefix (name, "mail-");
  return count;
}

static char *
read_sink (Fixture    *self,
           const char *prefix)
{
  g_autoptr (GDir) dir = g_dir_open (self->sink, 0, NULL);
  const char *name;
  char *text = NULL;

  while (text == NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (self->sink, name, NULL);

      if (g_str_has_prefix (name, prefix))
        g_file_get_contents (path, &text, NULL, NULL);
    }
  g_assert_nonnull (text);
  return text;
}

static void
assert_health (Fixture    *self,
               const char *state,
               const char *why)
{
  g_autoptr (JsonObject) channel = workspace_get (&self->workspace, CSM_TYPE_ID_CHANNEL, self->workspace.channel);
  JsonObject *out = csm_json_get_object (csm_json_get_object (channel, "health"), "out");

  g_assert_nonnull (out);
  g_assert_cmpstr (csm_json_get_string (out, "state"), ==, state);
  g_assert_true (why == NULL ? csm_json_get_time (out, "lastOut") != CSM_TIME_NONE : strstr (csm_json_get_string (out, "why"), why) != NULL);
}

static void
test_accept (Fixture       *self,
             gconstpointer  data)
{
  g_autoptr (JsonObject) message = NULL;
  g_autofree char *mail = NULL;
  g_autofree char *to = NULL;

  csm_sender_start (self->sender);
  send_one (self);
  message = wait_for (self, "accepted", NULL);
  mail = read_sink (self, "mail-");
  to = read_sink (self, "to-");
  g_assert_cmpuint (count_mails (self), ==, 1);
  g_assert_cmpstr (to, ==, "jonas@example.net\nhidden@example.org\n");
  g_assert_null (strstr (mail, "hidden"));
  g_assert_nonnull (strstr (mail, "Subject: Re: Zip\n"));
  g_assert_nonnull (strstr (mail, "From: Ana Reyes via Support <support@fernweh.example.com>\n"));
  g_assert_nonnull (strstr (mail, "In-Reply-To: <p@example.net>\n"));
  g_assert_nonnull (strstr (mail, "<r@example.net>"));
  g_assert_nonnull (strstr (mail, csm_json_get_string (message, "messageId")));
  g_assert_true (g_str_has_suffix (csm_json_get_string (message, "messageId"), "@fernweh.example.com"));
  assert_health (self, "ok", NULL);
}

static void
test_later (Fixture       *self,
            gconstpointer  data)
{
  g_autoptr (JsonObject) message = NULL;

  csm_sender_start (self->sender);
  send_one (self);
  message = wait_for (self, "queued", "4");
  g_assert_cmpint (csm_json_get_int (csm_json_get_object (message, "delivery"), "tries", 0), ==, 1);
}

static void
test_refuse (Fixture       *self,
             gconstpointer  data)
{
  g_autoptr (JsonObject) message = NULL;
  g_autoptr (JsonObject) case_ = NULL;

  csm_sender_start (self->sender);
  send_one (self);
  message = wait_for (self, "failed", "550 5.1.1 No such user");
  case_ = workspace_get (&self->workspace, CSM_TYPE_ID_CASE, self->case_);
  g_assert_cmpstr (csm_json_get_string (case_, "status"), ==, "open");
}

static void
test_unknown (Fixture       *self,
              gconstpointer  data)
{
  g_autoptr (JsonObject) message = NULL;

  csm_sender_set_timeout (self->sender, 1);
  csm_sender_start (self->sender);
  send_one (self);
  message = wait_for (self, "unknown", NULL);
  g_assert_cmpuint (count_mails (self), ==, 1);
}

static void
test_no_command (Fixture       *self,
                 gconstpointer  data)
{
  g_autoptr (JsonObject) message = NULL;

  csm_sender_start (self->sender);
  send_one (self);
  message = wait_for (self, "queued", "/nonexistent/sendmail");
  assert_health (self, "failing", "/nonexistent/sendmail");
}

static gpointer
hand_over (CsmTxn        *txn,
           gpointer       input,
           GCancellable  *cancellable,
           GError       **error)
{
  gint64 now = csm_time_now () + CSM_SECOND, next;
  g_autoptr (GPtrArray) ids = NULL;
  g_autoptr (CsmOutgoingMail) mail = NULL;

  g_assert_true (csm_outgoing_take_due (txn, now, &next, error));
  ids = csm_outgoing_waiting (txn, now, &next, error);
  g_assert_cmpuint (ids->len, ==, 1);
  mail = csm_outgoing_begin (txn, g_ptr_array_index (ids, 0), now, error);
  g_assert_nonnull (mail);
  return NULL;
}

/* As after a crash between the two: shown, never sent by itself. */
static void
test_recover (Fixture       *self,
              gconstpointer  data)
{
  g_autoptr (JsonObject) message = NULL;
  g_autoptr (JsonObject) second = NULL;
  GError *error = NULL;

  send_one (self);
  csm_store_run (self->workspace.store, TRUE, hand_over, NULL, &error);
  g_assert_no_error (error);
  csm_sender_start (self->sender);
  message = wait_for (self, "unknown", NULL);
  send_one (self);
  second = wait_for (self, "accepted", NULL);
  g_assert_cmpuint (count_mails (self), ==, 1);
}

static gpointer
put_again (CsmTxn        *txn,
           gpointer       input,
           GCancellable  *cancellable,
           GError       **error)
{
  csm_txn_outgoing_put (txn, input, "queued", 1, csm_time_now (), error);
  return NULL;
}

static void
wait_until_idle (Fixture *self)
{
  guint limit = g_timeout_add_seconds (60, give_up, NULL);

  while (!csm_sender_is_idle (self->sender))
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (limit);
}

static gpointer
put_lost (CsmTxn        *txn,
          gpointer       input,
          GCancellable  *cancellable,
          GError       **error)
{
  csm_txn_outgoing_put (txn, input, "handedOver", 1, csm_time_now (), error);
  return NULL;
}

/* One that was being sent and is not there any more holds up no other. */
static void
test_recover_lost (Fixture       *self,
                   gconstpointer  data)
{
  g_autoptr (JsonObject) message = NULL;
  g_autofree char *nobody = csm_id_new ('m');
  GError *error = NULL;

  csm_store_run (self->workspace.store, TRUE, put_lost, nobody, &error);
  g_assert_no_error (error);
  g_test_expect_message ("csm-desk", G_LOG_LEVEL_WARNING, "*can't be found out*");
  csm_sender_start (self->sender);
  send_one (self);
  message = wait_for (self, "accepted", NULL);
  g_test_assert_expected_messages ();
}

/* A row that says "queued" of a mail that is not, or that is not there: neither is sent, nor looked at again and again. */
static void
test_wrong_rows (Fixture       *self,
                 gconstpointer  data)
{
  g_autoptr (JsonObject) message = NULL;
  g_autoptr (JsonObject) second = NULL;
  g_autofree char *nobody = csm_id_new ('m');
  GError *error = NULL;

  csm_sender_start (self->sender);
  send_one (self);
  message = wait_for (self, "accepted", NULL);
  wait_until_idle (self);
  csm_store_run (self->workspace.store, TRUE, put_again, (gpointer) csm_json_get_string (message, "id"), &error);
  g_assert_no_error (error);
  csm_store_run (self->workspace.store, TRUE, put_again, nobody, &error);
  g_assert_no_error (error);
  g_test_expect_message ("csm-desk", G_LOG_LEVEL_WARNING, "*can't be read*");
  send_one (self);
  second = wait_for (self, "accepted", NULL);
  wait_until_idle (self);
  g_test_assert_expected_messages ();
  g_assert_cmpuint (count_mails (self), ==, 2);
}

static void
tell_database (Fixture    *self,
               const char *sql)
{
  g_autofree char *path = g_build_filename (csm_store_get_directory (self->workspace.store), "casement.db", NULL);
  GError *error = NULL;
  g_autoptr (CsmDbConn) conn = csm_db_conn_open (path, FALSE, &error);

  g_assert_no_error (error);
  csm_db_conn_exec (conn, sql, &error);
  g_assert_no_error (error);
}

static void
count_warning (const char     *domain,
               GLogLevelFlags  level,
               const char     *message,
               gpointer        user_data)
{
  guint *warnings = user_data;

  g_assert_nonnull (strstr (message, "Can't note what became of a mail"));
  ++*warnings;
}

static gboolean
go_on (const char     *domain,
       GLogLevelFlags  level,
       const char     *message,
       gpointer        user_data)
{
  return FALSE;
}

/* A mail goes out while nobody can write down that it did; until somebody can. */
static void
send_unwritten (Fixture *self,
                guint    pause)
{
  guint limit = g_timeout_add_seconds (60, give_up, NULL), warnings = 0;
  guint handler = g_log_set_handler ("csm-channel", G_LOG_LEVEL_WARNING | G_LOG_FLAG_FATAL, count_warning, &warnings);

  csm_sender_set_pause (self->sender, pause);
  tell_database (self, "CREATE TRIGGER refuse BEFORE UPDATE ON message WHEN NEW.json LIKE '%\"accepted\"%' BEGIN SELECT raise (ABORT, 'no'); END");
  g_test_log_set_fatal_handler (go_on, NULL);
  csm_sender_start (self->sender);
  send_one (self);
  while (warnings == 0)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (limit);
  g_log_remove_handler ("csm-channel", handler);
  g_test_log_set_fatal_handler (NULL, NULL);
  tell_database (self, "DROP TRIGGER refuse");
}

static void
test_write_again (Fixture       *self,
                  gconstpointer  data)
{
  g_autoptr (JsonObject) message = NULL;

  send_unwritten (self, 1);
  message = wait_for (self, "accepted", NULL);
  g_assert_cmpuint (count_mails (self), ==, 1);
}

/* Who stops the server does not wait for the next try. */
static void
test_write_at_end (Fixture       *self,
                   gconstpointer  data)
{
  g_autoptr (JsonObject) message = NULL;

  send_unwritten (self, 3600);
  csm_sender_stop (self->sender);
  message = wait_for (self, "accepted", NULL);
  g_assert_cmpuint (count_mails (self), ==, 1);
}

#define add(path, mode, test) g_test_add (path, Fixture, mode, set_up, test, tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_assert_nonnull (g_getenv ("CASEMENT_FAKE_SENDMAIL"));
  add ("/sender/accept", "accept", test_accept);
  add ("/sender/later", "later", test_later);
  add ("/sender/later-by-code", "later-by-code", test_later);
  add ("/sender/refuse", "refuse", test_refuse);
  add ("/sender/died", "die", test_unknown);
  add ("/sender/hangs", "hang", test_unknown);
  add ("/sender/no-command", "none", test_no_command);
  add ("/sender/recover", "accept", test_recover);
  add ("/sender/recover-lost", "accept", test_recover_lost);
  add ("/sender/wrong-rows", "accept", test_wrong_rows);
  add ("/sender/write-again", "accept", test_write_again);
  add ("/sender/write-at-end", "accept", test_write_at_end);
  return g_test_run ();
}
