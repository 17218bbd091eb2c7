/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-txn.h"

G_BEGIN_DECLS

#define CSM_TYPE_STORE (csm_store_get_type ())
G_DECLARE_FINAL_TYPE (CsmStore, csm_store, CSM, STORE, GObject)

/**
 * CsmStoreFunc:
 * @txn: the open transaction
 * @input: what was given
 * @cancellable: (nullable): the job's
 * @error: return location; setting it rolls the whole transaction back
 *
 * One transaction's work, on a database thread.
 */
typedef gpointer (*CsmStoreFunc) (CsmTxn *txn, gpointer input, GCancellable *cancellable, GError **error);

/* Makes a new data directory (0700) with its database, secret key and blob folder. CSM_ERROR_EXISTS when there is a workspace already. */
gboolean    csm_store_create      (const char           *data_dir,
                                   const char           *workspace_name,
                                   GError              **error);
/* Opens and migrates; blocks. CSM_ERROR_NOT_FOUND when there is none, CSM_ERROR_DATABASE_NEWER. Several processes may (SQLite's WAL). */
CsmStore   *csm_store_open        (const char           *data_dir,
                                   GError              **error);
/* What `serve` holds until it ends: flock on DATA/serve.lock. CSM_ERROR_DATABASE_BUSY when another server has it. */
gboolean    csm_store_lock        (CsmStore             *self,
                                   GError              **error);
const char *csm_store_get_directory (CsmStore           *self);

/**
 * CsmProjector:
 * @txn: a write transaction
 * @error: return location; setting it rolls the whole transaction back
 *
 * Brings the accounts of partners up to date with what the transaction wrote, before it is committed.
 */
typedef gboolean (*CsmProjector) (CsmTxn *txn, GError **error);
void        csm_store_set_projector (CsmStore           *self,
                                     CsmProjector          projector);

gpointer    csm_store_run         (CsmStore             *self,
                                   gboolean              write,
                                   CsmStoreFunc          func,
                                   gpointer              input,
                                   GError              **error);
void        csm_store_run_async   (CsmStore             *self,
                                   gboolean              write,
                                   CsmStoreFunc          func,
                                   gpointer              input,
                                   GDestroyNotify        input_free,
                                   GDestroyNotify        result_free,
                                   GCancellable         *cancellable,
                                   GAsyncReadyCallback   callback,
                                   gpointer              user_data);
gpointer    csm_store_run_finish  (CsmStore             *self,
                                   GAsyncResult         *result,
                                   GError              **error);

/* Blobs: files DATA/blobs/ab/<sha256 hex>; a blobId is "B" + the hex. Written to a temporary name, fsynced (file and folder), then
 * renamed. put is safe from any thread. A record may name a blob only after put returned. */
char       *csm_store_put_blob    (CsmStore             *self,
                                   GBytes               *data,
                                   GError              **error);
/* As put, but the fsyncs wait for csm_store_sync_blobs(): for import, one syncfs a batch. */
char       *csm_store_put_blob_unsynced (CsmStore       *self,
                                         GBytes         *data,
                                         GError        **error);
char       *csm_store_put_blob_from (CsmStore           *self,
                                     int                   fd,
                                     goffset               offset,
                                     gsize                 length,
                                     gboolean              synced,
                                     GError              **error);
gboolean    csm_store_sync_blobs  (CsmStore             *self,
                                   GError              **error);
char       *csm_store_blob_path   (CsmStore             *self,
                                   const char           *blob_id);
GBytes     *csm_store_get_blob    (CsmStore             *self,
                                   const char           *blob_id,
                                   GError              **error);

#define CSM_STORE_RETENTION_DAYS 90
void        csm_store_set_retention (CsmStore           *self,
                                     guint               days);
/* Drops what has been kept long enough (tombstones, operations, uploads, unnamed blobs); once a day. Any thread; blocks. */
gboolean    csm_store_maintain    (CsmStore             *self,
                                   gint64                now,
                                   GError              **error);
/* (element-type utf8) a line for each damaged blob. Reads all of them. */
GPtrArray  *csm_store_check_blobs (CsmStore             *self,
                                   GError              **error);

/* Tells a serving process that another process wrote (touches DATA/wake). Commits of a process without the lock do so themselves. */
void        csm_store_wake_others (CsmStore             *self);

/*
 * Signal "changed" (gint64 account, guint type_mask): after a commit, in the main context where
 * csm_store_open() was called: records of these types (1 << CsmTypeId) changed in that account. Also
 * after another process's wake.
 */

CsmStore *csm_txn_store (CsmTxn *txn);

G_END_DECLS
