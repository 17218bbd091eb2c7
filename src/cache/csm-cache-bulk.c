/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-cache-bulk.h"
#include "csm-cache-pack.h"
#include "csm-cache-private.h"

#include "csm-json.h"
#include "csm-time.h"

/* What is read before something is done with many cases at once. */

/**
 * csm_case_state_free:
 * @state: (transfer full) (nullable): a state
 */
void
csm_case_state_free (CsmCaseState *state)
{
  if (state == NULL)
    return;
  g_free (state->id);
  g_free (state->status);
  g_free (state->lane);
  g_free (state->owner_id);
  g_free (state->team_id);
  g_free (state->priority);
  g_strfreev (state->tag_ids);
  g_free (state->sender);
  g_free (state);
}

static void
array_free (gpointer array)
{
  g_array_unref (array);
}

static void
pointers_free (gpointer array)
{
  g_ptr_array_unref (array);
}

/* --- ids --------------------------------------------------------------------------------------------------- */

static gpointer
load_ids (CsmDbConn     *conn,
          gpointer       input,
          GCancellable  *cancellable,
          GError       **error)
{
  GArray *rowids = input;
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (CsmDbStmt) stmt = csm_db_conn_prepare (conn, "SELECT id FROM case_ WHERE rowid = ?", error);
  g_autoptr (GError) local = NULL;

  if (stmt == NULL)
    return NULL;
  for (guint i = 0; i < rowids->len && local == NULL; i++)
    {
      csm_db_stmt_reset (stmt);
      csm_db_stmt_bind_int (stmt, 1, g_array_index (rowids, gint64, i));
      g_ptr_array_add (ids, csm_db_stmt_step (stmt, &local) ? g_strdup (csm_db_stmt_text (stmt, 0)) : NULL);
    }
  if (local == NULL)
    return g_steal_pointer (&ids);
  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}

/**
 * csm_cache_load_ids_async:
 * @self: a cache
 * @rowids: (element-type gint64): cases
 * @c: (nullable): a cancellable
 * @cb: called when it is done
 * @data: for @cb
 */
void
csm_cache_load_ids_async (CsmCache            *self,
                          GArray              *rowids,
                          GCancellable        *c,
                          GAsyncReadyCallback  cb,
                          gpointer             data)
{
  csm_cache_run_read (self, G_PRIORITY_HIGH, load_ids, g_array_copy (rowids), array_free, pointers_free, csm_cache_load_ids_async, c, cb, data);
}

/**
 * csm_cache_load_ids_finish:
 * @self: a cache
 * @result: what the callback got
 * @error: return location
 *
 * Returns: (transfer full) (element-type utf8): their ids, in the same order; %NULL in the place of one that is gone
 */
GPtrArray *
csm_cache_load_ids_finish (CsmCache      *self,
                           GAsyncResult  *result,
                           GError       **error)
{
  return csm_cache_run_finish (self, result, csm_cache_load_ids_async, error);
}

/* --- states ------------------------------------------------------------------------------------------------ */

typedef struct
{
  char     **case_ids;
  gboolean   senders;
} Asked;

static void
asked_free (gpointer data)
{
  Asked *asked = data;

  g_strfreev (asked->case_ids);
  g_free (asked);
}

static char **
read_tags (JsonObject *record)
{
  JsonObject *tags = csm_json_get_object (record, "tags");
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_autoptr (GList) ids = tags != NULL ? json_object_get_members (tags) : NULL;

  for (GList *l = ids; l != NULL; l = l->next)
    g_strv_builder_add (builder, l->data);
  return g_strv_builder_end (builder);
}

