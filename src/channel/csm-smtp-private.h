/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <curl/curl.h>

#include "csm-smtp-reply.h"
#include "csm-smtp-session.h"

G_BEGIN_DECLS

/* What was last said to the server. */
typedef enum
{
  CSM_SMTP_STAGE_GREETING, /* nothing yet */
  CSM_SMTP_STAGE_HELLO,
  CSM_SMTP_STAGE_ENCRYPT,
  CSM_SMTP_STAGE_SIGN_IN,
  CSM_SMTP_STAGE_MAIL,
  CSM_SMTP_STAGE_RECIPIENT,
  CSM_SMTP_STAGE_DATA,
  CSM_SMTP_STAGE_BODY,     /* it asked for the mail */
} CsmSmtpStage;

struct _CsmSmtpSession
{
  CsmSmtpSettings    *settings;
  CsmSmtpPatience     patience;
  GCancellable       *cancellable;
  CURL               *curl;
  gboolean            is_open;       /* a connection is kept from the last mail */
  char               *problem;       /* in libcurl's words; CURL_ERROR_SIZE bytes */

  char               *token;         /* that was shown last, or NULL */
  char               *refused;       /* one that the server did not take, or NULL */

  /* of what is going on */
  CsmSmtpStage        stage;
  CsmSmtpReply        reply;         /* to that */
  gboolean            answered;      /* it is complete */
  gboolean            is_leaving;    /* good-bye was said: what follows answers nothing */
  gboolean            is_encrypted;
  gboolean            offers_sign_in;
  gint64              deadline;      /* monotonic, µs */
  gint64              last_moment;   /* likewise, once cancelled; 0: not yet */
  GError             *trouble;       /* why a callback ended it */

  /* of the mail */
  int                 fd;
  goffset             size;
  goffset             given;         /* so much of it */
  guint               n_named;       /* recipients that the server was told of */
  GPtrArray          *answers;       /* CsmOutgoingAnswer; borrowed */
};

void              csm_smtp_session_explain (CsmSmtpSession  *self,
                                            CURLcode         code,
                                            GError         **error);
CsmOutgoingResult csm_smtp_session_judge   (CsmSmtpSession  *self,
                                            CURLcode         code,
                                            char           **why,
                                            GError         **trouble);

G_END_DECLS
