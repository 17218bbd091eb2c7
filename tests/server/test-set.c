/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-test-client.h"

#include "csm-id.h"
#include "csm-json.h"

#define N_CASES 8

static CsmTestWorkspace *workspace;
static CsmTestClient *ana; /* lead */
static CsmTestClient *ben; /* agent */
static CsmTestClient *mira; /* admin */

#define W workspace->workspace_id
#define CASE(i) ((const char *) g_ptr_array_index (workspace->cases, i))
#define MESSAGE(i) ((const char *) g_ptr_array_index (workspace->messages, i))

/* One Foo/set in the workspace: @what is everything behind the account. */
#define set(client, type, ...) csm_test_client_call (client, type "/set", "{'accountId':'%s'," __VA_ARGS__)

static gboolean
names_property (JsonObject *object,
                const char *path,
                const char *name)
{
  JsonNode *node = csm_test_find (object, path);

  for (guint i = 0; node != NULL && i < json_array_get_length (json_node_get_array (node)); i++)
    {
      if (g_strcmp0 (json_array_get_string_element (json_node_get_array (node), i), name) == 0)
        return TRUE;
    }
  return FALSE;
}

static JsonObject *
get_one (CsmTestClient *client,
         const char    *type,
         const char    *id)
{
  g_autofree char *method = g_strconcat (type, "/get", NULL);
  g_autoptr (JsonObject) answer = csm_test_client_call (client, method, "{'accountId':'%s','ids':['%s'],'includeModseqs':true}", W, id);

  g_assert_nonnull (csm_test_find (answer, "list/0"));
  return g_steal_pointer (&answer);
}

static void
test_create (void)
{
  g_autoptr (JsonObject) answer = set (ana, "Tag", "'create':{'k':{'name':'fresh'}}}", W);
  const char *id = csm_test_find_text (answer, "created/k/id");

  g_assert_true (csm_id_is_valid (id, 'g'));
  g_assert_nonnull (csm_test_find (answer, "created/k/created"));
  g_assert_null (csm_test_find (answer, "created/k/name"));
  g_assert_cmpstr (csm_test_find_text (answer, "oldState"), !=, csm_test_find_text (answer, "newState"));
  g_assert_true (JSON_NODE_HOLDS_NULL (csm_test_find (answer, "notCreated")));
  g_assert_true (JSON_NODE_HOLDS_NULL (csm_test_find (answer, "updated")));
  g_assert_true (JSON_NODE_HOLDS_NULL (csm_test_find (answer, "destroyed")));
}

static void
test_create_invalid (void)
{
  g_autoptr (JsonObject) answer = set (
    ana, "Comment", "'create':{'a':{'caseId':'%s','body':1,'nonsense':2,'authorId':'x'},'b':{'body':'no case'},'c':[],"
    "'d':{'caseId':'c01ARYZ6S41TSV4RRFFQ69G5FAV','body':'x'},'e':{'caseId':'%s','body':'good'},'f':{'caseId':'#none','body':'x'}}}", W, CASE (0), CASE (0));

  csm_assert_text (answer, "notCreated/a/type", "invalidProperties");
  g_assert_true (names_property (answer, "notCreated/a/properties", "body"));
  g_assert_true (names_property (answer, "notCreated/a/properties", "nonsense"));
  g_assert_true (names_property (answer, "notCreated/a/properties", "authorId"));
  g_assert_true (names_property (answer, "notCreated/b/properties", "caseId"));
  csm_assert_text (answer, "notCreated/c/type", "invalidProperties");
  g_assert_true (names_property (answer, "notCreated/d/properties", "caseId"));
  g_assert_true (names_property (answer, "notCreated/f/properties", "caseId"));
  csm_assert_text (answer, "created/e/authorId", workspace->lead.id);
}

