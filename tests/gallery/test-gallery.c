/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include <glib/gi18n.h>
#include <stdlib.h>

#include "csm-app-resources.h"
#include "csm-gallery-labels.h"
#include "csm-gallery-pages.h"
#include "csm-gallery-picture.h"
#include "csm-ui-test.h"

/*
 * Every page, as wide as people have it, light and dark, in one language: CASEMENT_GALLERY_LANGUAGE. Pictures go to the
 * folder CASEMENT_GALLERY_FOLDER, else to "gallery" in the build folder, and those that have a small reference beside
 * this file are compared with it. CASEMENT_GALLERY=all makes the pictures that nothing is compared with as well;
 * CASEMENT_GALLERY=references makes what it finds the references. CASEMENT_GALLERY_TEXT=200 makes all text twice as large;
 * then nothing is compared, and it is looked for what can't be read.
 */

typedef struct
{
  const char  *name;       /* of the folders with its pictures */
  const char  *catalogue;
  gboolean     right_to_left;
  gboolean     stretched;  /* made to find what is cut off */
} Language;

typedef struct
{
  const Language *language;
  char           *folder;
  char           *references;
  gboolean        all;
  int             text;    /* how large it is, in percent */
  gboolean        accept;
  CsmGalleryDesk  desk;
} Gallery;

typedef struct
{
  Gallery              *gallery;
  const CsmGalleryPage *page;
} Visit;

/* How often, and after how long, a page that looks different is looked at again: something may still be on its way */
#define N_PAUSES 20
#define PAUSE_MS 50

static const int widths[] = { 360, 900, 1400 };

static const Language languages[] = {
  { "en", "en", FALSE, FALSE },
  { "de", "de", FALSE, FALSE },
  { "rtl", "xb", TRUE, FALSE },
  { "long", "xa", FALSE, TRUE },
};

static const Language *
find_language (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (languages); i++)
    if (g_strcmp0 (languages[i].name, name) == 0)
      return &languages[i];
  g_error ("CASEMENT_GALLERY_LANGUAGE names no language");
}

/* --- pictures ------------------------------------------------------------------------------------------------- */

/* Whether there is to be a reference: few enough to look through, and quick to compare. */
static gboolean
is_compared (const Gallery        *gallery,
             const CsmGalleryPage *page,
             int                   width,
             gboolean              dark)
{
  if (gallery->language->stretched || gallery->text != 100)
    return FALSE;
  if (g_str_equal (gallery->language->name, "en"))
    return dark ? page->main && width == 900 : TRUE;
  return page->main && !dark && width != 900;
}

static gboolean
is_wanted (const Gallery        *gallery,
           const CsmGalleryPage *page,
           int                   width,
           gboolean              dark)
{
  if (page->dialog && width > 900)
    return FALSE;
  return gallery->all || is_compared (gallery, page, width, dark);
}

static void
over_cb (gpointer data)
{
  *(gboolean *) data = TRUE;
}

/* Lets what is still being read or laid out come to its end. */
static void
wait_a_little (void)
{
  gboolean over = FALSE;

  g_timeout_add_once (PAUSE_MS, over_cb, &over);
  while (!over)
    g_main_context_iteration (NULL, TRUE);
}

/* Whether the page looks as it did, at the latest when nothing moves any more */
static void
compare (GtkWidget  *root,
         const char *picture,
         const char *reference)
{
  g_autoptr (CsmGalleryPicture) then = csm_gallery_picture_load (reference);
  CsmGalleryDifference difference = { 0 };

  for (guint i = 0; then != NULL && i < N_PAUSES; i++)
    {
      g_autoptr (CsmGalleryPicture) now = csm_gallery_picture_shrink (picture);

      difference = csm_gallery_picture_compare (now, then);
      if (difference.same)
        return;
      wait_a_little ();
      csm_ui_save_png (root, picture);
    }
  if (then == NULL)
    g_printerr ("# %s has no reference %s\n#   make references makes it\n", picture, reference);
  else
    g_printerr ("# This page looks different (mean %.1f, worst %.1f): %s\n#   it was: %s\n#   when it is as it should be: make references\n",
                difference.mean, difference.worst, picture, reference);
  g_test_fail ();
}

