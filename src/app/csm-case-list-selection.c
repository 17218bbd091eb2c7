/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-case-list-selection.h"

struct _CsmCaseListSelection
{
  GObject           parent_instance;
  CsmCaseListModel *model;
  GHashTable       *rowids;  /* set of &rowid */
  gint64            open;    /* of the case that is open, as far as it is in the list; 0: none */
  char             *known_id; /* the case that was open last, and its row: what other lists call it, too */
  gint64            known;
  gboolean          several;
  gboolean          picking; /* a click selects, and doesn't open */
  guint             prune_id;
};

enum { CHOSEN, SEVERAL_CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

static void list_model_init (GListModelInterface *iface);
static void selection_model_init (GtkSelectionModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (CsmCaseListSelection, csm_case_list_selection, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init)
                               G_IMPLEMENT_INTERFACE (GTK_TYPE_SELECTION_MODEL, selection_model_init))

/* --- the set ----------------------------------------------------------------------------------------------- */

static void
add (CsmCaseListSelection *self,
     gint64                rowid)
{
  if (!g_hash_table_contains (self->rowids, &rowid))
    g_hash_table_add (self->rowids, g_memdup2 (&rowid, sizeof rowid));
}

static void
say_changed (CsmCaseListSelection *self,
             guint                 position,
             guint                 n)
{
  n = MIN (n, g_list_model_get_n_items (G_LIST_MODEL (self)) - position);
  if (n > 0)
    gtk_selection_model_selection_changed (GTK_SELECTION_MODEL (self), position, n);
}

static void
say_all_changed (CsmCaseListSelection *self)
{
  say_changed (self, 0, G_MAXUINT);
}

/* What a person did has left more than one, one, or none. */
static void
settle (CsmCaseListSelection *self)
{
  gboolean was = self->several;
  guint n = g_hash_table_size (self->rowids);
  GHashTableIter iter;
  gpointer rowid;
  guint position;

  self->several = self->picking || n > 1;
  if (was || self->several)
    g_signal_emit (self, signals[SEVERAL_CHANGED], 0);
  if (self->several)
    return;
  g_hash_table_iter_init (&iter, self->rowids);
  if (g_hash_table_iter_next (&iter, &rowid, NULL))
    {
      self->open = *(gint64 *) rowid;
      if (csm_case_list_model_find (self->model, self->open, &position))
        g_signal_emit (self, signals[CHOSEN], 0, position);
    }
  else if (self->open != 0)
    {
      add (self, self->open);
      say_all_changed (self);
    }
}

/* --- rows that come and go --------------------------------------------------------------------------------- */

static void
prune_cb (gpointer data)
{
  CsmCaseListSelection *self = data;
  GArray *all = csm_case_list_model_get_rowids (self->model);
  g_autoptr (GHashTable) there = g_hash_table_new (g_int64_hash, g_int64_equal);
  GHashTableIter iter;
  gpointer rowid;
  gboolean pruned = FALSE;

  self->prune_id = 0;
  for (guint i = 0; i < all->len; i++)
    g_hash_table_add (there, &g_array_index (all, gint64, i));
  g_hash_table_iter_init (&iter, self->rowids);
  while (g_hash_table_iter_next (&iter, &rowid, NULL))
    if (!g_hash_table_contains (there, rowid))
      {
        g_hash_table_iter_remove (&iter);
        pruned = TRUE;
      }
  if (!pruned)
    return;
  if (g_hash_table_size (self->rowids) == 0)
    csm_case_list_selection_leave (self);
  else
    g_signal_emit (self, signals[SEVERAL_CHANGED], 0);
}

/* A row that moves goes and comes: who has left is known when all of it is done. */
static void
items_changed_cb (CsmCaseListSelection *self,
                  guint                 position,
                  guint                 removed,
                  guint                 added)
{
  g_list_model_items_changed (G_LIST_MODEL (self), position, removed, added);
  if (self->several && removed > 0 && self->prune_id == 0)
    self->prune_id = g_idle_add_once (prune_cb, self);
}

/* --- GListModel -------------------------------------------------------------------------------------------- */

static GType
get_item_type (GListModel *list)
{
  return CSM_TYPE_CASE_ITEM;
}

static guint
get_n_items (GListModel *list)
{
  CsmCaseListSelection *self = CSM_CASE_LIST_SELECTION (list);

  return self->model != NULL ? g_list_model_get_n_items (G_LIST_MODEL (self->model)) : 0;
}

static gpointer
get_item (GListModel *list,
          guint       position)
{
  CsmCaseListSelection *self = CSM_CASE_LIST_SELECTION (list);

  return self->model != NULL ? g_list_model_get_item (G_LIST_MODEL (self->model), position) : NULL;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

/* --- GtkSelectionModel: what the list does of itself with mouse and keys ------------------------------------ */

static gboolean
is_selected (GtkSelectionModel *selection,
             guint              position)
{
  CsmCaseListSelection *self = CSM_CASE_LIST_SELECTION (selection);
  gint64 rowid;

  if (self->model == NULL || !csm_case_list_model_get_rowid (self->model, position, &rowid))
    return FALSE;
  return g_hash_table_contains (self->rowids, &rowid);
}

static gboolean
select_item (GtkSelectionModel *selection,
             guint              position,
             gboolean           unselect_rest)
{
  CsmCaseListSelection *self = CSM_CASE_LIST_SELECTION (selection);
  gint64 rowid;

  /* While somebody picks, the arrows only go about. */
  if ((self->picking && unselect_rest) || !csm_case_list_model_get_rowid (self->model, position, &rowid))
    return TRUE;
  if (unselect_rest)
    g_hash_table_remove_all (self->rowids);
  add (self, rowid);
  if (unselect_rest)
    say_all_changed (self);
  else
    say_changed (self, position, 1);
  settle (self);
  return TRUE;
}

static gboolean
unselect_item (GtkSelectionModel *selection,
               guint              position)
{
  CsmCaseListSelection *self = CSM_CASE_LIST_SELECTION (selection);
  gint64 rowid;

  if (!csm_case_list_model_get_rowid (self->model, position, &rowid) || !g_hash_table_remove (self->rowids, &rowid))
    return TRUE;
  say_changed (self, position, 1);
  settle (self);
  return TRUE;
}

static gboolean
select_range (GtkSelectionModel *selection,
              guint              position,
              guint              n,
              gboolean           unselect_rest)
{
  CsmCaseListSelection *self = CSM_CASE_LIST_SELECTION (selection);
  gint64 rowid;

  if (unselect_rest && !self->picking)
    g_hash_table_remove_all (self->rowids);
  for (guint i = position; i < position + n && csm_case_list_model_get_rowid (self->model, i, &rowid); i++)
    add (self, rowid);
  say_all_changed (self);
  settle (self);
  return TRUE;
}

static gboolean
unselect_range (GtkSelectionModel *selection,
                guint              position,
                guint              n)
{
  CsmCaseListSelection *self = CSM_CASE_LIST_SELECTION (selection);
  gint64 rowid;

  for (guint i = position; i < position + n && csm_case_list_model_get_rowid (self->model, i, &rowid); i++)
    g_hash_table_remove (self->rowids, &rowid);
  say_changed (self, position, n);
  settle (self);
  return TRUE;
}

/* Also those that the list has not grown to yet. */
static gboolean
select_all (GtkSelectionModel *selection)
{
  CsmCaseListSelection *self = CSM_CASE_LIST_SELECTION (selection);
  GArray *all = self->model != NULL ? csm_case_list_model_get_rowids (self->model) : NULL;

  for (guint i = 0; all != NULL && i < all->len; i++)
    add (self, g_array_index (all, gint64, i));
  say_all_changed (self);
  settle (self);
  return TRUE;
}

static gboolean
unselect_all (GtkSelectionModel *selection)
{
  csm_case_list_selection_leave (CSM_CASE_LIST_SELECTION (selection));
  return TRUE;
}

static void
selection_model_init (GtkSelectionModelInterface *iface)
{
  iface->is_selected = is_selected;
  iface->select_item = select_item;
  iface->unselect_item = unselect_item;
  iface->select_range = select_range;
  iface->unselect_range = unselect_range;
  iface->select_all = select_all;
  iface->unselect_all = unselect_all;
}

/* --- GObject ----------------------------------------------------------------------------------------------- */

static void
csm_case_list_selection_dispose (GObject *object)
{
  CsmCaseListSelection *self = CSM_CASE_LIST_SELECTION (object);

  g_clear_handle_id (&self->prune_id, g_source_remove);
  if (self->model != NULL)
    g_signal_handlers_disconnect_by_data (self->model, self);
  g_clear_object (&self->model);
  G_OBJECT_CLASS (csm_case_list_selection_parent_class)->dispose (object);
}

static void
csm_case_list_selection_finalize (GObject *object)
{
  g_hash_table_unref (CSM_CASE_LIST_SELECTION (object)->rowids);
  g_free (CSM_CASE_LIST_SELECTION (object)->known_id);
  G_OBJECT_CLASS (csm_case_list_selection_parent_class)->finalize (object);
}

static void
csm_case_list_selection_class_init (CsmCaseListSelectionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = csm_case_list_selection_dispose;
  object_class->finalize = csm_case_list_selection_finalize;
  signals[CHOSEN] = g_signal_new ("chosen", CSM_TYPE_CASE_LIST_SELECTION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
  signals[SEVERAL_CHANGED] = g_signal_new ("several-changed", CSM_TYPE_CASE_LIST_SELECTION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
csm_case_list_selection_init (CsmCaseListSelection *self)
{
  self->rowids = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
}

CsmCaseListSelection *
csm_case_list_selection_new (void)
{
  return g_object_new (CSM_TYPE_CASE_LIST_SELECTION, NULL);
}

/**
 * csm_case_list_selection_set_model:
 * @self: a selection
 * @model: (nullable): the list from now on
 *
 * Nothing is selected in another list.
 */
void
csm_case_list_selection_set_model (CsmCaseListSelection *self,
                                   CsmCaseListModel     *model)
{
  guint before = g_list_model_get_n_items (G_LIST_MODEL (self));
  gboolean several = self->several;

  if (self->model == model)
    return;
  if (self->model != NULL)
    g_signal_handlers_disconnect_by_data (self->model, self);
  g_clear_handle_id (&self->prune_id, g_source_remove);
  g_hash_table_remove_all (self->rowids);
  self->open = 0;
  self->several = self->picking = FALSE;
  g_set_object (&self->model, model);
  if (model != NULL)
    g_signal_connect_object (model, "items-changed", G_CALLBACK (items_changed_cb), self, G_CONNECT_SWAPPED);
  if (before > 0 || g_list_model_get_n_items (G_LIST_MODEL (self)) > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), 0, before, g_list_model_get_n_items (G_LIST_MODEL (self)));
  if (several)
    g_signal_emit (self, signals[SEVERAL_CHANGED], 0);
}

/* Rows that nobody has seen yet don't say which case they are; of the one that was open in another list it is known. */
static gint64
find_case (CsmCaseListSelection *self,
           const char           *case_id)
{
  gint64 rowid = csm_case_list_model_get_case_rowid (self->model, case_id);
  guint position;

  if (rowid == 0)
    return g_strcmp0 (case_id, self->known_id) == 0 && csm_case_list_model_find (self->model, self->known, &position) ? self->known : 0;
  if (g_strcmp0 (case_id, self->known_id) != 0)
    {
      g_free (self->known_id);
      self->known_id = g_strdup (case_id);
      self->known = rowid;
    }
  return rowid;
}

/* @case_id: (nullable): the case that is open: it is the selected one as long as nobody selects several. */
void
csm_case_list_selection_show_case (CsmCaseListSelection *self,
                                   const char           *case_id)
{
  gint64 rowid = self->model != NULL && case_id != NULL ? find_case (self, case_id) : 0;

  /* In another account the same case has another row. */
  if (case_id == NULL)
    g_clear_pointer (&self->known_id, g_free);
  if (rowid == self->open && (self->several || rowid == 0 || g_hash_table_contains (self->rowids, &rowid)))
    return;
  self->open = rowid;
  if (self->several)
    return;
  g_hash_table_remove_all (self->rowids);
  if (rowid != 0)
    add (self, rowid);
  say_all_changed (self);
}

/* Returns: where the case that is open is; GTK_INVALID_LIST_POSITION: not in the list */
guint
csm_case_list_selection_get_open (CsmCaseListSelection *self)
{
  guint position;

  if (self->model != NULL && self->open != 0 && csm_case_list_model_find (self->model, self->open, &position))
    return position;
  return GTK_INVALID_LIST_POSITION;
}

gboolean
csm_case_list_selection_is_several (CsmCaseListSelection *self)
{
  return self->several;
}

/* Whether a click selects instead of opening. */
gboolean
csm_case_list_selection_is_picking (CsmCaseListSelection *self)
{
  return self->picking;
}

/* How many of several are selected. */
guint
csm_case_list_selection_count (CsmCaseListSelection *self)
{
  return self->several ? g_hash_table_size (self->rowids) : 0;
}

/* Returns: (transfer full) (element-type gint64): those of several, in the order of the list */
GArray *
csm_case_list_selection_dup_rowids (CsmCaseListSelection *self)
{
  GArray *rowids = g_array_new (FALSE, FALSE, sizeof (gint64));
  GArray *all = self->model != NULL && self->several ? csm_case_list_model_get_rowids (self->model) : NULL;

  for (guint i = 0; all != NULL && i < all->len; i++)
    if (g_hash_table_contains (self->rowids, &g_array_index (all, gint64, i)))
      g_array_append_val (rowids, g_array_index (all, gint64, i));
  return rowids;
}

/* From now on a click selects. None is selected yet, but those that are several already. */
void
csm_case_list_selection_start (CsmCaseListSelection *self)
{
  if (self->picking || self->model == NULL)
    return;
  if (!self->several)
    g_hash_table_remove_all (self->rowids);
  self->picking = TRUE;
  say_all_changed (self);
  settle (self);
}

/* Selects the row, or not any more. */
void
csm_case_list_selection_toggle (CsmCaseListSelection *self,
                                guint                 position)
{
  if (is_selected (GTK_SELECTION_MODEL (self), position))
    unselect_item (GTK_SELECTION_MODEL (self), position);
  else
    select_item (GTK_SELECTION_MODEL (self), position, FALSE);
}

/* The case that is open is the selected one again. Returns: whether several were */
gboolean
csm_case_list_selection_leave (CsmCaseListSelection *self)
{
  if (!self->several)
    return FALSE;
  self->several = self->picking = FALSE;
  g_hash_table_remove_all (self->rowids);
  if (self->open != 0)
    add (self, self->open);
  say_all_changed (self);
  g_signal_emit (self, signals[SEVERAL_CHANGED], 0);
  return TRUE;
}

/* Returns: the row that follows on the last selected one, and isn't selected; the one before where there is none;
 * GTK_INVALID_LIST_POSITION: all are */
guint
csm_case_list_selection_next (CsmCaseListSelection *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self));
  guint next = GTK_INVALID_LIST_POSITION;

  for (guint i = n; i-- > 0;)
    {
      if (!is_selected (GTK_SELECTION_MODEL (self), i))
        next = i;
      else if (next != GTK_INVALID_LIST_POSITION)
        return next;
      else
        break;
    }
  if (next != GTK_INVALID_LIST_POSITION)
    return next;
  for (guint i = n; i-- > 0;)
    if (!is_selected (GTK_SELECTION_MODEL (self), i))
      return i;
  return GTK_INVALID_LIST_POSITION;
}
