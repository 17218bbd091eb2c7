/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "desk-test.h"

#include <string.h>

#include "csm-desk-records.h"
#include "csm-id.h"
#include "csm-json.h"
#include "csm-outgoing-body.h"
#include "csm-outgoing-message.h"
#include "csm-outgoing.h"
#include "csm-time.h"
#include "csm-txn-outgoing.h"

/* What becomes of a mail for each of those who get it, and who may say so. */

#define DAY (24 * 3600 * CSM_SECOND)

typedef struct
{
  char   *submission;
  char   *message;
  gint64  now;
} Sent;

static void
sent_clear (Sent *self)
{
  g_free (self->submission);
  g_free (self->message);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Sent, sent_clear)

/* A reply to two, of whom one is hidden, that is being handed over. */
static Sent
send_reply (Desk   *desk,
            CsmTxn *txn)
{
  g_autofree char *mail = desk_test_take (desk, txn, "{'messageId':'a@x','subject':'Zip'}");
  g_autofree char *case_id = desk_test_text (txn, CSM_TYPE_ID_MESSAGE, mail, "caseId");
  g_autofree char *conversation = desk_test_text (txn, CSM_TYPE_ID_MESSAGE, mail, "conversationId");
  Sent sent = { csm_id_new ('s'), NULL, csm_time_now () + CSM_SECOND };
  g_autoptr (CsmOutgoingMail) begun = NULL;
  gint64 next;

  g_assert_cmpint (desk_test_create (txn, desk->agent, CSM_TYPE_ID_SUBMISSION, sent.submission,
                                     desk_test_json ("{'caseId':'%s','conversationId':'%s','to':[{'address':'jonas@example.net'}],'bcc':[{'address':'eva@example.org'}],"
                                                     "'textBody':'We repair it.','confirmed':true,'undoFor':0}", case_id, conversation)), ==, -1);
  g_assert_true (csm_outgoing_take_due (txn, sent.now, &next, NULL));
  sent.message = desk_test_text (txn, CSM_TYPE_ID_SUBMISSION, sent.submission, "messageId");
  begun = csm_outgoing_begin (txn, sent.message, sent.now, NULL);
  g_assert_cmpuint (g_strv_length (begun->recipients), ==, 2);
  g_assert_cmpstr (begun->sender, ==, DESK_TEST_ADDRESS);
  g_assert_false (begun->is_repeat);
  return sent;
}

static void
settle (CsmTxn            *txn,
        Sent              *sent,
        CsmOutgoingResult  jonas,
        CsmOutgoingResult  eva)
{
  g_autoptr (GPtrArray) answers = g_ptr_array_new_with_free_func ((GDestroyNotify) csm_outgoing_answer_free);
  const char *addresses[] = { "jonas@example.net", "eva@example.org" };
  CsmOutgoingResult results[] = { jonas, eva };

  for (guint i = 0; i < 2; i++)
    {
      CsmOutgoingAnswer *answer = csm_outgoing_answer_new (addresses[i]);

      csm_outgoing_answer_set (answer, results[i], results[i] == CSM_OUTGOING_FAILED ? "5.1.1" : NULL, results[i] == CSM_OUTGOING_ACCEPTED ? NULL : "No.");
      g_ptr_array_add (answers, answer);
    }
  g_assert_true (csm_outgoing_settle (txn, sent->message, CSM_OUTGOING_ACCEPTED, NULL, answers, 0, sent->now, NULL));
}

static void
assert_delivery (CsmTxn     *txn,
                 Sent       *sent,
                 const char *state,
                 const char *why)
{
  g_autoptr (JsonObject) message = desk_test_get (txn, CSM_TYPE_ID_MESSAGE, sent->message);
  JsonObject *delivery = csm_json_get_object (message, "delivery");

  g_assert_cmpstr (csm_json_get_string (delivery, "state"), ==, state);
  g_assert_cmpstr (csm_json_get_string (delivery, "why"), ==, why);
  g_assert_cmpint (csm_json_get_time (delivery, "nextAt") != CSM_TIME_NONE, ==, strcmp (state, "queued") == 0);
}

