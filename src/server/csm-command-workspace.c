/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-command.h"

#include <glib/gi18n-lib.h>

#include "csm-clock-steps.h"
#include "csm-error.h"
#include "csm-json.h"

/* --- The workspace --------------------------------------------------------------------------------------------------- */

static gboolean
check_zone (const char  *name,
            GError     **error)
{
  g_autoptr (GTimeZone) zone = name != NULL ? g_time_zone_new_identifier (name) : NULL;

  if (name == NULL || zone != NULL)
    return TRUE;
  g_set_error (error, CSM_ERROR, CSM_ERROR_USAGE, _("“%s” is no time zone: “Europe/Berlin” is one"), name);
  return FALSE;
}

static gpointer
write_zone (CsmTxn        *txn,
            gpointer       input,
            GCancellable  *cancellable,
            GError       **error)
{
  /* What is promised is counted in working hours, which are somewhere. */
  if (csm_txn_set_setting (txn, CSM_SETTING_TIME_ZONE, input, error))
    csm_clocks_begin_sweep (txn, error);
  return NULL;
}

static gpointer
read_zone (CsmTxn        *txn,
           gpointer       input,
           GCancellable  *cancellable,
           GError       **error)
{
  return csm_txn_setting (txn, CSM_SETTING_TIME_ZONE, error);
}

/**
 * csm_command_time_zone:
 * @invocation: `time-zone [ZONE]`
 * @error: return location
 *
 * “Tomorrow at nine” is reckoned in it. Without an argument: says which it is. People's apps hear of it when they connect next.
 *
 * Returns: whether it worked
 */
gboolean
csm_command_time_zone (CsmInvocation  *invocation,
                       GError        **error)
{
  const GOptionEntry options[] = { G_OPTION_ENTRY_NULL };
  g_autoptr (CsmStore) store = NULL;
  g_autoptr (GTimeZone) here = g_time_zone_new_local ();
  g_autofree char *zone = NULL;

  if (!csm_command_parse (invocation, options, 0, 1, error) || (invocation->argv[1] != NULL && !check_zone (invocation->argv[1], error)))
    return FALSE;
  store = csm_command_open (invocation, error);
  if (store == NULL)
    return FALSE;
  if (invocation->argv[1] != NULL)
    csm_store_run (store, TRUE, write_zone, invocation->argv[1], error);
  else
    zone = csm_store_run (store, FALSE, read_zone, NULL, error);
  if (*error != NULL)
    return FALSE;
  if (invocation->argv[1] == NULL)
    g_print ("%s\n", zone != NULL ? zone : g_time_zone_get_identifier (here));
  return TRUE;
}

static gboolean
keep_zone (const char  *data_dir,
           const char  *zone,
           GError     **error)
{
  g_autoptr (CsmStore) store = zone != NULL ? csm_store_open (data_dir, error) : NULL;

  if (store != NULL)
    csm_store_run (store, TRUE, write_zone, (gpointer) zone, error);
  return *error == NULL;
}

/**
 * csm_command_init:
 * @invocation: `init --workspace NAME [--timezone ZONE]`
 * @error: return location
 *
 * Returns: whether it worked
 */
gboolean
csm_command_init (CsmInvocation  *invocation,
                  GError        **error)
{
  g_autofree char *workspace = NULL;
  g_autofree char *zone = NULL;
  const GOptionEntry options[] = {
    { "workspace", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_STRING, &workspace, N_("What people call it"), N_("NAME") },
    { "timezone", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_STRING, &zone, N_("Where people’s mornings are (default: where this computer is)"), N_("ZONE") },
    G_OPTION_ENTRY_NULL
  };
  g_autoptr (GError) local = NULL;

  if (!csm_command_parse (invocation, options, 0, 0, error) ||
      !csm_command_need (invocation->data_dir, "--data", error) || !csm_command_need (workspace, "--workspace", error) ||
      !check_zone (zone, error))
    return FALSE;
  if (csm_store_create (invocation->data_dir, workspace, &local))
    {
      if (!keep_zone (invocation->data_dir, zone, error))
        return FALSE;
      g_print (_("Made the workspace “%s” in %s\n"), workspace, invocation->data_dir);
      return TRUE;
    }
  if (g_error_matches (local, CSM_ERROR, CSM_ERROR_EXISTS))
    g_set_error (error, CSM_ERROR, CSM_ERROR_EXISTS, _("There is a workspace in %s already"), invocation->data_dir);
  else if (g_error_matches (local, CSM_ERROR, CSM_ERROR_DATABASE_NEWER))
    g_set_error (error, CSM_ERROR, local->code, _("The workspace in %s was written by a newer Casement: update this one"), invocation->data_dir);
  else
    g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/* --- Teams ----------------------------------------------------------------------------------------------------------- */

static gpointer
add_team (CsmTxn        *txn,
          gpointer       input,
          GCancellable  *cancellable,
          GError       **error)
{
  JsonObject *team = input;
  g_autofree char *id = csm_command_find (txn, CSM_TYPE_ID_TEAM, csm_json_get_string (team, "name"), error);

  if (*error != NULL)
    return NULL;
  if (id != NULL)
    g_set_error (error, CSM_ERROR, CSM_ERROR_EXISTS, _("There is a team “%s” already"), csm_json_get_string (team, "name"));
  else
    csm_command_add (txn, CSM_TYPE_ID_TEAM, team, error);
  return NULL;
}

/**
 * csm_command_team_add:
 * @invocation: `team add NAME --department D`
 * @error: return location
 *
 * Returns: whether it worked
 */
gboolean
csm_command_team_add (CsmInvocation  *invocation,
                      GError        **error)
{
  g_autofree char *department = NULL;
  const GOptionEntry options[] = {
    { "department", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_STRING, &department, N_("service, marketing, product, sales or other"), N_("DEPARTMENT") },
    G_OPTION_ENTRY_NULL
  };
  g_autoptr (CsmStore) store = NULL;
  g_autoptr (JsonObject) team = json_object_new ();
  g_autoptr (GError) local = NULL;

  if (!csm_command_parse (invocation, options, 1, 1, error))
    return FALSE;
  store = csm_command_open (invocation, error);
  if (store == NULL)
    return FALSE;
  json_object_set_string_member (team, "name", invocation->argv[1]);
  json_object_set_string_member (team, "department", department != NULL ? department : "other");
  csm_store_run (store, TRUE, add_team, team, &local);
  if (local == NULL)
    g_print (_("Added the team “%s”\n"), invocation->argv[1]);
  else
    g_propagate_error (error, g_steal_pointer (&local));
  return *error == NULL;
}
