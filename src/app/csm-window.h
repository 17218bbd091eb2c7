/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-case-list-pane.h"
#include "csm-first-run.h"
#include "csm-shell.h"
#include "csm-workbench.h"

G_BEGIN_DECLS

/*
 * The window: the first page, a page that says what is being prepared, or the four panes.
 * Signal "sign-in" (const char *server, const char *email, const char *password, const char *code): a person signs in again.
 */
#define CSM_TYPE_WINDOW (csm_window_get_type ())
G_DECLARE_FINAL_TYPE (CsmWindow, csm_window, CSM, WINDOW, AdwApplicationWindow)

GtkWidget       *csm_window_new            (GtkApplication *application,
                                            GSettings      *settings);
CsmFirstRun     *csm_window_show_first_run (CsmWindow      *self);
void             csm_window_show_busy      (CsmWindow      *self,
                                            const char     *text);
void             csm_window_set_workbench  (CsmWindow      *self,
                                            CsmWorkbench   *workbench);
CsmWorkbench    *csm_window_get_workbench  (CsmWindow      *self);
CsmShell        *csm_window_get_shell      (CsmWindow      *self);
CsmCaseListPane *csm_window_get_list       (CsmWindow      *self);
gboolean         csm_window_is_settled     (CsmWindow      *self);
void             csm_window_force_size     (CsmWindow      *self,
                                            int             width,
                                            int             height);
void             csm_window_ask_sign_in    (CsmWindow      *self,
                                            const char     *why);
void             csm_window_sign_in_busy   (CsmWindow      *self,
                                            const char     *text);
void             csm_window_sign_in_failed (CsmWindow      *self,
                                            const char     *sentence);
void             csm_window_close_sign_in  (CsmWindow      *self);

G_END_DECLS
