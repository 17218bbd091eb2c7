/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-bench.h"
#include "csm-bench-wire.h"
#include "csm-test-client.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "csm-db-conn.h"
#include "csm-json.h"

/* The real server on loopback: requests, pages, durable writes, and what a colleague's change takes to another screen. */

#define N_CASES 1000
#define N_RUNS 5
#define N_REQUESTS 1000
#define N_PAGES 40
#define PAGE 500
#define N_WRITERS 24
#define WRITE_SECONDS 2
#define N_OTHERS 200
#define SOCKETS_OF_DEVICE 50
#define N_CHANGES 40
/* A connection that was told something is not told again within 250 ms. */
#define CHANGE_MS 300
#define BYTES "/bytes/"
#define USING \
  "{\"using\":[\"urn:ietf:params:jmap:core\",\"https://casement.example/jmap/desk\",\"https://casement.example/jmap/internal\"],\"methodCalls\":["

/* --- One after another ------------------------------------------------------------------------------------------------ */

static SoupMessage *
new_post (CsmTestClient *client,
          const char    *path,
          const char    *body)
{
  SoupMessage *msg = csm_test_client_message (client, "POST", path);
  g_autoptr (GBytes) bytes = g_bytes_new (body, strlen (body));

  soup_message_set_request_body_from_bytes (msg, "application/json", bytes);
  return msg;
}

static gsize
post (CsmTestClient *client,
      const char    *path,
      const char    *body)
{
  g_autoptr (SoupMessage) msg = new_post (client, path, body);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) answer = soup_session_send_and_read (client->session, msg, NULL, &error);

  if (answer == NULL || soup_message_get_status (msg) != 200)
    g_error ("%s was answered %u", path, soup_message_get_status (msg));
  return g_bytes_get_size (answer);
}

static void
answer_cb (SoupServer        *server,
           SoupServerMessage *msg,
           const char        *path,
           GHashTable        *query,
           gpointer           data)
{
  gsize size = g_str_has_prefix (path, BYTES) ? (gsize) g_ascii_strtoull (path + strlen (BYTES), NULL, 10) : 2;

  soup_server_message_set_status (msg, 200, NULL);
  soup_server_message_set_response (msg, "application/json", SOUP_MEMORY_TAKE, g_strnfill (size, ' '), size);
}

/* A process that answers everything with blanks, as many as are asked for: what libsoup itself costs. Its port comes through the pipe. */
static void
serve_nothing (int out)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (SoupServer) server = soup_server_new (NULL, NULL);
  GSList *uris;

  prctl (PR_SET_PDEATHSIG, SIGKILL);
  soup_server_add_handler (server, NULL, answer_cb, NULL, NULL);
  if (!soup_server_listen_local (server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, NULL))
    _exit (1);
  uris = soup_server_get_uris (server);
  dprintf (out, "%d\n", g_uri_get_port (uris->data));
  g_main_loop_run (loop);
}

static char *
start_nothing (pid_t *pid)
{
  char text[16] = "";
  int ends[2];

  if (pipe (ends) != 0)
    g_error ("no pipe");
  *pid = fork ();
  if (*pid == 0)
    serve_nothing (ends[1]);
  close (ends[1]);
  if (*pid < 0 || read (ends[0], text, sizeof text - 1) <= 0)
    g_error ("no empty server");
  close (ends[0]);
  return g_strdup_printf ("http://127.0.0.1:%d", atoi (text));
}

static double
measure_requests (CsmTestClient *client)
{
  double start = csm_bench_now ();

  for (guint i = 0; i < N_REQUESTS; i++)
    post (client, "/jmap/api", USING "[\"Core/echo\",{\"n\":1},\"a\"]]}");
  return N_REQUESTS / (csm_bench_now () - start);
}

static void
bench_requests (CsmTestClient *ours,
                const char    *empty_url)
{
  g_autoptr (CsmTestClient) empty = csm_test_client_new (empty_url, NULL);
  g_autoptr (CsmBenchSamples) with = csm_bench_samples_new (), without = csm_bench_samples_new ();

  for (guint i = 0; i < N_RUNS; i++)
    {
      csm_bench_samples_add (without, measure_requests (empty));
      csm_bench_samples_add (with, measure_requests (ours));
    }
  csm_bench_row ("server: requests one by one", csm_bench_samples_median (with), "req/s", csm_bench_samples_median (without), CSM_BENCH_BESIDE, 1,
                 "empty libsoup handler", N_RUNS * N_REQUESTS);
}

