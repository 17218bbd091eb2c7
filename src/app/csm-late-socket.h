/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * An address that is known later: the account, and with it the cache and the first frame, need not wait until the
 * embedded server listens.
 */
#define CSM_TYPE_LATE_SOCKET (csm_late_socket_get_type ())
G_DECLARE_FINAL_TYPE (CsmLateSocket, csm_late_socket, CSM, LATE_SOCKET, GObject)

CsmLateSocket *csm_late_socket_new (void);
void           csm_late_socket_set (CsmLateSocket      *self,
                                    GSocketConnectable *inner);

G_END_DECLS
