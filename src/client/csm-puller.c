/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#define G_LOG_DOMAIN "csm-client"
#include "config.h"
#include "csm-puller.h"

#include "csm-error.h"
#include "csm-failpoint.h"
#include "csm-jmap-error.h"
#include "csm-json.h"
#include "csm-time.h"

#define PAGE_SIZE 500
/* Enough to fill the list before the rest comes */
#define NEWEST_CASES 200
/* Pages that are stored while the next one is fetched */
#define MAX_APPLYING 2
/* A server that can never calculate changes must not make us fetch all for ever. */
#define MAX_RESTARTS 2
#define RESTART_WINDOW (600 * CSM_SECOND)

/* What a list needs comes first; messages and history last. */
static const CsmTypeId order[] = {
  CSM_TYPE_ID_PERSON, CSM_TYPE_ID_TEAM, CSM_TYPE_ID_CHANNEL, CSM_TYPE_ID_TAG, CSM_TYPE_ID_SEEN, CSM_TYPE_ID_CUSTOMER, CSM_TYPE_ID_CASE,
  CSM_TYPE_ID_CONVERSATION, CSM_TYPE_ID_COMMENT, CSM_TYPE_ID_SUBMISSION, CSM_TYPE_ID_MESSAGE, CSM_TYPE_ID_EVENT,
};
G_STATIC_ASSERT (G_N_ELEMENTS (order) == CSM_N_TYPES);

struct _CsmPuller
{
  GObject        parent_instance;
  CsmConnection *connection;
  CsmCache      *cache;
  CsmTurn       *turn;
  GCancellable  *cancellable;
  char          *states[CSM_N_TYPES];
  gboolean       complete[CSM_N_TYPES];
  guint          dirty;
  guint          told;        /* told to have changed since the request that is under way was sent */
  gboolean       running;     /* has the turn, or waits for it */
  gboolean       has_turn;
  gboolean       fetching;
  gboolean       newest;      /* the newest cases are to be fetched first */
  guint          applying;
  guint          n_restarts;
  gint64         first_restart;
  gint64         total;       /* cases and messages of a first sync; 0: none under way */
  gint64         stored;
};

enum { SIGNAL_FINISHED, SIGNAL_FAILED, SIGNAL_PROGRESS, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (CsmPuller, csm_puller, G_TYPE_OBJECT)

static void step (CsmPuller *self);

static void
clear_states (CsmPuller *self)
{
  for (guint i = 0; i < CSM_N_TYPES; i++)
    g_clear_pointer (&self->states[i], g_free);
}

static void
csm_puller_dispose (GObject *object)
{
  CsmPuller *self = CSM_PULLER (object);

  if (self->turn != NULL)
    csm_puller_stop (self);
  clear_states (self);
  g_clear_object (&self->connection);
  g_clear_object (&self->cache);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->turn, csm_turn_unref);
  G_OBJECT_CLASS (csm_puller_parent_class)->dispose (object);
}

