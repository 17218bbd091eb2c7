/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-command.h"

#include <errno.h>

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#include "csm-error.h"
#include "csm-id.h"
#include "csm-mail-import.h"
#include "csm-mailbox-address.h"
#include "csm-sample.h"

/* What the app looks for: it is written last, so that a preparation that was cut is done again. */
#define MARK "prepared"
#define MAILBOX N_("Mail")

typedef struct
{
  char *workspace;
  char *person_name;
  char *person_email;
  char *sample;
  char *mail;
} Wishes;

static void
wishes_clear (Wishes *wishes)
{
  g_free (wishes->workspace);
  g_free (wishes->person_name);
  g_free (wishes->person_email);
  g_free (wishes->sample);
  g_free (wishes->mail);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Wishes, wishes_clear)

static CsmStore *
make_or_open (CsmInvocation  *invocation,
              const char     *workspace,
              GError        **error)
{
  g_autoptr (GError) local = NULL;

  if (g_mkdir_with_parents (invocation->data_dir, 0700) != 0)
    {
      g_set_error (error, CSM_ERROR, CSM_ERROR_FAILED, _("The directory %s can't be made: %s"), invocation->data_dir, g_strerror (errno));
      return NULL;
    }
  if (!csm_store_create (invocation->data_dir, workspace, &local) && !g_error_matches (local, CSM_ERROR, CSM_ERROR_EXISTS))
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }
  return csm_command_open (invocation, error);
}

/* The person whose computer this is may do everything; there is no password, only the app's own way in. */
static gpointer
ensure_person (CsmTxn        *txn,
               gpointer       input,
               GCancellable  *cancellable,
               GError       **error)
{
  const Wishes *wishes = input;
  g_autoptr (JsonObject) person = json_object_new ();
  g_autoptr (GError) local = NULL;
  char *id = csm_txn_find_person (txn, wishes->person_email, &local);

  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }
  if (id != NULL)
    return id;
  json_object_set_string_member (person, "name", wishes->person_name);
  json_object_set_string_member (person, "email", wishes->person_email);
  json_object_set_string_member (person, "role", "admin");
  if (!csm_command_add (txn, CSM_TYPE_ID_PERSON, person, error))
    return NULL;
  return csm_txn_find_person (txn, wishes->person_email, error);
}

static gpointer
ensure_mailbox (CsmTxn        *txn,
                gpointer       input,
                GCancellable  *cancellable,
                GError       **error)
{
  g_autoptr (JsonObject) channel = json_object_new ();
  g_autoptr (GError) local = NULL;
  g_autofree char *id = csm_txn_find_channel (txn, _(MAILBOX), &local);

  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }
  if (id != NULL)
    return g_steal_pointer (&id);
  id = csm_id_new ('h');
  json_object_set_string_member (channel, "kind", "email");
  json_object_set_string_member (channel, "name", _(MAILBOX));
  if (input != NULL)
    json_object_set_string_member (channel, "address", input);
  if (!csm_txn_insert (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (CSM_TYPE_ID_CHANNEL), id, channel, error))
    return NULL;
  return g_steal_pointer (&id);
}

/* Answering can be tried in the sample, and what is sent stays in a folder beside it. */
static gpointer
keep_what_is_sent (CsmTxn        *txn,
                   gpointer       input,
                   GCancellable  *cancellable,
                   GError       **error)
{
  const CsmRecordType *type = csm_record_type_get (CSM_TYPE_ID_CHANNEL);
  g_autoptr (CsmQueryResult) channels = csm_txn_query (txn, CSM_ACCOUNT_WORKSPACE, type, &(CsmQuery) { .limit = -1 }, error);

  for (guint i = 0; channels != NULL && i < channels->ids->len; i++)
    {
      const char *id = g_ptr_array_index (channels->ids, i);
      g_autofree char *key = g_strconcat ("sendmail:", id, NULL);
      g_autoptr (JsonObject) channel = csm_txn_get (txn, CSM_ACCOUNT_WORKSPACE, type, id, error);

      if (channel == NULL)
        return NULL;
      json_object_set_boolean_member (channel, "canSend", TRUE);
      if (!csm_txn_set_setting (txn, key, input, error) ||
          !csm_txn_update (txn, CSM_ACCOUNT_WORKSPACE, type, id, channel, error))
        return NULL;
    }
  return NULL;
}

