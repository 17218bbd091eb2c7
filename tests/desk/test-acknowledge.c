/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "desk-test.h"

#include <string.h>

#include "csm-id.h"
#include "csm-json.h"
#include "csm-language.h"

static void
set_channel (Desk       *desk,
             CsmTxn     *txn,
             const char *settings)
{
  g_autoptr (JsonObject) channel = desk_test_get (txn, CSM_TYPE_ID_CHANNEL, desk->channel);
  GError *error = NULL;

  json_object_set_object_member (channel, "acknowledgement", desk_test_json ("%s", settings));
  csm_txn_update (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (CSM_TYPE_ID_CHANNEL), desk->channel, channel, &error);
  g_assert_no_error (error);
}

static void
switch_on (Desk   *desk,
           CsmTxn *txn)
{
  set_channel (desk, txn, "{'enabled':true,'language':'en','texts':{'en':'Hello {name}, we have {subject} ({number}).','de':'Hallo {name}'}}");
}

/* The answer in the case of @message, or NULL. */
static JsonObject *
answer_to (CsmTxn     *txn,
           const char *message)
{
  g_autofree char *case_id = desk_test_text (txn, CSM_TYPE_ID_MESSAGE, message, "caseId");
  GError *error = NULL;
  g_autoptr (GPtrArray) ids = csm_txn_ids_where (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (CSM_TYPE_ID_MESSAGE), "caseId", case_id, &error);
  g_autoptr (JsonObject) found = NULL;

  g_assert_no_error (error);
  for (guint i = 0; i < ids->len; i++)
    {
      g_autoptr (JsonObject) one = desk_test_get (txn, CSM_TYPE_ID_MESSAGE, g_ptr_array_index (ids, i));

      if (g_strcmp0 (csm_json_get_string (one, "automatic"), "acknowledgement") != 0)
        continue;
      g_assert_null (found);
      found = g_steal_pointer (&one);
    }
  return g_steal_pointer (&found);
}

static void
assert_answered (Desk       *desk,
                 CsmTxn     *txn,
                 const char *fields,
                 gboolean    answered)
{
  static guint n_mails;
  /* Somebody else each time, or it would be enough for a day. */
  g_autofree char *from = g_strdup_printf ("'from':[{'name':'Somebody','address':'s%u@example.net'}]", n_mails);
  g_autofree char *mail = g_strdup_printf ("{'messageId':'m%u@y'%s%s,%s}", n_mails++, strstr (fields, "'from'") == NULL ? "," : "",
                                           strstr (fields, "'from'") == NULL ? from : "", fields);
  g_autofree char *message = desk_test_take (desk, txn, mail);
  g_autoptr (JsonObject) answer = answer_to (txn, message);

  g_test_message ("%s", fields);
  g_assert_true ((answer != NULL) == answered);
}

