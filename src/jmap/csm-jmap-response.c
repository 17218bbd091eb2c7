/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-jmap-response.h"

#include "csm-jmap-error.h"
#include "csm-json.h"

/**
 * csm_jmap_response_from_object:
 * @object: a Response object, or a problem (RFC 7807)
 * @error: `CSM_JMAP_ERROR`: what the problem says, or that it is neither
 *
 * RFC 8620, section 3.4.
 *
 * Returns: (transfer full): the response, or %NULL
 */
CsmJmapResponse *
csm_jmap_response_from_object (JsonObject  *object,
                               GError     **error)
{
  g_autoptr (CsmJmapResponse) self = g_new0 (CsmJmapResponse, 1);
  JsonArray *calls = csm_json_get_array (object, "methodResponses");
  JsonObject *created_ids = csm_json_get_object (object, "createdIds");

  if (calls == NULL)
    {
      g_propagate_error (error, csm_jmap_problem_to_error (object));
      return NULL;
    }
  self->calls = g_ptr_array_new_with_free_func ((GDestroyNotify) csm_jmap_call_free);
  self->session_state = g_strdup (csm_json_get_string (object, "sessionState"));
  self->request_id = g_strdup (csm_json_get_string (object, "requestId"));
  self->created_ids = created_ids != NULL ? json_object_ref (created_ids) : NULL;
  for (guint i = 0; i < json_array_get_length (calls); i++)
    {
      CsmJmapCall *call = csm_jmap_call_parse (json_array_get_element (calls, i));

      if (call == NULL)
        {
          g_set_error_literal (error, CSM_JMAP_ERROR, CSM_JMAP_ERROR_SERVER, "the server's answer is not a Response");
          return NULL;
        }
      g_ptr_array_add (self->calls, call);
    }
  return g_steal_pointer (&self);
}

/**
 * csm_jmap_response_parse:
 * @text: what a server answered
 * @length: its length in bytes
 * @error: `CSM_JMAP_ERROR`: what the problem says, or that it is no Response
 *
 * Any thread.
 *
 * Returns: (transfer full): the response, or %NULL
 */
CsmJmapResponse *
csm_jmap_response_parse (const char  *text,
                         gsize        length,
                         GError     **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (JsonObject) object = csm_json_parse_object (text, length, &local);

  if (object == NULL)
    {
      g_set_error (error, CSM_JMAP_ERROR, CSM_JMAP_ERROR_SERVER, "the server's answer is not JSON: %s", local->message);
      return NULL;
    }
  return csm_jmap_response_from_object (object, error);
}

/**
 * csm_jmap_response_free:
 * @response: (transfer full): a response
 */
void
csm_jmap_response_free (CsmJmapResponse *response)
{
  g_clear_pointer (&response->calls, g_ptr_array_unref);
  g_clear_pointer (&response->created_ids, json_object_unref);
  g_free (response->session_state);
  g_free (response->request_id);
  g_free (response);
}

/**
 * csm_jmap_response_find:
 * @response: a response
 * @call_id: a call's id
 *
 * Returns: (transfer none) (nullable): the first answer to that call
 */
const CsmJmapCall *
csm_jmap_response_find (CsmJmapResponse *response,
                        const char      *call_id)
{
  for (guint i = 0; i < response->calls->len; i++)
    {
      const CsmJmapCall *call = g_ptr_array_index (response->calls, i);

      if (g_str_equal (call->call_id, call_id))
        return call;
    }
  return NULL;
}

/**
 * csm_jmap_call_error_type:
 * @call: an answer
 *
 * Returns: (transfer none) (nullable): the type of the error that it is, or %NULL when it is none. RFC 8620, section
 *   3.6.2: a type that one doesn't know is treated as `serverFail`
 */
const char *
csm_jmap_call_error_type (const CsmJmapCall *call)
{
  const char *type;

  if (!g_str_equal (call->name, "error"))
    return NULL;
  type = csm_json_get_string (call->arguments, "type");
  return type != NULL ? type : CSM_JMAP_SERVER_FAIL;
}
