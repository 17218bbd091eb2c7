/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/*
 * Lays out the four panes. It measures its own width and decides:
 *  ≥ 1200 px: views | cases | conversation | colleagues
 *  ≥  900 px: the colleagues fold into an overlay
 *  ≥  600 px: the views fold into a drawer as well
 *  below:     cases and conversation become one stack
 * Where text is larger than usual, pixels are counted as large as it is.
 * Each pane but the cases may come later; its place is kept free.
 *
 * Properties with notify: "views-shown", "colleagues-shown" (writable), "mode" (read-only).
 */
typedef enum
{
  CSM_SHELL_SINGLE,
  CSM_SHELL_NARROW,
  CSM_SHELL_MEDIUM,
  CSM_SHELL_WIDE,
} CsmShellMode;

#define CSM_TYPE_SHELL (csm_shell_get_type ())
G_DECLARE_FINAL_TYPE (CsmShell, csm_shell, CSM, SHELL, GtkWidget)

GtkWidget   *csm_shell_new               (GtkWidget    *cases);
void         csm_shell_set_views         (CsmShell     *self,
                                          GtkWidget    *views);
void         csm_shell_set_conversation  (CsmShell     *self,
                                          GtkWidget    *conversation);
void         csm_shell_set_colleagues    (CsmShell     *self,
                                          GtkWidget    *colleagues);
void         csm_shell_bind_settings     (CsmShell     *self,
                                          GSettings    *settings);
CsmShellMode csm_shell_mode_for_width    (int           width);
void         csm_shell_expect_width      (CsmShell     *self,
                                          int           width);
CsmShellMode csm_shell_get_mode          (CsmShell     *self);
void         csm_shell_set_mode          (CsmShell     *self,
                                          CsmShellMode  mode);
void         csm_shell_show_conversation (CsmShell     *self);
void         csm_shell_show_cases        (CsmShell     *self);
gboolean     csm_shell_shows_cases       (CsmShell     *self);
gboolean     csm_shell_go_back           (CsmShell     *self);

G_END_DECLS
