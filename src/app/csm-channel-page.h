/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-mailbox-asker.h"
#include "csm-workbench.h"

G_BEGIN_DECLS

/* One channel, as a subpage of the preferences: how it does, and what an admin may set. */
#define CSM_TYPE_CHANNEL_PAGE (csm_channel_page_get_type ())
G_DECLARE_FINAL_TYPE (CsmChannelPage, csm_channel_page, CSM, CHANNEL_PAGE, AdwBin)

GtkWidget *csm_channel_page_new (CsmWorkbench    *workbench,
                                 CsmMailboxAsker *asker,
                                 const char      *channel_id);

G_END_DECLS
