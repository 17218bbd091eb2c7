/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-cache-here-private.h"
#include "csm-cache-outbox.h"

#include <string.h>

#include "csm-error.h"
#include "csm-id.h"
#include "csm-json.h"
#include "csm-time.h"

/**
 * csm_cache_new_group:
 * @txn: the job's
 * @error: `CSM_ERROR_DATABASE`
 *
 * Returns: the number under which operations are undone together; 0 on error
 */
gint64
csm_cache_new_group (CsmCacheTxn  *txn,
                     GError      **error)
{
  if (!csm_db_conn_run (txn->conn, error,
                        "INSERT INTO meta VALUES ('group', '1') ON CONFLICT (key) DO UPDATE SET value = CAST (value AS INTEGER) + 1", NULL))
    return 0;
  return csm_db_conn_get_int (txn->conn, error, 0, "SELECT CAST (value AS INTEGER) FROM meta WHERE key = 'group'", NULL);
}

/* The value at a patch's path in a record: what undoing the patch puts back. */
static JsonNode *
value_at (JsonObject *record,
          const char *path)
{
  g_auto (GStrv) tokens = g_strsplit (path, "/", -1);
  JsonObject *at = record;

  for (guint i = 0; tokens[i] != NULL; i++)
    {
      g_autoptr (GString) token = g_string_new (tokens[i]);
      JsonNode *node;

      g_string_replace (token, "~1", "/", 0);
      g_string_replace (token, "~0", "~", 0);
      node = json_object_get_member (at, token->str);
      if (node == NULL)
        break;
      if (tokens[i + 1] == NULL)
        return csm_json_copy (node);
      if (!JSON_NODE_HOLDS_OBJECT (node))
        break;
      at = json_node_get_object (node);
    }
  return json_node_new (JSON_NODE_NULL);
}

static JsonObject *
make_inverse (JsonObject *view,
              JsonObject *patch)
{
  g_autoptr (JsonObject) inverse = json_object_new ();
  g_autoptr (GList) keys = json_object_get_members (patch);

  for (GList *l = keys; l != NULL; l = l->next)
    {
      JsonObject *value = csm_json_get_object (patch, l->data);

      /* What was written together is taken back by writing: an older version would be one more. What goes with a reply comes back with it. */
      if (!g_str_has_prefix (l->data, "paragraphs/") && !g_str_has_prefix (l->data, "envelope/") &&
          !(g_str_has_prefix (l->data, "files/") && value != NULL && csm_json_get_boolean (value, "sent")))
        json_object_set_member (inverse, l->data, value_at (view, l->data));
    }
  /* What json-glib copies shares what is below. */
  return csm_json_copy_object (inverse);
}

/* The order of operations is kept within a lane: the case, or the record where there is none. */
static char *
lane_of (CsmIntentStep *step,
         JsonObject    *view)
{
  const char *case_id = csm_json_get_string (step->payload, "caseId");

  if (step->type == CSM_TYPE_ID_CASE)
    return g_strdup (step->id);
  if (step->type == CSM_TYPE_ID_SEEN)
    return csm_id_with_letter (step->id, 'c');
  return g_strdup (case_id != NULL ? case_id : csm_json_get_string (view, "caseId"));
}

/* A person's Seen of a case always has the same id: who marks it can't know whether it exists. */
static void
mend_seen (CsmIntentStep *step,
           JsonObject    *view)
{
  if (view != NULL && g_str_equal (step->kind, "create"))
    {
      step->kind = "update";
      json_object_remove_member (step->payload, "caseId");
    }
  else if (view == NULL && g_str_equal (step->kind, "update"))
    {
      g_autofree char *case_id = csm_id_with_letter (step->id, 'c');

      step->kind = "create";
      json_object_set_string_member (step->payload, "caseId", case_id);
    }
}

/* Adds {key: {rev}} of what is in @map. */
static void
note_revs (JsonObject *seen,
           JsonObject *map)
{
  JsonObjectIter iter;
  const char *key;
  JsonNode *node;

  if (map == NULL)
    return;
  json_object_iter_init_ordered (&iter, map);
  while (json_object_iter_next_ordered (&iter, &key, &node))
    {
      JsonObject *one = json_object_new ();

      json_object_set_int_member (one, "rev", JSON_NODE_HOLDS_OBJECT (node) ? csm_json_get_int (json_node_get_object (node), "rev", 0) : 0);
      json_object_set_object_member (seen, key, one);
    }
}

