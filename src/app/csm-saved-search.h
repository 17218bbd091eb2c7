/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-workbench.h"

G_BEGIN_DECLS

/* The searches that a person keeps. Each is said as a toast, and can be undone. */
void csm_saved_search_ask_new    (GtkWidget    *widget,
                                  CsmWorkbench *workbench,
                                  const char   *typed);
void csm_saved_search_ask_rename (GtkWidget    *widget,
                                  CsmWorkbench *workbench,
                                  const char   *id);
void csm_saved_search_save       (CsmWorkbench *workbench,
                                  const char   *name,
                                  const char   *typed);
void csm_saved_search_rename     (CsmWorkbench *workbench,
                                  const char   *id,
                                  const char   *name);
void csm_saved_search_move       (CsmWorkbench *workbench,
                                  const char   *id,
                                  int           by);
void csm_saved_search_delete     (CsmWorkbench *workbench,
                                  const char   *id);

G_END_DECLS
