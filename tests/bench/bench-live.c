/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-bench.h"
#include "csm-test-client.h"

#include <string.h>
#include <unistd.h>

#include "csm-auth.h"
#include "csm-id.h"
#include "csm-json.h"

/*
 * Two hundred people at work on the same cases, each with a socket: all of them say where they are and hear of the others, one or
 * the other writes, and all others fetch what was written.
 */

#define N_PEOPLE 200
#define N_CASES 20
#define SECONDS 20
/* How often each says where they are, and how often they do something else. */
#define RENEW_MS 5000
#define MOVE_MS 2000
#define EDIT_MS 1000
#define PROBE_MS 1700
/* Who is looked at: those who write, each in a case of their own, and the one who sees it. */
#define N_PROBES 10
#define WITNESS 100

typedef struct _Office Office;

typedef struct
{
  Office                  *office;
  guint                    number;
  char                    *id;
  char                    *token;
  SoupWebsocketConnection *socket;
  char                    *state;    /* of Comment, that is held */
  gboolean                 fetching;
  gboolean                 again;
  guint                    place;    /* a case */
  const char              *doing;
  guint                    told[N_CASES];
  guint                    edits;    /* that have come */
  double                   began_at; /* a probe began to write and was not seen yet; or 0 */
} Person;

struct _Office
{
  CsmTestWorkspace *workspace;
  Person            people[N_PEOPLE];
  guint             open;
  gboolean          measuring;
  guint             n_edits;
  double            edited_at[SECONDS * 1000 / EDIT_MS + 2];
  guint             n_probed;
  CsmBenchSamples  *edits;
  CsmBenchSamples  *probes;
  GRand            *dice;
};

static const char *
case_of (Office *office,
         guint   number)
{
  return g_ptr_array_index (office->workspace->cases, number);
}

/* --- Who there is ------------------------------------------------------------------------------------------------------ */

static gpointer
add_people (CsmTxn        *txn,
            gpointer       input,
            GCancellable  *cancellable,
            GError       **error)
{
  const CsmRecordType *type = csm_record_type_get (CSM_TYPE_ID_PERSON);
  Office *office = input;

  for (guint i = 0; i < N_PEOPLE; i++)
    {
      Person *person = &office->people[i];
      g_autoptr (JsonObject) record = csm_test_json ("{'name':'Person %u','email':'person%u@fernweh.example.com','role':'agent'}", i, i);
      g_autoptr (CsmAccountRow) account = NULL;
      g_autofree char *hash = NULL;
      g_autofree char *device_id = csm_id_new ('d');

      person->id = csm_id_new ('p');
      person->token = csm_auth_make_token ();
      hash = csm_auth_hash_token (person->token);
      csm_record_fill_defaults (type, record);
      if (!csm_txn_insert (txn, CSM_ACCOUNT_WORKSPACE, type, person->id, record, error) ||
          (account = csm_txn_account_of (txn, person->id, error)) == NULL ||
          !csm_txn_add_token (txn, hash, person->id, device_id, "bench", error))
        g_error ("%s", (*error)->message);
    }
  return GINT_TO_POINTER (1);
}

/* --- What each says -------------------------------------------------------------------------------------------------------- */

static void
say (Person *person)
{
  g_autofree char *text = g_strdup_printf ("{\"@type\":\"Live\",\"doing\":{\"%s\":\"%s\"}}", case_of (person->office, person->place), person->doing);

  soup_websocket_connection_send_text (person->socket, text);
}

static void
watch_all (Person *person)
{
  g_autoptr (GString) text = g_string_new ("{\"@type\":\"Live\",\"watch\":[");

  for (guint i = 0; i < N_CASES; i++)
    g_string_append_printf (text, "%s\"%s\"", i > 0 ? "," : "", case_of (person->office, i));
  g_string_append (text, "]}");
  soup_websocket_connection_send_text (person->socket, text->str);
}