/* Whoever judges a draft judges what is on the screen: the server sees whether that is what it has. */
static void
note_reviewed (CsmIntentStep *step,
               JsonObject    *view)
{
  const char *review = csm_json_get_string (step->payload, "review");
  JsonObject *seen, *parts;

  if (csm_json_get_object (view, "paragraphs") == NULL || (g_strcmp0 (review, "approved") != 0 && g_strcmp0 (review, "changesWanted") != 0))
    return;
  seen = json_object_new ();
  parts = json_object_new ();
  note_revs (seen, csm_json_get_object (view, "paragraphs"));
  note_revs (parts, csm_json_get_object (view, "envelope"));
  note_revs (parts, csm_json_get_object (view, "files"));
  json_object_set_object_member (step->payload, "reviewedParagraphs", seen);
  json_object_set_object_member (step->payload, "reviewedParts", parts);
}

/* Marks that wait are merged into one (last value wins): reading a hundred times offline is one operation. */
static gboolean
merge_seen (CsmCacheTxn    *txn,
            CsmIntentStep  *step,
            gboolean       *merged,
            GError        **error)
{
  gint64 seq = csm_db_conn_get_int (txn->conn, error, 0,
    "SELECT seq FROM outbox WHERE record_id = ? AND kind <> 'destroy' ORDER BY seq DESC LIMIT 1", "t", step->id);
  const char *up_to = csm_json_get_string (step->payload, "upTo");

  *merged = FALSE;
  if (seq == 0 || up_to == NULL || g_str_equal (step->kind, "destroy"))
    return TRUE;
  if (!csm_db_conn_run (txn->conn, error, "UPDATE outbox SET payload = json_set (payload, '$.upTo', ?) WHERE seq = ? AND state = 0 AND sends = 0", "ti", up_to, seq))
    return FALSE;
  *merged = csm_db_conn_changes (txn->conn) == 1;
  return TRUE;
}

static gboolean
change_op (CsmCacheTxn  *txn,
           gint64        seq,
           gint64        group,
           JsonObject   *payload,
           JsonObject   *inverse,
           GError      **error)
{
  g_autofree char *payload_text = csm_json_write_object (payload);
  g_autofree char *inverse_text = csm_json_write_object (inverse);

  return csm_db_conn_run (txn->conn, error, "UPDATE outbox SET payload = ?, inverse = ?, grp = ? WHERE seq = ?", "ttii", payload_text, inverse_text, group, seq);
}

