/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-cache-here-private.h"
#include "csm-cache-outbox.h"
#include "csm-cache-sync-private.h"

#include "csm-id.h"
#include "csm-json.h"
#include "csm-patch.h"
#include "csm-time.h"

/* How many operations stay undoable after the server has done them */
#define MAX_DONE 500

/**
 * csm_op_result_new:
 * @seq: an operation
 * @outcome: what became of it
 *
 * Returns: (transfer full): what the server answered
 */
CsmOpResult *
csm_op_result_new (gint64     seq,
                   CsmOutcome outcome)
{
  CsmOpResult *self = g_new0 (CsmOpResult, 1);

  self->seq = seq;
  self->outcome = outcome;
  return self;
}

/**
 * csm_op_result_free:
 * @result: a result
 */
void
csm_op_result_free (CsmOpResult *result)
{
  if (result == NULL)
    return;
  g_clear_pointer (&result->server, json_object_unref);
  g_free (result->state);
  g_free (result->newer_id);
  g_free (result->error);
  g_free (result->description);
  g_free (result);
}

/**
 * csm_op_batch_free:
 * @batch: a batch
 */
void
csm_op_batch_free (CsmOpBatch *batch)
{
  if (batch == NULL)
    return;
  g_ptr_array_unref (batch->ops);
  g_ptr_array_unref (batch->sent_files);
  g_ptr_array_unref (batch->missing_files);
  g_free (batch);
}

/* The number of a state, "v1.EPOCH.NUMBER.…"; -1: it is none. */
static gint64
number_of (const char *state)
{
  g_auto (GStrv) parts = g_strsplit (state != NULL ? state : "", ".", 4);

  return g_strv_length (parts) == 4 ? (gint64) g_ascii_strtoull (parts[2], NULL, 10) : -1;
}

/* How far pages of a type have come; of what comes case by case, those of @case_id. */
static char *
read_state (CsmDbConn   *conn,
            CsmTypeId    type,
            const char  *case_id,
            GError     **error)
{
  if (type == CSM_TYPE_ID_SUBMISSION)
    return csm_db_conn_get_text (conn, error, "SELECT t.state FROM content AS t JOIN case_ AS c ON c.rowid = t.case_rowid WHERE c.id = ?", "t",
                                 case_id != NULL ? case_id : "");
  return csm_db_conn_get_text (conn, error, "SELECT state FROM cursor WHERE type = ?", "t", csm_record_type_get (type)->name);
}