static double
measure_page (CsmTestClient *client,
              const char    *path,
              const char    *body,
              gsize         *size)
{
  double start = csm_bench_now ();

  *size = post (client, path, body);
  return csm_bench_now () - start;
}

static void
bench_pages (CsmTestClient    *client,
             CsmTestWorkspace *workspace,
             const char       *empty_url)
{
  g_autoptr (CsmTestClient) empty = csm_test_client_new (empty_url, NULL);
  g_autoptr (CsmBenchSamples) with = csm_bench_samples_new (), without = csm_bench_samples_new ();
  g_autoptr (GString) body = g_string_new (NULL);

  g_string_append_printf (body, USING "[\"Case/get\",{\"accountId\":\"%s\",\"ids\":[", workspace->workspace_id);
  for (guint i = 0; i < PAGE; i++)
    g_string_append_printf (body, "%s\"%s\"", i > 0 ? "," : "", (char *) g_ptr_array_index (workspace->cases, i));
  g_string_append (body, "]},\"a\"]]}");
  for (guint i = 0; i < N_PAGES; i++)
    {
      g_autofree char *path = NULL;
      gsize size;

      csm_bench_samples_add (with, PAGE / measure_page (client, "/jmap/api", body->str, &size));
      path = g_strdup_printf (BYTES "%" G_GSIZE_FORMAT, size);
      csm_bench_samples_add (without, PAGE / measure_page (empty, path, body->str, &size));
    }
  csm_bench_row ("server: /get, pages of 500 cases", csm_bench_samples_median (with), "cases/s", csm_bench_samples_median (without), CSM_BENCH_BESIDE, 1,
                 "as many bytes from an empty libsoup handler", N_PAGES);
}

/* --- Writing --------------------------------------------------------------------------------------------------------------- */

/* One change of one case a request, as a person makes it. */
static void
write_one (CsmTestWorkspace *workspace,
           CsmBenchWire     *wire,
           guint             n)
{
  g_autofree char *body = g_strdup_printf (
    USING "[\"Case/set\",{\"accountId\":\"%s\",\"update\":{\"%s\":{\"priority\":\"%s\"}}},\"a\"]]}", workspace->workspace_id,
    (char *) g_ptr_array_index (workspace->cases, n % N_CASES), n / N_CASES % 2 == 0 ? "high" : "normal");

  csm_bench_wire_post (wire, "/jmap/api", body);
}

/* Each connection writes again as soon as it was answered. */
static double
measure_writes (CsmTestWorkspace *workspace,
                GPtrArray        *wires,
                guint            *next)
{
  g_autofree struct pollfd *fds = g_new0 (struct pollfd, wires->len);
  double start = csm_bench_now ();
  guint answered = 0, under_way = wires->len;

  for (guint i = 0; i < wires->len; i++)
    {
      fds[i] = (struct pollfd) { csm_bench_wire_get_fd (g_ptr_array_index (wires, i)), POLLIN, 0 };
      write_one (workspace, g_ptr_array_index (wires, i), (*next)++);
    }
  while (under_way > 0)
    {
      if (poll (fds, wires->len, 60000) <= 0)
        g_error ("no write is answered any more");
      for (guint i = 0; i < wires->len; i++)
        {
          CsmBenchWire *wire = g_ptr_array_index (wires, i);
          const char *answer = fds[i].revents != 0 ? csm_bench_wire_read (wire) : NULL;

          if (answer == NULL)
            continue;
          if (strstr (answer, "\"updated\":{\"c") == NULL)
            g_error ("a write was answered %s", answer);
          answered++;
          if (csm_bench_now () < start + WRITE_SECONDS)
            write_one (workspace, wire, (*next)++);
          else
            under_way--;
        }
    }
  return answered / (csm_bench_now () - start);
}

