/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "cut-relay.h"
#include "fake-smtp.h"
#include "imap-lab.h"
#include "smtp-lab.h"

#include <string.h>

#include "csm-json.h"
#include "csm-time.h"
#include "csm-txn-copies.h"

/* A mail that was sent lies in the mailbox's folder of sent mails, once, whatever happens on the way there. */

typedef struct
{
  ImapLab   imap;
  SmtpLab   smtp;
  FakeSmtp *server;
  CutRelay  relay;
} Copies;

static gpointer
save_imap (CsmTxn        *txn,
           gpointer       input,
           GCancellable  *cancellable,
           GError       **error)
{
  Copies *self = input;

  csm_imap_settings_save (self->imap.settings, txn, self->imap.workspace.channel, error);
  return NULL;
}

static void
set_up (Copies        *self,
        gconstpointer  data)
{
  GError *error = NULL;

  imap_lab_set_up (&self->imap, NULL);
  self->server = fake_smtp_new ();
  smtp_lab_set_up (&self->smtp, &self->imap.workspace, fake_smtp_port (self->server));
  self->smtp.pace.copy = 50;
  cut_relay_start (&self->relay, self->imap.port, " APPEND ", "Append completed");
  self->imap.settings->port = self->relay.port;
  self->imap.settings->sent_folder = g_strdup ("Second");
  csm_store_run (self->imap.workspace.store, TRUE, save_imap, self, &error);
  g_assert_no_error (error);
  smtp_lab_start (&self->smtp);
}

static void
tear_down (Copies        *self,
           gconstpointer  data)
{
  smtp_lab_tear_down (&self->smtp);
  fake_smtp_free (self->server);
  imap_lab_tear_down (&self->imap, NULL);
  cut_relay_stop (&self->relay);
}

/* --- What is known -------------------------------------------------------------------------------------------------------------------- */

static gpointer
get_row (CsmTxn        *txn,
         gpointer       input,
         GCancellable  *cancellable,
         GError       **error)
{
  g_autofree CsmCopyRow *row = g_new0 (CsmCopyRow, 1);

  return csm_txn_copy_get (txn, input, row, error) ? g_steal_pointer (&row) : NULL;
}

static CsmCopyRow *
row_of (Copies *self,
        guint   number)
{
  g_autoptr (JsonObject) message = smtp_lab_message (&self->smtp, number);
  GError *error = NULL;
  CsmCopyRow *row = csm_store_run (self->imap.workspace.store, FALSE, get_row, (gpointer) csm_json_get_string (message, "id"), &error);

  g_assert_no_error (error);
  return row;
}

static gboolean
waits (Copies *self,
       guint   number)
{
  g_autofree CsmCopyRow *row = row_of (self, number);
  gboolean known = row->message_id != NULL;

  csm_copy_row_clear (row);
  return known;
}

static void
wait_copied (Copies *self,
             guint   number)
{
  gint64 end = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;

  json_object_unref (smtp_lab_wait (&self->smtp, number, "accepted", NULL));
  while (waits (self, number))
    {
      g_assert_cmpint (g_get_monotonic_time (), <, end);
      imap_lab_let_pass (10);
    }
}

static JsonObject *
wait_out (Copies     *self,
          const char *member)
{
  gint64 end = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;

  for (;;)
    {
      g_autoptr (JsonObject) channel = workspace_get (&self->imap.workspace, CSM_TYPE_ID_CHANNEL, self->imap.workspace.channel);
      JsonObject *out = csm_json_get_object (csm_json_get_object (channel, "health"), "out");

      if (out != NULL && json_object_has_member (out, member))
        return json_object_ref (out);
      g_assert_cmpint (g_get_monotonic_time (), <, end);
      imap_lab_let_pass (10);
    }
}

