/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "cache-holding.h"

#include <string.h>

#include "csm-cache-private.h"
#include "csm-json.h"
#include "csm-time.h"

#define DAY (24 * 3600 * CSM_SECOND)

/* What goes from here because it is gone from there. */

/* --- after a restored backup ------------------------------------------------------------------------------------------------------- */

static CsmSyncPage *
page_of (CsmTypeId    type,
         const char  *old_state,
         const char  *new_state,
         const char  *records)
{
  CsmSyncPage *page = csm_sync_page_new (type, "W");
  g_autofree char *text = g_strdup_printf ("{'list':[%s]}", records);
  g_autoptr (JsonObject) object = cache_test_json (text);
  JsonArray *list = csm_json_get_array (object, "list");

  page->old_state = g_strdup (old_state);
  page->new_state = g_strdup (new_state);
  for (guint i = 0; i < json_array_get_length (list); i++)
    g_ptr_array_add (page->records, json_node_dup_object (json_array_get_element (list, i)));
  return page;
}

static void
restart_type (CacheTest *test,
              CsmTypeId  type)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  csm_cache_restart_type_async (test->cache, type, NULL, cache_test_on_done, &slot);
  result = cache_test_wait (&slot);
  g_assert_true (csm_cache_restart_type_finish (test->cache, result, NULL));
}

static GPtrArray *
list_lost (CacheTest *test)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GPtrArray *list;

  csm_cache_list_lost_async (test->cache, NULL, cache_test_on_done, &slot);
  result = cache_test_wait (&slot);
  list = csm_cache_list_lost_finish (test->cache, result, &error);
  g_assert_no_error (error);
  return list;
}

#define CASE_1 "{'id':'c01J00000000000000000000001','subject':'Old','status':'open','messagesState':'A','lastActivityAt':'2026-01-01T00:00:00Z'}"
#define CASE_2 "{'id':'c01J00000000000000000000002','subject':'New','status':'open','messagesState':'A','lastActivityAt':'2026-01-02T00:00:00Z'}"
#define NOTE(n, author) "{'id':'n01J0000000000000000000000" n "','caseId':'c01J00000000000000000000002','body':'Note " n "','authorId':'" author "','at':'2026-01-02T00:00:00Z'}"

static void
lose (CacheTest  *test,
      const char *new_epoch)
{
  g_autofree char *state = g_strdup_printf ("v1.%s.3.x", new_epoch);

  cache_test_apply (test, page_of (CSM_TYPE_ID_CASE, NULL, "v1.1.9.x", CASE_1 "," CASE_2), NULL);
  cache_test_apply (test, page_of (CSM_TYPE_ID_COMMENT, NULL, "v1.1.9.x", NOTE ("3", CACHE_TEST_ME) "," NOTE ("4", CACHE_TEST_ANA)), NULL);
  cache_holding_hold (test, 2, "A", csm_time_now ());
  restart_type (test, CSM_TYPE_ID_COMMENT);
  restart_type (test, CSM_TYPE_ID_CASE);
  cache_test_apply (test, page_of (CSM_TYPE_ID_CASE, NULL, state, CASE_1), NULL);
  cache_test_apply (test, page_of (CSM_TYPE_ID_COMMENT, NULL, state, ""), NULL);
  g_assert_cmpuint (cache_holding_measure (test).n_cases, ==, 1);
  g_assert_cmpuint (cache_holding_measure (test).n_messages, ==, 0);
}