static void
fetch (Person *person)
{
  g_autofree char *text = NULL;

  person->again = person->fetching;
  if (person->fetching)
    return;
  person->fetching = TRUE;
  text = g_strdup_printf ("{\"@type\":\"Request\",\"using\":[\"urn:ietf:params:jmap:core\",\"https://casement.example/jmap/internal\"],\"methodCalls\":"
                          "[[\"Comment/changes\",{\"accountId\":\"%s\",\"sinceState\":\"%s\",\"includeRecords\":true},\"a\"]]}",
                          person->office->workspace->workspace_id, person->state);
  soup_websocket_connection_send_text (person->socket, text);
}

/* --- What each hears ------------------------------------------------------------------------------------------------------- */

static void
take_live (Person     *person,
           JsonObject *message)
{
  Office *office = person->office;
  JsonObject *cases = csm_json_get_object (message, "cases");

  for (guint i = 0; i < N_CASES && cases != NULL; i++)
    {
      JsonObject *people = csm_json_get_object (cases, case_of (office, i));
      Person *probe = &office->people[i];

      if (people == NULL)
        continue;
      person->told[i]++;
      if (person->number == WITNESS && i < N_PROBES && probe->began_at > 0 && g_strcmp0 (csm_json_get_string (people, probe->id), "reply") == 0)
        {
          csm_bench_samples_add (office->probes, (csm_bench_now () - probe->began_at) * 1000);
          probe->began_at = 0;
        }
    }
}

static void
take_records (Person     *person,
              JsonObject *message)
{
  JsonArray *response = csm_json_get_array (message, "methodResponses");
  JsonArray *call = response != NULL ? json_array_get_array_element (response, 0) : NULL;
  JsonObject *arguments = call != NULL ? json_array_get_object_element (call, 1) : NULL;
  JsonArray *list = csm_json_get_array (arguments, "list");

  person->fetching = FALSE;
  if (list == NULL)
    g_error ("changes were refused");
  g_free (person->state);
  person->state = g_strdup (csm_json_get_string (arguments, "newState"));
  for (guint i = 0; i < json_array_get_length (list); i++)
    {
      const char *body = csm_json_get_string (json_array_get_object_element (list, i), "body");
      guint edit = (guint) g_ascii_strtoull (body + strlen ("edit "), NULL, 10);

      person->edits++;
      /* Who wrote it is told, too, but has it already. */
      if (edit % N_PEOPLE != person->number)
        csm_bench_samples_add (person->office->edits, (csm_bench_now () - person->office->edited_at[edit]) * 1000);
    }
  if (person->again)
    fetch (person);
}

static void
message_cb (SoupWebsocketConnection *socket,
            int                      type,
            GBytes                  *bytes,
            gpointer                 data)
{
  Person *person = data;
  const char *text = g_bytes_get_data (bytes, NULL);
  g_autoptr (JsonObject) message = NULL;

  if (!person->office->measuring)
    return;
  if (strstr (text, "\"StateChange\"") != NULL)
    {
      if (strstr (text, "\"Comment\"") != NULL)
        fetch (person);
      return;
    }
  message = csm_json_parse_object (text, (gssize) g_bytes_get_size (bytes), NULL);
  if (g_strcmp0 (csm_json_get_string (message, "@type"), "Live") == 0)
    take_live (person, message);
  else if (g_strcmp0 (csm_json_get_string (message, "requestId"), "write") != 0)
    take_records (person, message);
}

static void
opened_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  Person *person = data;
  g_autoptr (GError) error = NULL;

  person->socket = soup_session_websocket_connect_finish (SOUP_SESSION (source), result, &error);
  if (person->socket == NULL)
    g_error ("%s", error->message);
  soup_websocket_connection_set_max_incoming_payload_size (person->socket, 1 << 20);
  g_signal_connect (person->socket, "message", G_CALLBACK (message_cb), person);
  soup_websocket_connection_send_text (person->socket, "{\"@type\":\"WebSocketPushEnable\",\"dataTypes\":[\"Comment\"]}");
  watch_all (person);
  say (person);
  person->office->open++;
}

/* --- What happens ------------------------------------------------------------------------------------------------------------ */

