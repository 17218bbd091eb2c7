/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "sync-test.h"

#include "csm-id.h"
#include "csm-json.h"
#include "csm-time.h"

/*
 * Messages change their case when cases are merged and split. Whoever was there, came later, or was away meanwhile has in the end what
 * the server has.
 */

#define DAY (24 * 3600 * CSM_SECOND)
#define OLD_CASE "c01J0000000000000000000000A"
#define OLD_CONVERSATION "v01J0000000000000000000000A"
#define OLD_MESSAGE "m01J00000000000000000000001"
#define OLD_CUSTOMER "u01J0000000000000000000000A"

static const char *
nth (SyncTest *test,
     guint     i)
{
  return g_ptr_array_index (test->workspace->cases, i);
}

static void
patch (SyncTest   *test,
       const char *type,
       const char *id,
       const char *member,
       const char *value)
{
  g_autofree char *method = g_strconcat (type, "/set", NULL);
  g_autofree char *quoted = value != NULL ? g_strdup_printf ("'%s'", value) : g_strdup ("null");
  g_autoptr (JsonObject) answer = csm_test_client_call (test->client, method, "{'accountId':'%s','update':{'%s':{'%s':%s}}}",
                                                        test->workspace->workspace_id, id, member, quoted);
  JsonObject *updated = csm_json_get_object (answer, "updated");

  if (updated == NULL || !json_object_has_member (updated, id))
    {
      g_autofree char *text = csm_json_write_object (answer);

      g_error ("%s", text);
    }
}

/* Of the only message of a case. */
static char *
message_of (SyncTest   *test,
            const char *case_id,
            const char *member)
{
  g_autoptr (JsonObject) found = csm_test_client_call (test->client, "Message/query", "{'accountId':'%s','filter':{'caseId':'%s'}}",
                                                       test->workspace->workspace_id, case_id);
  const char *id = json_array_get_string_element (csm_json_get_array (found, "ids"), 0);
  g_autoptr (JsonObject) got = csm_test_client_call (test->client, "Message/get", "{'accountId':'%s','ids':['%s']}", test->workspace->workspace_id, id);

  return g_strdup (csm_json_get_string (json_array_get_object_element (csm_json_get_array (got, "list"), 0), member));
}

static void
comment (SyncTest   *test,
         const char *case_id)
{
  g_autofree char *id = csm_id_new ('n');
  g_autoptr (JsonObject) answer = csm_test_client_call (test->client, "Comment/set", "{'accountId':'%s','create':{'%s':{'caseId':'%s','body':'hm'}}}",
                                                        test->workspace->workspace_id, id, case_id);

  g_assert_nonnull (csm_json_get_object (answer, "created"));
}

static void
insert (CsmTxn     *txn,
        CsmTypeId   type,
        const char *id,
        JsonObject *record)
{
  g_autoptr (JsonObject) owned = record;
  GError *error = NULL;

  csm_txn_insert (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (type), id, record, &error);
  g_assert_no_error (error);
}

/* A case that nobody has a reason to keep on a desk. */
static gpointer
add_old_case (CsmTxn        *txn,
              gpointer       input,
              GCancellable  *cancellable,
              GError       **error)
{
  g_autofree char *when = csm_time_format (csm_time_now () - 200 * DAY);

  insert (txn, CSM_TYPE_ID_CUSTOMER, OLD_CUSTOMER, csm_test_json ("{'name':'Lea'}"));
  insert (txn, CSM_TYPE_ID_CASE, OLD_CASE, csm_test_json ("{'subject':'Old','status':'closed','lastActivityAt':'%s','lastMessageAt':'%s','messagesState':'X','messageCount':2,"
                                                          "'customerId':'" OLD_CUSTOMER "'}", when, when));
  insert (txn, CSM_TYPE_ID_CONVERSATION, OLD_CONVERSATION, csm_test_json ("{'caseId':'" OLD_CASE "','customerId':'" OLD_CUSTOMER "','channelId':'%s'}", (const char *) input));
  for (guint i = 1; i <= 2; i++)
    {
      g_autofree char *id = g_strdup_printf ("m01J%023u", i);

      insert (txn, CSM_TYPE_ID_MESSAGE, id, csm_test_json ("{'caseId':'" OLD_CASE "','conversationId':'" OLD_CONVERSATION "','channelId':'%s','direction':'in','at':'%s',"
                                                           "'subject':'Old','textBody':'Long ago'}", (const char *) input, when));
    }
  return NULL;
}