static void
assert_nothing_wrong (Copies *self)
{
  g_autoptr (JsonObject) channel = workspace_get (&self->imap.workspace, CSM_TYPE_ID_CHANNEL, self->imap.workspace.channel);
  JsonObject *out = csm_json_get_object (csm_json_get_object (channel, "health"), "out");

  g_assert_false (json_object_has_member (out, "copyWhy"));
  g_assert_false (json_object_has_member (out, "copies"));
  g_assert_false (json_object_has_member (out, "copiesLost"));
}

/* --- Cases ------------------------------------------------------------------------------------------------------------------------------- */

/* Before the server has it, and after. */
static void
test_cut (Copies        *self,
          gconstpointer  data)
{
  g_atomic_int_set (&self->relay.mode, CUT_RELAY_AT_COMMAND);
  smtp_lab_send (&self->smtp, "jonas@example.net", "");
  wait_copied (self, 0);
  g_assert_cmpint (g_atomic_int_get (&self->relay.n_cuts), ==, 1);
  g_assert_cmpuint (imap_lab_count (&self->imap, ".Second"), ==, 1);

  g_atomic_int_set (&self->relay.mode, CUT_RELAY_AT_ANSWER);
  smtp_lab_send (&self->smtp, "jonas@example.net", "");
  wait_copied (self, 1);
  g_assert_cmpint (g_atomic_int_get (&self->relay.n_cuts), ==, 2);
  g_assert_cmpuint (imap_lab_count (&self->imap, ".Second"), ==, 2);
  g_assert_cmpuint (fake_smtp_count (self->server), ==, 2);
  assert_nothing_wrong (self);
}

static void
wait_cut (Copies *self)
{
  gint64 end = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;

  while (g_atomic_int_get (&self->relay.n_cuts) == 0)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, end);
      imap_lab_let_pass (10);
    }
}

/* The server ends when the mail has left, and its copy, which has arrived, is not known to have: the next one looks. */
static void
test_restart (Copies        *self,
              gconstpointer  data)
{
  g_autoptr (JsonObject) message = NULL;
  g_autofree CsmCopyRow *row = NULL;

  g_atomic_int_set (&self->relay.mode, CUT_RELAY_SWALLOW);
  smtp_lab_send (&self->smtp, "jonas@example.net", "");
  message = smtp_lab_wait (&self->smtp, 0, "accepted", NULL);
  wait_cut (self);
  row = row_of (self, 0);
  g_assert_nonnull (row->message_id);
  g_assert_cmpint (row->not_before, ==, CSM_COPY_IN_HAND);
  csm_copy_row_clear (row);
  smtp_lab_stop (&self->smtp);
  g_assert_true (waits (self, 0));
  g_assert_cmpuint (imap_lab_count (&self->imap, ".Second"), ==, 1);
  smtp_lab_start (&self->smtp);
  wait_copied (self, 0);
  g_assert_cmpuint (imap_lab_count (&self->imap, ".Second"), ==, 1);
  g_assert_cmpuint (fake_smtp_count (self->server), ==, 1);
}

/* The same with the real server, which is killed. */
static void
test_killed (Copies        *self,
             gconstpointer  data)
{
  GError *error = NULL;
  g_autoptr (GSubprocess) serving = NULL;

  smtp_lab_stop (&self->smtp);
  serving = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE, &error, g_getenv ("CASEMENT_SERVER"), "--data",
                              csm_store_get_directory (self->imap.workspace.store), "serve", "--listen", "127.0.0.1:0", NULL);
  g_assert_no_error (error);
  g_atomic_int_set (&self->relay.mode, CUT_RELAY_SWALLOW);
  smtp_lab_send (&self->smtp, "jonas@example.net", "");
  wait_cut (self);
  g_subprocess_force_exit (serving);
  g_subprocess_wait (serving, NULL, NULL);
  g_assert_true (waits (self, 0));
  g_assert_cmpuint (imap_lab_count (&self->imap, ".Second"), ==, 1);
  smtp_lab_start (&self->smtp);
  wait_copied (self, 0);
  g_assert_cmpuint (imap_lab_count (&self->imap, ".Second"), ==, 1);
  g_assert_cmpuint (fake_smtp_count (self->server), ==, 1);
}