static void
test_both (Desk   *desk,
           CsmTxn *txn)
{
  g_auto (Sent) sent = send_reply (desk, txn);

  settle (txn, &sent, CSM_OUTGOING_FAILED, CSM_OUTGOING_FAILED);
  assert_delivery (txn, &sent, "failed", "jonas@example.net: No. (and 1 other)");
}

/* One has it: only the other gets it later, until it is too late. */
static void
test_half (Desk   *desk,
           CsmTxn *txn)
{
  g_auto (Sent) sent = send_reply (desk, txn);
  /* The last time may be just before they are over. */
  gint64 end = sent.now + 6 * DAY;
  guint tries = 0;

  settle (txn, &sent, CSM_OUTGOING_ACCEPTED, CSM_OUTGOING_RETRY);
  assert_delivery (txn, &sent, "queued", "eva@example.org: No.");
  for (; sent.now < end; tries++)
    {
      g_autoptr (CsmOutgoingMail) mail = csm_outgoing_begin (txn, sent.message, sent.now, NULL);
      g_autoptr (JsonObject) message = NULL;
      g_autoptr (GPtrArray) answers = NULL;

      if (mail == NULL)
        {
          sent.now += 3600 * CSM_SECOND;
          continue;
        }
      g_assert_true (mail->is_repeat);
      g_assert_cmpuint (g_strv_length (mail->recipients), ==, 1);
      g_assert_cmpstr (mail->recipients[0], ==, "eva@example.org");
      answers = g_ptr_array_new_with_free_func ((GDestroyNotify) csm_outgoing_answer_free);
      g_ptr_array_add (answers, csm_outgoing_answer_new ("eva@example.org"));
      csm_outgoing_answer_set (answers->pdata[0], CSM_OUTGOING_RETRY, NULL, "Still no.");
      g_assert_true (csm_outgoing_settle (txn, sent.message, CSM_OUTGOING_RETRY, "Still no.", answers, 0, sent.now, NULL));
      message = desk_test_get (txn, CSM_TYPE_ID_MESSAGE, sent.message);
      if (g_strcmp0 (csm_json_get_string (csm_json_get_object (message, "delivery"), "state"), "failed") == 0)
        break;
    }
  g_assert_cmpuint (tries, >, 10);
  assert_delivery (txn, &sent, "failed", "eva@example.org: Still no.");
}

/* What is wrong with the server counts as no try. */
static void
test_wait (Desk   *desk,
           CsmTxn *txn)
{
  g_auto (Sent) sent = send_reply (desk, txn);
  g_autoptr (JsonObject) message = NULL;
  g_autoptr (CsmOutgoingMail) early = NULL, mail = NULL;

  g_assert_true (csm_outgoing_settle (txn, sent.message, CSM_OUTGOING_WAIT, "Closed.", NULL, sent.now + 600 * CSM_SECOND, sent.now, NULL));
  assert_delivery (txn, &sent, "queued", "Closed.");
  message = desk_test_get (txn, CSM_TYPE_ID_MESSAGE, sent.message);
  g_assert_cmpint (csm_json_get_int (csm_json_get_object (message, "delivery"), "tries", -1), ==, 0);
  early = csm_outgoing_begin (txn, sent.message, sent.now, NULL);
  g_assert_null (early);
  g_assert_true (csm_outgoing_try_now (txn, desk->channel, sent.now, NULL));
  mail = csm_outgoing_begin (txn, sent.message, sent.now, NULL);
  g_assert_nonnull (mail);
}

/* A queue on a dead server: all that is too old has failed, and nothing else. */
static void
test_expire (Desk   *desk,
             CsmTxn *txn)
{
  g_auto (Sent) sent = send_reply (desk, txn);
  gboolean all = FALSE;

  g_assert_true (csm_outgoing_settle (txn, sent.message, CSM_OUTGOING_WAIT, "Closed.", NULL, sent.now + 600 * CSM_SECOND, sent.now, NULL));
  g_assert_true (csm_outgoing_expire (txn, desk->channel, "Gone.", sent.now + 5 * DAY - 60 * CSM_SECOND, &all, NULL));
  assert_delivery (txn, &sent, "queued", "Closed.");
  g_assert_true (csm_outgoing_expire (txn, "h01H0000000000000000000000A", "Gone.", sent.now + 6 * DAY, &all, NULL));
  assert_delivery (txn, &sent, "queued", "Closed.");
  g_assert_true (csm_outgoing_expire (txn, desk->channel, "Gone.", sent.now + 6 * DAY, &all, NULL));
  g_assert_true (all);
  assert_delivery (txn, &sent, "failed", "Gone.");
}

