/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "desk-test.h"

#include "csm-customer-apart.h"
#include "csm-customer-merge.h"
#include "csm-id.h"
#include "csm-json.h"
#include "csm-outgoing-message.h"
#include "csm-reply-token.h"
#include "csm-time.h"

#define CASE CSM_TYPE_ID_CASE
#define CONVERSATION CSM_TYPE_ID_CONVERSATION

/* Two customers' cases: each a mail, the second one's answered by nobody. */
typedef struct
{
  char *mail[2];
  char *case_id[2];
  char *conversation[2];
} Two;

static void
two_clear (Two *two)
{
  for (guint i = 0; i < 2; i++)
    {
      g_free (two->mail[i]);
      g_free (two->case_id[i]);
      g_free (two->conversation[i]);
    }
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Two, two_clear)

static void
two_init (Two    *two,
          Desk   *desk,
          CsmTxn *txn)
{
  two->mail[0] = desk_test_mail (desk, txn, "jonas@example.net", "a@x", NULL);
  two->mail[1] = desk_test_mail (desk, txn, "priya@example.org", "b@x", NULL);
  for (guint i = 0; i < 2; i++)
    {
      two->case_id[i] = desk_test_text (txn, CSM_TYPE_ID_MESSAGE, two->mail[i], "caseId");
      two->conversation[i] = desk_test_text (txn, CSM_TYPE_ID_MESSAGE, two->mail[i], "conversationId");
    }
  g_assert_cmpstr (two->case_id[0], !=, two->case_id[1]);
}

static int
merge_into (Desk       *desk,
            CsmTxn     *txn,
            const char *id,
            const char *into)
{
  return desk_test_patch (txn, desk->agent, CASE, id, into != NULL ? desk_test_json ("{'mergedIntoId':'%s'}", into) : desk_test_json ("{'mergedIntoId':null}"));
}

static int
patch (Desk       *desk,
       CsmTxn     *txn,
       CsmTypeId   type,
       const char *id,
       const char *json)
{
  return desk_test_patch (txn, desk->agent, type, id, desk_test_json ("%s", json));
}

static gint64
count_of (CsmTxn     *txn,
          const char *case_id)
{
  g_autoptr (JsonObject) case_ = desk_test_get (txn, CASE, case_id);
  gint64 count = csm_json_get_int (case_, "messageCount", -1);

  g_assert_cmpint (count, ==, desk_test_count (txn, CSM_TYPE_ID_MESSAGE, "caseId", case_id));
  return count;
}

static char *
add_part (Desk       *desk,
          CsmTxn     *txn,
          CsmTypeId   type,
          const char *case_id)
{
  g_autofree char *id = csm_id_new (csm_record_type_get (type)->letter);
  JsonObject *record = type == CSM_TYPE_ID_COMMENT ? desk_test_json ("{'caseId':'%s','body':'hm'}", case_id)
                                                   : desk_test_json ("{'caseId':'%s','title':'call'}", case_id);

  g_assert_cmpint (desk_test_create (txn, desk->agent, type, id, record), ==, -1);
  return g_steal_pointer (&id);
}

/* --- Cases ------------------------------------------------------------------------------------------------------------------- */

