/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "fake-smtp.h"
#include "smtp-lab.h"

#include <string.h>

#include "csm-json.h"
#include "csm-smtp-session.h"
#include "csm-time.h"

/* A mail server that goes wrong at every step: each mail arrives once, or waits, or is shown as unknown. */

#define TO "jonas@example.net"

typedef struct
{
  SmtpLab   lab;
  FakeSmtp *server;
} Fixture;

static void
set_up (Fixture       *self,
        gconstpointer  data)
{
  self->server = fake_smtp_new ();
  smtp_lab_set_up (&self->lab, NULL, fake_smtp_port (self->server));
}

static void
tear_down (Fixture       *self,
           gconstpointer  data)
{
  smtp_lab_tear_down (&self->lab);
  fake_smtp_free (self->server);
}

static JsonObject *
delivery_of (JsonObject *message)
{
  return csm_json_get_object (message, "delivery");
}

/* What a person who looks at the channel does: try now, until it went. */
static JsonObject *
retry_until (SmtpLab    *lab,
             guint       number,
             const char *state)
{
  smtp_lab_wait_idle (lab);
  smtp_lab_try_now (lab);
  return smtp_lab_wait (lab, number, state, NULL);
}

/* --- Going right --------------------------------------------------------------------------------------------------------------------- */

static void
test_accept (Fixture       *self,
             gconstpointer  data)
{
  SmtpLab *lab = &self->lab;
  g_autoptr (JsonObject) message = NULL, channel = NULL;
  FakeMail *mail;

  smtp_lab_start (lab);
  smtp_lab_send (lab, TO, ",'bcc':[{'address':'hidden@example.org'}]");
  message = smtp_lab_wait (lab, 0, "accepted", NULL);
  mail = fake_smtp_mail (self->server, 0);
  g_assert_cmpstr (mail->sender, ==, "support@fernweh.example.com");
  g_assert_cmpuint (mail->recipients->len, ==, 2);
  g_assert_cmpstr (mail->recipients->pdata[1], ==, "hidden@example.org");
  g_assert_null (strstr (mail->data->str, "hidden"));
  g_assert_nonnull (strstr (mail->data->str, "Subject: Re: Zip\r\n"));
  g_assert_nonnull (strstr (mail->data->str, csm_json_get_string (message, "messageId")));
  g_assert_cmpstr (smtp_lab_recipient (message, TO, "state"), ==, "accepted");
  g_assert_cmpstr (smtp_lab_recipient (message, TO, "from"), ==, "smtp");
  channel = smtp_lab_wait_health (lab, "ok", NULL);
  g_assert_cmpint (csm_json_get_time (csm_json_get_object (csm_json_get_object (channel, "health"), "out"), "lastOut"), >, csm_time_now () - 60 * CSM_SECOND);
}

static void
test_one_connection (Fixture       *self,
                     gconstpointer  data)
{
  SmtpLab *lab = &self->lab;

  lab->pace.linger = 10000;
  smtp_lab_start (lab);
  for (guint i = 0; i < 30; i++)
    smtp_lab_send (lab, TO, "");
  for (guint i = 0; i < 30; i++)
    json_object_unref (smtp_lab_wait (lab, i, "accepted", NULL));
  g_assert_cmpuint (fake_smtp_count (self->server), ==, 30);
  g_assert_cmpuint (fake_smtp_connections (self->server), ==, 1);
}

/* Between two mails the server ends the connection, as they do: nobody notices. */
static void
test_hung_up (Fixture       *self,
              gconstpointer  data)
{
  SmtpLab *lab = &self->lab;

  lab->pace.linger = 10000;
  smtp_lab_start (lab);
  for (guint i = 0; i < 3; i++)
    {
      smtp_lab_send (lab, TO, "");
      json_object_unref (smtp_lab_wait (lab, i, "accepted", NULL));
      fake_smtp_hang_up (self->server);
    }
  g_assert_cmpuint (fake_smtp_count (self->server), ==, 3);
}

