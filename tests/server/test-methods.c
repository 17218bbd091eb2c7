/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-test-client.h"

#include <string.h>

#include "csm-id.h"
#include "csm-json.h"

#define N_CASES 12

static CsmTestWorkspace *workspace;
static CsmTestClient *ana;

#define W workspace->workspace_id

static guint
length_of (JsonObject *object,
           const char *member)
{
  return json_array_get_length (csm_json_get_array (object, member));
}

static JsonObject *
post (const char *request)
{
  g_autofree char *text = csm_test_text ("%s", request);
  g_autoptr (CsmTestReply) reply = csm_test_client_fetch (ana, "POST", "/jmap/api", "application/json", text);

  g_assert_cmpuint (reply->status, ==, 200);
  return json_object_ref (reply->json);
}

#define assert_refused(type, ...) \
  do { g_autoptr (JsonObject) refused_ = csm_test_client_call (ana, __VA_ARGS__); csm_assert_text (refused_, "type", type); } while (0)

static void
test_echo (void)
{
  g_autoptr (JsonObject) echo = csm_test_client_call (ana, "Core/echo", "{'a':[1,{'b':null}],'c':'é'}");
  g_autofree char *text = csm_json_write_object (echo);

  g_assert_cmpstr (text, ==, "{\"a\":[1,{\"b\":null}],\"c\":\"é\"}");
}

static void
test_using (void)
{
  g_autofree char *request = g_strdup_printf (
    "{'using':['urn:ietf:params:jmap:core','https://casement.example/jmap/desk'],'methodCalls':[['Case/get',{'accountId':'%s','ids':[]},'a'],"
    "['Comment/get',{'accountId':'%s','ids':[]},'b'],['Seen/get',{'accountId':'%s','ids':[]},'c']]}", W, W, workspace->lead.account_id);
  g_autoptr (JsonObject) some = post (request);
  g_autoptr (JsonObject) none = post ("{'using':[],'methodCalls':[['Core/echo',{},'a']]}");

  csm_assert_text (some, "methodResponses/0/0", "Case/get");
  csm_assert_text (some, "methodResponses/1/1/type", "unknownMethod");
  csm_assert_text (some, "methodResponses/2/1/type", "unknownMethod");
  csm_assert_text (none, "methodResponses/0/0", "error");
  csm_assert_text (none, "methodResponses/0/1/type", "unknownMethod");
  g_assert_null (csm_test_find (none, "createdIds"));
}

/* An error ends its own call only, and the calls' ids come back. */
static void
test_order (void)
{
  g_autoptr (JsonObject) answer = post (
    "{'using':['urn:ietf:params:jmap:core'],'methodCalls':[['Core/echo',{'n':1},'same'],['No/such',{},'x'],['Core/echo',{'n':2},'same']],'createdIds':{'k':'v'}}");

  csm_assert_text (answer, "methodResponses/0/2", "same");
  csm_assert_text (answer, "methodResponses/1/0", "error");
  csm_assert_text (answer, "methodResponses/1/2", "x");
  csm_assert_text (answer, "methodResponses/2/2", "same");
  csm_assert_text (answer, "createdIds/k", "v");
  g_assert_nonnull (csm_test_find_text (answer, "sessionState"));
}

static void
test_accounts (void)
{
  assert_refused ("invalidArguments", "Case/get", "{'ids':[]}");
  assert_refused ("invalidArguments", "Case/get", "{'accountId':1,'ids':[]}");
  assert_refused ("accountNotFound", "Case/get", "{'accountId':'nobody','ids':[]}");
  assert_refused ("accountNotFound", "Seen/get", "{'accountId':'%s','ids':[]}", workspace->agent.account_id);
  assert_refused ("accountNotSupportedByMethod", "Comment/get", "{'accountId':'%s','ids':[]}", workspace->lead.account_id);
  assert_refused ("accountNotSupportedByMethod", "Seen/get", "{'accountId':'%s','ids':[]}", W);
  assert_refused ("unknownMethod", "Case/copy", "{'accountId':'%s'}", W);
  assert_refused ("unknownMethod", "Case", "{'accountId':'%s'}", W);
  assert_refused ("unknownMethod", "Fact/get", "{'accountId':'%s'}", W);
}