static void
test_cases (Desk   *desk,
            CsmTxn *txn)
{
  g_auto (Two) two = { NULL };
  g_autofree char *comment = NULL;
  g_autofree char *task = NULL;
  g_autofree char *late = NULL;

  two_init (&two, desk, txn);
  comment = add_part (desk, txn, CSM_TYPE_ID_COMMENT, two.case_id[0]);
  task = add_part (desk, txn, CSM_TYPE_ID_TASK, two.case_id[0]);
  g_assert_cmpint (patch (desk, txn, CASE, two.case_id[1], "{'status':'resolved'}"), ==, -1);
  g_assert_cmpint (merge_into (desk, txn, two.case_id[0], two.case_id[1]), ==, -1);

  desk_assert_text (txn, CASE, two.case_id[0], "status", "closed");
  desk_assert_text (txn, CASE, two.case_id[1], "status", "open");
  desk_assert_text (txn, CSM_TYPE_ID_MESSAGE, two.mail[0], "caseId", two.case_id[1]);
  desk_assert_text (txn, CSM_TYPE_ID_COMMENT, comment, "caseId", two.case_id[1]);
  desk_assert_text (txn, CSM_TYPE_ID_TASK, task, "caseId", two.case_id[1]);
  desk_assert_text (txn, CASE, two.case_id[1], "lastMessageId", two.mail[1]);
  desk_assert_text (txn, CASE, two.case_id[0], "lastMessageId", NULL);
  g_assert_cmpint (count_of (txn, two.case_id[0]), ==, 0);
  g_assert_cmpint (count_of (txn, two.case_id[1]), ==, 2);
  g_assert_cmpuint (desk_test_events (txn, two.case_id[0], "merged"), ==, 1);
  g_assert_cmpuint (desk_test_events (txn, two.case_id[1], "merged"), ==, 1);

  /* A merged case has no status of its own, and what is written to it goes where its conversation is. */
  g_assert_cmpint (patch (desk, txn, CASE, two.case_id[0], "{'status':'open'}"), ==, CSM_DESK_ERROR_INVALID_PROPERTIES);
  late = add_part (desk, txn, CSM_TYPE_ID_COMMENT, two.case_id[0]);
  desk_assert_text (txn, CSM_TYPE_ID_COMMENT, late, "caseId", two.case_id[1]);

  g_assert_cmpint (merge_into (desk, txn, two.case_id[0], NULL), ==, -1);
  desk_assert_text (txn, CASE, two.case_id[0], "status", "open");
  desk_assert_text (txn, CASE, two.case_id[1], "status", "resolved");
  desk_assert_text (txn, CSM_TYPE_ID_MESSAGE, two.mail[0], "caseId", two.case_id[0]);
  desk_assert_text (txn, CSM_TYPE_ID_COMMENT, comment, "caseId", two.case_id[0]);
  desk_assert_text (txn, CSM_TYPE_ID_COMMENT, late, "caseId", two.case_id[0]);
  desk_assert_text (txn, CSM_TYPE_ID_TASK, task, "caseId", two.case_id[0]);
  g_assert_cmpint (count_of (txn, two.case_id[0]), ==, 1);
  g_assert_cmpint (count_of (txn, two.case_id[1]), ==, 1);
  g_assert_cmpuint (desk_test_events (txn, two.case_id[0], "unmerged"), ==, 1);
}

static void
test_mail (Desk   *desk,
           CsmTxn *txn)
{
  g_auto (Two) two = { NULL };
  g_autofree char *answer = NULL;
  g_autofree char *token = NULL;
  g_autofree char *address = NULL;
  g_autofree char *by_token = NULL;
  g_autofree char *fields = NULL;
  GError *error = NULL;

  two_init (&two, desk, txn);
  g_assert_cmpint (merge_into (desk, txn, two.case_id[0], two.case_id[1]), ==, -1);
  g_assert_cmpint (patch (desk, txn, CASE, two.case_id[1], "{'status':'resolved'}"), ==, -1);
  answer = desk_test_mail (desk, txn, "jonas@example.net", "c@x", "a@x");
  desk_assert_text (txn, CSM_TYPE_ID_MESSAGE, answer, "caseId", two.case_id[1]);
  desk_assert_text (txn, CASE, two.case_id[1], "status", "open");
  desk_assert_text (txn, CASE, two.case_id[0], "status", "closed");

  address = csm_reply_token_address (txn, DESK_TEST_ADDRESS, CSM_REPLY_TOKEN_CONVERSATION, two.conversation[0], &error);
  g_assert_no_error (error);
  fields = g_strdup_printf ("{'from':[{'address':'jonas@example.net'}],'messageId':'d@x','textBody':'d','to':[{'address':'%s'}]}", address);
  by_token = desk_test_take (desk, txn, fields);
  desk_assert_text (txn, CSM_TYPE_ID_MESSAGE, by_token, "caseId", two.case_id[1]);
  g_assert_cmpint (count_of (txn, two.case_id[1]), ==, 4);

  /* They were of the merged case's conversation, and go back with it: it is a case that somebody has to answer. */
  g_assert_cmpint (patch (desk, txn, CASE, two.case_id[1], "{'status':'resolved'}"), ==, -1);
  g_assert_cmpint (merge_into (desk, txn, two.case_id[0], NULL), ==, -1);
  g_assert_cmpint (count_of (txn, two.case_id[0]), ==, 3);
  g_assert_cmpint (count_of (txn, two.case_id[1]), ==, 1);
  desk_assert_text (txn, CASE, two.case_id[0], "lastMessageId", by_token);
  desk_assert_text (txn, CASE, two.case_id[1], "status", "resolved");
}