static void
test_no_account (Fixture       *self,
                 gconstpointer  data)
{
  SmtpLab *lab = &self->lab;

  fake_smtp_offer (self->server, "PIPELINING");
  g_clear_pointer (&lab->settings->user, g_free);
  g_clear_pointer (&lab->settings->password, g_free);
  smtp_lab_start (lab);
  smtp_lab_send (lab, TO, "");
  json_object_unref (smtp_lab_wait (lab, 0, "accepted", NULL));
}

static void
test_token (Fixture       *self,
            gconstpointer  data)
{
  SmtpLab *lab = &self->lab;

  fake_smtp_offer (self->server, "AUTH");
  g_clear_pointer (&lab->settings->password, g_free);
  lab->settings->token_command = g_strdup ("printf 'secret-token\\n'");
  smtp_lab_start (lab);
  smtp_lab_send (lab, TO, "");
  json_object_unref (smtp_lab_wait (lab, 0, "accepted", NULL));
}

/* --- Going wrong ----------------------------------------------------------------------------------------------------------------------- */

typedef struct
{
  const char *name;
  const char *step;
  const char *reply;
  const char *state;    /* what becomes of the mail */
  const char *why;
  const char *channel;  /* what is said of the channel; NULL: nothing bad */
} Wrong;

static const Wrong wrongs[] = {
  { "greeting-cut", "greeting", FAKE_SMTP_CUT, "queued", "broke", "broke" },
  { "greeting-554", "greeting", "554 5.3.2 Closed today", "queued", "554 5.3.2", "Closed today" },
  { "greeting-garbage", "greeting", "SSH-2.0-OpenSSH_9.2", "queued", NULL, "took too long" },
  { "greeting-hang", "greeting", FAKE_SMTP_HANG, "queued", "took too long", "took too long" },
  { "hello-cut", "EHLO", FAKE_SMTP_CUT, "queued", "broke", "broke" },
  { "hello-421", "EHLO", "421 4.3.2 Shutting down", "queued", "421", "421" },
  { "auth-cut", "AUTH", FAKE_SMTP_CUT, "queued", "broke", "broke" },
  { "auth-535", "AUTH", "535 5.7.8 Wrong password", "queued", "does not let us in", "Wrong password" },
  { "auth-454", "AUTH", "454 4.7.0 Temporary authentication failure", "queued", "at the moment", "454" },
  { "mail-cut", "MAIL", FAKE_SMTP_CUT, "queued", "broke", NULL },
  { "mail-451", "MAIL", "451 4.3.0 Later", "queued", "451 4.3.0 Later", NULL },
  { "mail-421", "MAIL", "421 4.4.5 Too many connections", "queued", "421", "421" },
  { "mail-530", "MAIL", "530 5.7.0 Authentication required", "queued", "530", "530" },
  { "mail-552", "MAIL", "552 5.3.4 Too large", "failed", "552 5.3.4 Too large", NULL },
  { "rcpt-cut", "RCPT", FAKE_SMTP_CUT, "queued", "broke", NULL },
  { "rcpt-451", "RCPT", "451 4.7.1 Greylisted", "queued", "451 4.7.1 Greylisted", NULL },
  { "rcpt-550", "RCPT", "550-5.1.1 The account does not\r\n550-5.1.1 exist, and this answer\r\n550 5.1.1 is long", "failed",
    "jonas@example.net: 550 5.1.1 The account does not exist, and this answer is long", NULL },
  { "rcpt-hang", "RCPT", FAKE_SMTP_HANG, "queued", "took too long", NULL },
  { "data-cut", "DATA", FAKE_SMTP_CUT, "queued", "broke", NULL },
  { "data-451", "DATA", "451 4.3.0 Full", "queued", "451", NULL },
  { "data-554", "DATA", "554 5.5.1 No", "failed", "554", NULL },
  { "end-451", "end", "451 4.3.0 Full", "queued", "451", NULL },
  { "end-554", "end", "554 5.7.1 Spam", "failed", "554 5.7.1 Spam", NULL },
  { "end-cut", "end", FAKE_SMTP_CUT, "unknown", "whole mail", NULL },
  { "end-hang", "end", FAKE_SMTP_HANG, "unknown", "whole mail", NULL },
  { "end-garbage", "end", "thanks, I think", "unknown", "whole mail", NULL },
};

