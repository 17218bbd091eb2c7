/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-http-private.h"

#include <string.h>

#include "csm-id.h"
#include "csm-jmap-error.h"
#include "csm-json.h"
#include "csm-password.h"
#include "csm-time.h"

#define MAX_BODY 8192
/* Each costs memory and a core for a while; more at a time are told to come again. */
#define MOST_HASHING 4

typedef struct
{
  CsmExchange *exchange;
  char        *email;
  char        *password;
  char        *device_name;
  char        *address;
  char        *person_id;
  char        *hash;
  char        *token;
} SignIn;

static void
sign_in_free (SignIn *self)
{
  csm_exchange_unref (self->exchange);
  g_free (self->email);
  memset (self->password, 0, strlen (self->password));
  g_free (self->password);
  g_free (self->device_name);
  g_free (self->address);
  g_free (self->person_id);
  g_free (self->hash);
  g_free (self->token);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SignIn, sign_in_free)

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

/**
 * csm_http_try:
 * @exchange: an exchange with somebody who may be guessing
 * @address: where they come from
 * @email: who they say they are
 *
 * Returns: how long they have to wait before they may try, µs; 0: not at all, and this try counts
 */
gint64
csm_http_try (CsmExchange *exchange,
              const char  *address,
              const char  *email)
{
  CsmHttpServer *server = exchange->server;
  gint64 now = g_get_monotonic_time ();
  gint64 wait = server->hashing >= MOST_HASHING ? CSM_SECOND : csm_throttle_try (server->address_throttle, address, now);

  return wait > 0 ? wait : csm_throttle_try (server->account_throttle, email, now);
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
  SignIn *self = input;
  g_autofree char *token_hash = csm_auth_hash_token (self->token);
  g_autofree char *device_id = csm_id_new ('d');

  return GINT_TO_POINTER (csm_txn_add_token (txn, token_hash, self->person_id, device_id, self->device_name, error));
}

static void
written_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (SignIn) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) answer = NULL;
  g_autofree char *session_url = g_strconcat (self->exchange->base_url, "/jmap/session", NULL);

  if (csm_store_run_finish (CSM_STORE (source), result, &error) == NULL)
    {
      csm_exchange_reply_error (self->exchange, error);
      return;
    }
  if (!self->exchange->over)
    csm_guest_trust (self->exchange->guest);
  answer = json_object_new ();
  json_object_set_string_member (answer, "token", self->token);
  json_object_set_string_member (answer, "personId", self->person_id);
  json_object_set_string_member (answer, "sessionUrl", session_url);
  csm_exchange_reply_json (self->exchange, 200, answer);
}

static void
verified_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (SignIn) self = user_data;
  CsmHttpServer *server = self->exchange->server;

  server->hashing--;
  if (!csm_password_verify_finish (result, NULL))
    {
      reply_refused (self->exchange);
      return;
    }
  csm_throttle_clear (server->account_throttle, self->email);
  csm_throttle_take_back (server->address_throttle, self->address, g_get_monotonic_time ());
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
  SignIn *self = input;
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
  SignIn *self = user_data;
  g_autoptr (GError) error = NULL;

  if (csm_store_run_finish (CSM_STORE (source), result, &error) == NULL)
    {
      self->exchange->server->hashing--;
      csm_exchange_reply_error (self->exchange, error);
      sign_in_free (self);
      return;
    }
  /* An unknown account takes as long as a known one: otherwise the time would tell which addresses there are. */
  csm_password_verify_async (self->hash, self->password, NULL, verified_cb, self);
}

static void
sign_in_received (CsmExchange *exchange)
{
  g_autoptr (JsonObject) given = csm_json_parse_object ((const char *) exchange->body->data, exchange->body->len, NULL);
  const char *email = csm_json_get_string (given, "email");
  const char *password = csm_json_get_string (given, "password");
  const char *device_name = csm_json_get_string (given, "deviceName");
  CsmHttpServer *server = exchange->server;
  g_autoptr (SignIn) self = NULL;
  gint64 wait;

  if (email == NULL || password == NULL || strlen (email) > 1000 || strlen (password) > CSM_PASSWORD_LONGEST ||
      (device_name != NULL && strlen (device_name) > 255) || exchange->base_url == NULL)
    {
      csm_exchange_reply_status (exchange, 400, "An address and a password are needed.");
      return;
    }
  self = g_new0 (SignIn, 1);
  self->exchange = csm_exchange_ref (exchange);
  self->email = g_utf8_strdown (email, -1);
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
  csm_store_run_async (server->store, FALSE, find_password, self, NULL, NULL, NULL, found_cb, self);
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
  csm_exchange_collect (exchange, MAX_BODY, "maxSizeRequest", NULL, sign_in_received);
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