static void
accept_picture (GtkWidget  *root,
                const char *picture,
                const char *reference)
{
  g_autoptr (CsmGalleryPicture) then = csm_gallery_picture_load (reference);
  g_autoptr (CsmGalleryPicture) now = NULL;

  for (guint i = 0; i < 6; i++)
    wait_a_little ();
  csm_ui_save_png (root, picture);
  now = csm_gallery_picture_shrink (picture);
  /* What nobody sees a difference in stays as it is. */
  if (then == NULL || !csm_gallery_picture_compare (now, then).same)
    g_assert_true (csm_gallery_picture_save (now, reference));
}

static void
take_picture (const Gallery        *gallery,
              const CsmGalleryPage *page,
              GtkWidget            *root,
              int                   width,
              gboolean              dark)
{
  g_autofree char *file = g_strdup_printf ("%s-%d-%s.png", page->name, width, dark ? "dark" : "light");
  g_autofree char *picture = g_build_filename (gallery->folder, gallery->language->name, file, NULL);
  g_autofree char *reference = g_build_filename (gallery->references, gallery->language->name, file, NULL);

  adw_style_manager_set_color_scheme (adw_style_manager_get_default (), dark ? ADW_COLOR_SCHEME_FORCE_DARK : ADW_COLOR_SCHEME_FORCE_LIGHT);
  csm_ui_save_png (root, picture);
  if (!is_compared (gallery, page, width, dark))
    return;
  if (gallery->accept)
    accept_picture (root, picture, reference);
  else
    compare (root, picture, reference);
}

/* --- pages ---------------------------------------------------------------------------------------------------- */

static void
check_labels (const CsmGalleryPage *page,
              GtkWidget            *root,
              int                   width)
{
  g_autoptr (GPtrArray) cut = csm_gallery_labels_cut (root, width);

  for (guint i = 0; i < cut->len; i++)
    {
      g_printerr ("# %s at %d: %s\n", page->name, width, (const char *) cut->pdata[i]);
      g_test_fail ();
    }
}

/* What somebody who hears the page is told of what can be done on it */
static void
check_names (const CsmGalleryPage *page,
             GtkWidget            *root)
{
  g_autoptr (GPtrArray) unnamed = csm_ui_unnamed (root);

  for (guint i = 0; i < unnamed->len; i++)
    {
      g_printerr ("# %s: %s\n", page->name, (const char *) unnamed->pdata[i]);
      g_test_fail ();
    }
}

static void
test_page (gconstpointer data)
{
  const Visit *visit = data;
  Gallery *gallery = visit->gallery;

  for (guint i = 0; i < G_N_ELEMENTS (widths); i++)
    {
      gboolean light = is_wanted (gallery, visit->page, widths[i], FALSE);
      gboolean dark = is_wanted (gallery, visit->page, widths[i], TRUE);
      gboolean read = (gallery->language->stretched && widths[i] <= 900) || gallery->text != 100;
      GtkWidget *root;

      if (!light && !dark && !read)
        continue;
      root = visit->page->open (&gallery->desk, widths[i], visit->page->argument);
      /* In an empty field the cursor is on the side of the keyboard's language, which is the machine's. */
      if (gallery->language->right_to_left && GTK_IS_TEXT (gtk_root_get_focus (gtk_widget_get_root (root))))
        gtk_root_set_focus (gtk_widget_get_root (root), NULL);
      csm_ui_wait_painted (root);
      if (light && g_str_equal (gallery->language->name, "en"))
        check_names (visit->page, root);
      if (read)
        check_labels (visit->page, root, widths[i]);
      if (light)
        take_picture (gallery, visit->page, root, widths[i], FALSE);
      if (dark)
        take_picture (gallery, visit->page, root, widths[i], TRUE);
      csm_gallery_close (&gallery->desk);
    }
}

/* --- the comparison itself -------------------------------------------------------------------------------------- */

