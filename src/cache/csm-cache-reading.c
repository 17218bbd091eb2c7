/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-cache-here-private.h"

#include "csm-cache-filter.h"
#include "csm-time.h"

/* What lists and the panes of a case ask for: csm-cache.h. */

/* Each run of a list is a frame's work: with more of them it is cheaper to swap the list. */
#define MAX_EDITS 64

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

static gpointer
list_cases (CsmDbConn     *conn,
            gpointer       input,
            GCancellable  *cancellable,
            GError       **error)
{
  return csm_cache_read_cases (conn, input, csm_time_now (), NULL, error);
}

/**
 * csm_cache_list_cases_async:
 * @self: a cache
 * @view: what is shown
 * @c: (nullable): a cancellable
 * @cb: called when it is done
 * @data: for @cb
 */
void
csm_cache_list_cases_async (CsmCache            *self,
                            const CsmCaseView   *view,
                            GCancellable        *c,
                            GAsyncReadyCallback  cb,
                            gpointer             data)
{
  csm_cache_run_read (self, G_PRIORITY_DEFAULT, list_cases, csm_case_view_copy (view), (GDestroyNotify) csm_case_view_free,
                      array_free, csm_cache_list_cases_async, c, cb, data);
}

/**
 * csm_cache_list_cases_finish:
 * @self: a cache
 * @result: what the callback got
 * @error: return location
 *
 * Returns: (transfer full) (element-type gint64): the rowids of the cases, in the view's order
 */
GArray *
csm_cache_list_cases_finish (CsmCache      *self,
                             GAsyncResult  *result,
                             GError       **error)
{
  return csm_cache_run_finish (self, result, csm_cache_list_cases_async, error);
}

static gpointer
load_rows (CsmDbConn     *conn,
           gpointer       input,
           GCancellable  *cancellable,
           GError       **error)
{
  return csm_cache_read_rows (conn, input, error);
}

/**
 * csm_cache_load_rows_async:
 * @self: a cache
 * @rowids: (element-type gint64): cases
 * @c: (nullable): a cancellable
 * @cb: called when it is done
 * @data: for @cb
 */
void
csm_cache_load_rows_async (CsmCache            *self,
                           GArray              *rowids,
                           GCancellable        *c,
                           GAsyncReadyCallback  cb,
                           gpointer             data)
{
  csm_cache_run_read (self, G_PRIORITY_HIGH, load_rows, g_array_copy (rowids), array_free, pointers_free, csm_cache_load_rows_async, c, cb, data);
}

/**
 * csm_cache_load_rows_finish:
 * @self: a cache
 * @result: what the callback got
 * @error: return location
 *
 * Returns: (transfer full) (element-type CsmCaseRow): their rows, in no order; those that are gone are left out
 */
GPtrArray *
csm_cache_load_rows_finish (CsmCache      *self,
                            GAsyncResult  *result,
                            GError       **error)
{
  return csm_cache_run_finish (self, result, csm_cache_load_rows_async, error);
}

typedef struct
{
  CsmCaseView *view;
  GArray      *elsewhere;  /* or NULL */
  GArray      *old_ids;
} Diff;

static void
diff_free (gpointer data)
{
  Diff *diff = data;

  csm_case_view_free (diff->view);
  g_clear_pointer (&diff->elsewhere, g_array_unref);
  g_array_unref (diff->old_ids);
  g_free (diff);
}

static gpointer
diff_cases (CsmDbConn     *conn,
            gpointer       input,
            GCancellable  *cancellable,
            GError       **error)
{
  Diff *diff = input;
  g_autoptr (GArray) new_ids = csm_cache_read_cases (conn, diff->view, csm_time_now (), NULL, error);

  if (new_ids == NULL || (diff->elsewhere != NULL && !csm_cache_put_elsewhere (conn, diff->view, diff->elsewhere, new_ids, error)))
    return NULL;
  return csm_list_edits_compute (diff->old_ids, g_steal_pointer (&new_ids), MAX_EDITS);
}

