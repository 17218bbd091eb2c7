/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-test-client.h"

#include <string.h>

#include "csm-id.h"
#include "csm-json.h"
#include "csm-projection.h"
#include "csm-record-type.h"

/* A partner's guest, who is told nothing but what is shared: whatever they ask, and however they ask it. */

#define INSIDE "INSIDE"
#define ADDRESS "rosa@repairs.example.org"
#define GUEST_USING "'https://casement.example/jmap/desk','https://casement.example/jmap/personal','urn:ietf:params:jmap:core'"

static CsmTestWorkspace *workspace;
static CsmTestServer *server;
static CsmTestClient *admin, *lead, *agent, *guest;
static char *partner, *person, *account, *personal;

static CsmTestReply *post (CsmTestClient *client, const char *path, const char *format, ...) G_GNUC_PRINTF (3, 4);

static CsmTestReply *
post (CsmTestClient *client,
      const char    *path,
      const char    *format,
      ...)
{
  g_autofree char *body = NULL;
  va_list args;

  va_start (args, format);
  body = g_strdelimit (g_strdup_vprintf (format, args), "'", '"');
  va_end (args);
  return csm_test_client_fetch (client, "POST", path, "application/json", body);
}

static const char *
text_of (CsmTestReply *reply)
{
  return reply->body != NULL && g_bytes_get_size (reply->body) > 0 ? g_bytes_get_data (reply->body, NULL) : "";
}

static gboolean
holds (CsmTestReply *reply,
       const char   *text)
{
  g_autofree char *body = g_strndup (text_of (reply), reply->body != NULL ? g_bytes_get_size (reply->body) : 0);

  return strstr (body, text) != NULL;
}

/* A guest's call, which may not name the internal capability. (transfer full) the reply as it is. */
static CsmTestReply *
call (const char *method,
      const char *arguments)
{
  return post (guest, "/jmap/api", "{'using':[" GUEST_USING "],'methodCalls':[['%s',%s,'0']]}", method, arguments);
}

static const char *
error_of (JsonArray *responses,
          guint      i)
{
  JsonArray *response = json_array_get_array_element (responses, i);

  return g_str_equal (json_array_get_string_element (response, 0), "error") ? csm_json_get_string (json_array_get_object_element (response, 1), "type") : NULL;
}

static JsonObject *
set (CsmTestClient *client,
     const char    *method,
     const char    *arguments)
{
  g_autoptr (JsonObject) answer = csm_test_client_call (client, method, "{'accountId':'%s',%s}", workspace->workspace_id, arguments);

  g_assert_null (csm_test_find (answer, "type"));
  return g_steal_pointer (&answer);
}

static void
assert_done (JsonObject *answer)
{
  g_autofree char *text = csm_json_write_object (answer);

  if (csm_json_get_object (answer, "notCreated") != NULL || csm_json_get_object (answer, "notUpdated") != NULL)
    g_error ("%s", text);
}

static void
patch_case (guint       i,
            const char *patch)
{
  g_autofree char *arguments = g_strdup_printf ("'update':{'%s':%s}", (char *) g_ptr_array_index (workspace->cases, i), patch);
  g_autoptr (JsonObject) answer = set (agent, "Case/set", arguments);

  assert_done (answer);
}

static void
share (guint       i,
       const char *how)
{
  g_autofree char *patch = g_strdup_printf ("{'partners/%s':%s}", partner, how);

  patch_case (i, patch);
}

static char *
case_id (guint i)
{
  return g_ptr_array_index (workspace->cases, i);
}

/* --- Coming in ---------------------------------------------------------------------------------------------------------- */

