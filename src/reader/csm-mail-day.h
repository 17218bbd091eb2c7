/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * CsmMailDay:
 * @start: where it stands
 * @end: where it ends
 * @is_ambiguous: whether day and month may be the other way round
 * @day: the day of the month
 * @month: the month
 * @year: the year, 0 when it is not said
 *
 * A date in a text.
 */
typedef struct
{
  const char *start;
  const char *end;
  gboolean is_ambiguous;
  int day;
  int month;
  int year;
} CsmMailDay;

gboolean csm_mail_day_next (const char *text,
                            const char *from,
                            CsmMailDay *out);

G_END_DECLS
