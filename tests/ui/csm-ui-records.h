/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-cache-sync.h"

G_BEGIN_DECLS

/* A small workspace of invented people: Ana is signed in. */
#define CSM_UI_N_CASES 14

char *csm_ui_id           (char        letter,
                           guint       number);
void  csm_ui_fill         (CsmCache   *cache);
void  csm_ui_put          (CsmCache   *cache,
                           CsmTypeId   type,
                           const char *json);
void  csm_ui_put_page     (CsmCache   *cache,
                           CsmSyncPage *page,
                           const char *json);
void  csm_ui_lose_tags    (CsmCache   *cache);
void  csm_ui_fill_many    (CsmCache   *cache,
                           guint       n_cases);

G_END_DECLS
