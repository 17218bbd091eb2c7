/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "desk-test.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "csm-desk-records.h"
#include "csm-error.h"
#include "csm-id.h"
#include "csm-json.h"

/*
 * The reader takes apart what strangers send, and may be in their hands. Whatever it answers, each mail becomes one message, perhaps
 * one that says it could not be read. CASEMENT_MUTATIONS asks for more of them.
 */

#define DEFAULT_COUNT 1500
#define SEED 20260801
#define MAX_SECONDS 1
/* Larger ones were multiplied more than once. */
#define MAX_ANSWER (1024 * 1024)
/* Each further change of one mail makes it less like one. */
#define MAX_CHANGES 4

static const char *const mails[] = {
  "{'ok':true,'messageId':'a@x','from':[{'name':'Jonas Weber','address':'jonas@example.net'}],'to':[{'name':'Fernweh','address':'" DESK_TEST_ADDRESS "'}],'cc':[],"
  "'subject':'A broken zip','textBody':'Good morning','authoredText':'Good morning','date':'2026-03-01T10:00:00Z','dateRaw':'x','inReplyTo':[],'references':[],"
  "'headers':{'receivedCount':2,'authenticationResults':['mx; dmarc=pass'],'authenticationResultsAboveReceived':1,'xMicrosoftScl':1},'warnings':['linkDeceives'],"
  "'body':[{'t':'p','s':[{'x':'Good morning','u':'https://example.net','m':true}]},{'t':'q','c':[{'t':'p','s':[{'x':'old'}]}]}],"
  "'attachments':[{'part':0,'name':'a.pdf','type':'application/pdf','size':3,'inline':false,'cid':null}],'parts':[{'type':'application/pdf','size':3},{'type':'text/html','size':9,'made':true}],"
  "'htmlPart':1,'safeHtml':1,'defects':['body-truncated']}",
  "{'ok':true,'messageId':'b@x','inReplyTo':['a@x'],'references':['root@x','a@x'],'from':[{'address':'jonas@example.net'}],'replyTo':[{'address':'other@example.org'}],"
  "'to':[{'address':'support+c01j9zk3v7xq6t8r5m2n4p0w1yb7h2k9q4m1xa4@fernweh.example.com'}],'subject':'Re: A broken zip','textBody':'Thanks','headers':{"
  "'threadIndex':'AdAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==','deliveredTo':'support@fernweh.example.com','returnPath':'<jonas@example.net>','contentLanguage':'de'},"
  "'authentication':[{'server':'mx.fernweh.example.com','aboveReceived':true,'methods':[{'method':'dkim','result':'pass','domain':'example.net','property':'header.d'}]}]}",
  "{'ok':true,'messageId':'c@x','from':[{'address':'ana@fernweh.example.com'}],'to':[{'address':'jonas@example.net'}],'inReplyTo':['b@x'],'subject':'Re: A broken zip',"
  "'textBody':'Send it in','headers':{'xMailer':'Outlook'}}",
  "{'ok':true,'messageId':'d@mx','from':[{'address':'mailer-daemon@mx.example.com'}],'to':[{'address':'" DESK_TEST_ADDRESS "'}],'subject':'Undelivered','textBody':'x',"
  "'headers':{'returnPath':'<>','xFailedRecipients':'jonas@example.net'},'report':{'kind':'delivery','originalMessageId':'c@x','recipients':["
  "{'address':'jonas@example.net','action':'failed','status':'5.1.1','diagnostic':'550 no'},{'address':'priya@example.org','action':'delayed','status':'4.0.0'}]}}",
  "{'ok':true,'messageId':'e@x','from':[{'address':'news@example.org'}],'to':[{'address':'" DESK_TEST_ADDRESS "'}],'subject':'Weekly digest','textBody':'x',"
  "'headers':{'listId':'News <news.example.org>','listUnsubscribe':'<https://example.org/u>','precedence':'bulk','autoSubmitted':'auto-generated','xSpamStatus':'No'},"
  "'unsubscribe':{'oneClick':true,'url':'https://example.org/u','mailto':null},'contacts':[{'name':'Ana','emails':['ana@example.org'],'phones':[]}]}",
  "{'ok':true,'messageId':'f@x','inReplyTo':['c@x'],'from':[{'address':'jonas@example.net'}],'to':[{'address':'" DESK_TEST_ADDRESS "'}],'subject':'Away','textBody':'x',"
  "'headers':{'autoSubmitted':'auto-replied','xCasementLoop':'support@fernweh.example.com'},'awayUntil':'2026-12-24','calendar':{'method':'reply','summary':'Repair','start':'2026-12-01T09:00:00Z',"
  "'attendees':2,'allDay':false}}",
};

