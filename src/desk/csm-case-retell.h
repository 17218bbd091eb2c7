/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-txn.h"

G_BEGIN_DECLS

/* What a case says of its messages. The time of its last activity is a bound only: comments and people count, too. */
extern const char *const csm_case_derived[];

gboolean csm_case_retell (CsmTxn      *txn,
                          JsonObject  *case_,
                          GError     **error);

G_END_DECLS
