/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "fake-imap.h"
#include "imap-lab.h"

#include <glib/gstdio.h>
#include <string.h>

#include "csm-imap-client.h"
#include "csm-json.h"
#include "csm-time.h"
#include "csm-txn-mailbox.h"

/* A mail server that means no good, and a network that breaks. */

/* The client runs in a thread: the main context accepts connections for the fake. */
typedef struct
{
  FakeImap *fake;
  guint     mails;
  guint64   thread;
  GError   *error;
  gint      done;
} Visit;

static gboolean
count_mail (CsmImapMail  *mail,
            gpointer      user_data,
            GError      **error)
{
  Visit *self = user_data;

  self->mails++;
  self->thread = mail->thread;
  return TRUE;
}

static gpointer
visit (gpointer data)
{
  Visit *self = data;
  g_autoptr (CsmImapClient) client = csm_imap_client_open (self->fake->settings, 2, self->fake->cancellable, &self->error);
  g_autoptr (GArray) found = NULL;
  const guint32 uid = 1;

  if (client != NULL && csm_imap_client_examine (client, "INBOX", NULL, &self->error))
    found = csm_imap_client_find (client, 1, CSM_TIME_NONE, &self->error);
  if (found != NULL)
    csm_imap_client_fetch (client, &uid, 1, "BODY.PEEK[]", 1000, count_mail, self, &self->error);
  g_atomic_int_set (&self->done, TRUE);
  g_main_context_wakeup (NULL);
  return NULL;
}

static Visit
pay_visit (FakeImap *fake,
           int       code)
{
  Visit self = { .fake = fake };
  gint64 began = g_get_monotonic_time ();
  GThread *thread = g_thread_new ("visit", visit, &self);

  while (!g_atomic_int_get (&self.done))
    g_main_context_iteration (NULL, TRUE);
  g_thread_join (thread);
  if (code < 0)
    g_assert_no_error (self.error);
  else
    g_assert_error (self.error, CSM_IMAP_ERROR, code);
  if (self.error != NULL)
    g_test_message ("%s", self.error->message);
  g_assert_cmpint (g_get_monotonic_time () - began, <, 30 * G_USEC_PER_SEC);
  g_clear_error (&self.error);
  return self;
}

static guint
assert_ends (FakeImap *fake,
             int       code)
{
  return pay_visit (fake, code).mails;
}

static guint
try_answers (int                code,
             const char *const *answers)
{
  FakeImap fake = { 0 };
  guint mails;

  fake_imap_start (&fake, answers);
  mails = assert_ends (&fake, code);
  fake_imap_stop (&fake);
  return mails;
}

#define GREETING "* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR IDLE CONDSTORE] hello\r\n"
#define SIGNED_IN "$ OK [CAPABILITY IMAP4rev1 IDLE CONDSTORE] in\r\n"
#define FOLDER "* 1 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT 2] x\r\n$ OK open\r\n"
#define FOUND "* SEARCH 1\r\n$ OK found\r\n"
#define answers(code, ...) try_answers (code, (const char *const[]) { __VA_ARGS__, NULL })

/* What a good one says, and what a good one may say. */
static void
test_good (void)
{
  g_assert_cmpuint (answers (-1, GREETING, SIGNED_IN, FOLDER, FOUND, "* 1 FETCH (UID 1 BODY[] {5}\r\nHello)\r\n$ OK\r\n", "", ""), ==, 1);
  g_assert_cmpuint (answers (-1, GREETING, SIGNED_IN, FOLDER, FOUND,
                             "* 1 FETCH (FLAGS (\\Seen \"x y\") BODY[HEADER.FIELDS (TO)]<0> \"a \\\" b\" UID 1 MODSEQ (9))\r\n"
                             "* OK still here {3}\r\n* XNEW (((a) b) {2}\r\n)) c)\r\n* 1 FETCH ()\r\n* 5 FETCH (UID 9 BODY[] NIL)\r\n$ OK\r\n", "", ""), ==, 2);
}

