/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <gio/gio.h>

#include "csm-store.h"

G_BEGIN_DECLS

/* Takes in mail that a mail server on the same computer hands over by LMTP (RFC 2033). */
#define CSM_TYPE_LMTP_SERVER (csm_lmtp_server_get_type ())
G_DECLARE_FINAL_TYPE (CsmLmtpServer, csm_lmtp_server, CSM, LMTP_SERVER, GObject)

CsmLmtpServer  *csm_lmtp_server_new    (CsmStore        *store,
                                        const char      *reader_program);
GSocketAddress *csm_lmtp_server_listen (CsmLmtpServer   *self,
                                        GSocketAddress  *address,
                                        GError         **error);
void            csm_lmtp_server_stop   (CsmLmtpServer   *self);

G_END_DECLS
