/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-search-query.h"

#include <string.h>

#include "csm-tokenizer.h"

/* Each part as [-]operator=value, "phrase" or word, divided by bars */
static char *
describe (const char *typed)
{
  g_autoptr (CsmSearchQuery) query = csm_search_query_parse (typed);
  g_autoptr (GString) all = g_string_new (NULL);
  guint n;
  const CsmSearchOperatorInfo *operators = csm_search_query_operators (&n);

  for (guint i = 0; i < query->parts->len; i++)
    {
      const CsmSearchPart *part = g_ptr_array_index (query->parts, i);

      if (part->kind == CSM_SEARCH_PART_SPACE)
        continue;
      g_string_append (all, all->len > 0 ? "|" : "");
      g_string_append (all, part->negated ? "-" : "");
      if (part->kind == CSM_SEARCH_PART_FILTER)
        g_string_append_printf (all, "%s=", operators[part->operator].name);
      g_string_append_printf (all, part->kind == CSM_SEARCH_PART_PHRASE ? "\"%s\"" : "%s", part->text);
    }
  return g_string_free (g_steal_pointer (&all), FALSE);
}

static void
test_grammar (void)
{
  static const struct
  {
    const char *typed;
    const char *parts;
  } samples[] = {
    { "", "" },
    { "   ", "" },
    { "late parcel", "late|parcel" },
    { "\"late parcel\" lamp", "\"late parcel\"|lamp" },
    { "-spam --x", "-spam|-x" },
    { "owner:me", "owner=me" },
    { "OWNER:me", "owner=me" },
    { "-owner:me is:waiting", "-owner=me|is=waiting" },
    { "owner:\"Ana Mar\u00eda\" x", "owner=Ana Mar\u00eda|x" },
    { "tag:\u201con hold\u201d", "tag=on hold" },
    { "owner:", "owner=" },
    { "owner: me", "owner=|me" },
    { "owner:\"Ana", "owner=Ana" },
    { "https://example.com foo:bar", "https://example.com|foo:bar" },
    { "at 12:30", "at|12:30" },
    { "xowner:me", "xowner:me" },
    { "a\"b c\"d", "a|\"b c\"|d" },
    { "-", "-" },
    { "\"", "\"\"" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (samples); i++)
    {
      g_autofree char *parts = describe (samples[i].typed);

      g_assert_cmpstr (parts, ==, samples[i].parts);
    }
}

static void
test_text (void)
{
  g_autoptr (CsmSearchQuery) query = csm_search_query_parse ("owner:me parcel -lamp tag:vip \"on time\"");
  g_autoptr (CsmSearchQuery) unfinished = csm_search_query_parse ("parcel owner:");
  g_autofree char *text = csm_search_query_dup_text (query);
  g_autofree char *match = csm_tokenizer_query (text);

  g_assert_cmpstr (match, ==, "(\"parcel\" AND \"on time\") NOT (\"lamp\")");
  g_assert_true (csm_search_query_has_filters (query));
  g_assert_false (csm_search_query_has_filters (unfinished));
}

static void
test_keywords (void)
{
  g_autoptr (CsmSearchQuery) query = csm_search_query_parse ("is:wai is:WAITING is:nothing has:t owner:m owner:me owner:Me");
  static const int expected[] = { CSM_SEARCH_IS_WAITING, CSM_SEARCH_IS_WAITING, -1, CSM_SEARCH_HAS_TASK, -1, 0, 0 };

  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    g_assert_cmpint (csm_search_part_find_keyword (g_ptr_array_index (query->parts, 2 * i)), ==, expected[i]);
}

static void
assert_date (const char *text,
             const char *from,
             const char *to)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_offset (3600);
  g_autoptr (GDateTime) now = g_date_time_new (zone, 2026, 3, 31, 12, 30, 0);
  gint64 from_us, to_us;
  g_autoptr (GDateTime) begin = NULL;
  g_autoptr (GDateTime) end = NULL;
  g_autofree char *from_text = NULL;
  g_autofree char *to_text = NULL;

  if (from == NULL)
    {
      g_assert_false (csm_search_date_parse (text, now, &from_us, &to_us));
      return;
    }
  g_assert_true (csm_search_date_parse (text, now, &from_us, &to_us));
  begin = g_date_time_new_from_unix_utc (from_us / G_USEC_PER_SEC);
  end = g_date_time_new_from_unix_utc (to_us / G_USEC_PER_SEC);
  from_text = g_date_time_format (begin, "%F %H:%M");
  to_text = g_date_time_format (end, "%F %H:%M");
  g_assert_cmpstr (from_text, ==, from);
  g_assert_cmpstr (to_text, ==, to);
}

