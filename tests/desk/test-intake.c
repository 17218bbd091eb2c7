/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "desk-test.h"

#include "csm-id.h"
#include "csm-json.h"
#include "csm-time.h"
#include "csm-validate.h"

#define assert_same_case(txn, a, b) \
  do { g_autofree char *x_ = desk_test_text (txn, CSM_TYPE_ID_MESSAGE, a, "caseId"); \
       g_autofree char *y_ = desk_test_text (txn, CSM_TYPE_ID_MESSAGE, b, "caseId"); g_assert_cmpstr (x_, ==, y_); } while (0)
#define assert_other_case(txn, a, b) \
  do { g_autofree char *x_ = desk_test_text (txn, CSM_TYPE_ID_MESSAGE, a, "caseId"); \
       g_autofree char *y_ = desk_test_text (txn, CSM_TYPE_ID_MESSAGE, b, "caseId"); g_assert_cmpstr (x_, !=, y_); } while (0)

static void
assert_related (CsmTxn     *txn,
                const char *a,
                const char *b,
                gboolean    related)
{
  g_autoptr (JsonObject) x = desk_test_case_of (txn, a);
  g_autoptr (JsonObject) y = desk_test_case_of (txn, b);

  g_assert_true (csm_json_has_key (x, "relatedCaseIds", csm_json_get_string (y, "id")) == related);
  g_assert_true (csm_json_has_key (y, "relatedCaseIds", csm_json_get_string (x, "id")) == related);
}

static void
set_status (Desk       *desk,
            CsmTxn     *txn,
            const char *message,
            const char *patch)
{
  g_autofree char *case_id = desk_test_text (txn, CSM_TYPE_ID_MESSAGE, message, "caseId");

  g_assert_cmpint (desk_test_patch (txn, desk->agent, CSM_TYPE_ID_CASE, case_id, desk_test_json ("%s", patch)), ==, -1);
}

static void
test_new_case (Desk   *desk,
               CsmTxn *txn)
{
  g_autofree char *message = desk_test_take (desk, txn, "{'messageId':'a@x','subject':'Re: AW: A broken zip','authoredText':'Hello\\n\\n  there',"
                                             "'attachments':[{'part':0,'name':'a.pdf','type':'application/pdf','size':3,'inline':false}],"
                                             "'parts':[{'type':'application/pdf','size':3}]}");
  g_autoptr (JsonObject) case_ = desk_test_case_of (txn, message);
  g_autoptr (JsonObject) customer = desk_test_get (txn, CSM_TYPE_ID_CUSTOMER, csm_json_get_string (case_, "customerId"));

  g_assert_cmpstr (csm_json_get_string (case_, "subject"), ==, "A broken zip");
  g_assert_cmpstr (csm_json_get_string (case_, "status"), ==, "new");
  g_assert_cmpstr (csm_json_get_string (case_, "lane"), ==, "conversation");
  g_assert_cmpstr (csm_json_get_string (case_, "teamId"), ==, desk->team);
  g_assert_cmpstr (csm_json_get_string (case_, "preview"), ==, "Hello there");
  g_assert_cmpstr (csm_json_get_string (case_, "lastMessageId"), ==, message);
  g_assert_cmpint (csm_json_get_int (case_, "messageCount", 0), ==, 1);
  g_assert_true (csm_json_has_key (case_, "channelIds", desk->channel));
  g_assert_nonnull (csm_json_get_string (case_, "messagesState"));
  g_assert_cmpint (csm_json_get_time (case_, "lastActivityAt"), ==, csm_json_get_time (case_, "lastMessageAt"));
  g_assert_cmpstr (csm_json_get_string (customer, "name"), ==, "Jonas Weber");
  g_assert_true (csm_json_has_key (customer, "identities", "email:jonas@example.net"));
}

/* The same mail twice; the same Message-ID with another text; no Message-ID at all. */
static void
test_duplicates (Desk   *desk,
                 CsmTxn *txn)
{
  g_autofree char *first = desk_test_take (desk, txn, "{'messageId':'a@x'}");
  g_autofree char *again = desk_test_take (desk, txn, "{'messageId':'a@x'}");
  g_autofree char *other = desk_test_take (desk, txn, "{'messageId':'a@x','textBody':'Something else'}");
  g_autofree char *without = desk_test_take (desk, txn, "{'messageId':null}");
  g_autofree char *without_again = desk_test_take (desk, txn, "{}");

  g_assert_nonnull (first);
  g_assert_null (again);
  g_assert_nonnull (other);
  g_assert_nonnull (without);
  g_assert_null (without_again);
  g_assert_cmpuint (desk_test_count (txn, CSM_TYPE_ID_MESSAGE, "direction", "in"), ==, 3);
}

