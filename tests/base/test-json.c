/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-json.h"

#include <string.h>

#include "csm-error.h"
#include "csm-json-scan.h"
#include "csm-time.h"

static const char * const good[] = {
  "null", "true", " false ", "0", "-0", "-12.5e+3", "1E9", "\"\"", "[]", "{}", "[1,2,[3]]",
  "{\"a\":1,\"b\":{\"a\":2},\"c\":[{\"a\":3},{\"a\":4}]}",
  "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e4\\uD83C\\uDF89\"",
  "{\"ä\":\"é🎉\",\"\":0}",
  "\t\r\n[ 1 , 2 ]\n",
};

static const char * const bad[] = {
  "", " ", "nul", "truex", "True", "01", "-", "1.", ".5", "1e", "+1", "NaN", "Infinity", "0x10", "'a'", "\"", "\"\\\"",
  "\"\\x\"", "\"\\u12\"", "\"\\u12g4\"", "\"\t\"", "\"\n\"", "[", "]", "[1", "[1,]", "[,1]", "[1 2]", "{", "}", "{\"a\"}", "{\"a\":}",
  "{\"a\":1,}", "{a:1}", "{1:2}", "{\"a\":1 \"b\":2}", "[1]]", "{} {}", "1 2", "/* c */ 1", "// c\n1", "[1]x", "\xEF\xBB\xBF{}",
  "{\"a\":1,\"a\":2}", "{\"a\":1,\"\\u0061\":2}", "{\"x\":{\"a\":1,\"a\":1}}", "[{\"a\":1,\"b\":0,\"a\":2}]", "{\"🎉\":1,\"\\ud83c\\udf89\":2}",
  "\"\\ud83c\"", "\"\\ud83cx\"", "\"\\udf89\"", "\"\\ud83c\\u0041\"", "\"\\ud83c\\ud83c\"", "\"\\u0000\"",
  "\"\xFF\"", "\"\xC3\"", "\"\xED\xA0\x80\"", "\"\xC0\x80\"", "\"\xF4\x90\x80\x80\"",
};

static void
test_strict (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (JsonNode) node = csm_json_parse (good[i], -1, &error);

      g_assert_no_error (error);
      g_assert_nonnull (node);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (JsonNode) node = csm_json_parse (bad[i], -1, &error);

      if (node != NULL)
        g_error ("accepted: %s", bad[i]);
      g_assert_error (error, CSM_ERROR, CSM_ERROR_INVALID);
    }
}

/* A text that is cut anywhere is refused, and nothing behind the length is read. */
static void
test_cut (void)
{
  static const char whole[] = "{\"a\":[1,-2.5e3,true,null],\"b\":\"x\\n\\ud83c\\udf89é\",\"c\":{\"d\":false}}";
  gsize length = strlen (whole);

  g_assert_true (csm_json_scan (whole, length, 8, NULL));
  for (gsize cut = 0; cut < length; cut++)
    {
      g_autofree char *copy = g_memdup2 (whole, MAX (cut, 1));

      g_assert_false (csm_json_scan (copy, cut, 8, NULL));
    }
}

static char *
make_nested (guint depth,
             char  open,
             char  close)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < depth; i++)
    g_string_append (text, open == '[' ? "[" : "{\"a\":");
  g_string_append (text, "1");
  for (guint i = 0; i < depth; i++)
    g_string_append_c (text, close);
  return g_string_free (text, FALSE);
}

static void
test_depth (void)
{
  static const char brackets[][2] = { { '[', ']' }, { '{', '}' } };

  for (gsize i = 0; i < G_N_ELEMENTS (brackets); i++)
    {
      g_autofree char *most = make_nested (CSM_JSON_MAX_DEPTH, brackets[i][0], brackets[i][1]);
      g_autofree char *over = make_nested (CSM_JSON_MAX_DEPTH + 1, brackets[i][0], brackets[i][1]);
      g_autofree char *bomb = make_nested (1000000, brackets[i][0], brackets[i][1]);

      g_assert_true (csm_json_scan (most, strlen (most), CSM_JSON_MAX_DEPTH, NULL));
      g_assert_false (csm_json_scan (over, strlen (over), CSM_JSON_MAX_DEPTH, NULL));
      g_assert_false (csm_json_scan (bomb, strlen (bomb), CSM_JSON_MAX_DEPTH, NULL));
    }
}

