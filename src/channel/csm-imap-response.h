/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-imap-stream.h"

G_BEGIN_DECLS

typedef enum
{
  CSM_IMAP_ATOM,
  CSM_IMAP_QUOTED,
  CSM_IMAP_LITERAL,
  CSM_IMAP_OPEN,
  CSM_IMAP_CLOSE,
} CsmImapTokenKind;

/* @text: of an atom and a quoted string; @bytes: of a literal; @spool: of a large one. */
typedef struct
{
  CsmImapTokenKind  kind;
  char             *text;
  GBytes           *bytes;
  CsmSpool         *spool;
} CsmImapToken;

/**
 * CsmImapResponse:
 * @tag: `*`, `+` or a command's
 * @status: (nullable): OK, NO, BAD, BYE or PREAUTH, where the response is one
 * @text: (nullable): what comes after the status, or after `+`
 * @tokens: (element-type CsmImapToken): the words of every other response
 *
 * One thing that a mail server said (RFC 3501, section 7).
 */
typedef struct
{
  char       *tag;
  char       *status;
  char       *text;
  GArray     *tokens;
} CsmImapResponse;

/**
 * CsmImapMail:
 * @uid: which mail; 0: the server didn't say
 * @size: its bytes, or -1
 * @received: when the server got it, µs, or `CSM_TIME_NONE`
 * @thread: what the server calls the conversation that it is in (X-GM-THRID); 0: it doesn't say
 * @body: (nullable): it, or its header
 * @spool: (nullable): instead of @body, when it is large
 *
 * What a FETCH response says of one mail.
 */
typedef struct
{
  guint32  uid;
  gint64   size;
  gint64   received;
  GBytes  *body;
  CsmSpool *spool;
  guint64  thread;
} CsmImapMail;

CsmImapResponse *csm_imap_response_read      (CsmImapStream          *stream,
                                              gsize                   max_literal,
                                              GError                **error);
void             csm_imap_response_free      (CsmImapResponse        *self);
gboolean         csm_imap_response_is        (const CsmImapResponse  *self,
                                              guint                   index,
                                              const char             *word);
gboolean         csm_imap_response_number    (const CsmImapResponse  *self,
                                              guint                   index,
                                              guint64                 most,
                                              guint64                *number);
char            *csm_imap_response_code      (const CsmImapResponse  *self,
                                              const char             *name);
gboolean         csm_imap_response_mail      (const CsmImapResponse  *self,
                                              CsmImapMail            *mail);
void             csm_imap_mail_clear         (CsmImapMail            *mail);
gint64           csm_imap_parse_time         (const char             *text);
char            *csm_imap_format_day         (gint64                  time_us);
char            *csm_imap_encode_folder      (const char             *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmImapResponse, csm_imap_response_free)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CsmImapMail, csm_imap_mail_clear)

G_END_DECLS
