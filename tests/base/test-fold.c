/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-fold.h"

#include <string.h>

typedef struct
{
  const char *text;
  const char *folded;
} Sample;

static const Sample folds[] = {
  { "", "" },
  { "Hello, World!", "hello, world!" },
  { "Straße", "strasse" },
  { "STRASSE", "strasse" },
  { "STRAẞE", "strasse" },
  { "Zürich", "zurich" },
  { "Zu\xCC\x88rich", "zurich" },
  { "İstanbul", "istanbul" },
  { "DIYARBAKIR", "diyarbakir" },
  { "Diyarbakır", "diyarbakir" },
  { "ﬁnance", "finance" },
  { "ＡＢＣ１２", "abc12" },
  { "ΟΔΥΣΣΕΎΣ", "οδυσσευσ" },
  { "Ὀδυσσεύς", "οδυσσευσ" },
  { "Ёлка", "елка" },
  { "שָׁלוֹם", "שלום" },
  { "مُحَمَّد", "محمد" },
  { "한국어", "한국어" },
  { "\xE1\x84\x92\xE1\x85\xA1\xE1\x86\xAB", "한" },
  { "ｶﾞｷﾞ", "ガギ" },
  { "か\xE3\x82\x99", "が" },
  { "हिन्दी", "हिन्दी" },
  { "ที่นี่", "ที่นี่" },
  { "商品", "商品" },
  { "👩🏽‍💻 ok", "👩🏽‍💻 ok" },
  { "Nguyễn Đức", "nguyen đuc" },
};

static void
test_fold (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (folds); i++)
    {
      g_autofree char *folded = csm_fold (folds[i].text, -1);

      g_assert_cmpstr (folded, ==, folds[i].folded);
    }
}

static void
test_fold_bytes (void)
{
  g_autofree char *none = csm_fold (NULL, -1);
  g_autofree char *part = csm_fold ("ABCDEF", 3);
  g_autofree char *nul = csm_fold ("A\0B", 3);
  g_autofree char *bad = csm_fold ("A\xFF\xC3(\xED\xA0\x80Z\xE2\x82", -1);
  g_autofree char *big = g_strnfill (100000, 'Q');
  g_autofree char *big_folded = csm_fold (big, -1);

  g_assert_cmpstr (none, ==, "");
  g_assert_cmpstr (part, ==, "abc");
  g_assert_cmpstr (nul, ==, "a\xEF\xBF\xBD" "b");
  g_assert_cmpstr (bad, ==, "a\xEF\xBF\xBD\xEF\xBF\xBD(\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBDz\xEF\xBF\xBD\xEF\xBF\xBD");
  g_assert_cmpuint (strspn (big_folded, "q"), ==, 100000);
  g_assert_cmpuint (strlen (big_folded), ==, 100000);
}

/* Where csm_fold() is meant to differ from NFKD, marks stripped, case folded: Hangul and kana, vowel marks, dotless
 * i, and Cherokee, whose standard folding is to capitals. */
static gboolean
differs_on_purpose (const char *decomposed)
{
  for (const char *at = decomposed; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);
      GUnicodeScript script = g_unichar_get_script (c);

      if (c == 0x0131 || c == 0x3099 || c == 0x309A || script == G_UNICODE_SCRIPT_HANGUL || script == G_UNICODE_SCRIPT_CHEROKEE)
        return TRUE;
      if (g_unichar_ismark (c) && ((c >= 0x0900 && c < 0x1AB0) || (c >= 0x1B00 && c < 0x1D00) || (c >= 0xA800 && c < 0xAC00) || (c >= 0x11000 && c < 0x12000)))
        return TRUE;
    }
  return FALSE;
}

static char *
strip_marks (const char *text)
{
  GString *kept = g_string_new (NULL);

  for (const char *at = text; *at != '\0'; at = g_utf8_next_char (at))
    {
      if (!g_unichar_ismark (g_utf8_get_char (at)))
        g_string_append_unichar (kept, g_utf8_get_char (at));
    }
  return g_string_free (kept, FALSE);
}

static char *
fold_by_definition (const char *decomposed)
{
  g_autofree char *letters = strip_marks (decomposed);

  return g_utf8_casefold (letters, -1);
}

static char *
fold_unichar (gunichar c)
{
  char utf8[7] = { 0 };

  return csm_fold (utf8, g_unichar_to_utf8 (c, utf8));
}