static void
test_get (void)
{
  const char *first = g_ptr_array_index (workspace->cases, 0), *second = g_ptr_array_index (workspace->cases, 1);
  g_autoptr (JsonObject) all = csm_test_client_call (ana, "Case/get", "{'accountId':'%s','ids':null}", W);
  g_autoptr (JsonObject) none = csm_test_client_call (ana, "Case/get", "{'accountId':'%s','ids':[]}", W);
  g_autoptr (JsonObject) some = csm_test_client_call (ana, "Case/get", "{'accountId':'%s','ids':['%s','%s','%s','c\\\\u0022x','zzz']}", W, first, second, first);
  g_autoptr (JsonObject) part = csm_test_client_call (ana, "Case/get", "{'accountId':'%s','ids':['%s'],'properties':['subject','status','id','subject']}", W, first);
  g_autoptr (JsonObject) ids = csm_test_client_call (ana, "Case/get", "{'accountId':'%s','properties':[]}", W);
  g_autoptr (JsonObject) modseqs = csm_test_client_call (ana, "Case/get", "{'accountId':'%s','ids':['%s'],'includeModseqs':true}", W, first);
  g_autofree char *text = NULL;
  JsonArray *list = csm_json_get_array (part, "list");

  g_assert_cmpuint (length_of (all, "list"), ==, N_CASES);
  g_assert_cmpuint (length_of (all, "notFound"), ==, 0);
  g_assert_cmpuint (length_of (none, "list"), ==, 0);
  g_assert_cmpstr (csm_test_find_text (none, "state"), ==, csm_test_find_text (all, "state"));
  g_assert_cmpuint (length_of (some, "list"), ==, 2);
  g_assert_cmpuint (length_of (some, "notFound"), ==, 2);
  csm_assert_text (some, "list/0/subject", "Question 1");
  csm_assert_text (some, "list/0/id", first);
  text = csm_json_write (json_array_get_element (list, 0));
  g_assert_cmpuint (json_object_get_size (json_array_get_object_element (list, 0)), ==, 3);
  g_assert_nonnull (strstr (text, "Question 1"));
  g_assert_cmpuint (length_of (ids, "list"), ==, N_CASES);
  g_assert_cmpuint (json_object_get_size (json_array_get_object_element (csm_json_get_array (ids, "list"), 0)), ==, 1);
  g_assert_cmpint (csm_json_get_int (csm_json_get_object (modseqs, "modseqs"), first, 0), >, 0);
}

static void
test_get_refused (void)
{
  g_autoptr (GString) many = g_string_new ("[");

  for (int i = 0; i < 1001; i++)
    g_string_append_printf (many, i > 0 ? ",'%d'" : "'%d'", i);
  g_string_append_c (many, ']');
  assert_refused ("requestTooLarge", "Case/get", "{'accountId':'%s','ids':%s}", W, many->str);
  assert_refused ("invalidArguments", "Case/get", "{'accountId':'%s','ids':{}}", W);
  assert_refused ("invalidArguments", "Case/get", "{'accountId':'%s','ids':[1]}", W);
  assert_refused ("invalidArguments", "Case/get", "{'accountId':'%s','ids':[],'properties':['nonsense']}", W);
  assert_refused ("invalidArguments", "Case/get", "{'accountId':'%s','ids':[],'properties':[1]}", W);
  assert_refused ("invalidArguments", "Case/get", "{'accountId':'%s','ids':[],'properties':'subject'}", W);
  assert_refused ("invalidArguments", "Case/get", "{'accountId':'%s','ids':[],'other':1}", W);
  assert_refused ("invalidArguments", "Case/get", "{'accountId':'%s','ids':[],'includeModseqs':1}", W);
}

