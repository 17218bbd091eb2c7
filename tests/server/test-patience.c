/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "csm-id.h"
#include "csm-json.h"
#include "csm-test-client.h"
#include "csm-test-server.h"

/* Those who keep a connection and do nothing useful with it: how long the server lets them, what that costs, and that others don't notice. */

#define PATIENCE 2
#define TICK_MS 100
/* What a busy machine may take longer, s: those who are not disconnected stay for ever. */
#define SLACK 30
#define CROWD 2500
#define OFFICE 200

static CsmTestWorkspace *workspace;
static CsmTestServer *server;

static const char *const quick[] = { "--patience", "2", NULL };

/* --- The server from outside ------------------------------------------------------------------------------------------------ */

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

/* User and system time, s. */
static double
worked (void)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/stat", csm_test_server_get_pid (server));
  g_autofree char *text = NULL;
  g_auto (GStrv) parts = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  parts = g_strsplit (strrchr (text, ')'), " ", -1);
  return (double) (g_ascii_strtoull (parts[12], NULL, 10) + g_ascii_strtoull (parts[13], NULL, 10)) / (double) sysconf (_SC_CLK_TCK);
}

static guint
descriptors (void)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/fd", csm_test_server_get_pid (server));
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  guint count = 0;

  while (g_dir_read_name (dir) != NULL)
    count++;
  return count;
}

static gint64
time_session (void)
{
  g_autoptr (CsmTestClient) ana = csm_test_client_new (csm_test_server_get_url (server), workspace->lead.token);
  gint64 started = g_get_monotonic_time ();
  g_autoptr (CsmTestReply) reply = csm_test_client_fetch (ana, "GET", "/jmap/session", NULL, NULL);

  g_assert_cmpuint (reply->status, ==, 200);
  return g_get_monotonic_time () - started;
}

/* --- Connections -------------------------------------------------------------------------------------------------------------- */

/* @window: what the kernel keeps for us, bytes; 0: what it likes. */
static int
open_raw (int window)
{
  g_autoptr (GUri) uri = g_uri_parse (csm_test_server_get_url (server), G_URI_FLAGS_NONE, NULL);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new_from_string ("127.0.0.1", (guint) g_uri_get_port (uri));
  guint8 native[128];
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  g_assert_cmpint (fd, >=, 0);
  if (window > 0)
    g_assert_cmpint (setsockopt (fd, SOL_SOCKET, SO_RCVBUF, &window, sizeof window), ==, 0);
  g_assert_true (g_socket_address_to_native (address, native, sizeof native, NULL));
  g_assert_cmpint (connect (fd, (struct sockaddr *) native, (socklen_t) g_socket_address_get_native_size (address)), ==, 0);
  return fd;
}

static gboolean
put (int         fd,
     const void *bytes,
     gsize       count)
{
  const char *at = bytes;

  while (count > 0)
    {
      gssize sent = send (fd, at, count, MSG_NOSIGNAL);

      if (sent <= 0)
        return FALSE;
      at += sent;
      count -= (gsize) sent;
    }
  return TRUE;
}

static char *
get_head (int fd)
{
  GString *head = g_string_new (NULL);
  char c;

  while (!g_str_has_suffix (head->str, "\r\n\r\n") && recv (fd, &c, 1, 0) == 1)
    g_string_append_c (head, c);
  return g_string_free (head, FALSE);
}

static char *
make_request (const char *method,
              const char *path,
              const char *token,
              const char *more)
{
  return g_strdup_printf ("%s %s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n%s\r\n", method, path, token, more);
}

