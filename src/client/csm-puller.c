/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-puller-private.h"

#include "csm-failpoint.h"
#include "csm-jmap-error.h"
#include "csm-json.h"
#include "csm-pull-page.h"
#include "csm-time.h"

/* Enough to fill the list before the rest comes, with their messages; after a long time away, a screenful */
#define NEWEST_CASES 200
#define SCREENFUL 50
#define LONG_AWAY (3600 * CSM_SECOND)
/* Pages that are stored while the next one is fetched */
/* So many requests for headers, and then one for messages, once the headers were all here */
#define MOST_HEADERS 4
#define MAX_APPLYING 2

/* What a list needs comes first. Messages, submissions and history come by case. */
static const CsmTypeId order[] = {
  CSM_TYPE_ID_PERSON, CSM_TYPE_ID_TEAM, CSM_TYPE_ID_CHANNEL, CSM_TYPE_ID_TAG, CSM_TYPE_ID_RULE, CSM_TYPE_ID_SEEN, CSM_TYPE_ID_CUSTOMER, CSM_TYPE_ID_CASE,
  CSM_TYPE_ID_CONVERSATION, CSM_TYPE_ID_COMMENT, CSM_TYPE_ID_SHARED_COMMENT, CSM_TYPE_ID_TASK, CSM_TYPE_ID_DRAFT, CSM_TYPE_ID_SERVICE_LEVEL,
  CSM_TYPE_ID_CALENDAR, CSM_TYPE_ID_SNIPPET, CSM_TYPE_ID_TEMPLATE, CSM_TYPE_ID_ARTICLE, CSM_TYPE_ID_VIEW,
};
G_STATIC_ASSERT (G_N_ELEMENTS (order) == CSM_N_TYPES - 3);
#define BY_CASE ((1u << CSM_TYPE_ID_MESSAGE) | (1u << CSM_TYPE_ID_SUBMISSION) | (1u << CSM_TYPE_ID_EVENT))