typedef void (*Step) (SyncTest *test);

static void
merge (SyncTest *test)
{
  comment (test, nth (test, 0));
  patch (test, "Case", nth (test, 0), "mergedIntoId", nth (test, 1));
  comment (test, nth (test, 0));
}

static void
merge_on (SyncTest *test)
{
  patch (test, "Case", nth (test, 1), "mergedIntoId", nth (test, 2));
}

static void
take_first (SyncTest *test)
{
  patch (test, "Case", nth (test, 0), "mergedIntoId", NULL);
}

static void
take_second (SyncTest *test)
{
  patch (test, "Case", nth (test, 1), "mergedIntoId", NULL);
}

static void
move_away (SyncTest *test)
{
  g_autofree char *conversation = message_of (test, nth (test, 3), "conversationId");

  patch (test, "Conversation", conversation, "caseId", nth (test, 4));
}

static void
split_off (SyncTest *test)
{
  g_autofree char *message = message_of (test, nth (test, 5), "id");
  g_autofree char *conversation = message_of (test, nth (test, 5), "conversationId");
  g_autofree char *channel = message_of (test, nth (test, 5), "channelId");
  g_autofree char *customer = message_of (test, nth (test, 5), "customerId");
  g_autofree char *id = csm_id_new ('v');
  g_autoptr (JsonObject) answer = csm_test_client_call (test->client, "Conversation/set", "{'accountId':'%s','create':{'%s':{'caseId':'%s','customerId':'%s','channelId':'%s',"
                                                        "'splitFromId':'%s','firstMessageId':'%s'}}}", test->workspace->workspace_id, id, nth (test, 4), customer, channel,
                                                        conversation, message);

  g_assert_nonnull (csm_json_get_object (answer, "created"));
  patch (test, "Conversation", id, "mergedIntoId", conversation);
  patch (test, "Conversation", id, "mergedIntoId", NULL);
}

static void
merge_customers (SyncTest *test)
{
  g_autofree char *message_customer = message_of (test, nth (test, 2), "customerId");

  patch (test, "Customer", message_customer, "mergedIntoId", OLD_CUSTOMER);
}

static const Step steps[] = { merge, merge_on, take_first, take_second, merge, move_away, split_off, merge_customers, take_first };

static void
old_into_new (SyncTest *test)
{
  patch (test, "Case", OLD_CASE, "mergedIntoId", nth (test, 0));
}

static void
new_into_old (SyncTest *test)
{
  patch (test, "Case", OLD_CASE, "mergedIntoId", NULL);
  patch (test, "Case", nth (test, 1), "mergedIntoId", OLD_CASE);
}

static void
on_done (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

static gboolean
is_done (gpointer data)
{
  return *(GAsyncResult **) data != NULL;
}

/* The history of what is merged comes when somebody looks at it; here all of it is wanted. */
static void
keep_merged (SyncDesk *desk,
                SyncTest *test)
{
  const char *ids[] = { OLD_CASE, nth (test, 0), nth (test, 1) };

  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      g_autoptr (GAsyncResult) result = NULL;
      GError *error = NULL;

      csm_cache_pin_case_async (desk->cache, ids[i], TRUE, NULL, on_done, &result);
      sync_wait_until (is_done, &result, "a pin");
      csm_cache_pin_case_finish (desk->cache, result, &error);
      g_assert_no_error (error);
    }
}

