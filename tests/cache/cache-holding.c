/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "cache-holding.h"

#include "csm-db-conn.h"
#include "csm-json.h"
#include "csm-time.h"

void
cache_holding_put_case (CacheTest  *test,
                        guint       number,
                        const char *status,
                        const char *messages_state,
                        gint64      at,
                        const char *more)
{
  g_autofree char *id = cache_test_id ('c', number);
  g_autofree char *when = csm_time_format (at);
  g_autofree char *text = g_strdup_printf ("{'id':'%s','subject':'Case %u','status':'%s','lastActivityAt':'%s','messagesState':'%s'%s}",
                                           id, number, status, when, messages_state, more != NULL ? more : "");

  cache_test_put (test, CSM_TYPE_ID_CASE, cache_test_json (text));
}

char *
cache_holding_make_noise (guint seed)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  char *noise = g_strnfill (4000, '.');

  for (char *at = noise; *at != '\0'; at++)
    *at = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-"[g_rand_int_range (rand, 0, 64)];
  return noise;
}

JsonObject *
cache_holding_make_message (guint  case_number,
                            guint  number,
                            gint64 at)
{
  g_autofree char *id = cache_test_id ('m', number);
  g_autofree char *case_id = cache_test_id ('c', case_number);
  g_autofree char *when = csm_time_format (at);
  /* A page of the file each, however well it is packed. */
  g_autofree char *rest = cache_holding_make_noise (number);
  g_autofree char *text = g_strdup_printf ("{'id':'%s','caseId':'%s','at':'%s','direction':'in','textBody':'Text number%u','body':[{'type':'p','text':'%s'}],'subject':'S',"
                                           "'attachments':[{'blobId':'B%064u','name':'a.txt','type':'text/plain','size':5}]}", id, case_id, when, number, rest, number);

  return cache_test_json (text);
}

CsmCaseContent *
cache_holding_make_content (guint       case_number,
                            const char *old_state,
                            const char *new_state,
                            const char *messages_state)
{
  g_autofree char *id = cache_test_id ('c', case_number);
  CsmCaseContent *content = csm_case_content_new (id);

  content->old_state = g_strdup (old_state);
  content->new_state = g_strdup (new_state);
  content->messages_state = g_strdup (messages_state);
  content->whole = old_state == NULL;
  return content;
}

void
cache_holding_apply (CacheTest      *test,
                     CsmCaseContent *content)
{
  GPtrArray *contents = g_ptr_array_new_with_free_func ((GDestroyNotify) csm_case_content_free);
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  g_ptr_array_add (contents, content);
  csm_cache_apply_contents_async (test->cache, contents, NULL, cache_test_on_done, &slot);
  result = cache_test_wait (&slot);
  g_assert_true (csm_cache_apply_contents_finish (test->cache, result, &error));
  g_assert_no_error (error);
}

/* One message each, and all that there is. */
void
cache_holding_hold (CacheTest  *test,
                    guint       case_number,
                    const char *messages_state,
                    gint64      at)
{
  CsmCaseContent *content = cache_holding_make_content (case_number, NULL, "v1.1.5.x", messages_state);

  csm_case_content_add (content, CSM_TYPE_ID_MESSAGE, cache_holding_make_message (case_number, case_number, at));
  content->total = 1;
  cache_holding_apply (test, content);
}

CsmCacheSize
cache_holding_measure (CacheTest *test)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  CsmCacheSize size = { 0 };

  csm_cache_measure_async (test->cache, NULL, cache_test_on_done, &slot);
  result = cache_test_wait (&slot);
  g_assert_true (csm_cache_measure_finish (test->cache, result, &size, NULL));
  return size;
}

/* What no function of the cache would write */
void
cache_holding_execute (CacheTest  *test,
                       const char *sql)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CsmDbConn) conn = csm_db_conn_open (test->path, FALSE, &error);

  g_assert_no_error (error);
  csm_db_conn_exec (conn, sql, &error);
  g_assert_no_error (error);
}

gint64
cache_holding_count_rows (CacheTest  *test,
                          const char *table)
{
  g_autofree char *sql = g_strdup_printf ("SELECT count (*) FROM %s", table);
  g_autoptr (GError) error = NULL;
  g_autoptr (CsmDbConn) conn = csm_db_conn_open (test->path, FALSE, &error);

  g_assert_no_error (error);
  return csm_db_conn_get_int (conn, NULL, -1, sql, NULL);
}
