/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#define G_LOG_DOMAIN "csm-server"
#include "config.h"
#include "csm-command.h"

#include <glib/gi18n-lib.h>

#include "csm-address.h"
#include "csm-error.h"
#include "csm-id.h"
#include "csm-json.h"

/**
 * csm_command_init:
 * @invocation: `init --workspace NAME`
 * @error: return location
 *
 * Returns: whether it worked
 */
gboolean
csm_command_init (CsmInvocation  *invocation,
                  GError        **error)
{
  g_autofree char *workspace = NULL;
  const GOptionEntry options[] = {
    { "workspace", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_STRING, &workspace, N_("What people call it"), N_("NAME") },
    G_OPTION_ENTRY_NULL
  };
  g_autoptr (GError) local = NULL;

  if (!csm_command_parse (invocation, options, 0, 0, error) ||
      !csm_command_need (invocation->data_dir, "--data", error) || !csm_command_need (workspace, "--workspace", error))
    return FALSE;
  if (csm_store_create (invocation->data_dir, workspace, &local))
    {
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

/* --- Channels ---------------------------------------------------------------------------------------------------------- */

typedef struct
{
  const char *name;
  char       *address;
  char       *sendmail;
  char       *team;
} Channel;

static void
channel_clear (Channel *channel)
{
  g_free (channel->address);
  g_free (channel->sendmail);
  g_free (channel->team);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Channel, channel_clear)

static gboolean
channel_is_new (CsmTxn         *txn,
                const Channel  *channel,
                GError        **error)
{
  const char *keys[] = { channel->name, channel->address };

  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      g_autofree char *id = csm_txn_find_channel (txn, keys[i], error);

      if (*error != NULL)
        return FALSE;
      if (id != NULL)
        {
          g_set_error (error, CSM_ERROR, CSM_ERROR_EXISTS, _("There is a channel “%s” already"), keys[i]);
          return FALSE;
        }
    }
  return TRUE;
}

static gpointer
add_channel (CsmTxn        *txn,
             gpointer       input,
             GCancellable  *cancellable,
             GError       **error)
{
  const Channel *channel = input;
  g_autofree char *id = csm_id_new ('h');
  g_autofree char *key = g_strconcat ("sendmail:", id, NULL);
  g_autofree char *team = NULL;
  g_autoptr (JsonObject) record = json_object_new ();

  if (!channel_is_new (txn, channel, error))
    return NULL;
  if (channel->team != NULL)
    {
      team = csm_command_find (txn, CSM_TYPE_ID_TEAM, channel->team, error);
      if (team == NULL && *error == NULL)
        g_set_error (error, CSM_ERROR, CSM_ERROR_NOT_FOUND, _("There is no team “%s”"), channel->team);
      if (team == NULL)
        return NULL;
    }
  json_object_set_string_member (record, "kind", "email");
  json_object_set_string_member (record, "name", channel->name);
  json_object_set_string_member (record, "address", channel->address);
  csm_json_set_string (record, "teamId", team);
  json_object_set_boolean_member (record, "canSend", channel->sendmail != NULL);
  if (csm_txn_insert (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (CSM_TYPE_ID_CHANNEL), id, record, error) && channel->sendmail != NULL)
    csm_txn_set_setting (txn, key, channel->sendmail, error);
  return NULL;
}

static gboolean
check_sendmail (const char  *command,
                GError     **error)
{
  g_auto (GStrv) argv = NULL;
  g_autofree char *program = NULL;

  if (!g_shell_parse_argv (command, NULL, &argv, NULL))
    {
      g_set_error (error, CSM_ERROR, CSM_ERROR_USAGE, _("“%s” is not a command"), command);
      return FALSE;
    }
  program = g_find_program_in_path (argv[0]);
  if (program != NULL)
    return TRUE;
  g_set_error (error, CSM_ERROR, CSM_ERROR_NOT_FOUND, _("There is no program “%s”"), argv[0]);
  return FALSE;
}

static gboolean
check_channel (const char     *kind,
               const Channel  *channel,
               GError        **error)
{
  if (!g_str_equal (kind, "email"))
    {
      g_set_error (error, CSM_ERROR, CSM_ERROR_USAGE, _("“%s” is not a kind of channel that can be added: email is"), kind);
      return FALSE;
    }
  if (!csm_command_need (channel->address, "--address", error))
    return FALSE;
  if (!csm_address_is_valid (channel->address))
    {
      g_set_error (error, CSM_ERROR, CSM_ERROR_INVALID, _("“%s” is not an email address"), channel->address);
      return FALSE;
    }
  return channel->sendmail == NULL || check_sendmail (channel->sendmail, error);
}

/**
 * csm_command_channel_add:
 * @invocation: `channel add email NAME --address A [--sendmail COMMAND] [--team T]`
 * @error: return location
 *
 * Returns: whether it worked
 */
gboolean
csm_command_channel_add (CsmInvocation  *invocation,
                         GError        **error)
{
  g_auto (Channel) channel = { 0 };
  const GOptionEntry options[] = {
    { "address", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_STRING, &channel.address, N_("Its email address"), N_("ADDRESS") },
    { "sendmail", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_STRING, &channel.sendmail, N_("What sends mail: it gets the mail on standard input"), N_("COMMAND") },
    { "team", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_STRING, &channel.team, N_("The team that new cases go to"), N_("TEAM") },
    G_OPTION_ENTRY_NULL
  };
  g_autoptr (CsmStore) store = NULL;
  g_autoptr (GError) local = NULL;

  if (!csm_command_parse (invocation, options, 2, 2, error) || !check_channel (invocation->argv[1], &channel, error))
    return FALSE;
  store = csm_command_open (invocation, error);
  if (store == NULL)
    return FALSE;
  channel.name = invocation->argv[2];
  csm_store_run (store, TRUE, add_channel, &channel, &local);
  if (local == NULL)
    g_print (_("Added the mailbox “%s” of %s\n"), channel.name, channel.address);
  else
    g_propagate_error (error, g_steal_pointer (&local));
  return *error == NULL;
}
