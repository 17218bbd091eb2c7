/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-case-list-model.h"

/* GTK builds a row for each of the first ~205 items however small the window is: the first frame gets a screenful, read
 * along with the order; the rest comes in steps that stay below a frame. */
#define FIRST_ITEMS 12
#define GROW_ITEMS 24
#define GROW_UNTIL 216
/* Items kept alive so that scrolling back needs no query. */
#define RECENT_ITEMS 512
/* With more runs than this the list is swapped in two steps instead. */
#define MAX_EDITS 64

#define MINUTE_S 60

struct _CsmCaseListModel
{
  GObject       parent_instance;
  CsmCache     *cache;
  CsmCaseView  *view;
  GCancellable *cancellable;
  GArray       *ids;       /* gint64, in order */
  GArray       *elsewhere; /* gint64: those that are put at the end; or NULL */
  guint         shown;     /* how many of them the list knows of */
  GHashTable   *items;     /* &rowid → weak CsmCaseItem */
  GHashTable   *wanted;    /* set of CsmCaseItem not asked for yet; weak as well */
  GQueue        recent;    /* CsmCaseItem, newest first */
  guint         flush_id;
  guint         grow_id;
  guint         minute_id; /* of the views that change with the time alone */
  guint         growing : 1; /* the first screenful was painted */
  guint         ready : 1;
  guint         diffing : 1;
  guint         dirty : 1;
};

enum { READY, FILLED, DIVIDED, FAILED, N_SIGNALS };
static guint signals[N_SIGNALS];

static void csm_case_list_model_iface_init (GListModelInterface *iface);
static void refresh (CsmCaseListModel *self);

G_DEFINE_FINAL_TYPE_WITH_CODE (CsmCaseListModel, csm_case_list_model, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, csm_case_list_model_iface_init))

/* --- items ------------------------------------------------------------------------------------------------- */

/* The item is being disposed of, not yet finalised: its row number can still be read. */
static void
item_gone_cb (gpointer  data,
              GObject  *gone)
{
  CsmCaseListModel *self = data;
  gint64 rowid = csm_case_item_get_rowid ((CsmCaseItem *) gone);

  g_hash_table_remove (self->wanted, gone);
  g_hash_table_remove (self->items, &rowid);
}

static void
rows_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  g_autoptr (CsmCaseListModel) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = csm_cache_load_rows_finish (CSM_CACHE (source), result, &error);

  if (rows == NULL)
    {
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        g_warning ("Reading rows of the case list failed: %s", error->message);
      return;
    }
  g_ptr_array_set_free_func (rows, NULL);
  for (guint i = 0; i < rows->len; i++)
    {
      CsmCaseRow *row = rows->pdata[i];
      CsmCaseItem *item = g_hash_table_lookup (self->items, &row->rowid);

      if (item != NULL)
        csm_case_item_take_row (item, row);
      else
        csm_case_row_free (row);
    }
  g_signal_emit (self, signals[FILLED], 0);
}

static gboolean
flush_cb (gpointer data)
{
  CsmCaseListModel *self = data;
  g_autoptr (GArray) rowids = g_array_new (FALSE, FALSE, sizeof (gint64));
  GHashTableIter iter;
  gpointer item;

  self->flush_id = 0;
  g_hash_table_iter_init (&iter, self->wanted);
  while (g_hash_table_iter_next (&iter, &item, NULL))
    {
      gint64 rowid = csm_case_item_get_rowid (item);

      g_array_append_val (rowids, rowid);
    }
  g_hash_table_remove_all (self->wanted);
  if (rowids->len > 0 && self->cache != NULL)
    csm_cache_load_rows_async (self->cache, rowids, self->cancellable, rows_cb, g_object_ref (self));
  return G_SOURCE_REMOVE;
}

static void
want (CsmCaseListModel *self,
      CsmCaseItem      *item)
{
  g_hash_table_add (self->wanted, item);
  if (self->flush_id == 0)
    self->flush_id = g_idle_add_full (G_PRIORITY_HIGH_IDLE, flush_cb, self, NULL);
}

