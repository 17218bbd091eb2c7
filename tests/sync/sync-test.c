/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "sync-test.h"

#include <string.h>

#include "csm-json.h"
#include "csm-time.h"

#define WAIT_SECONDS 60
#define LOOK_MS 100

void
sync_test_set_up (SyncTest *test,
                  guint     n_cases)
{
  test->workspace = csm_test_workspace_new (n_cases);
  test->server = csm_test_server_new (test->workspace->directory, NULL);
  test->url = g_strdup (csm_test_server_get_url (test->server));
  test->client = csm_test_client_new (test->url, test->workspace->lead.token);
}

void
sync_test_tear_down (SyncTest *test)
{
  csm_test_client_free (test->client);
  g_clear_pointer (&test->server, csm_test_server_free);
  csm_test_workspace_free (test->workspace);
  g_free (test->url);
}

void
sync_test_kill_server (SyncTest *test)
{
  csm_test_server_kill (test->server);
  g_clear_pointer (&test->server, csm_test_server_free);
}

/* Again where it was. */
void
sync_test_start_server (SyncTest *test)
{
  const char *arguments[] = { "--listen", strstr (test->url, "//") + 2, NULL };

  test->server = csm_test_server_new (test->workspace->directory, arguments);
  g_assert_cmpstr (csm_test_server_get_url (test->server), ==, test->url);
}

SyncDesk *
sync_desk_new (SyncTest      *test,
               CsmTestPerson *person,
               const char    *name)
{
  SyncDesk *self = g_new0 (SyncDesk, 1);

  self->directory = g_build_filename (test->workspace->base, name, NULL);
  self->account = csm_account_new (test->url, NULL, person->token, self->directory);
  self->cache = csm_account_get_cache (self->account);
  return self;
}

void
sync_desk_stop (SyncDesk *self)
{
  csm_account_stop (self->account);
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

void
sync_desk_free (SyncDesk *self)
{
  sync_desk_stop (self);
  g_assert_finalize_object (self->account);
  g_free (self->directory);
  g_free (self);
}

static gboolean
on_timeout (gpointer data)
{
  g_error ("%s: not within %d seconds", (const char *) data, WAIT_SECONDS);
  return G_SOURCE_REMOVE;
}

static gboolean
on_look (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

/* The condition is looked at after whatever happens, and now and then: one that waits itself may miss the last thing that does. */
void
sync_wait_until (SyncCondition  condition,
                 gpointer       data,
                 const char    *what)
{
  guint timeout = g_timeout_add_seconds (WAIT_SECONDS, on_timeout, (gpointer) what);
  guint look = g_timeout_add (LOOK_MS, on_look, NULL);

  while (!condition (data))
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (look);
  g_source_remove (timeout);
}

typedef struct
{
  SyncDesk        *desk;
  CsmAccountState  state;
  guint            waiting;
  guint            parked;
} Wanted;

static gboolean
has_state (gpointer data)
{
  Wanted *wanted = data;

  return csm_account_get_state (wanted->desk->account) == wanted->state;
}

void
sync_desk_wait_state (SyncDesk        *self,
                      CsmAccountState  state)
{
  Wanted wanted = { .desk = self, .state = state };

  sync_wait_until (has_state, &wanted, "state");
}

void
sync_desk_wait_synced (SyncDesk *self)
{
  sync_desk_wait_state (self, CSM_ACCOUNT_SYNCED);
}

/* --- the cache without callbacks ----------------------------------------------------------------------------------------- */

static void
on_done (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

static gboolean
is_done (gpointer data)
{
  return *(GAsyncResult **) data != NULL;
}

JsonObject *
sync_desk_get (SyncDesk   *self,
               CsmTypeId   type,
               const char *id)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  JsonObject *record;

  csm_cache_load_record_async (self->cache, type, id, NULL, on_done, &result);
  sync_wait_until (is_done, &result, "a record");
  record = csm_cache_load_record_finish (self->cache, result, &error);
  g_assert_no_error (error);
  return record;
}

guint
sync_desk_count (SyncDesk    *self,
                 CsmViewKind  kind,
                 const char  *key)
{
  g_autoptr (CsmCaseView) view = csm_case_view_new (kind, key);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) rowids = NULL;

  csm_cache_list_cases_async (self->cache, view, NULL, on_done, &result);
  sync_wait_until (is_done, &result, "a list");
  rowids = csm_cache_list_cases_finish (self->cache, result, &error);
  g_assert_no_error (error);
  return rowids->len;
}

gint64
sync_desk_perform (SyncDesk  *self,
                   CsmIntent *intent)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  gint64 group;

  csm_cache_perform_async (self->cache, intent, NULL, on_done, &result);
  sync_wait_until (is_done, &result, "an intent");
  group = csm_cache_perform_finish (self->cache, result, &error);
  g_assert_no_error (error);
  return group;
}

gint64
sync_desk_update (SyncDesk   *self,
                  CsmTypeId   type,
                  const char *id,
                  const char *patch)
{
  CsmIntent *intent = csm_intent_new ("Change");

  csm_intent_update (intent, type, id, csm_test_json ("%s", patch));
  return sync_desk_perform (self, intent);
}

gboolean
sync_desk_undo (SyncDesk *self,
                gint64    group)
{
  g_autoptr (GAsyncResult) result = NULL;

  csm_cache_undo_async (self->cache, group, NULL, on_done, &result);
  sync_wait_until (is_done, &result, "undo");
  return csm_cache_undo_finish (self->cache, result, NULL);
}

GPtrArray *
sync_desk_outbox (SyncDesk *self)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GPtrArray *ops;

  csm_cache_list_outbox_async (self->cache, NULL, on_done, &result);
  sync_wait_until (is_done, &result, "the outbox");
  ops = csm_cache_list_outbox_finish (self->cache, result, &error);
  g_assert_no_error (error);
  return ops;
}

