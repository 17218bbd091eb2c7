/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-txn-private.h"

#include "csm-json.h"
#include "csm-time.h"

/* --- Threading -------------------------------------------------------------------------------------------------- */

/**
 * csm_txn_add_mail_id:
 * @txn: a write transaction
 * @channel_id: the mailbox
 * @rfc_id: the mail's Message-ID, or an artificial one
 * @content_hash: what tells mails of one Message-ID apart
 * @message_id: the message record
 * @error: return location
 *
 * Returns: whether it worked, also when it was there
 */
gboolean
csm_txn_add_mail_id (CsmTxn      *txn,
                     const char  *channel_id,
                     const char  *rfc_id,
                     const char  *content_hash,
                     const char  *message_id,
                     GError     **error)
{
  return csm_db_conn_run (txn->conn, error, "INSERT OR IGNORE INTO mail_id (channelId, rfcId, contentHash, messageId) VALUES (?, ?, ?, ?)", "tttt",
                          channel_id, rfc_id, content_hash, message_id);
}

/**
 * csm_txn_find_mail:
 * @txn: a transaction
 * @channel_id: the mailbox: threads never leave it
 * @rfc_id: a Message-ID
 * @content_hash: (nullable): the content's hash; %NULL: any
 * @error: return location
 *
 * Returns: (transfer full) (nullable): the newest message record of that id; %NULL without an error when there is none
 */
char *
csm_txn_find_mail (CsmTxn      *txn,
                   const char  *channel_id,
                   const char  *rfc_id,
                   const char  *content_hash,
                   GError     **error)
{
  return csm_db_conn_get_text (txn->conn, error,
                               "SELECT m.id FROM mail_id i CROSS JOIN message m ON m.account = 1 AND m.id = i.messageId"
                               " WHERE i.channelId = ?1 AND i.rfcId = ?2 AND (?3 IS NULL OR i.contentHash = ?3) ORDER BY m.rowid DESC LIMIT 1", "ttt",
                               channel_id, rfc_id, content_hash);
}

/**
 * csm_txn_add_ancestor:
 * @txn: a write transaction
 * @channel_id: the mailbox
 * @rfc_id: a Message-ID that the mail refers to, seen or not
 * @message_id: the message record that refers to it
 * @error: return location
 *
 * Returns: whether it worked, also when it was there
 */
gboolean
csm_txn_add_ancestor (CsmTxn      *txn,
                      const char  *channel_id,
                      const char  *rfc_id,
                      const char  *message_id,
                      GError     **error)
{
  return csm_db_conn_run (txn->conn, error, "INSERT OR IGNORE INTO ancestor (channelId, rfcId, messageId) VALUES (?, ?, ?)", "ttt",
                          channel_id, rfc_id, message_id);
}

/**
 * csm_txn_find_ancestor:
 * @txn: a transaction
 * @channel_id: the mailbox
 * @rfc_id: a Message-ID
 * @error: return location
 *
 * Returns: (transfer full) (nullable): the newest message record that refers to @rfc_id; %NULL without an error when there is none
 */
char *
csm_txn_find_ancestor (CsmTxn      *txn,
                       const char  *channel_id,
                       const char  *rfc_id,
                       GError     **error)
{
  return csm_db_conn_get_text (txn->conn, error,
                               "SELECT m.id FROM ancestor a CROSS JOIN message m ON m.account = 1 AND m.id = a.messageId"
                               " WHERE a.channelId = ? AND a.rfcId = ? ORDER BY m.rowid DESC LIMIT 1", "tt",
                               channel_id, rfc_id);
}

/* --- Who and where ------------------------------------------------------------------------------------------------ */

/**
 * csm_txn_find_customer:
 * @txn: a transaction
 * @kind: the kind of address, "email"
 * @address: a normalised address; capitals don't matter
 * @error: return location
 *
 * Returns: (transfer full) (nullable): the customer with that identity, the eldest of several; %NULL without an error when
 *   there is none
 */
char *
csm_txn_find_customer (CsmTxn      *txn,
                       const char  *kind,
                       const char  *address,
                       GError     **error)
{
  g_autofree char *key = g_strconcat (kind, ":", address, NULL);
  g_autofree char *lower = g_utf8_strdown (key, -1);

  return csm_db_conn_get_text (txn->conn, error,
                               "SELECT c.id FROM identity i CROSS JOIN customer c ON c.rowid = i.row WHERE i.key = ? AND c.account = 1 ORDER BY c.rowid LIMIT 1",
                               "t", lower);
}

