/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "desk-test.h"

#include <string.h>

#include "csm-id.h"
#include "csm-json.h"
#include "csm-outgoing.h"
#include "csm-time.h"

/* A case with one mail of the customer. */
typedef struct
{
  char *message;
  char *case_id;
  char *conversation;
} Thread;

/* When every time to undo has ended. */
static gint64
later (void)
{
  return csm_time_now () + 60 * CSM_SECOND;
}

static void
thread_clear (Thread *self)
{
  g_free (self->message);
  g_free (self->case_id);
  g_free (self->conversation);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Thread, thread_clear)

static Thread
new_thread (Desk   *desk,
            CsmTxn *txn)
{
  Thread thread;

  thread.message = desk_test_take (desk, txn, "{'messageId':'a@x','inReplyTo':['only@x'],'subject':'RE: Re: Zip'}");
  thread.case_id = desk_test_text (txn, CSM_TYPE_ID_MESSAGE, thread.message, "caseId");
  thread.conversation = desk_test_text (txn, CSM_TYPE_ID_MESSAGE, thread.message, "conversationId");
  return thread;
}

static int
send_as (CsmTxn             *txn,
         const CsmPrincipal *who,
         const Thread       *thread,
         const char         *more,
         char              **id)
{
  g_free (*id);
  *id = csm_id_new ('s');
  return desk_test_create (txn, who, CSM_TYPE_ID_SUBMISSION, *id,
                           desk_test_json ("{'caseId':'%s','conversationId':'%s','to':[{'name':'Jonas','address':'jonas@example.net'}],'textBody':'We repair it.'%s}",
                                           thread->case_id, thread->conversation, more));
}

/* What lies behind the undo window; the id of the message that was made. */
static char *
take_due (CsmTxn *txn,
          gint64  after)
{
  gint64 next;
  GError *error = NULL;
  g_autoptr (GPtrArray) ids = NULL;

  csm_outgoing_take_due (txn, csm_time_now () + after * CSM_SECOND, &next, &error);
  g_assert_no_error (error);
  ids = csm_outgoing_waiting (txn, csm_time_now () + after * CSM_SECOND, &next, &error);
  g_assert_no_error (error);
  return ids->len > 0 ? g_strdup (g_ptr_array_index (ids, ids->len - 1)) : NULL;
}

static const char *
state_of (JsonObject *message)
{
  return csm_json_get_string (csm_json_get_object (message, "delivery"), "state");
}

