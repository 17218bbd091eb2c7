/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-workbench.h"

G_BEGIN_DECLS

/* Shares a case with a partner: one that is there already, or a new one with its first guest. */
#define CSM_TYPE_SHARE_WINDOW (csm_share_window_get_type ())
G_DECLARE_FINAL_TYPE (CsmShareWindow, csm_share_window, CSM, SHARE_WINDOW, AdwWindow)

GtkWindow *csm_share_window_new (GtkWindow    *parent,
                                 CsmWorkbench *workbench,
                                 const char   *case_id,
                                 const char   *partner_id);

G_END_DECLS
