/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-test-client.h"

#include <fcntl.h>
#include <gio/gunixsocketaddress.h>
#include <glib-unix.h>
#include <signal.h>
#include <sys/stat.h>
#include <string.h>
#include <unistd.h>

#include "csm-json.h"

#define FRAGMENT 900000
#define PATIENCE_SECONDS 60

static CsmTestWorkspace *workspace;
static CsmTestServer *server;

/* A connection of somebody who does not keep to the rules: bytes, and nothing that helps. */
static GSocketConnection *
open_raw (void)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GUri) uri = g_uri_parse (csm_test_server_get_url (server), G_URI_FLAGS_NONE, NULL);
  GSocketConnection *connection;
  GError *error = NULL;

  connection = g_socket_client_connect_to_host (client, g_uri_get_host (uri), (guint16) g_uri_get_port (uri), NULL, &error);
  g_assert_no_error (error);
  g_socket_set_timeout (g_socket_connection_get_socket (connection), PATIENCE_SECONDS);
  return connection;
}

/* FALSE: the server has closed. */
static gboolean
put (GSocketConnection *connection,
     const void        *bytes,
     gsize              count)
{
  return g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)), bytes, count, NULL, NULL, NULL);
}

static char *
get_head (GSocketConnection *connection)
{
  GInputStream *input = g_io_stream_get_input_stream (G_IO_STREAM (connection));
  GString *head = g_string_new (NULL);
  char c;

  while (!g_str_has_suffix (head->str, "\r\n\r\n") && g_input_stream_read (input, &c, 1, NULL, NULL) == 1)
    g_string_append_c (head, c);
  return g_string_free (head, FALSE);
}

static GSocketConnection *
upgrade_as (const char *token)
{
  GSocketConnection *connection = open_raw ();
  g_autofree char *request = g_strdup_printf ("GET /jmap/ws HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                                              "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: jmap\r\n"
                                              "Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n", token);
  g_autofree char *head = NULL;

  g_assert_true (put (connection, request, strlen (request)));
  head = get_head (connection);
  g_assert_true (g_str_has_prefix (head, "HTTP/1.1 101 "));
  g_assert_null (strstr (head, "permessage-deflate"));
  g_assert_nonnull (strstr (head, "Sec-WebSocket-Protocol: jmap"));
  return connection;
}

static GSocketConnection *
upgrade (void)
{
  return upgrade_as (workspace->lead.token);
}

static gboolean
put_frame (GSocketConnection *connection,
           guint8             first,
           gsize              length)
{
  guint8 header[14] = { first, 0x80 | 127 };
  g_autofree char *payload = g_strnfill (length, ' ');

  for (int i = 0; i < 8; i++)
    header[2 + i] = (guint8) ((guint64) length >> (56 - 8 * i));
  return put (connection, header, sizeof header) && put (connection, payload, length);
}

/* What the server closes with; 0: it just closed. */
static guint
get_close_code (GSocketConnection *connection)
{
  GInputStream *input = g_io_stream_get_input_stream (G_IO_STREAM (connection));
  g_autoptr (GError) error = NULL;
  guint8 header[2], payload[126];
  gsize got;

  while (g_input_stream_read_all (input, header, 2, &got, NULL, &error) && got == 2)
    {
      gsize length = header[1] & 0x7f;

      if (length > 125 || !g_input_stream_read_all (input, payload, length, &got, NULL, NULL) || got != length)
        return 0;
      if ((header[0] & 0x0f) == 8)
        return length >= 2 ? (guint) (payload[0] << 8 | payload[1]) : 0;
    }
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    g_error ("the server did not close within %d seconds", PATIENCE_SECONDS);
  return 0;
}

static void
assert_still_serves (void)
{
  g_autoptr (CsmTestClient) ana = csm_test_client_new (csm_test_server_get_url (server), workspace->lead.token);
  g_autoptr (CsmTestReply) reply = csm_test_client_fetch (ana, "GET", "/jmap/session", NULL, NULL);

  g_assert_cmpuint (reply->status, ==, 200);
}

static gsize
resident (void)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/statm", csm_test_server_get_pid (server));
  g_autofree char *text = NULL;
  g_auto (GStrv) parts = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  parts = g_strsplit (text, " ", 3);
  return g_ascii_strtoull (parts[1], NULL, 10) * (gsize) sysconf (_SC_PAGESIZE);
}