static void
test_send (Desk   *desk,
           CsmTxn *txn)
{
  g_auto (Thread) thread = new_thread (desk, txn);
  g_autofree char *based = g_strdup_printf (",'basedOn':'%s','undoFor':10,'bcc':[{'address':'hidden@example.org'}]", thread.message);
  g_autofree char *id = NULL;
  g_autofree char *none = NULL;
  g_autofree char *message_id = NULL;
  g_autoptr (JsonObject) message = NULL;
  g_autoptr (CsmOutgoingMail) mail = NULL;
  GError *error = NULL;

  g_assert_cmpint (send_as (txn, desk->agent, &thread, based, &id), ==, -1);
  desk_assert_text (txn, CSM_TYPE_ID_CASE, thread.case_id, "status", "waiting");
  desk_assert_text (txn, CSM_TYPE_ID_SUBMISSION, id, "authorId", desk->agent->person_id);
  none = take_due (txn, 5);
  g_assert_null (none);
  message_id = take_due (txn, 11);
  desk_assert_text (txn, CSM_TYPE_ID_SUBMISSION, id, "undoStatus", "final");
  desk_assert_text (txn, CSM_TYPE_ID_SUBMISSION, id, "messageId", message_id);
  mail = csm_outgoing_begin (txn, message_id, later (), &error);
  g_assert_no_error (error);
  g_assert_cmpstr (mail->subject, ==, "Re: Zip");
  g_assert_cmpstr (mail->in_reply_to, ==, "a@x");
  g_assert_cmpstr (mail->references[0], ==, "only@x");
  g_assert_cmpstr (mail->references[1], ==, "a@x");
  g_assert_cmpstr (mail->from_address, ==, DESK_TEST_ADDRESS);
  g_assert_cmpstr (mail->recipients[1], ==, "hidden@example.org");
  g_assert_true (g_str_has_suffix (mail->rfc_id, "@fernweh.example.com"));
  g_assert_null (csm_outgoing_begin (txn, message_id, later (), &error));
  g_assert_no_error (error);
  message = desk_test_get (txn, CSM_TYPE_ID_MESSAGE, message_id);
  g_assert_cmpstr (state_of (message), ==, "handedOver");
  g_clear_pointer (&message, json_object_unref);
  g_assert_true (csm_outgoing_finish (txn, message_id, CSM_OUTGOING_ACCEPTED, NULL, csm_time_now (), &error));
  message = desk_test_get (txn, CSM_TYPE_ID_MESSAGE, message_id);
  g_assert_cmpstr (state_of (message), ==, "accepted");
  desk_assert_text (txn, CSM_TYPE_ID_CASE, thread.case_id, "lastMessageId", message_id);

  /* Its own copy comes back from the Sent folder, and the customer answers it. */
  {
    g_autofree char *copy = g_strdup_printf ("{'messageId':'%s','from':[{'address':'" DESK_TEST_ADDRESS "'}],'to':[{'address':'jonas@example.net'}]}", mail->rfc_id);
    g_autofree char *taken = desk_test_take (desk, txn, copy);
    g_autofree char *answer = desk_test_mail (desk, txn, "jonas@example.net", "c@x", mail->rfc_id);

    g_assert_null (taken);
    desk_assert_text (txn, CSM_TYPE_ID_MESSAGE, answer, "caseId", thread.case_id);
    desk_assert_text (txn, CSM_TYPE_ID_CASE, thread.case_id, "status", "open");
  }
}

static void
test_invalid (Desk   *desk,
              CsmTxn *txn)
{
  static const char *const bad[] = {
    ",'to':[]", ",'to':[{'address':'no address'}]", ",'cc':[{'address':'a@b.example\\nBcc: x@y.example'}]", ",'bcc':[{'address':'-oQ/tmp@example.org'}]",
    ",'undoStatus':'final'", ",'casePatch':{'status':'closed'}", ",'casePatch':{'messageCount':7}", ",'casePatch':{'tags/g01J9ZK3V7XQ6T8R5M2N4P0W1YB':true}",
    ",'basedOn':'m01J9ZK3V7XQ6T8R5M2N4P0W1YB'", ",'inReplyTo':'m01J9ZK3V7XQ6T8R5M2N4P0W1YB'",
    ",'attachments':[{'blobId':'Be3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b850','name':'x'}]",
  };
  g_auto (Thread) thread = new_thread (desk, txn);
  g_autofree char *id = NULL;
  g_autofree char *key = g_strconcat ("sendmail:", desk->channel, NULL);
  GError *error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autofree char *text = g_strdup_printf ("{'caseId':'%s','conversationId':'%s','textBody':'x','confirmed':true%s%s}", thread.case_id, thread.conversation,
                                               strstr (bad[i], "'to'") != NULL ? "" : ",'to':[{'address':'jonas@example.net'}]", bad[i]);
      g_autofree char *submission = csm_id_new ('s');

      g_test_message ("%s", bad[i]);
      g_assert_cmpint (desk_test_create (txn, desk->agent, CSM_TYPE_ID_SUBMISSION, submission, desk_test_json ("%s", text)), ==, CSM_DESK_ERROR_INVALID_PROPERTIES);
    }
  /* Nothing of all that is left. */
  desk_assert_text (txn, CSM_TYPE_ID_CASE, thread.case_id, "status", "new");
  g_assert_cmpuint (desk_test_count (txn, CSM_TYPE_ID_EVENT, "caseId", thread.case_id), ==, 0);

  g_assert_true (csm_txn_set_setting (txn, key, "/usr/sbin/sendmail -i -t", &error));
  g_assert_cmpint (send_as (txn, desk->agent, &thread, ",'confirmed':true,'bcc':[{'address':'x@example.org'}]", &id), ==, CSM_DESK_ERROR_INVALID_PROPERTIES);
  g_assert_true (csm_txn_set_setting (txn, key, "", &error));
  g_assert_cmpint (send_as (txn, desk->agent, &thread, ",'confirmed':true", &id), ==, CSM_DESK_ERROR_CANNOT_SEND);
}

