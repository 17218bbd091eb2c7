/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Room on the disk that is held back for the last things a person does. Any thread. */
typedef struct _CsmCacheFull CsmCacheFull;

CsmCacheFull *csm_cache_full_new     (const char    *db_path);
CsmCacheFull *csm_cache_full_ref     (CsmCacheFull  *self);
void          csm_cache_full_unref   (CsmCacheFull  *self);
void          csm_cache_full_set_size (CsmCacheFull *self,
                                      guint64        bytes);
gboolean      csm_cache_full_is      (CsmCacheFull  *self);
void          csm_cache_full_note    (CsmCacheFull  *self);
gboolean      csm_cache_full_release (CsmCacheFull  *self);
gboolean      csm_cache_full_regain  (CsmCacheFull  *self);
gboolean      csm_cache_full_check   (CsmCacheFull  *self,
                                      GError       **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmCacheFull, csm_cache_full_unref)

G_END_DECLS
