/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * A host on the internet that a stranger named. It is connected to at the very addresses that were looked at: never at one of this
 * computer's or of the network around it, whatever its name stands for, and whatever it stands for a moment later.
 */
#define CSM_TYPE_WEB_ADDRESS (csm_web_address_get_type ())
G_DECLARE_FINAL_TYPE (CsmWebAddress, csm_web_address, CSM, WEB_ADDRESS, GNetworkAddress)

GSocketConnectable *csm_web_address_new       (const char    *host,
                                               guint16        port,
                                               gboolean       allow_loopback);
gboolean            csm_web_address_is_public (GInetAddress  *address);

G_END_DECLS
