/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  CSM_WHEN_LATER_TODAY,
  CSM_WHEN_TODAY_EVENING,
  CSM_WHEN_TOMORROW,
  CSM_WHEN_MONDAY,
  CSM_WHEN_IN_A_WEEK,
} CsmWhen;

/* What the choices are for: sleeping cases wake in the morning, what is due is due in the evening. */
typedef enum { CSM_WHEN_FOR_SNOOZE, CSM_WHEN_FOR_DUE } CsmWhenPurpose;

gint64      csm_when_reckon (CsmWhen         when,
                             CsmWhenPurpose  purpose,
                             GDateTime      *now);
const char *csm_when_name   (CsmWhen         when);

G_END_DECLS
