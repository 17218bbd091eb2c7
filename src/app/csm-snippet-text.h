/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-cache-types.h"

G_BEGIN_DECLS

/* Texts that are used again: what stands in braces is filled in from the case, and a shortcut behind ";" stands for the text. */
char       *csm_snippet_fill          (const char    *text,
                                       CsmCaseDetail *detail,
                                       CsmDirectory  *directory);
gboolean    csm_snippet_find_blank    (const char    *text,
                                       gsize          from,
                                       gsize         *start,
                                       gsize         *end);
char       *csm_snippet_typed         (const char    *text,
                                       gsize          cursor);
JsonObject *csm_snippet_by_shortcut   (CsmDirectory  *directory,
                                       const char    *shortcut);

G_END_DECLS
