/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-workbench.h"

G_BEGIN_DECLS

/*
 * Signals: "save" (JsonObject patch), the properties that this window is about; "remove". It closes itself.
 */
#define CSM_TYPE_SERVICE_LEVEL_WINDOW (csm_service_level_window_get_type ())
G_DECLARE_FINAL_TYPE (CsmServiceLevelWindow, csm_service_level_window, CSM, SERVICE_LEVEL_WINDOW, AdwWindow)

GtkWindow *csm_service_level_window_new (GtkWindow    *parent,
                                 CsmWorkbench *workbench,
                                 JsonObject   *record);

G_END_DECLS
