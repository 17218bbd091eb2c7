/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-pull-page.h"

#include "csm-json.h"

#define PAGE_SIZE 500

static void
take_records (CsmSyncPage       *page,
              const CsmJmapCall *call)
{
  g_autoptr (JsonNode) taken = csm_json_take (call->arguments, "list");
  JsonArray *list = taken != NULL && JSON_NODE_HOLDS_ARRAY (taken) ? json_node_get_array (taken) : NULL;

  for (guint i = 0; list != NULL && i < json_array_get_length (list); i++)
    {
      JsonNode *node = json_array_get_element (list, i);

      if (JSON_NODE_HOLDS_OBJECT (node))
        g_ptr_array_add (page->records, json_node_dup_object (node));
    }
}

static void
add_ids (GPtrArray *ids,
         JsonArray *list)
{
  for (guint i = 0; list != NULL && i < json_array_get_length (list); i++)
    {
      JsonNode *node = json_array_get_element (list, i);

      if (csm_json_is_string (node))
        g_ptr_array_add (ids, json_node_dup_string (node));
    }
}

/* Its records are the page's alone, which another thread works on while the answer is still here. */
static CsmSyncPage *
page_new (CsmConnection     *connection,
          CsmTypeId          type,
          const CsmJmapCall *call)
{
  CsmSyncPage *page = csm_sync_page_new (type, csm_connection_get_account_of (connection, type));
  g_autoptr (JsonNode) modseqs = csm_json_take (call->arguments, "modseqs");

  take_records (page, call);
  if (modseqs != NULL && JSON_NODE_HOLDS_OBJECT (modseqs))
    page->modseqs = json_node_dup_object (modseqs);
  return page;
}

/**
 * csm_pull_page_of_changes:
 * @connection: a connection
 * @type: a type
 * @call: the answer to its /changes
 *
 * Returns: (transfer full): the page, without `old_state`
 */
CsmSyncPage *
csm_pull_page_of_changes (CsmConnection     *connection,
                          CsmTypeId          type,
                          const CsmJmapCall *call)
{
  CsmSyncPage *page = page_new (connection, type, call);

  page->new_state = g_strdup (csm_json_get_string (call->arguments, "newState"));
  page->has_more = csm_json_get_boolean (call->arguments, "hasMoreChanges");
  add_ids (page->destroyed, csm_json_get_array (call->arguments, "destroyed"));
  return page;
}

/**
 * csm_pull_page_of_list:
 * @connection: a connection
 * @type: a type
 * @response: an answer
 * @call_id: of a /get in it
 *
 * Returns: (transfer full) (nullable): the records, which move no cursor; %NULL when the call was refused
 */
CsmSyncPage *
csm_pull_page_of_list (CsmConnection   *connection,
                       CsmTypeId        type,
                       CsmJmapResponse *response,
                       const char      *call_id)
{
  const CsmJmapCall *call = csm_jmap_response_find (response, call_id);

  if (call == NULL || csm_jmap_call_error_type (call) != NULL)
    return NULL;
  return page_new (connection, type, call);
}

/**
 * csm_pull_ask_changes:
 * @connection: a connection
 * @request: what to add to
 * @type: a type
 * @since: (nullable): the state from which on; %NULL: from the beginning
 */
void
csm_pull_ask_changes (CsmConnection         *connection,
                      CsmJmapRequestBuilder *request,
                      CsmTypeId              type,
                      const char            *since)
{
  g_autofree char *method = g_strconcat (csm_record_type_get (type)->name, "/changes", NULL);
  JsonObject *arguments = json_object_new ();

  json_object_set_string_member (arguments, "accountId", csm_connection_get_account_of (connection, type));
  csm_json_set_string (arguments, "sinceState", since);
  json_object_set_int_member (arguments, "maxChanges", PAGE_SIZE);
  json_object_set_boolean_member (arguments, "includeRecords", TRUE);
  g_free (csm_jmap_request_builder_add (request, method, arguments));
}

static char *
add_get (CsmConnection         *connection,
         CsmJmapRequestBuilder *request,
         CsmTypeId              type,
         const char            *call_id,
         const char            *method,
         const char            *path)
{
  g_autofree char *get = g_strconcat (csm_record_type_get (type)->name, "/get", NULL);
  JsonObject *arguments = json_object_new ();

  json_object_set_string_member (arguments, "accountId", csm_connection_get_account_of (connection, type));
  json_object_set_boolean_member (arguments, "includeModseqs", TRUE);
  csm_jmap_request_builder_refer (arguments, "ids", call_id, method, path);
  return csm_jmap_request_builder_add (request, get, arguments);
}

/**
 * csm_pull_ask_newest:
 * @connection: a connection
 * @request: an empty request
 * @limit: how many cases
 *
 * Asks for the cases with the newest activity and their customers, so that the list fills at once; the pages bring them again in
 * order. And for how many cases there are.
 */
void
csm_pull_ask_newest (CsmConnection         *connection,
                     CsmJmapRequestBuilder *request,
                     guint                  limit)
{
  JsonObject *arguments = json_object_new (), *comparator = json_object_new ();
  JsonArray *sort = json_array_new ();
  g_autofree char *query = NULL;
  g_autofree char *cases = NULL;

  json_object_set_string_member (comparator, "property", "lastActivityAt");
  json_object_set_boolean_member (comparator, "isAscending", FALSE);
  json_array_add_object_element (sort, comparator);
  json_object_set_string_member (arguments, "accountId", csm_connection_get_account_of (connection, CSM_TYPE_ID_CASE));
  json_object_set_array_member (arguments, "sort", sort);
  json_object_set_int_member (arguments, "limit", limit);
  json_object_set_boolean_member (arguments, "calculateTotal", TRUE);
  query = csm_jmap_request_builder_add (request, "Case/query", arguments);
  cases = add_get (connection, request, CSM_TYPE_ID_CASE, query, "Case/query", "/ids");
  g_free (add_get (connection, request, CSM_TYPE_ID_CUSTOMER, cases, "Case/get", "/list/*/customerId"));
}
