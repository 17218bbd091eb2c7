/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-command.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "csm-desk.h"
#include "csm-error.h"
#include "csm-id.h"
#include "csm-json.h"
#include "csm-projection.h"
#include "csm-store-files.h"
#include "csm-validate.h"

#define PROGRAM "casement-server"

enum
{
  STATUS_FAILED = 1,
  STATUS_USAGE = 2,
};

typedef struct
{
  const char    *words;
  const char    *arguments;
  const char    *summary;
  CsmCommandFunc run;
} Command;

static const Command commands[] = {
  { "init", "", N_("Make a workspace in an empty data directory"), csm_command_init },
  { "user add", N_("EMAIL"), N_("Add a person who works here"), csm_command_user_add },
  { "user list", "", N_("List the people"), csm_command_user_list },
  { "user password", N_("EMAIL"), N_("Give a person a new password"), csm_command_user_password },
  { "user tokens", N_("EMAIL"), N_("List the devices on which a person is signed in"), csm_command_user_tokens },
  { "user revoke", N_("EMAIL [DEVICE]"), N_("Sign a person out on a device, or on all of them"), csm_command_user_revoke },
  { "user deactivate", N_("EMAIL"), N_("Sign a person out everywhere and let them in no more"), csm_command_user_deactivate },
  { "user reactivate", N_("EMAIL"), N_("Let a person sign in again"), csm_command_user_reactivate },
  { "time-zone", N_("[ZONE]"), N_("Say, or set, in which zone people’s mornings are"), csm_command_time_zone },
  { "team add", N_("NAME"), N_("Add a team"), csm_command_team_add },
  { "channel add", N_("email NAME"), N_("Add a mailbox"), csm_command_channel_add },
  { "channel list", "", N_("List the mailboxes, and how they are"), csm_command_channel_list },
  { "channel set", N_("NAME"), N_("Change a mailbox: its address, servers, folders or password"), csm_command_channel_set },
  { "channel test", N_("NAME"), N_("Try a mailbox's mail servers"), csm_command_channel_test },
  { "channel retry", N_("NAME"), N_("Have a server that runs try again now"), csm_command_channel_retry },
  { "channel remove", N_("NAME"), N_("Forget a mailbox's servers and passwords; its cases stay"), csm_command_channel_remove },
  { "import", N_("PATH"), N_("Import mail: an mbox file, a Maildir, or a folder of .eml files"), csm_command_import },
  { "deliver", "", N_("Take in one mail from standard input"), csm_command_deliver },
  { "sample", N_("FOLDER"), N_("Fill an empty workspace with a sample"), csm_command_sample },
  { "keep", N_("FOLDER [RECIPIENT…]"), N_("Keep the mail on standard input in a folder, instead of sending it"), csm_command_keep },
  { "prepare", "", N_("Make and fill a workspace for one person, as the app does"), csm_command_prepare },
  { "serve", "", N_("Serve the workspace until SIGTERM or SIGINT"), csm_command_serve },
  { "backup", N_("TARGET"), N_("Write a backup to a new directory, also while a server serves"), csm_command_backup },
  { "restore", N_("BACKUP"), N_("Put a backup in the data directory’s place"), csm_command_restore },
  { "check", "", N_("Check the data for damage"), csm_command_check },
};

/* --- What commands share --------------------------------------------------------------------------------------------- */

static gboolean
version_cb (const char  *option,
            const char  *value,
            gpointer     data,
            GError     **error)
{
  g_print ("%s %s\n", PROGRAM, CSM_VERSION);
  exit (0);
}

/**
 * csm_command_parse:
 * @invocation: a command
 * @options: (nullable): its options
 * @least: how many arguments it must have
 * @most: how many it may have
 * @error: `CSM_ERROR_USAGE`
 *
 * Takes the options out of the command line and answers `--help` and `--version`. `--data` may stand behind the command too.
 *
 * Returns: whether the rest is well formed
 */
gboolean
csm_command_parse (CsmInvocation       *invocation,
                   const GOptionEntry  *options,
                   guint                least,
                   guint                most,
                   GError             **error)
{
  const GOptionEntry common[] = {
    { "data", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_FILENAME, &invocation->data_dir, N_("The data directory"), N_("DIR") },
    { "version", 0, G_OPTION_FLAG_NO_ARG, G_OPTION_ARG_CALLBACK, version_cb, N_("Show the version"), NULL },
    G_OPTION_ENTRY_NULL
  };
  g_autofree char *usage = g_strdup_printf ("%s%s%s", invocation->words, *invocation->arguments_help != '\0' ? " " : "",
                                            *invocation->arguments_help != '\0' ? _(invocation->arguments_help) : "");
  g_autoptr (GOptionContext) context = g_option_context_new (usage);
  g_autoptr (GError) local = NULL;
  guint n;

  g_option_context_set_translation_domain (context, GETTEXT_PACKAGE);
  g_option_context_set_summary (context, invocation->summary);
  if (options != NULL)
    g_option_context_add_main_entries (context, options, GETTEXT_PACKAGE);
  g_option_context_add_main_entries (context, common, GETTEXT_PACKAGE);
  if (!g_option_context_parse_strv (context, &invocation->argv, &local))
    {
      g_set_error_literal (error, CSM_ERROR, CSM_ERROR_USAGE, local->message);
      return FALSE;
    }
  n = g_strv_length (invocation->argv) - 1;
  if (n >= least && n <= most)
    return TRUE;
  if (n > most)
    g_set_error (error, CSM_ERROR, CSM_ERROR_USAGE, _("“%s” is one argument too many"), invocation->argv[1 + most]);
  else
    g_set_error (error, CSM_ERROR, CSM_ERROR_USAGE, _("“%s” needs more arguments: %s"), invocation->words, _(invocation->arguments_help));
  return FALSE;
}