enum { SIGNAL_FINISHED, SIGNAL_FAILED, SIGNAL_PROGRESS, SIGNAL_NEWEST, SIGNAL_GONE, SIGNAL_STORED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (CsmPuller, csm_puller, G_TYPE_OBJECT)

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
  g_clear_object (&self->fetcher);
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
  signals[SIGNAL_NEWEST] = g_signal_new ("newest", CSM_TYPE_PULLER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_STORED] = g_signal_new ("stored", CSM_TYPE_PULLER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
  signals[SIGNAL_GONE] = g_signal_new ("gone", CSM_TYPE_PULLER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
csm_puller_init (CsmPuller *self)
{
}

/* Somebody waits for a case. */
static void
on_work (CsmPuller *self)
{
  csm_puller_pull (self, 0);
}

/**
 * csm_puller_new:
 * @connection: the way to the server
 * @cache: where it goes
 * @turn: shared with what sends
 *
 * Returns: (transfer full): a puller that does not fetch yet
 */
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
  self->fetcher = csm_fetcher_new (cache);
  g_signal_connect_object (self->fetcher, "work", G_CALLBACK (on_work), self, G_CONNECT_SWAPPED);
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

/**
 * csm_puller_fail:
 * @self: a puller
 * @error: (transfer full): why
 *
 * Stops, and emits "failed".
 */
void
csm_puller_fail (CsmPuller *self,
                 GError    *error)
{
  g_autoptr (CsmPuller) alive = g_object_ref (self);
  g_autoptr (GError) owned = error;

  if (g_error_matches (owned, G_IO_ERROR, G_IO_ERROR_CANCELLED) || !self->running)
    return;
  csm_puller_stop (self);
  g_signal_emit (self, signals[SIGNAL_FAILED], 0, owned);
}

/**
 * csm_puller_go:
 * @self: a puller
 *
 * The account is not there any more, a definite answer: stops, and emits "gone".
 */
void
csm_puller_go (CsmPuller *self)
{
  g_autoptr (CsmPuller) alive = g_object_ref (self);

  csm_puller_stop (self);
  g_signal_emit (self, signals[SIGNAL_GONE], 0);
}

/* What the accounts of who is signed in have no records of is not asked for. */
static guint
those_there (CsmPuller *self,
             guint      types)
{
  for (guint i = 0; i < CSM_N_TYPES; i++)
    {
      if ((types & (1u << i)) != 0 && csm_connection_get_account_of (self->connection, (CsmTypeId) i) == NULL)
        types &= ~(1u << i);
    }
  return types & ~BY_CASE;
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
      csm_puller_restart (self, type);
      return;
    }
  if (g_strcmp0 (error_type, CSM_JMAP_ACCOUNT_NOT_FOUND) == 0)
    {
      csm_puller_go (self);
      return;
    }
  if (error_type != NULL || new_state == NULL)
    {
      csm_puller_fail (self, g_error_new (G_IO_ERROR, G_IO_ERROR_FAILED, "%s/changes: %s", csm_record_type_get (type)->name, error_type != NULL ? error_type : "no state"));
      return;
    }
  page = csm_pull_page_of_changes (self->connection, type, call);
  page->old_state = g_steal_pointer (&self->states[type]);
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
    csm_puller_store_page (self, page);
}

/**
 * csm_pulling_new:
 * @self: a puller
 *
 * Returns: (transfer full): a request of the run that is under way
 */
CsmPulling *
csm_pulling_new (CsmPuller *self)
{
  CsmPulling *pulling = g_new0 (CsmPulling, 1);

  pulling->self = g_object_ref (self);
  pulling->run = g_object_ref (self->cancellable);
  pulling->types = g_array_new (FALSE, FALSE, sizeof (CsmTypeId));
  return pulling;
}

/**
 * csm_pulling_free:
 * @pulling: a request
 */
void
csm_pulling_free (CsmPulling *pulling)
{
  g_object_unref (pulling->self);
  g_object_unref (pulling->run);
  g_array_unref (pulling->types);
  g_free (pulling);
}

/**
 * csm_pulling_finish:
 * @pulling: a request
 * @result: what the callback got
 * @error: return location
 *
 * Returns: (transfer full) (nullable): the answers; %NULL without @error: the run was stopped
 */
CsmJmapResponse *
csm_pulling_finish (CsmPulling    *pulling,
                    GAsyncResult  *result,
                    GError       **error)
{
  CsmJmapResponse *response = csm_connection_call_finish (pulling->self->connection, result, error);

  if (g_cancellable_is_cancelled (pulling->run))
    {
      g_clear_pointer (&response, csm_jmap_response_free);
      g_clear_error (error);
      return NULL;
    }
  pulling->self->fetching = FALSE;
  return response;
}

static void
on_changes (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (CsmPulling) pulling = user_data;
  CsmPuller *self = pulling->self;
  GError *error = NULL;
  g_autoptr (CsmJmapResponse) response = csm_pulling_finish (pulling, result, &error);

  csm_failpoint ("page-got");
  if (error != NULL)
    {
      csm_puller_fail (self, error);
      return;
    }
  for (guint i = 0; response != NULL && i < pulling->types->len && self->running; i++)
    {
      g_autofree char *call_id = g_strdup_printf ("%u", i);
      const CsmJmapCall *call = csm_jmap_response_find (response, call_id);

      if (call != NULL)
        take_changes (self, g_array_index (pulling->types, CsmTypeId, i), call);
      else
        csm_puller_fail (self, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "the server left a call unanswered"));
    }
  /* The records are now the pages' alone. */
  g_clear_pointer (&response, csm_jmap_response_free);
  if (self->running)
    csm_puller_step (self);
}

static void
fetch_changes (CsmPuller *self)
{
  g_autoptr (CsmJmapRequestBuilder) request = csm_jmap_request_builder_new ();
  CsmPulling *pulling = csm_pulling_new (self);

  for (guint i = 0; i < G_N_ELEMENTS (order); i++)
    {
      CsmTypeId type = order[i];

      if ((self->dirty & (1u << type)) == 0)
        continue;
      csm_pull_ask_changes (self->connection, request, type, self->states[type]);
      g_array_append_val (pulling->types, type);
      /* What may have many pages comes alone: an answer stays small, and what the list needs is there first. */
      if (!self->complete[type] && type >= CSM_TYPE_ID_CUSTOMER)
        break;
    }
  self->fetching = TRUE;
  self->n_headers++;
  self->told = 0;
  csm_connection_call_async (self->connection, request, self->cancellable, on_changes, pulling);
}

static void
on_begun (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (CsmStoring) storing = user_data;
  GError *error = NULL;

  csm_cache_begin_first_sync_finish (CSM_CACHE (source), result, &error);
  csm_storing_end (storing, error);
}

/* --- the pump --------------------------------------------------------------------------------------------------------- */

static void
on_turn (gpointer data)
{
  CsmPuller *self = data;

  self->has_turn = TRUE;
  csm_puller_step (self);
}

/* Whether messages come before headers: somebody waits for them, or the first screenful of a first sync is without its own. */
static gboolean
are_contents_next (CsmPuller *self)
{
  if (self->dirty == 0 || csm_fetcher_is_urgent (self->fetcher))
    return TRUE;
  /* Where something changes all the time, messages would never come. */
  if (self->n_headers >= MOST_HEADERS && self->complete[CSM_TYPE_ID_CASE] && (self->wanted || !csm_fetcher_is_empty (self->fetcher)))
    return TRUE;
  return self->complete[CSM_TYPE_ID_SEEN] && self->first != CSM_FIRST_DONE;
}

/**
 * csm_puller_step:
 * @self: a puller
 *
 * Does what comes next, if there is anything to do and it is its turn.
 */
void
csm_puller_step (CsmPuller *self)
{
  g_autoptr (CsmPuller) alive = g_object_ref (self);

  if (!self->running || !self->has_turn || self->fetching)
    return;
  if (self->first == CSM_FIRST_FETCH && csm_fetcher_is_empty (self->fetcher))
    self->first = CSM_FIRST_DONE;
  if (self->applying == 0 && self->dirty == 0 && !self->wanted && csm_fetcher_is_empty (self->fetcher))
    {
      self->total = 0;
      self->first_sync = FALSE;
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
  if (self->applying >= MAX_APPLYING)
    return;
  if (self->newest)
    csm_puller_fetch_newest (self);
  else if (!are_contents_next (self))
    fetch_changes (self);
  else if (self->wanted || self->first != CSM_FIRST_DONE || !csm_fetcher_is_empty (self->fetcher))
    csm_puller_fetch_contents (self);
}

/**
 * csm_puller_begin:
 * @self: a puller that is stopped
 * @state: where the cache stands
 * @away: for how long nothing was heard, µs
 *
 * Says from where to go on.
 */
void
csm_puller_begin (CsmPuller    *self,
                  CsmSyncState *state,
                  gint64        away)
{
  clear_states (self);
  for (guint i = 0; i < CSM_N_TYPES; i++)
    {
      self->states[i] = g_strdup (state->states[i]);
      self->complete[i] = state->complete[i];
    }
  self->first_sync = !state->complete[CSM_TYPE_ID_CASE];
  self->stored = self->first_sync ? state->n_cases : 0;
  self->stored_wanted = self->total_wanted = 0;
  /* With a first sync that goes on, only their number is asked for. */
  self->n_newest = !self->first_sync ? SCREENFUL : state->newest ? 0 : NEWEST_CASES;
  self->newest = self->first_sync || away > LONG_AWAY;
  self->first = CSM_FIRST_DONE;
  self->wanted = TRUE;
  if (!state->started)
    csm_cache_begin_first_sync_async (self->cache, NULL, on_begun, csm_storing_new (self));
}

/**
 * csm_puller_is_behind:
 * @self: a puller that has begun
 *
 * Returns: whether the newest cases are still to come, before anything is sent: "newest" tells when they are there
 */
gboolean
csm_puller_is_behind (CsmPuller *self)
{
  return self->newest;
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
  types = those_there (self, types);
  self->dirty |= types;
  self->told |= types;
  self->wanted = TRUE;
  if (self->running)
    {
      csm_puller_step (self);
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
 * What changed in a case's messages shows in the case.
 *
 * Returns: a bit for each type whose state isn't the one that is known here
 */
guint
csm_puller_compare (CsmPuller  *self,
                    JsonObject *changed)
{
  guint types = 0;

  for (guint i = 0; i < G_N_ELEMENTS (order); i++)
    {
      CsmTypeId type = order[i];
      const char *account_id = csm_connection_get_account_of (self->connection, type);
      JsonObject *account = account_id != NULL ? csm_json_get_object (changed, account_id) : NULL;
      const char *state = csm_json_get_string (account, csm_record_type_get (type)->name);

      if (state != NULL && g_strcmp0 (state, self->states[type]) != 0)
        types |= 1u << type;
    }
  return types;
}

/**
 * csm_puller_fetch_case_async:
 * @self: a puller that runs or has finished
 * @case_id: a case
 * @cancellable: (nullable): a cancellable
 * @callback: called when its messages are in the cache
 * @user_data: for @callback
 */
void
csm_puller_fetch_case_async (CsmPuller           *self,
                             const char          *case_id,
                             GCancellable        *cancellable,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data)
{
  csm_fetcher_want_async (self->fetcher, case_id, cancellable, callback, user_data);
}

/**
 * csm_puller_fetch_case_finish:
 * @self: a puller
 * @result: what the callback got
 * @error: return location
 *
 * Returns: whether the messages of the case are in the cache
 */
gboolean
csm_puller_fetch_case_finish (CsmPuller     *self,
                              GAsyncResult  *result,
                              GError       **error)
{
  return csm_fetcher_want_finish (self->fetcher, result, error);
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
  g_autoptr (GError) error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED, "the connection was lost");

  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  self->cancellable = g_cancellable_new ();
  self->fetching = FALSE;
  self->applying = 0;
  self->dirty = 0;
  self->told = 0;
  self->total = 0;
  self->wanted = FALSE;
  csm_fetcher_clear (self->fetcher, error);
  if (self->running)
    end_run (self);
}