static void
test_moved (Desk   *desk,
            CsmTxn *txn)
{
  g_auto (Thread) thread = new_thread (desk, txn);
  g_autofree char *based = g_strdup_printf (",'basedOn':'%s'", thread.message);
  g_autofree char *newer = NULL;
  g_autofree char *away = NULL;
  g_autofree char *based_newer = NULL;
  g_autofree char *id = NULL;
  g_autofree char *made = NULL;

  /* Unseen: the customer's first mail, then a second one; a machine's answer doesn't count. */
  g_assert_cmpint (send_as (txn, desk->agent, &thread, "", &id), ==, CSM_DESK_ERROR_CASE_MOVED);
  away = desk_test_take (desk, txn, "{'messageId':'o@x','inReplyTo':['a@x'],'headers':{'autoSubmitted':'auto-replied'}}");
  newer = desk_test_mail (desk, txn, "jonas@example.net", "b@x", "a@x");
  g_assert_cmpint (send_as (txn, desk->agent, &thread, based, &id), ==, CSM_DESK_ERROR_CASE_MOVED);
  based_newer = g_strdup_printf (",'basedOn':'%s'", newer);
  g_assert_cmpint (send_as (txn, desk->agent, &thread, based_newer, &id), ==, -1);

  /* One's own answer that waits is known; a colleague's is not, waiting or sent. */
  g_assert_cmpint (send_as (txn, desk->agent, &thread, based_newer, &id), ==, -1);
  g_assert_cmpint (send_as (txn, desk->lead, &thread, based_newer, &id), ==, CSM_DESK_ERROR_CASE_MOVED);
  made = take_due (txn, 11);
  g_assert_nonnull (made);
  g_assert_cmpint (send_as (txn, desk->lead, &thread, based_newer, &id), ==, CSM_DESK_ERROR_CASE_MOVED);
  g_assert_cmpint (send_as (txn, desk->agent, &thread, based_newer, &id), ==, -1);
  g_free (based_newer);
  based_newer = g_strdup_printf (",'basedOn':'%s','confirmed':true", newer);
  g_assert_cmpint (send_as (txn, desk->lead, &thread, based_newer, &id), ==, -1);
}

/* What came later is news although it was received earlier: nobody can have read it. */
static void
test_moved_late (Desk   *desk,
                 CsmTxn *txn)
{
  g_auto (Thread) thread = new_thread (desk, txn);
  g_autofree char *based = g_strdup_printf (",'basedOn':'%s'", thread.message);
  g_autofree char *late = NULL;
  g_autofree char *based_late = NULL;
  g_autofree char *old = NULL;
  g_autofree char *id = NULL;

  /* But not what an archive brings. */
  desk->history = TRUE;
  old = desk_test_take (desk, txn, "{'messageId':'o@x','inReplyTo':['a@x'],'date':'2025-01-01T10:00:00Z'}");
  desk->history = FALSE;
  desk_assert_text (txn, CSM_TYPE_ID_MESSAGE, old, "caseId", thread.case_id);
  g_assert_cmpint (send_as (txn, desk->agent, &thread, based, &id), ==, -1);

  desk->clock -= 7200 * CSM_SECOND;
  late = desk_test_mail (desk, txn, "jonas@example.net", "b@x", "a@x");
  g_assert_cmpint (send_as (txn, desk->agent, &thread, based, &id), ==, CSM_DESK_ERROR_CASE_MOVED);
  based_late = g_strdup_printf (",'basedOn':'%s'", late);
  g_assert_cmpint (send_as (txn, desk->agent, &thread, based_late, &id), ==, -1);
}