/* Fetched anew after a new version came, which reads the same bytes otherwise. */
static void
test_read_otherwise (Desk   *desk,
                     CsmTxn *txn)
{
  g_autofree char *first = desk_test_take (desk, txn, "{'messageId':'a@x','textBody':'Hello'}");
  g_autofree char *blob_id = desk_test_text (txn, CSM_TYPE_ID_MESSAGE, first, "rawBlobId");
  g_autoptr (JsonObject) mail = desk_test_json ("{'ok':true,'messageId':'a@x','textBody':'Hel\u00adlo','subject':'A broken zip','headers':{},"
                                                "'from':[{'address':'jonas@example.net'}],'parts':[{'type':'text/html','size':9,'made':true}]}");
  CsmIncoming incoming = { .channel_id = desk->channel, .mail = mail, .raw_blob_id = blob_id, .received = desk->clock };
  CsmIntakeOutcome outcome = CSM_INTAKE_NEW;
  GError *error = NULL;

  csm_intake (txn, &incoming, &outcome, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (outcome, ==, CSM_INTAKE_DUPLICATE);
}

/* Of a From or a Reply-To with more addresses than a record may hold, the first ones are kept. */
static void
test_many_writers (Desk   *desk,
                   CsmTxn *txn)
{
  const CsmRecordType *type = csm_record_type_get (CSM_TYPE_ID_MESSAGE);
  g_autoptr (GString) fields = g_string_new ("{'messageId':'a@x','from':[{'address':'jonas@example.net'}");
  g_autofree char *id = NULL;
  g_autoptr (JsonObject) message = NULL;

  for (guint i = 0; i < 150; i++)
    g_string_append_printf (fields, ",{'address':'w%u@example.net'}", i);
  g_string_append (fields, "],'replyTo':[{'address':'jonas@example.net'}");
  for (guint i = 0; i < 150; i++)
    g_string_append_printf (fields, ",{'address':'r%u@example.net'}", i);
  g_string_append (fields, "]}");
  id = desk_test_take (desk, txn, fields->str);
  message = desk_test_get (txn, CSM_TYPE_ID_MESSAGE, id);

  g_assert_true (csm_value_is_valid (csm_record_type_property (type, "from"), json_object_get_member (message, "from")));
  g_assert_true (csm_value_is_valid (csm_record_type_property (type, "replyTo"), json_object_get_member (message, "replyTo")));
  g_assert_cmpuint (json_array_get_length (csm_json_get_array (message, "from")), ==, 100);
}

static void
test_threads (Desk   *desk,
              CsmTxn *txn)
{
  g_autofree char *a = desk_test_mail (desk, txn, "jonas@example.net", "a@x", NULL);
  g_autofree char *b = desk_test_mail (desk, txn, "jonas@example.net", "b@x", "a@x");
  g_autofree char *c = desk_test_take (desk, txn, "{'messageId':'c@x','inReplyTo':['lost@x'],'references':['nothing@x','b@x','lost@x']}");
  /* d answers a mail that we have not got; e answers the same one; then it comes itself. */
  g_autofree char *d = desk_test_take (desk, txn, "{'messageId':'d@x','inReplyTo':['far@x'],'references':['root@y','far@x']}");
  g_autofree char *e = desk_test_take (desk, txn, "{'messageId':'e@x','references':['root@y']}");
  g_autofree char *far = desk_test_take (desk, txn, "{'messageId':'far@x'}");
  /* Subjects decide nothing. */
  g_autofree char *f = desk_test_take (desk, txn, "{'messageId':'f@x','subject':'Re: A broken zip'}");

  assert_same_case (txn, a, b);
  assert_same_case (txn, a, c);
  assert_other_case (txn, a, d);
  assert_same_case (txn, d, e);
  assert_same_case (txn, d, far);
  assert_other_case (txn, a, f);
}

/* A mailbox is a world of its own; the same mail in two is two messages, and their cases know each other. */
static void
test_mailboxes (Desk   *desk,
                CsmTxn *txn)
{
  g_autofree char *first = desk_test_mail (desk, txn, "jonas@example.net", "a@x", NULL);
  g_autofree char *support = g_steal_pointer (&desk->channel);
  g_autofree char *second = NULL;
  g_autofree char *reply = NULL;

  desk->channel = desk_test_insert (txn, CSM_TYPE_ID_CHANNEL, desk_test_json ("{'name':'Press','address':'press@fernweh.example.com'}"));
  second = desk_test_mail (desk, txn, "jonas@example.net", "a@x", NULL);
  reply = desk_test_mail (desk, txn, "jonas@example.net", "b@x", "a@x");
  assert_other_case (txn, first, second);
  assert_related (txn, first, second, TRUE);
  assert_same_case (txn, second, reply);
}

static void
test_stranger (Desk   *desk,
               CsmTxn *txn)
{
  g_autofree char *a = desk_test_take (desk, txn, "{'messageId':'a@x','cc':[{'address':'Friend@example.org'}]}");
  g_autofree char *friend = desk_test_mail (desk, txn, "friend@example.org", "b@x", "a@x");
  g_autofree char *stranger = desk_test_mail (desk, txn, "mallory@example.com", "c@x", "a@x");
  g_autoptr (JsonObject) case_ = desk_test_case_of (txn, stranger);

  assert_same_case (txn, a, friend);
  assert_other_case (txn, a, stranger);
  assert_related (txn, a, stranger, TRUE);
  g_assert_cmpstr (csm_json_get_string (case_, "lane"), ==, "checking");
  g_assert_cmpint (csm_json_get_int (case_, "messageCount", 0), ==, 1);
}

/* However many answer what is none of theirs: the case that they name stays one that can be read and written. */
static void
test_many_strangers (Desk   *desk,
                     CsmTxn *txn)
{
  g_autofree char *a = desk_test_mail (desk, txn, "jonas@example.net", "a@x", NULL);
  g_autoptr (JsonObject) case_ = NULL;
  g_autofree char *last = NULL;

  for (guint i = 0; i < 105; i++)
    {
      g_autofree char *id = g_strdup_printf ("s%u@x", i);

      g_free (last);
      last = desk_test_mail (desk, txn, "mallory@example.com", id, "a@x");
    }
  case_ = desk_test_case_of (txn, a);
  g_assert_cmpuint (json_object_get_size (csm_json_get_object (case_, "relatedCaseIds")), ==, 100);
  assert_other_case (txn, a, last);
  desk_assert_case (txn, last, "lane", "checking");
}

static void
test_newsletter_replies (Desk   *desk,
                         CsmTxn *txn)
{
  g_autofree char *news = desk_test_take (desk, txn, "{'messageId':'news@x','from':[{'address':'" DESK_TEST_ADDRESS "'}],"
                                          "'to':[{'address':'" DESK_TEST_ADDRESS "'}],'subject':'Spring news'}");
  g_autoptr (GHashTable) cases = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < 10; i++)
    {
      g_autofree char *from = g_strdup_printf ("reader%u@example.org", i);
      g_autofree char *id = g_strdup_printf ("answer%u@x", i);
      g_autofree char *answer = desk_test_mail (desk, txn, from, id, "news@x");

      desk_assert_case (txn, answer, "lane", "conversation");
      assert_related (txn, news, answer, FALSE);
      g_hash_table_add (cases, desk_test_text (txn, CSM_TYPE_ID_MESSAGE, answer, "caseId"));
    }
  g_assert_cmpuint (g_hash_table_size (cases), ==, 10);
}

