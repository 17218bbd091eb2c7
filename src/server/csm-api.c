/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-api.h"

#include "csm-json.h"
#include "csm-method.h"
#include "csm-session.h"

/* A request of this size takes about a millisecond to parse; larger ones are parsed on a thread. */
#define SMALL_REQUEST 65536

typedef struct
{
  CsmStore       *store;
  CsmAuth        *auth;
  CsmCaller      *caller;
  GBytes         *text;
  CsmJmapRequest *request;
  gboolean        socket;
} Job;

static void
job_free (Job *job)
{
  g_clear_object (&job->store);
  g_clear_pointer (&job->auth, csm_auth_unref);
  g_clear_pointer (&job->caller, csm_caller_free);
  g_clear_pointer (&job->text, g_bytes_unref);
  g_clear_pointer (&job->request, csm_jmap_request_free);
  g_free (job);
}

/**
 * csm_caller_new:
 * @token_hash: the hash of a token
 * @base_url: what this server's URLs begin with
 *
 * Returns: (transfer full): a caller
 */
CsmCaller *
csm_caller_new (const char *token_hash,
                const char *base_url)
{
  CsmCaller *caller = g_new0 (CsmCaller, 1);

  caller->token_hash = g_strdup (token_hash);
  caller->base_url = g_strdup (base_url);
  return caller;
}

/**
 * csm_caller_copy:
 * @caller: a caller
 *
 * Returns: (transfer full): a copy
 */
CsmCaller *
csm_caller_copy (const CsmCaller *caller)
{
  return csm_caller_new (caller->token_hash, caller->base_url);
}

/**
 * csm_caller_free:
 * @caller: (transfer full): a caller
 */
void
csm_caller_free (CsmCaller *caller)
{
  g_free (caller->token_hash);
  g_free (caller->base_url);
  g_free (caller);
}

static gpointer
run_request (CsmTxn        *txn,
             gpointer       input,
             GCancellable  *cancellable,
             GError       **error)
{
  Job *job = input;
  CsmJmapRequest *request = job->request;
  g_autoptr (CsmPrincipal) who = csm_auth_find (job->auth, txn, job->caller->token_hash, error);
  g_autoptr (CsmSession) session = who != NULL ? csm_session_load (txn, who, job->caller->base_url, error) : NULL;
  g_autoptr (CsmJmapResponseWriter) writer = NULL;
  g_autoptr (JsonObject) created_ids = NULL;
  CsmMethodContext context;

  if (session == NULL)
    return NULL;
  /* What does not exist for guests is nothing that they may name. */
  if (session->is_guest && csm_jmap_request_uses (request, CSM_CAPABILITY_INTERNAL))
    {
      g_set_error_literal (error, CSM_JMAP_ERROR, CSM_JMAP_ERROR_UNKNOWN_CAPABILITY, CSM_CAPABILITY_INTERNAL);
      return NULL;
    }
  writer = csm_jmap_response_writer_new (request->id, job->socket);
  created_ids = request->created_ids != NULL ? csm_json_copy_object (request->created_ids) : json_object_new ();
  context = (CsmMethodContext) {
    .txn = txn, .who = who, .request = request, .writer = writer,
    .workspace = session->workspace, .personal = session->personal, .created_ids = created_ids,
  };
  csm_method_run_all (&context);
  return csm_jmap_response_writer_finish (writer, request->created_ids != NULL ? created_ids : NULL, session->state);
}

static void
text_free (gpointer text)
{
  g_string_free (text, TRUE);
}

static void
ran_cb (GObject      *source,
        GAsyncResult *result,
        gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  GString *text = csm_store_run_finish (CSM_STORE (source), result, &error);

  if (text == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, g_string_free_to_bytes (text), (GDestroyNotify) g_bytes_unref);
}

static void
run_parsed (GTask *task)
{
  Job *job = g_task_get_task_data (task);

  csm_store_run_async (job->store, csm_jmap_request_writes (job->request), run_request, job, NULL, text_free,
                       g_task_get_cancellable (task), ran_cb, g_object_ref (task));
}

static void
parse_thread (GTask        *task,
              gpointer      source,
              gpointer      task_data,
              GCancellable *cancellable)
{
  GBytes *text = task_data;
  GError *error = NULL;
  CsmJmapRequest *request = csm_jmap_request_parse (g_bytes_get_data (text, NULL), g_bytes_get_size (text), &error);

  if (request == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, request, (GDestroyNotify) csm_jmap_request_free);
}

static void
parsed_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Job *job = g_task_get_task_data (task);
  GError *error = NULL;

  job->request = g_task_propagate_pointer (G_TASK (result), &error);
  if (job->request == NULL)
    g_task_return_error (task, error);
  else
    run_parsed (task);
}

/**
 * csm_api_run_async:
 * @store: the store
 * @auth: who tokens stand for
 * @caller: who asks
 * @request: a Request object as JSON
 * @socket: whether it came on a WebSocket
 * @cancellable: (nullable): a cancellable
 * @callback: called when the response is there; everything in it has been committed
 * @user_data: for @callback
 *
 * Runs a request as one job of the database, with the caller's right to it looked up in the same transaction. On the main thread.
 */
void
csm_api_run_async (CsmStore            *store,
                   CsmAuth             *auth,
                   const CsmCaller     *caller,
                   GBytes              *request,
                   gboolean             socket,
                   GCancellable        *cancellable,
                   GAsyncReadyCallback  callback,
                   gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (store, cancellable, callback, user_data);
  g_autoptr (GTask) parsing = NULL;
  Job *job = g_new0 (Job, 1);
  GError *error = NULL;

  g_task_set_source_tag (task, csm_api_run_async);
  job->store = g_object_ref (store);
  job->auth = csm_auth_ref (auth);
  job->caller = csm_caller_copy (caller);
  job->text = g_bytes_ref (request);
  job->socket = socket;
  g_task_set_task_data (task, job, (GDestroyNotify) job_free);
  if (g_bytes_get_size (request) > SMALL_REQUEST)
    {
      parsing = g_task_new (NULL, cancellable, parsed_cb, g_object_ref (task));
      g_task_set_task_data (parsing, g_bytes_ref (request), (GDestroyNotify) g_bytes_unref);
      g_task_run_in_thread (parsing, parse_thread);
      return;
    }
  job->request = csm_jmap_request_parse (g_bytes_get_data (request, NULL), g_bytes_get_size (request), &error);
  if (job->request == NULL)
    g_task_return_error (task, error);
  else
    run_parsed (task);
}

/**
 * csm_api_run_finish:
 * @result: what the callback got
 * @request_id: (out) (nullable) (transfer full): the request's id, when it had one
 * @error: `CSM_JMAP_ERROR`: a request-level error; anything else: the server failed
 *
 * Returns: (transfer full): the Response as JSON
 */
GBytes *
csm_api_run_finish (GAsyncResult  *result,
                    char         **request_id,
                    GError       **error)
{
  Job *job = g_task_get_task_data (G_TASK (result));

  if (request_id != NULL)
    *request_id = job->request != NULL ? g_strdup (job->request->id) : NULL;
  return g_task_propagate_pointer (G_TASK (result), error);
}
