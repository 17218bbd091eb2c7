/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/*
 * Underlines in a text view what the dictionary doesn't know, and offers in its menu what may have been meant. Quotes, code and
 * addresses are left alone, and so is the word that is being written. The dictionary is read when somebody begins to write.
 */
#define CSM_TYPE_SPELL_CHECKER (csm_spell_checker_get_type ())
G_DECLARE_FINAL_TYPE (CsmSpellChecker, csm_spell_checker, CSM, SPELL_CHECKER, GObject)

CsmSpellChecker *csm_spell_checker_attach       (GtkTextView     *view,
                                                 const char      *words_path);
void             csm_spell_checker_set_settings (CsmSpellChecker *self,
                                                 GSettings       *settings);
void             csm_spell_checker_set_language (CsmSpellChecker *self,
                                                 const char      *language);
guint            csm_spell_checker_count        (CsmSpellChecker *self);
gboolean         csm_spell_checker_offer        (CsmSpellChecker *self,
                                                 GtkTextIter     *at);

G_END_DECLS
