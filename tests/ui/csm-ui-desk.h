/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-workbench.h"

G_BEGIN_DECLS

/* The app without main(): a real cache filled with invented records, no server, and a window when one is asked for. */
typedef struct
{
  GtkApplication *application;
  char           *dir;
  CsmAccount     *account;
  CsmCache       *cache;
  GSettings      *settings;
  CsmWorkbench   *workbench;
  GtkWidget      *window;
} CsmUiDesk;

void       csm_ui_desk_set_up    (CsmUiDesk  *desk,
                                  gconstpointer application);
void       csm_ui_desk_tear_down (CsmUiDesk  *desk,
                                  gconstpointer application);
void       csm_ui_desk_open      (CsmUiDesk  *desk,
                                  int         width,
                                  int         height);
void       csm_ui_desk_open_case (CsmUiDesk  *desk,
                                  guint       number);
GPtrArray *csm_ui_desk_outbox    (CsmUiDesk  *desk);
void       csm_ui_desk_save_png  (CsmUiDesk  *desk,
                                  const char *name);

G_END_DECLS
