/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-test-client.h"
#include "fake-smtp.h"

#include <string.h>

#include "csm-json.h"

/* Who comes to a workspace, who leaves it, and who may say so. */

#define ADDRESS "pia@fernweh.example.com"

static CsmTestWorkspace *workspace;
static CsmTestServer *server;
static CsmTestClient *admin, *lead, *agent, *nobody;

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

static guint
status_of (CsmTestClient *client)
{
  g_autoptr (CsmTestReply) reply = csm_test_client_fetch (client, "GET", "/jmap/session", NULL, NULL);

  return reply->status;
}

/* Another device of @person's. (transfer full) */
static CsmTestClient *
sign_in (const char *email,
         const char *password)
{
  g_autoptr (CsmTestReply) reply = post (nobody, "/auth/sign-in", "{'email':'%s','password':'%s','deviceName':'tablet'}", email, password);

  if (reply->status != 200)
    return NULL;
  return csm_test_client_new (csm_test_server_get_url (server), csm_test_find_text (reply->json, "token"));
}

static char *
refusal (const char *id,
         const char *patch,
         CsmTestClient *client)
{
  g_autoptr (JsonObject) answer = csm_test_client_call (client, "Person/set", "{'accountId':'%s','update':{'%s':%s}}", workspace->workspace_id, id, patch);
  g_autofree char *path = g_strdup_printf ("notUpdated/%s/type", id);

  return g_strdup (csm_test_find_text (answer, path));
}

/* --- Who may ------------------------------------------------------------------------------------------------------------------ */

static void
test_rights (void)
{
  CsmTestClient *clients[] = { agent, lead };
  static const char *const names[] = { "person/invite", "person/list", "person/code", "person/admit", "workspace/zone", "account/devices", "account/sign-out" };

  for (guint i = 0; i < G_N_ELEMENTS (clients); i++)
    {
      for (guint j = 0; j < G_N_ELEMENTS (names); j++)
        {
          g_autofree char *path = g_strconcat ("/jmap/ask/", names[j], NULL);
          g_autoptr (CsmTestReply) reply = post (clients[i], path, "{'address':'" ADDRESS "','id':'%s','personId':'%s','active':false,'timeZone':'Asia/Tokyo'}",
                                                 workspace->admin.id, workspace->admin.id);

          g_assert_cmpuint (reply->status, ==, 403);
          csm_assert_text (reply->json, "type", "forbidden");
        }
      g_assert_cmpuint (status_of (admin), ==, 200);
    }
}

/* Nobody makes themselves more than they are, or somebody else less. */
static void
test_roles (void)
{
  g_autofree char *own = refusal (workspace->agent.id, "{'role':'admin'}", agent);
  g_autofree char *leads = refusal (workspace->lead.id, "{'role':'admin'}", lead);
  g_autofree char *other = refusal (workspace->lead.id, "{'active':false}", agent);
  g_autofree char *last = refusal (workspace->admin.id, "{'role':'agent'}", admin);
  g_autofree char *gone = refusal (workspace->admin.id, "{'active':false}", admin);
  g_autoptr (CsmTestReply) admitted = post (admin, "/jmap/ask/person/admit", "{'id':'%s','active':false}", workspace->admin.id);
  g_autofree char *guest = refusal (workspace->agent.id, "{'role':'guest'}", admin);

  g_assert_cmpstr (own, ==, "forbidden");
  g_assert_cmpstr (leads, ==, "forbidden");
  g_assert_cmpstr (other, ==, "forbidden");
  g_assert_cmpstr (last, ==, "forbidden");
  g_assert_cmpstr (gone, ==, "forbidden");
  g_assert_cmpuint (admitted->status, ==, 403);
  csm_assert_text (admitted->json, "description", "The last admin stays one");
  g_assert_cmpstr (guest, ==, "invalidProperties");
}

