/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "desk-test.h"

#include <string.h>

#include "csm-json.h"
#include "csm-reply-token.h"

static gboolean
in_one_case (CsmTxn     *txn,
             const char *a,
             const char *b)
{
  g_autofree char *x = desk_test_text (txn, CSM_TYPE_ID_MESSAGE, a, "caseId");
  g_autofree char *y = desk_test_text (txn, CSM_TYPE_ID_MESSAGE, b, "caseId");

  return g_strcmp0 (x, y) == 0;
}

static char *
token_for (CsmTxn     *txn,
           const char *message)
{
  g_autofree char *conversation = desk_test_text (txn, CSM_TYPE_ID_MESSAGE, message, "conversationId");
  GError *error = NULL;
  char *tagged = csm_reply_token_address (txn, DESK_TEST_ADDRESS, CSM_REPLY_TOKEN_CONVERSATION, conversation, &error);

  g_assert_no_error (error);
  return tagged;
}

static char *
take_at (Desk       *desk,
         CsmTxn     *txn,
         const char *id,
         const char *from,
         const char *to,
         const char *more)
{
  g_autofree char *fields = g_strdup_printf ("{'messageId':'%s','from':[{'address':'%s'}],'to':[{'name':'Fernweh','address':'%s'}]%s}", id, from, to, more);

  return desk_test_take (desk, txn, fields);
}

/* The address decides, whatever became of the header on the way; and a server may have changed its case. */
static void
test_token (Desk   *desk,
            CsmTxn *txn)
{
  g_autofree char *a = desk_test_mail (desk, txn, "jonas@example.net", "a@x", NULL);
  g_autofree char *other = desk_test_mail (desk, txn, "jonas@example.net", "other@x", NULL);
  g_autofree char *tagged = token_for (txn, a);
  g_autofree char *upper = g_ascii_strup (tagged, -1);
  g_autofree char *delivered = g_strdup_printf (",'headers':{'deliveredTo':'<%s>'}", tagged);
  g_autofree char *first = take_at (desk, txn, "b@x", "jonas@example.net", tagged, "");
  g_autofree char *second = take_at (desk, txn, "c@x", "jonas@example.net", upper, ",'inReplyTo':['other@x']");
  g_autofree char *third = take_at (desk, txn, "d@x", "jonas@example.net", "undisclosed@example.net", delivered);
  g_autoptr (JsonObject) message = desk_test_get (txn, CSM_TYPE_ID_MESSAGE, first);

  g_assert_false (in_one_case (txn, a, other));
  g_assert_true (in_one_case (txn, a, first));
  g_assert_true (in_one_case (txn, a, second));
  g_assert_true (in_one_case (txn, a, third));
  /* Nobody sees it. */
  g_assert_cmpstr (csm_json_get_string (json_array_get_object_element (csm_json_get_array (message, "to"), 0), "address"), ==, DESK_TEST_ADDRESS);
  g_assert_cmpstr (csm_json_get_string (json_array_get_object_element (csm_json_get_array (message, "to"), 0), "name"), ==, "Fernweh");
}

/* A token that is forged, of another mailbox, or of somebody else's program says nothing. */
static void
test_token_of_others (Desk   *desk,
                      CsmTxn *txn)
{
  static const char foreign[] = "help+c01j9zk3v7xq6t8r5m2n4p0w1yb7h2k9q4m1xa4@elsewhere.example.org";
  g_autofree char *a = desk_test_mail (desk, txn, "jonas@example.net", "a@x", NULL);
  g_autofree char *tagged = token_for (txn, a);
  g_autofree char *support = g_steal_pointer (&desk->channel);
  g_autofree char *elsewhere = NULL, *forged = NULL, *answer = NULL;
  g_autofree char *reply_to = g_strdup_printf (",'replyTo':[{'address':'%s'}],'cc':[{'address':'%s'}]", foreign, foreign);
  g_autoptr (JsonObject) message = NULL;

  desk->channel = desk_test_insert (txn, CSM_TYPE_ID_CHANNEL, desk_test_json ("{'name':'Press','address':'press@fernweh.example.com'}"));
  elsewhere = take_at (desk, txn, "b@x", "jonas@example.net", tagged, "");
  g_assert_false (in_one_case (txn, a, elsewhere));
  g_free (desk->channel);
  desk->channel = g_steal_pointer (&support);

  tagged[strcspn (tagged, "@") - 1] ^= 1;
  forged = take_at (desk, txn, "c@x", "jonas@example.net", tagged, "");
  g_assert_false (in_one_case (txn, a, forged));
  answer = take_at (desk, txn, "d@x", "help@elsewhere.example.org", foreign, reply_to);
  message = desk_test_get (txn, CSM_TYPE_ID_MESSAGE, answer);
  g_assert_cmpstr (csm_json_get_string (json_array_get_object_element (csm_json_get_array (message, "replyTo"), 0), "address"), ==, foreign);
  g_assert_cmpstr (csm_json_get_string (json_array_get_object_element (csm_json_get_array (message, "cc"), 0), "address"), ==, foreign);
}

