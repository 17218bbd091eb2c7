/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "csm-markup.h"

#include <string.h>
#include <time.h>

static void
write_cb (CsmMarkupKind  kind,
          gboolean       enters,
          const char    *text,
          gsize          length,
          gpointer       data)
{
  static const char names[] = " sec";
  GString *out = data;

  if (kind == CSM_MARKUP_TEXT)
    g_string_append_len (out, text, (gssize) length);
  else if (kind == CSM_MARKUP_LINK && enters)
    g_string_append_printf (out, "<a %.*s>", (int) length, text);
  else if (kind == CSM_MARKUP_LINK)
    g_string_append (out, "</a>");
  else
    g_string_append_printf (out, enters ? "<%c>" : "</%c>", names[kind]);
}

static void
check (const char *line,
       const char *expected)
{
  g_autoptr (GString) out = g_string_new (NULL);

  csm_markup_walk (line, strlen (line), write_cb, out);
  g_assert_cmpstr (out->str, ==, expected);
}

static void
test_words (void)
{
  check ("a *b* **c** _d_ `e`", "a <s>b</s> <s>c</s> <e>d</e> <c>e</c>");
  check ("*two words*, (_three of them_)!", "<s>two words</s>, (<e>three of them</e>)!");
  check ("**all _of_ it** and _all *of* it_", "<s>all <e>of</e> it</s> and <e>all <s>of</s> it</e>");
  check ("_snake_case_", "<e>snake_case</e>");
  check ("see *) and *this*", "see *) and <s>this</s>");
  check ("*\xc3\x84pfel*", "<s>\xc3\x84pfel</s>");
  check ("`*as it is*`", "<c>*as it is*</c>");
  check ("*crossed _over* again_", "<s>crossed _over</s> again_");
}

/* What people write without a thought of it stays as it was. */
static void
test_ordinary (void)
{
  static const char *const texts[] = {
    "5*3*2", "5 * 3 * 2 = 30", "snake_case and more_of_it", "__init__", "/home/_x_/y", "C:\\*x*\\y", "10 EUR* or 20 EUR*", "*Terms apply",
    "*** IMPORTANT ***", "-*- coding -*-", "a * b", "* * *", "**", "****", "_", "____", "l`homme d`accord", "x@_y_.example", "*\xc2\xa0*",
    "call(*p, *q)", "a=*b*", "#_x_", "[1] (see below)", "[x](y)", "[a](javascript:alert(1))", "]( )[", "````",
    "2*x_1*y_2", "<*x*y>", "* not a list", "10*20*30 cm", "*_*", "what?*", "https:// and http://", "",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    check (texts[i], texts[i]);
}

static void
test_links (void)
{
  check ("[a *b*](https://example.com/x_y_z) c", "<a https://example.com/x_y_z>a <s>b</s></a> c");
  check ("see https://example.com/_a_/*b*.", "see <a https://example.com/_a_/*b>https://example.com/_a_/*b</a>*.");
  check ("*see https://example.com/*", "<s>see <a https://example.com/>https://example.com/</a></s>");
  check ("[https://example.com](https://example.org)", "<a https://example.org>https://example.com</a>");
  check ("[x](https://example.com/a_(b)) y", "<a https://example.com/a_(b)>x</a> y");
  check ("[w](mailto:a@example.com)", "<a mailto:a@example.com>w</a>");
  check ("xhttps://example.com", "xhttps://example.com");
  check ("[a [b](https://example.com)", "[a <a https://example.com>b</a>");
  check ("[](https://example.com)", "[](<a https://example.com>https://example.com</a>)");
  check ("[`a`](https://example.com)", "<a https://example.com>`a`</a>");
}

static void
check_lines (const char *text,
             guint       flags,
             const char *expected)
{
  static const char kinds[] = "bpimfchr";
  g_autoptr (GArray) lines = csm_markup_lines (text, flags);
  g_autoptr (GString) out = g_string_new (NULL);

  for (guint i = 0; i < lines->len; i++)
    {
      CsmMarkupLine *line = &g_array_index (lines, CsmMarkupLine, i);

      g_string_append_printf (out, "%s%u%c", i > 0 ? " " : "", line->quotes, kinds[line->kind]);
      if (line->depth > 0)
        g_string_append_printf (out, "%u", line->depth);
      if (line->kind == CSM_MARKUP_LINE_ITEM && line->ordered)
        g_string_append_printf (out, "#%u", line->number);
    }
  g_assert_cmpstr (out->str, ==, expected);
}

static void
test_lines (void)
{
  check_lines ("", 0, "0b");
  check_lines ("a\n\n- b\n- c\n- ", 0, "0p 0b 0i1 0i1 0p");
  check_lines ("- b\n  more\n- c\nend", 0, "0i1 0m1 0i1 0p");
  check_lines ("1. a\n   - b\n   - c\n2. d", 0, "0i1#1 0i2 0i2 0i1#2");
  check_lines ("- Ana", 0, "0p");
  check_lines ("- Ana", CSM_MARKUP_NOTE, "0i1");
  check_lines ("3. Mai\n- x", 0, "0p 0p");
  check_lines ("1986. a year\n1987. another", 0, "0p 0p");
  check_lines ("> a\n>> b\n> - c\n> - d\n- e", 0, "1p 2p 1i1 1i1 0p");
  check_lines ("```\n- a\n- b\n```\nx", 0, "0f 0c 0c 0f 0p");
  check_lines ("```\nno end\n```x```", 0, "0p 0p 0p");
  check_lines ("```\na\n> ```", 0, "0p 0p 1p");
  check_lines ("# a\n---", 0, "0p 0p");
  check_lines ("# a\n---\n***", CSM_MARKUP_NOTE, "0h 0r 0r");
}

static void
test_plain (void)
{
  g_autofree char *plain = csm_markup_plain ("**a** and _b_, `c`\n- [d](https://example.com)\n- https://example.org\n```\n*e*\n```\n> 5*3*2");

  g_assert_cmpstr (plain, ==, "*a* and _b_, c\n- d <https://example.com>\n- https://example.org\n*e*\n> 5*3*2");
}

/* --- anything ----------------------------------------------------------------------------------------------- */

static char *
random_text (guint length)
{
  static const char *const pieces[] = { "*", "**", "_", "`", "[", "](", ")", "https://", "a", "b c", " ", "\n", "> ", "- ", "1. ", "```", "\xc3\xa9", "\xe4\xb8\xad",
                                        "\xf0\x9f\x98\x80", ".", "/", "<", "&", "mailto:", "  ", "#" };
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < length; i++)
    g_string_append (text, pieces[g_test_rand_int_range (0, G_N_ELEMENTS (pieces))]);
  return g_string_free (text, FALSE);
}

