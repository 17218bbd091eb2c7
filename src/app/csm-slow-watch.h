/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _CsmSlowWatch CsmSlowWatch;

CsmSlowWatch *csm_slow_watch_new  (void);
void          csm_slow_watch_free (CsmSlowWatch *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmSlowWatch, csm_slow_watch_free)

G_END_DECLS