static gboolean
fill_sample (CsmStore    *store,
             const char  *folder,
             const char  *person_id,
             GError     **error)
{
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *directory = g_canonicalize_filename (csm_store_get_directory (store), NULL);
  g_autofree char *sent = g_build_filename (directory, "sent", NULL);
  g_autofree char *quoted_program = g_shell_quote (program != NULL ? program : "casement-server");
  g_autofree char *quoted_sent = g_shell_quote (sent);
  g_autofree char *command = g_strconcat (quoted_program, " keep ", quoted_sent, NULL);
  g_autoptr (GError) local = NULL;

  if (!csm_sample_fill (store, folder, person_id, csm_command_reader (), error))
    return FALSE;
  csm_store_run (store, TRUE, keep_what_is_sent, command, &local);
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static gboolean
import_mail (CsmStore    *store,
             const char  *path,
             GError     **error)
{
  g_autofree char *address = csm_mailbox_address_guess (path);
  g_autofree char *channel_id = csm_store_run (store, TRUE, ensure_mailbox, address, error);
  CsmImportResult result = { 0 };

  return channel_id != NULL &&
         csm_mail_import_run (store, channel_id, path, csm_command_reader (), NULL, NULL, &result, error);
}

static gboolean
fill (CsmStore      *store,
      const Wishes  *wishes,
      GError       **error)
{
  g_autofree char *person_id = csm_store_run (store, TRUE, ensure_person, (gpointer) wishes, error);

  if (person_id == NULL)
    return FALSE;
  if (wishes->sample != NULL && !fill_sample (store, wishes->sample, person_id, error))
    return FALSE;
  return wishes->mail == NULL || import_mail (store, wishes->mail, error);
}

/**
 * csm_command_prepare:
 * @invocation: the command line
 * @error: what went wrong
 *
 * Makes a workspace for one person on their own computer, as the app does at its first start: the workspace, the
 * person, and what fills it. What is there already stays. A sample brings its name along.
 *
 * Returns: whether it worked
 */
gboolean
csm_command_prepare (CsmInvocation  *invocation,
                     GError        **error)
{
  g_auto (Wishes) wishes = { 0 };
  const GOptionEntry options[] = {
    { "workspace", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_STRING, &wishes.workspace, N_("What people call it"), N_("NAME") },
    { "person-name", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_STRING, &wishes.person_name, N_("The name of the person whose computer this is"), N_("NAME") },
    { "person-email", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_STRING, &wishes.person_email, N_("Their email address"), N_("EMAIL") },
    { "sample", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_FILENAME, &wishes.sample, N_("A sample to fill it from"), N_("FOLDER") },
    { "mail", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_FILENAME, &wishes.mail, N_("Mail to import: an mbox file, a Maildir, or a folder of .eml files"), N_("PATH") },
    G_OPTION_ENTRY_NULL
  };
  g_autoptr (CsmStore) store = NULL;
  g_autofree char *mark = NULL;
  GError *local = NULL;

  if (!csm_command_parse (invocation, options, 0, 0, error) || !csm_command_need (invocation->data_dir, "--data", error))
    return FALSE;
  if (wishes.workspace == NULL && wishes.sample != NULL)
    {
      wishes.workspace = csm_sample_dup_name (wishes.sample, &local);
      if (local != NULL)
        {
          g_propagate_error (error, local);
          return FALSE;
        }
    }
  if (!csm_command_need (wishes.workspace, "--workspace", error) || !csm_command_need (wishes.person_name, "--person-name", error))
    return FALSE;
  if (wishes.person_email == NULL)
    wishes.person_email = g_strconcat (g_get_user_name (), "@localhost.localdomain", NULL);
  store = make_or_open (invocation, wishes.workspace, error);
  if (store == NULL || !fill (store, &wishes, error))
    return FALSE;
  mark = g_build_filename (invocation->data_dir, MARK, NULL);
  return g_file_set_contents (mark, "", 0, error);
}