static void
test_sent (Desk   *desk,
           CsmTxn *txn)
{
  g_autofree char *message = NULL;
  g_autofree char *number = NULL;
  g_autofree char *expected = NULL;
  g_autofree char *again = NULL;
  g_autoptr (JsonObject) answer = NULL, case_ = NULL;
  g_autoptr (GPtrArray) queue = NULL;
  GError *error = NULL;
  gint64 next;

  switch_on (desk, txn);
  message = desk_test_take (desk, txn, "{'messageId':'a@x','headers':{'returnPath':'<Jonas+bounce@example.net>'}}");
  answer = answer_to (txn, message);
  g_assert_nonnull (answer);
  case_ = desk_test_case_of (txn, message);
  number = g_strdup (csm_json_get_string (case_, "id") + 19);
  expected = g_strdup_printf ("Hello Jonas Weber, we have A broken zip (%s).", number);
  g_assert_cmpstr (csm_json_get_string (answer, "textBody"), ==, expected);
  g_assert_cmpstr (csm_json_get_string (answer, "subject"), ==, "Re: A broken zip");
  g_assert_cmpstr (csm_json_get_string (answer, "direction"), ==, "out");
  g_assert_null (csm_json_get_string (answer, "authorId"));
  g_assert_cmpstr (csm_json_get_string (json_array_get_object_element (csm_json_get_array (answer, "to"), 0), "address"), ==, "jonas+bounce@example.net");
  g_assert_cmpstr (json_array_get_string_element (csm_json_get_array (answer, "inReplyTo"), 0), ==, "a@x");
  queue = csm_txn_outgoing_list (txn, "queued", G_MAXINT64, &next, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (queue->len, ==, 1);

  /* Nobody has answered yet, and nothing is newer than what the customer wrote. */
  g_assert_cmpstr (csm_json_get_string (case_, "status"), ==, "new");
  g_assert_cmpstr (csm_json_get_string (case_, "lastMessageId"), ==, message);
  g_assert_cmpint (csm_json_get_int (case_, "messageCount", 0), ==, 2);

  /* What belongs to the case needs no second one; and our own copy of it is the same mail. */
  again = desk_test_mail (desk, txn, "jonas@example.net", "b@x", "a@x");
  g_clear_pointer (&answer, json_object_unref);
  answer = answer_to (txn, again);
  g_assert_nonnull (answer);
  {
    g_autofree char *copy = g_strdup_printf ("{'messageId':'%s','from':[{'address':'" DESK_TEST_ADDRESS "'}],'to':[{'address':'jonas@example.net'}]}",
                                             csm_json_get_string (answer, "messageId"));
    g_autofree char *taken = desk_test_take (desk, txn, copy);

    g_assert_null (taken);
  }
}

/* An answer that somebody wrote meanwhile is no reason to ask whether to send. */
static void
test_not_moved (Desk   *desk,
                CsmTxn *txn)
{
  g_autofree char *message = NULL, *case_id = NULL, *conversation = NULL;
  g_autofree char *id = csm_id_new ('s');

  switch_on (desk, txn);
  message = desk_test_take (desk, txn, "{'messageId':'a@x'}");
  case_id = desk_test_text (txn, CSM_TYPE_ID_MESSAGE, message, "caseId");
  conversation = desk_test_text (txn, CSM_TYPE_ID_MESSAGE, message, "conversationId");
  g_assert_cmpint (desk_test_create (txn, desk->agent, CSM_TYPE_ID_SUBMISSION, id,
                                     desk_test_json ("{'caseId':'%s','conversationId':'%s','to':[{'address':'jonas@example.net'}],'textBody':'Hello','basedOn':'%s'}",
                                                     case_id, conversation, message)), ==, -1);
}

/* Each of the reasons not to answer by itself. */
static void
test_refused (Desk   *desk,
              CsmTxn *txn)
{
  static const char *const reasons[] = {
    "'headers':{'autoSubmitted':'auto-replied'}",
    "'headers':{'autoSubmitted':'auto-generated'}",
    "'headers':{'autoSubmitted':'auto-notified; owner-email=\\\"x@y\\\"'}",
    "'headers':{'autoSubmitted':'AUTO-REPLIED (vacation)'}",
    "'headers':{'returnPath':'<>'}",
    "'headers':{'returnPath':'<bounces+7@lists.example.org>'}",
    "'headers':{'returnPath':'<owner-talk@example.org>'}",
    "'headers':{'returnPath':'<" DESK_TEST_ADDRESS ">'}",
    "'report':{'kind':'delivery','recipients':[]}",
    "'report':{'kind':'disposition','recipients':[]}",
    "'report':{'kind':'abuse','recipients':[]}",
    "'headers':{'listId':'<x.example.org>'}",
    "'headers':{'listUnsubscribe':'<https://example.org/u>'}",
    "'headers':{'listPost':'<mailto:x@example.org>'}",
    "'headers':{'listPost':'<mailto:" DESK_TEST_ADDRESS ">'}",
    "'headers':{'listHelp':'<mailto:x@example.org>'}",
    "'headers':{'listOwner':'<mailto:x@example.org>'}",
    "'from':[{'address':''}],'headers':{'returnPath':'<x@example.org>'}",
    "'headers':{'precedence':'bulk'}",
    "'headers':{'precedence':'list'}",
    "'headers':{'precedence':'Junk'}",
    "'headers':{'precedence':'auto_reply'}",
    "'headers':{'xAutoResponseSuppress':'OOF, AutoReply'}",
    "'headers':{'xAutoResponseSuppress':'All'}",
    "'headers':{'xLoop':'x@example.org'}",
    "'headers':{'xSpamFlag':'YES'}",
    "'headers':{'receivedCount':100}",
    "'from':[{'address':'mailer-daemon@example.org'}]",
    "'from':[{'address':'postmaster@example.org'}]",
    "'from':[{'address':'no-reply@example.org'}]",
    "'from':[{'address':'talk-request@example.org'}]",
    "'from':[{'address':'owner-talk@example.org'}]",
    "'from':[{'address':'" DESK_TEST_ADDRESS "'}]",
    "'from':[{'address':'ben@fernweh.example.com'}]",
    "'from':[{'address':''}]",
    "'to':[{'address':'undisclosed@example.org'}]",
    "'calendar':{'method':'request'}",
    "'ok':false,'reason':'crashed'",
  };

  switch_on (desk, txn);
  for (guint i = 0; i < G_N_ELEMENTS (reasons); i++)
    assert_answered (desk, txn, reasons[i], FALSE);
  assert_answered (desk, txn, "'headers':{'autoSubmitted':'No (human)'}", TRUE);
  assert_answered (desk, txn, "'headers':{'xAutoResponseSuppress':'None'}", TRUE);
  assert_answered (desk, txn, "'to':[{'address':'x@example.org'}],'cc':[{'address':'Support+shop@fernweh.example.com'}]", TRUE);
  desk->history = TRUE;
  assert_answered (desk, txn, "'subject':'An old one'", FALSE);
  desk->history = FALSE;
  desk->clock -= 25 * 3600 * (gint64) G_USEC_PER_SEC;
  assert_answered (desk, txn, "'subject':'Fetched late'", FALSE);
  desk->clock += 25 * 3600 * (gint64) G_USEC_PER_SEC;
  set_channel (desk, txn, "{'enabled':false,'language':'en','texts':{'en':'Hello'}}");
  assert_answered (desk, txn, "'subject':'Switched off'", FALSE);
  set_channel (desk, txn, "{'enabled':true,'language':'en','texts':{}}");
  assert_answered (desk, txn, "'subject':'Nothing to say'", FALSE);
}

static void
test_blocked_and_checked (Desk   *desk,
                          CsmTxn *txn)
{
  g_autofree char *rule = csm_id_new ('r');
  g_autofree char *a = desk_test_mail (desk, txn, "jonas@example.net", "a@x", NULL);
  g_autofree char *stranger = NULL;
  g_autoptr (JsonObject) answer = NULL;

  switch_on (desk, txn);
  stranger = desk_test_mail (desk, txn, "mallory@example.com", "b@x", "a@x");
  answer = answer_to (txn, stranger);
  g_assert_null (answer);
  desk_assert_case (txn, stranger, "lane", "checking");
  desk_assert_case (txn, a, "lane", "conversation");
  g_assert_cmpint (desk_test_create (txn, desk->agent, CSM_TYPE_ID_RULE, rule, desk_test_json ("{'kind':'block','conditions':{'from':{'is':'*@spam.example.com'}}}")), ==, -1);
  assert_answered (desk, txn, "'from':[{'address':'x@spam.example.com'}]", FALSE);
}

/* Three in a day are enough. */
static void
test_limit (Desk   *desk,
            CsmTxn *txn)
{
  guint answered = 0;

  switch_on (desk, txn);
  for (guint i = 0; i < 6; i++)
    {
      g_autofree char *id = g_strdup_printf ("m%u@x", i);
      g_autofree char *message = desk_test_mail (desk, txn, "jonas@example.net", id, NULL);
      g_autoptr (JsonObject) answer = answer_to (txn, message);

      answered += answer != NULL;
    }
  g_assert_cmpuint (answered, ==, 3);
}

static guint
count_answered (Desk       *desk,
                CsmTxn     *txn,
                guint       n,
                const char *format)
{
  static guint n_mails;
  guint answered = 0;

  for (guint i = 0; i < n; i++)
    {
      g_auto (GStrv) pieces = g_strsplit (format, "#", -1);
      g_autofree char *number = g_strdup_printf ("%u", n_mails++);
      g_autofree char *fields = g_strjoinv (number, pieces);
      g_autofree char *message = desk_test_take (desk, txn, fields);
      g_autoptr (JsonObject) answer = answer_to (txn, message);

      answered += answer != NULL;
    }
  return answered;
}

/* Another workspace's answers, with all that would show what they are taken away on the road; and whoever writes under many names. */
static void
test_many_addresses (Desk   *desk,
                     CsmTxn *txn)
{
  switch_on (desk, txn);
  g_assert_cmpuint (count_answered (desk, txn, 6, "{'messageId':'t#@x','from':[{'address':'help@example.org'}],'headers':{'returnPath':'<help+b#@example.org>'}}"), ==, 3);
  g_assert_cmpuint (count_answered (desk, txn, 6, "{'messageId':'v#@x','from':[{'address':'desk@example.org'}],'headers':{'returnPath':'<desk-b#@example.org>'}}"), ==, 3);
  g_assert_cmpuint (count_answered (desk, txn, 6, "{'messageId':'u#@x','from':[{'address':'jonas+#@example.org'}]}"), ==, 3);
  g_assert_cmpuint (count_answered (desk, txn, 620, "{'messageId':'w#@x','from':[{'address':'s#@example.net'}]}"), ==, 600 - 9);
}

/* Nothing to follow in what a stranger makes us send to somebody, and nothing that we know of somebody else. */
static void
test_words (Desk   *desk,
            CsmTxn *txn)
{
  g_autofree char *known = desk_test_mail (desk, txn, "jonas@example.net", "a@x", NULL);
  g_autofree char *links = NULL, *elsewhere = NULL;
  g_autoptr (JsonObject) answer = NULL, other = NULL;

  switch_on (desk, txn);
  links = desk_test_take (desk, txn, "{'messageId':'b@x','from':[{'name':'Win at evil.example.com','address':'a@example.org'}],"
                          "'subject':'Order no. 7.12: see https://evil.example.com/ or evil.example.com now...'}");
  answer = answer_to (txn, links);
  g_assert_cmpstr (csm_json_get_string (answer, "subject"), ==, "Re: Order no. 7.12: see or now...");
  g_assert_true (g_str_has_prefix (csm_json_get_string (answer, "textBody"), "Hello , we have Order no. 7.12: see or now... ("));
  g_assert_nonnull (known);
  elsewhere = desk_test_take (desk, txn, "{'messageId':'c@x','from':[{'name':'J','address':'jonas@example.net'}],'headers':{'returnPath':'<mallory@example.org>'}}");
  other = answer_to (txn, elsewhere);
  g_assert_true (g_str_has_prefix (csm_json_get_string (other, "textBody"), "Hello J, "));
}

static void
test_language (Desk   *desk,
               CsmTxn *txn)
{
  static const struct { const char *text; const char *tag; } rows[] = {
    { "Guten Tag, der Reißverschluss ist kaputt und ich habe noch Garantie. Danke!", "de" },
    { "Hello, the zip is broken and I would like to know what to do.", "en" },
    { "Bonjour, la fermeture est cassée et je vous demande de la réparer. Merci", "fr" },
    { "12345", NULL }, { "", NULL }, { NULL, NULL },
  };
  static const char *const wanted[][2] = { { "de", "de" }, { "de-AT", "de" }, { "en_GB", "en-US" }, { "fr, de", "de" }, { "nl", NULL }, { NULL, NULL } };
  g_autoptr (JsonObject) texts = desk_test_json ("{'de':'Hallo','en-US':'Hello'}");
  g_autofree char *message = NULL;
  g_autofree char *customer_id = NULL;
  g_autofree char *second = NULL;
  g_autoptr (JsonObject) answer = NULL, other = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmpstr (csm_language_of_text (rows[i].text), ==, rows[i].tag);
  for (guint i = 0; i < G_N_ELEMENTS (wanted); i++)
    {
      g_autofree char *chosen = csm_language_choose (texts, wanted[i][0]);

      g_assert_cmpstr (chosen, ==, wanted[i][1]);
    }
  switch_on (desk, txn);
  message = desk_test_take (desk, txn, "{'messageId':'a@x','from':[{'name':'http://evil.example.com/','address':'jonas@example.net'}],"
                            "'authoredText':'Guten Tag, der Zipper ist kaputt und ich habe noch Garantie.'}");
  answer = answer_to (txn, message);
  g_assert_cmpstr (csm_json_get_string (answer, "textBody"), ==, "Hallo ");
  g_clear_pointer (&answer, json_object_unref);
  g_clear_pointer (&message, g_free);
  message = desk_test_take (desk, txn, "{'messageId':'l@x','authoredText':'7','headers':{'contentLanguage':'de-AT'}}");
  answer = answer_to (txn, message);
  g_assert_cmpstr (csm_json_get_string (answer, "textBody"), ==, "Hallo ");
  customer_id = desk_test_text (txn, CSM_TYPE_ID_MESSAGE, message, "customerId");
  g_assert_cmpint (desk_test_patch (txn, desk->agent, CSM_TYPE_ID_CUSTOMER, customer_id, desk_test_json ("{'language':'en-GB'}")), ==, -1);
  second = desk_test_take (desk, txn, "{'messageId':'b@x','authoredText':'Guten Tag, der Zipper ist kaputt und ich habe noch Garantie.'}");
  other = answer_to (txn, second);
  g_assert_true (g_str_has_prefix (csm_json_get_string (other, "textBody"), "Hello "));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  desk_test_add ("/acknowledge/sent", test_sent);
  desk_test_add ("/acknowledge/not-moved", test_not_moved);
  desk_test_add ("/acknowledge/refused", test_refused);
  desk_test_add ("/acknowledge/blocked-and-checked", test_blocked_and_checked);
  desk_test_add ("/acknowledge/limit", test_limit);
  desk_test_add ("/acknowledge/many-addresses", test_many_addresses);
  desk_test_add ("/acknowledge/words", test_words);
  desk_test_add ("/acknowledge/language", test_language);
  return g_test_run ();
}