/* Somebody moved the conversation: what its writer saw last stayed in the other case. */
static void
test_moved_away (Desk   *desk,
                 CsmTxn *txn)
{
  g_auto (Thread) thread = new_thread (desk, txn);
  g_autofree char *elsewhere = desk_test_mail (desk, txn, "mara@example.net", "z@x", NULL);
  g_autofree char *based = g_strdup_printf (",'basedOn':'%s'", elsewhere);
  g_autofree char *confirmed = g_strdup_printf (",'basedOn':'%s','confirmed':true", elsewhere);
  g_autofree char *id = NULL;

  g_assert_cmpint (send_as (txn, desk->agent, &thread, based, &id), ==, CSM_DESK_ERROR_CASE_MOVED);
  g_assert_cmpint (send_as (txn, desk->agent, &thread, confirmed, &id), ==, -1);
}

static int
cancel (CsmTxn             *txn,
        const CsmPrincipal *who,
        const char         *id)
{
  return desk_test_patch (txn, who, CSM_TYPE_ID_SUBMISSION, id, desk_test_json ("{'undoStatus':'canceled'}"));
}

static void
test_undo (Desk   *desk,
           CsmTxn *txn)
{
  g_auto (Thread) thread = new_thread (desk, txn);
  g_autofree char *more = g_strdup_printf (",'confirmed':true,'casePatch':{'status':'resolved','priority':'low','tags/%s':true}", desk->tag);
  g_autofree char *id = NULL;
  g_autofree char *second = NULL;
  g_autofree char *made = NULL;
  g_autofree char *nothing = NULL;
  g_autofree char *other = csm_id_new ('p');
  CsmPrincipal colleague = { other, (char *) "d", (char *) "agent", 0 };
  g_autoptr (JsonObject) record = NULL;

  g_assert_cmpint (send_as (txn, desk->agent, &thread, more, &id), ==, -1);
  record = desk_test_get (txn, CSM_TYPE_ID_CASE, thread.case_id);
  g_assert_cmpstr (csm_json_get_string (record, "status"), ==, "resolved");
  g_assert_true (csm_json_has_key (record, "tags", desk->tag));
  g_clear_pointer (&record, json_object_unref);

  /* Somebody changes one of the three in the meantime: that stays. */
  g_assert_cmpint (desk_test_patch (txn, desk->lead, CSM_TYPE_ID_CASE, thread.case_id, desk_test_json ("{'priority':'urgent'}")), ==, -1);
  g_assert_cmpint (cancel (txn, &colleague, id), ==, CSM_DESK_ERROR_FORBIDDEN);
  g_assert_cmpint (cancel (txn, desk->agent, id), ==, -1);
  record = desk_test_get (txn, CSM_TYPE_ID_CASE, thread.case_id);
  g_assert_cmpstr (csm_json_get_string (record, "status"), ==, "new");
  g_assert_null (csm_json_get_string (record, "resolvedAt"));
  g_assert_cmpstr (csm_json_get_string (record, "priority"), ==, "urgent");
  g_assert_false (csm_json_has_key (record, "tags", desk->tag));
  nothing = take_due (txn, 100);
  g_assert_null (nothing);
  g_assert_cmpint (desk_test_patch (txn, desk->agent, CSM_TYPE_ID_SUBMISSION, id, desk_test_json ("{'undoStatus':'pending'}")), ==, CSM_DESK_ERROR_INVALID_PROPERTIES);

  /* After the window, but before the mail is made, Undo still holds; then it is too late. */
  g_assert_cmpint (send_as (txn, desk->agent, &thread, ",'confirmed':true,'undoFor':0", &second), ==, -1);
  made = take_due (txn, 1);
  g_assert_nonnull (made);
  g_assert_cmpint (cancel (txn, desk->agent, second), ==, CSM_DESK_ERROR_TOO_LATE);
}

