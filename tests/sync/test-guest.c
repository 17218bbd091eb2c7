/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "sync-test.h"

#include <string.h>

#include "csm-db-conn.h"
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

/* The desk is stopped. */
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

/* --- any history ------------------------------------------------------------------------------------------------------------ */

#define N_STEPS 30
#define INSIDE "INSIDEONLY"

/* All that the server has told a desk, in one text. */
static char *
dump (SyncDesk *desk)
{
  g_autofree char *path = g_build_filename (desk->directory, "cache.db", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (CsmDbConn) conn = csm_db_conn_open (path, TRUE, &error);
  g_autoptr (GString) text = g_string_new (NULL);

  g_assert_no_error (error);
  for (guint i = 0; i < CSM_N_TYPES; i++)
    {
      const CsmRecordType *type = csm_record_type_get ((CsmTypeId) i);
      g_autofree char *sql = g_strdup_printf ("SELECT id, %s FROM %s ORDER BY id", i == CSM_TYPE_ID_MESSAGE ? "hex (packed)" : "base", type->table);
      g_autoptr (CsmDbStmt) stmt = csm_db_conn_query (conn, &error, sql, NULL);

      while (stmt != NULL && csm_db_stmt_step (stmt, &error))
        g_string_append_printf (text, "%s %s\n", csm_db_stmt_text (stmt, 0), csm_db_stmt_text (stmt, 1));
      g_assert_no_error (error);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

typedef struct
{
  SyncDesk *old;
  SyncDesk *fresh;
} Both;

static gboolean
are_equal (gpointer data)
{
  Both *both = data;
  g_autofree char *old = dump (both->old);
  g_autofree char *fresh = dump (both->fresh);

  return g_str_equal (old, fresh);
}

static void
create (Guest      *guest,
        const char *method,
        guint       i,
        const char *more)
{
  g_autoptr (JsonObject) answer = csm_test_client_call (guest->test.client, method, "{'accountId':'%s','create':{'a':{'caseId':'%s',%s}}}",
                                                        guest->test.workspace->workspace_id, case_id (guest, i), more);

  g_assert_nonnull (csm_json_get_object (answer, "created"));
}

static void
change (Guest      *guest,
        guint       i,
        const char *patch)
{
  g_autoptr (JsonObject) answer = csm_test_client_call (guest->test.client, "Case/set", "{'accountId':'%s','update':{'%s':%s}}",
                                                        guest->test.workspace->workspace_id, case_id (guest, i), patch);

  g_assert_nonnull (csm_json_get_object (answer, "updated"));
}

/* Something happens, of which the guest may see some and not the rest. */
static void
step (Guest *guest,
      guint  n)
{
  guint i = (guint) g_test_rand_int_range (0, (int) guest->test.workspace->cases->len);
  g_autofree char *subject = g_strdup_printf ("{'subject':'Subject %u'}", n);
  g_autofree char *comment = g_strdup_printf ("'partnerId':'%s','body':'Word %u'", guest->partner, n);

  switch (g_test_rand_int_range (0, 7))
    {
    case 0:
      patch_case (guest, i, "{'conversation':true}");
      break;
    case 1:
      patch_case (guest, i, "{'conversation':false}");
      break;
    case 2:
      patch_case (guest, i, "null");
      break;
    case 3:
      create (guest, "Comment/set", i, "'body':'" INSIDE "'");
      break;
    case 4:
      create (guest, "Task/set", i, "'title':'" INSIDE "'");
      change (guest, i, "{'goal':'" INSIDE "','brief/facts':{'text':'" INSIDE "'}}");
      break;
    case 5:
      patch_case (guest, i, "{'conversation':true}");
      create (guest, "SharedComment/set", i, comment);
      break;
    default:
      change (guest, i, subject);
      break;
    }
}

/* After whatever was shared, changed and taken back, the guest has what they would have who comes now, and nothing of the inside. */
static void
test_history (void)
{
  Guest guest = { 0 };
  Both both;

  set_up (&guest);
  for (guint n = 0; n < N_STEPS; n++)
    {
      step (&guest, n);
      if (n % 10 == 5)
        sync_desk_wait_synced (guest.desk);
    }
  patch_case (&guest, 0, "{'conversation':true}");
  both.old = guest.desk;
  both.fresh = sync_desk_new (&guest.test, &guest.person, "fresh");
  csm_account_start (both.fresh->account);
  sync_desk_wait_synced (both.fresh);
  sync_wait_until (are_equal, &both, "the guest has what others don't");
  sync_desk_free (both.fresh);
  assert_no_bytes (&guest, INSIDE);
  tear_down (&guest);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/guest/sync", test_guest);
  g_test_add_func ("/guest/history", test_history);
  return g_test_run ();
}
