/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-txn.h"

G_BEGIN_DECLS

/*
 * What has to leave: from a Submission whose undo window ended, through the command's hand-over, to what became of it.
 *
 *   Submission pending ──take──▶ Message queued ──begin──▶ handedOver ──finish──▶ accepted | failed | queued (again) | unknown
 *
 * Each arrow is one transaction. A mail in handedOver when the server starts is unknown: shown to people, never sent by itself. So is all that
 * waits in a copy of the database that was put in its place.
 */

/**
 * CsmOutgoingResult:
 * @CSM_OUTGOING_ACCEPTED: the next mail server has it
 * @CSM_OUTGOING_FAILED: it refused for good
 * @CSM_OUTGOING_RETRY: it refused for now
 * @CSM_OUTGOING_UNKNOWN: nobody knows
 *
 * How a hand-over ended.
 */
typedef enum
{
  CSM_OUTGOING_ACCEPTED,
  CSM_OUTGOING_FAILED,
  CSM_OUTGOING_RETRY,
  CSM_OUTGOING_UNKNOWN,
} CsmOutgoingResult;

/**
 * CsmOutgoingMail:
 * @message_id: the Message record; not for the mail
 * @command: the channel's command; not for the mail
 * @recipients: (array zero-terminated=1): all addresses, hidden ones too; not for the mail
 * @from_name: who writes
 * @from_address: the channel's address
 * @to: (element-type JsonObject): {name, address}
 * @cc: {name, address}
 * @subject: the subject
 * @rfc_id: Message-ID without brackets
 * @in_reply_to: (nullable): one id
 * @references: (array zero-terminated=1): ids, oldest first
 * @date: when it was sent, µs
 * @text: what the person typed
 * @attachments: [{blobId, name, type}]
 *
 * A mail on its way out: public fields only. Nothing of a case's inside can be put in here.
 */
typedef struct
{
  char      *message_id;
  char      *command;
  char     **recipients;
  char      *from_name;
  char      *from_address;
  JsonArray *to;
  JsonArray *cc;
  char      *subject;
  char      *rfc_id;
  char      *in_reply_to;
  char     **references;
  gint64     date;
  char      *text;
  JsonArray *attachments;
} CsmOutgoingMail;

void             csm_outgoing_mail_free  (CsmOutgoingMail    *self);

char            *csm_outgoing_command    (CsmTxn             *txn,
                                          const char         *channel_id,
                                          GError            **error);
gboolean         csm_outgoing_reads_header (const char       *command);
gboolean         csm_outgoing_take_due   (CsmTxn             *txn,
                                          gint64              now,
                                          gint64             *next,
                                          GError            **error);
gboolean         csm_outgoing_take_all   (CsmTxn             *txn,
                                          gint64              now,
                                          GError            **error);
GPtrArray       *csm_outgoing_waiting    (CsmTxn             *txn,
                                          gint64              now,
                                          gint64             *next,
                                          GError            **error);
CsmOutgoingMail *csm_outgoing_begin      (CsmTxn             *txn,
                                          const char         *message_id,
                                          gint64              now,
                                          GError            **error);
gboolean         csm_outgoing_finish     (CsmTxn             *txn,
                                          const char         *message_id,
                                          CsmOutgoingResult   result,
                                          const char         *why,
                                          gint64              now,
                                          GError            **error);
gboolean         csm_outgoing_recover    (CsmTxn             *txn,
                                          gint64              now,
                                          GError            **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmOutgoingMail, csm_outgoing_mail_free)

G_END_DECLS