static void
csm_puller_class_init (CsmPullerClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = csm_puller_dispose;

  signals[SIGNAL_FINISHED] = g_signal_new ("finished", CSM_TYPE_PULLER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_FAILED] = g_signal_new ("failed", CSM_TYPE_PULLER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
  signals[SIGNAL_PROGRESS] = g_signal_new ("progress", CSM_TYPE_PULLER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_DOUBLE);
}

static void
csm_puller_init (CsmPuller *self)
{
}

CsmPuller *
csm_puller_new (CsmConnection *connection,
                CsmCache      *cache,
                CsmTurn       *turn)
{
  CsmPuller *self = g_object_new (CSM_TYPE_PULLER, NULL);

  self->connection = g_object_ref (connection);
  self->cache = g_object_ref (cache);
  self->turn = csm_turn_ref (turn);
  self->cancellable = g_cancellable_new ();
  return self;
}

/* --- ending ------------------------------------------------------------------------------------------------------ */

static void
end_run (CsmPuller *self)
{
  gboolean had_turn = self->has_turn;

  self->running = self->has_turn = FALSE;
  if (had_turn)
    csm_turn_give (self->turn);
  else
    csm_turn_forget (self->turn, self);
}

static void
fail (CsmPuller *self,
      GError    *error)
{
  g_autoptr (CsmPuller) alive = g_object_ref (self);
  g_autoptr (GError) owned = error;

  if (g_error_matches (owned, G_IO_ERROR, G_IO_ERROR_CANCELLED) || !self->running)
    return;
  csm_puller_stop (self);
  g_signal_emit (self, signals[SIGNAL_FAILED], 0, owned);
}

/* --- storing ------------------------------------------------------------------------------------------------------- */

typedef struct
{
  CsmPuller    *self;
  GCancellable *run;
  guint         n_records;
} Storing;

static void
storing_free (Storing *storing)
{
  g_object_unref (storing->self);
  g_object_unref (storing->run);
  g_free (storing);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Storing, storing_free)

static Storing *
begin_storing (CsmPuller *self)
{
  Storing *storing = g_new0 (Storing, 1);

  storing->self = g_object_ref (self);
  storing->run = g_object_ref (self->cancellable);
  self->applying++;
  return storing;
}

/* Takes @error. What a run that was stopped has stored concerns nobody any more. */
static void
end_storing (Storing *storing,
             GError  *error)
{
  CsmPuller *self = storing->self;

  if (g_cancellable_is_cancelled (storing->run))
    {
      g_clear_error (&error);
      return;
    }
  self->applying--;
  if (error != NULL)
    {
      fail (self, error);
      return;
    }
  self->stored += storing->n_records;
  if (self->total > 0)
    g_signal_emit (self, signals[SIGNAL_PROGRESS], 0, MIN (0.99, (double) self->stored / (double) self->total));
  step (self);
}

static void
on_applied (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (Storing) storing = user_data;
  GError *error = NULL;

  csm_cache_apply_page_finish (CSM_CACHE (source), result, &error);
  end_storing (storing, error);
}

static void
store_page (CsmPuller   *self,
            CsmSyncPage *page)
{
  Storing *storing = begin_storing (self);

  csm_failpoint ("page-got");
  if (page->type == CSM_TYPE_ID_CASE || page->type == CSM_TYPE_ID_MESSAGE)
    storing->n_records = page->records->len;
  /* Not cancellable: a page that was fetched is kept. */
  csm_cache_apply_page_async (self->cache, page, NULL, on_applied, storing);
}

static void
add_records (CsmSyncPage *page,
             JsonArray   *list)
{
  for (guint i = 0; list != NULL && i < json_array_get_length (list); i++)
    {
      JsonNode *node = json_array_get_element (list, i);

      if (JSON_NODE_HOLDS_OBJECT (node))
        g_ptr_array_add (page->records, json_node_dup_object (node));
    }
}

static void
add_ids (GPtrArray *ids,
         JsonArray *list)
{
  for (guint i = 0; list != NULL && i < json_array_get_length (list); i++)
    {
      JsonNode *node = json_array_get_element (list, i);

      if (csm_json_is_string (node))
        g_ptr_array_add (ids, json_node_dup_string (node));
    }
}

/* --- cannotCalculateChanges ------------------------------------------------------------------------------------------ */

static void
on_restarted (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (Storing) storing = user_data;
  GError *error = NULL;

  csm_cache_restart_type_finish (CSM_CACHE (source), result, &error);
  end_storing (storing, error);
}

static void
restart (CsmPuller *self,
         CsmTypeId  type)
{
  gint64 now = g_get_monotonic_time ();

  if (now - self->first_restart > RESTART_WINDOW)
    {
      self->first_restart = now;
      self->n_restarts = 0;
    }
  if (++self->n_restarts > MAX_RESTARTS * CSM_N_TYPES)
    {
      fail (self, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_FAILED, "the server can't say what changed"));
      return;
    }
  g_clear_pointer (&self->states[type], g_free);
  self->complete[type] = FALSE;
  csm_cache_restart_type_async (self->cache, type, NULL, on_restarted, begin_storing (self));
}

/* --- fetching ------------------------------------------------------------------------------------------------------- */

