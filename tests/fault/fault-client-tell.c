/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "fault-client.h"

#include "csm-cache-private.h"
#include "csm-json.h"

const char *
fault_client_state_name (CsmAccount *account)
{
  switch (csm_account_get_state (account))
    {
    case CSM_ACCOUNT_OFFLINE:
      return "offline";
    case CSM_ACCOUNT_CONNECTING:
      return "connecting";
    case CSM_ACCOUNT_SYNCING:
      return "syncing";
    case CSM_ACCOUNT_SYNCED:
      return "synced";
    case CSM_ACCOUNT_SIGNED_OUT:
    default:
      return "signed-out";
    }
}

JsonObject *
fault_client_describe_account (CsmAccount *account)
{
  JsonObject *object = json_object_new ();
  g_autofree char *problem = NULL;
  guint waiting, parked;
  double progress;

  g_object_get (account, "waiting", &waiting, "parked", &parked, "progress", &progress, "problem", &problem, NULL);
  csm_json_set_string (object, "state", fault_client_state_name (account));
  json_object_set_int_member (object, "waiting", waiting);
  json_object_set_int_member (object, "parked", parked);
  json_object_set_double_member (object, "progress", progress);
  csm_json_set_string (object, "problem", problem);
  return object;
}

static JsonObject *
describe_op (CsmOperation *op)
{
  static const char * const states[] = { "waiting", "sending", "parked" };
  JsonObject *object = json_object_new ();

  json_object_set_int_member (object, "seq", op->seq);
  json_object_set_int_member (object, "group", op->group);
  csm_json_set_string (object, "opId", op->op_id);
  csm_json_set_string (object, "label", op->label);
  csm_json_set_string (object, "kind", op->kind);
  csm_json_set_string (object, "type", op->type < CSM_N_TYPES ? csm_record_type_get (op->type)->name : NULL);
  csm_json_set_string (object, "recordId", op->record_id);
  csm_json_set_string (object, "caseId", op->case_id);
  if (op->payload != NULL)
    json_object_set_object_member (object, "payload", json_object_ref (op->payload));
  csm_json_set_string (object, "state", states[op->state]);
  json_object_set_int_member (object, "tries", op->tries);
  csm_json_set_string (object, "error", op->error);
  csm_json_set_string (object, "description", op->description);
  return object;
}

JsonObject *
fault_client_describe_outbox (GPtrArray *ops)
{
  JsonObject *object = json_object_new ();
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < ops->len; i++)
    json_array_add_object_element (array, describe_op (g_ptr_array_index (ops, i)));
  json_object_set_array_member (object, "ops", array);
  return object;
}

JsonObject *
fault_client_describe_lost (GPtrArray *lost)
{
  JsonObject *object = json_object_new ();
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < lost->len; i++)
    {
      CsmLostRecord *record = g_ptr_array_index (lost, i);
      JsonObject *one = json_object_new ();

      csm_json_set_string (one, "type", csm_record_type_get (record->type)->name);
      csm_json_set_string (one, "id", record->id);
      csm_json_set_string (one, "title", record->title);
      json_object_set_boolean_member (one, "restorable", record->restorable);
      json_array_add_object_element (array, one);
    }
  json_object_set_array_member (object, "lost", array);
  return object;
}

JsonObject *
fault_client_describe_case (CsmCaseDetail *detail)
{
  JsonObject *object = json_object_new ();
  JsonArray *timeline = json_array_new ();

  if (detail->record != NULL)
    json_object_set_object_member (object, "record", json_object_ref (detail->record));
  csm_json_set_string (object, "draft", detail->draft);
  csm_json_set_string (object, "noteDraft", detail->note_draft);
  csm_json_set_string (object, "newestMessageId", detail->newest_message_id);
  for (guint i = 0; i < detail->timeline->len; i++)
    {
      CsmTimelineEntry *entry = g_ptr_array_index (detail->timeline, i);
      JsonObject *one = json_object_new ();

      json_object_set_int_member (one, "kind", entry->kind);
      json_object_set_object_member (one, "record", json_object_ref (entry->record));
      csm_json_set_string (one, "problem", entry->problem);
      json_object_set_int_member (one, "seq", entry->op_seq);
      json_array_add_object_element (timeline, one);
    }
  json_object_set_array_member (object, "timeline", timeline);
  return object;
}

/* --- straight from the file --------------------------------------------------------------------------------------------- */

static CsmDbConn *
open_file (const char  *directory,
           GError     **error)
{
  g_autofree char *path = g_build_filename (directory, "cache.db", NULL);
  g_autoptr (CsmDbConn) conn = csm_db_conn_open (path, TRUE, error);

  if (conn == NULL || !csm_cache_setup.connected (conn, error))
    return NULL;
  return g_steal_pointer (&conn);
}

