/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-workbench.h"

G_BEGIN_DECLS

/* What came into the open case while it was open, above the reply. Property "workbench". */
#define CSM_TYPE_NEWS_LINE (csm_news_line_get_type ())
G_DECLARE_FINAL_TYPE (CsmNewsLine, csm_news_line, CSM, NEWS_LINE, GtkWidget)

G_END_DECLS
