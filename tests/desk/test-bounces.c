/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "desk-test.h"

#include <string.h>

#include "csm-desk-records.h"
#include "csm-json.h"
#include "csm-reply-token.h"

/* A message from us to two customers; what a person sends leaves through other code, which the token does not care about. */
static char *
send_to_two (Desk   *desk,
             CsmTxn *txn)
{
  g_autofree char *a = desk_test_mail (desk, txn, "jonas@example.net", "a@x", NULL);

  g_assert_nonnull (a);
  return desk_test_take (desk, txn, "{'messageId':'b@x','inReplyTo':['a@x'],'from':[{'address':'ana@fernweh.example.com'}],"
                         "'to':[{'name':'Jonas','address':'jonas@example.net'}],'cc':[{'address':'priya@example.org'}]}");
}

static char *
report (Desk       *desk,
        CsmTxn     *txn,
        const char *id,
        const char *to,
        const char *original,
        const char *recipients)
{
  g_autofree char *quoted = original != NULL ? g_strdup_printf ("'%s'", original) : g_strdup ("null");
  g_autofree char *fields = g_strdup_printf ("{'messageId':'%s','from':[{'address':'mailer-daemon@mx.example.com'}],'to':[{'address':'%s'}],'headers':{'returnPath':'<>'},"
                                             "'report':{'kind':'delivery','originalMessageId':%s,'recipients':[%s]}}", id, to, quoted, recipients);

  return desk_test_take (desk, txn, fields);
}

static JsonObject *
recipient (JsonObject *message,
           const char *address)
{
  return csm_json_get_object (csm_json_get_object (csm_json_get_object (message, "delivery"), "recipients"), address);
}

static gboolean
is_undeliverable (CsmTxn     *txn,
                  const char *address)
{
  GError *error = NULL;
  g_autofree char *id = csm_txn_find_customer (txn, "email", address, &error);
  g_autofree char *key = g_strconcat ("email:", address, NULL);
  g_autoptr (JsonObject) customer = NULL;

  g_assert_no_error (error);
  g_assert_nonnull (id);
  customer = desk_test_get (txn, CSM_TYPE_ID_CUSTOMER, id);
  return csm_json_get_object (csm_json_get_object (csm_json_get_object (customer, "identities"), key), "undeliverable") != NULL;
}

#define GONE "{'address':'%s','action':'failed','status':'5.1.1','diagnostic':'550 5.1.1 User unknown'}"

/* The address that the report came to says which message it is about, though it holds nothing else. */
static void
test_token (Desk   *desk,
            CsmTxn *txn)
{
  g_autofree char *sent = send_to_two (desk, txn);
  GError *error = NULL;
  g_autofree char *tagged = csm_reply_token_address (txn, DESK_TEST_ADDRESS, CSM_REPLY_TOKEN_BOUNCE, sent, &error);
  g_autofree char *gone = g_strdup_printf (GONE, "Jonas@example.net");
  g_autofree char *dsn = report (desk, txn, "r1@mx", tagged, NULL, gone);
  g_autofree char *again = NULL;
  g_autoptr (JsonObject) message = desk_test_get (txn, CSM_TYPE_ID_MESSAGE, sent);
  g_autofree char *case_id = desk_test_text (txn, CSM_TYPE_ID_MESSAGE, sent, "caseId");

  g_assert_no_error (error);
  desk_assert_text (txn, CSM_TYPE_ID_MESSAGE, dsn, "caseId", case_id);
  desk_assert_text (txn, CSM_TYPE_ID_MESSAGE, dsn, "automatic", "bounce");
  g_assert_cmpstr (csm_json_get_string (csm_json_get_object (message, "delivery"), "state"), ==, "failed");
  g_assert_cmpstr (csm_json_get_string (recipient (message, "jonas@example.net"), "state"), ==, "failed");
  g_assert_cmpstr (csm_json_get_string (recipient (message, "jonas@example.net"), "from"), ==, "report");
  g_assert_null (recipient (message, "priya@example.org"));
  g_assert_true (is_undeliverable (txn, "jonas@example.net"));
  g_assert_cmpuint (desk_test_events (txn, case_id, "deliveryFailed"), ==, 1);

  /* Whoever writes is there. */
  again = desk_test_take (desk, txn, "{'messageId':'c@x','inReplyTo':['b@x']}");
  desk_assert_text (txn, CSM_TYPE_ID_MESSAGE, again, "caseId", case_id);
  g_assert_false (is_undeliverable (txn, "jonas@example.net"));
}

