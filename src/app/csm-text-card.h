/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/*
 * A few lines of text on a card, with what to write there in grey while it is empty.
 *
 * Signal: "changed" ().
 */
#define CSM_TYPE_TEXT_CARD (csm_text_card_get_type ())
G_DECLARE_FINAL_TYPE (CsmTextCard, csm_text_card, CSM, TEXT_CARD, AdwBin)

GtkWidget *csm_text_card_new      (const char  *label,
                                   const char  *placeholder);
void       csm_text_card_set_text (CsmTextCard *self,
                                   const char  *text);
char      *csm_text_card_dup_text (CsmTextCard *self);
void       csm_text_card_set_height (CsmTextCard *self,
                                     int          height);

G_END_DECLS
