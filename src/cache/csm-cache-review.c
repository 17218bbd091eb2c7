/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-cache-outbox.h"

#include "csm-error.h"
#include "csm-id.h"
#include "csm-json.h"
#include "csm-time.h"

/* What waits, what the world did meanwhile, and what a person decides about it. */

/* --- what the world did ----------------------------------------------------------------------------------------------- */

static void
conflict_value_free (gpointer data)
{
  CsmConflictValue *value = data;

  g_free (value->property);
  json_node_unref (value->before);
  json_node_unref (value->mine);
  json_node_unref (value->theirs);
  g_free (value);
}

static JsonNode *
dup_member (JsonObject *object,
            const char *member)
{
  JsonNode *node = object != NULL ? json_object_get_member (object, member) : NULL;

  return node != NULL ? csm_json_copy (node) : json_node_new (JSON_NODE_NULL);
}

static void
add_values (CsmOperation *op,
            JsonObject   *values)
{
  g_autoptr (GList) names = values != NULL ? json_object_get_members (values) : NULL;

  op->conflicts = g_ptr_array_new_with_free_func (conflict_value_free);
  for (GList *l = names; l != NULL; l = l->next)
    {
      JsonObject *one = csm_json_get_object (values, l->data);
      CsmConflictValue *value = g_new0 (CsmConflictValue, 1);

      value->property = g_strdup (l->data);
      value->before = dup_member (one, "before");
      value->mine = dup_member (one, "mine");
      value->theirs = dup_member (one, "theirs");
      g_ptr_array_add (op->conflicts, value);
    }
}

/* The newest event about a property that is in conflict says who; where the history isn't here, the record says when. */
static void
find_who_changed (CsmDbConn    *conn,
                  CsmOperation *op)
{
  for (guint i = 0; i < op->conflicts->len; i++)
    {
      CsmConflictValue *value = g_ptr_array_index (op->conflicts, i);
      g_autoptr (CsmDbStmt) stmt = csm_db_conn_query (conn, NULL,
        "SELECT at, json_extract (base, '$.personId') FROM event WHERE case_id = ? AND json_extract (base, '$.property') = ? ORDER BY at DESC LIMIT 1",
        "tt", op->record_id, value->property);

      if (stmt == NULL || !csm_db_stmt_step (stmt, NULL) || csm_db_stmt_int (stmt, 0) <= op->changed_at)
        continue;
      g_free (op->changed_by);
      op->changed_at = csm_db_stmt_int (stmt, 0);
      op->changed_by = g_strdup (csm_db_stmt_text (stmt, 1));
    }
  if (op->changed_at == CSM_TIME_NONE && op->type < CSM_N_TYPES)
    {
      g_autoptr (JsonObject) base = csm_cache_get_base (conn, op->type, op->record_id, NULL);

      op->changed_at = base != NULL ? csm_json_get_time (base, "updated") : CSM_TIME_NONE;
    }
}

static void
find_who_answered (CsmDbConn    *conn,
                   CsmOperation *op,
                   const char   *newer_id)
{
  const CsmRecordType *type = csm_record_type_of_id (newer_id);
  g_autoptr (JsonObject) record = type != NULL ? csm_cache_get_view (conn, type->id, newer_id, NULL) : NULL;

  if (record == NULL)
    return;
  op->changed_by = g_strdup (csm_json_get_string (record, "authorId"));
  op->changed_at = csm_json_get_time (record, type->id == CSM_TYPE_ID_SUBMISSION ? "created" : "at");
}

static void
explain (CsmDbConn    *conn,
         CsmOperation *op,
         const char   *text)
{
  g_autoptr (JsonObject) conflict = csm_cache_parse_record (text);

  if (op->state != CSM_OP_PARKED)
    return;
  if (g_strcmp0 (op->error, "recordMismatch") == 0)
    {
      add_values (op, csm_json_get_object (conflict, "values"));
      find_who_changed (conn, op);
    }
  else if (g_strcmp0 (op->error, "caseMoved") == 0 && csm_json_get_string (conflict, "newerId") != NULL)
    {
      find_who_answered (conn, op, csm_json_get_string (conflict, "newerId"));
    }
}

/**
 * csm_cache_read_outbox:
 * @conn: a connection
 * @error: `CSM_ERROR_DATABASE`
 *
 * Returns: (transfer full) (element-type CsmOperation): all that waits, oldest first
 */