static char *
invite (void)
{
  g_autoptr (CsmTestReply) refused = post (agent, "/jmap/ask/guest/invite", "{'caseId':'%s','partnerName':'Repairs','address':'" ADDRESS "'}", case_id (0));
  g_autoptr (CsmTestReply) colleague = post (lead, "/jmap/ask/guest/invite", "{'caseId':'%s','partnerName':'Repairs','address':'%s'}", case_id (0), workspace->agent.email);
  g_autoptr (CsmTestReply) nowhere = post (lead, "/jmap/ask/guest/invite", "{'caseId':'%s','address':'" ADDRESS "'}", case_id (0));
  g_autoptr (CsmTestReply) first = post (lead, "/jmap/ask/guest/invite", "{'caseId':'%s','partnerName':'Repairs','address':'" ADDRESS "','name':'Rosa','conversation':true}", case_id (0));
  g_autoptr (CsmTestReply) again = post (lead, "/jmap/ask/guest/invite", "{'caseId':'%s','address':'" ADDRESS "'}", case_id (0));

  g_assert_cmpuint (refused->status, ==, 403);
  csm_assert_text (refused->json, "description", "Only leads and admins may do this.");
  g_assert_cmpuint (colleague->status, ==, 400);
  g_assert_cmpuint (nowhere->status, ==, 400);
  g_assert_cmpuint (first->status, ==, 200);
  g_assert_cmpuint (again->status, ==, 200);
  csm_assert_text (again->json, "personId", csm_test_find_text (first->json, "personId"));
  csm_assert_text (again->json, "partnerId", csm_test_find_text (first->json, "partnerId"));
  partner = g_strdup (csm_test_find_text (first->json, "partnerId"));
  person = g_strdup (csm_test_find_text (first->json, "personId"));
  g_assert_cmpstr (csm_test_find_text (first->json, "code"), !=, csm_test_find_text (again->json, "code"));
  return g_strdup (csm_test_find_text (again->json, "code"));
}

static void
test_join (void)
{
  g_autofree char *code = invite ();
  g_autoptr (CsmTestClient) nobody = csm_test_client_new (csm_test_server_get_url (server), NULL);
  g_autofree char *typed = g_ascii_strdown (code, -1);
  g_autoptr (CsmTestReply) wrong = post (nobody, "/auth/join", "{'address':'" ADDRESS "','code':'ABCDE-ABCDE-ABCDE-ABCDE','password':'a long password','deviceName':'x'}");
  g_autoptr (CsmTestReply) other = post (nobody, "/auth/join", "{'address':'%s','code':'%s','password':'a long password'}", workspace->agent.email, code);
  g_autoptr (CsmTestReply) brief = post (nobody, "/auth/join", "{'address':'" ADDRESS "','code':'%s','password':'short'}", code);
  g_autoptr (CsmTestReply) joined = post (nobody, "/auth/join", "{'address':'Rosa@repairs.example.org','code':' %s','password':'a long password'}", typed);
  g_autoptr (CsmTestReply) again = post (nobody, "/auth/join", "{'address':'" ADDRESS "','code':'%s','password':'another password'}", code);
  g_autoptr (CsmTestReply) signed_in = post (nobody, "/auth/sign-in", "{'email':'" ADDRESS "','password':'a long password'}");

  g_assert_cmpuint (wrong->status, ==, 401);
  g_assert_cmpuint (other->status, ==, 401);
  g_assert_cmpuint (brief->status, ==, 400);
  g_assert_cmpuint (joined->status, ==, 200);
  g_assert_cmpuint (again->status, ==, 401);
  g_assert_cmpuint (signed_in->status, ==, 200);
  csm_assert_text (joined->json, "personId", person);
  guest = csm_test_client_new (csm_test_server_get_url (server), csm_test_find_text (joined->json, "token"));
}

