/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-cache-sync.h"

G_BEGIN_DECLS

#define CSM_TYPE_UPKEEP (csm_upkeep_get_type ())
G_DECLARE_FINAL_TYPE (CsmUpkeep, csm_upkeep, CSM, UPKEEP, GObject)

/* What is done in short slices while nothing else is: full text after a first sync, and room when there is too much. */
CsmUpkeep *csm_upkeep_new   (CsmCache   *cache,
                             const char *blobs);
void       csm_upkeep_start (CsmUpkeep  *self,
                             gboolean    search_pending);
void       csm_upkeep_stop  (CsmUpkeep  *self);
void       csm_upkeep_forget_files (CsmUpkeep *self);

G_END_DECLS