/* libsoup alone would put all of it together in memory. */
static void
test_fragments (void)
{
  g_autoptr (GSocketConnection) connection = upgrade ();
  gsize before = resident ();

  put_frame (connection, 0x01, FRAGMENT);
  for (int i = 0; i < 200; i++)
    {
      if (!put_frame (connection, 0x00, FRAGMENT))
        break;
    }
  g_assert_cmpuint (get_close_code (connection), ==, 1009);
  g_test_message ("%zu bytes more", resident () - MIN (before, resident ()));
#ifndef CSM_SANITIZED
  g_assert_cmpuint (resident (), <, before + 60000000);
#endif
  assert_still_serves ();
}

static void
test_large_frame (void)
{
  g_autoptr (GSocketConnection) connection = upgrade ();
  static const guint8 header[14] = { 0x81, 0x80 | 127, 0, 0, 0, 0, 0x10, 0, 0, 0 };

  g_assert_true (put (connection, header, sizeof header));
  g_assert_cmpuint (get_close_code (connection), ==, 1009);
  assert_still_serves ();
}

static void
test_binary (void)
{
  g_autoptr (GSocketConnection) connection = upgrade ();

  put (connection, "\x82\x80\0\0\0\0", 6);
  g_assert_cmpuint (get_close_code (connection), ==, 1003);
  assert_still_serves ();
}

static void
test_unmasked (void)
{
  g_autoptr (GSocketConnection) connection = upgrade ();

  put (connection, "\x81\x02{}", 4);
  g_assert_cmpuint (get_close_code (connection), ==, 1002);
  assert_still_serves ();
}

/* A request whose answer is thirty times as long. */
static char *
make_greedy_request (void)
{
  g_autofree char *filler = g_strnfill (FRAGMENT / 3, 'x');
  g_autoptr (GString) text = g_string_new (NULL);

  g_string_append_printf (text, "{'@type':'Request','using':['urn:ietf:params:jmap:core'],'methodCalls':[['Core/echo',{'a':'%s'},'0']", filler);
  for (int i = 1; i < 30; i++)
    g_string_append_printf (text, ",['Core/echo',{'#a':{'resultOf':'0','name':'Core/echo','path':'/a'}},'%d']", i);
  g_string_append (text, "]}");
  return g_strdelimit (g_string_free (g_steal_pointer (&text), FALSE), "'", '"');
}

/* Asks and asks, and never reads an answer. */
static void
test_slow_reader (void)
{
  g_autoptr (GSocketConnection) connection = upgrade ();
  g_autofree char *request = make_greedy_request ();
  gsize length = strlen (request);
  guint8 header[14] = { 0x81, 0x80 | 127 };
  gint64 end = g_get_monotonic_time () + PATIENCE_SECONDS * G_USEC_PER_SEC;
  guint sent = 0;

  for (int i = 0; i < 8; i++)
    header[2 + i] = (guint8) ((guint64) length >> (56 - 8 * i));
  while (g_get_monotonic_time () < end && put (connection, header, sizeof header) && put (connection, request, length))
    sent++;
  g_test_message ("closed after %u requests", sent);
  g_assert_cmpint (g_get_monotonic_time (), <, end);
  assert_still_serves ();
}

/* What nobody agreed on, and what a control frame can't be (RFC 6455, sections 5.2 and 5.5). */
static void
test_forbidden_frames (void)
{
  static const struct
  {
    const char *bytes;
    gsize       length;
  } frames[] = {
    { "\xc1\x82\0\0\0\0ab", 8 },               /* compressed */
    { "\xa1\x82\0\0\0\0ab", 8 },
    { "\x09\x82\0\0\0\0ab", 8 },               /* a ping in fragments */
    { "\x89\xfe\x00\x7e\0\0\0\0", 8 },         /* a ping of 126 bytes */
    { "\x8a\xff\0\0\0\0\0\1\0\0\0\0\0\0", 14 }, /* a pong of 65,536 */
    { "\x83\x80\0\0\0\0", 6 },                 /* a kind of its own */
  };

  for (guint i = 0; i < G_N_ELEMENTS (frames); i++)
    {
      g_autoptr (GSocketConnection) connection = upgrade ();
      guint code;

      g_assert_true (put (connection, frames[i].bytes, frames[i].length));
      code = get_close_code (connection);
      g_test_message ("frame %u: closed with %u", i, code);
      g_assert_true (code == 1002 || code == 1009 || code == 0);
    }
  assert_still_serves ();
}

