/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "fault-world.h"

#include <libsoup/soup.h>
#include <stdlib.h>
#include <string.h>

#include "csm-json.h"

/* A server that comes back, and two hundred who waited for it: all at once, each with a socket. */

#define N_CLIENTS 200
/* A device may have only so many sockets: there have to be more of them. */
#define N_TOKENS 8
#define MOST_SECONDS 10
#define MOST_RSS_KB (300 * 1024)
#define USING "[\"urn:ietf:params:jmap:core\",\"https://casement.example/jmap/desk\",\"https://casement.example/jmap/internal\"]"

static FaultWorld *world;
static char *tokens[N_TOKENS];

typedef struct
{
  SoupSession             *soup;
  SoupWebsocketConnection *socket;
  guint                    number;
  gint64                   begun;
  gint64                   done;   /* 0: not yet */
} Client;

typedef struct
{
  Client     *clients;
  guint       n_done;
  guint       n_again;
} Crowd;

static Crowd crowd;

static SoupMessage *
new_message (Client     *client,
             const char *method,
             const char *path)
{
  g_autofree char *url = g_strconcat (world->server->url, path, NULL);
  g_autofree char *value = g_strconcat ("Bearer ", tokens[client->number % N_TOKENS], NULL);
  SoupMessage *message = soup_message_new (method, url);

  soup_message_headers_replace (soup_message_get_request_headers (message), "Authorization", value);
  return message;
}

static void begin (Client *client);

static gboolean
on_again (gpointer data)
{
  begin (data);
  return G_SOURCE_REMOVE;
}

/* As a client does: the server may say that it has too much to do. Wherever it was, it begins again after a while. */
static void
try_again (Client *client)
{
  crowd.n_again++;
  g_clear_object (&client->socket);
  g_timeout_add ((guint) g_random_int_range (100, 1000), on_again, client);
}

static gboolean
is_good (SoupSession  *soup,
         GAsyncResult *result)
{
  SoupMessage *message = soup_session_get_async_result_message (soup, result);
  g_autoptr (GBytes) body = soup_session_send_and_read_finish (soup, result, NULL);

  return body != NULL && soup_message_get_status (message) == 200;
}

static void
on_changes (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  Client *client = data;

  if (!is_good (SOUP_SESSION (source), result))
    {
      try_again (client);
      return;
    }
  client->done = g_get_monotonic_time ();
  crowd.n_done++;
}

static void
ask_changes (Client *client)
{
  g_autoptr (SoupMessage) message = new_message (client, "POST", "/jmap/api");
  g_autoptr (GString) text = g_string_new ("{\"using\":" USING ",\"methodCalls\":[");
  g_autoptr (GBytes) body = NULL;
  static const char * const types[] = { "Person", "Team", "Channel", "Tag", "Customer", "Case", "Conversation", "Comment" };

  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    g_string_append_printf (text, "%s[\"%s/changes\",{\"accountId\":\"%s\",\"sinceState\":null,\"includeRecords\":true},\"%u\"]",
                            i > 0 ? "," : "", types[i], world->workspace, i);
  g_string_append (text, "]}");
  body = g_string_free_to_bytes (g_steal_pointer (&text));
  soup_message_set_request_body_from_bytes (message, "application/json", body);
  soup_session_send_and_read_async (client->soup, message, G_PRIORITY_DEFAULT, NULL, on_changes, client);
}

static void
on_socket (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  Client *client = data;

  client->socket = soup_session_websocket_connect_finish (SOUP_SESSION (source), result, NULL);
  if (client->socket == NULL)
    {
      try_again (client);
      return;
    }
  soup_websocket_connection_send_text (client->socket, "{\"@type\":\"WebSocketPushEnable\",\"dataTypes\":null}");
  ask_changes (client);
}

static void
on_session (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  Client *client = data;
  char *protocols[] = { (char *) "jmap", NULL };
  g_autoptr (SoupMessage) message = NULL;

  if (!is_good (SOUP_SESSION (source), result))
    {
      try_again (client);
      return;
    }
  message = new_message (client, "GET", "/jmap/ws");
  soup_message_disable_feature (message, SOUP_TYPE_WEBSOCKET_EXTENSION_MANAGER);
  soup_session_websocket_connect_async (client->soup, message, NULL, protocols, G_PRIORITY_DEFAULT, NULL, on_socket, client);
}

