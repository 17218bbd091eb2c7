/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-jmap-request.h"

#include "csm-jmap-error.h"
#include "csm-jmap-limits.h"
#include "csm-json.h"
#include "csm-record-type.h"

static const char * const known_capabilities[] = {
  CSM_JMAP_CAPABILITY_CORE,
  CSM_JMAP_CAPABILITY_WEBSOCKET,
  CSM_CAPABILITY_DESK,
  CSM_CAPABILITY_INTERNAL,
  CSM_CAPABILITY_PERSONAL,
  NULL,
};

/**
 * csm_jmap_call_new:
 * @name: a method's name
 * @arguments: (transfer full): its arguments
 * @call_id: an id of the caller's choice
 *
 * Returns: (transfer full): an Invocation
 */
CsmJmapCall *
csm_jmap_call_new (const char *name,
                   JsonObject *arguments,
                   const char *call_id)
{
  CsmJmapCall *call = g_new0 (CsmJmapCall, 1);

  call->name = g_strdup (name);
  call->arguments = arguments;
  call->call_id = g_strdup (call_id);
  return call;
}

/**
 * csm_jmap_call_parse:
 * @invocation: [name, arguments, call id]
 *
 * Returns: (transfer full) (nullable): the Invocation, or %NULL when it is none
 */
CsmJmapCall *
csm_jmap_call_parse (JsonNode *invocation)
{
  JsonArray *parts = JSON_NODE_HOLDS_ARRAY (invocation) ? json_node_get_array (invocation) : NULL;

  if (parts == NULL || json_array_get_length (parts) != 3 ||
      !csm_json_is_string (json_array_get_element (parts, 0)) ||
      !JSON_NODE_HOLDS_OBJECT (json_array_get_element (parts, 1)) ||
      !csm_json_is_string (json_array_get_element (parts, 2)))
    return NULL;
  return csm_jmap_call_new (json_array_get_string_element (parts, 0),
                            json_object_ref (json_array_get_object_element (parts, 1)),
                            json_array_get_string_element (parts, 2));
}

/**
 * csm_jmap_call_free:
 * @call: (transfer full): an Invocation
 */
void
csm_jmap_call_free (CsmJmapCall *call)
{
  g_free (call->name);
  json_object_unref (call->arguments);
  g_free (call->call_id);
  g_free (call);
}

static gboolean
refuse (GError     **error,
        const char  *why)
{
  g_set_error_literal (error, CSM_JMAP_ERROR, CSM_JMAP_ERROR_NOT_REQUEST, why);
  return FALSE;
}

static gboolean
read_using (CsmJmapRequest  *self,
            JsonObject      *object,
            GError         **error)
{
  JsonArray *array = csm_json_get_array (object, "using");
  g_autoptr (GStrvBuilder) using = g_strv_builder_new ();

  if (array == NULL)
    return refuse (error, "“using” is not a list");
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonNode *node = json_array_get_element (array, i);

      if (!csm_json_is_string (node))
        return refuse (error, "“using” holds something that is not a string");
      if (!g_strv_contains (known_capabilities, json_node_get_string (node)))
        {
          g_set_error_literal (error, CSM_JMAP_ERROR, CSM_JMAP_ERROR_UNKNOWN_CAPABILITY, json_node_get_string (node));
          return FALSE;
        }
      g_strv_builder_add (using, json_node_get_string (node));
    }
  self->using = g_strv_builder_end (using);
  return TRUE;
}

static gboolean
read_calls (CsmJmapRequest  *self,
            JsonObject      *object,
            GError         **error)
{
  JsonArray *array = csm_json_get_array (object, "methodCalls");

  if (array == NULL)
    return refuse (error, "“methodCalls” is not a list");
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      CsmJmapCall *call = csm_jmap_call_parse (json_array_get_element (array, i));

      if (call == NULL)
        return refuse (error, "a method call is not [name, arguments, id]");
      g_ptr_array_add (self->calls, call);
    }
  if (self->calls->len > CSM_JMAP_MAX_CALLS_IN_REQUEST)
    {
      g_set_error_literal (error, CSM_JMAP_ERROR, CSM_JMAP_ERROR_LIMIT, "maxCallsInRequest");
      return FALSE;
    }
  return TRUE;
}

