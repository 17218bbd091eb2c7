/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-txn.h"

G_BEGIN_DECLS

gboolean csm_away_check  (CsmTxn      *txn,
                          JsonObject  *before,
                          JsonObject  *after,
                          GError     **error);
gboolean csm_away_settle (CsmTxn      *txn,
                          const char  *person_id,
                          gint64       now,
                          gint64      *next,
                          GError     **error);
gboolean csm_away_run    (CsmTxn      *txn,
                          gint64       now,
                          gint64      *next,
                          GError     **error);
gboolean csm_away_next   (CsmTxn      *txn,
                          gint64       now,
                          gint64      *next,
                          GError     **error);
gboolean csm_away_pass_on (CsmTxn     *txn,
                          JsonObject  *case_,
                          gint64       now,
                          GError     **error);

G_END_DECLS
