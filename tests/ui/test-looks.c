/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-case-list-row.h"
#include "csm-case-list-slot.h"
#include "csm-colleague-pane.h"
#include "csm-comment-box.h"
#include "csm-ui-desk.h"
#include "csm-ui-records.h"
#include "csm-ui-test.h"
#include "csm-window.h"

/* How the window looks at every size, and what of it is built. */

/* --- rows are built where they are seen ---------------------------------------------------------------------- */

#define MANY 300

static GtkWidget *
case_list (CsmUiDesk *desk)
{
  return csm_ui_find_type (desk->window, GTK_TYPE_LIST_VIEW);
}

static gboolean
lists_many (gpointer data)
{
  GListModel *model = G_LIST_MODEL (gtk_list_view_get_model (GTK_LIST_VIEW (case_list (data))));

  return g_list_model_get_n_items (model) > MANY / 2;
}

typedef struct
{
  guint slots;
  guint rows;
} Built;

static Built
count_built (CsmUiDesk *desk)
{
  Built built = { 0, 0 };

  for (GtkWidget *child = gtk_widget_get_first_child (case_list (desk)); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *slot = gtk_widget_get_first_child (child);

      built.slots += CSM_IS_CASE_LIST_SLOT (slot);
      built.rows += CSM_IS_CASE_LIST_SLOT (slot) && CSM_IS_CASE_LIST_ROW (gtk_widget_get_first_child (slot));
    }
  return built;
}

/* Whether every slot that is seen has its row. */
static gboolean
seen_are_built (gpointer data)
{
  GtkWidget *list = case_list (data);
  guint seen = 0;

  for (GtkWidget *child = gtk_widget_get_first_child (list); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      graphene_rect_t bounds;

      if (!CSM_IS_CASE_LIST_SLOT (gtk_widget_get_first_child (child)) || !gtk_widget_compute_bounds (child, list, &bounds)
          || bounds.origin.y + bounds.size.height <= 0 || bounds.origin.y >= gtk_widget_get_height (list))
        continue;
      seen++;
      if (gtk_widget_get_first_child (gtk_widget_get_first_child (child)) == NULL)
        return FALSE;
    }
  return seen > 5;
}

static void
test_rows (CsmUiDesk     *desk,
           gconstpointer  data)
{
  Built built;

  csm_ui_fill_many (desk->cache, MANY);
  csm_ui_desk_open (desk, 1400, 900);
  csm_ui_wait_until (lists_many, desk, "the long list");
  csm_ui_wait_painted (desk->window);
  csm_ui_wait_until (seen_are_built, desk, "the first rows");
  built = count_built (desk);
  g_assert_cmpuint (built.slots, >, 100);
  g_assert_cmpuint (built.rows, <, built.slots / 2);
  g_assert_true (gtk_widget_activate_action (case_list (desk), "list.scroll-to-item", "u", MANY / 2));
  csm_ui_wait_painted (desk->window);
  csm_ui_wait_until (seen_are_built, desk, "the rows in the middle");
}

/* --- names and sizes ----------------------------------------------------------------------------------------- */

static void
assert_all_named (GtkWidget *root)
{
  g_autoptr (GPtrArray) unnamed = csm_ui_unnamed (root);

  for (guint i = 0; i < unnamed->len; i++)
    g_test_message ("no name: %s", (const char *) unnamed->pdata[i]);
  g_assert_cmpuint (unnamed->len, ==, 0);
}

static void
test_names (CsmUiDesk     *desk,
            gconstpointer  data)
{
  static const char *const pages[] = { "discussion", "case", "customer" };

  csm_ui_desk_open (desk, 1400, 900);
  assert_all_named (desk->window);
  csm_ui_desk_open_case (desk, 1);
  for (guint i = 0; i < G_N_ELEMENTS (pages); i++)
    {
      csm_colleague_pane_show_page (CSM_COLLEAGUE_PANE (csm_ui_find_type (desk->window, CSM_TYPE_COLLEAGUE_PANE)), pages[i]);
      csm_ui_settle ();
      assert_all_named (desk->window);
    }
}

