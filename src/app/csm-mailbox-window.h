/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-mailbox-asker.h"
#include "csm-workbench.h"

G_BEGIN_DECLS

/*
 * From an address to a connected mailbox: finds the settings, tries them both ways, and says in a sentence what is wrong.
 * Also for a mailbox whose password or servers changed. Signal: "show-inbox" (): it is connected, and the person wants to see.
 */
#define CSM_TYPE_MAILBOX_WINDOW (csm_mailbox_window_get_type ())
G_DECLARE_FINAL_TYPE (CsmMailboxWindow, csm_mailbox_window, CSM, MAILBOX_WINDOW, AdwWindow)

GtkWindow *csm_mailbox_window_new (GtkWindow       *parent,
                                   CsmWorkbench    *workbench,
                                   CsmMailboxAsker *asker,
                                   const char      *channel_id);

G_END_DECLS
