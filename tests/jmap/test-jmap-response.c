/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-jmap-response.h"

#include <string.h>

#include "csm-jmap-error.h"
#include "csm-jmap-limits.h"
#include "csm-jmap-response-writer.h"
#include "csm-json.h"

static void
test_round (void)
{
  g_autoptr (CsmJmapResponseWriter) writer = csm_jmap_response_writer_new ("R\"1", TRUE);
  g_autoptr (JsonObject) arguments = csm_json_parse_object ("{\"a\":[1]}", -1, NULL);
  g_autoptr (JsonObject) created = csm_json_parse_object ("{\"k\":\"c1\"}", -1, NULL);
  g_autoptr (GString) text = NULL;
  g_autoptr (CsmJmapResponse) response = NULL;
  g_autoptr (GError) error = NULL;
  const char *name = NULL;
  JsonNode *found;

  csm_jmap_response_writer_add (writer, "Core/echo", arguments, "x");
  g_string_append (csm_jmap_response_writer_begin (writer, "Case/get", "gone"), "{\"half");
  csm_jmap_response_writer_cancel (writer);
  csm_jmap_response_writer_add_error (writer, CSM_JMAP_UNKNOWN_METHOD, NULL, "y\n");
  g_string_append (csm_jmap_response_writer_begin (writer, "Case/get", "z"), "{\"list\":[{\"id\":\"c2\"}]}");
  csm_jmap_response_writer_end (writer);
  found = csm_jmap_response_writer_find (writer, "z", &name);
  g_assert_cmpstr (name, ==, "Case/get");
  g_assert_true (JSON_NODE_HOLDS_OBJECT (found));
  g_assert_null (csm_jmap_response_writer_find (writer, "gone", &name));
  text = csm_jmap_response_writer_finish (writer, created, "S1");

  response = csm_jmap_response_parse (text->str, text->len, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (response->calls->len, ==, 3);
  g_assert_cmpstr (response->request_id, ==, "R\"1");
  g_assert_cmpstr (response->session_state, ==, "S1");
  g_assert_cmpstr (csm_json_get_string (response->created_ids, "k"), ==, "c1");
  g_assert_cmpstr (csm_jmap_call_error_type (csm_jmap_response_find (response, "y\n")), ==, CSM_JMAP_UNKNOWN_METHOD);
  g_assert_null (csm_jmap_call_error_type (csm_jmap_response_find (response, "x")));
  g_assert_null (csm_jmap_response_find (response, "gone"));
}

/* Referring to what refers to what refers: little must not become much. */
static void
test_referred_too_much (void)
{
  g_autoptr (CsmJmapResponseWriter) writer = csm_jmap_response_writer_new (NULL, FALSE);
  g_autoptr (JsonObject) arguments = json_object_new ();
  g_autofree char *filler = g_strnfill (CSM_JMAP_MAX_SIZE_REFERENCES / 10, 'x');
  const char *name;

  json_object_set_string_member (arguments, "a", filler);
  csm_jmap_response_writer_add (writer, "Core/echo", arguments, "x");
  for (guint i = 0; i < 9; i++)
    g_assert_nonnull (csm_jmap_response_writer_find (writer, "x", &name));
  g_assert_null (csm_jmap_response_writer_find (writer, "x", &name));
}

static void
test_strings (void)
{
  static const char * const strings[] = { "", "plain", "\"", "\\", "a\"b\\c\td\ne", "\x01\x1f", "Grüße 你好 😀", "</script>" };

  for (gsize i = 0; i < G_N_ELEMENTS (strings); i++)
    {
      g_autoptr (GString) text = g_string_new (NULL);
      g_autoptr (JsonNode) node = NULL;

      csm_jmap_write_string (text, strings[i]);
      node = csm_json_parse (text->str, text->len, NULL);
      g_assert_nonnull (node);
      g_assert_cmpstr (json_node_get_string (node), ==, strings[i]);
    }
}

static void
test_refused (void)
{
  static const struct { const char *text; int code; } answers[] = {
    { "{\"type\":\"urn:ietf:params:jmap:error:limit\",\"limit\":\"maxSizeRequest\"}", CSM_JMAP_ERROR_LIMIT },
    { "{\"type\":\"about:blank\",\"status\":401}", CSM_JMAP_ERROR_UNAUTHORIZED },
    { "{}", CSM_JMAP_ERROR_SERVER },
    { "<html>", CSM_JMAP_ERROR_SERVER },
    { "{\"methodResponses\":[[1]],\"sessionState\":\"\"}", CSM_JMAP_ERROR_SERVER },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (answers); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (CsmJmapResponse) response = csm_jmap_response_parse (answers[i].text, strlen (answers[i].text), &error);

      g_assert_null (response);
      g_assert_error (error, CSM_JMAP_ERROR, answers[i].code);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/jmap/response/round", test_round);
  g_test_add_func ("/jmap/response/referred-too-much", test_referred_too_much);
  g_test_add_func ("/jmap/response/strings", test_strings);
  g_test_add_func ("/jmap/response/refused", test_refused);
  return g_test_run ();
}
