/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-position.h"

#include <string.h>

/*
 * A position is a row of whole numbers, the earlier ones of greater weight. Each is written so that its text sorts as it does: a head that
 * is a small number itself, or says how many digits follow. Below each number lies a whole new line of numbers, open to both sides; so a
 * list that grows at one place, whichever side of it, counts up or down there and grows by no more than a counter's digits.
 */

#define BASE 62
#define LONGEST 8            /* digits of a number; 62^8 of them fit below what a gint64 holds */
#define FIRST_SMALL LONGEST
#define N_SMALL (BASE - 2 * LONGEST)
#define ZERO (FIRST_SMALL + N_SMALL / 2)
#define MAX_NUMBERS CSM_POSITION_MAX

static const char digits[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

typedef struct
{
  gint64 values[MAX_NUMBERS + 1];
  guint  n;
} Numbers;

static int
value_of_digit (char c)
{
  const char *at = c != '\0' ? strchr (digits, c) : NULL;

  return at != NULL ? (int) (at - digits) : -1;
}

/* What the smallest number above all that have @length digits less than this has been counted from. */
static gint64
first_of_length (guint length)
{
  gint64 first = N_SMALL - N_SMALL / 2, span = BASE;

  for (guint i = 1; i < length; i++, span *= BASE)
    first += span;
  return first;
}

static const char *
read_number (const char *at,
             gint64     *value)
{
  int head = value_of_digit (*at++);
  guint length;
  gint64 rest = 0, span = 1;

  if (head < 0)
    return NULL;
  *value = head - ZERO;
  if (head >= FIRST_SMALL && head < FIRST_SMALL + N_SMALL)
    return at;
  length = head < FIRST_SMALL ? FIRST_SMALL - head : head - (FIRST_SMALL + N_SMALL) + 1;
  for (guint i = 0; i < length; i++, span *= BASE)
    {
      int digit = value_of_digit (*at++);

      if (digit < 0)
        return NULL;
      rest = rest * BASE + digit;
    }
  *value = head < FIRST_SMALL ? -first_of_length (length) - (span - 1 - rest) - 1 : first_of_length (length) + rest;
  return at;
}

static void
write_number (GString *text,
              gint64   value)
{
  char reversed[LONGEST];
  gint64 beyond, span = BASE;
  guint length = 1;

  if (value >= FIRST_SMALL - ZERO && value < FIRST_SMALL + N_SMALL - ZERO)
    {
      g_string_append_c (text, digits[value + ZERO]);
      return;
    }
  beyond = value < 0 ? -value - 1 : value;
  while (length < LONGEST && beyond >= first_of_length (length + 1))
    {
      length++;
      span *= BASE;
    }
  beyond -= first_of_length (length);
  if (value < 0)
    beyond = span - 1 - beyond;
  g_string_append_c (text, digits[value < 0 ? FIRST_SMALL - length : FIRST_SMALL + N_SMALL + length - 1]);
  for (guint i = 0; i < length; i++, beyond /= BASE)
    reversed[i] = digits[beyond % BASE];
  for (guint i = length; i > 0; i--)
    g_string_append_c (text, reversed[i - 1]);
}

static gboolean
parse (const char *position,
       Numbers    *numbers)
{
  numbers->n = 0;
  for (const char *at = position; at != NULL && *at != '\0'; numbers->n++)
    {
      if (numbers->n == MAX_NUMBERS || (at = read_number (at, &numbers->values[numbers->n])) == NULL)
        return FALSE;
    }
  return numbers->n > 0 && strlen (position) <= CSM_POSITION_MAX;
}

/**
 * csm_position_is_valid:
 * @position: (nullable): a position from outside
 *
 * Returns: whether csm_position_between() makes such ones
 */
gboolean
csm_position_is_valid (const char *position)
{
  Numbers numbers;

  return position != NULL && parse (position, &numbers);
}

#define LARGEST G_GINT64_CONSTANT (1000000000000)

/* Of the numbers of @before the first @keep, the last of them moved by @step. */
static char *
write_start (const Numbers *from,
             guint          keep,
             gint64         step,
             gboolean       deeper)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < keep; i++)
    write_number (text, from->values[i] + (i + 1 == keep ? step : 0));
  if (deeper)
    write_number (text, 0);
  return g_string_free (text, FALSE);
}

/* Counts on behind @before at @depth, where nothing is above it. */
static char *
count_up (const Numbers *before,
          guint          depth)
{
  while (depth < before->n && before->values[depth] >= LARGEST)
    depth++;
  if (depth < before->n)
    return write_start (before, depth + 1, 1, FALSE);
  return write_start (before, before->n, 0, TRUE);
}

/* Counts back before @after at @depth, where nothing is below it. */
static char *
count_down (const Numbers *after,
            guint          depth)
{
  while (depth + 1 < after->n && after->values[depth] <= -LARGEST)
    depth++;
  return write_start (after, depth + 1, -1, FALSE);
}

static char *
find_between (const Numbers *before,
              const Numbers *after)
{
  guint depth = 0;

  while (depth < before->n && depth < after->n && before->values[depth] == after->values[depth])
    depth++;
  if (depth == before->n)
    return depth < after->n ? count_down (after, depth) : write_start (before, before->n, 0, TRUE);
  if (depth == after->n)
    return count_up (before, depth);
  if (after->values[depth] - before->values[depth] > 1)
    return write_start (before, depth + 1, (after->values[depth] - before->values[depth]) / 2, FALSE);
  return count_up (before, depth + 1);
}

/**
 * csm_position_between:
 * @before: (nullable): what comes before; %NULL: nothing
 * @after: (nullable): what comes behind; %NULL: nothing
 *
 * Makes a place in a list. A list that grows by thousands at one place keeps positions of a few bytes. When two
 * have the same place (they were put there at the same time), or aren't in their order, the new one comes behind @before;
 * when there is no room within %CSM_POSITION_MAX bytes it shares @before's place.
 *
 * Returns: (transfer full): a position that sorts, byte by byte, between the two
 */
char *
csm_position_between (const char *before,
                      const char *after)
{
  Numbers low, high;
  gboolean has_low = before != NULL && parse (before, &low), has_high = after != NULL && parse (after, &high);
  g_autofree char *result = NULL;

  if (before != NULL && after != NULL && strcmp (before, after) > 0)
    has_high = FALSE;
  if (has_low && has_high)
    result = find_between (&low, &high);
  else if (has_low)
    result = count_up (&low, 0);
  else if (has_high)
    result = count_down (&high, 0);
  else
    result = g_strndup (digits + ZERO, 1);
  /* Who else makes positions may make them as they like. */
  if (before != NULL && strcmp (result, before) <= 0)
    {
      g_free (result);
      result = g_strconcat (before, "V", NULL);
    }
  if (strlen (result) > CSM_POSITION_MAX)
    return g_strdup (before != NULL ? before : after);
  return g_steal_pointer (&result);
}