static void
test_every_character (void)
{
  guint n_compared = 0;

  for (gunichar c = 1; c <= 0x10FFFF; c++)
    {
      char utf8[7] = { 0 };
      g_autofree char *folded = NULL;
      g_autofree char *twice = NULL;
      g_autofree char *upper = NULL;
      g_autofree char *decomposed = NULL;

      if ((c >= 0xD800 && c <= 0xDFFF) || g_unichar_type (c) == G_UNICODE_UNASSIGNED)
        continue;
      folded = fold_unichar (c);
      twice = csm_fold (folded, -1);
      upper = fold_unichar (g_unichar_toupper (c));
      g_assert_cmpstr (twice, ==, folded);
      /* The combining iota's capital is a letter of its own. */
      if (c != 0x0345)
        g_assert_cmpstr (upper, ==, folded);
      g_assert_true (g_utf8_validate (folded, -1, NULL));

      g_unichar_to_utf8 (c, utf8);
      decomposed = g_utf8_normalize (utf8, -1, G_NORMALIZE_ALL);
      if (!g_unichar_ismark (c) && !differs_on_purpose (decomposed))
        {
          g_autofree char *expected = fold_by_definition (decomposed);

          g_assert_cmpstr (folded, ==, expected);
          n_compared++;
        }
    }
  g_assert_cmpuint (n_compared, >, 100000);
}

static gboolean
append_token (const CsmToken *token,
              gpointer        data)
{
  static const char kinds[] = { 'w', 'p', 's', 't' };
  GString *all = data;

  g_string_append_printf (all, "%s%c:%.*s@%" G_GSIZE_FORMAT "-%" G_GSIZE_FORMAT, all->len > 0 ? " " : "",
                          kinds[token->kind], (int) token->length, token->text, token->start, token->end);
  return TRUE;
}

static const Sample cuts[] = {
  { "", "" },
  { " .,; ", "" },
  { "Late PARCEL", "w:late@0-4 w:parcel@5-11" },
  { "maria@example.org", "w:maria@0-5 w:example@6-13 w:org@14-17" },
  { "Straße 5", "w:strasse@0-7 w:5@8-9" },
  { "zu\xCC\x88rich!", "w:zurich@0-8" },
  { "\xCC\x88x", "w:x@2-3" },
  { "ﬁx", "w:fix@0-4" },
  { "⑴", "w:1@0-3" },
  { "Donau\xC2\xAD" "dampf\xC2\xAD", "w:donaudampf@0-12" },
  { "a\xE2\x80\x8B" "b", "w:a@0-1 w:b@4-5" },
  { "商", "s:商@0-3" },
  { "商品", "p:商品@0-6 t:品@3-6" },
  { "商品質", "p:商品@0-6 p:品質@3-9 t:質@6-9" },
  { "A商品2", "w:a@0-1 p:商品@1-7 t:品@4-7 w:2@7-8" },
  { "배송 조회", "p:배송@0-6 t:송@3-6 p:조회@7-13 t:회@10-13" },
  { "ｶﾞｷ", "p:ガキ@0-9 t:キ@6-9" },
  { "か\xE3\x82\x99き", "p:がき@0-9 t:き@6-9" },
  { "\xE1\x84\x92\xE1\x85\xA1\xE1\x86\xAB국", "p:한국@0-12 t:국@9-12" },
  { "สินค้า", "p:สิน@0-9 p:นค้@6-15 p:ค้า@9-18 t:า@15-18" },
  { "你好，世界", "p:你好@0-6 t:好@3-6 p:世界@9-15 t:界@12-15" },
  { "ok👩‍💻go 🎉", "w:ok@0-2 w:go@13-15" },
  { "a\xFF" "b\xC3", "w:a@0-1 w:b@2-3" },
  { "\xE5\x95", "" },
  { "\xEE\x80\x80x", "w:\xEE\x80\x80x@0-4" },
};

static void
test_tokens (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cuts); i++)
    {
      g_autoptr (GString) all = g_string_new (NULL);

      csm_fold_tokens (cuts[i].text, strlen (cuts[i].text), append_token, all);
      g_assert_cmpstr (all->str, ==, cuts[i].folded);
    }
}

static gboolean
check_token (const CsmToken *token,
             gpointer        data)
{
  gsize *at = data;

  g_assert_cmpuint (token->length, >, 0);
  g_assert_cmpuint (token->start, >=, at[1]);
  g_assert_cmpuint (token->start, <, token->end);
  g_assert_cmpuint (token->end, <=, at[0]);
  g_assert_true (g_utf8_validate_len (token->text, token->length, NULL));
  at[1] = token->start;
  return TRUE;
}

