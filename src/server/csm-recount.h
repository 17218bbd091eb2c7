/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-txn.h"

G_BEGIN_DECLS

gboolean csm_recount (CsmTxn     *txn,
                      gboolean    repair,
                      GPtrArray  *findings,
                      GError    **error);

G_END_DECLS
