/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-txn.h"

G_BEGIN_DECLS

gboolean    csm_projection_shows         (JsonObject          *case_,
                                          const char          *partner_id);
gboolean    csm_projection_shows_messages (JsonObject         *case_,
                                          const char          *partner_id);
JsonObject *csm_projection_view          (const CsmRecordType *type,
                                          JsonObject          *record);
void        csm_projection_sum_up        (JsonObject          *view,
                                          const CsmCaseSum    *sum,
                                          JsonObject          *last);

G_END_DECLS
