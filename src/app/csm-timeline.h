/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-message-row.h"

G_BEGIN_DECLS

/*
 * The open case's messages and history, oldest first: a window of at most 180 entries over it. Property "workbench".
 * Keeps what is being read where it is while entries come and go. Opens where one was reading, else where the new messages begin.
 */
#define CSM_TYPE_TIMELINE (csm_timeline_get_type ())
G_DECLARE_FINAL_TYPE (CsmTimeline, csm_timeline, CSM, TIMELINE, AdwBin)

gboolean       csm_timeline_is_settled  (CsmTimeline *self);
gboolean       csm_timeline_has_unread  (CsmTimeline *self);
void           csm_timeline_show_unread (CsmTimeline *self);
CsmMessageRow *csm_timeline_get_current (CsmTimeline *self);
gboolean       csm_timeline_step        (CsmTimeline *self,
                                         gboolean     back);
gboolean       csm_timeline_copy        (CsmTimeline *self);
void           csm_timeline_show_message (CsmTimeline *self,
                                         const char  *message_id);
void           csm_timeline_keep_place  (CsmTimeline *self);

G_END_DECLS
