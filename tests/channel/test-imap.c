/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "imap-lab.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "csm-json.h"
#include "csm-time.h"
#include "csm-txn-mailbox.h"

/* A mailbox on a real Dovecot. */

#define DAY (24 * 60 * 60)

static JsonObject *
message_with (ImapLab    *lab,
              const char *subject)
{
  g_autoptr (GPtrArray) ids = workspace_ids (&lab->workspace, CSM_TYPE_ID_MESSAGE, "channelId", lab->workspace.channel);

  for (guint i = 0; i < ids->len; i++)
    {
      g_autoptr (JsonObject) message = workspace_get (&lab->workspace, CSM_TYPE_ID_MESSAGE, g_ptr_array_index (ids, i));

      if (g_strcmp0 (csm_json_get_string (message, "subject"), subject) == 0)
        return g_steal_pointer (&message);
    }
  return NULL;
}

/* What came before the mailbox was added stays where it is; flags and files stay as they are in any case. */
static void
test_first (ImapLab       *lab,
            gconstpointer  data)
{
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  g_autoptr (JsonObject) message = NULL;

  imap_lab_put_usual (lab, 1, 3 * DAY);
  imap_lab_put_usual (lab, 2, 60 * 60);
  imap_lab_put_usual (lab, 3, 5 * DAY);
  imap_lab_put_usual (lab, 4, 0);
  before = imap_lab_flags (lab);
  imap_lab_start (lab);
  imap_lab_wait_messages (lab, 2);
  imap_lab_wait_health (lab, "ok", NULL);
  message = message_with (lab, "Zip 2");
  g_assert_nonnull (message);
  g_assert_cmpstr (csm_json_get_string (message, "textBody"), ==, "My zip is broken, again: 2.");
  g_assert_cmpint (csm_time_now () - csm_json_get_time (message, "at"), >=, 60 * 60 * CSM_SECOND);
  g_assert_nonnull (csm_json_get_string (message, "rawBlobId"));
  g_assert_cmpuint (workspace_count (&lab->workspace, CSM_TYPE_ID_CASE), ==, 2);
  imap_lab_stop (lab);
  after = imap_lab_flags (lab);
  g_assert_cmpstr (before, ==, after);
}

/* The days before are history: their time is the one that they claim. */
static void
test_history (ImapLab       *lab,
              gconstpointer  data)
{
  g_autoptr (JsonObject) message = NULL;

  lab->settings->added = csm_time_now ();
  lab->settings->since = lab->settings->added - 4 * DAY * CSM_SECOND;
  imap_lab_put_usual (lab, 1, 3 * DAY);
  imap_lab_put_usual (lab, 2, 60 * 60);
  imap_lab_put_usual (lab, 3, 5 * DAY);
  imap_lab_start (lab);
  imap_lab_wait_messages (lab, 2);
  message = message_with (lab, "Zip 1");
  g_assert_cmpstr (csm_json_get_string (message, "at"), ==, "2020-11-05T07:05:44Z");
  imap_lab_put_usual (lab, 4, 0);
  imap_lab_wait_messages (lab, 3);
  g_assert_null (message_with (lab, "Zip 3"));
}

/* Nothing asks within the test's time, so the server has to say that there is something. */
static void
test_idle (ImapLab       *lab,
           gconstpointer  data)
{
  gint64 began;

  imap_lab_start (lab);
  imap_lab_wait_health (lab, "ok", NULL);
  imap_lab_let_pass (300);
  for (guint i = 1; i <= 3; i++)
    {
      began = g_get_monotonic_time ();
      imap_lab_put_usual (lab, i, 0);
      imap_lab_wait_messages (lab, i);
      g_test_message ("a message %" G_GINT64_FORMAT " ms after the mail", (g_get_monotonic_time () - began) / 1000);
      /* Dovecot gathers changes for half a second; the rest is the sanitizers' and whoever else uses this computer. */
      g_assert_cmpint (g_get_monotonic_time () - began, <, 60 * G_USEC_PER_SEC);
    }
}