static void
test_chain (Desk   *desk,
            CsmTxn *txn)
{
  g_auto (Two) two = { NULL };
  g_autofree char *third = NULL;
  g_autofree char *case_id = NULL;
  g_autofree char *comment = NULL;

  two_init (&two, desk, txn);
  third = desk_test_mail (desk, txn, "lea@example.org", "c@x", NULL);
  case_id = desk_test_text (txn, CSM_TYPE_ID_MESSAGE, third, "caseId");
  g_assert_cmpint (merge_into (desk, txn, two.case_id[0], two.case_id[0]), ==, CSM_DESK_ERROR_INVALID_PROPERTIES);
  g_assert_cmpint (merge_into (desk, txn, two.case_id[0], two.case_id[1]), ==, -1);
  g_assert_cmpint (merge_into (desk, txn, two.case_id[1], two.case_id[0]), ==, CSM_DESK_ERROR_INVALID_PROPERTIES);
  g_assert_cmpint (merge_into (desk, txn, two.case_id[1], case_id), ==, -1);
  comment = add_part (desk, txn, CSM_TYPE_ID_COMMENT, two.case_id[0]);
  desk_assert_text (txn, CSM_TYPE_ID_COMMENT, comment, "caseId", case_id);
  g_assert_cmpint (merge_into (desk, txn, case_id, two.case_id[0]), ==, CSM_DESK_ERROR_INVALID_PROPERTIES);
  g_assert_cmpint (count_of (txn, case_id), ==, 3);

  /* From one to another in one go, and back. */
  g_assert_cmpint (merge_into (desk, txn, two.case_id[1], NULL), ==, -1);
  g_assert_cmpint (merge_into (desk, txn, two.case_id[0], case_id), ==, -1);
  g_assert_cmpint (count_of (txn, two.case_id[1]), ==, 1);
  g_assert_cmpint (count_of (txn, case_id), ==, 2);
  desk_assert_text (txn, CASE, two.case_id[0], "mergedIntoId", case_id);
  g_assert_cmpint (merge_into (desk, txn, two.case_id[0], two.case_id[1]), ==, -1);
  g_assert_cmpint (merge_into (desk, txn, two.case_id[1], case_id), ==, -1);
  g_assert_cmpint (count_of (txn, case_id), ==, 3);

  /* The first one is taken out of the middle; what it had does not stay behind. */
  g_assert_cmpint (merge_into (desk, txn, two.case_id[0], NULL), ==, -1);
  g_assert_cmpint (count_of (txn, two.case_id[0]), ==, 1);
  g_assert_cmpint (count_of (txn, case_id), ==, 2);
  desk_assert_text (txn, CSM_TYPE_ID_COMMENT, comment, "caseId", two.case_id[0]);
  g_assert_cmpint (merge_into (desk, txn, two.case_id[0], two.case_id[1]), ==, -1);
  /* Whoever says a case that was merged means the one that stayed. */
  desk_assert_text (txn, CASE, two.case_id[0], "mergedIntoId", case_id);
  g_assert_cmpint (merge_into (desk, txn, two.case_id[1], NULL), ==, -1);
  g_assert_cmpint (count_of (txn, two.case_id[1]), ==, 1);
  g_assert_cmpint (count_of (txn, case_id), ==, 2);
  g_assert_cmpint (merge_into (desk, txn, two.case_id[0], NULL), ==, -1);
  g_assert_cmpint (count_of (txn, two.case_id[0]), ==, 1);
  g_assert_cmpint (count_of (txn, two.case_id[1]), ==, 1);
  g_assert_cmpint (count_of (txn, case_id), ==, 1);
}

