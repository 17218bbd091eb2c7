/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-workbench.h"

G_BEGIN_DECLS

/*
 * The open case's messages and history, oldest first: a window of at most 180 entries over it. Property "workbench".
 * Keeps what is being read where it is while entries come and go.
 */
#define CSM_TYPE_TIMELINE (csm_timeline_get_type ())
G_DECLARE_FINAL_TYPE (CsmTimeline, csm_timeline, CSM, TIMELINE, AdwBin)

gboolean csm_timeline_is_settled (CsmTimeline *self);

G_END_DECLS
