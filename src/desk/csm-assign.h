/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-txn.h"

G_BEGIN_DECLS

gboolean csm_assign_fair     (CsmTxn      *txn,
                              JsonObject  *case_,
                              GError     **error);
gboolean csm_assign_escalate (CsmTxn      *txn,
                              const char  *person_id,
                              JsonObject  *case_,
                              const char  *why,
                              gboolean    *moved,
                              GError     **error);
gboolean csm_assign_is_there (JsonObject  *person,
                              gint64       now);

G_END_DECLS