static void
test_adopted (void)
{
  g_autofree char *id = csm_id_new ('n');
  g_autoptr (JsonObject) first = set (ana, "Comment", "'create':{'%s':{'caseId':'%s','body':'hello','pinned':true}}}", W, id, CASE (0));
  g_autoptr (JsonObject) edit = set (ana, "Comment", "'update':{'%s':{'body':'changed'}}}", W, id);
  g_autoptr (JsonObject) again = set (ana, "Comment", "'create':{'%s':{'pinned':true,'body':'hello','caseId':'%s'}}}", W, id, CASE (0));
  g_autoptr (JsonObject) other = set (ana, "Comment", "'create':{'%s':{'caseId':'%s','body':'different'}}}", W, id, CASE (0));
  g_autoptr (JsonObject) stranger = set (ben, "Comment", "'create':{'%s':{'caseId':'%s','body':'hello','pinned':true}}}", W, id, CASE (0));
  g_autofree char *path = g_strconcat ("created/", id, NULL);
  g_autofree char *refused = g_strconcat ("notCreated/", id, "/type", NULL);
  g_autofree char *existing = g_strconcat ("notCreated/", id, "/existingId", NULL);
  g_autoptr (JsonObject) now = get_one (ana, "Comment", id);
  JsonNode *a = csm_test_find (first, path), *b = csm_test_find (again, path);

  g_assert_nonnull (a);
  g_assert_nonnull (b);
  g_assert_true (json_node_equal (a, b));
  csm_assert_text (again, "oldState", csm_test_find_text (again, "newState"));
  csm_assert_text (now, "list/0/body", "changed");
  csm_assert_text (other, refused, "alreadyExists");
  csm_assert_text (other, existing, id);
  csm_assert_text (stranger, refused, "alreadyExists");
  g_assert_nonnull (csm_test_find (edit, "updated"));
}

static void
test_not_resurrected (void)
{
  g_autofree char *id = csm_id_new ('g');
  g_autoptr (JsonObject) first = set (ana, "Tag", "'create':{'%s':{'name':'short-lived'}}}", W, id);
  g_autoptr (JsonObject) gone = set (ana, "Tag", "'destroy':['%s']}", W, id);
  g_autoptr (JsonObject) again = set (ana, "Tag", "'create':{'%s':{'name':'short-lived'}}}", W, id);
  g_autoptr (JsonObject) twice = set (ana, "Tag", "'destroy':['%s']}", W, id);
  g_autofree char *refused = g_strconcat ("notCreated/", id, "/type", NULL);
  g_autofree char *not_found = g_strconcat ("notDestroyed/", id, "/type", NULL);

  csm_assert_text (gone, "destroyed/0", id);
  csm_assert_text (again, refused, "alreadyDestroyed");
  csm_assert_text (twice, not_found, "notFound");
  g_assert_nonnull (csm_test_find (first, "created"));
}

/* Somebody threw away what was made; its maker, who never heard that it was there, asks again. */
static void
test_made_and_gone (void)
{
  g_autofree char *id = csm_id_new ('g');
  g_autoptr (JsonObject) first = set (ana, "Tag", "'create':{'%s':{'name':'made and gone'}},'operationIds':{'%s':'op of a tag'}}", W, id, id);
  g_autoptr (JsonObject) gone = set (ana, "Tag", "'destroy':['%s']}", W, id);
  g_autoptr (JsonObject) again = set (ana, "Tag", "'create':{'%s':{'name':'made and gone'}},'operationIds':{'%s':'op of a tag'}}", W, id, id);
  g_autofree char *refused = g_strconcat ("notCreated/", id, "/type", NULL);

  g_assert_nonnull (csm_test_find (first, "created"));
  csm_assert_text (gone, "destroyed/0", id);
  csm_assert_text (again, refused, "alreadyDestroyed");
}

