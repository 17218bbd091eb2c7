/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "post-lab.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "csm-desk-records.h"
#include "csm-json.h"
#include "csm-smtp-session.h"

/* A real mail server takes what is sent, and says what it can't deliver. */

static gpointer
set_plus (CsmTxn        *txn,
          gpointer       input,
          GCancellable  *cancellable,
          GError       **error)
{
  g_autoptr (JsonObject) channel = csm_desk_load (txn, CSM_TYPE_ID_CHANNEL, input, error);

  json_object_set_boolean_member (channel, "plusAddressing", TRUE);
  csm_desk_save (txn, CSM_TYPE_ID_CHANNEL, channel, error);
  return NULL;
}

static void
use_plus_addresses (PostLab *self)
{
  GError *error = NULL;

  csm_store_run (self->imap.workspace.store, TRUE, set_plus, self->imap.workspace.channel, &error);
  g_assert_no_error (error);
}

/* The value of a field of a mail, folded as it is, or NULL. */
static char *
field_of (const char *mail,
          const char *name)
{
  g_autofree char *start = g_strdup_printf ("\n%s: ", name);
  const char *at = strstr (mail, start), *end;

  if (at == NULL)
    return NULL;
  at += strlen (start);
  end = at;
  do
    end += strcspn (end, "\n") + 1;
  while (*end == ' ' || *end == '\t');
  return g_strndup (at, end - at - 1);
}

static char *
address_in (const char *value)
{
  const char *open = strchr (value, '<');

  return g_strndup (open + 1, strcspn (open + 1, ">"));
}

/* As a customer's own program does. */
static void
send_as_customer (PostLab    *self,
                  const char *to,
                  const char *text)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  const CsmSmtpPatience patience = { 10000, 10000 };
  g_autoptr (CsmSmtpSession) session = csm_smtp_session_new (self->smtp.settings, &patience, cancellable);
  const char *recipients[] = { to, NULL };
  g_autoptr (GPtrArray) answers = g_ptr_array_new_with_free_func ((GDestroyNotify) csm_outgoing_answer_free);
  g_autofree char *why = NULL;
  g_autoptr (GError) trouble = NULL;
  int fd = memfd_create ("mail", MFD_CLOEXEC);

  g_assert_cmpint (write (fd, text, strlen (text)), ==, (gssize) strlen (text));
  g_assert_cmpint (csm_smtp_session_send (session, "jonas@example.net", recipients, fd, answers, &why, &trouble), ==, CSM_OUTGOING_ACCEPTED);
  close (fd);
}

/* There and back: the mail arrives, its copy lies in the folder of sent mails and is not taken for a new one, and the answer to its address
 * belongs to the case, though nothing else says so. */
static void
go_there_and_back (PostLab *self)
{
  g_autoptr (JsonObject) message = NULL;
  g_autoptr (GPtrArray) mails = NULL, sent = NULL, ids = NULL;
  g_autofree char *reply_to = NULL, *address = NULL, *path = NULL, *text = NULL, *id = NULL;
  guint before;

  use_plus_addresses (self);
  self->imap.settings->sent_folder = g_strdup ("Second");
  smtp_lab_start (&self->smtp);
  imap_lab_start (&self->imap);
  before = workspace_count (&self->imap.workspace, CSM_TYPE_ID_MESSAGE);
  smtp_lab_send (&self->smtp, "jonas@example.net", "");
  message = smtp_lab_wait (&self->smtp, 0, "accepted", NULL);
  mails = post_lab_read (self, "jonas", 1);
  g_assert_cmpuint (mails->len, ==, 1);
  reply_to = field_of (mails->pdata[0], "Reply-To");
  address = address_in (reply_to);
  g_assert_true (g_str_has_prefix (address, "support+c"));
  path = field_of (mails->pdata[0], "Return-Path");
  if (path == NULL)
    path = g_strndup (mails->pdata[0], strcspn (mails->pdata[0], "\n"));
  g_assert_nonnull (strstr (path, "support+b"));
  id = field_of (mails->pdata[0], "Message-Id");
  g_assert_nonnull (strstr (id, csm_json_get_string (message, "messageId")));

  sent = post_lab_read (self, "support/.Second", 1);
  g_assert_cmpuint (sent->len, ==, 1);
  g_assert_nonnull (strstr (sent->pdata[0], id));
  text = g_strdup_printf ("From: Jonas <jonas@example.net>\r\nTo: <%s>\r\nSubject: Something else\r\nMessage-ID: <new@example.net>\r\n"
                          "Date: Thu, 05 Nov 2026 08:05:44 +0100\r\n\r\nThank you.\r\n", address);
  send_as_customer (self, address, text);
  imap_lab_wait_messages (&self->imap, before + 2);
  ids = workspace_ids (&self->imap.workspace, CSM_TYPE_ID_MESSAGE, "caseId", self->smtp.case_);
  g_assert_cmpuint (ids->len, ==, 3);
}