static void
test_session (void)
{
  g_autoptr (CsmTestReply) reply = csm_test_client_fetch (guest, "GET", "/jmap/session", NULL, NULL);
  JsonObject *accounts = csm_json_get_object (reply->json, "accounts"), *capabilities;
  JsonObject *primary = csm_json_get_object (reply->json, "primaryAccounts");

  g_assert_cmpuint (reply->status, ==, 200);
  g_assert_cmpuint (json_object_get_size (accounts), ==, 2);
  g_assert_cmpuint (json_object_get_size (primary), ==, 2);
  account = g_strdup (csm_json_get_string (primary, "https://casement.example/jmap/desk"));
  personal = g_strdup (csm_json_get_string (primary, "https://casement.example/jmap/personal"));
  g_assert_cmpint (account[0], ==, 'G');
  g_assert_cmpstr (account + 1, ==, partner + 1);
  capabilities = csm_json_get_object (csm_json_get_object (accounts, account), "accountCapabilities");
  g_assert_cmpuint (json_object_get_size (capabilities), ==, 1);
  csm_assert_text (csm_json_get_object (accounts, account), "name", "Fernweh");
  g_assert_false (holds (reply, "jmap/internal"));
  g_assert_false (holds (reply, workspace->workspace_id));
}

/* --- Working -------------------------------------------------------------------------------------------------------------- */

/* Whatever is inside bears a mark. */
static void
mark_inside (void)
{
  for (guint i = 0; i < workspace->cases->len; i++)
    {
      g_autofree char *create = g_strdup_printf ("'create':{'a':{'caseId':'%s','body':'" INSIDE "'}}", case_id (i));
      g_autoptr (JsonObject) answer = set (agent, "Comment/set", create);
      g_autofree char *task = g_strdup_printf ("'create':{'a':{'caseId':'%s','title':'" INSIDE "'}}", case_id (i));
      g_autoptr (JsonObject) planned = set (agent, "Task/set", task);
      g_autofree char *subject = i >= 2 ? g_strdup_printf (",'subject':'" INSIDE " %u'", i) : g_strdup ("");
      g_autofree char *patch = g_strdup_printf ("{'goal':'" INSIDE "'%s,'brief/facts':{'text':'" INSIDE "'}}", subject);

      assert_done (answer);
      assert_done (planned);
      patch_case (i, patch);
    }
}

static void
test_work (void)
{
  g_autofree char *id = csm_id_new ('q');
  g_autofree char *get = g_strdup_printf ("{'accountId':'%s','ids':null}", account);
  g_autofree char *create = g_strdup_printf ("{'accountId':'%s','create':{'%s':{'caseId':'%s','partnerId':'%s','body':'It is the slider.'}}}", account, id, case_id (0), partner);
  g_autofree char *update = g_strdup_printf ("{'accountId':'%s','update':{'%s':{'body':'It is the zip.'}}}", account, id);
  g_autofree char *seen = g_strdup_printf ("{'accountId':'%s','create':{'z':{'caseId':'%s','upTo':'2026-01-01T00:00:00Z'}}}", personal, case_id (0));
  g_autofree char *unseen = g_strdup_printf ("{'accountId':'%s','create':{'z':{'caseId':'%s','upTo':'2026-01-01T00:00:00Z'}}}", personal, case_id (2));
  g_autofree char *elsewhere = g_strdup_printf ("{'accountId':'%s','create':{'q':{'caseId':'%s','partnerId':'%s','body':'Hello'}}}", account, case_id (2), partner);
  g_autoptr (CsmTestReply) cases = call ("Case/get", get);
  g_autoptr (CsmTestReply) messages = call ("Message/get", get);
  g_autoptr (CsmTestReply) people = call ("Person/get", get);
  g_autoptr (CsmTestReply) created = call ("SharedComment/set", create);
  g_autoptr (CsmTestReply) updated = call ("SharedComment/set", update);
  g_autoptr (CsmTestReply) read = call ("Seen/set", seen);
  g_autoptr (CsmTestReply) not_read = call ("Seen/set", unseen);
  g_autoptr (CsmTestReply) not_said = call ("SharedComment/set", elsewhere);
  g_autoptr (JsonObject) theirs = csm_test_client_call (agent, "SharedComment/get", "{'accountId':'%s','ids':['%s']}", workspace->workspace_id, id);

  g_assert_cmpuint (json_array_get_length (json_node_get_array (csm_test_find (cases->json, "methodResponses/0/1/list"))), ==, 1);
  csm_assert_text (cases->json, "methodResponses/0/1/list/0/id", case_id (0));
  csm_assert_text (cases->json, "methodResponses/0/1/list/0/subject", "Question 1");
  csm_assert_text (cases->json, "methodResponses/0/1/list/0/status", "open");
  g_assert_cmpuint (json_array_get_length (json_node_get_array (csm_test_find (messages->json, "methodResponses/0/1/list"))), ==, 1);
  g_assert_cmpuint (json_array_get_length (json_node_get_array (csm_test_find (people->json, "methodResponses/0/1/list"))), ==, 1);
  g_assert_nonnull (csm_test_find (created->json, "methodResponses/0/1/created"));
  g_assert_true (holds (created, "\"authorId\""));
  g_assert_true (JSON_NODE_HOLDS_NULL (csm_test_find (updated->json, "methodResponses/0/1/notUpdated")));
  g_assert_true (JSON_NODE_HOLDS_NULL (csm_test_find (read->json, "methodResponses/0/1/notCreated")));
  g_assert_true (JSON_NODE_HOLDS_OBJECT (csm_test_find (not_read->json, "methodResponses/0/1/notCreated")));
  g_assert_true (JSON_NODE_HOLDS_OBJECT (csm_test_find (not_said->json, "methodResponses/0/1/notCreated")));
  csm_assert_text (theirs, "list/0/body", "It is the zip.");
  csm_assert_text (theirs, "list/0/authorId", person);
}