/* What is named comes first, whatever the order; one map of creation ids for the whole request. */
static void
test_creation_ids (void)
{
  g_autofree char *adopted = csm_id_new ('n');
  g_autoptr (JsonObject) comments = set (
    ana, "Comment", "'create':{'answer':{'caseId':'%s','body':'answer','inReplyTo':'#question'},'question':{'caseId':'%s','body':'question'},"
    "'third':{'caseId':'%s','body':'third','inReplyTo':'%s'},'%s':{'caseId':'%s','body':'#question is text'}}}", W, CASE (1), CASE (1), CASE (1), adopted, adopted, CASE (1));
  g_autofree char *text = csm_test_text (
    "{'using':['urn:ietf:params:jmap:core','https://casement.example/jmap/desk'],'createdIds':{'old':'%s'},'methodCalls':["
    "['Tag/set',{'accountId':'%s','create':{'t':{'name':'by reference'}}},'0'],"
    "['Case/set',{'accountId':'%s','update':{'%s':{'tags/#t':true,'tags/#old':true}}},'1'],"
    "['Tag/set',{'accountId':'%s','update':{'#t':{'color':'green'}}},'2'],['Tag/set',{'accountId':'%s','destroy':['#nothing']},'3']]}",
    workspace->tag, W, W, CASE (1), W, W);
  g_autoptr (CsmTestReply) reply = csm_test_client_fetch (ana, "POST", "/jmap/api", "application/json", text);
  const char *tag = csm_test_find_text (reply->json, "methodResponses/0/1/created/t/id");
  g_autoptr (JsonObject) answer = get_one (ana, "Comment", csm_test_find_text (comments, "created/answer/id"));
  g_autoptr (JsonObject) changed = get_one (ana, "Case", CASE (1));
  g_autofree char *path = g_strconcat ("list/0/tags/", tag, NULL);

  g_assert_true (JSON_NODE_HOLDS_NULL (csm_test_find (comments, "notCreated")));
  csm_assert_text (answer, "list/0/inReplyTo", csm_test_find_text (comments, "created/question/id"));
  g_assert_nonnull (csm_test_find (changed, path));
  csm_assert_text (reply->json, "createdIds/t", tag);
  csm_assert_text (reply->json, "createdIds/old", workspace->tag);
  csm_assert_text (reply->json, "methodResponses/3/1/notDestroyed/#nothing/type", "notFound");
  g_assert_nonnull (csm_test_find (reply->json, "methodResponses/2/1/updated"));
}

static void
test_update (void)
{
  g_autofree char *path = g_strconcat ("updated/", CASE (2), NULL);
  g_autofree char *refused = g_strconcat ("notUpdated/", CASE (2), "/type", NULL);
  g_autofree char *names = g_strconcat ("notUpdated/", CASE (2), "/properties", NULL);
  g_autoptr (JsonObject) owner = set (ana, "Case", "'update':{'%s':{'ownerId':'%s','goal':'done by Friday'}}}", W, CASE (2), workspace->agent.id);
  g_autoptr (JsonObject) same = set (ana, "Case", "'update':{'%s':{'goal':'done by Friday'}}}", W, CASE (2));
  g_autoptr (JsonObject) server = set (ana, "Case", "'update':{'%s':{'messageCount':77,'nonsense':1,'priority':'huge'}}}", W, CASE (2));
  g_autoptr (JsonObject) equal = set (ana, "Case", "'update':{'%s':{'messageCount':1}}}", W, CASE (2));
  g_autoptr (JsonObject) nowhere = set (ana, "Case", "'update':{'%s':{'nonsense/a':1}}}", W, CASE (2));
  g_autoptr (JsonObject) prefix = set (ana, "Case", "'update':{'%s':{'tags':{},'tags/%s':true}}}", W, CASE (2), workspace->tag);
  g_autoptr (JsonObject) list = set (ana, "Case", "'update':{'%s':[]}}", W, CASE (2));
  g_autoptr (JsonObject) none = set (ana, "Case", "'update':{'c01ARYZ6S41TSV4RRFFQ69G5FAV':{'goal':null}}}", W);
  g_autoptr (JsonObject) back = set (ana, "Case", "'update':{'%s':{'goal':null}}}", W, CASE (2));
  g_autoptr (JsonObject) now = get_one (ana, "Case", CASE (2));

  g_assert_true (JSON_NODE_HOLDS_OBJECT (csm_test_find (owner, path)));
  g_assert_null (csm_json_get_string (json_node_get_object (csm_test_find (owner, path)), "goal"));
  g_assert_true (JSON_NODE_HOLDS_NULL (csm_test_find (same, path)));
  csm_assert_text (server, refused, "invalidProperties");
  g_assert_true (names_property (server, names, "messageCount"));
  g_assert_true (names_property (server, names, "nonsense"));
  g_assert_true (names_property (server, names, "priority"));
  g_assert_nonnull (csm_test_find (equal, path));
  csm_assert_text (nowhere, refused, "invalidPatch");
  csm_assert_text (prefix, refused, "invalidPatch");
  csm_assert_text (list, refused, "invalidPatch");
  csm_assert_text (none, "notUpdated/c01ARYZ6S41TSV4RRFFQ69G5FAV/type", "notFound");
  g_assert_nonnull (csm_test_find (back, path));
  csm_assert_text (now, "list/0/ownerId", workspace->agent.id);
  g_assert_true (JSON_NODE_HOLDS_NULL (csm_test_find (now, "list/0/goal")));
}

