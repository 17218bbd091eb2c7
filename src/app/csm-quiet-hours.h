/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* When a person wants to hear nothing. */
typedef struct
{
  gboolean on;
  guint    from;  /* minutes after midnight, by the wall clock */
  guint    to;    /* as much as @from: the whole day; less: on the next day */
  guint    days;  /* on which it begins: bit 0 is Monday */
} CsmQuietHours;

void       csm_quiet_hours_read    (CsmQuietHours       *hours,
                                    GSettings           *settings);
GDateTime *csm_quiet_hours_get_end (const CsmQuietHours *hours,
                                    GDateTime           *now);

G_END_DECLS