/**
 * csm_txn_find_person:
 * @txn: a transaction
 * @email: an address; capitals don't matter
 * @error: return location
 *
 * Returns: (transfer full) (nullable): the id of the person, active or not; %NULL without an error when there is none
 */
char *
csm_txn_find_person (CsmTxn      *txn,
                     const char  *email,
                     GError     **error)
{
  return csm_db_conn_get_text (txn->conn, error, "SELECT id FROM person WHERE account = 1 AND email = ?", "t", email);
}

/**
 * csm_txn_find_channel:
 * @txn: a transaction
 * @name_or_address: its id, its address or its name; capitals don't matter
 * @error: return location
 *
 * Returns: (transfer full) (nullable): the id of the channel; %NULL without an error when there is none
 */
char *
csm_txn_find_channel (CsmTxn      *txn,
                      const char  *name_or_address,
                      GError     **error)
{
  return csm_db_conn_get_text (txn->conn, error,
                               "SELECT id FROM channel WHERE account = 1 AND (id = ?1 OR address = ?1 OR lower (iif (json_valid (json), json, '{}') ->> '$.name') = lower (?1))"
                               " ORDER BY id = ?1 DESC, address IS ?1 DESC, rowid LIMIT 1", "t", name_or_address);
}

/**
 * csm_txn_quarantine:
 * @txn: a write transaction
 * @channel_id: the mailbox that a mail came to
 * @blob_id: its stored original
 * @reason: why it could not be read, in one line without its text
 * @error: return location
 *
 * Sets a mail aside; csm_txn_list_quarantine() shows it. The same again replaces the reason.
 *
 * Returns: whether it worked
 */
gboolean
csm_txn_quarantine (CsmTxn      *txn,
                    const char  *channel_id,
                    const char  *blob_id,
                    const char  *reason,
                    GError     **error)
{
  return csm_db_conn_run (txn->conn, error, "INSERT OR REPLACE INTO quarantine (channelId, blobId, reason, at) VALUES (?, ?, ?, ?)", "ttti",
                          channel_id, blob_id, reason, csm_time_now ());
}

/**
 * csm_txn_list_quarantine:
 * @txn: a transaction
 * @error: return location
 *
 * Returns: (transfer full) (element-type JsonObject): the mails that were set aside: `{channelId, blobId, reason, at}`, oldest first
 */
GPtrArray *
csm_txn_list_quarantine (CsmTxn  *txn,
                         GError **error)
{
  g_autoptr (GPtrArray) mails = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
  g_autoptr (CsmDbStmt) stmt = csm_db_conn_prepare (txn->conn, "SELECT channelId, blobId, reason, at FROM quarantine ORDER BY at, blobId", error);
  g_autoptr (GError) local = NULL;

  if (stmt == NULL)
    return NULL;
  while (csm_db_stmt_step (stmt, &local))
    {
      JsonObject *mail = json_object_new ();

      csm_json_set_string (mail, "channelId", csm_db_stmt_text (stmt, 0));
      csm_json_set_string (mail, "blobId", csm_db_stmt_text (stmt, 1));
      csm_json_set_string (mail, "reason", csm_db_stmt_text (stmt, 2));
      csm_json_set_time (mail, "at", csm_db_stmt_int (stmt, 3));
      g_ptr_array_add (mails, mail);
    }
  if (local == NULL)
    return g_steal_pointer (&mails);
  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}

/* --- Sending -------------------------------------------------------------------------------------------------------- */

typedef struct
{
  gint64 at;
  char  *id;
} Due;

static void
due_clear (Due *due)
{
  g_free (due->id);
}

static int
compare_due (gconstpointer a,
             gconstpointer b)
{
  const Due *x = a, *y = b;

  if (x->at != y->at)
    return x->at < y->at ? -1 : 1;
  return g_strcmp0 (x->id, y->id);
}

static void
note_next (gint64 *next,
           gint64  at)
{
  if (next != NULL && (*next == CSM_TIME_NONE || at < *next))
    *next = at;
}