static void
test_retry (Desk   *desk,
            CsmTxn *txn)
{
  g_auto (Thread) thread = new_thread (desk, txn);
  g_autofree char *id = NULL;
  g_autofree char *message_id = NULL;
  gint64 now = csm_time_now () + 5 * CSM_SECOND, started = now, next;
  GError *error = NULL;
  guint tries = 0;

  g_assert_cmpint (send_as (txn, desk->agent, &thread, ",'confirmed':true,'undoFor':0", &id), ==, -1);
  message_id = take_due (txn, 1);
  for (;;)
    {
      g_autoptr (CsmOutgoingMail) mail = NULL;
      g_autoptr (GPtrArray) early = NULL;
      g_autoptr (JsonObject) message = NULL;

      mail = csm_outgoing_begin (txn, message_id, now, &error);
      g_assert_nonnull (mail);
      g_assert_true (csm_outgoing_finish (txn, message_id, CSM_OUTGOING_RETRY, "451 later", now, &error));
      tries++;
      message = desk_test_get (txn, CSM_TYPE_ID_MESSAGE, message_id);
      g_assert_cmpstr (csm_json_get_string (csm_json_get_object (message, "delivery"), "why"), ==, "451 later");
      if (g_str_equal (state_of (message), "failed"))
        break;
      g_assert_cmpstr (state_of (message), ==, "queued");
      early = csm_outgoing_waiting (txn, now, &next, &error);
      g_assert_cmpuint (early->len, ==, 0);
      g_assert_cmpint (next, >=, now + 60 * CSM_SECOND);
      now = next;
    }
  g_assert_cmpint (now - started, >, 4 * 24 * 3600 * CSM_SECOND);
  g_assert_cmpint (now - started, <, 5 * 24 * 3600 * CSM_SECOND);
  g_assert_cmpuint (tries, <, 60);
  desk_assert_text (txn, CSM_TYPE_ID_CASE, thread.case_id, "status", "open");
  g_assert_cmpuint (desk_test_events (txn, thread.case_id, "deliveryFailed"), ==, 1);
}

static void
test_recover (Desk   *desk,
              CsmTxn *txn)
{
  g_auto (Thread) thread = new_thread (desk, txn);
  g_autofree char *id = NULL;
  g_autofree char *message_id = NULL;
  g_autofree char *again = NULL;
  g_autoptr (CsmOutgoingMail) mail = NULL;
  g_autoptr (JsonObject) message = NULL;
  GError *error = NULL;

  g_assert_cmpint (send_as (txn, desk->agent, &thread, ",'confirmed':true,'undoFor':0", &id), ==, -1);
  message_id = take_due (txn, 1);
  mail = csm_outgoing_begin (txn, message_id, later (), &error);
  g_assert_true (csm_outgoing_recover (txn, csm_time_now (), &error));
  message = desk_test_get (txn, CSM_TYPE_ID_MESSAGE, message_id);
  g_assert_cmpstr (state_of (message), ==, "unknown");
  again = take_due (txn, 1000000);
  g_assert_null (again);
  g_assert_cmpuint (desk_test_events (txn, thread.case_id, "deliveryUnknown"), ==, 1);
}

/* Whoever snoozed the case relied on the mail having gone out. */
static void
test_failed_snoozed (Desk   *desk,
                     CsmTxn *txn)
{
  g_auto (Thread) thread = new_thread (desk, txn);
  g_autofree char *id = NULL;
  g_autofree char *message_id = NULL;
  g_autoptr (CsmOutgoingMail) mail = NULL;
  GError *error = NULL;

  g_assert_cmpint (send_as (txn, desk->agent, &thread, ",'confirmed':true,'undoFor':0,'casePatch':{'status':'snoozed','snoozedUntil':'2099-01-01T00:00:00Z'}", &id), ==, -1);
  message_id = take_due (txn, 1);
  mail = csm_outgoing_begin (txn, message_id, later (), &error);
  desk_assert_text (txn, CSM_TYPE_ID_CASE, thread.case_id, "status", "snoozed");
  g_assert_true (csm_outgoing_finish (txn, message_id, CSM_OUTGOING_FAILED, "550 no", csm_time_now (), &error));
  desk_assert_text (txn, CSM_TYPE_ID_CASE, thread.case_id, "status", "open");
  desk_assert_text (txn, CSM_TYPE_ID_CASE, thread.case_id, "snoozedUntil", NULL);
}