static guint
count_found (const char *text)
{
  g_autofree char *arguments = g_strdup_printf ("{'accountId':'%s','filter':{'text':'%s'}}", account, text);
  g_autoptr (CsmTestReply) reply = call ("Case/query", arguments);

  return json_array_get_length (json_node_get_array (csm_test_find (reply->json, "methodResponses/0/1/ids")));
}

/* Words that are only inside find nothing: finding is telling. */
static void
test_search (void)
{
  g_assert_cmpuint (count_found ("question"), ==, 1);
  g_assert_cmpuint (count_found (INSIDE), ==, 0);
}

/* Both answer the same, so that nobody learns which ids there are. */
static void
test_unknown (void)
{
  g_autofree char *random = csm_id_new ('c');
  const char *ids[] = { random, case_id (2) };
  g_autofree char *first = NULL;

  for (guint i = 0; i < 2; i++)
    {
      g_autofree char *arguments = g_strdup_printf ("{'accountId':'%s','create':{'q':{'caseId':'%s','partnerId':'%s','body':'Hello'}}}", account, ids[i], partner);
      g_autoptr (CsmTestReply) reply = call ("SharedComment/set", arguments);
      g_autofree char *answer = csm_json_write (csm_test_find (reply->json, "methodResponses/0/1/notCreated"));

      if (first == NULL)
        first = g_steal_pointer (&answer);
      else
        g_assert_cmpstr (answer, ==, first);
    }
}

/* --- Asking for more -------------------------------------------------------------------------------------------------------- */

