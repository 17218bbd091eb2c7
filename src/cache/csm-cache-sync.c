/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-cache-sync-private.h"

#include "csm-failpoint.h"
#include "csm-time.h"

static gpointer
yes (void)
{
  return GINT_TO_POINTER (TRUE);
}

typedef struct
{
  char *me;
  char *workspace_name;
} Identity;

static void
identity_free (gpointer data)
{
  Identity *identity = data;

  g_free (identity->me);
  g_free (identity->workspace_name);
  g_free (identity);
}

static gpointer
open_session (CsmCacheTxn  *txn,
              gpointer      input,
              GError      **error)
{
  Identity *identity = input;

  if (!csm_cache_set_identity (txn, identity->me, identity->workspace_name, error))
    return NULL;
  csm_failpoint ("session-opened");
  return csm_cache_read_sync_state (txn->conn, error);
}

/**
 * csm_cache_open_session_async:
 * @self: a cache
 * @me: who is signed in
 * @workspace_name: where
 * @c: (nullable): a cancellable
 * @cb: called when it is done
 * @data: for @cb
 *
 * Operations that were being sent wait again.
 */
void
csm_cache_open_session_async (CsmCache            *self,
                              const char          *me,
                              const char          *workspace_name,
                              GCancellable        *c,
                              GAsyncReadyCallback  cb,
                              gpointer             data)
{
  Identity *identity = g_new0 (Identity, 1);

  identity->me = g_strdup (me);
  identity->workspace_name = g_strdup (workspace_name);
  /* Behind the pages that an earlier connection brought: the state it returns has to include them. */
  csm_cache_run_write (self, CSM_DB_WRITE, G_PRIORITY_LOW, open_session, identity, identity_free, (GDestroyNotify) csm_sync_state_free,
                       csm_cache_open_session_async, c, cb, data);
}

/**
 * csm_cache_open_session_finish:
 * @self: a cache
 * @result: what the callback got
 * @error: `CSM_ERROR_FORBIDDEN`: it is somebody else's
 *
 * Returns: (transfer full): where the cache stands
 */
CsmSyncState *
csm_cache_open_session_finish (CsmCache      *self,
                               GAsyncResult  *result,
                               GError       **error)
{
  return csm_cache_run_finish (self, result, csm_cache_open_session_async, error);
}

static gpointer
load_sync_state (CsmDbConn     *conn,
                 gpointer       input,
                 GCancellable  *cancellable,
                 GError       **error)
{
  return csm_cache_read_sync_state (conn, error);
}

/**
 * csm_cache_load_sync_state_async:
 * @self: a cache
 * @c: (nullable): a cancellable
 * @cb: called when it is done
 * @data: for @cb
 */
void
csm_cache_load_sync_state_async (CsmCache            *self,
                                 GCancellable        *c,
                                 GAsyncReadyCallback  cb,
                                 gpointer             data)
{
  csm_cache_run_read (self, G_PRIORITY_DEFAULT, load_sync_state, NULL, NULL, (GDestroyNotify) csm_sync_state_free,
                      csm_cache_load_sync_state_async, c, cb, data);
}

/**
 * csm_cache_load_sync_state_finish:
 * @self: a cache
 * @result: what the callback got
 * @error: return location
 *
 * Returns: (transfer full): where the cache stands
 */
CsmSyncState *
csm_cache_load_sync_state_finish (CsmCache      *self,
                                  GAsyncResult  *result,
                                  GError       **error)
{
  return csm_cache_run_finish (self, result, csm_cache_load_sync_state_async, error);
}

static gpointer
begin_first_sync (CsmCacheTxn  *txn,
                  gpointer      input,
                  GError      **error)
{
  if (!csm_cache_search_defer (txn, error) || !csm_cache_set_meta (txn->conn, "started", "1", error))
    return NULL;
  csm_failpoint ("first-sync-begun");
  return yes ();
}

/**
 * csm_cache_begin_first_sync_async:
 * @self: a cache
 * @c: (nullable): a cancellable
 * @cb: called when it is done
 * @data: for @cb
 *
 * Puts full text off until the first sync is in. Does nothing for what is there already.
 */
