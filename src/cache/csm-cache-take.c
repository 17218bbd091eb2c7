/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-cache-take.h"

#include <string.h>

#include "csm-id.h"
#include "csm-json.h"
#include "csm-time.h"

/* So many that wait are looked at in a round: thousands of them must not make each round slow. */
#define WINDOW 2000
/* A server may ask for an hour. What says later comes from a clock that was wrong. */
#define LONGEST_WAIT (2 * 3600 * CSM_SECOND)
/* After a long absence what is older waits until the world is known again. */
#define RECENT (86400 * CSM_SECOND)

static void
row_free (gpointer data)
{
  CsmTakeRow *row = data;

  csm_operation_free (row->op);
  g_clear_pointer (&row->seen, json_object_unref);
  g_clear_pointer (&row->followers, g_ptr_array_unref);
  g_free (row->person);
  g_free (row->text);
  g_free (row);
}

static void
take_clear (CsmTake *take)
{
  g_clear_pointer (&take->taken, g_ptr_array_unref);
  g_clear_pointer (&take->by_seq, g_hash_table_unref);
  g_clear_pointer (&take->heads, g_hash_table_unref);
  g_clear_pointer (&take->lanes, g_hash_table_unref);
  g_clear_pointer (&take->made, g_hash_table_unref);
  g_clear_pointer (&take->stuck, g_hash_table_unref);
  g_clear_pointer (&take->destroyed, g_hash_table_unref);
  g_clear_pointer (&take->rows, g_ptr_array_unref);
  g_clear_pointer (&take->batch, csm_op_batch_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CsmTake, take_clear)

/* --- reading --------------------------------------------------------------------------------------------------------- */

static CsmTakeRow *
read_row (CsmDbStmt  *stmt,
          const char *device)
{
  CsmTakeRow *row = g_new0 (CsmTakeRow, 1);
  const char *from = csm_db_stmt_text (stmt, CSM_N_OPERATION_COLUMNS + 6);

  row->op = csm_cache_read_operation (stmt);
  row->text = g_strdup (csm_db_stmt_text (stmt, 8));
  row->carrier = csm_db_stmt_int (stmt, CSM_N_OPERATION_COLUMNS);
  row->seen = csm_cache_parse_record (csm_db_stmt_text (stmt, CSM_N_OPERATION_COLUMNS + 1));
  row->modseq = csm_db_stmt_int (stmt, CSM_N_OPERATION_COLUMNS + 2);
  row->confirmed = csm_db_stmt_int (stmt, CSM_N_OPERATION_COLUMNS + 3) != 0;
  row->person = g_strdup (csm_db_stmt_text (stmt, CSM_N_OPERATION_COLUMNS + 4));
  row->version = (int) csm_db_stmt_int (stmt, CSM_N_OPERATION_COLUMNS + 5);
  row->foreign = from != NULL && g_strcmp0 (from, device) != 0;
  /* What was queued by a version that noted less has what undoes it. What another device may have sent before must not be done over
   * what others made since, whatever the property. */
  if ((row->seen == NULL && row->op->type == CSM_TYPE_ID_CASE) || row->foreign)
    {
      g_autoptr (JsonObject) inverse = csm_cache_parse_record (csm_db_stmt_text (stmt, CSM_N_OPERATION_COLUMNS + 7));
      g_autoptr (GList) keys = inverse != NULL ? json_object_get_members (inverse) : NULL;

      for (GList *l = keys; l != NULL; l = l->next)
        {
          if (!csm_cache_is_guarded (row->op->type, l->data) && (!row->foreign || strchr (l->data, '/') != NULL))
            json_object_remove_member (inverse, l->data);
        }
      if (inverse != NULL && json_object_get_size (inverse) > 0 && (row->seen == NULL || row->op->type != CSM_TYPE_ID_CASE))
        {
          g_clear_pointer (&row->seen, json_object_unref);
          row->seen = g_steal_pointer (&inverse);
        }
    }
  return row;
}

static gboolean
read_rows (CsmTake  *take,
           GError  **error)
{
  g_autofree char *device = csm_cache_get_meta (take->txn->conn, "device", NULL);
  g_autoptr (GError) local = NULL;
  g_autoptr (CsmDbStmt) stmt = csm_db_conn_query (take->txn->conn, &local,
    "SELECT " CSM_OPERATION_COLUMNS ", carrier, seen, modseq, confirmed, person, version, device, inverse FROM outbox"
    " WHERE state = 2 OR seq <= (SELECT max (seq) FROM (SELECT seq FROM outbox WHERE state <> 2 ORDER BY seq LIMIT ?)) ORDER BY seq", "i", (gint64) WINDOW);

  while (stmt != NULL && csm_db_stmt_step (stmt, &local))
    {
      CsmTakeRow *row = read_row (stmt, device);

      g_ptr_array_add (take->rows, row);
      g_hash_table_insert (take->by_seq, &row->op->seq, row);
      if (g_str_equal (row->op->kind, "destroy") && row->op->state != CSM_OP_PARKED)
        g_hash_table_add (take->destroyed, row->op->record_id);
    }
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/* --- parking ------------------------------------------------------------------------------------------------------------ */

/**
 * csm_take_park:
 * @take: the round
 * @row: the operation
 * @head: the one whose request it would have gone with; @row: its own
 * @problem: an error type
 * @description: (nullable): the server's words
 * @conflict: (nullable): what the record is on the server
 * @error: return location
 *
 * An operation waits for a person.
 *
 * Returns: whether it worked
 */
gboolean
csm_take_park (CsmTake     *take,
               CsmTakeRow  *row,
               CsmTakeRow  *head,
               const char  *problem,
               const char  *description,
               JsonObject  *conflict,
               GError     **error)
{
  g_autofree char *text = conflict != NULL ? csm_json_write_object (conflict) : NULL;

  if (!csm_cache_rechain_without (take->txn, row->op->seq, error) ||
      !csm_db_conn_run (take->txn->conn, error,
         "UPDATE outbox SET state = 2, error = ?1, description = ?2, conflict = ?3, carrier = CASE WHEN ?4 = seq THEN NULL ELSE ?4 END WHERE seq = ?5",
         "tttii", problem, description, text, head->op->seq, row->op->seq))
    return FALSE;
  row->op->state = CSM_OP_PARKED;
  take->txn->outbox_changed = TRUE;
  if (row->op->case_id != NULL)
    csm_cache_txn_changed (take->txn, CSM_TYPE_ID_CASE, row->op->case_id, row->op->case_id);
  return row->op->type >= CSM_N_TYPES || csm_cache_refold_after (take->txn, row->op->type, row->op->record_id, row->op->case_id, error);
}

/* Letter and ULID */
#define ID_LENGTH 27

/* Whether @row is about one of @ids, or names it somewhere: as a value, a key, or in a patch's path. */
static gboolean
names_any (CsmTakeRow *row,
           GHashTable *ids)
{
  char id[ID_LENGTH + 1] = { 0 };

  if (g_hash_table_size (ids) == 0)
    return FALSE;
  if (g_hash_table_contains (ids, row->op->record_id) || (row->op->case_id != NULL && g_hash_table_contains (ids, row->op->case_id)))
    return TRUE;
  for (const char *at = strpbrk (row->text, "\"/"); at != NULL; at = strpbrk (at + 1, "\"/"))
    {
      if (strnlen (at + 1, ID_LENGTH) < ID_LENGTH)
        return FALSE;
      memcpy (id, at + 1, ID_LENGTH);
      if (g_hash_table_contains (ids, id))
        return TRUE;
    }
  return FALSE;
}

static gboolean
is_create (CsmTakeRow *row)
{
  return g_str_equal (row->op->kind, "create");
}

static gboolean
is_update (CsmTakeRow *row)
{
  return g_str_equal (row->op->kind, "update");
}

static gboolean
is_send (CsmTakeRow *row)
{
  return row->op->type == CSM_TYPE_ID_SUBMISSION && is_create (row);
}

/* What this version can't read would block its lane for ever, or worse, be sent as something else. */
static const char *
find_poison (CsmTake    *take,
             CsmTakeRow *row)
{
  if (take->txn->me != NULL && row->person != NULL && g_strcmp0 (row->person, take->txn->me) != 0)
    return "otherPerson";
  if (row->version > CSM_OP_VERSION || row->op->type >= CSM_N_TYPES || row->op->payload == NULL ||
      (!is_create (row) && !is_update (row) && !g_str_equal (row->op->kind, "destroy")) ||
      !csm_id_is_valid (row->op->record_id, csm_record_type_get (row->op->type)->letter))
    return "unreadable";
  return NULL;
}

/* --- which go ----------------------------------------------------------------------------------------------------------- */

static CsmTakeLane *
lane_of (CsmTake    *take,
         CsmTakeRow *row)
{
  const char *name = row->op->case_id != NULL ? row->op->case_id : row->op->record_id;
  CsmTakeLane *lane = g_hash_table_lookup (take->lanes, name);

  if (lane == NULL)
    {
      lane = g_new0 (CsmTakeLane, 1);
      g_hash_table_insert (take->lanes, (char *) name, lane);
    }
  return lane;
}

static void
attach (CsmTakeRow *head,
        CsmTakeRow *row)
{
  if (head->followers == NULL)
    head->followers = g_ptr_array_new ();
  g_ptr_array_add (head->followers, row);
  row->taken = TRUE;
}

/* The later change of the same record goes with the earlier one, when neither has left yet. */
static gboolean
try_to_attach (CsmTakeRow *head,
               CsmTakeRow *row)
{
  JsonObject *merged;

  if (!is_update (head) || !is_update (row) || head->op->sends > 0 || row->op->sends > 0 || head->confirmed != row->confirmed ||
      strstr (row->text, CSM_LOCAL_BLOB_PREFIX) != NULL)
    return FALSE;
  /* It stands for what goes out with a reply that may be refused: joined, it would take the place of what was written before. */
  if (row->op->type == CSM_TYPE_ID_DRAFT && csm_cache_is_leaving (row->op->payload))
    return FALSE;
  merged = csm_cache_merge_patch (head->op->payload, row->op->payload);
  if (merged == NULL)
    return FALSE;
  json_object_unref (merged);
  attach (head, row);
  return TRUE;
}

static gboolean
is_cancellation (CsmTakeRow *row)
{
  return row->op->type == CSM_TYPE_ID_SUBMISSION && is_update (row) && g_strcmp0 (csm_json_get_string (row->op->payload, "undoStatus"), "canceled") == 0;
}

/* Made and thrown away before anybody heard of it. */
static gboolean
is_thrown_away (CsmTake    *take,
                CsmTakeRow *row)
{
  g_autoptr (GHashTable) id = NULL;

  if (!is_create (row) || row->op->sends > 0 || !g_hash_table_contains (take->destroyed, row->op->record_id))
    return FALSE;
  id = g_hash_table_new (g_str_hash, g_str_equal);
  g_hash_table_add (id, row->op->record_id);
  for (guint i = 0; i < take->rows->len; i++)
    {
      CsmTakeRow *other = g_ptr_array_index (take->rows, i);

      if (!g_str_equal (other->op->record_id, row->op->record_id) && names_any (other, id))
        return FALSE;
    }
  return TRUE;
}

static gboolean
throw_away (CsmTake     *take,
            CsmTakeRow  *row,
            GError     **error)
{
  for (guint i = 0; i < take->rows->len; i++)
    {
      CsmTakeRow *other = g_ptr_array_index (take->rows, i);

      if (g_str_equal (other->op->record_id, row->op->record_id))
        other->op->state = CSM_OP_PARKED;
    }
  return csm_cache_remove_op (take->txn, row->op->seq, error);
}

static gboolean
is_due (CsmTake    *take,
        CsmTakeRow *row)
{
  gint64 not_before = row->op->not_before;

  if (not_before > take->now && not_before - take->now <= LONGEST_WAIT)
    {
      take->batch->next_due = take->batch->next_due == CSM_TIME_NONE ? not_before : MIN (take->batch->next_due, not_before);
      return FALSE;
    }
  return take->allow_old || take->now - row->op->created < RECENT;
}

static void
go (CsmTake     *take,
    CsmTakeRow  *row,
    CsmTakeLane *lane)
{
  row->taken = TRUE;
  lane->busy = TRUE;
  /* What comes after a reply must find what it did to the case. */
  lane->blocked |= is_send (row);
  g_ptr_array_add (take->taken, row);
  g_hash_table_insert (take->heads, row->op->record_id, row);
}

/* Whether the lane lets @row through; what stays must not be overtaken by what comes behind it. */
static gboolean
may_go (CsmTake     *take,
        CsmTakeRow  *row,
        CsmTakeLane *lane)
{
  CsmTakeRow *head = g_hash_table_lookup (take->heads, row->op->record_id);

  if (head != NULL && is_send (head) && is_cancellation (row) && head != row)
    return TRUE;
  if (lane->blocked || row->op->state == CSM_OP_SENDING || names_any (row, take->made) || !is_due (take, row))
    return FALSE;
  if (head != NULL)
    return FALSE;
  return !(is_send (row) && lane->busy) && take->taken->len < take->limit;
}

static gboolean
look_at (CsmTake     *take,
         CsmTakeRow  *row,
         GError     **error)
{
  const char *poison = row->op->state != CSM_OP_PARKED ? find_poison (take, row) : NULL;
  g_autoptr (GHashTable) blob_ids = NULL;
  g_autofree char *problem = NULL;
  CsmTakeRow *head = g_hash_table_lookup (take->heads, row->op->record_id);
  gboolean held = FALSE;
  GHashTableIter iter;
  gpointer local_id;
  CsmTakeLane *lane;
  CsmTakeFiles files;

  if (poison != NULL && !csm_take_park (take, row, row, poison, NULL, NULL, error))
    return FALSE;
  /* A parked operation blocks only what depends on it. */
  if (row->op->state == CSM_OP_PARKED || names_any (row, take->stuck))
    {
      if (is_create (row))
        g_hash_table_add (take->stuck, row->op->record_id);
      return TRUE;
    }
  lane = lane_of (take, row);
  if (row->carrier != 0 && g_hash_table_contains (take->by_seq, &row->carrier))
    {
      CsmTakeRow *carrier = g_hash_table_lookup (take->by_seq, &row->carrier);

      if (carrier->taken)
        attach (carrier, row);
      else
        lane->blocked = TRUE;
      return TRUE;
    }
  if (is_thrown_away (take, row))
    return throw_away (take, row, error);
  if (head != NULL && !lane->blocked && !names_any (row, take->made) && try_to_attach (head, row))
    return TRUE;
  if (!may_go (take, row, lane))
    {
      lane->blocked = TRUE;
      if (is_create (row))
        g_hash_table_add (take->made, row->op->record_id);
      return TRUE;
    }
  if (is_send (row) && !csm_take_check_reply (take, row, &held, error))
    return FALSE;
  if (held)
    {
      g_hash_table_add (take->stuck, row->op->record_id);
      return TRUE;
    }
  blob_ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  files = csm_take_find_files (take, row, blob_ids, &problem, error);
  if (error != NULL && *error != NULL)
    return FALSE;
  if (files == CSM_FILES_BAD)
    {
      g_hash_table_add (take->stuck, row->op->record_id);
      return csm_take_park (take, row, row, problem, NULL, NULL, error);
    }
  if (is_create (row))
    g_hash_table_add (take->made, row->op->record_id);
  if (files == CSM_FILES_MISSING)
    {
      lane->blocked = TRUE;
      return TRUE;
    }
  g_hash_table_iter_init (&iter, blob_ids);
  while (g_hash_table_iter_next (&iter, &local_id, NULL))
    g_ptr_array_add (take->batch->sent_files, g_strdup (local_id));
  row->op->has_files = g_hash_table_size (blob_ids) > 0;
  csm_cache_swap_blobs (row->op->payload, blob_ids);
  go (take, row, lane);
  return TRUE;
}

/**
 * csm_cache_take_ops:
 * @txn: the job's
 * @limit: at most so many
 * @now: µs
 * @allow_old: also those that are older than a day
 * @error: `CSM_ERROR_DATABASE`
 *
 * Marks as sending what can be sent: in each lane the oldest and what doesn't depend on it, when its time has come. What
 * can't be sent before a person decides is parked.
 *
 * Returns: (transfer full): the operations
 */
CsmOpBatch *
csm_cache_take_ops (CsmCacheTxn  *txn,
                    guint         limit,
                    gint64        now,
                    gboolean      allow_old,
                    GError      **error)
{
  g_auto (CsmTake) take = { .txn = txn, .now = now, .limit = limit, .allow_old = allow_old };

  take.rows = g_ptr_array_new_with_free_func (row_free);
  take.lanes = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);
  take.heads = g_hash_table_new (g_str_hash, g_str_equal);
  take.by_seq = g_hash_table_new (g_int64_hash, g_int64_equal);
  take.made = g_hash_table_new (g_str_hash, g_str_equal);
  take.stuck = g_hash_table_new (g_str_hash, g_str_equal);
  take.destroyed = g_hash_table_new (g_str_hash, g_str_equal);
  take.taken = g_ptr_array_new ();
  take.batch = g_new0 (CsmOpBatch, 1);
  take.batch->ops = g_ptr_array_new_with_free_func ((GDestroyNotify) csm_operation_free);
  take.batch->sent_files = g_ptr_array_new_with_free_func (g_free);
  take.batch->missing_files = g_ptr_array_new_with_free_func (g_free);
  take.batch->next_due = CSM_TIME_NONE;
  if (!read_rows (&take, error))
    return NULL;
  for (guint i = 0; i < take.rows->len; i++)
    {
      if (!look_at (&take, g_ptr_array_index (take.rows, i), error))
        return NULL;
    }
  for (guint i = 0; i < take.taken->len; i++)
    {
      if (!csm_take_settle (&take, g_ptr_array_index (take.taken, i), error))
        return NULL;
    }
  return g_steal_pointer (&take.batch);
}
