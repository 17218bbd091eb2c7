/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-case-part.h"

G_BEGIN_DECLS

/* Of a case like others: what worked there. Of one that is done: whether to keep what worked. */
#define CSM_TYPE_TEMPLATE_OFFER (csm_template_offer_get_type ())
G_DECLARE_FINAL_TYPE (CsmTemplateOffer, csm_template_offer, CSM, TEMPLATE_OFFER, CsmCasePart)

G_END_DECLS
