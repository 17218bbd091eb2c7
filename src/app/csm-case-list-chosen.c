/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-case-list-chosen.h"

#include "csm-cache-bulk.h"

struct _CsmCaseListChosen
{
  GObject       parent_instance;
  CsmWorkbench *workbench;
  GCancellable *cancellable;  /* of what is being looked up; NULL: nothing */
};

G_DEFINE_FINAL_TYPE (CsmCaseListChosen, csm_case_list_chosen, G_TYPE_OBJECT)

static void
stop (CsmCaseListChosen *self)
{
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
}

static void
csm_case_list_chosen_finalize (GObject *object)
{
  CsmCaseListChosen *self = CSM_CASE_LIST_CHOSEN (object);

  stop (self);
  g_clear_object (&self->workbench);
  G_OBJECT_CLASS (csm_case_list_chosen_parent_class)->finalize (object);
}

static void
csm_case_list_chosen_class_init (CsmCaseListChosenClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = csm_case_list_chosen_finalize;
}

static void
csm_case_list_chosen_init (CsmCaseListChosen *self)
{
}

CsmCaseListChosen *
csm_case_list_chosen_new (CsmWorkbench *workbench)
{
  CsmCaseListChosen *self = g_object_new (CSM_TYPE_CASE_LIST_CHOSEN, NULL);

  self->workbench = g_object_ref (workbench);
  return self;
}

static void
ids_cb (GObject      *source,
        GAsyncResult *result,
        gpointer      data)
{
  g_autoptr (CsmCaseListChosen) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) ids = csm_cache_load_ids_finish (CSM_CACHE (source), result, &error);
  g_autoptr (GPtrArray) known = g_ptr_array_new ();

  /* Another one is under way, or nobody wants to know. */
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_clear_object (&self->cancellable);
  if (ids == NULL)
    g_warning ("Looking up the selected cases failed: %s", error->message);
  for (guint i = 0; ids != NULL && i < ids->len; i++)
    if (ids->pdata[i] != NULL)
      g_ptr_array_add (known, ids->pdata[i]);
  g_ptr_array_add (known, NULL);
  csm_workbench_set_selection (self->workbench, (const char * const *) known->pdata);
}

/**
 * csm_case_list_chosen_update:
 * @self: it
 * @model: (nullable): the list
 * @selection: what is selected in it
 *
 * Tells the workbench at once where all rows were read; else it is told that it will be in a moment.
 */
void
csm_case_list_chosen_update (CsmCaseListChosen    *self,
                             CsmCaseListModel     *model,
                             CsmCaseListSelection *selection)
{
  g_autoptr (GArray) rowids = NULL;
  g_autoptr (GPtrArray) ids = NULL;

  stop (self);
  if (model == NULL || csm_case_list_selection_count (selection) == 0)
    {
      csm_workbench_set_selection (self->workbench, NULL);
      return;
    }
  rowids = csm_case_list_selection_dup_rowids (selection);
  ids = g_ptr_array_sized_new (rowids->len + 1);
  for (guint i = 0; i < rowids->len; i++)
    {
      const char *id = csm_case_list_model_get_case_id (model, g_array_index (rowids, gint64, i));

      if (id == NULL)
        break;
      g_ptr_array_add (ids, (gpointer) id);
    }
  if (ids->len == rowids->len)
    {
      g_ptr_array_add (ids, NULL);
      csm_workbench_set_selection (self->workbench, (const char * const *) ids->pdata);
      return;
    }
  csm_workbench_await_selection (self->workbench);
  self->cancellable = g_cancellable_new ();
  csm_cache_load_ids_async (csm_workbench_get_cache (self->workbench), rowids, self->cancellable, ids_cb, g_object_ref (self));
}

/* Nothing is selected in a list that goes. */
void
csm_case_list_chosen_close (CsmCaseListChosen *self)
{
  stop (self);
  csm_workbench_set_selection (self->workbench, NULL);
}
