/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-method.h"

#include <string.h>

#include "csm-jmap-limits.h"
#include "csm-jmap-reference.h"
#include "csm-json.h"

typedef gboolean (*MethodFunc) (CsmMethodCall *call, GError **error);

static const struct
{
  const char *verb;
  MethodFunc  func;
} methods[] = {
  { "get", csm_method_get },
  { "changes", csm_method_changes },
  { "content", csm_method_content },
  { "query", csm_method_query },
  { "queryChanges", csm_method_query_changes },
  { "set", csm_method_set },
};

/**
 * csm_method_refuse:
 * @call: a call
 * @type: the method-level error's type
 * @format: (nullable): more about it, for whoever writes a client
 *
 * Answers with an error.
 *
 * Returns: %TRUE, for the callers' sake: the call has been answered
 */
gboolean
csm_method_refuse (CsmMethodCall *call,
                   const char    *type,
                   const char    *format,
                   ...)
{
  g_autofree char *description = NULL;
  va_list args;

  if (format != NULL)
    {
      va_start (args, format);
      description = g_strdup_vprintf (format, args);
      va_end (args);
    }
  csm_jmap_response_writer_add_error (call->context->writer, type, description, call->call_id);
  return TRUE;
}

/**
 * csm_method_check:
 * @call: a call
 * @known: (array zero-terminated=1): the arguments that the method has, besides `accountId`
 *
 * Returns: whether the call has no others; otherwise it has been refused
 */
gboolean
csm_method_check (CsmMethodCall      *call,
                  const char * const *known)
{
  JsonObjectIter iter;
  const char *name;

  json_object_iter_init_ordered (&iter, call->arguments);
  while (json_object_iter_next_ordered (&iter, &name, NULL))
    {
      if (g_str_equal (name, "accountId") || g_strv_contains (known, name))
        continue;
      csm_method_refuse (call, CSM_JMAP_INVALID_ARGUMENTS, "there is no argument “%s”", name);
      return FALSE;
    }
  return TRUE;
}

/**
 * csm_method_get_flag:
 * @call: a call
 * @name: an argument that is false unless given
 * @value: (out): its value
 *
 * Returns: whether it is a boolean, null or missing; otherwise the call has been refused
 */
gboolean
csm_method_get_flag (CsmMethodCall *call,
                     const char    *name,
                     gboolean      *value)
{
  JsonNode *node = json_object_get_member (call->arguments, name);

  *value = csm_json_get_boolean (call->arguments, name);
  if (node == NULL || JSON_NODE_HOLDS_NULL (node) || (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_BOOLEAN))
    return TRUE;
  csm_method_refuse (call, CSM_JMAP_INVALID_ARGUMENTS, "“%s” is not a boolean", name);
  return FALSE;
}

/**
 * csm_method_get_number:
 * @call: a call
 * @name: an argument
 * @lowest: the lowest value
 * @fallback: what null and a missing argument mean
 * @value: (out): its value
 *
 * Returns: whether it is an integer of JMAP's, null or missing; otherwise the call has been refused
 */
gboolean
csm_method_get_number (CsmMethodCall *call,
                       const char    *name,
                       gint64         lowest,
                       gint64         fallback,
                       gint64        *value)
{
  JsonNode *node = json_object_get_member (call->arguments, name);
  const gint64 highest = (G_GINT64_CONSTANT (1) << 53) - 1;

  *value = fallback;
  if (node == NULL || JSON_NODE_HOLDS_NULL (node))
    return TRUE;
  if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_INT64)
    {
      *value = json_node_get_int (node);
      if (*value >= lowest && *value <= highest && *value >= -highest)
        return TRUE;
    }
  csm_method_refuse (call, CSM_JMAP_INVALID_ARGUMENTS, "“%s” is not a number that it can be", name);
  return FALSE;
}

static MethodFunc
find_method (const char           *name,
             const CsmRecordType **type)
{
  const char *slash = strchr (name, '/');
  g_autofree char *type_name = slash != NULL ? g_strndup (name, slash - name) : NULL;

  *type = csm_record_type_by_name (type_name);
  for (guint i = 0; i < G_N_ELEMENTS (methods) && *type != NULL; i++)
    {
      if (g_str_equal (methods[i].verb, slash + 1))
        return methods[i].func;
    }
  return NULL;
}

