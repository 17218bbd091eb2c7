/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* TLS handshakes, a few at a time. */
typedef struct _CsmHandshakes CsmHandshakes;

/**
 * CsmHandshakeFunc:
 * @tls: the connection
 * @data: what was given
 *
 * A handshake worked.
 */
typedef void (*CsmHandshakeFunc) (GIOStream *tls, gpointer data);

CsmHandshakes *csm_handshakes_new  (GTlsCertificate   *certificate,
                                    guint              patience,
                                    CsmHandshakeFunc   func);
void           csm_handshakes_free (CsmHandshakes     *self);
void           csm_handshakes_add  (CsmHandshakes     *self,
                                    GSocketConnection *connection,
                                    const char        *party,
                                    gpointer           data,
                                    GDestroyNotify     data_free);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmHandshakes, csm_handshakes_free)

G_END_DECLS