/* What is typed offline goes into one operation for each draft, not one for each second. It is undone together. */
static gboolean
merge_writing (CsmCacheTxn    *txn,
               gint64          group,
               CsmIntentStep  *step,
               JsonObject     *view,
               gboolean       *merged,
               GError        **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (CsmDbStmt) stmt = csm_db_conn_query (txn->conn, &local,
    "SELECT seq, payload, inverse FROM outbox WHERE record_id = ?1 AND seq = (SELECT max (seq) FROM outbox WHERE record_id = ?1)"
    " AND kind = 'update' AND state = 0 AND sends = 0 AND carrier IS NULL AND inverse IS NOT NULL AND person IS ?2"
    " AND device IS (SELECT value FROM meta WHERE key = 'device')", "tt", step->id, txn->me);

  if (view != NULL && g_str_equal (step->kind, "update") && csm_cache_is_writing (step->payload) && stmt != NULL && csm_db_stmt_step (stmt, &local))
    {
      gint64 seq = csm_db_stmt_int (stmt, 0);
      g_autoptr (JsonObject) first = csm_cache_parse_record (csm_db_stmt_text (stmt, 1));
      g_autoptr (JsonObject) before = csm_cache_parse_record (csm_db_stmt_text (stmt, 2));
      g_autoptr (JsonObject) payload = first != NULL && csm_cache_is_writing (first) ? csm_cache_merge_patch (first, step->payload) : NULL;
      g_autoptr (JsonObject) inverse = make_inverse (view, step->payload);
      g_autoptr (JsonObject) all = before != NULL ? csm_cache_merge_patch (inverse, before) : NULL;

      csm_db_stmt_reset (stmt);
      *merged = payload != NULL && all != NULL && change_op (txn, seq, group, payload, all, &local);
    }
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/**
 * csm_cache_add_op:
 * @txn: the job's
 * @group: the group's number
 * @label: what it is for people
 * @step: what to do; may be mended
 * @undoable: whether it can be taken back
 * @error: `CSM_ERROR_NOT_FOUND` when it changes what does not exist
 *
 * Queues one operation and applies it to the view.
 *
 * Returns: whether it worked
 */
gboolean
csm_cache_add_op (CsmCacheTxn    *txn,
                  gint64          group,
                  const char     *label,
                  CsmIntentStep  *step,
                  gboolean        undoable,
                  GError        **error)
{
  const char *type_name = csm_record_type_get (step->type)->name;
  g_autoptr (GError) local = NULL;
  g_autoptr (JsonObject) view = csm_cache_get_view (txn->conn, step->type, step->id, &local);
  g_autofree char *op_id = csm_id_new ('o');
  g_autofree char *lane = lane_of (step, view);
  g_autofree char *payload = NULL;
  g_autofree char *inverse = NULL;
  g_autofree char *seen = NULL;
  gboolean merged = FALSE;

  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (step->type == CSM_TYPE_ID_SEEN)
    {
      mend_seen (step, view);
      if (!merge_seen (txn, step, &merged, error))
        return FALSE;
    }
  if (step->type == CSM_TYPE_ID_DRAFT && undoable && !merge_writing (txn, group, step, view, &merged, error))
    return FALSE;
  if (view == NULL && !g_str_equal (step->kind, "create"))
    {
      g_set_error (error, CSM_ERROR, CSM_ERROR_NOT_FOUND, "there is no %s %s here", type_name, step->id);
      return FALSE;
    }
  if (undoable && g_str_equal (step->kind, "update"))
    {
      g_autoptr (JsonObject) patch = make_inverse (view, step->payload);

      inverse = csm_json_write_object (patch);
    }
  if (g_str_equal (step->kind, "update"))
    {
      g_autoptr (JsonObject) values = csm_cache_make_seen (step->type, view, step->payload);

      seen = values != NULL ? csm_json_write_object (values) : NULL;
    }
  if (step->type == CSM_TYPE_ID_DRAFT && g_str_equal (step->kind, "update"))
    note_reviewed (step, view);
  payload = csm_json_write_object (step->payload);
  if (!merged && !csm_db_conn_run (txn->conn, error,
        "INSERT INTO outbox (grp, op_id, label, kind, type, record_id, case_id, payload, inverse, seen, created, version, person, device)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, (SELECT value FROM meta WHERE key = 'device'))",
        "ittttttttt" "iit", group, op_id, label, step->kind, type_name, step->id, lane, payload, inverse, seen, csm_time_now (),
        (gint64) CSM_OP_VERSION, txn->me))
    return FALSE;
  g_hash_table_add (txn->waiting, g_strdup (step->id));
  txn->outbox_changed = TRUE;
  if (lane != NULL && step->type != CSM_TYPE_ID_SEEN && !csm_cache_want_again (txn, lane, error))
    return FALSE;
  if (lane != NULL && step->type != CSM_TYPE_ID_DRAFT)
    csm_cache_txn_changed (txn, CSM_TYPE_ID_CASE, lane, lane);
  return csm_cache_refold_after (txn, step->type, step->id, lane, error);
}

/**
 * csm_cache_perform:
 * @txn: the job's
 * @intent: what a person did
 * @error: `CSM_ERROR_NOT_FOUND`, `CSM_ERROR_DISK_FULL`, `CSM_ERROR_DATABASE`
 *
 * Returns: the group's number; 0 on error
 */
gint64
csm_cache_perform (CsmCacheTxn  *txn,
                   CsmIntent    *intent,
                   GError      **error)
{
  gint64 group = csm_cache_new_group (txn, error);

  for (guint i = 0; group != 0 && i < intent->steps->len; i++)
    {
      if (!csm_cache_add_op (txn, group, intent->label, g_ptr_array_index (intent->steps, i), TRUE, error))
        return 0;
    }
  return group;
}

/**
 * csm_cache_remove_op:
 * @txn: the job's
 * @seq: the operation
 * @error: `CSM_ERROR_DATABASE`
 *
 * Takes an operation out of the outbox as if it had never been. With a creation goes all that waits for the record.
 *
 * Returns: whether it worked
 */
gboolean
csm_cache_remove_op (CsmCacheTxn  *txn,
                     gint64        seq,
                     GError      **error)
{
  g_autoptr (CsmDbStmt) stmt = csm_db_conn_query (txn->conn, error, "SELECT type, record_id, kind, case_id FROM outbox WHERE seq = ?", "i", seq);
  g_autofree char *id = NULL;
  g_autofree char *lane = NULL;
  const CsmRecordType *type;
  gboolean create;

  if (stmt == NULL)
    return FALSE;
  if (!csm_db_stmt_step (stmt, error))
    return error == NULL || *error == NULL;
  type = csm_record_type_by_name (csm_db_stmt_text (stmt, 0));
  id = g_strdup (csm_db_stmt_text (stmt, 1));
  create = g_str_equal (csm_db_stmt_text (stmt, 2), "create");
  lane = g_strdup (csm_db_stmt_text (stmt, 3));
  csm_db_stmt_reset (stmt);

  if (!create && !csm_cache_rechain_without (txn, seq, error))
    return FALSE;
  /* What would have gone along with it goes on its own, and is judged on its own. */
  if (!csm_db_conn_run (txn->conn, error,
         "UPDATE outbox SET carrier = NULL, error = CASE WHEN state = 2 THEN NULL ELSE error END, state = CASE WHEN state = 2 THEN 0 ELSE state END WHERE carrier = ?",
         "i", seq) ||
      !csm_db_conn_run (txn->conn, error, "DELETE FROM outbox WHERE seq = ?1 OR (?2 AND record_id = ?3 AND seq > ?1)", "iit", seq, (gint64) create, id))
    return FALSE;
  txn->outbox_changed = TRUE;
  if (lane != NULL && (type == NULL || type->id != CSM_TYPE_ID_DRAFT))
    csm_cache_txn_changed (txn, CSM_TYPE_ID_CASE, lane, lane);
  return type == NULL || csm_cache_refold_after (txn, type->id, id, lane, error);
}

/**
 * csm_cache_read_operation:
 * @stmt: a row of `CSM_OPERATION_COLUMNS`
 *
 * Returns: (transfer full): the operation. Its payload is %NULL when it can't be read any more, and its type
 *   `CSM_N_TYPES` when this version doesn't know it
 */
CsmOperation *
csm_cache_read_operation (CsmDbStmt *stmt)
{
  const CsmRecordType *type = csm_record_type_by_name (csm_db_stmt_text (stmt, 5));
  CsmOperation *op = g_new0 (CsmOperation, 1);

  op->seq = csm_db_stmt_int (stmt, 0);
  op->group = csm_db_stmt_int (stmt, 1);
  op->op_id = g_strdup (csm_db_stmt_text (stmt, 2));
  op->label = g_strdup (csm_db_stmt_text (stmt, 3));
  op->kind = g_strdup (csm_db_stmt_text (stmt, 4));
  op->type = type != NULL ? type->id : CSM_N_TYPES;
  op->record_id = g_strdup (csm_db_stmt_text (stmt, 6));
  op->case_id = g_strdup (csm_db_stmt_text (stmt, 7));
  op->payload = csm_cache_parse_record (csm_db_stmt_text (stmt, 8));
  op->state = (CsmOpState) csm_db_stmt_int (stmt, 9);
  op->tries = (int) csm_db_stmt_int (stmt, 10);
  op->not_before = csm_db_stmt_int (stmt, 11);
  op->created = csm_db_stmt_int (stmt, 12);
  op->error = g_strdup (csm_db_stmt_text (stmt, 13));
  op->description = g_strdup (csm_db_stmt_text (stmt, 14));
  op->sends = (int) csm_db_stmt_int (stmt, 15);
  op->needs_confirmation = op->state == CSM_OP_PARKED && g_strcmp0 (op->error, "stale") == 0;
  op->changed_at = CSM_TIME_NONE;
  op->if_modseq = -1;
  return op;
}