static void
test_guests (Desk   *desk,
             CsmTxn *txn)
{
  g_auto (Two) two = { NULL };
  g_autofree char *partner = NULL;
  g_autoptr (JsonObject) into = NULL;
  g_autoptr (JsonObject) again = NULL;
  g_autofree char *shared = NULL;
  g_autofree char *to = NULL;

  two_init (&two, desk, txn);
  partner = desk_test_insert (txn, CSM_TYPE_ID_TEAM, desk_test_json ("{'name':'Repairs','department':'partner'}"));
  shared = g_strdup_printf ("{'partners/%s':{'conversation':true}}", partner);
  g_assert_cmpint (patch (desk, txn, CASE, two.case_id[1], shared), ==, -1);
  g_assert_cmpint (merge_into (desk, txn, two.case_id[0], two.case_id[1]), ==, -1);
  into = desk_test_get (txn, CASE, two.case_id[1]);
  g_assert_false (csm_json_get_boolean (csm_json_get_object (csm_json_get_object (into, "partners"), partner), "conversation"));
  g_assert_cmpint (merge_into (desk, txn, two.case_id[0], NULL), ==, -1);
  again = desk_test_get (txn, CASE, two.case_id[1]);
  g_assert_true (csm_json_get_boolean (csm_json_get_object (csm_json_get_object (again, "partners"), partner), "conversation"));

  to = g_strdup_printf ("{'caseId':'%s'}", two.case_id[1]);
  g_assert_cmpint (patch (desk, txn, CONVERSATION, two.conversation[0], to), ==, -1);
  json_object_unref (again);
  again = desk_test_get (txn, CASE, two.case_id[1]);
  g_assert_false (csm_json_get_boolean (csm_json_get_object (csm_json_get_object (again, "partners"), partner), "conversation"));
}

/* --- Conversations ----------------------------------------------------------------------------------------------------------- */

static void
test_move (Desk   *desk,
           CsmTxn *txn)
{
  g_auto (Two) two = { NULL };
  g_autofree char *to = NULL;
  g_autofree char *nowhere = csm_id_new ('c');
  g_autofree char *wrong = NULL;

  two_init (&two, desk, txn);
  to = g_strdup_printf ("{'caseId':'%s'}", two.case_id[1]);
  wrong = g_strdup_printf ("{'caseId':'%s'}", nowhere);
  g_assert_cmpint (patch (desk, txn, CONVERSATION, two.conversation[0], wrong), ==, CSM_DESK_ERROR_INVALID_PROPERTIES);
  g_assert_cmpint (patch (desk, txn, CONVERSATION, two.conversation[0], to), ==, -1);
  g_assert_cmpint (count_of (txn, two.case_id[0]), ==, 0);
  g_assert_cmpint (count_of (txn, two.case_id[1]), ==, 2);
  g_assert_cmpuint (desk_test_events (txn, two.case_id[0], "conversationMoved"), ==, 1);
  g_assert_cmpuint (desk_test_events (txn, two.case_id[1], "conversationMoved"), ==, 1);
}

static char *
split (Desk       *desk,
       CsmTxn     *txn,
       const char *conversation_id,
       const char *case_id,
       const char *message_id,
       int         expected)
{
  g_autofree char *id = csm_id_new ('v');
  g_autoptr (JsonObject) original = desk_test_get (txn, CONVERSATION, conversation_id);

  g_assert_cmpint (desk_test_create (txn, desk->agent, CONVERSATION, id,
                                     desk_test_json ("{'caseId':'%s','customerId':'%s','channelId':'%s','splitFromId':'%s','firstMessageId':'%s'}", case_id,
                                                     csm_json_get_string (original, "customerId"), csm_json_get_string (original, "channelId"), conversation_id, message_id)),
                   ==, expected);
  return g_steal_pointer (&id);
}

