/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-sheet.h"
#include "csm-workbench.h"

G_BEGIN_DECLS

/* What stands in a note to colleagues beside its words. */
JsonObject *csm_comment_parts_find     (CsmWorkbench *workbench,
                                        const char   *comment_id);
GtkWidget  *csm_comment_parts_quote    (CsmWorkbench *workbench,
                                        JsonObject   *parent);
GtkWidget  *csm_comment_parts_handed   (const char   *name);
CsmSheet   *csm_comment_parts_versions (GtkWidget    *from,
                                        JsonObject   *comment);

G_END_DECLS
