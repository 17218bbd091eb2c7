/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

typedef gboolean (*CsmUiCondition) (gpointer data);

void       csm_ui_test_init   (int              *argc,
                               char           ***argv);
AdwApplication *csm_ui_test_start (int           *argc,
                                   char        ***argv);
int        csm_ui_test_run    (void);
void       csm_ui_wait_until  (CsmUiCondition    condition,
                               gpointer          data,
                               const char       *what);
void       csm_ui_settle      (void);
void       csm_ui_wait_painted (GtkWidget       *widget);
void       csm_ui_activate    (GtkWidget        *widget,
                               const char       *action);
GtkWidget *csm_ui_find_type   (GtkWidget        *root,
                               GType             type);
GtkWidget *csm_ui_find        (GtkWidget        *root,
                               GType             type,
                               const char       *buildable_id);
GtkWidget *csm_ui_find_window (GType              type);
GtkWidget *csm_ui_find_label  (GtkWidget        *root,
                               const char       *part);
void       csm_ui_type        (GtkWidget        *text_view,
                               const char       *text);
gboolean   csm_ui_press       (GtkWidget        *widget,
                               guint             keyval,
                               GdkModifierType   state);
GPtrArray *csm_ui_unnamed     (GtkWidget        *root);
void       csm_ui_save_png    (GtkWidget        *widget,
                               const char       *path);
char      *csm_ui_temp_dir    (void);
void       csm_ui_remove_dir  (const char       *path);

G_END_DECLS