/* Depth counts what is open, not what was opened. */
static void
test_wide (void)
{
  g_autoptr (GString) text = g_string_new ("[");

  for (int i = 0; i < 10000; i++)
    g_string_append (text, "[],{},");
  g_string_append (text, "0]");
  g_assert_true (csm_json_scan (text->str, text->len, 2, NULL));
  g_assert_false (csm_json_scan (text->str, text->len, 1, NULL));
}

static void
test_nul_byte (void)
{
  g_assert_false (csm_json_scan ("\"a\0b\"", 5, 4, NULL));
  g_assert_false (csm_json_scan ("1\0", 2, 4, NULL));
  g_assert_true (csm_json_scan ("1\0", 1, 4, NULL));
}

static void
test_parse_object (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) object = csm_json_parse_object ("{\"a\":\"b\"}", -1, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (csm_json_get_string (object, "a"), ==, "b");
  g_assert_null (csm_json_parse_object ("[1]", -1, &error));
  g_assert_error (error, CSM_ERROR, CSM_ERROR_INVALID);
}

static void
test_get (void)
{
  g_autoptr (JsonObject) object = csm_json_parse_object (
    "{\"s\":\"x\",\"n\":null,\"i\":5,\"d\":1.5,\"t\":true,\"f\":false,\"o\":{\"k\":true},\"a\":[1],\"when\":\"2014-10-30T06:12:00Z\"}", -1, NULL);

  g_assert_cmpstr (csm_json_get_string (object, "s"), ==, "x");
  g_assert_null (csm_json_get_string (object, "n"));
  g_assert_null (csm_json_get_string (object, "i"));
  g_assert_null (csm_json_get_string (object, "o"));
  g_assert_null (csm_json_get_string (object, "absent"));
  g_assert_null (csm_json_get_string (NULL, "s"));
  g_assert_cmpint (csm_json_get_int (object, "i", -1), ==, 5);
  g_assert_cmpint (csm_json_get_int (object, "d", -1), ==, -1);
  g_assert_cmpint (csm_json_get_int (object, "s", -1), ==, -1);
  g_assert_cmpint (csm_json_get_int (object, "n", -1), ==, -1);
  g_assert_cmpint (csm_json_get_int (NULL, "i", -1), ==, -1);
  g_assert_true (csm_json_get_boolean (object, "t"));
  g_assert_false (csm_json_get_boolean (object, "f"));
  g_assert_false (csm_json_get_boolean (object, "i"));
  g_assert_false (csm_json_get_boolean (object, "absent"));
  g_assert_nonnull (csm_json_get_object (object, "o"));
  g_assert_null (csm_json_get_object (object, "a"));
  g_assert_nonnull (csm_json_get_array (object, "a"));
  g_assert_null (csm_json_get_array (object, "o"));
  g_assert_true (csm_json_has_key (object, "o", "k"));
  g_assert_false (csm_json_has_key (object, "o", "other"));
  g_assert_false (csm_json_has_key (object, "s", "k"));
  g_assert_cmpint (csm_json_get_time (object, "when"), ==, 1414649520 * CSM_SECOND);
  g_assert_cmpint (csm_json_get_time (object, "s"), ==, CSM_TIME_NONE);
}

static void
test_set (void)
{
  g_autoptr (JsonObject) object = json_object_new ();
  g_autofree char *text = NULL;

  csm_json_set_string (object, "a", "x\"\n🎉");
  csm_json_set_string (object, "b", NULL);
  csm_json_set_time (object, "c", 1414649520 * CSM_SECOND);
  csm_json_set_time (object, "d", CSM_TIME_NONE);
  text = csm_json_write_object (object);
  g_assert_cmpstr (text, ==, "{\"a\":\"x\\\"\\n🎉\",\"b\":null,\"c\":\"2014-10-30T06:12:00Z\",\"d\":null}");
}