static void
set_text (JsonObject *object,
          const char *member,
          const char *text)
{
  if (text != NULL)
    json_object_set_member (object, member, csm_json_parse_trusted (text, -1));
}

/* `view` is NULL where it is the base, and messages are kept in fewer bytes. */
static JsonObject *
dump_type (CsmDbConn            *conn,
           const CsmRecordType  *type,
           GError              **error)
{
  gboolean packed = csm_db_conn_get_int (conn, NULL, 0, "SELECT count (*) FROM pragma_table_info (?) WHERE name = 'packed'", "t", type->table) > 0;
  const char *base = packed ? "coalesce (csm_unpack (packed), base)" : "base";
  g_autofree char *sql = g_strdup_printf ("SELECT id, %s, coalesce (view, %s), gone FROM %s", base, base, type->table);
  g_autoptr (CsmDbStmt) stmt = csm_db_conn_prepare (conn, sql, error);
  JsonObject *records = json_object_new ();

  while (stmt != NULL && csm_db_stmt_step (stmt, error))
    {
      JsonObject *record = json_object_new ();

      set_text (record, "base", csm_db_stmt_text (stmt, 1));
      if (csm_db_stmt_int (stmt, 3) == 0)
        set_text (record, "view", csm_db_stmt_text (stmt, 2));
      json_object_set_object_member (records, csm_db_stmt_text (stmt, 0), record);
    }
  return records;
}

/* How far each type has come, where it says. */
static JsonObject *
dump_cursors (CsmDbConn  *conn,
              GError    **error)
{
  g_autoptr (CsmDbStmt) stmt = csm_db_conn_prepare (conn, "SELECT type, state FROM cursor WHERE state IS NOT NULL", error);
  JsonObject *cursors = json_object_new ();

  while (stmt != NULL && csm_db_stmt_step (stmt, error))
    json_object_set_string_member (cursors, csm_db_stmt_text (stmt, 0), csm_db_stmt_text (stmt, 1));
  return cursors;
}

JsonObject *
fault_client_dump (const char  *directory,
                   GError     **error)
{
  g_autoptr (CsmDbConn) conn = open_file (directory, error);
  g_autoptr (GError) local = NULL;
  JsonObject *object;

  if (conn == NULL || !csm_db_conn_exec (conn, "BEGIN", error))
    return NULL;
  object = json_object_new ();
  json_object_set_object_member (object, "cursors", dump_cursors (conn, &local));
  for (guint i = 0; i < CSM_N_TYPES && local == NULL; i++)
    {
      const CsmRecordType *type = csm_record_type_get ((CsmTypeId) i);

      json_object_set_object_member (object, type->name, dump_type (conn, type, &local));
    }
  csm_db_conn_exec (conn, "COMMIT", NULL);
  if (local == NULL)
    return object;
  json_object_unref (object);
  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}

JsonObject *
fault_client_views (const char           *directory,
                    const CsmRecordType  *type,
                    GError              **error)
{
  g_autoptr (CsmDbConn) conn = open_file (directory, error);
  g_autoptr (GError) local = NULL;
  JsonObject *object = conn != NULL ? dump_type (conn, type, &local) : NULL;

  if (object != NULL && local != NULL)
    {
      g_clear_pointer (&object, json_object_unref);
      g_propagate_error (error, g_steal_pointer (&local));
    }
  return object;
}

/* What the first change of @group replaced. */
JsonObject *
fault_client_replaced (const char  *directory,
                       gint64       group,
                       GError     **error)
{
  g_autoptr (CsmDbConn) conn = open_file (directory, error);
  g_autofree char *inverse = NULL;
  g_autofree char *sql = g_strdup_printf ("SELECT coalesce ((SELECT inverse FROM (SELECT seq, inverse FROM outbox WHERE grp = %" G_GINT64_FORMAT
                                          " UNION ALL SELECT seq, inverse FROM done WHERE grp = %" G_GINT64_FORMAT ") ORDER BY seq LIMIT 1), '{}')",
                                          group, group);

  if (conn == NULL)
    return NULL;
  inverse = csm_db_conn_get_text (conn, error, sql, NULL);
  return inverse != NULL ? csm_json_parse_object (inverse, -1, error) : NULL;
}

JsonObject *
fault_client_check (const char  *directory,
                    GError     **error)
{
  g_autoptr (CsmDbConn) conn = open_file (directory, error);
  g_autofree char *integrity = NULL;
  JsonObject *object;

  if (conn == NULL)
    return NULL;
  integrity = csm_db_conn_get_text (conn, error, "SELECT group_concat (integrity_check, '; ') FROM pragma_integrity_check", NULL);
  if (integrity == NULL)
    return NULL;
  object = json_object_new ();
  json_object_set_string_member (object, "integrity", integrity);
  return object;
}
