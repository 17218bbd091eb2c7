/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-gatekeeper.h"

#include "csm-shell-stream.h"

G_BEGIN_DECLS

#define CSM_TYPE_GUEST_CONNECTION (csm_guest_connection_get_type ())
G_DECLARE_FINAL_TYPE (CsmGuestConnection, csm_guest_connection, CSM, GUEST_CONNECTION, CsmShellStream)

GIOStream *csm_guest_connection_new (GIOStream *base,
                                     CsmGuest  *guest);

G_END_DECLS
