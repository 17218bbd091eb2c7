/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "imap-lab.h"

#include <glib/gstdio.h>
#include <string.h>

#include "csm-channel-setup.h"
#include "csm-imap-client.h"
#include "csm-json.h"
#include "csm-time.h"
#include "csm-txn-mailbox.h"

/* What there is besides the inbox, and what becomes of mails there. */

#define SENT(n) "From: Support <support@fernweh.example.com>\nTo: Jonas 1 <jonas1@example.net>\nSubject: Re: Zip 1\nMessage-ID: <answer-" #n "@laptop.example>\n" \
                "In-Reply-To: <zip-1@example.net>\n\nPlease send it to us.\n"
#define ALIAS "From: Bo <bo@alias.example.org>\nTo: Kim <kim@example.net>\nSubject: A question of ours\nMessage-ID: <alias@laptop.example>\n\nHello Kim\n"
#define INSIDE "From: Support <support@fernweh.example.com>\nTo: Support <support@fernweh.example.com>\nSubject: A note\nMessage-ID: <inside@laptop.example>\n\nNote to self\n"

typedef struct
{
  guint out;
  guint in;
  char *case_id;
  gboolean one_case;
} Tally;

static gboolean
tally (const char *id,
       const char *json,
       gpointer    user_data)
{
  Tally *self = user_data;
  g_autoptr (JsonObject) message = csm_json_parse_object (json, -1, NULL);
  gboolean out = g_strcmp0 (csm_json_get_string (message, "direction"), "out") == 0;
  const char *case_id = csm_json_get_string (message, "caseId");

  self->out += out;
  self->in += !out;
  self->one_case = self->case_id == NULL || (self->one_case && g_strcmp0 (self->case_id, case_id) == 0);
  g_free (self->case_id);
  self->case_id = g_strdup (case_id);
  return TRUE;
}

static gpointer
tally_all (CsmTxn        *txn,
           gpointer       input,
           GCancellable  *cancellable,
           GError       **error)
{
  csm_txn_each (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (CSM_TYPE_ID_MESSAGE), 1000, tally, input, error);
  return NULL;
}

static Tally
count_messages (ImapLab *lab)
{
  Tally self = { 0 };
  GError *error = NULL;

  csm_store_run (lab->workspace.store, FALSE, tally_all, &self, &error);
  g_assert_no_error (error);
  g_clear_pointer (&self.case_id, g_free);
  return self;
}

/* Colleagues answer with other programs too: what they send is part of the case, and no customer's. */
static void
test_sent (ImapLab       *lab,
           gconstpointer  data)
{
  Tally found;

  lab->settings->sent_folder = g_strdup ("Sent");
  imap_lab_put_usual (lab, 1, 60);
  imap_lab_start (lab);
  imap_lab_wait_messages (lab, 1);
  imap_lab_put (lab, ".Sent", SENT (1), 0);
  imap_lab_wait_messages (lab, 2);
  found = count_messages (lab);
  g_assert_cmpuint (found.out, ==, 1);
  g_assert_true (found.one_case);
  imap_lab_put (lab, ".Sent", ALIAS, 0);
  imap_lab_wait_messages (lab, 3);
  found = count_messages (lab);
  g_assert_cmpuint (found.out, ==, 2);
  g_assert_cmpuint (found.in, ==, 1);
  imap_lab_put (lab, ".Sent", INSIDE, 0);
  imap_lab_wait_messages (lab, 4);
  found = count_messages (lab);
  g_assert_cmpuint (found.in, ==, 1);
}

static guint
n_seen (ImapLab *lab)
{
  g_autofree char *flags = imap_lab_flags (lab);
  g_auto (GStrv) lines = g_strsplit (flags, "\n", -1);
  guint n = 0;

  for (guint i = 0; lines[i] != NULL; i++)
    n += strstr (lines[i], ":2,S") != NULL;
  return n;
}

static void
wait_until (ImapLab *lab,
            guint   (*look) (ImapLab *lab),
            guint     expected)
{
  gint64 until = g_get_monotonic_time () + 30 * G_USEC_PER_SEC;

  while (look (lab) != expected && g_get_monotonic_time () < until)
    imap_lab_let_pass (20);
  g_assert_cmpuint (look (lab), ==, expected);
}

