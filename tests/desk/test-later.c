/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "desk-test.h"

#include "csm-id.h"
#include "csm-json.h"
#include "csm-outgoing.h"
#include "csm-time.h"

/* Replies that leave at a time that was chosen: then, and not when somebody has written before. */

#define HOUR (3600 * CSM_SECOND)

typedef struct
{
  char *case_id;
  char *conversation;
  char *id;
} Sent;

static void
sent_clear (Sent *self)
{
  g_free (self->case_id);
  g_free (self->conversation);
  g_free (self->id);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Sent, sent_clear)

static int
send_at (CsmTxn             *txn,
         const CsmPrincipal *who,
         Sent               *sent,
         gint64              at)
{
  g_autofree char *when = at != CSM_TIME_NONE ? csm_time_format (at) : NULL;
  g_autofree char *more = when != NULL ? g_strdup_printf (",'sendAt':'%s'", when) : g_strdup ("");

  g_free (sent->id);
  sent->id = csm_id_new ('s');
  return desk_test_create (txn, who, CSM_TYPE_ID_SUBMISSION, sent->id,
                           desk_test_json ("{'caseId':'%s','conversationId':'%s','to':[{'address':'jonas@example.net'}],'textBody':'We repair it.','confirmed':true%s}",
                                           sent->case_id, sent->conversation, more));
}

/* A reply that leaves in two hours. */
static Sent
begin (Desk   *desk,
       CsmTxn *txn)
{
  g_autofree char *message = desk_test_take (desk, txn, "{'messageId':'a@x','subject':'Zip'}");
  Sent sent = { desk_test_text (txn, CSM_TYPE_ID_MESSAGE, message, "caseId"), desk_test_text (txn, CSM_TYPE_ID_MESSAGE, message, "conversationId"), NULL };

  g_assert_cmpint (send_at (txn, desk->agent, &sent, csm_time_now () + 2 * HOUR), ==, -1);
  return sent;
}

static void
pass (CsmTxn *txn,
      gint64  time)
{
  gint64 next;
  GError *error = NULL;

  csm_outgoing_take_due (txn, csm_time_now () + time, &next, &error);
  g_assert_no_error (error);
}

static int
change (CsmTxn             *txn,
        const CsmPrincipal *who,
        Sent               *sent,
        const char         *patch)
{
  return desk_test_patch (txn, who, CSM_TYPE_ID_SUBMISSION, sent->id, desk_test_json ("%s", patch));
}

static void
assert_status (CsmTxn     *txn,
               Sent       *sent,
               const char *status)
{
  desk_assert_text (txn, CSM_TYPE_ID_SUBMISSION, sent->id, "undoStatus", status);
}

static void
test_leaves (Desk   *desk,
             CsmTxn *txn)
{
  g_auto (Sent) sent = begin (desk, txn);
  gint64 next;

  g_assert_true (csm_outgoing_take_due (txn, csm_time_now () + HOUR, &next, NULL));
  g_assert_cmpint (next, >, csm_time_now () + HOUR);
  assert_status (txn, &sent, "pending");
  pass (txn, 2 * HOUR + CSM_SECOND);
  assert_status (txn, &sent, "final");
}

/* A time that is past by the server's clock is now, and one in years is none. */
static void
test_times (Desk   *desk,
            CsmTxn *txn)
{
  g_auto (Sent) sent = begin (desk, txn);

  g_assert_cmpint (send_at (txn, desk->agent, &sent, csm_time_now () - HOUR), ==, -1);
  pass (txn, 5 * CSM_SECOND);
  assert_status (txn, &sent, "pending");
  pass (txn, 11 * CSM_SECOND);
  assert_status (txn, &sent, "final");
  g_assert_cmpint (send_at (txn, desk->agent, &sent, csm_time_now () + (gint64) 400 * 24 * HOUR), ==, CSM_DESK_ERROR_INVALID_PROPERTIES);
}