/* A vacation program writes to the envelope's sender, often without saying what it answers. */
static void
test_away (Desk   *desk,
           CsmTxn *txn)
{
  g_autofree char *sent = send_to_two (desk, txn);
  g_autofree char *case_id = desk_test_text (txn, CSM_TYPE_ID_MESSAGE, sent, "caseId");
  GError *error = NULL;
  g_autofree char *tagged = csm_reply_token_address (txn, DESK_TEST_ADDRESS, CSM_REPLY_TOKEN_BOUNCE, sent, &error);
  g_autofree char *fields = g_strdup_printf ("{'messageId':'away@x','from':[{'address':'priya@example.org'}],'to':[{'address':'%s'}],'headers':{'autoSubmitted':'auto-replied'}}", tagged);
  g_autofree char *away = desk_test_take (desk, txn, fields);

  g_assert_no_error (error);
  desk_assert_text (txn, CSM_TYPE_ID_MESSAGE, away, "caseId", case_id);
  desk_assert_text (txn, CSM_TYPE_ID_CASE, case_id, "status", "waiting");
}

/* Each recipient has a state of its own; 4.x marks nobody, and what failed is not delayed afterwards. */
static void
test_recipients (Desk   *desk,
                 CsmTxn *txn)
{
  g_autofree char *sent = send_to_two (desk, txn);
  g_autofree char *gone = g_strdup_printf (GONE, "jonas@example.net");
  g_autofree char *first = report (desk, txn, "r1@mx", DESK_TEST_ADDRESS, "b@x",
                                   "{'address':'jonas@example.net','action':'delayed','status':'4.4.1'},{'address':'priya@example.org','action':'delivered','status':'2.1.5'}");
  g_autoptr (JsonObject) before = desk_test_get (txn, CSM_TYPE_ID_MESSAGE, sent);
  g_autofree char *second = report (desk, txn, "r2@mx", DESK_TEST_ADDRESS, "b@x", gone);
  g_autofree char *late = report (desk, txn, "r3@mx", DESK_TEST_ADDRESS, "b@x", "{'address':'jonas@example.net','action':'delayed','status':'4.4.1'}");
  g_autoptr (JsonObject) after = desk_test_get (txn, CSM_TYPE_ID_MESSAGE, sent);

  g_assert_cmpstr (csm_json_get_string (recipient (before, "jonas@example.net"), "state"), ==, "delayed");
  g_assert_cmpstr (csm_json_get_string (recipient (before, "priya@example.org"), "state"), ==, "accepted");
  g_assert_cmpstr (csm_json_get_string (csm_json_get_object (before, "delivery"), "state"), ==, "accepted");
  g_assert_nonnull (first);
  g_assert_nonnull (second);
  g_assert_nonnull (late);
  g_assert_cmpstr (csm_json_get_string (recipient (after, "jonas@example.net"), "state"), ==, "failed");
  g_assert_cmpstr (csm_json_get_string (recipient (after, "priya@example.org"), "state"), ==, "accepted");
  g_assert_cmpstr (csm_json_get_string (csm_json_get_object (after, "delivery"), "why"), ==, "jonas@example.net: 550 5.1.1 User unknown");
  g_assert_true (is_undeliverable (txn, "jonas@example.net"));
}

static guint
count_outgoing (CsmTxn     *txn,
                const char *state)
{
  g_autoptr (GPtrArray) ids = csm_txn_outgoing_list (txn, state, G_MAXINT64, NULL, NULL);

  return ids->len;
}

/* Nobody knew what became of it: now the report says so. */
static void
test_unknown (Desk   *desk,
              CsmTxn *txn)
{
  g_autofree char *sent = send_to_two (desk, txn);
  g_autoptr (JsonObject) message = desk_test_get (txn, CSM_TYPE_ID_MESSAGE, sent);
  JsonObject *delivery = json_object_new ();
  GError *error = NULL;
  g_autofree char *dsn = NULL;

  json_object_set_string_member (delivery, "state", "unknown");
  json_object_set_object_member (message, "delivery", delivery);
  g_assert_true (csm_desk_save (txn, CSM_TYPE_ID_MESSAGE, message, &error));
  g_assert_true (csm_txn_outgoing_put (txn, sent, "unknown", 1, 0, &error));
  g_assert_cmpuint (count_outgoing (txn, "unknown"), ==, 1);
  dsn = report (desk, txn, "r1@mx", DESK_TEST_ADDRESS, "b@x", "{'address':'jonas@example.net','action':'failed','status':'5.1.1'}");
  g_assert_nonnull (dsn);
  g_assert_cmpuint (count_outgoing (txn, "unknown"), ==, 0);
}