/* It waits, and goes as soon as somebody wants it. */
static void
assert_goes_later (Fixture     *self,
                   guint        number,
                   const Wrong *wrong,
                   JsonObject  *message)
{
  SmtpLab *lab = &self->lab;
  guint before = fake_smtp_count (self->server);
  g_autoptr (JsonObject) later = NULL;

  g_assert_cmpint (csm_json_get_time (delivery_of (message), "nextAt"), >, csm_time_now () + 40 * CSM_SECOND);
  g_assert_cmpint (csm_json_get_int (delivery_of (message), "tries", -1), ==, wrong->channel != NULL ? 0 : 1);
  later = retry_until (lab, number, "accepted");
  g_assert_cmpuint (fake_smtp_count (self->server), ==, before + 1);
  g_assert_cmpstr (csm_json_get_string (later, "messageId"), ==, csm_json_get_string (message, "messageId"));
  if (wrong->channel != NULL)
    json_object_unref (smtp_lab_wait_health (lab, "ok", NULL));
}

/* Each goes wrong once; then the server does right. */
static void
test_wrong (Fixture       *self,
            gconstpointer  data)
{
  SmtpLab *lab = &self->lab;
  guint number = 0;

  lab->pace.patience = (CsmSmtpPatience) { 700, 700 };
  lab->pace.pause = 10 * 60 * 1000;
  lab->pace.linger = 1;
  smtp_lab_start (lab);
  for (guint i = 0; i < G_N_ELEMENTS (wrongs); i++, number++)
    {
      const Wrong *wrong = &wrongs[i];
      g_autoptr (JsonObject) message = NULL;
      guint before = fake_smtp_count (self->server);

      g_test_message ("%s", wrong->name);
      smtp_lab_wait_idle (lab);
      fake_smtp_fail (self->server, wrong->step, wrong->reply, 1, NULL);
      smtp_lab_send (lab, TO, "");
      message = smtp_lab_wait (lab, number, wrong->state, wrong->why != NULL ? wrong->why : "");
      if (wrong->channel != NULL)
        json_object_unref (smtp_lab_wait_health (lab, "failing", wrong->channel));
      if (strcmp (wrong->state, "queued") == 0)
        {
          assert_goes_later (self, number, wrong, message);
          continue;
        }
      /* Nothing more happens by itself. */
      smtp_lab_wait_idle (lab);
      smtp_lab_try_now (lab);
      smtp_lab_send (lab, TO, "");
      json_object_unref (smtp_lab_wait (lab, ++number, "accepted", NULL));
      g_assert_cmpuint (fake_smtp_count (self->server), ==, before + (strcmp (wrong->state, "unknown") == 0 ? 2 : 1));
    }
}

/* In the middle of a large mail the server has not all of it: it is tried again. */
static void
test_body_cut (Fixture       *self,
               gconstpointer  data)
{
  SmtpLab *lab = &self->lab;
  g_autofree char *line = g_strnfill (900, 'x');
  g_autoptr (GString) text = g_string_new (",'textBody':'");
  g_autoptr (JsonObject) message = NULL;

  for (guint i = 0; i < 350; i++)
    g_string_append_printf (text, "%s ", line);
  g_string_append_c (text, '\'');
  fake_smtp_fail (self->server, "body", FAKE_SMTP_CUT, 1, NULL);
  smtp_lab_start (lab);
  smtp_lab_send (lab, TO, text->str);
  message = smtp_lab_wait (lab, 0, "queued", "broke");
  json_object_unref (retry_until (lab, 0, "accepted"));
  g_assert_cmpuint (fake_smtp_count (self->server), ==, 1);
  g_assert_cmpuint (fake_smtp_mail (self->server, 0)->data->len, >, 2 * 350 * 900);
}

static void
test_slow (Fixture       *self,
           gconstpointer  data)
{
  SmtpLab *lab = &self->lab;

  fake_smtp_slow (self->server, 80);
  lab->pace.patience = (CsmSmtpPatience) { 5000, 5000 };
  smtp_lab_start (lab);
  smtp_lab_send (lab, TO, "");
  json_object_unref (smtp_lab_wait (lab, 0, "accepted", NULL));
  g_assert_cmpuint (fake_smtp_count (self->server), ==, 1);
}

