/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * CsmWebLimits:
 * @most_bytes: how long the answer may be
 * @most_redirects: how often one may be sent elsewhere
 * @milliseconds: how long all of it may take
 * @secure: whether only https will do
 * @allow_loopback: whether this computer may be meant: in tests
 *
 * What a stranger's server may cost.
 */
typedef struct
{
  gsize    most_bytes;
  guint    most_redirects;
  guint    milliseconds;
  gboolean secure;
  gboolean allow_loopback;
} CsmWebLimits;

/*
 * Asks a server on the internet that a stranger named: no cookies, no referrer, no proxy, nothing around this computer. In the thread's
 * own main context.
 */
void    csm_web_request_async  (const char           *url,
                                const char           *form,
                                const CsmWebLimits   *limits,
                                GCancellable         *cancellable,
                                GAsyncReadyCallback   callback,
                                gpointer              user_data);
GBytes *csm_web_request_finish (GAsyncResult         *result,
                                GError              **error);

G_END_DECLS