/* The clock was years ahead at the last try. */
static void
test_clock (Desk   *desk,
            CsmTxn *txn)
{
  g_auto (Sent) sent = send_reply (desk, txn);
  g_autoptr (GArray) rows = NULL;
  g_autoptr (CsmOutgoingMail) mail = NULL;
  gboolean changed = FALSE;

  g_assert_true (csm_outgoing_settle (txn, sent.message, CSM_OUTGOING_WAIT, "Closed.", NULL, sent.now + 3600 * CSM_SECOND, sent.now, NULL));
  rows = csm_txn_outgoing_queue (txn, NULL);
  g_assert_true (csm_outgoing_catch_up (txn, rows, &changed, sent.now, NULL));
  g_assert_false (changed);
  g_assert_true (csm_outgoing_catch_up (txn, rows, &changed, sent.now - 900 * DAY, NULL));
  g_assert_true (changed);
  mail = csm_outgoing_begin (txn, sent.message, sent.now - 900 * DAY, NULL);
  g_assert_nonnull (mail);
}

static int
decide (CsmTxn             *txn,
        const CsmPrincipal *who,
        Sent               *sent,
        const char         *decision)
{
  return desk_test_patch (txn, who, CSM_TYPE_ID_SUBMISSION, sent->submission, desk_test_json ("{'decision':'%s'}", decision));
}

/* Whoever may send may say what became of it, but only while nobody knows. */
static void
test_decide (Desk   *desk,
             CsmTxn *txn)
{
  g_auto (Sent) sent = send_reply (desk, txn);
  g_autofree char *case_id = desk_test_text (txn, CSM_TYPE_ID_MESSAGE, sent.message, "caseId");
  g_autoptr (CsmOutgoingMail) mail = NULL;
  g_autofree char *decision = NULL;

  g_assert_cmpint (decide (txn, desk->agent, &sent, "arrived"), ==, CSM_DESK_ERROR_TOO_LATE);
  g_assert_true (csm_outgoing_finish (txn, sent.message, CSM_OUTGOING_UNKNOWN, "Cut.", sent.now, NULL));
  assert_delivery (txn, &sent, "unknown", "Cut.");
  desk_assert_undecided (txn, case_id, sent.message, desk->agent->person_id);
  g_assert_cmpint (decide (txn, desk->lead, &sent, "again"), ==, -1);
  desk_assert_undecided (txn, case_id, sent.message, NULL);
  mail = csm_outgoing_begin (txn, sent.message, csm_time_now (), NULL);
  g_assert_nonnull (mail);
  g_assert_true (csm_outgoing_finish (txn, sent.message, CSM_OUTGOING_UNKNOWN, "Cut.", sent.now, NULL));
  decision = desk_test_text (txn, CSM_TYPE_ID_SUBMISSION, sent.submission, "decision");
  g_assert_null (decision);
  desk_assert_undecided (txn, case_id, sent.message, desk->agent->person_id);
  g_assert_cmpint (decide (txn, desk->agent, &sent, "arrived"), ==, -1);
  desk_assert_undecided (txn, case_id, sent.message, NULL);
  assert_delivery (txn, &sent, "accepted", NULL);
  g_assert_cmpuint (desk_test_events (txn, case_id, "deliveryAgain"), ==, 1);
  g_assert_cmpuint (desk_test_events (txn, case_id, "deliveryArrived"), ==, 1);
}