GPtrArray *
csm_cache_read_outbox (CsmDbConn  *conn,
                       GError    **error)
{
  g_autoptr (GPtrArray) ops = g_ptr_array_new_with_free_func ((GDestroyNotify) csm_operation_free);
  g_autoptr (CsmDbStmt) stmt = csm_db_conn_prepare (conn, "SELECT " CSM_OPERATION_COLUMNS ", conflict FROM outbox WHERE state <> 2 OR carrier IS NULL ORDER BY seq", error);
  g_autoptr (GError) local = NULL;

  if (stmt == NULL)
    return NULL;
  while (csm_db_stmt_step (stmt, &local))
    {
      CsmOperation *op = csm_cache_read_operation (stmt);

      /* What is parked as one is shown as one. */
      if (op->state == CSM_OP_PARKED && g_str_equal (op->kind, "update"))
        csm_cache_join_payloads (conn, op, CSM_CARRIED_PAYLOADS, NULL);
      explain (conn, op, csm_db_stmt_text (stmt, CSM_N_OPERATION_COLUMNS));
      g_ptr_array_add (ops, op);
    }
  if (local == NULL)
    return g_steal_pointer (&ops);
  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}

/**
 * csm_cache_note_news:
 * @txn: the job's, at its end
 *
 * Who did what comes with the history, after the record itself: then what needs a person is told anew.
 */
void
csm_cache_note_news (CsmCacheTxn *txn)
{
  GHashTable **ids = txn->changes->ids;

  if (txn->outbox_changed || (ids[CSM_TYPE_ID_EVENT] == NULL && ids[CSM_TYPE_ID_MESSAGE] == NULL && ids[CSM_TYPE_ID_SUBMISSION] == NULL))
    return;
  txn->outbox_changed = csm_db_conn_get_int (txn->conn, NULL, 0, "SELECT EXISTS (SELECT 1 FROM outbox WHERE state = 2 AND conflict IS NOT NULL)", NULL) != 0;
}

/* --- what a person decides ---------------------------------------------------------------------------------------------- */

/* The group of a reply that may have arrived, or has: forgetting it here would not keep it from the customer. 0: none */
static gint64
group_of_sent_reply (CsmCacheTxn  *txn,
                     gint64        seq,
                     GError      **error)
{
  return csm_db_conn_get_int (txn->conn, error, 0,
    "SELECT grp FROM outbox WHERE seq = ?1 AND type = 'Submission' AND kind = 'create' AND state <> 2 AND sends > 0 "
    "UNION ALL SELECT grp FROM done WHERE seq = ?1 AND type = 'Submission' AND kind = 'create' AND inverse IS NULL", "i", seq);
}

/* (element-type CsmOperation): the operation and those that are parked with it, oldest first */
static GPtrArray *
read_parked (CsmCacheTxn  *txn,
             gint64        seq,
             GError      **error)
{
  g_autoptr (GPtrArray) ops = g_ptr_array_new_with_free_func ((GDestroyNotify) csm_operation_free);
  g_autoptr (GError) local = NULL;
  g_autoptr (CsmDbStmt) stmt = csm_db_conn_query (txn->conn, &local,
    "SELECT " CSM_OPERATION_COLUMNS " FROM outbox WHERE seq = ?1 OR (carrier = ?1 AND state = 2) ORDER BY seq", "i", seq);

  while (stmt != NULL && csm_db_stmt_step (stmt, &local))
    g_ptr_array_add (ops, csm_cache_read_operation (stmt));
  if (local == NULL)
    return g_steal_pointer (&ops);
  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}

/* Keep mine: what the person has seen now is the world as it is; what they did since stands on what this makes. */
static gboolean
stand_on_base (CsmCacheTxn  *txn,
               GPtrArray    *ops,
               GError      **error)
{
  CsmOperation *first = g_ptr_array_index (ops, 0), *last = g_ptr_array_index (ops, ops->len - 1);
  g_autoptr (JsonObject) base = csm_cache_get_base (txn->conn, first->type, first->record_id, NULL);
  g_autoptr (JsonObject) values = NULL;

  if (base == NULL)
    return TRUE;
  values = csm_json_copy_object (base);
  for (guint i = 0; i < ops->len; i++)
    {
      CsmOperation *op = g_ptr_array_index (ops, i);
      g_autoptr (JsonObject) seen = op->payload != NULL ? csm_cache_make_seen (op->type, values, op->payload) : NULL;
      g_autoptr (GList) keys = seen != NULL ? json_object_get_members (seen) : NULL;
      g_autofree char *text = seen != NULL ? csm_json_write_object (seen) : NULL;

      if (!csm_db_conn_run (txn->conn, error, "UPDATE outbox SET seen = ? WHERE seq = ?", "ti", text, op->seq))
        return FALSE;
      for (GList *l = keys; l != NULL; l = l->next)
        {
          JsonNode *mine = csm_cache_value_after (op->type, values, op->payload, l->data);

          json_object_set_member (values, l->data, mine);
          if (!csm_cache_rechain (txn, op->record_id, last->seq, l->data, NULL, mine, error))
            return FALSE;
        }
    }
  return TRUE;
}

