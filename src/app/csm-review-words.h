/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-workbench.h"

G_BEGIN_DECLS

/* What waits and what was overtaken, in people's words. */
const char *csm_review_name_property (const char         *property);
char       *csm_review_say_value     (CsmWorkbench       *workbench,
                                      const char         *property,
                                      JsonNode           *value);
char       *csm_review_say_why       (CsmWorkbench       *workbench,
                                      const CsmOperation *op,
                                      const char         *customer);
char       *csm_review_say_title     (const CsmOperation *op);
const char *csm_review_get_text      (const CsmOperation *op);
char       *csm_review_say_content   (CsmWorkbench       *workbench,
                                      const CsmOperation *op);
gboolean    csm_review_was_overtaken (const CsmOperation *op);
const char *csm_review_choose_icon   (const CsmOperation *op);

G_END_DECLS
