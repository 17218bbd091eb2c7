/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "desk-test.h"

#include "csm-clock.h"
#include "csm-id.h"
#include "csm-json.h"
#include "csm-outgoing.h"
#include "csm-time.h"

/*
 * Clients fetch what a case holds when its `messagesState` is another one: whatever is done to a case's messages, submissions or
 * history must show there.
 */

typedef struct
{
  CsmTxn *txn;
  char   *case_id;
  gint64  newest; /* number of the last change of what the case holds */
  char   *state;
} Watch;

static gint64
newest_of (CsmTxn     *txn,
           const char *case_id)
{
  static const CsmTypeId types[] = { CSM_TYPE_ID_MESSAGE, CSM_TYPE_ID_SUBMISSION, CSM_TYPE_ID_EVENT };
  gint64 newest = 0;

  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    {
      const CsmRecordType *type = csm_record_type_get (types[i]);
      g_autoptr (GPtrArray) ids = csm_txn_ids_where (txn, CSM_ACCOUNT_WORKSPACE, type, "caseId", case_id, NULL);

      for (guint j = 0; j < ids->len; j++)
        newest = MAX (newest, csm_txn_get_modseq (txn, CSM_ACCOUNT_WORKSPACE, type, g_ptr_array_index (ids, j), NULL));
    }
  return newest;
}

/* @changes: whether the case holds something else now. */
static void
look (Watch      *watch,
      const char *what,
      gboolean    changes)
{
  gint64 newest = newest_of (watch->txn, watch->case_id);
  g_autofree char *state = desk_test_text (watch->txn, CSM_TYPE_ID_CASE, watch->case_id, "messagesState");

  g_test_message ("%s", what);
  g_assert_cmpint (newest != watch->newest, ==, changes);
  if (changes)
    g_assert_cmpstr (state, !=, watch->state);
  g_free (watch->state);
  watch->state = g_steal_pointer (&state);
  watch->newest = newest;
}

static void
watch_begin (Watch      *watch,
             CsmTxn     *txn,
             const char *case_id)
{
  watch->txn = txn;
  watch->case_id = g_strdup (case_id);
  watch->newest = newest_of (txn, case_id);
  watch->state = desk_test_text (txn, CSM_TYPE_ID_CASE, case_id, "messagesState");
  g_assert_nonnull (watch->state);
}

static void
watch_end (Watch *watch)
{
  g_free (watch->case_id);
  g_free (watch->state);
}

static void
test_case (Desk   *desk,
           CsmTxn *txn)
{
  Watch watch = { 0 };
  g_autofree char *id = csm_id_new ('c');
  g_autofree char *first = csm_id_new ('n');
  g_autofree char *second = csm_id_new ('n');
  GError *error = NULL;
  gint64 next;

  g_assert_cmpint (desk_test_create (txn, desk->agent, CSM_TYPE_ID_CASE, id, desk_test_json ("{'subject':'Zip'}")), ==, -1);
  watch_begin (&watch, txn, id);
  g_assert_cmpint (watch.newest, >, 0);
  g_assert_cmpint (desk_test_patch (txn, desk->agent, CSM_TYPE_ID_CASE, id, desk_test_json ("{'priority':'high','tags/%s':true}", desk->tag)), ==, -1);
  look (&watch, "a change", TRUE);
  g_assert_cmpint (desk_test_patch (txn, desk->agent, CSM_TYPE_ID_CASE, id, desk_test_json ("{'priority':'high'}")), ==, -1);
  look (&watch, "no change", FALSE);
  g_assert_cmpint (desk_test_create (txn, desk->agent, CSM_TYPE_ID_COMMENT, first, desk_test_json ("{'caseId':'%s','body':'One'}", id)), ==, -1);
  look (&watch, "a comment of somebody new", TRUE);
  g_assert_cmpint (desk_test_create (txn, desk->agent, CSM_TYPE_ID_COMMENT, second, desk_test_json ("{'caseId':'%s','body':'Two'}", id)), ==, -1);
  look (&watch, "another comment", FALSE);
  g_assert_cmpint (desk_test_patch (txn, desk->agent, CSM_TYPE_ID_COMMENT, first, desk_test_json ("{'deleted':true}")), ==, -1);
  look (&watch, "a comment that is taken back", TRUE);
  g_assert_true (csm_desk_destroy (txn, desk->lead, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (CSM_TYPE_ID_TAG), desk->tag, &error));
  look (&watch, "a tag that is no more", TRUE);
  g_assert_cmpint (desk_test_patch (txn, desk->agent, CSM_TYPE_ID_CASE, id, desk_test_json ("{'status':'snoozed','snoozedUntil':'2099-01-01T00:00:00Z'}")), ==, -1);
  look (&watch, "a snooze", TRUE);
  g_assert_true (csm_clock_run (txn, csm_time_parse ("2099-01-02T00:00:00Z"), &next, &error));
  look (&watch, "its end", TRUE);
  watch_end (&watch);
}