/* Two mails are being handed over and a third waits when the server ends. */
static void
hand_over_two (Desk   *desk,
               CsmTxn *txn)
{
  g_auto (Thread) thread = new_thread (desk, txn);

  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *id = NULL;
      g_autofree char *message_id = NULL;
      g_autoptr (CsmOutgoingMail) mail = NULL;
      GError *error = NULL;

      g_assert_cmpint (send_as (txn, desk->agent, &thread, ",'confirmed':true,'undoFor':0", &id), ==, -1);
      message_id = take_due (txn, 1);
      if (i < 2)
        mail = csm_outgoing_begin (txn, message_id, later (), &error);
      g_assert_no_error (error);
    }
}

/* One that can't be read any more holds up no other, neither at the start nor when it is its turn. */
static void
recover_damaged (Desk   *desk,
                 CsmTxn *txn)
{
  g_autoptr (GPtrArray) out = csm_txn_ids_where (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (CSM_TYPE_ID_MESSAGE), "direction", "out", NULL);
  g_autoptr (GPtrArray) waiting = NULL;
  g_autoptr (GPtrArray) none = NULL;
  g_autoptr (JsonObject) message = NULL;
  GError *error = NULL;
  gint64 next;

  g_test_expect_message ("csm-desk", G_LOG_LEVEL_WARNING, "*can't be found out*is damaged*");
  g_assert_true (csm_outgoing_recover (txn, csm_time_now (), &error));
  g_test_assert_expected_messages ();
  g_assert_cmpuint (out->len, ==, 3);
  message = desk_test_get (txn, CSM_TYPE_ID_MESSAGE, g_ptr_array_index (out, 1));
  g_assert_cmpstr (state_of (message), ==, "unknown");

  waiting = csm_outgoing_waiting (txn, G_MAXINT64, &next, &error);
  g_assert_cmpuint (waiting->len, ==, 1);
  g_test_expect_message ("csm-desk", G_LOG_LEVEL_WARNING, "*can't be read*is damaged*");
  g_assert_null (csm_outgoing_begin (txn, g_ptr_array_index (waiting, 0), later (), &error));
  g_assert_no_error (error);
  g_test_assert_expected_messages ();
  none = csm_outgoing_waiting (txn, G_MAXINT64, &next, &error);
  g_assert_cmpuint (none->len, ==, 0);
}

static const DeskDamage damaged_message = {
  hand_over_two,
  "UPDATE message SET json = substr (json, 1, 40) WHERE direction = 'out' AND rowid <> (SELECT rowid FROM message WHERE direction = 'out' ORDER BY rowid LIMIT 1 OFFSET 1)",
  recover_damaged, "is damaged",
};

/* One can still be undone, and one waits. */
static void
send_both (Desk         *desk,
           CsmTxn       *txn,
           const Thread *thread)
{
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  g_autofree char *message_id = NULL;

  g_assert_cmpint (send_as (txn, desk->agent, thread, ",'confirmed':true,'undoFor':0", &first), ==, -1);
  message_id = take_due (txn, 1);
  g_assert_nonnull (message_id);
  g_assert_cmpint (send_as (txn, desk->agent, thread, ",'confirmed':true,'undoFor':30", &second), ==, -1);
}

static void
send_two (Desk   *desk,
          CsmTxn *txn)
{
  g_auto (Thread) thread = new_thread (desk, txn);

  send_both (desk, txn, &thread);
}

static void
assert_all_unknown (CsmTxn *txn,
                    guint   count)
{
  g_autoptr (GPtrArray) out = csm_txn_ids_where (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (CSM_TYPE_ID_MESSAGE), "direction", "out", NULL);
  g_autoptr (GPtrArray) waiting = NULL;
  gint64 next;

  g_assert_cmpuint (out->len, ==, count);
  for (guint i = 0; i < out->len; i++)
    {
      g_autoptr (JsonObject) message = desk_test_get (txn, CSM_TYPE_ID_MESSAGE, g_ptr_array_index (out, i));

      g_assert_cmpstr (state_of (message), ==, "unknown");
    }
  waiting = csm_outgoing_waiting (txn, G_MAXINT64, &next, NULL);
  g_assert_cmpuint (waiting->len, ==, 0);
}

