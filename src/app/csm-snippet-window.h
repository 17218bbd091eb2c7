/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-workbench.h"

G_BEGIN_DECLS

/* One Snippet or Article, to be written or changed. */
#define CSM_TYPE_SNIPPET_WINDOW (csm_snippet_window_get_type ())
G_DECLARE_FINAL_TYPE (CsmSnippetWindow, csm_snippet_window, CSM, SNIPPET_WINDOW, AdwWindow)

GtkWindow *csm_snippet_window_new (GtkWindow    *parent,
                                   CsmWorkbench *workbench,
                                   CsmTypeId     type,
                                   JsonObject   *record);

G_END_DECLS
