/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-live-list.h"

#include "csm-case-list-slot.h"

/* A list that is being scrolled shows other rows all the time. */
#define UPDATE_MS 300

struct _CsmLiveList
{
  GObject       parent_instance;
  CsmWorkbench *workbench; /* NULL: closed */
  GtkWidget    *list;
  guint         update_id;
};

G_DEFINE_FINAL_TYPE (CsmLiveList, csm_live_list, G_TYPE_OBJECT)

static CsmCaseListSlot *
slot_of (GtkWidget *list_child)
{
  GtkWidget *child = gtk_widget_get_first_child (list_child);

  return CSM_IS_CASE_LIST_SLOT (child) ? CSM_CASE_LIST_SLOT (child) : NULL;
}

static const char *
id_of (CsmCaseListSlot *slot)
{
  CsmCaseItem *item = slot != NULL ? csm_case_list_slot_get_item (slot) : NULL;

  return item != NULL ? csm_case_item_get_id (item) : NULL;
}

static gboolean
is_seen (CsmLiveList *self,
         GtkWidget   *row)
{
  graphene_rect_t bounds;

  return gtk_widget_get_mapped (row) && gtk_widget_compute_bounds (row, self->list, &bounds)
         && bounds.origin.y < (float) gtk_widget_get_height (self->list) && bounds.origin.y + bounds.size.height > 0;
}

static gboolean
update_cb (gpointer data)
{
  CsmLiveList *self = data;
  g_autoptr (GPtrArray) ids = g_ptr_array_new ();

  self->update_id = 0;
  for (GtkWidget *row = gtk_widget_get_first_child (self->list); row != NULL; row = gtk_widget_get_next_sibling (row))
    {
      const char *id = id_of (slot_of (row));

      if (id != NULL && is_seen (self, row))
        g_ptr_array_add (ids, (gpointer) id);
    }
  g_ptr_array_add (ids, NULL);
  csm_live_place_set_listed (csm_workbench_get_live_place (self->workbench), (const char * const *) ids->pdata);
  return G_SOURCE_REMOVE;
}

/* The list was filled, or scrolled. */
void
csm_live_list_update (CsmLiveList *self)
{
  g_return_if_fail (CSM_IS_LIVE_LIST (self));
  if (self->update_id == 0 && self->workbench != NULL)
    self->update_id = g_timeout_add (UPDATE_MS, update_cb, self);
}

static void
changed_cb (CsmLiveList *self,
            const char  *case_id)
{
  for (GtkWidget *row = gtk_widget_get_first_child (self->list); row != NULL; row = gtk_widget_get_next_sibling (row))
    if (g_strcmp0 (id_of (slot_of (row)), case_id) == 0)
      csm_case_list_slot_refresh (slot_of (row));
}

/**
 * csm_live_list_icon:
 * @workbench: a workbench
 * @case_id: a case
 *
 * Returns: (nullable): the icon for what others do in it; %NULL: nobody is there
 */
const char *
csm_live_list_icon (CsmWorkbench *workbench,
                    const char   *case_id)
{
  GPtrArray *people = csm_live_get_people (csm_account_get_live (csm_workbench_get_account (workbench)), case_id);

  if (people == NULL || people->len == 0)
    return NULL;
  return ((CsmLivePerson *) people->pdata[0])->state == CSM_LIVE_VIEWING ? "view-reveal-symbolic" : "document-edit-symbolic";
}

/* Before the list and the workbench end. */
void
csm_live_list_close (CsmLiveList *self)
{
  g_clear_handle_id (&self->update_id, g_source_remove);
  if (self->workbench != NULL)
    g_signal_handlers_disconnect_by_data (csm_account_get_live (csm_workbench_get_account (self->workbench)), self);
  g_clear_object (&self->workbench);
}

static void
csm_live_list_dispose (GObject *object)
{
  csm_live_list_close (CSM_LIVE_LIST (object));
  G_OBJECT_CLASS (csm_live_list_parent_class)->dispose (object);
}

static void
csm_live_list_class_init (CsmLiveListClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = csm_live_list_dispose;
}

static void
csm_live_list_init (CsmLiveList *self)
{
}

/**
 * csm_live_list_new:
 * @workbench: the window's workbench
 * @list: the list view; borrowed until csm_live_list_close()
 *
 * Returns: (transfer full): what keeps the marks of its rows true
 */
CsmLiveList *
csm_live_list_new (CsmWorkbench *workbench,
                   GtkWidget    *list)
{
  CsmLiveList *self = g_object_new (CSM_TYPE_LIVE_LIST, NULL);

  self->workbench = g_object_ref (workbench);
  self->list = list;
  g_signal_connect_object (csm_account_get_live (csm_workbench_get_account (workbench)), "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  return self;
}
