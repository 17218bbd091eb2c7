/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "cache-steps.h"

#include "csm-json.h"
#include "csm-time.h"

/* The case as the server has it, with a modseq. */
void
cache_steps_put (CacheTest  *test,
                 const char *values,
                 gint64      modseq)
{
  CsmSyncPage *page = csm_sync_page_new (CSM_TYPE_ID_CASE, "W");
  g_autoptr (JsonObject) given = cache_test_json (values);
  g_autoptr (GList) names = json_object_get_members (given);
  JsonObject *record = cache_test_json ("{'id':'" CACHE_STEPS_CASE "','subject':'One','lastActivityAt':'2023-11-15T00:00:00Z','updated':'2023-11-15T00:00:09Z'}");

  csm_record_fill_defaults (csm_record_type_get (CSM_TYPE_ID_CASE), record);
  for (GList *l = names; l != NULL; l = l->next)
    json_object_set_member (record, l->data, csm_json_copy (json_object_get_member (given, l->data)));
  g_ptr_array_add (page->records, record);
  page->modseqs = json_object_new ();
  json_object_set_int_member (page->modseqs, CACHE_STEPS_CASE, modseq);
  g_assert_true (cache_test_apply (test, page, NULL));
}

CsmOperation *
cache_steps_only_op (GPtrArray *ops)
{
  g_assert_cmpuint (ops->len, ==, 1);
  return g_ptr_array_index (ops, 0);
}

gboolean
cache_steps_resolve (CacheTest     *test,
                     gint64         seq,
                     CsmOpDecision  decision)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  csm_cache_resolve_op_async (test->cache, seq, decision, NULL, cache_test_on_done, &slot);
  result = cache_test_wait (&slot);
  return csm_cache_resolve_op_finish (test->cache, result, NULL);
}

char *
cache_steps_edit (CacheTest *test,
                  gint64     seq)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  csm_cache_edit_op_async (test->cache, seq, NULL, cache_test_on_done, &slot);
  result = cache_test_wait (&slot);
  return csm_cache_edit_op_finish (test->cache, result, NULL);
}

/* Takes what goes; it must be one operation. */
CsmOpBatch *
cache_steps_take_one (CacheTest *test)
{
  CsmOpBatch *batch = cache_test_take (test, 50, csm_time_now ());

  g_assert_cmpuint (batch->ops->len, ==, 1);
  return batch;
}

void
cache_steps_take_none (CacheTest *test)
{
  g_autoptr (CsmOpBatch) batch = cache_test_take (test, 50, csm_time_now ());

  g_assert_cmpuint (batch->ops->len, ==, 0);
}

void
cache_steps_finish_done (CacheTest  *test,
                         CsmOpBatch *batch,
                         const char *server)
{
  for (guint i = 0; i < batch->ops->len; i++)
    {
      CsmOpResult *result = csm_op_result_new (((CsmOperation *) g_ptr_array_index (batch->ops, i))->seq, CSM_OUTCOME_DONE);

      result->server = server != NULL ? cache_test_json (server) : NULL;
      cache_test_finish (test, result);
    }
}

char *
cache_steps_reply (CacheTest *test)
{
  CsmIntent *intent = csm_intent_new ("Reply");
  char *id = csm_intent_create (intent, CSM_TYPE_ID_SUBMISSION,
    cache_test_json ("{'caseId':'" CACHE_STEPS_CASE "','conversationId':'v01J00000000000000000000001','to':[{'address':'a@example.com'}],'cc':[{'address':'c@example.com'}],"
                     "'textBody':'Hello','basedOn':'m01J00000000000000000000001','attachments':[{'blobId':'b1','name':'f'}]}"));

  cache_test_perform (test, intent);
  return id;
}

void
cache_steps_put_message (CacheTest  *test,
                         guint       number,
                         const char *author,
                         gint64      at)
{
  g_autofree char *id = cache_test_id ('m', number);
  g_autofree char *when = cache_test_time (at);
  g_autofree char *text = g_strdup_printf ("{'id':'%s','caseId':'" CACHE_STEPS_CASE "','at':'%s','direction':'in','textBody':'x'}", id, when);
  JsonObject *record = cache_test_json (text);

  csm_json_set_string (record, "authorId", author);
  cache_test_put (test, CSM_TYPE_ID_MESSAGE, record);
}
