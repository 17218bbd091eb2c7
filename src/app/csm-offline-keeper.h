/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-account.h"

G_BEGIN_DECLS

/*
 * Applies the settings of what is kept on this computer: tells the cache the budget, and has the attachments of the
 * person's open cases fetched once the account is synced.
 */
#define CSM_TYPE_OFFLINE_KEEPER (csm_offline_keeper_get_type ())
G_DECLARE_FINAL_TYPE (CsmOfflineKeeper, csm_offline_keeper, CSM, OFFLINE_KEEPER, GObject)

CsmOfflineKeeper *csm_offline_keeper_new  (CsmAccount       *account,
                                           GSettings        *settings);
void              csm_offline_keeper_stop (CsmOfflineKeeper *self);

G_END_DECLS
