/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-store.h"

G_BEGIN_DECLS

/**
 * CsmBackup:
 * @created: when it was made, µs
 * @version: the Casement that made it
 * @schema: the version of its database
 * @workspace_id: the workspace account's id
 * @database_hash: SHA-256 of its database
 * @key_hash: SHA-256 of its secret key
 * @list_hash: SHA-256 of the list of its blobs
 * @database_bytes: the database's size
 * @n_blobs: how many blobs there are
 * @blob_bytes: and how much is in them
 * @n_missing: blobs that records name and that were not there when it was made
 * @counts: how many records of each type
 *
 * What a backup's manifest says.
 */
typedef struct
{
  gint64      created;
  char       *version;
  int         schema;
  char       *workspace_id;
  char       *database_hash;
  char       *key_hash;
  char       *list_hash;
  guint64     database_bytes;
  guint64     n_blobs;
  guint64     blob_bytes;
  guint64     n_missing;
  JsonObject *counts;
} CsmBackup;

CsmBackup *csm_backup_write   (const char      *data_dir,
                               const char      *target,
                               gboolean         copy,
                               GError         **error);
CsmBackup *csm_backup_read    (const char      *directory,
                               GError         **error);
CsmBackup *csm_backup_verify  (const char      *directory,
                               GError         **error);
CsmBackup *csm_backup_restore (const char      *directory,
                               const char      *data_dir,
                               gboolean         replace,
                               const char      *owner,
                               char           **kept,
                               GError         **error);
void       csm_backup_free    (CsmBackup       *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmBackup, csm_backup_free)

G_END_DECLS
