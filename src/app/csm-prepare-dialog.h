/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-workbench.h"

G_BEGIN_DECLS

/* Before a trip: fetches what is missing here, says how far it is, and in the end what there is. */
#define CSM_TYPE_PREPARE_DIALOG (csm_prepare_dialog_get_type ())
G_DECLARE_FINAL_TYPE (CsmPrepareDialog, csm_prepare_dialog, CSM, PREPARE_DIALOG, AdwWindow)

GtkWindow *csm_prepare_dialog_new           (GtkWindow            *parent,
                                             CsmWorkbench         *workbench);
void       csm_prepare_dialog_start         (CsmPrepareDialog     *self);
void       csm_prepare_dialog_show_progress (CsmPrepareDialog     *self,
                                             guint                 done,
                                             guint                 total);
void       csm_prepare_dialog_show_result   (CsmPrepareDialog     *self,
                                             const CsmPreparation *preparation);

G_END_DECLS
