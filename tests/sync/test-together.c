/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "sync-test.h"

#include <string.h>

#include "csm-id.h"
#include "csm-json.h"

/* Three colleagues work on the same cases without a network, and come back in every order: nothing that they wrote is lost. */

#define N_DESKS 3
#define N_ORDERS 6

static const guint orders[N_ORDERS][N_DESKS] = { { 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 }, { 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 } };
static const char *const names[N_DESKS] = { "mira", "ana", "ben" };

typedef struct
{
  SyncTest       test;
  CsmTestPerson *people[N_DESKS];
  SyncDesk      *desks[N_DESKS];
  char          *case_id;
  char          *conversation_id;
  char          *draft_id;
  char          *task_id;
} Together;

static void
start (Together *together,
       guint     i)
{
  if (together->desks[i] != NULL)
    sync_desk_free (together->desks[i]);
  together->desks[i] = sync_desk_new (&together->test, together->people[i], names[i]);
  csm_account_start (together->desks[i]->account);
  sync_desk_wait_synced (together->desks[i]);
}

static void
create (SyncDesk   *desk,
        CsmTypeId   type,
        JsonObject *record)
{
  CsmIntent *intent = csm_intent_new ("New");

  g_free (csm_intent_create (intent, type, record));
  sync_desk_perform (desk, intent);
}

/* The first desk begins the case's draft and task while the others look on; in every second case nobody has begun a draft yet. */
static void
prepare (Together *together,
         guint     round)
{
  SyncDesk *first = together->desks[0];
  const char *message_id = g_ptr_array_index (together->test.workspace->messages, round);
  g_autoptr (JsonObject) message = NULL;

  together->case_id = g_strdup (g_ptr_array_index (together->test.workspace->cases, round));
  sync_desk_wait_shows (first, CSM_TYPE_ID_MESSAGE, message_id, "caseId", together->case_id);
  message = sync_desk_get (first, CSM_TYPE_ID_MESSAGE, message_id);
  together->conversation_id = g_strdup (csm_json_get_string (message, "conversationId"));
  together->draft_id = csm_id_with_letter (together->conversation_id, 'd');
  together->task_id = csm_id_new ('k');
  create (first, CSM_TYPE_ID_TASK, csm_test_json ("{'id':'%s','caseId':'%s','title':'Ask','position':'V'}", together->task_id, together->case_id));
  if (round % 2 == 0)
    create (first, CSM_TYPE_ID_DRAFT, csm_test_json ("{'id':'%s','caseId':'%s','conversationId':'%s','paragraphs':{'shared':{'text':'Hello','position':'a','rev':0,'writer':'w'}}}",
                                                     together->draft_id, together->case_id, together->conversation_id));
  for (guint i = 0; i < N_DESKS; i++)
    {
      sync_desk_wait_shows (together->desks[i], CSM_TYPE_ID_TASK, together->task_id, "title", "Ask");
      if (round % 2 == 0)
        sync_desk_wait_shows (together->desks[i], CSM_TYPE_ID_DRAFT, together->draft_id, "conversationId", together->conversation_id);
    }
  sync_desk_wait_outbox (first, 0, 0);
}

