/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* When to try again: soon and at random first, then less and less often. All times in ms. */
typedef struct
{
  guint    delay;
  gboolean local;
} CsmBackoff;

void  csm_backoff_reset (CsmBackoff *self);
guint csm_backoff_next  (CsmBackoff *self,
                         gint64      not_before);

G_END_DECLS
