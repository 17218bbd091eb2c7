/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What a data directory holds. */
#define CSM_STORE_DATABASE "casement.db"
#define CSM_STORE_KEY "secret.key"
#define CSM_STORE_BLOBS "blobs"
#define CSM_STORE_LOCK "serve.lock"
#define CSM_STORE_WAKE "wake"
/* Never part of a backup: it tells a copy from what it was copied of. */
#define CSM_STORE_HIGH_WATER "high-water"
/* Held while the blobs must stay as they are. */
#define CSM_STORE_KEEP "keep.lock"

gboolean csm_store_make_files (const char  *directory,
                               GError     **error);
gboolean csm_store_read_key   (const char  *directory,
                               guint8      *key,
                               GError     **error);
void     csm_store_give_away  (const char  *directory,
                               int          fd);
int      csm_store_take_lock  (const char  *directory,
                               GError     **error);
int      csm_store_keep_blobs (const char  *directory,
                               gboolean     shared,
                               GError     **error);
void     csm_store_touch_wake (const char  *directory);

G_END_DECLS
