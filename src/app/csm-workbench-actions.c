/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#define G_LOG_DOMAIN "csm-app"
#include "config.h"

#include "csm-workbench-private.h"

#include <glib/gi18n.h>

#include "csm-error.h"

/* What a person does: applied and queued by the cache, said in a toast, undone from it. */

#define UNDO_DEPTH 100

typedef struct
{
  CsmWorkbench *self;
  char         *said;
} Doing;

static void
doing_free (Doing *doing)
{
  g_object_unref (doing->self);
  g_free (doing->said);
  g_free (doing);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Doing, doing_free)

static void
fail (CsmWorkbench *self,
      const char   *what,
      GError       *error)
{
  /* It was done, or has left, before the person got to it. */
  if (g_error_matches (error, CSM_ERROR, CSM_ERROR_NOT_FOUND))
    {
      csm_workbench_say (self, _("It can’t be taken back any more"));
      return;
    }
  csm_workbench_report (what, error);
  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    csm_workbench_say (self, _("This could not be saved on this computer"));
}

static void
performed_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      data)
{
  g_autoptr (Doing) doing = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (AdwToast) what = NULL;
  gint64 group = csm_cache_perform_finish (CSM_CACHE (source), result, &error);

  if (error != NULL)
    {
      fail (doing->self, "Saving an action failed", error);
      return;
    }
  if (doing->said == NULL)
    return;
  if (doing->self->undo->len >= UNDO_DEPTH)
    g_array_remove_index (doing->self->undo, 0);
  g_array_append_val (doing->self->undo, group);
  what = adw_toast_new (doing->said);
  adw_toast_set_button_label (what, _("_Undo"));
  adw_toast_set_action_name (what, "win.undo-group");
  adw_toast_set_action_target_value (what, g_variant_new_int64 (group));
  adw_toast_set_timeout (what, 6);
  csm_workbench_toast (doing->self, what);
}

/**
 * csm_workbench_perform:
 * @self: a workbench
 * @intent: (transfer full): what the person did
 * @said: (nullable): the toast's text ("Assigned to Ben"); %NULL: neither toast nor undo
 *
 * Applies and queues @intent. A failure is told to the person.
 */
void
csm_workbench_perform (CsmWorkbench *self,
                       CsmIntent    *intent,
                       const char   *said)
{
  Doing *doing = g_new0 (Doing, 1);

  doing->self = g_object_ref (self);
  doing->said = g_strdup (said);
  csm_cache_perform_async (self->cache, intent, NULL, performed_cb, doing);
}

static void
performed_task_cb (GObject      *source,
                   GAsyncResult *result,
                   gpointer      data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (GError) error = NULL;
  gint64 group = csm_cache_perform_finish (CSM_CACHE (source), result, &error);

  if (error != NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_int (task, group);
}

/* As csm_workbench_perform(), for callers that say themselves what became of it. Takes (transfer full) @intent. */
void
csm_workbench_perform_async (CsmWorkbench        *self,
                             CsmIntent           *intent,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data)
{
  GTask *task = g_task_new (self, NULL, callback, user_data);

  g_task_set_source_tag (task, csm_workbench_perform_async);
  csm_cache_perform_async (self->cache, intent, NULL, performed_task_cb, task);
}

gint64
csm_workbench_perform_finish (CsmWorkbench  *self,
                              GAsyncResult  *result,
                              GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), 0);
  return g_task_propagate_int (G_TASK (result), error);
}

/* Undoes the last thing that was done here. */
void
csm_workbench_undo (CsmWorkbench *self)
{
  g_return_if_fail (CSM_IS_WORKBENCH (self));
  if (self->undo->len > 0)
    csm_workbench_undo_group (self, g_array_index (self->undo, gint64, self->undo->len - 1));
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
    fail (self, "Undo failed", error);
}

void
csm_workbench_undo_group (CsmWorkbench *self,
                          gint64        group)
{
  g_return_if_fail (CSM_IS_WORKBENCH (self));
  for (guint i = self->undo->len; i-- > 0;)
    if (g_array_index (self->undo, gint64, i) == group)
      g_array_remove_index (self->undo, i);
  csm_cache_undo_async (self->cache, group, NULL, undone_cb, g_object_ref (self));
}

static void
resolved_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  g_autoptr (CsmWorkbench) self = data;
  g_autoptr (GError) error = NULL;

  if (!csm_cache_resolve_op_finish (CSM_CACHE (source), result, &error))
    fail (self, "Deciding about a waiting change failed", error);
}

/* What the person decided of an operation that waits. */
void
csm_workbench_resolve_op (CsmWorkbench  *self,
                          gint64         seq,
                          CsmOpDecision  decision)
{
  g_return_if_fail (CSM_IS_WORKBENCH (self));
  csm_cache_resolve_op_async (self->cache, seq, decision, NULL, resolved_cb, g_object_ref (self));
}

/* Shows one sentence as a toast. */
void
csm_workbench_say (CsmWorkbench *self,
                   const char   *text)
{
  g_autoptr (AdwToast) what = adw_toast_new (text);

  adw_toast_set_timeout (what, 4);
  csm_workbench_toast (self, what);
}
