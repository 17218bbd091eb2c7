/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-txn.h"

G_BEGIN_DECLS

JsonObject *csm_customer_apart_plan (CsmTxn      *txn,
                                     const char  *id,
                                     GError     **error);

G_END_DECLS
