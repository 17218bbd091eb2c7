/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-draft-envelope.h"
#include "csm-recipients.h"
#include "csm-workbench.h"

G_BEGIN_DECLS

/*
 * To whom a reply goes, and under what subject: proposed from the case, until a person changes it, here or elsewhere.
 * Signal: "changed" () when a person did here.
 */
#define CSM_TYPE_RECIPIENTS_BOX (csm_recipients_box_get_type ())
G_DECLARE_FINAL_TYPE (CsmRecipientsBox, csm_recipients_box, CSM, RECIPIENTS_BOX, AdwBin)

/* How a message is answered. */
typedef enum
{
  CSM_ANSWER_ALL,
  CSM_ANSWER_ONE,     /* its sender alone */
  CSM_ANSWER_FORWARD, /* it is passed on to others */
} CsmAnswer;

void           csm_recipients_box_propose      (CsmRecipientsBox *self,
                                                CsmWorkbench     *workbench,
                                                CsmCaseDetail    *detail);
void           csm_recipients_box_set          (CsmRecipientsBox *self,
                                                CsmEnvelopePart   part,
                                                const char       *text);
void           csm_recipients_box_say          (CsmRecipientsBox *self,
                                                CsmEnvelopePart   part,
                                                JsonNode         *said);
gboolean       csm_recipients_box_is_typed     (CsmRecipientsBox *self,
                                                CsmEnvelopePart   part);
gboolean       csm_recipients_box_is_said      (CsmRecipientsBox *self,
                                                CsmEnvelopePart   part);
JsonNode      *csm_recipients_box_dup          (CsmRecipientsBox *self,
                                                CsmEnvelopePart   part);
void           csm_recipients_box_clear        (CsmRecipientsBox *self);
void           csm_recipients_box_set_conversation (CsmRecipientsBox *self,
                                                const char       *id);
void           csm_recipients_box_answer       (CsmRecipientsBox *self,
                                                JsonObject       *message,
                                                CsmAnswer         answer);
void           csm_recipients_box_forget_edits (CsmRecipientsBox *self);
CsmRecipients *csm_recipients_box_get_proposal (CsmRecipientsBox *self);
gboolean       csm_recipients_box_is_edited    (CsmRecipientsBox *self);
gboolean       csm_recipients_box_is_complete  (CsmRecipientsBox *self);
const char    *csm_recipients_box_get          (CsmRecipientsBox *self,
                                                CsmEnvelopePart   part);
const char    *csm_recipients_box_get_to       (CsmRecipientsBox *self);
const char    *csm_recipients_box_get_cc       (CsmRecipientsBox *self);
const char    *csm_recipients_box_get_bcc      (CsmRecipientsBox *self);
const char    *csm_recipients_box_get_subject  (CsmRecipientsBox *self);

G_END_DECLS