static void
test_staff (Desk   *desk,
            CsmTxn *txn)
{
  g_autofree char *a = desk_test_mail (desk, txn, "jonas@example.net", "a@x", NULL);
  g_autofree char *answer = desk_test_take (desk, txn, "{'messageId':'b@x','inReplyTo':['a@x'],'from':[{'name':'Ana','address':'Ana@fernweh.example.com'}],"
                                            "'to':[{'address':'" DESK_TEST_ADDRESS "'},{'address':'jonas@example.net'}]}");
  /* From the mailbox itself, with a tag, to somebody new. */
  g_autofree char *first = desk_test_take (desk, txn, "{'messageId':'c@x','from':[{'address':'support+news@fernweh.example.com'}],"
                                           "'to':[{'name':'Priya','address':'priya@example.org'}]}");
  g_autofree char *customer = desk_test_text (txn, CSM_TYPE_ID_MESSAGE, first, "customerId");

  assert_same_case (txn, a, answer);
  desk_assert_text (txn, CSM_TYPE_ID_MESSAGE, answer, "direction", "out");
  desk_assert_text (txn, CSM_TYPE_ID_MESSAGE, answer, "authorId", desk->lead->person_id);
  desk_assert_case (txn, a, "status", "waiting");
  desk_assert_text (txn, CSM_TYPE_ID_MESSAGE, first, "direction", "out");
  desk_assert_text (txn, CSM_TYPE_ID_CUSTOMER, customer, "name", "Priya");
  desk_assert_case (txn, first, "status", "waiting");
}

/* Somebody who writes as a colleague, and whom our own mail server caught. */
static void
test_forged (Desk   *desk,
             CsmTxn *txn)
{
  static const char format[] = "{'messageId':'%s@x','inReplyTo':['a@x'],'from':[{'address':'ana@fernweh.example.com'}],'to':[{'address':'jonas@example.net'}],"
                               "'headers':{'authenticationResults':['mx.fernweh.example.com; dmarc=fail'],'authenticationResultsAboveReceived':%d}}";
  g_autofree char *a = desk_test_mail (desk, txn, "jonas@example.net", "a@x", NULL);
  g_autofree char *caught = g_strdup_printf (format, "b", 1);
  g_autofree char *claimed = g_strdup_printf (format, "c", 0);
  g_autofree char *forged = desk_test_take (desk, txn, caught);
  g_autofree char *real = desk_test_take (desk, txn, claimed);
  g_autoptr (JsonObject) message = desk_test_get (txn, CSM_TYPE_ID_MESSAGE, forged);

  assert_other_case (txn, a, forged);
  desk_assert_case (txn, forged, "lane", "checking");
  g_assert_cmpstr (csm_json_get_string (message, "direction"), ==, "in");
  g_assert_null (csm_json_get_string (message, "authorId"));
  g_assert_true (csm_json_has_key (message, "warnings", "deceptiveName"));
  assert_same_case (txn, a, real);
  desk_assert_text (txn, CSM_TYPE_ID_MESSAGE, real, "direction", "out");
}