/* --- waiting for the outbox ---------------------------------------------------------------------------------------------- */

/* Both what is there and what the account says of it, which comes a moment later. */
static gboolean
has_outbox (gpointer data)
{
  Wanted *wanted = data;
  g_autoptr (GPtrArray) ops = sync_desk_outbox (wanted->desk);
  guint waiting, parked, n_parked = 0;

  for (guint i = 0; i < ops->len; i++)
    n_parked += ((CsmOperation *) g_ptr_array_index (ops, i))->state == CSM_OP_PARKED;
  g_object_get (wanted->desk->account, "waiting", &waiting, "parked", &parked, NULL);
  return ops->len == wanted->waiting && n_parked == wanted->parked && waiting == wanted->waiting && parked == wanted->parked;
}

void
sync_desk_wait_outbox (SyncDesk *self,
                       guint     waiting,
                       guint     parked)
{
  Wanted wanted = { .desk = self, .waiting = waiting, .parked = parked };

  sync_wait_until (has_outbox, &wanted, "outbox");
}

/* --- waiting for what shows ---------------------------------------------------------------------------------------------- */

typedef struct
{
  SyncDesk   *desk;
  CsmTypeId   type;
  const char *id;
  const char *member;
  const char *value;
  gboolean    reading;
  gboolean    stale;
  gboolean    shown;
} Shown;

static void look (Shown *shown);

static void
on_looked (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  Shown *shown = data;
  g_autoptr (JsonObject) record = csm_cache_load_record_finish (CSM_CACHE (source), result, NULL);

  shown->reading = FALSE;
  shown->shown = record != NULL && g_strcmp0 (csm_json_get_string (record, shown->member), shown->value) == 0;
  if (!shown->shown && shown->stale)
    look (shown);
}

static void
look (Shown *shown)
{
  shown->stale = shown->reading;
  if (shown->reading)
    return;
  shown->reading = TRUE;
  csm_cache_load_record_async (shown->desk->cache, shown->type, shown->id, NULL, on_looked, shown);
}

static gboolean
is_shown (gpointer data)
{
  Shown *shown = data;

  return shown->shown && !shown->reading;
}

void
sync_desk_wait_shows (SyncDesk   *self,
                      CsmTypeId   type,
                      const char *id,
                      const char *member,
                      const char *value)
{
  Shown shown = { self, type, id, member, value, FALSE, FALSE, FALSE };
  gulong handler = g_signal_connect_swapped (self->cache, "changed", G_CALLBACK (look), &shown);

  look (&shown);
  sync_wait_until (is_shown, &shown, member);
  g_signal_handler_disconnect (self->cache, handler);
}

/* --- comparing with the server ------------------------------------------------------------------------------------------- */

/* What differs first, or NULL */
static char *
compare_type (SyncDesk      *self,
              CsmTestClient *client,
              CsmTypeId      id,
              const char    *account,
              guint         *n)
{
  const CsmRecordType *type = csm_record_type_get (id);
  g_autofree char *method = g_strconcat (type->name, "/changes", NULL);
  g_autoptr (JsonObject) answer = csm_test_client_call (client, method, "{'accountId':'%s','sinceState':null,'includeRecords':true,'maxChanges':5000}", account);
  JsonArray *list = csm_json_get_array (answer, "list");

  g_assert_nonnull (list);
  g_assert_false (csm_json_get_boolean (answer, "hasMoreChanges"));
  for (guint i = 0; i < json_array_get_length (list); i++)
    {
      JsonObject *theirs = json_array_get_object_element (list, i);
      g_autoptr (JsonObject) ours = sync_desk_get (self, id, csm_json_get_string (theirs, "id"));
      g_autoptr (JsonNode) a = json_node_init_object (json_node_alloc (), theirs);
      g_autoptr (JsonNode) b = ours != NULL ? json_node_init_object (json_node_alloc (), ours) : json_node_new (JSON_NODE_NULL);

      if (!json_node_equal (a, b))
        {
          g_autofree char *text_a = csm_json_write (a);
          g_autofree char *text_b = csm_json_write (b);

          return g_strdup_printf ("the server has %s, the cache %s", text_a, text_b);
        }
    }
  *n += json_array_get_length (list);
  return NULL;
}

static char *
compare (SyncDesk      *self,
         SyncTest      *test,
         CsmTestPerson *person,
         guint         *n)
{
  g_autoptr (CsmTestClient) client = csm_test_client_new (test->url, person->token);

  *n = 0;
  for (CsmTypeId id = 0; id < CSM_N_TYPES; id++)
    {
      char *difference = compare_type (self, client, id, (csm_record_type_get (id)->flags & CSM_RECORD_PERSONAL) != 0 ? person->account_id : test->workspace->workspace_id, n);

      if (difference != NULL)
        return difference;
    }
  return NULL;
}

static void
on_changed (gboolean *changed)
{
  *changed = TRUE;
}

static gboolean
is_set (gpointer data)
{
  return *(gboolean *) data;
}

/* The last change may still be on its way. */
void
sync_desk_check_equal (SyncDesk      *self,
                       SyncTest      *test,
                       CsmTestPerson *person)
{
  gboolean changed = FALSE;
  gulong handler = g_signal_connect_swapped (self->cache, "changed", G_CALLBACK (on_changed), &changed);
  guint n;

  for (;;)
    {
      g_autofree char *difference = NULL;

      changed = FALSE;
      difference = compare (self, test, person, &n);
      if (difference == NULL)
        break;
      sync_wait_until (is_set, &changed, difference);
    }
  g_signal_handler_disconnect (self->cache, handler);
  g_assert_cmpuint (n, >, test->workspace->cases->len);
}
