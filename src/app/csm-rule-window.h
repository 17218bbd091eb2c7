/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-workbench.h"

G_BEGIN_DECLS

/* A sorting rule of one's own. Signal: "save" (JsonObject *patch): conditions, lane and channelId, as they shall be. */
#define CSM_TYPE_RULE_WINDOW (csm_rule_window_get_type ())
G_DECLARE_FINAL_TYPE (CsmRuleWindow, csm_rule_window, CSM, RULE_WINDOW, AdwWindow)

GtkWindow     *csm_rule_window_new   (GtkWindow    *parent,
                                      CsmWorkbench *workbench,
                                      JsonObject   *rule);
GtkStringList *csm_rule_window_lanes (void);

G_END_DECLS
