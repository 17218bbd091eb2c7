/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#define G_LOG_DOMAIN "csm-cache"
#include "config.h"
#include "csm-cache-sync-private.h"

#include <string.h>

#include "csm-id.h"
#include "csm-json.h"
#include "csm-patch.h"
#include "csm-time.h"

/* How many operations stay undoable after the server has done them */
#define MAX_DONE 500

CsmOpResult *
csm_op_result_new (gint64     seq,
                   CsmOutcome outcome)
{
  CsmOpResult *self = g_new0 (CsmOpResult, 1);

  self->seq = seq;
  self->outcome = outcome;
  return self;
}

void
csm_op_result_free (CsmOpResult *result)
{
  if (result == NULL)
    return;
  g_clear_pointer (&result->server, json_object_unref);
  g_free (result->error);
  g_free (result->description);
  g_free (result);
}

void
csm_op_batch_free (CsmOpBatch *batch)
{
  if (batch == NULL)
    return;
  g_ptr_array_unref (batch->ops);
  g_free (batch);
}

/* An operation names a record that an earlier one makes and that the server doesn't have yet. */
static gboolean
depends_on (CsmDbStmt *stmt,
            GPtrArray *made)
{
  const char *payload = csm_db_stmt_text (stmt, 8), *id = csm_db_stmt_text (stmt, 6), *lane = csm_db_stmt_text (stmt, 7);

  for (guint i = 0; i < made->len; i++)
    {
      const char *other = g_ptr_array_index (made, i);

      if (g_strcmp0 (other, id) == 0 || g_strcmp0 (other, lane) == 0 || strstr (payload, other) != NULL)
        return TRUE;
    }
  return FALSE;
}

/* Whether the operation of @stmt may go now. Notes in @lanes and @made what those behind it have to wait for. */
static gboolean
may_go (CsmDbStmt  *stmt,
        GHashTable *lanes,
        GPtrArray  *made,
        gint64      now,
        gint64     *next_due)
{
  const char *id = csm_db_stmt_text (stmt, 6), *lane = csm_db_stmt_text (stmt, 7);
  CsmOpState state = (CsmOpState) csm_db_stmt_int (stmt, 9);
  gint64 not_before = csm_db_stmt_int (stmt, 11);
  gboolean blocked = depends_on (stmt, made);

  if (g_str_equal (csm_db_stmt_text (stmt, 4), "create"))
    g_ptr_array_add (made, g_strdup (id));
  /* A parked operation blocks only what depends on it. */
  if (state == CSM_OP_PARKED)
    return FALSE;
  if (!g_hash_table_add (lanes, g_strdup (lane != NULL ? lane : id)) || blocked || state == CSM_OP_SENDING)
    return FALSE;
  if (not_before > now)
    {
      *next_due = *next_due == CSM_TIME_NONE ? not_before : MIN (*next_due, not_before);
      return FALSE;
    }
  return TRUE;
}

/**
 * csm_cache_take_ops:
 * @txn: the job's
 * @limit: at most so many
 * @now: µs
 * @error: `CSM_ERROR_DATABASE`
 *
 * Marks as sending what can be sent: in each lane the oldest, when its time has come and nothing it names is still to
 * be made.
 *
 * Returns: (transfer full): the operations
 */
CsmOpBatch *
csm_cache_take_ops (CsmCacheTxn  *txn,
                    guint         limit,
                    gint64        now,
                    GError      **error)
{
  g_autoptr (CsmOpBatch) batch = g_new0 (CsmOpBatch, 1);
  g_autoptr (GHashTable) lanes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GPtrArray) made = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) local = NULL;
  g_autoptr (CsmDbStmt) stmt = csm_db_conn_query (txn->conn, &local, "SELECT " CSM_OPERATION_COLUMNS " FROM outbox ORDER BY seq", NULL);

  batch->ops = g_ptr_array_new_with_free_func ((GDestroyNotify) csm_operation_free);
  batch->next_due = CSM_TIME_NONE;
  while (stmt != NULL && batch->ops->len < limit && csm_db_stmt_step (stmt, &local))
    {
      if (may_go (stmt, lanes, made, now, &batch->next_due))
        g_ptr_array_add (batch->ops, csm_cache_read_operation (stmt));
    }
  for (guint i = 0; i < batch->ops->len && local == NULL; i++)
    {
      CsmOperation *op = g_ptr_array_index (batch->ops, i);

      op->state = CSM_OP_SENDING;
      op->tries++;
      csm_db_conn_run (txn->conn, &local, "UPDATE outbox SET state = 1, tries = tries + 1 WHERE seq = ?", "i", op->seq);
    }
  if (local == NULL)
    return g_steal_pointer (&batch);
  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}

