/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "desk-test.h"

#include "csm-id.h"
#include "csm-json.h"
#include "csm-rule-set.h"

/* Makes a rule; what the desk says. */
static int
add_rule (CsmTxn             *txn,
          const CsmPrincipal *who,
          const char         *id,
          const char         *fields)
{
  return desk_test_create (txn, who, CSM_TYPE_ID_RULE, id, desk_test_json ("%s", fields));
}

static void
assert_lane (Desk       *desk,
             CsmTxn     *txn,
             const char *fields,
             const char *lane)
{
  static guint n_mails;
  g_autofree char *mail = g_strdup_printf ("{'messageId':'lane%u@x',%s}", n_mails++, fields);
  g_autofree char *message = desk_test_take (desk, txn, mail);

  g_test_message ("%s", fields);
  g_assert_nonnull (message);
  desk_assert_case (txn, message, "lane", lane);
}

static char *
built_in_rule (CsmTxn     *txn,
               const char *name)
{
  GError *error = NULL;
  CsmQuery query = { .limit = -1 };
  CsmQueryResult *result = csm_txn_query (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (CSM_TYPE_ID_RULE), &query, &error);
  char *found = NULL;

  g_assert_no_error (error);
  for (guint i = 0; i < result->ids->len; i++)
    {
      g_autofree char *built_in = desk_test_text (txn, CSM_TYPE_ID_RULE, g_ptr_array_index (result->ids, i), "builtIn");

      if (g_strcmp0 (built_in, name) == 0)
        {
          g_assert_null (found);
          found = g_strdup (g_ptr_array_index (result->ids, i));
        }
    }
  csm_query_result_free (result);
  g_assert_nonnull (found);
  return found;
}

