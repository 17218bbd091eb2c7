/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-txn.h"

G_BEGIN_DECLS

#define CSM_DESK_ERROR (csm_desk_error_quark ())

/**
 * CsmDeskError:
 * @CSM_DESK_ERROR_FORBIDDEN: the role may not (SetError forbidden)
 * @CSM_DESK_ERROR_INVALID_PROPERTIES: the message is the names, divided by spaces (invalidProperties)
 * @CSM_DESK_ERROR_NOT_FOUND: a record that is named does not exist
 * @CSM_DESK_ERROR_CASE_MOVED: the customer wrote or a colleague answered since (caseMoved); the message is the id of the newer message or submission
 * @CSM_DESK_ERROR_TOO_LATE: it was handed over already (undo of a send)
 * @CSM_DESK_ERROR_CANNOT_SEND: the channel has no way out
 * @CSM_DESK_ERROR_NEEDS_REVIEW: nobody of the team that has to has approved it as it is (needsReview); the message is the team's id
 * @CSM_DESK_ERROR_TOO_LARGE: what would come of it is more than one record holds (SetError tooLarge)
 *
 * What a rule of the desk answers to a person's write.
 */
typedef enum
{
  CSM_DESK_ERROR_FORBIDDEN,
  CSM_DESK_ERROR_INVALID_PROPERTIES,
  CSM_DESK_ERROR_NOT_FOUND,
  CSM_DESK_ERROR_CASE_MOVED,
  CSM_DESK_ERROR_TOO_LATE,
  CSM_DESK_ERROR_CANNOT_SEND,
  CSM_DESK_ERROR_NEEDS_REVIEW,
  CSM_DESK_ERROR_TOO_LARGE,
} CsmDeskError;

GQuark   csm_desk_error_quark (void);

/*
 * The rules for what people write: roles, status machine, history. Each works inside the caller's transaction (and its
 * savepoint), writes the record itself and whatever follows from it (Event records, the case's
 * clocks, a Submission's case patch). @record and @after have been validated against the record table
 * (csm_validate_create/update) and @record has its defaults; the rule may set server-set properties in it.
 */
/* Whether anybody of the role may write such records: what is refused for all of them needs no further look. */
gboolean csm_desk_may_write (const CsmPrincipal *who, const CsmRecordType *type);
gboolean csm_desk_create  (CsmTxn *txn, const CsmPrincipal *who, gint64 account, const CsmRecordType *type, const char *id, JsonObject *record, GError **error);
gboolean csm_desk_update  (CsmTxn *txn, const CsmPrincipal *who, gint64 account, const CsmRecordType *type, const char *id, JsonObject *before, JsonObject *after, GError **error);
gboolean csm_desk_destroy (CsmTxn *txn, const CsmPrincipal *who, gint64 account, const CsmRecordType *type, const char *id, GError **error);

G_END_DECLS