static void
test_zone (void)
{
  g_autofree char *wrong = refusal (workspace->agent.id, "{'timeZone':'Nowhere/Else'}", agent);
  g_autofree char *right = refusal (workspace->agent.id, "{'timeZone':'Asia/Tokyo'}", agent);
  g_autofree char *other = refusal (workspace->lead.id, "{'timeZone':'Asia/Tokyo'}", agent);
  g_autoptr (CsmTestReply) bad = post (admin, "/jmap/ask/workspace/zone", "{'timeZone':'Nowhere'}");
  g_autoptr (CsmTestReply) good = post (admin, "/jmap/ask/workspace/zone", "{'timeZone':'Europe/Lisbon'}");
  g_autoptr (CsmTestReply) session = csm_test_client_fetch (agent, "GET", "/jmap/session", NULL, NULL);
  JsonObject *account = csm_json_get_object (csm_json_get_object (session->json, "accounts"), workspace->workspace_id);
  JsonObject *desk = csm_json_get_object (csm_json_get_object (account, "accountCapabilities"), "https://casement.example/jmap/desk");

  g_assert_cmpstr (wrong, ==, "invalidProperties");
  g_assert_null (right);
  g_assert_cmpstr (other, ==, "forbidden");
  g_assert_cmpuint (bad->status, ==, 400);
  g_assert_cmpuint (good->status, ==, 200);
  g_assert_cmpstr (csm_json_get_string (desk, "timeZone"), ==, "Europe/Lisbon");
}

/* --- Coming ------------------------------------------------------------------------------------------------------------------- */

static JsonObject *
find_listed (CsmTestReply *reply,
             const char   *id)
{
  JsonArray *people = csm_json_get_array (reply->json, "people");

  for (guint i = 0; i < json_array_get_length (people); i++)
    {
      JsonObject *one = json_array_get_object_element (people, i);

      if (g_strcmp0 (csm_json_get_string (one, "id"), id) == 0)
        return one;
    }
  g_assert_not_reached ();
}

static void
test_invite (void)
{
  g_autoptr (CsmTestReply) there = post (admin, "/jmap/ask/person/invite", "{'address':'%s'}", workspace->agent.email);
  g_autoptr (CsmTestReply) wrong = post (admin, "/jmap/ask/person/invite", "{'address':'nobody'}");
  g_autoptr (CsmTestReply) guest = post (admin, "/jmap/ask/person/invite", "{'address':'" ADDRESS "','role':'guest'}");
  g_autoptr (CsmTestReply) first = post (admin, "/jmap/ask/person/invite", "{'address':'" ADDRESS "','name':'Pia','role':'lead','teamIds':{'%s':true}}", workspace->team);
  const char *id = csm_test_find_text (first->json, "personId");
  g_autoptr (CsmTestReply) again = post (admin, "/jmap/ask/person/invite", "{'address':'" ADDRESS "','name':'Pia','role':'agent'}");
  g_autoptr (CsmTestReply) list = post (admin, "/jmap/ask/person/list", "{}");
  g_autoptr (CsmTestReply) old = post (nobody, "/auth/join", "{'address':'" ADDRESS "','code':'%s','password':'a long password'}", csm_test_find_text (first->json, "code"));
  g_autoptr (CsmTestReply) joined = post (nobody, "/auth/join", "{'address':'" ADDRESS "','code':'%s','password':'a long password'}", csm_test_find_text (again->json, "code"));
  g_autoptr (CsmTestReply) late = post (admin, "/jmap/ask/person/invite", "{'address':'" ADDRESS "'}");
  g_autoptr (CsmTestReply) joined_list = post (admin, "/jmap/ask/person/list", "{}");
  g_autoptr (JsonObject) person = csm_test_client_call (admin, "Person/get", "{'accountId':'%s','ids':['%s']}", workspace->workspace_id, id);

  g_assert_cmpuint (there->status, ==, 409);
  g_assert_cmpuint (wrong->status, ==, 409);
  g_assert_cmpuint (guest->status, ==, 400);
  g_assert_cmpuint (first->status, ==, 200);
  csm_assert_text (again->json, "personId", id);
  g_assert_false (csm_json_get_boolean (find_listed (list, id), "hasPassword"));
  csm_assert_text (find_listed (list, id), "invitedUntil", csm_test_find_text (again->json, "until"));
  g_assert_cmpuint (old->status, ==, 401);
  g_assert_cmpuint (joined->status, ==, 200);
  csm_assert_text (joined->json, "personId", id);
  g_assert_cmpuint (late->status, ==, 409);
  g_assert_true (csm_json_get_boolean (find_listed (joined_list, id), "hasPassword"));
  g_assert_null (csm_json_get_string (find_listed (joined_list, id), "invitedUntil"));
  g_assert_nonnull (csm_json_get_string (find_listed (joined_list, id), "lastUsed"));
  csm_assert_text (person, "list/0/role", "agent");
}

