/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-link.h"
#include "csm-workbench.h"

G_BEGIN_DECLS

/* A link into the app that stands in a note: a button that says what it leads to, and goes there. */
#define CSM_TYPE_COMMENT_LINK (csm_comment_link_get_type ())
G_DECLARE_FINAL_TYPE (CsmCommentLink, csm_comment_link, CSM, COMMENT_LINK, AdwBin)

GtkWidget *csm_comment_link_new  (CsmWorkbench  *workbench,
                                  const CsmLink *link);
char      *csm_comment_link_take (const char    *text,
                                  GPtrArray     *links);

G_END_DECLS
