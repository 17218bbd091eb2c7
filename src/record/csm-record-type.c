/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-record-type.h"

#include "csm-id.h"
#include "csm-json.h"
#include "csm-record-table.h"

/**
 * csm_record_type_get:
 * @id: a type
 *
 * Returns: (transfer none): its row of the record table
 */
const CsmRecordType *
csm_record_type_get (CsmTypeId id)
{
  g_assert (id < CSM_N_TYPES);
  return &csm_record_table[id];
}

/**
 * csm_record_type_by_name:
 * @name: (nullable): JMAP's name of a type
 *
 * Returns: (transfer none) (nullable): its row
 */
const CsmRecordType *
csm_record_type_by_name (const char *name)
{
  for (guint i = 0; i < CSM_N_TYPES; i++)
    {
      if (g_strcmp0 (csm_record_table[i].name, name) == 0)
        return &csm_record_table[i];
    }
  return NULL;
}

/**
 * csm_record_type_of_id:
 * @record_id: (nullable): what may be a record's id
 *
 * Returns: (transfer none) (nullable): the type that its letter tells
 */
const CsmRecordType *
csm_record_type_of_id (const char *record_id)
{
  if (!csm_id_is_valid (record_id, 0))
    return NULL;
  for (guint i = 0; i < CSM_N_TYPES; i++)
    {
      if (csm_record_table[i].letter == record_id[0])
        return &csm_record_table[i];
    }
  return NULL;
}

/**
 * csm_record_type_property:
 * @type: a type
 * @name: (nullable): a property's JSON name
 *
 * Returns: (transfer none) (nullable): its row
 */
const CsmProperty *
csm_record_type_property (const CsmRecordType *type,
                          const char          *name)
{
  for (guint i = 0; i < type->n_properties; i++)
    {
      if (g_strcmp0 (type->properties[i].name, name) == 0)
        return &type->properties[i];
    }
  return NULL;
}

/**
 * csm_property_default:
 * @property: a property
 *
 * Returns: (transfer full): its default value
 */
JsonNode *
csm_property_default (const CsmProperty *property)
{
  if (property->fallback != NULL)
    return csm_json_parse_trusted (property->fallback, -1);
  switch (property->kind)
    {
    case CSM_KIND_SET:
    case CSM_KIND_MAP:
      return csm_json_parse_trusted ("{}", -1);
    case CSM_KIND_LIST:
      return csm_json_parse_trusted ("[]", -1);
    case CSM_KIND_BOOL:
      return csm_json_parse_trusted ("false", -1);
    default:
      return json_node_new (JSON_NODE_NULL);
    }
}

/**
 * csm_record_fill_defaults:
 * @type: a type
 * @record: a record without some of its properties; `id` is left alone
 *
 * Gives each property that @record lacks its default.
 */
void
csm_record_fill_defaults (const CsmRecordType *type,
                          JsonObject          *record)
{
  for (guint i = 0; i < type->n_properties; i++)
    {
      const CsmProperty *property = &type->properties[i];

      if (!json_object_has_member (record, property->name))
        json_object_set_member (record, property->name, csm_property_default (property));
    }
}
