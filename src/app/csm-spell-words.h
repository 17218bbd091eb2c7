/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * CsmSpellWordFunc:
 * @word: a word, not ended by a zero
 * @length: how long it is, in bytes
 * @offset: where it begins, in characters
 * @data: what was given with the function
 */
typedef void (*CsmSpellWordFunc) (const char *word,
                                  gsize       length,
                                  int         offset,
                                  gpointer    data);

void csm_spell_words_find (const char       *text,
                           CsmSpellWordFunc  func,
                           gpointer          data);

G_END_DECLS