/**
 * csm_command_need:
 * @value: (nullable): an option's value
 * @option: its name: "--name"
 * @error: `CSM_ERROR_USAGE`
 *
 * Returns: whether the option was given
 */
gboolean
csm_command_need (const char  *value,
                  const char  *option,
                  GError     **error)
{
  if (value != NULL && *value != '\0')
    return TRUE;
  g_set_error (error, CSM_ERROR, CSM_ERROR_USAGE, _("The option %s is missing"), option);
  return FALSE;
}

static void
explain_open (const char   *data_dir,
              const GError *problem,
              GError      **error)
{
  g_autofree char *database = g_build_filename (data_dir, CSM_STORE_DATABASE, NULL);

  if (g_error_matches (problem, CSM_ERROR, CSM_ERROR_DATABASE_NEWER))
    g_set_error (error, CSM_ERROR, problem->code, _("The workspace in %s was written by a newer Casement: update this one"), data_dir);
  else if (!g_file_test (data_dir, G_FILE_TEST_IS_DIR))
    g_set_error (error, CSM_ERROR, CSM_ERROR_NOT_FOUND, _("There is no directory %s"), data_dir);
  else if (g_error_matches (problem, CSM_ERROR, CSM_ERROR_NOT_FOUND) && !g_file_test (database, G_FILE_TEST_EXISTS))
    g_set_error (error, CSM_ERROR, CSM_ERROR_NOT_FOUND, _("There is no workspace in %s: “init” makes one"), data_dir);
  else
    g_set_error (error, CSM_ERROR, problem->code, _("The workspace in %s can't be opened: %s"), data_dir, problem->message);
}

/**
 * csm_command_open:
 * @invocation: a command
 * @error: `CSM_ERROR_USAGE` without `--data`, or why the workspace can't be opened
 *
 * Returns: (transfer full): the workspace
 */
CsmStore *
csm_command_open (CsmInvocation  *invocation,
                  GError        **error)
{
  g_autoptr (GError) local = NULL;
  CsmStore *store;

  if (!csm_command_need (invocation->data_dir, "--data", error))
    return NULL;
  store = csm_store_open (invocation->data_dir, &local);
  if (store != NULL)
    csm_projection_attach (store);
  else
    explain_open (invocation->data_dir, local, error);
  return store;
}

typedef struct
{
  const char *name;
  char       *id;
} Find;

static gboolean
find_cb (const char *id,
         const char *json,
         gpointer    user_data)
{
  Find *find = user_data;
  g_autoptr (JsonNode) node = csm_json_parse_trusted (json, -1);
  const char *name = node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? csm_json_get_string (json_node_get_object (node), "name") : NULL;
  g_autofree char *folded = name != NULL ? g_utf8_casefold (name, -1) : NULL;
  g_autofree char *wanted = g_utf8_casefold (find->name, -1);

  if (g_strcmp0 (folded, wanted) == 0 || g_str_equal (id, find->name))
    find->id = g_strdup (id);
  return find->id == NULL;
}

/**
 * csm_command_find:
 * @txn: a transaction
 * @type: a type with few records that have a name
 * @name: the name or the id of one; capitals don't matter
 * @error: return location
 *
 * Returns: (transfer full) (nullable): its id; %NULL without an error when there is none
 */
char *
csm_command_find (CsmTxn      *txn,
                  CsmTypeId    type,
                  const char  *name,
                  GError     **error)
{
  Find find = { name, NULL };

  csm_txn_each (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (type), G_MAXINT32, find_cb, &find, error);
  return find.id;
}

/**
 * csm_command_add:
 * @txn: a write transaction
 * @type: Person or Team
 * @record: what a client would send; gets its defaults and its id
 * @error: `CSM_ERROR_INVALID`
 *
 * Adds a record by the desk's rules. Whoever may run commands on the machine is its owner and may do all that an admin may.
 *
 * Returns: whether it worked
 */