/* Each ping is answered; nobody reads the answers. */
static void
test_pings (void)
{
  g_autoptr (GSocketConnection) connection = upgrade ();
  gsize before = resident ();
  guint8 ping[131] = { 0x89, 0x80 | 125 };
  gint64 end = g_get_monotonic_time () + PATIENCE_SECONDS * G_USEC_PER_SEC;
  guint64 sent = 0;

  while (g_get_monotonic_time () < end && put (connection, ping, sizeof ping))
    sent++;
  g_test_message ("closed after %" G_GUINT64_FORMAT " pings, %zu bytes more", sent, resident () - MIN (before, resident ()));
  g_assert_cmpint (g_get_monotonic_time (), <, end);
#ifndef CSM_SANITIZED
  g_assert_cmpuint (resident (), <, before + 10000000);
#endif
  assert_still_serves ();
}

/* Goes on as long as the server listens; how much that was. */
static guint64
pour (const char *start,
      const char *filler)
{
  g_autoptr (GSocketConnection) connection = open_raw ();
  g_autoptr (GString) block = g_string_new (NULL);
  gint64 end = g_get_monotonic_time () + PATIENCE_SECONDS * G_USEC_PER_SEC;
  guint64 poured = 0;

  while (block->len < 65536)
    g_string_append (block, filler);
  put (connection, start, strlen (start));
  while (g_get_monotonic_time () < end && put (connection, block->str, block->len))
    poured += block->len;
  g_assert_cmpint (g_get_monotonic_time (), <, end);
  return poured;
}

static void
test_endless_head (void)
{
  gsize before = resident ();

  g_test_message ("request line: %" G_GUINT64_FORMAT " bytes", pour ("GET /", "a"));
  g_test_message ("one header: %" G_GUINT64_FORMAT " bytes", pour ("GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: ", "a"));
  g_test_message ("many headers: %" G_GUINT64_FORMAT " bytes", pour ("GET / HTTP/1.1\r\nHost: localhost\r\n", "X-More: a\r\n"));
  g_test_message ("no line at all: %" G_GUINT64_FORMAT " bytes", pour ("", "\r\n"));
  g_test_message ("%zu bytes more", resident () - MIN (before, resident ()));
#ifndef CSM_SANITIZED
  g_assert_cmpuint (resident (), <, before + 30000000);
#endif
  assert_still_serves ();
}

static void
test_huge_lengths (void)
{
  static const char * const lengths[] = { "10000001", "99999999999", "9223372036854775807", "99999999999999999999999" };

  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      g_autoptr (GSocketConnection) connection = open_raw ();
      g_autofree char *request = g_strdup_printf ("POST /jmap/api HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\n"
                                                  "Content-Length: %s\r\n\r\n{}", workspace->lead.token, lengths[i]);
      g_autofree char *head = NULL;

      g_assert_true (put (connection, request, strlen (request)));
      g_socket_shutdown (g_socket_connection_get_socket (connection), FALSE, TRUE, NULL);
      head = get_head (connection);
      g_test_message ("%s: %.20s", lengths[i], head);
      g_assert_true (*head == '\0' || g_str_has_prefix (head, "HTTP/1.1 4"));
    }
  assert_still_serves ();
}

/* A device that asks for too much at once is told to wait; nobody else is. */
static void
test_many_requests (void)
{
  g_autoptr (GPtrArray) connections = g_ptr_array_new_with_free_func (g_object_unref);
  g_autofree char *body = make_greedy_request ();
  g_autofree char *request = g_strdup_printf ("POST /jmap/api HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\n"
                                              "Content-Length: %zu\r\n\r\n%s", workspace->agent.token, strlen (body), body);
  guint accepted = 0, refused = 0;

  for (guint i = 0; i < 30; i++)
    {
      GSocketConnection *connection = open_raw ();

      g_assert_true (put (connection, request, strlen (request)));
      g_ptr_array_add (connections, connection);
    }
  assert_still_serves ();
  for (guint i = 0; i < connections->len; i++)
    {
      g_autofree char *head = get_head (g_ptr_array_index (connections, i));

      accepted += g_str_has_prefix (head, "HTTP/1.1 200 ");
      if (!g_str_has_prefix (head, "HTTP/1.1 429 "))
        continue;
      refused++;
      g_assert_nonnull (strstr (head, "Retry-After: 1\r\n"));
    }
  g_test_message ("%u answered, %u told to wait", accepted, refused);
  g_assert_cmpuint (accepted, >=, 8);
  g_assert_cmpuint (refused, >, 0);
  g_assert_cmpuint (accepted + refused, ==, 30);
}

