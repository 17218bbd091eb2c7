/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-workbench.h"

G_BEGIN_DECLS

/*
 * After the server was restored from a backup: what it does not have any more and this computer has, to be put back or
 * to be let go.
 */
#define CSM_TYPE_LOST_DIALOG (csm_lost_dialog_get_type ())
G_DECLARE_FINAL_TYPE (CsmLostDialog, csm_lost_dialog, CSM, LOST_DIALOG, AdwWindow)

GtkWindow *csm_lost_dialog_new  (GtkWindow     *parent,
                                 CsmWorkbench  *workbench);
void       csm_lost_dialog_show (CsmLostDialog *self,
                                 GPtrArray     *lost);

G_END_DECLS
