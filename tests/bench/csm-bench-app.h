/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-case-list-pane.h"
#include "csm-window.h"

G_BEGIN_DECLS

/* The app's window in this process, on a cache without a server. */
typedef struct
{
  GtkApplication  *application;
  GSettings       *settings;
  CsmAccount      *account;
  CsmWorkbench    *workbench;
  GtkWidget       *window;
  CsmCaseListPane *list;
} CsmBenchApp;

void       csm_bench_app_open   (CsmBenchApp *app,
                                 const char  *dir);
void       csm_bench_app_close  (CsmBenchApp *app);
void       csm_bench_app_settle (CsmBenchApp *app);
GtkWidget *csm_bench_app_find   (GtkWidget   *widget,
                                 GType        type);

G_END_DECLS
