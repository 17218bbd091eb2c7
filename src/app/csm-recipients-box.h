/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-recipients.h"
#include "csm-workbench.h"

G_BEGIN_DECLS

/*
 * To whom a reply goes: proposed from the case, until a person changes it. Signal: "changed" () when a person did.
 */
#define CSM_TYPE_RECIPIENTS_BOX (csm_recipients_box_get_type ())
G_DECLARE_FINAL_TYPE (CsmRecipientsBox, csm_recipients_box, CSM, RECIPIENTS_BOX, AdwBin)

void           csm_recipients_box_propose      (CsmRecipientsBox *self,
                                                CsmWorkbench     *workbench,
                                                CsmCaseDetail    *detail);
void           csm_recipients_box_set          (CsmRecipientsBox *self,
                                                const char       *to,
                                                const char       *cc);
void           csm_recipients_box_clear        (CsmRecipientsBox *self);
void           csm_recipients_box_set_conversation (CsmRecipientsBox *self,
                                                const char       *id);
void           csm_recipients_box_forget_edits (CsmRecipientsBox *self);
CsmRecipients *csm_recipients_box_get_proposal (CsmRecipientsBox *self);
gboolean       csm_recipients_box_is_edited    (CsmRecipientsBox *self);
gboolean       csm_recipients_box_is_complete  (CsmRecipientsBox *self);
const char    *csm_recipients_box_get_to       (CsmRecipientsBox *self);
const char    *csm_recipients_box_get_cc       (CsmRecipientsBox *self);

G_END_DECLS
