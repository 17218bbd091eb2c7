/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-notice.h"
#include "csm-notifier.h"

G_BEGIN_DECLS

/*
 * The notifications that are on the desktop: one a case, which tells the newest of it and is taken back when the case was
 * looked at, or done with, here or elsewhere. In quiet hours they are held back, and told in one sentence afterwards.
 *
 * Signals:
 *  "show" (const char *id, GNotification *notification): in place of the one of that id
 *  "withdraw" (const char *id)
 */
#define CSM_TYPE_NOTICES (csm_notices_get_type ())
G_DECLARE_FINAL_TYPE (CsmNotices, csm_notices, CSM, NOTICES, GObject)

CsmNotices *csm_notices_new      (CsmWorkbench *workbench,
                                  CsmNotifier  *notifier);
void        csm_notices_stop     (CsmNotices   *self);
void        csm_notices_withdraw (CsmNotices   *self,
                                  const char   *case_id);
guint       csm_notices_get_held (CsmNotices   *self);

char       *csm_notices_say      (const CsmNotice *notice,
                                  guint            n,
                                  gboolean         with_words);

G_END_DECLS
