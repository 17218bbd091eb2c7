/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-ask.h"

#include <glib/gi18n-lib.h>

#include "csm-audit.h"
#include "csm-channel-setup.h"
#include "csm-error.h"
#include "csm-id.h"
#include "csm-json.h"
#include "csm-mailbox-finder.h"

/* How long each step of finding a mailbox's settings may take. */
#define FIND_PATIENCE_MS 5000

static const char *
need_id (CsmAsk  *ask,
         GError **error)
{
  const char *id = csm_json_get_string (ask->arguments, "id");

  if (id != NULL && csm_id_is_valid (id, 'h'))
    return id;
  g_set_error_literal (error, CSM_ERROR, CSM_ERROR_NOT_FOUND, _("There is no such mailbox."));
  return NULL;
}

static gpointer
load (CsmTxn        *txn,
      gpointer       input,
      GCancellable  *cancellable,
      GError       **error)
{
  return csm_channel_setup_load (txn, input, error);
}

/* The one that `id` names, or an empty one. */
static CsmChannelSetup *
load_or_new (CsmAsk  *ask,
             GError **error)
{
  const char *id;

  if (csm_json_get_string (ask->arguments, "id") == NULL)
    return csm_channel_setup_new ();
  id = need_id (ask, error);
  return id != NULL ? csm_store_run (ask->store, FALSE, load, (gpointer) id, error) : NULL;
}

static gboolean
read_settings (CsmAsk           *ask,
               CsmChannelSetup  *setup,
               GError          **error)
{
  JsonObject *settings = csm_json_get_object (ask->arguments, "settings");

  if (settings != NULL)
    return csm_channel_setup_read (setup, settings, error);
  g_set_error_literal (error, CSM_ERROR, CSM_ERROR_INVALID, _("The settings are missing."));
  return FALSE;
}

/**
 * csm_ask_mailbox_find:
 * @ask: {address}
 * @error: return location
 *
 * Returns: (transfer full) (nullable): {candidates}
 */
JsonObject *
csm_ask_mailbox_find (CsmAsk  *ask,
                      GError **error)
{
  g_autoptr (CsmMailboxFinder) finder = csm_mailbox_finder_new (FIND_PATIENCE_MS, ask->cancellable, error);
  JsonArray *candidates = finder != NULL ? csm_mailbox_finder_run (finder, csm_json_get_string (ask->arguments, "address"), error) : NULL;
  JsonObject *answer;

  if (candidates == NULL)
    return NULL;
  answer = json_object_new ();
  json_object_set_array_member (answer, "candidates", candidates);
  return answer;
}

/**
 * csm_ask_mailbox_sign_in:
 * @ask: {id, grant: {tokenUrl, clientId, clientSecret, scope, code, codeVerifier, redirectUri}}
 * @error: return location
 *
 * What somebody brings from signing in with the browser is good once; what it is exchanged for is stored by csm_ask_mailbox_connect().
 *
 * Returns: (transfer full) (nullable): {refreshToken, accessToken, expires}
 */