/* Nothing else is held up; somebody sees it, and all is caught up with when the mailbox is there again. */
static void
test_away (Copies        *self,
           gconstpointer  data)
{
  g_autoptr (JsonObject) out = NULL;

  smtp_lab_stop (&self->smtp);
  self->smtp.pace.copy = 3600 * 1000;
  g_atomic_int_set (&self->relay.mode, CUT_RELAY_REFUSE);
  smtp_lab_start (&self->smtp);
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (JsonObject) message = NULL;

      smtp_lab_send (&self->smtp, "jonas@example.net", "");
      message = smtp_lab_wait (&self->smtp, i, "accepted", NULL);
    }
  out = wait_out (self, "copyWhy");
  g_assert_cmpint (csm_json_get_int (out, "copies", 0), >=, 1);
  smtp_lab_wait_idle (&self->smtp);
  g_assert_cmpuint (imap_lab_count (&self->imap, ".Second"), ==, 0);

  g_atomic_int_set (&self->relay.mode, CUT_RELAY_PASS);
  smtp_lab_try_now (&self->smtp);
  for (guint i = 0; i < 3; i++)
    wait_copied (self, i);
  g_assert_cmpuint (imap_lab_count (&self->imap, ".Second"), ==, 3);
  assert_nothing_wrong (self);
  /* What comes after that need not wait either. */
  smtp_lab_send (&self->smtp, "jonas@example.net", "");
  wait_copied (self, 3);
  g_assert_cmpuint (imap_lab_count (&self->imap, ".Second"), ==, 4);
}

static gpointer
make_old (CsmTxn        *txn,
          gpointer       input,
          GCancellable  *cancellable,
          GError       **error)
{
  CsmCopyRow *row = input;

  row->since -= 6 * 24 * 3600 * CSM_SECOND;
  csm_txn_copy_put (txn, row, error);
  return NULL;
}

/* After days in vain it is given up, and said so until somebody looks. */
static void
test_give_up (Copies        *self,
              gconstpointer  data)
{
  g_autoptr (JsonObject) message = NULL, out = NULL;
  g_autofree CsmCopyRow *row = NULL;
  GError *error = NULL;

  smtp_lab_stop (&self->smtp);
  self->smtp.pace.copy = 3600 * 1000;
  g_atomic_int_set (&self->relay.mode, CUT_RELAY_REFUSE);
  smtp_lab_start (&self->smtp);
  smtp_lab_send (&self->smtp, "jonas@example.net", "");
  message = smtp_lab_wait (&self->smtp, 0, "accepted", NULL);
  json_object_unref (wait_out (self, "copyWhy"));
  smtp_lab_stop (&self->smtp);
  row = row_of (self, 0);
  g_assert_nonnull (row->message_id);
  csm_store_run (self->imap.workspace.store, TRUE, make_old, row, &error);
  g_assert_no_error (error);
  csm_copy_row_clear (row);
  smtp_lab_start (&self->smtp);
  out = wait_out (self, "copiesLost");
  g_assert_cmpint (csm_json_get_int (out, "copiesLost", 0), ==, 1);
  g_assert_nonnull (csm_json_get_string (out, "copyWhy"));
  g_assert_false (waits (self, 0));
  smtp_lab_try_now (&self->smtp);
  assert_nothing_wrong (self);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/copies/cut", Copies, NULL, set_up, test_cut, tear_down);
  g_test_add ("/copies/restart", Copies, NULL, set_up, test_restart, tear_down);
  g_test_add ("/copies/killed", Copies, NULL, set_up, test_killed, tear_down);
  g_test_add ("/copies/away", Copies, NULL, set_up, test_away, tear_down);
  g_test_add ("/copies/give-up", Copies, NULL, set_up, test_give_up, tear_down);
  return g_test_run ();
}
