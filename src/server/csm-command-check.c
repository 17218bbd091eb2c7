/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-command.h"

#include <glib/gi18n-lib.h>

#include "csm-error.h"
#include "csm-json.h"
#include "csm-recount.h"

typedef struct
{
  gboolean recount;
  gboolean repair;
} Options;

/* Full text can be asked in a write transaction only. */
static gpointer
check (CsmTxn        *txn,
       gpointer       input,
       GCancellable  *cancellable,
       GError       **error)
{
  const Options *options = input;
  g_autoptr (GPtrArray) findings = csm_txn_check (txn, error);

  if (findings == NULL)
    return NULL;
  /* What is counted wrongly can't be told while records can't be read. */
  if (options->recount && (!csm_txn_check_references (txn, findings, error) || !csm_recount (txn, FALSE, findings, error)))
    return NULL;
  return g_steal_pointer (&findings);
}

static gpointer
repair (CsmTxn        *txn,
        gpointer       input,
        GCancellable  *cancellable,
        GError       **error)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (g_free);

  if (csm_txn_repair (txn, error) && !csm_recount (txn, TRUE, found, error) && *error == NULL)
    g_set_error_literal (error, CSM_ERROR, CSM_ERROR_FAILED, "the records can't be counted");
  return NULL;
}

static gpointer
list_set_aside (CsmTxn        *txn,
                gpointer       input,
                GCancellable  *cancellable,
                GError       **error)
{
  return csm_txn_list_quarantine (txn, error);
}

static void
print_set_aside (GPtrArray *aside)
{
  for (guint i = 0; i < aside->len; i++)
    {
      JsonObject *mail = g_ptr_array_index (aside, i);

      g_print (_("Set aside on %s: blob %s: %s\n"), csm_json_get_string (mail, "at"), csm_json_get_string (mail, "blobId"),
               csm_json_get_string (mail, "reason"));
    }
}

static guint
print_findings (GPtrArray *findings)
{
  for (guint i = 0; i < findings->len; i++)
    g_print ("%s\n", (const char *) g_ptr_array_index (findings, i));
  return findings->len;
}

static gboolean
report (CsmStore  *store,
        Options   *options,
        guint     *damaged,
        GError   **error)
{
  g_autoptr (GPtrArray) findings = csm_store_run (store, TRUE, check, options, error);
  g_autoptr (GPtrArray) blobs = findings != NULL ? csm_store_check_blobs (store, error) : NULL;
  g_autoptr (GPtrArray) aside = blobs != NULL ? csm_store_run (store, FALSE, list_set_aside, NULL, error) : NULL;

  if (aside == NULL)
    return FALSE;
  print_set_aside (aside);
  *damaged = print_findings (findings) + print_findings (blobs);
  return TRUE;
}

static gboolean
mend (CsmStore  *store,
      GError   **error)
{
  g_autoptr (GError) local = NULL;

  if (!csm_store_lock (store, &local))
    {
      g_set_error (error, CSM_ERROR, local->code, _("A server is serving %s: stop it first"), csm_store_get_directory (store));
      return FALSE;
    }
  csm_store_run (store, TRUE, repair, NULL, &local);
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/**
 * csm_command_check:
 * @invocation: `check [--recount] [--repair]`
 * @error: `CSM_ERROR_FAILED` when there is damage
 *
 * Holds the database against itself and each blob against its hash, also while a server serves them; with `--recount` what is counted and
 * derived, too. `--repair` makes anew what follows from the records. Mails that were set aside are listed; they are no damage.
 *
 * Returns: whether all is well
 */
gboolean
csm_command_check (CsmInvocation  *invocation,
                   GError        **error)
{
  Options wanted = { FALSE, FALSE };
  const GOptionEntry options[] = {
    { "recount", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_NONE, &wanted.recount, N_("Count again what is counted and derived"), NULL },
    { "repair", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_NONE, &wanted.repair, N_("Mend what can be mended; not while a server serves"), NULL },
    G_OPTION_ENTRY_NULL
  };
  g_autoptr (CsmStore) store = NULL;
  guint n, left;

  if (!csm_command_parse (invocation, options, 0, 0, error))
    return FALSE;
  wanted.recount = wanted.recount || wanted.repair;
  store = csm_command_open (invocation, error);
  if (store == NULL || !report (store, &wanted, &n, error))
    return FALSE;
  if (n > 0 && wanted.repair)
    {
      if (!mend (store, error))
        return FALSE;
      g_print (_("After the repair:\n"));
      if (!report (store, &wanted, &left, error))
        return FALSE;
      g_print (g_dngettext (GETTEXT_PACKAGE, "Mended %u thing\n", "Mended %u things\n", n - MIN (n, left)), n - MIN (n, left));
      n = left;
    }
  if (n > 0)
    {
      g_set_error (error, CSM_ERROR, CSM_ERROR_FAILED, g_dngettext (GETTEXT_PACKAGE, "%u thing is damaged", "%u things are damaged", n), n);
      return FALSE;
    }
  g_print (_("All is well\n"));
  return TRUE;
}