static void
test_split (Desk   *desk,
            CsmTxn *txn)
{
  g_auto (Two) two = { NULL };
  g_autofree char *second = NULL;
  g_autofree char *third = NULL;
  g_autofree char *fourth = NULL;
  g_autofree char *fifth = NULL;
  g_autofree char *new = NULL;
  g_autofree char *not = NULL;
  g_autofree char *address = NULL;
  g_autofree char *fields = NULL;
  g_autofree char *join = NULL;
  GError *error = NULL;

  two_init (&two, desk, txn);
  second = desk_test_mail (desk, txn, "jonas@example.net", "a2@x", "a@x");
  third = desk_test_mail (desk, txn, "jonas@example.net", "a3@x", "a2@x");
  not = split (desk, txn, two.conversation[0], two.case_id[1], two.mail[1], CSM_DESK_ERROR_INVALID_PROPERTIES);
  new = split (desk, txn, two.conversation[0], two.case_id[1], second, -1);
  g_assert_cmpint (count_of (txn, two.case_id[0]), ==, 1);
  g_assert_cmpint (count_of (txn, two.case_id[1]), ==, 3);
  desk_assert_text (txn, CSM_TYPE_ID_MESSAGE, third, "conversationId", new);

  /* The address was given before the split; what the mail answers says where it belongs now. */
  address = csm_reply_token_address (txn, DESK_TEST_ADDRESS, CSM_REPLY_TOKEN_CONVERSATION, two.conversation[0], &error);
  g_assert_no_error (error);
  fields = g_strdup_printf ("{'from':[{'address':'jonas@example.net'}],'messageId':'a4@x','inReplyTo':['a3@x'],'textBody':'d','to':[{'address':'%s'}]}", address);
  fourth = desk_test_take (desk, txn, fields);
  desk_assert_text (txn, CSM_TYPE_ID_MESSAGE, fourth, "conversationId", new);

  /* Back into one, and apart again with what was answered meanwhile. */
  join = g_strdup_printf ("{'mergedIntoId':'%s'}", two.conversation[0]);
  g_assert_cmpint (patch (desk, txn, CONVERSATION, new, join), ==, -1);
  g_assert_cmpint (count_of (txn, two.case_id[0]), ==, 4);
  g_assert_cmpint (count_of (txn, two.case_id[1]), ==, 1);
  fifth = desk_test_mail (desk, txn, "jonas@example.net", "a5@x", "a4@x");
  desk_assert_text (txn, CSM_TYPE_ID_MESSAGE, fifth, "conversationId", two.conversation[0]);
  g_assert_cmpint (patch (desk, txn, CONVERSATION, new, "{'mergedIntoId':null}"), ==, -1);
  desk_assert_text (txn, CSM_TYPE_ID_MESSAGE, fifth, "conversationId", new);
  desk_assert_text (txn, CSM_TYPE_ID_MESSAGE, two.mail[0], "conversationId", two.conversation[0]);
  g_assert_cmpint (count_of (txn, two.case_id[0]), ==, 1);
  g_assert_cmpint (count_of (txn, two.case_id[1]), ==, 5);
  /* Another customer's conversation is not one with it. */
  g_free (join);
  join = g_strdup_printf ("{'mergedIntoId':'%s'}", two.conversation[1]);
  g_assert_cmpint (patch (desk, txn, CONVERSATION, new, join), ==, CSM_DESK_ERROR_INVALID_PROPERTIES);
}

/* --- What is sent ------------------------------------------------------------------------------------------------------------ */

static int
send_in (Desk       *desk,
         CsmTxn     *txn,
         const char *case_id,
         const char *conversation_id,
         const char *based_on,
         char      **id)
{
  g_autofree char *new_id = csm_id_new ('s');
  int outcome = desk_test_create (txn, desk->agent, CSM_TYPE_ID_SUBMISSION, new_id,
                                  desk_test_json ("{'caseId':'%s','conversationId':'%s','to':[{'address':'jonas@example.net'}],'textBody':'Here',"
                                                  "'basedOn':'%s','inReplyTo':'%s'}", case_id, conversation_id, based_on, based_on));

  if (id != NULL)
    *id = g_steal_pointer (&new_id);
  return outcome;
}

