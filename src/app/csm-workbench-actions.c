/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-workbench-private.h"

#include <glib/gi18n.h>

#include "csm-error.h"
#include "csm-time.h"
#include "csm-toast.h"

/* What a person does: applied and queued by the cache, said in a toast, undone from it. */

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

/* Tells the person that @what did not work; @what is for the log. */
void
csm_workbench_fail (CsmWorkbench *self,
                    const char   *what,
                    const GError *error)
{
  /* It was done, or has left, before the person got to it. */
  if (g_error_matches (error, CSM_ERROR, CSM_ERROR_NOT_FOUND))
    {
      csm_workbench_say (self, _("It can’t be taken back any more"));
      return;
    }
  csm_workbench_report (what, error);
  if (g_error_matches (error, CSM_ERROR, CSM_ERROR_DISK_FULL))
    csm_workbench_say (self, _("The disk is full: this could not be saved. Make room, then do it again."));
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    csm_workbench_say (self, _("This could not be saved on this computer"));
}

static void
performed_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      data)
{
  g_autoptr (Doing) doing = data;
  g_autoptr (GError) error = NULL;
  gint64 group = csm_cache_perform_finish (CSM_CACHE (source), result, &error);

  if (error != NULL)
    csm_workbench_fail (doing->self, "Saving an action failed", error);
  else if (doing->said != NULL)
    csm_workbench_push_group (doing->self, group, doing->said);
  csm_workbench_release_undo (doing->self, error == NULL);
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
  csm_workbench_hold_undo (self);
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

/* Whoever did it has offered to undo it by now. */
static void
completed_cb (GTask      *task,
              GParamSpec *pspec,
              gpointer    data)
{
  csm_workbench_release_undo (g_task_get_source_object (task), !g_task_had_error (task));
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
  g_signal_connect (task, "notify::completed", G_CALLBACK (completed_cb), NULL);
  csm_workbench_hold_undo (self);
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

static void
resolved_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  g_autoptr (CsmWorkbench) self = data;
  g_autoptr (GError) error = NULL;

  if (!csm_cache_resolve_op_finish (CSM_CACHE (source), result, &error))
    csm_workbench_fail (self, "Deciding about a waiting change failed", error);
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

/* --- back to where it was written -------------------------------------------------------------------------- */

static void
returned_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  g_autoptr (CsmWorkbench) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (CsmCaseDetail) detail = csm_cache_load_case_finish (CSM_CACHE (source), result, &error);

  if (detail == NULL || detail->record == NULL)
    {
      if (error != NULL)
        csm_workbench_report ("Reading a draft failed", error);
      return;
    }
  if (self->cache != NULL)
    csm_workbench_return_texts (self, detail);
}

/* Opens a case with the texts that the cache holds for its boxes now. */
void
csm_workbench_reload_texts (CsmWorkbench *self,
                            const char   *case_id)
{
  if (self->cache != NULL)
    csm_cache_load_case_async (self->cache, case_id, CSM_TIME_NONE, 1, NULL, returned_cb, g_object_ref (self));
}

static void
edited_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (GError) error = NULL;
  CsmWorkbench *self = g_task_get_source_object (task);
  g_autofree char *case_id = csm_cache_edit_op_finish (CSM_CACHE (source), result, &error);

  if (error != NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  if (case_id != NULL)
    csm_workbench_reload_texts (self, case_id);
  g_task_return_boolean (task, TRUE);
}

/**
 * csm_workbench_edit_op_async:
 * @self: a workbench
 * @seq: an operation that waits
 * @callback: called when done
 * @user_data: for @callback
 *
 * Opens the case of a reply, note or new case with what was written in its box again; it doesn't wait any more.
 */
void
csm_workbench_edit_op_async (CsmWorkbench        *self,
                             gint64               seq,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data)
{
  GTask *task = g_task_new (self, NULL, callback, user_data);

  g_task_set_source_tag (task, csm_workbench_edit_op_async);
  /* What is being typed comes before, not instead of it. */
  csm_workbench_keep_texts (self);
  csm_cache_edit_op_async (self->cache, seq, NULL, edited_cb, task);
}

/* Returns: whether it is back; `CSM_ERROR_NOT_FOUND`: it has left */
gboolean
csm_workbench_edit_op_finish (CsmWorkbench  *self,
                              GAsyncResult  *result,
                              GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* Shows one sentence as a toast. */
void
csm_workbench_say (CsmWorkbench *self,
                   const char   *text)
{
  g_autoptr (AdwToast) what = csm_toast_new (text);

  adw_toast_set_timeout (what, 4);
  csm_workbench_toast (self, what);
}
