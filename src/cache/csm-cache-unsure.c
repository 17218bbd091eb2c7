/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-cache-private.h"

#include "csm-json.h"
#include "csm-role.h"

/*
 * Replies of which nobody knows whether they were delivered: whoever wrote one, or owns its case, has to say. And those
 * that were to leave later and do not, since something came: whoever wrote one has to say, or owns its case and may. They are here,
 * wherever they are: such a case is wanted for the mark that it has.
 */

#define LIMIT "200"
#define UNSURE                                                                                       \
  "FROM message AS m WHERE unsure IS NOT NULL AND NOT gone AND submission_id IS NOT NULL"            \
  " AND (author_id = ?1 OR EXISTS (SELECT 1 FROM case_ AS c WHERE c.id = m.case_id AND c.owner_id = ?1))" \
  " AND NOT EXISTS (SELECT 1 FROM outbox AS o WHERE o.record_id = m.submission_id AND o.kind = 'update')"
#define HELD                                                                                         \
  "FROM submission AS s WHERE instr (coalesce (view, base), '\"undoStatus\":\"held\"') > 0 AND NOT gone" \
  " AND (json_extract (coalesce (view, base), '$.authorId') = ?1"                                     \
  "  OR (?2 AND EXISTS (SELECT 1 FROM case_ AS c WHERE c.id = s.case_id AND c.owner_id = ?1)))"

/* Whether I may say what becomes of what others wrote. */
static gint64
may_decide (CsmDbConn  *conn,
            const char *me)
{
  g_autoptr (JsonObject) person = me != NULL ? csm_cache_get_view (conn, CSM_TYPE_ID_PERSON, me, NULL) : NULL;

  return csm_role_may (csm_json_get_string (person, "role"), CSM_ACTION_DECIDE_SENDS_OF_OTHERS);
}

/**
 * csm_cache_count_unsure:
 * @conn: a connection
 * @error: return location
 *
 * Returns: how many replies of mine, and of my cases, somebody has to decide about; 0 with @error set
 */
guint
csm_cache_count_unsure (CsmDbConn  *conn,
                        GError    **error)
{
  g_autofree char *me = csm_cache_get_meta (conn, "me", NULL);

  return (guint) csm_db_conn_get_int (conn, error, 0, "SELECT (SELECT count (*) " UNSURE ") + (SELECT count (*) " HELD ")", "ti",
                                      me != NULL ? me : "", may_decide (conn, me));
}

static void
add (GPtrArray   *list,
     CsmDbConn   *conn,
     CsmTypeId    type,
     const char  *query,
     const char  *me,
     GError     **error)
{
  g_autoptr (CsmDbStmt) stmt = csm_db_conn_query (conn, error, query, type == CSM_TYPE_ID_SUBMISSION ? "ti" : "t", me != NULL ? me : "", may_decide (conn, me));

  while (stmt != NULL && csm_db_stmt_step (stmt, error))
    {
      JsonObject *record = csm_cache_get_view (conn, type, csm_db_stmt_text (stmt, 0), NULL);

      if (record != NULL)
        g_ptr_array_add (list, record);
    }
}

static gpointer
list_unsure (CsmDbConn     *conn,
             gpointer       input,
             GCancellable  *cancellable,
             GError       **error)
{
  g_autofree char *me = csm_cache_get_meta (conn, "me", NULL);
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
  g_autoptr (GError) local = NULL;

  add (list, conn, CSM_TYPE_ID_SUBMISSION, "SELECT id " HELD " ORDER BY at DESC LIMIT " LIMIT, me, &local);
  if (local == NULL)
    add (list, conn, CSM_TYPE_ID_MESSAGE, "SELECT m.id " UNSURE " ORDER BY m.at DESC LIMIT " LIMIT, me, &local);
  if (local == NULL)
    return g_steal_pointer (&list);
  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}

static void
list_free (gpointer list)
{
  g_ptr_array_unref (list);
}

/**
 * csm_cache_list_unsure_async:
 * @self: a cache
 * @c: (nullable): a cancellable
 * @cb: called when it is done
 * @data: for @cb
 */
void
csm_cache_list_unsure_async (CsmCache            *self,
                             GCancellable        *c,
                             GAsyncReadyCallback  cb,
                             gpointer             data)
{
  csm_cache_run_read (self, G_PRIORITY_DEFAULT, list_unsure, NULL, NULL, list_free, csm_cache_list_unsure_async, c, cb, data);
}

/**
 * csm_cache_list_unsure_finish:
 * @self: a cache
 * @result: what the callback got
 * @error: return location
 *
 * Returns: (transfer full) (element-type JsonObject): the Messages of which nobody knows whether they were delivered, newest first: mine,
 * and those of my cases, as long as nobody has decided here
 */
GPtrArray *
csm_cache_list_unsure_finish (CsmCache      *self,
                              GAsyncResult  *result,
                              GError       **error)
{
  return csm_cache_run_finish (self, result, csm_cache_list_unsure_async, error);
}
