/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-notice.h"

/* Returns: (transfer full): a copy */
CsmNotice *
csm_notice_copy (const CsmNotice *notice)
{
  CsmNotice *copy = g_new0 (CsmNotice, 1);

  copy->kind = notice->kind;
  copy->case_id = g_strdup (notice->case_id);
  copy->subject = g_strdup (notice->subject);
  copy->what = g_strdup (notice->what);
  copy->words = g_strdup (notice->words);
  copy->owner_id = g_strdup (notice->owner_id);
  copy->at = notice->at;
  return copy;
}

void
csm_notice_free (CsmNotice *notice)
{
  g_free (notice->case_id);
  g_free (notice->subject);
  g_free (notice->what);
  g_free (notice->words);
  g_free (notice->owner_id);
  g_free (notice);
}