/* A full mailbox, or a refusal of what was written, says nothing about the address. */
static void
test_other_codes (Desk   *desk,
                  CsmTxn *txn)
{
  static const char *const codes[] = { "5.2.2", "5.7.1", "4.2.2" };
  g_autofree char *sent = send_to_two (desk, txn);

  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    {
      g_autofree char *id = g_strdup_printf ("r%u@mx", i);
      g_autofree char *text = g_strdup_printf ("{'address':'jonas@example.net','status':'%s'}", codes[i]);
      g_autofree char *dsn = report (desk, txn, id, DESK_TEST_ADDRESS, "b@x", text);

      g_assert_nonnull (dsn);
      g_assert_false (is_undeliverable (txn, "jonas@example.net"));
    }
  desk_assert_text (txn, CSM_TYPE_ID_MESSAGE, sent, "direction", "out");
}

/* Forged, of a message that came in, or of none: it is kept, marks nothing, and nobody's case is touched. */
static void
test_untied (Desk   *desk,
             CsmTxn *txn)
{
  g_autofree char *sent = send_to_two (desk, txn);
  g_autofree char *a = desk_test_text (txn, CSM_TYPE_ID_MESSAGE, sent, "conversationId");
  GError *error = NULL;
  g_autofree char *tagged = csm_reply_token_address (txn, DESK_TEST_ADDRESS, CSM_REPLY_TOKEN_BOUNCE, sent, &error);
  g_autofree char *gone = g_strdup_printf (GONE, "jonas@example.net");
  g_autofree char *forged = NULL, *incoming = NULL, *unknown = NULL, *old_style = NULL;

  g_assert_no_error (error);
  tagged[strcspn (tagged, "@") - 1] = tagged[strcspn (tagged, "@") - 1] == '0' ? '1' : '0';
  forged = report (desk, txn, "r1@mx", tagged, NULL, gone);
  incoming = report (desk, txn, "r2@mx", DESK_TEST_ADDRESS, "a@x", gone);
  unknown = report (desk, txn, "r3@mx", DESK_TEST_ADDRESS, "nowhere@x", gone);
  desk_assert_case (txn, forged, "lane", "bounce");
  desk_assert_case (txn, incoming, "lane", "bounce");
  desk_assert_case (txn, unknown, "lane", "bounce");
  g_assert_false (is_undeliverable (txn, "jonas@example.net"));
  g_assert_cmpuint (desk_test_count (txn, CSM_TYPE_ID_MESSAGE, "conversationId", a), ==, 2);

  /* What older mail servers send. */
  old_style = desk_test_take (desk, txn, "{'messageId':'r4@mx','from':[{'address':'mailer-daemon@mx.example.com'}],'inReplyTo':['b@x'],"
                              "'headers':{'returnPath':'<>','xFailedRecipients':'priya@example.org, nobody@example.org'}}");
  desk_assert_text (txn, CSM_TYPE_ID_MESSAGE, old_style, "conversationId", a);
  {
    g_autoptr (JsonObject) message = desk_test_get (txn, CSM_TYPE_ID_MESSAGE, sent);

    g_assert_cmpstr (csm_json_get_string (recipient (message, "priya@example.org"), "state"), ==, "failed");
    g_assert_null (recipient (message, "nobody@example.org"));
  }
}

