/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include <glib/gstdio.h>
#include <string.h>

#include "csm-connection.h"
#include "csm-json.h"
#include "csm-test-client.h"
#include "csm-test-server.h"

/* https and wss with a certificate of our own, made for the occasion. */

#define PATIENCE_SECONDS 60
#define CROWD 100
/* LeakSanitizer dies of the memory of threads in which GnuTLS was cut off in the middle. */
#ifdef CSM_SANITIZED
#define KINDS 2
#else
#define KINDS 3
#endif

typedef struct
{
  CsmTestWorkspace *workspace;
  CsmTestServer    *server;
  char             *ca;
  char             *cert;
  char             *key;
  GTlsDatabase     *database;
} Fixture;

static void
openssl (Fixture    *fixture,
         const char *arguments)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autofree char *line = g_strconcat ("openssl ", arguments, NULL);
  g_autoptr (GSubprocess) process = NULL;
  g_auto (GStrv) argv = NULL;
  GError *error = NULL;

  g_assert_true (g_shell_parse_argv (line, NULL, &argv, NULL));
  g_subprocess_launcher_set_cwd (launcher, fixture->workspace->base);
  process = g_subprocess_launcher_spawnv (launcher, (const char * const *) argv, &error);
  g_assert_no_error (error);
  g_subprocess_wait_check (process, NULL, &error);
  g_assert_no_error (error);
}

static void
make_certificate (Fixture *fixture)
{
  const char *base = fixture->workspace->base;
  g_autofree char *names = g_build_filename (base, "names", NULL);

  g_assert_true (g_file_set_contents (names, "subjectAltName=IP:127.0.0.1,DNS:localhost\n", -1, NULL));
  openssl (fixture, "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -out ca.pem -days 2 -subj '/CN=Test authority' "
                    "-addext basicConstraints=critical,CA:TRUE -addext keyUsage=keyCertSign");
  openssl (fixture, "req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout server.key -out server.csr -subj /CN=localhost");
  openssl (fixture, "x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out server.pem -days 2 -extfile names");
  fixture->ca = g_build_filename (base, "ca.pem", NULL);
  fixture->cert = g_build_filename (base, "server.pem", NULL);
  fixture->key = g_build_filename (base, "server.key", NULL);
}

static void
start (Fixture    *fixture,
       const char *option,
       const char *value)
{
  const char *arguments[] = { "--tls-cert", fixture->cert, "--tls-key", fixture->key, "--patience", "2", option, value, NULL };

  fixture->server = csm_test_server_new (fixture->workspace->directory, arguments);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  GError *error = NULL;

  fixture->workspace = csm_test_workspace_new (1);
  make_certificate (fixture);
  fixture->database = g_tls_file_database_new (fixture->ca, &error);
  g_assert_no_error (error);
  start (fixture, NULL, NULL);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  csm_test_server_free (fixture->server);
  csm_test_workspace_free (fixture->workspace);
  g_clear_object (&fixture->database);
  g_free (fixture->ca);
  g_free (fixture->cert);
  g_free (fixture->key);
}

static void
test_https (Fixture       *fixture,
            gconstpointer  data)
{
  const char *url = csm_test_server_get_url (fixture->server);
  g_autoptr (CsmTestClient) ana = csm_test_client_new (url, fixture->workspace->lead.token);
  g_autofree char *api = g_strconcat (url, "/jmap/api", NULL);
  g_autofree char *plain = g_strconcat ("wss", strstr (url, "://"), "/jmap/ws", NULL);

  g_assert_true (g_str_has_prefix (url, "https://127.0.0.1:"));
  g_object_set (ana->session, "tls-database", fixture->database, NULL);
  /* The second request on the same connection, too. */
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (CsmTestReply) reply = csm_test_client_fetch (ana, "GET", "/jmap/session", NULL, NULL);

      g_assert_cmpuint (reply->status, ==, 200);
      csm_assert_text (reply->json, "apiUrl", api);
      g_assert_cmpstr (csm_json_get_string (csm_json_get_object (csm_json_get_object (reply->json, "capabilities"), "urn:ietf:params:jmap:websocket"), "url"),
                       ==, plain);
    }
}

