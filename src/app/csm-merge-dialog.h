/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-sheet.h"
#include "csm-workbench.h"

G_BEGIN_DECLS

/* What is done with the case that is chosen. */
typedef enum
{
  CSM_MERGE_CASE,         /* the open case becomes part of it */
  CSM_LINK_CASE,          /* the two know of each other */
  CSM_MOVE_CONVERSATION,  /* a conversation goes there */
} CsmMergePurpose;

/* Choosing another case: found by typing, the customer's own first, with a warning when it is another customer's. */
#define CSM_TYPE_MERGE_DIALOG (csm_merge_dialog_get_type ())
G_DECLARE_FINAL_TYPE (CsmMergeDialog, csm_merge_dialog, CSM, MERGE_DIALOG, AdwBin)

CsmSheet *csm_merge_dialog_present (GtkWidget       *from,
                                    CsmWorkbench    *workbench,
                                    CsmMergePurpose  purpose,
                                    const char      *conversation_id);
void      csm_merge_dialog_choose  (CsmMergeDialog  *self,
                                    const char      *case_id);
void      csm_merge_take_apart     (CsmWorkbench    *workbench,
                                    const char      *case_id);
void      csm_merge_unlink         (CsmWorkbench    *workbench,
                                    const char      *case_id,
                                    const char      *other_id);
void      csm_merge_split_off      (CsmWorkbench    *workbench,
                                    JsonObject      *message);

G_END_DECLS