/* What a comment said before stays with it, as long as it isn't deleted. */
static void
test_comment_revisions (Desk   *desk,
                        CsmTxn *txn)
{
  g_autofree char *case_id = csm_id_new ('c');
  g_autofree char *id = csm_id_new ('n');
  g_autofree char *at = NULL;
  g_autoptr (JsonObject) edited = NULL;
  g_autoptr (JsonObject) deleted = NULL;
  JsonArray *revisions;

  g_assert_cmpint (desk_test_create (txn, desk->agent, CSM_TYPE_ID_CASE, case_id, desk_test_json ("{'subject':'Zip'}")), ==, -1);
  g_assert_cmpint (desk_test_create (txn, desk->agent, CSM_TYPE_ID_COMMENT, id, desk_test_json ("{'caseId':'%s','body':'0'}", case_id)), ==, -1);
  at = desk_test_text (txn, CSM_TYPE_ID_COMMENT, id, "at");
  g_assert_cmpint (desk_test_patch (txn, desk->lead, CSM_TYPE_ID_COMMENT, id, desk_test_json ("{'pinned':true}")), ==, -1);
  for (guint i = 1; i <= 25; i++)
    g_assert_cmpint (desk_test_patch (txn, desk->agent, CSM_TYPE_ID_COMMENT, id, desk_test_json ("{'body':'%u'}", i)), ==, -1);
  edited = desk_test_get (txn, CSM_TYPE_ID_COMMENT, id);
  revisions = csm_json_get_array (edited, "revisions");
  g_assert_cmpuint (json_array_get_length (revisions), ==, 20);
  g_assert_cmpstr (csm_json_get_string (json_array_get_object_element (revisions, 0), "body"), ==, "5");
  g_assert_cmpstr (csm_json_get_string (json_array_get_object_element (revisions, 19), "body"), ==, "24");
  g_assert_cmpstr (csm_json_get_string (edited, "at"), ==, at);
  g_assert_cmpint (desk_test_patch (txn, desk->agent, CSM_TYPE_ID_COMMENT, id, desk_test_json ("{'deleted':true}")), ==, -1);
  deleted = desk_test_get (txn, CSM_TYPE_ID_COMMENT, id);
  g_assert_cmpuint (json_array_get_length (csm_json_get_array (deleted, "revisions")), ==, 0);
}

/* What is pinned is the summary of a case: of two that were pinned by people who could not see each other the last stays. */
static void
test_one_pinned (Desk   *desk,
                 CsmTxn *txn)
{
  g_autofree char *case_id = csm_id_new ('c');
  g_autofree char *other_case = csm_id_new ('c');
  g_autofree char *elsewhere = csm_id_new ('n');
  char *ids[] = { csm_id_new ('n'), csm_id_new ('n'), csm_id_new ('n') };
  g_autoptr (JsonObject) record = NULL;

  g_assert_cmpint (desk_test_create (txn, desk->agent, CSM_TYPE_ID_CASE, case_id, desk_test_json ("{'subject':'Zip'}")), ==, -1);
  g_assert_cmpint (desk_test_create (txn, desk->agent, CSM_TYPE_ID_CASE, other_case, desk_test_json ("{'subject':'Zap'}")), ==, -1);
  g_assert_cmpint (desk_test_create (txn, desk->agent, CSM_TYPE_ID_COMMENT, elsewhere, desk_test_json ("{'caseId':'%s','body':'x','pinned':true}", other_case)), ==, -1);
  for (guint i = 0; i < 2; i++)
    g_assert_cmpint (desk_test_create (txn, desk->agent, CSM_TYPE_ID_COMMENT, ids[i], desk_test_json ("{'caseId':'%s','body':'%u'}", case_id, i)), ==, -1);
  g_assert_cmpint (desk_test_patch (txn, desk->agent, CSM_TYPE_ID_COMMENT, ids[0], desk_test_json ("{'pinned':true}")), ==, -1);
  g_assert_cmpint (desk_test_patch (txn, desk->lead, CSM_TYPE_ID_COMMENT, ids[1], desk_test_json ("{'pinned':true}")), ==, -1);
  g_assert_cmpint (desk_test_create (txn, desk->agent, CSM_TYPE_ID_COMMENT, ids[2], desk_test_json ("{'caseId':'%s','body':'2','pinned':true}", case_id)), ==, -1);
  g_assert_cmpint (desk_test_patch (txn, desk->agent, CSM_TYPE_ID_COMMENT, ids[0], desk_test_json ("{'body':'also said','pinned':true}")), ==, -1);
  for (guint i = 0; i < 3; i++)
    {
      g_clear_pointer (&record, json_object_unref);
      record = desk_test_get (txn, CSM_TYPE_ID_COMMENT, ids[i]);
      g_assert_true (csm_json_get_boolean (record, "pinned") == (i == 0));
      g_free (ids[i]);
    }
  g_clear_pointer (&record, json_object_unref);
  record = desk_test_get (txn, CSM_TYPE_ID_COMMENT, elsewhere);
  g_assert_true (csm_json_get_boolean (record, "pinned"));
}