static void
remember (CsmCaseListModel *self,
          CsmCaseItem      *item)
{
  if (g_queue_peek_head (&self->recent) == item)
    return;
  g_queue_push_head (&self->recent, g_object_ref (item));
  if (self->recent.length > RECENT_ITEMS)
    g_object_unref (g_queue_pop_tail (&self->recent));
}

static CsmCaseItem *
add_item (CsmCaseListModel *self,
          gint64            rowid)
{
  CsmCaseItem *item = csm_case_item_new (rowid);

  g_object_weak_ref (G_OBJECT (item), item_gone_cb, self);
  g_hash_table_insert (self->items, g_memdup2 (&rowid, sizeof rowid), item);
  remember (self, item);
  return item;
}

/* Emits nothing: a list model must not change in answer to its reader. */
static CsmCaseItem *
ensure_item (CsmCaseListModel *self,
             gint64            rowid)
{
  CsmCaseItem *item = g_hash_table_lookup (self->items, &rowid);

  if (item != NULL)
    return g_object_ref (item);
  item = add_item (self, rowid);
  want (self, item);
  return item;
}

static void
take_first_rows (CsmCaseListModel *self,
                 GPtrArray        *rows)
{
  g_ptr_array_set_free_func (rows, NULL);
  for (guint i = 0; i < rows->len; i++)
    {
      CsmCaseRow *row = rows->pdata[i];
      g_autoptr (CsmCaseItem) item = add_item (self, row->rowid);

      csm_case_item_take_row (item, row);
    }
}

/* --- order ------------------------------------------------------------------------------------------------- */

static gboolean
grow_cb (gpointer data)
{
  CsmCaseListModel *self = data;
  guint before = self->shown;
  guint after = MIN (self->ids->len, before < GROW_UNTIL ? before + GROW_ITEMS : self->ids->len);

  self->shown = after;
  if (after == self->ids->len)
    self->grow_id = 0;
  if (after > before)
    g_list_model_items_changed (G_LIST_MODEL (self), before, 0, after - before);
  if (after < self->ids->len)
    return G_SOURCE_CONTINUE;
  if (self->dirty)
    refresh (self);
  return G_SOURCE_REMOVE;
}

static void
keep_growing (CsmCaseListModel *self)
{
  /* Below redrawing in priority, so that each step's rows are painted before the next step. */
  if (self->growing && self->shown < self->ids->len && self->grow_id == 0)
    self->grow_id = g_idle_add_full (G_PRIORITY_LOW, grow_cb, self, NULL);
}

static void
start_growing (CsmCaseListModel *self)
{
  self->shown = MIN (FIRST_ITEMS, self->ids->len);
  keep_growing (self);
}

static void
ids_cb (GObject      *source,
        GAsyncResult *result,
        gpointer      data)
{
  g_autoptr (CsmCaseListModel) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  gboolean more = FALSE;
  g_autoptr (GArray) ids = csm_cache_open_list_finish (CSM_CACHE (source), result, &rows, &more, &error);

  self->diffing = FALSE;
  if (ids == NULL)
    {
      if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        return;
      g_warning ("Reading the case list failed: %s", error->message);
      g_signal_emit (self, signals[FAILED], 0);
      return;
    }
  g_clear_pointer (&self->ids, g_array_unref);
  self->ids = g_steal_pointer (&ids);
  start_growing (self);
  take_first_rows (self, rows);
  self->ready = TRUE;
  if (self->shown > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), 0, 0, self->shown);
  g_signal_emit (self, signals[READY], 0);
  g_signal_emit (self, signals[FILLED], 0);
  if (more || self->dirty)
    refresh (self);
}

