/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-cache-types.h"
#include "csm-recipient-text.h"

G_BEGIN_DECLS

/*
 * To whom a reply goes. Lists are JMAP EmailAddress-like: [{name, address}].
 */
typedef struct
{
  char      *conversation_id;
  char      *channel_id;
  char      *in_reply_to;  /* the Message; NULL: none yet */
  char      *subject;
  JsonArray *to;
  JsonArray *cc;
} CsmRecipients;

CsmRecipients *csm_recipients_new   (CsmCaseDetail *detail,
                                     CsmDirectory  *directory,
                                     const char    *conversation_id);
CsmRecipients *csm_recipients_new_for (JsonObject   *message,
                                       CsmDirectory *directory,
                                       gboolean      all);
CsmRecipients *csm_recipients_new_forward (JsonObject *message);
void           csm_recipients_free  (CsmRecipients *self);
gboolean       csm_recipients_is_ours (CsmDirectory *directory,
                                       const char   *address);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmRecipients, csm_recipients_free)

G_END_DECLS
