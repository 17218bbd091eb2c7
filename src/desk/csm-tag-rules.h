/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-desk.h"

G_BEGIN_DECLS

/* What becomes of the cases that have a tag. */
gboolean csm_tag_destroy (CsmTxn              *txn,
                          const CsmPrincipal  *who,
                          const char          *id,
                          GError             **error);
gboolean csm_tag_merge   (CsmTxn              *txn,
                          const CsmPrincipal  *who,
                          const char          *id,
                          const char          *into_id,
                          guint               *n_cases,
                          GError             **error);

G_END_DECLS