/* Whether pages have told all that there was of a type when the server gave an answer: then they know better than the answer, which was slower. */
static gboolean
is_told (CsmDbConn   *conn,
         CsmTypeId    type,
         const char  *case_id,
         const char  *state,
         gboolean    *told,
         GError     **error)
{
  g_autoptr (GError) local = NULL;
  g_autofree char *here = read_state (conn, type, case_id, &local);

  *told = number_of (state) >= 0 && csm_cache_same_history (here, state) && number_of (here) >= number_of (state);
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static void
merge_members (JsonObject *into,
               JsonObject *from)
{
  g_autoptr (GList) members = from != NULL ? json_object_get_members (from) : NULL;

  for (GList *l = members; l != NULL; l = l->next)
    json_object_set_member (into, l->data, csm_json_copy (json_object_get_member (from, l->data)));
}

/*
 * The record as the server has it now, as far as its answer tells; the next page of changes says it in full. What was
 * sent before may have been done long ago, and a page have brought what a colleague made of it since: then the answer,
 * which is the old one, must not cover the newer. With @told, pages have brought it all, and perhaps that it is gone.
 */
static JsonObject *
base_after (CsmOperation *op,
            JsonObject   *base,
            JsonObject   *server,
            gboolean      told)
{
  JsonObject *after = NULL;

  if (g_str_equal (op->kind, "destroy"))
    return NULL;
  if (told)
    return base != NULL ? json_object_ref (base) : NULL;
  if (g_str_equal (op->kind, "create"))
    {
      /* A page was faster: what it says is newer. */
      if (base != NULL)
        return json_object_ref (base);
      after = op->payload != NULL ? csm_json_copy_object (op->payload) : json_object_new ();
      json_object_set_string_member (after, "id", op->record_id);
      csm_record_fill_defaults (csm_record_type_get (op->type), after);
    }
  else if (base != NULL && op->payload != NULL && op->sends <= 1)
    {
      after = csm_cache_patch (op->type, base, op->payload);
    }
  if (after == NULL)
    return base != NULL ? json_object_ref (base) : NULL;
  merge_members (after, server);
  return after;
}

/*
 * The server changed the case with the send; until it says so itself, the screen must not jump back. What was sent before may have
 * been done long ago: then a page may have said what became of the case since.
 */
static gboolean
take_along_case (CsmCacheTxn   *txn,
                 CsmOperation  *op,
                 CsmOpResult   *result,
                 GError       **error)
{
  const char *went_to = csm_json_get_string (result->server, "caseId");
  g_autoptr (JsonObject) base = op->case_id != NULL ? csm_cache_get_base (txn->conn, CSM_TYPE_ID_CASE, op->case_id, NULL) : NULL;
  g_autoptr (JsonObject) after = NULL;
  gboolean told;
  gint64 stamp;

  if (!is_told (txn->conn, CSM_TYPE_ID_CASE, op->case_id, result->state, &told, error))
    return FALSE;
  /* Somebody had moved the conversation: this case has nothing to do with it any more. */
  if (told || base == NULL || op->payload == NULL || (went_to != NULL && !g_str_equal (went_to, op->case_id)))
    return TRUE;
  if (op->sends > 1)
    return csm_cache_doubt (txn, op->case_id, error);
  after = csm_cache_apply_submission (base, op->payload);
  stamp = csm_db_conn_get_int (txn->conn, NULL, 0, "SELECT stamp FROM case_ WHERE id = ?", "t", op->case_id);
  return csm_cache_rechain_base (txn, CSM_TYPE_ID_CASE, op->case_id, op->seq, base, after, error) &&
         csm_cache_put_base (txn, CSM_TYPE_ID_CASE, op->case_id, after, stamp, error);
}

/* What went over the wire: with what went along, and with the names that the server gave to files. */
static gboolean
read_sent_payload (CsmCacheTxn   *txn,
                   CsmOperation  *op,
                   GError       **error)
{
  g_autoptr (GError) local = NULL;

  csm_cache_join_payloads (txn->conn, op, CSM_CARRIED_PAYLOADS, &local);
  if (local == NULL && op->payload != NULL)
    {
      g_autoptr (GHashTable) blob_ids = csm_cache_read_blob_ids (txn->conn, op->payload, &local);

      if (blob_ids != NULL)
        csm_cache_swap_blobs (op->payload, blob_ids);
    }
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

#define OP_AND_CARRIED "(seq = ?1 OR carrier = ?1)"

static gboolean
move_to_done (CsmCacheTxn   *txn,
              CsmOperation  *op,
              GError       **error)
{
  if (op->type != CSM_TYPE_ID_SEEN &&
      (!csm_db_conn_run (txn->conn, error,
         "INSERT OR REPLACE INTO done SELECT seq, grp, label, kind, type, record_id, payload, inverse FROM outbox WHERE " OP_AND_CARRIED
         " AND (kind = 'create' OR inverse IS NOT NULL)", "i", op->seq) ||
       !csm_db_conn_run (txn->conn, error, "DELETE FROM done WHERE seq <= ?", "i", op->seq - MAX_DONE)))
    return FALSE;
  return csm_db_conn_run (txn->conn, error, "DELETE FROM outbox WHERE " OP_AND_CARRIED, "i", op->seq);
}

static gboolean
finish_done (CsmCacheTxn   *txn,
             CsmOperation  *op,
             CsmOpResult   *result,
             GError       **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (JsonObject) base = NULL;
  g_autoptr (JsonObject) after = NULL;
  gboolean told = FALSE;
  gint64 stamp;

  if (!read_sent_payload (txn, op, error) || !move_to_done (txn, op, error))
    return FALSE;
  if (op->type >= CSM_N_TYPES)
    return TRUE;
  base = csm_cache_get_base (txn->conn, op->type, op->record_id, &local);
  if (local != NULL || !is_told (txn->conn, op->type, op->case_id, result->state, &told, &local))
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  after = base_after (op, base, result->server, told);
  stamp = csm_db_conn_get_int (txn->conn, NULL, 0, "SELECT stamp FROM cursor WHERE type = ?", "t", csm_record_type_get (op->type)->name);
  if (op->type == CSM_TYPE_ID_SUBMISSION && g_str_equal (op->kind, "create") && base == NULL && !take_along_case (txn, op, result, error))
    return FALSE;
  if (op->type == CSM_TYPE_ID_CASE && g_str_equal (op->kind, "update") && op->sends > 1 && !csm_cache_doubt (txn, op->record_id, error))
    return FALSE;
  return csm_cache_rechain_base (txn, op->type, op->record_id, op->seq, base, after, error) &&
         csm_cache_put_base (txn, op->type, op->record_id, after, stamp, error) &&
         csm_cache_refold_after (txn, op->type, op->record_id, op->case_id, error);
}

/* A page has told that it went, or never has to tell that it was there. */
static gboolean
finish_gone (CsmCacheTxn   *txn,
             CsmOperation  *op,
             GError       **error)
{
  gint64 stamp;

  if (!read_sent_payload (txn, op, error) || !move_to_done (txn, op, error))
    return FALSE;
  if (op->type >= CSM_N_TYPES)
    return TRUE;
  stamp = csm_db_conn_get_int (txn->conn, NULL, 0, "SELECT stamp FROM cursor WHERE type = ?", "t", csm_record_type_get (op->type)->name);
  return csm_cache_put_base (txn, op->type, op->record_id, NULL, stamp, error) &&
         csm_cache_refold_after (txn, op->type, op->record_id, op->case_id, error);
}

/* Two devices made the same Seen while offline: what this one has read still has to be told. */
static gboolean
finish_exists (CsmCacheTxn   *txn,
               CsmOperation  *op,
               CsmOpResult   *result,
               GError       **error)
{
  g_autofree char *op_id = NULL;

  if (op->type != CSM_TYPE_ID_SEEN)
    return finish_done (txn, op, result, error);
  op_id = csm_id_new ('o');
  return csm_db_conn_run (txn->conn, error,
    "UPDATE outbox SET kind = 'update', op_id = ?, state = 0, tries = 0, sends = 0, payload = json_remove (payload, '$.caseId') WHERE seq = ?", "ti", op_id, op->seq);
}

/* A reply that was called back while it was on its way, and that the server refused: nothing is left to be decided. */
static gboolean
is_called_back (CsmCacheTxn  *txn,
                CsmOperation *op,
                GError      **error)
{
  return op->type == CSM_TYPE_ID_SUBMISSION && g_str_equal (op->kind, "create")
         && csm_db_conn_get_int (txn->conn, error, 0,
              "SELECT count (*) FROM outbox WHERE record_id = ? AND seq > ? AND json_valid (payload) AND json_extract (payload, '$.undoStatus') = 'canceled'",
              "ti", op->record_id, op->seq) > 0;
}

/* What stands on one of them, but does not go along, stands on what that stood on: the last one first. What was refused has not
 * arrived. */
static gboolean
park_all (CsmCacheTxn   *txn,
          gint64         seq,
          CsmOpResult   *result,
          GError       **error)
{
  g_autoptr (JsonObject) conflict = json_object_new ();
  g_autofree char *text = NULL;
  gint64 last;

  csm_json_set_string (conflict, "newerId", result->newer_id);
  text = csm_json_write_object (conflict);
  while ((last = csm_db_conn_get_int (txn->conn, error, 0, "SELECT max (seq) FROM outbox WHERE " OP_AND_CARRIED " AND state <> 2", "i", seq)) != 0)
    {
      if (!csm_cache_rechain_without (txn, last, error) ||
          !csm_db_conn_run (txn->conn, error, "UPDATE outbox SET state = 2, sends = 0, error = ?2, description = ?3, conflict = ?4 WHERE seq = ?1", "ittt",
                            last, result->error, result->description, text))
        return FALSE;
    }
  return error == NULL || *error == NULL;
}

static gboolean
finish_parked (CsmCacheTxn   *txn,
               CsmOperation  *op,
               CsmOpResult   *result,
               GError       **error)
{
  if (is_called_back (txn, op, error))
    return csm_cache_remove_op (txn, op->seq, error);
  return park_all (txn, op->seq, result, error) &&
         (op->type >= CSM_N_TYPES || csm_cache_refold_after (txn, op->type, op->record_id, op->case_id, error));
}

/* An answer says that this sending did nothing; that of an earlier one may have got lost. */
static gboolean
finish_later (CsmCacheTxn   *txn,
              CsmOperation  *op,
              CsmOpResult   *result,
              GError       **error)
{
  gboolean nothing_done = (result->error != NULL && !result->maybe_done) || result->outcome == CSM_OUTCOME_UNSENT;
  g_autoptr (GPtrArray) files = g_strcmp0 (result->error, CSM_FILE_GONE) == 0 ? csm_cache_local_blobs (op->payload) : NULL;

  for (guint i = 0; files != NULL && i < files->len; i++)
    {
      if (!csm_db_conn_run (txn->conn, error, "DELETE FROM outgoing WHERE local_id = ?", "t", g_ptr_array_index (files, i)))
        return FALSE;
    }
  if (!csm_db_conn_run (txn->conn, error,
        "UPDATE outbox SET state = 0, not_before = ?2, sends = sends - ?3, tries = CASE WHEN ?4 IS NULL THEN tries WHEN error IS ?4 THEN tries + 1 ELSE 1 END,"
        " error = coalesce (?4, error), description = coalesce (?5, description) WHERE " OP_AND_CARRIED, "iiitt",
        op->seq, result->not_before, (gint64) nothing_done, result->error, result->description))
    return FALSE;
  return csm_db_conn_run (txn->conn, error, "UPDATE outbox SET carrier = NULL WHERE carrier = ? AND sends = 0", "i", op->seq);
}

/* The record is not what its person saw: with what it is now, the next round decides what to do. */
static gboolean
finish_mismatch (CsmCacheTxn   *txn,
                 CsmOperation  *op,
                 CsmOpResult   *result,
                 GError       **error)
{
  g_autoptr (GError) local = NULL;
  gint64 stamp;

  if (!csm_db_conn_run (txn->conn, error,
        "UPDATE outbox SET state = 0, sends = 0, carrier = NULL, not_before = ?2, tries = CASE WHEN error IS ?3 THEN tries + 1 ELSE 1 END, error = ?3 WHERE " OP_AND_CARRIED,
        "iit", op->seq, result->not_before, result->error))
    return FALSE;
  /* A page was faster: what is here is newer. */
  if (op->type >= CSM_N_TYPES || result->server == NULL || csm_cache_get_guard (txn->conn, op->record_id, &local) > result->modseq)
    return TRUE;
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  stamp = csm_db_conn_get_int (txn->conn, NULL, 0, "SELECT stamp FROM cursor WHERE type = ?", "t", csm_record_type_get (op->type)->name);
  return csm_cache_put_base (txn, op->type, op->record_id, result->server, stamp, error) &&
         csm_cache_set_guard (txn, op->record_id, result->modseq, error);
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
  if (op->case_id != NULL && (op->type != CSM_TYPE_ID_DRAFT || result->outcome == CSM_OUTCOME_PARK))
    csm_cache_txn_changed (txn, CSM_TYPE_ID_CASE, op->case_id, op->case_id);
  switch (result->outcome)
    {
    case CSM_OUTCOME_DONE:
      return finish_done (txn, op, result, error);
    case CSM_OUTCOME_EXISTS:
      return finish_exists (txn, op, result, error);
    case CSM_OUTCOME_GONE:
      return finish_gone (txn, op, error);
    case CSM_OUTCOME_PARK:
      return finish_parked (txn, op, result, error);
    case CSM_OUTCOME_MISMATCH:
      return finish_mismatch (txn, op, result, error);
    case CSM_OUTCOME_RETRY:
    case CSM_OUTCOME_UNSENT:
    default:
      return finish_later (txn, op, result, error);
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