static void
send_reply (Desk       *desk,
            CsmTxn     *txn,
            const char *message,
            char      **id)
{
  g_autofree char *case_id = desk_test_text (txn, CSM_TYPE_ID_MESSAGE, message, "caseId");
  g_autofree char *conversation = desk_test_text (txn, CSM_TYPE_ID_MESSAGE, message, "conversationId");

  *id = csm_id_new ('s');
  g_assert_cmpint (desk_test_create (txn, desk->agent, CSM_TYPE_ID_SUBMISSION, *id,
                                     desk_test_json ("{'caseId':'%s','conversationId':'%s','to':[{'name':'Jonas','address':'jonas@example.net'}],"
                                                     "'textBody':'Hello','confirmed':true}", case_id, conversation)), ==, -1);
}

static void
test_mail (Desk   *desk,
           CsmTxn *txn)
{
  Watch watch = { 0 };
  g_autofree char *message = desk_test_take (desk, txn, "{'messageId':'a@x','subject':'Zip'}");
  g_autofree char *case_id = desk_test_text (txn, CSM_TYPE_ID_MESSAGE, message, "caseId");
  g_autofree char *answer = NULL;
  g_autofree char *undone = NULL;
  g_autofree char *sent = NULL;
  g_autofree char *again = NULL;
  g_autoptr (GPtrArray) waiting = NULL;
  g_autoptr (CsmOutgoingMail) mail = NULL;
  GError *error = NULL;
  gint64 next, later = csm_time_now () + 3600 * CSM_SECOND;

  watch_begin (&watch, txn, case_id);
  answer = desk_test_take (desk, txn, "{'messageId':'b@x','inReplyTo':['a@x'],'subject':'Re: Zip'}");
  look (&watch, "another mail", TRUE);
  send_reply (desk, txn, message, &undone);
  look (&watch, "a reply", TRUE);
  g_assert_cmpint (desk_test_patch (txn, desk->agent, CSM_TYPE_ID_SUBMISSION, undone, desk_test_json ("{'undoStatus':'canceled'}")), ==, -1);
  look (&watch, "its undo", TRUE);
  send_reply (desk, txn, message, &sent);
  look (&watch, "another reply", TRUE);
  /* The case waits already: nothing of it changes with this one. */
  send_reply (desk, txn, message, &again);
  look (&watch, "a reply that changes nothing else", TRUE);
  g_assert_cmpint (desk_test_patch (txn, desk->agent, CSM_TYPE_ID_SUBMISSION, again, desk_test_json ("{'undoStatus':'canceled'}")), ==, -1);
  look (&watch, "its undo", TRUE);
  g_assert_true (csm_outgoing_take_due (txn, later, &next, &error));
  look (&watch, "a message of it", TRUE);
  waiting = csm_outgoing_waiting (txn, later, &next, &error);
  g_assert_cmpuint (waiting->len, ==, 1);
  mail = csm_outgoing_begin (txn, g_ptr_array_index (waiting, 0), later, &error);
  g_assert_no_error (error);
  look (&watch, "handing it over", TRUE);
  watch_end (&watch);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  desk_test_add ("/content/case", test_case);
  desk_test_add ("/content/comment-revisions", test_comment_revisions);
  desk_test_add ("/content/one-pinned", test_one_pinned);
  desk_test_add ("/content/mail", test_mail);
  return g_test_run ();
}