/**
 * csm_cache_diff_cases_async:
 * @self: a cache
 * @view: what is shown
 * @elsewhere: (nullable) (element-type gint64): what was picked for a search by csm_cache_pick_cases_async(): as far as it still fits, the end of the list
 * @old_ids: (element-type gint64): the list as it is
 * @c: (nullable): a cancellable
 * @cb: called when it is done
 * @data: for @cb
 *
 * Reckons on a database thread how a list becomes what @view shows now.
 */
void
csm_cache_diff_cases_async (CsmCache            *self,
                            const CsmCaseView   *view,
                            GArray              *elsewhere,
                            GArray              *old_ids,
                            GCancellable        *c,
                            GAsyncReadyCallback  cb,
                            gpointer             data)
{
  Diff *diff = g_new0 (Diff, 1);

  diff->view = csm_case_view_copy (view);
  diff->elsewhere = elsewhere != NULL ? g_array_copy (elsewhere) : NULL;
  diff->old_ids = g_array_copy (old_ids);
  csm_cache_run_read (self, G_PRIORITY_DEFAULT, diff_cases, diff, diff_free, (GDestroyNotify) csm_list_edits_free,
                      csm_cache_diff_cases_async, c, cb, data);
}

/**
 * csm_cache_diff_cases_finish:
 * @self: a cache
 * @result: what the callback got
 * @error: return location
 *
 * Returns: (transfer full): the edits that lead there
 */
CsmListEdits *
csm_cache_diff_cases_finish (CsmCache      *self,
                             GAsyncResult  *result,
                             GError       **error)
{
  return csm_cache_run_finish (self, result, csm_cache_diff_cases_async, error);
}

static gpointer
load_counts (CsmDbConn     *conn,
             gpointer       input,
             GCancellable  *cancellable,
             GError       **error)
{
  return csm_cache_read_counts (conn, csm_time_now (), error);
}

/**
 * csm_cache_load_counts_async:
 * @self: a cache
 * @c: (nullable): a cancellable
 * @cb: called when it is done
 * @data: for @cb
 */
void
csm_cache_load_counts_async (CsmCache            *self,
                             GCancellable        *c,
                             GAsyncReadyCallback  cb,
                             gpointer             data)
{
  csm_cache_run_read (self, G_PRIORITY_DEFAULT_IDLE, load_counts, NULL, NULL, (GDestroyNotify) csm_view_counts_free,
                      csm_cache_load_counts_async, c, cb, data);
}

/**
 * csm_cache_load_counts_finish:
 * @self: a cache
 * @result: what the callback got
 * @error: return location
 *
 * Returns: (transfer full): how many cases the views have
 */
CsmViewCounts *
csm_cache_load_counts_finish (CsmCache      *self,
                              GAsyncResult  *result,
                              GError       **error)
{
  return csm_cache_run_finish (self, result, csm_cache_load_counts_async, error);
}

typedef struct
{
  CsmTypeId type;
  char     *id;
  gint64    before;
  guint     limit;
} Wanted;

static Wanted *
wanted_new (CsmTypeId   type,
            const char *id,
            gint64      before,
            guint       limit)
{
  Wanted *wanted = g_new0 (Wanted, 1);

  wanted->type = type;
  wanted->id = g_strdup (id);
  wanted->before = before;
  wanted->limit = limit;
  return wanted;
}

static void
wanted_free (gpointer data)
{
  Wanted *wanted = data;

  g_free (wanted->id);
  g_free (wanted);
}

static gpointer
load_case (CsmDbConn     *conn,
           gpointer       input,
           GCancellable  *cancellable,
           GError       **error)
{
  Wanted *wanted = input;

  return csm_cache_read_case (conn, wanted->id, wanted->before, wanted->limit, error);
}

