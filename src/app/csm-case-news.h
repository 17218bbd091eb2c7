/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-workbench.h"

G_BEGIN_DECLS

/*
 * What happened while somebody had a case open, in words for a line that a screen reader reads again when it changes.
 * Properties with notify: "text" (string or NULL), of the open case; "said" (string or NULL), the newest toast while it is there.
 */
#define CSM_TYPE_CASE_NEWS (csm_case_news_get_type ())
G_DECLARE_FINAL_TYPE (CsmCaseNews, csm_case_news, CSM, CASE_NEWS, GObject)

CsmCaseNews *csm_case_news_of       (CsmWorkbench *workbench);
const char  *csm_case_news_get_text (CsmCaseNews  *self);
const char  *csm_case_news_get_said (CsmCaseNews  *self);

G_END_DECLS