static void
test_untrusted (Fixture       *fixture,
                gconstpointer  data)
{
  g_autoptr (SoupSession) session = soup_session_new ();
  g_autofree char *url = g_strconcat (csm_test_server_get_url (fixture->server), "/jmap/session", NULL);
  g_autoptr (SoupMessage) msg = soup_message_new ("GET", url);
  g_autoptr (GInputStream) body = NULL;
  g_autoptr (GError) error = NULL;

  body = soup_session_send (session, msg, NULL, &error);
  g_assert_null (body);
  g_assert_error (error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE);
}

typedef struct
{
  gboolean  done;
  GError   *error;
} Opened;

static void
opened_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  Opened *opened = user_data;

  csm_connection_open_finish (CSM_CONNECTION (source), result, &opened->error);
  opened->done = TRUE;
}

/* The app's own: by this authority and no other. */
static void
test_connection (Fixture       *fixture,
                 gconstpointer  data)
{
  CsmConnection *distrusting = csm_connection_new (csm_test_server_get_url (fixture->server), NULL, fixture->workspace->lead.token);
  CsmConnection *trusting = csm_connection_new (csm_test_server_get_url (fixture->server), NULL, fixture->workspace->lead.token);
  Opened first = { 0 }, second = { 0 };

  csm_connection_open_async (distrusting, NULL, opened_cb, &first);
  csm_test_wait (&first.done);
  g_assert_nonnull (first.error);
  g_assert_cmpint (csm_failure_of_error (first.error), ==, CSM_FAILURE_OFFLINE);
  g_clear_error (&first.error);

  g_object_set (csm_connection_get_soup (trusting), "tls-database", fixture->database, NULL);
  csm_connection_open_async (trusting, NULL, opened_cb, &second);
  csm_test_wait (&second.done);
  g_assert_no_error (second.error);
  g_assert_true (g_str_has_prefix (csm_connection_get_session (trusting)->socket_url, "wss://127.0.0.1:"));
  g_object_unref (distrusting);
  g_object_unref (trusting);
}

typedef struct
{
  gboolean  done;
  char     *text;
} Heard;

static void
message_cb (SoupWebsocketConnection *connection,
            int                      type,
            GBytes                  *text,
            Heard                   *heard)
{
  heard->text = g_strndup (g_bytes_get_data (text, NULL), g_bytes_get_size (text));
  heard->done = TRUE;
}

static void
connected_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  GError *error = NULL;

  *(SoupWebsocketConnection **) user_data = soup_session_websocket_connect_finish (SOUP_SESSION (source), result, &error);
  g_assert_no_error (error);
}

