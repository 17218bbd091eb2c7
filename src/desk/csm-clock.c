/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-clock.h"

#include "csm-case-flow.h"
#include "csm-desk-records.h"
#include "csm-history.h"
#include "csm-json.h"
#include "csm-time.h"

/* When the server moves such a case on, and to which status. */
static gint64
due_at (JsonObject  *record,
        const char **to)
{
  const char *status = csm_json_get_string (record, "status");
  gint64 resolved = csm_json_get_time (record, "resolvedAt");

  if (g_strcmp0 (status, "snoozed") == 0)
    {
      *to = "open";
      return csm_json_get_time (record, "snoozedUntil");
    }
  *to = "closed";
  return resolved != CSM_TIME_NONE ? resolved + CSM_CASE_CLOSE_AFTER : CSM_TIME_NONE;
}

static gboolean
move_on (CsmTxn      *txn,
         JsonObject  *before,
         const char  *to,
         gint64       now,
         GError     **error)
{
  g_autoptr (JsonObject) after = csm_json_copy_object (before);

  csm_case_flow_set_status (after, to, now);
  if (g_str_equal (to, "open"))
    csm_case_note_activity (after, now);
  csm_case_touch_messages (after);
  return csm_desk_save (txn, CSM_TYPE_ID_CASE, after, error) &&
         csm_history_add_changes (txn, NULL, before, after, NULL, error);
}

/* One that can't be moved on stays as it is and keeps no other waiting. */
static gboolean
move_or_skip (CsmTxn      *txn,
              JsonObject  *record,
              const char  *to,
              gint64       now,
              GError     **error)
{
  g_autoptr (GError) local = NULL;
  gboolean moved;

  if (!csm_txn_savepoint (txn, error))
    return FALSE;
  moved = move_on (txn, record, to, now, &local);
  if (!csm_txn_release (txn, moved, error))
    return FALSE;
  if (moved)
    return TRUE;
  if (!csm_desk_may_skip (local))
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  g_warning ("The case %s can't be moved on: %s", csm_json_get_string (record, "id"), local->message);
  return TRUE;
}

static gboolean
look_at (CsmTxn      *txn,
         const char  *id,
         gint64       now,
         gint64      *next,
         GError     **error)
{
  GError *local = NULL;
  g_autoptr (JsonObject) record = csm_desk_load (txn, CSM_TYPE_ID_CASE, id, &local);
  const char *to;
  gint64 at;

  if (record == NULL && csm_desk_may_skip (local))
    {
      g_warning ("The case %s can't be looked at: %s", id, local->message);
      g_error_free (local);
      return TRUE;
    }
  if (record == NULL)
    {
      g_propagate_error (error, local);
      return FALSE;
    }
  at = due_at (record, &to);
  if (at == CSM_TIME_NONE)
    return TRUE;
  if (at > now && (*next == CSM_TIME_NONE || at < *next))
    *next = at;
  return at > now || move_or_skip (txn, record, to, now, error);
}

/**
 * csm_clock_run:
 * @txn: an open transaction for writing
 * @now: the time, µs
 * @next: (out): when there is something to do again, or `CSM_TIME_NONE`
 * @error: return location
 *
 * Ends snoozes whose time has come, and closes what has been resolved for two weeks. A case that is damaged is passed over.
 *
 * Returns: whether that worked
 */
gboolean
csm_clock_run (CsmTxn  *txn,
               gint64   now,
               gint64  *next,
               GError **error)
{
  static const char *const statuses[] = { "snoozed", "resolved" };

  *next = CSM_TIME_NONE;
  for (guint s = 0; s < G_N_ELEMENTS (statuses); s++)
    {
      g_autoptr (GPtrArray) ids = NULL;

      ids = csm_txn_ids_where (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (CSM_TYPE_ID_CASE), "status", statuses[s], error);
      if (ids == NULL)
        return FALSE;
      for (guint i = 0; i < ids->len; i++)
        {
          if (!look_at (txn, g_ptr_array_index (ids, i), now, next, error))
            return FALSE;
        }
    }
  return TRUE;
}

/**
 * csm_clock_next_snooze:
 * @txn: a transaction
 * @next: (out): when the next snooze ends, or `CSM_TIME_NONE`
 * @error: return location
 *
 * Returns: whether that worked
 */
gboolean
csm_clock_next_snooze (CsmTxn  *txn,
                       gint64  *next,
                       GError **error)
{
  return csm_txn_earliest (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (CSM_TYPE_ID_CASE), "snoozedUntil", next, error);
}
