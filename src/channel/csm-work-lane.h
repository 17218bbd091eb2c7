/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* In the main context that the lane was made in. */
typedef void (*CsmWorkLaneFunc) (gpointer user_data);

/**
 * CsmWorkLane:
 * @lock: of what the thread and others share
 * @cond: signalled with @lock when there is something new for the thread
 * @cancellable: cancelled with @lock when the thread should end
 *
 * A thread that works on what waits, one after the other, and tells the main context when something happened. The first member of what works so.
 */
typedef struct
{
  GMutex           lock;
  GCond            cond;
  GCancellable    *cancellable;

  /*< private >*/
  CsmWorkLaneFunc  func;
  gpointer         user_data;
  GMainContext    *context;
  GThread         *thread;
  gboolean         told; /* with the lock: the main context knows that something happened */
} CsmWorkLane;

void     csm_work_lane_init    (CsmWorkLane      *self,
                                CsmWorkLaneFunc   func,
                                gpointer          user_data);
void     csm_work_lane_start   (CsmWorkLane      *self,
                                const char       *name,
                                GThreadFunc       run);
void     csm_work_lane_cancel  (CsmWorkLane      *self);
void     csm_work_lane_clear   (CsmWorkLane      *self);
gboolean csm_work_lane_is_over (CsmWorkLane      *self);
void     csm_work_lane_tell    (CsmWorkLane      *self);

G_END_DECLS
