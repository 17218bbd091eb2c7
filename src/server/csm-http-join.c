/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-http-private.h"

#include <string.h>

#include "csm-code.h"
#include "csm-id.h"
#include "csm-jmap-error.h"
#include "csm-json.h"
#include "csm-password.h"
#include "csm-time.h"

#define MAX_BODY 8192

/* A guest who comes with a code and chooses a password. */
typedef struct
{
  CsmExchange *exchange;
  char        *email;
  char        *code_hash;
  char        *password;
  char        *device_name;
  char        *address;
  char        *person_id;
  char        *hash;
  char        *token;
} Join;

static void
join_free (Join *self)
{
  csm_exchange_unref (self->exchange);
  g_free (self->email);
  g_free (self->code_hash);
  memset (self->password, 0, strlen (self->password));
  g_free (self->password);
  g_free (self->device_name);
  g_free (self->address);
  g_free (self->person_id);
  g_free (self->hash);
  g_free (self->token);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Join, join_free)

static gpointer
find_invitation (CsmTxn        *txn,
                 gpointer       input,
                 GCancellable  *cancellable,
                 GError       **error)
{
  Join *self = input;
  g_autoptr (GError) local = NULL;

  g_clear_pointer (&self->person_id, g_free);
  self->person_id = csm_txn_find_invitation (txn, self->code_hash, self->email, csm_time_now (), &local);
  if (local != NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  else if (self->person_id == NULL)
    g_set_error_literal (error, CSM_JMAP_ERROR, CSM_JMAP_ERROR_UNAUTHORIZED, "the code is wrong");
  return GINT_TO_POINTER (self->person_id != NULL);
}

/* Somebody may have used the code meanwhile. */
static gpointer
write_guest (CsmTxn        *txn,
             gpointer       input,
             GCancellable  *cancellable,
             GError       **error)
{
  Join *self = input;
  g_autofree char *token_hash = csm_auth_hash_token (self->token);
  g_autofree char *device_id = csm_id_new ('d');

  return GINT_TO_POINTER (find_invitation (txn, self, cancellable, error) != NULL &&
                          csm_txn_drop_invitations (txn, self->person_id, error) &&
                          csm_txn_set_password (txn, self->person_id, self->hash, error) &&
                          csm_txn_add_token (txn, token_hash, self->person_id, device_id, self->device_name, error));
}

static void
reply_problem (Join         *self,
               const GError *error)
{
  if (g_error_matches (error, CSM_JMAP_ERROR, CSM_JMAP_ERROR_UNAUTHORIZED))
    csm_exchange_reply_status (self->exchange, 401, "The address or the code is wrong, or the code is too old.");
  else
    csm_exchange_reply_error (self->exchange, error);
}

static void
written_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (Join) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) answer = NULL;
  g_autofree char *session_url = g_strconcat (self->exchange->base_url, "/jmap/session", NULL);

  if (csm_store_run_finish (CSM_STORE (source), result, &error) == NULL)
    {
      reply_problem (self, error);
      return;
    }
  csm_throttle_clear (self->exchange->server->account_throttle, self->email);
  csm_throttle_take_back (self->exchange->server->address_throttle, self->address, g_get_monotonic_time ());
  if (!self->exchange->over)
    csm_guest_trust (self->exchange->guest);
  answer = json_object_new ();
  json_object_set_string_member (answer, "token", self->token);
  json_object_set_string_member (answer, "personId", self->person_id);
  json_object_set_string_member (answer, "sessionUrl", session_url);
  csm_exchange_reply_json (self->exchange, 200, answer);
}

static void
hash_thread (GTask        *task,
             gpointer      source,
             gpointer      task_data,
             GCancellable *cancellable)
{
  Join *self = task_data;
  GError *error = NULL;

  self->hash = csm_password_hash (self->password, &error);
  if (self->hash != NULL)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
hashed_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (Join) self = user_data;
  CsmHttpServer *server = self->exchange->server;
  g_autoptr (GError) error = NULL;

  server->hashing--;
  if (!g_task_propagate_boolean (G_TASK (result), &error))
    {
      csm_exchange_reply_error (self->exchange, error);
      return;
    }
  self->token = csm_auth_make_token ();
  csm_store_run_async (server->store, TRUE, write_guest, self, NULL, NULL, NULL, written_cb, self);
  self = NULL;
}

/* Who has no code makes nobody hash a password. */
static void
found_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (Join) self = user_data;
  CsmHttpServer *server = self->exchange->server;
  g_autoptr (GTask) task = NULL;
  g_autoptr (GError) error = NULL;

  if (csm_store_run_finish (CSM_STORE (source), result, &error) == NULL)
    {
      server->hashing--;
      reply_problem (self, error);
      return;
    }
  task = g_task_new (NULL, NULL, hashed_cb, self);
  g_task_set_task_data (task, self, NULL);
  g_task_run_in_thread (task, hash_thread);
  self = NULL;
}

static void
join_received (CsmExchange *exchange)
{
  g_autoptr (JsonObject) given = csm_json_parse_object ((const char *) exchange->body->data, exchange->body->len, NULL);
  const char *email = csm_json_get_string (given, "address"), *code = csm_json_get_string (given, "code");
  const char *password = csm_json_get_string (given, "password"), *device_name = csm_json_get_string (given, "deviceName");
  CsmHttpServer *server = exchange->server;
  g_autoptr (Join) self = NULL;
  g_autoptr (GError) error = NULL;
  gint64 wait;

  if (email == NULL || code == NULL || password == NULL || strlen (email) > 1000 || strlen (code) > 255 ||
      (device_name != NULL && strlen (device_name) > 255) || exchange->base_url == NULL)
    {
      csm_exchange_reply_status (exchange, 400, "An address, a code and a password are needed.");
      return;
    }
  if (!csm_password_check_new (password, &error))
    {
      csm_exchange_reply_status (exchange, 400, error->message);
      return;
    }
  self = g_new0 (Join, 1);
  self->exchange = csm_exchange_ref (exchange);
  self->email = g_utf8_strdown (email, -1);
  self->code_hash = csm_code_hash (code);
  self->password = g_strdup (password);
  self->device_name = g_strdup (device_name != NULL && *device_name != '\0' ? device_name : "unnamed");
  self->address = csm_throttle_key_of_address (soup_server_message_get_remote_host (exchange->msg));
  wait = csm_http_try (exchange, self->address, self->email);
  if (wait > 0)
    {
      csm_http_reply_wait (exchange, wait);
      return;
    }
  server->hashing++;
  csm_store_run_async (server->store, FALSE, find_invitation, self, NULL, NULL, NULL, found_cb, self);
  self = NULL;
}

/**
 * csm_http_join:
 * @exchange: a POST of {address, code, password, deviceName}
 *
 * Lets an invited guest choose a password, and signs the device in. Slowed down like any other guessing.
 */
void
csm_http_join (CsmExchange *exchange)
{
  csm_exchange_collect (exchange, MAX_BODY, "maxSizeRequest", NULL, join_received);
}
