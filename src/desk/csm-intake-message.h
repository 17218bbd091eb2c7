/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-intake.h"
#include "csm-parties.h"

G_BEGIN_DECLS

JsonObject *csm_intake_message_new     (CsmTxn             *txn,
                                        const CsmIncoming  *incoming,
                                        const CsmParties   *parties,
                                        const char         *automatic,
                                        gint64              at,
                                        GError            **error);
char       *csm_intake_content_hash    (const CsmIncoming *incoming);
gint64      csm_intake_message_time    (const CsmIncoming *incoming);
char       *csm_intake_one_line        (const char        *text,
                                        guint              length);
char       *csm_intake_base_subject    (const char        *subject);

G_END_DECLS
