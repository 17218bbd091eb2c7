/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-jmap-request.h"

#include <string.h>

#include "csm-jmap-error.h"
#include "csm-jmap-limits.h"
#include "csm-jmap-request-builder.h"
#include "csm-json.h"
#include "csm-record-type.h"

static void
test_parse (void)
{
  g_autoptr (GError) error = NULL;
  const char *text = "{\"using\":[\"" CSM_JMAP_CAPABILITY_CORE "\",\"" CSM_CAPABILITY_DESK "\"],\"future\":1,"
                     "\"methodCalls\":[[\"Core/echo\",{\"a\":1},\"x\"],[\"Case/set\",{},\"x\"]],\"createdIds\":{\"k\":\"c1\"}}";
  g_autoptr (CsmJmapRequest) request = csm_jmap_request_parse (text, strlen (text), &error);
  const CsmJmapCall *call;

  g_assert_no_error (error);
  g_assert_cmpuint (request->calls->len, ==, 2);
  call = g_ptr_array_index (request->calls, 0);
  g_assert_cmpstr (call->name, ==, "Core/echo");
  g_assert_cmpstr (call->call_id, ==, "x");
  g_assert_cmpint (csm_json_get_int (call->arguments, "a", 0), ==, 1);
  g_assert_true (csm_jmap_request_uses (request, CSM_CAPABILITY_DESK));
  g_assert_false (csm_jmap_request_uses (request, CSM_CAPABILITY_INTERNAL));
  g_assert_true (csm_jmap_request_writes (request));
  g_assert_cmpstr (csm_json_get_string (request->created_ids, "k"), ==, "c1");
}

static void
assert_error (const char *text,
              int         code,
              guint       status)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CsmJmapRequest) request = csm_jmap_request_parse (text, strlen (text), &error);

  g_assert_null (request);
  g_assert_error (error, CSM_JMAP_ERROR, code);
  g_assert_cmpuint (csm_jmap_error_status (error), ==, status);
}

static void
test_not_json (void)
{
  assert_error ("", CSM_JMAP_ERROR_NOT_JSON, 400);
  assert_error ("{", CSM_JMAP_ERROR_NOT_JSON, 400);
  assert_error ("{\"using\":[],\"using\":[],\"methodCalls\":[]}", CSM_JMAP_ERROR_NOT_JSON, 400);
  assert_error ("{\"using\":[\"\xff\"],\"methodCalls\":[]}", CSM_JMAP_ERROR_NOT_JSON, 400);
}