static void
test_narrow (CsmUiDesk     *desk,
             gconstpointer  data)
{
  CsmShell *shell;

  csm_ui_desk_open (desk, 360, 700);
  shell = csm_window_get_shell (CSM_WINDOW (desk->window));
  g_assert_cmpint (csm_shell_get_mode (shell), ==, CSM_SHELL_SINGLE);
  g_assert_cmpint (gtk_widget_get_width (desk->window), <=, 360);
  g_assert_true (csm_shell_shows_cases (shell));
  csm_ui_desk_save_png (desk, "window-360-list.png");
  csm_ui_desk_open_case (desk, 1);
  g_assert_false (csm_shell_shows_cases (shell));
  g_assert_cmpint (gtk_widget_get_width (desk->window), <=, 360);
  csm_ui_desk_save_png (desk, "window-360-case.png");
  csm_ui_activate (desk->window, "win.note");
  csm_ui_settle ();
  g_assert_true (gtk_widget_get_mapped (csm_ui_find (csm_ui_find_type (desk->window, CSM_TYPE_COMMENT_BOX), GTK_TYPE_TEXT_VIEW, "text_view")));
  g_assert_cmpint (gtk_widget_get_width (desk->window), <=, 360);
  csm_ui_desk_save_png (desk, "window-360-note.png");
}

static void
test_widths (CsmUiDesk     *desk,
             gconstpointer  data)
{
  csm_ui_desk_open (desk, 1400, 900);
  g_assert_cmpint (csm_shell_get_mode (csm_window_get_shell (CSM_WINDOW (desk->window))), ==, CSM_SHELL_WIDE);
  csm_ui_desk_open_case (desk, 1);
  g_assert_true (gtk_widget_get_mapped (csm_ui_find (csm_ui_find_type (desk->window, CSM_TYPE_COMMENT_BOX), GTK_TYPE_TEXT_VIEW, "text_view")));
  g_assert_cmpint (csm_shell_mode_for_width (1199), ==, CSM_SHELL_MEDIUM);
  g_assert_cmpint (csm_shell_mode_for_width (899), ==, CSM_SHELL_NARROW);
  g_assert_cmpint (csm_shell_mode_for_width (599), ==, CSM_SHELL_SINGLE);
}

static void
test_dark (CsmUiDesk     *desk,
           gconstpointer  data)
{
  adw_style_manager_set_color_scheme (adw_style_manager_get_default (), ADW_COLOR_SCHEME_FORCE_DARK);
  csm_ui_desk_open (desk, 1000, 700);
  g_assert_cmpint (csm_shell_get_mode (csm_window_get_shell (CSM_WINDOW (desk->window))), ==, CSM_SHELL_MEDIUM);
  csm_ui_desk_open_case (desk, 1);
  csm_ui_desk_save_png (desk, "window-1000-dark.png");
  adw_style_manager_set_color_scheme (adw_style_manager_get_default (), ADW_COLOR_SCHEME_DEFAULT);
}

static void
test_right_to_left (CsmUiDesk     *desk,
                    gconstpointer  data)
{
  gtk_widget_set_default_direction (GTK_TEXT_DIR_RTL);
  csm_ui_desk_open (desk, 1400, 900);
  csm_ui_desk_open_case (desk, 1);
  g_assert_true (gtk_widget_get_mapped (csm_ui_find (csm_ui_find_type (desk->window, CSM_TYPE_COMMENT_BOX), GTK_TYPE_TEXT_VIEW, "text_view")));
  csm_ui_desk_save_png (desk, "window-rtl.png");
  gtk_widget_set_default_direction (GTK_TEXT_DIR_LTR);
}

#define ADD(path, function) \
  g_test_add ("/looks/" path, CsmUiDesk, application, csm_ui_desk_set_up, function, csm_ui_desk_tear_down)

int
main (int    argc,
      char **argv)
{
  g_autoptr (AdwApplication) application = csm_ui_test_start (&argc, &argv);

  ADD ("rows", test_rows);
  ADD ("names", test_names);
  ADD ("widths", test_widths);
  ADD ("narrow", test_narrow);
  ADD ("dark", test_dark);
  ADD ("right-to-left", test_right_to_left);
  return csm_ui_test_run ();
}