static void
try_method (const char          *verb,
            const CsmRecordType *type,
            const char          *where)
{
  static const char *const arguments[] = {
    "{'accountId':'ACCOUNT','ids':null}", "{'accountId':'ACCOUNT','ids':['CASE']}", "{'accountId':'ACCOUNT','sinceState':'v1.1.0.00000000000000000000'}",
    "{'accountId':'ACCOUNT','sinceState':null,'includeRecords':true}", "{'accountId':'ACCOUNT','filter':{'text':'" INSIDE "'}}", "{'accountId':'ACCOUNT','filter':{'caseId':'CASE'}}",
    "{'accountId':'ACCOUNT'}", "{'accountId':'ACCOUNT','cases':[{'id':'CASE'}]}", "{'accountId':'ACCOUNT','update':{'CASE':{'subject':'Mine'}}}", "{'accountId':'ACCOUNT','destroy':['CASE']}",
    "{'accountId':'ACCOUNT','create':{'x':{'caseId':'CASE','subject':'x','name':'x','title':'x','body':'x','kind':'block'}}}",
  };
  g_autoptr (GString) calls = g_string_new (NULL);
  g_autoptr (CsmTestReply) reply = NULL;
  gboolean is_own = g_str_equal (where, account) || g_str_equal (where, personal);
  JsonArray *responses;

  for (guint i = 0; i < G_N_ELEMENTS (arguments); i++)
    g_string_append_printf (calls, "%s['%s/%s',%s,'0']", i > 0 ? "," : "", type->name, verb, arguments[i]);
  g_string_replace (calls, "ACCOUNT", where, 0);
  g_string_replace (calls, "CASE", case_id (2), 0);
  reply = post (guest, "/jmap/api", "{'using':[" GUEST_USING "],'methodCalls':[%s]}", calls->str);
  g_assert_cmpuint (reply->status, ==, 200);
  g_assert_false (holds (reply, INSIDE));
  g_assert_false (holds (reply, workspace->raw_blob_id));
  responses = csm_json_get_array (reply->json, "methodResponses");
  g_assert_cmpuint (json_array_get_length (responses), ==, G_N_ELEMENTS (arguments));
  for (guint i = 0; i < G_N_ELEMENTS (arguments); i++)
    {
      const char *error = error_of (responses, i);

      if (g_str_equal (type->capability, CSM_CAPABILITY_INTERNAL))
        g_assert_cmpstr (error, ==, "unknownMethod");
      else if (!is_own && g_strcmp0 (error, "accountNotFound") != 0)
        g_error ("%s/%s answers about %s: %s", type->name, verb, where, error);
    }
}

static void
test_methods (void)
{
  static const char *const verbs[] = { "get", "changes", "query", "queryChanges", "content", "set" };
  const char *accounts[] = { account, personal, workspace->workspace_id, workspace->agent.account_id, "G01M81QX5NW11E83BQ894C0B2XV" };
  g_autoptr (CsmTestReply) inside = post (guest, "/jmap/api", "{'using':['https://casement.example/jmap/internal'],'methodCalls':[['Comment/get',{'accountId':'%s','ids':null},'0']]}", account);
  g_autoptr (CsmTestReply) reference = post (guest, "/jmap/api", "{'using':[" GUEST_USING "],'methodCalls':[['Case/query',{'accountId':'%s'},'0'],"
                                             "['Message/get',{'accountId':'%s','#ids':{'resultOf':'0','name':'Case/query','path':'/ids'}},'1']]}", account, workspace->workspace_id);

  g_assert_cmpuint (inside->status, ==, 400);
  csm_assert_text (inside->json, "type", "urn:ietf:params:jmap:error:unknownCapability");
  csm_assert_text (reference->json, "methodResponses/1/1/type", "accountNotFound");
  for (guint i = 0; i < CSM_N_TYPES; i++)
    {
      for (guint j = 0; j < G_N_ELEMENTS (verbs); j++)
        {
          for (guint k = 0; k < G_N_ELEMENTS (accounts); k++)
            try_method (verbs[j], csm_record_type_get (i), accounts[k]);
        }
    }
}

static void
test_asks (void)
{
  static const char *const names[] = { "guest/invite", "mailbox/connect", "mailbox/find", "mailbox/remove", "mailbox/retry", "mailbox/settings", "mailbox/signIn", "mailbox/test",
                                       "message/images", "message/unsubscribe" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_strconcat ("/jmap/ask/", names[i], NULL);
      g_autoptr (CsmTestReply) reply = post (guest, path, "{'id':'%s','caseId':'%s','address':'x@example.org'}", (char *) g_ptr_array_index (workspace->messages, 0), case_id (0));

      g_assert_cmpuint (reply->status, ==, 403);
      g_assert_false (holds (reply, INSIDE));
    }
}