static void
test_not_request (void)
{
  static const char * const wrong[] = {
    "[]", "1", "null", "{}", "{\"using\":[]}", "{\"methodCalls\":[]}", "{\"using\":{},\"methodCalls\":[]}", "{\"using\":[1],\"methodCalls\":[]}",
    "{\"using\":[],\"methodCalls\":{}}", "{\"using\":[],\"methodCalls\":[1]}", "{\"using\":[],\"methodCalls\":[[\"Core/echo\",{}]]}",
    "{\"using\":[],\"methodCalls\":[[\"Core/echo\",[],\"0\"]]}", "{\"using\":[],\"methodCalls\":[[1,{},\"0\"]]}",
    "{\"using\":[],\"methodCalls\":[[\"Core/echo\",{},0]]}", "{\"using\":[],\"methodCalls\":[[\"Core/echo\",{},\"0\",1]]}",
    "{\"using\":[],\"methodCalls\":[],\"createdIds\":[]}", "{\"using\":[],\"methodCalls\":[],\"createdIds\":{\"a\":1}}",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    assert_error (wrong[i], CSM_JMAP_ERROR_NOT_REQUEST, 400);
}

static void
test_capability_and_limit (void)
{
  g_autoptr (GString) many = g_string_new ("{\"using\":[],\"methodCalls\":[");

  assert_error ("{\"using\":[\"urn:ietf:params:jmap:mail\"],\"methodCalls\":[]}", CSM_JMAP_ERROR_UNKNOWN_CAPABILITY, 400);
  for (int i = 0; i <= CSM_JMAP_MAX_CALLS_IN_REQUEST; i++)
    g_string_append (many, i > 0 ? ",[\"Core/echo\",{},\"0\"]" : "[\"Core/echo\",{},\"0\"]");
  g_string_append (many, "]}");
  assert_error (many->str, CSM_JMAP_ERROR_LIMIT, 400);
}

static void
test_problem (void)
{
  static const struct { int code; const char *message; const char *type; int status; } problems[] = {
    { CSM_JMAP_ERROR_NOT_JSON, "x", "urn:ietf:params:jmap:error:notJSON", 400 },
    { CSM_JMAP_ERROR_NOT_REQUEST, "x", "urn:ietf:params:jmap:error:notRequest", 400 },
    { CSM_JMAP_ERROR_UNKNOWN_CAPABILITY, "x", "urn:ietf:params:jmap:error:unknownCapability", 400 },
    { CSM_JMAP_ERROR_LIMIT, "maxSizeRequest", "urn:ietf:params:jmap:error:limit", 413 },
    { CSM_JMAP_ERROR_LIMIT, "maxConcurrentRequests", "urn:ietf:params:jmap:error:limit", 429 },
    { CSM_JMAP_ERROR_UNAUTHORIZED, "x", "about:blank", 401 },
    { CSM_JMAP_ERROR_SERVER, "The server failed.", "about:blank", 500 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (problems); i++)
    {
      g_autoptr (GError) error = g_error_new_literal (CSM_JMAP_ERROR, problems[i].code, problems[i].message);
      g_autoptr (JsonObject) problem = csm_jmap_error_to_problem (error);
      g_autoptr (GError) back = csm_jmap_problem_to_error (problem);

      g_assert_cmpstr (csm_json_get_string (problem, "type"), ==, problems[i].type);
      g_assert_cmpint (csm_json_get_int (problem, "status", 0), ==, problems[i].status);
      if (problems[i].code == CSM_JMAP_ERROR_LIMIT)
        g_assert_cmpstr (csm_json_get_string (problem, "limit"), ==, problems[i].message);
      g_assert_error (back, CSM_JMAP_ERROR, problems[i].code);
      g_assert_cmpstr (back->message, ==, problems[i].message);
    }
}

/* What went wrong inside is for the log. */
static void
test_no_internals (void)
{
  g_autoptr (GError) error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_FAILED, "the table `secret` is broken");
  g_autoptr (JsonObject) problem = csm_jmap_error_to_problem (error);
  g_autofree char *text = csm_json_write_object (problem);

  g_assert_null (strstr (text, "secret"));
}

static void
test_builder (void)
{
  g_autoptr (CsmJmapRequestBuilder) builder = csm_jmap_request_builder_new ();
  JsonObject *get = json_object_new (), *query = json_object_new ();
  g_autofree char *first = csm_jmap_request_builder_add (builder, "Case/query", query);
  g_autofree char *second = NULL;
  g_autofree char *text = NULL;
  g_autoptr (CsmJmapRequest) request = NULL;
  g_autoptr (GError) error = NULL;
  const CsmJmapCall *call;

  csm_jmap_request_builder_refer (get, "ids", first, "Case/query", "/ids");
  second = csm_jmap_request_builder_add (builder, "Case/get", get);
  g_assert_cmpstr (first, !=, second);
  text = csm_jmap_request_builder_write (builder, "R1");
  request = csm_jmap_request_parse (text, strlen (text), &error);
  g_assert_no_error (error);
  g_assert_cmpstr (request->id, ==, "R1");
  g_assert_true (csm_jmap_request_uses (request, CSM_CAPABILITY_PERSONAL));
  g_assert_false (csm_jmap_request_writes (request));
  call = g_ptr_array_index (request->calls, 1);
  g_assert_cmpstr (csm_json_get_string (csm_json_get_object (call->arguments, "#ids"), "resultOf"), ==, first);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/jmap/request/parse", test_parse);
  g_test_add_func ("/jmap/request/not-json", test_not_json);
  g_test_add_func ("/jmap/request/not-request", test_not_request);
  g_test_add_func ("/jmap/request/capability-and-limit", test_capability_and_limit);
  g_test_add_func ("/jmap/request/problem", test_problem);
  g_test_add_func ("/jmap/request/no-internals", test_no_internals);
  g_test_add_func ("/jmap/request/builder", test_builder);
  return g_test_run ();
}
