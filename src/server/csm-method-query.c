/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-method.h"

#include "csm-json.h"

static gboolean
is_null_or (CsmMethodCall *call,
            const char    *name,
            JsonNodeType   type)
{
  JsonNode *node = json_object_get_member (call->arguments, name);

  if (node == NULL || JSON_NODE_HOLDS_NULL (node) || JSON_NODE_TYPE (node) == type)
    return TRUE;
  csm_method_refuse (call, CSM_JMAP_INVALID_ARGUMENTS, "“%s” has the wrong type", name);
  return FALSE;
}

static gboolean
read_anchor (CsmMethodCall *call,
             CsmQuery      *query)
{
  JsonNode *node = json_object_get_member (call->arguments, "anchor");

  query->anchor = csm_json_get_string (call->arguments, "anchor");
  if (query->anchor != NULL || node == NULL || JSON_NODE_HOLDS_NULL (node))
    return TRUE;
  csm_method_refuse (call, CSM_JMAP_INVALID_ARGUMENTS, "“anchor” is not an id");
  return FALSE;
}

static gboolean
read_query (CsmMethodCall *call,
            CsmQuery      *query)
{
  if (!is_null_or (call, "filter", JSON_NODE_OBJECT) || !is_null_or (call, "sort", JSON_NODE_ARRAY) || !read_anchor (call, query) ||
      !csm_method_get_number (call, "position", G_MININT64, 0, &query->position) ||
      !csm_method_get_number (call, "anchorOffset", G_MININT64, 0, &query->anchor_offset) ||
      !csm_method_get_number (call, "limit", 0, -1, &query->limit) ||
      !csm_method_get_flag (call, "calculateTotal", &query->calculate_total))
    return FALSE;
  if (csm_json_get_object (call->arguments, "filter") != NULL)
    query->filter = json_object_get_member (call->arguments, "filter");
  query->sort = csm_json_get_array (call->arguments, "sort");
  return TRUE;
}

/* FALSE: it was none of the store's refusals. */
static gboolean
refuse_query (CsmMethodCall *call,
              const GError  *error)
{
  if (g_error_matches (error, CSM_STORE_ERROR, CSM_STORE_ERROR_UNSUPPORTED_FILTER))
    return csm_method_refuse (call, CSM_JMAP_UNSUPPORTED_FILTER, "%s", error->message);
  if (g_error_matches (error, CSM_STORE_ERROR, CSM_STORE_ERROR_UNSUPPORTED_SORT))
    return csm_method_refuse (call, CSM_JMAP_UNSUPPORTED_SORT, "%s", error->message);
  if (g_error_matches (error, CSM_STORE_ERROR, CSM_STORE_ERROR_ANCHOR_NOT_FOUND))
    return csm_method_refuse (call, CSM_JMAP_ANCHOR_NOT_FOUND, NULL);
  if (g_error_matches (error, CSM_STORE_ERROR, CSM_STORE_ERROR_INVALID_ARGUMENT))
    return csm_method_refuse (call, CSM_JMAP_INVALID_ARGUMENTS, "%s", error->message);
  return FALSE;
}

static void
write_result (CsmMethodCall        *call,
              const CsmQueryResult *result,
              const char           *state)
{
  GString *text = csm_jmap_response_writer_begin (call->context->writer, call->name, call->call_id);

  g_string_append_printf (text, "{\"accountId\":\"%s\",\"queryState\":\"%s\",\"canCalculateChanges\":false,\"position\":%" G_GINT64_FORMAT ",\"ids\":[",
                          call->account_id, state, result->position);
  for (guint i = 0; i < result->ids->len; i++)
    g_string_append_printf (text, i > 0 ? ",\"%s\"" : "\"%s\"", (const char *) g_ptr_array_index (result->ids, i));
  g_string_append_c (text, ']');
  if (result->total >= 0)
    g_string_append_printf (text, ",\"total\":%" G_GINT64_FORMAT, result->total);
  if (result->limit > 0)
    g_string_append_printf (text, ",\"limit\":%" G_GINT64_FORMAT, result->limit);
  g_string_append_c (text, '}');
  csm_jmap_response_writer_end (call->context->writer);
}

/**
 * csm_method_query:
 * @call: a call
 * @error: when the server failed
 *
 * Foo/query (RFC 8620, section 5.5). The query's state is the type's: it changes more often than it would have to.
 *
 * Returns: whether the call was answered
 */
gboolean
csm_method_query (CsmMethodCall  *call,
                  GError        **error)
{
  static const char * const known[] = { "filter", "sort", "position", "anchor", "anchorOffset", "limit", "calculateTotal", NULL };
  CsmQuery query = { .limit = -1 };
  g_autoptr (CsmQueryResult) result = NULL;
  g_autoptr (GError) local = NULL;
  g_autofree char *state = NULL;

  if (!csm_method_check (call, known) || !read_query (call, &query))
    return TRUE;
  result = csm_txn_query (call->context->txn, call->account, call->type, &query, &local);
  if (result == NULL)
    {
      if (refuse_query (call, local))
        return TRUE;
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  state = csm_txn_state (call->context->txn, call->account, call->type, error);
  if (state == NULL)
    return FALSE;
  write_result (call, result, state);
  return TRUE;
}

/**
 * csm_method_query_changes:
 * @call: a call
 * @error: when the server failed
 *
 * Foo/queryChanges (RFC 8620, section 5.6): /query says `canCalculateChanges: false`.
 *
 * Returns: whether the call was answered
 */
gboolean
csm_method_query_changes (CsmMethodCall  *call,
                          GError        **error)
{
  static const char * const known[] = { "filter", "sort", "sinceQueryState", "maxChanges", "upToId", "calculateTotal", NULL };
  gint64 max;

  if (!csm_method_check (call, known) || !csm_method_get_number (call, "maxChanges", 1, 0, &max))
    return TRUE;
  if (csm_json_get_string (call->arguments, "sinceQueryState") == NULL)
    return csm_method_refuse (call, CSM_JMAP_INVALID_ARGUMENTS, "“sinceQueryState” is missing");
  return csm_method_refuse (call, CSM_JMAP_CANNOT_CALCULATE_CHANGES, NULL);
}