static gboolean
renew_cb (gpointer data)
{
  Office *office = data;

  for (guint i = 0; i < N_PEOPLE; i++)
    say (&office->people[i]);
  return G_SOURCE_CONTINUE;
}

/* Some at each tick, so that everybody does something else every two seconds. */
static gboolean
move_cb (gpointer data)
{
  static const char *const doings[] = { "viewing", "viewing", "comment", "reply" };
  Office *office = data;

  for (guint i = 0; i < N_PEOPLE / 20; i++)
    {
      Person *person = &office->people[g_rand_int_range (office->dice, N_PROBES, N_PEOPLE)];

      person->place = (guint) g_rand_int_range (office->dice, 0, N_CASES);
      person->doing = doings[g_rand_int_range (office->dice, 0, G_N_ELEMENTS (doings))];
      say (person);
    }
  return G_SOURCE_CONTINUE;
}

/* One after the other begins to write, and stops in its next turn: at all moments between two tellings. */
static gboolean
probe_cb (gpointer data)
{
  Office *office = data;
  Person *probe = &office->people[office->n_probed++ % N_PROBES];
  gboolean begins = g_str_equal (probe->doing, "viewing");

  if (probe->began_at > 0)
    g_error ("nobody saw what somebody did");
  probe->doing = begins ? "reply" : "viewing";
  probe->began_at = begins ? csm_bench_now () : 0;
  say (probe);
  return G_SOURCE_CONTINUE;
}