/**
 * csm_cache_load_case_async:
 * @self: a cache
 * @case_id: a case
 * @before: µs: timeline entries before that; `CSM_TIME_NONE`: the newest
 * @limit: how many of them at most
 * @c: (nullable): a cancellable
 * @cb: called when it is done
 * @data: for @cb
 *
 * Reads everything that the panes of a case need, in one snapshot.
 */
void
csm_cache_load_case_async (CsmCache            *self,
                           const char          *case_id,
                           gint64               before,
                           guint                limit,
                           GCancellable        *c,
                           GAsyncReadyCallback  cb,
                           gpointer             data)
{
  csm_cache_run_read (self, G_PRIORITY_HIGH, load_case, wanted_new (CSM_TYPE_ID_CASE, case_id, before, limit), wanted_free,
                      (GDestroyNotify) csm_case_detail_free, csm_cache_load_case_async, c, cb, data);
  if (before == CSM_TIME_NONE)
    csm_cache_note_viewed (self, case_id);
}

/**
 * csm_cache_load_case_finish:
 * @self: a cache
 * @result: what the callback got
 * @error: return location
 *
 * Returns: (transfer full): the case; without a record when it is not here
 */
CsmCaseDetail *
csm_cache_load_case_finish (CsmCache      *self,
                            GAsyncResult  *result,
                            GError       **error)
{
  return csm_cache_run_finish (self, result, csm_cache_load_case_async, error);
}

static gpointer
load_record (CsmDbConn     *conn,
             gpointer       input,
             GCancellable  *cancellable,
             GError       **error)
{
  Wanted *wanted = input;

  return csm_cache_get_view (conn, wanted->type, wanted->id, error);
}

/**
 * csm_cache_load_record_async:
 * @self: a cache
 * @type: a type
 * @id: a record of it
 * @c: (nullable): a cancellable
 * @cb: called when it is done
 * @data: for @cb
 */
void
csm_cache_load_record_async (CsmCache            *self,
                             CsmTypeId            type,
                             const char          *id,
                             GCancellable        *c,
                             GAsyncReadyCallback  cb,
                             gpointer             data)
{
  csm_cache_run_read (self, G_PRIORITY_DEFAULT, load_record, wanted_new (type, id, 0, 0), wanted_free,
                      (GDestroyNotify) json_object_unref, csm_cache_load_record_async, c, cb, data);
}

/**
 * csm_cache_load_record_finish:
 * @self: a cache
 * @result: what the callback got
 * @error: return location
 *
 * Returns: (transfer full) (nullable): the record as the person sees it, a copy; %NULL without @error: there is none
 */
JsonObject *
csm_cache_load_record_finish (CsmCache      *self,
                              GAsyncResult  *result,
                              GError       **error)
{
  return csm_cache_run_finish (self, result, csm_cache_load_record_async, error);
}

static gpointer
load_directory (CsmDbConn     *conn,
                gpointer       input,
                GCancellable  *cancellable,
                GError       **error)
{
  return csm_cache_read_directory (conn, error);
}

/**
 * csm_cache_load_directory_async:
 * @self: a cache
 * @c: (nullable): a cancellable
 * @cb: called when it is done
 * @data: for @cb
 *
 * People, teams, tags, channels, what was promised and learnt: few, so that the app holds them.
 */
void
csm_cache_load_directory_async (CsmCache            *self,
                                GCancellable        *c,
                                GAsyncReadyCallback  cb,
                                gpointer             data)
{
  csm_cache_run_read (self, G_PRIORITY_DEFAULT, load_directory, NULL, NULL, (GDestroyNotify) csm_directory_free,
                      csm_cache_load_directory_async, c, cb, data);
}

/**
 * csm_cache_load_directory_finish:
 * @self: a cache
 * @result: what the callback got
 * @error: return location
 *
 * Returns: (transfer full): all of them
 */
CsmDirectory *
csm_cache_load_directory_finish (CsmCache      *self,
                                 GAsyncResult  *result,
                                 GError       **error)
{
  return csm_cache_run_finish (self, result, csm_cache_load_directory_async, error);
}
