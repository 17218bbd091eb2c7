/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#define G_LOG_DOMAIN "csm-server"
#include "config.h"
#include "csm-command.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "csm-address.h"
#include "csm-error.h"
#include "csm-id.h"
#include "csm-imap-settings.h"
#include "csm-json.h"
#include "csm-time.h"

/* A folder is a connection, and mail servers allow ten or so. */
#define MAX_FOLDERS 8
#define MAX_HISTORY_DAYS 36500
#define MAX_PASSWORD 4096

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
  char       *imap;
  char       *imap_user;
  char       *imap_tls;
  char       *imap_ca;
  char       *password_file;
  char       *token_file;
  char       *token_command;
  char      **folders;
  int         history;
  CsmImapSettings *settings; /* what the above comes to; NULL: mail comes in some other way */
} Channel;

static void
channel_clear (Channel *channel)
{
  g_free (channel->address);
  g_free (channel->sendmail);
  g_free (channel->team);
  g_free (channel->imap);
  g_free (channel->imap_user);
  g_free (channel->imap_tls);
  g_free (channel->imap_ca);
  g_free (channel->password_file);
  g_free (channel->token_file);
  g_free (channel->token_command);
  g_strfreev (channel->folders);
  g_clear_pointer (&channel->settings, csm_imap_settings_unref);
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
  if (!csm_txn_insert (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (CSM_TYPE_ID_CHANNEL), id, record, error) ||
      (channel->sendmail != NULL && !csm_txn_set_setting (txn, key, channel->sendmail, error)))
    return NULL;
  if (channel->settings != NULL)
    csm_imap_settings_save (channel->settings, txn, id, error);
  return NULL;
}

static gboolean
check_program (const char  *command,
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
usage (GError     **error,
       const char  *what)
{
  g_set_error_literal (error, CSM_ERROR, CSM_ERROR_USAGE, what);
  return FALSE;
}

static gboolean
check_imap (const Channel  *channel,
            GError        **error)
{
  guint ways = (channel->password_file != NULL) + (channel->token_file != NULL) + (channel->token_command != NULL);

  if (channel->imap == NULL)
    {
      if (channel->imap_user != NULL || channel->imap_tls != NULL || channel->imap_ca != NULL || ways > 0 || channel->folders != NULL || channel->history != 0)
        return usage (error, _("Which mail server? --imap is missing"));
      return TRUE;
    }
  if (!csm_command_need (channel->imap_user, "--imap-user", error))
    return FALSE;
  if (ways != 1)
    return usage (error, _("One of --imap-password-file, --imap-token-file and --imap-token-command is needed"));
  if (channel->history < 0 || channel->history > MAX_HISTORY_DAYS)
    return usage (error, _("--imap-history is a number of days"));
  if (channel->folders != NULL && g_strv_length (channel->folders) > MAX_FOLDERS)
    return usage (error, _("These are too many folders"));
  for (guint i = 0; channel->folders != NULL && channel->folders[i] != NULL; i++)
    {
      if (*channel->folders[i] == '\0' || !g_utf8_validate (channel->folders[i], -1, NULL))
        return usage (error, _("A folder needs a name"));
    }
  return channel->token_command == NULL || check_program (channel->token_command, error);
}

/* A file's first line. */
static char *
read_password (const char  *path,
               GError     **error)
{
  g_autofree char *text = NULL;
  g_autoptr (GError) local = NULL;
  gsize length = 0;

  if (!g_file_get_contents (path, &text, &length, &local))
    {
      g_set_error (error, CSM_ERROR, CSM_ERROR_NOT_FOUND, _("The password can't be read: %s"), local->message);
      return NULL;
    }
  text[strcspn (text, "\r\n")] = '\0';
  if (*text != '\0' && length <= MAX_PASSWORD && g_utf8_validate (text, -1, NULL))
    return g_steal_pointer (&text);
  g_set_error (error, CSM_ERROR, CSM_ERROR_INVALID, _("There is no password in %s"), path);
  return NULL;
}

static gboolean
make_settings (Channel  *channel,
               GError  **error)
{
  g_autoptr (CsmImapSettings) settings = csm_imap_settings_new ();
  static const char *const inbox[] = { "INBOX", NULL };

  if (!csm_imap_settings_set_tls (settings, channel->imap_tls != NULL ? channel->imap_tls : "implicit"))
    return usage (error, _("--imap-tls is implicit, starttls or none-on-loopback"));
  if (!csm_imap_settings_set_host (settings, channel->imap))
    {
      g_set_error (error, CSM_ERROR, CSM_ERROR_USAGE, _("“%s” is not HOST or HOST:PORT"), channel->imap);
      return FALSE;
    }
  settings->user = g_strdup (channel->imap_user);
  settings->ca_file = channel->imap_ca != NULL ? g_canonicalize_filename (channel->imap_ca, NULL) : NULL;
  settings->token_file = channel->token_file != NULL ? g_canonicalize_filename (channel->token_file, NULL) : NULL;
  settings->token_command = g_strdup (channel->token_command);
  settings->folders = g_strdupv (channel->folders != NULL ? channel->folders : (char **) inbox);
  settings->added = csm_time_now ();
  settings->since = settings->added - channel->history * 24 * 60 * 60 * CSM_SECOND;
  if (channel->password_file != NULL)
    {
      settings->password = read_password (channel->password_file, error);
      if (settings->password == NULL)
        return FALSE;
    }
  channel->settings = g_steal_pointer (&settings);
  return TRUE;
}

static gboolean
check_channel (const char  *kind,
               Channel     *channel,
               GError     **error)
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
  return (channel->sendmail == NULL || check_program (channel->sendmail, error)) && check_imap (channel, error) &&
         (channel->imap == NULL || make_settings (channel, error));
}

/**
 * csm_command_channel_add:
 * @invocation: `channel add email NAME --address A [--imap HOST --imap-user U --imap-password-file F …] [--sendmail COMMAND] [--team T]`
 * @error: return location
 *
 * Nobody connects yet: a server that runs does so at once, and says in the channel's record how it went.
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
    { "imap", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_STRING, &channel.imap, N_("The mail server that its mail is read from, by IMAP"), N_("HOST[:PORT]") },
    { "imap-user", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_STRING, &channel.imap_user, N_("The account there"), N_("USER") },
    { "imap-password-file", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_FILENAME, &channel.password_file, N_("A file with its password, which is stored encrypted"), N_("FILE") },
    { "imap-token-file", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_FILENAME, &channel.token_file, N_("Instead, a file that always has a valid OAuth access token"), N_("FILE") },
    { "imap-token-command", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_STRING, &channel.token_command, N_("Instead, what prints an OAuth access token"), N_("COMMAND") },
    { "imap-tls", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_STRING, &channel.imap_tls, N_("implicit (the default), starttls, or none-on-loopback"), N_("HOW") },
    { "imap-ca-file", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_FILENAME, &channel.imap_ca, N_("The certificates to trust instead of the system’s"), N_("FILE") },
    { "imap-folder", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_STRING_ARRAY, &channel.folders, N_("A folder to read instead of INBOX; may be given several times"), N_("FOLDER") },
    { "imap-history", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_INT, &channel.history, N_("Also take in what came in the days before (default: only what comes from now on)"), N_("DAYS") },
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
