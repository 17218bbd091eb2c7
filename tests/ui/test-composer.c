/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include <string.h>

#include "csm-composer.h"
#include "csm-json.h"
#include "csm-later-line.h"
#include "csm-markup-view.h"
#include "csm-paste.h"
#include "csm-spell-checker.h"
#include "csm-spelling.h"
#include "csm-time.h"
#include "csm-ui-desk.h"
#include "csm-ui-test.h"
#include "csm-when-picker.h"

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

/* --- before it goes out ------------------------------------------------------------------------------------- */

static GtkWidget *
part (CsmUiDesk  *desk,
      GType       type,
      const char *name)
{
  return csm_ui_find (csm_ui_find_type (desk->window, CSM_TYPE_COMPOSER), type, name);
}

static void
write_reply (CsmUiDesk  *desk,
             const char *text)
{
  csm_ui_desk_open (desk, 1400, 900);
  csm_ui_desk_open_case (desk, 1);
  csm_ui_type (part (desk, GTK_TYPE_TEXT_VIEW, "text"), text);
  csm_ui_settle ();
}

static guint
count_replies (CsmUiDesk *desk)
{
  g_autoptr (GPtrArray) ops = csm_ui_desk_outbox (desk);
  guint n = 0;

  for (guint i = 0; i < ops->len; i++)
    n += ((CsmOperation *) ops->pdata[i])->type == CSM_TYPE_ID_SUBMISSION;
  return n;
}

static gboolean
has_none (gpointer data)
{
  return count_replies (data) == 0;
}

static gboolean
has_one (gpointer data)
{
  return count_replies (data) == 1;
}

/* It is asked about once, and what is done about it is seen. */
static void
test_hold (CsmUiDesk     *desk,
           gconstpointer  data)
{
  GtkWidget *composer;
  GtkWidget *notice;

  write_reply (desk, "Please find the *invoice* attached.\n\n- one _item_\n- two, see https://example.com/\n\n> as you wrote");
  composer = csm_ui_find_type (desk->window, CSM_TYPE_COMPOSER);
  notice = part (desk, GTK_TYPE_BOX, "held_notice");
  g_assert_false (gtk_widget_get_visible (notice));
  csm_ui_activate (composer, "composer.send");
  csm_ui_settle ();
  g_assert_true (gtk_widget_get_visible (notice));
  g_assert_cmpuint (count_replies (desk), ==, 0);
  csm_ui_desk_save_png (desk, "composer-hold.png");
  csm_ui_activate (composer, "composer.send-anyway");
  csm_ui_settle ();
  g_assert_false (gtk_widget_get_visible (notice));
  csm_ui_wait_until (has_one, desk, "the reply");
}

/* Said while it is typed, without being in the way. */
static void
test_outsider (CsmUiDesk     *desk,
               gconstpointer  data)
{
  GtkWidget *notice;
  GtkWidget *to;

  write_reply (desk, "Dear customer,");
  notice = part (desk, GTK_TYPE_BOX, "outsider_notice");
  to = part (desk, GTK_TYPE_ENTRY, "to_entry");
  g_assert_false (gtk_widget_get_visible (notice));
  gtk_editable_set_text (GTK_EDITABLE (to), "customer1@exarnple.org");
  csm_ui_settle ();
  g_assert_true (gtk_widget_get_visible (notice));
  g_assert_nonnull (strstr (gtk_label_get_text (GTK_LABEL (part (desk, GTK_TYPE_LABEL, "outsider_label"))), "customer1@example.org"));
  csm_ui_desk_save_png (desk, "composer-lookalike.png");
  csm_ui_activate (csm_ui_find_type (desk->window, CSM_TYPE_COMPOSER), "composer.use-known");
  csm_ui_settle ();
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (to)), ==, "customer1@example.org");
  g_assert_false (gtk_widget_get_visible (notice));
}

static gboolean
is_back (gpointer data)
{
  g_autofree char *text = dup_text (data);

  return g_str_equal (text, "Good morning");
}

static gboolean
has_line (gpointer data)
{
  return csm_ui_find_type (data, CSM_TYPE_LATER_LINE) != NULL;
}

/* It stays in the case until its time, and can be changed and taken back there. */
static void
test_later (CsmUiDesk     *desk,
            gconstpointer  data)
{
  GtkWidget *composer;
  GtkWidget *line;

  write_reply (desk, "Good morning");
  composer = csm_ui_find_type (desk->window, CSM_TYPE_COMPOSER);
  csm_ui_activate (composer, "composer.send-later");
  csm_ui_settle ();
  g_signal_emit_by_name (csm_ui_find_type (composer, CSM_TYPE_WHEN_PICKER), "picked", csm_time_now () + 26 * 3600 * CSM_SECOND);
  csm_ui_wait_until (has_line, desk->window, "the reply");
  line = csm_ui_find_type (desk->window, CSM_TYPE_LATER_LINE);
  g_assert_cmpuint (count_replies (desk), ==, 1);
  csm_ui_desk_save_png (desk, "composer-later.png");
  csm_ui_activate (line, "later.back");
  csm_ui_wait_until (is_back, part (desk, GTK_TYPE_TEXT_VIEW, "text"), "the text");
  csm_ui_wait_until (has_none, desk, "an empty outbox");
}