/* One row a transaction, each on the disk before the next begins. */
static double
measure_commits (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, "raw.db", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (CsmDbConn) conn = csm_db_conn_open (path, FALSE, &error);
  double start, end;
  guint count = 0;

  if (conn == NULL || !csm_db_conn_exec (conn, "PRAGMA synchronous=FULL; CREATE TABLE IF NOT EXISTS t (id INTEGER PRIMARY KEY, text TEXT)", &error))
    g_error ("%s", error->message);
  start = csm_bench_now ();
  for (end = start; end < start + 1; end = csm_bench_now ())
    {
      if (!csm_db_conn_run (conn, &error, "INSERT INTO t (text) VALUES (hex (randomblob (300)))", NULL))
        g_error ("%s", error->message);
      count++;
    }
  return count / (end - start);
}

static void
bench_writes (CsmTestWorkspace *workspace,
              const char       *url)
{
  const CsmTestPerson *people[] = { &workspace->admin, &workspace->lead, &workspace->agent };
  g_autoptr (CsmBenchSamples) ours = csm_bench_samples_new (), raw = csm_bench_samples_new ();
  g_autoptr (GPtrArray) wires = g_ptr_array_new_with_free_func ((GDestroyNotify) csm_bench_wire_free);
  guint next = 0;

  for (guint i = 0; i < N_WRITERS; i++)
    g_ptr_array_add (wires, csm_bench_wire_new (url, people[i % G_N_ELEMENTS (people)]->token));
  for (guint i = 0; i < N_RUNS; i++)
    {
      csm_bench_samples_add (raw, measure_commits (workspace->base));
      csm_bench_samples_add (ours, measure_writes (workspace, wires, &next));
    }
  csm_bench_row ("server: durable writes, 24 at a time", csm_bench_samples_median (ours), "writes/s", 2000, CSM_BENCH_AT_LEAST, 1, "target", next);
  csm_bench_row ("server: the same", csm_bench_samples_median (ours), "writes/s", csm_bench_samples_median (raw), CSM_BENCH_BESIDE, 1,
                 "raw SQLite commits, FULL, one by one", next);
}

/* --- Push ---------------------------------------------------------------------------------------------------------------------- */

typedef struct
{
  guint    open;
  guint    told;    /* frames that the others got */
  gboolean seen;    /* the one that is watched was told */
  double   seen_at;
} Push;

typedef struct
{
  Push                    *push;
  gboolean                 watched;
  SoupWebsocketConnection *socket;
} Listener;

static void
message_cb (SoupWebsocketConnection *socket,
            int                      type,
            GBytes                  *message,
            gpointer                 data)
{
  Listener *listener = data;

  if (strstr (g_bytes_get_data (message, NULL), "StateChange") == NULL)
    return;
  if (!listener->watched)
    {
      listener->push->told++;
      return;
    }
  listener->push->seen = TRUE;
  listener->push->seen_at = csm_bench_now ();
}

static void
opened_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  Listener *listener = data;
  g_autoptr (GError) error = NULL;

  listener->socket = soup_session_websocket_connect_finish (SOUP_SESSION (source), result, &error);
  if (listener->socket == NULL)
    g_error ("%s", error->message);
  g_signal_connect (listener->socket, "message", G_CALLBACK (message_cb), listener);
  soup_websocket_connection_send_text (listener->socket, "{\"@type\":\"WebSocketPushEnable\",\"dataTypes\":null}");
  listener->push->open++;
}

static gboolean
is_open (gpointer data)
{
  return ((Push *) data)->open == N_OTHERS + 1;
}

static gboolean
is_seen (gpointer data)
{
  return ((Push *) data)->seen;
}

static gboolean
over_cb (gpointer data)
{
  *(gboolean *) data = TRUE;
  return G_SOURCE_REMOVE;
}

static gboolean
is_over (gpointer data)
{
  return *(gboolean *) data;
}

static void
pause_ms (guint ms)
{
  gboolean over = FALSE;

  g_timeout_add (ms, over_cb, &over);
  csm_bench_wait_until (is_over, &over, 60);
}

static void
sent_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  g_autoptr (GBytes) answer = soup_session_send_and_read_finish (SOUP_SESSION (source), result, NULL);

  g_assert_nonnull (answer);
}

/* One more of a person's devices: one device may have so many sockets, and no more. */
static CsmTestClient *
sign_in (const char          *url,
         const CsmTestPerson *person)
{
  g_autoptr (CsmTestClient) nobody = csm_test_client_new (url, NULL);
  g_autofree char *body = csm_test_text ("{'email':'%s','password':'%s','deviceName':'bench'}", person->email, person->password);
  g_autoptr (CsmTestReply) reply = csm_test_client_fetch (nobody, "POST", "/auth/sign-in", "application/json", body);

  return csm_test_client_new (url, csm_test_find_text (reply->json, "token"));
}

