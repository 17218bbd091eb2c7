/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-outgoing.h"

G_BEGIN_DECLS

/* A word of a command that stands for who is told when the mail can't be delivered, as in "sendmail -oi -f {sender}". */
#define CSM_HANDOVER_SENDER "{sender}"

/* One run of a channel's command. */
void csm_handover_run_async  (const CsmOutgoingMail  *mail,
                              int                     fd,
                              guint                   timeout,
                              GAsyncReadyCallback     callback,
                              gpointer                user_data);
CsmOutgoingResult csm_handover_run_finish (GAsyncResult *result,
                                           char        **why);

G_END_DECLS
