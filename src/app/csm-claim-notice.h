/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-workbench.h"

G_BEGIN_DECLS

/*
 * Two people take a case in the same moment, and one of them is too late: tells them at once who has it. What to do about it is
 * asked in the case and among the changes, where it waits.
 */
typedef struct _CsmClaimNotice CsmClaimNotice;

CsmClaimNotice *csm_claim_notice_new  (void);
void            csm_claim_notice_free (CsmClaimNotice     *self);
void            csm_claim_notice_look (CsmClaimNotice     *self,
                                       CsmWorkbench       *workbench,
                                       GPtrArray          *ops);
char           *csm_claim_notice_say  (CsmWorkbench       *workbench,
                                       const CsmOperation *op);

G_END_DECLS
