/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-smtp-session.h"
#include "csm-store.h"
#include "csm-work-lane.h"

G_BEGIN_DECLS

/**
 * CsmSmtpPace:
 * @patience: how long a mail server may take
 * @pause: the first pause after something is wrong with it, ms; the next are longer
 * @linger: how long a connection is kept for the next mail, ms
 * @retry: how long to wait after a database error, ms
 * @copy: the first pause after a copy could not be put into the folder of sent mails, ms; the next are longer
 *
 * How a channel's mail is sent.
 */
typedef struct
{
  CsmSmtpPatience patience;
  guint           pause;
  guint           linger;
  guint           retry;
  guint           copy;
} CsmSmtpPace;

extern const CsmSmtpPace csm_smtp_default_pace;

/*
 * Sends what a channel has to send by SMTP, one after the other, in a thread of its own. What is wrong with the mail server is said in the
 * channel's record, and tried again for ever; meanwhile mails wait as they are.
 */
typedef struct _CsmSmtpLane CsmSmtpLane;

CsmSmtpLane *csm_smtp_lane_new          (CsmStore           *store,
                                         const char         *channel_id,
                                         CsmSmtpSettings    *settings,
                                         const CsmSmtpPace  *pace,
                                         CsmWorkLaneFunc     func,
                                         gpointer            user_data);
void         csm_smtp_lane_free         (CsmSmtpLane        *self);
void         csm_smtp_lane_cancel       (CsmSmtpLane        *self);
gboolean     csm_smtp_lane_set_settings (CsmSmtpLane        *self,
                                         CsmSmtpSettings    *settings);
void         csm_smtp_lane_push         (CsmSmtpLane        *self,
                                         const char         *message_id);
void         csm_smtp_lane_hurry        (CsmSmtpLane        *self);
gboolean     csm_smtp_lane_is_idle      (CsmSmtpLane        *self);

G_END_DECLS