static void
test_lost (void)
{
  CacheTest test = { 0 };
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  cache_test_set_up (&test);
  lose (&test, "2");
  {
    g_autoptr (GPtrArray) lost = list_lost (&test);
    guint n_restorable = 0;

    g_assert_cmpuint (lost->len, ==, 4);
    for (guint i = 0; i < lost->len; i++)
      {
        CsmLostRecord *one = g_ptr_array_index (lost, i);

        n_restorable += one->restorable;
        /* Neither mails nor somebody else's words can be made again. */
        g_assert_cmpint (one->restorable, ==, one->type == CSM_TYPE_ID_CASE || g_strcmp0 (one->title, "Note 3") == 0);
      }
    g_assert_cmpuint (n_restorable, ==, 2);
  }
  csm_cache_restore_lost_async (test.cache, "Restore", NULL, cache_test_on_done, &slot);
  result = cache_test_wait (&slot);
  g_assert_true (csm_cache_restore_lost_finish (test.cache, result, NULL));
  {
    g_autoptr (GPtrArray) ops = cache_test_outbox (&test);
    CsmOperation *first = g_ptr_array_index (ops, 0), *second = g_ptr_array_index (ops, 1);

    g_assert_cmpuint (ops->len, ==, 2);
    g_assert_cmpstr (first->record_id, ==, "c01J00000000000000000000002");
    g_assert_cmpstr (csm_json_get_string (first->payload, "subject"), ==, "New");
    g_assert_false (json_object_has_member (first->payload, "messagesState"));
    g_assert_cmpint (second->type, ==, CSM_TYPE_ID_COMMENT);
  }
  {
    g_autoptr (GPtrArray) lost = list_lost (&test);

    g_assert_cmpuint (lost->len, ==, 2);
  }
  /* Another one's client has brought it back. */
  cache_test_put (&test, CSM_TYPE_ID_COMMENT, cache_test_json (NOTE ("4", CACHE_TEST_ANA)));
  {
    g_autoptr (GPtrArray) lost = list_lost (&test);

    g_assert_cmpuint (lost->len, ==, 1);
  }
  g_clear_object (&result);
  slot = NULL;
  csm_cache_discard_lost_async (test.cache, NULL, cache_test_on_done, &slot);
  result = cache_test_wait (&slot);
  g_assert_true (csm_cache_discard_lost_finish (test.cache, result, NULL));
  {
    g_autoptr (GPtrArray) lost = list_lost (&test);

    g_assert_cmpuint (lost->len, ==, 0);
  }
  g_clear_object (&result);
  cache_test_tear_down (&test);
}

/* What is swept because the server has forgotten what it destroyed is gone, not lost. */
static void
test_swept (void)
{
  CacheTest test = { 0 };

  cache_test_set_up (&test);
  lose (&test, "1");
  {
    g_autoptr (GPtrArray) lost = list_lost (&test);

    g_assert_cmpuint (lost->len, ==, 0);
  }
  cache_test_tear_down (&test);
}

/* --- an account that is closed ------------------------------------------------------------------------------------------------------ */

static gboolean
holds (const char *bytes,
       gsize       length,
       const char *word)
{
  gsize n = strlen (word);

  for (gsize i = 0; i + n <= length; i++)
    {
      if (memcmp (bytes + i, word, n) == 0)
        return TRUE;
    }
  return FALSE;
}

