/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-outgoing.h"

G_BEGIN_DECLS

/* One run of a channel's command. */
void csm_handover_run_async  (const CsmOutgoingMail  *mail,
                              GBytes                 *bytes,
                              guint                   timeout,
                              GAsyncReadyCallback     callback,
                              gpointer                user_data);
CsmOutgoingResult csm_handover_run_finish (GAsyncResult *result,
                                           char        **why);

G_END_DECLS
