/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* In the main context that the lane was made in. */
typedef void (*CsmLaneFunc) (gpointer user_data);

/**
 * CsmLane:
 * @lock: of what the thread and others share
 * @cond: signalled with @lock when there is something new for the thread
 * @cancellable: cancelled with @lock when the thread should end
 *
 * A thread that works on what waits, one after the other, and tells the main context when something happened. The first member of what works so.
 */
typedef struct
{
  GMutex        lock;
  GCond         cond;
  GCancellable *cancellable;

  /*< private >*/
  CsmLaneFunc   func;
  gpointer      user_data;
  GMainContext *context;
  GThread      *thread;
  gboolean      told; /* with the lock: the main context knows that something happened */
} CsmLane;

void     csm_lane_init    (CsmLane     *self,
                           CsmLaneFunc  func,
                           gpointer     user_data);
void     csm_lane_start   (CsmLane     *self,
                           const char  *name,
                           GThreadFunc  run);
void     csm_lane_cancel  (CsmLane     *self);
void     csm_lane_clear   (CsmLane     *self);
gboolean csm_lane_is_over (CsmLane     *self);
void     csm_lane_tell    (CsmLane     *self);

G_END_DECLS