static void
test_purge (void)
{
  CacheTest test = { 0 };
  gint64 now = csm_time_now ();
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autofree char *id = cache_test_id ('c', 1);
  g_autofree char *file = NULL;
  CsmIntent *intent = csm_intent_new ("Comment");
  g_autofree char *comment = NULL;
  gsize length;

  cache_test_set_up (&test);
  cache_holding_put_case (&test, 1, "open", "A", now, ",'preview':'PurgedPreview'");
  cache_holding_put_case (&test, 2, "open", "A", now, NULL);
  cache_holding_hold (&test, 1, "A", now);
  cache_test_build_search (&test);
  cache_holding_execute (&test, "INSERT INTO guard VALUES ('c01J00000000000000000000001', 7);"
                  "INSERT INTO outgoing VALUES ('L1', 'BPurgedBlob', 1, NULL);"
                  "CREATE VIRTUAL TABLE message_text_old USING fts5 (text, content = ''); INSERT INTO message_text_old (rowid, text) VALUES (1, 'purgedword')");
  cache_test_update (&test, CSM_TYPE_ID_CASE, id, "{'priority':'high'}");
  comment = csm_intent_create (intent, CSM_TYPE_ID_COMMENT, cache_test_json ("{'caseId':'c01J00000000000000000000001','body':'My own words'}"));
  cache_test_perform (&test, intent);

  csm_cache_purge_async (test.cache, NULL, cache_test_on_done, &slot);
  result = cache_test_wait (&slot);
  g_assert_true (csm_cache_purge_finish (test.cache, result, NULL));
  g_assert_cmpuint (cache_holding_measure (&test).n_cases, ==, 0);
  g_assert_cmpuint (cache_holding_measure (&test).n_messages, ==, 0);
  {
    g_autoptr (GPtrArray) ops = cache_test_outbox (&test);
    g_autoptr (JsonObject) mine = cache_test_get (&test, CSM_TYPE_ID_COMMENT, comment);

    g_assert_cmpuint (ops->len, ==, 2);
    for (guint i = 0; i < ops->len; i++)
      {
        CsmOperation *op = g_ptr_array_index (ops, i);

        g_assert_cmpint (op->state, ==, CSM_OP_PARKED);
        g_assert_cmpstr (op->error, ==, "accountNotFound");
      }
    g_assert_cmpstr (csm_json_get_string (mine, "body"), ==, "My own words");
  }
  g_assert_cmpint (cache_holding_count_rows (&test, "guard"), ==, 0);
  g_assert_cmpint (cache_holding_count_rows (&test, "outgoing"), ==, 0);
  g_assert_cmpint (cache_holding_count_rows (&test, "message_hit"), ==, 0);
  g_assert_cmpint (cache_holding_count_rows (&test, "sqlite_schema WHERE name GLOB 'message_text_old*'"), ==, 0);
  /* No byte of what the server said is left in the file. */
  csm_cache_close (test.cache);
  g_assert_true (g_file_get_contents (test.path, &file, &length, NULL));
  g_assert_false (holds (file, length, "PurgedPreview"));
  g_assert_false (holds (file, length, "PurgedBlob"));
  g_assert_false (holds (file, length, "purgedword"));
  g_assert_false (holds (file, length, "Text number1"));
  g_assert_false (holds (file, length, "number1"));
  g_assert_true (holds (file, length, "My own words"));
  cache_test_reopen (&test);
  {
    g_autofree char *found = cache_test_ids (&test, CSM_VIEW_SEARCH, "number1");

    g_assert_cmpstr (found, ==, "");
  }
  g_clear_object (&result);
  cache_test_tear_down (&test);
}

/* What was fetched before is stored before: nothing comes after the purge. */
static void
test_purge_is_last (void)
{
  CacheTest test = { 0 };
  GAsyncResult *pages[8] = { NULL }, *slot = NULL;

  cache_test_set_up (&test);
  for (guint i = 0; i < G_N_ELEMENTS (pages); i++)
    csm_cache_apply_page_async (test.cache, page_of (CSM_TYPE_ID_CASE, NULL, NULL, i % 2 == 0 ? CASE_1 : CASE_2), NULL, cache_test_on_done, &pages[i]);
  csm_cache_purge_async (test.cache, NULL, cache_test_on_done, &slot);
  g_object_unref (cache_test_wait (&slot));
  for (guint i = 0; i < G_N_ELEMENTS (pages); i++)
    g_object_unref (cache_test_wait (&pages[i]));
  g_assert_cmpuint (cache_holding_measure (&test).n_cases, ==, 0);
  cache_test_tear_down (&test);
}

/* --- other accounts, and guests -------------------------------------------------------------------------------------------------------- */

static gboolean
leave_accounts (CacheTest  *test,
                const char *workspace,
                const char *internal)
{
  const char *accounts[CSM_N_TYPES];
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  gboolean left;

  for (guint i = 0; i < CSM_N_TYPES; i++)
    accounts[i] = g_str_equal (csm_record_type_get ((CsmTypeId) i)->capability, CSM_CAPABILITY_INTERNAL) ? internal : workspace;
  csm_cache_leave_accounts_async (test->cache, CACHE_TEST_ME, accounts, NULL, cache_test_on_done, &slot);
  result = cache_test_wait (&slot);
  left = csm_cache_leave_accounts_finish (test->cache, result, &error);
  g_assert_no_error (error);
  return left;
}

