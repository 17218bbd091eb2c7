/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-case-list-row.h"
#include "csm-case-list-slot.h"
#include "csm-colleague-pane.h"
#include "csm-comment-box.h"
#include "csm-comment-row.h"
#include "csm-composer.h"
#include "csm-conversation-pane.h"
#include "csm-message-row.h"
#include "csm-ui-desk.h"
#include "csm-ui-records.h"
#include "csm-ui-test.h"
#include "csm-views-pane.h"
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

/* Without a mouse, Tab comes to every pane, and in each to what can be done there. */
static void
test_tab (CsmUiDesk     *desk,
          gconstpointer  data)
{
  const GType panes[] = { CSM_TYPE_VIEWS_PANE, CSM_TYPE_CASE_LIST_PANE, CSM_TYPE_CONVERSATION_PANE, CSM_TYPE_COLLEAGUE_PANE, CSM_TYPE_MESSAGE_ROW,
                          CSM_TYPE_COMPOSER, CSM_TYPE_COMMENT_BOX, CSM_TYPE_COMMENT_ROW };
  gboolean seen[G_N_ELEMENTS (panes)] = { FALSE };

  csm_ui_desk_open (desk, 1400, 900);
  csm_ui_desk_open_case (desk, 1);
  gtk_window_set_focus (GTK_WINDOW (desk->window), NULL);
  for (guint i = 0; i < 200; i++)
    {
      GtkWidget *focus;

      gtk_widget_child_focus (desk->window, GTK_DIR_TAB_FORWARD);
      focus = gtk_window_get_focus (GTK_WINDOW (desk->window));
      for (guint j = 0; focus != NULL && j < G_N_ELEMENTS (panes); j++)
        seen[j] = seen[j] || gtk_widget_get_ancestor (focus, panes[j]) != NULL;
      /* A text takes Tab for itself only where it says so. */
      g_assert_false (GTK_IS_TEXT_VIEW (focus) && gtk_text_view_get_accepts_tab (GTK_TEXT_VIEW (focus)));
    }
  for (guint i = 0; i < G_N_ELEMENTS (panes); i++)
    if (!seen[i])
      g_error ("Tab does not come to %s", g_type_name (panes[i]));
}

/* --- the keyboard ---------------------------------------------------------------------------------------------- */

#define MOST_STOPS 300

/* Returns: (nullable): the innermost of the panes that @widget is in */
static const char *
pane_of (GtkWidget *widget)
{
  const GType panes[] = { CSM_TYPE_COMPOSER, CSM_TYPE_VIEWS_PANE, CSM_TYPE_CASE_LIST_PANE, CSM_TYPE_COLLEAGUE_PANE, CSM_TYPE_CONVERSATION_PANE };

  for (guint i = 0; widget != NULL && i < G_N_ELEMENTS (panes); i++)
    if (gtk_widget_get_ancestor (widget, panes[i]) != NULL)
      return g_type_name (panes[i]);
  return NULL;
}

/* As the key does it. */
static void
press_tab (GtkWidget *window,
           gboolean   back)
{
  for (GtkWidget *widget = gtk_root_get_focus (GTK_ROOT (window)); widget != NULL; widget = gtk_widget_get_parent (widget))
    if (csm_ui_press (widget, back ? GDK_KEY_ISO_Left_Tab : GDK_KEY_Tab, back ? GDK_SHIFT_MASK : 0))
      return;
  gtk_widget_child_focus (window, back ? GTK_DIR_TAB_BACKWARD : GTK_DIR_TAB_FORWARD);
}

/* Goes on until the focus is where it was. Returns: (transfer full) (element-type GtkWidget): where it came by */
static GPtrArray *
walk (GtkWidget *window,
      gboolean   back)
{
  GPtrArray *stops = g_ptr_array_new_with_free_func (g_object_unref);
  GtkWidget *first = gtk_root_get_focus (GTK_ROOT (window));

  for (guint i = 0; i < MOST_STOPS; i++)
    {
      GtkWidget *focus = gtk_root_get_focus (GTK_ROOT (window));

      if (i > 0 && focus == first)
        return stops;
      if (focus != NULL)
        g_ptr_array_add (stops, g_object_ref (focus));
      press_tab (window, back);
    }
  g_error ("Tab does not come round");
}

