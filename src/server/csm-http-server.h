/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <gio/gio.h>

#include "csm-auth.h"
#include "csm-store.h"

G_BEGIN_DECLS

#define CSM_TYPE_HTTP_SERVER (csm_http_server_get_type ())
G_DECLARE_FINAL_TYPE (CsmHttpServer, csm_http_server, CSM, HTTP_SERVER, GObject)

CsmHttpServer *csm_http_server_new     (CsmStore        *store,
                                        CsmAuth         *auth,
                                        const char      *public_url,
                                        GTlsCertificate *certificate,
                                        guint            patience);
gboolean       csm_http_server_listen  (CsmHttpServer   *self,
                                        GSocketAddress  *address,
                                        GError         **error);
char          *csm_http_server_get_url (CsmHttpServer   *self);
void           csm_http_server_stop    (CsmHttpServer   *self);

G_END_DECLS
