/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-mail-view.h"

G_BEGIN_DECLS

/* What a Rule's `conditions` ask of a mail; README.md has the words. */
typedef struct _CsmRuleConditions CsmRuleConditions;

CsmRuleConditions *csm_rule_conditions_new  (JsonObject              *conditions);
void               csm_rule_conditions_free (CsmRuleConditions       *self);
gboolean           csm_rule_conditions_hold (const CsmRuleConditions *self,
                                             CsmMailView             *mail);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmRuleConditions, csm_rule_conditions_free)

G_END_DECLS
