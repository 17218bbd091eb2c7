/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */

#pragma once

#include <gio/gio.h>

#include "csm-parsed-mail.h"

G_BEGIN_DECLS

#define CSM_READER_ERROR (csm_reader_error_quark ())

/**
 * CsmReaderError:
 * @CSM_READER_ERROR_SPAWN: the program can't be started, or there is no room for its answer
 * @CSM_READER_ERROR_CRASHED: it ended while reading this message
 * @CSM_READER_ERROR_TIMED_OUT: it took too long over this message
 * @CSM_READER_ERROR_PROTOCOL: it answered nonsense
 * @CSM_READER_ERROR_TOO_LARGE: the message is over 64 MB
 */
typedef enum
{
  CSM_READER_ERROR_SPAWN,
  CSM_READER_ERROR_CRASHED,
  CSM_READER_ERROR_TIMED_OUT,
  CSM_READER_ERROR_PROTOCOL,
  CSM_READER_ERROR_TOO_LARGE,
} CsmReaderError;

GQuark csm_reader_error_quark (void);

#define CSM_TYPE_READER_CLIENT (csm_reader_client_get_type ())
G_DECLARE_FINAL_TYPE (CsmReaderClient, csm_reader_client, CSM, READER_CLIENT, GObject)

CsmReaderClient *csm_reader_client_new         (const char       *program);
void             csm_reader_client_set_timeout (CsmReaderClient  *self,
                                                guint             milliseconds);
gboolean         csm_reader_client_read        (CsmReaderClient  *self,
                                                GBytes           *raw,
                                                CsmParsedMail   **out,
                                                GCancellable     *cancellable,
                                                GError          **error);
gboolean         csm_reader_client_submit      (CsmReaderClient  *self,
                                                GBytes           *raw,
                                                GError          **error);
gboolean         csm_reader_client_collect     (CsmReaderClient  *self,
                                                CsmParsedMail   **out,
                                                GCancellable     *cancellable,
                                                GError          **error);
gboolean         csm_reader_client_submit_file (CsmReaderClient  *self,
                                                int               fd,
                                                goffset           offset,
                                                gsize             length,
                                                GError          **error);
gboolean         csm_reader_client_read_file   (CsmReaderClient  *self,
                                                int               fd,
                                                goffset           offset,
                                                gsize             length,
                                                CsmParsedMail   **out,
                                                GCancellable     *cancellable,
                                                GError          **error);
guint            csm_reader_client_get_pending (CsmReaderClient  *self);

G_END_DECLS
