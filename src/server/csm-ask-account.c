/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-ask.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "csm-audit.h"
#include "csm-error.h"
#include "csm-json.h"
#include "csm-password.h"
#include "csm-role.h"

typedef struct
{
  const char *person_id;
  const char *device_id; /* NULL: all but `own_device` */
  const char *own_device;
  char       *hash;      /* of the password */
  gint        signed_out;
  const CsmPrincipal *who; /* somebody else who does it; NULL: they themselves */
} Work;

/* One's own, unless somebody else's was asked for by who may. NULL with an error. */
static const char *
find_person (CsmAsk  *ask,
             GError **error)
{
  const char *id = csm_json_get_string (ask->arguments, "personId");
  const char *why_not = id != NULL && !g_str_equal (id, ask->who->person_id) ? csm_role_why_not (CSM_ACTION_CHANGE_ROLES, ask->who->role) : NULL;

  if (why_not == NULL)
    return id != NULL ? id : ask->who->person_id;
  g_set_error_literal (error, CSM_ERROR, CSM_ERROR_FORBIDDEN, _(why_not));
  return NULL;
}

/* --- Devices ------------------------------------------------------------------------------------------------------------ */

static gpointer
list_tokens (CsmTxn        *txn,
             gpointer       input,
             GCancellable  *cancellable,
             GError       **error)
{
  return csm_txn_list_tokens (txn, ((Work *) input)->person_id, error);
}

/**
 * csm_ask_account_devices:
 * @ask: {personId}: somebody else, if an admin asks
 * @error: return location
 *
 * Returns: (transfer full) (nullable): {devices: [{id, name, created, lastUsed, current}]}
 */
JsonObject *
csm_ask_account_devices (CsmAsk  *ask,
                         GError **error)
{
  Work work = { .person_id = find_person (ask, error) };
  g_autoptr (GPtrArray) tokens = work.person_id != NULL ? csm_store_run (ask->store, FALSE, list_tokens, &work, error) : NULL;
  JsonArray *devices;
  JsonObject *answer;

  if (tokens == NULL)
    return NULL;
  devices = json_array_new ();
  answer = json_object_new ();
  for (guint i = 0; i < tokens->len; i++)
    {
      JsonObject *token = g_ptr_array_index (tokens, i), *device = json_object_new ();
      const char *id = csm_json_get_string (token, "deviceId");

      csm_json_set_string (device, "id", id);
      csm_json_set_string (device, "name", csm_json_get_string (token, "deviceName"));
      csm_json_set_string (device, "created", csm_json_get_string (token, "created"));
      csm_json_set_string (device, "lastUsed", csm_json_get_string (token, "lastUsed"));
      json_object_set_boolean_member (device, "current", g_strcmp0 (id, ask->who->device_id) == 0 && g_str_equal (work.person_id, ask->who->person_id));
      json_array_add_object_element (devices, device);
    }
  json_object_set_array_member (answer, "devices", devices);
  return answer;
}

static gboolean
revoke_others (CsmTxn  *txn,
               Work    *work,
               GError **error)
{
  g_autoptr (GPtrArray) tokens = csm_txn_list_tokens (txn, work->person_id, error);

  work->signed_out = 0;
  for (guint i = 0; tokens != NULL && i < tokens->len; i++)
    {
      const char *id = csm_json_get_string (g_ptr_array_index (tokens, i), "deviceId");

      if (g_strcmp0 (id, work->own_device) == 0 || (work->device_id != NULL && g_strcmp0 (id, work->device_id) != 0))
        continue;
      if (!csm_txn_revoke_token (txn, work->person_id, id, error))
        return FALSE;
      work->signed_out++;
    }
  return tokens != NULL;
}

static gpointer
sign_out (CsmTxn        *txn,
          gpointer       input,
          GCancellable  *cancellable,
          GError       **error)
{
  Work *work = input;

  return GINT_TO_POINTER (revoke_others (txn, work, error) &&
                          (work->who == NULL || work->signed_out == 0 || csm_audit_note (txn, work->who, "signedOut", work->person_id, error)));
}

/**
 * csm_ask_account_sign_out:
 * @ask: {id, personId}: one device; without `id` all but the one that asks
 * @error: return location
 *
 * Who uses them has to sign in again.
 *
 * Returns: (transfer full) (nullable): {devices}: how many there were
 */
JsonObject *
csm_ask_account_sign_out (CsmAsk  *ask,
                          GError **error)
{
  Work work = { .person_id = find_person (ask, error), .device_id = csm_json_get_string (ask->arguments, "id"), .own_device = ask->who->device_id };
  JsonObject *answer;

  if (work.person_id != NULL && !g_str_equal (work.person_id, ask->who->person_id))
    work.who = ask->who;
  if (work.person_id == NULL || csm_store_run (ask->store, TRUE, sign_out, &work, error) == NULL)
    return NULL;
  csm_store_wake_others (ask->store);
  answer = json_object_new ();
  json_object_set_int_member (answer, "devices", work.signed_out);
  return answer;
}

/* --- The password --------------------------------------------------------------------------------------------------------- */

static gpointer
find_password (CsmTxn        *txn,
               gpointer       input,
               GCancellable  *cancellable,
               GError       **error)
{
  Work *work = input;
  g_autoptr (JsonObject) person = csm_txn_get (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (CSM_TYPE_ID_PERSON), work->person_id, error);
  g_autofree char *id = NULL;

  return person != NULL ? csm_txn_get_password (txn, csm_json_get_string (person, "email"), &id, error) : NULL;
}

static gpointer
write_password (CsmTxn        *txn,
                gpointer       input,
                GCancellable  *cancellable,
                GError       **error)
{
  Work *work = input;

  return GINT_TO_POINTER (csm_txn_set_password (txn, work->person_id, work->hash, error) &&
                          csm_txn_drop_invitations (txn, work->person_id, error) && revoke_others (txn, work, error));
}

/**
 * csm_ask_account_password:
 * @ask: {password, newPassword}
 * @error: `CSM_ERROR_FORBIDDEN` when the password is not the one that was
 *
 * Changes one's own password. All other devices are signed out.
 *
 * Returns: (transfer full) (nullable): {devices}: how many were
 */
JsonObject *
csm_ask_account_password (CsmAsk  *ask,
                          GError **error)
{
  const char *old = csm_json_get_string (ask->arguments, "password"), *new = csm_json_get_string (ask->arguments, "newPassword");
  Work work = { .person_id = ask->who->person_id, .own_device = ask->who->device_id };
  g_autofree char *known = NULL;
  g_autofree char *hash = NULL;
  JsonObject *answer;

  if (old == NULL || new == NULL || strlen (old) > CSM_PASSWORD_LONGEST)
    {
      g_set_error_literal (error, CSM_ERROR, CSM_ERROR_INVALID, _("The old password and a new one are needed."));
      return NULL;
    }
  if (!csm_password_check_new (new, error))
    return NULL;
  known = csm_store_run (ask->store, FALSE, find_password, &work, error);
  if (*error != NULL)
    return NULL;
  if (known == NULL || !csm_password_verify (known, old))
    {
      g_set_error_literal (error, CSM_ERROR, CSM_ERROR_FORBIDDEN, _("That is not your password."));
      return NULL;
    }
  work.hash = hash = csm_password_hash (new, error);
  if (hash == NULL || csm_store_run (ask->store, TRUE, write_password, &work, error) == NULL)
    return NULL;
  csm_store_wake_others (ask->store);
  answer = json_object_new ();
  json_object_set_int_member (answer, "devices", work.signed_out);
  return answer;
}