static gboolean
retry_op (CsmCacheTxn   *txn,
          CsmOperation  *op,
          gboolean       confirmed,
          GError       **error)
{
  /* The server remembers what it answered to an operation's id: another try is another operation. A reply that may have arrived is
   * the same one, by its id. */
  g_autofree char *op_id = csm_id_new ('o');
  gboolean moved = confirmed && op->type == CSM_TYPE_ID_SUBMISSION && g_strcmp0 (op->error, "stale") != 0;

  if (!csm_db_conn_run (txn->conn, error,
        "UPDATE outbox SET op_id = ?1, state = 0, tries = 0, sends = CASE WHEN type = 'Submission' THEN sends ELSE 0 END, carrier = NULL, not_before = 0, error = NULL,"
        " description = NULL, conflict = NULL,"
        " confirmed = max (confirmed, ?2), payload = CASE WHEN ?3 THEN json_set (payload, '$.confirmed', json ('true')) ELSE payload END WHERE seq = ?4",
        "tiii", op_id, (gint64) (confirmed && op->type == CSM_TYPE_ID_SUBMISSION), (gint64) moved, op->seq))
    return FALSE;
  return op->type >= CSM_N_TYPES || csm_cache_refold_after (txn, op->type, op->record_id, op->case_id, error);
}

static gboolean
retry_all (CsmCacheTxn  *txn,
           GPtrArray    *ops,
           gboolean      confirmed,
           GError      **error)
{
  CsmOperation *first = g_ptr_array_index (ops, 0);

  if (!csm_db_conn_run (txn->conn, error, "DELETE FROM outgoing WHERE problem IS NOT NULL", NULL))
    return FALSE;
  for (guint i = 0; i < ops->len; i++)
    {
      if (!retry_op (txn, g_ptr_array_index (ops, i), confirmed, error))
        return FALSE;
    }
  return !confirmed || first->type != CSM_TYPE_ID_CASE || !g_str_equal (first->kind, "update") || stand_on_base (txn, ops, error);
}

static gboolean
refuse_unparked (GError **error,
                 gint64   seq)
{
  g_set_error (error, CSM_ERROR, CSM_ERROR_NOT_FOUND, "operation %" G_GINT64_FORMAT " is not parked", seq);
  return FALSE;
}

/* A reply that may have arrived is kept as it was: who wants it again must not write it as another mail. */
static gboolean
remember_discarded (CsmCacheTxn   *txn,
                    CsmOperation  *op,
                    GError       **error)
{
  if (op->type != CSM_TYPE_ID_SUBMISSION || !g_str_equal (op->kind, "create") || op->sends == 0)
    return TRUE;
  return csm_db_conn_run (txn->conn, error,
    "INSERT OR REPLACE INTO done SELECT seq, grp, label, kind, type, record_id, payload, json_object ('discarded', json_object ("
    "'op_id', op_id, 'case_id', case_id, 'created', created, 'sends', sends, 'confirmed', confirmed, 'error', error, 'description', description,"
    " 'version', version, 'person', person, 'device', device)) FROM outbox WHERE seq = ?", "i", op->seq);
}

/**
 * csm_cache_hold_again:
 * @txn: the job's
 * @seq: a reply that was discarded although it may have arrived
 * @error: `CSM_ERROR_DATABASE`
 *
 * Puts it back into the outbox: the same operation, which needs a person as before.
 *
 * Returns: whether it worked
 */