static void
test_random_bytes (void)
{
  for (guint32 seed = 0; seed < 5000; seed++)
    {
      g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
      gsize length = g_rand_int_range (rand, 0, 600);
      g_autofree char *text = g_malloc (length + 1);
      g_autofree char *folded = NULL;
      g_autofree char *twice = NULL;
      gsize limits[2] = { length, 0 };

      for (gsize i = 0; i < length; i++)
        text[i] = (char) g_rand_int_range (rand, seed % 2 == 0 ? 0 : 0xE0, 256);
      csm_fold_tokens (text, length, check_token, limits);
      folded = csm_fold (text, (gssize) length);
      g_assert_true (g_utf8_validate (folded, -1, NULL));
      twice = csm_fold (folded, -1);
      g_assert_cmpstr (twice, ==, folded);
    }
}

static void
test_random_characters (void)
{
  for (guint32 seed = 0; seed < 5000; seed++)
    {
      g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
      g_autoptr (GString) text = g_string_new (NULL);
      g_autofree char *folded = NULL;
      g_autofree char *twice = NULL;
      gsize limits[2] = { 0 };

      for (int i = g_rand_int_range (rand, 0, 80); i > 0; i--)
        {
          static const gunichar bases[] = { 0x20, 0xC0, 0x300, 0x900, 0xE00, 0x1100, 0x1160, 0x3040, 0x3090, 0x4E00, 0xAC00, 0xFF60, 0x1F600 };

          g_string_append_unichar (text, bases[g_rand_int_range (rand, 0, G_N_ELEMENTS (bases))] + g_rand_int_range (rand, 0, 96));
        }
      limits[0] = text->len;
      csm_fold_tokens (text->str, text->len, check_token, limits);
      folded = csm_fold (text->str, -1);
      twice = csm_fold (folded, -1);
      g_assert_cmpstr (twice, ==, folded);
    }
}

static gboolean
check_characters (const CsmToken *token,
                  gpointer        data)
{
  g_autofree char *text = g_strndup (token->text, token->length);

  for (const char *at = text; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);

      g_assert_true (g_unichar_isalnum (c) || g_unichar_ismark (c) || g_unichar_type (c) == G_UNICODE_OTHER_NUMBER ||
                     g_unichar_type (c) == G_UNICODE_LETTER_NUMBER || g_unichar_type (c) == G_UNICODE_PRIVATE_USE);
    }
  ++*(guint *) data;
  return TRUE;
}

static void
test_characters_of_tokens (void)
{
  guint n_tokens = 0;

  for (gunichar c = 1; c <= 0x10FFFF; c++)
    {
      char utf8[7] = { 0 };

      if (c < 0xD800 || c > 0xDFFF)
        csm_fold_tokens (utf8, (gsize) g_unichar_to_utf8 (c, utf8), check_characters, &n_tokens);
    }
  g_assert_cmpuint (n_tokens, >, 200000);
}

static gboolean
stop_after_two (const CsmToken *token,
                gpointer        data)
{
  return ++*(guint *) data < 2;
}

static void
test_stop (void)
{
  guint n_words = 0, n_pairs = 0;

  csm_fold_tokens ("a b c d", 7, stop_after_two, &n_words);
  csm_fold_tokens ("商品質量", 12, stop_after_two, &n_pairs);
  g_assert_cmpuint (n_words, ==, 2);
  g_assert_cmpuint (n_pairs, ==, 2);
}

static gboolean
take_length (const CsmToken *token,
             gpointer        data)
{
  g_assert_cmpuint (token->length, ==, token->end - token->start);
  *(gsize *) data += token->length;
  return TRUE;
}

static void
test_long_token (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  gsize total = 0;

  for (int i = 0; i < 50000; i++)
    g_string_append (text, i % 3 == 0 ? "ж" : "x");
  csm_fold_tokens (text->str, text->len, take_length, &total);
  g_assert_cmpuint (total, ==, text->len);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/fold/samples", test_fold);
  g_test_add_func ("/fold/bytes", test_fold_bytes);
  g_test_add_func ("/fold/every-character", test_every_character);
  g_test_add_func ("/fold/tokens", test_tokens);
  g_test_add_func ("/fold/characters-of-tokens", test_characters_of_tokens);
  g_test_add_func ("/fold/random-bytes", test_random_bytes);
  g_test_add_func ("/fold/random-characters", test_random_characters);
  g_test_add_func ("/fold/stop", test_stop);
  g_test_add_func ("/fold/long-token", test_long_token);
  return g_test_run ();
}
