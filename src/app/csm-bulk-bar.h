/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-conversation-pane.h"

G_BEGIN_DECLS

/* What can be done with several cases, as buttons: a row of icons, or two columns with words. Property: "workbench". */
#define CSM_TYPE_BULK_BAR (csm_bulk_bar_get_type ())
G_DECLARE_FINAL_TYPE (CsmBulkBar, csm_bulk_bar, CSM, BULK_BAR, AdwBin)

GtkWidget *csm_bulk_bar_new   (gboolean                words);
void       csm_bulk_bar_popup (CsmBulkBar             *self,
                               CsmConversationPopover  which);

G_END_DECLS
