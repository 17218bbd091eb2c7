/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-workbench.h"

G_BEGIN_DECLS

/*
 * The one place where what people do with tasks becomes operations: each call is one intent with one undo, said in one
 * toast. @task: a Task, as it is shown.
 */
void     csm_task_create      (CsmWorkbench *workbench,
                               const char   *case_id,
                               const char   *title,
                               const char   *after);
void     csm_task_set_done    (CsmWorkbench *workbench,
                               JsonObject   *task,
                               gboolean      done);
void     csm_task_rename      (CsmWorkbench *workbench,
                               JsonObject   *task,
                               const char   *title);
void     csm_task_assign      (CsmWorkbench *workbench,
                               JsonObject   *task,
                               const char   *person_id);
void     csm_task_set_due     (CsmWorkbench *workbench,
                               JsonObject   *task,
                               gint64        at);
void     csm_task_skip        (CsmWorkbench *workbench,
                               JsonObject   *task,
                               const char   *why);
void     csm_task_move        (CsmWorkbench *workbench,
                               JsonObject   *task,
                               const char   *before,
                               const char   *after);
void     csm_task_delete      (CsmWorkbench *workbench,
                               JsonObject   *task);
void     csm_task_add_item    (CsmWorkbench *workbench,
                               JsonObject   *task,
                               const char   *title);
void     csm_task_tick_item   (CsmWorkbench *workbench,
                               JsonObject   *task,
                               const char   *key,
                               gboolean      done);
void     csm_task_remove_item (CsmWorkbench *workbench,
                               JsonObject   *task,
                               const char   *key);

gboolean   csm_task_is_open   (JsonObject   *task);
GPtrArray *csm_task_items     (JsonObject   *task);

G_END_DECLS
