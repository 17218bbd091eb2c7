/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-workbench.h"

G_BEGIN_DECLS

/*
 * What colleagues say to each other about the open case. Property: "workbench".
 */
#define CSM_TYPE_DISCUSSION (csm_discussion_get_type ())
G_DECLARE_FINAL_TYPE (CsmDiscussion, csm_discussion, CSM, DISCUSSION, AdwBin)

void csm_discussion_focus_box (CsmDiscussion *self);
void csm_discussion_flush     (CsmDiscussion *self);
void csm_discussion_flush_then (CsmDiscussion  *self,
                                GDestroyNotify  done,
                                gpointer        data);
void csm_discussion_show_note (CsmDiscussion *self,
                               const char    *note_id);
void csm_discussion_mention   (CsmDiscussion *self,
                               const char    *name);
void csm_discussion_quote     (CsmDiscussion *self,
                               const char    *text);

G_END_DECLS
