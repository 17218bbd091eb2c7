/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-cache-private.h"

#include "csm-error.h"
#include "csm-json.h"
#include "csm-patch.h"

/* One operation of the group, from the outbox or from what was done. */
typedef struct
{
  gint64   seq;
  gboolean sent;       /* the server may have it: it is under way, or was and its answer was lost */
  gboolean doubtful;   /* a reply that needs a person, and may have arrived */
  gboolean discarded;  /* by a person, although it may have arrived */
  char    *label;
  char    *kind;
  CsmTypeId type;
  char    *record_id;
  JsonObject *payload;
  JsonObject *inverse; /* or NULL */
} Past;

static void
past_free (Past *past)
{
  g_free (past->label);
  g_free (past->kind);
  g_free (past->record_id);
  g_clear_pointer (&past->payload, json_object_unref);
  g_clear_pointer (&past->inverse, json_object_unref);
  g_free (past);
}

static GPtrArray *
read_group (CsmDbConn   *conn,
            gint64       group,
            GError     **error)
{
  g_autoptr (GPtrArray) pasts = g_ptr_array_new_with_free_func ((GDestroyNotify) past_free);
  g_autoptr (GError) local = NULL;
  g_autoptr (CsmDbStmt) stmt = csm_db_conn_query (conn, &local,
    "SELECT seq, state <> 2 AND sends > 0, label, kind, type, record_id, payload, inverse,"
    " state = 2 AND sends > 0 AND type = 'Submission' AND kind = 'create', 0 FROM outbox WHERE grp = ?1 "
    "UNION ALL SELECT seq, 1, label, kind, type, record_id, payload, inverse, 0, coalesce (inverse -> '$.discarded' IS NOT NULL, 0)"
    " FROM done WHERE grp = ?1 ORDER BY seq DESC", "i", group);

  while (stmt != NULL && csm_db_stmt_step (stmt, &local))
    {
      const CsmRecordType *type = csm_record_type_by_name (csm_db_stmt_text (stmt, 4));
      Past *past;

      if (type == NULL)
        continue;
      past = g_new0 (Past, 1);
      past->seq = csm_db_stmt_int (stmt, 0);
      past->sent = csm_db_stmt_int (stmt, 1) != 0;
      past->label = g_strdup (csm_db_stmt_text (stmt, 2));
      past->kind = g_strdup (csm_db_stmt_text (stmt, 3));
      past->type = type->id;
      past->record_id = g_strdup (csm_db_stmt_text (stmt, 5));
      past->payload = csm_cache_parse_record (csm_db_stmt_text (stmt, 6));
      past->inverse = csm_cache_parse_record (csm_db_stmt_text (stmt, 7));
      past->doubtful = csm_db_stmt_int (stmt, 8) != 0;
      past->discarded = csm_db_stmt_int (stmt, 9) != 0;
      g_ptr_array_add (pasts, past);
    }
  if (local == NULL)
    return g_steal_pointer (&pasts);
  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}

/* What of @past can still be taken back: where the record holds what was set, nobody changed it since. */
static JsonObject *
inverse_of_update (Past       *past,
                   JsonObject *view)
{
  g_autoptr (JsonObject) inverse = json_object_new ();
  g_autoptr (JsonNode) now = json_node_init_object (json_node_alloc (), view);
  g_autoptr (GList) keys = past->payload != NULL ? json_object_get_members (past->payload) : NULL;

  for (GList *l = keys; l != NULL; l = l->next)
    {
      const char *key = l->data;
      g_autoptr (JsonObject) one = json_object_new ();
      g_autoptr (JsonObject) again = NULL;
      g_autoptr (JsonNode) then = NULL;

      if (past->inverse == NULL || !json_object_has_member (past->inverse, key))
        continue;
      json_object_set_member (one, key, csm_json_copy (json_object_get_member (past->payload, key)));
      again = csm_patch_apply (csm_record_type_get (past->type), view, one, NULL);
      if (again == NULL)
        continue;
      then = json_node_init_object (json_node_alloc (), again);
      if (json_node_equal (now, then))
        json_object_set_member (inverse, key, csm_json_copy (json_object_get_member (past->inverse, key)));
    }
  return json_object_get_size (inverse) > 0 ? csm_json_copy_object (inverse) : NULL;
}

