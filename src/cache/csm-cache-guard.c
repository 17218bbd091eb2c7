/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-cache-outbox.h"

#include "csm-json.h"
#include "csm-patch.h"

/*
 * What must not be overwritten by somebody who hasn't seen it. An operation remembers what its person saw; operations on
 * one record form a chain, where each has seen what the one before it makes.
 */

/* All others are last-writer-wins for each property, and sets merge. */
static const char * const guarded[] = { "ownerId", "status", "dueAt", "snoozedUntil", "teamId", "priority", NULL };

/**
 * csm_cache_is_guarded:
 * @type: a type
 * @key: a property
 *
 * Returns: whether somebody who has not seen a property must not overwrite it; for all others the last writer wins, and sets merge
 */
gboolean
csm_cache_is_guarded (CsmTypeId   type,
                      const char *key)
{
  return type == CSM_TYPE_ID_CASE && g_strv_contains (guarded, key);
}

/**
 * csm_cache_value_of:
 * @record: (nullable): a record
 * @property: a property
 *
 * Returns: (transfer none) (nullable): the value
 */
JsonNode *
csm_cache_value_of (JsonObject *record,
                    const char *property)
{
  return record != NULL ? json_object_get_member (record, property) : NULL;
}

/**
 * csm_cache_same_value:
 * @a: (nullable): a value
 * @b: (nullable): a value
 *
 * Absent and null are one.
 *
 * Returns: whether they are the same
 */
gboolean
csm_cache_same_value (JsonNode *a,
                      JsonNode *b)
{
  gboolean no_a = a == NULL || JSON_NODE_HOLDS_NULL (a), no_b = b == NULL || JSON_NODE_HOLDS_NULL (b);

  return no_a || no_b ? no_a && no_b : json_node_equal (a, b);
}

static JsonNode *
copy_value (JsonNode *node)
{
  return node != NULL ? csm_json_copy (node) : json_node_new (JSON_NODE_NULL);
}

/**
 * csm_cache_make_seen:
 * @type: a type
 * @view: (nullable): the record as the person sees it
 * @patch: what they change
 *
 * Returns: (transfer full) (nullable): what they saw of the guarded properties; %NULL when it touches none
 */
JsonObject *
csm_cache_make_seen (CsmTypeId   type,
                     JsonObject *view,
                     JsonObject *patch)
{
  g_autoptr (JsonObject) seen = json_object_new ();
  g_autoptr (GList) keys = json_object_get_members (patch);

  for (GList *l = keys; l != NULL; l = l->next)
    {
      if (csm_cache_is_guarded (type, l->data))
        json_object_set_member (seen, l->data, copy_value (csm_cache_value_of (view, l->data)));
    }
  return json_object_get_size (seen) > 0 ? csm_json_copy_object (seen) : NULL;
}

/**
 * csm_cache_value_after:
 * @type: a type
 * @record: a record of it
 * @patch: what is to change
 * @property: a property
 *
 * Returns: (transfer full): what @patch makes of @property; null there means the default
 */
JsonNode *
csm_cache_value_after (CsmTypeId   type,
                       JsonObject *record,
                       JsonObject *patch,
                       const char *property)
{
  g_autoptr (JsonObject) one = json_object_new ();
  g_autoptr (JsonObject) after = NULL;

  json_object_set_member (one, property, copy_value (csm_cache_value_of (patch, property)));
  after = csm_patch_apply (csm_record_type_get (type), record, one, NULL);
  return copy_value (csm_cache_value_of (after != NULL ? after : patch, property));
}

/**
 * csm_cache_get_guard:
 * @conn: a connection
 * @record_id: a record
 * @error: return location
 *
 * Returns: the modseq of the server that the record here is of; 0: unknown, or doubted
 */
gint64
csm_cache_get_guard (CsmDbConn   *conn,
                     const char  *record_id,
                     GError     **error)
{
  return csm_db_conn_get_int (conn, error, 0, "SELECT modseq FROM guard WHERE id = ?", "t", record_id);
}

/**
 * csm_cache_set_guard:
 * @txn: the job's
 * @record_id: a record
 * @modseq: the modseq of the server that it is of; 0 forgets it
 * @error: return location
 *
 * Returns: whether it worked
 */
gboolean
csm_cache_set_guard (CsmCacheTxn  *txn,
                     const char   *record_id,
                     gint64        modseq,
                     GError      **error)
{
  if (modseq <= 0)
    return csm_db_conn_run (txn->conn, error, "DELETE FROM guard WHERE id = ?", "t", record_id);
  return csm_db_conn_run (txn->conn, error, "INSERT INTO guard VALUES (?1, ?2) ON CONFLICT (id) DO UPDATE SET modseq = ?2 WHERE modseq <> ?2", "ti",
                          record_id, modseq);
}

/**
 * csm_cache_doubt:
 * @txn: the job's
 * @record_id: a record
 * @error: return location
 *
 * The server has done something for us to the record that no page has told yet: what is here is not what it is held against.
 *
 * Returns: whether it worked
 */