/* Everybody writes into the same places, and something of their own. */
static void
work_alone (Together *together,
            guint     round,
            guint     i)
{
  SyncDesk *desk = together->desks[i];
  const char *name = names[i];
  g_autofree char *paragraphs = g_strdup_printf ("'shared':{'text':'Hello from %s','position':'a','rev':%d,'writer':'%s'},'own-%s':{'text':'Yours, %s','position':'b','rev':0,'writer':'%s'}",
                                                 name, round % 2 == 0 ? 1 : 0, name, name, name, name);
  g_autofree char *last = g_strdup_printf ("{'paragraphs/own-%s':{'text':'Yours sincerely, %s','position':'b','rev':0,'writer':'%s'}}", name, name, name);
  g_autofree char *task = g_strdup_printf ("{'title':'Ask as %s says','checklist/%s':{'title':'%s'}}", name, name, name);
  g_autofree char *case_ = g_strdup_printf ("{'brief/facts':{'text':'Fact of %s'},'brief/%s':{'text':'By %s'}}", name,
                                            i == 0 ? "tried" : i == 1 ? "promises" : "next", name);
  g_autofree char *claim = g_strdup_printf ("{'ownerId':'%s'}", together->people[i]->id);

  if (round % 2 == 0)
    {
      g_autofree char *patch = g_strdup_printf ("{'paragraphs/shared':{'text':'Hello from %s','position':'a','rev':1,'writer':'%s'},"
                                                "'paragraphs/own-%s':{'text':'Yours, %s','position':'b','rev':0,'writer':'%s'}}", name, name, name, name, name);

      sync_desk_update (desk, CSM_TYPE_ID_DRAFT, together->draft_id, patch);
    }
  else
    create (desk, CSM_TYPE_ID_DRAFT, csm_test_json ("{'id':'%s','caseId':'%s','conversationId':'%s','paragraphs':{%s}}", together->draft_id, together->case_id,
                                                    together->conversation_id, paragraphs));
  sync_desk_update (desk, CSM_TYPE_ID_DRAFT, together->draft_id, last);
  sync_desk_update (desk, CSM_TYPE_ID_TASK, together->task_id, task);
  create (desk, CSM_TYPE_ID_TASK, csm_test_json ("{'caseId':'%s','title':'Task of %s','position':'V'}", together->case_id, name));
  sync_desk_update (desk, CSM_TYPE_ID_CASE, together->case_id, claim);
  sync_desk_update (desk, CSM_TYPE_ID_CASE, together->case_id, case_);
}

/* Who comes first gets the case; with the others that alone is a question, and all else they did is done. */
static gboolean
is_settled (gpointer data)
{
  SyncDesk *desk = data;
  g_autoptr (GPtrArray) ops = sync_desk_outbox (desk);

  for (guint i = 0; i < ops->len; i++)
    {
      if (((CsmOperation *) g_ptr_array_index (ops, i))->state != CSM_OP_PARKED)
        return FALSE;
    }
  return TRUE;
}

static JsonObject *
ask_server (Together   *together,
            const char *method,
            const char *id)
{
  g_autoptr (JsonObject) answer = csm_test_client_call (together->test.client, method, "{'accountId':'%s','ids':['%s']}", together->test.workspace->workspace_id, id);
  JsonArray *list = csm_json_get_array (answer, "list");

  g_assert_cmpuint (json_array_get_length (list), ==, 1);
  return json_object_ref (json_array_get_object_element (list, 0));
}

/* All that was ever written in a record of the case, as JSON. */
static char *
history_of (Together *together)
{
  g_autoptr (JsonObject) answer = csm_test_client_call (together->test.client, "Event/get", "{'accountId':'%s','ids':null}", together->test.workspace->workspace_id);

  return csm_json_write_object (answer);
}

static const char *
text_of (JsonObject *draft,
         const char *key)
{
  return csm_json_get_string (csm_json_get_object (csm_json_get_object (draft, "paragraphs"), key), "text");
}

static void
check_draft (Together    *together,
             const guint *order)
{
  g_autoptr (JsonObject) draft = ask_server (together, "Draft/get", together->draft_id);
  JsonArray *others = csm_json_get_array (csm_json_get_object (csm_json_get_object (draft, "paragraphs"), "shared"), "others");
  g_autofree char *first = g_strdup_printf ("Hello from %s", names[order[0]]);

  g_assert_cmpstr (text_of (draft, "shared"), ==, first);
  g_assert_nonnull (others);
  g_assert_cmpuint (json_array_get_length (others), ==, 2);
  for (guint i = 1; i < N_DESKS; i++)
    {
      g_autofree char *text = g_strdup_printf ("Hello from %s", names[order[i]]);

      g_assert_cmpstr (csm_json_get_string (json_array_get_object_element (others, i - 1), "text"), ==, text);
    }
  for (guint i = 0; i < N_DESKS; i++)
    {
      g_autofree char *key = g_strconcat ("own-", names[i], NULL);
      g_autofree char *text = g_strconcat ("Yours sincerely, ", names[i], NULL);

      g_assert_cmpstr (text_of (draft, key), ==, text);
    }
}