static void
test_blobs (void)
{
  const char *accounts[] = { account, personal, workspace->workspace_id };
  g_autofree char *up = g_strdup_printf ("/jmap/upload/%s", workspace->workspace_id);
  g_autofree char *own_up = g_strdup_printf ("/jmap/upload/%s", workspace->agent.account_id);
  g_autoptr (CsmTestReply) uploaded = csm_test_client_fetch (agent, "POST", up, "text/plain", "A drawing");
  const char *blob = csm_test_find_text (uploaded->json, "blobId");
  g_autofree char *create = g_strdup_printf ("'create':{'a':{'caseId':'%s','partnerId':'%s','body':'See this','attachments':[{'blobId':'%s','name':'a.txt','type':'text/plain','size':9}]}}",
                                             case_id (0), partner, blob);
  g_autofree char *path = g_strdup_printf ("/jmap/download/%s/%s/a.txt?type=text/plain", account, blob);
  g_autoptr (CsmTestReply) before = csm_test_client_fetch (guest, "GET", path, NULL, NULL);
  g_autoptr (JsonObject) said = set (agent, "SharedComment/set", create);
  g_autoptr (CsmTestReply) after = csm_test_client_fetch (guest, "GET", path, NULL, NULL);
  g_autoptr (CsmTestReply) foreign = csm_test_client_fetch (guest, "POST", own_up, "text/plain", "x");

  assert_done (said);
  g_assert_cmpuint (before->status, ==, 404);
  g_assert_cmpuint (after->status, ==, 200);
  g_assert_cmpuint (foreign->status, ==, 404);
  for (guint i = 0; i < G_N_ELEMENTS (accounts); i++)
    {
      g_autofree char *raw = g_strdup_printf ("/jmap/download/%s/%s/raw.eml?type=message/rfc822", accounts[i], workspace->raw_blob_id);
      g_autoptr (CsmTestReply) reply = csm_test_client_fetch (guest, "GET", raw, NULL, NULL);

      g_assert_cmpuint (reply->status, ==, 404);
    }
}

/* What is told is of their own accounts, and of nothing inside. */
static void
test_push (void)
{
  g_autoptr (CsmTestReply) first = csm_test_client_fetch (guest, "GET", "/jmap/session", NULL, NULL);
  SoupMessage *msg = csm_test_client_message (guest, "GET", "/jmap/eventsource?types=*&closeafter=state&ping=0");
  g_autofree char *create = g_strdup_printf ("'create':{'a':{'caseId':'%s','partnerId':'%s','body':'Heard'}}", case_id (0), partner);
  g_autofree char *inside = g_strdup_printf ("'create':{'a':{'caseId':'%s','body':'" INSIDE "'}}", case_id (0));
  g_autoptr (GInputStream) stream = NULL;
  g_autoptr (GString) heard = g_string_new (NULL);
  g_autoptr (JsonObject) commented = NULL;
  g_autoptr (JsonObject) said = NULL;
  char buffer[4096];
  gssize length;

  soup_message_headers_replace (soup_message_get_request_headers (msg), "Accept", "text/event-stream");
  stream = soup_session_send (guest->session, msg, NULL, NULL);
  g_assert_nonnull (stream);
  length = g_input_stream_read (stream, buffer, sizeof buffer, NULL, NULL);
  g_assert_cmpint (length, >, 0);
  commented = set (agent, "Comment/set", inside);
  assert_done (commented);
  said = set (agent, "SharedComment/set", create);
  assert_done (said);
  while ((length = g_input_stream_read (stream, buffer, sizeof buffer, NULL, NULL)) > 0)
    g_string_append_len (heard, buffer, length);
  g_assert_nonnull (strstr (heard->str, account));
  g_assert_nonnull (strstr (heard->str, "\"SharedComment\""));
  g_assert_null (strstr (heard->str, workspace->workspace_id));
  g_assert_null (strstr (heard->str, "\"Comment\""));
  g_assert_null (strstr (heard->str, "\"Event\""));
  g_object_unref (msg);
}