/* What is drawn a little differently is the same page; a button that is missing, or a text that is cut off, is not. */
static void
test_compare (gconstpointer data)
{
  const Gallery *gallery = data;
  g_autofree char *path = g_build_filename (gallery->folder, "self-check.png", NULL);
  g_autofree char *small = g_build_filename (gallery->folder, "self-check-small.png", NULL);
  g_autoptr (GtkWidget) window = g_object_ref_sink (adw_window_new ());
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *button = gtk_button_new_from_icon_name ("edit-find-symbolic");
  GtkWidget *label = gtk_label_new ("The depot in Zaragoza is closed until Wednesday");
  g_autoptr (CsmGalleryPicture) whole = NULL;
  g_autoptr (CsmGalleryPicture) stored = NULL;
  g_autoptr (CsmGalleryPicture) without_button = NULL;
  g_autoptr (CsmGalleryPicture) cut_off = NULL;
  g_autoptr (CsmGalleryPicture) painted_over = NULL;

  gtk_widget_set_halign (label, GTK_ALIGN_START);
  gtk_widget_set_halign (button, GTK_ALIGN_START);
  gtk_button_set_has_frame (GTK_BUTTON (button), FALSE);
  gtk_box_append (GTK_BOX (box), button);
  gtk_box_append (GTK_BOX (box), label);
  gtk_box_append (GTK_BOX (box), gtk_label_new ("María López"));
  adw_window_set_content (ADW_WINDOW (window), box);
  gtk_window_set_default_size (GTK_WINDOW (window), 1400, 900);
  gtk_window_present (GTK_WINDOW (window));
  csm_ui_save_png (GTK_WIDGET (window), path);
  whole = csm_gallery_picture_shrink (path);
  g_assert_true (csm_gallery_picture_save (whole, small));
  stored = csm_gallery_picture_load (small);
  g_assert_cmpfloat (csm_gallery_picture_compare (whole, stored).mean, ==, 0);

  gtk_widget_set_margin_start (label, 3);
  csm_ui_save_png (GTK_WIDGET (window), path);
  painted_over = csm_gallery_picture_shrink (path);
  g_assert_true (csm_gallery_picture_compare (painted_over, stored).same);
  gtk_widget_set_margin_start (label, 0);
  gtk_widget_set_opacity (button, 0);
  csm_ui_save_png (GTK_WIDGET (window), path);
  without_button = csm_gallery_picture_shrink (path);
  g_assert_false (csm_gallery_picture_compare (without_button, stored).same);
  gtk_widget_set_opacity (button, 1);
  gtk_label_set_text (GTK_LABEL (label), "The depot in Zaragoza is closed until");
  csm_ui_save_png (GTK_WIDGET (window), path);
  cut_off = csm_gallery_picture_shrink (path);
  g_assert_false (csm_gallery_picture_compare (cut_off, stored).same);
  gtk_window_destroy (GTK_WINDOW (window));
}

/* What the pages are looked through for is found. */
static void
test_labels (gconstpointer data)
{
  g_autoptr (GtkWidget) window = g_object_ref_sink (adw_window_new ());
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *dots = gtk_label_new ("[Some words that are longer than the window, and nobody can read them to the end]");
  g_autoptr (GPtrArray) fine = NULL;
  g_autoptr (GPtrArray) hidden = NULL;
  g_autoptr (GPtrArray) wide = NULL;

  gtk_label_set_ellipsize (GTK_LABEL (dots), PANGO_ELLIPSIZE_END);
  gtk_widget_set_tooltip_text (dots, "All of it");
  gtk_box_append (GTK_BOX (box), dots);
  adw_window_set_content (ADW_WINDOW (window), box);
  gtk_window_set_default_size (GTK_WINDOW (window), 360, 200);
  gtk_window_present (GTK_WINDOW (window));
  csm_ui_wait_painted (GTK_WIDGET (window));
  fine = csm_gallery_labels_cut (GTK_WIDGET (window), 360);
  g_assert_cmpuint (fine->len, ==, 0);
  gtk_widget_set_tooltip_text (dots, NULL);
  hidden = csm_gallery_labels_cut (GTK_WIDGET (window), 360);
  g_assert_cmpuint (hidden->len, ==, 1);
  gtk_label_set_ellipsize (GTK_LABEL (dots), PANGO_ELLIPSIZE_NONE);
  csm_ui_wait_painted (GTK_WIDGET (window));
  wide = csm_gallery_labels_cut (GTK_WIDGET (window), 360);
  g_assert_cmpuint (wide->len, >=, 1);
  gtk_window_destroy (GTK_WINDOW (window));
}