static void
test_references (void)
{
  g_autofree char *request = g_strdup_printf (
    "{'using':['urn:ietf:params:jmap:core','https://casement.example/jmap/desk'],'methodCalls':["
    "['Case/query',{'accountId':'%s','sort':[{'property':'lastActivityAt','isAscending':false}],'limit':3},'q'],"
    "['Case/get',{'accountId':'%s','#ids':{'resultOf':'q','name':'Case/query','path':'/ids'}},'g'],"
    "['Customer/get',{'accountId':'%s','#ids':{'resultOf':'g','name':'Case/get','path':'/list/*/customerId'}},'u'],"
    "['Case/get',{'accountId':'%s','#ids':{'resultOf':'g','name':'Case/query','path':'/ids'}},'wrong name'],"
    "['Case/get',{'accountId':'%s','#ids':{'resultOf':'none','name':'Case/query','path':'/ids'}},'no such call'],"
    "['Case/get',{'accountId':'%s','ids':[],'#ids':{'resultOf':'q','name':'Case/query','path':'/ids'}},'both'],"
    "['Case/get',{'accountId':'%s','#ids':{'resultOf':'q','name':'Case/query','path':'/position'}},'not a list']]}", W, W, W, W, W, W, W);
  g_autoptr (JsonObject) answer = post (request);

  g_assert_cmpuint (json_array_get_length (json_node_get_array (csm_test_find (answer, "methodResponses/1/1/list"))), ==, 3);
  g_assert_cmpuint (json_array_get_length (json_node_get_array (csm_test_find (answer, "methodResponses/2/1/list"))), ==, 3);
  g_assert_true (g_str_has_prefix (csm_test_find_text (answer, "methodResponses/2/1/list/0/name"), "Customer "));
  csm_assert_text (answer, "methodResponses/3/1/type", "invalidResultReference");
  csm_assert_text (answer, "methodResponses/4/1/type", "invalidResultReference");
  csm_assert_text (answer, "methodResponses/5/1/type", "invalidArguments");
  csm_assert_text (answer, "methodResponses/6/1/type", "invalidArguments");
}

static void
test_query (void)
{
  const char *last = g_ptr_array_index (workspace->cases, N_CASES - 1), *third = g_ptr_array_index (workspace->cases, 2);
  g_autoptr (JsonObject) newest = csm_test_client_call (
    ana, "Case/query", "{'accountId':'%s','sort':[{'property':'lastMessageAt','isAscending':false}],'limit':2,'calculateTotal':true}", W);
  g_autoptr (JsonObject) end = csm_test_client_call (ana, "Case/query", "{'accountId':'%s','sort':[{'property':'lastMessageAt'}],'position':-2}", W);
  g_autoptr (JsonObject) beyond = csm_test_client_call (ana, "Case/query", "{'accountId':'%s','position':500}", W);
  g_autoptr (JsonObject) anchor = csm_test_client_call (
    ana, "Case/query", "{'accountId':'%s','sort':[{'property':'lastMessageAt'}],'anchor':'%s','anchorOffset':-1,'limit':2}", W, third);
  g_autoptr (JsonObject) filter = csm_test_client_call (
    ana, "Case/query", "{'accountId':'%s','filter':{'operator':'NOT','conditions':[{'status':'new'}]}}", W);

  csm_assert_text (newest, "ids/0", last);
  g_assert_cmpuint (length_of (newest, "ids"), ==, 2);
  g_assert_cmpint (csm_json_get_int (newest, "total", 0), ==, N_CASES);
  g_assert_false (csm_json_get_boolean (newest, "canCalculateChanges"));
  g_assert_nonnull (csm_test_find_text (newest, "queryState"));
  g_assert_null (csm_test_find (end, "total"));
  g_assert_cmpint (csm_json_get_int (end, "position", 0), ==, N_CASES - 2);
  csm_assert_text (end, "ids/1", last);
  g_assert_cmpuint (length_of (beyond, "ids"), ==, 0);
  csm_assert_text (anchor, "ids/1", third);
  g_assert_cmpint (csm_json_get_int (anchor, "position", 0), ==, 1);
  g_assert_cmpuint (length_of (filter, "ids"), ==, 0);
}

static void
test_query_refused (void)
{
  assert_refused ("anchorNotFound", "Case/query", "{'accountId':'%s','anchor':'c0'}", W);
  assert_refused ("unsupportedSort", "Case/query", "{'accountId':'%s','sort':[{'property':'goal'}]}", W);
  assert_refused ("unsupportedFilter", "Case/query", "{'accountId':'%s','filter':{'nonsense':1}}", W);
  assert_refused ("invalidArguments", "Case/query", "{'accountId':'%s','limit':-1}", W);
  assert_refused ("invalidArguments", "Case/query", "{'accountId':'%s','limit':1.5}", W);
  assert_refused ("invalidArguments", "Case/query", "{'accountId':'%s','filter':[]}", W);
  assert_refused ("invalidArguments", "Case/query", "{'accountId':'%s','sort':{}}", W);
  assert_refused ("invalidArguments", "Case/query", "{'accountId':'%s','anchor':1}", W);
  assert_refused ("invalidArguments", "Case/query", "{'accountId':'%s','calculateTotal':'yes'}", W);
  assert_refused ("cannotCalculateChanges", "Case/queryChanges", "{'accountId':'%s','sinceQueryState':'x'}", W);
  assert_refused ("invalidArguments", "Case/queryChanges", "{'accountId':'%s'}", W);
}

