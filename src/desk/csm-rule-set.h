/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-mail-view.h"
#include "csm-txn.h"

G_BEGIN_DECLS

/* The workspace's Rules, made ready to be asked about many mails. */
typedef struct _CsmRuleSet CsmRuleSet;

CsmRuleSet *csm_rule_set_get    (CsmTxn            *txn,
                                 GError           **error);
const char *csm_rule_set_lane   (const CsmRuleSet  *self,
                                 const char        *channel_id,
                                 CsmMailView       *mail);
const char *csm_rule_set_blocks (const CsmRuleSet  *self,
                                 const char        *channel_id,
                                 const char        *address);
gboolean    csm_rule_set_seed   (CsmTxn            *txn,
                                 GError           **error);

G_END_DECLS
