/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-mailbox-asker.h"
#include "csm-workbench.h"

G_BEGIN_DECLS

/* The preferences' list of channels, and the way to a new one. */
#define CSM_TYPE_CHANNELS_PAGE (csm_channels_page_get_type ())
G_DECLARE_FINAL_TYPE (CsmChannelsPage, csm_channels_page, CSM, CHANNELS_PAGE, AdwPreferencesPage)

void csm_channels_page_set_workbench (CsmChannelsPage *self,
                                      CsmWorkbench    *workbench,
                                      CsmMailboxAsker *asker);

G_END_DECLS