static void
test_changes (void)
{
  g_autoptr (JsonObject) before = csm_test_client_call (ana, "Tag/get", "{'accountId':'%s'}", W);
  g_autofree char *since = g_strdup (csm_test_find_text (before, "state"));
  g_autoptr (JsonObject) nothing = csm_test_client_call (ana, "Tag/changes", "{'accountId':'%s','sinceState':'%s'}", W, since);
  g_autoptr (JsonObject) set = csm_test_client_call (ana, "Tag/set", "{'accountId':'%s','create':{'a':{'name':'one'},'b':{'name':'two'},'c':{'name':'three'}}}", W);
  g_autoptr (JsonObject) gone = csm_test_client_call (ana, "Tag/set", "{'accountId':'%s','destroy':['%s']}", W, csm_test_find_text (set, "created/b/id"));
  g_autoptr (JsonObject) more = csm_test_client_call (
    ana, "Tag/set", "{'accountId':'%s','update':{'%s':{'color':'red'}}}", W, workspace->tag);
  g_autofree char *state = g_strdup (since);
  guint created = 0, updated = 0, destroyed = 0;
  gboolean has_more = TRUE;

  g_assert_cmpuint (length_of (nothing, "created") + length_of (nothing, "updated") + length_of (nothing, "destroyed"), ==, 0);
  csm_assert_text (nothing, "newState", since);
  csm_assert_text (set, "oldState", since);
  g_assert_nonnull (csm_test_find_text (gone, "destroyed/0"));
  for (guint pages = 0; has_more; pages++)
    {
      g_autoptr (JsonObject) page = csm_test_client_call (ana, "Tag/changes", "{'accountId':'%s','sinceState':'%s','maxChanges':1}", W, state);

      csm_assert_text (page, "oldState", state);
      g_assert_cmpuint (length_of (page, "created") + length_of (page, "updated") + length_of (page, "destroyed"), ==, 1);
      created += length_of (page, "created");
      updated += length_of (page, "updated");
      destroyed += length_of (page, "destroyed");
      has_more = csm_json_get_boolean (page, "hasMoreChanges");
      g_free (state);
      state = g_strdup (csm_test_find_text (page, "newState"));
      g_assert_cmpuint (pages, <, 10);
    }
  g_assert_cmpuint (created, ==, 2);
  g_assert_cmpuint (updated, ==, 1);
  g_assert_cmpuint (destroyed, ==, 1);
  csm_assert_text (more, "newState", state);
}

static void
test_changes_with_records (void)
{
  g_autofree char *state = NULL;
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  gboolean has_more = TRUE;

  for (guint pages = 0; has_more; pages++)
    {
      g_autofree char *since = state != NULL ? g_strdup_printf ("'%s'", state) : g_strdup ("null");
      g_autoptr (JsonObject) page = csm_test_client_call (
        ana, "Case/changes", "{'accountId':'%s','sinceState':%s,'maxChanges':5,'includeRecords':true}", W, since);
      JsonArray *list = csm_json_get_array (page, "list");

      for (guint i = 0; i < json_array_get_length (list); i++)
        {
          JsonObject *record = json_array_get_object_element (list, i);
          const char *id = csm_json_get_string (record, "id");

          g_assert_nonnull (csm_json_get_string (record, "subject"));
          g_assert_cmpint (csm_json_get_int (csm_json_get_object (page, "modseqs"), id, 0), >, 0);
          g_assert_true (g_hash_table_add (seen, g_strdup (id)));
        }
      g_assert_cmpuint (length_of (page, "created"), ==, json_array_get_length (list));
      has_more = csm_json_get_boolean (page, "hasMoreChanges");
      g_free (state);
      state = g_strdup (csm_test_find_text (page, "newState"));
      g_assert_cmpuint (pages, <, 10);
    }
  g_assert_cmpuint (g_hash_table_size (seen), ==, N_CASES);
}

