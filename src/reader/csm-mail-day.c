/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */

#include "config.h"

#include "csm-mail-day.h"

#include <string.h>

#define MAX_DIGITS 4

/* In small letters; the longer form of two with the same beginning comes first. */
static const struct
{
  const char *name;
  int month;
} months[] = {
  { "january", 1 },   { "januar", 1 },    { "jänner", 1 },   { "janvier", 1 },   { "gennaio", 1 },   { "enero", 1 },     { "jan", 1 },
  { "february", 2 },  { "februar", 2 },   { "février", 2 },  { "fevrier", 2 },   { "febbraio", 2 },  { "febrero", 2 },   { "feb", 2 },
  { "march", 3 },     { "märz", 3 },      { "maerz", 3 },    { "mars", 3 },      { "marzo", 3 },     { "mar", 3 },
  { "april", 4 },     { "avril", 4 },     { "aprile", 4 },   { "abril", 4 },     { "apr", 4 },
  { "may", 5 },       { "mai", 5 },       { "maggio", 5 },   { "mayo", 5 },
  { "june", 6 },      { "juni", 6 },      { "juin", 6 },     { "giugno", 6 },    { "junio", 6 },     { "jun", 6 },
  { "july", 7 },      { "juli", 7 },      { "juillet", 7 },  { "luglio", 7 },    { "julio", 7 },     { "jul", 7 },
  { "august", 8 },    { "août", 8 },      { "aout", 8 },     { "agosto", 8 },    { "aug", 8 },
  { "september", 9 }, { "septembre", 9 }, { "settembre", 9 }, { "septiembre", 9 }, { "sept", 9 },    { "sep", 9 },
  { "october", 10 },  { "oktober", 10 },  { "octobre", 10 }, { "ottobre", 10 },  { "octubre", 10 },  { "oct", 10 },      { "okt", 10 },
  { "november", 11 }, { "novembre", 11 }, { "noviembre", 11 }, { "nov", 11 },
  { "december", 12 }, { "dezember", 12 }, { "décembre", 12 }, { "decembre", 12 }, { "dicembre", 12 }, { "diciembre", 12 }, { "dec", 12 },
  { "dez", 12 },
};

static const char *
skip_spaces (const char *p)
{
  while (*p == ' ' || *p == '\n' || *p == '\t' || g_str_has_prefix (p, "\302\240"))
    p += *p == '\302' ? 2 : 1;
  return p;
}

/* A number of at most four digits, with no digit after it. */
static gboolean
take_number (const char **p,
             int         *number,
             guint       *digits)
{
  const char *q = *p;

  *number = 0;
  for (*digits = 0; g_ascii_isdigit (*q); q++)
    {
      if (++*digits > MAX_DIGITS)
        return FALSE;
      *number = *number * 10 + (*q - '0');
    }
  if (*digits == 0)
    return FALSE;
  *p = q;
  return TRUE;
}

static gboolean
is_letter (const char *p)
{
  return g_unichar_isalpha (g_utf8_get_char (p));
}

/* The name of a month, whole or shortened with a dot. */
static gboolean
take_month (const char **p,
            int         *month)
{
  gsize best = 0;

  for (guint i = 0; i < G_N_ELEMENTS (months); i++)
    {
      gsize length = strlen (months[i].name);

      if (length > best && strncmp (*p, months[i].name, length) == 0 && !is_letter (*p + length))
        {
          best = length;
          *month = months[i].month;
        }
    }
  *p += best;
  if (best > 0 && best <= 4 && **p == '.')
    *p += 1;
  return best > 0;
}

/* ", 2026", " 2026" or " de 2026". */
static void
take_year (const char **p,
           int         *year)
{
  const char *q = skip_spaces (*p + (**p == ','));
  int number;
  guint digits;

  if (g_str_has_prefix (q, "de ") || g_str_has_prefix (q, "del "))
    q = strchr (q, ' ') + 1;
  if (take_number (&q, &number, &digits) && digits == 4 && number >= 1990 && number < 2200)
    {
      *year = number;
      *p = q;
    }
}

