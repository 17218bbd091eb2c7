/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-cache-private.h"
#include "csm-cache-words.h"

#include <string.h>

#include "csm-json.h"
#include "csm-time.h"

/* A record in its table. */
typedef struct
{
  gint64   rowid;  /* 0: none */
  gboolean gone;
  gint64   stamp;
  char    *case_id;
  char    *base;
  char    *view;
  const CsmAheadRecord *ready; /* what was made of the new base; or NULL */
} Row;

static void
row_clear (Row *row)
{
  g_free (row->case_id);
  g_free (row->base);
  g_free (row->view);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Row, row_clear)

/**
 * csm_cache_parse_record:
 * @text: (nullable): JSON that the cache wrote
 *
 * Returns: (transfer full) (nullable): the object
 */
JsonObject *
csm_cache_parse_record (const char *text)
{
  g_autoptr (JsonNode) node = text != NULL ? csm_json_parse_trusted (text, -1) : NULL;

  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_dup_object (node) : NULL;
}

static const char *
base_sql (CsmTypeId type)
{
  return type == CSM_TYPE_ID_MESSAGE ? CSM_MESSAGE_BASE : "base";
}

static gboolean
load_row (CsmDbConn   *conn,
          CsmTypeId    type,
          const char  *id,
          Row         *row,
          GError     **error)
{
  g_autofree char *sql = g_strdup_printf ("SELECT rowid, gone, stamp, %s, %s, view FROM %s WHERE id = ?",
                                          csm_cache_spec_get (type)->has_case_id ? "case_id" : "NULL", base_sql (type), csm_record_type_get (type)->table);
  g_autoptr (GError) local = NULL;
  g_autoptr (CsmDbStmt) stmt = csm_db_conn_query (conn, &local, sql, "t", id);

  *row = (Row) { 0 };
  if (stmt != NULL && csm_db_stmt_step (stmt, &local))
    {
      row->rowid = csm_db_stmt_int (stmt, 0);
      row->gone = csm_db_stmt_int (stmt, 1) != 0;
      row->stamp = csm_db_stmt_int (stmt, 2);
      row->case_id = g_strdup (csm_db_stmt_text (stmt, 3));
      row->base = g_strdup (csm_db_stmt_text (stmt, 4));
      row->view = g_strdup (csm_db_stmt_text (stmt, 5));
    }
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static void
make_sql (CsmTypeId   type,
          char      **insert,
          char      **update)
{
  const CsmCacheSpec *spec = csm_cache_spec_get (type);
  const char *table = csm_record_type_get (type)->table, *base = "?5";
  g_autoptr (GString) names = g_string_new (NULL);
  g_autoptr (GString) marks = g_string_new (NULL);
  g_autoptr (GString) sets = g_string_new (NULL);

  if (type == CSM_TYPE_ID_MESSAGE)
    {
      g_string_append (names, ", packed");
      g_string_append (marks, ", csm_pack (?5)");
      g_string_append (sets, ", packed = csm_pack (?5)");
      base = "CASE WHEN ?5 IS NOT NULL THEN '' END";
    }
  for (guint i = 0; spec->columns[i].name != NULL; i++)
    {
      g_string_append_printf (names, ", %s", spec->columns[i].name);
      g_string_append_printf (marks, ", ?%u", i + 7);
      g_string_append_printf (sets, ", %s = ?%u", spec->columns[i].name, i + 7);
      /* What was let go of a case is fetched again when the case becomes mine. */
      if (spec->columns[i].kind == CSM_COLUMN_MINE)
        g_string_append_printf (sets, ", skipped = CASE WHEN NOT mine AND ?%u THEN NULL ELSE skipped END", i + 7);
    }
  *insert = g_strdup_printf ("INSERT INTO %s (rowid, id, gone, stamp, base, view%s) VALUES (?1, ?2, ?3, ?4, %s, ?6%s)", table, names->str, base, marks->str);
  *update = g_strdup_printf ("UPDATE %s SET id = ?2, gone = ?3, stamp = ?4, base = %s, view = ?6%s WHERE rowid = ?1", table, base, sets->str);
}

static const char *
first_address (JsonObject *customer)
{
  JsonObject *identities = csm_json_get_object (customer, "identities");
  JsonObjectIter iter;
  const char *key;
  JsonNode *node;

  if (identities == NULL)
    return NULL;
  json_object_iter_init_ordered (&iter, identities);
  while (json_object_iter_next_ordered (&iter, &key, &node))
    {
      const char *address = JSON_NODE_HOLDS_OBJECT (node) ? csm_json_get_string (json_node_get_object (node), "address") : NULL;
      const char *colon = strchr (key, ':');

      if (address != NULL)
        return address;
      if (colon != NULL)
        return colon + 1;
    }
  return NULL;
}

static char *
customer_names (JsonObject *customer)
{
  g_autoptr (GString) names = g_string_new (csm_json_get_string (customer, "name"));
  const char *organisation = csm_json_get_string (customer, "organisation");
  JsonObject *identities = csm_json_get_object (customer, "identities");
  JsonObjectIter iter;
  const char *key;
  JsonNode *node;

  if (organisation != NULL)
    g_string_append_printf (names, " %s", organisation);
  if (identities != NULL)
    {
      json_object_iter_init_ordered (&iter, identities);
      while (json_object_iter_next_ordered (&iter, &key, &node))
        {
          const char *colon = strchr (key, ':');

          g_string_append_printf (names, " %s", colon != NULL ? colon + 1 : key);
        }
    }
  return g_string_free (g_steal_pointer (&names), FALSE);
}

static void
bind_time (CsmDbStmt *stmt,
           int        index,
           gint64     time_us)
{
  if (time_us != CSM_TIME_NONE)
    csm_db_stmt_bind_int (stmt, index, time_us);
  else
    csm_db_stmt_bind_null (stmt, index);
}

/* NULL is in no index that holds those alone of which it is true. */
static void
bind_flag (CsmDbStmt *stmt,
           int        index,
           gboolean   flag)
{
  if (flag)
    csm_db_stmt_bind_int (stmt, index, 1);
  else
    csm_db_stmt_bind_null (stmt, index);
}

static gboolean
is_merged (JsonObject *record)
{
  return csm_json_get_string (record, "mergedIntoId") != NULL;
}

/* Whoever warns after the deadline has warned at it. */
static gint64
warn_time (JsonObject *record)
{
  gint64 clock_at = csm_json_get_time (record, "clockAt"), warn_at = csm_json_get_time (record, "warnAt");

  return clock_at == CSM_TIME_NONE || warn_at == CSM_TIME_NONE ? clock_at : MIN (warn_at, clock_at);
}

/* A long article is about a few things. */
#define MAX_TEXT_WORDS 400

static char *
text_words (JsonObject *record)
{
  g_autoptr (CsmWords) words = csm_words_new ();
  JsonObject *chosen = csm_json_get_object (record, "words");
  g_autoptr (GList) keys = chosen != NULL ? json_object_get_members (chosen) : NULL;

  for (GList *l = keys; l != NULL; l = l->next)
    csm_words_add (words, l->data, MAX_TEXT_WORDS);
  csm_words_add (words, csm_json_get_string (record, "title"), MAX_TEXT_WORDS);
  csm_words_add (words, csm_json_get_string (record, "body"), MAX_TEXT_WORDS);
  return csm_words_join (words);
}

/* Since when this person, or a team of theirs, is asked for a review. */
static gint64
asked_time (CsmCacheTxn *txn,
            JsonObject  *draft)
{
  const char *team_id = csm_json_get_string (draft, "reviewTeamId");
  g_autoptr (JsonObject) team = NULL;

  if (txn->me == NULL || g_strcmp0 (csm_json_get_string (draft, "review"), "requested") != 0 ||
      g_strcmp0 (csm_json_get_string (draft, "requestedBy"), txn->me) == 0)
    return CSM_TIME_NONE;
  if (g_strcmp0 (csm_json_get_string (draft, "reviewerId"), txn->me) != 0)
    {
      team = team_id != NULL ? csm_cache_get_view (txn->conn, CSM_TYPE_ID_TEAM, team_id, NULL) : NULL;
      if (team == NULL || !csm_json_has_key (team, "memberIds", txn->me))
        return CSM_TIME_NONE;
    }
  return csm_json_get_time (draft, "requestedAt");
}

/* Whether I wrote one of the replies of which somebody has to say what becomes of them, or have the case that they are in. */
static gboolean
is_mine_to_decide (CsmCacheTxn *txn,
                   JsonObject  *record,
                   JsonObject  *undecided)
{
  JsonObjectIter iter;
  const char *id;
  JsonNode *node;

  if (undecided == NULL || txn->me == NULL || json_object_get_size (undecided) == 0)
    return FALSE;
  if (g_strcmp0 (csm_json_get_string (record, "ownerId"), txn->me) == 0)
    return TRUE;
  json_object_iter_init_ordered (&iter, undecided);
  while (json_object_iter_next_ordered (&iter, &id, &node))
    {
      if (JSON_NODE_HOLDS_OBJECT (node) && g_strcmp0 (csm_json_get_string (json_node_get_object (node), "by"), txn->me) == 0)
        return TRUE;
    }
  return FALSE;
}

static void
bind_column (CsmCacheTxn     *txn,
             CsmDbStmt       *stmt,
             int              index,
             const CsmColumn *column,
             JsonObject      *record,
             const char      *id)
{
  const char *text = column->property != NULL ? csm_json_get_string (record, column->property) : NULL;

  switch (column->kind)
    {
    case CSM_COLUMN_TIME:
      bind_time (stmt, index, csm_time_parse (text));
      break;
    case CSM_COLUMN_STATUS:
      csm_db_stmt_bind_int (stmt, index, csm_cache_status_number (text));
      break;
    case CSM_COLUMN_LANE:
      csm_db_stmt_bind_int (stmt, index, is_merged (record) ? CSM_LANE_MERGED : csm_cache_lane_number (text));
      break;
    case CSM_COLUMN_RANK:
      csm_db_stmt_bind_int (stmt, index, is_merged (record) ? 0 : csm_cache_rank (csm_time_parse (text), id));
      break;
    case CSM_COLUMN_LABEL:
      text = csm_json_get_string (record, "name");
      csm_db_stmt_bind_text (stmt, index, text != NULL && *text != '\0' ? text : first_address (record));
      break;
    case CSM_COLUMN_NAMES:
      {
        g_autofree char *names = customer_names (record);

        csm_db_stmt_bind_text (stmt, index, names);
      }
      break;
    case CSM_COLUMN_CANCELED:
      csm_db_stmt_bind_int (stmt, index, g_strcmp0 (text, "canceled") == 0);
      break;
    case CSM_COLUMN_MENTIONS_ME:
      csm_db_stmt_bind_int (stmt, index, txn->me != NULL && csm_json_has_key (record, column->property, txn->me) && !csm_json_get_boolean (record, "deleted"));
      break;
    case CSM_COLUMN_MINE:
      csm_db_stmt_bind_int (stmt, index, txn->me != NULL && (g_strcmp0 (csm_json_get_string (record, "ownerId"), txn->me) == 0 ||
                                                             csm_json_has_key (record, "participantIds", txn->me)));
      break;
    case CSM_COLUMN_UNSURE:
      bind_flag (stmt, index, g_strcmp0 (csm_json_get_string (csm_json_get_object (record, column->property), "state"), "unknown") == 0);
      break;
    case CSM_COLUMN_WORDS:
      {
        g_autofree char *words = text_words (record);

        csm_db_stmt_bind_text (stmt, index, words);
      }
      break;
    case CSM_COLUMN_WARN:
      bind_time (stmt, index, warn_time (record));
      break;
    case CSM_COLUMN_ASKED:
      bind_time (stmt, index, asked_time (txn, record));
      break;
    case CSM_COLUMN_TODO:
      csm_db_stmt_bind_int (stmt, index, !csm_json_get_boolean (record, "done") && csm_json_get_string (record, "skipped") == NULL);
      break;
    case CSM_COLUMN_FLAG:
      bind_flag (stmt, index, csm_json_get_boolean (record, column->property));
      break;
    case CSM_COLUMN_PRESSING:
      bind_flag (stmt, index, g_strcmp0 (text, "high") == 0 || g_strcmp0 (text, "urgent") == 0);
      break;
    case CSM_COLUMN_UNDECIDED:
      bind_flag (stmt, index, is_mine_to_decide (txn, record, csm_json_get_object (record, column->property)));
      break;
    case CSM_COLUMN_TEXT:
    default:
      csm_db_stmt_bind_text (stmt, index, text);
      break;
    }
}

static gboolean
write_tags (CsmDbConn   *conn,
            gint64       rowid,
            gboolean     existed,
            JsonObject  *record,
            GError     **error)
{
  JsonObject *tags = is_merged (record) ? NULL : csm_json_get_object (record, "tags");
  g_autoptr (GList) keys = tags != NULL ? json_object_get_members (tags) : NULL;

  if (existed && !csm_db_conn_run (conn, error, "DELETE FROM case_tag WHERE case_rowid = ?", "i", rowid))
    return FALSE;
  for (GList *l = keys; l != NULL; l = l->next)
    {
      if (!csm_db_conn_run (conn, error, "INSERT INTO case_tag VALUES (?, ?)", "it", rowid, l->data))
        return FALSE;
    }
  return TRUE;
}

static int
search_of_type (CsmTypeId type)
{
  switch (type)
    {
    case CSM_TYPE_ID_MESSAGE:
      return CSM_SEARCH_MESSAGE;
    case CSM_TYPE_ID_COMMENT:
      return CSM_SEARCH_COMMENT;
    case CSM_TYPE_ID_CASE:
      return CSM_SEARCH_CASE;
    default:
      return -1;
    }
}

static gboolean
write_columns (CsmCacheTxn *txn,
               CsmTypeId    type,
               const char  *id,
               Row         *row,
               JsonObject  *shown,
               gboolean     gone,
               const char  *base_text,
               const char  *view_text,
               gint64       stamp,
               GError     **error)
{
  const CsmCacheSpec *spec = csm_cache_spec_get (type);
  g_autoptr (CsmDbStmt) stmt = NULL;
  g_autoptr (GError) local = NULL;

  if (txn->inserts[type] == NULL)
    make_sql (type, &txn->inserts[type], &txn->updates[type]);
  if (row->rowid == 0 && type == CSM_TYPE_ID_MESSAGE)
    row->rowid = csm_cache_message_rowid (txn->conn, csm_json_get_time (shown, "at"), id, &local);
  stmt = csm_db_conn_prepare (txn->conn, row->base == NULL && row->view == NULL ? txn->inserts[type] : txn->updates[type], error);
  if (stmt == NULL)
    return FALSE;
  if (row->rowid != 0)
    csm_db_stmt_bind_int (stmt, 1, row->rowid);
  csm_db_stmt_bind_text (stmt, 2, id);
  csm_db_stmt_bind_int (stmt, 3, gone);
  csm_db_stmt_bind_int (stmt, 4, stamp);
  if (row->ready != NULL && row->ready->packed != NULL)
    csm_db_stmt_bind_blob (stmt, 5, row->ready->packed);
  else
    csm_db_stmt_bind_text (stmt, 5, base_text);
  csm_db_stmt_bind_text (stmt, 6, view_text);
  for (guint i = 0; spec->columns[i].name != NULL; i++)
    bind_column (txn, stmt, (int) i + 7, &spec->columns[i], shown, id);
  csm_db_stmt_step (stmt, &local);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (row->rowid == 0)
    row->rowid = csm_db_conn_last_rowid (txn->conn);
  return TRUE;
}

/* Cases are found by their customer's names: the index follows when these change. */
static gboolean
write_customer (CsmCacheTxn *txn,
                const char  *id,
                Row         *row,
                JsonObject  *shown,
                gboolean     gone,
                const char  *base_text,
                const char  *view_text,
                gint64       stamp,
                GError     **error)
{
  g_autofree char *names = customer_names (shown);
  g_autofree char *before = csm_db_conn_get_text (txn->conn, NULL, "SELECT names FROM customer WHERE id = ?", "t", id);
  gboolean renamed = g_strcmp0 (names, before) != 0;

  if (renamed && !csm_cache_search_touch_customer (txn, id, error))
    return FALSE;
  return write_columns (txn, CSM_TYPE_ID_CUSTOMER, id, row, shown, gone, base_text, view_text, stamp, error);
}

static gboolean
write_shown (CsmCacheTxn *txn,
             CsmTypeId    type,
             const char  *id,
             Row         *row,
             JsonObject  *shown,
             gboolean     gone,
             const char  *base_text,
             const char  *view_text,
             gint64       stamp,
             GError     **error)
{
  int search = search_of_type (type);
  gboolean existed = row->rowid != 0;

  if (type == CSM_TYPE_ID_CUSTOMER)
    return write_customer (txn, id, row, shown, gone, base_text, view_text, stamp, error);
  if (existed && search >= 0 && !csm_cache_search_touch (txn, (CsmSearch) search, row->rowid, error))
    return FALSE;
  if (!write_columns (txn, type, id, row, shown, gone, base_text, view_text, stamp, error))
    return FALSE;
  if (type == CSM_TYPE_ID_CASE && !write_tags (txn->conn, row->rowid, existed, shown, error))
    return FALSE;
  if (search >= 0 && !existed)
    csm_cache_search_touch_new (txn, (CsmSearch) search, row->rowid, view_text == NULL && row->ready != NULL && row->ready->packed != NULL ? row->ready : NULL);
  return TRUE;
}

static gboolean
delete_row (CsmCacheTxn *txn,
            CsmTypeId    type,
            Row         *row,
            GError     **error)
{
  int search = search_of_type (type);
  g_autofree char *sql = g_strdup_printf ("DELETE FROM %s WHERE rowid = ?", csm_record_type_get (type)->table);

  if (search >= 0 && !csm_cache_search_touch (txn, (CsmSearch) search, row->rowid, error))
    return FALSE;
  if (type == CSM_TYPE_ID_CASE && (!csm_db_conn_run (txn->conn, error, "DELETE FROM case_tag WHERE case_rowid = ?", "i", row->rowid) ||
                                   !csm_db_conn_run (txn->conn, error, "DELETE FROM content WHERE case_rowid = ?", "i", row->rowid) ||
                                   !csm_cache_search_forget_case (txn, row->rowid, error)))
    return FALSE;
  return csm_db_conn_run (txn->conn, error, sql, "i", row->rowid);
}

static void
tell (CsmCacheTxn *txn,
      CsmTypeId    type,
      const char  *id,
      Row         *row,
      JsonObject  *shown)
{
  const char *case_id = type == CSM_TYPE_ID_CASE ? id : csm_cache_spec_get (type)->has_case_id ? csm_json_get_string (shown, "caseId") : NULL;
  gboolean decides = type == CSM_TYPE_ID_CASE || type == CSM_TYPE_ID_MESSAGE || type == CSM_TYPE_ID_COMMENT || type == CSM_TYPE_ID_SHARED_COMMENT ||
                     type == CSM_TYPE_ID_SEEN || type == CSM_TYPE_ID_DRAFT;

  csm_cache_txn_changed (txn, type, id, case_id != NULL ? case_id : row->case_id);
  if (!decides)
    return;
  csm_cache_txn_touch_case (txn, case_id);
  if (g_strcmp0 (case_id, row->case_id) != 0)
    csm_cache_txn_touch_case (txn, row->case_id);
}

static gboolean
store (CsmCacheTxn *txn,
       CsmTypeId    type,
       const char  *id,
       Row         *row,
       JsonObject  *base,
       const char  *base_text,
       gint64       stamp,
       GError     **error)
{
  g_autoptr (JsonObject) view = NULL;
  g_autofree char *view_text = NULL;

  if (g_hash_table_contains (txn->waiting, id))
    {
      if (!csm_cache_fold (txn->conn, type, id, txn->me, base, &view, error))
        return FALSE;
    }
  else if (base != NULL)
    {
      view = json_object_ref (base);
    }
  if (view == NULL && base == NULL)
    {
      g_autoptr (JsonObject) old = NULL;

      if (row->rowid == 0)
        return TRUE;
      old = csm_cache_parse_record (row->view != NULL ? row->view : row->base);
      tell (txn, type, id, row, old);
      return delete_row (txn, type, row, error);
    }
  if (view != NULL && view != base)
    {
      view_text = csm_json_write_object (view);
      if (g_strcmp0 (view_text, base_text) == 0)
        g_clear_pointer (&view_text, g_free);
    }
  tell (txn, type, id, row, view != NULL ? view : base);
  return write_shown (txn, type, id, row, view != NULL ? view : base, view == NULL, base_text, view_text, stamp, error);
}

/**
 * csm_cache_put_base:
 * @txn: the job's
 * @type: a type
 * @id: the record's id
 * @base: (nullable): the server's record, whole; %NULL when it is destroyed there
 * @stamp: the cursor's
 * @error: `CSM_ERROR_DATABASE` and its kin
 *
 * Takes the server's word for a record, and folds what waits into it again.
 *
 * Returns: whether it worked
 */
gboolean
csm_cache_put_base (CsmCacheTxn  *txn,
                    CsmTypeId     type,
                    const char   *id,
                    JsonObject   *base,
                    gint64        stamp,
                    GError      **error)
{
  g_auto (Row) row = { 0 };
  const CsmAheadRecord *ready = csm_ahead_work_get (txn->ahead, base);
  g_autofree char *written = ready == NULL && base != NULL ? csm_json_write_object (base) : NULL;
  const char *text = ready != NULL ? ready->text : written;

  if (!load_row (txn->conn, type, id, &row, error))
    return FALSE;
  row.ready = ready;
  /* Somebody has made it again. */
  if (txn->lost && base != NULL && !csm_db_conn_run (txn->conn, error, "DELETE FROM lost WHERE id = ?", "t", id))
    return FALSE;
  if (row.rowid != 0 && g_strcmp0 (text, row.base) == 0)
    {
      g_autofree char *sql = NULL;

      /* The server says again what is known: nothing changes on the screen. */
      if (row.stamp == stamp)
        return TRUE;
      sql = g_strdup_printf ("UPDATE %s SET stamp = ? WHERE rowid = ?", csm_record_type_get (type)->table);
      return csm_db_conn_run (txn->conn, error, sql, "ii", stamp, row.rowid);
    }
  return store (txn, type, id, &row, base, text, stamp, error);
}

/**
 * csm_cache_refold:
 * @txn: the job's
 * @type: a type
 * @id: the record's id
 * @error: `CSM_ERROR_DATABASE` and its kin
 *
 * Makes a record's view anew, after its operations changed.
 *
 * Returns: whether it worked
 */
gboolean
csm_cache_refold (CsmCacheTxn  *txn,
                  CsmTypeId     type,
                  const char   *id,
                  GError      **error)
{
  g_auto (Row) row = { 0 };
  g_autoptr (JsonObject) base = NULL;

  if (!load_row (txn->conn, type, id, &row, error))
    return FALSE;
  base = csm_cache_parse_record (row.base);
  /* What can't be read stays as it is until the server says it again. */
  if (base == NULL && row.base != NULL)
    return TRUE;
  return store (txn, type, id, &row, base, row.base, row.stamp, error);
}

/**
 * csm_cache_refold_after:
 * @txn: the job's
 * @type: a type
 * @id: the record's id
 * @case_id: (nullable): its case
 * @error: `CSM_ERROR_DATABASE` and its kin
 *
 * Makes the views anew that an operation decides: the record's own, and for a Submission its case's.
 *
 * Returns: whether it worked
 */
gboolean
csm_cache_refold_after (CsmCacheTxn  *txn,
                        CsmTypeId     type,
                        const char   *id,
                        const char   *case_id,
                        GError      **error)
{
  if (!csm_cache_refold (txn, type, id, error))
    return FALSE;
  if (type != CSM_TYPE_ID_SUBMISSION || case_id == NULL)
    return TRUE;
  g_hash_table_add (txn->waiting, g_strdup (case_id));
  return csm_cache_refold (txn, CSM_TYPE_ID_CASE, case_id, error);
}

static JsonObject *
read_record (CsmDbConn   *conn,
             CsmTypeId    type,
             const char  *what,
             const char  *id,
             GError     **error)
{
  g_autofree char *sql = g_strdup_printf ("SELECT %s FROM %s WHERE id = ?", what, csm_record_type_get (type)->table);
  g_autofree char *text = csm_db_conn_get_text (conn, error, sql, "t", id);

  return csm_cache_parse_record (text);
}

/**
 * csm_cache_get_base:
 * @conn: a connection
 * @type: a type
 * @id: the record's id
 * @error: `CSM_ERROR_DATABASE`
 *
 * Returns: (transfer full) (nullable): the server's last word
 */
JsonObject *
csm_cache_get_base (CsmDbConn   *conn,
                    CsmTypeId    type,
                    const char  *id,
                    GError     **error)
{
  return read_record (conn, type, base_sql (type), id, error);
}

/**
 * csm_cache_get_view:
 * @conn: a connection
 * @type: a type
 * @id: the record's id
 * @error: `CSM_ERROR_DATABASE`
 *
 * Returns: (transfer full) (nullable): what the screen shows
 */
JsonObject *
csm_cache_get_view (CsmDbConn   *conn,
                    CsmTypeId    type,
                    const char  *id,
                    GError     **error)
{
  g_autofree char *what = g_strdup_printf ("CASE WHEN gone THEN NULL ELSE coalesce (view, %s) END", base_sql (type));

  return read_record (conn, type, what, id, error);
}
