/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-workbench-private.h"

#include <glib/gi18n.h>

#include "csm-toast.h"

/* What can be taken back: the last thing by a key, each of them from its toast. */

#define UNDO_DEPTH 100
#define TOAST_SECONDS 6

typedef struct
{
  gint64          id;      /* a group of operations; negative: what `func` does */
  CsmUndoFunc     func;
  gpointer        data;
  GDestroyNotify  destroy;
} Undo;

void
csm_workbench_undo_entry_free (gpointer data)
{
  Undo *undo = data;

  if (undo->destroy != NULL)
    undo->destroy (undo->data);
  g_free (undo);
}

static void
show_toast (CsmWorkbench *self,
            const char   *said,
            gint64        id)
{
  g_autoptr (AdwToast) toast = csm_toast_new (said);

  adw_toast_set_button_label (toast, _("_Undo"));
  adw_toast_set_action_name (toast, "win.undo-group");
  adw_toast_set_action_target_value (toast, g_variant_new_int64 (id));
  adw_toast_set_timeout (toast, TOAST_SECONDS);
  csm_workbench_toast (self, toast);
}

static void
push (CsmWorkbench *self,
      Undo         *undo,
      const char   *said)
{
  gint64 id = undo->id;

  if (self->undo->len >= UNDO_DEPTH)
    g_ptr_array_remove_index (self->undo, 0);
  g_ptr_array_add (self->undo, undo);
  if (said != NULL)
    show_toast (self, said, id);
}

/* The operations of @group can be undone. @said: (nullable): the toast's text; %NULL: by the key alone */
void
csm_workbench_push_group (CsmWorkbench *self,
                          gint64        group,
                          const char   *said)
{
  Undo *undo = g_new0 (Undo, 1);

  undo->id = group;
  push (self, undo, said);
}

/**
 * csm_workbench_offer_undo:
 * @self: a workbench
 * @said: (nullable): the toast's text; %NULL: it is undone by the key alone
 * @func: takes back what was done
 * @data: for @func
 * @destroy: (nullable): frees @data
 *
 * For what is undone otherwise than by taking its operations back.
 */
void
csm_workbench_offer_undo (CsmWorkbench   *self,
                          const char     *said,
                          CsmUndoFunc     func,
                          gpointer        data,
                          GDestroyNotify  destroy)
{
  Undo *undo = g_new0 (Undo, 1);

  g_return_if_fail (CSM_IS_WORKBENCH (self) && func != NULL);
  undo->id = --self->undo_serial;
  undo->func = func;
  undo->data = data;
  undo->destroy = destroy;
  push (self, undo, said);
}

/**
 * csm_workbench_undo:
 * @self: a workbench
 *
 * Undoes the last thing that was done here. While that is being saved, it is undone as soon as it is: else what was done
 * before it would be.
 */
void
csm_workbench_undo (CsmWorkbench *self)
{
  g_return_if_fail (CSM_IS_WORKBENCH (self));
  if (self->undo_held > 0)
    self->undo_wanted++;
  else if (self->undo->len > 0)
    csm_workbench_undo_group (self, ((Undo *) self->undo->pdata[self->undo->len - 1])->id);
  else
    csm_workbench_say (self, _("There is nothing to undo"));
}

/* An action is being saved. */
void
csm_workbench_hold_undo (CsmWorkbench *self)
{
  self->undo_held++;
}

/* It can be undone now; or, not @saved, there is nothing of it to be undone. */
void
csm_workbench_release_undo (CsmWorkbench *self,
                            gboolean      saved)
{
  self->undo_held--;
  if (!saved)
    self->undo_wanted = 0;
  while (self->undo_held == 0 && self->undo_wanted > 0)
    {
      self->undo_wanted--;
      csm_workbench_undo (self);
    }
}

static void
undone_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr (CsmWorkbench) self = data;
  g_autoptr (GError) error = NULL;

  if (csm_cache_undo_finish (CSM_CACHE (source), result, &error))
    csm_workbench_say (self, _("Undone"));
  else
    csm_workbench_fail (self, "Undo failed", error);
}

/* @id: a group of operations, or what a toast's target says */
void
csm_workbench_undo_group (CsmWorkbench *self,
                          gint64        id)
{
  g_return_if_fail (CSM_IS_WORKBENCH (self));
  for (guint i = self->undo->len; i-- > 0;)
    if (((Undo *) self->undo->pdata[i])->id == id)
      {
        Undo *undo = g_ptr_array_steal_index (self->undo, i);

        if (undo->func != NULL)
          undo->func (self, undo->data);
        csm_workbench_undo_entry_free (undo);
        break;
      }
  /* What has a function of its own is done with, or is gone from the depth of what is remembered. */
  if (id > 0 && self->cache != NULL)
    csm_cache_undo_async (self->cache, id, NULL, undone_cb, g_object_ref (self));
}
