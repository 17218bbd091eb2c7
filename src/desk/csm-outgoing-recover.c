/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-outgoing.h"

#include <glib/gi18n-lib.h>

#include "csm-desk-records.h"
#include "csm-time.h"
#include "csm-txn-outgoing.h"

/* More than there ever is between two tries, µs. */
#define LONGEST_WAIT (6 * 3600 * CSM_SECOND)

/* One that can't be read holds up no other; it is never sent either. */
static gboolean
give_up (CsmTxn      *txn,
         const char  *message_id,
         const char  *why,
         gint64       now,
         GError     **error)
{
  g_autoptr (GError) local = NULL;
  gboolean noted;

  if (!csm_txn_savepoint (txn, error))
    return FALSE;
  noted = csm_outgoing_finish (txn, message_id, CSM_OUTGOING_UNKNOWN, why, now, &local);
  if (!csm_txn_release (txn, noted, error))
    return FALSE;
  if (noted)
    return TRUE;
  if (!csm_desk_may_skip (local))
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  g_warning ("What became of the mail %s can't be found out: %s", message_id, local->message);
  return csm_txn_outgoing_put (txn, message_id, "unknown", 0, now, error);
}

static gboolean
give_up_all (CsmTxn      *txn,
             const char  *state,
             const char  *why,
             gint64       now,
             GError     **error)
{
  g_autoptr (GPtrArray) ids = csm_txn_outgoing_list (txn, state, G_MAXINT64, NULL, error);

  if (ids == NULL)
    return FALSE;
  for (guint i = 0; i < ids->len; i++)
    {
      if (!give_up (txn, g_ptr_array_index (ids, i), why, now, error))
        return FALSE;
    }
  return TRUE;
}

/* What waits in a copy may have left after the copy was made, and nobody knows: it waits for a person. */
static gboolean
hold_copies (CsmTxn  *txn,
             gint64   now,
             GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autofree char *is_copy = csm_txn_setting (txn, CSM_SETTING_COPY, &local);

  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  return is_copy == NULL ||
         (csm_outgoing_take_all (txn, now, error) &&
          give_up_all (txn, "queued", _("The server was restored from a backup. Nobody knows whether this was sent before."), now, error) &&
          csm_txn_set_setting (txn, CSM_SETTING_COPY, NULL, error));
}

/**
 * csm_outgoing_recover:
 * @txn: an open transaction for writing
 * @now: the time, µs
 * @error: return location
 *
 * What was being handed over when the server ended is unknown, and so is all that waits in a copy of an older state. Call at start, before
 * anything is sent.
 *
 * Returns: whether that worked
 */
gboolean
csm_outgoing_recover (CsmTxn  *txn,
                      gint64   now,
                      GError **error)
{
  return give_up_all (txn, "handedOver", _("The server stopped while this was being sent. Nobody knows whether it arrived."), now, error) &&
         hold_copies (txn, now, error);
}

static gboolean
bring_forward (CsmTxn                *txn,
               const CsmOutgoingRow  *row,
               gint64                 now,
               GError               **error)
{
  g_autoptr (GError) local = NULL;
  int tries = csm_txn_outgoing_tries (txn, row->message_id, &local);

  if (local == NULL && csm_txn_outgoing_put (txn, row->message_id, "queued", tries, now, &local))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/**
 * csm_outgoing_catch_up:
 * @txn: an open transaction for writing
 * @rows: (element-type CsmOutgoingRow): all that waits, the one that may be tried first at first
 * @changed: (out): whether something may be tried earlier than @rows say
 * @now: the time, µs
 * @error: return location
 *
 * Nothing is put off for so long as a clock may have been wrong that was set back since: it would wait for years.
 *
 * Returns: whether that worked
 */
gboolean
csm_outgoing_catch_up (CsmTxn    *txn,
                       GArray    *rows,
                       gboolean  *changed,
                       gint64     now,
                       GError   **error)
{
  *changed = FALSE;
  for (guint i = rows->len; i > 0; i--)
    {
      const CsmOutgoingRow *row = &g_array_index (rows, CsmOutgoingRow, i - 1);

      if (row->not_before <= now + LONGEST_WAIT)
        break;
      if (!bring_forward (txn, row, now, error))
        return FALSE;
      *changed = TRUE;
    }
  return TRUE;
}

/**
 * csm_outgoing_try_now:
 * @txn: an open transaction for writing
 * @channel_id: a channel
 * @now: the time, µs
 * @error: return location
 *
 * What waits to be sent once more from there need not wait.
 *
 * Returns: whether that worked
 */
gboolean
csm_outgoing_try_now (CsmTxn      *txn,
                      const char  *channel_id,
                      gint64       now,
                      GError     **error)
{
  g_autoptr (GArray) rows = csm_txn_outgoing_queue (txn, error);

  for (guint i = 0; rows != NULL && i < rows->len; i++)
    {
      const CsmOutgoingRow *row = &g_array_index (rows, CsmOutgoingRow, i);

      if (row->not_before > now && g_strcmp0 (row->channel_id, channel_id) == 0 && !bring_forward (txn, row, now, error))
        return FALSE;
    }
  return rows != NULL;
}
