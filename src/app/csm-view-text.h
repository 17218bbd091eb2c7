/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-workbench.h"

G_BEGIN_DECLS

const char  *csm_view_get_title       (CsmWorkbench      *workbench,
                                       const CsmCaseView *view);
const char  *csm_view_get_icon        (const CsmCaseView *view);
const char  *csm_view_get_empty_title (const CsmCaseView *view);
const char  *csm_view_get_empty_text  (const CsmCaseView *view);
char        *csm_view_to_setting      (const CsmCaseView *view);
CsmCaseView *csm_view_from_setting    (const char        *setting);

G_END_DECLS
