/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-txn.h"

G_BEGIN_DECLS

/* What of the shared draft goes out with a Submission, and comes back when that is taken back. */

gboolean csm_draft_take     (CsmTxn              *txn,
                             const CsmPrincipal  *who,
                             JsonObject          *submission,
                             GError             **error);
gboolean csm_draft_put_back (CsmTxn              *txn,
                             JsonObject          *submission,
                             GError             **error);
gboolean csm_draft_was_sent (CsmTxn              *txn,
                             JsonObject          *submission,
                             JsonObject          *other,
                             gboolean            *was_sent,
                             GError             **error);

G_END_DECLS
