/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-fetcher.h"

#include "csm-json.h"

/* Cases that one request names; the server says of so many as fit into MAX_RECORDS. */
#define MAX_CASES 200
#define MAX_RECORDS 500
/* A case that is wanted again and again is left for the next time: a bug must not make us fetch it for ever. */
#define MAX_ROUNDS 8

struct _CsmFetcher
{
  GObject     parent_instance;
  CsmCache   *cache;
  GQueue      urgent;   /* CsmWantedCase: somebody waits */
  GQueue      queue;    /* CsmWantedCase */
  GPtrArray  *asked;    /* CsmWantedCase, of the request that is under way */
  GHashTable *rounds;   /* case id → how often the cache wanted it since it wanted nothing */
  GPtrArray  *waiting;  /* GTask, with the case's id */
};

enum { SIGNAL_WORK, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (CsmFetcher, csm_fetcher, G_TYPE_OBJECT)

static void
clear_queue (GQueue *queue)
{
  g_queue_clear_full (queue, (GDestroyNotify) csm_wanted_case_free);
}

static void
csm_fetcher_dispose (GObject *object)
{
  CsmFetcher *self = CSM_FETCHER (object);

  clear_queue (&self->urgent);
  clear_queue (&self->queue);
  g_clear_pointer (&self->asked, g_ptr_array_unref);
  g_clear_pointer (&self->rounds, g_hash_table_unref);
  g_clear_pointer (&self->waiting, g_ptr_array_unref);
  g_clear_object (&self->cache);
  G_OBJECT_CLASS (csm_fetcher_parent_class)->dispose (object);
}

static void
csm_fetcher_class_init (CsmFetcherClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = csm_fetcher_dispose;

  /**
   * CsmFetcher::work:
   *
   * Somebody waits for a case.
   */
  signals[SIGNAL_WORK] = g_signal_new ("work", CSM_TYPE_FETCHER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
csm_fetcher_init (CsmFetcher *self)
{
  g_queue_init (&self->urgent);
  g_queue_init (&self->queue);
  self->asked = g_ptr_array_new_with_free_func ((GDestroyNotify) csm_wanted_case_free);
  self->rounds = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->waiting = g_ptr_array_new_with_free_func (g_object_unref);
}

/**
 * csm_fetcher_new:
 * @cache: what knows which messages are here
 *
 * Returns: (transfer full): a fetcher with an empty queue
 */
CsmFetcher *
csm_fetcher_new (CsmCache *cache)
{
  CsmFetcher *self = g_object_new (CSM_TYPE_FETCHER, NULL);

  self->cache = g_object_ref (cache);
  return self;
}

/* Whether the case may be asked for once more. */
static gboolean
count_round (CsmFetcher *self,
             const char *case_id)
{
  guint n = GPOINTER_TO_UINT (g_hash_table_lookup (self->rounds, case_id));

  if (n >= MAX_ROUNDS)
    return FALSE;
  g_hash_table_insert (self->rounds, g_strdup (case_id), GUINT_TO_POINTER (n + 1));
  return TRUE;
}

/**
 * csm_fetcher_fill:
 * @self: a fetcher whose queue is empty
 * @wanted: what the cache wants; its cases are taken out of it
 */
void
csm_fetcher_fill (CsmFetcher     *self,
                  CsmWantedCases *wanted)
{
  while (wanted->cases->len > 0)
    {
      CsmWantedCase *one = g_ptr_array_steal_index (wanted->cases, 0);

      if (count_round (self, one->id))
        g_queue_push_tail (&self->queue, one);
      else
        csm_wanted_case_free (one);
    }
}

/**
 * csm_fetcher_is_empty:
 * @self: a fetcher
 *
 * Returns: whether there is nothing to fetch
 */
gboolean
csm_fetcher_is_empty (CsmFetcher *self)
{
  return g_queue_is_empty (&self->queue) && g_queue_is_empty (&self->urgent);
}

/**
 * csm_fetcher_is_urgent:
 * @self: a fetcher
 *
 * Returns: whether a person waits for something that is to be fetched
 */
gboolean
csm_fetcher_is_urgent (CsmFetcher *self)
{
  return !g_queue_is_empty (&self->urgent);
}

static void
add_wanted (JsonArray     *cases,
            CsmWantedCase *wanted)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "id", wanted->id);
  csm_json_set_string (object, "sinceState", wanted->state);
  csm_json_set_string (object, "messagesState", wanted->messages_state);
  json_array_add_object_element (cases, object);
}

/**
 * csm_fetcher_take:
 * @self: a fetcher that is not empty
 * @account: the account's id
 *
 * Returns: (transfer full): the arguments of the next Case/content
 */
JsonObject *
csm_fetcher_take (CsmFetcher *self,
                  const char *account)
{
  GQueue *from = g_queue_is_empty (&self->urgent) ? &self->queue : &self->urgent;
  JsonObject *arguments = json_object_new ();
  JsonArray *cases = json_array_new ();

  g_ptr_array_set_size (self->asked, 0);
  while (self->asked->len < MAX_CASES && !g_queue_is_empty (from))
    {
      CsmWantedCase *wanted = g_queue_pop_head (from);

      add_wanted (cases, wanted);
      g_ptr_array_add (self->asked, wanted);
    }
  json_object_set_string_member (arguments, "accountId", account);
  json_object_set_array_member (arguments, "cases", cases);
  json_object_set_int_member (arguments, "maxRecords", MAX_RECORDS);
  return arguments;
}

/* --- answers ------------------------------------------------------------------------------------------------------------- */

static CsmCaseContent *
read_case (JsonObject *object)
{
  const char *id = csm_json_get_string (object, "id");
  CsmCaseContent *content;

  if (id == NULL || csm_json_get_string (object, "newState") == NULL)
    return NULL;
  content = csm_case_content_new (id);
  content->old_state = g_strdup (csm_json_get_string (object, "oldState"));
  content->new_state = g_strdup (csm_json_get_string (object, "newState"));
  content->messages_state = g_strdup (csm_json_get_string (object, "messagesState"));
  content->whole = csm_json_get_boolean (object, "isWhole");
  content->has_more = csm_json_get_boolean (object, "hasMore");
  content->total = csm_json_get_int (object, "total", 0);
  content->modseq = csm_json_get_int (object, "modseq", 0);
  return content;
}

static JsonObject *
object_at (JsonArray *list,
           guint      i)
{
  JsonNode *node = json_array_get_element (list, i);

  return JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

/* Each record belongs to a case of the answer. */
static void
read_lists (JsonObject *lists,
            GHashTable *by_id)
{
  for (guint type = 0; type < CSM_N_TYPES; type++)
    {
      JsonArray *list = csm_json_get_array (lists, csm_record_type_get (type)->name);

      for (guint i = 0; list != NULL && i < json_array_get_length (list); i++)
        {
          JsonObject *record = object_at (list, i);
          const char *case_id = csm_json_get_string (record, type == CSM_TYPE_ID_CASE ? "id" : "caseId");
          CsmCaseContent *content = case_id != NULL ? g_hash_table_lookup (by_id, case_id) : NULL;

          if (content != NULL)
            csm_case_content_add (content, (CsmTypeId) type, json_object_ref (record));
        }
    }
}

static void
read_missing (const CsmJmapCall *call,
              GPtrArray         *contents,
              GHashTable        *by_id)
{
  JsonArray *missing = csm_json_get_array (call->arguments, "notFound");

  for (guint i = 0; missing != NULL && i < json_array_get_length (missing); i++)
    {
      JsonNode *node = json_array_get_element (missing, i);

      if (csm_json_is_string (node))
        {
          CsmCaseContent *content = csm_case_content_new (json_node_get_string (node));

          content->missing = TRUE;
          g_ptr_array_add (contents, content);
          g_hash_table_insert (by_id, content->case_id, content);
        }
    }
}

/* What was asked for and not said, or not said to the end, is asked for again, before all others. */
static void
put_back (CsmFetcher *self,
          GHashTable *by_id)
{
  for (guint i = self->asked->len; i > 0; i--)
    {
      g_autoptr (CsmWantedCase) wanted = g_ptr_array_steal_index (self->asked, i - 1);
      CsmCaseContent *content = g_hash_table_lookup (by_id, wanted->id);
      GQueue *queue = &self->queue;

      if (content != NULL && (content->missing || !content->has_more))
        continue;
      if (content != NULL)
        {
          g_free (wanted->state);
          wanted->state = g_strdup (content->new_state);
          g_free (wanted->messages_state);
          wanted->messages_state = g_strdup (content->messages_state);
        }
      for (guint j = 0; j < self->waiting->len; j++)
        {
          if (g_strcmp0 (g_task_get_task_data (g_ptr_array_index (self->waiting, j)), wanted->id) == 0)
            queue = &self->urgent;
        }
      g_queue_push_head (queue, g_steal_pointer (&wanted));
    }
}

/* Nothing was said of @wanted, and asking again would not help. */
static void
give_up (CsmFetcher          *self,
         const CsmWantedCase *wanted)
{
  for (guint i = self->waiting->len; i > 0; i--)
    {
      g_autoptr (GTask) task = NULL;

      if (g_strcmp0 (g_task_get_task_data (g_ptr_array_index (self->waiting, i - 1)), wanted->id) != 0)
        continue;
      task = g_ptr_array_steal_index (self->waiting, i - 1);
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "the server says nothing of the case");
    }
}

static gboolean
says_anything (CsmFetcher *self,
               GHashTable *by_id)
{
  for (guint i = 0; i < self->asked->len; i++)
    {
      if (g_hash_table_contains (by_id, ((CsmWantedCase *) g_ptr_array_index (self->asked, i))->id))
        return TRUE;
    }
  return FALSE;
}

/**
 * csm_fetcher_read:
 * @self: a fetcher
 * @call: the answer to what was taken last
 *
 * The records are taken out of @call, for the thread that stores them.
 *
 * Returns: (transfer full) (element-type CsmCaseContent): what is to be stored
 */
GPtrArray *
csm_fetcher_read (CsmFetcher        *self,
                  const CsmJmapCall *call)
{
  g_autoptr (GPtrArray) contents = g_ptr_array_new_with_free_func ((GDestroyNotify) csm_case_content_free);
  g_autoptr (GHashTable) by_id = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (JsonNode) lists = csm_json_take (call->arguments, "lists");
  JsonArray *cases = csm_json_get_array (call->arguments, "cases");

  for (guint i = 0; cases != NULL && i < json_array_get_length (cases); i++)
    {
      JsonObject *object = object_at (cases, i);
      CsmCaseContent *content = object != NULL ? read_case (object) : NULL;

      if (content == NULL)
        continue;
      g_ptr_array_add (contents, content);
      g_hash_table_insert (by_id, content->case_id, content);
    }
  read_missing (call, contents, by_id);
  if (lists != NULL && JSON_NODE_HOLDS_OBJECT (lists))
    read_lists (json_node_get_object (lists), by_id);
  /* An answer that says nothing of what was asked must not be asked for again and again. */
  if (says_anything (self, by_id))
    put_back (self, by_id);
  for (guint i = 0; i < self->asked->len; i++)
    give_up (self, g_ptr_array_index (self->asked, i));
  g_ptr_array_set_size (self->asked, 0);
  return g_steal_pointer (&contents);
}

/**
 * csm_fetcher_stored:
 * @self: a fetcher
 * @case_ids: (element-type utf8): cases that are in the cache to their end
 *
 * Tells whoever waits for one of them.
 */
void
csm_fetcher_stored (CsmFetcher *self,
                    GPtrArray  *case_ids)
{
  for (guint i = 0; i < case_ids->len; i++)
    {
      const char *id = g_ptr_array_index (case_ids, i);

      for (guint j = self->waiting->len; j > 0; j--)
        {
          g_autoptr (GTask) task = NULL;

          if (g_strcmp0 (g_task_get_task_data (g_ptr_array_index (self->waiting, j - 1)), id) != 0)
            continue;
          task = g_ptr_array_steal_index (self->waiting, j - 1);
          g_task_return_boolean (task, TRUE);
        }
    }
}

/**
 * csm_fetcher_clear:
 * @self: a fetcher
 * @error: (nullable): why nothing more comes; %NULL: only the queue is emptied
 */
void
csm_fetcher_clear (CsmFetcher   *self,
                   const GError *error)
{
  clear_queue (&self->queue);
  g_hash_table_remove_all (self->rounds);
  if (error == NULL)
    return;
  clear_queue (&self->urgent);
  g_ptr_array_set_size (self->asked, 0);
  while (self->waiting->len > 0)
    {
      g_autoptr (GTask) task = g_ptr_array_steal_index (self->waiting, self->waiting->len - 1);

      g_task_return_error (task, g_error_copy (error));
    }
}

/* --- what somebody waits for ------------------------------------------------------------------------------------------------ */

static void
on_known (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  CsmFetcher *self = g_task_get_source_object (task);
  CsmWantedCase *wanted = csm_cache_load_wanted_case_finish (CSM_CACHE (source), result, NULL);

  /* It may have been given up meanwhile. */
  if (!g_ptr_array_find (self->waiting, task, NULL))
    {
      csm_wanted_case_free (wanted);
      return;
    }
  if (wanted == NULL)
    {
      wanted = g_new0 (CsmWantedCase, 1);
      wanted->id = g_strdup (g_task_get_task_data (task));
    }
  g_queue_push_tail (&self->urgent, wanted);
  g_signal_emit (self, signals[SIGNAL_WORK], 0);
}

/**
 * csm_fetcher_want_async:
 * @self: a fetcher
 * @case_id: a case
 * @cancellable: (nullable): a cancellable
 * @callback: called when its messages are in the cache
 * @user_data: for @callback
 *
 * Fetches it before all others.
 */
void
csm_fetcher_want_async (CsmFetcher          *self,
                        const char          *case_id,
                        GCancellable        *cancellable,
                        GAsyncReadyCallback  callback,
                        gpointer             user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, csm_fetcher_want_async);
  g_task_set_task_data (task, g_strdup (case_id), g_free);
  g_ptr_array_add (self->waiting, g_object_ref (task));
  csm_cache_load_wanted_case_async (self->cache, case_id, NULL, on_known, task);
}

/**
 * csm_fetcher_want_finish:
 * @self: a fetcher
 * @result: what the callback got
 * @error: why not, or what csm_fetcher_clear() was given
 *
 * Returns: whether the messages are in the cache
 */
gboolean
csm_fetcher_want_finish (CsmFetcher    *self,
                         GAsyncResult  *result,
                         GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}
