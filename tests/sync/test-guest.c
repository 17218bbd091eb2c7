/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "sync-test.h"

#include <string.h>

#include "csm-json.h"

/* The app of a partner's guest: it asks for nothing that they may not see, and keeps nothing that was taken from them. */

#define ADDRESS "rosa@repairs.example.org"

typedef struct
{
  SyncTest      test;
  CsmTestPerson person;
  char         *partner;
  SyncDesk     *desk;
} Guest;

static const char *
case_id (Guest *guest,
         guint  i)
{
  return g_ptr_array_index (guest->test.workspace->cases, i);
}

static JsonObject *
post (CsmTestClient *client,
      const char    *path,
      const char    *text)
{
  g_autofree char *body = g_strdelimit (g_strdup (text), "'", '"');
  g_autoptr (CsmTestReply) reply = csm_test_client_fetch (client, "POST", path, "application/json", body);

  if (reply->status != 200)
    g_error ("%s: %u", path, reply->status);
  return json_object_ref (reply->json);
}

static void
set_up (Guest *guest)
{
  g_autofree char *invitation = NULL;
  g_autofree char *joining = NULL;
  g_autoptr (JsonObject) invited = NULL;
  g_autoptr (JsonObject) joined = NULL;
  g_autoptr (CsmTestClient) nobody = NULL;

  sync_test_set_up (&guest->test, 2);
  invitation = g_strdup_printf ("{'caseId':'%s','partnerName':'Repairs','address':'" ADDRESS "','name':'Rosa','conversation':true}", case_id (guest, 0));
  invited = post (guest->test.client, "/jmap/ask/guest/invite", invitation);
  joining = g_strdup_printf ("{'address':'" ADDRESS "','code':'%s','password':'a long password'}", csm_json_get_string (invited, "code"));
  nobody = csm_test_client_new (guest->test.url, NULL);
  joined = post (nobody, "/auth/join", joining);
  guest->partner = g_strdup (csm_json_get_string (invited, "partnerId"));
  guest->person.id = g_strdup (csm_json_get_string (invited, "personId"));
  guest->person.token = g_strdup (csm_json_get_string (joined, "token"));
  guest->desk = sync_desk_new (&guest->test, &guest->person, "rosa");
  csm_account_start (guest->desk->account);
  sync_desk_wait_synced (guest->desk);
}

static void
tear_down (Guest *guest)
{
  sync_desk_free (guest->desk);
  g_free (guest->partner);
  g_free (guest->person.id);
  g_free (guest->person.token);
  sync_test_tear_down (&guest->test);
}

static void
patch_case (Guest      *guest,
            guint       i,
            const char *value)
{
  g_autoptr (JsonObject) answer = csm_test_client_call (guest->test.client, "Case/set", "{'accountId':'%s','update':{'%s':{'partners/%s':%s}}}",
                                                        guest->test.workspace->workspace_id, case_id (guest, i), guest->partner, value);

  g_assert_nonnull (csm_json_get_object (answer, "updated"));
}

typedef struct
{
  Guest     *guest;
  CsmTypeId  type;
  const char *id;
} Wanted;

static gboolean
is_gone (gpointer data)
{
  Wanted *wanted = data;
  g_autoptr (JsonObject) record = sync_desk_get (wanted->guest->desk, wanted->type, wanted->id);

  return record == NULL;
}

static void
assert_no_bytes (Guest      *guest,
                 const char *word)
{
  g_autofree char *path = g_build_filename (guest->desk->directory, "cache.db", NULL);
  g_autofree char *bytes = NULL;
  gsize length;

  sync_desk_stop (guest->desk);
  g_assert_true (g_file_get_contents (path, &bytes, &length, NULL));
  for (gsize i = 0; i + strlen (word) <= length; i++)
    g_assert_cmpint (memcmp (bytes + i, word, strlen (word)), !=, 0);
}

static void
test_guest (void)
{
  Guest guest = { 0 };
  CsmIntent *intent = csm_intent_new ("Write");
  const char *mail;
  g_autofree char *comment = NULL;
  g_autofree char *text = NULL;
  g_autoptr (JsonObject) other = NULL;
  g_autoptr (JsonObject) on_server = NULL;

  set_up (&guest);
  mail = g_ptr_array_index (guest.test.workspace->messages, 0);
  sync_desk_wait_shows (guest.desk, CSM_TYPE_ID_MESSAGE, mail, "caseId", case_id (&guest, 0));
  other = sync_desk_get (guest.desk, CSM_TYPE_ID_CASE, case_id (&guest, 1));
  g_assert_null (other);

  text = g_strdup_printf ("{\"caseId\":\"%s\",\"partnerId\":\"%s\",\"body\":\"We can repair that.\"}", case_id (&guest, 0), guest.partner);
  comment = csm_intent_create (intent, CSM_TYPE_ID_SHARED_COMMENT, csm_json_parse_object (text, -1, NULL));
  sync_desk_perform (guest.desk, intent);
  sync_desk_wait_outbox (guest.desk, 0, 0);
  on_server = csm_test_client_call (guest.test.client, "SharedComment/get", "{'accountId':'%s','ids':['%s']}", guest.test.workspace->workspace_id, comment);
  g_assert_cmpuint (json_array_get_length (csm_json_get_array (on_server, "list")), ==, 1);

  /* Another case comes, and the first one goes. */
  patch_case (&guest, 1, "{'conversation':false}");
  sync_desk_wait_shows (guest.desk, CSM_TYPE_ID_CASE, case_id (&guest, 1), "id", case_id (&guest, 1));
  patch_case (&guest, 0, "null");
  {
    Wanted wanted = { &guest, CSM_TYPE_ID_MESSAGE, mail };

    sync_wait_until (is_gone, &wanted, "the message is still there");
    wanted = (Wanted) { &guest, CSM_TYPE_ID_CASE, case_id (&guest, 0) };
    sync_wait_until (is_gone, &wanted, "the case is still there");
    wanted = (Wanted) { &guest, CSM_TYPE_ID_SHARED_COMMENT, comment };
    sync_wait_until (is_gone, &wanted, "the comment is still there");
  }
  assert_no_bytes (&guest, mail);
  tear_down (&guest);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/guest/sync", test_guest);
  return g_test_run ();
}