static gboolean
edit_cb (gpointer data)
{
  Office *office = data;
  guint edit = office->n_edits++;
  Person *writer = &office->people[edit % N_PEOPLE];
  g_autofree char *text =
    g_strdup_printf ("{\"@type\":\"Request\",\"id\":\"write\",\"using\":[\"urn:ietf:params:jmap:core\",\"https://casement.example/jmap/internal\"],\"methodCalls\":"
                     "[[\"Comment/set\",{\"accountId\":\"%s\",\"create\":{\"n\":{\"caseId\":\"%s\",\"body\":\"edit %u\"}}},\"a\"]]}",
                     office->workspace->workspace_id, case_of (office, edit % N_CASES), edit);

  office->edited_at[edit] = csm_bench_now ();
  soup_websocket_connection_send_text (writer->socket, text);
  return office->n_edits < SECONDS * 1000 / EDIT_MS ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

/* --- The figures -------------------------------------------------------------------------------------------------------------- */

static gboolean
is_open (gpointer data)
{
  return ((Office *) data)->open == N_PEOPLE;
}

static gboolean
is_known (gpointer data)
{
  Office *office = data;

  for (guint i = 0; i < N_PEOPLE; i++)
    if (office->people[i].edits < SECONDS * 1000 / EDIT_MS)
      return FALSE;
  return TRUE;
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

/* User and system time of the server, s. */
static double
worked (CsmTestServer *server)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/stat", csm_test_server_get_pid (server));
  g_autofree char *text = NULL;
  g_auto (GStrv) parts = NULL;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    g_error ("the server is gone");
  parts = g_strsplit (strrchr (text, ')'), " ", -1);
  return (double) (g_ascii_strtoull (parts[12], NULL, 10) + g_ascii_strtoull (parts[13], NULL, 10)) / (double) sysconf (_SC_CLK_TCK);
}

static void
connect_all (Office      *office,
             SoupSession *session,
             const char  *url)
{
  static const char *const protocols[] = { "casement.live.v1", "jmap", NULL };
  g_autoptr (CsmTestClient) first = csm_test_client_new (url, office->people[0].token);
  g_autoptr (JsonObject) answer = csm_test_client_call (first, "Comment/get", "{'accountId':'%s','ids':[]}", office->workspace->workspace_id);

  soup_session_add_feature_by_type (session, SOUP_TYPE_WEBSOCKET_EXTENSION_MANAGER);
  for (guint i = 0; i < N_PEOPLE; i++)
    {
      Person *person = &office->people[i];
      g_autoptr (CsmTestClient) client = csm_test_client_new (url, person->token);
      g_autoptr (SoupMessage) msg = csm_test_client_message (client, "GET", "/jmap/ws");

      person->office = office;
      person->number = i;
      person->place = i % N_CASES;
      person->doing = "viewing";
      person->state = g_strdup (csm_test_find_text (answer, "state"));
      soup_session_websocket_connect_async (session, msg, NULL, (char **) protocols, G_PRIORITY_DEFAULT, NULL, opened_cb, person);
    }
  csm_bench_wait_until (is_open, office, 60);
}

static void
print_rows (Office *office,
            double  cores,
            double  seconds)
{
  double most = 0;
  guint messages = 0;

  for (guint i = 0; i < N_PEOPLE; i++)
    for (guint j = 0; j < N_CASES; j++)
      {
        messages += office->people[i].told[j];
        /* The first may come at once. */
        most = MAX (most, (office->people[i].told[j] - 1.0) / seconds);
      }
  csm_bench_row ("live: who is where, to one connection of one case, most", most, "1/s", 1, CSM_BENCH_AT_MOST, 1, "target", messages);
  csm_bench_row ("live: somebody begins to write, until seen, p95", csm_bench_samples_percentile (office->probes, 95), "ms", 1000, CSM_BENCH_AT_MOST, 1,
                 "target", csm_bench_samples_count (office->probes));
  csm_bench_row ("live: A's note is with all 199 others, p95", csm_bench_samples_percentile (office->edits, 95), "ms", 300, CSM_BENCH_AT_MOST, 1, "target",
                 csm_bench_samples_count (office->edits));
  csm_bench_row ("live: the same, median", csm_bench_samples_median (office->edits), "ms", 300, CSM_BENCH_BESIDE, 1, "target of p95",
                 csm_bench_samples_count (office->edits));
  csm_bench_row ("live: the server meanwhile, of one core", cores, "cores", 1, CSM_BENCH_AT_MOST, 1, "target", office->n_edits);
}

int
main (void)
{
  g_autoptr (CsmTestWorkspace) workspace = csm_test_workspace_new (N_CASES);
  g_autoptr (CsmTestServer) server = NULL;
  g_autoptr (SoupSession) session = soup_session_new_with_options ("max-conns", N_PEOPLE + 10, "max-conns-per-host", N_PEOPLE + 10, NULL);
  g_autofree Office *office = g_new0 (Office, 1);
  guint timers[4];
  gboolean over = FALSE;
  double began, before, cores, seconds;

  office->workspace = workspace;
  office->edits = csm_bench_samples_new ();
  office->probes = csm_bench_samples_new ();
  office->dice = g_rand_new_with_seed (1);
  csm_test_workspace_run (workspace, add_people, office);
  server = csm_test_server_new (workspace->directory, NULL);
  connect_all (office, session, csm_test_server_get_url (server));
  /* What all were told when they came is not what is measured. */
  g_timeout_add_seconds (3, over_cb, &over);
  csm_bench_wait_until (is_over, &over, 30);

  office->measuring = TRUE;
  began = csm_bench_now ();
  before = worked (server);
  timers[0] = g_timeout_add (RENEW_MS, renew_cb, office);
  timers[1] = g_timeout_add (MOVE_MS / 20, move_cb, office);
  timers[2] = g_timeout_add (PROBE_MS / N_PROBES, probe_cb, office);
  timers[3] = 0;
  g_timeout_add (EDIT_MS, edit_cb, office);
  csm_bench_wait_until (is_known, office, SECONDS * 4);
  seconds = csm_bench_now () - began;
  cores = (worked (server) - before) / seconds;
  for (guint i = 0; timers[i] != 0; i++)
    g_source_remove (timers[i]);
  print_rows (office, cores, seconds);

  for (guint i = 0; i < N_PEOPLE; i++)
    {
      g_signal_handlers_disconnect_by_data (office->people[i].socket, &office->people[i]);
      g_object_unref (office->people[i].socket);
      g_free (office->people[i].state);
      g_free (office->people[i].id);
      g_free (office->people[i].token);
    }
  csm_bench_samples_free (office->edits);
  csm_bench_samples_free (office->probes);
  g_rand_free (office->dice);
  return 0;
}
