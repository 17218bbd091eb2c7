/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What is longer has no place in memory. */
#define CSM_SPOOL_THRESHOLD (1024 * 1024)

typedef struct _CsmSpool CsmSpool;

CsmSpool *csm_spool_new        (GError        **error);
CsmSpool *csm_spool_ref        (CsmSpool       *self);
void      csm_spool_unref      (CsmSpool       *self);
gboolean  csm_spool_append     (CsmSpool       *self,
                                gconstpointer   data,
                                gsize           length,
                                GError        **error);
gsize     csm_spool_read       (CsmSpool       *self,
                                gsize           offset,
                                gpointer        to,
                                gsize           length);
int       csm_spool_get_fd     (CsmSpool       *self);
gsize     csm_spool_get_length (CsmSpool       *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmSpool, csm_spool_unref)

G_END_DECLS