gboolean
csm_cache_hold_again (CsmCacheTxn  *txn,
                      gint64        seq,
                      GError      **error)
{
  g_autofree char *case_id = csm_db_conn_get_text (txn->conn, NULL, "SELECT inverse ->> '$.discarded.case_id' FROM done WHERE seq = ?", "i", seq);

  txn->outbox_changed = TRUE;
  if (case_id != NULL)
    csm_cache_txn_changed (txn, CSM_TYPE_ID_CASE, case_id, case_id);
  return csm_db_conn_run (txn->conn, error,
           "INSERT INTO outbox (seq, grp, label, kind, type, record_id, payload, state, op_id, case_id, created, sends, confirmed, error, description, version, person, device)"
           " SELECT seq, grp, label, kind, type, record_id, payload, 2, d ->> 'op_id', d ->> 'case_id', d ->> 'created', d ->> 'sends', d ->> 'confirmed', d ->> 'error',"
           " d ->> 'description', d ->> 'version', d ->> 'person', d ->> 'device' FROM (SELECT *, inverse -> '$.discarded' AS d FROM done WHERE seq = ?)", "i", seq) &&
         csm_db_conn_run (txn->conn, error, "DELETE FROM done WHERE seq = ?", "i", seq);
}

/**
 * csm_cache_resolve_op:
 * @txn: the job's
 * @seq: a parked operation, or to be dropped one that waits; or a reply that is to be called back
 * @decision: what a person decided
 * @error: `CSM_ERROR_NOT_FOUND` when it is neither, or has left for good
 *
 * Returns: whether it worked
 */
gboolean
csm_cache_resolve_op (CsmCacheTxn    *txn,
                      gint64          seq,
                      CsmOpDecision   decision,
                      GError        **error)
{
  gint64 sent = decision == CSM_OP_DROP ? group_of_sent_reply (txn, seq, error) : 0;
  g_autoptr (GPtrArray) ops = NULL;
  CsmOperation *first;

  if (sent != 0)
    return csm_cache_undo (txn, sent, error);
  ops = read_parked (txn, seq, error);
  if (ops == NULL)
    return FALSE;
  first = ops->len > 0 ? g_ptr_array_index (ops, 0) : NULL;
  if (first == NULL || first->seq != seq || (first->state != CSM_OP_PARKED && !(decision == CSM_OP_DROP && first->state == CSM_OP_WAITING)))
    return refuse_unparked (error, seq);
  txn->outbox_changed = TRUE;
  if (first->case_id != NULL)
    csm_cache_txn_changed (txn, CSM_TYPE_ID_CASE, first->case_id, first->case_id);
  if (decision != CSM_OP_DROP)
    return retry_all (txn, ops, decision == CSM_OP_RETRY_CONFIRMED, error);
  if (!remember_discarded (txn, first, error))
    return FALSE;
  for (guint i = ops->len; i > 0; i--)
    {
      if (!csm_cache_remove_op (txn, ((CsmOperation *) g_ptr_array_index (ops, i - 1))->seq, error))
        return FALSE;
    }
  return TRUE;
}

/* --- back to where it was written ------------------------------------------------------------------------------------------- */

static gboolean
has_file (JsonArray  *files,
          const char *blob_id)
{
  for (guint i = 0; i < json_array_get_length (files); i++)
    {
      JsonNode *node = json_array_get_element (files, i);

      if (JSON_NODE_HOLDS_OBJECT (node) && g_strcmp0 (csm_json_get_string (json_node_get_object (node), "blobId"), blob_id) == 0)
        return TRUE;
    }
  return FALSE;
}

/* What came back into the same draft before has files, too. */
static JsonArray *
collect_files (JsonObject *payload,
               JsonObject *before)
{
  JsonArray *lists[] = { csm_json_get_array (payload, "attachments"), csm_json_get_array (before, "attachments") };
  JsonArray *files = json_array_new ();

  for (guint i = 0; i < G_N_ELEMENTS (lists); i++)
    {
      for (guint j = 0; lists[i] != NULL && j < json_array_get_length (lists[i]); j++)
        {
          JsonNode *node = json_array_get_element (lists[i], j);

          if (JSON_NODE_HOLDS_OBJECT (node) && !has_file (files, csm_json_get_string (json_node_get_object (node), "blobId")))
            json_array_add_element (files, csm_json_copy (node));
        }
    }
  return files;
}

