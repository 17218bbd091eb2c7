/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-txn.h"

G_BEGIN_DECLS

/**
 * CsmMove:
 * @row: orders the steps of one thing
 * @record_id: what moved: a record, or the key of a customer's identity
 * @property: which of its places it is about, such as `caseId`
 * @from_id: where it was
 * @to_id: (nullable): where it went
 *
 * One step of a thing from one record to another.
 */
typedef struct
{
  gint64  row;
  char   *record_id;
  char   *property;
  char   *from_id;
  char   *to_id;
} CsmMove;

gboolean csm_txn_note_move     (CsmTxn      *txn,
                                const char  *record_id,
                                const char  *property,
                                const char  *from_id,
                                const char  *to_id,
                                GError     **error);
GArray  *csm_txn_moves_of      (CsmTxn      *txn,
                                const char  *record_id,
                                const char  *property,
                                GError     **error);
GArray  *csm_txn_moves_from    (CsmTxn      *txn,
                                const char  *from_id,
                                const char  *property,
                                GError     **error);
gboolean csm_txn_forget_move   (CsmTxn         *txn,
                                const CsmMove  *move,
                                gboolean        later,
                                GError        **error);
gboolean csm_txn_inherit_moves (CsmTxn      *txn,
                                const char  *from_record,
                                const char  *to_record,
                                const char  *property,
                                GError     **error);
char    *csm_txn_last_moved_message (CsmTxn      *txn,
                                     const char  *conversation_id,
                                     GError     **error);

gboolean csm_txn_note_merge    (CsmTxn      *txn,
                                const char  *id,
                                gint64       at,
                                JsonObject  *note,
                                GError     **error);
JsonObject *csm_txn_take_merge (CsmTxn      *txn,
                                const char  *id,
                                gint64      *at,
                                GError     **error);

gboolean csm_txn_count_open    (CsmTxn      *txn,
                                const char  *person_id,
                                gint64      *count,
                                GError     **error);
gboolean csm_txn_note_assigned (CsmTxn      *txn,
                                const char  *person_id,
                                gint64       at,
                                GError     **error);
gboolean csm_txn_last_assigned (CsmTxn      *txn,
                                const char  *person_id,
                                gint64      *at,
                                GError     **error);

G_END_DECLS