static void
test_forbidden (void)
{
  g_autoptr (JsonObject) message = set (ana, "Message", "'create':{'k':{}},'update':{'%s':{}},'destroy':['%s']}", W, MESSAGE (0), MESSAGE (1));
  g_autoptr (JsonObject) agent = set (ben, "Team", "'create':{'k':{'name':'Mine'}}}", W);
  g_autoptr (JsonObject) admin = set (mira, "Team", "'create':{'k':{'name':'Ours'}}}", W);
  g_autoptr (JsonObject) destroy = set (mira, "Case", "'destroy':['%s']}", W, CASE (0));
  g_autofree char *update = g_strconcat ("notUpdated/", MESSAGE (0), "/type", NULL);
  g_autofree char *gone = g_strconcat ("notDestroyed/", MESSAGE (1), "/type", NULL);
  g_autofree char *erased = g_strconcat ("notDestroyed/", CASE (0), "/type", NULL);

  csm_assert_text (message, "notCreated/k/type", "forbidden");
  csm_assert_text (message, update, "forbidden");
  csm_assert_text (message, gone, "forbidden");
  csm_assert_text (agent, "notCreated/k/type", "forbidden");
  g_assert_nonnull (csm_test_find (admin, "created/k"));
  csm_assert_text (destroy, erased, "forbidden");
}

static void
test_will_destroy_and_twin (void)
{
  g_autoptr (JsonObject) one = set (ana, "Tag", "'create':{'k':{'name':'the only one'}}}", W);
  const char *id = csm_test_find_text (one, "created/k/id");
  g_autoptr (JsonObject) twin = set (mira, "Person", "'create':{'k':{'name':'Another','email':'Ana@fernweh.example.com'}}}", W);
  g_autoptr (JsonObject) both = set (ana, "Tag", "'update':{'%s':{'color':'red'}},'destroy':['%s','%s']}", W, id, id, id);
  g_autofree char *path = g_strconcat ("notUpdated/", id, "/type", NULL);

  csm_assert_text (twin, "notCreated/k/type", "alreadyExists");
  csm_assert_text (twin, "notCreated/k/existingId", workspace->lead.id);
  csm_assert_text (both, path, "willDestroy");
  csm_assert_text (both, "destroyed/0", id);
  g_assert_null (csm_test_find (both, "destroyed/1"));
}