/* Everything goes and everything comes, in two emissions: a single one would make GTK look at each item. */
static void
swap (CsmCaseListModel *self,
      GArray           *ids)
{
  guint before = self->shown;

  self->shown = 0;
  g_list_model_items_changed (G_LIST_MODEL (self), 0, before, 0);
  g_array_unref (self->ids);
  self->ids = g_array_ref (ids);
  start_growing (self);
  g_list_model_items_changed (G_LIST_MODEL (self), 0, 0, self->shown);
}

static void
apply (CsmCaseListModel *self,
       CsmListEdits     *edits)
{
  for (guint i = 0; i < edits->edits->len; i++)
    {
      const CsmListEdit *edit = &g_array_index (edits->edits, CsmListEdit, i);

      if (edit->removed > 0)
        g_array_remove_range (self->ids, edit->position, edit->removed);
      if (edit->added > 0)
        g_array_insert_vals (self->ids, edit->position, &g_array_index (edits->ids, gint64, edit->first), edit->added);
      self->shown = self->ids->len;
      g_list_model_items_changed (G_LIST_MODEL (self), edit->position, edit->removed, edit->added);
    }
}

static void
diff_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  g_autoptr (CsmCaseListModel) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (CsmListEdits) edits = csm_cache_diff_cases_finish (CSM_CACHE (source), result, &error);
  guint n_found = csm_case_list_model_get_n_found (self);

  self->diffing = FALSE;
  if (edits == NULL)
    {
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        g_warning ("Refreshing the case list failed: %s", error->message);
      return;
    }
  if (edits->edits == NULL)
    swap (self, edits->ids);
  else
    apply (self, edits);
  if (csm_case_list_model_get_n_found (self) != n_found)
    g_signal_emit (self, signals[DIVIDED], 0);
  if (self->dirty)
    refresh (self);
}

/* One at a time, and none while the list still grows: edits are against the whole order. */
static void
refresh (CsmCaseListModel *self)
{
  g_autoptr (GArray) copy = NULL;

  self->dirty = self->diffing || self->shown < self->ids->len || !self->ready;
  if (self->dirty || self->cache == NULL)
    return;
  self->diffing = TRUE;
  copy = g_array_copy (self->ids);
  csm_cache_diff_cases_async (self->cache, self->view, self->elsewhere, copy, self->cancellable, diff_cb, g_object_ref (self));
}

static void
changed_cb (CsmCaseListModel   *self,
            const CsmChangeSet *set)
{
  GHashTableIter iter;
  gpointer item;

  g_hash_table_iter_init (&iter, self->items);
  while (g_hash_table_iter_next (&iter, NULL, &item))
    {
      const char *id = csm_case_item_get_id (item);

      if (set->all || csm_change_set_has (set, CSM_TYPE_ID_CUSTOMER)
          || (id != NULL && set->case_ids != NULL && g_hash_table_contains (set->case_ids, id)))
        want (self, item);
    }
  if (csm_change_set_has (set, CSM_TYPE_ID_CASE) || csm_change_set_has (set, CSM_TYPE_ID_COMMENT)
      || csm_change_set_has (set, CSM_TYPE_ID_MESSAGE))
    refresh (self);
}

static gboolean
minute_cb (gpointer data)
{
  refresh (data);
  return G_SOURCE_CONTINUE;
}

/* The marks for what waits. */
static void
outbox_changed_cb (CsmCaseListModel *self)
{
  GHashTableIter iter;
  gpointer item;

  g_hash_table_iter_init (&iter, self->items);
  while (g_hash_table_iter_next (&iter, NULL, &item))
    want (self, item);
}

/* --- GListModel -------------------------------------------------------------------------------------------- */

static GType
csm_case_list_model_get_item_type (GListModel *model)
{
  return CSM_TYPE_CASE_ITEM;
}

static guint
csm_case_list_model_get_n_items (GListModel *model)
{
  return CSM_CASE_LIST_MODEL (model)->shown;
}

static gpointer
csm_case_list_model_get_item (GListModel *model,
                              guint       position)
{
  CsmCaseListModel *self = CSM_CASE_LIST_MODEL (model);

  if (position >= self->shown)
    return NULL;
  return ensure_item (self, g_array_index (self->ids, gint64, position));
}