/* The operation that takes back what the server has: NULL when there is none. */
static CsmIntentStep *
make_step (Past       *past,
           JsonObject *view)
{
  g_autoptr (JsonObject) payload = NULL;
  const char *kind = "update";
  CsmIntentStep *step;

  if (view == NULL)
    return NULL;
  if (g_str_equal (past->kind, "update"))
    {
      payload = inverse_of_update (past, view);
    }
  else if (g_str_equal (past->kind, "create"))
    {
      payload = json_object_new ();
      switch (past->type)
        {
        case CSM_TYPE_ID_COMMENT:
          json_object_set_boolean_member (payload, "deleted", TRUE);
          break;
        case CSM_TYPE_ID_SUBMISSION:
          if (g_strcmp0 (csm_json_get_string (view, "undoStatus"), "pending") != 0)
            return NULL;
          json_object_set_string_member (payload, "undoStatus", "canceled");
          break;
        default:
          if ((csm_record_type_get (past->type)->flags & CSM_RECORD_DESTROY) == 0)
            return NULL;
          kind = "destroy";
          break;
        }
    }
  if (payload == NULL)
    return NULL;
  step = g_new0 (CsmIntentStep, 1);
  step->kind = kind;
  step->type = past->type;
  step->id = past->record_id;
  step->payload = g_steal_pointer (&payload);
  return step;
}

static gboolean
undo_sent (CsmCacheTxn  *txn,
           Past         *past,
           gint64       *group,
           gboolean     *undone,
           GError      **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (JsonObject) view = csm_cache_get_view (txn->conn, past->type, past->record_id, &local);
  CsmIntentStep *step = local == NULL ? make_step (past, view) : NULL;
  gboolean ok = local == NULL;

  if (step != NULL)
    {
      if (*group == 0)
        *group = csm_cache_new_group (txn, &local);
      ok = *group != 0 && csm_cache_add_op (txn, *group, past->label, step, FALSE, &local);
      json_object_unref (step->payload);
      g_free (step);
      *undone = TRUE;
    }
  /* Undone once, or never to be undone. */
  if (ok)
    ok = csm_db_conn_run (txn->conn, &local, "DELETE FROM done WHERE seq = ?", "i", past->seq);
  if (!ok)
    g_propagate_error (error, g_steal_pointer (&local));
  return ok;
}

/**
 * csm_cache_undo:
 * @txn: the job's
 * @group: what csm_cache_perform() returned
 * @error: `CSM_ERROR_NOT_FOUND` when nothing of it can be taken back any more; `CSM_ERROR_EXISTS` for a reply that needs a
 *   person and may have arrived: forgetting it here would not keep it from the customer
 *
 * Removes what the server has not seen; for the rest, queues operations that restore what was before, where nobody has
 * changed it since. A reply that was discarded although it may have arrived needs a person again.
 *
 * Returns: whether something was undone
 */
gboolean
csm_cache_undo (CsmCacheTxn  *txn,
                gint64        group,
                GError      **error)
{
  g_autoptr (GPtrArray) pasts = read_group (txn->conn, group, error);
  gboolean undone = FALSE;
  gint64 new_group = 0;

  if (pasts == NULL)
    return FALSE;
  for (guint i = 0; i < pasts->len; i++)
    {
      Past *past = g_ptr_array_index (pasts, i);

      if (past->doubtful)
        {
          g_set_error_literal (error, CSM_ERROR, CSM_ERROR_EXISTS, "the reply may have arrived");
          return FALSE;
        }
      if (past->discarded)
        {
          if (!csm_cache_hold_again (txn, past->seq, error))
            return FALSE;
          undone = TRUE;
          continue;
        }
      if (past->sent)
        {
          if (!undo_sent (txn, past, &new_group, &undone, error))
            return FALSE;
          continue;
        }
      if (!csm_cache_remove_op (txn, past->seq, error))
        return FALSE;
      undone = TRUE;
    }
  if (!undone)
    g_set_error_literal (error, CSM_ERROR, CSM_ERROR_NOT_FOUND, "nothing of it can be taken back any more");
  return undone;
}
