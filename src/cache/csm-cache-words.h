/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The words that a text is about: folded as full text folds them, each once, without those that any letter has. */
typedef struct
{
  GPtrArray  *list; /* utf8, as they came */
  GHashTable *set;
} CsmWords;

gboolean  csm_words_is_common (const char *word);
CsmWords *csm_words_new   (void);
void      csm_words_free  (CsmWords   *self);
void      csm_words_add   (CsmWords   *self,
                           const char *text,
                           guint       max_words);
void      csm_words_add_own (CsmWords *self,
                           const char *text,
                           guint       max_words);
gboolean  csm_words_have  (CsmWords   *self,
                           const char *word);
char     *csm_words_join  (CsmWords   *self);
gboolean  csm_words_find  (const char *joined,
                           const char *word);
char    **csm_words_copy  (GPtrArray  *words);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmWords, csm_words_free)

G_END_DECLS
