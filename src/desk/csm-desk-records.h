/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-txn.h"

G_BEGIN_DECLS

JsonObject *csm_desk_load     (CsmTxn      *txn,
                               CsmTypeId    type,
                               const char  *id,
                               GError     **error);
JsonObject *csm_desk_peek     (CsmTxn      *txn,
                               CsmTypeId    type,
                               const char  *id,
                               GError     **error);
JsonObject *csm_desk_try      (CsmTxn      *txn,
                               CsmTypeId    type,
                               const char  *id,
                               GError     **error);
gboolean    csm_desk_save     (CsmTxn      *txn,
                               CsmTypeId    type,
                               JsonObject  *record,
                               GError     **error);
gboolean    csm_desk_add      (CsmTxn      *txn,
                               CsmTypeId    type,
                               const char  *id,
                               JsonObject  *record,
                               GError     **error);
gboolean    csm_desk_exists   (CsmTxn      *txn,
                               CsmTypeId    type,
                               const char  *id,
                               gboolean    *exists,
                               GError     **error);
gboolean    csm_desk_may_skip (const GError *error);
JsonObject *csm_desk_object_at (JsonArray  *list,
                                guint       index);
const char *csm_desk_string_at (JsonArray  *list,
                                guint       index);
void        csm_desk_set_key  (JsonObject  *record,
                               const char  *member,
                               const char  *key);

G_END_DECLS