/* A delivery report says what nobody knew: nobody has to be asked any more, though nothing else was written about the case. */
static void
test_report (Desk   *desk,
             CsmTxn *txn)
{
  g_auto (Sent) sent = send_reply (desk, txn);
  g_autofree char *case_id = desk_test_text (txn, CSM_TYPE_ID_MESSAGE, sent.message, "caseId");
  g_autofree char *rfc_id = desk_test_text (txn, CSM_TYPE_ID_MESSAGE, sent.message, "messageId");
  g_autofree char *fields = g_strdup_printf ("{'messageId':'r@mx','from':[{'address':'mailer-daemon@mx.example.com'}],'headers':{'returnPath':'<>'},"
                                             "'report':{'kind':'delivery','originalMessageId':'%s','recipients':[{'address':'jonas@example.net','action':'failed','status':'5.1.1'}]}}",
                                             rfc_id);
  g_autofree char *dsn = NULL;

  g_assert_true (csm_outgoing_finish (txn, sent.message, CSM_OUTGOING_UNKNOWN, "Cut.", sent.now, NULL));
  desk_assert_undecided (txn, case_id, sent.message, desk->agent->person_id);
  dsn = desk_test_take (desk, txn, fields);
  desk_assert_text (txn, CSM_TYPE_ID_MESSAGE, dsn, "caseId", case_id);
  g_assert_cmpint (decide (txn, desk->agent, &sent, "arrived"), ==, CSM_DESK_ERROR_TOO_LATE);
  desk_assert_undecided (txn, case_id, sent.message, NULL);
}

/* Two people look at the same reply: the second one has not seen that it went once more. */
static void
test_decide_unseen (Desk   *desk,
                    CsmTxn *txn)
{
  g_auto (Sent) sent = send_reply (desk, txn);
  g_autoptr (CsmOutgoingMail) mail = NULL;
  g_autoptr (JsonObject) message = NULL;
  g_autofree char *seen = NULL;

  g_assert_true (csm_outgoing_finish (txn, sent.message, CSM_OUTGOING_UNKNOWN, "Cut.", sent.now, NULL));
  message = desk_test_get (txn, CSM_TYPE_ID_MESSAGE, sent.message);
  seen = g_strdup (csm_json_get_string (csm_json_get_object (message, "delivery"), "at"));
  g_assert_cmpint (desk_test_patch (txn, desk->lead, CSM_TYPE_ID_SUBMISSION, sent.submission, desk_test_json ("{'decision':'again','decidedOn':'%s'}", seen)), ==, -1);
  mail = csm_outgoing_begin (txn, sent.message, csm_time_now (), NULL);
  g_assert_nonnull (mail);
  g_assert_true (csm_outgoing_finish (txn, sent.message, CSM_OUTGOING_UNKNOWN, "Cut.", sent.now + CSM_SECOND, NULL));
  g_assert_cmpint (desk_test_patch (txn, desk->agent, CSM_TYPE_ID_SUBMISSION, sent.submission, desk_test_json ("{'decision':'again','decidedOn':'%s'}", seen)), ==,
                   CSM_DESK_ERROR_TOO_LATE);
  assert_delivery (txn, &sent, "unknown", "Cut.");
}

/* An answer that no person wrote has no sender, and answers where the writer wants it. */
static void
test_automatic (Desk   *desk,
                CsmTxn *txn)
{
  g_autofree char *id = desk_test_take (desk, txn, "{'messageId':'a@x','subject':'Zip','replyTo':[{'address':'home@example.org'}]}");
  g_autoptr (JsonObject) parent = desk_test_get (txn, CSM_TYPE_ID_MESSAGE, id);
  gint64 now = csm_time_now ();
  g_autoptr (JsonObject) message = csm_outgoing_message_automatic (txn, parent, NULL, "We have got it.", now, NULL);
  g_autoptr (CsmOutgoingMail) mail = NULL;

  g_assert_true (csm_outgoing_queue (txn, message, now, NULL));
  mail = csm_outgoing_begin (txn, csm_json_get_string (message, "id"), now, NULL);
  g_assert_cmpstr (mail->sender, ==, "");
  g_assert_true (mail->is_automatic);
  g_assert_cmpstr (mail->recipients[0], ==, "home@example.org");
  g_assert_cmpstr (mail->subject, ==, "Re: Zip");
  g_assert_cmpstr (mail->in_reply_to, ==, "a@x");
  g_assert_true (csm_outgoing_finish (txn, csm_json_get_string (message, "id"), CSM_OUTGOING_UNKNOWN, "Cut.", now, NULL));
  desk_assert_undecided (txn, csm_json_get_string (message, "caseId"), csm_json_get_string (message, "id"), NULL);
}

