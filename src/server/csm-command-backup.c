/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-command.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "csm-backup.h"
#include "csm-error.h"
#include "csm-json.h"
#include "csm-store-files.h"
#include "csm-time.h"

static gboolean
has_workspace (CsmInvocation  *invocation,
               GError        **error)
{
  g_autofree char *database = NULL;

  if (!csm_command_need (invocation->data_dir, "--data", error))
    return FALSE;
  database = g_build_filename (invocation->data_dir, CSM_STORE_DATABASE, NULL);
  if (g_file_test (database, G_FILE_TEST_IS_REGULAR))
    return TRUE;
  g_set_error (error, CSM_ERROR, CSM_ERROR_NOT_FOUND, _("There is no workspace in %s: “init” makes one"), invocation->data_dir);
  return FALSE;
}

static void
print_backup (const CsmBackup *backup)
{
  g_autofree char *database = g_format_size (backup->database_bytes);
  g_autofree char *blobs = g_format_size (backup->blob_bytes);
  g_autofree char *created = csm_time_format (backup->created);

  g_print (_("State of %s: %" PRId64 " cases, %" PRId64 " messages; database %s, %" PRIu64 " files of %s\n"), created,
           csm_json_get_int (backup->counts, "Case", 0), csm_json_get_int (backup->counts, "Message", 0), database, backup->n_blobs, blobs);
  if (backup->n_missing > 0)
    g_printerr (_("Warning: %" PRIu64 " files that records name are missing in the workspace; “check” names them\n"), backup->n_missing);
}

/* --- backup ---------------------------------------------------------------------------------------------------------------- */

static void
explain_backup (const char    *target,
                const GError  *problem,
                GError       **error)
{
  if (g_error_matches (problem, CSM_ERROR, CSM_ERROR_EXISTS))
    g_set_error (error, CSM_ERROR, problem->code, _("There is something at %s already: a backup gets a new place each time"), target);
  else if (g_error_matches (problem, CSM_ERROR, CSM_ERROR_INVALID))
    g_set_error (error, CSM_ERROR, problem->code, _("The backup can't be inside of the data directory"));
  else
    g_set_error (error, CSM_ERROR, problem->code, _("No backup was made: %s"), problem->message);
}

/**
 * csm_command_backup:
 * @invocation: `backup TARGET [--copy]`
 * @error: return location
 *
 * Writes one state of the workspace to a new directory, also while a server serves it.
 *
 * Returns: whether it worked
 */
gboolean
csm_command_backup (CsmInvocation  *invocation,
                    GError        **error)
{
  gboolean copy = FALSE;
  const GOptionEntry options[] = {
    { "copy", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_NONE, &copy, N_("Copy all files, also those that could be shared with the workspace on this disk"), NULL },
    G_OPTION_ENTRY_NULL
  };
  g_autoptr (CsmBackup) backup = NULL;
  g_autoptr (GError) local = NULL;

  if (!csm_command_parse (invocation, options, 1, 1, error) || !has_workspace (invocation, error))
    return FALSE;
  backup = csm_backup_write (invocation->data_dir, invocation->argv[1], copy, &local);
  if (backup == NULL)
    {
      explain_backup (invocation->argv[1], local, error);
      return FALSE;
    }
  print_backup (backup);
  g_print (_("Wrote %s. It holds all mail, the passwords’ hashes, the mailboxes’ passwords and the secret key that opens those: keep it as safe as the server.\n"), invocation->argv[1]);
  return TRUE;
}

/* --- restore ---------------------------------------------------------------------------------------------------------------- */

static void
explain_restore (const char    *data_dir,
                 const char    *backup,
                 const GError  *problem,
                 GError       **error)
{
  if (g_error_matches (problem, CSM_ERROR, CSM_ERROR_EXISTS))
    g_set_error (error, CSM_ERROR, problem->code, _("%s is not empty: --replace keeps what is there beside it"), data_dir);
  else if (g_error_matches (problem, CSM_ERROR, CSM_ERROR_DATABASE_BUSY))
    g_set_error (error, CSM_ERROR, problem->code, _("A server is serving %s: stop it first"), data_dir);
  else if (g_error_matches (problem, CSM_ERROR, CSM_ERROR_DATABASE_NEWER))
    g_set_error (error, CSM_ERROR, problem->code, _("The backup in %s was written by a newer Casement: update this one"), backup);
  else
    g_set_error (error, CSM_ERROR, problem->code, _("Nothing was restored: %s"), problem->message);
}

/* Only root restores for somebody else, and then has to know for whom. */
static void
print_owner (const char *data_dir)
{
  struct stat about;
  const struct passwd *owner;

  if (geteuid () != 0 || stat (data_dir, &about) != 0)
    return;
  owner = getpwuid (about.st_uid);
  if (about.st_uid == 0)
    g_print (_("It belongs to root: if the server runs as somebody else, restore with --owner\n"));
  else
    g_print (_("It belongs to %s\n"), owner != NULL ? owner->pw_name : "another user");
}

/**
 * csm_command_restore:
 * @invocation: `restore BACKUP [--replace] [--owner USER]`
 * @error: return location
 *
 * Puts a workspace in the data directory's place as it was when the backup was made.
 *
 * Returns: whether it worked
 */
gboolean
csm_command_restore (CsmInvocation  *invocation,
                     GError        **error)
{
  gboolean replace = FALSE;
  g_autofree char *owner = NULL;
  const GOptionEntry options[] = {
    { "owner", 0, 0, G_OPTION_ARG_STRING, &owner, N_("As whom the server runs (default: the owner of what was there, or of the folder around it)"), N_("USER") },
    { "replace", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_NONE, &replace, N_("Put what is in the data directory aside"), NULL },
    G_OPTION_ENTRY_NULL
  };
  g_autoptr (CsmBackup) backup = NULL;
  g_autoptr (GError) local = NULL;
  g_autofree char *kept = NULL;

  if (!csm_command_parse (invocation, options, 1, 1, error) || !csm_command_need (invocation->data_dir, "--data", error))
    return FALSE;
  backup = csm_backup_restore (invocation->argv[1], invocation->data_dir, replace, owner, &kept, &local);
  if (backup == NULL)
    {
      explain_restore (invocation->data_dir, invocation->argv[1], local, error);
      return FALSE;
    }
  print_backup (backup);
  g_print (_("Restored %s, with its secret key and all passwords. Mail that was about to leave then waits for people; everybody’s app fetches anew.\n"),
           invocation->data_dir);
  print_owner (invocation->data_dir);
  if (kept != NULL)
    g_print (_("What was there is in %s\n"), kept);
  return TRUE;
}