/* --- Leaving ------------------------------------------------------------------------------------------------------------------- */

static char *
case_state (void)
{
  g_autofree char *get = g_strdup_printf ("{'accountId':'%s','ids':[]}", account);
  g_autoptr (CsmTestReply) reply = call ("Case/get", get);

  return g_strdup (csm_test_find_text (reply->json, "methodResponses/0/1/state"));
}

static CsmTestReply *
changes_since (const char *state)
{
  g_autofree char *arguments = g_strdup_printf ("{'accountId':'%s','sinceState':'%s'}", account, state);

  return call ("Case/changes", arguments);
}

static void
test_leave (void)
{
  g_autofree char *known = case_state ();
  g_autofree char *unknown = NULL;
  g_autoptr (CsmTestReply) entered = NULL;
  g_autoptr (CsmTestReply) left = NULL;
  g_autoptr (CsmTestReply) back = NULL;
  g_autoptr (CsmTestReply) fresh = NULL;
  g_autoptr (CsmTestReply) agents = post (agent, "/jmap/ask/guest/invite", "{'caseId':'%s','address':'" ADDRESS "'}", case_id (1));

  g_assert_cmpuint (agents->status, ==, 200);
  g_assert_null (csm_test_find_text (agents->json, "code"));
  entered = changes_since (known);
  csm_assert_text (entered->json, "methodResponses/0/1/created/0", case_id (1));
  g_clear_pointer (&known, g_free);
  known = case_state ();
  share (1, "null");
  left = changes_since (known);
  csm_assert_text (left->json, "methodResponses/0/1/destroyed/0", case_id (1));
  unknown = case_state ();
  share (1, "{'conversation':true}");
  back = changes_since (known);
  csm_assert_text (back->json, "methodResponses/0/1/updated/0", case_id (1));
  fresh = changes_since (unknown);
  csm_assert_text (fresh->json, "methodResponses/0/1/created/0", case_id (1));
  share (1, "null");
}

static guint
session_status (void)
{
  g_autoptr (CsmTestReply) reply = csm_test_client_fetch (guest, "GET", "/jmap/session", NULL, NULL);

  return reply->status;
}

static void
set_member (const char *team,
            gboolean    is_member)
{
  g_autofree char *patch = g_strdup_printf ("'update':{'%s':{'memberIds/%s':%s}}", team, person, is_member ? "true" : "null");
  g_autoptr (JsonObject) answer = set (lead, "Team/set", patch);

  assert_done (answer);
}

/* Another partner's guest sees what that one sees, and hears nothing more of the first. */
static void
test_move (void)
{
  g_autofree char *other = csm_id_new ('t');
  g_autofree char *create = g_strdup_printf ("'create':{'%s':{'name':'Movers','department':'partner'}}", other);
  g_autofree char *second = NULL;
  g_autofree char *patch = g_strdup_printf ("{'partners/%s':{}}", other);
  g_autoptr (JsonObject) created = set (lead, "Team/set", create);
  g_autofree char *both = g_strdup_printf ("'update':{'%s':{'memberIds/%s':true}}", other, person);
  g_autoptr (JsonObject) refused = set (lead, "Team/set", both);
  SoupMessage *msg = csm_test_client_message (guest, "GET", "/jmap/eventsource?types=*&closeafter=no&ping=0");
  g_autoptr (GInputStream) stream = soup_session_send (guest->session, msg, NULL, NULL);
  g_autoptr (CsmTestReply) session = NULL;
  JsonObject *primary;
  char buffer[4096];

  assert_done (created);
  g_assert_nonnull (csm_json_get_object (refused, "notUpdated"));
  g_assert_cmpint (g_input_stream_read (stream, buffer, sizeof buffer, NULL, NULL), >, 0);
  patch_case (1, patch);
  set_member (partner, FALSE);
  set_member (other, TRUE);
  /* It ends. */
  while (g_input_stream_read (stream, buffer, sizeof buffer, NULL, NULL) > 0)
    ;
  session = csm_test_client_fetch (guest, "GET", "/jmap/session", NULL, NULL);
  primary = csm_json_get_object (session->json, "primaryAccounts");
  second = g_strdup (csm_json_get_string (primary, "https://casement.example/jmap/desk"));
  g_assert_cmpstr (second + 1, ==, other + 1);
  g_assert_false (holds (session, account));
  set_member (other, FALSE);
  set_member (partner, TRUE);
  g_object_unref (msg);
}