#define N_LONG 12

static gpointer
add_long_mails (CsmTxn        *txn,
                gpointer       input,
                GCancellable  *cancellable,
                GError       **error)
{
  const CsmRecordType *type = csm_record_type_get (CSM_TYPE_ID_MESSAGE);
  g_autoptr (JsonObject) pattern = csm_txn_get (txn, CSM_ACCOUNT_WORKSPACE, type, g_ptr_array_index (workspace->messages, 0), error);
  g_autofree char *filler = g_strnfill (1000000, 'x');

  for (guint i = 0; i < N_LONG; i++)
    {
      g_autofree char *id = csm_id_new ('m');
      g_autoptr (JsonObject) message = csm_json_copy_object (pattern);

      json_object_remove_member (message, "id");
      csm_json_set_string (message, "textBody", filler);
      csm_txn_insert (txn, CSM_ACCOUNT_WORKSPACE, type, id, message, error);
    }
  return NULL;
}

/* Long mails, which anybody may send: pages get shorter, and there is an end to what one request can ask for. */
static void
test_long_answers (void)
{
  g_autoptr (JsonObject) before = csm_test_client_call (ana, "Message/get", "{'accountId':'%s','ids':[]}", W);
  g_autofree char *state = g_strdup (csm_test_find_text (before, "state"));
  g_autoptr (GString) request = g_string_new ("{'using':['" CSM_CAPABILITY_DESK "'],'methodCalls':[");
  g_autoptr (JsonObject) response = NULL;
  guint found = 0, pages = 0;
  gboolean has_more = TRUE;

  csm_test_workspace_run (workspace, add_long_mails, NULL);
  for (; has_more; pages++)
    {
      g_autoptr (JsonObject) page = csm_test_client_call (ana, "Message/changes", "{'accountId':'%s','sinceState':'%s','includeRecords':true}", W, state);

      g_assert_cmpuint (length_of (page, "list"), ==, length_of (page, "created"));
      g_assert_cmpuint (length_of (page, "list"), <=, 8);
      found += length_of (page, "list");
      has_more = csm_json_get_boolean (page, "hasMoreChanges");
      g_free (state);
      state = g_strdup (csm_test_find_text (page, "newState"));
      g_assert_cmpuint (pages, <, N_LONG + 1);
    }
  g_assert_cmpuint (found, ==, N_LONG);

  for (guint i = 0; i < 8; i++)
    g_string_append_printf (request, "%s['Message/get',{'accountId':'%s','ids':null},'%u']", i > 0 ? "," : "", W, i);
  g_string_append (request, "]}");
  response = post (request->str);
  csm_assert_text (response, "methodResponses/4/0", "Message/get");
  csm_assert_text (response, "methodResponses/5/1/type", "requestTooLarge");
  csm_assert_text (response, "methodResponses/7/1/type", "requestTooLarge");
}

static void
test_changes_refused (void)
{
  g_autoptr (JsonObject) mine = csm_test_client_call (ana, "Seen/get", "{'accountId':'%s'}", workspace->lead.account_id);

  assert_refused ("cannotCalculateChanges", "Case/changes", "{'accountId':'%s','sinceState':'x'}", W);
  assert_refused ("cannotCalculateChanges", "Case/changes", "{'accountId':'%s','sinceState':'v1.1.1.00'}", W);
  assert_refused ("cannotCalculateChanges", "Case/changes", "{'accountId':'%s','sinceState':'%s'}", W, csm_test_find_text (mine, "state"));
  assert_refused ("invalidArguments", "Case/changes", "{'accountId':'%s'}", W);
  assert_refused ("invalidArguments", "Case/changes", "{'accountId':'%s','sinceState':null}", W);
  assert_refused ("invalidArguments", "Case/changes", "{'accountId':'%s','sinceState':'x','maxChanges':0}", W);
  assert_refused ("invalidArguments", "Case/changes", "{'accountId':'%s','includeRecords':true}", W);
}

/* --- Case/content --------------------------------------------------------------------------------------------------- */

static const char *
case_at (guint i)
{
  return g_ptr_array_index (workspace->cases, i);
}

static JsonObject *
content_of (const char *wanted,
            guint       max)
{
  return csm_test_client_call (ana, "Case/content", "{'accountId':'%s','maxRecords':%u,'cases':[%s]}", W, max, wanted);
}

