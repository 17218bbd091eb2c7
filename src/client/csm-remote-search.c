/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-remote-search.h"

#include "csm-account-private.h"
#include "csm-json.h"

/* The server has the text of all messages, and this computer of those that are wanted here. */

static gboolean
is_connected (CsmAccount *self)
{
  return (self->state == CSM_ACCOUNT_SYNCED || self->state == CSM_ACCOUNT_SYNCING) && csm_connection_get_session (self->connection) != NULL;
}

static CsmJmapRequestBuilder *
make_request (CsmAccount *self,
              const char *text,
              guint       limit)
{
  CsmJmapRequestBuilder *request = csm_jmap_request_builder_new ();
  JsonObject *arguments = json_object_new (), *filter = json_object_new (), *comparator = json_object_new ();
  JsonArray *sort = json_array_new ();

  json_object_set_string_member (filter, "text", text);
  json_object_set_string_member (comparator, "property", "lastActivityAt");
  json_object_set_boolean_member (comparator, "isAscending", FALSE);
  json_array_add_object_element (sort, comparator);
  json_object_set_string_member (arguments, "accountId", csm_connection_get_account_of (self->connection, CSM_TYPE_ID_CASE));
  json_object_set_object_member (arguments, "filter", filter);
  json_object_set_array_member (arguments, "sort", sort);
  json_object_set_int_member (arguments, "limit", limit);
  g_free (csm_jmap_request_builder_add (request, "Case/query", arguments));
  return request;
}

static char **
read_ids (JsonArray *ids)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; ids != NULL && i < json_array_get_length (ids); i++)
    {
      JsonNode *node = json_array_get_element (ids, i);

      if (csm_json_is_string (node))
        g_strv_builder_add (builder, json_node_get_string (node));
    }
  return g_strv_builder_end (builder);
}

static void
on_answer (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  g_autoptr (CsmJmapResponse) response = csm_connection_call_finish (CSM_CONNECTION (source), result, &error);
  const CsmJmapCall *call = response != NULL && response->calls->len > 0 ? g_ptr_array_index (response->calls, 0) : NULL;

  if (error != NULL)
    g_task_return_error (task, error);
  else if (call == NULL || csm_jmap_call_error_type (call) != NULL)
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "the server refused to search");
  else
    g_task_return_pointer (task, read_ids (csm_json_get_array (call->arguments, "ids")), (GDestroyNotify) g_strfreev);
}

/**
 * csm_account_search_async:
 * @self: an account
 * @text: words as csm_tokenizer_query() understands them, and at least one
 * @limit: at most so many
 * @cancellable: (nullable): a cancellable
 * @callback: gets the result
 * @user_data: for @callback
 *
 * Asks the server for the cases that have the words in their subject, their messages or their comments, also those that are not here.
 */
void
csm_account_search_async (CsmAccount          *self,
                          const char          *text,
                          guint                limit,
                          GCancellable        *cancellable,
                          GAsyncReadyCallback  callback,
                          gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr (CsmJmapRequestBuilder) request = NULL;

  g_task_set_source_tag (task, csm_account_search_async);
  if (!is_connected (self))
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED, "there is no connection to the server");
      return;
    }
  request = make_request (self, text, limit);
  csm_connection_call_async (self->connection, request, cancellable, on_answer, g_steal_pointer (&task));
}

/**
 * csm_account_search_finish:
 * @self: an account
 * @result: what the callback got
 * @error: for csm_failure_of_error(); none of it is for people
 *
 * Returns: (transfer full) (nullable): ids of cases, newest activity first
 */
char **
csm_account_search_finish (CsmAccount    *self,
                           GAsyncResult  *result,
                           GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}