/* What could not be delivered comes back as a report of the mail server's, which says so at the message. */
static void
bounce (PostLab *self)
{
  g_autoptr (JsonObject) message = NULL;

  smtp_lab_send (&self->smtp, "jonas@example.net nobody@example.net", "");
  message = smtp_lab_wait (&self->smtp, 1, "failed", "nobody@example.net");
  g_assert_cmpstr (smtp_lab_recipient (message, "nobody@example.net", "state"), ==, "failed");
  g_assert_cmpstr (smtp_lab_recipient (message, "nobody@example.net", "from"), ==, "report");
  g_assert_cmpstr (smtp_lab_recipient (message, "nobody@example.net", "status"), ==, "5.1.1");
  g_assert_cmpstr (smtp_lab_recipient (message, "jonas@example.net", "state"), ==, "accepted");
}

static void
assert_says (PostLab    *self,
             const char *what)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autofree char *why = NULL;
  gboolean good = csm_smtp_test (self->smtp.settings, 10, cancellable, &why);

  g_test_message ("%s", why != NULL ? why : "fine");
  g_assert_cmpint (good, ==, what == NULL);
  if (what != NULL)
    g_assert_nonnull (strstr (why, what));
}

static void
try_certificates (PostLab *self)
{
  CsmSmtpSettings *settings = self->smtp.settings;
  g_autofree char *ca_file = g_strdup (settings->ca_file);

  for (guint i = 0; i < 2; i++)
    {
      settings->tls = i == 0 ? CSM_SMTP_TLS_STARTTLS : CSM_SMTP_TLS_IMPLICIT;
      settings->port = i == 0 ? self->port : self->tls_port;
      assert_says (self, NULL);
      g_clear_pointer (&settings->ca_file, g_free);
      assert_says (self, "nobody trusted has signed it");
      settings->ca_file = g_strdup (ca_file);
      g_free (settings->host);
      settings->host = g_strdup ("localhost");
      assert_says (self, "made for another server");
      g_free (settings->host);
      settings->host = g_strdup ("127.0.0.1");
    }
  settings->tls = CSM_SMTP_TLS_STARTTLS;
  settings->port = self->port;
  g_free (settings->password);
  settings->password = g_strdup ("wrong");
  assert_says (self, "user and password should be looked at");
  settings->tls = CSM_SMTP_TLS_NONE;
  assert_says (self, "does not offer to sign in");
  settings->tls = CSM_SMTP_TLS_STARTTLS;
  g_free (settings->password);
  settings->password = g_strdup ("Zelt & Rucksack");
}

/* One after the other: to start the servers takes longest. */
static void
test_all (PostLab       *self,
          gconstpointer  data)
{
  try_certificates (self);
  go_there_and_back (self);
  bounce (self);
  imap_lab_stop (&self->imap);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  if (!post_lab_is_possible ())
    {
      g_print ("1..0 # SKIP Postfix can be started by root alone, where it is installed\n");
      return 0;
    }
  g_test_add ("/smtp-postfix/all", PostLab, NULL, post_lab_set_up, test_all, post_lab_tear_down);
  return g_test_run ();
}
