/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-store.h"

G_BEGIN_DECLS

void     csm_projection_attach (CsmStore   *store);
gboolean csm_projection_run    (CsmTxn     *txn,
                                GError    **error);
gboolean csm_projection_check  (CsmTxn     *txn,
                                gboolean    repair,
                                GPtrArray  *findings,
                                GError    **error);

G_END_DECLS
