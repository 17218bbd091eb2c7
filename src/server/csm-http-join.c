/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-admission.h"

#include <string.h>

#include "csm-code.h"
#include "csm-jmap-error.h"
#include "csm-json.h"
#include "csm-password.h"
#include "csm-time.h"

/* A guest comes with a code and chooses a password. */

static gpointer
find_invitation (CsmTxn        *txn,
                 gpointer       input,
                 GCancellable  *cancellable,
                 GError       **error)
{
  CsmAdmission *self = input;
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
  CsmAdmission *self = input;

  return GINT_TO_POINTER (find_invitation (txn, self, cancellable, error) != NULL &&
                          csm_txn_drop_invitations (txn, self->person_id, error) &&
                          csm_txn_set_password (txn, self->person_id, self->hash, error) &&
                          csm_admission_add_token (self, txn, error));
}

static void
reply_problem (CsmAdmission *self,
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
  g_autoptr (CsmAdmission) self = user_data;
  g_autoptr (GError) error = NULL;

  if (csm_store_run_finish (CSM_STORE (source), result, &error) == NULL)
    {
      reply_problem (self, error);
      return;
    }
  csm_admission_passed (self);
  csm_admission_reply (self);
}

static void
hash_thread (GTask        *task,
             gpointer      source,
             gpointer      task_data,
             GCancellable *cancellable)
{
  CsmAdmission *self = task_data;
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
  g_autoptr (CsmAdmission) self = user_data;
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
  g_autoptr (CsmAdmission) self = user_data;
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
  const char *code = csm_json_get_string (given, "code");
  g_autoptr (CsmAdmission) self = csm_admission_new (exchange, given, "address");
  g_autoptr (GError) error = NULL;

  if (self == NULL || code == NULL || strlen (code) > 255)
    {
      csm_exchange_reply_status (exchange, 400, "An address, a code and a password are needed.");
      return;
    }
  if (!csm_password_check_new (self->password, &error))
    {
      csm_exchange_reply_status (exchange, 400, error->message);
      return;
    }
  if (!csm_admission_try (self))
    return;
  self->code_hash = csm_code_hash (code);
  csm_store_run_async (exchange->server->store, FALSE, find_invitation, self, NULL, NULL, NULL, found_cb, self);
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
  csm_exchange_collect (exchange, CSM_ADMISSION_MAX_BODY, "maxSizeRequest", join_received);
}