/* Whoever got the address from somebody else sees nothing of what was written before, and nor do those before see the stranger. */
static void
test_token_of_stranger (Desk   *desk,
                        CsmTxn *txn)
{
  g_autofree char *a = desk_test_mail (desk, txn, "jonas@example.net", "a@x", NULL);
  g_autofree char *tagged = token_for (txn, a);
  g_autofree char *stranger = take_at (desk, txn, "b@x", "mallory@example.com", tagged, "");
  g_autofree char *again = desk_test_mail (desk, txn, "mallory@example.com", "c@x", "b@x");
  g_autofree char *case_id = desk_test_text (txn, CSM_TYPE_ID_MESSAGE, a, "caseId");
  g_autofree char *customer = desk_test_text (txn, CSM_TYPE_ID_MESSAGE, a, "customerId");
  g_autoptr (JsonObject) apart = desk_test_case_of (txn, stranger);

  g_assert_cmpstr (csm_json_get_string (apart, "lane"), ==, "checking");
  g_assert_true (csm_json_has_key (apart, "relatedCaseIds", case_id));
  g_assert_cmpstr (csm_json_get_string (apart, "customerId"), !=, customer);
  g_assert_cmpint (csm_json_get_int (apart, "messageCount", 0), ==, 2);
  g_assert_true (in_one_case (txn, stranger, again));
  g_assert_cmpuint (desk_test_count (txn, CSM_TYPE_ID_MESSAGE, "caseId", case_id), ==, 1);
}

/* A colleague's Outlook: the mailbox has only a copy, and the customer answers that. */
static void
test_colleague_elsewhere (Desk   *desk,
                          CsmTxn *txn)
{
  g_autofree char *a = desk_test_mail (desk, txn, "jonas@example.net", "a@x", NULL);
  g_autofree char *tagged = token_for (txn, a);
  g_autofree char *cc = g_strdup_printf (",'cc':[{'address':'%s'}]", tagged);
  g_autofree char *copy = take_at (desk, txn, "outlook@y", "ana@fernweh.example.com", "jonas@example.net", cc);
  g_autofree char *reply = desk_test_mail (desk, txn, "jonas@example.net", "b@x", "outlook@y");
  /* One that was sent before the mailbox was connected: only the answers say that it was. */
  g_autofree char *late = desk_test_mail (desk, txn, "priya@example.org", "c@x", "unseen@y");
  g_autofree char *later = desk_test_take (desk, txn, "{'messageId':'d@x','from':[{'address':'ben@fernweh.example.com'}],'to':[{'address':'priya@example.org'}],"
                                           "'inReplyTo':['c@x']}");

  g_assert_true (in_one_case (txn, a, copy));
  g_assert_true (in_one_case (txn, a, reply));
  desk_assert_text (txn, CSM_TYPE_ID_MESSAGE, copy, "direction", "out");
  desk_assert_text (txn, CSM_TYPE_ID_MESSAGE, copy, "authorId", desk->lead->person_id);
  g_assert_true (in_one_case (txn, late, later));
}

/* The folder of sent mail holds what ours wrote, also with an address that nobody knows, and among ourselves. */
static void
test_sent_folder (Desk   *desk,
                  CsmTxn *txn)
{
  g_autofree char *a = desk_test_mail (desk, txn, "jonas@example.net", "a@x", NULL);
  g_autofree char *alias = NULL, *inside = NULL;

  desk->sent = TRUE;
  alias = take_at (desk, txn, "b@x", "alias@elsewhere.example.com", "jonas@example.net", ",'inReplyTo':['a@x']");
  inside = take_at (desk, txn, "c@x", DESK_TEST_ADDRESS, "ana@fernweh.example.com", ",'inReplyTo':['a@x']");
  g_assert_true (in_one_case (txn, a, alias));
  g_assert_true (in_one_case (txn, a, inside));
  desk_assert_text (txn, CSM_TYPE_ID_MESSAGE, alias, "direction", "out");
  desk_assert_text (txn, CSM_TYPE_ID_MESSAGE, inside, "direction", "out");
  desk_assert_case (txn, a, "status", "waiting");
}