/* A web form that writes as our own address, and a mail to oneself. */
static void
test_self (Desk   *desk,
           CsmTxn *txn)
{
  g_autofree char *form = desk_test_take (desk, txn, "{'messageId':'a@x','from':[{'name':'Form','address':'" DESK_TEST_ADDRESS "'}],"
                                          "'replyTo':[{'address':'jonas@example.net'}]}");
  g_autoptr (JsonObject) message = desk_test_get (txn, CSM_TYPE_ID_MESSAGE, form);

  g_assert_cmpstr (csm_json_get_string (message, "direction"), ==, "in");
  g_assert_true (csm_json_has_key (message, "warnings", "replyToDiffers"));
  desk_assert_case (txn, form, "lane", "conversation");
}

static void
test_lanes (Desk   *desk,
            CsmTxn *txn)
{
  static const struct { const char *fields; const char *lane; const char *automatic; } rows[] = {
    { "'headers':{'autoSubmitted':'No (human)'}", "conversation", NULL },
    { "'headers':{'autoSubmitted':'auto-notified; owner-email=\\\"x@y\\\"'}", "notification", "notification" },
    { "'headers':{'autoSubmitted':'Auto-Generated'}", "notification", "notification" },
    { "'headers':{'autoSubmitted':'auto-replied (vacation)','listId':'<x.y>'}", "automatic", "reply" },
    { "'headers':{'precedence':'auto_reply'}", "automatic", "reply" },
    { "'headers':{'returnPath':'<>'}", "notification", "notification" },
    { "'headers':{'returnPath':'<>'},'inReplyTo':['lost@y']", "automatic", "reply" },
    { "'headers':{'returnPath':'<>','autoSubmitted':'auto-generated'}", "notification", "notification" },
    { "'headers':{'listUnsubscribe':'<https://example.com/u>'}", "newsletter", "newsletter" },
    { "'headers':{'precedence':'Bulk'}", "newsletter", "newsletter" },
    { "'from':[{'address':'no-reply@example.com'}]", "notification", "notification" },
    { "'from':[{'address':'noreplyson@example.com'}]", "conversation", NULL },
    { "'headers':{'xSpamFlag':'YES'}", "spam", NULL },
    { "'report':{'kind':'delivery','recipients':[]}", "bounce", "bounce" },
    { "'report':{'kind':'disposition','recipients':[]}", "automatic", "reply" },
    { "'headers':{'xAutoResponseSuppress':'All'}", "conversation", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *fields = g_strdup_printf ("{'messageId':'%u@x',%s}", i, rows[i].fields);
      g_autofree char *message = desk_test_take (desk, txn, fields);

      g_test_message ("%s", rows[i].fields);
      desk_assert_case (txn, message, "lane", rows[i].lane);
      desk_assert_text (txn, CSM_TYPE_ID_MESSAGE, message, "automatic", rows[i].automatic);
    }
}

/* A person who answers a notification makes a conversation of it. */
static void
test_lane_of_answer (Desk   *desk,
                     CsmTxn *txn)
{
  g_autofree char *notice = desk_test_take (desk, txn, "{'messageId':'a@x','from':[{'address':'noreply@example.com'}]}");
  g_autofree char *answer = NULL;

  desk_assert_case (txn, notice, "lane", "notification");
  answer = desk_test_take (desk, txn, "{'messageId':'b@x','inReplyTo':['a@x'],'from':[{'address':'ben@fernweh.example.com'}],"
                           "'to':[{'address':'help@example.com'}]}");
  assert_same_case (txn, notice, answer);
  desk_assert_case (txn, notice, "lane", "conversation");
}

static const char bounce[] =
  "{'messageId':'report-%s@mx','from':[{'address':'mailer-daemon@mx.example.com'}],'headers':{'returnPath':'<>'},"
  "'report':{'kind':'delivery','originalMessageId':'%s','recipients':["
  "{'address':'jonas@example.net','action':'%s','status':'5.1.1','diagnostic':'550 5.1.1 User unknown'}]}}";

static void
test_bounce (Desk   *desk,
             CsmTxn *txn)
{
  g_autofree char *a = desk_test_mail (desk, txn, "jonas@example.net", "a@x", NULL);
  g_autofree char *sent = desk_test_take (desk, txn, "{'messageId':'b@x','inReplyTo':['a@x'],'from':[{'address':'ana@fernweh.example.com'}],"
                                          "'to':[{'address':'jonas@example.net'}]}");
  g_autofree char *report = g_strdup_printf (bounce, "b", "b@x", "failed");
  g_autofree char *late = g_strdup_printf (bounce, "u", "unknown@x", "failed");
  g_autofree char *dsn = desk_test_take (desk, txn, report);
  g_autoptr (JsonObject) message = desk_test_get (txn, CSM_TYPE_ID_MESSAGE, sent);
  g_autoptr (JsonObject) case_ = NULL;
  g_autofree char *lonely = NULL;
  JsonObject *delivery = csm_json_get_object (message, "delivery");

  assert_same_case (txn, a, dsn);
  g_assert_cmpstr (csm_json_get_string (delivery, "state"), ==, "failed");
  g_assert_cmpstr (csm_json_get_string (delivery, "why"), ==, "jonas@example.net: 550 5.1.1 User unknown");
  g_assert_cmpstr (csm_json_get_string (csm_json_get_object (csm_json_get_object (delivery, "recipients"), "jonas@example.net"), "status"), ==, "5.1.1");
  case_ = desk_test_case_of (txn, a);
  g_assert_cmpstr (csm_json_get_string (case_, "lastMessageId"), ==, sent);
  g_assert_cmpstr (csm_json_get_string (case_, "status"), ==, "open");
  g_assert_cmpuint (desk_test_events (txn, csm_json_get_string (case_, "id"), "deliveryFailed"), ==, 1);

  lonely = desk_test_take (desk, txn, late);
  desk_assert_case (txn, lonely, "lane", "bounce");
}

/* Whoever put the case to rest relied on the mail having arrived. */
static void
test_bounce_resting (Desk   *desk,
                     CsmTxn *txn)
{
  static const char *const patches[] = { "{'status':'snoozed','snoozedUntil':'2099-01-01T00:00:00Z'}", "{'status':'resolved'}" };

  for (guint i = 0; i < G_N_ELEMENTS (patches); i++)
    {
      g_autofree char *mail = g_strdup_printf ("{'messageId':'s%u@x','from':[{'address':'ana@fernweh.example.com'}],'to':[{'address':'jonas@example.net'}]}", i);
      g_autofree char *sent = desk_test_take (desk, txn, mail);
      g_autofree char *case_id = desk_test_text (txn, CSM_TYPE_ID_MESSAGE, sent, "caseId");
      g_autofree char *name = g_strdup_printf ("r%u", i), *original = g_strdup_printf ("s%u@x", i);
      g_autofree char *report = g_strdup_printf (bounce, name, original, "failed");
      g_autofree char *dsn = NULL;

      g_assert_cmpint (desk_test_patch (txn, desk->lead, CSM_TYPE_ID_CASE, case_id, desk_test_json ("%s", patches[i])), ==, -1);
      dsn = desk_test_take (desk, txn, report);
      desk_assert_text (txn, CSM_TYPE_ID_CASE, case_id, "status", "open");
      desk_assert_text (txn, CSM_TYPE_ID_CASE, case_id, "snoozedUntil", NULL);
    }
}

static void
test_delay (Desk   *desk,
            CsmTxn *txn)
{
  g_autofree char *sent = desk_test_take (desk, txn, "{'messageId':'b@x','from':[{'address':'ana@fernweh.example.com'}],'to':[{'address':'jonas@example.net'}]}");
  g_autofree char *report = g_strdup_printf (bounce, "b", "b@x", "delayed");
  g_autofree char *dsn = desk_test_take (desk, txn, report);
  g_autoptr (JsonObject) message = desk_test_get (txn, CSM_TYPE_ID_MESSAGE, sent);

  assert_same_case (txn, sent, dsn);
  g_assert_cmpstr (csm_json_get_string (csm_json_get_object (message, "delivery"), "state"), ==, "accepted");
  desk_assert_case (txn, sent, "status", "waiting");
}

static void
test_out_of_office (Desk   *desk,
                    CsmTxn *txn)
{
  g_autofree char *a = desk_test_mail (desk, txn, "jonas@example.net", "a@x", NULL);
  g_autofree char *away = NULL;
  g_autoptr (JsonObject) before = NULL;
  g_autoptr (JsonObject) after = NULL;

  set_status (desk, txn, a, "{'status':'resolved'}");
  before = desk_test_case_of (txn, a);
  away = desk_test_take (desk, txn, "{'messageId':'b@x','inReplyTo':['a@x'],'headers':{'autoSubmitted':'auto-replied'},'awayUntil':'2026-12-24'}");
  desk_assert_text (txn, CSM_TYPE_ID_MESSAGE, away, "awayUntil", "2026-12-24T00:00:00Z");
  after = desk_test_case_of (txn, a);
  assert_same_case (txn, a, away);
  g_assert_cmpstr (csm_json_get_string (after, "status"), ==, "resolved");
  g_assert_cmpstr (csm_json_get_string (after, "lastMessageId"), ==, a);
  g_assert_cmpstr (csm_json_get_string (after, "lastActivityAt"), ==, csm_json_get_string (before, "lastActivityAt"));
  g_assert_cmpint (csm_json_get_int (after, "messageCount", 0), ==, 2);
  g_assert_cmpstr (csm_json_get_string (after, "messagesState"), !=, csm_json_get_string (before, "messagesState"));
}

static void
test_reopen (Desk   *desk,
             CsmTxn *txn)
{
  static const char *const patches[] = { "{'status':'waiting'}", "{'status':'snoozed','snoozedUntil':'2099-01-01T00:00:00Z'}", "{'status':'resolved'}" };
  g_autofree char *a = desk_test_mail (desk, txn, "jonas@example.net", "a@x", NULL);
  g_autoptr (JsonObject) case_ = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (patches); i++)
    {
      g_autofree char *id = g_strdup_printf ("%u@y", i);
      g_autofree char *again = NULL;

      set_status (desk, txn, a, patches[i]);
      again = desk_test_mail (desk, txn, "jonas@example.net", id, "a@x");
      assert_same_case (txn, a, again);
      desk_assert_case (txn, a, "status", "open");
    }
  case_ = desk_test_case_of (txn, a);
  g_assert_null (csm_json_get_string (case_, "snoozedUntil"));
  g_assert_null (csm_json_get_string (case_, "resolvedAt"));
  g_assert_cmpuint (desk_test_events (txn, csm_json_get_string (case_, "id"), "status"), ==, 6);
}

