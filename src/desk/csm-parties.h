/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-intake.h"

G_BEGIN_DECLS

/**
 * CsmParties:
 * @outgoing: whether staff wrote it
 * @from: (nullable): the writer's normalised address
 * @author_id: (nullable): the Person who wrote it
 * @address: (nullable): the customer's normalised address; %NULL when the mail names none
 * @name: (nullable): the customer's display name
 * @reply_differs: whether answers are to go to another address than the writer's
 * @deceptive: whether the writer's display name deceives
 * @own: whether the writer's address is a channel's or a colleague's
 * @forged: whether it says it is from staff, and our own mail server says it is not
 *
 * Who wrote to whom. Zero-initialise; csm_parties_clear() frees what is inside.
 */
typedef struct
{
  gboolean outgoing;
  char    *from;
  char    *author_id;
  char    *address;
  char    *name;
  gboolean reply_differs;
  gboolean deceptive;
  gboolean own;
  gboolean forged;
} CsmParties;

void     csm_parties_clear    (CsmParties  *self);
JsonObject *csm_parties_mailbox (CsmTxn      *txn,
                                 const char  *channel_id,
                                 gboolean    *alone,
                                 GError     **error);
gboolean csm_parties_find     (CsmParties        *self,
                               CsmTxn            *txn,
                               const CsmIncoming *incoming,
                               JsonObject        *channel,
                               GError           **error);
char    *csm_parties_customer (CsmTxn      *txn,
                               const char  *channel_id,
                               const char  *address,
                               const char  *name,
                               gboolean     writes,
                               GError     **error);
JsonArray *csm_parties_list   (CsmTxn      *txn,
                               JsonArray   *list,
                               guint        max,
                               GError     **error);
gboolean csm_parties_is_own   (CsmTxn      *txn,
                               const char  *address,
                               gboolean    *own,
                               char       **person_id,
                               GError     **error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CsmParties, csm_parties_clear)

G_END_DECLS