/* What some servers know of conversations. */
static void
test_thread (void)
{
  static const char *const lines[] = { GREETING, SIGNED_IN, FOLDER, FOUND, "* 1 FETCH (X-GM-THRID 18446744073709551615 UID 1 BODY[] {5}\r\nHello)\r\n$ OK\r\n", "", "", NULL };
  FakeImap fake = { 0 };

  fake_imap_start (&fake, lines);
  g_assert_cmpuint (pay_visit (&fake, -1).thread, ==, G_MAXUINT64);
  fake_imap_stop (&fake);
}

/* Nothing is read without a limit, or believed. */
static void
test_large (void)
{
  answers (CSM_IMAP_ERROR_PROTOCOL, "FLOOD");
  answers (CSM_IMAP_ERROR_PROTOCOL, GREETING, "FLOOD");
  answers (CSM_IMAP_ERROR_PROTOCOL, "* CAPABILITY {4294967296}\r\n");
  answers (CSM_IMAP_ERROR_PROTOCOL, GREETING, SIGNED_IN, "* 4294967295 EXISTS\r\n$ OK\r\n");
  answers (CSM_IMAP_ERROR_PROTOCOL, GREETING, SIGNED_IN, FOLDER, FOUND, "* 1 FETCH (UID 1 BODY[] {9223372036854775807}\r\nx");
  answers (CSM_IMAP_ERROR_PROTOCOL, GREETING, SIGNED_IN, FOLDER, FOUND, "* 1 FETCH (UID 1 BODY[] {65537}\r\nx");
  answers (CSM_IMAP_ERROR_PROTOCOL, GREETING, SIGNED_IN, FOLDER, FOUND, "* 1 FETCH (UID 1 BODY[] {1000}\r\nFLOOD");
}

static void
test_many (void)
{
  g_autoptr (GString) numbers = g_string_new ("* SEARCH");
  g_autoptr (GString) words = g_string_new ("* 1 FETCH (UID 1");

  for (guint i = 0; i < 2000; i++)
    g_string_append_printf (numbers, " %u", i + 1);
  for (guint i = 0; i < 50000; i++)
    g_string_append (words, " (");
  g_string_append (numbers, "\r\n$ OK\r\n");
  g_string_append (words, "\r\n$ OK\r\n");
  answers (CSM_IMAP_ERROR_PROTOCOL, GREETING, SIGNED_IN, FOLDER, numbers->str);
  answers (CSM_IMAP_ERROR_PROTOCOL, GREETING, SIGNED_IN, FOLDER, FOUND, words->str);
  g_string_assign (words, "* 1 FETCH (UID 1 BODY[] ");
  for (guint i = 0; i < 50000; i++)
    g_string_append (words, "{0}\r\n");
  g_string_append (words, ")\r\n$ OK\r\n");
  answers (CSM_IMAP_ERROR_PROTOCOL, GREETING, SIGNED_IN, FOLDER, FOUND, words->str);
}

static void
test_nonsense (void)
{
  answers (CSM_IMAP_ERROR_PROTOCOL, "220 mail.example.com ESMTP\r\n");
  answers (CSM_IMAP_ERROR_PROTOCOL, "\r\n");
  answers (CSM_IMAP_ERROR_PROTOCOL, GREETING, SIGNED_IN, "* OK no numbers\r\n$ OK\r\n");
  answers (CSM_IMAP_ERROR_PROTOCOL, GREETING, SIGNED_IN, FOLDER, FOUND, "* 1 FETCH (UID 1 BODY[] \"no end\r\n$ OK\r\n");
  answers (CSM_IMAP_ERROR_BUSY, "* BYE too many connections\r\n");
  answers (CSM_IMAP_ERROR_CLOSED, GREETING, SIGNED_IN, "* BYE going down\r\n");
  answers (CSM_IMAP_ERROR_SIGN_IN, GREETING, "$ NO [AUTHENTICATIONFAILED] no\r\n");
  answers (CSM_IMAP_ERROR_REFUSED, GREETING, SIGNED_IN, "$ NO no such mailbox\r\n");
  answers (CSM_IMAP_ERROR_BUSY, GREETING, "$ NO [UNAVAILABLE] no\r\n");
  answers (CSM_IMAP_ERROR_BUSY, GREETING, SIGNED_IN, "$ NO [INUSE] no\r\n");
  answers (CSM_IMAP_ERROR_BUSY, GREETING, SIGNED_IN, FOLDER, FOUND, "$ NO [LIMIT] no\r\n");
  answers (CSM_IMAP_ERROR_BUSY, GREETING, SIGNED_IN, FOLDER, FOUND, "* BYE [UNAVAILABLE] Session expired\r\n");
}