static void
test_change (Desk   *desk,
             CsmTxn *txn)
{
  g_auto (Sent) sent = begin (desk, txn);
  g_autofree char *when = csm_time_format (csm_time_now () + 5 * HOUR);
  g_autofree char *patch = g_strdup_printf ("{'sendAt':'%s'}", when);

  g_assert_cmpint (change (txn, desk->lead, &sent, patch), ==, -1);
  g_assert_cmpint (change (txn, desk->agent, &sent, patch), ==, -1);
  pass (txn, 3 * HOUR);
  assert_status (txn, &sent, "pending");
  g_assert_cmpint (change (txn, desk->agent, &sent, "{'sendAt':null}"), ==, -1);
  pass (txn, 11 * CSM_SECOND);
  assert_status (txn, &sent, "final");
  g_assert_cmpint (change (txn, desk->agent, &sent, patch), ==, CSM_DESK_ERROR_TOO_LATE);
}

static void
test_taken_back (Desk   *desk,
                 CsmTxn *txn)
{
  g_auto (Sent) sent = begin (desk, txn);

  g_assert_cmpint (change (txn, desk->agent, &sent, "{'undoStatus':'canceled'}"), ==, -1);
  pass (txn, 3 * HOUR);
  assert_status (txn, &sent, "canceled");
  desk_assert_text (txn, CSM_TYPE_ID_CASE, sent.case_id, "status", "new");
}

/* The customer wrote: the author is asked, and what they say is done. */
static void
test_held (Desk   *desk,
           CsmTxn *txn)
{
  g_auto (Sent) sent = begin (desk, txn);
  g_autofree char *news = desk_test_take (desk, txn, "{'messageId':'b@x','inReplyTo':['a@x'],'references':['a@x'],'subject':'Re: Zip'}");
  g_autofree char *told = desk_test_text (txn, CSM_TYPE_ID_CASE, sent.case_id, "messagesState");
  g_autofree char *told_again = NULL, *told_last = NULL;
  g_autoptr (JsonObject) record = NULL;

  desk_assert_text (txn, CSM_TYPE_ID_MESSAGE, news, "caseId", sent.case_id);
  desk_assert_undecided (txn, sent.case_id, sent.id, NULL);
  pass (txn, 2 * HOUR + CSM_SECOND);
  assert_status (txn, &sent, "held");
  /* Clients look for what is new in a case by these two. */
  desk_assert_undecided (txn, sent.case_id, sent.id, desk->agent->person_id);
  told_again = desk_test_text (txn, CSM_TYPE_ID_CASE, sent.case_id, "messagesState");
  g_assert_cmpstr (told_again, !=, told);
  record = desk_test_get (txn, CSM_TYPE_ID_SUBMISSION, sent.id);
  g_assert_cmpstr (csm_json_get_string (csm_json_get_object (record, "held"), "why"), ==, "caseMoved");
  g_assert_cmpstr (csm_json_get_string (csm_json_get_object (record, "held"), "newerId"), ==, news);
  pass (txn, 9 * HOUR);
  assert_status (txn, &sent, "held");
  g_assert_cmpint (change (txn, desk->agent, &sent, "{'undoStatus':'pending','sendAt':null}"), ==, -1);
  desk_assert_undecided (txn, sent.case_id, sent.id, NULL);
  told_last = desk_test_text (txn, CSM_TYPE_ID_CASE, sent.case_id, "messagesState");
  g_assert_cmpstr (told_last, !=, told_again);
  pass (txn, 11 * CSM_SECOND);
  assert_status (txn, &sent, "final");
}

static void
test_held_and_dropped (Desk   *desk,
                       CsmTxn *txn)
{
  g_auto (Sent) sent = begin (desk, txn);
  g_autofree char *news = desk_test_take (desk, txn, "{'messageId':'b@x','inReplyTo':['a@x'],'references':['a@x'],'subject':'Re: Zip'}");

  pass (txn, 2 * HOUR + CSM_SECOND);
  assert_status (txn, &sent, "held");
  desk_assert_undecided (txn, sent.case_id, sent.id, desk->agent->person_id);
  g_assert_cmpint (change (txn, desk->agent, &sent, "{'undoStatus':'canceled'}"), ==, -1);
  assert_status (txn, &sent, "canceled");
  desk_assert_undecided (txn, sent.case_id, sent.id, NULL);
  pass (txn, 9 * HOUR);
  assert_status (txn, &sent, "canceled");
}

