/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#define G_LOG_DOMAIN "csm-client"
#include "config.h"
#include "csm-push-answer.h"

#include "csm-jmap-error.h"
#include "csm-json.h"
#include "csm-time.h"

/* Operations to /set calls, and the answers to what becomes of each. */

#define MAX_TRIES 3
#define MAX_BACK_OFF_SECONDS 60

static void
push_call_free (CsmPushCall *call)
{
  g_free (call->call_id);
  g_ptr_array_unref (call->ops);
  g_free (call);
}

static CsmPushCall *
call_of_type (GPtrArray *calls,
              CsmTypeId  type)
{
  CsmPushCall *call;

  for (guint i = 0; i < calls->len; i++)
    {
      call = g_ptr_array_index (calls, i);
      if (call->type == type)
        return call;
    }
  call = g_new0 (CsmPushCall, 1);
  call->type = type;
  call->ops = g_ptr_array_new ();
  g_ptr_array_add (calls, call);
  return call;
}

static JsonObject *
arguments_of (CsmPushCall *call,
              const char  *account)
{
  JsonObject *arguments = json_object_new (), *create = json_object_new (), *update = json_object_new (), *op_ids = json_object_new ();
  JsonArray *destroy = json_array_new ();

  for (guint i = 0; i < call->ops->len; i++)
    {
      CsmOperation *op = g_ptr_array_index (call->ops, i);

      if (g_str_equal (op->kind, "create"))
        json_object_set_object_member (create, op->record_id, json_object_ref (op->payload));
      else if (g_str_equal (op->kind, "update"))
        json_object_set_object_member (update, op->record_id, json_object_ref (op->payload));
      else
        json_array_add_string_element (destroy, op->record_id);
      json_object_set_string_member (op_ids, op->record_id, op->op_id);
    }
  json_object_set_string_member (arguments, "accountId", account);
  json_object_set_object_member (arguments, "create", create);
  json_object_set_object_member (arguments, "update", update);
  json_object_set_array_member (arguments, "destroy", destroy);
  json_object_set_object_member (arguments, "operationIds", op_ids);
  return arguments;
}

/**
 * csm_push_calls_build:
 * @ops: (element-type CsmOperation): at most one for each record, in any order; all can be read
 * @workspace_account: an account's id
 * @personal_account: another
 * @request: gets one /set call for each type
 *
 * Returns: (transfer full) (element-type CsmPushCall): the calls; they borrow from @ops
 */
GPtrArray *
csm_push_calls_build (GPtrArray             *ops,
                      const char            *workspace_account,
                      const char            *personal_account,
                      CsmJmapRequestBuilder *request)
{
  GPtrArray *calls = g_ptr_array_new_with_free_func ((GDestroyNotify) push_call_free);

  for (guint i = 0; i < ops->len; i++)
    {
      CsmOperation *op = g_ptr_array_index (ops, i);

      g_ptr_array_add (call_of_type (calls, op->type)->ops, op);
    }
  for (guint i = 0; i < calls->len; i++)
    {
      CsmPushCall *call = g_ptr_array_index (calls, i);
      const CsmRecordType *type = csm_record_type_get (call->type);
      g_autofree char *method = g_strconcat (type->name, "/set", NULL);
      gboolean personal = (type->flags & CSM_RECORD_PERSONAL) != 0;

      call->call_id = csm_jmap_request_builder_add (request, method, arguments_of (call, personal ? personal_account : workspace_account));
    }
  return calls;
}

/**
 * csm_push_back_off:
 * @tries: how often it was tried
 *
 * Returns: µs to wait: doubling from a second to a minute, ± 30 %
 */
gint64
csm_push_back_off (int tries)
{
  double seconds = MIN (MAX_BACK_OFF_SECONDS, (double) (1 << CLAMP (tries - 1, 0, 10)));

  return (gint64) (seconds * g_random_double_range (0.7, 1.3) * (double) CSM_SECOND);
}

static gboolean
is_one_of (const char *type,
           const char *types)
{
  g_auto (GStrv) names = g_strsplit (types, " ", -1);

  return g_strv_contains ((const char * const *) names, type);
}

/**
 * csm_push_result_of_error:
 * @op: an operation
 * @type: the error's type
 * @description: (nullable): what the server says
 *
 * Decides by the type alone, never by the text. What may pass is tried again for ever; what the server fails at, three
 * times; what it refuses is for a person to decide.
 *
 * Returns: (transfer full): what becomes of @op
 */