/* A server that does not even answer a good-bye holds nothing up. */
static void
test_rude (Fixture       *self,
           gconstpointer  data)
{
  SmtpLab *lab = &self->lab;
  gint64 start = g_get_monotonic_time ();

  fake_smtp_fail (self->server, "QUIT", FAKE_SMTP_HANG, 0, NULL);
  lab->pace.patience = (CsmSmtpPatience) { 1000, 1000 };
  lab->pace.linger = 20;
  smtp_lab_start (lab);
  smtp_lab_send (lab, TO, "");
  json_object_unref (smtp_lab_wait (lab, 0, "accepted", NULL));
  smtp_lab_send (lab, TO, "");
  json_object_unref (smtp_lab_wait (lab, 1, "accepted", NULL));
  smtp_lab_stop (lab);
  g_assert_cmpint (g_get_monotonic_time () - start, <, 10 * G_USEC_PER_SEC);
}

static void
assert_why (JsonObject *message,
            const char *why)
{
  const char *said = csm_json_get_string (delivery_of (message), "why");

  g_assert_nonnull (said);
  g_assert_nonnull (strstr (said, why));
}

/* --- Several recipients ---------------------------------------------------------------------------------------------------------------- */

static void
test_one_refused (Fixture       *self,
                  gconstpointer  data)
{
  SmtpLab *lab = &self->lab;
  g_autoptr (JsonObject) message = NULL;

  fake_smtp_fail (self->server, "RCPT", "550 5.1.1 No such user", 0, "gone@");
  smtp_lab_start (lab);
  smtp_lab_send (lab, "jonas@example.net gone@example.org", "");
  message = smtp_lab_wait (lab, 0, "failed", "gone@example.org: 550 5.1.1 No such user");
  g_assert_cmpstr (smtp_lab_recipient (message, TO, "state"), ==, "accepted");
  g_assert_cmpstr (smtp_lab_recipient (message, "gone@example.org", "state"), ==, "failed");
  g_assert_cmpstr (smtp_lab_recipient (message, "gone@example.org", "status"), ==, "5.1.1");
  g_assert_cmpuint (fake_smtp_count (self->server), ==, 1);
  g_assert_cmpuint (fake_smtp_mail (self->server, 0)->recipients->len, ==, 1);
}

/* Who has got it gets it once; the other one later, with the same bytes. */
static void
test_one_later (Fixture       *self,
                gconstpointer  data)
{
  SmtpLab *lab = &self->lab;
  g_autoptr (JsonObject) message = NULL, later = NULL;
  FakeMail *first, *second;

  fake_smtp_fail (self->server, "RCPT", "451 4.7.1 Greylisted", 1, "slow@");
  smtp_lab_start (lab);
  smtp_lab_send (lab, "slow@example.org jonas@example.net", "");
  message = smtp_lab_wait (lab, 0, "queued", "slow@example.org: 451 4.7.1 Greylisted");
  g_assert_cmpstr (smtp_lab_recipient (message, TO, "state"), ==, "accepted");
  g_assert_cmpstr (smtp_lab_recipient (message, "slow@example.org", "state"), ==, "delayed");
  later = retry_until (lab, 0, "accepted");
  g_assert_cmpstr (smtp_lab_recipient (later, "slow@example.org", "state"), ==, "accepted");
  g_assert_cmpuint (fake_smtp_count (self->server), ==, 2);
  first = fake_smtp_mail (self->server, 0);
  second = fake_smtp_mail (self->server, 1);
  g_assert_cmpuint (first->recipients->len, ==, 1);
  g_assert_cmpstr (first->recipients->pdata[0], ==, TO);
  g_assert_cmpuint (second->recipients->len, ==, 1);
  g_assert_cmpstr (second->recipients->pdata[0], ==, "slow@example.org");
  g_assert_cmpstr (first->data->str, ==, second->data->str);
}