static void
test_thousand (ImapLab       *lab,
               gconstpointer  data)
{
  gint64 began;

  for (guint i = 1; i <= 1000; i++)
    imap_lab_put_usual (lab, i, 1000 - i);
  began = g_get_monotonic_time ();
  imap_lab_start (lab);
  imap_lab_wait_messages (lab, 1000);
  g_test_message ("%.0f mails/s", 1000.0 * G_USEC_PER_SEC / (double) (g_get_monotonic_time () - began));
  imap_lab_stop (lab);
  imap_lab_start (lab);
  imap_lab_put_usual (lab, 1001, 0);
  imap_lab_wait_messages (lab, 1001);
  g_assert_cmpuint (workspace_count (&lab->workspace, CSM_TYPE_ID_CASE), ==, 1001);
}

/* What came meanwhile is fetched, what was there isn't; and a mail that comes a second time adds nothing. */
static void
test_away (ImapLab       *lab,
           gconstpointer  data)
{
  lab->settings->added = lab->settings->since = csm_time_now () - 10 * DAY * CSM_SECOND;
  imap_lab_put_usual (lab, 1, 9 * DAY);
  imap_lab_start (lab);
  imap_lab_wait_messages (lab, 1);
  imap_lab_stop (lab);
  for (guint i = 2; i <= 6; i++)
    imap_lab_put_usual (lab, i, (8 - i) * DAY);
  imap_lab_put_usual (lab, 3, 0);
  imap_lab_start (lab);
  imap_lab_wait_messages (lab, 6);
  imap_lab_put_usual (lab, 1, 0);
  imap_lab_put_usual (lab, 7, 0);
  imap_lab_wait_messages (lab, 7);
}

static void
number_anew (ImapLab *lab)
{
  static const char *const files[] = { "dovecot-uidlist", "dovecot.index", "dovecot.index.log", "dovecot.index.cache", "dovecot-uidvalidity",
                                       "dovecot.list.index", "dovecot.list.index.log" };
  g_autofree char *folder = g_build_filename (lab->base, "mail/support", NULL);
  g_autofree char *list = g_build_filename (folder, "dovecot-uidlist", NULL);

  imap_lab_stop_dovecot (lab);
  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *path = g_build_filename (folder, files[i], NULL);

      g_unlink (path);
    }
  g_assert_true (g_file_set_contents (list, "3 V1234567 N1 G0123456789abcdef0123456789abcdef\n", -1, NULL));
  if (geteuid () == 0)
    g_assert_cmpint (chown (list, 65534, 65534), ==, 0);
  imap_lab_start_dovecot (lab);
}

static gpointer
load_state (CsmTxn        *txn,
            gpointer       input,
            GCancellable  *cancellable,
            GError       **error)
{
  ImapLab *lab = input;
  CsmMailboxState *state = g_new0 (CsmMailboxState, 1);

  csm_txn_get_mailbox (txn, lab->workspace.channel, "INBOX", state, error);
  return state;
}

/* The mailbox is made anew: the same mails have other numbers. */
static void
test_uid_validity (ImapLab       *lab,
                   gconstpointer  data)
{
  g_autofree CsmMailboxState *state = NULL;

  for (guint i = 1; i <= 20; i++)
    imap_lab_put_usual (lab, i, 60);
  imap_lab_start (lab);
  imap_lab_wait_messages (lab, 20);
  imap_lab_stop (lab);
  for (guint i = 21; i <= 23; i++)
    imap_lab_put_usual (lab, i, 60);
  number_anew (lab);
  imap_lab_start (lab);
  imap_lab_wait_messages (lab, 23);
  imap_lab_put_usual (lab, 24, 0);
  imap_lab_wait_messages (lab, 24);
  imap_lab_stop (lab);
  state = csm_store_run (lab->workspace.store, FALSE, load_state, lab, NULL);
  g_assert_cmpuint (state->uid_validity, ==, 1234567);
  g_assert_cmpuint (state->next_uid, ==, 25);
}

