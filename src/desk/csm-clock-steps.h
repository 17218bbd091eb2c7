/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-txn.h"

G_BEGIN_DECLS

gboolean csm_clocks_begin_sweep (CsmTxn      *txn,
                                 GError     **error);
gboolean csm_clocks_has_sweep   (CsmTxn      *txn,
                                 gboolean    *has,
                                 GError     **error);
gboolean csm_clocks_sweep       (CsmTxn      *txn,
                                 gboolean    *more,
                                 GError     **error);
gboolean csm_clocks_run         (CsmTxn      *txn,
                                 gint64       now,
                                 gint64      *next,
                                 GError     **error);
gboolean csm_clocks_note_customer (CsmTxn      *txn,
                                   JsonObject  *customer,
                                   GError     **error);

G_END_DECLS
