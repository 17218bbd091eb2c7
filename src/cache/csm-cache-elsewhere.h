/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-cache.h"

G_BEGIN_DECLS

/* (element-type gint64) of the cases that the server found (@case_ids), in their order: those that the same search doesn't find here,
 * and that its filters let pass. What only messages could tell that are not here lets none pass. */
void    csm_cache_pick_cases_async  (CsmCache *self, const char *typed, const char * const *case_ids, GCancellable *c, GAsyncReadyCallback cb, gpointer data);
GArray *csm_cache_pick_cases_finish (CsmCache *self, GAsyncResult *result, GError **error);

G_END_DECLS