static void
test_gone (void)
{
  g_autofree char *out = g_strdup_printf ("'update':{'%s':{'memberIds/%s':null}}", partner, person);
  g_autofree char *in = g_strdup_printf ("'update':{'%s':{'memberIds/%s':true}}", partner, person);
  g_autofree char *inactive = g_strdup_printf ("'update':{'%s':{'active':false}}", person);
  g_autofree char *lead_them = g_strdup_printf ("'update':{'%s':{'role':'lead'}}", person);
  g_autoptr (JsonObject) removed = set (lead, "Team/set", out);
  guint without_team = session_status ();
  g_autoptr (JsonObject) added = set (lead, "Team/set", in);
  guint with_team = session_status ();
  g_autoptr (JsonObject) promoted = set (admin, "Person/set", lead_them);
  g_autoptr (JsonObject) ended = set (admin, "Person/set", inactive);

  assert_done (removed);
  g_assert_cmpuint (without_team, ==, 403);
  assert_done (added);
  g_assert_cmpuint (with_team, ==, 200);
  g_assert_nonnull (csm_json_get_object (promoted, "notUpdated"));
  assert_done (ended);
  g_assert_cmpuint (session_status (), ==, 403);
}

static gpointer
check (CsmTxn        *txn,
       gpointer       input,
       GCancellable  *cancellable,
       GError       **error)
{
  g_autoptr (GPtrArray) findings = csm_txn_check (txn, error);

  g_assert_true (csm_projection_check (txn, FALSE, findings, error));
  for (guint i = 0; i < findings->len; i++)
    g_error ("%s", (char *) g_ptr_array_index (findings, i));
  return NULL;
}

static void
test_check (void)
{
  csm_test_workspace_run (workspace, check, NULL);
}

int
main (int   argc,
      char *argv[])
{
  int result;

  g_test_init (&argc, &argv, NULL);
  workspace = csm_test_workspace_new (4);
  server = csm_test_server_new (workspace->directory, NULL);
  admin = csm_test_client_new (csm_test_server_get_url (server), workspace->admin.token);
  lead = csm_test_client_new (csm_test_server_get_url (server), workspace->lead.token);
  agent = csm_test_client_new (csm_test_server_get_url (server), workspace->agent.token);
  mark_inside ();
  g_test_add_func ("/guests/join", test_join);
  g_test_add_func ("/guests/session", test_session);
  g_test_add_func ("/guests/work", test_work);
  g_test_add_func ("/guests/search", test_search);
  g_test_add_func ("/guests/unknown", test_unknown);
  g_test_add_func ("/guests/methods", test_methods);
  g_test_add_func ("/guests/asks", test_asks);
  g_test_add_func ("/guests/blobs", test_blobs);
  g_test_add_func ("/guests/push", test_push);
  g_test_add_func ("/guests/leave", test_leave);
  g_test_add_func ("/guests/move", test_move);
  g_test_add_func ("/guests/gone", test_gone);
  g_test_add_func ("/guests/check", test_check);
  result = g_test_run ();
  csm_test_client_free (admin);
  csm_test_client_free (lead);
  csm_test_client_free (agent);
  g_clear_pointer (&guest, csm_test_client_free);
  csm_test_server_free (server);
  csm_test_workspace_free (workspace);
  g_free (partner);
  g_free (person);
  g_free (account);
  g_free (personal);
  return result;
}