/* An invitation that was taken back is worth nothing, and may be given again. */
static void
test_withdraw (void)
{
  g_autoptr (CsmTestReply) first = post (admin, "/jmap/ask/person/invite", "{'address':'max@fernweh.example.com'}");
  const char *id = csm_test_find_text (first->json, "personId");
  g_autoptr (CsmTestReply) out = post (admin, "/jmap/ask/person/admit", "{'id':'%s','active':false}", id);
  g_autoptr (CsmTestReply) refused = post (nobody, "/auth/join", "{'address':'max@fernweh.example.com','code':'%s','password':'a long password'}", csm_test_find_text (first->json, "code"));
  g_autoptr (CsmTestReply) code = post (admin, "/jmap/ask/person/code", "{'id':'%s'}", id);
  g_autoptr (CsmTestReply) again = post (admin, "/jmap/ask/person/invite", "{'address':'max@fernweh.example.com'}");

  g_assert_cmpuint (out->status, ==, 200);
  g_assert_cmpuint (refused->status, ==, 401);
  g_assert_cmpuint (code->status, ==, 400);
  g_assert_cmpuint (again->status, ==, 200);
  csm_assert_text (again->json, "personId", id);
}

/* --- Passwords and devices ---------------------------------------------------------------------------------------------------- */

static void
test_reset (void)
{
  g_autoptr (CsmTestClient) tablet = sign_in (ADDRESS, "a long password");
  g_autoptr (CsmTestReply) list = post (tablet, "/jmap/ask/account/devices", "{}");
  g_autoptr (CsmTestReply) session = csm_test_client_fetch (tablet, "GET", "/jmap/session", NULL, NULL);
  g_autoptr (CsmTestReply) own = post (admin, "/jmap/ask/person/code", "{'id':'%s'}", workspace->admin.id);
  g_autoptr (CsmTestReply) people = post (admin, "/jmap/ask/person/invite", "{'address':'" ADDRESS "'}");
  g_autoptr (JsonObject) found = csm_test_client_call (admin, "Person/query", "{'accountId':'%s','filter':{'email':'" ADDRESS "'}}", workspace->workspace_id);
  const char *id = csm_test_find_text (found, "ids/0");
  g_autoptr (CsmTestReply) code = post (admin, "/jmap/ask/person/code", "{'id':'%s'}", id);
  g_autoptr (CsmTestClient) before = sign_in (ADDRESS, "a long password");
  g_autoptr (CsmTestReply) joined = post (nobody, "/auth/join", "{'address':'" ADDRESS "','code':'%s','password':'a newer password'}", csm_test_find_text (code->json, "code"));

  g_assert_cmpuint (session->status, ==, 200);
  g_assert_cmpuint (json_array_get_length (csm_json_get_array (list->json, "devices")), ==, 2);
  g_assert_cmpuint (own->status, ==, 400);
  g_assert_cmpuint (people->status, ==, 409);
  g_assert_cmpuint (code->status, ==, 200);
  g_assert_null (before);
  g_assert_cmpuint (status_of (tablet), ==, 401);
  g_assert_cmpuint (joined->status, ==, 200);
}

static void
test_devices (void)
{
  g_autoptr (CsmTestClient) one = sign_in (workspace->agent.email, workspace->agent.password);
  g_autoptr (CsmTestClient) two = sign_in (workspace->agent.email, workspace->agent.password);
  g_autoptr (CsmTestReply) list = post (one, "/jmap/ask/account/devices", "{}");
  JsonArray *devices = csm_json_get_array (list->json, "devices");
  const char *last = csm_json_get_string (json_array_get_object_element (devices, json_array_get_length (devices) - 1), "id");
  g_autoptr (CsmTestReply) foreign = post (one, "/jmap/ask/account/sign-out", "{'personId':'%s'}", workspace->lead.id);
  g_autoptr (CsmTestReply) out = post (one, "/jmap/ask/account/sign-out", "{'id':'%s'}", last);
  guint two_is = status_of (two);
  g_autoptr (CsmTestReply) all = post (admin, "/jmap/ask/account/sign-out", "{'personId':'%s'}", workspace->agent.id);
  guint n_current = 0;

  for (guint i = 0; i < json_array_get_length (devices); i++)
    n_current += csm_json_get_boolean (json_array_get_object_element (devices, i), "current");
  g_assert_cmpuint (n_current, ==, 1);
  g_assert_cmpuint (foreign->status, ==, 403);
  g_assert_cmpuint (status_of (lead), ==, 200);
  g_assert_cmpint (csm_json_get_int (out->json, "devices", 0), ==, 1);
  g_assert_cmpuint (two_is, ==, 401);
  g_assert_cmpuint (all->status, ==, 200);
  g_assert_cmpuint (status_of (one), ==, 401);
  g_assert_cmpuint (status_of (agent), ==, 401);
  g_clear_pointer (&agent, csm_test_client_free);
  agent = sign_in (workspace->agent.email, workspace->agent.password);
}

