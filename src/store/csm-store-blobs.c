/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-store-private.h"

#include "csm-blob-store.h"

/**
 * csm_store_put_blob:
 * @self: a store
 * @data: bytes
 * @error: `CSM_ERROR_DISK_FULL`, `CSM_ERROR_FAILED`
 *
 * Stores a blob under its hash; it is on the disk when this returns. Only then may a record name it. Any thread; blocks.
 *
 * Returns: (transfer full): its blobId
 */
char *
csm_store_put_blob (CsmStore  *self,
                    GBytes    *data,
                    GError   **error)
{
  return csm_blob_write (self->blob_dir, data, TRUE, error);
}

/**
 * csm_store_put_blob_unsynced:
 * @self: a store
 * @data: bytes
 * @error: `CSM_ERROR_DISK_FULL`, `CSM_ERROR_FAILED`
 *
 * As csm_store_put_blob(), but csm_store_sync_blobs() must follow before a record that names the blob is committed: one for a
 * whole batch of an import. Any thread; blocks.
 *
 * Returns: (transfer full): its blobId
 */
char *
csm_store_put_blob_unsynced (CsmStore  *self,
                             GBytes    *data,
                             GError   **error)
{
  return csm_blob_write (self->blob_dir, data, FALSE, error);
}

/**
 * csm_store_put_blob_from:
 * @self: a store
 * @fd: a file that can be read anywhere
 * @offset: where in it the bytes are
 * @length: how many
 * @synced: whether it is on the disk when this returns; csm_store_sync_blobs() must follow otherwise
 * @error: `CSM_ERROR_DISK_FULL`, `CSM_ERROR_FAILED`
 *
 * As csm_store_put_blob(), for what is too large to be in memory. Any thread; blocks.
 *
 * Returns: (transfer full): its blobId
 */
char *
csm_store_put_blob_from (CsmStore  *self,
                         int        fd,
                         goffset    offset,
                         gsize      length,
                         gboolean   synced,
                         GError   **error)
{
  return csm_blob_write_from (self->blob_dir, fd, offset, length, synced, error);
}

/**
 * csm_store_sync_blobs:
 * @self: a store
 * @error: `CSM_ERROR_FAILED`
 *
 * Writes all blobs to the disk. Any thread; blocks.
 *
 * Returns: whether it worked
 */
gboolean
csm_store_sync_blobs (CsmStore  *self,
                      GError   **error)
{
  return csm_blob_sync_all (self->blob_dir, error);
}

/**
 * csm_store_blob_path:
 * @self: a store
 * @blob_id: what may be a blobId
 *
 * Returns: (transfer full) (nullable): the blob's file, there or not; %NULL when @blob_id isn't a blobId
 */
char *
csm_store_blob_path (CsmStore   *self,
                     const char *blob_id)
{
  return csm_blob_file (self->blob_dir, blob_id);
}

/**
 * csm_store_get_blob:
 * @self: a store
 * @blob_id: a blobId
 * @error: `CSM_ERROR_NOT_FOUND`
 *
 * Any thread; maps the file, so that its pages are read when they are used.
 *
 * Returns: (transfer full): the blob
 */
GBytes *
csm_store_get_blob (CsmStore    *self,
                    const char  *blob_id,
                    GError     **error)
{
  return csm_blob_read (self->blob_dir, blob_id, error);
}