static void
take_changes (CsmPuller         *self,
              CsmTypeId          type,
              const CsmJmapCall *call)
{
  const char *error_type = csm_jmap_call_error_type (call);
  const char *new_state = csm_json_get_string (call->arguments, "newState");
  CsmSyncPage *page;

  if (g_strcmp0 (error_type, CSM_JMAP_CANNOT_CALCULATE_CHANGES) == 0)
    {
      restart (self, type);
      return;
    }
  if (error_type != NULL || new_state == NULL)
    {
      fail (self, g_error_new (G_IO_ERROR, G_IO_ERROR_FAILED, "%s/changes: %s", csm_record_type_get (type)->name, error_type != NULL ? error_type : "no state"));
      return;
    }
  page = csm_sync_page_new (type, csm_connection_get_account_of (self->connection, type));
  page->old_state = g_steal_pointer (&self->states[type]);
  page->new_state = g_strdup (new_state);
  page->has_more = csm_json_get_boolean (call->arguments, "hasMoreChanges");
  add_records (page, csm_json_get_array (call->arguments, "list"));
  add_ids (page->destroyed, csm_json_get_array (call->arguments, "destroyed"));
  if (csm_json_get_object (call->arguments, "modseqs") != NULL)
    page->modseqs = json_object_ref (csm_json_get_object (call->arguments, "modseqs"));
  self->states[type] = g_strdup (new_state);
  if (!page->has_more)
    {
      self->complete[type] = TRUE;
      /* The answer may be older than what push told meanwhile. */
      if ((self->told & (1u << type)) == 0)
        self->dirty &= ~(1u << type);
    }
  if (page->records->len == 0 && page->destroyed->len == 0 && g_strcmp0 (page->old_state, page->new_state) == 0)
    csm_sync_page_free (page);
  else
    store_page (self, page);
}

static CsmJmapResponse *
finish_call (CsmPuller     *self,
             GAsyncResult  *result,
             GCancellable  *run,
             GError       **error)
{
  CsmJmapResponse *response = csm_connection_call_finish (self->connection, result, error);

  if (g_cancellable_is_cancelled (run))
    {
      g_clear_pointer (&response, csm_jmap_response_free);
      g_clear_error (error);
      return NULL;
    }
  self->fetching = FALSE;
  return response;
}

typedef struct
{
  CsmPuller    *self;
  GCancellable *run;
  GArray       *types; /* of each call */
} Fetching;

static void
fetching_free (Fetching *fetching)
{
  g_object_unref (fetching->self);
  g_object_unref (fetching->run);
  g_array_unref (fetching->types);
  g_free (fetching);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Fetching, fetching_free)

static void
on_changes (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (Fetching) fetching = user_data;
  CsmPuller *self = fetching->self;
  GError *error = NULL;
  g_autoptr (CsmJmapResponse) response = finish_call (self, result, fetching->run, &error);

  if (error != NULL)
    {
      fail (self, error);
      return;
    }
  for (guint i = 0; response != NULL && i < fetching->types->len && self->running; i++)
    {
      g_autofree char *call_id = g_strdup_printf ("%u", i);
      const CsmJmapCall *call = csm_jmap_response_find (response, call_id);

      if (call != NULL)
        take_changes (self, g_array_index (fetching->types, CsmTypeId, i), call);
      else
        fail (self, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "the server left a call unanswered"));
    }
  /* The records are now the pages' alone. */
  g_clear_pointer (&response, csm_jmap_response_free);
  if (self->running)
    step (self);
}

static void
fetch_changes (CsmPuller *self)
{
  g_autoptr (CsmJmapRequestBuilder) request = csm_jmap_request_builder_new ();
  Fetching *fetching = g_new0 (Fetching, 1);

  fetching->self = g_object_ref (self);
  fetching->run = g_object_ref (self->cancellable);
  fetching->types = g_array_new (FALSE, FALSE, sizeof (CsmTypeId));
  for (guint i = 0; i < CSM_N_TYPES; i++)
    {
      CsmTypeId type = order[i];
      g_autofree char *method = g_strconcat (csm_record_type_get (type)->name, "/changes", NULL);
      JsonObject *arguments;

      if ((self->dirty & (1u << type)) == 0)
        continue;
      arguments = json_object_new ();
      json_object_set_string_member (arguments, "accountId", csm_connection_get_account_of (self->connection, type));
      csm_json_set_string (arguments, "sinceState", self->states[type]);
      json_object_set_int_member (arguments, "maxChanges", PAGE_SIZE);
      json_object_set_boolean_member (arguments, "includeRecords", TRUE);
      g_free (csm_jmap_request_builder_add (request, method, arguments));
      g_array_append_val (fetching->types, type);
      /* What may have many pages comes alone: an answer stays small, and what the list needs is there first. */
      if (!self->complete[type] && type >= CSM_TYPE_ID_CUSTOMER)
        break;
    }
  self->fetching = TRUE;
  self->told = 0;
  csm_connection_call_async (self->connection, request, self->cancellable, on_changes, fetching);
}

