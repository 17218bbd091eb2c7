/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-command-channel.h"

#include <glib/gi18n-lib.h>

#include "csm-command.h"
#include "csm-error.h"
#include "csm-json.h"

/* More channels are in no workspace. */
#define MAX_CHANNELS 1000

/* --- Which one ---------------------------------------------------------------------------------------------------------------- */

static gpointer
load (CsmTxn        *txn,
      gpointer       input,
      GCancellable  *cancellable,
      GError       **error)
{
  g_autoptr (GError) local = NULL;
  g_autofree char *id = csm_txn_find_channel (txn, input, &local);

  if (local != NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  else if (id == NULL)
    g_set_error (error, CSM_ERROR, CSM_ERROR_NOT_FOUND, _("There is no channel “%s”"), (const char *) input);
  return id != NULL ? csm_channel_setup_load (txn, id, error) : NULL;
}

static CsmChannelSetup *
open_channel (CsmInvocation  *invocation,
              CsmStore      **store,
              GError        **error)
{
  if (!csm_command_parse (invocation, NULL, 1, 1, error))
    return NULL;
  *store = csm_command_open (invocation, error);
  return *store != NULL ? csm_store_run (*store, FALSE, load, invocation->argv[1], error) : NULL;
}

/* --- Trying it ------------------------------------------------------------------------------------------------------------------ */

static gboolean
print_result (JsonObject *answer,
              const char *member,
              const char *title)
{
  JsonObject *one = csm_json_get_object (answer, member);

  if (one == NULL)
    return TRUE;
  g_print ("%s: %s\n", title, csm_json_get_string (one, "description"));
  return csm_json_get_boolean (one, "ok");
}

static gboolean
try_it (const CsmChannelSetup  *setup,
        GError                **error)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (JsonObject) answer = csm_channel_setup_test (setup, cancellable);
  gboolean in = print_result (answer, "imap", "IMAP"), out = print_result (answer, "smtp", "SMTP");

  if (in && out)
    return TRUE;
  g_set_error (error, CSM_ERROR, CSM_ERROR_FAILED, _("The mailbox “%s” does not work yet"), setup->name);
  return FALSE;
}

/**
 * csm_command_channel_test:
 * @invocation: `channel test NAME`
 * @error: return location
 *
 * Changes nothing, here or there.
 *
 * Returns: whether both ways work
 */
gboolean
csm_command_channel_test (CsmInvocation  *invocation,
                          GError        **error)
{
  g_autoptr (CsmStore) store = NULL;
  g_autoptr (CsmChannelSetup) setup = open_channel (invocation, &store, error);

  if (setup == NULL)
    return FALSE;
  if (setup->imap != NULL || setup->smtp != NULL)
    return try_it (setup, error);
  g_print (_("The mailbox “%s” has no mail server\n"), setup->name);
  return TRUE;
}

/* --- Adding and changing ----------------------------------------------------------------------------------------------------------- */

typedef struct
{
  CsmChannelSetup *setup;
  const char      *team; /* its name; NULL: as it is */
} Saving;

static gpointer
save (CsmTxn        *txn,
      gpointer       input,
      GCancellable  *cancellable,
      GError       **error)
{
  Saving *saving = input;
  g_autoptr (GError) local = NULL;

  if (saving->team != NULL)
    {
      g_clear_pointer (&saving->setup->team_id, g_free);
      if (*saving->team != '\0')
        saving->setup->team_id = csm_command_find (txn, CSM_TYPE_ID_TEAM, saving->team, &local);
      if (local == NULL && *saving->team != '\0' && saving->setup->team_id == NULL)
        g_set_error (&local, CSM_ERROR, CSM_ERROR_NOT_FOUND, _("There is no team “%s”"), saving->team);
      if (local != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return NULL;
        }
    }
  return GINT_TO_POINTER (csm_channel_setup_save (saving->setup, txn, error));
}

