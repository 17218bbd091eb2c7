/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include <string.h>

#include "csm-markup-view.h"
#include "csm-paste.h"
#include "csm-ui-test.h"

/* What is done with the text of a reply while it is written. "|" is the cursor, "{" and "}" what is selected. */

static GtkTextView *
view_new (const char *text)
{
  GtkTextView *view = GTK_TEXT_VIEW (g_object_ref_sink (gtk_text_view_new ()));
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (view);
  g_autofree char *plain = g_strdup (text);
  int places[2] = { -1, -1 };
  char *to = plain;
  GtkTextIter start;
  GtkTextIter end;

  for (const char *at = text; *at != '\0'; at++)
    {
      if (*at == '|' || *at == '{')
        places[0] = (int) (to - plain);
      else if (*at != '}')
        *to++ = *at;
      if (*at == '|' || *at == '}')
        places[1] = (int) (to - plain);
    }
  *to = '\0';
  csm_markup_view_attach (view, CSM_MARKUP_MAIL);
  gtk_text_buffer_set_enable_undo (buffer, TRUE);
  gtk_text_buffer_set_text (buffer, plain, -1);
  gtk_text_buffer_get_iter_at_offset (buffer, &start, places[0]);
  gtk_text_buffer_get_iter_at_offset (buffer, &end, places[1]);
  gtk_text_buffer_select_range (buffer, &end, &start);
  return view;
}

static char *
dup_text (GtkTextView *view)
{
  char *text = NULL;

  g_object_get (gtk_text_view_get_buffer (view), "text", &text, NULL);
  return text;
}

static void
check_and_free (GtkTextView *view,
                const char  *expected)
{
  g_autofree char *text = dup_text (view);

  g_assert_cmpstr (text, ==, expected);
  g_object_unref (view);
}

static void
check_toggle (const char    *text,
              CsmMarkupKind  kind,
              const char    *expected)
{
  GtkTextView *view = view_new (text);

  csm_markup_view_toggle (view, kind);
  check_and_free (view, expected);
}

static void
test_toggle (void)
{
  check_toggle ("a wo|rd b", CSM_MARKUP_STRONG, "a *word* b");
  check_toggle ("a *wo|rd* b", CSM_MARKUP_STRONG, "a word b");
  check_toggle ("a {two words} b", CSM_MARKUP_EMPHASIS, "a _two words_ b");
  check_toggle ("a {two words }b", CSM_MARKUP_CODE, "a `two words` b");
  check_toggle ("- o{ne\n- tw}o", CSM_MARKUP_STRONG, "- o*ne*\n- *tw*o");
  check_toggle ("a **wo|rd** b", CSM_MARKUP_STRONG, "a word b");
  check_toggle ("a | b", CSM_MARKUP_STRONG, "a ** b");
}

static void
check_indent (const char      *text,
              CsmMarkupMargin  margin,
              const char      *expected)
{
  GtkTextView *view = view_new (text);

  csm_markup_view_indent (view, margin);
  check_and_free (view, expected);
}

static void
test_indent (void)
{
  check_indent ("{a\nb}", CSM_MARKUP_BULLETS, "- a\n- b");
  check_indent ("{- a\n- b}", CSM_MARKUP_BULLETS, "a\nb");
  check_indent ("{- a\n\n- b}", CSM_MARKUP_NUMBERS, "1. a\n\n2. b");
  check_indent ("> {1. a\n> 2. b}", CSM_MARKUP_BULLETS, "> - a\n> - b");
  check_indent ("{a\nb}", CSM_MARKUP_QUOTES, "> a\n> b");
  check_indent ("{> a\n>> b}", CSM_MARKUP_QUOTES, "a\n> b");
}

static void
check_return (const char *text,
              gboolean    taken,
              const char *expected)
{
  GtkTextView *view = view_new (text);

  g_assert_cmpint (csm_markup_view_return (view), ==, taken);
  check_and_free (view, expected);
}

static void
test_return (void)
{
  check_return ("- a|", TRUE, "- a\n- ");
  check_return ("9. a|b", TRUE, "9. a\n10. b");
  check_return ("  2) a|", TRUE, "  2) a\n  3) ");
  check_return ("- a\n- |", TRUE, "- a\n");
  check_return ("> a|", TRUE, "> a\n> ");
  check_return ("> - a\n> - |", TRUE, "> - a\n> ");
  check_return ("a|", FALSE, "a");
  check_return ("|- a", FALSE, "- a");
}

static void
test_link (void)
{
  GtkTextView *view = view_new ("see {this page} now");
  g_autofree char *url = NULL;
  g_autofree char *text = csm_markup_view_linked (view, &url);

  g_assert_null (url);
  g_assert_cmpstr (text, ==, "this page");
  csm_markup_view_link (view, text, "https://example.com/");
  g_free (text);
  text = csm_markup_view_linked (view, &url);
  g_assert_cmpstr (text, ==, "this page");
  g_assert_cmpstr (url, ==, "https://example.com/");
  csm_markup_view_link (view, text, NULL);
  check_and_free (view, "see this page now");
}

/* What is strong looks so, what only looks like it does not, and one undo takes back what one key did. */
static void
test_look (void)
{
  GtkTextView *view = view_new ("a |wörd 5*3*2");
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (view);
  GtkTextIter at;
  g_autoptr (GSList) tags = NULL;
  g_autoptr (GSList) none = NULL;
  g_autofree char *text = NULL;
  int weight = 0;

  csm_markup_view_toggle (view, CSM_MARKUP_STRONG);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  gtk_text_buffer_get_iter_at_offset (buffer, &at, 4);
  tags = gtk_text_iter_get_tags (&at);
  g_assert_cmpuint (g_slist_length (tags), ==, 1);
  g_object_get (tags->data, "weight", &weight, NULL);
  g_assert_cmpint (weight, ==, PANGO_WEIGHT_BOLD);
  gtk_text_buffer_get_iter_at_offset (buffer, &at, 11);
  none = gtk_text_iter_get_tags (&at);
  g_assert_null (none);
  gtk_text_buffer_undo (buffer);
  text = dup_text (view);
  g_assert_cmpstr (text, ==, "a wörd 5*3*2");
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_object_unref (view);
}

static void
check_tidy (const char *text,
            const char *expected)
{
  g_autofree char *tidy = csm_paste_tidy (text);

  g_assert_cmpstr (tidy, ==, expected);
}

static void
test_tidy (void)
{
  check_tidy ("a\r\nb\rc \xc2\xa0\n", "a\nb\nc\n");
  check_tidy ("a\xc2\xa0\xc2\xa0" "b", "a  b");
  check_tidy ("Voil\xc3\xa0\xc2\xa0: 10\xc2\xa0" "000\xc2\xa0\xe2\x82\xac", "Voil\xc3\xa0\xc2\xa0: 10\xc2\xa0" "000\xc2\xa0\xe2\x82\xac");
  check_tidy ("\xef\xbb\xbf" "a\xe2\x80\x8b" "b\x01\xef\xbf\xbc" "c", "abc");
}

int
main (int    argc,
      char **argv)
{
  csm_ui_test_init (&argc, &argv);
  g_test_add_func ("/composer/toggle", test_toggle);
  g_test_add_func ("/composer/indent", test_indent);
  g_test_add_func ("/composer/return", test_return);
  g_test_add_func ("/composer/link", test_link);
  g_test_add_func ("/composer/look", test_look);
  g_test_add_func ("/composer/tidy", test_tidy);
  return g_test_run ();
}