static void
test_password (void)
{
  g_autoptr (CsmTestClient) other = sign_in (workspace->agent.email, workspace->agent.password);
  g_autoptr (CsmTestReply) wrong = post (agent, "/jmap/ask/account/password", "{'password':'not mine','newPassword':'another password'}");
  g_autoptr (CsmTestReply) brief = post (agent, "/jmap/ask/account/password", "{'password':'%s','newPassword':'short'}", workspace->agent.password);
  g_autoptr (CsmTestReply) right = post (agent, "/jmap/ask/account/password", "{'password':'%s','newPassword':'another password'}", workspace->agent.password);
  g_autoptr (CsmTestClient) old = sign_in (workspace->agent.email, workspace->agent.password);
  g_autoptr (CsmTestClient) new = sign_in (workspace->agent.email, "another password");
  guint slowed = 0;

  g_assert_cmpuint (wrong->status, ==, 403);
  g_assert_cmpuint (brief->status, ==, 400);
  g_assert_cmpuint (right->status, ==, 200);
  g_assert_cmpint (csm_json_get_int (right->json, "devices", 0), ==, 1);
  g_assert_cmpuint (status_of (agent), ==, 200);
  g_assert_cmpuint (status_of (other), ==, 401);
  g_assert_null (old);
  g_assert_nonnull (new);
  for (guint i = 0; i < 20 && slowed != 429; i++)
    {
      g_autoptr (CsmTestReply) guess = post (agent, "/jmap/ask/account/password", "{'password':'guess','newPassword':'another password'}");

      slowed = guess->status;
    }
  g_assert_cmpuint (slowed, ==, 429);
}

/* --- Leaving ------------------------------------------------------------------------------------------------------------------- */

static void
give_case (guint       i,
           const char *patch)
{
  g_autoptr (JsonObject) answer = csm_test_client_call (admin, "Case/set", "{'accountId':'%s','update':{'%s':%s}}", workspace->workspace_id,
                                                        (char *) g_ptr_array_index (workspace->cases, i), patch);

  g_assert_null (csm_json_get_object (answer, "notUpdated"));
}

static char *
owner_of (guint i)
{
  g_autoptr (JsonObject) answer = csm_test_client_call (admin, "Case/get", "{'accountId':'%s','ids':['%s']}", workspace->workspace_id,
                                                        (char *) g_ptr_array_index (workspace->cases, i));

  return g_strdup (csm_test_find_text (answer, "list/0/ownerId"));
}

/* What is still to be done goes back to the teams, what is done stays whose it was. */
static void
test_leave (void)
{
  g_autofree char *mine = g_strdup_printf ("{'ownerId':'%s'}", workspace->agent.id);
  g_autofree char *done = g_strdup_printf ("{'ownerId':'%s','status':'resolved'}", workspace->agent.id);
  g_autoptr (CsmTestReply) left = NULL;
  g_autoptr (CsmTestReply) back = NULL;
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  g_autoptr (JsonObject) events = NULL;

  give_case (0, mine);
  give_case (1, done);
  left = post (admin, "/jmap/ask/person/admit", "{'id':'%s','active':false,'handBack':true}", workspace->agent.id);
  first = owner_of (0);
  second = owner_of (1);
  events = csm_test_client_call (admin, "Event/query", "{'accountId':'%s','filter':{'caseId':'%s'}}", workspace->workspace_id, (char *) g_ptr_array_index (workspace->cases, 0));
  g_assert_cmpuint (left->status, ==, 200);
  g_assert_cmpint (csm_json_get_int (left->json, "cases", -1), ==, 1);
  g_assert_null (first);
  g_assert_cmpstr (second, ==, workspace->agent.id);
  g_assert_cmpuint (json_array_get_length (csm_json_get_array (events, "ids")), >=, 2);
  g_assert_cmpuint (status_of (agent), ==, 403);
  back = post (admin, "/jmap/ask/person/admit", "{'id':'%s','active':true}", workspace->agent.id);
  g_assert_cmpuint (back->status, ==, 200);
  g_assert_cmpuint (status_of (agent), ==, 401);
}

/* --- Tags, and what was changed ------------------------------------------------------------------------------------------------ */

