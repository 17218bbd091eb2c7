/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-workbench.h"

G_BEGIN_DECLS

char       *csm_template_clean   (const char    *text,
                                  CsmCaseDetail *detail);
JsonObject *csm_template_propose (CsmWorkbench  *workbench,
                                  CsmCaseDetail *detail);
char       *csm_template_say_use (JsonObject    *record);
void        csm_template_apply   (CsmWorkbench  *workbench,
                                  JsonObject    *record,
                                  gboolean       with_goal,
                                  const gboolean *tasks);

G_END_DECLS
