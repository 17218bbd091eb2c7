/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-command.h"

#include <errno.h>
#include <inttypes.h>
#include <sysexits.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>

#include "csm-error.h"
#include "csm-mail-import.h"
#include "csm-sample.h"
#include "csm-terminal.h"

static gpointer
find_channel (CsmTxn        *txn,
              gpointer       input,
              GCancellable  *cancellable,
              GError       **error)
{
  return csm_txn_find_channel (txn, input, error);
}

static char *
open_channel (CsmInvocation  *invocation,
              const char     *name,
              CsmStore      **store,
              GError        **error)
{
  g_autoptr (GError) local = NULL;
  char *id;

  *store = csm_command_open (invocation, error);
  if (*store == NULL)
    return NULL;
  id = csm_store_run (*store, FALSE, find_channel, (gpointer) name, &local);
  if (local != NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  else if (id == NULL)
    g_set_error (error, CSM_ERROR, CSM_ERROR_NOT_FOUND, _("There is no channel “%s”"), name);
  return id;
}

static void
progress_cb (const CsmImportResult *so_far,
             gpointer               user_data)
{
  g_autofree char *text = g_strdup_printf (_("%" PRIu64 " mails read, %" PRIu64 " added"), so_far->read, so_far->added);

  csm_terminal_progress (text);
}

/**
 * csm_command_import:
 * @invocation: `import PATH --channel NAME`
 * @error: return location
 *
 * A mail that can't be read is set aside and fails nothing.
 *
 * Returns: whether it worked
 */
gboolean
csm_command_import (CsmInvocation  *invocation,
                    GError        **error)
{
  g_autofree char *channel = NULL;
  const GOptionEntry options[] = {
    { "channel", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_STRING, &channel, N_("The mailbox's name or address"), N_("NAME") },
    G_OPTION_ENTRY_NULL
  };
  g_autoptr (CsmStore) store = NULL;
  g_autofree char *channel_id = NULL;
  CsmImportResult result = { 0 };
  gboolean ok;

  if (!csm_command_parse (invocation, options, 1, 1, error) || !csm_command_need (channel, "--channel", error))
    return FALSE;
  channel_id = open_channel (invocation, channel, &store, error);
  if (channel_id == NULL)
    return FALSE;
  ok = csm_mail_import_run (store, channel_id, invocation->argv[1], csm_command_reader (), progress_cb, NULL, &result, error);
  csm_terminal_progress_end ();
  if (ok)
    g_print (_("%" PRIu64 " mails read: %" PRIu64 " added, %" PRIu64 " were there already, %" PRIu64 " set aside\n"),
             result.read, result.added, result.duplicates, result.set_aside);
  return ok;
}

/* Into @mail while it is small, and all of it into @spool when it gets large. */
static gboolean
read_mail (GByteArray  *mail,
           CsmSpool   **spool,
           GError     **error)
{
  guint8 buffer[65536];

  for (;;)
    {
      gssize n = read (STDIN_FILENO, buffer, sizeof buffer);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        {
          g_set_error (error, CSM_ERROR, CSM_ERROR_FAILED, _("The mail can't be read: %s"), g_strerror (errno));
          return FALSE;
        }
      if (n == 0)
        break;
      if (*spool == NULL && mail->len + (gsize) n <= CSM_SPOOL_THRESHOLD)
        {
          g_byte_array_append (mail, buffer, (guint) n);
          continue;
        }
      if (*spool == NULL && ((*spool = csm_spool_new (error)) == NULL || !csm_spool_append (*spool, mail->data, mail->len, error)))
        return FALSE;
      if (!csm_spool_append (*spool, buffer, (gsize) n, error))
        return FALSE;
      /* More than is parsed, so that it is set aside as too large; nobody keeps more than twice that. */
      if (csm_spool_get_length (*spool) > 2 * CSM_MAIL_MAX_SIZE)
        {
          g_set_error_literal (error, CSM_ERROR, CSM_ERROR_TOO_LARGE, _("The mail is too large"));
          return FALSE;
        }
    }
  if (mail->len == 0 && *spool == NULL)
    {
      g_set_error_literal (error, CSM_ERROR, CSM_ERROR_INVALID, _("There is no mail on standard input"));
      return FALSE;
    }
  return TRUE;
}

static gboolean
deliver (CsmInvocation  *invocation,
         const char     *channel,
         GError        **error)
{
  g_autoptr (CsmStore) store = NULL;
  g_autoptr (GByteArray) mail = g_byte_array_new ();
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (CsmSpool) spool = NULL;
  g_autofree char *channel_id = open_channel (invocation, channel, &store, error);

  if (channel_id == NULL)
    return FALSE;
  if (!read_mail (mail, &spool, error))
    return FALSE;
  if (spool != NULL)
    return csm_mail_deliver_spool (store, channel_id, spool, csm_command_reader (), error);
  bytes = g_byte_array_free_to_bytes (g_steal_pointer (&mail));
  return csm_mail_deliver (store, channel_id, bytes, csm_command_reader (), error);
}

/**
 * csm_command_deliver:
 * @invocation: `deliver --channel NAME [--mta]`
 * @error: return location
 *
 * When this returns the mail is on the disk. A mail server takes the exit status 1 for a refusal and sends the mail back; with
 * `--mta` each failure is its EX_TEMPFAIL, so that it tries again.
 *
 * Returns: whether it worked
 */
gboolean
csm_command_deliver (CsmInvocation  *invocation,
                     GError        **error)
{
  g_autofree char *channel = NULL;
  gboolean is_mta = FALSE;
  const GOptionEntry options[] = {
    { "channel", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_STRING, &channel, N_("The mailbox's name or address"), N_("NAME") },
    { "mta", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_NONE, &is_mta, N_("End with 75 when it fails, so that a mail server tries again later"), NULL },
    G_OPTION_ENTRY_NULL
  };

  if (!csm_command_parse (invocation, options, 0, 0, error) || !csm_command_need (channel, "--channel", error))
    return FALSE;
  if (deliver (invocation, channel, error))
    return TRUE;
  if (is_mta)
    invocation->status = EX_TEMPFAIL;
  return FALSE;
}

static gpointer
find_owner (CsmTxn        *txn,
            gpointer       input,
            GCancellable  *cancellable,
            GError       **error)
{
  g_autoptr (GError) local = NULL;
  char *id = csm_txn_find_person (txn, input, &local);

  if (local != NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  else if (id == NULL)
    g_set_error (error, CSM_ERROR, CSM_ERROR_NOT_FOUND, _("There is nobody with the address %s"), (const char *) input);
  return id;
}

/**
 * csm_command_sample:
 * @invocation: `sample FOLDER [--owner EMAIL]`
 * @error: return location
 *
 * Returns: whether the sample is there
 */
gboolean
csm_command_sample (CsmInvocation  *invocation,
                    GError        **error)
{
  g_autofree char *owner = NULL;
  const GOptionEntry options[] = {
    { "owner", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_STRING, &owner, N_("Who looks around: gets some of the cases"), N_("EMAIL") },
    G_OPTION_ENTRY_NULL
  };
  g_autoptr (CsmStore) store = NULL;
  g_autofree char *owner_id = NULL;

  if (!csm_command_parse (invocation, options, 1, 1, error))
    return FALSE;
  store = csm_command_open (invocation, error);
  if (store == NULL)
    return FALSE;
  if (owner != NULL)
    {
      owner_id = csm_store_run (store, FALSE, find_owner, owner, error);
      if (owner_id == NULL)
        return FALSE;
    }
  return csm_sample_fill (store, invocation->argv[1], owner_id, csm_command_reader (), error);
}
