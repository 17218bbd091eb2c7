/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-account.h"

G_BEGIN_DECLS

#define CSM_TYPE_PREPARER (csm_preparer_get_type ())
G_DECLARE_FINAL_TYPE (CsmPreparer, csm_preparer, CSM, PREPARER, GObject)

/* Makes one account ready to be without a network: first all messages that are wanted, then files, one after the other. */
CsmPreparer *csm_preparer_new        (CsmAccount          *account);
void         csm_preparer_run_async  (CsmPreparer         *self,
                                      GCancellable        *cancellable,
                                      CsmPrepareProgress   progress,
                                      gpointer             progress_data,
                                      GAsyncReadyCallback  callback,
                                      gpointer             user_data);
gboolean     csm_preparer_run_finish (CsmPreparer         *self,
                                      GAsyncResult        *result,
                                      CsmPreparation      *preparation,
                                      GError             **error);

G_END_DECLS
