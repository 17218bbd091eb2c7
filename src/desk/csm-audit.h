/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-desk.h"

G_BEGIN_DECLS

/* Who changed people, teams, channels and tags, when, and from what to what. Written in the transaction that changes them. */

gboolean csm_audit_change (CsmTxn               *txn,
                           const CsmPrincipal   *who,
                           const CsmRecordType  *type,
                           const char           *id,
                           JsonObject           *before,
                           JsonObject           *after,
                           GError              **error);
gboolean csm_audit_merge  (CsmTxn               *txn,
                           const CsmPrincipal   *who,
                           JsonObject           *record,
                           JsonObject           *into,
                           GError              **error);
gboolean csm_audit_note   (CsmTxn               *txn,
                           const CsmPrincipal   *who,
                           const char           *kind,
                           const char           *id,
                           GError              **error);

G_END_DECLS