CsmOpResult *
csm_push_result_of_error (CsmOperation *op,
                          const char   *type,
                          const char   *description)
{
  gboolean retry = is_one_of (type, "serverUnavailable serverPartialFail rateLimit requestTooLarge limit");
  gboolean refused = is_one_of (type, "forbidden overQuota tooLarge notFound invalidPatch invalidProperties invalidArguments willDestroy singleton "
                                      "alreadyExists alreadyDestroyed recordMismatch stateMismatch caseMoved tooLate cannotSend");
  CsmOpResult *result;

  retry = retry || (!refused && op->tries < MAX_TRIES);
  result = csm_op_result_new (op->seq, retry ? CSM_OUTCOME_RETRY : CSM_OUTCOME_PARK);
  result->error = g_strdup (type);
  result->description = g_strdup (description);
  if (retry)
    result->not_before = csm_time_now () + csm_push_back_off (op->tries);
  return result;
}

static CsmOpResult *
done (CsmOperation *op,
      JsonNode     *server)
{
  CsmOpResult *result = csm_op_result_new (op->seq, CSM_OUTCOME_DONE);

  if (server != NULL && JSON_NODE_HOLDS_OBJECT (server))
    result->server = csm_json_copy_object (json_node_get_object (server));
  return result;
}

static CsmOpResult *
result_of_set_error (CsmOperation *op,
                     JsonObject   *error)
{
  const char *type = csm_json_get_string (error, "type");

  if (type == NULL)
    type = CSM_JMAP_SERVER_FAIL;
  /* An answer was lost: what we wanted is there. */
  if (g_str_equal (type, CSM_JMAP_ALREADY_EXISTS) && g_strcmp0 (csm_json_get_string (error, "existingId"), op->record_id) == 0)
    return csm_op_result_new (op->seq, CSM_OUTCOME_EXISTS);
  if (g_str_equal (op->kind, "destroy") && g_str_equal (type, CSM_JMAP_NOT_FOUND))
    return csm_op_result_new (op->seq, CSM_OUTCOME_DONE);
  return csm_push_result_of_error (op, type, csm_json_get_string (error, "description"));
}

static gboolean
array_has (JsonArray  *array,
           const char *id)
{
  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    {
      JsonNode *node = json_array_get_element (array, i);

      if (csm_json_is_string (node) && g_str_equal (json_node_get_string (node), id))
        return TRUE;
    }
  return FALSE;
}

static CsmOpResult *
answer_op (CsmOperation *op,
           JsonObject   *arguments)
{
  gboolean create = g_str_equal (op->kind, "create"), update = g_str_equal (op->kind, "update");
  JsonObject *yes = csm_json_get_object (arguments, create ? "created" : "updated");
  JsonObject *no = csm_json_get_object (arguments, create ? "notCreated" : update ? "notUpdated" : "notDestroyed");
  JsonObject *error = csm_json_get_object (no, op->record_id);

  if (error != NULL)
    return result_of_set_error (op, error);
  if ((create || update) && yes != NULL && json_object_has_member (yes, op->record_id))
    return done (op, json_object_get_member (yes, op->record_id));
  if (!create && !update && array_has (csm_json_get_array (arguments, "destroyed"), op->record_id))
    return done (op, NULL);
  return csm_push_result_of_error (op, CSM_JMAP_SERVER_FAIL, "the server left it unanswered");
}

/**
 * csm_push_calls_answer:
 * @calls: (element-type CsmPushCall): what was sent
 * @response: what came back
 * @results: (element-type CsmOpResult): one for each operation is added
 * @resync: (out): whether all has to be fetched again
 */
void
csm_push_calls_answer (GPtrArray       *calls,
                       CsmJmapResponse *response,
                       GPtrArray       *results,
                       gboolean        *resync)
{
  *resync = FALSE;
  for (guint i = 0; i < calls->len; i++)
    {
      CsmPushCall *call = g_ptr_array_index (calls, i);
      const CsmJmapCall *answer = csm_jmap_response_find (response, call->call_id);
      const char *type = answer != NULL ? csm_jmap_call_error_type (answer) : CSM_JMAP_SERVER_FAIL;

      if (g_strcmp0 (type, CSM_JMAP_SERVER_PARTIAL_FAIL) == 0)
        *resync = TRUE;
      for (guint j = 0; j < call->ops->len; j++)
        {
          CsmOperation *op = g_ptr_array_index (call->ops, j);

          if (type != NULL)
            g_ptr_array_add (results, csm_push_result_of_error (op, type, answer != NULL ? csm_json_get_string (answer->arguments, "description") : NULL));
          else
            g_ptr_array_add (results, answer_op (op, answer->arguments));
        }
    }
}