static void
test_foreign_letters (Fixture       *self,
                      gconstpointer  data)
{
  SmtpLab *lab = &self->lab;
  g_autoptr (JsonObject) message = NULL;

  smtp_lab_start (lab);
  smtp_lab_send (lab, "elodie@bücher.example jürgen@example.org", "");
  message = smtp_lab_wait (lab, 0, "failed", "jürgen@example.org");
  assert_why (message, "SMTPUTF8");
  g_assert_cmpstr (smtp_lab_recipient (message, "elodie@bücher.example", "state"), ==, "accepted");
  g_assert_cmpstr (fake_smtp_mail (self->server, 0)->recipients->pdata[0], ==, "elodie@xn--bcher-kva.example");
  g_assert_cmpstr (fake_smtp_mail (self->server, 0)->data->str, !=, NULL);
  for (const char *c = fake_smtp_mail (self->server, 0)->data->str; *c != '\0'; c++)
    g_assert_cmpint ((guchar) *c, <, 0x80);
}

/* --- The channel's trouble ----------------------------------------------------------------------------------------------------------------- */

static void
test_password (Fixture       *self,
               gconstpointer  data)
{
  SmtpLab *lab = &self->lab;
  g_autoptr (JsonObject) channel = NULL;
  JsonObject *out;

  g_free (lab->settings->password);
  lab->settings->password = g_strdup ("wrong");
  lab->pace.pause = 10 * 60 * 1000;
  smtp_lab_start (lab);
  for (guint i = 0; i < 3; i++)
    smtp_lab_send (lab, TO, "");
  channel = smtp_lab_wait_health (lab, "failing", "user and password should be looked at");
  out = csm_json_get_object (csm_json_get_object (channel, "health"), "out");
  g_assert_cmpint (csm_json_get_time (out, "nextAt"), >, csm_time_now ());
  g_assert_cmpint (csm_json_get_time (out, "since"), !=, CSM_TIME_NONE);
  g_assert_cmpint (csm_json_get_int (out, "waiting", 0), >, 0);
  g_assert_cmpuint (fake_smtp_connections (self->server), ==, 1);

  g_free (lab->settings->password);
  lab->settings->password = g_strdup ("secret");
  smtp_lab_save (lab);
  for (guint i = 0; i < 3; i++)
    json_object_unref (smtp_lab_wait (lab, i, "accepted", NULL));
  json_object_unref (smtp_lab_wait_health (lab, "ok", NULL));
  g_assert_cmpuint (fake_smtp_count (self->server), ==, 3);
}

/* Pauses end by themselves, too. */
static void
test_comes_back (Fixture       *self,
                 gconstpointer  data)
{
  SmtpLab *lab = &self->lab;

  fake_smtp_fail (self->server, "greeting", "421 4.3.2 Not now", 3, NULL);
  smtp_lab_start (lab);
  smtp_lab_send (lab, TO, "");
  smtp_lab_send (lab, TO, "");
  for (guint i = 0; i < 2; i++)
    json_object_unref (smtp_lab_wait (lab, i, "accepted", NULL));
  g_assert_cmpuint (fake_smtp_count (self->server), ==, 2);
}

static gpointer
use_command (CsmTxn        *txn,
             gpointer       input,
             GCancellable  *cancellable,
             GError       **error)
{
  SmtpLab *lab = input;
  g_autofree char *key = g_strconcat ("sendmail:", lab->workspace->channel, NULL);
  g_autofree char *command = g_strdup_printf ("'%s' accept '%s'", g_getenv ("CASEMENT_FAKE_SENDMAIL"), lab->workspace->base);

  return GINT_TO_POINTER (csm_smtp_settings_forget (txn, lab->workspace->channel, error) && csm_txn_set_setting (txn, key, command, error));
}

/* What waits for a mail server that is ours no more leaves the new way, and by no password that was taken away. */
static void
test_other_way (Fixture       *self,
                gconstpointer  data)
{
  SmtpLab *lab = &self->lab;
  GError *error = NULL;

  lab->pace.pause = 1500;
  fake_smtp_fail (self->server, "greeting", "421 4.3.2 Not now", 1, NULL);
  smtp_lab_start (lab);
  smtp_lab_send (lab, TO, "");
  smtp_lab_send (lab, TO, "");
  json_object_unref (smtp_lab_wait_health (lab, "failing", NULL));
  csm_store_run (lab->workspace->store, TRUE, use_command, lab, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < 2; i++)
    json_object_unref (smtp_lab_wait (lab, i, "accepted", NULL));
  g_assert_cmpuint (fake_smtp_count (self->server), ==, 0);
}

