/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-workbench.h"

G_BEGIN_DECLS

/*
 * Offers names behind an "@". The text keeps the focus and hands its keys over.
 *
 * Signal: "picked" (const char *id).
 */
#define CSM_TYPE_MENTION_POPOVER (csm_mention_popover_get_type ())
G_DECLARE_FINAL_TYPE (CsmMentionPopover, csm_mention_popover, CSM, MENTION_POPOVER, GtkPopover)

GtkWidget *csm_mention_popover_new  (void);
void       csm_mention_popover_fill (CsmMentionPopover *self,
                                     GPtrArray         *people,
                                     GHashTable        *reasons);
gboolean   csm_mention_popover_key  (CsmMentionPopover *self,
                                     guint              keyval);

G_END_DECLS