static void
test_many_sockets (void)
{
  g_autoptr (GPtrArray) connections = g_ptr_array_new_with_free_func (g_object_unref);
  g_autofree char *request = g_strdup_printf ("GET /jmap/ws HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                                              "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: jmap\r\n\r\n",
                                              workspace->agent.token);
  guint upgraded = 0;

  for (guint i = 0; i < 80; i++)
    {
      GSocketConnection *connection = open_raw ();
      g_autofree char *head = NULL;

      g_ptr_array_add (connections, connection);
      g_assert_true (put (connection, request, strlen (request)));
      head = get_head (connection);
      upgraded += g_str_has_prefix (head, "HTTP/1.1 101 ");
      g_assert_true (g_str_has_prefix (head, "HTTP/1.1 101 ") || g_str_has_prefix (head, "HTTP/1.1 429 "));
    }
  g_assert_cmpuint (upgraded, ==, 64);
  assert_still_serves ();
}

/* Somebody who has to go: by another process, and at once. */
static void
test_deactivated (void)
{
  g_autoptr (CsmTestClient) mira = csm_test_client_new (csm_test_server_get_url (server), workspace->agent.token);
  g_autofree char *program = csm_test_server_program ();
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (CsmTestReply) reply = NULL;
  g_autoptr (GSocketConnection) connection = upgrade_as (workspace->agent.token);
  gint64 started;
  GError *error = NULL;

  process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE, &error, program, "--data", workspace->directory,
                              "user", "deactivate", workspace->agent.email, NULL);
  g_assert_no_error (error);
  g_subprocess_wait_check (process, NULL, &error);
  g_assert_no_error (error);
  started = g_get_monotonic_time ();
  g_assert_cmpuint (get_close_code (connection), ==, 1008);
  g_test_message ("closed %" G_GINT64_FORMAT " ms after the command", (g_get_monotonic_time () - started) / 1000);
  g_assert_cmpint (g_get_monotonic_time () - started, <, PATIENCE_SECONDS * G_USEC_PER_SEC);
  /* It is not the token that is wrong. */
  reply = csm_test_client_fetch (mira, "GET", "/jmap/session", NULL, NULL);
  g_assert_cmpuint (reply->status, ==, 403);
  assert_still_serves ();
}

/* The connection ends in the middle of everything. */
static void
test_hang_up (void)
{
  static const char * const starts[] = {
    "", "GET", "GET /jmap/session HTTP/1.1\r\nHost: localhost\r\n", "POST /auth/sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{",
    "GET /jmap/session HTTP/9.9\r\n\r\n", "\x16\x03\x01", "POST /jmap/api HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
  };

  for (guint i = 0; i < G_N_ELEMENTS (starts); i++)
    {
      g_autoptr (GSocketConnection) connection = open_raw ();

      put (connection, starts[i], strlen (starts[i]));
      g_io_stream_close (G_IO_STREAM (connection), NULL, NULL);
    }
  for (int i = 0; i < 5; i++)
    {
      g_autoptr (GSocketConnection) connection = upgrade ();

      put (connection, "{", 1);
      g_io_stream_close (G_IO_STREAM (connection), NULL, NULL);
    }
  assert_still_serves ();
}

/* --- The embedded server ------------------------------------------------------------------------------------------------ */

typedef struct
{
  int tell;
  int alive;
} Pipes;

static void
give_pipes (gpointer data)
{
  const Pipes *pipes = data;

  dup2 (pipes->tell, 3);
  dup2 (pipes->alive, 4);
}

