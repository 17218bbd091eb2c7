/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-ask.h"

#include <glib/gi18n-lib.h>

#include "csm-audit.h"
#include "csm-clock-steps.h"
#include "csm-code.h"
#include "csm-colleague.h"
#include "csm-error.h"
#include "csm-json.h"
#include "csm-time.h"

#define CODE_DAYS 7

typedef struct
{
  CsmAsk     *ask;
  const char *id;        /* about whom */
  JsonObject *person;    /* who is invited */
  char       *person_id; /* (out) */
  char       *code;      /* (out) */
  gint64      until;     /* (out) µs */
  guint       handed;    /* (out) cases */
} Work;

static void
work_clear (Work *work)
{
  g_clear_pointer (&work->person, json_object_unref);
  g_free (work->person_id);
  g_free (work->code);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Work, work_clear)

/* A sentence for the person who asked. */
static void
explain (const GError  *problem,
         GError       **error)
{
  if (problem->code == CSM_DESK_ERROR_FORBIDDEN)
    g_set_error_literal (error, CSM_ERROR, CSM_ERROR_FORBIDDEN, _(problem->message));
  else if (problem->code == CSM_DESK_ERROR_NOT_FOUND)
    g_set_error_literal (error, CSM_ERROR, CSM_ERROR_NOT_FOUND, _("This person or team is not there any more."));
  else if (g_str_equal (problem->message, "email"))
    g_set_error_literal (error, CSM_ERROR, CSM_ERROR_EXISTS, _("Somebody with this address is here already, or it is not an email address."));
  else
    g_set_error (error, CSM_ERROR, CSM_ERROR_INVALID, _("“%s” is not right."), problem->message);
}