#define ADD(path, function) \
  g_test_add ("/composer/" path, CsmUiDesk, application, csm_ui_desk_set_up, function, csm_ui_desk_tear_down)

/* --- spelling ------------------------------------------------------------------------------------------------- */

typedef struct
{
  CsmSpellChecker *checker;
  guint            n;
} Wrong;

static gboolean
are_wrong (gpointer data)
{
  Wrong *wrong = data;

  return csm_spell_checker_count (wrong->checker) == wrong->n;
}

static gboolean
is_suggested (gpointer data)
{
  GMenuModel *menu = gtk_text_view_get_extra_menu (data);
  g_autoptr (GMenuModel) words = menu != NULL ? g_menu_model_get_item_link (menu, 0, G_MENU_LINK_SECTION) : NULL;
  g_autofree char *label = NULL;

  return words != NULL && g_menu_model_get_n_items (words) > 0 && g_menu_model_get_item_attribute (words, 0, G_MENU_ATTRIBUTE_LABEL, "s", &label) &&
         g_str_equal (label, "broken");
}

/* Words alone, with a list that stands for the dictionary. */
static void
test_spelling (void)
{
  g_autofree char *dir = csm_ui_temp_dir ();
  g_autofree char *path = g_build_filename (dir, "words", NULL);
  g_autoptr (GSettings) settings = g_settings_new ("org.casement.Casement");
  g_autoptr (GError) error = NULL;
  CsmSpelling *spelling = csm_spelling_new (path);
  GtkTextView *view;
  Wrong wrong = { NULL, 1 };
  GtkTextIter at;

  if (spelling == NULL)
    {
      g_test_skip ("built without dictionaries");
      return;
    }
  csm_spelling_free (spelling);
  g_file_set_contents (path, "the\ntent\npole\nis\nbroken\nsee\nand\n", -1, &error);
  g_assert_no_error (error);
  view = view_new ("|");
  wrong.checker = csm_spell_checker_attach (view, path);
  g_settings_set_boolean (settings, "check-spelling", TRUE);
  csm_spell_checker_set_settings (wrong.checker, settings);
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (view), "The pole is brokn.\n> qoted\nsee https://exampel.com/ and `cde` NATO x2 ana@exampel.com\n```\ncde\n```\n", -1);
  csm_ui_wait_until (are_wrong, &wrong, "the wrong word");
  gtk_text_buffer_get_iter_at_offset (gtk_text_view_get_buffer (view), &at, 3);
  g_assert_false (csm_spell_checker_offer (wrong.checker, &at));
  gtk_text_buffer_get_iter_at_offset (gtk_text_view_get_buffer (view), &at, 14);
  g_assert_true (csm_spell_checker_offer (wrong.checker, &at));
  csm_ui_wait_until (is_suggested, view, "what may have been meant");
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (view), "spelling.correct", "s", "broken"));
  wrong.n = 0;
  csm_ui_wait_until (are_wrong, &wrong, "no wrong word");
  {
    g_autofree char *text = dup_text (view);

    g_assert_true (g_str_has_prefix (text, "The pole is broken.\n"));
  }
  /* What is added is right, and what is switched off says nothing. */
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (view), "the poole and tentt ", -1);
  wrong.n = 2;
  csm_ui_wait_until (are_wrong, &wrong, "two wrong words");
  gtk_text_buffer_get_iter_at_offset (gtk_text_view_get_buffer (view), &at, 6);
  g_assert_true (csm_spell_checker_offer (wrong.checker, &at));
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (view), "spelling.add", NULL));
  wrong.n = 1;
  csm_ui_wait_until (are_wrong, &wrong, "one wrong word");
  g_settings_set_boolean (settings, "check-spelling", FALSE);
  wrong.n = 0;
  csm_ui_wait_until (are_wrong, &wrong, "no check");
  g_object_unref (view);
  csm_ui_settle ();
  csm_ui_remove_dir (dir);
}

int
main (int    argc,
      char **argv)
{
  g_autoptr (AdwApplication) application = csm_ui_test_start (&argc, &argv);

  g_test_add_func ("/composer/spelling", test_spelling);
  g_test_add_func ("/composer/toggle", test_toggle);
  g_test_add_func ("/composer/indent", test_indent);
  g_test_add_func ("/composer/return", test_return);
  g_test_add_func ("/composer/link", test_link);
  g_test_add_func ("/composer/look", test_look);
  g_test_add_func ("/composer/tidy", test_tidy);
  ADD ("hold", test_hold);
  ADD ("outsider", test_outsider);
  ADD ("later", test_later);
  return csm_ui_test_run ();
}
