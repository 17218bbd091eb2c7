/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "channel-test.h"

#include <string.h>

#include "csm-json.h"
#include "csm-lmtp-server.h"

#define SUPPORT "support@fernweh.example.com"
#define HELLO "LHLO mail.example.com\r\n"
#define FROM "MAIL FROM:<jonas@example.net> SIZE=100\r\n"
#define MAIL(n) "From: Jonas <jonas@example.net>\r\nTo: support@fernweh.example.com\r\nSubject: Zip " #n "\r\nMessage-ID: <zip-" #n "@example.net>\r\n\r\nMy zip is broken.\r\n"

typedef struct
{
  Workspace      workspace;
  CsmLmtpServer *server;
  guint16        port;
} Lab;

static void
set_up (Lab           *lab,
        gconstpointer  data)
{
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) bound = NULL;
  GError *error = NULL;

  workspace_set_up (&lab->workspace, NULL);
  lab->server = csm_lmtp_server_new (lab->workspace.store, channel_test_reader ());
  bound = csm_lmtp_server_listen (lab->server, any, &error);
  g_assert_no_error (error);
  lab->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
}

static void
tear_down (Lab           *lab,
           gconstpointer  data)
{
  csm_lmtp_server_stop (lab->server);
  g_assert_finalize_object (lab->server);
  workspace_assert_clean (&lab->workspace);
  workspace_tear_down (&lab->workspace, NULL);
}

/* --- A mail server ---------------------------------------------------------------------------------------------------------------------- */

typedef struct
{
  guint16     port;
  const char *lines;
  gsize       length;
  GString    *codes;
  gint        done;
} Visit;

/* Says all of it at once, and notes the code that each answer ends with. */
static gpointer
visit (gpointer data)
{
  Visit *self = data;
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnection) connection = NULL;
  g_autoptr (GDataInputStream) in = NULL;
  char *line;

  g_socket_client_set_enable_proxy (client, FALSE);
  connection = g_socket_client_connect_to_host (client, "127.0.0.1", self->port, NULL, NULL);
  g_assert_nonnull (connection);
  g_socket_set_timeout (g_socket_connection_get_socket (connection), 30);
  g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)), self->lines, self->length, NULL, NULL, NULL);
  g_socket_shutdown (g_socket_connection_get_socket (connection), FALSE, TRUE, NULL);
  in = g_data_input_stream_new (g_io_stream_get_input_stream (G_IO_STREAM (connection)));
  while ((line = g_data_input_stream_read_line (in, NULL, NULL, NULL)) != NULL)
    {
      if (strlen (line) > 3 && line[3] == ' ')
        g_string_append_printf (self->codes, "%s%.3s", self->codes->len > 0 ? " " : "", line);
      g_free (line);
    }
  g_atomic_int_set (&self->done, TRUE);
  g_main_context_wakeup (NULL);
  return NULL;
}

static void
assert_codes (Lab        *lab,
              const char *lines,
              const char *expected)
{
  Visit self = { lab->port, lines, strlen (lines), g_string_new (NULL), FALSE };
  GThread *thread = g_thread_new ("visit", visit, &self);

  while (!g_atomic_int_get (&self.done))
    g_main_context_iteration (NULL, TRUE);
  g_thread_join (thread);
  g_assert_cmpstr (self.codes->str, ==, expected);
  g_string_free (self.codes, TRUE);
}

static guint
n_messages (Lab *lab)
{
  return workspace_count (&lab->workspace, CSM_TYPE_ID_MESSAGE);
}

static gpointer
save_channel (CsmTxn        *txn,
              gpointer       input,
              GCancellable  *cancellable,
              GError       **error)
{
  csm_txn_update (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (CSM_TYPE_ID_CHANNEL), csm_json_get_string (input, "id"), input, error);
  return NULL;
}

static void
set_channel (Lab        *lab,
             const char *member,
             gboolean    value)
{
  g_autoptr (JsonObject) channel = workspace_get (&lab->workspace, CSM_TYPE_ID_CHANNEL, lab->workspace.channel);
  GError *error = NULL;

  json_object_set_boolean_member (channel, member, value);
  csm_store_run (lab->workspace.store, TRUE, save_channel, channel, &error);
  g_assert_no_error (error);
}

/* --- Tests ------------------------------------------------------------------------------------------------------------------------------ */

/* An answer each, and the mail is there when it is given. */
static void
test_deliver (Lab           *lab,
              gconstpointer  data)
{
  assert_codes (lab, HELLO FROM "RCPT TO:<" SUPPORT ">\r\nRCPT TO:<nobody@fernweh.example.com>\r\nDATA\r\n" MAIL (1) ".\r\nQUIT\r\n",
                "220 250 250 250 550 354 250 221");
  g_assert_cmpuint (n_messages (lab), ==, 1);
  /* Twice is once, and two are two. */
  assert_codes (lab, HELLO FROM "RCPT TO:<Support@Fernweh.example.com>\r\nDATA\r\n" MAIL (1) ".\r\n"
                "MAIL FROM:<>\r\nRCPT TO:<" SUPPORT ">\r\nDATA\r\n" MAIL (2) ".\r\nQUIT\r\n", "220 250 250 250 354 250 250 250 354 250 221");
  g_assert_cmpuint (n_messages (lab), ==, 2);
}