/* What waits in an older copy may have left since. What comes later leaves as ever. */
static void
test_copy (Desk   *desk,
           CsmTxn *txn)
{
  g_auto (Thread) thread = new_thread (desk, txn);
  g_autofree char *later = NULL;
  GError *error = NULL;

  send_both (desk, txn, &thread);
  g_assert_true (csm_txn_set_setting (txn, CSM_SETTING_COPY, "yes", &error));
  g_assert_true (csm_outgoing_recover (txn, csm_time_now (), &error));
  assert_all_unknown (txn, 2);
  send_both (desk, txn, &thread);
  g_assert_true (csm_outgoing_recover (txn, csm_time_now (), &error));
  later = take_due (txn, 10);
  g_assert_nonnull (later);
}

static void
recover_damaged_copy (Desk   *desk,
                      CsmTxn *txn)
{
  GError *error = NULL;

  g_assert_true (csm_txn_set_setting (txn, CSM_SETTING_COPY, "yes", &error));
  g_test_expect_message ("csm-desk", G_LOG_LEVEL_WARNING, "*A message can't be made*is damaged*");
  g_assert_true (csm_outgoing_recover (txn, csm_time_now (), &error));
  g_test_assert_expected_messages ();
  assert_all_unknown (txn, 1);
}

static const DeskDamage damaged_submission = {
  send_two, "UPDATE submission SET json = substr (json, 1, 40) WHERE undoStatus = 'pending'", recover_damaged_copy, "is damaged",
};

/* Header blocks over 4,096 characters are refused by some. */
static void
test_references (Desk   *desk,
                 CsmTxn *txn)
{
  g_autoptr (GString) fields = g_string_new ("{'messageId':'last@x','references':['first@x'");
  g_auto (Thread) thread = { NULL };
  g_autofree char *id = NULL;
  g_autofree char *message_id = NULL;
  g_autoptr (CsmOutgoingMail) mail = NULL;
  gsize length = 0;
  guint n;
  GError *error = NULL;

  for (guint i = 0; i < 290; i++)
    g_string_append_printf (fields, ",'%u.0123456789abcdef@example.org'", i);
  g_string_append (fields, "]}");
  thread.message = desk_test_take (desk, txn, fields->str);
  thread.case_id = desk_test_text (txn, CSM_TYPE_ID_MESSAGE, thread.message, "caseId");
  thread.conversation = desk_test_text (txn, CSM_TYPE_ID_MESSAGE, thread.message, "conversationId");
  g_assert_cmpint (send_as (txn, desk->agent, &thread, ",'confirmed':true,'undoFor':0", &id), ==, -1);
  message_id = take_due (txn, 1);
  mail = csm_outgoing_begin (txn, message_id, later (), &error);
  n = g_strv_length (mail->references);
  for (guint i = 0; i < n; i++)
    length += strlen (mail->references[i]) + 3;
  g_assert_cmpuint (length, <=, 2000);
  g_assert_cmpuint (n, >, 20);
  g_assert_cmpstr (mail->references[0], ==, "first@x");
  g_assert_cmpstr (mail->references[n - 1], ==, "last@x");
  g_assert_cmpstr (mail->references[n - 2], ==, "289.0123456789abcdef@example.org");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  desk_test_add ("/submissions/send", test_send);
  desk_test_add ("/submissions/invalid", test_invalid);
  desk_test_add ("/submissions/moved", test_moved);
  desk_test_add ("/submissions/moved-late", test_moved_late);
  desk_test_add ("/submissions/moved-away", test_moved_away);
  desk_test_add ("/submissions/failed-snoozed", test_failed_snoozed);
  desk_test_add_damaged ("/submissions/recover-damaged", &damaged_message);
  desk_test_add ("/submissions/copy", test_copy);
  desk_test_add_damaged ("/submissions/copy-damaged", &damaged_submission);
  desk_test_add ("/submissions/undo", test_undo);
  desk_test_add ("/submissions/retry", test_retry);
  desk_test_add ("/submissions/recover", test_recover);
  desk_test_add ("/submissions/references", test_references);
  return g_test_run ();
}
