/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-push-answer.h"

#include <string.h>

#include "csm-failpoint.h"
#include "csm-id.h"
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

/* Of a call's arguments and of each operation, besides its payload */
#define CALL_SIZE 300
#define OPERATION_SIZE 200

static int
rank_of (CsmOperation *op)
{
  return g_str_equal (op->kind, "create") ? 0 : g_str_equal (op->kind, "update") ? 1 : 2;
}

static const char *
lane_of (CsmOperation *op)
{
  return op->case_id != NULL ? op->case_id : op->record_id;
}

/*
 * Whether @op may join @call so that what is in one lane is done in its order: within a call creations come first, then changes.
 * @same_lane: something of its lane is in there.
 */
static gboolean
may_join (CsmPushCall  *call,
          CsmOperation *op,
          gboolean     *same_lane)
{
  gboolean may = call->type == op->type;

  *same_lane = FALSE;
  for (guint i = 0; i < call->ops->len; i++)
    {
      CsmOperation *other = g_ptr_array_index (call->ops, i);

      if (!g_str_equal (lane_of (other), lane_of (op)))
        continue;
      *same_lane = TRUE;
      may = may && rank_of (other) <= rank_of (op) && !g_str_equal (other->record_id, op->record_id);
    }
  return may;
}

/* The call that @op goes into: the earliest behind which nothing of its lane stands. NULL: there is none yet. */
static CsmPushCall *
find_call (GPtrArray           *calls,
           CsmOperation        *op,
           const CsmPushLimits *limits)
{
  CsmPushCall *found = NULL;

  for (guint i = calls->len; i > 0; i--)
    {
      CsmPushCall *call = g_ptr_array_index (calls, i - 1);
      gboolean same_lane;

      if (may_join (call, op, &same_lane) && call->ops->len < limits->objects)
        found = call;
      if (same_lane)
        break;
    }
  return found;
}

static CsmPushCall *
add_call (GPtrArray *calls,
          CsmTypeId  type)
{
  CsmPushCall *call = g_new0 (CsmPushCall, 1);

  call->type = type;
  call->ops = g_ptr_array_new ();
  g_ptr_array_add (calls, call);
  return call;
}

/* The bugs that what is sent again is new to the server: an update, a mail. */
static gboolean
plant_replay (CsmOperation *op,
              JsonObject   *create)
{
  gboolean again = op->type == CSM_TYPE_ID_SUBMISSION && g_str_equal (op->kind, "create") && op->sends > 1 && csm_fault_enabled ("double-send");
  g_autofree char *id = again ? csm_id_new ('s') : NULL;

  if (again)
    json_object_set_object_member (create, id, json_object_ref (op->payload));
  return again || (g_str_equal (op->kind, "update") && csm_fault_enabled ("no-operation-id"));
}

static JsonObject *
arguments_of (CsmPushCall *call,
              const char  *account)
{
  JsonObject *arguments = json_object_new (), *create = json_object_new (), *update = json_object_new (), *op_ids = json_object_new ();
  JsonObject *modseqs = json_object_new ();
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
      if (!plant_replay (op, create))
        json_object_set_string_member (op_ids, op->record_id, op->op_id);
      if (op->if_modseq >= 0)
        json_object_set_int_member (modseqs, op->record_id, op->if_modseq);
    }
  json_object_set_string_member (arguments, "accountId", account);
  json_object_set_object_member (arguments, "create", create);
  json_object_set_object_member (arguments, "update", update);
  json_object_set_array_member (arguments, "destroy", destroy);
  json_object_set_object_member (arguments, "operationIds", op_ids);
  json_object_set_object_member (arguments, "ifRecordModseq", modseqs);
  return arguments;
}

static guint64
size_of (CsmOperation *op)
{
  g_autofree char *text = csm_json_write_object (op->payload);

  return strlen (text) + OPERATION_SIZE;
}

/**
 * csm_push_calls_build:
 * @ops: (element-type CsmOperation): at most one for each record, but a reply and its cancellation; all can be read
 * @limits: what the request may hold
 * @workspace_account: an account's id
 * @personal_account: another
 * @request: gets /set calls that do things in the order of their lanes
 * @results: (element-type CsmOpResult): gets what becomes of the operations that have no room
 *
 * Returns: (transfer full) (element-type CsmPushCall): the calls; they borrow from @ops
 */
