/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-backup.h"

G_BEGIN_DECLS

/* What a backup holds beside what a data directory does. */
#define CSM_BACKUP_FORMAT "casement backup 1"
#define CSM_BACKUP_MANIFEST "manifest.json"
#define CSM_BACKUP_BLOB_LIST "blobs.list"

gboolean csm_backup_bring_blob (const char  *from_dir,
                                const char  *to_dir,
                                const char  *blob_id,
                                gboolean     copy,
                                guint64     *size,
                                GError     **error);

G_END_DECLS
