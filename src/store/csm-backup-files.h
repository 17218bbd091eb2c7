/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* In a directory that is not whole yet. */
#define CSM_BACKUP_UNFINISHED "unfinished"

gboolean  csm_backup_fail          (GError      **error,
                                    const char   *path);
char     *csm_backup_real_path     (const char   *path,
                                    GError      **error);
gboolean  csm_backup_is_inside     (const char   *path,
                                    const char   *directory);
char     *csm_backup_hash_file     (const char   *path,
                                    guint64      *size,
                                    GError      **error);
gboolean  csm_backup_copy_file     (const char   *from,
                                    const char   *to,
                                    char        **hash,
                                    guint64      *size,
                                    GError      **error);
gboolean  csm_backup_link_file     (const char   *from,
                                    const char   *to,
                                    gboolean     *linked,
                                    GError      **error);
gboolean  csm_backup_write_file    (const char   *directory,
                                    const char   *name,
                                    const char   *text,
                                    GError      **error);
gboolean  csm_backup_sync_file     (const char   *path,
                                    GError      **error);
gboolean  csm_backup_sync_folders  (const char   *directory,
                                    GError      **error);
gboolean  csm_backup_is_empty      (const char   *directory);
gboolean  csm_backup_remove        (const char   *directory,
                                    GError      **error);
int       csm_backup_begin         (const char   *directory,
                                    GError      **error);
gboolean  csm_backup_rename        (const char   *from,
                                    const char   *to,
                                    guint         flags,
                                    GError      **error);

G_END_DECLS