/* Only what was taken in is marked, and only when somebody wants that. */
static void
test_seen (ImapLab       *lab,
           gconstpointer  data)
{
  imap_lab_put_usual (lab, 1, 60 * 24 * 60 * 60);
  imap_lab_put_usual (lab, 2, 60);
  imap_lab_start (lab);
  imap_lab_wait_messages (lab, 1);
  imap_lab_stop (lab);
  g_assert_cmpuint (n_seen (lab), ==, 0);
  g_assert_true (csm_imap_settings_set_after (lab->settings, "seen"));
  imap_lab_put_usual (lab, 3, 0);
  imap_lab_start (lab);
  imap_lab_wait_messages (lab, 2);
  wait_until (lab, n_seen, 1);
  imap_lab_put_usual (lab, 4, 0);
  imap_lab_wait_messages (lab, 3);
  wait_until (lab, n_seen, 2);
}

static guint
n_done (ImapLab *lab)
{
  return imap_lab_count (lab, ".Done");
}

static guint
n_left (ImapLab *lab)
{
  return imap_lab_count (lab, "");
}

static void
test_move (ImapLab       *lab,
           gconstpointer  data)
{
  g_assert_true (csm_imap_settings_set_after (lab->settings, "move:Done"));
  for (guint i = 1; i <= 5; i++)
    imap_lab_put_usual (lab, i, 60);
  imap_lab_start (lab);
  imap_lab_wait_messages (lab, 5);
  wait_until (lab, n_done, 5);
  /* A server that moves makes a copy first. */
  wait_until (lab, n_left, 0);
  /* The numbers have shifted, and still nothing is missed or comes twice. */
  for (guint i = 6; i <= 8; i++)
    imap_lab_put_usual (lab, i, 0);
  imap_lab_wait_messages (lab, 8);
  wait_until (lab, n_done, 8);
  imap_lab_wait_health (lab, "ok", NULL);
}

/* Where that does not work mail comes in all the same, and somebody is told. */
static void
test_no_move (ImapLab       *lab,
              gconstpointer  data)
{
  g_assert_true (csm_imap_settings_set_after (lab->settings, "move:Nowhere"));
  imap_lab_put_usual (lab, 1, 60);
  imap_lab_start (lab);
  imap_lab_wait_messages (lab, 1);
  imap_lab_wait_health (lab, "failing", "does not move it");
  imap_lab_put_usual (lab, 2, 0);
  imap_lab_wait_messages (lab, 2);
  g_assert_cmpuint (imap_lab_count (lab, ""), ==, 2);
}

/* --- Mails that go ------------------------------------------------------------------------------------------------------------------- */

/* Somebody else deletes mails, and ours stay, and new ones come. */
static void
test_expunged (ImapLab       *lab,
               gconstpointer  data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (CsmImapClient) other = NULL;
  const guint32 uids[] = { 1, 2, 4 };
  GError *error = NULL;

  for (guint i = 1; i <= 5; i++)
    imap_lab_put_usual (lab, i, 60);
  imap_lab_start (lab);
  imap_lab_wait_messages (lab, 5);
  other = csm_imap_client_open (lab->settings, 20, cancellable, &error);
  g_assert_no_error (error);
  g_assert_true (csm_imap_client_select (other, "INBOX", NULL, &error));
  g_assert_true (csm_imap_client_move (other, uids, G_N_ELEMENTS (uids), "Done", &error));
  g_assert_no_error (error);
  for (guint i = 6; i <= 9; i++)
    imap_lab_put_usual (lab, i, 0);
  imap_lab_wait_messages (lab, 9);
  imap_lab_stop (lab);
  imap_lab_put_usual (lab, 10, 0);
  imap_lab_start (lab);
  imap_lab_wait_messages (lab, 10);
}

static gpointer
postpone (CsmTxn        *txn,
          gpointer       input,
          GCancellable  *cancellable,
          GError       **error)
{
  ImapLab *lab = input;
  const CsmMailboxPostponed one = { 2, 1, csm_time_now () + 3600 * CSM_SECOND };

  csm_txn_put_postponed (txn, lab->workspace.channel, "INBOX", &one, error);
  return NULL;
}

