/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-jmap-request-builder.h"

#include "csm-jmap-error.h"
#include "csm-json.h"
#include "csm-record-type.h"

struct _CsmJmapRequestBuilder
{
  JsonArray *calls;
  gboolean   outside;
};

/**
 * csm_jmap_request_builder_new:
 *
 * Returns: (transfer full): a request without calls, for everything that Casement's client uses
 */
CsmJmapRequestBuilder *
csm_jmap_request_builder_new (void)
{
  CsmJmapRequestBuilder *self = g_new0 (CsmJmapRequestBuilder, 1);

  self->calls = json_array_new ();
  return self;
}

/**
 * csm_jmap_request_builder_free:
 * @self: (transfer full): a builder
 */
void
csm_jmap_request_builder_free (CsmJmapRequestBuilder *self)
{
  json_array_unref (self->calls);
  g_free (self);
}

/**
 * csm_jmap_request_builder_add:
 * @self: a builder
 * @method: a method's name
 * @arguments: (transfer full): its arguments
 *
 * Returns: (transfer full): the call's id
 */
char *
csm_jmap_request_builder_add (CsmJmapRequestBuilder *self,
                              const char            *method,
                              JsonObject            *arguments)
{
  char *call_id = g_strdup_printf ("%u", json_array_get_length (self->calls));
  JsonArray *call = json_array_new ();

  json_array_add_string_element (call, method);
  json_array_add_object_element (call, arguments);
  json_array_add_string_element (call, call_id);
  json_array_add_array_element (self->calls, call);
  return call_id;
}

/**
 * csm_jmap_request_builder_refer:
 * @arguments: the arguments of a call that is still to be added
 * @argument: an argument's name, without “#”
 * @call_id: what csm_jmap_request_builder_add() returned for an earlier call
 * @method: that call's method
 * @path: where the value is in its answer: a JSON Pointer, where `*` goes through a list
 *
 * A result reference (RFC 8620, section 3.7).
 */
void
csm_jmap_request_builder_refer (JsonObject *arguments,
                                const char *argument,
                                const char *call_id,
                                const char *method,
                                const char *path)
{
  g_autofree char *name = g_strconcat ("#", argument, NULL);
  JsonObject *reference = json_object_new ();

  json_object_set_string_member (reference, "resultOf", call_id);
  json_object_set_string_member (reference, "name", method);
  json_object_set_string_member (reference, "path", path);
  json_object_set_object_member (arguments, name, reference);
}

/**
 * csm_jmap_request_builder_length:
 * @self: a builder
 *
 * Returns: how many calls it has
 */
guint
csm_jmap_request_builder_length (CsmJmapRequestBuilder *self)
{
  return json_array_get_length (self->calls);
}

/**
 * csm_jmap_request_builder_set_outside:
 * @self: a builder
 * @outside: whether the request is a partner's guest's, who may not name what is for colleagues only
 */
void
csm_jmap_request_builder_set_outside (CsmJmapRequestBuilder *self,
                                      gboolean               outside)
{
  self->outside = outside;
}

/**
 * csm_jmap_request_builder_write:
 * @self: a builder
 * @socket_id: (nullable): the request's id on a WebSocket; %NULL for HTTP
 *
 * Returns: (transfer full): the Request as JSON
 */
char *
csm_jmap_request_builder_write (CsmJmapRequestBuilder *self,
                                const char            *socket_id)
{
  g_autoptr (JsonObject) request = json_object_new ();
  JsonArray *using = json_array_new ();

  json_array_add_string_element (using, CSM_JMAP_CAPABILITY_CORE);
  json_array_add_string_element (using, CSM_CAPABILITY_DESK);
  if (!self->outside)
    json_array_add_string_element (using, CSM_CAPABILITY_INTERNAL);
  json_array_add_string_element (using, CSM_CAPABILITY_PERSONAL);
  if (socket_id != NULL)
    {
      json_object_set_string_member (request, "@type", "Request");
      json_object_set_string_member (request, "id", socket_id);
    }
  json_object_set_array_member (request, "using", using);
  json_object_set_array_member (request, "methodCalls", json_array_ref (self->calls));
  return csm_json_write_object (request);
}
