/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-txn.h"

G_BEGIN_DECLS

/**
 * CsmIncoming:
 * @channel_id: the mailbox it came to
 * @mail: what casement-reader made of it
 * @raw_blob_id: the stored original
 * @blob_ids: (array): the stored parts, by the index that @mail's attachments name; NULL where none was stored
 * @received: receipt time, µs: what orders messages (the claimed date is only kept)
 * @provider_thread: (nullable): what the mail server calls the conversation that the mail is in (X-GM-THRID)
 * @sent: from the mailbox's folder of what was sent: one of ours wrote it, with whatever program
 * @history: imported from an archive: nothing automatic may follow
 *
 * One mail on its way in; all borrowed. Blobs are stored already.
 */
typedef struct
{
  const char  *channel_id;
  JsonObject  *mail;
  const char  *raw_blob_id;
  char       **blob_ids;
  gint64       received;
  const char  *provider_thread;
  gboolean     sent;
  gboolean     history;
} CsmIncoming;

typedef enum
{
  CSM_INTAKE_NEW,       /* a message was made */
  CSM_INTAKE_DUPLICATE, /* we have it */
} CsmIntakeOutcome;

/* Finds customer, conversation and case, or opens them; writes the message; all in the caller's transaction. */
gboolean csm_intake (CsmTxn *txn, const CsmIncoming *incoming, CsmIntakeOutcome *outcome, char **message_id, GError **error);

G_END_DECLS