GPtrArray *
csm_push_calls_build (GPtrArray             *ops,
                      const CsmPushLimits   *limits,
                      const char            *workspace_account,
                      const char            *personal_account,
                      CsmJmapRequestBuilder *request,
                      GPtrArray             *results)
{
  GPtrArray *calls = g_ptr_array_new_with_free_func ((GDestroyNotify) push_call_free);
  guint64 size = CALL_SIZE;
  guint n = 0;

  for (; n < ops->len; n++)
    {
      CsmOperation *op = g_ptr_array_index (ops, n);
      CsmPushCall *call = find_call (calls, op, limits);
      guint64 more = size_of (op) + (call == NULL ? CALL_SIZE : 0);

      if (more + CALL_SIZE > limits->size)
        {
          g_ptr_array_add (results, csm_push_result_of_error (op, CSM_JMAP_TOO_LARGE, NULL));
          continue;
        }
      /* What has no room, and all behind it, waits for the next request. */
      if (size + more > limits->size || (call == NULL && calls->len >= limits->calls))
        break;
      if (call == NULL)
        call = add_call (calls, op->type);
      g_ptr_array_add (call->ops, op);
      size += more;
    }
  for (; n < ops->len; n++)
    g_ptr_array_add (results, csm_push_result_unsent (g_ptr_array_index (ops, n)));
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
 * csm_push_result_unsent:
 * @op: an operation that was taken, and did not leave
 *
 * Returns: (transfer full): it waits again
 */
CsmOpResult *
csm_push_result_unsent (CsmOperation *op)
{
  return csm_op_result_new (op->seq, CSM_OUTCOME_UNSENT);
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
                                      "alreadyExists alreadyDestroyed recordMismatch stateMismatch caseMoved needsReview tooLate cannotSend");
  int answers = g_strcmp0 (op->error, type) == 0 ? op->tries + 1 : 1;
  CsmOpResult *result;

  retry = retry || (!refused && answers < MAX_TRIES);
  result = csm_op_result_new (op->seq, retry ? CSM_OUTCOME_RETRY : CSM_OUTCOME_PARK);
  result->error = g_strdup (type);
  result->description = g_strdup (description);
  result->maybe_done = g_str_equal (type, CSM_JMAP_SERVER_PARTIAL_FAIL);
  if (retry)
    result->not_before = csm_time_now () + csm_push_back_off (answers);
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

/* The record is another one than was seen: with what it is, it can be decided at once whether that matters. */
static CsmOpResult *
mismatch (CsmOperation *op,
          JsonObject   *error)
{
  CsmOpResult *result = csm_op_result_new (op->seq, CSM_OUTCOME_MISMATCH);
  int answers = g_strcmp0 (op->error, CSM_JMAP_RECORD_MISMATCH) == 0 ? op->tries + 1 : 1;

  result->error = g_strdup (CSM_JMAP_RECORD_MISMATCH);
  result->server = csm_json_copy_object (csm_json_get_object (error, "record"));
  result->modseq = csm_json_get_int (error, "modseq", 0);
  if (answers > MAX_TRIES)
    result->not_before = csm_time_now () + csm_push_back_off (answers - MAX_TRIES);
  return result;
}

static gboolean
names_attachments (JsonObject *error)
{
  JsonArray *properties = csm_json_get_array (error, "properties");

  return g_strcmp0 (csm_json_get_string (error, "type"), CSM_JMAP_INVALID_PROPERTIES) == 0 && (array_has (properties, "attachments") || array_has (properties, "files"));
}

static CsmOpResult *
file_gone (CsmOperation *op)
{
  CsmOpResult *result = csm_op_result_new (op->seq, CSM_OUTCOME_RETRY);

  result->error = g_strdup (CSM_FILE_GONE);
  return result;
}

static CsmOpResult *
result_of_set_error (CsmOperation *op,
                     JsonObject   *error)
{
  const char *type = csm_json_get_string (error, "type");
  CsmOpResult *result;

  if (type == NULL)
    type = CSM_JMAP_SERVER_FAIL;
  /* An answer was lost: what we wanted is there. */
  if (g_str_equal (type, CSM_JMAP_ALREADY_EXISTS) && g_strcmp0 (csm_json_get_string (error, "existingId"), op->record_id) == 0)
    return csm_op_result_new (op->seq, CSM_OUTCOME_EXISTS);
  if (g_str_equal (op->kind, "create") && op->sends > 1 && g_str_equal (type, CSM_JMAP_ALREADY_DESTROYED))
    return csm_op_result_new (op->seq, CSM_OUTCOME_GONE);
  if (g_str_equal (op->kind, "destroy") && g_str_equal (type, CSM_JMAP_NOT_FOUND))
    return csm_op_result_new (op->seq, CSM_OUTCOME_DONE);
  if (g_str_equal (type, CSM_JMAP_RECORD_MISMATCH) && csm_json_get_object (error, "record") != NULL)
    return mismatch (op, error);
  /* The server has thrown the file away, as it may after an hour: it is uploaded again. */
  if (op->has_files && names_attachments (error) && (g_strcmp0 (op->error, CSM_FILE_GONE) != 0 || op->tries < MAX_TRIES))
    return file_gone (op);
  result = csm_push_result_of_error (op, type, csm_json_get_string (error, "description"));
  result->newer_id = g_strdup (csm_json_get_string (error, "newerId"));
  return result;
}

static CsmOpResult *
answer_op (CsmOperation *op,
           JsonObject   *arguments)
{
  gboolean create = g_str_equal (op->kind, "create"), update = g_str_equal (op->kind, "update");
  JsonObject *yes = csm_json_get_object (arguments, create ? "created" : "updated");
  JsonObject *no = csm_json_get_object (arguments, create ? "notCreated" : update ? "notUpdated" : "notDestroyed");
  JsonObject *error = csm_json_get_object (no, op->record_id);
  CsmOpResult *result;

  if (error != NULL)
    return result_of_set_error (op, error);
  if ((create || update) && yes != NULL && json_object_has_member (yes, op->record_id))
    return done (op, json_object_get_member (yes, op->record_id));
  if (!create && !update && array_has (csm_json_get_array (arguments, "destroyed"), op->record_id))
    return done (op, NULL);
  result = csm_push_result_of_error (op, CSM_JMAP_SERVER_FAIL, "the server left it unanswered");
  result->maybe_done = TRUE;
  return result;
}

/* How far the type was when that was done: pages that went further are not to be told by it. */
static CsmOpResult *
with_state (CsmOpResult *result,
            JsonObject  *arguments)
{
  result->state = g_strdup (csm_json_get_string (arguments, "newState"));
  return result;
}

static CsmOpResult *
answer_too_large (CsmPushCall  *call,
                  CsmOperation *op)
{
  return call->ops->len > 1 ? csm_push_result_unsent (op) : csm_push_result_of_error (op, CSM_JMAP_TOO_LARGE, NULL);
}

static void
note_error (CsmPushCall *call,
            const char  *type,
            CsmPushNews *news)
{
  if (is_one_of (type, CSM_JMAP_SERVER_PARTIAL_FAIL))
    news->resync = TRUE;
  if (is_one_of (type, CSM_JMAP_ACCOUNT_NOT_FOUND " " CSM_JMAP_ACCOUNT_READ_ONLY " " CSM_JMAP_ACCOUNT_NOT_SUPPORTED " " CSM_JMAP_REQUEST_TOO_LARGE))
    news->refresh = TRUE;
  if (is_one_of (type, CSM_JMAP_REQUEST_TOO_LARGE))
    news->too_many = MAX (news->too_many, call->ops->len);
}

/**
 * csm_push_calls_answer:
 * @calls: (element-type CsmPushCall): what was sent
 * @response: what came back
 * @results: (element-type CsmOpResult): one for each operation is added
 * @news: (out): what else it tells
 */
void
csm_push_calls_answer (GPtrArray       *calls,
                       CsmJmapResponse *response,
                       GPtrArray       *results,
                       CsmPushNews     *news)
{
  *news = (CsmPushNews) { 0 };
  for (guint i = 0; i < calls->len; i++)
    {
      CsmPushCall *call = g_ptr_array_index (calls, i);
      const CsmJmapCall *answer = csm_jmap_response_find (response, call->call_id);
      const char *type = answer != NULL ? csm_jmap_call_error_type (answer) : CSM_JMAP_SERVER_FAIL;

      if (type != NULL)
        note_error (call, type, news);
      for (guint j = 0; j < call->ops->len; j++)
        {
          CsmOperation *op = g_ptr_array_index (call->ops, j);

          if (type == NULL)
            g_ptr_array_add (results, with_state (answer_op (op, answer->arguments), answer->arguments));
          else if (g_str_equal (type, CSM_JMAP_REQUEST_TOO_LARGE))
            g_ptr_array_add (results, answer_too_large (call, op));
          else
            g_ptr_array_add (results, csm_push_result_of_error (op, type, answer != NULL ? csm_json_get_string (answer->arguments, "description") : NULL));
        }
    }
}