/* --- all of it -------------------------------------------------------------------------------------------------- */

/* The catalogues are those that were made beside this program. */
static void
speak (const Language *language)
{
  g_autofree char *locale = g_test_build_filename (G_TEST_BUILT, "gallery", "locale", NULL);

  bindtextdomain (GETTEXT_PACKAGE, locale);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  gtk_widget_set_default_direction (language->right_to_left ? GTK_TEXT_DIR_RTL : GTK_TEXT_DIR_LTR);
  if (!g_str_equal (language->name, "en"))
    g_assert_cmpstr (_("Keyboard shortcuts"), !=, "Keyboard shortcuts");
}

static void
add_tests (Gallery *gallery)
{
  guint n_pages;
  const CsmGalleryPage *pages = csm_gallery_pages (&n_pages);

  for (guint i = 0; i < n_pages; i++)
    {
      g_autofree char *path = g_strdup_printf ("/gallery/%s/%s", gallery->language->name, pages[i].name);
      Visit *visit = g_new (Visit, 1);

      visit->gallery = gallery;
      visit->page = &pages[i];
      g_test_add_data_func_full (path, visit, test_page, g_free);
    }
}

int
main (int    argc,
      char **argv)
{
  const char *made = g_getenv ("CASEMENT_GALLERY");
  const char *folder = g_getenv ("CASEMENT_GALLERY_FOLDER");
  const char *text = g_getenv ("CASEMENT_GALLERY_TEXT");
  Gallery gallery = { .language = find_language (g_getenv ("CASEMENT_GALLERY_LANGUAGE")) };
  g_autoptr (AdwApplication) application = NULL;
  g_autofree char *own = NULL;
  int result;

  g_setenv ("LANGUAGE", gallery.language->catalogue, TRUE);
  g_setenv ("TZ", "UTC", TRUE);
  application = csm_ui_test_start (&argc, &argv);
  /* As GNOME has it; the library's own choice without a desktop has more buttons. */
  g_object_set (gtk_settings_get_default (), "gtk-decoration-layout", "appmenu:close", NULL);
  gallery.text = text != NULL ? CLAMP (atoi (text), 50, 400) : 100;
  g_object_set (gtk_settings_get_default (), "gtk-xft-dpi", 96 * 1024 * gallery.text / 100, NULL);
  speak (gallery.language);
  gallery.folder = folder != NULL ? g_strdup (folder) : g_test_build_filename (G_TEST_BUILT, "..", "gallery", NULL);
  gallery.references = g_test_build_filename (G_TEST_DIST, "gallery", "references", NULL);
  gallery.all = g_strcmp0 (made, "all") == 0;
  gallery.accept = g_strcmp0 (made, "references") == 0;
  own = g_build_filename (gallery.folder, gallery.language->name, NULL);
  g_mkdir_with_parents (own, 0755);

  csm_ui_desk_set_up (&gallery.desk.desk, application);
  csm_gallery_fill (&gallery.desk);
  if (g_str_equal (gallery.language->name, "en"))
    {
      g_test_add_data_func ("/gallery/compare", &gallery, test_compare);
      g_test_add_data_func ("/gallery/labels", &gallery, test_labels);
    }
  add_tests (&gallery);
  result = csm_ui_test_run ();
  csm_ui_desk_tear_down (&gallery.desk.desk, application);
  g_assert_finalize_object (gallery.desk.asker);
  g_free (gallery.folder);
  g_free (gallery.references);
  return result;
}
