/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-cache-private.h"

#include "csm-time.h"

/* A list together with what its first rows show: a window that opens has all it needs for its first frame in one answer. */

typedef struct
{
  CsmCaseView *view;   /* what is asked */
  guint        n_rows;
  GArray      *rowids; /* what is answered */
  GPtrArray   *rows;
  gboolean     more;
} List;

static void
list_free (gpointer data)
{
  List *list = data;

  g_clear_pointer (&list->view, csm_case_view_free);
  g_clear_pointer (&list->rowids, g_array_unref);
  g_clear_pointer (&list->rows, g_ptr_array_unref);
  g_free (list);
}

static gpointer
open_list (CsmDbConn     *conn,
           gpointer       input,
           GCancellable  *cancellable,
           GError       **error)
{
  const List *wanted = input;
  List *list = g_new0 (List, 1);

  list->rowids = csm_cache_read_cases (conn, wanted->view, csm_time_now (), &list->more, error);
  if (list->rowids != NULL)
    {
      g_autoptr (GArray) first = g_array_copy (list->rowids);

      g_array_set_size (first, MIN (first->len, wanted->n_rows));
      list->rows = csm_cache_read_rows (conn, first, error);
    }
  if (list->rows == NULL)
    g_clear_pointer (&list, list_free);
  return list;
}

/**
 * csm_cache_open_list_async:
 * @self: a cache
 * @view: what is shown
 * @n_rows: how many rows are read along
 * @c: (nullable): a cancellable
 * @cb: called when it is done
 * @data: for @cb
 *
 * As csm_cache_list_cases_async(), and reads along what a window shows first.
 */
void
csm_cache_open_list_async (CsmCache            *self,
                           const CsmCaseView   *view,
                           guint                n_rows,
                           GCancellable        *c,
                           GAsyncReadyCallback  cb,
                           gpointer             data)
{
  List *list = g_new0 (List, 1);

  list->view = csm_case_view_copy (view);
  list->n_rows = n_rows;
  csm_cache_run_read (self, G_PRIORITY_DEFAULT, open_list, list, list_free, list_free, csm_cache_open_list_async, c, cb, data);
}

/**
 * csm_cache_open_list_finish:
 * @self: a cache
 * @result: what the callback got
 * @rows: (out) (transfer full) (element-type CsmCaseRow): the first of them
 * @more: (out): of a search these are the cases of the newest hits; csm_cache_diff_cases_async() tells all
 * @error: return location
 *
 * Returns: (transfer full) (element-type gint64): the rowids of the cases, in the view's order
 */
GArray *
csm_cache_open_list_finish (CsmCache      *self,
                            GAsyncResult  *result,
                            GPtrArray    **rows,
                            gboolean      *more,
                            GError       **error)
{
  List *list = csm_cache_run_finish (self, result, csm_cache_open_list_async, error);
  GArray *rowids = list != NULL ? g_steal_pointer (&list->rowids) : NULL;

  *more = list != NULL && list->more;
  *rows = list != NULL ? g_steal_pointer (&list->rows) : NULL;
  g_clear_pointer (&list, list_free);
  return rowids;
}
