/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-txn.h"

G_BEGIN_DECLS

gboolean csm_history_add      (CsmTxn      *txn,
                               const char  *case_id,
                               const char  *person_id,
                               const char  *kind,
                               const char  *property,
                               JsonNode    *before,
                               JsonNode    *after,
                               const char  *record_id,
                               GError     **error);
gboolean csm_history_add_text (CsmTxn      *txn,
                               const char  *case_id,
                               const char  *person_id,
                               const char  *kind,
                               const char  *property,
                               const char  *before,
                               const char  *after,
                               const char  *record_id,
                               GError     **error);
gboolean csm_history_add_why  (CsmTxn      *txn,
                               const char  *case_id,
                               const char  *person_id,
                               const char  *kind,
                               const char  *property,
                               const char  *before,
                               const char  *after,
                               JsonObject  *why,
                               GError     **error);
gboolean csm_history_differs  (JsonObject  *before,
                               JsonObject  *after);
gboolean csm_history_add_changes (CsmTxn      *txn,
                                  const char  *person_id,
                                  JsonObject  *before,
                                  JsonObject  *after,
                                  const char  *record_id,
                                  GError     **error);

G_END_DECLS