/* From the moment that A's request leaves until B's socket has the frame. */
static void
bench_push (CsmTestWorkspace *workspace,
            CsmTestClient    *a,
            const char       *url)
{
  g_autoptr (GPtrArray) devices = g_ptr_array_new_with_free_func ((GDestroyNotify) csm_test_client_free);
  g_autoptr (SoupSession) session = soup_session_new_with_options ("max-conns", N_OTHERS + 10, "max-conns-per-host", N_OTHERS + 10, NULL);
  g_autofree Listener *listeners = g_new0 (Listener, N_OTHERS + 1);
  g_autoptr (CsmBenchSamples) samples = csm_bench_samples_new ();
  char *protocols[] = { (char *) "jmap", NULL };
  Push push = { 0 };

  soup_session_add_feature_by_type (session, SOUP_TYPE_WEBSOCKET_EXTENSION_MANAGER);
  for (guint i = 0; i <= N_OTHERS; i++)
    {
      g_autoptr (SoupMessage) msg = NULL;

      if (i % SOCKETS_OF_DEVICE == 0)
        g_ptr_array_add (devices, sign_in (url, &workspace->agent));
      msg = csm_test_client_message (g_ptr_array_index (devices, i / SOCKETS_OF_DEVICE), "GET", "/jmap/ws");
      listeners[i].push = &push;
      /* In the middle: neither the first that is told nor the last. */
      listeners[i].watched = i == N_OTHERS / 2;
      soup_session_websocket_connect_async (session, msg, NULL, protocols, G_PRIORITY_DEFAULT, NULL, opened_cb, &listeners[i]);
    }
  csm_bench_wait_until (is_open, &push, 60);
  for (guint i = 0; i < N_CHANGES; i++)
    {
      g_autofree char *body = NULL;
      g_autoptr (SoupMessage) msg = NULL;
      double start;

      pause_ms (CHANGE_MS);
      body = g_strdup_printf (USING "[\"Comment/set\",{\"accountId\":\"%s\",\"create\":{\"n\":{\"caseId\":\"%s\",\"body\":\"Look at this\"}}},\"a\"]]}",
                              workspace->workspace_id, (char *) g_ptr_array_index (workspace->cases, i));
      msg = new_post (a, "/jmap/api", body);
      push.seen = FALSE;
      start = csm_bench_now ();
      soup_session_send_and_read_async (a->session, msg, G_PRIORITY_DEFAULT, NULL, sent_cb, NULL);
      csm_bench_wait_until (is_seen, &push, 20);
      csm_bench_samples_add (samples, (push.seen_at - start) * 1000);
    }
  pause_ms (CHANGE_MS);
  if (push.told != N_OTHERS * N_CHANGES)
    g_error ("the others were told %u times of %u", push.told, N_OTHERS * N_CHANGES);
  csm_bench_row ("push: A's change at B, 200 others, p95", csm_bench_samples_percentile (samples, 95), "ms", 100, CSM_BENCH_AT_MOST, 1, "target", N_CHANGES);
  csm_bench_row ("push: the same, median", csm_bench_samples_median (samples), "ms", 100, CSM_BENCH_BESIDE, 1, "target of p95", N_CHANGES);
  for (guint i = 0; i <= N_OTHERS; i++)
    g_object_unref (listeners[i].socket);
}

int
main (void)
{
  pid_t pid;
  /* Before there are threads. */
  g_autofree char *empty_url = start_nothing (&pid);
  g_autoptr (CsmTestWorkspace) workspace = csm_test_workspace_new (N_CASES);
  g_autoptr (CsmTestServer) server = csm_test_server_new (workspace->directory, NULL);
  const char *url = csm_test_server_get_url (server);
  g_autoptr (CsmTestClient) lead = csm_test_client_new (url, workspace->lead.token);
  g_autoptr (CsmTestClient) agent = csm_test_client_new (url, workspace->agent.token);

  bench_requests (agent, empty_url);
  bench_pages (agent, workspace, empty_url);
  bench_writes (workspace, url);
  bench_push (workspace, lead, url);
  kill (pid, SIGTERM);
  return 0;
}
