/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-jmap-error.h"

#include "csm-json.h"

#define PREFIX "urn:ietf:params:jmap:error:"
/* Of our own: a token is good, but the person may not come in any more. */
#define GONE_TYPE "https://casement.example/jmap/error/accountGone"

G_DEFINE_QUARK (csm-jmap-error-quark, csm_jmap_error)

static const struct
{
  CsmJmapError code;
  const char  *name;
} names[] = {
  { CSM_JMAP_ERROR_NOT_JSON, "notJSON" },
  { CSM_JMAP_ERROR_NOT_REQUEST, "notRequest" },
  { CSM_JMAP_ERROR_LIMIT, "limit" },
  { CSM_JMAP_ERROR_UNKNOWN_CAPABILITY, "unknownCapability" },
};

static const char *
type_name (const GError *error)
{
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      if (g_error_matches (error, CSM_JMAP_ERROR, names[i].code))
        return names[i].name;
    }
  return NULL;
}

/**
 * csm_jmap_error_status:
 * @error: what is wrong with a request
 *
 * Returns: the HTTP status that goes with it
 */
guint
csm_jmap_error_status (const GError *error)
{
  if (g_error_matches (error, CSM_JMAP_ERROR, CSM_JMAP_ERROR_UNAUTHORIZED))
    return 401;
  if (g_error_matches (error, CSM_JMAP_ERROR, CSM_JMAP_ERROR_GONE))
    return 403;
  if (g_error_matches (error, CSM_JMAP_ERROR, CSM_JMAP_ERROR_LIMIT))
    {
      if (g_str_has_prefix (error->message, "maxSize"))
        return 413;
      return g_str_has_prefix (error->message, "maxConcurrent") ? 429 : 400;
    }
  return type_name (error) != NULL ? 400 : 500;
}

/**
 * csm_jmap_error_to_problem:
 * @error: what is wrong with a request
 *
 * The problem details of RFC 7807 that RFC 8620, section 3.6.1 asks for. What happened
 * inside the server is not told.
 *
 * Returns: (transfer full): an object
 */
JsonObject *
csm_jmap_error_to_problem (const GError *error)
{
  JsonObject *problem = json_object_new ();
  const char *name = type_name (error);
  guint status = csm_jmap_error_status (error);
  g_autofree char *type = name != NULL ? g_strconcat (PREFIX, name, NULL) : g_strdup (status == 403 ? GONE_TYPE : "about:blank");

  json_object_set_string_member (problem, "type", type);
  json_object_set_int_member (problem, "status", status);
  if (g_error_matches (error, CSM_JMAP_ERROR, CSM_JMAP_ERROR_LIMIT))
    json_object_set_string_member (problem, "limit", error->message);
  if (status == 500)
    json_object_set_string_member (problem, "detail", "The server failed.");
  else
    json_object_set_string_member (problem, "detail", error->message);
  return problem;
}

/**
 * csm_jmap_problem_to_error:
 * @problem: what a server answered instead of a Response
 *
 * Returns: (transfer full): an error of the domain `CSM_JMAP_ERROR`
 */
GError *
csm_jmap_problem_to_error (JsonObject *problem)
{
  const char *type = csm_json_get_string (problem, "type");
  const char *detail = csm_json_get_string (problem, "detail");
  const char *limit = csm_json_get_string (problem, "limit");

  if (csm_json_get_int (problem, "status", 0) == 401)
    return g_error_new (CSM_JMAP_ERROR, CSM_JMAP_ERROR_UNAUTHORIZED, "%s", detail != NULL ? detail : "not signed in");
  if (g_strcmp0 (type, GONE_TYPE) == 0)
    return g_error_new (CSM_JMAP_ERROR, CSM_JMAP_ERROR_GONE, "%s", detail != NULL ? detail : "the account is gone");
  for (guint i = 0; i < G_N_ELEMENTS (names) && type != NULL; i++)
    {
      g_autofree char *full = g_strconcat (PREFIX, names[i].name, NULL);

      if (!g_str_equal (type, full))
        continue;
      if (names[i].code == CSM_JMAP_ERROR_LIMIT && limit != NULL)
        detail = limit;
      return g_error_new (CSM_JMAP_ERROR, names[i].code, "%s", detail != NULL ? detail : names[i].name);
    }
  return g_error_new (CSM_JMAP_ERROR, CSM_JMAP_ERROR_SERVER, "%s", detail != NULL ? detail : "the server refused");
}

/**
 * csm_jmap_error_is_refusal:
 * @error: (nullable): why nothing was answered
 *
 * Returns: whether it is that whoever asked may not come in
 */
gboolean
csm_jmap_error_is_refusal (const GError *error)
{
  return g_error_matches (error, CSM_JMAP_ERROR, CSM_JMAP_ERROR_UNAUTHORIZED) || g_error_matches (error, CSM_JMAP_ERROR, CSM_JMAP_ERROR_GONE);
}
