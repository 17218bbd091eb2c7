/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-imap-settings.h"
#include "csm-spool.h"

G_BEGIN_DECLS

#define CSM_IMAP_ERROR (csm_imap_error_quark ())

/**
 * CsmImapError:
 * @CSM_IMAP_ERROR_CONNECT: nobody answers there
 * @CSM_IMAP_ERROR_TLS: the connection can't be kept from others, or the server is not who it should be
 * @CSM_IMAP_ERROR_SIGN_IN: the server doesn't let us in
 * @CSM_IMAP_ERROR_REFUSED: the server refused a command
 * @CSM_IMAP_ERROR_PROTOCOL: it answered nonsense, or more than anybody needs
 * @CSM_IMAP_ERROR_CLOSED: it ended the connection
 * @CSM_IMAP_ERROR_TIMED_OUT: it didn't answer
 * @CSM_IMAP_ERROR_BUSY: it has had enough of us for now, or of everybody
 *
 * What is wrong with a mail server. The message is one sentence for people.
 */
typedef enum
{
  CSM_IMAP_ERROR_CONNECT,
  CSM_IMAP_ERROR_TLS,
  CSM_IMAP_ERROR_SIGN_IN,
  CSM_IMAP_ERROR_REFUSED,
  CSM_IMAP_ERROR_PROTOCOL,
  CSM_IMAP_ERROR_CLOSED,
  CSM_IMAP_ERROR_TIMED_OUT,
  CSM_IMAP_ERROR_BUSY,
} CsmImapError;

GQuark csm_imap_error_quark (void);

/* A connection to a mail server, read by lines and counted bytes. One thread's; blocks. */
typedef struct _CsmImapStream CsmImapStream;

CsmImapStream *csm_imap_stream_open         (const CsmImapSettings  *settings,
                                             guint                   patience,
                                             GCancellable           *cancellable,
                                             GError                **error);
void           csm_imap_stream_free         (CsmImapStream          *self);
gboolean       csm_imap_stream_start_tls    (CsmImapStream          *self,
                                             GError                **error);
void           csm_imap_stream_set_patience (CsmImapStream          *self,
                                             guint                   pause,
                                             guint                   total);
gboolean       csm_imap_stream_write        (CsmImapStream          *self,
                                             const char             *data,
                                             gsize                   length,
                                             GError                **error);
gboolean       csm_imap_stream_read_line    (CsmImapStream          *self,
                                             GString                *line,
                                             gsize                   most,
                                             GError                **error);
gboolean       csm_imap_stream_wait         (CsmImapStream          *self,
                                             gint64                  until,
                                             gboolean               *ready,
                                             GError                **error);
GBytes        *csm_imap_stream_read_bytes   (CsmImapStream          *self,
                                             gsize                   length,
                                             GError                **error);
CsmSpool      *csm_imap_stream_read_spool   (CsmImapStream          *self,
                                             gsize                   length,
                                             GError                **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmImapStream, csm_imap_stream_free)

G_END_DECLS