/* The channel's address takes anything behind a +: who answers, and what can't be delivered, says where it belongs. */
static void
test_tags (Desk   *desk,
           CsmTxn *txn)
{
  g_autoptr (JsonObject) channel = desk_test_get (txn, CSM_TYPE_ID_CHANNEL, desk->channel);
  g_auto (Sent) sent = { NULL, NULL, 0 };
  g_autoptr (CsmOutgoingMail) mail = NULL;

  sent = send_reply (desk, txn);
  json_object_set_boolean_member (channel, "plusAddressing", TRUE);
  g_assert_true (csm_desk_save (txn, CSM_TYPE_ID_CHANNEL, channel, NULL));
  g_assert_true (csm_outgoing_settle (txn, sent.message, CSM_OUTGOING_WAIT, "Closed.", NULL, sent.now, sent.now, NULL));
  mail = csm_outgoing_begin (txn, sent.message, sent.now, NULL);
  g_assert_true (g_str_has_prefix (mail->sender, "support+b"));
  g_assert_true (g_str_has_prefix (mail->reply_to, "support+c"));
  g_assert_cmpstr (mail->from_address, ==, DESK_TEST_ADDRESS);
}

/* Colleagues see in the case what the customer sees. */
static void
test_body (Desk   *desk,
           CsmTxn *txn)
{
  g_autoptr (JsonArray) blocks = csm_outgoing_body ("Dear **Ana _B_**,\nsee [this](https://example.com/x).\n\n- one\n- two\n> old\n>> older\n```\n*x*\n```\nend");
  g_autoptr (JsonArray) plain = csm_outgoing_body ("5*3*2\nas it was");
  g_autofree char *text = NULL;
  g_autofree char *written = NULL;
  g_autoptr (JsonObject) object = json_object_new ();

  json_object_set_array_member (object, "b", json_array_ref (blocks));
  json_object_set_array_member (object, "p", json_array_ref (plain));
  written = csm_json_write_object (object);
  text = g_strdelimit (g_steal_pointer (&written), "\"", '\'');
  g_assert_cmpstr (text, ==,
                   "{'b':[{'t':'p','s':[{'x':'Dear '},{'x':'Ana ','b':true},{'x':'B','b':true,'i':true},{'x':',\\nsee '},{'x':'this','u':'https://example.com/x'},{'x':'.'}]},"
                   "{'t':'li','l':1,'s':[{'x':'one'}]},{'t':'li','l':1,'s':[{'x':'two'}]},"
                   "{'t':'q','d':1,'c':[{'t':'p','s':[{'x':'old'}]},{'t':'q','d':2,'c':[{'t':'p','s':[{'x':'older'}]}]}]},"
                   "{'t':'pre','x':'*x*'},{'t':'p','s':[{'x':'end'}]}],"
                   "'p':[{'t':'p','s':[{'x':'5*3*2\\nas it was'}]}]}");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  desk_test_add ("/outgoing/both", test_both);
  desk_test_add ("/outgoing/half", test_half);
  desk_test_add ("/outgoing/wait", test_wait);
  desk_test_add ("/outgoing/expire", test_expire);
  desk_test_add ("/outgoing/clock", test_clock);
  desk_test_add ("/outgoing/decide", test_decide);
  desk_test_add ("/outgoing/decide-unseen", test_decide_unseen);
  desk_test_add ("/outgoing/report", test_report);
  desk_test_add ("/outgoing/automatic", test_automatic);
  desk_test_add ("/outgoing/tags", test_tags);
  desk_test_add ("/outgoing/body", test_body);
  return g_test_run ();
}