/* A byte now and then, or none. */
static void
test_slow (void)
{
  answers (CSM_IMAP_ERROR_TIMED_OUT, "* OK", "");
  answers (CSM_IMAP_ERROR_TIMED_OUT, GREETING, "", "");
  answers (CSM_IMAP_ERROR_TIMED_OUT, GREETING, SIGNED_IN, FOLDER, FOUND, "* 1 FETCH (UID 1 BODY[] {500}\r\nx", "");
}

/* Who wants the password in the clear, or slips something in before the encryption, gets nothing. */
static void
test_start_tls (void)
{
  static const char *const bad[][3] = {
    { "* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] hello\r\n", "$ OK\r\n", NULL },
    { "* PREAUTH [CAPABILITY IMAP4rev1 STARTTLS] hello\r\n", "$ OK\r\n", NULL },
    { "* OK [CAPABILITY IMAP4rev1 STARTTLS] hello\r\n", "$ OK go\r\n* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n", NULL },
    { "* OK [CAPABILITY IMAP4rev1 STARTTLS] hello\r\n", "$ NO not today\r\n", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      FakeImap fake = { 0 };

      fake_imap_start (&fake, bad[i]);
      fake.settings->tls = CSM_IMAP_TLS_STARTTLS;
      assert_ends (&fake, i < 3 ? CSM_IMAP_ERROR_TLS : CSM_IMAP_ERROR_REFUSED);
      fake_imap_stop (&fake);
    }
}

/* Each way in says what it should. */
static void
test_ways_in (void)
{
  FakeImap fake = { 0 };
  g_autofree char *token = g_build_filename (g_get_tmp_dir (), "casement-imap-token", NULL);

  /* What LOGIN can't quote comes in literals, when the server is ready for them. */
  fake_imap_start (&fake, (const char *const[]) { "* OK [CAPABILITY IMAP4rev1] hello\r\n", "+ go on\r\n", "a1 OK in\r\n", "* CAPABILITY IMAP4rev1\r\n$ OK\r\n", FOLDER, FOUND,
                                             "$ OK\r\n", "", NULL });
  g_free (fake.settings->password);
  fake.settings->password = g_strdup ("Zelt für zwei");
  assert_ends (&fake, -1);
  fake_imap_stop (&fake);

  /* A server that refuses a token says why first, and wants an answer. */
  fake_imap_start (&fake, (const char *const[]) { "* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=XOAUTH2] hello\r\n", "+ eyJzdGF0dXMiOiI0MDAifQ==\r\n", "a1 NO no\r\n", NULL });
  fake.settings->token_command = g_strdup ("echo token");
  assert_ends (&fake, CSM_IMAP_ERROR_SIGN_IN);
  fake_imap_stop (&fake);

  fake_imap_start (&fake, (const char *const[]) { "* OK [CAPABILITY IMAP4rev1 AUTH=OAUTHBEARER] hello\r\n", "+\r\n", "a1 OK [CAPABILITY IMAP4rev1 IDLE CONDSTORE] in\r\n", FOLDER, FOUND,
                                             "$ OK\r\n", "", NULL });
  g_assert_true (g_file_set_contents (token, "token\n", -1, NULL));
  fake.settings->token_file = g_strdup (token);
  assert_ends (&fake, -1);
  fake_imap_stop (&fake);
  g_unlink (token);
  fake_imap_start (&fake, (const char *const[]) { "* OK [CAPABILITY IMAP4rev1 AUTH=XOAUTH2] hello\r\n", "", NULL });
  fake.settings->token_file = g_strdup (token);
  assert_ends (&fake, CSM_IMAP_ERROR_SIGN_IN);
  fake_imap_stop (&fake);
}

static void
test_words (void)
{
  static const struct
  {
    const char *name;
    const char *encoded;
  } folders[] = {
    { "INBOX", "\"INBOX\"" },
    { "Entwürfe", "\"Entw&APw-rfe\"" },
    { "~peter/mail/台北/日本語", "\"~peter/mail/&U,BTFw-/&ZeVnLIqe-\"" },
    { "a & \"b\"\\", "\"a &- \\\"b\\\"\\\\\"" },
    { "😀", "\"&2D3eAA-\"" },
  };
  g_autofree char *day = csm_imap_format_day (837596665 * CSM_SECOND);

  for (guint i = 0; i < G_N_ELEMENTS (folders); i++)
    {
      g_autofree char *encoded = csm_imap_encode_folder (folders[i].name);

      g_assert_cmpstr (encoded, ==, folders[i].encoded);
    }
  g_assert_cmpint (csm_imap_parse_time ("17-Jul-1996 02:44:25 -0700"), ==, 837596665 * CSM_SECOND);
  g_assert_cmpint (csm_imap_parse_time (" 7-Jul-1996 02:44:25 +0530"), ==, 836687665 * CSM_SECOND);
  g_assert_cmpint (csm_imap_parse_time ("99-Jul-1996 02:44:25 +0000"), ==, CSM_TIME_NONE);
  g_assert_cmpint (csm_imap_parse_time ("yesterday"), ==, CSM_TIME_NONE);
  g_assert_cmpstr (day, ==, "17-Jul-1996");
}

/* --- A network that breaks ------------------------------------------------------------------------------------------------------- */

/* Passes on what is said between the service and Dovecot; the first connections break after so many bytes of the server's. */
typedef struct
{
  GSocketService *service;
  guint16         port;
  guint16         target;
  gint            breaks;   /* connections that will break */
  gint            after;    /* bytes */
} Wire;

typedef struct
{
  GInputStream  *from;
  GOutputStream *to;
} Pipe;

static gpointer
pass_on (gpointer data)
{
  Pipe *pipe = data;

  g_output_stream_splice (pipe->to, pipe->from, G_OUTPUT_STREAM_SPLICE_NONE, NULL, NULL);
  return NULL;
}

static gboolean
connect_through (GThreadedSocketService *service,
                 GSocketConnection      *near,
                 GObject                *source,
                 gpointer                user_data)
{
  Wire *wire = user_data;
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnection) far = NULL;
  gboolean breaks = g_atomic_int_add (&wire->breaks, -1) > 0;
  gssize left = breaks ? g_atomic_int_get (&wire->after) : G_MAXSSIZE, n = 1;
  char buffer[4096];
  GThread *thread;
  Pipe pipe;

  g_socket_client_set_enable_proxy (client, FALSE);
  far = g_socket_client_connect_to_host (client, "127.0.0.1", wire->target, NULL, NULL);
  if (far == NULL)
    return TRUE;
  pipe = (Pipe) { g_io_stream_get_input_stream (G_IO_STREAM (near)), g_io_stream_get_output_stream (G_IO_STREAM (far)) };
  thread = g_thread_new ("pass-on", pass_on, &pipe);
  while (left > 0 && n > 0)
    {
      n = g_input_stream_read (g_io_stream_get_input_stream (G_IO_STREAM (far)), buffer, (gsize) MIN (left, (gssize) sizeof buffer), NULL, NULL);
      if (n > 0 && !g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (near)), buffer, (gsize) n, NULL, NULL, NULL))
        break;
      left -= n;
    }
  g_socket_shutdown (g_socket_connection_get_socket (near), TRUE, TRUE, NULL);
  g_socket_shutdown (g_socket_connection_get_socket (far), TRUE, TRUE, NULL);
  g_thread_join (thread);
  return TRUE;
}

