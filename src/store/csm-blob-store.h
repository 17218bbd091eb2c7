/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A blobId is this letter and 64 hexadecimal digits. */
#define CSM_BLOB_LETTER 'B'

gboolean csm_blob_id_is_valid (const char  *blob_id);
char    *csm_blob_file        (const char  *directory,
                               const char  *blob_id);
char    *csm_blob_write       (const char  *directory,
                               GBytes      *data,
                               gboolean     sync,
                               GError     **error);
char    *csm_blob_write_from  (const char  *directory,
                               int          fd,
                               goffset      offset,
                               gsize        length,
                               gboolean     sync,
                               GError     **error);
gboolean csm_blob_sync_all    (const char  *directory,
                               GError     **error);
GBytes  *csm_blob_read        (const char  *directory,
                               const char  *blob_id,
                               GError     **error);

G_END_DECLS