static char *
wish (const char *id,
      const char *state,
      const char *messages_state)
{
  g_autofree char *since = state != NULL ? g_strdup_printf ("'%s'", state) : g_strdup ("null");
  g_autofree char *known = messages_state != NULL ? g_strdup_printf ("'%s'", messages_state) : g_strdup ("null");

  return g_strdup_printf ("{'id':'%s','sinceState':%s,'messagesState':%s}", id, since, known);
}

static JsonObject *
told_of (JsonObject *answer)
{
  return json_array_get_object_element (csm_json_get_array (answer, "cases"), 0);
}

static guint
n_told (JsonObject *answer,
        const char *type)
{
  return length_of (csm_json_get_object (answer, "lists"), type);
}

static void
test_content (void)
{
  g_autofree char *first = wish (case_at (0), NULL, NULL);
  g_autofree char *second = wish (case_at (1), NULL, "other");
  g_autofree char *none = wish ("c01ZZZZZZZZZZZZZZZZZZZZZZZZ", NULL, NULL);
  g_autofree char *all = g_strjoin (",", first, second, none, NULL);
  g_autoptr (JsonObject) answer = content_of (all, 100);

  csm_assert_text (answer, "cases/0/id", case_at (0));
  csm_assert_text (answer, "cases/1/id", case_at (1));
  csm_assert_text (answer, "notFound/0", "c01ZZZZZZZZZZZZZZZZZZZZZZZZ");
  g_assert_cmpuint (n_told (answer, "Message"), ==, 2);
  g_assert_cmpuint (n_told (answer, "Case"), ==, 2);
  g_assert_true (csm_json_get_boolean (told_of (answer), "isWhole"));
  g_assert_nonnull (csm_test_find_text (answer, "cases/0/messagesState"));
  /* A case that doesn't fit is left for the next request, and so are those behind it. */
  {
    guint n = (guint) csm_json_get_int (told_of (answer), "total", 0);
    g_autoptr (JsonObject) some = content_of (all, n);

    g_assert_cmpuint (length_of (some, "cases"), ==, 1);
    g_assert_cmpuint (length_of (some, "notFound"), ==, 0);
    g_assert_false (csm_json_get_boolean (told_of (some), "hasMore"));
  }
  /* A state that was made up is the beginning. */
  {
    g_autofree char *odd = wish (case_at (1), "v1.1.1.0", NULL);
    g_autoptr (JsonObject) whole = content_of (odd, 100);

    g_assert_true (csm_json_get_boolean (told_of (whole), "isWhole"));
    g_assert_cmpuint (n_told (whole, "Message"), ==, 1);
  }
}

/* What came since, and nothing else; cut when it must be, and going on where it was. */
static void
test_content_since (void)
{
  g_autofree char *from_start = wish (case_at (2), NULL, NULL);
  g_autoptr (JsonObject) answer = content_of (from_start, 100);
  const char *messages_state = csm_test_find_text (answer, "cases/0/messagesState");
  g_autofree char *again = wish (case_at (2), csm_test_find_text (answer, "cases/0/newState"), messages_state);
  g_autoptr (JsonObject) same = content_of (again, 100);
  g_autoptr (JsonObject) set = NULL;
  g_autoptr (JsonObject) changed = NULL;
  g_autoptr (JsonObject) cut = NULL;
  gint64 total = csm_json_get_int (told_of (answer), "total", 0);
  guint n;

  g_assert_cmpuint (n_told (same, "Message") + n_told (same, "Event") + n_told (same, "Case"), ==, 0);
  csm_assert_text (same, "cases/0/messagesState", messages_state);
  g_assert_false (csm_json_get_boolean (told_of (same), "isWhole"));
  g_assert_cmpint (csm_json_get_int (told_of (same), "total", 0), ==, total);

  set = csm_test_client_call (ana, "Case/set", "{'accountId':'%s','update':{'%s':{'priority':'urgent','goal':'More'}}}", W, case_at (2));
  changed = content_of (again, 100);
  n = n_told (changed, "Event");
  g_assert_cmpuint (n_told (changed, "Message"), ==, 0);
  g_assert_cmpuint (n, >=, 2);
  csm_assert_text (changed, "lists/Case/0/priority", "urgent");
  g_assert_cmpint (csm_json_get_int (told_of (changed), "modseq", 0), >, 0);
  g_assert_cmpint (csm_json_get_int (told_of (changed), "total", 0), ==, total + n);
  g_assert_cmpstr (csm_test_find_text (changed, "cases/0/messagesState"), !=, messages_state);

  cut = content_of (again, 1);
  g_assert_cmpuint (n_told (cut, "Event"), ==, 1);
  g_assert_true (csm_json_get_boolean (told_of (cut), "hasMore"));
  {
    g_autofree char *rest = wish (case_at (2), csm_test_find_text (cut, "cases/0/newState"), messages_state);
    g_autoptr (JsonObject) end = content_of (rest, 100);

    g_assert_cmpuint (n_told (end, "Event"), ==, n - 1);
    g_assert_cmpstr (csm_test_find_text (end, "lists/Event/0/id"), !=, csm_test_find_text (cut, "lists/Event/0/id"));
    g_assert_false (csm_json_get_boolean (told_of (end), "hasMore"));
  }
}

