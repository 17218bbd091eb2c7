/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-workbench.h"

G_BEGIN_DECLS

struct _CsmWorkbench
{
  GObject        parent_instance;
  CsmAccount    *account;
  CsmCache      *cache;
  GSettings     *settings;
  GCancellable  *cancellable;
  CsmDirectory  *directory;
  CsmViewCounts *counts;
  CsmCaseView   *view;
  CsmLivePlace  *live_place;
  CsmCaseListModel *first_list; /* is being read since the start; nobody has taken it yet */

  char          *case_id;
  CsmCaseDetail *detail;
  char         **selection;     /* NULL: none */
  guint          n_selected;
  GCancellable  *case_cancellable;
  gint64         before;
  guint          limit;

  GPtrArray     *undo; /* newest last */
  gint64         undo_serial;
  guint          undo_held;   /* so many actions are being saved */
  guint          undo_wanted; /* so many times meanwhile */
  guint          counts_id;
  guint          directory_loading : 1;
  guint          directory_dirty : 1;
  guint          counted : 1;
  guint          counts_loading : 1;
  guint          counts_dirty : 1;
  guint          case_loading : 1;
  guint          case_dirty : 1;
  guint          selection_awaited : 1;
};

void csm_workbench_toast  (CsmWorkbench *self,
                           AdwToast     *toast);
void csm_workbench_report (const char   *what,
                           const GError *error);
void csm_workbench_fail   (CsmWorkbench *self,
                           const char   *what,
                           const GError *error);
void csm_workbench_push_group     (CsmWorkbench *self,
                                   gint64        group,
                                   const char   *said);
void csm_workbench_undo_entry_free (gpointer     data);
void csm_workbench_hold_undo      (CsmWorkbench *self);
void csm_workbench_release_undo   (CsmWorkbench *self,
                                   gboolean      saved);
void csm_workbench_return_texts   (CsmWorkbench        *self,
                                   const CsmCaseDetail *detail);

G_END_DECLS