/* A server that can do nothing but IMAP is asked now and then. */
static void
test_plain (ImapLab       *lab,
            gconstpointer  data)
{
  imap_lab_put_usual (lab, 1, 60);
  imap_lab_start (lab);
  imap_lab_wait_messages (lab, 1);
  imap_lab_put_usual (lab, 2, 0);
  imap_lab_wait_messages (lab, 2);
  imap_lab_stop (lab);
  imap_lab_put_usual (lab, 3, 0);
  imap_lab_start (lab);
  imap_lab_wait_messages (lab, 3);
}

/* One that is no mail and one that is too large are set aside, with what there is of them; the others don't wait. */
static void
test_bad (ImapLab       *lab,
          gconstpointer  data)
{
  g_autoptr (GString) large = g_string_new ("From: Big <big@example.net>\nTo: support@fernweh.example.com\nSubject: Large\nMessage-ID: <large@example.net>\n\n");
  g_autoptr (JsonObject) message = NULL;
  g_autoptr (JsonObject) unreadable = NULL;
  const char *text;

  while (large->len <= 64 * 1024 * 1024)
    g_string_append (large, "And if it has not been repaired, it is broken to this day.\n");
  imap_lab_put_usual (lab, 1, 60);
  imap_lab_put (lab, "", "", 60);
  imap_lab_put_usual (lab, 2, 60);
  imap_lab_put (lab, "", large->str, 60);
  imap_lab_put_usual (lab, 3, 60);
  imap_lab_start (lab);
  imap_lab_wait_messages (lab, 5);
  g_assert_cmpuint (imap_lab_set_aside (lab), ==, 2);
  message = message_with (lab, "Large");
  text = csm_json_get_string (message, "textBody");
  g_assert_nonnull (strstr (text, "on the mail server"));
  g_assert_null (strstr (text, "repaired"));
  unreadable = message_with (lab, "A mail that could not be read");
  g_assert_nonnull (unreadable);
  imap_lab_stop (lab);
  imap_lab_start (lab);
  imap_lab_put_usual (lab, 4, 0);
  imap_lab_wait_messages (lab, 6);
  g_assert_cmpuint (imap_lab_set_aside (lab), ==, 2);
}

static void
test_folders (ImapLab       *lab,
              gconstpointer  data)
{
  static const char text[] = "From: Elise <elise@example.net>\nTo: support@fernweh.example.com\nSubject: Second\nMessage-ID: <second@example.net>\n\nHello\n";

  g_strfreev (lab->settings->folders);
  lab->settings->folders = g_strsplit ("INBOX,Second", ",", -1);
  imap_lab_put (lab, ".Second", text, 60);
  imap_lab_put_usual (lab, 1, 60);
  imap_lab_start (lab);
  imap_lab_wait_messages (lab, 2);
  imap_lab_put (lab, "", text, 0);
  imap_lab_put_usual (lab, 2, 0);
  imap_lab_wait_messages (lab, 3);
}

static void
test_missing_folder (ImapLab       *lab,
                     gconstpointer  data)
{
  g_strfreev (lab->settings->folders);
  lab->settings->folders = g_strsplit ("INBOX,Bücher & \"Zelte\"", ",", -1);
  imap_lab_put_usual (lab, 1, 60);
  imap_lab_start (lab);
  imap_lab_wait_health (lab, "failing", "refuses");
  imap_lab_wait_messages (lab, 1);
}

/* --- Who is there ------------------------------------------------------------------------------------------------------------------ */

