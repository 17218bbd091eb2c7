/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-cache-private.h"
#include "csm-cache-sync.h"

G_BEGIN_DECLS

CsmSyncState *csm_cache_read_sync_state (CsmDbConn    *conn,
                                         GError      **error);
gboolean      csm_cache_set_identity    (CsmCacheTxn  *txn,
                                         const char   *me,
                                         const char   *workspace_name,
                                         GError      **error);
gboolean      csm_cache_apply_page      (CsmCacheTxn  *txn,
                                         CsmSyncPage  *page,
                                         GError      **error);
gboolean      csm_cache_restart_type    (CsmCacheTxn  *txn,
                                         CsmTypeId     type,
                                         GError      **error);
CsmOpBatch   *csm_cache_take_ops        (CsmCacheTxn  *txn,
                                         guint         limit,
                                         gint64        now,
                                         gboolean      allow_old,
                                         GError      **error);
gboolean      csm_cache_finish_ops      (CsmCacheTxn  *txn,
                                         GPtrArray    *results,
                                         GError      **error);

G_END_DECLS