/* --- Changing ---------------------------------------------------------------------------------------------------------------- */

static JsonNode *
random_node (GRand *rand)
{
  static const char *const texts[] = {
    "null", "true", "-1", "9007199254740993", "1e300", "\"\"", "{}", "[]", "[null]", "[[[[1]]]]", "{\"address\":7,\"name\":[]}", "[{\"address\":null}]",
    "\"jonas@example.net\"", "\"@\"", "\"a@x\"", "\"<>\"", "\"\\n\\r\\t\"", "\"\\ufeff\\u202e\"", "[\"a@x\",7,null,{}]", "\"0000-99-99T99:99:99Z\"", "[\"\"]", "{\"\":{}}",
  };
  guint pick = (guint) g_rand_int_range (rand, 0, G_N_ELEMENTS (texts) + 2);
  g_autofree char *long_text = NULL;
  JsonNode *node;

  if (pick < G_N_ELEMENTS (texts))
    return csm_json_parse_trusted (texts[pick], -1);
  long_text = g_strnfill (g_rand_int_range (rand, 1, 200000), pick == G_N_ELEMENTS (texts) ? '@' : 'x');
  node = json_node_new (JSON_NODE_VALUE);
  json_node_set_string (node, long_text);
  return node;
}

static JsonNode *change (JsonNode *node, GRand *rand, guint depth);

static JsonNode *
change_array (JsonNode *node,
              GRand    *rand,
              guint     depth)
{
  JsonArray *old = json_node_get_array (node), *new = json_array_new ();
  guint length = json_array_get_length (old);
  guint at = (guint) g_rand_int_range (rand, 0, (gint32) length + 1);
  JsonNode *out = json_node_new (JSON_NODE_ARRAY);
  guint copies = at == length ? (guint) g_rand_int_range (rand, 0, 3) * 700 : 0;

  for (guint i = 0; i < length; i++)
    json_array_add_element (new, i == at ? change (json_array_get_element (old, i), rand, depth + 1) : csm_json_copy (json_array_get_element (old, i)));
  for (guint i = 0; i < copies && length > 0; i++)
    json_array_add_element (new, csm_json_copy (json_array_get_element (old, 0)));
  json_node_take_array (out, new);
  return out;
}

static JsonNode *
change_object (JsonNode *node,
               GRand    *rand,
               guint     depth)
{
  JsonObject *old = json_node_get_object (node), *new = json_object_new ();
  g_autoptr (GList) names = json_object_get_members (old);
  guint length = g_list_length (names), i = 0;
  guint at = length > 0 ? (guint) g_rand_int_range (rand, 0, (gint32) length) : 0;
  gboolean drop = g_rand_int_range (rand, 0, 6) == 0;
  JsonNode *out = json_node_new (JSON_NODE_OBJECT);

  for (GList *l = names; l != NULL; l = l->next, i++)
    {
      JsonNode *value = json_object_get_member (old, l->data);

      if (i != at)
        json_object_set_member (new, l->data, csm_json_copy (value));
      else if (!drop)
        json_object_set_member (new, l->data, change (value, rand, depth + 1));
    }
  json_node_take_object (out, new);
  return out;
}

/* A copy in which one thing is other than it was. */
static JsonNode *
change (JsonNode *node,
        GRand    *rand,
        guint     depth)
{
  gboolean deeper = depth == 0 || g_rand_int_range (rand, 0, 4) > 0;

  if (deeper && JSON_NODE_HOLDS_OBJECT (node))
    return change_object (node, rand, depth);
  if (deeper && JSON_NODE_HOLDS_ARRAY (node))
    return change_array (node, rand, depth);
  return random_node (rand);
}

/* --- Taking in ----------------------------------------------------------------------------------------------------------------- */

static gboolean
take (CsmTxn             *txn,
      const CsmIncoming  *incoming,
      CsmIntakeOutcome   *outcome,
      char              **id,
      GError            **error)
{
  GError *local = NULL;
  gboolean good;

  g_assert_true (csm_txn_savepoint (txn, &local));
  good = csm_intake (txn, incoming, outcome, id, error);
  csm_txn_release (txn, good, &local);
  g_assert_no_error (local);
  return good;
}