static void
check_rest (Together    *together,
            const guint *order)
{
  g_autoptr (JsonObject) task = ask_server (together, "Task/get", together->task_id);
  g_autoptr (JsonObject) case_ = ask_server (together, "Case/get", together->case_id);
  g_autofree char *history = history_of (together);
  JsonObject *brief = csm_json_get_object (case_, "brief");

  g_assert_cmpstr (csm_json_get_string (case_, "ownerId"), ==, together->people[order[0]]->id);
  g_assert_cmpuint (json_object_get_size (brief), ==, 4);
  g_assert_cmpuint (json_object_get_size (csm_json_get_object (task, "checklist")), ==, N_DESKS);
  for (guint i = 0; i < N_DESKS; i++)
    {
      g_autofree char *title = g_strdup_printf ("\"Ask as %s says\"", names[i]);
      g_autofree char *fact = g_strdup_printf ("\"Fact of %s\"", names[i]);

      /* The last one stands, and what it replaced can be read. */
      g_assert_nonnull (strstr (history, title));
      g_assert_nonnull (strstr (history, fact));
    }
  g_assert_nonnull (strstr (csm_json_get_string (task, "title"), names[order[2]]));
  g_assert_nonnull (strstr (csm_json_get_string (csm_json_get_object (brief, "facts"), "text"), names[order[2]]));
}

typedef struct
{
  SyncDesk   *desk;
  const char *draft_id;
  JsonObject *wanted;
} SameDraft;

static gboolean
has_same_draft (gpointer data)
{
  SameDraft *same = data;
  g_autoptr (JsonObject) draft = sync_desk_get (same->desk, CSM_TYPE_ID_DRAFT, same->draft_id);

  return draft != NULL && json_object_equal (csm_json_get_object (draft, "paragraphs"), csm_json_get_object (same->wanted, "paragraphs"));
}

static void
check_desks (Together    *together,
             const guint *order)
{
  g_autoptr (JsonObject) draft = ask_server (together, "Draft/get", together->draft_id);

  for (guint i = 0; i < N_DESKS; i++)
    {
      SameDraft same = { together->desks[order[i]], together->draft_id, draft };
      g_autoptr (GPtrArray) ops = NULL;

      sync_wait_until (has_same_draft, &same, "the draft");
      ops = sync_desk_outbox (together->desks[order[i]]);
      g_assert_cmpuint (ops->len, ==, i == 0 ? 0 : 1);
      if (i > 0)
        g_assert_cmpstr (((CsmOperation *) g_ptr_array_index (ops, 0))->error, ==, "recordMismatch");
    }
}

/* So that the next round begins with nothing left to decide. */
static void
discard_questions (Together *together)
{
  for (guint i = 0; i < N_DESKS; i++)
    {
      g_autoptr (GPtrArray) ops = sync_desk_outbox (together->desks[i]);

      for (guint j = 0; j < ops->len; j++)
        g_assert_true (sync_desk_undo (together->desks[i], ((CsmOperation *) g_ptr_array_index (ops, j))->group));
      sync_desk_wait_outbox (together->desks[i], 0, 0);
    }
}

/* What belongs to one case */
static void
together_clear (Together *together)
{
  g_clear_pointer (&together->case_id, g_free);
  g_clear_pointer (&together->conversation_id, g_free);
  g_clear_pointer (&together->draft_id, g_free);
  g_clear_pointer (&together->task_id, g_free);
}

