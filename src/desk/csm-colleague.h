/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-desk.h"

G_BEGIN_DECLS

/* Who comes to the workspace and who leaves it. All work inside the caller's transaction. */

char     *csm_colleague_invite     (CsmTxn              *txn,
                                    const CsmPrincipal  *who,
                                    JsonObject          *person,
                                    GError             **error);
gboolean  csm_colleague_admit      (CsmTxn              *txn,
                                    const CsmPrincipal  *who,
                                    const char          *person_id,
                                    gboolean             active,
                                    GError             **error);
gboolean  csm_colleague_hand_back  (CsmTxn              *txn,
                                    const CsmPrincipal  *who,
                                    const char          *person_id,
                                    guint               *handed,
                                    GError             **error);

G_END_DECLS
