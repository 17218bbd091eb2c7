/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-set.h"

#include "csm-desk.h"
#include "csm-error.h"
#include "csm-json.h"

/**
 * csm_set_error:
 * @type: a SetError's type
 * @description: (nullable): more about it, for whoever writes a client
 *
 * Returns: (transfer full): a SetError (RFC 8620, section 5.3)
 */
JsonObject *
csm_set_error (const char *type,
               const char *description)
{
  JsonObject *error = json_object_new ();

  json_object_set_string_member (error, "type", type);
  if (description != NULL)
    json_object_set_string_member (error, "description", description);
  return error;
}

/**
 * csm_set_error_names:
 * @names: (element-type utf8): the properties that are wrong, all of them
 *
 * Returns: (transfer full): the SetError `invalidProperties`
 */
JsonObject *
csm_set_error_names (GPtrArray *names)
{
  JsonObject *error = csm_set_error (CSM_JMAP_INVALID_PROPERTIES, NULL);
  JsonArray *properties = json_array_new ();

  for (guint i = 0; i < names->len; i++)
    json_array_add_string_element (properties, g_ptr_array_index (names, i));
  json_object_set_array_member (error, "properties", properties);
  return error;
}

static JsonObject *
error_of_words (const CsmRecordType *type,
                const char          *words)
{
  g_auto (GStrv) parts = g_strsplit (words, " ", -1);
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  for (guint i = 0; parts[i] != NULL; i++)
    {
      const CsmProperty *property = csm_record_type_property (type, parts[i]);

      if (property != NULL)
        g_ptr_array_add (names, (char *) property->name);
    }
  return csm_set_error_names (names);
}

/* What may exist once only, and does: a person's address. RFC 8620, section 5.3: then invalidProperties is too little. */
static JsonObject *
error_of_twin (CsmSet     *self,
               JsonObject *record,
               const char *id,
               const char *words)
{
  CsmMethodCall *call = self->call;

  for (guint i = 0; i < call->type->n_properties; i++)
    {
      const CsmProperty *property = &call->type->properties[i];
      const char *value = csm_json_get_string (record, property->name);
      g_autoptr (GPtrArray) ids = NULL;

      if (value == NULL || (words != NULL && !g_str_equal (words, property->name)) || property->kind != CSM_KIND_STRING || (property->flags & CSM_PROPERTY_INDEXED) == 0)
        continue;
      ids = csm_txn_ids_where (call->context->txn, call->account, call->type, property->name, value, NULL);
      for (guint j = 0; ids != NULL && j < ids->len; j++)
        {
          JsonObject *error;

          if (g_strcmp0 (g_ptr_array_index (ids, j), id) == 0)
            continue;
          error = csm_set_error (CSM_JMAP_ALREADY_EXISTS, NULL);
          json_object_set_string_member (error, "existingId", g_ptr_array_index (ids, j));
          return error;
        }
    }
  return NULL;
}

static JsonObject *
convert_desk_error (CsmSet       *self,
                    JsonObject   *record,
                    const char   *id,
                    const GError *error)
{
  JsonObject *result;

  switch (error->code)
    {
    case CSM_DESK_ERROR_FORBIDDEN:
      return csm_set_error (CSM_JMAP_FORBIDDEN, NULL);
    case CSM_DESK_ERROR_CASE_MOVED:
      result = csm_set_error (CSM_JMAP_CASE_MOVED, NULL);
      json_object_set_string_member (result, "newerId", error->message);
      return result;
    case CSM_DESK_ERROR_TOO_LATE:
      return csm_set_error (CSM_JMAP_TOO_LATE, NULL);
    case CSM_DESK_ERROR_NEEDS_REVIEW:
      result = csm_set_error (CSM_JMAP_NEEDS_REVIEW, NULL);
      json_object_set_string_member (result, "teamId", error->message);
      return result;
    case CSM_DESK_ERROR_TOO_LARGE:
      return csm_set_error (CSM_JMAP_TOO_LARGE, error->message);
    case CSM_DESK_ERROR_CANNOT_SEND:
      return csm_set_error (CSM_JMAP_CANNOT_SEND, NULL);
    default:
      result = record != NULL ? error_of_twin (self, record, id, error->message) : NULL;
      return result != NULL ? result : error_of_words (self->call->type, error->message);
    }
}

/**
 * csm_set_error_convert:
 * @self: a /set
 * @record: (nullable): what was to be written
 * @id: (nullable): the record's id
 * @error: why it was not; its part of the transaction has been undone
 *
 * Returns: (transfer full) (nullable): the SetError; %NULL when the server failed
 */
JsonObject *
csm_set_error_convert (CsmSet       *self,
                       JsonObject   *record,
                       const char   *id,
                       const GError *error)
{
  if (error->domain == CSM_DESK_ERROR)
    return convert_desk_error (self, record, id, error);
  if (error->domain != CSM_ERROR)
    return NULL;
  switch (error->code)
    {
    case CSM_ERROR_FORBIDDEN:
      return csm_set_error (CSM_JMAP_FORBIDDEN, NULL);
    case CSM_ERROR_NOT_FOUND:
      return csm_set_error (CSM_JMAP_NOT_FOUND, NULL);
    case CSM_ERROR_TOO_LARGE:
      return csm_set_error (CSM_JMAP_TOO_LARGE, NULL);
    case CSM_ERROR_INVALID:
      return error_of_words (self->call->type, error->message);
    case CSM_ERROR_EXISTS:
    case CSM_ERROR_CONSTRAINT:
      {
        JsonObject *twin = record != NULL ? error_of_twin (self, record, id, NULL) : NULL;

        return twin != NULL ? twin : error_of_words (self->call->type, "");
      }
    default:
      return NULL;
    }
}