gboolean
csm_command_add (CsmTxn      *txn,
                 CsmTypeId    type,
                 JsonObject  *record,
                 GError     **error)
{
  const CsmRecordType *record_type = csm_record_type_get (type);
  const CsmPrincipal owner = { .role = (char *) "admin" };
  g_autoptr (GPtrArray) bad = csm_validate_create (record_type, record);
  g_autofree char *id = csm_id_new (record_type->letter);
  g_autoptr (GError) local = NULL;

  if (bad != NULL)
    {
      g_set_error (error, CSM_ERROR, CSM_ERROR_INVALID, _("The value of “%s” is not allowed"), (const char *) g_ptr_array_index (bad, 0));
      return FALSE;
    }
  csm_record_fill_defaults (record_type, record);
  if (csm_desk_create (txn, &owner, CSM_ACCOUNT_WORKSPACE, record_type, id, record, &local))
    return TRUE;
  if (g_error_matches (local, CSM_DESK_ERROR, CSM_DESK_ERROR_INVALID_PROPERTIES))
    g_set_error (error, CSM_ERROR, CSM_ERROR_INVALID, _("The value of “%s” is not allowed"), local->message);
  else
    g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/**
 * csm_command_reader:
 *
 * Returns: (transfer none): the program that parses mail: CASEMENT_READER, or the installed one
 */
const char *
csm_command_reader (void)
{
  const char *program = g_getenv ("CASEMENT_READER");

  return program != NULL ? program : CSM_PKGLIBEXECDIR "/casement-reader";
}

/* --- Which command ---------------------------------------------------------------------------------------------------- */

static char *
list_commands (void)
{
  GString *text = g_string_new (_("Commands:"));

  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      const char *arguments = *commands[i].arguments != '\0' ? _(commands[i].arguments) : "";
      g_autofree char *usage = g_strdup_printf ("%s %s", commands[i].words, arguments);

      g_string_append_printf (text, "\n  %-28s %s", g_strchomp (usage), _(commands[i].summary));
    }
  g_string_append_printf (text, "\n\n%s", _("Each of them has a --help."));
  return g_string_free (text, FALSE);
}

/* How many words of @argv are the command's; 0: it is another one. */
static guint
match (const Command *command,
       char         **argv)
{
  g_auto (GStrv) words = g_strsplit (command->words, " ", -1);
  guint n = g_strv_length (words);

  for (guint i = 0; i < n; i++)
    {
      if (g_strcmp0 (words[i], argv[i]) != 0)
        return 0;
    }
  return n;
}

static gboolean
run_command (char      *data_dir,
             char     **argv,
             int       *status,
             GError   **error)
{
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      guint n = match (&commands[i], argv);
      g_autoptr (GStrvBuilder) rest = g_strv_builder_new ();
      CsmInvocation invocation = { .data_dir = g_strdup (data_dir), .words = commands[i].words,
                                   .arguments_help = commands[i].arguments, .summary = _(commands[i].summary) };
      gboolean ok;

      if (n == 0)
        {
          g_free (invocation.data_dir);
          continue;
        }
      g_strv_builder_add (rest, PROGRAM);
      g_strv_builder_addv (rest, (const char **) argv + n);
      invocation.argv = g_strv_builder_end (rest);
      ok = commands[i].run (&invocation, error);
      *status = invocation.status;
      g_free (invocation.data_dir);
      g_strfreev (invocation.argv);
      return ok;
    }
  if (argv[0] == NULL)
    g_set_error_literal (error, CSM_ERROR, CSM_ERROR_USAGE, _("Which command?"));
  else
    g_set_error (error, CSM_ERROR, CSM_ERROR_USAGE, _("There is no command “%s”"), argv[0]);
  return FALSE;
}

static gboolean
parse_and_run (char    **argv,
               int      *status,
               GError  **error)
{
  g_autofree char *data_dir = NULL;
  const GOptionEntry options[] = {
    { "data", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_FILENAME, &data_dir, N_("The data directory"), N_("DIR") },
    { "version", 0, G_OPTION_FLAG_NO_ARG, G_OPTION_ARG_CALLBACK, version_cb, N_("Show the version"), NULL },
    G_OPTION_ENTRY_NULL
  };
  g_autoptr (GOptionContext) context = g_option_context_new (_("COMMAND …"));
  g_autofree char *summary = list_commands ();
  g_auto (GStrv) rest = g_strdupv (argv);
  g_autoptr (GError) local = NULL;

  g_option_context_set_strict_posix (context, TRUE);
  g_option_context_set_summary (context, _("Keeps a Casement workspace and serves it to the people who work in it."));
  g_option_context_set_description (context, summary);
  g_option_context_add_main_entries (context, options, GETTEXT_PACKAGE);
  if (!g_option_context_parse_strv (context, &rest, &local))
    {
      g_set_error_literal (error, CSM_ERROR, CSM_ERROR_USAGE, local->message);
      return FALSE;
    }
  return run_command (data_dir, rest + 1, status, error);
}

/**
 * csm_command_main:
 * @argc: as main() got it
 * @argv: as main() got it
 *
 * Runs the command that @argv names. What goes wrong is told in one line on standard error.
 *
 * Returns: the exit status: 0, 1 when the command failed, 2 when the command line can't be understood
 */
int
csm_command_main (int    argc,
                  char **argv)
{
  g_autoptr (GError) error = NULL;
  int status = 0;

  if (parse_and_run (argv, &status, &error))
    return status;
  if (status == 0)
    status = g_error_matches (error, CSM_ERROR, CSM_ERROR_USAGE) ? STATUS_USAGE : STATUS_FAILED;
  g_printerr ("%s: %s\n", PROGRAM, error->message);
  return status;
}