static gboolean
run (CsmAsk        *ask,
     gboolean       writes,
     CsmStoreFunc   func,
     Work          *work,
     GError       **error)
{
  g_autoptr (GError) local = NULL;

  csm_store_run (ask->store, writes, func, work, &local);
  if (local == NULL)
    return TRUE;
  if (local->domain == CSM_DESK_ERROR)
    explain (local, error);
  else
    g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static gboolean
take_id (CsmAsk  *ask,
         Work    *work,
         GError **error)
{
  work->ask = ask;
  work->id = csm_json_get_string (ask->arguments, "id");
  if (work->id == NULL)
    g_set_error_literal (error, CSM_ERROR, CSM_ERROR_INVALID, _("It was not said who."));
  return work->id != NULL;
}

static JsonObject *
say_code (Work *work)
{
  JsonObject *answer = json_object_new ();

  csm_json_set_string (answer, "personId", work->person_id);
  csm_json_set_string (answer, "code", work->code);
  csm_json_set_time (answer, "until", work->until);
  return answer;
}

/* --- Codes ------------------------------------------------------------------------------------------------------------- */

/* Whatever let them in before doesn't any more. */
static gboolean
give_code (Work    *work,
           CsmTxn  *txn,
           GError **error)
{
  g_autofree char *hash = NULL;

  g_free (work->code);
  work->code = csm_code_new ();
  work->until = csm_time_now () + CODE_DAYS * 24 * 3600 * CSM_SECOND;
  hash = csm_code_hash (work->code);
  return csm_txn_drop_invitations (txn, work->person_id, error) && csm_txn_set_password (txn, work->person_id, NULL, error) &&
         csm_txn_revoke_token (txn, work->person_id, NULL, error) && csm_txn_add_invitation (txn, hash, work->person_id, work->until, error);
}

static gpointer
invite (CsmTxn        *txn,
        gpointer       input,
        GCancellable  *cancellable,
        GError       **error)
{
  Work *work = input;
  g_autoptr (JsonObject) person = csm_json_copy_object (work->person);

  g_free (work->person_id);
  work->person_id = csm_colleague_invite (txn, work->ask->who, person, error);
  return GINT_TO_POINTER (work->person_id != NULL && give_code (work, txn, error));
}

/**
 * csm_ask_person_invite:
 * @ask: {address, name, role, teamIds}
 * @error: return location
 *
 * Makes a colleague, who chooses a password with the code. Who was invited before gets another one.
 *
 * Returns: (transfer full) (nullable): {personId, code, until}
 */
JsonObject *
csm_ask_person_invite (CsmAsk  *ask,
                       GError **error)
{
  const char *address = csm_json_get_string (ask->arguments, "address"), *name = csm_json_get_string (ask->arguments, "name");
  static const char *const copied[] = { "role", "teamIds" };
  g_auto (Work) work = { .ask = ask };

  if (address == NULL)
    {
      g_set_error_literal (error, CSM_ERROR, CSM_ERROR_INVALID, _("An address is needed."));
      return NULL;
    }
  work.person = json_object_new ();
  csm_json_set_string (work.person, "email", address);
  csm_json_set_string (work.person, "name", name != NULL && name[0] != '\0' ? name : address);
  for (guint i = 0; i < G_N_ELEMENTS (copied); i++)
    if (json_object_has_member (ask->arguments, copied[i]))
      json_object_set_member (work.person, copied[i], csm_json_copy (json_object_get_member (ask->arguments, copied[i])));
  return run (ask, TRUE, invite, &work, error) ? say_code (&work) : NULL;
}

static gpointer
renew (CsmTxn        *txn,
       gpointer       input,
       GCancellable  *cancellable,
       GError       **error)
{
  Work *work = input;
  g_autoptr (JsonObject) person = csm_txn_get (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (CSM_TYPE_ID_PERSON), work->id, error);

  if (*error != NULL)
    return NULL;
  if (person == NULL)
    g_set_error_literal (error, CSM_ERROR, CSM_ERROR_NOT_FOUND, _("This person is not there any more."));
  else if (!csm_json_get_boolean (person, "active"))
    g_set_error_literal (error, CSM_ERROR, CSM_ERROR_INVALID, _("This person may not sign in. Let them in again first."));
  if (*error != NULL)
    return NULL;
  g_free (work->person_id);
  work->person_id = g_strdup (work->id);
  return GINT_TO_POINTER (give_code (work, txn, error) && csm_audit_note (txn, work->ask->who, "code", work->person_id, error));
}

/**
 * csm_ask_person_code:
 * @ask: {id}: of a colleague or a guest, not of oneself
 * @error: return location
 *
 * Another code. The password ends, and all devices are signed out.
 *
 * Returns: (transfer full) (nullable): {personId, code, until}
 */
JsonObject *
csm_ask_person_code (CsmAsk  *ask,
                     GError **error)
{
  g_auto (Work) work = { NULL };

  if (!take_id (ask, &work, error))
    return NULL;
  if (g_str_equal (work.id, ask->who->person_id))
    {
      g_set_error_literal (error, CSM_ERROR, CSM_ERROR_INVALID, _("Change your own password in the preferences."));
      return NULL;
    }
  if (!run (ask, TRUE, renew, &work, error))
    return NULL;
  csm_store_wake_others (ask->store);
  return say_code (&work);
}

/* --- Coming and going ------------------------------------------------------------------------------------------------------ */

static gpointer
admit (CsmTxn        *txn,
       gpointer       input,
       GCancellable  *cancellable,
       GError       **error)
{
  Work *work = input;
  gboolean active = csm_json_get_boolean (work->ask->arguments, "active");

  return GINT_TO_POINTER (csm_colleague_admit (txn, work->ask->who, work->id, active, error) &&
                          (active || !csm_json_get_boolean (work->ask->arguments, "handBack") ||
                           csm_colleague_hand_back (txn, work->ask->who, work->id, &work->handed, error)));
}

/**
 * csm_ask_person_admit:
 * @ask: {id, active, handBack}
 * @error: return location
 *
 * Lets somebody come in again, or not any more; then their codes end, and with `handBack` their cases that are not resolved go back to
 * the teams.
 *
 * Returns: (transfer full) (nullable): {cases}: how many went back
 */
JsonObject *
csm_ask_person_admit (CsmAsk  *ask,
                      GError **error)
{
  g_auto (Work) work = { NULL };
  JsonObject *answer;

  if (!take_id (ask, &work, error))
    return NULL;
  if (!json_object_has_member (ask->arguments, "active"))
    {
      g_set_error (error, CSM_ERROR, CSM_ERROR_INVALID, _("“%s” is not right."), "active");
      return NULL;
    }
  if (!run (ask, TRUE, admit, &work, error))
    return NULL;
  csm_store_wake_others (ask->store);
  answer = json_object_new ();
  json_object_set_int_member (answer, "cases", work.handed);
  return answer;
}

static gpointer
list_access (CsmTxn        *txn,
             gpointer       input,
             GCancellable  *cancellable,
             GError       **error)
{
  return csm_txn_list_access (txn, error);
}

/**
 * csm_ask_person_list:
 * @ask: nothing
 * @error: return location
 *
 * Returns: (transfer full) (nullable): {people: [{id, hasPassword, invitedUntil, devices, lastUsed}]}
 */
JsonObject *
csm_ask_person_list (CsmAsk  *ask,
                     GError **error)
{
  g_autoptr (GPtrArray) list = csm_store_run (ask->store, FALSE, list_access, NULL, error);
  JsonArray *people;
  JsonObject *answer;

  if (list == NULL)
    return NULL;
  people = json_array_new ();
  answer = json_object_new ();
  for (guint i = 0; i < list->len; i++)
    json_array_add_object_element (people, json_object_ref (g_ptr_array_index (list, i)));
  json_object_set_array_member (answer, "people", people);
  return answer;
}

/* --- The workspace ----------------------------------------------------------------------------------------------------------- */

static gpointer
write_zone (CsmTxn        *txn,
            gpointer       input,
            GCancellable  *cancellable,
            GError       **error)
{
  /* What is promised is counted in working hours, which are somewhere. */
  return GINT_TO_POINTER (csm_txn_set_setting (txn, CSM_SETTING_TIME_ZONE, ((Work *) input)->id, error) && csm_clocks_begin_sweep (txn, error) &&
                          csm_audit_note (txn, ((Work *) input)->ask->who, "zone", NULL, error));
}

/**
 * csm_ask_workspace_zone:
 * @ask: {timeZone}: a name of the TZ database
 * @error: return location
 *
 * Says in which zone people's mornings are who have said none of their own.
 *
 * Returns: (transfer full) (nullable): {}
 */
JsonObject *
csm_ask_workspace_zone (CsmAsk  *ask,
                        GError **error)
{
  const char *name = csm_json_get_string (ask->arguments, "timeZone");
  g_autoptr (GTimeZone) zone = name != NULL ? g_time_zone_new_identifier (name) : NULL;
  g_auto (Work) work = { .ask = ask, .id = name };

  if (zone == NULL)
    {
      g_set_error (error, CSM_ERROR, CSM_ERROR_INVALID, _("“%s” is no time zone: “Europe/Berlin” is one"), name != NULL ? name : "");
      return NULL;
    }
  return run (ask, TRUE, write_zone, &work, error) ? json_object_new () : NULL;
}