static void
test_closed (Desk   *desk,
             CsmTxn *txn)
{
  g_autofree char *a = desk_test_mail (desk, txn, "jonas@example.net", "a@x", NULL);
  g_autoptr (JsonObject) case_ = desk_test_case_of (txn, a);
  g_autofree char *again = NULL;
  GError *error = NULL;

  csm_json_set_string (case_, "status", "closed");
  csm_txn_update (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (CSM_TYPE_ID_CASE), csm_json_get_string (case_, "id"), case_, &error);
  g_assert_no_error (error);
  again = desk_test_mail (desk, txn, "jonas@example.net", "b@x", "a@x");
  assert_other_case (txn, a, again);
  assert_related (txn, a, again, TRUE);
  desk_assert_case (txn, again, "status", "new");
  desk_assert_case (txn, a, "status", "closed");
}

/* An archive changes what is known, not what is to be done. */
static void
test_history (Desk   *desk,
              CsmTxn *txn)
{
  g_autofree char *a = NULL;
  g_autofree char *b = NULL;
  g_autofree char *odd = NULL;

  desk->history = TRUE;
  a = desk_test_take (desk, txn, "{'messageId':'a@x','date':'2020-03-01T10:00:00Z'}");
  desk_assert_case (txn, a, "lastActivityAt", "2020-03-01T10:00:00Z");
  set_status (desk, txn, a, "{'status':'resolved'}");
  b = desk_test_take (desk, txn, "{'messageId':'b@x','date':'2020-03-02T10:00:00Z','inReplyTo':['a@x']}");
  assert_same_case (txn, a, b);
  desk_assert_case (txn, a, "status", "resolved");
  desk_assert_case (txn, a, "lastMessageAt", "2020-03-02T10:00:00Z");
  odd = desk_test_take (desk, txn, "{'messageId':'c@x','date':'1903-01-01T00:00:00Z'}");
  desk_assert_text (txn, CSM_TYPE_ID_MESSAGE, odd, "sentAt", "1903-01-01T00:00:00Z");
  {
    g_autoptr (JsonObject) message = desk_test_get (txn, CSM_TYPE_ID_MESSAGE, odd);

    g_assert_cmpint (csm_json_get_time (message, "at"), >, csm_time_now () - 7200 * CSM_SECOND);
  }
}