/* What follows the day: "st", "nd", "rd", "th", "er", "º", "." and small words before a month. */
static const char *
skip_ordinal (const char *p)
{
  static const char *const endings[] = { "st", "nd", "rd", "th", "er", "º", "." };
  static const char *const words[] = { "of ", "de ", "di ", "du " };

  for (guint i = 0; i < G_N_ELEMENTS (endings); i++)
    if (g_str_has_prefix (p, endings[i]))
      {
        p += strlen (endings[i]);
        break;
      }
  p = skip_spaces (p);
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_str_has_prefix (p, words[i]))
      return skip_spaces (p + strlen (words[i]));
  return p;
}

static int
whole_year (int   number,
            guint digits)
{
  if (digits == 2)
    return 2000 + number;
  return digits == 4 && number >= 1990 && number < 2200 ? number : -1;
}

/* 2026-08-03, 3.8., 3.8.26 or 03/08/2026, of which the first number has been read. */
static gboolean
take_numbers (const char *p,
              int         first,
              guint       digits,
              CsmMailDay *out)
{
  char separator = *p;
  int second, third;
  guint second_digits, third_digits;

  if (separator != '-' && separator != '.' && separator != '/')
    return FALSE;
  p++;
  if (separator == '.' && *p == ' ')
    p++;
  if (!take_number (&p, &second, &second_digits) || second_digits > 2)
    return FALSE;
  *out = (CsmMailDay){ .start = out->start, .day = first, .month = second, .end = p };
  if (*p == separator)
    {
      const char *q = p + 1;

      if (separator == '.' && *q == ' ' && g_ascii_isdigit (q[1]) && g_ascii_isdigit (q[2]) && g_ascii_isdigit (q[3]))
        q++;
      if (take_number (&q, &third, &third_digits))
        {
          out->end = q;
          if (separator == '-' && digits == 4)
            {
              out->year = whole_year (first, digits);
              out->day = third;
              return TRUE;
            }
          out->year = whole_year (third, third_digits);
        }
      else if (separator == '.')
        out->end = p + 1;
      else
        return FALSE;
    }
  else
    {
      /* "3.8" may be a version and "1/2" a half. */
      return FALSE;
    }
  out->is_ambiguous = separator == '/' && first <= 12 && second <= 12 && first != second;
  if (separator == '/' && first <= 12 && second > 12)
    {
      out->day = second;
      out->month = first;
    }
  return digits <= 2;
}

static gboolean
take_from_number (const char *p,
                  CsmMailDay *out)
{
  int number;
  guint digits;

  out->start = p;
  out->is_ambiguous = FALSE;
  if (!take_number (&p, &number, &digits))
    return FALSE;
  if (take_numbers (p, number, digits, out))
    return TRUE;
  if (digits > 2)
    return FALSE;
  p = skip_ordinal (p);
  *out = (CsmMailDay){ .start = out->start, .day = number };
  if (!take_month (&p, &out->month))
    return FALSE;
  take_year (&p, &out->year);
  out->end = p;
  return TRUE;
}

static gboolean
take_from_month (const char *p,
                 CsmMailDay *out)
{
  static const char *const endings[] = { "st", "nd", "rd", "th" };
  guint digits;

  *out = (CsmMailDay){ .start = p };
  if (!take_month (&p, &out->month))
    return FALSE;
  p = skip_spaces (p);
  if (!take_number (&p, &out->day, &digits) || digits > 2)
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (endings); i++)
    if (g_str_has_prefix (p, endings[i]))
      {
        p += 2;
        break;
      }
  take_year (&p, &out->year);
  out->end = p;
  return TRUE;
}

/**
 * csm_mail_day_next:
 * @text: valid text in small letters
 * @from: where in it to begin
 * @out: (out): the next date
 *
 * Finds dates as they are written in English, German, French, Italian and Spanish, and those of ISO 8601.
 *
 * Returns: whether there is one
 */
gboolean
csm_mail_day_next (const char *text,
                   const char *from,
                   CsmMailDay *out)
{
  gboolean inside = from > text && (g_ascii_isalnum (from[-1]) || (guchar) from[-1] >= 0x80);

  for (const char *p = from; *p != '\0'; p = g_utf8_next_char (p))
    {
      gboolean is_word = g_unichar_isalnum (g_utf8_get_char (p));

      if (is_word && !inside && (take_from_number (p, out) || take_from_month (p, out))
          && out->day >= 1 && out->day <= 31 && out->month >= 1 && out->month <= 12 && out->year >= 0)
        return TRUE;
      inside = is_word;
    }
  return FALSE;
}
