/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * A dictionary. Reading one takes as long as the disk likes, and so do its proposals: for threads, one at a time, but for
 * csm_spelling_new() and csm_spelling_free(). Built without enchant there is none.
 */
typedef struct _CsmSpelling CsmSpelling;

CsmSpelling *csm_spelling_new     (const char         *words_path);
void         csm_spelling_free    (CsmSpelling        *self);
gboolean     csm_spelling_use     (CsmSpelling        *self,
                                   const char * const *languages);
gboolean     csm_spelling_check   (CsmSpelling        *self,
                                   const char         *word);
char       **csm_spelling_suggest (CsmSpelling        *self,
                                   const char         *word);
void         csm_spelling_add     (CsmSpelling        *self,
                                   const char         *word);

G_END_DECLS