static void
test_preconditions (void)
{
  g_autoptr (JsonObject) before = get_one (ana, "Case", CASE (3));
  gint64 modseq = csm_json_get_int (csm_json_get_object (before, "modseqs"), CASE (3), 0);
  g_autoptr (JsonObject) state = set (ana, "Case", "'ifInState':'x','update':{'%s':{'goal':'never'}}}", W, CASE (3));
  g_autoptr (JsonObject) right = set (ana, "Case", "'ifInState':'%s','ifRecordModseq':{'%s':%" G_GINT64_FORMAT "},'update':{'%s':{'ownerId':'%s'}}}", W,
                                      csm_test_find_text (before, "state"), CASE (3), modseq, CASE (3), workspace->lead.id);
  g_autoptr (JsonObject) late = set (ben, "Case", "'ifRecordModseq':{'%s':%" G_GINT64_FORMAT "},'update':{'%s':{'ownerId':'%s'}}}", W,
                                     CASE (3), modseq, CASE (3), workspace->agent.id);
  g_autofree char *path = g_strconcat ("notUpdated/", CASE (3), NULL);
  g_autofree char *done = g_strconcat ("updated/", CASE (3), NULL);
  JsonNode *mismatch = csm_test_find (late, path);

  csm_assert_text (state, "type", "stateMismatch");
  g_assert_nonnull (csm_test_find (right, done));
  g_assert_nonnull (mismatch);
  csm_assert_text (json_node_get_object (mismatch), "type", "recordMismatch");
  csm_assert_text (json_node_get_object (mismatch), "record/ownerId", workspace->lead.id);
  g_assert_cmpint (csm_json_get_int (json_node_get_object (mismatch), "modseq", 0), >, modseq);
}

/* Our update commits, its answer is lost, Bob edits, we send it again: Bob's edit stays. */
static void
test_operation_ids (void)
{
  g_autofree char *path = g_strconcat ("updated/", CASE (4), NULL);
  g_autofree char *reused = g_strconcat ("notDestroyed/", workspace->tag, "/type", NULL);
  g_autofree char *arguments = g_strdup_printf ("{'accountId':'%s','update':{'%s':{'goal':'ours'}},'operationIds':{'%s':'op 1'}}", W, CASE (4), CASE (4));
  g_autoptr (JsonObject) first = csm_test_client_call (ana, "Case/set", "%s", arguments);
  g_autoptr (JsonObject) bob = set (ben, "Case", "'update':{'%s':{'goal':'of Bob'}}}", W, CASE (4));
  g_autoptr (JsonObject) again = csm_test_client_call (ana, "Case/set", "%s", arguments);
  g_autoptr (JsonObject) now = get_one (ana, "Case", CASE (4));
  g_autoptr (JsonObject) other = csm_test_client_call (ben, "Case/set", "%s", arguments);
  g_autoptr (JsonObject) mixed = set (ana, "Tag", "'destroy':['%s'],'operationIds':{'%s':'op 1'}}", W, workspace->tag, workspace->tag);
  g_autoptr (JsonObject) wrong = set (ana, "Tag", "'destroy':[],'operationIds':{'%s':1}}", W, workspace->tag);
  g_autoptr (JsonObject) after = get_one (ana, "Case", CASE (4));

  g_assert_true (json_node_equal (csm_test_find (first, path), csm_test_find (again, path)));
  g_assert_nonnull (csm_test_find (bob, path));
  csm_assert_text (now, "list/0/goal", "of Bob");
  g_assert_nonnull (csm_test_find (other, path));
  csm_assert_text (after, "list/0/goal", "ours");
  csm_assert_text (mixed, reused, "forbidden");
  csm_assert_text (wrong, "type", "invalidArguments");
}

static void
test_operation_ids_of_creations (void)
{
  g_autofree char *arguments = g_strdup_printf ("{'accountId':'%s','create':{'k':{'caseId':'%s','body':'once'}},'operationIds':{'k':'op 2'}}", W, CASE (4));
  g_autoptr (JsonObject) first = csm_test_client_call (ana, "Comment/set", "%s", arguments);
  g_autoptr (JsonObject) again = csm_test_client_call (ana, "Comment/set", "%s", arguments);
  g_autoptr (JsonObject) tag = set (ana, "Tag", "'create':{'k':{'name':'for one destroy'}}}", W);
  const char *id = csm_test_find_text (tag, "created/k/id");
  g_autofree char *destroy = g_strdup_printf ("{'accountId':'%s','destroy':['%s'],'operationIds':{'%s':'op 3'}}", W, id, id);
  g_autoptr (JsonObject) gone = csm_test_client_call (ana, "Tag/set", "%s", destroy);
  g_autoptr (JsonObject) still = csm_test_client_call (ana, "Tag/set", "%s", destroy);

  csm_assert_text (again, "created/k/id", csm_test_find_text (first, "created/k/id"));
  csm_assert_text (gone, "destroyed/0", id);
  csm_assert_text (still, "destroyed/0", id);
}

