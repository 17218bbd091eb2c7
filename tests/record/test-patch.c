/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-error.h"
#include "csm-json.h"
#include "csm-patch.h"

#define RECORD "{\"subject\":\"Late parcel\",\"status\":\"open\",\"tags\":{\"a\":true,\"b/c\":true},\"dueAt\":\"2026-11-22T09:00:00Z\"}"

static void
check_patch (const char *patch_text,
             const char *expected_text)
{
  g_autoptr (JsonObject) record = csm_json_parse_object (RECORD, -1, NULL);
  g_autoptr (JsonObject) patch = csm_json_parse_object (patch_text, -1, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) result = NULL;

  g_assert_nonnull (patch);
  result = csm_patch_apply (csm_record_type_get (CSM_TYPE_ID_CASE), record, patch, &error);
  if (expected_text == NULL)
    {
      g_assert_error (error, CSM_ERROR, CSM_ERROR_INVALID);
      g_assert_null (result);
    }
  else
    {
      g_autoptr (JsonNode) expected = csm_json_parse (expected_text, -1, NULL);
      g_autoptr (JsonNode) got = json_node_init_object (json_node_alloc (), result);
      g_autofree char *text = csm_json_write (got);

      g_assert_no_error (error);
      if (!json_node_equal (expected, got))
        g_error ("%s gave %s", patch_text, text);
    }
  /* Whatever happens, the record itself stays as it was. */
  {
    g_autoptr (JsonNode) before = csm_json_parse (RECORD, -1, NULL);
    g_autoptr (JsonNode) after = json_node_init_object (json_node_alloc (), record);

    g_assert_true (json_node_equal (before, after));
  }
}

static void
test_sets (void)
{
  check_patch ("{\"tags/new\":true}",
               "{\"subject\":\"Late parcel\",\"status\":\"open\",\"tags\":{\"a\":true,\"b/c\":true,\"new\":true},\"dueAt\":\"2026-11-22T09:00:00Z\"}");
  check_patch ("{\"tags/b~1c\":null}",
               "{\"subject\":\"Late parcel\",\"status\":\"open\",\"tags\":{\"a\":true},\"dueAt\":\"2026-11-22T09:00:00Z\"}");
  check_patch ("{\"tags\":{\"z\":true}}",
               "{\"subject\":\"Late parcel\",\"status\":\"open\",\"tags\":{\"z\":true},\"dueAt\":\"2026-11-22T09:00:00Z\"}");
}

static void
test_null_is_the_default (void)
{
  check_patch ("{\"status\":null,\"dueAt\":null,\"tags\":null}",
               "{\"subject\":\"Late parcel\",\"status\":\"new\",\"tags\":{},\"dueAt\":null}");
}

static void
test_invalid (void)
{
  check_patch ("{\"tags\":{},\"tags/a\":null}", NULL);
  check_patch ("{\"nothing/a\":true}", NULL);
  check_patch ("{\"subject/0\":\"x\"}", NULL);
  check_patch ("{\"tags/a/b\":true}", NULL);
  check_patch ("{\"tags/~2\":true}", NULL);
}

static void
test_prefix_is_no_overlap (void)
{
  /* "tags/a" and "tags/ab" share letters, not a path. */
  check_patch ("{\"tags/a\":null,\"tags/ab\":true}",
               "{\"subject\":\"Late parcel\",\"status\":\"open\",\"tags\":{\"b/c\":true,\"ab\":true},\"dueAt\":\"2026-11-22T09:00:00Z\"}");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/patch/sets", test_sets);
  g_test_add_func ("/patch/null-is-the-default", test_null_is_the_default);
  g_test_add_func ("/patch/invalid", test_invalid);
  g_test_add_func ("/patch/prefix-is-no-overlap", test_prefix_is_no_overlap);
  return g_test_run ();
}