/* Of an archive, not of new mail: who wrote from our domain to a customer was a colleague, though nobody knows the name. */
static void
test_former_colleague (Desk   *desk,
                       CsmTxn *txn)
{
  static const char format[] = "{'messageId':'%s@x','inReplyTo':['a@x'],'from':[{'address':'gone@fernweh.example.com'}],"
                               "'to':[{'address':'also.gone@fernweh.example.com'},{'address':'jonas@example.net'}]}";
  g_autofree char *a = desk_test_mail (desk, txn, "jonas@example.net", "a@x", NULL);
  g_autofree char *now = g_strdup_printf (format, "b");
  g_autofree char *then = g_strdup_printf (format, "c");
  g_autofree char *stranger = desk_test_take (desk, txn, now);
  g_autofree char *colleague = NULL;

  desk_assert_case (txn, stranger, "lane", "checking");
  desk->history = TRUE;
  colleague = desk_test_take (desk, txn, then);
  assert_same_case (txn, a, colleague);
  desk_assert_text (txn, CSM_TYPE_ID_MESSAGE, colleague, "direction", "out");
  desk_assert_text (txn, CSM_TYPE_ID_MESSAGE, colleague, "authorId", NULL);
}

static void
test_warnings (Desk   *desk,
               CsmTxn *txn)
{
  g_autofree char *bad = desk_test_take (desk, txn, "{'messageId':'a@x','from':[{'name':'support@fernweh.example.com (Ben)','address':'x@evil.example.net'}],"
                                         "'replyTo':[{'address':'y@evil.example.net'}],"
                                         "'body':[{'t':'q','c':[{'t':'p','s':[{'x':'https://bank.example.com','u':'https://evil.example.net','m':true}]}]}]}");
  g_autofree char *sealed = desk_test_take (desk, txn, "{'messageId':'c@x','from':[{'address':'jonas@example.net'}],'defects':['signature-unchecked','encrypted']}");
  g_autofree char *good = desk_test_take (desk, txn, "{'messageId':'b@x','from':[{'name':'jonas@example.net','address':'jonas@example.net'}],"
                                          "'replyTo':[{'address':'JONAS@example.net'}],'body':[{'t':'p','s':[{'x':'hi','u':'https://example.net'}]}]}");
  g_autoptr (JsonObject) a = desk_test_get (txn, CSM_TYPE_ID_MESSAGE, bad);
  g_autoptr (JsonObject) b = desk_test_get (txn, CSM_TYPE_ID_MESSAGE, good);
  g_autoptr (JsonObject) c = desk_test_get (txn, CSM_TYPE_ID_MESSAGE, sealed);

  g_assert_true (csm_json_has_key (c, "warnings", "signatureUnchecked"));
  g_assert_true (csm_json_has_key (c, "warnings", "encrypted"));
  g_assert_true (csm_json_has_key (a, "warnings", "replyToDiffers"));
  g_assert_true (csm_json_has_key (a, "warnings", "deceptiveName"));
  g_assert_true (csm_json_has_key (a, "warnings", "linkMismatch"));
  g_assert_cmpuint (json_object_get_size (csm_json_get_object (b, "warnings")), ==, 0);
}