static gboolean
says_servers (const CsmChannelOptions *options)
{
  const CsmServerOptions *servers[] = { &options->imap, &options->smtp };

  if (options->grant.refresh_token_file != NULL)
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (servers); i++)
    {
      const CsmServerOptions *one = servers[i];

      if (one->host != NULL || one->user != NULL || one->tls != NULL || one->ca_file != NULL || one->password_file != NULL ||
          one->token_file != NULL || one->token_command != NULL)
        return TRUE;
    }
  return FALSE;
}

static gboolean
try_and_save (CsmStore                 *store,
              CsmChannelSetup          *setup,
              const CsmChannelOptions  *options,
              GError                  **error)
{
  Saving saving = { setup, options->team };
  g_autoptr (GError) local = NULL;

  if (!options->no_test && says_servers (options) && !try_it (setup, &local))
    {
      g_set_error (error, CSM_ERROR, CSM_ERROR_FAILED, _("%s. Nothing was saved; with --no-test it would be"), local->message);
      return FALSE;
    }
  return csm_store_run (store, TRUE, save, &saving, error) != NULL;
}

/**
 * csm_command_channel_add:
 * @invocation: `channel add email NAME --address A [--imap HOST --imap-user U --imap-password-file F …] [--smtp HOST …] [--team T]`
 * @error: return location
 *
 * The mail servers are tried first. A server that runs follows at once.
 *
 * Returns: whether it worked
 */
gboolean
csm_command_channel_add (CsmInvocation  *invocation,
                         GError        **error)
{
  g_auto (CsmChannelOptions) options = { 0 };
  g_autofree GOptionEntry *entries = csm_channel_options_entries (&options, TRUE);
  g_autoptr (CsmChannelSetup) setup = csm_channel_setup_new ();
  g_autoptr (CsmStore) store = NULL;

  if (!csm_command_parse (invocation, entries, 2, 2, error))
    return FALSE;
  if (!g_str_equal (invocation->argv[1], "email"))
    {
      g_set_error (error, CSM_ERROR, CSM_ERROR_USAGE, _("“%s” is not a kind of channel that can be added: email is"), invocation->argv[1]);
      return FALSE;
    }
  if (!csm_command_need (options.address, "--address", error) || !csm_channel_options_apply (&options, setup, error))
    return FALSE;
  g_free (setup->name);
  setup->name = g_strdup (invocation->argv[2]);
  store = csm_command_open (invocation, error);
  if (store == NULL || !try_and_save (store, setup, &options, error))
    return FALSE;
  g_print (_("Added the mailbox “%s” of %s\n"), setup->name, setup->address);
  return TRUE;
}

/**
 * csm_command_channel_set:
 * @invocation: `channel set NAME …`, with the options of `channel add`
 * @error: return location
 *
 * What is not named stays. New mail servers and passwords are tried first; a server that runs follows at once.
 *
 * Returns: whether it worked
 */
gboolean
csm_command_channel_set (CsmInvocation  *invocation,
                         GError        **error)
{
  g_auto (CsmChannelOptions) options = { 0 };
  g_autofree GOptionEntry *entries = csm_channel_options_entries (&options, FALSE);
  g_autoptr (CsmStore) store = NULL;
  g_autoptr (CsmChannelSetup) setup = NULL;

  if (!csm_command_parse (invocation, entries, 1, 1, error))
    return FALSE;
  store = csm_command_open (invocation, error);
  setup = store != NULL ? csm_store_run (store, FALSE, load, invocation->argv[1], error) : NULL;
  if (setup == NULL || !csm_channel_options_apply (&options, setup, error) || !try_and_save (store, setup, &options, error))
    return FALSE;
  g_print (_("Changed the mailbox “%s” of %s\n"), setup->name, setup->address);
  return TRUE;
}

/* --- The others --------------------------------------------------------------------------------------------------------------------- */

