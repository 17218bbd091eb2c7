/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-puller-private.h"

#include "csm-failpoint.h"
#include "csm-jmap-error.h"
#include "csm-json.h"
#include "csm-pull-page.h"

/* Cases that the cache is asked for at a time */
#define MAX_WANTED 1000

/* --- the first screenful --------------------------------------------------------------------------------------------- */

static void
take_list (CsmPuller       *self,
           CsmJmapResponse *response,
           const char      *call_id,
           CsmTypeId        type)
{
  CsmSyncPage *page = csm_pull_page_of_list (self->connection, type, response, call_id);

  if (page != NULL)
    csm_puller_store_page (self, page);
}

static void
on_newest_noted (GObject      *source,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  g_autoptr (CsmStoring) storing = user_data;

  /* Behind the pages: what they brought is there. */
  if (!g_cancellable_is_cancelled (storing->run))
    g_signal_emit_by_name (storing->self, "newest");
  csm_storing_end (storing, NULL);
}

static void
on_newest (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (CsmPulling) pulling = user_data;
  CsmPuller *self = pulling->self;
  GError *error = NULL;
  g_autoptr (CsmJmapResponse) response = csm_pulling_finish (pulling, result, &error);
  const CsmJmapCall *query;

  csm_failpoint ("newest-got");
  if (error != NULL)
    {
      csm_puller_fail (self, error);
      return;
    }
  if (response == NULL)
    return;
  query = csm_jmap_response_find (response, CSM_PULL_NEWEST_QUERY);
  self->newest = FALSE;
  self->first = self->n_newest > 0 ? CSM_FIRST_ASK : CSM_FIRST_DONE;
  if (self->first_sync && query != NULL)
    self->total = csm_json_get_int (query->arguments, "total", 0);
  take_list (self, response, CSM_PULL_NEWEST_CUSTOMERS, CSM_TYPE_ID_CUSTOMER);
  take_list (self, response, CSM_PULL_NEWEST_CASES, CSM_TYPE_ID_CASE);
  g_clear_pointer (&response, csm_jmap_response_free);
  csm_cache_save_newest_async (self->cache, NULL, on_newest_noted, csm_storing_new (self));
  csm_puller_step (self);
}

/**
 * csm_puller_fetch_newest:
 * @self: a puller
 *
 * Asks for the newest cases and their customers, so that the list fills at once; the pages bring them again in order.
 */
void
csm_puller_fetch_newest (CsmPuller *self)
{
  g_autoptr (CsmJmapRequestBuilder) request = csm_jmap_request_builder_new ();

  csm_pull_ask_newest (self->connection, request, self->n_newest);
  self->fetching = TRUE;
  csm_connection_call_async (self->connection, request, self->cancellable, on_newest, csm_pulling_new (self));
}

/* --- messages, case by case ------------------------------------------------------------------------------------------ */

static void
on_contents_stored (GObject      *source,
                    GAsyncResult *result,
                    gpointer      user_data)
{
  g_autoptr (CsmStoring) storing = user_data;
  GError *error = NULL;

  csm_cache_apply_contents_finish (CSM_CACHE (source), result, &error);
  csm_storing_end (storing, error);
}

static void
store_contents (CsmPuller *self,
                GPtrArray *contents)
{
  CsmStoring *storing = csm_storing_new (self);

  storing->case_ids = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < contents->len; i++)
    {
      CsmCaseContent *content = g_ptr_array_index (contents, i);

      if (!content->has_more)
        g_ptr_array_add (storing->case_ids, g_strdup (content->case_id));
    }
  csm_cache_apply_contents_async (self->cache, contents, NULL, on_contents_stored, storing);
}

static void
on_contents (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (CsmPulling) pulling = user_data;
  CsmPuller *self = pulling->self;
  GError *error = NULL;
  g_autoptr (CsmJmapResponse) response = csm_pulling_finish (pulling, result, &error);
  const CsmJmapCall *call = response != NULL ? csm_jmap_response_find (response, "0") : NULL;
  const char *error_type = call != NULL ? csm_jmap_call_error_type (call) : NULL;

  csm_failpoint ("contents-got");
  if (error != NULL)
    {
      csm_puller_fail (self, error);
      return;
    }
  if (response == NULL)
    return;
  if (g_strcmp0 (error_type, CSM_JMAP_ACCOUNT_NOT_FOUND) == 0)
    {
      csm_puller_go (self);
      return;
    }
  if (call == NULL || error_type != NULL)
    {
      csm_puller_fail (self, g_error_new (G_IO_ERROR, G_IO_ERROR_FAILED, "Case/content: %s", error_type != NULL ? error_type : "no answer"));
      return;
    }
  store_contents (self, csm_fetcher_read (self->fetcher, call));
  g_clear_pointer (&response, csm_jmap_response_free);
  csm_puller_step (self);
}

static void
on_wanted (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (CsmPulling) pulling = user_data;
  CsmPuller *self = pulling->self;
  GError *error = NULL;
  g_autoptr (CsmWantedCases) wanted = csm_cache_load_wanted_finish (CSM_CACHE (source), result, &error);

  if (g_cancellable_is_cancelled (pulling->run))
    {
      g_clear_error (&error);
      return;
    }
  self->fetching = FALSE;
  if (error != NULL)
    {
      self->wanted = TRUE;
      csm_puller_fail (self, error);
      return;
    }
  if (self->total > 0 && self->total_wanted == 0 && self->first == CSM_FIRST_DONE)
    self->total_wanted = self->stored_wanted + wanted->n_left;
  csm_fetcher_fill (self->fetcher, wanted);
  if (self->first == CSM_FIRST_ASK)
    self->first = CSM_FIRST_FETCH;
  if (csm_fetcher_is_empty (self->fetcher))
    csm_fetcher_clear (self->fetcher, NULL);
  else
    self->wanted = TRUE;
  csm_puller_step (self);
}

/**
 * csm_puller_fetch_contents:
 * @self: a puller
 *
 * Asks for the messages of the next cases, and the cache for which these are when the queue is empty. What was asked for is wanted until it
 * is stored: the cache is asked anew only then.
 */
void
csm_puller_fetch_contents (CsmPuller *self)
{
  g_autoptr (CsmJmapRequestBuilder) request = NULL;
  gboolean count = self->first == CSM_FIRST_DONE && self->total > 0 && self->total_wanted == 0;

  if (csm_fetcher_is_empty (self->fetcher))
    {
      if (self->applying > 0)
        return;
      self->fetching = TRUE;
      /* What becomes wanted while the cache looks may be missing in its answer. */
      self->wanted = FALSE;
      csm_cache_load_wanted_async (self->cache, self->first == CSM_FIRST_ASK ? self->n_newest : MAX_WANTED, count, NULL, on_wanted, csm_pulling_new (self));
      return;
    }
  self->n_headers = 0;
  request = csm_jmap_request_builder_new ();
  g_free (csm_jmap_request_builder_add (request, "Case/content",
                                        csm_fetcher_take (self->fetcher, csm_connection_get_account_of (self->connection, CSM_TYPE_ID_CASE))));
  self->fetching = TRUE;
  csm_connection_call_async (self->connection, request, self->cancellable, on_contents, csm_pulling_new (self));
}
