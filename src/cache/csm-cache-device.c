/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-cache-outbox.h"

#include <glib/gstdio.h>

#include "csm-id.h"

/* Where this file lies: another place means that it was copied. The machine's id is not kept, only a sum over it. */
static char *
find_place (CsmCacheTxn *txn)
{
  const char *path = sqlite3_db_filename (csm_db_conn_get_handle (txn->conn), "main");
  g_autofree char *machine = NULL;
  g_autofree char *text = NULL;
  GStatBuf found;

  if (path == NULL || *path == '\0' || g_stat (path, &found) != 0)
    return NULL;
  g_file_get_contents ("/etc/machine-id", &machine, NULL, NULL);
  text = g_strdup_printf ("casement %s %" G_GUINT64_FORMAT, machine != NULL ? machine : "", (guint64) found.st_ino);
  return g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);
}

/**
 * csm_cache_check_device:
 * @txn: the job's
 * @error: `CSM_ERROR_DATABASE`
 *
 * Of two copies of one cache the copy gets an id of its own. What was queued before keeps the old one, and may have left from
 * the other copy.
 *
 * Returns: whether it worked
 */
gboolean
csm_cache_check_device (CsmCacheTxn  *txn,
                        GError      **error)
{
  g_autofree char *device = csm_cache_get_meta (txn->conn, "device", NULL);
  g_autofree char *known = csm_cache_get_meta (txn->conn, "place", NULL);
  g_autofree char *place = find_place (txn);
  g_autofree char *fresh = NULL;

  if (device != NULL && (place == NULL || g_strcmp0 (place, known) == 0))
    return TRUE;
  fresh = csm_id_new ('d');
  if (device != NULL && !csm_db_conn_run (txn->conn, error, "UPDATE outbox SET sends = 1 WHERE state <> 2 AND sends = 0", NULL))
    return FALSE;
  return csm_cache_set_meta (txn->conn, "device", fresh, error) &&
         csm_cache_set_meta (txn->conn, "place", place, error);
}
