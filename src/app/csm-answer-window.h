/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-workbench.h"

G_BEGIN_DECLS

/* A small window to answer colleagues in, without the inbox: the discussion of one case, and its box. Nothing in it goes to a customer. */
#define CSM_TYPE_ANSWER_WINDOW (csm_answer_window_get_type ())
G_DECLARE_FINAL_TYPE (CsmAnswerWindow, csm_answer_window, CSM, ANSWER_WINDOW, AdwWindow)

GtkWidget  *csm_answer_window_new         (GtkApplication  *application,
                                           CsmAccount      *account,
                                           GSettings       *settings,
                                           const char      *case_id);
const char *csm_answer_window_get_case_id (CsmAnswerWindow *self);
void        csm_answer_window_watch       (GtkApplication  *application,
                                           CsmWorkbench    *workbench);

G_END_DECLS
