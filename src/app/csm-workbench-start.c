/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-workbench-private.h"

#include "csm-case-list-order.h"
#include "csm-view-text.h"

/**
 * csm_workbench_restore:
 * @self: a workbench
 *
 * Opens the view and the case that were open last, and begins to read the view's list. Needs no display: while GTK starts,
 * the list is read.
 */
void
csm_workbench_restore (CsmWorkbench *self)
{
  g_autofree char *last_view = g_settings_get_string (self->settings, "last-view");
  g_autofree char *last_case = g_settings_get_string (self->settings, "last-case");
  g_autoptr (CsmCaseView) view = csm_view_from_setting (last_view);

  csm_workbench_set_view (self, view);
  view->order = csm_case_list_order_load (self->settings, view);
  if (self->first_list == NULL)
    self->first_list = csm_workbench_list_cases (self, view);
  if (last_case[0] != '\0')
    csm_workbench_open_case (self, last_case);
}

/**
 * csm_workbench_list_cases:
 * @self: a workbench
 * @view: which cases
 *
 * Returns: (transfer full): their list; once, the one that is being read since the workbench was restored
 */
CsmCaseListModel *
csm_workbench_list_cases (CsmWorkbench      *self,
                          const CsmCaseView *view)
{
  g_autoptr (CsmCaseListModel) first = g_steal_pointer (&self->first_list);

  if (first != NULL && csm_case_view_equal (csm_case_list_model_get_view (first), view))
    return g_steal_pointer (&first);
  if (first != NULL)
    csm_case_list_model_close (first);
  return csm_case_list_model_new (self->cache, view);
}
