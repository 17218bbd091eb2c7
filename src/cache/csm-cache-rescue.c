/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-cache-here-private.h"

#include <string.h>

#include "csm-json.h"
#include "csm-time.h"

/*
 * A server that was restored from a backup has forgotten what happened since. What vanished there and is here in full is
 * remembered apart: it is no record any more, and a person decides what becomes of it. Nothing else waits for that.
 */

#define TITLE_LENGTH 80

/**
 * csm_lost_record_free:
 * @lost: a record
 */
void
csm_lost_record_free (CsmLostRecord *lost)
{
  if (lost == NULL)
    return;
  g_free (lost->id);
  g_free (lost->title);
  g_free (lost);
}

/**
 * csm_cache_same_history:
 * @state: (nullable): a state string
 * @other: (nullable): another one
 *
 * A state begins with its version and its epoch, "v1.17….": the server begins a new epoch when it was restored.
 *
 * Returns: whether both are of one history
 */
gboolean
csm_cache_same_history (const char *state,
                        const char *other)
{
  g_auto (GStrv) parts = g_strsplit (state != NULL ? state : "", ".", 3);
  g_auto (GStrv) others = g_strsplit (other != NULL ? other : "", ".", 3);

  if (g_strv_length (parts) < 3 || g_strv_length (others) < 3)
    return TRUE;
  return g_str_equal (parts[0], others[0]) && g_str_equal (parts[1], others[1]);
}

static char *
make_title (CsmTypeId   type,
            JsonObject *record)
{
  static const char * const names[] = { "subject", "name", "title", "body", "preview", "textBody" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      const char *text = csm_json_get_string (record, names[i]);
      g_autofree char *line = text != NULL ? g_strstrip (g_strndup (text, strcspn (text, "\n"))) : NULL;

      if (line != NULL && *line != '\0')
        return g_utf8_strlen (line, -1) > TITLE_LENGTH ? g_utf8_substring (line, 0, TITLE_LENGTH) : g_steal_pointer (&line);
    }
  return g_strdup (csm_record_type_get (type)->name);
}

static gint64
time_of (JsonObject *record)
{
  static const char * const names[] = { "at", "lastActivityAt", "created" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      gint64 at = csm_json_get_time (record, names[i]);

      if (at != CSM_TIME_NONE)
        return at;
    }
  return CSM_TIME_NONE;
}

/* Mails and history are the server's to make, and nobody writes in another's name. */
static gboolean
is_restorable (CsmCacheTxn *txn,
               CsmTypeId    type,
               JsonObject  *record)
{
  switch (type)
    {
    case CSM_TYPE_ID_TEAM:
    case CSM_TYPE_ID_TAG:
    case CSM_TYPE_ID_CUSTOMER:
    case CSM_TYPE_ID_CASE:
    case CSM_TYPE_ID_CONVERSATION:
    case CSM_TYPE_ID_TASK:
    case CSM_TYPE_ID_DRAFT:
    case CSM_TYPE_ID_SNIPPET:
    case CSM_TYPE_ID_TEMPLATE:
    case CSM_TYPE_ID_ARTICLE:
    case CSM_TYPE_ID_CALENDAR:
    case CSM_TYPE_ID_SERVICE_LEVEL:
    case CSM_TYPE_ID_VIEW:
      return TRUE;
    case CSM_TYPE_ID_COMMENT:
    case CSM_TYPE_ID_SHARED_COMMENT:
      return txn->me != NULL && g_strcmp0 (csm_json_get_string (record, "authorId"), txn->me) == 0 && !csm_json_get_boolean (record, "deleted");
    default:
      return FALSE;
    }
}

/**
 * csm_cache_keep_lost:
 * @txn: the job's
 * @type: a type
 * @id: a record that is about to go, because the server has it no more
 * @error: `CSM_ERROR_DATABASE`
 *
 * Remembers what the server said of it last. How far one has read, and what happened to a case, is nothing to be missed.
 *
 * Returns: whether it worked
 */
gboolean
csm_cache_keep_lost (CsmCacheTxn  *txn,
                     CsmTypeId     type,
                     const char   *id,
                     GError      **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (JsonObject) base = csm_cache_get_base (txn->conn, type, id, &local);
  g_autofree char *text = base != NULL ? csm_json_write_object (base) : NULL;
  g_autofree char *title = base != NULL ? make_title (type, base) : NULL;

  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (base == NULL || type == CSM_TYPE_ID_SEEN || type == CSM_TYPE_ID_EVENT)
    return TRUE;
  txn->lost = TRUE;
  txn->outbox_changed = TRUE;
  return csm_db_conn_run (txn->conn, error,
    "INSERT INTO lost (id, type, at, title, restorable, record) VALUES (?, ?, nullif (?, ?), ?, ?, ?) ON CONFLICT (id) DO UPDATE SET record = excluded.record",
    "ttiitit", id, csm_record_type_get (type)->name, time_of (base), CSM_TIME_NONE, title, (gint64) is_restorable (txn, type, base), text);
}