static void
merge_members (JsonObject *into,
               JsonObject *from)
{
  g_autoptr (GList) members = from != NULL ? json_object_get_members (from) : NULL;

  for (GList *l = members; l != NULL; l = l->next)
    json_object_set_member (into, l->data, json_node_copy (json_object_get_member (from, l->data)));
}

/*
 * The record as the server has it now, as far as its answer tells; the next page of changes says it in full. What was
 * sent before may have been done long ago, and a page have brought what a colleague made of it since: then the answer,
 * which is the old one, must not cover the newer.
 */
static JsonObject *
base_after (CsmOperation *op,
            JsonObject   *base,
            JsonObject   *server)
{
  JsonObject *after = NULL;

  if (g_str_equal (op->kind, "destroy"))
    return NULL;
  if (g_str_equal (op->kind, "create"))
    {
      /* A page was faster: what it says is newer. */
      if (base != NULL)
        return json_object_ref (base);
      after = op->payload != NULL ? csm_json_copy_object (op->payload) : json_object_new ();
      json_object_set_string_member (after, "id", op->record_id);
      csm_record_fill_defaults (csm_record_type_get (op->type), after);
    }
  else if (base != NULL && op->payload != NULL && op->tries <= 1)
    {
      after = csm_patch_apply (csm_record_type_get (op->type), base, op->payload, NULL);
    }
  if (after == NULL)
    return base != NULL ? json_object_ref (base) : NULL;
  merge_members (after, server);
  return after;
}

/* The server changed the case with the send; until it says so itself, the screen must not jump back. */
static gboolean
patch_base_of_case (CsmCacheTxn   *txn,
                    CsmOperation  *op,
                    GError       **error)
{
  g_autoptr (JsonObject) base = op->case_id != NULL ? csm_cache_get_base (txn->conn, CSM_TYPE_ID_CASE, op->case_id, NULL) : NULL;
  g_autoptr (JsonObject) after = NULL;
  gint64 stamp;

  if (base == NULL || op->payload == NULL)
    return TRUE;
  after = csm_cache_apply_submission (base, op->payload);
  stamp = csm_db_conn_get_int (txn->conn, NULL, 0, "SELECT stamp FROM case_ WHERE id = ?", "t", op->case_id);
  return csm_cache_put_base (txn, CSM_TYPE_ID_CASE, op->case_id, after, stamp, error);
}

static gboolean
finish_done (CsmCacheTxn   *txn,
             CsmOperation  *op,
             JsonObject    *server,
             GError       **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (JsonObject) base = NULL;
  g_autoptr (JsonObject) after = NULL;
  gint64 stamp;

  if (op->type != CSM_TYPE_ID_SEEN &&
      (!csm_db_conn_run (txn->conn, error,
         "INSERT OR REPLACE INTO done SELECT seq, grp, label, kind, type, record_id, payload, inverse FROM outbox WHERE seq = ? AND (kind = 'create' OR inverse IS NOT NULL)",
         "i", op->seq) ||
       !csm_db_conn_run (txn->conn, error, "DELETE FROM done WHERE seq <= ?", "i", op->seq - MAX_DONE)))
    return FALSE;
  if (!csm_db_conn_run (txn->conn, error, "DELETE FROM outbox WHERE seq = ?", "i", op->seq))
    return FALSE;
  if (op->type >= CSM_N_TYPES)
    return TRUE;
  base = csm_cache_get_base (txn->conn, op->type, op->record_id, &local);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  after = base_after (op, base, server);
  stamp = csm_db_conn_get_int (txn->conn, NULL, 0, "SELECT stamp FROM cursor WHERE type = ?", "t", csm_record_type_get (op->type)->name);
  if (op->type == CSM_TYPE_ID_SUBMISSION && g_str_equal (op->kind, "create") && base == NULL && !patch_base_of_case (txn, op, error))
    return FALSE;
  return csm_cache_put_base (txn, op->type, op->record_id, after, stamp, error) &&
         csm_cache_refold_after (txn, op->type, op->record_id, op->case_id, error);
}

