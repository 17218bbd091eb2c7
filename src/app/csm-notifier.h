/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-notice.h"
#include "csm-workbench.h"

G_BEGIN_DECLS

/*
 * Notices what the person should hear of: that somebody mentions them, asks them for a review, hands them a case, or that a
 * customer answers in a case of theirs. What was there before the app started is none of it.
 *
 * Signals:
 *  "noticed" (const CsmNotice *notice): during the call
 *  "seen" (const char *case_id): the person looks at it now
 */
#define CSM_TYPE_NOTIFIER (csm_notifier_get_type ())
G_DECLARE_FINAL_TYPE (CsmNotifier, csm_notifier, CSM, NOTIFIER, GObject)

CsmNotifier *csm_notifier_new        (CsmWorkbench *workbench);
void         csm_notifier_stop       (CsmNotifier  *self);
void         csm_notifier_set_window (CsmNotifier  *self,
                                      GtkWindow    *window);

G_END_DECLS
