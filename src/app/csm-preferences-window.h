/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-workbench.h"

G_BEGIN_DECLS

/*
 * How the app behaves, and who is signed in. Signal: "sign-out" ().
 */
#define CSM_TYPE_PREFERENCES_WINDOW (csm_preferences_window_get_type ())
G_DECLARE_FINAL_TYPE (CsmPreferencesWindow, csm_preferences_window, CSM, PREFERENCES_WINDOW, AdwPreferencesWindow)

GtkWindow *csm_preferences_window_new (GtkWindow    *parent,
                                       GSettings    *settings,
                                       CsmWorkbench *workbench);

G_END_DECLS
