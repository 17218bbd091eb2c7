/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-workbench.h"

G_BEGIN_DECLS

char *csm_live_words        (CsmDirectory *directory,
                             GPtrArray    *people);
char *csm_live_words_notes  (CsmDirectory *directory,
                             GPtrArray    *people);
char *csm_live_words_case   (CsmWorkbench *workbench,
                             const char   *case_id);

G_END_DECLS