gboolean
csm_cache_doubt (CsmCacheTxn  *txn,
                 const char   *record_id,
                 GError      **error)
{
  return csm_db_conn_run (txn->conn, error, "INSERT INTO guard VALUES (?1, 0) ON CONFLICT (id) DO UPDATE SET modseq = 0", "t", record_id);
}

/**
 * csm_cache_is_doubted:
 * @conn: a connection
 * @record_id: a record
 * @error: return location
 *
 * Returns: whether csm_cache_doubt() was called for it, and no page has come since
 */
gboolean
csm_cache_is_doubted (CsmDbConn   *conn,
                      const char  *record_id,
                      GError     **error)
{
  return csm_db_conn_get_int (conn, error, 0, "SELECT count (*) FROM guard WHERE id = ? AND modseq = 0", "t", record_id) != 0;
}

/**
 * csm_cache_rechain:
 * @txn: the job's
 * @record_id: a record
 * @after: an operation
 * @property: a guarded property
 * @only_if: (nullable): leave it when it is not this that was seen
 * @value: (nullable): what is there before the next operation now
 * @error: `CSM_ERROR_DATABASE`
 *
 * Says to the next operation behind @after that touches @property what it stands on.
 *
 * Returns: whether it worked
 */
gboolean
csm_cache_rechain (CsmCacheTxn  *txn,
                   const char   *record_id,
                   gint64        after,
                   const char   *property,
                   JsonNode     *only_if,
                   JsonNode     *value,
                   GError      **error)
{
  g_autofree char *path = g_strdup_printf ("$.%s", property);
  g_autoptr (CsmDbStmt) stmt = csm_db_conn_query (txn->conn, error,
    "SELECT seq, seen FROM outbox WHERE record_id = ? AND seq > ? AND kind = 'update' AND state <> 2 AND json_valid (seen) AND json_type (seen, ?) IS NOT NULL"
    " ORDER BY seq LIMIT 1", "tit", record_id, after, path);
  g_autoptr (JsonObject) seen = NULL;
  g_autofree char *text = NULL;
  gint64 seq;

  if (stmt == NULL)
    return FALSE;
  if (!csm_db_stmt_step (stmt, error))
    return error == NULL || *error == NULL;
  seq = csm_db_stmt_int (stmt, 0);
  seen = csm_cache_parse_record (csm_db_stmt_text (stmt, 1));
  csm_db_stmt_reset (stmt);
  if (seen == NULL || (only_if != NULL && !csm_cache_same_value (json_object_get_member (seen, property), only_if)))
    return TRUE;
  json_object_set_member (seen, property, copy_value (value));
  text = csm_json_write_object (seen);
  return csm_db_conn_run (txn->conn, error, "UPDATE outbox SET seen = ? WHERE seq = ?", "ti", text, seq);
}

/**
 * csm_cache_rechain_without:
 * @txn: the job's
 * @seq: an operation that is about to go, or to be parked
 * @error: `CSM_ERROR_DATABASE`
 *
 * What comes behind it stands on what it stood on.
 *
 * Returns: whether it worked
 */
gboolean
csm_cache_rechain_without (CsmCacheTxn  *txn,
                           gint64        seq,
                           GError      **error)
{
  g_autofree char *seen_text = csm_db_conn_get_text (txn->conn, error, "SELECT seen FROM outbox WHERE seq = ? AND state <> 2", "i", seq);
  g_autofree char *record_id = NULL;
  g_autoptr (JsonObject) seen = csm_cache_parse_record (seen_text);
  g_autoptr (GList) keys = seen != NULL ? json_object_get_members (seen) : NULL;

  if (keys == NULL)
    return error == NULL || *error == NULL;
  record_id = csm_db_conn_get_text (txn->conn, error, "SELECT record_id FROM outbox WHERE seq = ?", "i", seq);
  for (GList *l = keys; l != NULL; l = l->next)
    {
      if (!csm_cache_rechain (txn, record_id, seq, l->data, NULL, json_object_get_member (seen, l->data), error))
        return FALSE;
    }
  return TRUE;
}

/**
 * csm_cache_rechain_base:
 * @txn: the job's
 * @type: a type
 * @record_id: a record
 * @after: the operation that the server has done
 * @before: (nullable): the base before its answer
 * @now: (nullable): the base afterwards
 * @error: `CSM_ERROR_DATABASE`
 *
 * What the server did of itself along with an operation of ours is nothing that somebody else did.
 *
 * Returns: whether it worked
 */
gboolean
csm_cache_rechain_base (CsmCacheTxn  *txn,
                        CsmTypeId     type,
                        const char   *record_id,
                        gint64        after,
                        JsonObject   *before,
                        JsonObject   *now,
                        GError      **error)
{
  if (type != CSM_TYPE_ID_CASE || before == NULL || now == NULL)
    return TRUE;
  for (guint i = 0; guarded[i] != NULL; i++)
    {
      JsonNode *old = json_object_get_member (before, guarded[i]), *new = json_object_get_member (now, guarded[i]);
      g_autoptr (JsonNode) was = copy_value (old);

      if (!csm_cache_same_value (old, new) && !csm_cache_rechain (txn, record_id, after, guarded[i], was, new, error))
        return FALSE;
    }
  return TRUE;
}