static void
test_sending (Desk   *desk,
              CsmTxn *txn)
{
  g_auto (Two) two = { NULL };
  g_autofree char *pending = NULL;
  g_autofree char *offline = NULL;
  g_autoptr (JsonObject) submission = NULL;
  g_autoptr (JsonObject) message = NULL;
  GError *error = NULL;

  two_init (&two, desk, txn);
  g_assert_cmpint (send_in (desk, txn, two.case_id[0], two.conversation[0], two.mail[0], &pending), ==, -1);
  g_assert_cmpint (merge_into (desk, txn, two.case_id[0], two.case_id[1]), ==, -1);
  submission = desk_test_get (txn, CSM_TYPE_ID_SUBMISSION, pending);
  g_assert_cmpstr (csm_json_get_string (submission, "caseId"), ==, two.case_id[1]);
  message = csm_outgoing_message_new (txn, submission, csm_time_now (), &error);
  g_assert_no_error (error);
  g_assert_cmpstr (csm_json_get_string (message, "caseId"), ==, two.case_id[1]);
  g_assert_cmpstr (csm_json_get_string (message, "conversationId"), ==, two.conversation[0]);

  /* Its author may still take it back; the other case doesn't get what the merged one was. */
  g_assert_cmpint (patch (desk, txn, CSM_TYPE_ID_SUBMISSION, pending, "{'undoStatus':'canceled'}"), ==, -1);
  desk_assert_text (txn, CASE, two.case_id[0], "status", "closed");

  /* Written before the author knew of the merge. */
  g_assert_cmpint (send_in (desk, txn, two.case_id[0], two.conversation[0], two.mail[0], &offline), ==, CSM_DESK_ERROR_CASE_MOVED);
  g_assert_cmpint (merge_into (desk, txn, two.case_id[0], NULL), ==, -1);
  /* Nothing was sent, so nobody waits for the customer. */
  desk_assert_text (txn, CASE, two.case_id[0], "status", "new");
  g_clear_pointer (&offline, g_free);
  /* And before they knew that it was undone: not seen there is nothing, so it goes out. */
  g_assert_cmpint (send_in (desk, txn, two.case_id[1], two.conversation[0], two.mail[0], &offline), ==, -1);
  desk_assert_text (txn, CSM_TYPE_ID_SUBMISSION, offline, "caseId", two.case_id[0]);
  /* A conversation that was never in the case is a mistake. */
  g_assert_cmpint (send_in (desk, txn, two.case_id[0], two.conversation[1], two.mail[0], NULL), ==, CSM_DESK_ERROR_INVALID_PROPERTIES);
}

/* --- Customers --------------------------------------------------------------------------------------------------------------- */

static void
assert_identities (CsmTxn     *txn,
                   const char *customer_id,
                   guint       count)
{
  g_autoptr (JsonObject) customer = desk_test_get (txn, CSM_TYPE_ID_CUSTOMER, customer_id);

  g_assert_cmpuint (json_object_get_size (csm_json_get_object (customer, "identities")), ==, count);
}

/* What the one who went says of it, and what would go back. */
static void
assert_apart (CsmTxn     *txn,
              const char *id,
              const char *by)
{
  g_autoptr (JsonObject) customer = desk_test_get (txn, CSM_TYPE_ID_CUSTOMER, id);
  JsonObject *merged = csm_json_get_object (customer, "merged");
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) plan = csm_customer_apart_plan (txn, id, &error);

  g_assert_cmpstr (csm_json_get_string (merged, "by"), ==, by);
  g_assert_true (csm_json_has_key (merged, "identities", "email:jonas@example.net"));
  g_assert_no_error (error);
  g_assert_cmpint (csm_json_get_int (plan, "identities", 0), ==, 1);
  /* With what came later. */
  g_assert_cmpint (csm_json_get_int (plan, "cases", 0), ==, 3);
  g_assert_cmpint (csm_json_get_int (plan, "conversations", 0), ==, 2);
}