static void
assert_bytes (CacheTest  *test,
              const char *word,
              gboolean    there)
{
  g_autofree char *file = NULL;
  gsize length;

  csm_cache_close (test->cache);
  g_assert_true (g_file_get_contents (test->path, &file, &length, NULL));
  g_assert_cmpint (holds (file, length, word), ==, there);
  cache_test_reopen (test);
}

/* A colleague becomes a partner's guest: another account, and nothing internal. */
static void
test_other_account (void)
{
  CacheTest test = { 0 };
  g_autoptr (GPtrArray) ops = NULL;
  g_autoptr (JsonObject) comment = NULL;
  CsmOperation *op;

  cache_test_set_up (&test);
  g_assert_false (leave_accounts (&test, "W", "W"));
  cache_test_apply (&test, page_of (CSM_TYPE_ID_CASE, NULL, "v1.1.9.x", CASE_1 "," CASE_2), NULL);
  cache_test_apply (&test, page_of (CSM_TYPE_ID_COMMENT, NULL, "v1.1.9.x", NOTE ("3", CACHE_TEST_ANA)), NULL);
  cache_test_build_search (&test);
  g_assert_false (leave_accounts (&test, "W", "W"));
  g_assert_cmpuint (cache_holding_measure (&test).n_cases, ==, 2);
  cache_test_update (&test, CSM_TYPE_ID_CASE, "c01J00000000000000000000001", "{'goal':'My own goal'}");
  g_assert_true (leave_accounts (&test, "G", NULL));
  g_assert_cmpuint (cache_holding_measure (&test).n_cases, ==, 0);
  comment = cache_test_get (&test, CSM_TYPE_ID_COMMENT, "n01J00000000000000000000003");
  g_assert_null (comment);
  ops = cache_test_outbox (&test);
  g_assert_cmpuint (ops->len, ==, 1);
  op = g_ptr_array_index (ops, 0);
  g_assert_cmpint (op->state, ==, CSM_OP_PARKED);
  g_assert_cmpstr (csm_json_get_string (op->payload, "goal"), ==, "My own goal");
  assert_bytes (&test, "Note 3", FALSE);
  assert_bytes (&test, "My own goal", TRUE);
  /* From the beginning, under the new account */
  g_assert_true (cache_test_apply (&test, page_of (CSM_TYPE_ID_CASE, NULL, "v1.1.9.x", CASE_1), NULL));
  g_assert_false (leave_accounts (&test, "W", NULL));
  cache_test_tear_down (&test);
}

/* What is not shared with a guest any more leaves nothing, in no index either. */
static void
test_guest (void)
{
  CacheTest test = { 0 };
  g_autofree char *found = NULL;
  g_autofree char *kept = NULL;

  cache_test_set_up (&test);
  g_assert_false (leave_accounts (&test, "W", NULL));
  cache_holding_put_case (&test, 1, "open", "A", csm_time_now (), ",'preview':'Unsharedpreview'");
  cache_holding_hold (&test, 1, "A", csm_time_now ());
  cache_holding_put_case (&test, 2, "open", "A", csm_time_now (), NULL);
  cache_test_build_search (&test);
  assert_bytes (&test, "Unsharedpreview", TRUE);
  found = cache_test_ids (&test, CSM_VIEW_SEARCH, "number1");
  g_assert_cmpstr (found, ==, "c01J00000000000000000000001");
  cache_test_destroy (&test, CSM_TYPE_ID_CASE, "c01J00000000000000000000001");
  assert_bytes (&test, "Unsharedpreview", FALSE);
  assert_bytes (&test, "number1", FALSE);
  kept = cache_test_ids (&test, CSM_VIEW_SEARCH, "case");
  g_assert_cmpstr (kept, ==, "c01J00000000000000000000002");
  cache_test_tear_down (&test);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gone/lost", test_lost);
  g_test_add_func ("/gone/swept", test_swept);
  g_test_add_func ("/gone/purge", test_purge);
  g_test_add_func ("/gone/purge-is-last", test_purge_is_last);
  g_test_add_func ("/gone/other-account", test_other_account);
  g_test_add_func ("/gone/guest", test_guest);
  return g_test_run ();
}
