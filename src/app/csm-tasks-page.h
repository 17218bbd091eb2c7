/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-workbench.h"

G_BEGIN_DECLS

/*
 * What I have to do, in whatever case: late, today, later.
 *
 * Property: "workbench". Signal: "close" (): a task's case was opened.
 */
#define CSM_TYPE_TASKS_PAGE (csm_tasks_page_get_type ())
G_DECLARE_FINAL_TYPE (CsmTasksPage, csm_tasks_page, CSM, TASKS_PAGE, AdwBin)

GtkWidget *csm_tasks_page_new   (void);
void       csm_tasks_page_start (CsmTasksPage *self);

G_END_DECLS
