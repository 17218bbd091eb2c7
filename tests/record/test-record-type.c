/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-id.h"
#include "csm-record-type.h"
#include "csm-validate.h"

static void
test_table (void)
{
  g_autoptr (GHashTable) letters = g_hash_table_new (NULL, NULL);
  g_autoptr (GHashTable) tables = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < CSM_N_TYPES; i++)
    {
      const CsmRecordType *type = csm_record_type_get (i);
      g_autofree char *id = csm_id_new (type->letter);

      g_assert_cmpint (type->id, ==, i);
      g_assert_true (csm_record_type_by_name (type->name) == type);
      g_assert_true (csm_record_type_of_id (id) == type);
      g_assert_true (g_hash_table_add (letters, GINT_TO_POINTER (type->letter)));
      g_assert_true (g_hash_table_add (tables, (char *) type->table));
      g_assert_null (csm_record_type_property (type, "id"));
      g_assert_nonnull (csm_record_type_property (type, "created"));
    }
  g_assert_null (csm_record_type_by_name ("Mailbox"));
  g_assert_null (csm_record_type_of_id ("not an id"));
}

/* A default that its own property would refuse could never be written back. */
static void
test_defaults_are_valid (void)
{
  for (guint i = 0; i < CSM_N_TYPES; i++)
    {
      const CsmRecordType *type = csm_record_type_get (i);

      for (guint j = 0; j < type->n_properties; j++)
        {
          const CsmProperty *property = &type->properties[j];
          g_autoptr (JsonNode) value = csm_property_default (property);

          if ((property->flags & CSM_PROPERTY_REQUIRED) == 0 && !csm_value_is_valid (property, value))
            g_error ("the default of %s.%s isn't valid", type->name, property->name);
        }
    }
}

static void
test_fill_defaults (void)
{
  const CsmRecordType *type = csm_record_type_get (CSM_TYPE_ID_CASE);
  g_autoptr (JsonObject) record = json_object_new ();

  json_object_set_string_member (record, "status", "waiting");
  csm_record_fill_defaults (type, record);
  g_assert_cmpstr (json_object_get_string_member (record, "status"), ==, "waiting");
  g_assert_cmpstr (json_object_get_string_member (record, "lane"), ==, "conversation");
  g_assert_true (json_object_get_null_member (record, "ownerId"));
  g_assert_cmpuint (json_object_get_size (record), ==, type->n_properties);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/record-type/table", test_table);
  g_test_add_func ("/record-type/defaults-are-valid", test_defaults_are_valid);
  g_test_add_func ("/record-type/fill-defaults", test_fill_defaults);
  return g_test_run ();
}