static char *
add_tag (const char *name)
{
  g_autoptr (JsonObject) answer = csm_test_client_call (lead, "Tag/set", "{'accountId':'%s','create':{'t':{'name':'%s'}}}", workspace->workspace_id, name);

  return g_strdup (csm_test_find_text (answer, "created/t/id"));
}

static gboolean
has_tag (guint       i,
         const char *id)
{
  g_autoptr (JsonObject) answer = csm_test_client_call (admin, "Case/get", "{'accountId':'%s','ids':['%s']}", workspace->workspace_id,
                                                        (char *) g_ptr_array_index (workspace->cases, i));
  JsonArray *list = csm_json_get_array (answer, "list");

  return csm_json_has_key (json_array_get_object_element (list, 0), "tags", id);
}

/* The cases of the one have the other, also those that had both. */
static void
test_merge_tags (void)
{
  g_autofree char *one = add_tag ("parcel");
  g_autofree char *other = add_tag ("delivery");
  g_autofree char *both = g_strdup_printf ("{'tags/%s':true,'tags/%s':true}", one, other);
  g_autofree char *alone = g_strdup_printf ("{'tags/%s':true}", one);
  g_autoptr (CsmTestReply) refused = post (agent, "/jmap/ask/tag/merge", "{'id':'%s','intoId':'%s'}", one, other);
  g_autoptr (CsmTestReply) same = post (lead, "/jmap/ask/tag/merge", "{'id':'%s','intoId':'%s'}", one, one);
  g_autoptr (CsmTestReply) merged = NULL;
  g_autoptr (CsmTestReply) again = NULL;

  give_case (0, both);
  give_case (1, alone);
  merged = post (lead, "/jmap/ask/tag/merge", "{'id':'%s','intoId':'%s'}", one, other);
  again = post (lead, "/jmap/ask/tag/merge", "{'id':'%s','intoId':'%s'}", one, other);
  g_assert_cmpuint (refused->status, ==, 403);
  g_assert_cmpuint (same->status, ==, 400);
  g_assert_cmpuint (merged->status, ==, 200);
  g_assert_cmpint (csm_json_get_int (merged->json, "cases", -1), ==, 2);
  g_assert_cmpuint (again->status, ==, 404);
  g_assert_true (has_tag (0, other) && has_tag (1, other));
  g_assert_false (has_tag (0, one) || has_tag (1, one));
}

/* Through a mailbox that is connected, and past all cases. */
static void
test_mail_invitation (void)
{
  FakeSmtp *smtp = fake_smtp_new ();
  g_autoptr (CsmTestReply) invited = post (admin, "/jmap/ask/person/invite", "{'address':'rosa@fernweh.example.com','name':'Rosa Ma\u00f1ana'}");
  g_autofree char *id = g_strdup (csm_test_find_text (invited->json, "personId"));
  g_autofree char *question = g_strdup_printf ("{'id':'%s','subject':'Your invitation','text':'Code: %s'}", id, csm_test_find_text (invited->json, "code"));
  g_autoptr (CsmTestReply) none = post (admin, "/jmap/ask/person/mail", "%s", question);
  g_autoptr (CsmTestReply) refused = post (lead, "/jmap/ask/person/mail", "%s", question);
  g_autoptr (CsmTestReply) connected = post (admin, "/jmap/ask/mailbox/connect", "{'name':'Team','address':'team@fernweh.example.com','teamId':null,'settings':{"
                                             "'smtp':{'host':'127.0.0.1','port':%u,'tls':'none-on-loopback','user':null}}}", fake_smtp_port (smtp));
  g_autoptr (CsmTestReply) sent = post (admin, "/jmap/ask/person/mail", "%s", question);
  g_autoptr (CsmTestReply) gone = NULL;
  FakeMail *mail;

  g_assert_cmpuint (invited->status, ==, 200);
  g_assert_cmpuint (none->status, ==, 422);
  g_assert_cmpuint (refused->status, ==, 403);
  g_assert_cmpuint (connected->status, ==, 200);
  g_assert_cmpuint (sent->status, ==, 200);
  csm_assert_text (sent->json, "from", "team@fernweh.example.com");
  g_assert_cmpuint (fake_smtp_count (smtp), ==, 1);
  mail = fake_smtp_mail (smtp, 0);
  g_assert_cmpstr (g_ptr_array_index (mail->recipients, 0), ==, "rosa@fernweh.example.com");
  g_assert_nonnull (strstr (mail->data->str, csm_test_find_text (invited->json, "code")));
  fake_smtp_fail (smtp, "RCPT", "550 5.1.1 nobody here", 0, NULL);
  gone = post (admin, "/jmap/ask/person/mail", "%s", question);
  g_assert_cmpuint (gone->status, ==, 422);
  fake_smtp_free (smtp);
}