static gpointer
list_postponed (CsmTxn        *txn,
                gpointer       input,
                GCancellable  *cancellable,
                GError       **error)
{
  g_autoptr (GArray) list = csm_txn_list_postponed (txn, ((ImapLab *) input)->workspace.channel, "INBOX", error);

  return GUINT_TO_POINTER (list->len);
}

/* One that could not be got and is deleted meanwhile is waited for no longer. */
static void
test_vanished (ImapLab       *lab,
               gconstpointer  data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (CsmImapClient) other = NULL;
  const guint32 uids[] = { 2 };
  GError *error = NULL;

  for (guint i = 1; i <= 3; i++)
    imap_lab_put_usual (lab, i, 60);
  imap_lab_start (lab);
  imap_lab_wait_messages (lab, 3);
  imap_lab_wait_health (lab, "ok", NULL);
  imap_lab_stop (lab);
  csm_store_run (lab->workspace.store, TRUE, postpone, lab, &error);
  g_assert_no_error (error);
  other = csm_imap_client_open (lab->settings, 20, cancellable, &error);
  g_assert_no_error (error);
  g_assert_true (csm_imap_client_select (other, "INBOX", NULL, &error));
  g_assert_true (csm_imap_client_move (other, uids, 1, "Done", &error));
  imap_lab_put_usual (lab, 4, 0);
  imap_lab_start (lab);
  imap_lab_wait_messages (lab, 4);
  g_assert_cmpuint (GPOINTER_TO_UINT (csm_store_run (lab->workspace.store, FALSE, list_postponed, lab, NULL)), ==, 0);
}

/* --- Trying again ---------------------------------------------------------------------------------------------------------------------- */

static gpointer
retry (CsmTxn        *txn,
       gpointer       input,
       GCancellable  *cancellable,
       GError       **error)
{
  csm_channel_setup_retry (txn, ((ImapLab *) input)->workspace.channel, error);
  return NULL;
}

/* A server that was away is not waited for when somebody knows that it is back. */
static void
test_retry (ImapLab       *lab,
            gconstpointer  data)
{
  GError *error = NULL;

  lab->pace.pause = 10 * 60 * 1000;
  imap_lab_stop_dovecot (lab);
  imap_lab_start (lab);
  imap_lab_wait_health (lab, "failing", "can't be reached");
  imap_lab_start_dovecot (lab);
  imap_lab_put_usual (lab, 1, 0);
  csm_store_run (lab->workspace.store, TRUE, retry, lab, &error);
  g_assert_no_error (error);
  imap_lab_wait_messages (lab, 1);
  imap_lab_wait_health (lab, "ok", NULL);
}

static const char plain[] = "imap_capability = IMAP4rev1 UIDPLUS MOVE IDLE\n";

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/imap-folders/sent", ImapLab, NULL, imap_lab_set_up, test_sent, imap_lab_tear_down);
  g_test_add ("/imap-folders/seen", ImapLab, NULL, imap_lab_set_up, test_seen, imap_lab_tear_down);
  g_test_add ("/imap-folders/move", ImapLab, NULL, imap_lab_set_up, test_move, imap_lab_tear_down);
  g_test_add ("/imap-folders/move-plain", ImapLab, plain, imap_lab_set_up, test_move, imap_lab_tear_down);
  g_test_add ("/imap-folders/no-move", ImapLab, NULL, imap_lab_set_up, test_no_move, imap_lab_tear_down);
  g_test_add ("/imap-folders/expunged", ImapLab, NULL, imap_lab_set_up, test_expunged, imap_lab_tear_down);
  g_test_add ("/imap-folders/expunged-plain", ImapLab, plain, imap_lab_set_up, test_expunged, imap_lab_tear_down);
  g_test_add ("/imap-folders/vanished", ImapLab, NULL, imap_lab_set_up, test_vanished, imap_lab_tear_down);
  g_test_add ("/imap-folders/retry", ImapLab, NULL, imap_lab_set_up, test_retry, imap_lab_tear_down);
  return g_test_run ();
}