static void
test_two (Lab           *lab,
          gconstpointer  data)
{
  workspace_add (&lab->workspace, CSM_TYPE_ID_CHANNEL, "h01H0000000000000000000000A", channel_test_json ("{'name':'Sales','address':'sales@fernweh.example.com'}"));
  assert_codes (lab, HELLO FROM "RCPT TO:<" SUPPORT ">\r\nRCPT TO:<sales@fernweh.example.com>\r\nDATA\r\n" MAIL (1) ".\r\nQUIT\r\n",
                "220 250 250 250 250 354 250 250 221");
  g_assert_cmpuint (n_messages (lab), ==, 2);
}

/* Only a dot between two whole line ends ends a mail: otherwise a stranger could make two of one. */
static void
test_dots (Lab           *lab,
           gconstpointer  data)
{
  assert_codes (lab, HELLO FROM "RCPT TO:<" SUPPORT ">\r\nDATA\r\n" MAIL (1) "..\r\n...two\r\n.one\r\na\n.\nb\r.\rc\r\n.\nMAIL FROM:<x@example.net>\r\n.x\r\n.\r\nQUIT\r\n",
                "220 250 250 250 354 250 221");
  g_assert_cmpuint (n_messages (lab), ==, 1);
}

static void
test_tags (Lab           *lab,
           gconstpointer  data)
{
  assert_codes (lab, HELLO FROM "RCPT TO:<support+news@fernweh.example.com>\r\nQUIT\r\n", "220 250 250 550 221");
  set_channel (lab, "plusAddressing", TRUE);
  assert_codes (lab, HELLO FROM "RCPT TO:<support+news@fernweh.example.com>\r\nQUIT\r\n", "220 250 250 250 221");
  set_channel (lab, "enabled", FALSE);
  assert_codes (lab, HELLO FROM "RCPT TO:<" SUPPORT ">\r\nQUIT\r\n", "220 250 250 550 221");
}

/* Half a mail is none. */
static void
test_broken (Lab           *lab,
             gconstpointer  data)
{
  assert_codes (lab, HELLO FROM "RCPT TO:<" SUPPORT ">\r\nDATA\r\n" MAIL (1), "220 250 250 250 354");
  assert_codes (lab, HELLO FROM "RCPT TO:<" SUPPORT ">\r\nDATA\r\n" MAIL (1) ".\r", "220 250 250 250 354");
  assert_codes (lab, HELLO FROM "RCPT TO:<" SUPPORT ">\r\nRSET\r\nDATA\r\nQUIT\r\n", "220 250 250 250 250 503 221");
  g_assert_cmpuint (n_messages (lab), ==, 0);
}

static void
test_nonsense (Lab           *lab,
               gconstpointer  data)
{
  g_autoptr (GString) much = g_string_new (HELLO);
  g_autoptr (GString) many = g_string_new (HELLO);
  g_autoptr (GString) wrong = g_string_new (HELLO);
  g_autoptr (GString) codes = g_string_new ("220 250");

  assert_codes (lab, FROM "DATA\r\nRCPT TO:<" SUPPORT ">\r\nHELO x\r\n\r\nMAIL\r\nVRFY x\r\nNOOP\r\nQUIT\r\n", "220 503 503 503 500 500 503 252 250 221");
  /* What could end a field and begin another has no place in an envelope. */
  assert_codes (lab, HELLO "MAIL FROM:<a@example.net\rAuthentication-Results: us; dkim=pass>\r\nQUIT\r\n", "220 250 501 221");
  assert_codes (lab, HELLO "MAIL FROM:nobody\r\nMAIL FROM:<x\r\nMAIL FROM:<\xff>\r\n" FROM "RCPT TO:x\r\n" FROM "QUIT\r\n", "220 250 501 501 501 250 501 503 221");
  for (guint i = 0; i < 10000; i++)
    g_string_append (much, "xxxxxxxxxx");
  assert_codes (lab, much->str, "220 250");
  for (guint i = 0; i < 40; i++)
    g_string_append (wrong, "X\r\n");
  for (guint i = 0; i < 21; i++)
    g_string_append (codes, " 500");
  assert_codes (lab, wrong->str, codes->str);
  g_string_append (many, FROM);
  for (guint i = 0; i < 101; i++)
    g_string_append (many, "RCPT TO:<" SUPPORT ">\r\n");
  g_string_assign (codes, "220 250 250");
  for (guint i = 0; i < 100; i++)
    g_string_append (codes, " 250");
  g_string_append (codes, " 452");
  assert_codes (lab, many->str, codes->str);
  g_assert_cmpuint (n_messages (lab), ==, 0);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/lmtp/deliver", Lab, NULL, set_up, test_deliver, tear_down);
  g_test_add ("/lmtp/two", Lab, NULL, set_up, test_two, tear_down);
  g_test_add ("/lmtp/dots", Lab, NULL, set_up, test_dots, tear_down);
  g_test_add ("/lmtp/tags", Lab, NULL, set_up, test_tags, tear_down);
  g_test_add ("/lmtp/broken", Lab, NULL, set_up, test_broken, tear_down);
  g_test_add ("/lmtp/nonsense", Lab, NULL, set_up, test_nonsense, tear_down);
  return g_test_run ();
}