static void
test_desks (void)
{
  SyncTest test = { 0 };
  SyncDesk *present, *absent;

  sync_test_set_up (&test, 6);
  csm_test_workspace_run (test.workspace, add_old_case, test.workspace->channel);
  present = sync_desk_new (&test, &test.workspace->agent, "ana");
  absent = sync_desk_new (&test, &test.workspace->lead, "ben");
  csm_account_start (present->account);
  csm_account_start (absent->account);
  sync_desk_wait_synced (present);
  sync_desk_wait_synced (absent);
  /* What is old is nowhere but on the server, and with its customer's newer case it is everywhere. */
  old_into_new (&test);
  sync_desk_wait_shows (present, CSM_TYPE_ID_MESSAGE, OLD_MESSAGE, "caseId", nth (&test, 0));
  sync_desk_wait_shows (absent, CSM_TYPE_ID_MESSAGE, OLD_MESSAGE, "caseId", nth (&test, 0));
  keep_merged (present, &test);
  keep_merged (absent, &test);
  sync_desk_check_equal (present, &test, &test.workspace->agent);
  sync_desk_check_equal (absent, &test, &test.workspace->lead);
  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      /* One of them is away every other time, for one step or two. */
      if (i % 3 == 0)
        g_clear_pointer (&absent, sync_desk_free);
      steps[i] (&test);
      if (i % 3 != 1)
        {
          sync_desk_check_equal (present, &test, &test.workspace->agent);
        }
      else
        {
          absent = sync_desk_new (&test, &test.workspace->lead, "ben");
          csm_account_start (absent->account);
          sync_desk_wait_synced (absent);
          sync_desk_check_equal (absent, &test, &test.workspace->lead);
        }
    }
  new_into_old (&test);
  sync_desk_check_equal (present, &test, &test.workspace->agent);
  sync_desk_check_equal (absent, &test, &test.workspace->lead);
  sync_desk_free (absent);
  sync_desk_free (present);

  /* And whoever begins now has the same. */
  present = sync_desk_new (&test, &test.workspace->agent, "fresh");
  csm_account_start (present->account);
  sync_desk_wait_synced (present);
  keep_merged (present, &test);
  sync_desk_check_equal (present, &test, &test.workspace->agent);
  sync_desk_free (present);
  sync_test_tear_down (&test);
}

/* What was written on a train to a case that was merged meanwhile is in the other one, on every desk; the case itself stays what it is. */
static void
test_away (void)
{
  SyncTest test = { 0 };
  SyncDesk *desk;
  g_autofree char *comment_id = NULL;
  CsmIntent *intent = csm_intent_new ("Comment");

  sync_test_set_up (&test, 3);
  desk = sync_desk_new (&test, &test.workspace->agent, "ana");
  csm_account_start (desk->account);
  sync_desk_wait_synced (desk);
  g_clear_pointer (&desk, sync_desk_free);
  patch (&test, "Case", nth (&test, 0), "mergedIntoId", nth (&test, 1));

  desk = sync_desk_new (&test, &test.workspace->agent, "ana");
  comment_id = csm_intent_create (intent, CSM_TYPE_ID_COMMENT, csm_test_json ("{'caseId':'%s','body':'From the train'}", nth (&test, 0)));
  sync_desk_perform (desk, intent);
  sync_desk_update (desk, CSM_TYPE_ID_CASE, nth (&test, 0), "{'priority':'high'}");
  sync_desk_update (desk, CSM_TYPE_ID_CASE, nth (&test, 2), "{'status':'resolved'}");
  sync_desk_wait_shows (desk, CSM_TYPE_ID_COMMENT, comment_id, "caseId", nth (&test, 0));

  csm_account_start (desk->account);
  sync_desk_wait_shows (desk, CSM_TYPE_ID_COMMENT, comment_id, "caseId", nth (&test, 1));
  sync_desk_wait_outbox (desk, 0, 0);
  sync_desk_wait_shows (desk, CSM_TYPE_ID_CASE, nth (&test, 0), "status", "closed");
  sync_desk_wait_shows (desk, CSM_TYPE_ID_CASE, nth (&test, 2), "status", "resolved");
  patch (&test, "Case", nth (&test, 0), "mergedIntoId", NULL);
  sync_desk_wait_shows (desk, CSM_TYPE_ID_COMMENT, comment_id, "caseId", nth (&test, 0));
  sync_desk_check_equal (desk, &test, &test.workspace->agent);
  sync_desk_free (desk);
  sync_test_tear_down (&test);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/shape/desks", test_desks);
  g_test_add_func ("/shape/away", test_away);
  return g_test_run ();
}