static char *
conversation_of (const char *message_id)
{
  g_autoptr (JsonObject) message = get_one (ana, "Message", message_id);

  return g_strdup (csm_test_find_text (message, "list/0/conversationId"));
}

static void
test_submission (void)
{
  g_autofree char *conversation = conversation_of (MESSAGE (5));
  g_autofree char *record = g_strdup_printf ("'caseId':'%s','conversationId':'%s','to':[{'address':'customer6@example.net'}],'textBody':'Good morning'",
                                             CASE (5), conversation);
  g_autoptr (JsonObject) first = set (ana, "Submission", "'create':{'k':{%s,'basedOn':'%s','undoFor':60}}}", W, record, MESSAGE (5));
  const char *id = csm_test_find_text (first, "created/k/id");
  g_autoptr (JsonObject) moved = set (ben, "Submission", "'create':{'k':{%s,'basedOn':'%s'}}}", W, record, MESSAGE (5));
  g_autoptr (JsonObject) confirmed = set (ben, "Submission", "'create':{'k':{%s,'basedOn':'%s','confirmed':true,'undoFor':0}}}", W, record, MESSAGE (5));
  g_autoptr (JsonObject) undo = set (ana, "Submission", "'update':{'%s':{'undoStatus':'canceled'}}}", W, id);
  g_autofree char *undone = g_strconcat ("updated/", id, NULL);

  g_assert_nonnull (id);
  csm_assert_text (first, "created/k/authorId", workspace->lead.id);
  csm_assert_text (moved, "notCreated/k/type", "caseMoved");
  g_assert_nonnull (csm_test_find_text (moved, "notCreated/k/newerId"));
  g_assert_nonnull (csm_test_find (confirmed, "created/k"));
  g_assert_nonnull (csm_test_find (undo, undone));
}

/* Whoever begins to write to a conversation makes the same draft: nobody is told that it exists already. */
static void
test_draft (void)
{
  g_autofree char *conversation = conversation_of (MESSAGE (4));
  g_autofree char *id = csm_id_with_letter (conversation, 'd');
  g_autofree char *record = g_strdup_printf ("'caseId':'%s','conversationId':'%s'", CASE (4), conversation);
  g_autofree char *rev = g_strdup_printf ("created/%s/paragraphs/a/rev", id);
  g_autofree char *other = g_strdup_printf ("created/%s/paragraphs/a/others/0/text", id);
  g_autofree char *own = g_strdup_printf ("created/%s/paragraphs/b/text", id);
  g_autofree char *created = g_strconcat ("created/", id, NULL);
  g_autoptr (JsonObject) first = set (ana, "Draft", "'create':{'%s':{%s,'paragraphs':{'a':{'text':'Hello','position':'V','rev':0,'writer':'ana'}}}}}", W, id, record);
  g_autoptr (JsonObject) second = set (ben, "Draft", "'create':{'%s':{%s,'paragraphs':{'a':{'text':'Hi','position':'V','rev':0,'writer':'ben'},"
                                                     "'b':{'text':'Bye','position':'W','rev':0,'writer':'ben'}}}}}", W, id, record);
  g_autoptr (JsonObject) again = set (ana, "Draft", "'create':{'%s':{%s,'paragraphs':{'a':{'text':'Hello','position':'V','rev':0,'writer':'ana'}}}}}", W, id, record);
  g_autoptr (JsonObject) known = get_one (ana, "Draft", id);

  g_assert_nonnull (csm_test_find (first, rev));
  csm_assert_text (second, other, "Hi");
  csm_assert_text (second, own, "Bye");
  g_assert_nonnull (csm_test_find (again, created));
  csm_assert_text (known, "list/0/paragraphs/a/text", "Hello");
  csm_assert_text (known, "list/0/paragraphs/a/others/0/text", "Hi");
  g_assert_null (csm_test_find (known, "list/0/paragraphs/a/others/1"));
}