static void
test_content_refused (void)
{
  g_autofree char *request = g_strdup_printf (
    "{'using':['urn:ietf:params:jmap:core','https://casement.example/jmap/desk'],'methodCalls':[['Case/content',{'accountId':'%s','cases':[{'id':'%s'}]},'a']]}", W, case_at (0));
  g_autoptr (JsonObject) answer = post (request);
  g_autoptr (GString) many = g_string_new ("{'id':'x'}");

  /* What internal types hold is not there without their capability. */
  g_assert_nonnull (csm_test_find (answer, "methodResponses/0/1/lists/Message"));
  g_assert_null (csm_test_find (answer, "methodResponses/0/1/lists/Event"));
  assert_refused ("unknownMethod", "Person/content", "{'accountId':'%s','cases':[]}", W);
  assert_refused ("invalidArguments", "Case/content", "{'accountId':'%s'}", W);
  assert_refused ("invalidArguments", "Case/content", "{'accountId':'%s','cases':['c']}", W);
  assert_refused ("invalidArguments", "Case/content", "{'accountId':'%s','cases':[{'sinceState':null}]}", W);
  assert_refused ("invalidArguments", "Case/content", "{'accountId':'%s','cases':[{'id':'c','sinceState':7}]}", W);
  assert_refused ("invalidArguments", "Case/content", "{'accountId':'%s','cases':[],'maxRecords':0}", W);
  assert_refused ("invalidArguments", "Case/content", "{'accountId':'%s','cases':[],'more':1}", W);
  for (guint i = 0; i < 1000; i++)
    g_string_append (many, ",{'id':'x'}");
  assert_refused ("requestTooLarge", "Case/content", "{'accountId':'%s','cases':[%s]}", W, many->str);
}

int
main (int   argc,
      char *argv[])
{
  CsmTestServer *server;
  int result;

  g_test_init (&argc, &argv, NULL);
  workspace = csm_test_workspace_new (N_CASES);
  server = csm_test_server_new (workspace->directory, NULL);
  ana = csm_test_client_new (csm_test_server_get_url (server), workspace->lead.token);
  g_test_add_func ("/server/methods/echo", test_echo);
  g_test_add_func ("/server/methods/using", test_using);
  g_test_add_func ("/server/methods/order", test_order);
  g_test_add_func ("/server/methods/accounts", test_accounts);
  g_test_add_func ("/server/methods/get", test_get);
  g_test_add_func ("/server/methods/get-refused", test_get_refused);
  g_test_add_func ("/server/methods/references", test_references);
  g_test_add_func ("/server/methods/query", test_query);
  g_test_add_func ("/server/methods/query-refused", test_query_refused);
  g_test_add_func ("/server/methods/changes", test_changes);
  g_test_add_func ("/server/methods/changes-with-records", test_changes_with_records);
  g_test_add_func ("/server/methods/changes-refused", test_changes_refused);
  g_test_add_func ("/server/methods/content", test_content);
  g_test_add_func ("/server/methods/content-since", test_content_since);
  g_test_add_func ("/server/methods/content-refused", test_content_refused);
  g_test_add_func ("/server/methods/long-answers", test_long_answers);
  result = g_test_run ();
  csm_test_client_free (ana);
  csm_test_server_free (server);
  csm_test_workspace_free (workspace);
  return result;
}
