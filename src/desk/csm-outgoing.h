/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-txn.h"

G_BEGIN_DECLS

/*
 * What has to leave: from a Submission whose undo window ended, through the command's hand-over, to what became of it.
 *
 *   Submission pending ──take──▶ Message queued ──begin──▶ handedOver ──settle──▶ accepted | failed | queued (again) | unknown
 *                                                                                                     unknown ──decide──▶ accepted | queued
 *
 * Each arrow is one transaction. A mail in handedOver when the server starts is unknown: shown to people, never sent by itself. So is all that
 * waits in a copy of the database that was put in its place. What a mail says, and its Message-ID, are the same at each try.
 */

/**
 * CsmOutgoingResult:
 * @CSM_OUTGOING_ACCEPTED: the next mail server has it
 * @CSM_OUTGOING_FAILED: it refused for good
 * @CSM_OUTGOING_RETRY: it refused for now
 * @CSM_OUTGOING_UNKNOWN: nobody knows
 * @CSM_OUTGOING_WAIT: it was not the mail's fault: nothing can be sent there at the moment
 *
 * How a hand-over ended.
 */
typedef enum
{
  CSM_OUTGOING_ACCEPTED,
  CSM_OUTGOING_FAILED,
  CSM_OUTGOING_RETRY,
  CSM_OUTGOING_UNKNOWN,
  CSM_OUTGOING_WAIT,
} CsmOutgoingResult;

/**
 * CsmOutgoingAnswer:
 * @address: one recipient
 * @result: what became of the mail for them
 * @status: (nullable): "5.1.1" (RFC 3463)
 * @why: (nullable): what the mail server said
 */
typedef struct
{
  char              *address;
  CsmOutgoingResult  result;
  char              *status;
  char              *why;
} CsmOutgoingAnswer;

/**
 * CsmOutgoingMail:
 * @message_id: the Message record; not for the mail
 * @channel_id: its channel; not for the mail
 * @command: (nullable): the channel's command, if its mail leaves by one; not for the mail
 * @sender: who is told when it can't be delivered, "": nobody; not for the mail
 * @recipients: (array zero-terminated=1): the addresses that have not got it yet, hidden ones too; not for the mail
 * @from_name: who writes
 * @from_address: the channel's address
 * @reply_to: (nullable): where answers should go instead
 * @to: (element-type JsonObject): {name, address}
 * @cc: {name, address}
 * @subject: the subject
 * @rfc_id: Message-ID without brackets
 * @in_reply_to: (nullable): one id
 * @references: (array zero-terminated=1): ids, oldest first
 * @date: when it was sent, µs
 * @text: what the person typed
 * @attachments: [{blobId, name, type}]
 * @parent_blob: (nullable): the mail that is answered as it came, for what Outlook threads by
 * @is_repeat: whether some of its recipients have got it before
 * @is_automatic: whether no person wrote it (RFC 3834)
 *
 * A mail on its way out: public fields only. Nothing of a case's inside can be put in here.
 */
typedef struct
{
  char      *message_id;
  char      *channel_id;
  char      *command;
  char      *sender;
  char     **recipients;
  char      *from_name;
  char      *from_address;
  char      *reply_to;
  JsonArray *to;
  JsonArray *cc;
  char      *subject;
  char      *rfc_id;
  char      *in_reply_to;
  char     **references;
  gint64     date;
  char      *text;
  JsonArray *attachments;
  char      *parent_blob;
  gboolean   is_repeat;
  gboolean   is_automatic;
} CsmOutgoingMail;

void               csm_outgoing_mail_free    (CsmOutgoingMail    *self);
CsmOutgoingAnswer *csm_outgoing_answer_new   (const char         *address);
void               csm_outgoing_answer_free  (CsmOutgoingAnswer  *self);
void               csm_outgoing_answer_set   (CsmOutgoingAnswer  *self,
                                              CsmOutgoingResult   result,
                                              const char         *status,
                                              const char         *why);

char              *csm_outgoing_command      (CsmTxn             *txn,
                                              const char         *channel_id,
                                              GError            **error);
gboolean           csm_outgoing_has_way      (CsmTxn             *txn,
                                              const char         *channel_id,
                                              char              **command,
                                              gboolean           *has_way,
                                              GError            **error);
gboolean           csm_outgoing_reads_header (const char         *command);
gboolean           csm_outgoing_take_due     (CsmTxn             *txn,
                                              gint64              now,
                                              gint64             *next,
                                              GError            **error);
gboolean           csm_outgoing_take_all     (CsmTxn             *txn,
                                              gint64              now,
                                              GError            **error);
gboolean           csm_outgoing_queue        (CsmTxn             *txn,
                                              JsonObject         *message,
                                              gint64              now,
                                              GError            **error);
GPtrArray         *csm_outgoing_waiting      (CsmTxn             *txn,
                                              gint64              now,
                                              gint64             *next,
                                              GError            **error);
CsmOutgoingMail   *csm_outgoing_begin        (CsmTxn             *txn,
                                              const char         *message_id,
                                              gint64              now,
                                              GError            **error);
CsmOutgoingMail   *csm_outgoing_again       (CsmTxn             *txn,
                                              const char         *message_id,
                                              GError            **error);
gboolean           csm_outgoing_finish       (CsmTxn             *txn,
                                              const char         *message_id,
                                              CsmOutgoingResult   result,
                                              const char         *why,
                                              gint64              now,
                                              GError            **error);
gboolean           csm_outgoing_settle       (CsmTxn             *txn,
                                              const char         *message_id,
                                              CsmOutgoingResult   result,
                                              const char         *why,
                                              GPtrArray          *answers,
                                              gint64              not_before,
                                              gint64              now,
                                              GError            **error);
gboolean           csm_outgoing_decide       (CsmTxn             *txn,
                                              const char         *message_id,
                                              const char         *decision,
                                              const char         *person_id,
                                              gint64              now,
                                              GError            **error);
gboolean           csm_outgoing_try_now      (CsmTxn             *txn,
                                              const char         *channel_id,
                                              gint64              now,
                                              GError            **error);
gboolean           csm_outgoing_catch_up     (CsmTxn             *txn,
                                              GArray             *rows,
                                              gboolean           *changed,
                                              gint64              now,
                                              GError            **error);
gboolean           csm_outgoing_expire       (CsmTxn             *txn,
                                              const char         *channel_id,
                                              const char         *why,
                                              gint64              now,
                                              gboolean           *all,
                                              GError            **error);
gboolean           csm_outgoing_recover      (CsmTxn             *txn,
                                              gint64              now,
                                              GError            **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmOutgoingMail, csm_outgoing_mail_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmOutgoingAnswer, csm_outgoing_answer_free)

G_END_DECLS