static void
test_customers (Desk   *desk,
                CsmTxn *txn)
{
  g_auto (Two) two = { NULL };
  g_autofree char *jonas = NULL;
  g_autofree char *priya = NULL;
  g_autofree char *merge = NULL;
  g_autofree char *back = NULL;
  g_autofree char *later = NULL;
  g_autofree char *later_case = NULL;
  g_autofree char *opened = csm_id_new ('c');
  g_autofree char *again = NULL;
  g_autoptr (JsonObject) plan = NULL;
  GError *error = NULL;

  two_init (&two, desk, txn);
  jonas = desk_test_text (txn, CONVERSATION, two.conversation[0], "customerId");
  priya = desk_test_text (txn, CONVERSATION, two.conversation[1], "customerId");
  g_assert_cmpint (patch (desk, txn, CSM_TYPE_ID_CUSTOMER, jonas, "{'organisation':'Weber'}"), ==, -1);
  plan = csm_customer_merge_plan (txn, jonas, priya, &error);
  g_assert_no_error (error);
  g_assert_cmpint (csm_json_get_int (plan, "cases", 0), ==, 1);
  g_assert_cmpint (csm_json_get_int (plan, "conversations", 0), ==, 1);
  g_assert_cmpint (csm_json_get_int (plan, "identities", 0), ==, 1);
  g_assert_cmpuint (json_array_get_length (csm_json_get_array (plan, "differ")), ==, 2);
  g_assert_null (csm_customer_merge_plan (txn, jonas, jonas, &error));
  g_clear_error (&error);

  merge = g_strdup_printf ("{'mergedIntoId':'%s'}", priya);
  back = g_strdup_printf ("{'mergedIntoId':'%s'}", jonas);
  g_assert_cmpint (patch (desk, txn, CSM_TYPE_ID_CUSTOMER, jonas, back), ==, CSM_DESK_ERROR_INVALID_PROPERTIES);
  g_assert_cmpint (patch (desk, txn, CSM_TYPE_ID_CUSTOMER, jonas, merge), ==, -1);
  g_assert_cmpint (patch (desk, txn, CSM_TYPE_ID_CUSTOMER, priya, back), ==, CSM_DESK_ERROR_INVALID_PROPERTIES);
  assert_identities (txn, jonas, 0);
  assert_identities (txn, priya, 2);
  desk_assert_text (txn, CASE, two.case_id[0], "customerId", priya);
  desk_assert_text (txn, CONVERSATION, two.conversation[0], "customerId", priya);
  g_assert_cmpuint (desk_test_events (txn, two.case_id[0], "customer"), ==, 1);
  g_assert_cmpint (patch (desk, txn, CSM_TYPE_ID_CUSTOMER, jonas, "{'identities/email:j@example.net':{'kind':'email','address':'j@example.net'}}"),
                   ==, CSM_DESK_ERROR_INVALID_PROPERTIES);

  /* Old addresses and ids lead to the one who stays, and come back with the other one. */
  later = desk_test_mail (desk, txn, "jonas@example.net", "later@x", NULL);
  later_case = desk_test_text (txn, CSM_TYPE_ID_MESSAGE, later, "caseId");
  desk_assert_text (txn, CASE, later_case, "customerId", priya);
  g_assert_cmpint (desk_test_create (txn, desk->agent, CASE, opened, desk_test_json ("{'subject':'x','customerId':'%s'}", jonas)), ==, -1);
  desk_assert_text (txn, CASE, opened, "customerId", priya);
  g_assert_cmpint (patch (desk, txn, CASE, opened, "{'customerId':null}"), ==, -1);
  again = g_strdup_printf ("{'customerId':'%s'}", jonas);
  g_assert_cmpint (patch (desk, txn, CASE, opened, again), ==, -1);
  desk_assert_text (txn, CASE, opened, "customerId", priya);
  assert_apart (txn, jonas, desk->agent->person_id);
  g_assert_cmpint (patch (desk, txn, CSM_TYPE_ID_CUSTOMER, jonas, "{'mergedIntoId':null}"), ==, -1);
  g_assert_null (csm_customer_apart_plan (txn, jonas, &error));
  g_assert_error (error, CSM_DESK_ERROR, CSM_DESK_ERROR_INVALID_PROPERTIES);
  g_clear_error (&error);
  assert_identities (txn, jonas, 1);
  assert_identities (txn, priya, 1);
  desk_assert_text (txn, CASE, two.case_id[0], "customerId", jonas);
  desk_assert_text (txn, CASE, two.case_id[1], "customerId", priya);
  desk_assert_text (txn, CASE, later_case, "customerId", jonas);
  desk_assert_text (txn, CASE, opened, "customerId", jonas);
}