/* What the reader found reaches the message; only the channel's own mail server is believed about where a mail comes from. */
static void
test_findings (Desk   *desk,
               CsmTxn *txn)
{
  static const char format[] = "{'messageId':'%s@x','authentication':[{'server':'%s','aboveReceived':%s,'methods':["
                               "{'method':'spf','result':'pass','domain':'bounces.example.net'},{'method':'dkim','result':'pass','domain':'relay.example.org'},"
                               "{'method':'dkim','result':'pass','domain':'example.net'},{'method':'dmarc','result':'%s','domain':'example.net'}]}],"
                               "'warnings':['nameHidesAddress','mixedScript'],'unsubscribe':{'oneClick':true,'url':'https://example.net/u','mailto':null},"
                               "'calendar':{'method':'request','summary':'Repair','start':'2026-12-01T09:00:00Z','attendees':2,'text':'BEGIN:VCALENDAR'},"
                               "'contacts':[{'name':'Ana','emails':['ana@example.org']}]}";
  static const struct { const char *server; const char *above; const char *dmarc; const char *verdict; } rows[] = {
    { "MX.fernweh.example.com", "true", "pass", "verified" }, { "mx.fernweh.example.com", "true", "fail", "failed" },
    { "mx.fernweh.example.com", "true", "none", "verified" }, { "mx.fernweh.example.com", "false", "pass", NULL },
    { "mx.evil.example.com", "true", "pass", NULL },
  };
  g_autoptr (JsonObject) channel = desk_test_get (txn, CSM_TYPE_ID_CHANNEL, desk->channel);
  g_autoptr (JsonObject) servers = desk_test_json ("{'mx.fernweh.example.com':true}");
  GError *error = NULL;

  json_object_set_object_member (channel, "authServers", g_steal_pointer (&servers));
  csm_txn_update (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (CSM_TYPE_ID_CHANNEL), desk->channel, channel, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *name = g_strdup_printf ("m%u", i);
      g_autofree char *fields = g_strdup_printf (format, name, rows[i].server, rows[i].above, rows[i].dmarc);
      g_autofree char *id = desk_test_take (desk, txn, fields);
      g_autoptr (JsonObject) message = desk_test_get (txn, CSM_TYPE_ID_MESSAGE, id);

      g_assert_cmpstr (csm_json_get_string (csm_json_get_object (message, "trust"), "verdict"), ==, rows[i].verdict);
      g_assert_true (csm_json_has_key (message, "warnings", "nameHidesAddress"));
      g_assert_true (csm_json_has_key (message, "warnings", "mixedScript"));
      g_assert_cmpstr (csm_json_get_string (csm_json_get_object (message, "unsubscribe"), "url"), ==, "https://example.net/u");
      g_assert_cmpstr (csm_json_get_string (csm_json_get_object (message, "calendar"), "summary"), ==, "Repair");
      g_assert_null (csm_json_get_string (csm_json_get_object (message, "calendar"), "text"));
      g_assert_cmpuint (json_array_get_length (csm_json_get_array (message, "contacts")), ==, 1);
    }
}