/* Settings that nobody can read: the mail waits, and the channel says why. */
static gpointer
spoil_settings (CsmTxn        *txn,
                gpointer       input,
                GCancellable  *cancellable,
                GError       **error)
{
  SmtpLab *lab = input;
  g_autofree char *key = g_strconcat ("smtp:", lab->workspace->channel, NULL);

  return GINT_TO_POINTER (csm_txn_set_setting (txn, key, "spoilt", error));
}

static void
test_spoilt (Fixture       *self,
             gconstpointer  data)
{
  SmtpLab *lab = &self->lab;
  GError *error = NULL;

  smtp_lab_start (lab);
  csm_store_run (lab->workspace->store, TRUE, spoil_settings, lab, &error);
  g_assert_no_error (error);
  smtp_lab_send (lab, TO, "");
  json_object_unref (smtp_lab_wait_health (lab, "failing", NULL));
  smtp_lab_save (lab);
  json_object_unref (smtp_lab_wait (lab, 0, "accepted", NULL));
  json_object_unref (smtp_lab_wait_health (lab, "ok", NULL));
}

/* Who stops the server while a mail is under way, or waits in a pause, does not wait long. */
static void
test_stop (Fixture       *self,
           gconstpointer  data)
{
  SmtpLab *lab = &self->lab;
  gint64 start;

  fake_smtp_fail (self->server, data, FAKE_SMTP_HANG, 1, NULL);
  smtp_lab_start (lab);
  smtp_lab_send (lab, TO, "");
  json_object_unref (smtp_lab_wait (lab, 0, "handedOver", NULL));
  for (guint i = 0; i < 500 && fake_smtp_failures (self->server) == 0; i++)
    g_usleep (10000);
  start = g_get_monotonic_time ();
  smtp_lab_stop (lab);
  g_assert_cmpint (g_get_monotonic_time () - start, <, 8 * G_USEC_PER_SEC);
  smtp_lab_start (lab);
  json_object_unref (smtp_lab_wait (lab, 0, "accepted", NULL));
  g_assert_cmpuint (fake_smtp_count (self->server), ==, 1);
}

/* --- Decisions ------------------------------------------------------------------------------------------------------------------------------- */

static void
test_decide (Fixture       *self,
             gconstpointer  data)
{
  SmtpLab *lab = &self->lab;
  g_autoptr (JsonObject) message = NULL, submission = NULL;
  const char *id;

  fake_smtp_fail (self->server, "end", FAKE_SMTP_CUT, 2, NULL);
  smtp_lab_start (lab);
  smtp_lab_send (lab, TO, "");
  message = smtp_lab_wait (lab, 0, "unknown", NULL);
  id = csm_json_get_string (message, "messageId");
  smtp_lab_decide (lab, 0, "again");
  for (guint i = 0; i < 400 && fake_smtp_count (self->server) < 2; i++)
    g_main_context_iteration (NULL, FALSE), g_usleep (10000);
  json_object_unref (smtp_lab_wait (lab, 0, "unknown", NULL));
  /* Whoever is asked once more can answer once more. */
  submission = workspace_get (lab->workspace, CSM_TYPE_ID_SUBMISSION, lab->submissions->pdata[0]);
  g_assert_null (csm_json_get_string (submission, "decision"));
  smtp_lab_decide (lab, 0, "again");
  json_object_unref (smtp_lab_wait (lab, 0, "accepted", NULL));
  g_assert_cmpuint (fake_smtp_count (self->server), ==, 3);
  for (guint i = 0; i < 3; i++)
    {
      g_assert_nonnull (strstr (fake_smtp_mail (self->server, i)->data->str, id));
      g_assert_cmpstr (fake_smtp_mail (self->server, i)->data->str, ==, fake_smtp_mail (self->server, 0)->data->str);
    }
}

