/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-intake.h"

G_BEGIN_DECLS

char       *csm_intake_content_hash    (const CsmIncoming *incoming);
gint64      csm_intake_message_time    (const CsmIncoming *incoming);
char       *csm_intake_one_line        (const char        *text,
                                        guint              length);
char       *csm_intake_base_subject    (const char        *subject);

G_END_DECLS
