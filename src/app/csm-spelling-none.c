/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-spelling.h"

CsmSpelling *
csm_spelling_new (const char *words_path)
{
  return NULL;
}

void
csm_spelling_free (CsmSpelling *self)
{
}

gboolean
csm_spelling_use (CsmSpelling        *self,
                  const char * const *languages)
{
  return FALSE;
}

gboolean
csm_spelling_check (CsmSpelling *self,
                    const char  *word)
{
  return TRUE;
}

char **
csm_spelling_suggest (CsmSpelling *self,
                      const char  *word)
{
  return g_new0 (char *, 1);
}

void
csm_spelling_add (CsmSpelling *self,
                  const char  *word)
{
}