/* As the channels do it: what can't be taken in is set aside with its original. */
static void
take_or_set_aside (Desk       *desk,
                   CsmTxn     *txn,
                   JsonObject *mail,
                   guint       number)
{
  g_autofree char *text = g_strdup_printf ("mail %u", number);
  g_autoptr (GBytes) raw = g_bytes_new (text, strlen (text));
  g_autoptr (GError) error = NULL;
  g_autofree char *blob_id = csm_store_put_blob_unsynced (desk->store, raw, NULL);
  g_autofree char *id = NULL;
  char *blob_ids[] = { blob_id, NULL, NULL };
  JsonArray *parts = csm_json_get_array (mail, "parts");
  gboolean has_blobs = parts != NULL && json_array_get_length (parts) <= 2;
  CsmIncoming incoming = { .channel_id = desk->channel, .mail = mail, .raw_blob_id = blob_id, .blob_ids = has_blobs ? blob_ids : NULL, .received = desk->clock };
  CsmIntakeOutcome outcome;

  desk->clock += G_USEC_PER_SEC;
  if (!take (txn, &incoming, &outcome, &id, &error))
    {
      g_autoptr (JsonObject) unread = desk_test_json ("{'ok':false,'reason':'odd','size':7}");

      g_assert_true (csm_desk_may_skip (error) ||
                     (error->domain == CSM_ERROR && (error->code == CSM_ERROR_INVALID || error->code == CSM_ERROR_TOO_LARGE || error->code == CSM_ERROR_CONSTRAINT)));
      g_clear_error (&error);
      incoming.mail = unread;
      take (txn, &incoming, &outcome, &id, &error);
      g_assert_no_error (error);
    }
  g_assert_nonnull (id);
  desk_assert_text (txn, CSM_TYPE_ID_MESSAGE, id, "id", id);
}

static void
test_answers (Desk   *desk,
              CsmTxn *txn)
{
  const char *wanted = g_getenv ("CASEMENT_MUTATIONS");
  guint count = wanted != NULL ? (guint) atoi (wanted) : DEFAULT_COUNT;
  g_autoptr (GRand) rand = g_rand_new_with_seed (SEED);
  g_autofree char *rule = csm_id_new ('r');
  g_autoptr (JsonObject) channel = desk_test_get (txn, CSM_TYPE_ID_CHANNEL, desk->channel);
  GError *error = NULL;
  clock_t longest = 0;

  json_object_set_object_member (channel, "acknowledgement", desk_test_json ("{'enabled':true,'language':'en','texts':{'en':'Hello {name}: {subject}'}}"));
  json_object_set_object_member (channel, "authServers", desk_test_json ("{'mx.fernweh.example.com':true}"));
  csm_txn_update (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (CSM_TYPE_ID_CHANNEL), desk->channel, channel, &error);
  g_assert_no_error (error);
  g_assert_cmpint (desk_test_create (txn, desk->admin, CSM_TYPE_ID_RULE, rule,
                                     desk_test_json ("{'kind':'lane','lane':'digest','conditions':{'to':{'has':'x'},'text':{'has':'x'},'listId':{'is':'*'},"
                                                     "'attachmentType':{'is':'image/*'},'header:x-loop':{'is':'x','not':true}}}")), ==, -1);
  for (guint i = 0; i < count; i++)
    {
      g_autofree char *text = g_strdelimit (g_strdup (mails[i % G_N_ELEMENTS (mails)]), "'", '"');
      g_autoptr (JsonNode) node = csm_json_parse_trusted (text, -1);
      guint changes = i < G_N_ELEMENTS (mails) ? 0 : (guint) g_rand_int_range (rand, 1, MAX_CHANGES + 1);
      clock_t began;

      for (guint c = 0; c < changes; c++)
        {
          JsonNode *next = change (node, rand, 0);

          json_node_unref (node);
          node = next;
        }
      g_clear_pointer (&text, g_free);
      text = csm_json_write (node);
      if (strlen (text) > MAX_ANSWER)
        continue;
      began = clock ();
      take_or_set_aside (desk, txn, json_node_get_object (node), i);
      /* Of the processor's time, which neighbours don't change. */
      longest = MAX (longest, clock () - began);
      if (clock () - began > CLOCKS_PER_SEC / 2)
        g_test_message ("%.3f s for %.600s", (double) (clock () - began) / CLOCKS_PER_SEC, text);
      g_assert_cmpint (longest, <, MAX_SECONDS * CLOCKS_PER_SEC);
    }
  g_test_message ("%u mails, %.3f s for the longest", count, (double) longest / CLOCKS_PER_SEC);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  desk_test_add ("/mutations/answers", test_answers);
  return g_test_run ();
}
