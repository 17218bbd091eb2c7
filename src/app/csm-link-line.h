/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/*
 * Where the link leads that the pointer or the keyboard is on, at the foot of what it watches: links of message bodies. Those
 * whose text looks like another address are marked.
 */
#define CSM_TYPE_LINK_LINE (csm_link_line_get_type ())
G_DECLARE_FINAL_TYPE (CsmLinkLine, csm_link_line, CSM, LINK_LINE, AdwBin)

void csm_link_line_watch (CsmLinkLine *self,
                          GtkWidget   *content);
void csm_link_line_show  (CsmLinkLine *self,
                          const char  *uri,
                          gboolean     deceptive);

G_END_DECLS