/* Nobody has to wait for it: a colleague answers, and it is the one that was to leave later that is asked about. */
static void
test_colleague (Desk   *desk,
                CsmTxn *txn)
{
  g_auto (Sent) sent = begin (desk, txn);
  g_autofree char *mine = g_strdup (sent.id);
  g_auto (Sent) answer = { g_strdup (sent.case_id), g_strdup (sent.conversation), csm_id_new ('s') };

  g_assert_cmpint (desk_test_create (txn, desk->lead, CSM_TYPE_ID_SUBMISSION, answer.id,
                                     desk_test_json ("{'caseId':'%s','conversationId':'%s','to':[{'address':'jonas@example.net'}],'textBody':'Done.','basedOn':null}",
                                                     sent.case_id, sent.conversation)), ==, CSM_DESK_ERROR_CASE_MOVED);
  g_assert_cmpint (send_at (txn, desk->lead, &answer, CSM_TIME_NONE), ==, -1);
  pass (txn, 11 * CSM_SECOND);
  assert_status (txn, &answer, "final");
  pass (txn, 2 * HOUR + CSM_SECOND);
  assert_status (txn, &sent, "held");
}

/* What is to be decided goes with its conversation, and comes back with it. */
static void
test_held_and_merged (Desk   *desk,
                      CsmTxn *txn)
{
  g_auto (Sent) sent = begin (desk, txn);
  g_autofree char *news = desk_test_take (desk, txn, "{'messageId':'b@x','inReplyTo':['a@x'],'references':['a@x'],'subject':'Re: Zip'}");
  g_autofree char *other = desk_test_mail (desk, txn, "priya@example.org", "c@x", NULL);
  g_autofree char *into = desk_test_text (txn, CSM_TYPE_ID_MESSAGE, other, "caseId");

  pass (txn, 2 * HOUR + CSM_SECOND);
  desk_assert_undecided (txn, sent.case_id, sent.id, desk->agent->person_id);
  g_assert_cmpint (desk_test_patch (txn, desk->agent, CSM_TYPE_ID_CASE, sent.case_id, desk_test_json ("{'mergedIntoId':'%s'}", into)), ==, -1);
  desk_assert_undecided (txn, sent.case_id, sent.id, NULL);
  desk_assert_undecided (txn, into, sent.id, desk->agent->person_id);
  g_assert_cmpint (desk_test_patch (txn, desk->agent, CSM_TYPE_ID_CASE, sent.case_id, desk_test_json ("{'mergedIntoId':null}")), ==, -1);
  desk_assert_undecided (txn, sent.case_id, sent.id, desk->agent->person_id);
  desk_assert_undecided (txn, into, sent.id, NULL);
}

/* In a copy that was restored nobody knows whether it was sent: it is asked about, too. */
static void
test_restored (Desk   *desk,
               CsmTxn *txn)
{
  g_auto (Sent) sent = begin (desk, txn);

  g_assert_true (csm_outgoing_take_all (txn, csm_time_now (), NULL));
  assert_status (txn, &sent, "held");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  desk_test_add ("/later/leaves", test_leaves);
  desk_test_add ("/later/times", test_times);
  desk_test_add ("/later/change", test_change);
  desk_test_add ("/later/taken-back", test_taken_back);
  desk_test_add ("/later/held", test_held);
  desk_test_add ("/later/held-and-dropped", test_held_and_dropped);
  desk_test_add ("/later/held-and-merged", test_held_and_merged);
  desk_test_add ("/later/colleague", test_colleague);
  desk_test_add ("/later/restored", test_restored);
  return g_test_run ();
}