static void
test_needs_review (void)
{
  g_autofree char *conversation = conversation_of (MESSAGE (6));
  g_autoptr (JsonObject) team = set (ana, "Team", "'create':{'k':{'name':'Marketing'}}}", W);
  g_autoptr (JsonObject) snippet = set (ana, "Snippet", "'create':{'k':{'title':'Hello'}}}", W);
  const char *team_id = csm_test_find_text (team, "created/k/id"), *snippet_id = csm_test_find_text (snippet, "created/k/id");
  g_autofree char *record = g_strdup_printf ("'caseId':'%s','conversationId':'%s','to':[{'address':'customer7@example.net'}],'textBody':'Good morning','confirmed':true,"
                                             "'snippetIds':{'%s':true}", CASE (6), conversation, snippet_id);
  g_autoptr (JsonObject) asks = set (mira, "Channel", "'update':{'%s':{'reviewTeamId':'%s'}}}", W, workspace->channel, team_id);
  g_autoptr (JsonObject) refused = set (ben, "Submission", "'create':{'k':{%s}}}", W, record);
  g_autoptr (JsonObject) asks_no_more = set (mira, "Channel", "'update':{'%s':{'reviewTeamId':null}}}", W, workspace->channel);
  g_autoptr (JsonObject) gone = set (ana, "Snippet", "'destroy':['%s']}", W, snippet_id);
  g_autoptr (JsonObject) sent = set (ben, "Submission", "'create':{'k':{%s}}}", W, record);
  g_autoptr (JsonObject) template = set (ana, "Template", "'create':{'k':{'title':'Zip'}}}", W);
  const char *template_id = csm_test_find_text (template, "created/k/id");
  g_autoptr (JsonObject) thrown_away = set (ana, "Template", "'destroy':['%s']}", W, template_id);
  g_autoptr (JsonObject) task = set (ben, "Task", "'create':{'k':{'caseId':'%s','title':'x','templateId':'%s'},'n':{'caseId':'%s','title':'x',"
                                     "'templateId':'e01J9ZK3V7XQ6T8R5M2N4P0W1YB'}}}", W, CASE (6), template_id, CASE (6));

  csm_assert_text (thrown_away, "destroyed/0", template_id);
  g_assert_nonnull (csm_test_find (task, "created/k"));
  csm_assert_text (task, "notCreated/n/type", "invalidProperties");
  g_assert_nonnull (csm_json_get_object (asks, "updated"));
  csm_assert_text (refused, "notCreated/k/type", "needsReview");
  csm_assert_text (refused, "notCreated/k/teamId", team_id);
  g_assert_nonnull (csm_json_get_object (asks_no_more, "updated"));
  /* That a snippet has been thrown away meanwhile holds up no reply, and a template no task. */
  csm_assert_text (gone, "destroyed/0", snippet_id);
  g_assert_nonnull (csm_test_find (sent, "created/k"));
}

