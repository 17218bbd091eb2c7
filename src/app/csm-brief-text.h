/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-workbench.h"

G_BEGIN_DECLS

/* What a brief has, in the order in which it is read. */
#define CSM_BRIEF_N_PARTS 4

const char *csm_brief_key          (guint           part);
const char *csm_brief_title        (guint           part);
const char *csm_brief_question     (guint           part);
char       *csm_brief_assemble     (CsmWorkbench   *workbench,
                                    CsmCaseDetail  *detail,
                                    guint           part);
char       *csm_brief_in_words     (JsonObject     *record);
char       *csm_brief_find_promise (const char     *text);

G_END_DECLS