/* --- the first screenful --------------------------------------------------------------------------------------------- */

static void
take_list (CsmPuller       *self,
           CsmJmapResponse *response,
           const char      *call_id,
           CsmTypeId        type)
{
  const CsmJmapCall *call = csm_jmap_response_find (response, call_id);
  CsmSyncPage *page;

  if (call == NULL || csm_jmap_call_error_type (call) != NULL)
    return;
  page = csm_sync_page_new (type, csm_connection_get_account_of (self->connection, type));
  add_records (page, csm_json_get_array (call->arguments, "list"));
  store_page (self, page);
}

static gint64
total_of (CsmJmapResponse *response,
          const char      *call_id)
{
  const CsmJmapCall *call = csm_jmap_response_find (response, call_id);

  return call != NULL ? csm_json_get_int (call->arguments, "total", 0) : 0;
}

static void
on_newest (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (Fetching) fetching = user_data;
  CsmPuller *self = fetching->self;
  GError *error = NULL;
  g_autoptr (CsmJmapResponse) response = finish_call (self, result, fetching->run, &error);

  if (error != NULL)
    {
      fail (self, error);
      return;
    }
  if (response == NULL)
    return;
  csm_failpoint ("newest-got");
  self->newest = FALSE;
  self->total = total_of (response, "0") + total_of (response, "3");
  take_list (self, response, "2", CSM_TYPE_ID_CUSTOMER);
  take_list (self, response, "1", CSM_TYPE_ID_CASE);
  g_clear_pointer (&response, csm_jmap_response_free);
  step (self);
}

static JsonObject *
query_arguments (CsmPuller  *self,
                 CsmTypeId   type,
                 const char *property,
                 guint       limit)
{
  JsonObject *arguments = json_object_new (), *comparator = json_object_new ();
  JsonArray *sort = json_array_new ();

  json_object_set_string_member (comparator, "property", property);
  json_object_set_boolean_member (comparator, "isAscending", FALSE);
  json_array_add_object_element (sort, comparator);
  json_object_set_string_member (arguments, "accountId", csm_connection_get_account_of (self->connection, type));
  json_object_set_array_member (arguments, "sort", sort);
  json_object_set_int_member (arguments, "limit", limit);
  json_object_set_boolean_member (arguments, "calculateTotal", TRUE);
  return arguments;
}

static char *
add_get (CsmPuller             *self,
         CsmJmapRequestBuilder *request,
         CsmTypeId              type,
         const char            *call_id,
         const char            *method,
         const char            *path)
{
  g_autofree char *get = g_strconcat (csm_record_type_get (type)->name, "/get", NULL);
  JsonObject *arguments = json_object_new ();

  json_object_set_string_member (arguments, "accountId", csm_connection_get_account_of (self->connection, type));
  csm_jmap_request_builder_refer (arguments, "ids", call_id, method, path);
  return csm_jmap_request_builder_add (request, get, arguments);
}

/* The newest cases and their customers, so that the list fills at once; the pages bring them again in order. */
static void
fetch_newest (CsmPuller *self)
{
  g_autoptr (CsmJmapRequestBuilder) request = csm_jmap_request_builder_new ();
  Fetching *fetching = g_new0 (Fetching, 1);
  g_autofree char *query = NULL;
  g_autofree char *cases = NULL;

  fetching->self = g_object_ref (self);
  fetching->run = g_object_ref (self->cancellable);
  fetching->types = g_array_new (FALSE, FALSE, sizeof (CsmTypeId));
  query = csm_jmap_request_builder_add (request, "Case/query", query_arguments (self, CSM_TYPE_ID_CASE, "lastActivityAt", NEWEST_CASES));
  cases = add_get (self, request, CSM_TYPE_ID_CASE, query, "Case/query", "/ids");
  g_free (add_get (self, request, CSM_TYPE_ID_CUSTOMER, cases, "Case/get", "/list/*/customerId"));
  g_free (csm_jmap_request_builder_add (request, "Message/query", query_arguments (self, CSM_TYPE_ID_MESSAGE, "at", 1)));
  self->fetching = TRUE;
  csm_connection_call_async (self->connection, request, self->cancellable, on_newest, fetching);
}

