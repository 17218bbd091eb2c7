/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-completion.h"

G_BEGIN_DECLS

GPtrArray               *csm_search_suggest         (const char         *typed,
                                                     gsize               cursor,
                                                     CsmDirectory       *directory,
                                                     GPtrArray          *customers,
                                                     const char * const *recent);
const CsmCompletionKind *csm_search_completion_kind (void);

G_END_DECLS