static void
csm_case_list_model_iface_init (GListModelInterface *iface)
{
  iface->get_item_type = csm_case_list_model_get_item_type;
  iface->get_n_items = csm_case_list_model_get_n_items;
  iface->get_item = csm_case_list_model_get_item;
}

/* --- GObject ----------------------------------------------------------------------------------------------- */

static void
csm_case_list_model_dispose (GObject *object)
{
  CsmCaseListModel *self = CSM_CASE_LIST_MODEL (object);
  GHashTableIter iter;
  gpointer item;

  csm_case_list_model_close (self);
  g_hash_table_iter_init (&iter, self->items);
  while (g_hash_table_iter_next (&iter, NULL, &item))
    g_object_weak_unref (item, item_gone_cb, self);
  g_hash_table_remove_all (self->items);
  g_hash_table_remove_all (self->wanted);
  g_queue_clear_full (&self->recent, g_object_unref);
  G_OBJECT_CLASS (csm_case_list_model_parent_class)->dispose (object);
}

static void
csm_case_list_model_finalize (GObject *object)
{
  CsmCaseListModel *self = CSM_CASE_LIST_MODEL (object);

  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->view, csm_case_view_free);
  g_clear_pointer (&self->ids, g_array_unref);
  g_clear_pointer (&self->elsewhere, g_array_unref);
  g_clear_pointer (&self->items, g_hash_table_unref);
  g_clear_pointer (&self->wanted, g_hash_table_unref);
  G_OBJECT_CLASS (csm_case_list_model_parent_class)->finalize (object);
}

