/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-cache-private.h"

G_BEGIN_DECLS

/* What the files of the outbox share. */

/* The form of the payloads that this version writes. */
#define CSM_OP_VERSION 1

gboolean    csm_cache_is_guarded     (CsmTypeId      type,
                                      const char    *key);
JsonObject *csm_cache_make_seen      (CsmTypeId      type,
                                      JsonObject    *view,
                                      JsonObject    *patch);
JsonNode   *csm_cache_value_after    (CsmTypeId      type,
                                      JsonObject    *record,
                                      JsonObject    *patch,
                                      const char    *property);
JsonNode   *csm_cache_value_of       (JsonObject    *record,
                                      const char    *property);
gboolean    csm_cache_same_value     (JsonNode      *a,
                                      JsonNode      *b);
gboolean    csm_cache_rechain        (CsmCacheTxn   *txn,
                                      const char    *record_id,
                                      gint64         after,
                                      const char    *property,
                                      JsonNode      *only_if,
                                      JsonNode      *value,
                                      GError       **error);
gboolean    csm_cache_rechain_without (CsmCacheTxn  *txn,
                                      gint64         seq,
                                      GError       **error);
gboolean    csm_cache_rechain_base   (CsmCacheTxn   *txn,
                                      CsmTypeId      type,
                                      const char    *record_id,
                                      gint64         after,
                                      JsonObject    *before,
                                      JsonObject    *now,
                                      GError       **error);
gint64      csm_cache_get_guard      (CsmDbConn     *conn,
                                      const char    *record_id,
                                      GError       **error);
gboolean    csm_cache_set_guard      (CsmCacheTxn   *txn,
                                      const char    *record_id,
                                      gint64         modseq,
                                      GError       **error);
gboolean    csm_cache_doubt          (CsmCacheTxn   *txn,
                                      const char    *record_id,
                                      GError       **error);
gboolean    csm_cache_is_doubted     (CsmDbConn     *conn,
                                      const char    *record_id,
                                      GError       **error);
JsonObject *csm_cache_merge_patch    (JsonObject    *first,
                                      JsonObject    *second);
gboolean    csm_cache_is_writing     (JsonObject    *patch);
gboolean    csm_cache_is_leaving     (JsonObject    *patch);
gboolean    csm_cache_join_payloads  (CsmDbConn    *conn,
                                      CsmOperation *op,
                                      const char   *sql,
                                      GError      **error);
gboolean    csm_cache_return_text    (CsmCacheTxn  *txn,
                                      const char   *draft_id,
                                      const char   *text,
                                      const char   *parts,
                                      GError      **error);
/* Those that were carried by an operation */
#define CSM_CARRIED_PAYLOADS "SELECT payload FROM outbox WHERE carrier = ? ORDER BY seq"
GPtrArray  *csm_cache_local_blobs    (JsonObject    *payload);
void        csm_cache_swap_blobs     (JsonObject    *payload,
                                      GHashTable    *blob_ids);
GHashTable *csm_cache_read_blob_ids  (CsmDbConn     *conn,
                                      JsonObject    *payload,
                                      GError       **error);
gboolean    csm_cache_check_device   (CsmCacheTxn   *txn,
                                      GError       **error);

G_END_DECLS
