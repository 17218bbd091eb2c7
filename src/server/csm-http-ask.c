/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-http-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "csm-ask.h"
#include "csm-error.h"
#include "csm-json.h"
#include "csm-role.h"

#define MAX_BODY 262144
/* Of all who ask. */
#define MOST_THREADS 64

static const struct
{
  const char *name;
  CsmAction   action; /* what the role has to allow */
  CsmAskFunc  func;
} table[] = {
  { "account/devices", CSM_ACTION_CHANGE_ACCOUNT, csm_ask_account_devices },
  { "account/password", CSM_ACTION_CHANGE_ACCOUNT, csm_ask_account_password },
  { "account/sign-out", CSM_ACTION_CHANGE_ACCOUNT, csm_ask_account_sign_out },
  { "customer/merge-plan", CSM_ACTION_MERGE_CUSTOMERS, csm_ask_customer_merge_plan },
  { "guest/invite", CSM_ACTION_SHARE_CASES, csm_ask_guest_invite },
  { "mailbox/connect", CSM_ACTION_CHANGE_CHANNELS, csm_ask_mailbox_connect },
  { "mailbox/find", CSM_ACTION_CHANGE_CHANNELS, csm_ask_mailbox_find },
  { "mailbox/remove", CSM_ACTION_CHANGE_CHANNELS, csm_ask_mailbox_remove },
  { "mailbox/retry", CSM_ACTION_RETRY_MAILBOXES, csm_ask_mailbox_retry },
  { "mailbox/settings", CSM_ACTION_CHANGE_CHANNELS, csm_ask_mailbox_settings },
  { "mailbox/signIn", CSM_ACTION_CHANGE_CHANNELS, csm_ask_mailbox_sign_in },
  { "mailbox/test", CSM_ACTION_CHANGE_CHANNELS, csm_ask_mailbox_test },
  { "message/images", CSM_ACTION_WORK_CASES, csm_ask_message_images },
  { "message/unsubscribe", CSM_ACTION_UNSUBSCRIBE, csm_ask_message_unsubscribe },
  { "person/admit", CSM_ACTION_CHANGE_ROLES, csm_ask_person_admit },
  { "person/code", CSM_ACTION_CHANGE_ROLES, csm_ask_person_code },
  { "person/invite", CSM_ACTION_ADD_PEOPLE, csm_ask_person_invite },
  { "person/list", CSM_ACTION_CHANGE_ROLES, csm_ask_person_list },
  { "person/mail", CSM_ACTION_ADD_PEOPLE, csm_ask_person_mail },
  { "tag/merge", CSM_ACTION_DESTROY_TAGS, csm_ask_tag_merge },
  { "workspace/changes", CSM_ACTION_CHANGE_ROLES, csm_ask_workspace_changes },
  { "workspace/zone", CSM_ACTION_CHANGE_WORKSPACE, csm_ask_workspace_zone },
};

static const struct
{
  CsmError    code;
  guint       status;
  const char *type;
} problems[] = {
  { CSM_ERROR_FAILED, 422, "failed" },
  { CSM_ERROR_INVALID, 400, "invalidArguments" },
  { CSM_ERROR_TOO_LARGE, 413, "tooLarge" },
  { CSM_ERROR_NOT_FOUND, 404, "notFound" },
  { CSM_ERROR_EXISTS, 409, "alreadyExists" },
  { CSM_ERROR_FORBIDDEN, 403, "forbidden" },
};

/* A question on its way to a thread and back. */
typedef struct
{
  CsmAuth     *auth;
  char        *token_hash;
  CsmAction    action;
  CsmAskFunc   func;
  gboolean     guesses; /* a password is given, which may be a wrong one */
  CsmAsk       ask;
} Asking;

static void
asking_free (Asking *self)
{
  csm_auth_unref (self->auth);
  g_free (self->token_hash);
  g_clear_object (&self->ask.store);
  g_clear_pointer (&self->ask.who, csm_principal_free);
  json_object_unref (self->ask.arguments);
  g_object_unref (self->ask.cancellable);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Asking, asking_free)

/* --- In a thread ------------------------------------------------------------------------------------------------------------ */

static gpointer
find_caller (CsmTxn        *txn,
             gpointer       input,
             GCancellable  *cancellable,
             GError       **error)
{
  Asking *self = input;

  return csm_auth_find (self->auth, txn, self->token_hash, error);
}

static JsonObject *
answer (Asking  *self,
        GError **error)
{
  const char *why_not;

  self->ask.who = csm_store_run (self->ask.store, FALSE, find_caller, self, error);
  if (self->ask.who == NULL)
    return NULL;
  why_not = csm_role_why_not (self->action, self->ask.who->role);
  if (why_not != NULL || (self->ask.who->projection != 0 && self->action != CSM_ACTION_CHANGE_ACCOUNT))
    {
      g_set_error_literal (error, CSM_ERROR, CSM_ERROR_FORBIDDEN, why_not != NULL ? _(why_not) : _("Guests may not ask this."));
      return NULL;
    }
  return self->func (&self->ask, error);
}

