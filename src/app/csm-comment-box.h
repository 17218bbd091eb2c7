/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-workbench.h"

G_BEGIN_DECLS

/*
 * Where a note to colleagues is written: never for the customer, and looking like it. Enter posts, Shift+Enter begins a
 * line, @ offers names.
 *
 * Property: "workbench". Signal: "posted" () when a new note was given to the cache.
 */
#define CSM_TYPE_COMMENT_BOX (csm_comment_box_get_type ())
G_DECLARE_FINAL_TYPE (CsmCommentBox, csm_comment_box, CSM, COMMENT_BOX, AdwBin)

void csm_comment_box_focus (CsmCommentBox *self);
void csm_comment_box_flush (CsmCommentBox *self);
void csm_comment_box_flush_then (CsmCommentBox  *self,
                                 GDestroyNotify  done,
                                 gpointer        data);
void csm_comment_box_mention (CsmCommentBox *self,
                              const char    *name);
void csm_comment_box_quote (CsmCommentBox *self,
                            const char    *text);
void csm_comment_box_reply (CsmCommentBox *self,
                            JsonObject    *comment);
void csm_comment_box_edit  (CsmCommentBox *self,
                            JsonObject    *comment);

G_END_DECLS