static void
test_dates (void)
{
  static const char * const wrong[] = { "", "tomorrowish", "2026-13", "2026-02-30", "2026-1", "202", "2026-11-", "2026-11-22x", "7", "7x", "99999999999999999999d", "d" };

  assert_date ("today", "2026-03-30 23:00", "2026-03-31 23:00");
  assert_date ("Yesterday", "2026-03-29 23:00", "2026-03-30 23:00");
  assert_date ("7d", "2026-03-23 23:00", "2026-03-31 11:30");
  assert_date ("1m", "2026-02-27 23:00", "2026-03-31 11:30");
  assert_date ("2025", "2024-12-31 23:00", "2025-12-31 23:00");
  assert_date ("2025-11", "2025-10-31 23:00", "2025-11-30 23:00");
  assert_date ("2024-02-29", "2024-02-28 23:00", "2024-02-29 23:00");
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    assert_date (wrong[i], NULL, NULL);
}

static void
test_names (void)
{
  g_autofree char *plain = csm_search_value_quote ("Ana");
  g_autofree char *spaced = csm_search_value_quote ("Ana \"Nana\" Mar\u00eda");
  g_autofree char *typed = g_strdup_printf ("owner:%s", spaced);
  g_autofree char *parts = describe (typed);

  g_assert_cmpuint (csm_search_name_matches ("Ana Mar\u00eda", "ana maria"), ==, 2);
  g_assert_cmpuint (csm_search_name_matches ("Ana Mar\u00eda", "an"), ==, 1);
  g_assert_cmpuint (csm_search_name_matches ("Ana Mar\u00eda", "mar"), ==, 1);
  g_assert_cmpuint (csm_search_name_matches ("Ana Mar\u00eda", "ia"), ==, 0);
  g_assert_cmpuint (csm_search_name_matches ("Ana", ""), ==, 0);
  g_assert_cmpuint (csm_search_name_matches (NULL, "a"), ==, 0);
  g_assert_cmpstr (plain, ==, "Ana");
  g_assert_cmpstr (spaced, ==, "\"Ana Nana Mar\u00eda\"");
  g_assert_cmpstr (parts, ==, "owner=Ana Nana Mar\u00eda");
}

static void
append_random (GString *typed)
{
  static const char * const pieces[] = { "owner:", "is:", "before:", "-", "\"", "\u201c", " ", "\u3000", "new", "2026-11", "\u00e9", ":", "me", "\xff", "\xe2\x80", "x", "\t" };

  g_string_append (typed, pieces[g_test_rand_int_range (0, (int) G_N_ELEMENTS (pieces))]);
}

/* Whatever is typed, its parts are all of it, and one after the other. */
static void
test_random (void)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();

  for (guint round = 0; round < 20000; round++)
    {
      g_autoptr (GString) typed = g_string_new (NULL);
      g_autoptr (CsmSearchQuery) query = NULL;
      g_autofree char *text = NULL;
      g_autofree char *match = NULL;
      gsize at = 0;

      for (int n = g_test_rand_int_range (0, 12); n > 0; n--)
        append_random (typed);
      query = csm_search_query_parse (typed->str);
      for (guint i = 0; i < query->parts->len; i++)
        {
          const CsmSearchPart *part = g_ptr_array_index (query->parts, i);
          gint64 from, to;

          g_assert_cmpuint (part->start, ==, at);
          g_assert_cmpuint (part->end, >, part->start);
          g_assert_true (part->text_start >= part->start && part->text_end <= part->end && part->text_end >= part->text_start);
          g_assert_cmpuint (strlen (part->text), ==, part->text_end - part->text_start);
          g_assert_true (g_utf8_validate (part->text, -1, NULL));
          csm_search_part_find_keyword (part);
          csm_search_date_parse (part->text, now, &from, &to);
          at = part->end;
        }
      g_assert_cmpuint (at, ==, strlen (query->typed));
      text = csm_search_query_dup_text (query);
      match = csm_tokenizer_query (text);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/search-query/grammar", test_grammar);
  g_test_add_func ("/search-query/text", test_text);
  g_test_add_func ("/search-query/keywords", test_keywords);
  g_test_add_func ("/search-query/dates", test_dates);
  g_test_add_func ("/search-query/names", test_names);
  g_test_add_func ("/search-query/random", test_random);
  return g_test_run ();
}
