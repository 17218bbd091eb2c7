/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-cache-types.h"

G_BEGIN_DECLS

/* What one may have overlooked before a reply goes out. */
gboolean    csm_reply_mentions_file  (const char    *text);
GHashTable *csm_reply_known          (CsmCaseDetail *detail,
                                      CsmDirectory  *directory);
char       *csm_reply_lookalike      (const char    *address,
                                      GHashTable    *known);
GPtrArray  *csm_reply_outsiders      (JsonArray     *recipients,
                                      GHashTable    *known);

G_END_DECLS
