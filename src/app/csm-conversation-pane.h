/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-timeline.h"

G_BEGIN_DECLS

/*
 * The conversation with the customer: what it is about, triage, the timeline, the reply box. Properties: "workbench",
 * "back-visible", "compact" (less room than everything needs in one line), "show-start-title-buttons", "show-end-title-buttons".
 */
#define CSM_TYPE_CONVERSATION_PANE (csm_conversation_pane_get_type ())
G_DECLARE_FINAL_TYPE (CsmConversationPane, csm_conversation_pane, CSM, CONVERSATION_PANE, AdwBin)

typedef enum
{
  CSM_CONVERSATION_ASSIGN,
  CSM_CONVERSATION_MOVE,
  CSM_CONVERSATION_TAG,
  CSM_CONVERSATION_SNOOZE,
} CsmConversationPopover;

void     csm_conversation_pane_popup      (CsmConversationPane    *self,
                                           CsmConversationPopover  which);
void     csm_conversation_pane_reply      (CsmConversationPane    *self);
void     csm_conversation_pane_flush      (CsmConversationPane    *self);
CsmTimeline *csm_conversation_pane_get_timeline (CsmConversationPane *self);
gboolean csm_conversation_pane_is_settled (CsmConversationPane    *self);
gboolean csm_conversation_pane_add_toast  (CsmConversationPane    *self,
                                           AdwToast               *toast);

G_END_DECLS