void
csm_cache_begin_first_sync_async (CsmCache            *self,
                                  GCancellable        *c,
                                  GAsyncReadyCallback  cb,
                                  gpointer             data)
{
  csm_cache_run_write (self, CSM_DB_WRITE, G_PRIORITY_DEFAULT, begin_first_sync, NULL, NULL, NULL, csm_cache_begin_first_sync_async, c, cb, data);
}

/**
 * csm_cache_begin_first_sync_finish:
 * @self: a cache
 * @result: what the callback got
 * @error: return location
 *
 * Returns: whether it worked
 */
gboolean
csm_cache_begin_first_sync_finish (CsmCache      *self,
                                   GAsyncResult  *result,
                                   GError       **error)
{
  return csm_cache_run_finish (self, result, csm_cache_begin_first_sync_async, error) != NULL;
}

static gpointer
build_search (CsmCacheTxn  *txn,
              gpointer      input,
              GError      **error)
{
  gboolean more = FALSE;

  csm_failpoint ("search-slice");
  return csm_cache_search_build (txn, &more, error) && more ? yes () : NULL;
}

/**
 * csm_cache_build_search_async:
 * @self: a cache
 * @c: (nullable): a cancellable
 * @cb: called when it is done
 * @data: for @cb
 *
 * One slice, which ends soon when somebody waits for the writer.
 */
void
csm_cache_build_search_async (CsmCache            *self,
                              GCancellable        *c,
                              GAsyncReadyCallback  cb,
                              gpointer             data)
{
  csm_cache_run_write (self, CSM_DB_WRITE, G_PRIORITY_LOW, build_search, NULL, NULL, NULL, csm_cache_build_search_async, c, cb, data);
}

/**
 * csm_cache_build_search_finish:
 * @self: a cache
 * @result: what the callback got
 * @error: return location
 *
 * Returns: whether another is needed; %FALSE without @error: all is built
 */
gboolean
csm_cache_build_search_finish (CsmCache      *self,
                               GAsyncResult  *result,
                               GError       **error)
{
  return csm_cache_run_finish (self, result, csm_cache_build_search_async, error) != NULL;
}

static gpointer
apply_page (CsmCacheTxn  *txn,
            gpointer      input,
            GError      **error)
{
  gboolean applied;

  txn->ahead = input;
  applied = csm_cache_apply_page (txn, csm_ahead_work_wait (input), error);

  csm_failpoint ("page-applied");
  return applied ? yes () : NULL;
}

static CsmAheadWork *
start_work (CsmCache    *self,
            CsmSyncPage *page)
{
  CsmAheadWork *work = csm_ahead_work_new (csm_cache_get_ahead (self), page, (GDestroyNotify) csm_sync_page_free);

  for (guint i = 0; i < page->records->len; i++)
    csm_ahead_work_add (work, g_ptr_array_index (page->records, i), page->type == CSM_TYPE_ID_MESSAGE);
  csm_ahead_work_start (work);
  return work;
}

/* The bug that the cursor moves before its records are there: one transaction for each. */
static void
plant_cursor_ahead (CsmCache    *self,
                    CsmSyncPage *page)
{
  CsmSyncPage *cursor = csm_sync_page_new (page->type, page->account);

  cursor->old_state = g_strdup (page->old_state);
  cursor->new_state = g_steal_pointer (&page->new_state);
  cursor->has_more = page->has_more;
  csm_cache_run_write (self, CSM_DB_WRITE_DURABLE, G_PRIORITY_DEFAULT_IDLE, apply_page, start_work (self, cursor), csm_ahead_work_finish, NULL, NULL, NULL, NULL, NULL);
}

/**
 * csm_cache_apply_page_async:
 * @self: a cache
 * @page: (transfer full): a page
 * @c: (nullable): a cancellable
 * @cb: called when it is done
 * @data: for @cb
 *
 * Records, cursor and what is swept, in one transaction.
 */
void
csm_cache_apply_page_async (CsmCache            *self,
                            CsmSyncPage         *page,
                            GCancellable        *c,
                            GAsyncReadyCallback  cb,
                            gpointer             data)
{
  if (csm_fault_enabled ("cursor-ahead") && page->new_state != NULL)
    plant_cursor_ahead (self, page);
  csm_cache_run_write (self, CSM_DB_WRITE, G_PRIORITY_DEFAULT_IDLE, apply_page, start_work (self, page), csm_ahead_work_finish, NULL,
                       csm_cache_apply_page_async, c, cb, data);
}