static CsmTestReply *
fetch_over_socket (GSocketAddress *address,
                   const char     *token,
                   const char     *path)
{
  g_autoptr (SoupSession) session = soup_session_new_with_options ("remote-connectable", address, NULL);
  CsmTestClient client = { session, (char *) "http://localhost", (char *) token };

  return csm_test_client_fetch (&client, "GET", path, NULL, NULL);
}

static void
test_embedded (void)
{
  g_autoptr (CsmTestWorkspace) other = csm_test_workspace_new (0);
  g_autofree char *program = csm_test_server_program ();
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_NONE);
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (JsonObject) told = NULL;
  g_autoptr (GSocketAddress) address = NULL;
  g_autoptr (CsmTestReply) reply = NULL;
  g_autoptr (CsmTestReply) refused = NULL;
  GError *error = NULL;
  char line[4096] = { 0 };
  int tell[2], alive[2];
  struct stat about;
  Pipes pipes;

  g_assert_cmpint (g_unix_open_pipe (tell, FD_CLOEXEC, NULL), ==, TRUE);
  g_assert_cmpint (g_unix_open_pipe (alive, FD_CLOEXEC, NULL), ==, TRUE);
  /* Out of the way of 3 and 4. */
  pipes.tell = fcntl (tell[1], F_DUPFD_CLOEXEC, 10);
  pipes.alive = fcntl (alive[0], F_DUPFD_CLOEXEC, 10);
  close (tell[1]);
  close (alive[0]);
  g_subprocess_launcher_set_child_setup (launcher, give_pipes, &pipes, NULL);
  process = g_subprocess_launcher_spawn (launcher, &error, program, "--data", other->directory, "serve", "--embedded", NULL);
  g_assert_no_error (error);
  close (pipes.tell);
  close (pipes.alive);
  g_assert_cmpint (read (tell[0], line, sizeof line - 1), >, 0);
  told = csm_json_parse_object (line, -1, &error);
  g_assert_no_error (error);
  csm_assert_text (told, "personId", other->admin.id);

  g_assert_cmpint (stat (csm_json_get_string (told, "socket"), &about), ==, 0);
  g_assert_cmpuint (about.st_mode & 0777, ==, 0600);
  address = g_unix_socket_address_new (csm_json_get_string (told, "socket"));
  reply = fetch_over_socket (address, csm_json_get_string (told, "token"), "/jmap/session");
  g_assert_cmpuint (reply->status, ==, 200);
  csm_assert_text (reply->json, "apiUrl", "http://localhost/jmap/api");
  refused = fetch_over_socket (address, "wrong", "/jmap/session");
  g_assert_cmpuint (refused->status, ==, 401);

  /* The app is gone, and so is its server. */
  close (alive[1]);
  g_subprocess_wait_check (process, NULL, &error);
  g_assert_no_error (error);
  g_assert_false (g_file_test (csm_json_get_string (told, "socket"), G_FILE_TEST_EXISTS));
  close (tell[0]);
}

int
main (int   argc,
      char *argv[])
{
  int result;

  signal (SIGPIPE, SIG_IGN);
  g_test_init (&argc, &argv, NULL);
  workspace = csm_test_workspace_new (1);
  server = csm_test_server_new (workspace->directory, NULL);
  g_test_add_func ("/server/hostile/fragments", test_fragments);
  g_test_add_func ("/server/hostile/large-frame", test_large_frame);
  g_test_add_func ("/server/hostile/binary", test_binary);
  g_test_add_func ("/server/hostile/unmasked", test_unmasked);
  g_test_add_func ("/server/hostile/slow-reader", test_slow_reader);
  g_test_add_func ("/server/hostile/forbidden-frames", test_forbidden_frames);
  g_test_add_func ("/server/hostile/pings", test_pings);
  g_test_add_func ("/server/hostile/endless-head", test_endless_head);
  g_test_add_func ("/server/hostile/huge-lengths", test_huge_lengths);
  g_test_add_func ("/server/hostile/many-requests", test_many_requests);
  g_test_add_func ("/server/hostile/many-sockets", test_many_sockets);
  g_test_add_func ("/server/hostile/hang-up", test_hang_up);
  g_test_add_func ("/server/hostile/deactivated", test_deactivated);
  g_test_add_func ("/server/embedded", test_embedded);
  result = g_test_run ();
  csm_test_server_free (server);
  csm_test_workspace_free (workspace);
  return result;
}
