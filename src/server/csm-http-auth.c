/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-admission.h"

#include <string.h>

#include "csm-json.h"
#include "csm-password.h"
#include "csm-time.h"

/**
 * csm_http_reply_wait:
 * @exchange: an exchange
 * @wait: how long, µs
 *
 * Says when to come again.
 */
void
csm_http_reply_wait (CsmExchange *exchange,
                     gint64       wait)
{
  g_autofree char *seconds = g_strdup_printf ("%" G_GINT64_FORMAT, (wait + CSM_SECOND - 1) / CSM_SECOND);

  if (exchange->over)
    return;
  soup_message_headers_replace (soup_server_message_get_response_headers (exchange->msg), "Retry-After", seconds);
  csm_exchange_reply_status (exchange, 429, "Too many tries. Please wait a little.");
}

static void
reply_refused (CsmExchange *exchange)
{
  csm_exchange_reply_status (exchange, 401, "The address or the password is wrong.");
}

static gpointer
write_token (CsmTxn        *txn,
             gpointer       input,
             GCancellable  *cancellable,
             GError       **error)
{
  return GINT_TO_POINTER (csm_admission_add_token (input, txn, error));
}

static void
written_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (CsmAdmission) self = user_data;
  g_autoptr (GError) error = NULL;

  if (csm_store_run_finish (CSM_STORE (source), result, &error) != NULL)
    csm_admission_reply (self);
  else
    csm_exchange_reply_error (self->exchange, error);
}

static void
verified_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (CsmAdmission) self = user_data;
  CsmHttpServer *server = self->exchange->server;

  server->hashing--;
  if (!csm_password_verify_finish (result, NULL))
    {
      reply_refused (self->exchange);
      return;
    }
  csm_admission_passed (self);
  self->token = csm_auth_make_token ();
  csm_store_run_async (server->store, TRUE, write_token, self, NULL, NULL, NULL, written_cb, self);
  self = NULL;
}

static gpointer
find_password (CsmTxn        *txn,
               gpointer       input,
               GCancellable  *cancellable,
               GError       **error)
{
  CsmAdmission *self = input;
  g_autoptr (GError) local = NULL;

  self->hash = csm_txn_get_password (txn, self->email, &self->person_id, &local);
  if (local == NULL)
    return GINT_TO_POINTER (TRUE);
  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}

static void
found_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  CsmAdmission *self = user_data;
  g_autoptr (GError) error = NULL;

  if (csm_store_run_finish (CSM_STORE (source), result, &error) == NULL)
    {
      self->exchange->server->hashing--;
      csm_exchange_reply_error (self->exchange, error);
      csm_admission_free (self);
      return;
    }
  /* An unknown account takes as long as a known one: otherwise the time would tell which addresses there are. */
  csm_password_verify_async (self->hash, self->password, NULL, verified_cb, self);
}

static void
sign_in_received (CsmExchange *exchange)
{
  g_autoptr (JsonObject) given = csm_json_parse_object ((const char *) exchange->body->data, exchange->body->len, NULL);
  g_autoptr (CsmAdmission) self = csm_admission_new (exchange, given, "email");

  if (self == NULL || strlen (self->password) > CSM_PASSWORD_LONGEST)
    {
      csm_exchange_reply_status (exchange, 400, "An address and a password are needed.");
      return;
    }
  if (!csm_admission_try (self))
    return;
  csm_store_run_async (exchange->server->store, FALSE, find_password, self, NULL, NULL, NULL, found_cb, self);
  self = NULL;
}

/**
 * csm_http_sign_in:
 * @exchange: a POST of {email, password, deviceName}
 *
 * Makes a token for a device, and slows down whoever guesses.
 */
void
csm_http_sign_in (CsmExchange *exchange)
{
  csm_exchange_collect (exchange, CSM_ADMISSION_MAX_BODY, "maxSizeRequest", sign_in_received);
}

static gpointer
revoke_own (CsmTxn        *txn,
            gpointer       input,
            GCancellable  *cancellable,
            GError       **error)
{
  CsmExchange *exchange = input;
  g_autoptr (CsmPrincipal) who = csm_auth_find (exchange->server->auth, txn, exchange->caller->token_hash, error);

  return GINT_TO_POINTER (who != NULL && csm_txn_revoke_token (txn, who->person_id, who->device_id, error));
}

static void
revoked_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (CsmExchange) exchange = user_data;
  g_autoptr (GError) error = NULL;

  if (csm_store_run_finish (CSM_STORE (source), result, &error) == NULL)
    {
      csm_exchange_reply_error (exchange, error);
      return;
    }
  csm_auth_forget (exchange->server->auth, exchange->caller->token_hash);
  csm_push_recheck (exchange->server->push);
  csm_exchange_reply (exchange, 204, NULL, NULL);
}

/**
 * csm_http_sign_out:
 * @exchange: a POST
 *
 * Makes the token that it came with worthless.
 */
void
csm_http_sign_out (CsmExchange *exchange)
{
  csm_exchange_pause (exchange);
  csm_store_run_async (exchange->server->store, TRUE, revoke_own, csm_exchange_ref (exchange), NULL, NULL, NULL, revoked_cb, exchange);
}
