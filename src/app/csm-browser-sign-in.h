/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/*
 * Somebody signs in to a mailbox's provider with the browser, which brings a code back to this program at an address of this computer that
 * nobody else can reach (RFC 8252, section 7.3); who sees the code can do nothing with it (RFC 7636). Main thread.
 */
#define CSM_TYPE_BROWSER_SIGN_IN (csm_browser_sign_in_get_type ())
G_DECLARE_FINAL_TYPE (CsmBrowserSignIn, csm_browser_sign_in, CSM, BROWSER_SIGN_IN, GObject)

CsmBrowserSignIn *csm_browser_sign_in_new         (JsonObject           *terms,
                                                   const char           *address,
                                                   GError              **error);
const char       *csm_browser_sign_in_get_url     (CsmBrowserSignIn     *self);
void              csm_browser_sign_in_wait_async  (CsmBrowserSignIn     *self,
                                                   GCancellable         *cancellable,
                                                   GAsyncReadyCallback   callback,
                                                   gpointer              user_data);
JsonObject       *csm_browser_sign_in_wait_finish (CsmBrowserSignIn     *self,
                                                   GAsyncResult         *result,
                                                   GError              **error);

G_END_DECLS