/* Returns: (nullable): the newest change of this kind of @subject */
static JsonObject *
find_change (CsmTestReply *reply,
             const char   *kind,
             const char   *subject)
{
  JsonArray *changes = csm_json_get_array (reply->json, "changes");

  for (guint i = 0; i < json_array_get_length (changes); i++)
    {
      JsonObject *change = json_array_get_object_element (changes, i);

      if (g_strcmp0 (csm_json_get_string (change, "kind"), kind) == 0 && g_strcmp0 (csm_json_get_string (change, "subjectId"), subject) == 0)
        return change;
    }
  return NULL;
}

static void
test_changes (void)
{
  g_autofree char *tag = add_tag ("wrng");
  g_autoptr (JsonObject) renamed = csm_test_client_call (lead, "Tag/set", "{'accountId':'%s','update':{'%s':{'name':'wrong'}}}", workspace->workspace_id, tag);
  g_autofree char *made = refusal (workspace->agent.id, "{'role':'lead'}", admin);
  g_autofree char *unmade = refusal (workspace->agent.id, "{'role':'agent'}", admin);
  g_autoptr (CsmTestReply) refused = post (lead, "/jmap/ask/workspace/changes", "{}");
  g_autoptr (CsmTestReply) reply = post (admin, "/jmap/ask/workspace/changes", "{}");
  g_autoptr (CsmTestReply) older = NULL;
  JsonObject *change;

  g_assert_null (csm_json_get_object (renamed, "notUpdated"));
  g_assert_null (made);
  g_assert_null (unmade);
  g_assert_cmpuint (refused->status, ==, 403);
  g_assert_cmpuint (reply->status, ==, 200);
  change = find_change (reply, "changed", tag);
  g_assert_cmpstr (csm_json_get_string (change, "personId"), ==, workspace->lead.id);
  g_assert_cmpstr (csm_json_get_string (change, "name"), ==, "wrong");
  csm_assert_text (change, "values/name/before", "wrng");
  csm_assert_text (change, "values/name/after", "wrong");
  g_assert_nonnull (find_change (reply, "created", tag));
  change = find_change (reply, "changed", workspace->agent.id);
  g_assert_cmpstr (csm_json_get_string (change, "personId"), ==, workspace->admin.id);
  csm_assert_text (change, "values/role/before", "lead");
  csm_assert_text (change, "values/role/after", "agent");
  g_assert_nonnull (find_change (reply, "zone", NULL));
  g_assert_cmpuint (json_array_get_length (csm_json_get_array (reply->json, "changes")), >, 5);
  older = post (admin, "/jmap/ask/workspace/changes", "{'before':%" G_GINT64_FORMAT "}", csm_json_get_int (find_change (reply, "created", tag), "id", 0));
  g_assert_null (find_change (older, "created", tag));
}

int
main (int   argc,
      char *argv[])
{
  int result;

  g_test_init (&argc, &argv, NULL);
  workspace = csm_test_workspace_new (2);
  server = csm_test_server_new (workspace->directory, NULL);
  admin = csm_test_client_new (csm_test_server_get_url (server), workspace->admin.token);
  lead = csm_test_client_new (csm_test_server_get_url (server), workspace->lead.token);
  agent = csm_test_client_new (csm_test_server_get_url (server), workspace->agent.token);
  nobody = csm_test_client_new (csm_test_server_get_url (server), NULL);
  g_test_add_func ("/people/rights", test_rights);
  g_test_add_func ("/people/roles", test_roles);
  g_test_add_func ("/people/zone", test_zone);
  g_test_add_func ("/people/invite", test_invite);
  g_test_add_func ("/people/withdraw", test_withdraw);
  g_test_add_func ("/people/reset", test_reset);
  g_test_add_func ("/people/devices", test_devices);
  g_test_add_func ("/people/password", test_password);
  g_test_add_func ("/people/merge-tags", test_merge_tags);
  g_test_add_func ("/people/mail-invitation", test_mail_invitation);
  g_test_add_func ("/people/changes", test_changes);
  g_test_add_func ("/people/leave", test_leave);
  result = g_test_run ();
  csm_test_client_free (admin);
  csm_test_client_free (lead);
  csm_test_client_free (agent);
  csm_test_client_free (nobody);
  csm_test_server_free (server);
  csm_test_workspace_free (workspace);
  return result;
}
