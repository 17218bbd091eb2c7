/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-jmap-reference.h"

#include "csm-jmap-error.h"
#include "csm-json.h"

#define DOCUMENT \
  "{\"ids\":[\"a\",\"b\"],\"list\":[{\"id\":\"a\",\"to\":[1,2],\"deep\":[[3],[4]]},{\"id\":\"b\",\"to\":[5],\"deep\":[]}]," \
  "\"a/b\":1,\"m~n\":2,\"\":3,\"*\":{\"x\":4},\"nothing\":null,\"empty\":[]}"

static char *
evaluate (const char *path)
{
  g_autoptr (JsonNode) root = csm_json_parse (DOCUMENT, -1, NULL);
  g_autoptr (JsonNode) result = csm_jmap_pointer_evaluate (root, path);

  return result != NULL ? csm_json_write (result) : NULL;
}

static void
assert_path (const char *path,
             const char *expected)
{
  g_autofree char *got = evaluate (path);

  g_test_message ("%s", path);
  g_assert_cmpstr (got, ==, expected);
}

static void
test_pointer (void)
{
  assert_path ("/ids", "[\"a\",\"b\"]");
  assert_path ("/ids/0", "\"a\"");
  assert_path ("/list/1/id", "\"b\"");
  assert_path ("/a~1b", "1");
  assert_path ("/m~0n", "2");
  assert_path ("/", "3");
  assert_path ("/nothing", "null");
  assert_path ("/*/x", "4");
}

static void
test_star (void)
{
  assert_path ("/list/*/id", "[\"a\",\"b\"]");
  assert_path ("/list/*/to", "[1,2,5]");
  assert_path ("/list/*/to/*", "[1,2,5]");
  assert_path ("/list/*/deep", "[[3],[4]]");
  assert_path ("/list/*", "[{\"id\":\"a\",\"to\":[1,2],\"deep\":[[3],[4]]},{\"id\":\"b\",\"to\":[5],\"deep\":[]}]");
  assert_path ("/empty/*", "[]");
  assert_path ("/empty/*/id", "[]");
}

static void
test_nowhere (void)
{
  static const char * const wrong[] = {
    "ids", "/ids/2", "/ids/-", "/ids/00", "/ids/-1", "/ids/+1", "/ids/99999999999999999999", "/none", "/ids/0/x",
    "/list/*/none", "/list/*/to/7", "/m~2n", "/m~", "/ids/**", "/list/*x", "/nothing/x",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    assert_path (wrong[i], NULL);
}

static JsonNode *
find (gpointer      data,
      const char   *call_id,
      const char  **name)
{
  *name = "Case/query";
  return g_str_equal (call_id, "c0") ? data : NULL;
}

static char *
resolve (const char  *arguments,
         GError     **error)
{
  g_autoptr (JsonNode) answer = csm_json_parse (DOCUMENT, -1, NULL);
  g_autoptr (JsonObject) given = csm_json_parse_object (arguments, -1, NULL);
  g_autoptr (JsonObject) resolved = NULL;

  g_assert_nonnull (given);
  resolved = csm_jmap_resolve_references (given, find, answer, error);
  return resolved != NULL ? csm_json_write_object (resolved) : NULL;
}

static void
test_resolve (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *got = resolve ("{\"accountId\":\"W\",\"#ids\":{\"resultOf\":\"c0\",\"name\":\"Case/query\",\"path\":\"/ids\"}}", &error);
  g_autofree char *same = resolve ("{\"accountId\":\"W\"}", &error);

  g_assert_no_error (error);
  g_assert_cmpstr (got, ==, "{\"accountId\":\"W\",\"ids\":[\"a\",\"b\"]}");
  g_assert_cmpstr (same, ==, "{\"accountId\":\"W\"}");
}

static void
test_invalid (void)
{
  static const char * const wrong[] = {
    "{\"#ids\":{\"resultOf\":\"c1\",\"name\":\"Case/query\",\"path\":\"/ids\"}}",
    "{\"#ids\":{\"resultOf\":\"c0\",\"name\":\"Case/get\",\"path\":\"/ids\"}}",
    "{\"#ids\":{\"resultOf\":\"c0\",\"name\":\"Case/query\",\"path\":\"/none\"}}",
    "{\"#ids\":{\"resultOf\":\"c0\",\"name\":\"Case/query\"}}",
    "{\"#ids\":{\"resultOf\":0,\"name\":\"Case/query\",\"path\":\"/ids\"}}",
    "{\"#ids\":[]}",
  };
  g_autoptr (GError) both = NULL;
  g_autofree char *none = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *got = resolve (wrong[i], &error);

      g_assert_null (got);
      g_assert_error (error, CSM_JMAP_ERROR, CSM_JMAP_ERROR_INVALID_RESULT_REFERENCE);
    }
  none = resolve ("{\"ids\":[],\"#ids\":{\"resultOf\":\"c0\",\"name\":\"Case/query\",\"path\":\"/ids\"}}", &both);
  g_assert_null (none);
  g_assert_error (both, CSM_JMAP_ERROR, CSM_JMAP_ERROR_INVALID_ARGUMENTS);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/jmap/reference/pointer", test_pointer);
  g_test_add_func ("/jmap/reference/star", test_star);
  g_test_add_func ("/jmap/reference/nowhere", test_nowhere);
  g_test_add_func ("/jmap/reference/resolve", test_resolve);
  g_test_add_func ("/jmap/reference/invalid", test_invalid);
  return g_test_run ();
}