/* What Outlook and providers say about conversations counts between the same people alone. */
static void
test_hints (Desk   *desk,
            CsmTxn *txn)
{
  g_autofree guchar *index = g_new0 (guchar, 32);
  g_autofree char *root = NULL, *child = NULL, *first = NULL, *second = NULL;
  g_autofree char *a = NULL, *b = NULL, *mallory = NULL, *other = NULL;

  memset (index, 7, 22);
  root = g_base64_encode (index, 22);
  child = g_base64_encode (index, 27);
  first = g_strdup_printf (",'headers':{'threadIndex':'%s'}", root);
  second = g_strdup_printf (",'headers':{'threadIndex':'%s'}", child);
  a = take_at (desk, txn, "a@x", "jonas@example.net", DESK_TEST_ADDRESS, first);
  b = take_at (desk, txn, "b@x", "jonas@example.net", DESK_TEST_ADDRESS, second);
  mallory = take_at (desk, txn, "c@x", "mallory@example.com", DESK_TEST_ADDRESS, second);
  other = take_at (desk, txn, "d@x", "jonas@example.net", DESK_TEST_ADDRESS, ",'headers':{'threadIndex':'AQ=='}");
  g_assert_true (in_one_case (txn, a, b));
  g_assert_false (in_one_case (txn, a, mallory));
  g_assert_false (in_one_case (txn, a, other));
  desk_assert_case (txn, mallory, "lane", "conversation");
}

/* JIRA names an id of its own that was never sent; ServiceNow answers ours, later only itself. */
static void
test_trackers (Desk   *desk,
               CsmTxn *txn)
{
  static const char jira[] = "{'messageId':'JIRA.1001.%u@Atlassian.JIRA','from':[{'name':'Priya (JIRA)','address':'jira@tracker.example.org'}],"
                             "'inReplyTo':['JIRA.1001.1650000000@Atlassian.JIRA'],'references':['JIRA.1001.1650000000@Atlassian.JIRA'],'subject':'[JIRA] (ZIP-%u)',"
                             "'headers':{'precedence':'bulk','autoSubmitted':'auto-generated'}}";
  g_autofree char *before = NULL;
  g_autofree char *ours = desk_test_take (desk, txn, "{'messageId':'ours@x','from':[{'address':'ana@fernweh.example.com'}],'to':[{'address':'it@now.example.org'}]}");
  g_autofree char *receipt = desk_test_take (desk, txn, "{'messageId':'1.now@now','from':[{'address':'it@now.example.org'}],'inReplyTo':['ours@x'],"
                                             "'subject':'INC0010001 was opened'}");
  g_autofree char *update = desk_test_take (desk, txn, "{'messageId':'3.now@now','from':[{'address':'it@now.example.org'}],'inReplyTo':['2.now@now'],"
                                            "'references':['1.now@now','2.now@now'],'subject':'INC0010001 was updated'}");

  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *fields = g_strdup_printf (jira, i, i);
      g_autofree char *mail = desk_test_take (desk, txn, fields);

      g_assert_true (before == NULL || in_one_case (txn, before, mail));
      desk_assert_case (txn, mail, "lane", "notification");
      g_free (before);
      before = g_steal_pointer (&mail);
    }
  g_assert_true (in_one_case (txn, ours, receipt));
  g_assert_true (in_one_case (txn, ours, update));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  desk_test_add ("/threads/token", test_token);
  desk_test_add ("/threads/token-of-others", test_token_of_others);
  desk_test_add ("/threads/token-of-stranger", test_token_of_stranger);
  desk_test_add ("/threads/colleague-elsewhere", test_colleague_elsewhere);
  desk_test_add ("/threads/sent-folder", test_sent_folder);
  desk_test_add ("/threads/hints", test_hints);
  desk_test_add ("/threads/trackers", test_trackers);
  return g_test_run ();
}
