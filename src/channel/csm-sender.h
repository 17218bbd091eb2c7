/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-smtp-lane.h"

G_BEGIN_DECLS

/*
 * Sees to what people sent: follows the store, waits for undo windows and retries without polling. A channel's mail leaves by SMTP where
 * it has settings for that, see #CsmSmtpLane; else its command is run for each mail, see #CsmCommandLane.
 */
#define CSM_TYPE_SENDER (csm_sender_get_type ())
G_DECLARE_FINAL_TYPE (CsmSender, csm_sender, CSM, SENDER, GObject)

CsmSender *csm_sender_new         (CsmStore  *store);
void       csm_sender_set_timeout (CsmSender *self,
                                   guint      seconds);
void       csm_sender_set_pause   (CsmSender *self,
                                   guint      seconds);
void       csm_sender_set_pace    (CsmSender *self,
                                   const CsmSmtpPace *pace);
void       csm_sender_retry       (CsmSender *self,
                                   const char *channel_id);
void       csm_sender_start       (CsmSender *self);
void       csm_sender_stop        (CsmSender *self);
gboolean   csm_sender_is_idle     (CsmSender *self);

G_END_DECLS