static int
upgrade (const char *token)
{
  g_autofree char *request = make_request ("GET", "/jmap/ws", token,
                                           "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                                           "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: jmap\r\n");
  int fd = open_raw (0);
  g_autofree char *head = NULL;

  g_assert_true (put (fd, request, strlen (request)));
  head = get_head (fd);
  g_assert_true (g_str_has_prefix (head, "HTTP/1.1 101 "));
  return fd;
}

/* --- Wasting time ----------------------------------------------------------------------------------------------------------------- */

typedef struct
{
  const char *data;    /* may have zeros in it */
  gsize       length;
} Bytes;

#define BYTES(text) { text, sizeof text - 1 }
#define NONE { NULL, 0 }

/* Somebody's way to do that: what is sent first, what is sent again and again, and when it has to end, s. */
typedef struct
{
  const char *name;
  const char *method;   /* NULL: `first` as it is */
  const char *path;
  Bytes       first;    /* headers, or what comes behind them; none: a request with a large answer */
  Bytes       drip;
  int         window;
  gboolean    socket;   /* `first` is sent on a WebSocket */
  double      most;
  int         fd;
  double      lasted;   /* < 0: still there */
} Waster;

/* A frame of 100 bytes has begun. */
#define BEGUN "\x81\xe4\0\0\0\0"

static Waster wasters[] = {
  { "idle", NULL, NULL, BYTES (""), NONE, 0, FALSE, PATIENCE + SLACK },
  { "request line", NULL, NULL, BYTES ("GET /"), BYTES ("a"), 0, FALSE, PATIENCE + SLACK },
  { "headers", NULL, NULL, BYTES ("GET / HTTP/1.1\r\n"), BYTES ("X-A: b\r\n"), 0, FALSE, PATIENCE + SLACK },
  { "sign-in body", NULL, NULL, BYTES ("POST /auth/sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5000\r\n\r\n{"), BYTES (" "), 0, FALSE, PATIENCE + SLACK },
  { "body that never comes", NULL, NULL, BYTES ("POST /auth/sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5000\r\n\r\n"), NONE, 0, FALSE, PATIENCE + SLACK },
  { "chunks", NULL, NULL, BYTES ("POST /auth/sign-in HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"), BYTES ("1\r\n \r\n"), 0, FALSE, PATIENCE + SLACK },
  { "refused, but goes on", NULL, NULL, BYTES ("POST /jmap/upload/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999\r\n\r\n"), BYTES ("x"), 0, FALSE, 4 * PATIENCE + SLACK },
  { "slow upload", "POST", "/jmap/upload/", BYTES ("Content-Type: text/plain\r\nContent-Length: 40000000\r\n"), BYTES ("xxxxxxxxxx"), 0, FALSE, PATIENCE + SLACK },
  { "signed in, then a slow request", "GET", "/jmap/session", BYTES ("GET /jmap/s"), BYTES ("e"), 0, FALSE, PATIENCE + SLACK },
  { "big answer that nobody reads", "POST", "/jmap/api", NONE, NONE, 4096, FALSE, 4 * PATIENCE + SLACK },
  { "events that nobody reads", "GET", "/jmap/eventsource?types=*&closeafter=no&ping=1", BYTES (""), BYTES ("\r\n"), 1024, FALSE, 40 },
  { "no pong", NULL, NULL, BYTES (""), NONE, 0, TRUE, 10 * PATIENCE + SLACK },
  { "slow message", NULL, NULL, BYTES (BEGUN), BYTES ("x"), 0, TRUE, 6 * PATIENCE + SLACK },
  { "slow fragments", NULL, NULL, BYTES ("\x01\x81\0\0\0\0{"), BYTES ("\x00\x81\0\0\0\0 "), 0, TRUE, 6 * PATIENCE + SLACK },
};

static char *
make_greedy_body (void)
{
  g_autofree char *filler = g_strnfill (300000, 'x');
  g_autoptr (GString) text = g_string_new (NULL);

  g_string_append_printf (text, "{'using':['urn:ietf:params:jmap:core'],'methodCalls':[['Core/echo',{'a':'%s'},'0']", filler);
  for (int i = 1; i < 30; i++)
    g_string_append_printf (text, ",['Core/echo',{'#a':{'resultOf':'0','name':'Core/echo','path':'/a'}},'%d']", i);
  g_string_append (text, "]}");
  return g_strdelimit (g_string_free (g_steal_pointer (&text), FALSE), "'", '"');
}

static void
begin (Waster *waster)
{
  g_autofree char *request = NULL;

  waster->lasted = -1;
  waster->fd = waster->socket ? upgrade (workspace->agent.token) : open_raw (waster->window);
  if (waster->method != NULL && waster->first.data == NULL)
    {
      g_autofree char *body = make_greedy_body ();
      g_autofree char *more = g_strdup_printf ("Content-Type: application/json\r\nContent-Length: %zu\r\n", strlen (body));

      request = make_request (waster->method, waster->path, workspace->agent.token, more);
      g_assert_true (put (waster->fd, request, strlen (request)));
      g_assert_true (put (waster->fd, body, strlen (body)));
      return;
    }
  if (waster->method != NULL)
    {
      gboolean is_upload = g_str_has_suffix (waster->path, "/");
      g_autofree char *path = g_strconcat (waster->path, is_upload ? workspace->workspace_id : "", NULL);

      request = make_request (waster->method, path, workspace->agent.token, is_upload ? waster->first.data : "");
      g_assert_true (put (waster->fd, request, strlen (request)));
      if (is_upload)
        return;
    }
  g_assert_true (put (waster->fd, waster->first.data, waster->first.length));
}

static gboolean
is_over (int fd)
{
  struct pollfd look = { fd, POLLRDHUP, 0 };

  return poll (&look, 1, 0) > 0 && (look.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
}

/* Answers the pings that have come. FALSE: the server has closed. */
static gboolean
answer_pings (int fd)
{
  guint8 buffer[4096];
  gssize got;

  while ((got = recv (fd, buffer, sizeof buffer, MSG_DONTWAIT)) > 0)
    {
      for (gssize at = 0; at + 1 < got; at += 2 + (buffer[at + 1] & 0x7f))
        {
          static const guint8 pong[] = { 0x8a, 0x80, 0, 0, 0, 0 };
          guint8 answer[6 + 125];
          gsize length = buffer[at + 1] & 0x7f;

          if (buffer[at] != 0x89 || length > 125 || at + 2 + (gssize) length > got)
            return FALSE;
          memcpy (answer, pong, sizeof pong);
          answer[1] |= (guint8) length;
          memcpy (answer + 6, buffer + at + 2, length);
          if (!put (fd, answer, 6 + length))
            return FALSE;
        }
    }
  return got < 0 && errno == EAGAIN;
}

/* Something that all of them would be told of. */
static gpointer
change (CsmTxn        *txn,
        gpointer       input,
        GCancellable  *cancellable,
        GError       **error)
{
  g_autoptr (JsonObject) tag = csm_test_json ("{'name':'news'}");
  g_autofree char *id = csm_id_new ('g');

  csm_txn_insert (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (CSM_TYPE_ID_TAG), id, tag, error);
  return NULL;
}

static void
test_wasters (void)
{
  g_autofree char *hello = make_request ("GET", "/jmap/session", workspace->lead.token, "");
  gint64 started = g_get_monotonic_time (), slowest = 0;
  gsize before = resident (), most = 0;
  int patient = upgrade (workspace->lead.token), reserve = open_raw (0);
  guint left = G_N_ELEMENTS (wasters);
  g_autofree char *head = NULL;

  g_assert_true (put (reserve, hello, strlen (hello)));
  for (guint i = 0; i < G_N_ELEMENTS (wasters); i++)
    begin (&wasters[i]);
  for (guint tick = 0; left > 0 || tick * TICK_MS < 12 * PATIENCE * 1000; tick++)
    {
      double now = (double) (g_get_monotonic_time () - started) / G_USEC_PER_SEC;

      for (guint i = 0; i < G_N_ELEMENTS (wasters); i++)
        {
          Waster *waster = &wasters[i];

          if (waster->lasted >= 0)
            continue;
          if (is_over (waster->fd) || (waster->drip.data != NULL && tick % 5 == 0 && !put (waster->fd, waster->drip.data, waster->drip.length)))
            {
              waster->lasted = now;
              left--;
              g_test_message ("%s: %.1f s", waster->name, now);
            }
          else if (now > waster->most)
            g_error ("“%s” is still there after %.1f s", waster->name, now);
        }
      if (tick % 10 == 0)
        {
          slowest = MAX (slowest, time_session ());
          most = MAX (most, resident ());
          csm_test_workspace_run (workspace, change, NULL);
        }
      g_assert_true (answer_pings (patient));
      g_assert_cmpint (poll (NULL, 0, TICK_MS), ==, 0);
    }
  g_test_message ("others waited %" G_GINT64_FORMAT " ms at most; %zu bytes more", slowest / 1000, most - MIN (before, most));
#ifndef CSM_SANITIZED
  g_assert_cmpuint (most, <, before + 100000000);
#endif
  g_assert_cmpint (slowest, <, SLACK * G_USEC_PER_SEC);
  /* Somebody signed in may be silent for longer. */
  g_assert_false (is_over (reserve));
  head = get_head (reserve);
  g_assert_true (g_str_has_prefix (head, "HTTP/1.1 200 "));
  for (guint i = 0; i < G_N_ELEMENTS (wasters); i++)
    close (wasters[i].fd);
  close (patient);
  close (reserve);
}

/* --- Crowds -------------------------------------------------------------------------------------------------------------------------- */

static void
raise_limit (void)
{
  struct rlimit limit;

  g_assert_cmpint (getrlimit (RLIMIT_NOFILE, &limit), ==, 0);
  limit.rlim_cur = MIN (limit.rlim_max, 20000);
  setrlimit (RLIMIT_NOFILE, &limit);
}

static void
test_crowd (gconstpointer data)
{
  const char *start = data;
  g_autofree int *fds = g_new (int, CROWD);
  gsize before = resident (), most = 0;
  gint64 slowest = 0;
  guint at_once = 0;

  for (guint i = 0; i < CROWD; i++)
    {
      fds[i] = open_raw (0);
      g_assert_true (put (fds[i], start, strlen (start)));
      if (i % 250 == 249)
        {
          slowest = MAX (slowest, time_session ());
          most = MAX (most, resident ());
          at_once = MAX (at_once, descriptors ());
        }
    }
  g_test_message ("%u idle connections: %u descriptors, %zu bytes more, others waited %" G_GINT64_FORMAT " ms at most", CROWD, at_once,
                  most - MIN (before, most), slowest / 1000);
  g_assert_cmpuint (at_once, <, 400);
  g_assert_cmpint (slowest, <, SLACK * G_USEC_PER_SEC);
#ifndef CSM_SANITIZED
  g_assert_cmpuint (most, <, before + 30000000);
#endif
  for (guint i = 0; i < CROWD; i++)
    close (fds[i]);
}

static int
compare_times (gconstpointer a,
               gconstpointer b)
{
  gint64 x = *(const gint64 *) a, y = *(const gint64 *) b;

  return x < y ? -1 : x > y;
}

static char *
make_token (CsmTxn  *txn,
            guint    number,
            GError **error)
{
  g_autofree char *token = g_strdup_printf ("token%u", number);
  g_autofree char *hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, token, -1);
  g_autofree char *device = g_strdup_printf ("device%u", number);

  csm_txn_add_token (txn, hash, workspace->agent.id, device, "test", error);
  return NULL;
}

static gpointer
add_tokens (CsmTxn        *txn,
            gpointer       input,
            GCancellable  *cancellable,
            GError       **error)
{
  for (guint i = 0; i < OFFICE; i++)
    make_token (txn, i, error);
  return NULL;
}

/* A whole office comes back at once after a restart, each with a socket and a first look; then they sit there. */
static void
test_office (void)
{
  g_autofree int *fds = g_new (int, OFFICE);
  g_autofree gint64 *times = g_new (gint64, OFFICE);
  gint64 started;
  double before, used;
  gsize size;

  csm_test_workspace_run (workspace, add_tokens, NULL);
  csm_test_server_free (server);
  server = csm_test_server_new (workspace->directory, NULL);
  started = g_get_monotonic_time ();
  for (guint i = 0; i < OFFICE; i++)
    {
      g_autofree char *token = g_strdup_printf ("token%u", i);
      g_autofree char *request = make_request ("GET", "/jmap/ws", token,
                                               "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                                               "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: jmap\r\n");

      fds[i] = open_raw (0);
      g_assert_true (put (fds[i], request, strlen (request)));
    }
  for (guint i = 0; i < OFFICE; i++)
    {
      g_autofree char *head = get_head (fds[i]);
      g_autofree char *call = csm_test_text ("{'@type':'Request','using':['urn:ietf:params:jmap:core','https://casement.example/jmap/desk'],'methodCalls':"
                                             "[['Case/changes',{'accountId':'%s','sinceState':null,'includeRecords':true,'maxChanges':500},'0']]}", workspace->workspace_id);
      guint8 header[8] = { 0x81, 0x80 | 126, (guint8) (strlen (call) >> 8), (guint8) strlen (call) };

      g_assert_true (g_str_has_prefix (head, "HTTP/1.1 101 "));
      g_assert_true (put (fds[i], header, sizeof header) && put (fds[i], call, strlen (call)));
    }
  for (guint i = 0; i < OFFICE; i++)
    {
      char block[4096];

      g_assert_cmpint (recv (fds[i], block, sizeof block, 0), >, 0);
      times[i] = g_get_monotonic_time () - started;
    }
  qsort (times, OFFICE, sizeof *times, compare_times);
  g_test_message ("%u clients at once: p95 %" G_GINT64_FORMAT " ms, the last %" G_GINT64_FORMAT " ms", OFFICE, times[OFFICE * 95 / 100] / 1000, times[OFFICE - 1] / 1000);
#ifndef CSM_SANITIZED
  g_assert_cmpint (times[OFFICE * 95 / 100], <, 10 * G_USEC_PER_SEC);
#endif
  before = worked ();
  g_assert_cmpint (poll (NULL, 0, 5000), ==, 0);
  used = (worked () - before) / 5;
  size = resident ();
  g_test_message ("%u idle sockets: %zu kB, %.2f %% of a core", OFFICE, size / 1000, 100 * used);
#ifndef CSM_SANITIZED
  g_assert_cmpuint (size, <, 60000000);
  g_assert_cmpfloat (used, <, 0.01);
#endif
  for (guint i = 0; i < OFFICE; i++)
    close (fds[i]);
}

int
main (int   argc,
      char *argv[])
{
  int result;

  signal (SIGPIPE, SIG_IGN);
  g_test_init (&argc, &argv, NULL);
  raise_limit ();
  workspace = csm_test_workspace_new (20);
  server = csm_test_server_new (workspace->directory, quick);
  g_test_add_func ("/server/patience/wasters", test_wasters);
  g_test_add_data_func ("/server/patience/crowd", "", test_crowd);
  g_test_add_data_func ("/server/patience/crowd-of-bodies",
                        "POST /jmap/api HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer guess\r\nContent-Type: application/json\r\n"
                        "Content-Length: 60000\r\n\r\n", test_crowd);
  g_test_add_func ("/server/patience/office", test_office);
  result = g_test_run ();
  csm_test_server_free (server);
  csm_test_workspace_free (workspace);
  return result;
}