static gpointer
ask_thread (gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;
  JsonObject *object = answer (g_task_get_task_data (task), &error);

  if (object != NULL)
    g_task_return_pointer (task, object, (GDestroyNotify) json_object_unref);
  else
    g_task_return_error (task, error);
  return NULL;
}

/* --- On the main thread ------------------------------------------------------------------------------------------------------- */

static void
reply_problem (CsmExchange  *exchange,
               const GError *error)
{
  g_autoptr (JsonObject) problem = json_object_new ();

  for (guint i = 0; i < G_N_ELEMENTS (problems); i++)
    {
      if (!g_error_matches (error, CSM_ERROR, (int) problems[i].code))
        continue;
      csm_json_set_string (problem, "type", problems[i].type);
      csm_json_set_string (problem, "description", error->message);
      csm_exchange_reply_json (exchange, problems[i].status, problem);
      return;
    }
  csm_exchange_reply_error (exchange, error);
}

static void
answered_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (CsmExchange) exchange = user_data;
  Asking *self = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) object = g_task_propagate_pointer (G_TASK (result), &error);

  g_ptr_array_remove_fast (exchange->server->asking, self->ask.cancellable);
  /* The thread may end later than the server. */
  g_clear_object (&self->ask.store);
  if (exchange->over)
    return;
  if (object != NULL || error->domain == CSM_ERROR)
    csm_guest_trust (exchange->guest);
  if (object != NULL && self->guesses)
    csm_throttle_clear (exchange->server->account_throttle, self->token_hash);
  if (object != NULL)
    csm_exchange_reply_json (exchange, 200, object);
  else
    reply_problem (exchange, error);
}

static void
cut_off_cb (gpointer data)
{
  csm_exchange_cut_off (data);
}

static void
start (CsmExchange *exchange,
       CsmAction    action,
       CsmAskFunc   func,
       JsonObject  *arguments)
{
  CsmHttpServer *server = exchange->server;
  Asking *self = g_new0 (Asking, 1);
  g_autoptr (GTask) task = NULL;

  self->auth = csm_auth_ref (server->auth);
  self->token_hash = g_strdup (exchange->caller->token_hash);
  self->action = action;
  self->func = func;
  self->guesses = func == csm_ask_account_password;
  self->ask.store = g_object_ref (server->store);
  self->ask.arguments = json_object_ref (arguments);
  self->ask.cancellable = g_cancellable_new ();
#if CSM_FAILPOINTS
  /* Only in a build for tests: there the web is on this computer. */
  self->ask.allow_loopback = g_getenv ("CASEMENT_TEST_LOOPBACK") != NULL;
#endif
  exchange->cancellable = g_object_ref (self->ask.cancellable);
  g_ptr_array_add (server->asking, g_object_ref (self->ask.cancellable));
  /* Whoever goes away meanwhile is noticed. */
  csm_guest_begin (exchange->guest, CSM_GUEST_STREAM, cut_off_cb, exchange, NULL);
  task = g_task_new (NULL, NULL, answered_cb, csm_exchange_ref (exchange));
  g_task_set_task_data (task, self, (GDestroyNotify) asking_free);
  /* Not in the pool that everything else waits for. */
  g_thread_unref (g_thread_new ("csm-ask", ask_thread, g_steal_pointer (&task)));
}

/* Whoever has somebody's device has not their password yet. */
static gint64
wait_for_guess (CsmExchange *exchange,
                CsmAskFunc   func)
{
  return func == csm_ask_account_password ? csm_throttle_try (exchange->server->account_throttle, exchange->caller->token_hash, g_get_monotonic_time ()) : 0;
}

static void
received (CsmExchange *exchange)
{
  g_autofree char *name = g_strjoinv ("/", exchange->path);
  g_autoptr (JsonObject) arguments = csm_json_parse_object ((const char *) exchange->body->data, exchange->body->len, NULL);

  if (arguments == NULL)
    {
      csm_exchange_reply_status (exchange, 400, "The body is not a JSON object.");
      return;
    }
  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      gint64 wait;

      if (!g_str_equal (table[i].name, name))
        continue;
      wait = wait_for_guess (exchange, table[i].func);
      if (wait > 0)
        {
          csm_http_reply_wait (exchange, wait);
          return;
        }
      if (exchange->server->asking->len >= MOST_THREADS)
        csm_exchange_reply_limit (exchange, "maxConcurrentRequests");
      else if (csm_exchange_enter (exchange, exchange->server->asks, "maxConcurrentRequests"))
        start (exchange, table[i].action, table[i].func, arguments);
      return;
    }
  csm_exchange_reply_status (exchange, 404, "There is nothing here.");
}

/**
 * csm_http_ask:
 * @exchange: a POST of a JSON object
 *
 * What is no record: see PROTOCOL.md. What takes long is given up when the connection ends.
 */
void
csm_http_ask (CsmExchange *exchange)
{
  csm_exchange_collect (exchange, MAX_BODY, "maxSizeRequest", received);
}