static void
on_begun (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (Storing) storing = user_data;
  GError *error = NULL;

  csm_cache_begin_first_sync_finish (CSM_CACHE (source), result, &error);
  end_storing (storing, error);
}

/* --- the pump --------------------------------------------------------------------------------------------------------- */

static void
on_turn (gpointer data)
{
  CsmPuller *self = data;

  self->has_turn = TRUE;
  step (self);
}

static void
step (CsmPuller *self)
{
  g_autoptr (CsmPuller) alive = g_object_ref (self);

  if (!self->running || !self->has_turn || self->fetching)
    return;
  if (self->applying == 0 && self->dirty == 0)
    {
      self->total = 0;
      end_run (self);
      g_signal_emit (self, signals[SIGNAL_FINISHED], 0);
      return;
    }
  /* Somebody wants to send: once everything that was fetched is stored, they go first. */
  if (csm_turn_is_wanted (self->turn))
    {
      if (self->applying > 0)
        return;
      self->has_turn = FALSE;
      csm_turn_take (self->turn, on_turn, self);
      csm_turn_give (self->turn);
      return;
    }
  if (self->dirty == 0 || self->applying >= MAX_APPLYING)
    return;
  if (self->newest)
    fetch_newest (self);
  else
    fetch_changes (self);
}

/**
 * csm_puller_begin:
 * @self: a puller that is stopped
 * @state: where the cache stands
 *
 * Says from where to go on.
 */
void
csm_puller_begin (CsmPuller    *self,
                  CsmSyncState *state)
{
  clear_states (self);
  for (guint i = 0; i < CSM_N_TYPES; i++)
    {
      self->states[i] = g_strdup (state->states[i]);
      self->complete[i] = state->complete[i];
    }
  self->stored = 0;
  self->newest = !state->complete[CSM_TYPE_ID_CASE];
  if (!state->started)
    csm_cache_begin_first_sync_async (self->cache, NULL, on_begun, begin_storing (self));
}

/**
 * csm_puller_pull:
 * @self: a puller
 * @types: a bit for each type
 *
 * Fetches what changed of these types, and goes on with what was left. Main thread.
 */
void
csm_puller_pull (CsmPuller *self,
                 guint      types)
{
  self->dirty |= types;
  self->told |= types;
  if (self->running)
    {
      step (self);
      return;
    }
  self->running = TRUE;
  csm_turn_take (self->turn, on_turn, self);
}

/**
 * csm_puller_compare:
 * @self: a puller
 * @changed: of a StateChange: account → type → state
 *
 * Returns: a bit for each type whose state isn't the one that is known here
 */
guint
csm_puller_compare (CsmPuller  *self,
                    JsonObject *changed)
{
  guint types = 0;

  for (guint i = 0; i < CSM_N_TYPES; i++)
    {
      JsonObject *account = csm_json_get_object (changed, csm_connection_get_account_of (self->connection, (CsmTypeId) i));
      const char *state = csm_json_get_string (account, csm_record_type_get ((CsmTypeId) i)->name);

      if (state != NULL && g_strcmp0 (state, self->states[i]) != 0)
        types |= 1u << i;
    }
  return types;
}

/**
 * csm_puller_stop:
 * @self: a puller
 *
 * Stops fetching. What was fetched is still stored.
 */
void
csm_puller_stop (CsmPuller *self)
{
  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  self->cancellable = g_cancellable_new ();
  self->fetching = FALSE;
  self->applying = 0;
  self->dirty = 0;
  self->told = 0;
  self->total = 0;
  if (self->running)
    end_run (self);
}