static gpointer
forget (CsmTxn        *txn,
        gpointer       input,
        GCancellable  *cancellable,
        GError       **error)
{
  return GINT_TO_POINTER (csm_channel_setup_remove (txn, input, error));
}

static gpointer
retry (CsmTxn        *txn,
       gpointer       input,
       GCancellable  *cancellable,
       GError       **error)
{
  return GINT_TO_POINTER (csm_channel_setup_retry (txn, input, error));
}

/**
 * csm_command_channel_remove:
 * @invocation: `channel remove NAME`
 * @error: return location
 *
 * The channel stays, for the cases that came by it; its servers and passwords are forgotten.
 *
 * Returns: whether it worked
 */
gboolean
csm_command_channel_remove (CsmInvocation  *invocation,
                            GError        **error)
{
  g_autoptr (CsmStore) store = NULL;
  g_autoptr (CsmChannelSetup) setup = open_channel (invocation, &store, error);

  if (setup == NULL || csm_store_run (store, TRUE, forget, setup->id, error) == NULL)
    return FALSE;
  g_print (_("The mailbox “%s” is not read any more, and its passwords are forgotten\n"), setup->name);
  return TRUE;
}

/**
 * csm_command_channel_retry:
 * @invocation: `channel retry NAME`
 * @error: return location
 *
 * Returns: whether a server that runs will hear of it
 */
gboolean
csm_command_channel_retry (CsmInvocation  *invocation,
                           GError        **error)
{
  g_autoptr (CsmStore) store = NULL;
  g_autoptr (CsmChannelSetup) setup = open_channel (invocation, &store, error);

  return setup != NULL && csm_store_run (store, TRUE, retry, setup->id, error) != NULL;
}

static gboolean
note (const char *id,
      const char *json,
      gpointer    user_data)
{
  JsonObject *record = csm_json_parse_object (json, -1, NULL);

  if (record != NULL)
    g_ptr_array_add (user_data, record);
  return TRUE;
}

static gpointer
list (CsmTxn        *txn,
      gpointer       input,
      GCancellable  *cancellable,
      GError       **error)
{
  csm_txn_each (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (CSM_TYPE_ID_CHANNEL), MAX_CHANNELS, note, input, error);
  return NULL;
}

static void
print_channel (JsonObject *record)
{
  JsonObject *health = csm_json_get_object (record, "health"), *out = csm_json_get_object (health, "out");
  const char *in_state = csm_json_get_string (health, "state"), *out_state = csm_json_get_string (out, "state");
  const char *why = csm_json_get_string (health, "why"), *out_why = csm_json_get_string (out, "why");

  g_print ("%s\t%s\t%s\t%s\t%s\t%s\n", csm_json_get_string (record, "name"), csm_json_get_string (record, "address"),
           csm_json_get_boolean (record, "enabled") ? "on" : "off", in_state != NULL ? in_state : "-", out_state != NULL ? out_state : "-",
           why != NULL ? why : out_why != NULL ? out_why : "");
}

/**
 * csm_command_channel_list:
 * @invocation: `channel list`
 * @error: return location
 *
 * Prints a line for each mailbox: name, address, on or off, how its mail gets in and out, and what is wrong; tabs between.
 *
 * Returns: whether it worked
 */
gboolean
csm_command_channel_list (CsmInvocation  *invocation,
                          GError        **error)
{
  g_autoptr (GPtrArray) records = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
  g_autoptr (CsmStore) store = NULL;
  g_autoptr (GError) local = NULL;

  if (!csm_command_parse (invocation, NULL, 0, 0, error))
    return FALSE;
  store = csm_command_open (invocation, error);
  if (store == NULL)
    return FALSE;
  csm_store_run (store, FALSE, list, records, &local);
  for (guint i = 0; i < records->len; i++)
    print_channel (g_ptr_array_index (records, i));
  if (local != NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  return *error == NULL;
}