static void
check_spans (const char *line,
             gsize       length)
{
  g_autoptr (GArray) spans = csm_markup_spans (line, length);

  for (guint i = 0; i < spans->len; i++)
    {
      CsmMarkupSpan *span = &g_array_index (spans, CsmMarkupSpan, i);

      g_assert_cmpuint (span->start, <=, span->inner);
      g_assert_cmpuint (span->inner, <, span->inner_end);
      g_assert_cmpuint (span->inner_end, <=, span->end);
      g_assert_cmpuint (span->end, <=, length);
      g_assert_true (g_utf8_validate (line + span->inner, (gssize) (span->inner_end - span->inner), NULL));
      if (span->kind == CSM_MARKUP_LINK)
        g_assert_true (csm_markup_url_is_safe (line + span->url, span->url_end - span->url));
      for (guint k = 0; k < i; k++)
        {
          CsmMarkupSpan *before = &g_array_index (spans, CsmMarkupSpan, k);

          g_assert_true (before->end <= span->start || (before->inner <= span->start && span->end <= before->inner_end));
        }
    }
}

static void
text_cb (CsmMarkupKind  kind,
         gboolean       enters,
         const char    *text,
         gsize          length,
         gpointer       data)
{
  if (kind == CSM_MARKUP_TEXT)
    g_string_append_len (data, text, (gssize) length);
}

/* Whether @part is @whole with something left out. */
static gboolean
is_part (const char *part,
         const char *whole)
{
  for (; *whole != '\0' && *part != '\0'; whole++)
    part += *part == *whole;
  return *part == '\0';
}

static void
test_random (void)
{
  for (guint n = 0; n < 4000; n++)
    {
      g_autofree char *text = random_text ((guint) g_test_rand_int_range (0, 60));
      g_autoptr (GArray) lines = csm_markup_lines (text, n % 2);
      g_autofree char *plain = csm_markup_plain (text);
      gsize at = 0;

      g_assert_true (g_utf8_validate (plain, -1, NULL));
      for (guint i = 0; i < lines->len; i++)
        {
          CsmMarkupLine *line = &g_array_index (lines, CsmMarkupLine, i);
          g_autofree char *own = g_strndup (text + line->text, line->end - line->text);
          g_autoptr (GString) said = g_string_new (NULL);

          g_assert_cmpuint (line->start, ==, at);
          g_assert_cmpuint (line->start, <=, line->text);
          g_assert_cmpuint (line->text, <=, line->end);
          at = line->end + 1;
          check_spans (own, line->end - line->text);
          csm_markup_walk (own, strlen (own), text_cb, said);
          g_assert_true (is_part (said->str, own));
        }
      g_assert_cmpuint (at, ==, strlen (text) + 1);
    }
}

/* What was made to take long takes no longer. */
static void
test_large (void)
{
  static const char *const pieces[] = { "*a _b ", "[a](", "`a ", "> ", "```\n", "https://", "**a*_", "- a\n", "  - a\n", "[", "]" };
  /* Of the processor, whatever else the machine does */
  clock_t begun = clock ();

  for (guint i = 0; i < G_N_ELEMENTS (pieces); i++)
    {
      g_autoptr (GString) text = g_string_new (NULL);
      g_autofree char *plain = NULL;

      while (text->len < 200000)
        g_string_append (text, pieces[i]);
      plain = csm_markup_plain (text->str);
    }
  g_assert_cmpint (clock () - begun, <, 10 * CLOCKS_PER_SEC);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/markup/words", test_words);
  g_test_add_func ("/markup/ordinary", test_ordinary);
  g_test_add_func ("/markup/links", test_links);
  g_test_add_func ("/markup/lines", test_lines);
  g_test_add_func ("/markup/plain", test_plain);
  g_test_add_func ("/markup/random", test_random);
  g_test_add_func ("/markup/large", test_large);
  return g_test_run ();
}
