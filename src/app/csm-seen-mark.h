/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-workbench.h"

G_BEGIN_DECLS

/* Sees to it that a case which a person looks at counts as read. */
typedef struct _CsmSeenMark CsmSeenMark;

CsmSeenMark *csm_seen_mark_new           (GtkWidget    *widget);
void         csm_seen_mark_free          (CsmSeenMark  *self);
void         csm_seen_mark_set_workbench (CsmSeenMark  *self,
                                          CsmWorkbench *workbench);
void         csm_seen_mark_look          (CsmSeenMark  *self);

G_END_DECLS