static void
csm_case_list_model_class_init (CsmCaseListModelClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = csm_case_list_model_dispose;
  object_class->finalize = csm_case_list_model_finalize;
  signals[READY] = g_signal_new ("ready", CSM_TYPE_CASE_LIST_MODEL, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[DIVIDED] = g_signal_new ("divided", CSM_TYPE_CASE_LIST_MODEL, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[FAILED] = g_signal_new ("failed", CSM_TYPE_CASE_LIST_MODEL, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[FILLED] = g_signal_new ("filled", CSM_TYPE_CASE_LIST_MODEL, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
csm_case_list_model_init (CsmCaseListModel *self)
{
  self->cancellable = g_cancellable_new ();
  self->ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  self->items = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  self->wanted = g_hash_table_new (NULL, NULL);
  g_queue_init (&self->recent);
}

/**
 * csm_case_list_model_new:
 * @cache: where the cases are
 * @view: which ones
 *
 * The list is empty at first; "ready" says when it is known. Call on the main thread.
 *
 * Returns: (transfer full): the model
 */
CsmCaseListModel *
csm_case_list_model_new (CsmCache          *cache,
                         const CsmCaseView *view)
{
  CsmCaseListModel *self;

  g_return_val_if_fail (CSM_IS_CACHE (cache) && view != NULL, NULL);
  self = g_object_new (CSM_TYPE_CASE_LIST_MODEL, NULL);
  self->cache = g_object_ref (cache);
  self->view = csm_case_view_copy (view);
  self->diffing = TRUE;
  g_signal_connect_object (cache, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (cache, "outbox-changed", G_CALLBACK (outbox_changed_cb), self, G_CONNECT_SWAPPED);
  if (view->kind == CSM_VIEW_LATE || view->kind == CSM_VIEW_DUE_SOON)
    self->minute_id = g_timeout_add_seconds (MINUTE_S, minute_cb, self);
  csm_cache_open_list_async (cache, self->view, FIRST_ITEMS, self->cancellable, ids_cb, g_object_ref (self));
  return self;
}

/* Stops reading and listening; the list stays as it is. For a model that another one replaces. */
void
csm_case_list_model_close (CsmCaseListModel *self)
{
  g_return_if_fail (CSM_IS_CASE_LIST_MODEL (self));
  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->flush_id, g_source_remove);
  g_clear_handle_id (&self->grow_id, g_source_remove);
  g_clear_handle_id (&self->minute_id, g_source_remove);
  if (self->cache != NULL)
    g_signal_handlers_disconnect_by_data (self->cache, self);
  g_clear_object (&self->cache);
}

const CsmCaseView *
csm_case_list_model_get_view (CsmCaseListModel *self)
{
  return self->view;
}

/* Lets the list grow from its first screenful to all of its cases: for when that was painted. */
void
csm_case_list_model_grow (CsmCaseListModel *self)
{
  g_return_if_fail (CSM_IS_CASE_LIST_MODEL (self));
  self->growing = TRUE;
  keep_growing (self);
}

gboolean
csm_case_list_model_is_ready (CsmCaseListModel *self)
{
  return self->ready;
}

/* How many cases the view has, also while the list still grows to them. */
guint
csm_case_list_model_get_n_cases (CsmCaseListModel *self)
{
  return self->ids->len;
}

/**
 * csm_case_list_model_append:
 * @self: a model of a search
 * @rowids: (element-type gint64): what csm_cache_pick_cases_async() picked
 *
 * Puts them at the end of the list, where they stay as long as they fit. "divided" says when.
 */
void
csm_case_list_model_append (CsmCaseListModel *self,
                            GArray           *rowids)
{
  g_clear_pointer (&self->elsewhere, g_array_unref);
  self->elsewhere = g_array_copy (rowids);
  refresh (self);
}

static gboolean
is_from_elsewhere (CsmCaseListModel *self,
                   gint64            rowid)
{
  for (guint i = 0; i < self->elsewhere->len; i++)
    if (g_array_index (self->elsewhere, gint64, i) == rowid)
      return TRUE;
  return FALSE;
}

/* How many of the cases were found here; the others follow on them. */
guint
csm_case_list_model_get_n_found (CsmCaseListModel *self)
{
  guint n = self->ids->len;

  while (self->elsewhere != NULL && n > 0 && is_from_elsewhere (self, g_array_index (self->ids, gint64, n - 1)))
    n--;
  return n;
}

/* Returns: (transfer none) (element-type gint64): all cases of the view, in order, also while the list still grows to them */
GArray *
csm_case_list_model_get_rowids (CsmCaseListModel *self)
{
  return self->ids;
}

/* Returns: whether the list has that many */
gboolean
csm_case_list_model_get_rowid (CsmCaseListModel *self,
                               guint             position,
                               gint64           *rowid)
{
  if (position >= self->shown)
    return FALSE;
  *rowid = g_array_index (self->ids, gint64, position);
  return TRUE;
}

/* Returns: (nullable): the id of a case whose row has been read */
const char *
csm_case_list_model_get_case_id (CsmCaseListModel *self,
                                 gint64            rowid)
{
  CsmCaseItem *item = g_hash_table_lookup (self->items, &rowid);

  return item != NULL ? csm_case_item_get_id (item) : NULL;
}

/* Returns: the row of a case that was read; 0: of none */
gint64
csm_case_list_model_get_case_rowid (CsmCaseListModel *self,
                                    const char       *case_id)
{
  GHashTableIter iter;
  gpointer item;

  g_hash_table_iter_init (&iter, self->items);
  while (g_hash_table_iter_next (&iter, NULL, &item))
    if (g_strcmp0 (csm_case_item_get_id (item), case_id) == 0)
      return csm_case_item_get_rowid (item);
  return 0;
}

/**
 * csm_case_list_model_find:
 * @self: a model
 * @rowid: a case's row
 * @position: (out): where it is
 *
 * Returns: whether the list shows it
 */
gboolean
csm_case_list_model_find (CsmCaseListModel *self,
                          gint64            rowid,
                          guint            *position)
{
  for (guint i = 0; i < self->shown; i++)
    if (g_array_index (self->ids, gint64, i) == rowid)
      {
        *position = i;
        return TRUE;
      }
  return FALSE;
}