static void
begin (Client *client)
{
  g_autoptr (SoupMessage) message = new_message (client, "GET", "/jmap/session");

  soup_session_send_and_read_async (client->soup, message, G_PRIORITY_DEFAULT, NULL, on_session, client);
}

static gboolean
all_done (gpointer data)
{
  return crowd.n_done == N_CLIENTS;
}

static int
compare_times (gconstpointer a,
               gconstpointer b)
{
  gint64 x = *(const gint64 *) a, y = *(const gint64 *) b;

  return x < y ? -1 : x > y;
}

static guint
read_rss (FaultServer *server)
{
  g_autofree char *path = g_strdup_printf ("/proc/%s/status", g_subprocess_get_identifier (server->process));
  g_autofree char *text = NULL;
  const char *line;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  line = strstr (text, "VmRSS:");
  g_assert_nonnull (line);
  return (guint) g_ascii_strtoull (line + strlen ("VmRSS:") + strspn (line + strlen ("VmRSS:"), " \t"), NULL, 10);
}

/* More people, each with a device. */
static void
sign_in_people (void)
{
  g_autofree char *password = g_build_filename (world->lab->dir, "password", NULL);

  for (guint i = 0; i < N_TOKENS; i++)
    {
      g_autofree char *email = g_strdup_printf ("person%u@fernweh.example.com", i);

      g_assert_cmpint (fault_lab_run (world->lab, NULL, NULL, NULL, "user", "add", email, "--name", "Somebody", "--role", "agent", "--team", "Service",
                                      "--password-file", password, NULL), ==, 0);
      fault_server_sign_in_as (world->server, email);
      g_free (tokens[i]);
      tokens[i] = g_strdup (world->server->token);
    }
}

static void
test_crowd (void)
{
  gint64 times[N_CLIENTS];
  guint rss;

  fault_world_start_over (world, 1);
  sign_in_people ();
  fault_world_kill_server (world);
  fault_world_start_server (world, NULL);
  crowd.clients = g_new0 (Client, N_CLIENTS);
  for (guint i = 0; i < N_CLIENTS; i++)
    {
      Client *client = &crowd.clients[i];

      client->number = i;
      client->soup = soup_session_new_with_options ("timeout", 120, NULL);
      client->begun = g_get_monotonic_time ();
      begin (client);
    }
  if (!fault_wait_until (all_done, NULL, 180))
    g_error ("%u of %u have come back", crowd.n_done, N_CLIENTS);
  rss = read_rss (world->server);
  for (guint i = 0; i < N_CLIENTS; i++)
    {
      Client *client = &crowd.clients[i];

      times[i] = client->done - client->begun;
      g_object_unref (client->socket);
      g_object_unref (client->soup);
    }
  qsort (times, N_CLIENTS, sizeof times[0], compare_times);
  g_test_message ("half of them within %.2f s, all but ten within %.2f s; %u tries were put off; the server has %u MB",
                  (double) times[N_CLIENTS / 2] / G_USEC_PER_SEC, (double) times[N_CLIENTS - N_CLIENTS / 20] / G_USEC_PER_SEC, crowd.n_again, rss / 1024);
#ifndef CSM_SANITIZED
  g_assert_cmpint (times[N_CLIENTS - N_CLIENTS / 20], <, MOST_SECONDS * G_USEC_PER_SEC);
  g_assert_cmpuint (rss, <, MOST_RSS_KB);
#else
  (void) MOST_RSS_KB, (void) MOST_SECONDS;
#endif
  g_free (crowd.clients);
  /* And the server works as before. */
  fault_world_assert_settled (world);
}

int
main (int   argc,
      char *argv[])
{
  int result;

  g_test_init (&argc, &argv, NULL);
  world = fault_world_new (4);
  g_test_add_func ("/fault/crowd/comes-back", test_crowd);
  result = g_test_run ();
  for (guint i = 0; i < N_TOKENS; i++)
    g_free (tokens[i]);
  fault_world_free (world);
  return result;
}