/* A domain that is read as ours, or as the customer's whom one is writing with. */
static void
test_lookalike (Desk   *desk,
                CsmTxn *txn)
{
  static const struct { const char *address; gboolean alike; } rows[] = {
    { "ana@fernweh.example.net", FALSE }, { "ana@fernwech.example.com", TRUE }, { "ana@fern-weh.example.com", TRUE },
    { "ana@femweh.example.com", TRUE }, { "ana@mail.fernweh.example.com", FALSE }, { "ana@fernwhe.example.com", TRUE }, { "jonas@example.org", FALSE },
  };
  g_autofree char *a = desk_test_mail (desk, txn, "jonas@example.net", "a@x", NULL);
  g_autofree char *other = desk_test_mail (desk, txn, "jonas@examp1e.net", "b@x", "a@x");
  g_autoptr (JsonObject) of_customer = desk_test_get (txn, CSM_TYPE_ID_MESSAGE, other);

  g_assert_nonnull (a);
  g_assert_true (csm_json_has_key (of_customer, "warnings", "lookalike"));
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *id = g_strdup_printf ("l%u@x", i);
      g_autofree char *message_id = desk_test_mail (desk, txn, rows[i].address, id, NULL);
      g_autoptr (JsonObject) message = desk_test_get (txn, CSM_TYPE_ID_MESSAGE, message_id);

      g_test_message ("%s", rows[i].address);
      g_assert_true (csm_json_has_key (message, "warnings", "lookalike") == rows[i].alike);
    }
}

static void
test_unreadable (Desk   *desk,
                 CsmTxn *txn)
{
  g_autofree char *id = desk_test_take (desk, txn, "{'ok':false,'reason':'crashed','size':17,'from':[]}");
  g_autofree char *again = desk_test_take (desk, txn, "{'ok':false,'reason':'crashed','size':17,'from':[]}");
  g_autoptr (JsonObject) message = desk_test_get (txn, CSM_TYPE_ID_MESSAGE, id);
  JsonObject *attachment = json_array_get_object_element (csm_json_get_array (message, "attachments"), 0);

  g_assert_null (again);
  g_assert_true (csm_json_has_key (message, "warnings", "unreadable"));
  g_assert_cmpstr (csm_json_get_string (attachment, "blobId"), ==, csm_json_get_string (message, "rawBlobId"));
  desk_assert_case (txn, id, "lane", "conversation");
}

/* 300 references, several authors, no address at all, names in need of a comb. */
static void
test_odd (Desk   *desk,
          CsmTxn *txn)
{
  g_autofree char *root = desk_test_mail (desk, txn, "jonas@example.net", "root@x", NULL);
  g_autoptr (GString) fields = g_string_new ("{'messageId':'z@x','from':[{'name':'','address':'jonas@example.net'},{'address':'other@example.net'}],'references':['root@x'");
  g_autofree char *long_thread = NULL;
  g_autofree char *nobody = NULL;
  g_autofree char *customer = NULL;

  for (guint i = 0; i < 298; i++)
    g_string_append_printf (fields, ",'%u@elsewhere'", i);
  g_string_append (fields, "]}");
  long_thread = desk_test_take (desk, txn, fields->str);
  assert_same_case (txn, root, long_thread);

  nobody = desk_test_take (desk, txn, "{'messageId':'n@x','from':[{'name':'Undisclosed','address':''}],'subject':''}");
  customer = desk_test_text (txn, CSM_TYPE_ID_MESSAGE, nobody, "customerId");
  g_assert_nonnull (customer);
  desk_assert_case (txn, nobody, "subject", "Good morning, my zip broke.");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  desk_test_add ("/intake/new-case", test_new_case);
  desk_test_add ("/intake/duplicates", test_duplicates);
  desk_test_add ("/intake/read-otherwise", test_read_otherwise);
  desk_test_add ("/intake/many-writers", test_many_writers);
  desk_test_add ("/intake/threads", test_threads);
  desk_test_add ("/intake/mailboxes", test_mailboxes);
  desk_test_add ("/intake/stranger", test_stranger);
  desk_test_add ("/intake/many-strangers", test_many_strangers);
  desk_test_add ("/intake/newsletter-replies", test_newsletter_replies);
  desk_test_add ("/intake/staff", test_staff);
  desk_test_add ("/intake/forged", test_forged);
  desk_test_add ("/intake/self", test_self);
  desk_test_add ("/intake/lanes", test_lanes);
  desk_test_add ("/intake/lane-of-answer", test_lane_of_answer);
  desk_test_add ("/intake/bounce", test_bounce);
  desk_test_add ("/intake/bounce-resting", test_bounce_resting);
  desk_test_add ("/intake/delay", test_delay);
  desk_test_add ("/intake/out-of-office", test_out_of_office);
  desk_test_add ("/intake/reopen", test_reopen);
  desk_test_add ("/intake/closed", test_closed);
  desk_test_add ("/intake/history", test_history);
  desk_test_add ("/intake/former-colleague", test_former_colleague);
  desk_test_add ("/intake/warnings", test_warnings);
  desk_test_add ("/intake/findings", test_findings);
  desk_test_add ("/intake/lookalike", test_lookalike);
  desk_test_add ("/intake/unreadable", test_unreadable);
  desk_test_add ("/intake/odd", test_odd);
  return g_test_run ();
}
