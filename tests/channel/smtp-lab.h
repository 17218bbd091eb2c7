/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "channel-test.h"
#include "csm-sender.h"
#include "csm-smtp-settings.h"

G_BEGIN_DECLS

/* A workspace with one case, whose channel sends by SMTP as "support" with the password "secret". */
typedef struct
{
  Workspace       *workspace;
  Workspace        own;           /* unless another lab has made it */
  CsmSmtpSettings *settings;      /* of the channel */
  CsmSmtpPace      pace;
  CsmSender       *sender;        /* NULL: not started */
  char            *case_;
  char            *conversation;
  GPtrArray       *submissions;   /* ids, in the order in which they were sent */
} SmtpLab;

/* @workspace: NULL for one of its own. */
void        smtp_lab_set_up      (SmtpLab    *self,
                                  Workspace  *workspace,
                                  guint16     port);
void        smtp_lab_tear_down   (SmtpLab    *self);
/* Stores the settings; a sender that runs learns of it as it would of a colleague's change. */
void        smtp_lab_save        (SmtpLab    *self);
void        smtp_lab_start       (SmtpLab    *self);
void        smtp_lab_stop        (SmtpLab    *self);
/* As a person who looks at the channel wants it. */
void        smtp_lab_try_now     (SmtpLab    *self);
/* One more submission; @extra: more of its members, or "". */
void        smtp_lab_send        (SmtpLab    *self,
                                  const char *to,
                                  const char *extra);
/* The message of the last submission, or of another. */
JsonObject *smtp_lab_message     (SmtpLab    *self,
                                  guint       number);
/* Runs the main loop until its delivery says so. */
JsonObject *smtp_lab_wait        (SmtpLab    *self,
                                  guint       number,
                                  const char *state,
                                  const char *why);
/* Until the channel's record does. */
JsonObject *smtp_lab_wait_health (SmtpLab    *self,
                                  const char *state,
                                  const char *why);
/* Until nothing is being sent. */
void        smtp_lab_wait_idle   (SmtpLab    *self);
/* What somebody says of a mail of which nobody knows. */
void        smtp_lab_decide      (SmtpLab    *self,
                                  guint       number,
                                  const char *decision);
/* A property of a recipient's delivery. */
const char *smtp_lab_recipient   (JsonObject *message,
                                  const char *address,
                                  const char *member);

G_END_DECLS