/**
 * csm_cache_apply_page_finish:
 * @self: a cache
 * @result: what the callback got
 * @error: `CSM_ERROR_INVALID`: it does not follow on the cursor
 *
 * Returns: whether it worked
 */
gboolean
csm_cache_apply_page_finish (CsmCache      *self,
                             GAsyncResult  *result,
                             GError       **error)
{
  return csm_cache_run_finish (self, result, csm_cache_apply_page_async, error) != NULL;
}

static gpointer
restart_type (CsmCacheTxn  *txn,
              gpointer      input,
              GError      **error)
{
  gboolean restarted = csm_cache_restart_type (txn, (CsmTypeId) GPOINTER_TO_UINT (input), error);

  csm_failpoint ("type-restarted");
  return restarted ? yes () : NULL;
}

/**
 * csm_cache_restart_type_async:
 * @self: a cache
 * @type: a type
 * @c: (nullable): a cancellable
 * @cb: called when it is done
 * @data: for @cb
 *
 * Begins a type from the beginning, into the same tables; what does not come again goes with the last page.
 */
void
csm_cache_restart_type_async (CsmCache            *self,
                              CsmTypeId            type,
                              GCancellable        *c,
                              GAsyncReadyCallback  cb,
                              gpointer             data)
{
  csm_cache_run_write (self, CSM_DB_WRITE, G_PRIORITY_DEFAULT, restart_type, GUINT_TO_POINTER (type), NULL, NULL, csm_cache_restart_type_async, c, cb, data);
}

/**
 * csm_cache_restart_type_finish:
 * @self: a cache
 * @result: what the callback got
 * @error: return location
 *
 * Returns: whether it worked
 */
gboolean
csm_cache_restart_type_finish (CsmCache      *self,
                               GAsyncResult  *result,
                               GError       **error)
{
  return csm_cache_run_finish (self, result, csm_cache_restart_type_async, error) != NULL;
}

typedef struct
{
  guint    limit;
  gint64   now;
  gboolean allow_old;
} Take;

static gpointer
take_ops (CsmCacheTxn  *txn,
          gpointer      input,
          GError      **error)
{
  Take *take = input;

  return csm_cache_take_ops (txn, take->limit, take->now, take->allow_old, error);
}

/**
 * csm_cache_take_ops_async:
 * @self: a cache
 * @limit: how many at most
 * @now: µs
 * @allow_old: also those that are older than a day
 * @c: (nullable): a cancellable
 * @cb: called when it is done
 * @data: for @cb
 *
 * Operations that may be sent; they count as being sent.
 */
void
csm_cache_take_ops_async (CsmCache            *self,
                          guint                limit,
                          gint64               now,
                          gboolean             allow_old,
                          GCancellable        *c,
                          GAsyncReadyCallback  cb,
                          gpointer             data)
{
  Take *take = g_new0 (Take, 1);

  take->limit = limit;
  take->now = now;
  take->allow_old = allow_old;
  /* What is noted as sent must be so after a power cut, too: who edits it then would send it twice. What is answered need not: the
   * server gives the same answer again. */
  csm_cache_run_write (self, CSM_DB_WRITE_DURABLE, G_PRIORITY_DEFAULT, take_ops, take, g_free, (GDestroyNotify) csm_op_batch_free, csm_cache_take_ops_async, c, cb, data);
}

/**
 * csm_cache_take_ops_finish:
 * @self: a cache
 * @result: what the callback got
 * @error: return location
 *
 * Returns: (transfer full): what can be sent, and what has to be uploaded first
 */
CsmOpBatch *
csm_cache_take_ops_finish (CsmCache      *self,
                           GAsyncResult  *result,
                           GError       **error)
{
  return csm_cache_run_finish (self, result, csm_cache_take_ops_async, error);
}

static gpointer
finish_ops (CsmCacheTxn  *txn,
            gpointer      input,
            GError      **error)
{
  gboolean finished = csm_cache_finish_ops (txn, input, error);

  csm_failpoint ("ops-finished");
  return finished ? yes () : NULL;
}