/* Whoever got a mail can make up reports about it: they concern only whom it went to, and repeating them does nothing. */
static void
test_made_up (Desk   *desk,
              CsmTxn *txn)
{
  g_autofree char *other = desk_test_mail (desk, txn, "victor@example.org", "v@x", NULL);
  g_autofree char *sent = send_to_two (desk, txn);
  g_autofree char *case_id = desk_test_text (txn, CSM_TYPE_ID_MESSAGE, sent, "caseId");
  g_autofree char *gone = g_strdup_printf (GONE "," GONE, "victor@example.org", "jonas@example.net");
  g_autofree char *first = report (desk, txn, "r1@mx", DESK_TEST_ADDRESS, "b@x", gone);
  g_autofree char *second = NULL, *arrived = NULL;
  g_autoptr (JsonObject) message = desk_test_get (txn, CSM_TYPE_ID_MESSAGE, sent);

  g_assert_nonnull (other);
  g_assert_nonnull (first);
  g_assert_false (is_undeliverable (txn, "victor@example.org"));
  g_assert_true (is_undeliverable (txn, "jonas@example.net"));
  g_assert_null (recipient (message, "victor@example.org"));
  g_assert_cmpuint (desk_test_events (txn, case_id, "deliveryFailed"), ==, 1);

  g_assert_cmpint (desk_test_patch (txn, desk->agent, CSM_TYPE_ID_CASE, case_id, desk_test_json ("{'status':'resolved'}")), ==, -1);
  second = report (desk, txn, "r2@mx", DESK_TEST_ADDRESS, "b@x", gone);
  arrived = report (desk, txn, "r3@mx", DESK_TEST_ADDRESS, "b@x", "{'address':'jonas@example.net','action':'delivered','status':'2.0.0'}");
  desk_assert_text (txn, CSM_TYPE_ID_MESSAGE, second, "caseId", case_id);
  desk_assert_text (txn, CSM_TYPE_ID_MESSAGE, arrived, "caseId", case_id);
  desk_assert_text (txn, CSM_TYPE_ID_CASE, case_id, "status", "resolved");
  g_assert_cmpuint (desk_test_events (txn, case_id, "deliveryFailed"), ==, 1);
  g_clear_pointer (&message, json_object_unref);
  message = desk_test_get (txn, CSM_TYPE_ID_MESSAGE, sent);
  g_assert_cmpstr (csm_json_get_string (recipient (message, "jonas@example.net"), "state"), ==, "failed");
  g_assert_true (is_undeliverable (txn, "jonas@example.net"));
}

/* Of a mail that goes out again to one of two, nobody can say what became of it there. */
static void
test_still_with_us (Desk   *desk,
                    CsmTxn *txn)
{
  g_autofree char *sent = send_to_two (desk, txn);
  g_autoptr (JsonObject) message = desk_test_get (txn, CSM_TYPE_ID_MESSAGE, sent), after = NULL;
  g_autofree char *gone = g_strdup_printf (GONE "," GONE, "priya@example.org", "jonas@example.net");
  g_autofree char *dsn = NULL;
  GError *error = NULL;

  json_object_set_object_member (message, "delivery",
                                 desk_test_json ("{'state':'queued','recipients':{'jonas@example.net':{'state':'accepted','from':'smtp'},"
                                                 "'priya@example.org':{'state':'delayed','from':'smtp'}}}"));
  csm_txn_update (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (CSM_TYPE_ID_MESSAGE), sent, message, &error);
  g_assert_no_error (error);
  dsn = report (desk, txn, "r1@mx", DESK_TEST_ADDRESS, "b@x", gone);
  g_assert_nonnull (dsn);
  after = desk_test_get (txn, CSM_TYPE_ID_MESSAGE, sent);
  g_assert_cmpstr (csm_json_get_string (csm_json_get_object (after, "delivery"), "state"), ==, "queued");
  g_assert_cmpstr (csm_json_get_string (recipient (after, "priya@example.org"), "state"), ==, "delayed");
  g_assert_cmpstr (csm_json_get_string (recipient (after, "jonas@example.net"), "state"), ==, "failed");
}

/* Whoever writes is there, also without a name. */
static void
test_back_without_name (Desk   *desk,
                        CsmTxn *txn)
{
  g_autofree char *sent = send_to_two (desk, txn);
  g_autofree char *gone = g_strdup_printf (GONE, "jonas@example.net");
  g_autofree char *dsn = report (desk, txn, "r1@mx", DESK_TEST_ADDRESS, "b@x", gone);
  g_autofree char *again = NULL;

  g_assert_nonnull (sent);
  g_assert_nonnull (dsn);
  g_assert_true (is_undeliverable (txn, "jonas@example.net"));
  again = desk_test_take (desk, txn, "{'messageId':'c@x','from':[{'name':'','address':'jonas@example.net'}]}");
  g_assert_nonnull (again);
  g_assert_false (is_undeliverable (txn, "jonas@example.net"));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  desk_test_add ("/bounces/token", test_token);
  desk_test_add ("/bounces/away", test_away);
  desk_test_add ("/bounces/recipients", test_recipients);
  desk_test_add ("/bounces/unknown", test_unknown);
  desk_test_add ("/bounces/other-codes", test_other_codes);
  desk_test_add ("/bounces/untied", test_untied);
  desk_test_add ("/bounces/made-up", test_made_up);
  desk_test_add ("/bounces/still-with-us", test_still_with_us);
  desk_test_add ("/bounces/back-without-name", test_back_without_name);
  return g_test_run ();
}
