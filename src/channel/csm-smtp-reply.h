/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * CsmSmtpReply:
 * @code: three digits, or 0
 * @text: what the server says, in one line
 *
 * What a mail server answers to one command (RFC 5321, section 4.2).
 */
typedef struct
{
  guint    code;
  GString *text;
} CsmSmtpReply;

void     csm_smtp_reply_init       (CsmSmtpReply       *self);
void     csm_smtp_reply_clear      (CsmSmtpReply       *self);
void     csm_smtp_reply_reset      (CsmSmtpReply       *self);
gboolean csm_smtp_reply_take       (CsmSmtpReply       *self,
                                    const char         *line,
                                    gsize               length);
char    *csm_smtp_reply_status     (const CsmSmtpReply *self);
char    *csm_smtp_reply_words      (const CsmSmtpReply *self);

G_END_DECLS