/**
 * csm_cache_finish_ops_async:
 * @self: a cache
 * @results: (transfer full) (element-type CsmOpResult): what the server answered
 * @c: (nullable): a cancellable
 * @cb: called when it is done
 * @data: for @cb
 *
 * Answers, bases and removals in one transaction.
 */
void
csm_cache_finish_ops_async (CsmCache            *self,
                            GPtrArray           *results,
                            GCancellable        *c,
                            GAsyncReadyCallback  cb,
                            gpointer             data)
{
  csm_cache_run_write (self, CSM_DB_WRITE, G_PRIORITY_DEFAULT, finish_ops, results, (GDestroyNotify) g_ptr_array_unref, NULL,
                       csm_cache_finish_ops_async, c, cb, data);
}

/**
 * csm_cache_finish_ops_finish:
 * @self: a cache
 * @result: what the callback got
 * @error: return location
 *
 * Returns: whether it worked
 */
gboolean
csm_cache_finish_ops_finish (CsmCache      *self,
                             GAsyncResult  *result,
                             GError       **error)
{
  return csm_cache_run_finish (self, result, csm_cache_finish_ops_async, error) != NULL;
}

static gpointer
count_outbox (CsmDbConn     *conn,
              gpointer       input,
              GCancellable  *cancellable,
              GError       **error)
{
  CsmOutboxCounts *counts = g_new0 (CsmOutboxCounts, 1);

  counts->waiting = (guint) csm_db_conn_get_int (conn, error, 0, "SELECT count (*) FROM outbox WHERE type <> 'Seen' AND (state <> 2 OR carrier IS NULL)", NULL);
  counts->parked = (guint) csm_db_conn_get_int (conn, error, 0, "SELECT count (*) FROM outbox WHERE state = 2 AND carrier IS NULL", NULL);
  counts->lost = (guint) csm_db_conn_get_int (conn, error, 0, "SELECT count (*) FROM lost", NULL);
  counts->unsure = csm_cache_count_unsure (conn, error);
  return counts;
}

/**
 * csm_cache_count_outbox_async:
 * @self: a cache
 * @c: (nullable): a cancellable
 * @cb: called when it is done
 * @data: for @cb
 */
void
csm_cache_count_outbox_async (CsmCache            *self,
                              GCancellable        *c,
                              GAsyncReadyCallback  cb,
                              gpointer             data)
{
  csm_cache_run_read (self, G_PRIORITY_DEFAULT, count_outbox, NULL, NULL, g_free, csm_cache_count_outbox_async, c, cb, data);
}

/**
 * csm_cache_count_outbox_finish:
 * @self: a cache
 * @result: what the callback got
 * @counts: (out caller-allocates): how many of what
 * @error: return location
 *
 * Returns: whether it worked
 */
gboolean
csm_cache_count_outbox_finish (CsmCache         *self,
                               GAsyncResult     *result,
                               CsmOutboxCounts  *counts,
                               GError          **error)
{
  g_autofree CsmOutboxCounts *found = csm_cache_run_finish (self, result, csm_cache_count_outbox_async, error);

  if (found == NULL)
    return FALSE;
  *counts = *found;
  return TRUE;
}

static gpointer
hurry_ops (CsmCacheTxn  *txn,
           gpointer      input,
           GError      **error)
{
  if (!csm_db_conn_run (txn->conn, error, "UPDATE outbox SET not_before = 0 WHERE state = 0 AND not_before > 0", NULL))
    return NULL;
  return yes ();
}

/**
 * csm_cache_hurry_ops_async:
 * @self: a cache
 * @c: (nullable): a cancellable
 * @cb: called when it is done
 * @data: for @cb
 *
 * Lets waiting operations go now, whatever their back-off.
 */
void
csm_cache_hurry_ops_async (CsmCache            *self,
                           GCancellable        *c,
                           GAsyncReadyCallback  cb,
                           gpointer             data)
{
  csm_cache_run_write (self, CSM_DB_WRITE, G_PRIORITY_DEFAULT, hurry_ops, NULL, NULL, NULL, csm_cache_hurry_ops_async, c, cb, data);
}