/* Returns: (transfer full): the panes one after another; those that a stop is in with nothing between once */
static GPtrArray *
panes_along (GPtrArray *stops)
{
  GPtrArray *all = g_ptr_array_new ();

  for (guint i = 0; i < stops->len; i++)
    {
      const char *pane = pane_of (stops->pdata[i]);

      g_assert_nonnull (pane);
      if (all->len == 0 || all->pdata[all->len - 1] != pane)
        g_ptr_array_add (all, (gpointer) pane);
    }
  /* It began in the midst of the list's pane, and ends before it. */
  if (all->len > 1 && all->pdata[0] == all->pdata[all->len - 1])
    g_ptr_array_set_size (all, (int) all->len - 1);
  return all;
}

static void
assert_panes (GPtrArray   *stops,
              const GType *types,
              guint        n_types)
{
  g_autoptr (GPtrArray) panes = panes_along (stops);

  for (guint i = 0; i < panes->len; i++)
    g_assert_cmpstr (panes->pdata[i], ==, i < n_types ? g_type_name (types[i]) : NULL);
  g_assert_cmpuint (panes->len, ==, n_types);
}

static gboolean
is_stop (GtkWidget *widget,
         GPtrArray *stops)
{
  for (guint i = 0; i < stops->len; i++)
    if (stops->pdata[i] == widget || gtk_widget_is_ancestor (stops->pdata[i], widget))
      return TRUE;
  return FALSE;
}

static gboolean
is_control (GtkWidget *widget)
{
  return GTK_IS_BUTTON (widget) || GTK_IS_CHECK_BUTTON (widget) || GTK_IS_TEXT_VIEW (widget) || GTK_IS_TEXT (widget) || GTK_IS_SWITCH (widget)
         || CSM_IS_MESSAGE_ROW (widget) || CSM_IS_COMMENT_ROW (widget);
}

/* Whatever something can be done with was come by, but for rows, among which the arrows go. */
static void
assert_reached (GtkWidget *widget,
                GPtrArray *stops)
{
  if (!gtk_widget_get_mapped (widget) || !gtk_widget_get_sensitive (widget) || !gtk_widget_get_can_focus (widget) || GTK_IS_POPOVER (widget))
    return;
  if (is_control (widget) && gtk_widget_get_focusable (widget) && !is_stop (widget, stops))
    g_error ("Tab does not come to %s in %s", G_OBJECT_TYPE_NAME (widget), G_OBJECT_TYPE_NAME (gtk_widget_get_parent (widget)));
  if (GTK_IS_LIST_VIEW (widget) || (GTK_IS_LIST_BOX (widget) && gtk_widget_get_ancestor (widget, CSM_TYPE_VIEWS_PANE) != NULL))
    return;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    assert_reached (child, stops);
}

static void
assert_one_stop (GPtrArray *stops,
                 GtkWidget *list)
{
  guint n = 0;

  for (guint i = 0; i < stops->len; i++)
    n += gtk_widget_is_ancestor (stops->pdata[i], list);
  g_assert_cmpuint (n, ==, 1);
}