/* The account that the call names, if the type lives in it. FALSE: refused. */
static gboolean
find_account (CsmMethodCall *call)
{
  const CsmAccountRow *workspace = call->context->workspace, *personal = call->context->personal;
  const char *id = csm_json_get_string (call->arguments, "accountId");
  const CsmAccountRow *account;
  gboolean is_personal = (call->type->flags & CSM_RECORD_PERSONAL) != 0;

  if (id == NULL)
    {
      csm_method_refuse (call, CSM_JMAP_INVALID_ARGUMENTS, "“accountId” is missing");
      return FALSE;
    }
  if (g_str_equal (id, workspace->id))
    account = workspace;
  else if (g_str_equal (id, personal->id))
    account = personal;
  else
    {
      csm_method_refuse (call, CSM_JMAP_ACCOUNT_NOT_FOUND, NULL);
      return FALSE;
    }
  if ((account == personal) != is_personal)
    {
      csm_method_refuse (call, CSM_JMAP_ACCOUNT_NOT_SUPPORTED, NULL);
      return FALSE;
    }
  call->account = account->account;
  call->account_id = account->id;
  return TRUE;
}

static JsonNode *
find_answer (gpointer     data,
             const char  *call_id,
             const char **name)
{
  return csm_jmap_response_writer_find (data, call_id, name);
}

/* What the server can't do leaves nothing behind (RFC 8620, section 3.6.2): neither records nor half an answer. */
static void
run_guarded (CsmMethodCall *call,
             MethodFunc     func)
{
  CsmMethodContext *context = call->context;
  gboolean writes = func == csm_method_set, worked;
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) undo_error = NULL;

  if (writes && !csm_txn_savepoint (context->txn, &error))
    {
      csm_method_refuse (call, CSM_JMAP_SERVER_FAIL, NULL);
      return;
    }
  worked = func (call, &error);
  if (worked && (!writes || csm_txn_release (context->txn, TRUE, &error)))
    return;
  g_warning ("%s failed: %s", call->name, error->message);
  /* What could not be kept has been undone already, but it has been answered. */
  if (worked)
    csm_jmap_response_writer_cancel (context->writer);
  else if (writes && !csm_txn_release (context->txn, FALSE, &undo_error))
    g_warning ("%s could not be undone: %s", call->name, undo_error->message);
  csm_method_refuse (call, CSM_JMAP_SERVER_FAIL, "the server failed; nothing was changed");
}

static void
run_one (CsmMethodContext  *context,
         const CsmJmapCall *given)
{
  CsmMethodCall call = { .context = context, .name = given->name, .call_id = given->call_id };
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) arguments = NULL;
  gboolean is_echo = g_str_equal (given->name, "Core/echo") && csm_jmap_request_uses (context->request, CSM_JMAP_CAPABILITY_CORE);
  MethodFunc func = find_method (given->name, &call.type);

  if (!is_echo && (func == NULL || !csm_jmap_request_uses (context->request, call.type->capability)))
    {
      csm_method_refuse (&call, CSM_JMAP_UNKNOWN_METHOD, NULL);
      return;
    }
  arguments = csm_jmap_resolve_references (given->arguments, find_answer, context->writer, &error);
  if (arguments == NULL)
    {
      gboolean reference = g_error_matches (error, CSM_JMAP_ERROR, CSM_JMAP_ERROR_INVALID_RESULT_REFERENCE);

      csm_method_refuse (&call, reference ? CSM_JMAP_INVALID_RESULT_REFERENCE : CSM_JMAP_INVALID_ARGUMENTS, "%s", error->message);
      return;
    }
  call.arguments = arguments;
  if (is_echo)
    csm_jmap_response_writer_add (context->writer, given->name, arguments, given->call_id);
  else if (find_account (&call))
    run_guarded (&call, func);
}

/**
 * csm_method_run_all:
 * @context: a request
 *
 * Runs the calls of a request in their order. On a database thread.
 */
void
csm_method_run_all (CsmMethodContext *context)
{
  for (guint i = 0; i < context->request->calls->len; i++)
    {
      const CsmJmapCall *call = g_ptr_array_index (context->request->calls, i);

      if (csm_jmap_response_writer_get_size (context->writer) <= CSM_JMAP_MAX_SIZE_RESPONSE)
        run_one (context, call);
      else
        csm_jmap_response_writer_add_error (context->writer, CSM_JMAP_REQUEST_TOO_LARGE, "the response is too long already", call->call_id);
    }
}