static void
wire_start (Wire    *self,
            guint16  target)
{
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) bound = NULL;
  GError *error = NULL;

  self->target = target;
  self->service = g_threaded_socket_service_new (16);
  g_socket_listener_add_address (G_SOCKET_LISTENER (self->service), any, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL, &bound, &error);
  g_assert_no_error (error);
  self->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
  g_signal_connect (self->service, "run", G_CALLBACK (connect_through), self);
}

static void
wire_stop (Wire *self)
{
  g_socket_service_stop (self->service);
  g_socket_listener_close (G_SOCKET_LISTENER (self->service));
  g_clear_object (&self->service);
}

/* Wherever the connection breaks, in words or in the middle of a mail, each mail comes once. */
static void
test_breaks (ImapLab       *lab,
             gconstpointer  data)
{
  Wire wire = { 0 };
  g_autofree char *filler = g_strnfill (3000, 'z');

  wire_start (&wire, lab->port);
  lab->settings->port = wire.port;
  for (guint i = 1; i <= 12; i++)
    {
      g_autofree char *text = g_strdup_printf ("From: Jonas <jonas%u@example.net>\nTo: support@fernweh.example.com\nSubject: Zip %u\n"
                                               "Message-ID: <zip-%u@example.net>\n\n%u %s\n", i, i, i, i, filler);

      imap_lab_put (lab, "", text, 60);
    }
  g_atomic_int_set (&wire.after, 100);
  g_atomic_int_set (&wire.breaks, 2);
  imap_lab_start (lab);
  for (guint after = 700; after < 20000; after += 2100)
    {
      while (g_atomic_int_get (&wire.breaks) > 0)
        imap_lab_let_pass (10);
      g_atomic_int_set (&wire.after, (gint) after);
      g_atomic_int_set (&wire.breaks, 1);
      if (workspace_count (&lab->workspace, CSM_TYPE_ID_MESSAGE) == 12)
        break;
      imap_lab_let_pass (100);
      if (g_atomic_int_get (&wire.breaks) > 0)
        {
          imap_lab_stop (lab);
          imap_lab_start (lab);
        }
    }
  g_atomic_int_set (&wire.breaks, 0);
  imap_lab_wait_messages (lab, 12);
  imap_lab_wait_health (lab, "ok", NULL);
  imap_lab_let_pass (300);
  g_assert_cmpuint (workspace_count (&lab->workspace, CSM_TYPE_ID_MESSAGE), ==, 12);
  g_assert_cmpuint (imap_lab_set_aside (lab), ==, 0);
  imap_lab_stop (lab);
  wire_stop (&wire);
}