/* Tab goes through the window in the order in which it is read, and a list is no longer a way than anything else. */
static void
test_tab_order (CsmUiDesk     *desk,
                gconstpointer  data)
{
  const GType there[] = { CSM_TYPE_CASE_LIST_PANE, CSM_TYPE_CONVERSATION_PANE, CSM_TYPE_COMPOSER, CSM_TYPE_COLLEAGUE_PANE, CSM_TYPE_VIEWS_PANE };
  const GType back[] = { CSM_TYPE_CASE_LIST_PANE, CSM_TYPE_VIEWS_PANE, CSM_TYPE_COLLEAGUE_PANE, CSM_TYPE_COMPOSER, CSM_TYPE_CONVERSATION_PANE };
  GtkWidget *views;
  g_autoptr (GPtrArray) stops = NULL;
  g_autoptr (GPtrArray) stops_back = NULL;
  g_autoptr (CsmCaseView) view = NULL;

  csm_ui_desk_open (desk, 1400, 900);
  csm_ui_desk_open_case (desk, 1);
  views = csm_ui_find (csm_ui_find_type (desk->window, CSM_TYPE_VIEWS_PANE), GTK_TYPE_LIST_BOX, "list");
  view = csm_case_view_copy (csm_workbench_get_view (desk->workbench));
  csm_case_list_pane_focus (csm_window_get_list (CSM_WINDOW (desk->window)));
  stops = walk (desk->window, FALSE);
  assert_panes (stops, there, G_N_ELEMENTS (there));
  assert_one_stop (stops, case_list (desk));
  assert_one_stop (stops, views);
  assert_reached (desk->window, stops);
  stops_back = walk (desk->window, TRUE);
  assert_panes (stops_back, back, G_N_ELEMENTS (back));
  assert_one_stop (stops_back, case_list (desk));
  g_assert_true (csm_case_view_equal (view, csm_workbench_get_view (desk->workbench)));
}

typedef struct
{
  CsmUiDesk *desk;
  guint      number;
} Step;

/* Whether the case of that row is open, and the keyboard on the row */
static gboolean
is_at_row (gpointer data)
{
  const Step *step = data;
  GtkWidget *focus = gtk_root_get_focus (GTK_ROOT (step->desk->window));
  GtkWidget *slot = focus != NULL ? gtk_widget_get_first_child (focus) : NULL;
  CsmCaseListModel *model = csm_case_list_pane_get_model (csm_window_get_list (CSM_WINDOW (step->desk->window)));
  g_autoptr (CsmCaseItem) item = g_list_model_get_item (G_LIST_MODEL (model), step->number);

  return slot != NULL && CSM_IS_CASE_LIST_SLOT (slot) && csm_case_list_slot_get_position (CSM_CASE_LIST_SLOT (slot)) == step->number
         && g_strcmp0 (csm_case_item_get_id (item), csm_workbench_get_case_id (step->desk->workbench)) == 0;
}

static gboolean
is_in_note (gpointer data)
{
  CsmUiDesk *desk = data;
  GtkWidget *focus = gtk_root_get_focus (GTK_ROOT (desk->window));

  return focus != NULL && GTK_IS_TEXT_VIEW (focus) && gtk_widget_get_mapped (focus) && gtk_widget_get_ancestor (focus, CSM_TYPE_COMMENT_BOX) != NULL;
}

/* In the narrowest window the letters lead to where they lead in a wide one. */
static void
test_narrow_keys (CsmUiDesk     *desk,
                  gconstpointer  data)
{
  Step first = { desk, 0 };
  Step second = { desk, 1 };

  csm_ui_desk_open (desk, 360, 700);
  csm_case_list_pane_focus (csm_window_get_list (CSM_WINDOW (desk->window)));
  g_assert_true (csm_ui_press (desk->window, GDK_KEY_j, 0));
  csm_ui_wait_until (is_at_row, &first, "the first row");
  g_assert_true (csm_ui_press (desk->window, GDK_KEY_j, 0));
  csm_ui_wait_until (is_at_row, &second, "the second row");
  g_assert_true (csm_ui_press (desk->window, GDK_KEY_k, 0));
  csm_ui_wait_until (is_at_row, &first, "the first row again");
  csm_ui_desk_open_case (desk, 1);
  g_assert_true (csm_ui_press (desk->window, GDK_KEY_n, 0));
  csm_ui_wait_until (is_in_note, desk, "the note's box");
  g_assert_cmpint (gtk_widget_get_width (desk->window), <=, 360);
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
  ADD ("narrow-keys", test_narrow_keys);
  ADD ("dark", test_dark);
  ADD ("right-to-left", test_right_to_left);
  ADD ("tab", test_tab);
  ADD ("tab-order", test_tab_order);
  return csm_ui_test_run ();
}
