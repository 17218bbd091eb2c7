/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-workbench.h"

G_BEGIN_DECLS

/*
 * What is said with partners about the open case: with one at a time, and apart from what colleagues say among themselves.
 * A guest sees their own partner's and nothing else.
 */
#define CSM_TYPE_PARTNER_PAGE (csm_partner_page_get_type ())
G_DECLARE_FINAL_TYPE (CsmPartnerPage, csm_partner_page, CSM, PARTNER_PAGE, AdwBin)

void csm_partner_page_focus_box (CsmPartnerPage *self);

G_END_DECLS