static gpointer
list_lost (CsmDbConn     *conn,
           gpointer       input,
           GCancellable  *cancellable,
           GError       **error)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func ((GDestroyNotify) csm_lost_record_free);
  g_autoptr (GError) local = NULL;
  g_autoptr (CsmDbStmt) stmt = csm_db_conn_query (conn, &local, "SELECT type, id, title, at, restorable FROM lost ORDER BY at DESC, rowid", NULL);

  while (stmt != NULL && csm_db_stmt_step (stmt, &local))
    {
      const CsmRecordType *type = csm_record_type_by_name (csm_db_stmt_text (stmt, 0));
      CsmLostRecord *lost;

      if (type == NULL)
        continue;
      lost = g_new0 (CsmLostRecord, 1);
      lost->type = type->id;
      lost->id = g_strdup (csm_db_stmt_text (stmt, 1));
      lost->title = g_strdup (csm_db_stmt_text (stmt, 2));
      lost->at = csm_db_stmt_is_null (stmt, 3) ? CSM_TIME_NONE : csm_db_stmt_int (stmt, 3);
      lost->restorable = csm_db_stmt_int (stmt, 4) != 0;
      g_ptr_array_add (list, lost);
    }
  if (local == NULL)
    return g_steal_pointer (&list);
  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}

static void
pointers_free (gpointer array)
{
  g_ptr_array_unref (array);
}

/**
 * csm_cache_list_lost_async:
 * @self: a cache
 * @c: (nullable): a cancellable
 * @cb: called when it is done
 * @data: for @cb
 */
void
csm_cache_list_lost_async (CsmCache            *self,
                           GCancellable        *c,
                           GAsyncReadyCallback  cb,
                           gpointer             data)
{
  csm_cache_run_read (self, G_PRIORITY_DEFAULT, list_lost, NULL, NULL, pointers_free, csm_cache_list_lost_async, c, cb, data);
}

/**
 * csm_cache_list_lost_finish:
 * @self: a cache
 * @result: what the callback got
 * @error: return location
 *
 * Returns: (transfer full) (element-type CsmLostRecord): what vanished when the server was restored, the newest first
 */
GPtrArray *
csm_cache_list_lost_finish (CsmCache      *self,
                            GAsyncResult  *result,
                            GError       **error)
{
  return csm_cache_run_finish (self, result, csm_cache_list_lost_async, error);
}

/* --- restoring ----------------------------------------------------------------------------------------------------------- */

/* Nothing of it was ever seen on the server: it begins anew, with what stands there. */
static void
renew_paragraphs (JsonObject *payload)
{
  JsonObject *paragraphs = csm_json_get_object (payload, "paragraphs");
  g_autoptr (GList) keys = paragraphs != NULL ? json_object_get_members (paragraphs) : NULL;

  for (GList *l = keys; l != NULL; l = l->next)
    {
      JsonObject *old = csm_json_get_object (paragraphs, l->data), *new = json_object_new ();

      csm_json_set_string (new, "text", csm_json_get_string (old, "text"));
      csm_json_set_string (new, "position", csm_json_get_string (old, "position"));
      csm_json_set_string (new, "writer", csm_json_get_string (old, "writer"));
      json_object_set_int_member (new, "rev", 0);
      json_object_set_object_member (paragraphs, l->data, new);
    }
}

static void
renew_envelope (JsonObject *payload)
{
  JsonObject *envelope = csm_json_get_object (payload, "envelope");
  g_autoptr (GList) keys = envelope != NULL ? json_object_get_members (envelope) : NULL;

  for (GList *l = keys; l != NULL; l = l->next)
    {
      JsonObject *old = csm_json_get_object (envelope, l->data), *new = json_object_new ();

      json_object_set_member (new, "value", csm_json_copy (json_object_get_member (old, "value")));
      csm_json_set_string (new, "writer", csm_json_get_string (old, "writer"));
      json_object_set_int_member (new, "rev", 0);
      json_object_set_object_member (envelope, l->data, new);
    }
}

/* What a client may say of a new record. */
static JsonObject *
make_payload (const CsmRecordType *type,
              const char          *id,
              JsonObject          *record)
{
  JsonObject *payload = csm_json_copy_object (record);
  g_autoptr (GList) names = json_object_get_members (record);

  for (GList *l = names; l != NULL; l = l->next)
    {
      const CsmProperty *property = csm_record_type_property (type, l->data);

      if (property == NULL || (property->flags & CSM_PROPERTY_SERVER_SET) != 0 || JSON_NODE_HOLDS_NULL (json_object_get_member (record, l->data)))
        json_object_remove_member (payload, l->data);
    }
  renew_paragraphs (payload);
  renew_envelope (payload);
  json_object_set_string_member (payload, "id", id);
  return payload;
}