/* Also where each mail goes elsewhere once it is here. */
static void
test_breaks_moving (ImapLab       *lab,
                    gconstpointer  data)
{
  g_assert_true (csm_imap_settings_set_after (lab->settings, "move:Done"));
  test_breaks (lab, data);
  g_assert_cmpuint (imap_lab_count (lab, "") + imap_lab_count (lab, ".Done"), ==, 12);
}

/* A mail that the connection always breaks at keeps no other from coming; in the end there is its header. */
static void
test_poison (ImapLab       *lab,
             gconstpointer  data)
{
  Wire wire = { 0 };
  g_autofree char *filler = g_strnfill (900 * 1024, 'z');
  g_autofree char *text = g_strdup_printf ("From: Big <big@example.net>\nTo: support@fernweh.example.com\nSubject: Poison\n"
                                           "Message-ID: <poison@example.net>\n\n%s\n", filler);

  wire_start (&wire, lab->port);
  lab->settings->port = wire.port;
  imap_lab_put_usual (lab, 1, 60);
  imap_lab_put (lab, "", text, 60);
  imap_lab_put_usual (lab, 2, 60);
  g_atomic_int_set (&wire.after, 100 * 1024);
  g_atomic_int_set (&wire.breaks, 1000000);
  imap_lab_start (lab);
  imap_lab_wait_messages (lab, 2);
  imap_lab_put_usual (lab, 3, 0);
  imap_lab_wait_messages (lab, 3);
  imap_lab_wait_messages (lab, 4);
  g_assert_cmpuint (imap_lab_set_aside (lab), ==, 1);
  imap_lab_wait_health (lab, "ok", NULL);
  imap_lab_stop (lab);
  wire_stop (&wire);
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

/* A server that has had enough is asked again, for as long as it takes: no mail is given up because of that. */
static void
test_busy (ImapLab       *lab,
           gconstpointer  data)
{
  static const char *const lines[] = {
    GREETING, SIGNED_IN, FOLDER, FOUND, "* 1 FETCH (UID 1 RFC822.SIZE 5 INTERNALDATE \"01-Jan-2026 00:00:00 +0000\")\r\n$ OK\r\n", "$ NO [LIMIT] Too much today\r\n", "", NULL,
  };
  static const char *const better[] = {
    GREETING, SIGNED_IN, FOLDER, FOUND, "* 1 FETCH (UID 1 RFC822.SIZE 5 INTERNALDATE \"01-Jan-2026 00:00:00 +0000\")\r\n$ OK\r\n",
    "* 1 FETCH (UID 1 BODY[] {25}\r\nFrom: a@b.example\r\n\r\nHi\r\n)\r\n$ OK\r\n", "", NULL,
  };
  FakeImap fake = { 0 };
  guint16 port = lab->settings->port;

  fake_imap_start (&fake, lines);
  lab->settings->port = fake.port;
  lab->settings->since = 0;
  lab->pace.pause = 1;
  imap_lab_start (lab);
  imap_lab_wait_health (lab, "failing", "asked again later");
  imap_lab_let_pass (1000);
  g_assert_cmpuint (imap_lab_set_aside (lab), ==, 0);
  g_assert_cmpuint (GPOINTER_TO_UINT (csm_store_run (lab->workspace.store, FALSE, list_postponed, lab, NULL)), ==, 0);
  fake.answers = better;
  imap_lab_wait_messages (lab, 1);
  imap_lab_stop (lab);
  lab->settings->port = port;
  fake_imap_stop (&fake);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/imap-hostile/words", test_words);
  g_test_add_func ("/imap-hostile/good", test_good);
  g_test_add_func ("/imap-hostile/thread", test_thread);
  g_test_add_func ("/imap-hostile/large", test_large);
  g_test_add_func ("/imap-hostile/many", test_many);
  g_test_add_func ("/imap-hostile/nonsense", test_nonsense);
  g_test_add_func ("/imap-hostile/slow", test_slow);
  g_test_add_func ("/imap-hostile/start-tls", test_start_tls);
  g_test_add_func ("/imap-hostile/ways-in", test_ways_in);
  g_test_add ("/imap-hostile/breaks", ImapLab, NULL, imap_lab_set_up, test_breaks, imap_lab_tear_down);
  g_test_add ("/imap-hostile/breaks-moving", ImapLab, NULL, imap_lab_set_up, test_breaks_moving, imap_lab_tear_down);
  g_test_add ("/imap-hostile/poison", ImapLab, NULL, imap_lab_set_up, test_poison, imap_lab_tear_down);
  g_test_add ("/imap-hostile/busy", ImapLab, NULL, imap_lab_set_up, test_busy, imap_lab_tear_down);
  return g_test_run ();
}
