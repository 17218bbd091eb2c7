/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-txn.h"

G_BEGIN_DECLS

/* A resolved case is closed after so long. */
#define CSM_CASE_CLOSE_AFTER (14 * 24 * 3600 * G_GINT64_CONSTANT (1000000))

gboolean csm_case_flow_allows     (const char  *from,
                                   const char  *to);
void     csm_case_flow_set_status (JsonObject  *record,
                                   const char  *status,
                                   gint64       now);
gboolean csm_case_flow_wake       (JsonObject  *record,
                                   gint64       now);
void     csm_case_note_message    (JsonObject  *record,
                                   JsonObject  *message);
void     csm_case_note_aside      (JsonObject  *record,
                                   JsonObject  *message);
void     csm_case_touch_messages  (JsonObject  *record);
void     csm_case_note_activity   (JsonObject  *record,
                                   gint64       at);
void     csm_case_bring_in        (JsonObject  *record,
                                   const char  *person_id);

G_END_DECLS