/* Two people read the same case: the same ULID, each in an account of their own. */
static void
test_seen (void)
{
  g_autofree char *id = csm_id_with_letter (CASE (6), 'z');
  g_autofree char *path = g_strconcat ("created/", id, NULL);
  g_autoptr (JsonObject) first = csm_test_client_call (ana, "Seen/set", "{'accountId':'%s','create':{'%s':{'caseId':'%s','upTo':'2026-01-02T03:04:05Z'}}}",
                                                       workspace->lead.account_id, id, CASE (6));
  g_autoptr (JsonObject) second = csm_test_client_call (ben, "Seen/set", "{'accountId':'%s','create':{'%s':{'caseId':'%s','upTo':'2026-01-02T03:04:06Z'}}}",
                                                        workspace->agent.account_id, id, CASE (6));
  g_autoptr (JsonObject) again = csm_test_client_call (ana, "Seen/set", "{'accountId':'%s','create':{'%s':{'caseId':'%s','upTo':'2026-01-02T03:04:05Z'}}}",
                                                       workspace->lead.account_id, id, CASE (6));
  g_autoptr (JsonObject) plain = csm_test_client_call (ana, "Seen/set", "{'accountId':'%s','create':{'k':{'caseId':'%s','upTo':'2026-01-02T03:04:05Z'}}}",
                                                       workspace->lead.account_id, CASE (7));

  g_assert_nonnull (csm_test_find (first, path));
  g_assert_nonnull (csm_test_find (second, path));
  g_assert_true (json_node_equal (csm_test_find (first, path), csm_test_find (again, path)));
  g_assert_cmpstr (csm_test_find_text (plain, "created/k/id") + 1, ==, CASE (7) + 1);
}

static void
test_arguments (void)
{
  g_autoptr (GString) many = g_string_new (NULL);
  g_autoptr (JsonObject) too_many = NULL;

  for (int i = 0; i < 1001; i++)
    g_string_append_printf (many, i > 0 ? ",'%d'" : "'%d'", i);
  too_many = set (ana, "Tag", "'destroy':[%s]}", W, many->str);
  csm_assert_text (too_many, "type", "requestTooLarge");
#define assert_invalid(...) \
  do { g_autoptr (JsonObject) refused_ = set (ana, "Tag", __VA_ARGS__); csm_assert_text (refused_, "type", "invalidArguments"); } while (0)
  assert_invalid ("'create':[]}", W);
  assert_invalid ("'update':'x'}", W);
  assert_invalid ("'destroy':{}}", W);
  assert_invalid ("'destroy':[1]}", W);
  assert_invalid ("'ifInState':1}", W);
  assert_invalid ("'other':1}", W);
  assert_invalid ("'ifRecordModseq':{'a':'b'}}", W);
}

int
main (int   argc,
      char *argv[])
{
  CsmTestServer *server;
  const char *url;
  int result;

  g_test_init (&argc, &argv, NULL);
  workspace = csm_test_workspace_new (N_CASES);
  server = csm_test_server_new (workspace->directory, NULL);
  url = csm_test_server_get_url (server);
  ana = csm_test_client_new (url, workspace->lead.token);
  ben = csm_test_client_new (url, workspace->agent.token);
  mira = csm_test_client_new (url, workspace->admin.token);
  g_test_add_func ("/server/set/create", test_create);
  g_test_add_func ("/server/set/create-invalid", test_create_invalid);
  g_test_add_func ("/server/set/adopted", test_adopted);
  g_test_add_func ("/server/set/not-resurrected", test_not_resurrected);
  g_test_add_func ("/server/set/made-and-gone", test_made_and_gone);
  g_test_add_func ("/server/set/creation-ids", test_creation_ids);
  g_test_add_func ("/server/set/update", test_update);
  g_test_add_func ("/server/set/forbidden", test_forbidden);
  g_test_add_func ("/server/set/will-destroy-and-twin", test_will_destroy_and_twin);
  g_test_add_func ("/server/set/preconditions", test_preconditions);
  g_test_add_func ("/server/set/operation-ids", test_operation_ids);
  g_test_add_func ("/server/set/operation-ids-of-creations", test_operation_ids_of_creations);
  g_test_add_func ("/server/set/submission", test_submission);
  g_test_add_func ("/server/set/draft", test_draft);
  g_test_add_func ("/server/set/needs-review", test_needs_review);
  g_test_add_func ("/server/set/seen", test_seen);
  g_test_add_func ("/server/set/arguments", test_arguments);
  result = g_test_run ();
  csm_test_client_free (ana);
  csm_test_client_free (ben);
  csm_test_client_free (mira);
  csm_test_server_free (server);
  csm_test_workspace_free (workspace);
  return result;
}