static void
test_arrived (Fixture       *self,
              gconstpointer  data)
{
  SmtpLab *lab = &self->lab;

  fake_smtp_fail (self->server, "end", FAKE_SMTP_CUT, 1, NULL);
  smtp_lab_start (lab);
  smtp_lab_send (lab, TO, "");
  json_object_unref (smtp_lab_wait (lab, 0, "unknown", NULL));
  smtp_lab_decide (lab, 0, "arrived");
  json_object_unref (smtp_lab_wait (lab, 0, "accepted", NULL));
  smtp_lab_send (lab, TO, "");
  json_object_unref (smtp_lab_wait (lab, 1, "accepted", NULL));
  g_assert_cmpuint (fake_smtp_count (self->server), ==, 2);
}

/* --- Settings -------------------------------------------------------------------------------------------------------------------------------- */

static char *
try_settings (SmtpLab *lab)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  char *why = NULL;

  g_assert_cmpint (csm_smtp_test (lab->settings, 1, cancellable, &why), ==, why == NULL);
  return why;
}

static void
assert_says (SmtpLab    *lab,
             const char *what)
{
  g_autofree char *why = try_settings (lab);

  g_assert_nonnull (why);
  g_test_message ("%s", why);
  g_assert_nonnull (strstr (why, what));
  /* One sentence. */
  g_assert_null (strchr (why, '\n'));
}

static void
test_settings (Fixture       *self,
               gconstpointer  data)
{
  SmtpLab *lab = &self->lab;
  CsmSmtpSettings *settings = lab->settings;
  g_autofree char *fine = try_settings (lab);

  g_assert_null (fine);
  g_assert_cmpuint (fake_smtp_count (self->server), ==, 0);
  fake_smtp_offer (self->server, "PIPELINING");
  assert_says (lab, "does not offer to sign in");
  fake_smtp_offer (self->server, "STARTTLS");
  settings->tls = CSM_SMTP_TLS_STARTTLS;
  fake_smtp_offer (self->server, "AUTH");
  assert_says (lab, "does not offer to encrypt");
  settings->tls = CSM_SMTP_TLS_IMPLICIT;
  assert_says (lab, "can't encrypt the connection");
  settings->tls = CSM_SMTP_TLS_NONE;
  fake_smtp_fail (self->server, "AUTH", "530 5.7.0 Must issue a STARTTLS command first", 1, NULL);
  assert_says (lab, "wants an encrypted connection");
  fake_smtp_fail (self->server, "greeting", FAKE_SMTP_HANG, 1, NULL);
  assert_says (lab, "took too long");
  g_free (settings->password);
  settings->password = g_strdup ("wrong");
  assert_says (lab, "user and password should be looked at");
  g_clear_pointer (&settings->password, g_free);
  assert_says (lab, "no password");
  settings->token_file = g_strdup ("/nonexistent/token");
  assert_says (lab, "no access token");
  settings->password = g_strdup ("secret");
  g_clear_pointer (&settings->token_file, g_free);
  g_free (settings->host);
  settings->host = g_strdup ("nowhere.invalid");
  assert_says (lab, "no mail server called nowhere.invalid");
  g_free (settings->host);
  settings->host = g_strdup ("127.0.0.1");
  settings->port = 1;
  assert_says (lab, "can't be reached: Connection refused");
}

#define add(path, data, test) g_test_add ("/smtp/" path, Fixture, data, set_up, test, tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  add ("accept", NULL, test_accept);
  add ("one-connection", NULL, test_one_connection);
  add ("hung-up", NULL, test_hung_up);
  add ("no-account", NULL, test_no_account);
  add ("token", NULL, test_token);
  add ("wrong", NULL, test_wrong);
  add ("body-cut", NULL, test_body_cut);
  add ("slow", NULL, test_slow);
  add ("rude", NULL, test_rude);
  add ("one-refused", NULL, test_one_refused);
  add ("one-later", NULL, test_one_later);
  add ("foreign-letters", NULL, test_foreign_letters);
  add ("password", NULL, test_password);
  add ("comes-back", NULL, test_comes_back);
  add ("other-way", NULL, test_other_way);
  add ("spoilt", NULL, test_spoilt);
  add ("stop", "RCPT", test_stop);
  add ("decide", NULL, test_decide);
  add ("arrived", NULL, test_arrived);
  add ("settings", NULL, test_settings);
  return g_test_run ();
}
