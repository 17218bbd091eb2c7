/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-cache-sync.h"

G_BEGIN_DECLS

#define CSM_TYPE_TALLY (csm_tally_get_type ())
G_DECLARE_FINAL_TYPE (CsmTally, csm_tally, CSM, TALLY, GObject)

/*
 * Counts what waits, what was lost and what nobody is sure of, again whenever the cache says that it changed.
 *
 * Signal "counted": one of the numbers is another.
 */
CsmTally *csm_tally_new         (CsmCache *cache);
void      csm_tally_count       (CsmTally *self);
guint     csm_tally_get_waiting (CsmTally *self);
guint     csm_tally_get_parked  (CsmTally *self);
guint     csm_tally_get_lost    (CsmTally *self);
guint     csm_tally_get_unsure  (CsmTally *self);

G_END_DECLS
