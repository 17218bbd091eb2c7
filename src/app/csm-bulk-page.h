/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-conversation-pane.h"

G_BEGIN_DECLS

gboolean csm_bulk_page_cover    (GtkStack               *stack,
                                 CsmWorkbench           *workbench);
gboolean csm_bulk_page_popup    (GtkStack               *stack,
                                 CsmConversationPopover  which);

G_END_DECLS