static void
test_built_in (Desk   *desk,
               CsmTxn *txn)
{
  static const struct { const char *fields; const char *lane; } rows[] = {
    { "'headers':{'xSpamStatus':'Yes, score=9.1'}", "spam" },
    { "'headers':{'xSpamStatus':'No, score=-1'}", "conversation" },
    { "'headers':{'xRspamdAction':'add header'}", "spam" },
    { "'headers':{'xRspamdAction':'no action'}", "conversation" },
    { "'headers':{'xMicrosoftScl':6}", "spam" },
    { "'headers':{'xMicrosoftScl':1}", "conversation" },
    { "'from':[{'address':'drive-shares-dm-noreply@google.com'}],'subject':'Plan.pdf'", "fileShare" },
    { "'from':[{'address':'no-reply@dropbox.com'}],'subject':'Ana shared Plans with you'", "fileShare" },
    { "'from':[{'address':'no-reply@dropbox.com'}],'subject':'Your storage is full'", "notification" },
    { "'from':[{'address':'ana@dropbox.com'}],'subject':'I shared it'", "conversation" },
    { "'from':[{'address':'no-reply@shop.example.com'}],'subject':'Reset your PASSWORD'", "account" },
    { "'from':[{'address':'jonas@example.net'}],'subject':'I forgot my password'", "conversation" },
    { "'headers':{'autoSubmitted':'auto-generated'},'subject':'Ihr Bestätigungscode'", "account" },
    { "'headers':{'listId':'<offers.example.com>'},'subject':'A password manager for you'", "newsletter" },
    { "'headers':{'listId':'<talk.example.com>'},'subject':'talk Digest, Vol 7'", "digest" },
    { "'headers':{'autoSubmitted':'auto-generated'},'subject':'Your weekly summary'", "digest" },
    { "'subject':'The weekly summary you asked for'", "conversation" },
    { "'calendar':{'method':'reply'}", "automatic" },
    { "'calendar':{'method':'request'}", "conversation" },
    { "'headers':{'autoSubmitted':'(a comment) no'}", "conversation" },
    { "'headers':{'autoSubmitted':'auto-generated','returnPath':'<>'},'inReplyTo':['nowhere@x']", "automatic" },
    { "'headers':{'autoSubmitted':'auto-generated'},'awayUntil':'2026-12-01','inReplyTo':['nowhere@x']", "automatic" },
    { "'headers':{'precedence':'bulk','returnPath':'<>'},'inReplyTo':['nowhere@x']", "automatic" },
    { "'from':[{'address':'shop-noreply@example.com'}]", "notification" },
    { "'from':[{'address':'notifications@example.com'}]", "notification" },
    { "'from':[{'address':'rooted@example.com'}]", "conversation" },
    { "'from':[{'address':'owner-talk@example.com'}]", "notification" },
    { "'from':[{'address':'owner@bakery.example.com'}]", "conversation" },
    { "'headers':{'listId':'<support.fernweh.example.com>','listPost':'<https://groups.example.com/support>, <mailto:Support@fernweh.example.com>','precedence':'list'}", "conversation" },
    { "'headers':{'listId':'<support.example.org>','listPost':'<mailto:not-support@fernweh.example.com>','precedence':'list'}", "newsletter" },
    { "'headers':{'precedence':'bulk','listPost':'NO'}", "newsletter" },
    { "'report':{'kind':'delivery','recipients':[]},'headers':{'contentType':'multipart/report'}", "bounce" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    assert_lane (desk, txn, rows[i].fields, rows[i].lane);
}

/* An admin says where they lead, and whether; and none of it makes a machine's mail a person's. */
static void
test_changed (Desk   *desk,
              CsmTxn *txn)
{
  g_autofree char *first = desk_test_mail (desk, txn, "jonas@example.net", "a@x", NULL);
  g_autofree char *list = built_in_rule (txn, "list");
  g_autofree char *replies = built_in_rule (txn, "auto-reply");
  g_autofree char *message = NULL;
  GError *error = NULL;

  g_assert_nonnull (first);
  g_assert_true (csm_rule_set_seed (txn, &error));
  g_assert_no_error (error);
  g_assert_cmpint (desk_test_patch (txn, desk->lead, CSM_TYPE_ID_RULE, list, desk_test_json ("{'lane':'digest'}")), ==, CSM_DESK_ERROR_FORBIDDEN);
  g_assert_cmpint (desk_test_patch (txn, desk->admin, CSM_TYPE_ID_RULE, list, desk_test_json ("{'lane':'digest'}")), ==, -1);
  g_assert_cmpint (desk_test_patch (txn, desk->admin, CSM_TYPE_ID_RULE, list, desk_test_json ("{'conditions':{'from':{'is':'*@x'}}}")), ==,
                   CSM_DESK_ERROR_INVALID_PROPERTIES);
  assert_lane (desk, txn, "'headers':{'listId':'<x.example.com>'}", "digest");
  g_assert_cmpint (desk_test_patch (txn, desk->admin, CSM_TYPE_ID_RULE, replies, desk_test_json ("{'enabled':false}")), ==, -1);
  message = desk_test_take (desk, txn, "{'messageId':'b@x','headers':{'precedence':'auto_reply'}}");
  desk_assert_case (txn, message, "lane", "conversation");
  desk_assert_text (txn, CSM_TYPE_ID_MESSAGE, message, "automatic", "reply");
  g_assert_false (csm_desk_destroy (txn, desk->admin, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (CSM_TYPE_ID_RULE), list, &error));
  g_assert_error (error, CSM_DESK_ERROR, CSM_DESK_ERROR_FORBIDDEN);
  g_clear_error (&error);
}

/* Every word of an admin's own conditions, for and against. */
static void
test_conditions (Desk   *desk,
                 CsmTxn *txn)
{
  static const struct { const char *conditions; const char *holds; const char *fails; } rows[] = {
    { "'from':{'is':'*@Shop.example.com'}", "'from':[{'address':'ORDERS@shop.example.com'}]", "'from':[{'address':'orders@example.com'}]" },
    { "'from':{'has':'orders'}", "'from':[{'name':'Orders','address':'x@example.com'}]", "'from':[{'name':'Order','address':'x@example.com'}]" },
    { "'to':{'is':'support+shop@*'}", "'cc':[{'address':'support+shop@fernweh.example.com'}]", "'cc':[{'address':'shop@fernweh.example.com'}]" },
    { "'subject':{'has':['rechnung','INVOICE']}", "'subject':'Your invoice 7'", "'subject':'Your order'" },
    { "'subject':{'begins':'[shop]'}", "'subject':'[Shop] 7'", "'subject':'Re: [shop] 7'" },
    { "'subject':{'is':'straße'}", "'subject':'STRASSE'", "'subject':'Straße 7'" },
    { "'text':{'has':'unsubscribe'}", "'authoredText':'Please UNSUBSCRIBE me'", "'authoredText':'Hello','textBody':'> unsubscribe'" },
    { "'listId':{'is':'talk.example.com'}", "'headers':{'listId':'All the talk <talk.example.com>'}", "'headers':{'listId':'<other.example.com>'}" },
    { "'attachmentType':{'is':'application/pdf'}", "'attachments':[{'type':'application/pdf','part':0}]", "'attachments':[{'type':'image/png','part':0}]" },
    { "'header:x-mailer':{'has':'webform'}", "'headers':{'xMailer':'WebForm 2'}", "'headers':{'xMailer':'Thunderbird'}" },
    { "'subject':{'has':'order','not':true},'from':{'is':'orders@example.com'}", "'from':[{'address':'orders@example.com'}],'subject':'Hello'",
      "'from':[{'address':'orders@example.com'}],'subject':'Your order'" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *id = csm_id_new ('r');
      g_autofree char *fields = g_strdup_printf ("{'kind':'lane','name':'Mine','lane':'fileShare','conditions':{%s}}", rows[i].conditions);
      GError *error = NULL;

      g_assert_cmpint (add_rule (txn, desk->admin, id, fields), ==, -1);
      assert_lane (desk, txn, rows[i].holds, "fileShare");
      assert_lane (desk, txn, rows[i].fails, g_strrstr (rows[i].fails, "listId") != NULL ? "newsletter" : "conversation");
      csm_desk_destroy (txn, desk->admin, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (CSM_TYPE_ID_RULE), id, &error);
      g_assert_no_error (error);
    }
}

static void
test_order (Desk   *desk,
            CsmTxn *txn)
{
  static const char mine[] = "{'kind':'lane','lane':'%s','position':%d,'channelId':%s%s%s,'conditions':{'listId':{'is':'talk.example.com'}}}";
  g_autofree char *other = desk_test_insert (txn, CSM_TYPE_ID_CHANNEL, desk_test_json ("{'name':'Press','address':'press@fernweh.example.com'}"));
  g_autofree char *late = g_strdup_printf (mine, "account", 5000, "", "null", "");
  g_autofree char *elsewhere = g_strdup_printf (mine, "spam", 1, "'", other, "'");
  g_autofree char *second = g_strdup_printf (mine, "digest", 20, "", "null", "");
  g_autofree char *first = g_strdup_printf (mine, "notification", 10, "'", desk->channel, "'");
  g_autofree char *ids[4] = { csm_id_new ('r'), csm_id_new ('r'), csm_id_new ('r'), csm_id_new ('r') };

  g_assert_cmpint (add_rule (txn, desk->admin, ids[0], late), ==, -1);
  g_assert_cmpint (add_rule (txn, desk->admin, ids[1], elsewhere), ==, -1);
  assert_lane (desk, txn, "'headers':{'listId':'<talk.example.com>'}", "newsletter");
  g_assert_cmpint (add_rule (txn, desk->admin, ids[2], second), ==, -1);
  assert_lane (desk, txn, "'headers':{'listId':'<talk.example.com>'}", "digest");
  g_assert_cmpint (add_rule (txn, desk->admin, ids[3], first), ==, -1);
  assert_lane (desk, txn, "'headers':{'listId':'<talk.example.com>'}", "notification");
  for (guint i = 1; i < G_N_ELEMENTS (ids); i++)
    g_free (ids[i]), ids[i] = NULL;
}

static void
test_refused (Desk   *desk,
              CsmTxn *txn)
{
  static const char *const bad[] = {
    "'kind':'lane','conditions':{'from':{'is':'*@x.example.com'}}",
    "'kind':'lane','lane':'spam'",
    "'kind':'lane','lane':'spam','conditions':{}",
    "'kind':'lane','lane':'spam','conditions':{'colour':{'is':'red'}}",
    "'kind':'lane','lane':'spam','conditions':{'subject':{}}",
    "'kind':'lane','lane':'spam','conditions':{'subject':{'is':7}}",
    "'kind':'lane','lane':'spam','conditions':{'subject':{'is':''}}",
    "'kind':'lane','lane':'spam','conditions':{'subject':{'has':[]}}",
    "'kind':'lane','lane':'spam','conditions':{'subject':{'is':'a','has':'b'}}",
    "'kind':'lane','lane':'spam','conditions':{'subject':{'is':'a','not':1}}",
    "'kind':'lane','lane':'spam','conditions':{'header:received':{'is':'a'}}",
    "'kind':'lane','lane':'spam','channelId':'h01J9ZK3V7XQ6T8R5M2N4P0W1YB','conditions':{'subject':{'is':'a'}}",
    "'kind':'block','lane':'spam','conditions':{'from':{'is':'x@example.com'}}",
    "'kind':'block','conditions':{'from':{'is':'x@example.com'},'subject':{'is':'a'}}",
    "'kind':'block','conditions':{'from':{'has':'x'}}",
    "'kind':'block','conditions':{'from':{'is':'*'}}",
    "'kind':'block','conditions':{'from':{'is':'*@*'}}",
    "'kind':'block','conditions':{'from':{'is':'" DESK_TEST_ADDRESS "'}}",
    "'kind':'block','conditions':{'from':{'is':'Ana@fernweh.example.com'}}",
  };
  g_autofree char *id = csm_id_new ('r');

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autofree char *fields = g_strdup_printf ("{%s}", bad[i]);

      g_test_message ("%s", fields);
      g_assert_cmpint (add_rule (txn, desk->admin, id, fields), ==, CSM_DESK_ERROR_INVALID_PROPERTIES);
    }
  g_assert_cmpint (add_rule (txn, desk->lead, id, "{'kind':'lane','lane':'spam','conditions':{'subject':{'is':'a'}}}"), ==, CSM_DESK_ERROR_FORBIDDEN);
  g_assert_cmpint (add_rule (txn, desk->agent, id, "{'kind':'block','conditions':{'from':{'is':'x@example.com'}}}"), ==, -1);
}

/* Nothing is lost, nobody hears of it, and what was there stays as it was. */
/* The same mailbox under other spellings. */
static void
test_block_spellings (Desk   *desk,
                      CsmTxn *txn)
{
  static const char *const blocked[] = { "Jonas@Example.NET", "jonas+shop@example.net", "jonas@example.net.", "<jonas@example.net>" };
  g_autofree char *rule = csm_id_new ('r');

  g_assert_cmpint (add_rule (txn, desk->agent, rule, "{'kind':'block','conditions':{'from':{'is':'jonas@example.net'}}}"), ==, -1);
  for (guint i = 0; i < G_N_ELEMENTS (blocked); i++)
    {
      g_autofree char *fields = g_strdup_printf ("'from':[{'name':'ana@fernweh.example.com','address':'%s'}]", blocked[i]);

      assert_lane (desk, txn, fields, "spam");
    }
  assert_lane (desk, txn, "'from':[{'name':'jonas@example.net','address':'jonas@example.com'}]", "conversation");
}

/* What a pattern is compared with comes from strangers. */
static void
test_pattern_time (Desk   *desk,
                   CsmTxn *txn)
{
  g_autofree char *rule = csm_id_new ('r');
  g_autofree char *many = g_strnfill (60000, 'a');
  g_autofree char *fields = g_strdup_printf ("'authoredText':'%s'", many);
  gint64 start;

  g_assert_cmpint (add_rule (txn, desk->admin, rule, "{'kind':'lane','name':'Mine','lane':'fileShare','conditions':{'text':{'is':'*a*a*a?a*ab'}}}"), ==, -1);
  start = g_get_monotonic_time ();
  assert_lane (desk, txn, fields, "conversation");
  g_assert_cmpint (g_get_monotonic_time () - start, <, G_USEC_PER_SEC);
  assert_lane (desk, txn, "'authoredText':'aaaaébaéabaa'", "conversation");
  assert_lane (desk, txn, "'authoredText':'xxa.a.aéa..ab'", "fileShare");
}

/* A forgery of us that the mail server calls spam is spam first. */
static void
test_forged_spam (Desk   *desk,
                  CsmTxn *txn)
{
#define FORGED "'from':[{'address':'ana@fernweh.example.com'}],'to':[{'address':'" DESK_TEST_ADDRESS "'}],'headers':{" \
               "'authenticationResults':['mx; dmarc=fail'],'authenticationResultsAboveReceived':1"
  assert_lane (desk, txn, FORGED "}", "checking");
  assert_lane (desk, txn, FORGED ",'xSpamFlag':'YES'}", "spam");
}

static void
test_block (Desk   *desk,
            CsmTxn *txn)
{
  g_autofree char *rule = csm_id_new ('r');
  g_autofree char *old = desk_test_mail (desk, txn, "jonas@example.net", "a@x", NULL);
  g_autofree char *old_case = desk_test_text (txn, CSM_TYPE_ID_MESSAGE, old, "caseId");
  g_autofree char *answer = NULL, *first = NULL, *second = NULL, *kept_case = NULL, *third = NULL, *colleague = NULL;
  g_autoptr (JsonObject) before = NULL, after = NULL;

  g_assert_cmpint (desk_test_patch (txn, desk->agent, CSM_TYPE_ID_CASE, old_case, desk_test_json ("{'status':'resolved'}")), ==, -1);
  g_assert_cmpint (add_rule (txn, desk->agent, rule, "{'kind':'block','conditions':{'from':{'is':'Jonas@example.net'}}}"), ==, -1);
  answer = desk_test_mail (desk, txn, "jonas@example.net", "b@x", "a@x");
  desk_assert_text (txn, CSM_TYPE_ID_CASE, old_case, "status", "resolved");
  first = desk_test_mail (desk, txn, "jonas@example.net", "c@x", NULL);
  kept_case = desk_test_text (txn, CSM_TYPE_ID_MESSAGE, first, "caseId");
  desk_assert_text (txn, CSM_TYPE_ID_MESSAGE, answer, "caseId", kept_case);
  g_assert_cmpstr (kept_case, !=, old_case);
  desk_assert_text (txn, CSM_TYPE_ID_CASE, kept_case, "lane", "spam");
  desk_assert_text (txn, CSM_TYPE_ID_CASE, kept_case, "status", "closed");
  before = desk_test_get (txn, CSM_TYPE_ID_CASE, kept_case);
  second = desk_test_mail (desk, txn, "jonas@example.net", "d@x", "c@x");
  after = desk_test_get (txn, CSM_TYPE_ID_CASE, kept_case);
  desk_assert_text (txn, CSM_TYPE_ID_MESSAGE, second, "caseId", kept_case);
  g_assert_cmpint (csm_json_get_int (after, "messageCount", 0), ==, 3);
  g_assert_cmpstr (csm_json_get_string (after, "lastActivityAt"), ==, csm_json_get_string (before, "lastActivityAt"));
  g_assert_cmpstr (csm_json_get_string (after, "lastMessageId"), ==, answer);
  g_assert_cmpstr (csm_json_get_string (after, "messagesState"), !=, csm_json_get_string (before, "messagesState"));
  g_assert_cmpuint (desk_test_events (txn, kept_case, "status"), ==, 0);

  /* A colleague's answer is a colleague's. */
  colleague = desk_test_take (desk, txn, "{'messageId':'e@x','inReplyTo':['a@x'],'from':[{'address':'ana@fernweh.example.com'}],'to':[{'address':'jonas@example.net'}]}");
  desk_assert_text (txn, CSM_TYPE_ID_MESSAGE, colleague, "caseId", old_case);

  /* Not spam: a case like any other, which says that the sender is blocked still. */
  g_assert_cmpint (desk_test_patch (txn, desk->agent, CSM_TYPE_ID_CASE, kept_case, desk_test_json ("{'lane':'conversation'}")), ==, -1);
  desk_assert_text (txn, CSM_TYPE_ID_CASE, kept_case, "status", "open");
  g_assert_cmpuint (desk_test_events (txn, kept_case, "blockedSender"), ==, 1);
  g_assert_cmpuint (desk_test_events (txn, kept_case, "lane"), ==, 1);
  third = desk_test_mail (desk, txn, "jonas@example.net", "f@x", "d@x");
  g_assert_cmpint (desk_test_count (txn, CSM_TYPE_ID_MESSAGE, "caseId", kept_case), ==, 3);
  desk_assert_case (txn, third, "lane", "spam");
  desk_assert_case (txn, third, "status", "closed");
}

static void
test_unblock (Desk   *desk,
              CsmTxn *txn)
{
  g_autofree char *rule = csm_id_new ('r');
  g_autofree char *pattern = csm_id_new ('r');
  g_autofree char *kept = NULL, *other = NULL, *free_again = NULL, *elsewhere = NULL;
  GError *error = NULL;

  g_assert_cmpint (add_rule (txn, desk->agent, rule, "{'kind':'block','conditions':{'from':{'is':'*@spam.example.com'}}}"), ==, -1);
  g_assert_cmpint (add_rule (txn, desk->agent, pattern, "{'kind':'block','conditions':{'from':{'is':'*@*.spam.example.org'}}}"), ==, -1);
  kept = desk_test_mail (desk, txn, "any@spam.example.com", "a@x", NULL);
  elsewhere = desk_test_mail (desk, txn, "any@notspam.example.com", "b@x", NULL);
  other = desk_test_mail (desk, txn, "any@very.spam.example.org", "c@x", NULL);
  desk_assert_case (txn, kept, "lane", "spam");
  desk_assert_case (txn, kept, "status", "closed");
  desk_assert_case (txn, other, "status", "closed");
  desk_assert_case (txn, elsewhere, "status", "new");
  g_assert_true (csm_desk_destroy (txn, desk->agent, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (CSM_TYPE_ID_RULE), rule, &error));
  g_assert_no_error (error);
  free_again = desk_test_mail (desk, txn, "any@spam.example.com", "d@x", NULL);
  desk_assert_case (txn, free_again, "lane", "conversation");
  desk_assert_case (txn, free_again, "status", "new");
  desk_assert_case (txn, kept, "status", "closed");
}

/* Ours that comes back, and one that has been everywhere. */
static void
test_loop (Desk   *desk,
           CsmTxn *txn)
{
  GError *error = NULL;
  g_autoptr (CsmAccountRow) workspace = csm_txn_account_of (txn, NULL, &error);
  g_autofree char *a = desk_test_mail (desk, txn, "jonas@example.net", "a@x", NULL);
  g_autofree char *ours = g_strdup_printf ("{'messageId':'b@x','inReplyTo':['a@x'],'headers':{'xCasementLoop':'%s'}}", workspace->id);
  g_autofree char *mine = desk_test_take (desk, txn, ours);
  g_autofree char *other = desk_test_take (desk, txn, "{'messageId':'c@x','inReplyTo':['a@x'],'headers':{'xCasementLoop':'W01J9ZK3V7XQ6T8R5M2N4P0W1YB'}}");
  g_autofree char *far = desk_test_take (desk, txn, "{'messageId':'d@x','inReplyTo':['a@x'],'headers':{'receivedCount':100}}");
  g_autofree char *near = desk_test_take (desk, txn, "{'messageId':'e@x','inReplyTo':['a@x'],'headers':{'receivedCount':99}}");
  g_autofree char *case_id = desk_test_text (txn, CSM_TYPE_ID_MESSAGE, a, "caseId");
  g_autofree char *loop_id = desk_test_text (txn, CSM_TYPE_ID_MESSAGE, mine, "caseId");

  g_assert_no_error (error);
  desk_assert_text (txn, CSM_TYPE_ID_MESSAGE, other, "caseId", case_id);
  desk_assert_text (txn, CSM_TYPE_ID_MESSAGE, near, "caseId", case_id);
  desk_assert_text (txn, CSM_TYPE_ID_MESSAGE, far, "caseId", loop_id);
  desk_assert_case (txn, mine, "lane", "automatic");
  desk_assert_case (txn, mine, "status", "closed");
}

/* Two machines that answer each other: told once, kept all the same, and a person is heard again. */
static void
test_storm (Desk   *desk,
            CsmTxn *txn)
{
  g_autofree char *a = desk_test_mail (desk, txn, "robot@example.net", "a@x", NULL);
  g_autofree char *case_id = desk_test_text (txn, CSM_TYPE_ID_MESSAGE, a, "caseId");
  g_autofree char *person = NULL;
  g_autoptr (JsonObject) case_ = NULL;

  for (guint i = 0; i < 30; i++)
    {
      g_autofree char *fields = g_strdup_printf ("{'messageId':'r%u@x','inReplyTo':['a@x'],'from':[{'address':'robot@example.net'}],'textBody':'I am a robot'}", i);
      g_autofree char *message = NULL;

      desk->clock -= 30 * G_USEC_PER_SEC;
      message = desk_test_take (desk, txn, fields);
      desk_assert_text (txn, CSM_TYPE_ID_MESSAGE, message, "caseId", case_id);
      if (i == 8)
        desk_assert_text (txn, CSM_TYPE_ID_CASE, case_id, "lane", "conversation");
      if (i == 20)
        g_assert_cmpint (desk_test_patch (txn, desk->agent, CSM_TYPE_ID_CASE, case_id, desk_test_json ("{'status':'resolved'}")), ==, -1);
    }
  case_ = desk_test_get (txn, CSM_TYPE_ID_CASE, case_id);
  g_assert_cmpstr (csm_json_get_string (case_, "lane"), ==, "automatic");
  g_assert_cmpstr (csm_json_get_string (case_, "status"), ==, "resolved");
  g_assert_cmpint (csm_json_get_int (case_, "messageCount", 0), ==, 31);
  g_assert_cmpuint (desk_test_events (txn, case_id, "loopBroken"), ==, 1);
  person = desk_test_mail (desk, txn, "robot@example.net", "p@x", "a@x");
  desk_assert_text (txn, CSM_TYPE_ID_MESSAGE, person, "caseId", case_id);
  desk_assert_text (txn, CSM_TYPE_ID_CASE, case_id, "lane", "conversation");
  desk_assert_text (txn, CSM_TYPE_ID_CASE, case_id, "status", "open");
}

/* A tracker that tells of every change is no loop; one that answers a conversation each time is. */
static void
test_busy_machine (Desk   *desk,
                   CsmTxn *txn)
{
  static const char tracker[] = "{'messageId':'%s%u@x','inReplyTo':['%s'],'from':[{'address':'jira@example.net'}],'headers':{'autoSubmitted':'auto-generated'},'textBody':'Change %u'}";
  g_autofree char *talk = desk_test_mail (desk, txn, "jira@example.net", "talk@x", NULL);
  g_autofree char *first = NULL;
  g_autofree char *notices = NULL;
  g_autofree char *conversation = desk_test_text (txn, CSM_TYPE_ID_MESSAGE, talk, "caseId");

  for (guint i = 0; i < 15; i++)
    {
      g_autofree char *notice = g_strdup_printf (tracker, "n", i, "root@x", i);
      g_autofree char *answer = g_strdup_printf (tracker, "a", i, "talk@x", i);
      g_autofree char *one = desk_test_take (desk, txn, notice);
      g_autofree char *two = NULL;

      desk->clock -= 59 * G_USEC_PER_SEC;
      two = desk_test_take (desk, txn, answer);
      desk->clock -= 59 * G_USEC_PER_SEC;
      desk_assert_text (txn, CSM_TYPE_ID_MESSAGE, two, "caseId", conversation);
      if (first == NULL)
        first = g_steal_pointer (&one);
    }
  notices = desk_test_text (txn, CSM_TYPE_ID_MESSAGE, first, "caseId");
  desk_assert_text (txn, CSM_TYPE_ID_CASE, notices, "lane", "notification");
  g_assert_cmpuint (desk_test_events (txn, notices, "loopBroken"), ==, 0);
  desk_assert_text (txn, CSM_TYPE_ID_CASE, conversation, "lane", "automatic");
  g_assert_cmpuint (desk_test_events (txn, conversation, "loopBroken"), ==, 1);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  desk_test_add ("/lanes/built-in", test_built_in);
  desk_test_add ("/lanes/changed", test_changed);
  desk_test_add ("/lanes/conditions", test_conditions);
  desk_test_add ("/lanes/order", test_order);
  desk_test_add ("/lanes/refused", test_refused);
  desk_test_add ("/lanes/block", test_block);
  desk_test_add ("/lanes/block-spellings", test_block_spellings);
  desk_test_add ("/lanes/pattern-time", test_pattern_time);
  desk_test_add ("/lanes/forged-spam", test_forged_spam);
  desk_test_add ("/lanes/unblock", test_unblock);
  desk_test_add ("/lanes/loop", test_loop);
  desk_test_add ("/lanes/storm", test_storm);
  desk_test_add ("/lanes/busy-machine", test_busy_machine);
  return g_test_run ();
}