static char *
collect_parts (CsmCacheTxn  *txn,
               CsmOperation *op,
               const char   *draft_id)
{
  static const char * const of_reply[] = { "conversationId", "to", "cc", "bcc", "subject", NULL };
  static const char * const of_comment[] = { "mentions", "inReplyTo", NULL };
  const char * const *names = op->type == CSM_TYPE_ID_SUBMISSION ? of_reply : of_comment;
  g_autofree char *text = csm_db_conn_get_text (txn->conn, NULL, "SELECT parts FROM draft WHERE case_id = ?", "t", draft_id);
  g_autoptr (JsonObject) before = csm_cache_parse_record (text);
  g_autoptr (JsonObject) parts = json_object_new ();

  for (guint i = 0; names[i] != NULL; i++)
    {
      JsonNode *node = json_object_get_member (op->payload, names[i]);

      if (node != NULL && !JSON_NODE_HOLDS_NULL (node))
        json_object_set_member (parts, names[i], csm_json_copy (node));
    }
  json_object_set_array_member (parts, "attachments", collect_files (op->payload, before));
  return csm_json_write_object (parts);
}

/* With a new case waits what was written in it. 0: nothing */
static gint64
find_text_of_case (CsmCacheTxn   *txn,
                   CsmOperation  *op,
                   GError       **error)
{
  if (op->type != CSM_TYPE_ID_CASE || !g_str_equal (op->kind, "create"))
    return 0;
  return csm_db_conn_get_int (txn->conn, error, 0, "SELECT seq FROM outbox WHERE case_id = ? AND kind = 'create' AND type IN ('Submission', 'Comment')"
                              " ORDER BY type = 'Comment', seq LIMIT 1", "t", op->record_id);
}

/**
 * csm_cache_edit_op:
 * @txn: the job's
 * @seq: a reply or a comment that has not left, or a new case, of which its first reply or comment is meant
 * @error: `CSM_ERROR_NOT_FOUND` when it is none, or has left; `CSM_ERROR_EXISTS` for a reply that needs a person and may have
 *   arrived: another text would be another mail, while another try is safe
 *
 * Makes a draft of it, before what the draft holds already, and takes it out of the outbox.
 *
 * Returns: (transfer full): its case's id
 */
char *
csm_cache_edit_op (CsmCacheTxn  *txn,
                   gint64        seq,
                   GError      **error)
{
  g_autoptr (GPtrArray) ops = read_parked (txn, seq, error);
  CsmOperation *op = ops != NULL && ops->len > 0 ? g_ptr_array_index (ops, 0) : NULL;
  gboolean reply = op != NULL && op->type == CSM_TYPE_ID_SUBMISSION;
  const char *text, *case_id;
  g_autofree char *draft_id = NULL;
  g_autofree char *parts = NULL;
  gint64 inside;

  if (ops == NULL)
    return NULL;
  inside = op != NULL ? find_text_of_case (txn, op, NULL) : 0;
  if (inside != 0)
    return csm_cache_edit_op (txn, inside, error);
  /* A comment may have been edited while it waited. */
  if (op != NULL)
    csm_cache_join_payloads (txn->conn, op,
      "SELECT payload FROM outbox WHERE record_id = (SELECT record_id FROM outbox WHERE seq = ?1) AND seq > ?1 AND kind = 'update' ORDER BY seq", NULL);
  case_id = op != NULL ? csm_json_get_string (op->payload, "caseId") : NULL;
  text = op != NULL ? csm_json_get_string (op->payload, reply ? "textBody" : "body") : NULL;
  if (op == NULL || (!reply && op->type != CSM_TYPE_ID_COMMENT) || !g_str_equal (op->kind, "create") || case_id == NULL || text == NULL ||
      (op->state != CSM_OP_PARKED && op->sends > 0))
    {
      g_set_error_literal (error, CSM_ERROR, CSM_ERROR_NOT_FOUND, "there is nothing that could be edited");
      return NULL;
    }
  if (reply && op->sends > 0)
    {
      g_set_error_literal (error, CSM_ERROR, CSM_ERROR_EXISTS, "the reply may have arrived");
      return NULL;
    }
  draft_id = reply ? g_strdup (case_id) : csm_id_with_letter (case_id, 'n');
  parts = collect_parts (txn, op, draft_id);
  if (!csm_cache_return_text (txn, draft_id, text, parts, error) ||
      !csm_cache_remove_op (txn, seq, error))
    return NULL;
  csm_cache_txn_changed (txn, CSM_TYPE_ID_CASE, case_id, case_id);
  return g_strdup (case_id);
}
