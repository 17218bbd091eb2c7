/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-workbench.h"

G_BEGIN_DECLS

/*
 * One comment of a discussion.
 *
 * Signals: "reply" () and "edit" (): the box below shall do so.
 */
#define CSM_TYPE_COMMENT_ROW (csm_comment_row_get_type ())
G_DECLARE_FINAL_TYPE (CsmCommentRow, csm_comment_row, CSM, COMMENT_ROW, GtkListBoxRow)

GtkWidget        *csm_comment_row_new         (CsmWorkbench           *workbench);
void              csm_comment_row_show        (CsmCommentRow          *self,
                                               const CsmTimelineEntry *entry,
                                               guint                   depth);
JsonObject       *csm_comment_row_get_comment (CsmCommentRow          *self);
GtkWidget        *csm_comment_row_get_body    (CsmCommentRow          *self);

G_END_DECLS