static CsmCaseState *
make_state (CsmDbStmt *stmt)
{
  g_autoptr (JsonObject) record = csm_cache_parse_record (csm_db_stmt_text (stmt, 0));
  CsmCaseState *state;

  if (record == NULL)
    return NULL;
  state = g_new0 (CsmCaseState, 1);
  state->id = g_strdup (csm_json_get_string (record, "id"));
  state->status = g_strdup (csm_json_get_string (record, "status"));
  state->lane = g_strdup (csm_json_get_string (record, "lane"));
  state->owner_id = g_strdup (csm_json_get_string (record, "ownerId"));
  state->team_id = g_strdup (csm_json_get_string (record, "teamId"));
  state->priority = g_strdup (csm_json_get_string (record, "priority"));
  state->tag_ids = read_tags (record);
  state->snoozed_until = csm_json_get_time (record, "snoozedUntil");
  state->newest = csm_json_get_time (record, "lastActivityAt");
  state->unread = csm_db_stmt_int (stmt, 1) != 0;
  if (!csm_db_stmt_is_null (stmt, 2))
    state->newest = MAX (state->newest, csm_db_stmt_int (stmt, 2));
  return state;
}

/* Returns: (transfer full) (nullable): the address that the newest message from outside came from */
static char *
read_sender (CsmDbConn  *conn,
             const char *case_id,
             GError    **error)
{
  g_autoptr (CsmDbStmt) stmt = csm_db_conn_query (conn, error,
    "SELECT coalesce (view, " CSM_MESSAGE_BASE ") FROM message WHERE case_id = ? AND NOT gone ORDER BY at DESC", "t", case_id);

  while (stmt != NULL && csm_db_stmt_step (stmt, error))
    {
      g_autoptr (JsonObject) message = csm_cache_parse_record (csm_db_stmt_text (stmt, 0));
      JsonArray *from = message != NULL ? csm_json_get_array (message, "from") : NULL;

      if (from != NULL && g_strcmp0 (csm_json_get_string (message, "direction"), "in") == 0 && json_array_get_length (from) > 0
          && JSON_NODE_HOLDS_OBJECT (json_array_get_element (from, 0)))
        return g_strdup (csm_json_get_string (json_array_get_object_element (from, 0), "address"));
    }
  return NULL;
}

static gpointer
load_states (CsmDbConn     *conn,
             gpointer       input,
             GCancellable  *cancellable,
             GError       **error)
{
  Asked *asked = input;
  g_autoptr (GPtrArray) states = g_ptr_array_new_with_free_func ((GDestroyNotify) csm_case_state_free);
  g_autoptr (CsmDbStmt) stmt = csm_db_conn_prepare (conn, "SELECT coalesce (view, base), unread, mention_at FROM case_ WHERE id = ?", error);
  g_autoptr (GError) local = NULL;

  if (stmt == NULL)
    return NULL;
  for (guint i = 0; asked->case_ids[i] != NULL && local == NULL; i++)
    {
      CsmCaseState *state;

      csm_db_stmt_reset (stmt);
      csm_db_stmt_bind_text (stmt, 1, asked->case_ids[i]);
      state = csm_db_stmt_step (stmt, &local) ? make_state (stmt) : NULL;
      if (state != NULL && asked->senders)
        state->sender = read_sender (conn, state->id, &local);
      if (state != NULL)
        g_ptr_array_add (states, state);
    }
  if (local == NULL)
    return g_steal_pointer (&states);
  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}

/**
 * csm_cache_load_states_async:
 * @self: a cache
 * @case_ids: (array zero-terminated=1): cases
 * @senders: also who wrote last from outside
 * @c: (nullable): a cancellable
 * @cb: called when it is done
 * @data: for @cb
 *
 * What has to be known of cases to do something with many of them at once.
 */
void
csm_cache_load_states_async (CsmCache            *self,
                             const char * const  *case_ids,
                             gboolean             senders,
                             GCancellable        *c,
                             GAsyncReadyCallback  cb,
                             gpointer             data)
{
  Asked *asked = g_new0 (Asked, 1);

  asked->case_ids = g_strdupv ((char **) case_ids);
  asked->senders = senders;
  csm_cache_run_read (self, G_PRIORITY_HIGH, load_states, asked, asked_free, pointers_free, csm_cache_load_states_async, c, cb, data);
}

/**
 * csm_cache_load_states_finish:
 * @self: a cache
 * @result: what the callback got
 * @error: return location
 *
 * Returns: (transfer full) (element-type CsmCaseState): those that are here, in the same order
 */
GPtrArray *
csm_cache_load_states_finish (CsmCache      *self,
                              GAsyncResult  *result,
                              GError       **error)
{
  return csm_cache_run_finish (self, result, csm_cache_load_states_async, error);
}