/**
 * csm_txn_due_submissions:
 * @txn: a transaction
 * @now: an instant, µs
 * @next: (out) (optional): the next instant at which another one will be due, or `CSM_TIME_NONE`
 * @error: return location
 *
 * Returns: (transfer full) (element-type utf8): the ids of the pending submissions whose time to undo has ended, oldest first
 */
GPtrArray *
csm_txn_due_submissions (CsmTxn  *txn,
                         gint64   now,
                         gint64  *next,
                         GError **error)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GArray) due = g_array_new (FALSE, FALSE, sizeof (Due));
  g_autoptr (CsmDbStmt) stmt = NULL;
  g_autoptr (GError) local = NULL;

  g_array_set_clear_func (due, (GDestroyNotify) due_clear);
  if (next != NULL)
    *next = CSM_TIME_NONE;
  stmt = csm_db_conn_query (txn->conn, error, "SELECT id, iif (json_valid (json), json, '{}') ->> '$.undoUntil' FROM submission WHERE account = 1 AND undoStatus = 'pending'", NULL);
  if (stmt == NULL)
    return NULL;
  while (csm_db_stmt_step (stmt, &local))
    {
      gint64 at = csm_time_parse (csm_db_stmt_text (stmt, 1));

      if (at == CSM_TIME_NONE || at <= now)
        {
          Due one = { at, g_strdup (csm_db_stmt_text (stmt, 0)) };

          g_array_append_val (due, one);
        }
      else
        {
          note_next (next, at);
        }
    }
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }
  g_array_sort (due, compare_due);
  for (guint i = 0; i < due->len; i++)
    g_ptr_array_add (ids, g_steal_pointer (&g_array_index (due, Due, i).id));
  return g_steal_pointer (&ids);
}

/**
 * csm_txn_outgoing_put:
 * @txn: a write transaction
 * @message_id: an outgoing message
 * @state: queued, handedOver, accepted, failed or unknown
 * @tries: how often it was tried
 * @not_before: the instant of the next try, µs
 * @error: return location
 *
 * Returns: whether it worked
 */
gboolean
csm_txn_outgoing_put (CsmTxn      *txn,
                      const char  *message_id,
                      const char  *state,
                      int          tries,
                      gint64       not_before,
                      GError     **error)
{
  return csm_db_conn_run (txn->conn, error, "INSERT OR REPLACE INTO outgoing (messageId, state, tries, notBefore) VALUES (?, ?, ?, ?)", "ttii",
                          message_id, state, (gint64) tries, not_before);
}

/**
 * csm_txn_outgoing_list:
 * @txn: a transaction
 * @state: a state
 * @now: an instant, µs
 * @next: (out) (optional): the next instant at which another one of that state will be due, or `CSM_TIME_NONE`
 * @error: return location
 *
 * Returns: (transfer full) (element-type utf8): the ids of the messages in @state that may be tried, the one waiting longest first
 */
GPtrArray *
csm_txn_outgoing_list (CsmTxn      *txn,
                       const char  *state,
                       gint64       now,
                       gint64      *next,
                       GError     **error)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (CsmDbStmt) stmt = NULL;
  g_autoptr (GError) local = NULL;

  if (next != NULL)
    *next = CSM_TIME_NONE;
  stmt = csm_db_conn_query (txn->conn, error, "SELECT messageId, notBefore FROM outgoing WHERE state = ? ORDER BY notBefore, messageId", "t", state);
  if (stmt == NULL)
    return NULL;
  while (csm_db_stmt_step (stmt, &local))
    {
      if (csm_db_stmt_int (stmt, 1) > now)
        {
          note_next (next, csm_db_stmt_int (stmt, 1));
          break;
        }
      g_ptr_array_add (ids, g_strdup (csm_db_stmt_text (stmt, 0)));
    }
  if (local == NULL)
    return g_steal_pointer (&ids);
  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}

/**
 * csm_txn_outgoing_tries:
 * @txn: a transaction
 * @message_id: an outgoing message
 * @error: return location
 *
 * Returns: how often it was tried; 0 also when it is not in the queue
 */
int
csm_txn_outgoing_tries (CsmTxn      *txn,
                        const char  *message_id,
                        GError     **error)
{
  return (int) csm_db_conn_get_int (txn->conn, error, 0, "SELECT tries FROM outgoing WHERE messageId = ?", "t", message_id);
}

