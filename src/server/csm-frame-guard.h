/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-shell-stream.h"

G_BEGIN_DECLS

#define CSM_TYPE_FRAME_GUARD (csm_frame_guard_get_type ())
G_DECLARE_FINAL_TYPE (CsmFrameGuard, csm_frame_guard, CSM, FRAME_GUARD, CsmShellStream)

CsmFrameGuard *csm_frame_guard_new         (GIOStream     *base,
                                            guint64        limit);
guint64        csm_frame_guard_get_written (CsmFrameGuard *self);
gboolean       csm_frame_guard_is_slow     (CsmFrameGuard *self,
                                            gint64         grace);

/*
 * Signal "exceeded": a message from the peer is over the limit, in however many fragments, or there are too many pings; emitted once, in an idle. What
 * follows is thrown away.
 */

G_END_DECLS