static void
test_password (ImapLab       *lab,
               gconstpointer  data)
{
  imap_lab_put_usual (lab, 1, 60);
  g_free (lab->settings->password);
  lab->settings->password = g_strdup ("Kanu");
  imap_lab_start (lab);
  imap_lab_wait_health (lab, "failing", "does not let us in");
  g_assert_cmpuint (workspace_count (&lab->workspace, CSM_TYPE_ID_MESSAGE), ==, 0);
  imap_lab_stop (lab);
  g_free (lab->settings->password);
  lab->settings->password = g_strdup ("Zelt & Rucksack");
  imap_lab_start (lab);
  imap_lab_wait_messages (lab, 1);
  imap_lab_wait_health (lab, "ok", NULL);
}

/* The password is nowhere to be read. */
static void
test_secret (ImapLab       *lab,
             gconstpointer  data)
{
  static const char *const files[] = { "casement.db", "casement.db-wal" };

  imap_lab_start (lab);
  imap_lab_wait_health (lab, "ok", NULL);
  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *path = g_build_filename (csm_store_get_directory (lab->workspace.store), files[i], NULL);
      g_autofree char *text = NULL;
      gsize length = 0;

      if (g_file_get_contents (path, &text, &length, NULL))
        g_assert_null (memmem (text, length, "Zelt & Ruck", strlen ("Zelt & Ruck")));
    }
}

/* A mailbox that is switched off is left alone, until it is switched on. */
static gpointer
enable (CsmTxn        *txn,
        gpointer       input,
        GCancellable  *cancellable,
        GError       **error)
{
  ImapLab *lab = input;
  const CsmRecordType *type = csm_record_type_get (CSM_TYPE_ID_CHANNEL);
  g_autoptr (JsonObject) channel = csm_txn_get (txn, CSM_ACCOUNT_WORKSPACE, type, lab->workspace.channel, error);

  json_object_set_boolean_member (channel, "enabled", !csm_json_get_boolean (channel, "enabled"));
  csm_txn_update (txn, CSM_ACCOUNT_WORKSPACE, type, lab->workspace.channel, channel, error);
  return NULL;
}

static void
test_switch (ImapLab       *lab,
             gconstpointer  data)
{
  imap_lab_put_usual (lab, 1, 0);
  imap_lab_start (lab);
  imap_lab_wait_messages (lab, 1);
  csm_store_run (lab->workspace.store, TRUE, enable, lab, NULL);
  imap_lab_let_pass (500);
  imap_lab_put_usual (lab, 2, 0);
  imap_lab_let_pass (1500);
  g_assert_cmpuint (workspace_count (&lab->workspace, CSM_TYPE_ID_MESSAGE), ==, 1);
  csm_store_run (lab->workspace.store, TRUE, enable, lab, NULL);
  imap_lab_wait_messages (lab, 2);
}

/* The mail server goes away for a while. */
static void
test_gone (ImapLab       *lab,
           gconstpointer  data)
{
  imap_lab_put_usual (lab, 1, 0);
  imap_lab_start (lab);
  imap_lab_wait_messages (lab, 1);
  imap_lab_stop_dovecot (lab);
  imap_lab_wait_health (lab, "failing", "can't be reached");
  imap_lab_put_usual (lab, 2, 0);
  imap_lab_start_dovecot (lab);
  imap_lab_wait_messages (lab, 2);
  imap_lab_wait_health (lab, "ok", NULL);
}