static gboolean
read_created_ids (CsmJmapRequest  *self,
                  JsonObject      *object,
                  GError         **error)
{
  JsonObject *given = csm_json_get_object (object, "createdIds");
  JsonObjectIter iter;
  const char *name;
  JsonNode *node = json_object_get_member (object, "createdIds");

  if (node == NULL || JSON_NODE_HOLDS_NULL (node))
    return TRUE;
  if (given == NULL)
    return refuse (error, "“createdIds” is not an object");
  json_object_iter_init (&iter, given);
  while (json_object_iter_next (&iter, &name, &node))
    {
      if (!csm_json_is_string (node))
        return refuse (error, "“createdIds” holds something that is not an id");
    }
  self->created_ids = json_object_ref (given);
  return TRUE;
}

/**
 * csm_jmap_request_from_object:
 * @object: a Request object; members that we don't know are ignored
 * @error: `CSM_JMAP_ERROR_NOT_REQUEST`, `_UNKNOWN_CAPABILITY` or `_LIMIT`
 *
 * RFC 8620, section 3.3.
 *
 * Returns: (transfer full): the request, or %NULL
 */
CsmJmapRequest *
csm_jmap_request_from_object (JsonObject  *object,
                              GError     **error)
{
  g_autoptr (CsmJmapRequest) self = g_new0 (CsmJmapRequest, 1);

  self->calls = g_ptr_array_new_with_free_func ((GDestroyNotify) csm_jmap_call_free);
  self->id = g_strdup (csm_json_get_string (object, "id"));
  if (!read_using (self, object, error) || !read_calls (self, object, error) || !read_created_ids (self, object, error))
    return NULL;
  return g_steal_pointer (&self);
}

/**
 * csm_jmap_request_parse:
 * @text: a request's body
 * @length: its length in bytes
 * @error: `CSM_JMAP_ERROR_NOT_JSON` and those of csm_jmap_request_from_object()
 *
 * Any thread.
 *
 * Returns: (transfer full): the request, or %NULL
 */
CsmJmapRequest *
csm_jmap_request_parse (const char  *text,
                        gsize        length,
                        GError     **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (JsonNode) node = csm_json_parse (text, length, &local);

  if (node == NULL)
    {
      g_set_error_literal (error, CSM_JMAP_ERROR, CSM_JMAP_ERROR_NOT_JSON, local->message);
      return NULL;
    }
  if (!JSON_NODE_HOLDS_OBJECT (node))
    {
      refuse (error, "the request is not an object");
      return NULL;
    }
  return csm_jmap_request_from_object (json_node_get_object (node), error);
}

/**
 * csm_jmap_request_free:
 * @request: (transfer full): a request
 */
void
csm_jmap_request_free (CsmJmapRequest *request)
{
  g_strfreev (request->using);
  g_clear_pointer (&request->calls, g_ptr_array_unref);
  g_clear_pointer (&request->created_ids, json_object_unref);
  g_free (request->id);
  g_free (request);
}

/**
 * csm_jmap_request_uses:
 * @request: a request
 * @capability: a capability
 *
 * RFC 8620, section 1.8: what is not named in `using` does not exist for the request.
 *
 * Returns: whether it was opted into
 */
gboolean
csm_jmap_request_uses (CsmJmapRequest *request,
                       const char     *capability)
{
  return g_strv_contains ((const char * const *) request->using, capability);
}

/**
 * csm_jmap_request_writes:
 * @request: a request
 *
 * Returns: whether one of its calls may change a record
 */
gboolean
csm_jmap_request_writes (CsmJmapRequest *request)
{
  for (guint i = 0; i < request->calls->len; i++)
    {
      const CsmJmapCall *call = g_ptr_array_index (request->calls, i);

      if (g_str_has_suffix (call->name, "/set"))
        return TRUE;
    }
  return FALSE;
}
