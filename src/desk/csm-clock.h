/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-txn.h"

G_BEGIN_DECLS

gboolean csm_clock_run         (CsmTxn  *txn,
                                gint64   now,
                                gint64  *next,
                                GError **error);
gboolean csm_clock_next_snooze (CsmTxn  *txn,
                                gint64  *next,
                                GError **error);

G_END_DECLS