/**
 * csm_txn_ids_where:
 * @txn: a transaction
 * @account: an account
 * @type: a record type
 * @property: an indexed property: a text, an enum, an id, or a set
 * @value: (nullable): what it holds; %NULL: nothing
 * @error: `CSM_STORE_ERROR_UNSUPPORTED_FILTER`
 *
 * Returns: (transfer full) (element-type utf8): the ids of the records, in the order of their rows (messages: oldest first)
 */
GPtrArray *
csm_txn_ids_where (CsmTxn               *txn,
                   gint64                account,
                   const CsmRecordType  *type,
                   const char           *property,
                   const char           *value,
                   GError              **error)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (JsonNode) filter = json_node_new (JSON_NODE_OBJECT);
  g_autoptr (CsmSqlWhere) where = csm_sql_where_new ();
  g_autoptr (CsmDbStmt) stmt = NULL;
  g_autoptr (GError) local = NULL;
  g_autofree char *sql = NULL;

  json_node_take_object (filter, json_object_new ());
  if (value != NULL)
    json_object_set_string_member (json_node_get_object (filter), property, value);
  else
    json_object_set_null_member (json_node_get_object (filter), property);
  if (!csm_query_filter (csm_txn_schema (txn, type), account, filter, where, error))
    return NULL;
  sql = g_strdup_printf ("SELECT r.id FROM %s r WHERE %s ORDER BY r.rowid", type->table, where->sql->str);
  stmt = csm_db_conn_prepare (txn->conn, sql, error);
  if (stmt == NULL)
    return NULL;
  csm_sql_where_bind (where, stmt);
  while (csm_db_stmt_step (stmt, &local))
    g_ptr_array_add (ids, g_strdup (csm_db_stmt_text (stmt, 0)));
  if (local == NULL)
    return g_steal_pointer (&ids);
  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}

/**
 * csm_txn_ids_since:
 * @txn: a transaction
 * @account: an account
 * @type: a record type
 * @property: an indexed text or id
 * @value: what it holds
 * @since: (nullable): a record of the same type; %NULL: the beginning
 * @error: return location
 *
 * Returns: (transfer full) (element-type utf8): the ids of the records that were added after @since, whatever instants they
 *   hold, newest first
 */
GPtrArray *
csm_txn_ids_since (CsmTxn               *txn,
                   gint64                account,
                   const CsmRecordType  *type,
                   const char           *property,
                   const char           *value,
                   const char           *since,
                   GError              **error)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *sql = g_strdup_printf ("SELECT id FROM %s WHERE account = ?1 AND \"%s\" = ?2 AND createdModseq >"
                                          " coalesce ((SELECT createdModseq FROM %s WHERE account = ?1 AND id = ?3), 0) ORDER BY createdModseq DESC",
                                          type->table, property, type->table);
  g_autoptr (CsmDbStmt) stmt = csm_db_conn_query (txn->conn, error, sql, "itt", account, value, since);
  g_autoptr (GError) local = NULL;

  if (stmt == NULL)
    return NULL;
  while (csm_db_stmt_step (stmt, &local))
    g_ptr_array_add (ids, g_strdup (csm_db_stmt_text (stmt, 0)));
  if (local == NULL)
    return g_steal_pointer (&ids);
  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}

/**
 * csm_txn_earliest:
 * @txn: a transaction
 * @account: an account
 * @type: a record type
 * @property: an indexed instant
 * @at: (out): the earliest that any record holds that can be read, or `CSM_TIME_NONE`
 * @error: return location
 *
 * Returns: whether it worked
 */
gboolean
csm_txn_earliest (CsmTxn               *txn,
                  gint64                account,
                  const CsmRecordType  *type,
                  const char           *property,
                  gint64               *at,
                  GError              **error)
{
  g_autofree char *sql = g_strdup_printf ("SELECT \"%s\" FROM %s WHERE account = ? AND \"%s\" IS NOT NULL AND json_valid (json) ORDER BY \"%s\" LIMIT 1",
                                          property, type->table, property, property);
  g_autoptr (GError) local = NULL;

  *at = csm_db_conn_get_int (txn->conn, &local, CSM_TIME_NONE, sql, "i", account);
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}
