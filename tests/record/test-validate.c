/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include <string.h>

#include "csm-json.h"
#include "csm-validate.h"

#define CASE_ID "c01J9ZK3V7XQ6T8R5M2N4P0W1YB"
#define PERSON_ID "p01J9ZK3V7XQ6T8R5M2N4P0W1YB"

typedef struct
{
  CsmTypeId   type;
  const char *property;
  const char *value;
  gboolean    valid;
} Value;

static const Value values[] = {
  { CSM_TYPE_ID_CASE, "subject", "\"Late parcel\"", TRUE },
  { CSM_TYPE_ID_CASE, "subject", "\"two\\nlines\"", FALSE },
  { CSM_TYPE_ID_CASE, "subject", "null", FALSE },
  { CSM_TYPE_ID_CASE, "subject", "7", FALSE },
  { CSM_TYPE_ID_CASE, "status", "\"open\"", TRUE },
  { CSM_TYPE_ID_CASE, "status", "\"ope\"", FALSE },
  { CSM_TYPE_ID_CASE, "status", "\"opened\"", FALSE },
  { CSM_TYPE_ID_CASE, "status", "\"\"", FALSE },
  { CSM_TYPE_ID_CASE, "status", "null", FALSE },
  { CSM_TYPE_ID_CASE, "sentiment", "null", TRUE },
  { CSM_TYPE_ID_CASE, "ownerId", "\"" PERSON_ID "\"", TRUE },
  { CSM_TYPE_ID_CASE, "ownerId", "\"" CASE_ID "\"", FALSE },
  { CSM_TYPE_ID_CASE, "ownerId", "null", TRUE },
  { CSM_TYPE_ID_CASE, "participantIds", "{\"" PERSON_ID "\":true}", TRUE },
  { CSM_TYPE_ID_CASE, "participantIds", "{\"" PERSON_ID "\":false}", FALSE },
  { CSM_TYPE_ID_CASE, "participantIds", "[\"" PERSON_ID "\"]", FALSE },
  { CSM_TYPE_ID_CASE, "participantIds", "null", FALSE },
  { CSM_TYPE_ID_CASE, "dueAt", "\"2026-11-22T09:00:00Z\"", TRUE },
  { CSM_TYPE_ID_CASE, "dueAt", "\"2026-11-22T09:00:00.000Z\"", FALSE },
  { CSM_TYPE_ID_CASE, "dueAt", "\"2026-11-22T09:00:00+01:00\"", FALSE },
  { CSM_TYPE_ID_CASE, "dueAt", "\"2026-02-30T09:00:00Z\"", FALSE },
  { CSM_TYPE_ID_CUSTOMER, "identities", "{\"email:a@example.org\":{\"kind\":\"email\"}}", TRUE },
  { CSM_TYPE_ID_CUSTOMER, "identities", "{\"email:a@example.org\":true}", FALSE },
  { CSM_TYPE_ID_SUBMISSION, "undoFor", "60", TRUE },
  { CSM_TYPE_ID_SUBMISSION, "undoFor", "61", FALSE },
  { CSM_TYPE_ID_SUBMISSION, "undoFor", "-1", FALSE },
  { CSM_TYPE_ID_SUBMISSION, "undoFor", "1.5", FALSE },
  { CSM_TYPE_ID_SUBMISSION, "confirmed", "\"true\"", FALSE },
  { CSM_TYPE_ID_PERSON, "avatarBlobId", "\"B0000000000000000000000000000000000000000000000000000000000000000\"", TRUE },
  { CSM_TYPE_ID_PERSON, "avatarBlobId", "\"B0\"", FALSE },
};

static void
test_values (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    {
      const CsmProperty *property = csm_record_type_property (csm_record_type_get (values[i].type), values[i].property);
      g_autoptr (JsonNode) node = csm_json_parse (values[i].value, -1, NULL);

      g_assert_nonnull (property);
      g_assert_nonnull (node);
      if (csm_value_is_valid (property, node) != values[i].valid)
        g_error ("%s = %s: expected %s", values[i].property, values[i].value, values[i].valid ? "valid" : "invalid");
    }
}

static gboolean
names_are (GPtrArray  *names,
           const char *expected)
{
  g_autofree char *joined = NULL;

  if (names == NULL)
    return expected == NULL;
  g_ptr_array_add (names, NULL);
  joined = g_strjoinv (" ", (char **) names->pdata);
  return g_strcmp0 (joined, expected) == 0;
}

static void
test_create_tells_all (void)
{
  const CsmRecordType *type = csm_record_type_get (CSM_TYPE_ID_CASE);
  g_autoptr (JsonObject) good = csm_json_parse_object ("{\"subject\":\"x\"}", -1, NULL);
  g_autoptr (JsonObject) bad = csm_json_parse_object ("{\"status\":\"asleep\",\"messageCount\":3,\"color\":1}", -1, NULL);
  g_autoptr (GPtrArray) none = csm_validate_create (type, good);
  g_autoptr (GPtrArray) names = csm_validate_create (type, bad);

  g_assert_null (none);
  g_assert_true (names_are (names, "status messageCount color subject"));
}

static void
test_update (void)
{
  const CsmRecordType *type = csm_record_type_get (CSM_TYPE_ID_COMMENT);
  g_autoptr (JsonObject) before = csm_json_parse_object ("{\"caseId\":\"" CASE_ID "\",\"body\":\"a\",\"at\":null}", -1, NULL);
  g_autoptr (JsonObject) same = csm_json_parse_object ("{\"caseId\":\"" CASE_ID "\",\"body\":\"b\",\"at\":null}", -1, NULL);
  g_autoptr (JsonObject) moved = csm_json_parse_object ("{\"caseId\":\"c11J9ZK3V7XQ6T8R5M2N4P0W1YB\",\"body\":null,\"at\":\"2026-11-22T09:00:00Z\"}", -1, NULL);
  g_autoptr (GPtrArray) none = csm_validate_update (type, before, same);
  g_autoptr (GPtrArray) names = csm_validate_update (type, before, moved);
  g_autoptr (GPtrArray) changed = csm_record_changed (type, before, same);

  g_assert_null (none);
  g_assert_true (names_are (names, "caseId body at"));
  g_assert_true (names_are (changed, "body"));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/validate/values", test_values);
  g_test_add_func ("/validate/create-tells-all", test_create_tells_all);
  g_test_add_func ("/validate/update", test_update);
  return g_test_run ();
}