static void
test_all_orders (void)
{
  Together together = { 0 };

  sync_test_set_up (&together.test, N_ORDERS);
  together.people[0] = &together.test.workspace->admin;
  together.people[1] = &together.test.workspace->lead;
  together.people[2] = &together.test.workspace->agent;
  for (guint i = 0; i < N_DESKS; i++)
    start (&together, i);
  for (guint round = 0; round < N_ORDERS; round++)
    {
      g_test_message ("round %u", round);
      prepare (&together, round);
      sync_test_kill_server (&together.test);
      for (guint i = 0; i < N_DESKS; i++)
        {
          sync_desk_wait_state (together.desks[i], CSM_ACCOUNT_OFFLINE);
          work_alone (&together, round, i);
        }
      for (guint i = 0; i < N_DESKS; i++)
        sync_desk_stop (together.desks[i]);
      sync_test_start_server (&together.test);
      for (guint i = 0; i < N_DESKS; i++)
        {
          start (&together, orders[round][i]);
          sync_wait_until (is_settled, together.desks[orders[round][i]], "what was done without a network");
        }
      check_draft (&together, orders[round]);
      check_rest (&together, orders[round]);
      check_desks (&together, orders[round]);
      discard_questions (&together);
      together_clear (&together);
    }
  for (guint i = 0; i < N_DESKS; i++)
    sync_desk_free (together.desks[i]);
  sync_test_tear_down (&together.test);
}

/* A reviewer without a network approves what its author changes meanwhile: nobody may take the one for the other. */
static void
test_approved_unseen (void)
{
  Together together = { 0 };
  g_autofree char *ask = NULL;
  g_autoptr (JsonObject) draft = NULL;

  sync_test_set_up (&together.test, 1);
  together.people[0] = &together.test.workspace->admin;
  together.people[1] = &together.test.workspace->lead;
  together.people[2] = &together.test.workspace->agent;
  for (guint i = 0; i < N_DESKS; i++)
    start (&together, i);
  prepare (&together, 0);
  ask = g_strdup_printf ("{'review':'requested','reviewerId':'%s'}", together.people[1]->id);
  sync_desk_update (together.desks[0], CSM_TYPE_ID_DRAFT, together.draft_id, ask);
  for (guint i = 0; i < N_DESKS; i++)
    sync_desk_wait_shows (together.desks[i], CSM_TYPE_ID_DRAFT, together.draft_id, "review", "requested");
  sync_desk_wait_outbox (together.desks[0], 0, 0);
  sync_test_kill_server (&together.test);
  for (guint i = 0; i < N_DESKS; i++)
    sync_desk_wait_state (together.desks[i], CSM_ACCOUNT_OFFLINE);
  sync_desk_update (together.desks[0], CSM_TYPE_ID_DRAFT, together.draft_id, "{'paragraphs/shared':{'text':'Never','position':'a','rev':1,'writer':'w'}}");
  sync_desk_update (together.desks[1], CSM_TYPE_ID_DRAFT, together.draft_id, "{'review':'approved'}");
  for (guint i = 0; i < N_DESKS; i++)
    sync_desk_stop (together.desks[i]);
  sync_test_start_server (&together.test);
  for (guint i = 0; i < N_DESKS; i++)
    {
      start (&together, i);
      sync_wait_until (is_settled, together.desks[i], "what was done without a network");
    }
  draft = ask_server (&together, "Draft/get", together.draft_id);
  g_assert_cmpstr (csm_json_get_string (draft, "review"), ==, "approved");
  g_assert_true (csm_json_get_boolean (draft, "changedSinceReview"));
  together_clear (&together);
  for (guint i = 0; i < N_DESKS; i++)
    sync_desk_free (together.desks[i]);
  sync_test_tear_down (&together.test);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/together/all-orders", test_all_orders);
  g_test_add_func ("/together/approved-unseen", test_approved_unseen);
  return g_test_run ();
}