static void
test_identity (Desk   *desk,
               CsmTxn *txn)
{
  g_auto (Two) two = { NULL };
  g_autofree char *jonas = NULL;
  g_autofree char *priya = NULL;
  g_autofree char *merge = NULL;
  g_autofree char *new = csm_id_new ('u');
  const char *address = "'identities':{'email:jonas@example.net':{'kind':'email','address':'jonas@example.net'}}";

  two_init (&two, desk, txn);
  jonas = desk_test_text (txn, CONVERSATION, two.conversation[0], "customerId");
  priya = desk_test_text (txn, CONVERSATION, two.conversation[1], "customerId");
  merge = g_strdup_printf ("{'mergedIntoId':'%s'}", priya);
  g_assert_cmpint (patch (desk, txn, CSM_TYPE_ID_CUSTOMER, jonas, merge), ==, -1);

  /* Not by mistake, and not from somebody who hasn't got it. */
  g_assert_cmpint (desk_test_create (txn, desk->agent, CSM_TYPE_ID_CUSTOMER, new, desk_test_json ("{'name':'Jo',%s}", address)), ==, CSM_DESK_ERROR_INVALID_PROPERTIES);
  g_assert_cmpint (desk_test_create (txn, desk->agent, CSM_TYPE_ID_CUSTOMER, new, desk_test_json ("{'name':'Jo','splitFromId':'%s'}", priya)),
                   ==, CSM_DESK_ERROR_INVALID_PROPERTIES);
  g_assert_cmpint (desk_test_create (txn, desk->agent, CSM_TYPE_ID_CUSTOMER, new, desk_test_json ("{'name':'Jo','splitFromId':'%s',%s}", priya, address)), ==, -1);
  assert_identities (txn, priya, 1);
  assert_identities (txn, new, 1);
  desk_assert_text (txn, CASE, two.case_id[0], "customerId", new);
  desk_assert_text (txn, CONVERSATION, two.conversation[0], "customerId", new);
  desk_assert_text (txn, CASE, two.case_id[1], "customerId", priya);

  /* What people moved on by hand stays where it is until they take it back. */
  g_assert_cmpint (patch (desk, txn, CSM_TYPE_ID_CUSTOMER, new, merge), ==, -1);
  desk_assert_text (txn, CASE, two.case_id[0], "customerId", priya);
  g_assert_cmpint (patch (desk, txn, CSM_TYPE_ID_CUSTOMER, jonas, "{'mergedIntoId':null}"), ==, -1);
  desk_assert_text (txn, CASE, two.case_id[0], "customerId", jonas);
  assert_identities (txn, jonas, 1);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  desk_test_add ("/merge/cases", test_cases);
  desk_test_add ("/merge/mail", test_mail);
  desk_test_add ("/merge/chain", test_chain);
  desk_test_add ("/merge/guests", test_guests);
  desk_test_add ("/merge/move", test_move);
  desk_test_add ("/merge/split", test_split);
  desk_test_add ("/merge/sending", test_sending);
  desk_test_add ("/merge/customers", test_customers);
  desk_test_add ("/merge/identity", test_identity);
  return g_test_run ();
}
