/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-txn.h"

G_BEGIN_DECLS

/* When something of a case's clocks has to be done next: known to the server alone. */
gboolean   csm_txn_set_clock   (CsmTxn      *txn,
                                const char  *case_id,
                                gint64       at,
                                GError     **error);
GPtrArray *csm_txn_due_clocks  (CsmTxn      *txn,
                                gint64       now,
                                guint        max,
                                GError     **error);
gboolean   csm_txn_next_clock  (CsmTxn      *txn,
                                gint64      *at,
                                GError     **error);
GPtrArray *csm_txn_open_cases  (CsmTxn      *txn,
                                const char  *after,
                                guint        max,
                                GError     **error);

G_END_DECLS
