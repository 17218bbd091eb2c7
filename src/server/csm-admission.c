/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-admission.h"

#include <string.h>

#include "csm-id.h"
#include "csm-json.h"
#include "csm-time.h"

/* Each costs memory and a core for a while; more at a time are told to come again. */
#define MOST_HASHING 4

/**
 * csm_admission_new:
 * @exchange: the request, all of which is here
 * @given: its body
 * @email: the member of @given that has the address; `password` and `deviceName` have the rest
 *
 * Returns: (transfer full) (nullable): an admission, or %NULL when something is missing
 */
CsmAdmission *
csm_admission_new (CsmExchange *exchange,
                   JsonObject  *given,
                   const char  *email)
{
  const char *address = csm_json_get_string (given, email), *password = csm_json_get_string (given, "password");
  const char *device_name = csm_json_get_string (given, "deviceName");
  CsmAdmission *self;

  if (address == NULL || password == NULL || strlen (address) > 1000 || (device_name != NULL && strlen (device_name) > 255) || exchange->base_url == NULL)
    return NULL;
  self = g_new0 (CsmAdmission, 1);
  self->exchange = csm_exchange_ref (exchange);
  self->email = g_utf8_strdown (address, -1);
  self->password = g_strdup (password);
  self->device_name = g_strdup (device_name != NULL && *device_name != '\0' ? device_name : "unnamed");
  self->address = csm_throttle_key_of_address (soup_server_message_get_remote_host (exchange->msg));
  return self;
}

/**
 * csm_admission_free:
 * @self: an admission
 */
void
csm_admission_free (CsmAdmission *self)
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

/**
 * csm_admission_try:
 * @self: an admission
 *
 * Counts a try, unless there were too many lately: then that is the answer.
 *
 * Returns: whether to go on; the server's `hashing` counts it until the password has been looked at
 */
gboolean
csm_admission_try (CsmAdmission *self)
{
  CsmHttpServer *server = self->exchange->server;
  gint64 now = g_get_monotonic_time ();
  gint64 wait = server->hashing >= MOST_HASHING ? CSM_SECOND : csm_throttle_try (server->address_throttle, self->address, now);

  if (wait <= 0)
    wait = csm_throttle_try (server->account_throttle, self->email, now);
  if (wait > 0)
    csm_http_reply_wait (self->exchange, wait);
  else
    server->hashing++;
  return wait <= 0;
}

/**
 * csm_admission_passed:
 * @self: an admission
 *
 * They did not guess, so their tries don't count.
 */
void
csm_admission_passed (CsmAdmission *self)
{
  CsmHttpServer *server = self->exchange->server;

  csm_throttle_clear (server->account_throttle, self->email);
  csm_throttle_take_back (server->address_throttle, self->address, g_get_monotonic_time ());
}

/**
 * csm_admission_add_token:
 * @self: an admission with a person and a token
 * @txn: a write transaction
 * @error: return location
 *
 * In the transaction's thread.
 *
 * Returns: whether the person can come with the token from now on
 */
gboolean
csm_admission_add_token (CsmAdmission  *self,
                         CsmTxn        *txn,
                         GError       **error)
{
  g_autofree char *token_hash = csm_auth_hash_token (self->token);
  g_autofree char *device_id = csm_id_new ('d');

  return csm_txn_add_token (txn, token_hash, self->person_id, device_id, self->device_name, error);
}

/**
 * csm_admission_reply:
 * @self: an admission whose token is stored
 *
 * Lets them in.
 */
void
csm_admission_reply (CsmAdmission *self)
{
  g_autoptr (JsonObject) answer = json_object_new ();
  g_autofree char *session_url = g_strconcat (self->exchange->base_url, "/jmap/session", NULL);

  if (!self->exchange->over)
    csm_guest_trust (self->exchange->guest);
  json_object_set_string_member (answer, "token", self->token);
  json_object_set_string_member (answer, "personId", self->person_id);
  json_object_set_string_member (answer, "sessionUrl", session_url);
  csm_exchange_reply_json (self->exchange, 200, answer);
}