/* As people do it: a mailbox is added while the server runs. */
static void
test_serve (ImapLab       *lab,
            gconstpointer  data)
{
  const char *server = g_getenv ("CASEMENT_SERVER"), *directory = csm_store_get_directory (lab->workspace.store);
  g_autofree char *host = g_strdup_printf ("127.0.0.1:%u", lab->port);
  g_autofree char *password = workspace_write (&lab->workspace, "password", "Zelt & Rucksack\n");
  g_autoptr (GSubprocess) serving = NULL;
  g_autoptr (GSubprocess) adding = NULL;
  GError *error = NULL;

  serving = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE, &error, server, "--data", directory, "serve", "--listen", "127.0.0.1:0", NULL);
  g_assert_no_error (error);
  adding = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE, &error, server, "--data", directory, "channel", "add", "email", "Sales",
                             "--address", "sales@fernweh.example.com", "--imap", host, "--imap-user", "support", "--imap-password-file", password,
                             "--imap-tls", "none-on-loopback", "--imap-history", "2", NULL);
  g_assert_no_error (error);
  g_subprocess_wait_check (adding, NULL, &error);
  g_assert_no_error (error);
  imap_lab_put_usual (lab, 1, DAY);
  imap_lab_put_usual (lab, 2, 0);
  imap_lab_wait_messages (lab, 2);
  g_subprocess_send_signal (serving, SIGTERM);
  g_subprocess_wait_check (serving, NULL, &error);
  g_assert_no_error (error);
}

static gpointer
save_settings (CsmTxn        *txn,
               gpointer       input,
               GCancellable  *cancellable,
               GError       **error)
{
  ImapLab *lab = input;

  csm_imap_settings_save (lab->settings, txn, lab->workspace.channel, error);
  return NULL;
}

static GSubprocess *
serve (ImapLab *lab)
{
  GError *error = NULL;
  GSubprocess *serving = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE, &error, g_getenv ("CASEMENT_SERVER"), "--data",
                                           csm_store_get_directory (lab->workspace.store), "serve", "--listen", "127.0.0.1:0", NULL);

  g_assert_no_error (error);
  return serving;
}

/* Wherever the server is killed, each mail comes once. */
static void
test_killed (ImapLab       *lab,
             gconstpointer  data)
{
  csm_store_run (lab->workspace.store, TRUE, save_settings, lab, NULL);
  for (guint i = 1; i <= 400; i++)
    imap_lab_put_usual (lab, i, 500 - i);
  for (guint i = 0; i < 4; i++)
    {
      guint before = workspace_count (&lab->workspace, CSM_TYPE_ID_MESSAGE);
      g_autoptr (GSubprocess) serving = serve (lab);

      /* In the midst of it, when there still is something to do. */
      for (guint j = 0; j < 1000 && before < 400 && workspace_count (&lab->workspace, CSM_TYPE_ID_MESSAGE) == before; j++)
        imap_lab_let_pass (10);
      imap_lab_let_pass ((guint) g_test_rand_int_range (0, 150));
      g_subprocess_force_exit (serving);
      g_subprocess_wait (serving, NULL, NULL);
      g_test_message ("killed after %u", workspace_count (&lab->workspace, CSM_TYPE_ID_MESSAGE));
    }
  imap_lab_put_usual (lab, 401, 0);
  imap_lab_start (lab);
  imap_lab_wait_messages (lab, 401);
  g_assert_cmpuint (workspace_count (&lab->workspace, CSM_TYPE_ID_CASE), ==, 401);
  g_assert_cmpuint (imap_lab_set_aside (lab), ==, 0);
}

#define add(path, extra, func) g_test_add (path, ImapLab, extra, imap_lab_set_up, func, imap_lab_tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  add ("/imap/first", NULL, test_first);
  add ("/imap/history", NULL, test_history);
  add ("/imap/idle", NULL, test_idle);
  add ("/imap/thousand", NULL, test_thousand);
  add ("/imap/away", NULL, test_away);
  add ("/imap/uid-validity", NULL, test_uid_validity);
  add ("/imap/plain", "imap_capability = IMAP4rev1\n", test_plain);
  add ("/imap/bad", NULL, test_bad);
  add ("/imap/folders", NULL, test_folders);
  add ("/imap/missing-folder", NULL, test_missing_folder);
  add ("/imap/password", NULL, test_password);
  add ("/imap/secret", NULL, test_secret);
  add ("/imap/switch", NULL, test_switch);
  add ("/imap/gone", NULL, test_gone);
  add ("/imap/serve", NULL, test_serve);
  add ("/imap/killed", NULL, test_killed);
  return g_test_run ();
}