static void
test_write_is_read (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autoptr (JsonNode) node = csm_json_parse (good[i], -1, NULL);
      g_autofree char *text = csm_json_write (node);
      g_autoptr (JsonNode) again = csm_json_parse (text, -1, NULL);

      g_assert_nonnull (again);
      g_assert_true (json_node_equal (node, again));
    }
}

static void
test_copy (void)
{
  g_autoptr (JsonObject) object = csm_json_parse_object ("{\"o\":{\"x\":1,\"t\":\"u\"},\"a\":[{\"y\":2}],\"s\":\"t\"}", -1, NULL);
  g_autofree char *before = csm_json_write_object (object);
  g_autoptr (JsonObject) copy = csm_json_copy_object (object);
  g_autofree char *copied = csm_json_write_object (copy);
  g_autofree char *after = NULL;

  g_assert_cmpstr (copied, ==, before);
  json_object_set_int_member (csm_json_get_object (copy, "o"), "x", 9);
  json_object_set_int_member (json_array_get_object_element (csm_json_get_array (copy, "a"), 0), "y", 9);
  json_object_remove_member (copy, "s");
  after = csm_json_write_object (object);
  g_assert_cmpstr (after, ==, before);
  /* The texts are its own, too: their counts are no more for two threads than the objects'. */
  g_assert_true (csm_json_get_string (csm_json_get_object (copy, "o"), "t") != csm_json_get_string (csm_json_get_object (object, "o"), "t"));
  g_assert_cmpstr (csm_json_get_string (csm_json_get_object (copy, "o"), "t"), ==, "u");
}

static void
test_trusted (void)
{
  g_autoptr (JsonNode) node = csm_json_parse_trusted ("[1,2]", -1);

  g_assert_nonnull (node);
  g_assert_null (csm_json_parse_trusted (NULL, -1));
  g_assert_null (csm_json_parse_trusted ("[1,", -1));
}

/* What the scan lets through, json-glib must take: else the two disagree about what JSON is. */
static void
test_random (void)
{
  static const char alphabet[] = "{}[]:,\"\\ud83celtrfanse0123.-+ \n";
  guint n_accepted = 0;

  for (guint32 seed = 0; seed < 50000; seed++)
    {
      g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
      gsize length = g_rand_int_range (rand, 1, 12);
      char text[16];

      for (gsize i = 0; i < length; i++)
        text[i] = alphabet[g_rand_int_range (rand, 0, sizeof alphabet - 1)];
      text[length] = '\0';
      if (csm_json_scan (text, length, 8, NULL))
        {
          g_autoptr (JsonNode) node = csm_json_parse (text, (gssize) length, NULL);

          g_assert_nonnull (node);
          n_accepted++;
        }
    }
  g_assert_cmpuint (n_accepted, >, 100);
}

static void
test_take (void)
{
  g_autoptr (JsonObject) object = csm_json_parse_object ("{\"list\":[{\"x\":1}],\"rest\":true}", -1, NULL);
  g_autoptr (JsonNode) taken = csm_json_take (object, "list");

  g_assert_false (json_object_has_member (object, "list"));
  g_assert_cmpuint (json_array_get_length (json_node_get_array (taken)), ==, 1);
  g_assert_null (csm_json_take (object, "list"));
  g_assert_null (csm_json_take (NULL, "list"));
  g_assert_true (csm_json_get_boolean (object, "rest"));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/json/strict", test_strict);
  g_test_add_func ("/json/cut", test_cut);
  g_test_add_func ("/json/depth", test_depth);
  g_test_add_func ("/json/wide", test_wide);
  g_test_add_func ("/json/nul-byte", test_nul_byte);
  g_test_add_func ("/json/parse-object", test_parse_object);
  g_test_add_func ("/json/get", test_get);
  g_test_add_func ("/json/set", test_set);
  g_test_add_func ("/json/write-is-read", test_write_is_read);
  g_test_add_func ("/json/copy", test_copy);
  g_test_add_func ("/json/take", test_take);
  g_test_add_func ("/json/trusted", test_trusted);
  g_test_add_func ("/json/random", test_random);
  return g_test_run ();
}