/* What others belong to comes first. */
static const CsmTypeId restore_order[] = {
  CSM_TYPE_ID_TEAM, CSM_TYPE_ID_TAG, CSM_TYPE_ID_CALENDAR, CSM_TYPE_ID_SERVICE_LEVEL, CSM_TYPE_ID_CUSTOMER, CSM_TYPE_ID_CASE, CSM_TYPE_ID_CONVERSATION,
  CSM_TYPE_ID_COMMENT, CSM_TYPE_ID_SHARED_COMMENT, CSM_TYPE_ID_TEMPLATE, CSM_TYPE_ID_TASK, CSM_TYPE_ID_DRAFT, CSM_TYPE_ID_SNIPPET, CSM_TYPE_ID_ARTICLE,
  CSM_TYPE_ID_VIEW,
};

static gboolean
add_steps (CsmDbConn            *conn,
           const CsmRecordType  *type,
           CsmIntent            *intent,
           GError              **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (CsmDbStmt) stmt = csm_db_conn_query (conn, &local, "SELECT id, record FROM lost WHERE type = ? AND restorable ORDER BY at, rowid", "t", type->name);

  while (stmt != NULL && csm_db_stmt_step (stmt, &local))
    {
      const char *id = csm_db_stmt_text (stmt, 0);
      g_autoptr (JsonObject) record = csm_cache_parse_record (csm_db_stmt_text (stmt, 1));

      if (record != NULL)
        g_free (csm_intent_create (intent, type->id, make_payload (type, id, record)));
    }
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static gpointer
restore_lost (CsmCacheTxn  *txn,
              gpointer      input,
              GError      **error)
{
  g_autoptr (CsmIntent) intent = csm_intent_new (input);

  for (guint i = 0; i < G_N_ELEMENTS (restore_order); i++)
    {
      if (!add_steps (txn->conn, csm_record_type_get (restore_order[i]), intent, error))
        return NULL;
    }
  if (intent->steps->len > 0 && csm_cache_perform (txn, intent, error) == 0)
    return NULL;
  if (!csm_db_conn_run (txn->conn, error, "DELETE FROM lost WHERE restorable", NULL))
    return NULL;
  txn->outbox_changed = TRUE;
  return GINT_TO_POINTER (TRUE);
}

/**
 * csm_cache_restore_lost_async:
 * @self: a cache
 * @label: what the outbox calls that
 * @c: (nullable): a cancellable
 * @cb: called when it is done
 * @data: for @cb
 *
 * Makes what can be made again, as operations with the same ids; the rest stays in the list.
 */
void
csm_cache_restore_lost_async (CsmCache            *self,
                              const char          *label,
                              GCancellable        *c,
                              GAsyncReadyCallback  cb,
                              gpointer             data)
{
  csm_cache_run_write (self, CSM_DB_WRITE_DURABLE, G_PRIORITY_HIGH, restore_lost, g_strdup (label), g_free, NULL, csm_cache_restore_lost_async, c, cb, data);
}

/**
 * csm_cache_restore_lost_finish:
 * @self: a cache
 * @result: what the callback got
 * @error: return location
 *
 * Returns: whether it worked
 */
gboolean
csm_cache_restore_lost_finish (CsmCache      *self,
                               GAsyncResult  *result,
                               GError       **error)
{
  return csm_cache_run_finish (self, result, csm_cache_restore_lost_async, error) != NULL;
}

static gpointer
discard_lost (CsmCacheTxn  *txn,
              gpointer      input,
              GError      **error)
{
  txn->outbox_changed = TRUE;
  return csm_db_conn_run (txn->conn, error, "DELETE FROM lost", NULL) ? GINT_TO_POINTER (TRUE) : NULL;
}

/**
 * csm_cache_discard_lost_async:
 * @self: a cache
 * @c: (nullable): a cancellable
 * @cb: called when it is done
 * @data: for @cb
 *
 * Forgets all that vanished.
 */
void
csm_cache_discard_lost_async (CsmCache            *self,
                              GCancellable        *c,
                              GAsyncReadyCallback  cb,
                              gpointer             data)
{
  csm_cache_run_write (self, CSM_DB_WRITE_DURABLE, G_PRIORITY_HIGH, discard_lost, NULL, NULL, NULL, csm_cache_discard_lost_async, c, cb, data);
}

/**
 * csm_cache_discard_lost_finish:
 * @self: a cache
 * @result: what the callback got
 * @error: return location
 *
 * Returns: whether it worked
 */
gboolean
csm_cache_discard_lost_finish (CsmCache      *self,
                               GAsyncResult  *result,
                               GError       **error)
{
  return csm_cache_run_finish (self, result, csm_cache_discard_lost_async, error) != NULL;
}
