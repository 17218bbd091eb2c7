/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-work-lane.h"

/**
 * csm_work_lane_init:
 * @self: a lane, all zero
 * @func: called in the thread-default main context of the caller
 * @user_data: for @func
 *
 * Without a thread yet.
 */
void
csm_work_lane_init (CsmWorkLane     *self,
                    CsmWorkLaneFunc  func,
                    gpointer         user_data)
{
  self->func = func;
  self->user_data = user_data;
  self->context = g_main_context_ref_thread_default ();
  self->cancellable = g_cancellable_new ();
  g_mutex_init (&self->lock);
  g_cond_init (&self->cond);
}

/**
 * csm_work_lane_start:
 * @self: a lane
 * @name: of the thread
 * @run: called in it with @self; returns soon after csm_work_lane_is_over()
 */
void
csm_work_lane_start (CsmWorkLane *self,
                     const char  *name,
                     GThreadFunc  run)
{
  self->thread = g_thread_new (name, run, self);
}

/**
 * csm_work_lane_cancel:
 * @self: a lane
 *
 * Has it end soon, without waiting for that.
 */
void
csm_work_lane_cancel (CsmWorkLane *self)
{
  g_mutex_lock (&self->lock);
  g_cancellable_cancel (self->cancellable);
  g_cond_signal (&self->cond);
  g_mutex_unlock (&self->lock);
}

/**
 * csm_work_lane_clear:
 * @self: a lane
 *
 * Ends it and waits for that; nothing is told any more. In the main context that it was made in.
 */
void
csm_work_lane_clear (CsmWorkLane *self)
{
  csm_work_lane_cancel (self);
  g_thread_join (self->thread);
  while (self->told)
    {
      GSource *source = g_main_context_find_source_by_user_data (self->context, self);

      if (source == NULL)
        break;
      g_source_destroy (source);
    }
  g_main_context_unref (self->context);
  g_clear_object (&self->cancellable);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->cond);
}

/**
 * csm_work_lane_is_over:
 * @self: a lane
 *
 * Any thread.
 *
 * Returns: whether it should end
 */
gboolean
csm_work_lane_is_over (CsmWorkLane *self)
{
  return g_cancellable_is_cancelled (self->cancellable);
}

static gboolean
tell (gpointer user_data)
{
  CsmWorkLane *self = user_data;

  g_mutex_lock (&self->lock);
  self->told = FALSE;
  g_mutex_unlock (&self->lock);
  if (!csm_work_lane_is_over (self))
    self->func (self->user_data);
  return G_SOURCE_REMOVE;
}

/**
 * csm_work_lane_tell:
 * @self: a lane, locked
 *
 * Tells the main context, soon and once, that something happened. A lane outlives what it tells of: csm_work_lane_clear() sees to that.
 */
void
csm_work_lane_tell (CsmWorkLane *self)
{
  g_autoptr (GSource) source = NULL;

  if (self->told)
    return;
  self->told = TRUE;
  source = g_idle_source_new ();
  g_source_set_callback (source, tell, self, NULL);
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_attach (source, self->context);
}