JsonObject *
csm_ask_mailbox_sign_in (CsmAsk  *ask,
                         GError **error)
{
  g_autoptr (CsmChannelSetup) setup = load_or_new (ask, error);
  JsonObject *grant = csm_json_get_object (ask->arguments, "grant");
  g_autoptr (GError) local = NULL;
  JsonObject *tokens;

  if (setup == NULL)
    return NULL;
  if (grant == NULL)
    {
      g_set_error_literal (error, CSM_ERROR, CSM_ERROR_INVALID, _("Nobody has signed in to the mailbox yet."));
      return NULL;
    }
  tokens = csm_mail_grant_exchange (grant, csm_channel_setup_get_grant (setup), ask->cancellable, &local);
  if (tokens == NULL && local->domain == G_IO_ERROR && !g_error_matches (local, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_set_error_literal (error, CSM_ERROR, CSM_ERROR_INVALID, local->message);
  else if (tokens == NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  return tokens;
}

/**
 * csm_ask_mailbox_test:
 * @ask: {id, settings}
 * @error: return location
 *
 * Nothing is changed, here or there.
 *
 * Returns: (transfer full) (nullable): {imap, smtp}: how it went
 */
JsonObject *
csm_ask_mailbox_test (CsmAsk  *ask,
                      GError **error)
{
  g_autoptr (CsmChannelSetup) setup = load_or_new (ask, error);

  if (setup == NULL || !read_settings (ask, setup, error))
    return NULL;
  return csm_channel_setup_test (setup, ask->cancellable);
}

typedef struct
{
  CsmAsk          *ask;
  CsmChannelSetup *setup;
} Saving;

static gpointer
save (CsmTxn        *txn,
      gpointer       input,
      GCancellable  *cancellable,
      GError       **error)
{
  Saving *saving = input;

  return csm_channel_setup_save (saving->setup, txn, error) && csm_audit_note (txn, saving->ask->who, "mailbox", saving->setup->id, error)
           ? g_strdup (saving->setup->id) : NULL;
}

/**
 * csm_ask_mailbox_connect:
 * @ask: {id, name, address, teamId, settings}; without `id` it is a new one
 * @error: return location
 *
 * Returns: (transfer full) (nullable): {id}
 */
JsonObject *
csm_ask_mailbox_connect (CsmAsk  *ask,
                         GError **error)
{
  g_autoptr (CsmChannelSetup) setup = load_or_new (ask, error);
  static const char *const members[] = { "name", "address", "teamId" };
  Saving saving = { ask, setup };
  g_autofree char *id = NULL;
  JsonObject *answer;

  if (setup == NULL || !read_settings (ask, setup, error))
    return NULL;
  for (guint i = 0; i < G_N_ELEMENTS (members); i++)
    {
      char **fields[] = { &setup->name, &setup->address, &setup->team_id };

      if (!json_object_has_member (ask->arguments, members[i]))
        continue;
      g_free (*fields[i]);
      *fields[i] = g_strdup (csm_json_get_string (ask->arguments, members[i]));
    }
  id = csm_store_run (ask->store, TRUE, save, &saving, error);
  if (id == NULL)
    return NULL;
  answer = json_object_new ();
  csm_json_set_string (answer, "id", id);
  return answer;
}

/**
 * csm_ask_mailbox_settings:
 * @ask: {id}
 * @error: return location
 *
 * Returns: (transfer full) (nullable): {settings}, without secrets
 */
JsonObject *
csm_ask_mailbox_settings (CsmAsk  *ask,
                          GError **error)
{
  const char *id = need_id (ask, error);
  g_autoptr (CsmChannelSetup) setup = id != NULL ? csm_store_run (ask->store, FALSE, load, (gpointer) id, error) : NULL;
  JsonObject *answer;

  if (setup == NULL)
    return NULL;
  answer = json_object_new ();
  json_object_set_object_member (answer, "settings", csm_channel_setup_write (setup));
  return answer;
}

static gpointer
retry (CsmTxn        *txn,
       gpointer       input,
       GCancellable  *cancellable,
       GError       **error)
{
  return GINT_TO_POINTER (csm_channel_setup_retry (txn, csm_json_get_string (((CsmAsk *) input)->arguments, "id"), error));
}

static gpointer
forget (CsmTxn        *txn,
        gpointer       input,
        GCancellable  *cancellable,
        GError       **error)
{
  CsmAsk *ask = input;
  const char *id = csm_json_get_string (ask->arguments, "id");

  return GINT_TO_POINTER (csm_channel_setup_remove (txn, id, error) && csm_audit_note (txn, ask->who, "mailboxRemoved", id, error));
}

static JsonObject *
run (CsmAsk        *ask,
     CsmStoreFunc   func,
     GError       **error)
{
  const char *id = need_id (ask, error);

  return id != NULL && csm_store_run (ask->store, TRUE, func, ask, error) != NULL ? json_object_new () : NULL;
}

/**
 * csm_ask_mailbox_retry:
 * @ask: {id}
 * @error: return location
 *
 * Tries at once what would be tried later.
 *
 * Returns: (transfer full) (nullable): {}
 */
JsonObject *
csm_ask_mailbox_retry (CsmAsk  *ask,
                       GError **error)
{
  return run (ask, retry, error);
}

/**
 * csm_ask_mailbox_remove:
 * @ask: {id}
 * @error: return location
 *
 * The channel stays with its cases, disabled; its secrets are deleted.
 *
 * Returns: (transfer full) (nullable): {}
 */
JsonObject *
csm_ask_mailbox_remove (CsmAsk  *ask,
                        GError **error)
{
  return run (ask, forget, error);
}
