/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-workbench.h"

G_BEGIN_DECLS

/* What is everybody's in a workspace: channels, rules, promises, texts, people. One's own is in the preferences. */
#define CSM_TYPE_WORKSPACE_WINDOW (csm_workspace_window_get_type ())
G_DECLARE_FINAL_TYPE (CsmWorkspaceWindow, csm_workspace_window, CSM, WORKSPACE_WINDOW, AdwPreferencesWindow)

GtkWindow *csm_workspace_window_new (GtkWindow    *parent,
                                     CsmWorkbench *workbench);

G_END_DECLS
