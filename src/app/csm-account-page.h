/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-mailbox-asker.h"
#include "csm-workbench.h"

G_BEGIN_DECLS

/*
 * The preferences' page about oneself: name, time zone, password, and the devices that one is signed in on.
 *
 * Signal: "sign-out" (): the person wants to leave this workspace on this computer.
 */
#define CSM_TYPE_ACCOUNT_PAGE (csm_account_page_get_type ())
G_DECLARE_FINAL_TYPE (CsmAccountPage, csm_account_page, CSM, ACCOUNT_PAGE, AdwPreferencesPage)

GtkWidget *csm_account_page_new (CsmWorkbench    *workbench,
                                 CsmMailboxAsker *asker);

G_END_DECLS