static void
test_socket (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr (CsmTestClient) ana = csm_test_client_new (csm_test_server_get_url (fixture->server), fixture->workspace->lead.token);
  g_autoptr (SoupMessage) msg = csm_test_client_message (ana, "GET", "/jmap/ws");
  g_autoptr (SoupWebsocketConnection) socket = NULL;
  char *protocols[] = { (char *) "jmap", NULL };
  Heard heard = { 0 };

  g_object_set (ana->session, "tls-database", fixture->database, NULL);
  soup_session_websocket_connect_async (ana->session, msg, NULL, protocols, G_PRIORITY_DEFAULT, NULL, connected_cb, &socket);
  while (socket == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_signal_connect (socket, "message", G_CALLBACK (message_cb), &heard);
  soup_websocket_connection_send_text (socket, "{\"@type\":\"Request\",\"id\":\"1\",\"using\":[\"urn:ietf:params:jmap:core\"],\"methodCalls\":[[\"Core/echo\",{},\"0\"]]}");
  csm_test_wait (&heard.done);
  g_assert_nonnull (strstr (heard.text, "Core/echo"));
  g_free (heard.text);
}

static void
test_public_url (Fixture       *fixture,
                 gconstpointer  data)
{
  g_autoptr (CsmTestClient) ana = NULL;
  g_autoptr (CsmTestReply) reply = NULL;

  csm_test_server_free (fixture->server);
  start (fixture, "--public-url", "https://desk.example.com/casement/");
  ana = csm_test_client_new (csm_test_server_get_url (fixture->server), fixture->workspace->lead.token);
  g_object_set (ana->session, "tls-database", fixture->database, NULL);
  reply = csm_test_client_fetch (ana, "GET", "/jmap/session", NULL, NULL);
  csm_assert_text (reply->json, "apiUrl", "https://desk.example.com/casement/jmap/api");
  g_assert_true (g_str_has_prefix (csm_json_get_string (reply->json, "eventSourceUrl"), "https://desk.example.com/casement/jmap/eventsource"));
  g_assert_cmpstr (csm_json_get_string (csm_json_get_object (csm_json_get_object (reply->json, "capabilities"), "urn:ietf:params:jmap:websocket"), "url"),
                   ==, "wss://desk.example.com/casement/jmap/ws");
}

/* Who doesn't get as far as a handshake is not waited for either. */
static void
test_slow_handshake (Fixture       *fixture,
                     gconstpointer  data)
{
  static const char * const starts[] = { "", "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", "\x16\x03\x01\x02" };
  g_autoptr (GUri) uri = g_uri_parse (csm_test_server_get_url (fixture->server), G_URI_FLAGS_NONE, NULL);
  g_autoptr (GSocketClient) client = g_socket_client_new ();

  for (guint i = 0; i < G_N_ELEMENTS (starts); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GSocketConnection) connection = g_socket_client_connect_to_host (client, "127.0.0.1", (guint16) g_uri_get_port (uri), NULL, &error);
      gint64 started = g_get_monotonic_time ();
      char block[256];

      g_assert_no_error (error);
      g_socket_set_timeout (g_socket_connection_get_socket (connection), PATIENCE_SECONDS);
      g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)), starts[i], strlen (starts[i]), NULL, NULL, NULL);
      while (g_input_stream_read (g_io_stream_get_input_stream (G_IO_STREAM (connection)), block, sizeof block, NULL, NULL) > 0)
        ;
      g_test_message ("%u: %.1f s", i, (double) (g_get_monotonic_time () - started) / G_USEC_PER_SEC);
      g_assert_cmpint (g_get_monotonic_time () - started, <, PATIENCE_SECONDS * G_USEC_PER_SEC);
    }
  test_https (fixture, NULL);
}

/* Many from one address, that say nothing, half a word, or a word and then nothing. */
static void
test_crowd (Fixture       *fixture,
            gconstpointer  data)
{
  /* A ClientHello of TLS 1.2. */
  static const char hello[] = "\x16\x03\x01\x00\x3f\x01\x00\x00\x3b\x03\x03" "01234567890123456789012345678901" "\x00\x00\x02\xc0\x2b\x01\x00"
                              "\x00\x10\x00\x0a\x00\x04\x00\x02\x00\x17\x00\x0d\x00\x04\x00\x02\x04\x03";
  static const gsize lengths[] = { 0, 4, sizeof hello - 1 };
  g_autoptr (GPtrArray) crowd = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketAddress) elsewhere = g_inet_socket_address_new_from_string ("127.0.0.2", 0);
  g_autoptr (GUri) uri = NULL;
  gint64 started;

  csm_test_server_free (fixture->server);
  start (fixture, "--patience", "60");
  g_socket_client_set_local_address (client, elsewhere);
  uri = g_uri_parse (csm_test_server_get_url (fixture->server), G_URI_FLAGS_NONE, NULL);
  for (guint i = 0; i < CROWD; i++)
    {
      g_autoptr (GError) error = NULL;
      GSocketConnection *connection = g_socket_client_connect_to_host (client, "127.0.0.1", (guint16) g_uri_get_port (uri), NULL, &error);

      g_assert_no_error (error);
      g_ptr_array_add (crowd, connection);
      g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)), hello, lengths[i % KINDS], NULL, NULL, NULL);
    }
  started = g_get_monotonic_time ();
  test_https (fixture, NULL);
  g_test_message ("%.1f s", (double) (g_get_monotonic_time () - started) / G_USEC_PER_SEC);
  g_assert_cmpint (g_get_monotonic_time () - started, <, 30 * G_USEC_PER_SEC);
}

#define ADD(path, func) g_test_add ("/server/tls/" path, Fixture, NULL, set_up, func, tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("https", test_https);
  ADD ("untrusted", test_untrusted);
  ADD ("connection", test_connection);
  ADD ("socket", test_socket);
  ADD ("public-url", test_public_url);
  ADD ("slow-handshake", test_slow_handshake);
  ADD ("crowd", test_crowd);
  return g_test_run ();
}