/* Two devices made the same Seen while offline: what this one has read still has to be told. */
static gboolean
finish_exists (CsmCacheTxn   *txn,
               CsmOperation  *op,
               GError       **error)
{
  g_autofree char *op_id = NULL;

  if (op->type != CSM_TYPE_ID_SEEN)
    return finish_done (txn, op, NULL, error);
  op_id = csm_id_new ('o');
  return csm_db_conn_run (txn->conn, error,
    "UPDATE outbox SET kind = 'update', op_id = ?, state = 0, tries = 0, payload = json_remove (payload, '$.caseId') WHERE seq = ?", "ti", op_id, op->seq);
}

/* A reply that was called back while it was on its way, and that the server refused: nothing is left to be decided. */
static gboolean
is_called_back (CsmCacheTxn  *txn,
                CsmOperation *op,
                GError      **error)
{
  return op->type == CSM_TYPE_ID_SUBMISSION && g_str_equal (op->kind, "create")
         && csm_db_conn_get_int (txn->conn, error, 0,
              "SELECT count (*) FROM outbox WHERE record_id = ? AND seq > ? AND json_extract (payload, '$.undoStatus') = 'canceled'",
              "ti", op->record_id, op->seq) > 0;
}

static gboolean
finish_one (CsmCacheTxn  *txn,
            CsmOpResult  *result,
            GError      **error)
{
  g_autoptr (CsmDbStmt) stmt = csm_db_conn_query (txn->conn, error, "SELECT " CSM_OPERATION_COLUMNS " FROM outbox WHERE seq = ?", "i", result->seq);
  g_autoptr (CsmOperation) op = NULL;

  if (stmt == NULL)
    return FALSE;
  if (!csm_db_stmt_step (stmt, error))
    return error == NULL || *error == NULL;
  op = csm_cache_read_operation (stmt);
  csm_db_stmt_reset (stmt);
  if (op->case_id != NULL)
    csm_cache_txn_changed (txn, CSM_TYPE_ID_CASE, op->case_id, op->case_id);
  switch (result->outcome)
    {
    case CSM_OUTCOME_DONE:
      return finish_done (txn, op, result->server, error);
    case CSM_OUTCOME_EXISTS:
      return finish_exists (txn, op, error);
    case CSM_OUTCOME_PARK:
      if (is_called_back (txn, op, error))
        return csm_cache_remove_op (txn, op->seq, error);
      if (!csm_db_conn_run (txn->conn, error, "UPDATE outbox SET state = 2, error = ?, description = ? WHERE seq = ?", "tti", result->error, result->description, op->seq))
        return FALSE;
      return op->type >= CSM_N_TYPES || csm_cache_refold_after (txn, op->type, op->record_id, op->case_id, error);
    case CSM_OUTCOME_RETRY:
    default:
      return csm_db_conn_run (txn->conn, error, "UPDATE outbox SET state = 0, not_before = ?, error = ?, description = ? WHERE seq = ?",
                              "itti", result->not_before, result->error, result->description, op->seq);
    }
}

/**
 * csm_cache_finish_ops:
 * @txn: the job's
 * @results: (element-type CsmOpResult): what the server answered
 * @error: `CSM_ERROR_DATABASE` and its kin
 *
 * Returns: whether it worked
 */
gboolean
csm_cache_finish_ops (CsmCacheTxn  *txn,
                      GPtrArray    *results,
                      GError      **error)
{
  txn->outbox_changed = TRUE;
  for (guint i = 0; i < results->len; i++)
    {
      if (!finish_one (txn, g_ptr_array_index (results, i), error))
        return FALSE;
    }
  return TRUE;
}
