/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-smtp-lane.h"

G_BEGIN_DECLS

/*
 * Tries copies again that are not in a channel's folder of sent mails, in a thread of its own: mails that are to leave don't wait for it. Before
 * a copy is made it is looked whether it is there: what was cut off may have arrived.
 */
typedef struct _CsmCopyLane CsmCopyLane;

CsmCopyLane *csm_copy_lane_new     (CsmStore           *store,
                                    const char         *channel_id,
                                    const CsmSmtpPace  *pace,
                                    CsmWorkLaneFunc     func,
                                    gpointer            user_data);
void         csm_copy_lane_free    (CsmCopyLane        *self);
void         csm_copy_lane_cancel  (CsmCopyLane        *self);
void         csm_copy_lane_wake    (CsmCopyLane        *self);
gboolean     csm_copy_lane_is_idle (CsmCopyLane        *self);

G_END_DECLS
