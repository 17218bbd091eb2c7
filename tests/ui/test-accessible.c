/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include <string.h>

#include "csm-away-sheet.h"
#include "csm-case-list-slot.h"
#include "csm-case-news.h"
#include "csm-colleague-pane.h"
#include "csm-command-palette.h"
#include "csm-comment-box.h"
#include "csm-comment-row.h"
#include "csm-composer.h"
#include "csm-conversation-pane.h"
#include "csm-load-page.h"
#include "csm-message-row.h"
#include "csm-news-line.h"
#include "csm-preferences-window.h"
#include "csm-sheet.h"
#include "csm-shortcuts.h"
#include "csm-status-line.h"
#include "csm-timeline.h"
#include "csm-ui-desk.h"
#include "csm-ui-records.h"
#include "csm-ui-test.h"
#include "csm-ui-world.h"
#include "csm-views-pane.h"
#include "csm-window.h"
#include "csm-workspace-window.h"

/* --- names ----------------------------------------------------------------------------------------------------- */

static void
assert_called (GtkWidget  *widget,
               const char *name)
{
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, name);
  g_assert_false (gtk_test_accessible_has_relation (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_RELATION_LABELLED_BY));
}

static GtkWidget *
show_in (GtkWidget *window,
         GtkWidget *widget)
{
  gtk_window_set_child (GTK_WINDOW (window), widget);
  gtk_window_present (GTK_WINDOW (window));
  csm_ui_settle ();
  return widget;
}

/* What stands on a button is its name, without the underscore and once, also when it changes; unless it has another. */
static void
test_buttons (void)
{
  GtkWidget *window = gtk_window_new ();
  GtkWidget *button = show_in (window, gtk_button_new_with_mnemonic ("_Send"));
  GtkWidget *own = gtk_button_new_with_mnemonic ("_Unblock");
  GtkWidget *words = gtk_label_new ("Ana");

  assert_called (button, "Send");
  gtk_button_set_label (GTK_BUTTON (button), "Send _Anyway");
  assert_called (button, "Send Anyway");
  gtk_accessible_update_property (GTK_ACCESSIBLE (own), GTK_ACCESSIBLE_PROPERTY_LABEL, "Unblock ben@example.org", -1);
  assert_called (show_in (window, own), "Unblock ben@example.org");
  button = gtk_button_new_from_icon_name ("edit-symbolic");
  gtk_widget_set_tooltip_text (button, "Edit");
  assert_called (show_in (window, button), "Edit");
  button = gtk_button_new ();
  gtk_button_set_child (GTK_BUTTON (button), words);
  assert_called (show_in (window, button), "Ana");
  gtk_label_set_text (GTK_LABEL (words), "Ben");
  assert_called (button, "Ben");
  assert_called (show_in (window, gtk_check_button_new_with_mnemonic ("_All of them")), "All of them");
  gtk_window_destroy (GTK_WINDOW (window));
}

/* The focus is on the button within a menu's button. */
static void
test_menu_buttons (void)
{
  GtkWidget *window = gtk_window_new ();
  GtkWidget *button = gtk_menu_button_new ();
  GtkWidget *calendar;
  g_autoptr (GPtrArray) unnamed = NULL;

  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (button), "view-more-symbolic");
  gtk_widget_set_tooltip_text (button, "More");
  assert_called (show_in (window, button), "More");
  gtk_test_accessible_assert_relation (GTK_ACCESSIBLE (gtk_widget_get_first_child (button)), GTK_ACCESSIBLE_RELATION_LABELLED_BY, button, NULL);
  calendar = show_in (window, gtk_calendar_new ());
  unnamed = csm_ui_unnamed (calendar);
  g_assert_cmpuint (unnamed->len, ==, 0);
  gtk_window_destroy (GTK_WINDOW (window));
}

/* --- from pane to pane ----------------------------------------------------------------------------------------- */

/* Returns: the innermost of the panes that has the focus */
static GType
focused_pane (CsmUiDesk *desk)
{
  const GType types[] = { CSM_TYPE_COMPOSER, CSM_TYPE_VIEWS_PANE, CSM_TYPE_CASE_LIST_PANE, CSM_TYPE_COLLEAGUE_PANE, CSM_TYPE_TIMELINE };
  GtkWidget *focus = gtk_root_get_focus (GTK_ROOT (desk->window));

  for (guint i = 0; focus != NULL && i < G_N_ELEMENTS (types); i++)
    if (gtk_widget_get_ancestor (focus, types[i]) != NULL)
      return types[i];
  return G_TYPE_INVALID;
}

static void
assert_goes (CsmUiDesk   *desk,
             const GType *types,
             guint        n_types)
{
  csm_case_list_pane_focus (csm_window_get_list (CSM_WINDOW (desk->window)));
  for (guint i = 0; i < 2 * n_types; i++)
    {
      g_assert_cmpstr (g_type_name (focused_pane (desk)), ==, g_type_name (types[i % n_types]));
      g_assert_true (gtk_widget_get_mapped (gtk_root_get_focus (GTK_ROOT (desk->window))));
      csm_ui_activate (desk->window, "win.next-pane");
    }
  for (guint i = 2 * n_types; i > 0; i--)
    {
      g_assert_cmpstr (g_type_name (focused_pane (desk)), ==, g_type_name (types[i % n_types]));
      csm_ui_activate (desk->window, "win.previous-pane");
    }
  g_assert_true (gtk_window_get_focus_visible (GTK_WINDOW (desk->window)));
}

static void
test_panes (CsmUiDesk     *desk,
            gconstpointer  data)
{
  const GType wide[] = { CSM_TYPE_CASE_LIST_PANE, CSM_TYPE_TIMELINE, CSM_TYPE_COMPOSER, CSM_TYPE_COLLEAGUE_PANE, CSM_TYPE_VIEWS_PANE };
  GtkWidget *colleagues;

  csm_ui_desk_open (desk, 1400, 900);
  csm_ui_desk_open_case (desk, 1);
  assert_goes (desk, wide, G_N_ELEMENTS (wide));
  colleagues = csm_ui_find_type (desk->window, CSM_TYPE_COLLEAGUE_PANE);
  csm_colleague_pane_show_page (CSM_COLLEAGUE_PANE (colleagues), "case");
  csm_ui_settle ();
  assert_goes (desk, wide, G_N_ELEMENTS (wide));
  /* From wherever it is, one key leads back to the cases. */
  csm_ui_activate (desk->window, "win.reply");
  g_assert_true (focused_pane (desk) == CSM_TYPE_COMPOSER);
  g_assert_true (csm_ui_press (desk->window, GDK_KEY_Escape, 0));
  g_assert_true (focused_pane (desk) == CSM_TYPE_CASE_LIST_PANE);
}

/* What is folded away is left out, and what lies over the rest is there while it does. */
static void
test_panes_folded (CsmUiDesk     *desk,
                   gconstpointer  data)
{
  const GType narrow[] = { CSM_TYPE_CASE_LIST_PANE, CSM_TYPE_TIMELINE, CSM_TYPE_COMPOSER };
  const GType medium[] = { CSM_TYPE_CASE_LIST_PANE, CSM_TYPE_TIMELINE, CSM_TYPE_COMPOSER, CSM_TYPE_VIEWS_PANE };
  CsmShell *shell;

  csm_ui_desk_open (desk, 1000, 900);
  csm_ui_desk_open_case (desk, 1);
  shell = csm_window_get_shell (CSM_WINDOW (desk->window));
  assert_goes (desk, medium, G_N_ELEMENTS (medium));
  csm_shell_set_mode (shell, CSM_SHELL_NARROW);
  assert_goes (desk, narrow, G_N_ELEMENTS (narrow));
  csm_shell_set_mode (shell, CSM_SHELL_SINGLE);
  csm_shell_show_conversation (shell);
  csm_ui_activate (desk->window, "win.reply");
  csm_ui_activate (desk->window, "win.next-pane");
  g_assert_true (focused_pane (desk) == CSM_TYPE_TIMELINE);
  csm_ui_activate (desk->window, "win.next-pane");
  g_assert_true (focused_pane (desk) == CSM_TYPE_COMPOSER);
}

/* --- what is said ----------------------------------------------------------------------------------------------- */

typedef struct
{
  GtkWidget  *line;
  const char *part;
} Heard;

static gboolean
is_heard (gpointer data)
{
  Heard *heard = data;
  /* What it says instead. */
  g_autofree char *name = gtk_test_accessible_check_property (GTK_ACCESSIBLE (heard->line), GTK_ACCESSIBLE_PROPERTY_LABEL, "");

  return name != NULL && strstr (name, heard->part) != NULL;
}

static void
wait_heard (GtkWidget  *line,
            const char *part)
{
  Heard heard = { line, part };

  csm_ui_wait_until (is_heard, &heard, part);
}

static void
put_message (CsmUiDesk  *desk,
             const char *direction,
             const char *delivery)
{
  g_autofree char *json = g_strdup_printf ("{'id':'m01J0000000000000000000099%d','caseId':'c01J00000000000000000000001','conversationId':'v01J00000000000000000000001',"
                                           "'channelId':'h01J00000000000000000000001','direction':'%s','from':[{'name':'Pablo','address':'pablo@example.org'}],"
                                           "'at':'2099-01-01T10:00:00Z','textBody':'It has come','body':[{'t':'p','s':[{'x':'It has come'}]}]%s}",
                                           g_str_equal (direction, "in") ? 7 : 8, direction, delivery);

  csm_ui_put (desk->cache, CSM_TYPE_ID_MESSAGE, json);
}

/* What comes while a case is open changes what a line says that the keyboard reaches. */
static void
test_news (CsmUiDesk     *desk,
           gconstpointer  data)
{
  GtkWidget *line;

  csm_ui_desk_open (desk, 1400, 900);
  csm_ui_desk_open_case (desk, 1);
  line = csm_ui_find_type (desk->window, CSM_TYPE_NEWS_LINE);
  g_assert_false (gtk_widget_get_visible (line));
  g_assert_cmpint (gtk_accessible_get_accessible_role (GTK_ACCESSIBLE (line)), ==, GTK_ACCESSIBLE_ROLE_STATUS);
  put_message (desk, "in", "");
  wait_heard (line, "New message from Pablo");
  g_assert_true (gtk_widget_grab_focus (line));
  csm_ui_put (desk->cache, CSM_TYPE_ID_COMMENT,
              "{'id':'n01J00000000000000000000099','caseId':'c01J00000000000000000000001','authorId':'p01J00000000000000000000002',"
              "'at':'2099-01-02T10:00:00Z','created':'2099-01-02T10:00:00Z','body':'The zip is a known fault'}");
  wait_heard (line, "New note from Ben Okafor");
  /* It is dated before the note. */
  put_message (desk, "out", ",'delivery':{'state':'queued'}");
  put_message (desk, "out", ",'delivery':{'state':'handedOver'}");
  wait_heard (line, "Reply: Being handed over");
  put_message (desk, "out", ",'delivery':{'state':'failed','why':'no such user'}");
  wait_heard (line, "Reply: Not delivered: no such user");
  csm_ui_desk_open_case (desk, 2);
  g_assert_false (gtk_widget_get_visible (line));
}

typedef struct
{
  GtkWidget *line;
  GString   *heard;    /* every name that it had since something was said */
  AdwToast  *toast;    /* the newest */
} Listener;

static void
said_cb (Listener *listener)
{
  g_autofree char *name = gtk_test_accessible_check_property (GTK_ACCESSIBLE (listener->line), GTK_ACCESSIBLE_PROPERTY_LABEL, "");

  g_string_append_printf (listener->heard, "%s\n", name != NULL ? name : "");
}

static void
toast_cb (Listener *listener,
          AdwToast *toast)
{
  g_set_object (&listener->toast, toast);
}

typedef struct
{
  Listener   *listener;
  const char *part;
} Said;

static gboolean
was_said (gpointer data)
{
  const Said *said = data;

  return strstr (said->listener->heard->str, said->part) != NULL;
}

/* A toast goes by itself, and the machine may be slow: what counts is that it was said. */
static void
wait_said (Listener   *listener,
           const char *part)
{
  Said said = { listener, part };

  csm_ui_wait_until (was_said, &said, part);
}

static gboolean
is_toast_shown (gpointer data)
{
  Listener *listener = data;
  GtkWidget *label = csm_ui_find_label (GTK_WIDGET (gtk_widget_get_root (listener->line)), "Undone");

  return label != NULL && gtk_widget_get_mapped (label);
}

/* What a toast said is no news any more when the toast has gone. */
static void
assert_undone_is_over (Listener *listener)
{
  g_autofree char *name = NULL;

  csm_ui_wait_until (is_toast_shown, listener, "the toast");
  csm_ui_wait_painted (GTK_WIDGET (gtk_widget_get_root (listener->line)));
  adw_toast_dismiss (listener->toast);
  csm_ui_settle ();
  name = gtk_test_accessible_check_property (GTK_ACCESSIBLE (listener->line), GTK_ACCESSIBLE_PROPERTY_LABEL, "");
  g_assert_null (strstr (name, "Undone"));
}

static void
test_status (CsmUiDesk     *desk,
             gconstpointer  data)
{
  g_autoptr (GString) heard = g_string_new (NULL);
  Listener listener = { .heard = heard };
  GtkWidget *line;

  csm_ui_desk_open (desk, 1400, 900);
  csm_ui_desk_open_case (desk, 1);
  line = listener.line = csm_ui_find_type (desk->window, CSM_TYPE_STATUS_LINE);
  g_assert_cmpint (gtk_accessible_get_accessible_role (GTK_ACCESSIBLE (line)), ==, GTK_ACCESSIBLE_ROLE_STATUS);
  g_signal_connect_swapped (csm_case_news_of (desk->workbench), "notify::said", G_CALLBACK (said_cb), &listener);
  g_signal_connect_swapped (desk->workbench, "toast", G_CALLBACK (toast_cb), &listener);
  /* How many they are counts what is kept of the draft, too, when that is slow. */
  csm_ui_activate (desk->window, "win.resolve");
  wait_heard (line, " wait");
  wait_said (&listener, "Resolved");
  csm_ui_activate (desk->window, "win.undo");
  csm_ui_world_wait_unsent (desk);
  wait_said (&listener, "Undone");
  assert_undone_is_over (&listener);
  csm_ui_world_write_reply (desk, "Dear María");
  wait_heard (line, " wait");
  wait_heard (csm_ui_find_type (desk->window, CSM_TYPE_NEWS_LINE), "Reply: Waits for the network");
  wait_heard (line, "Reply: Waits for the network");
  csm_ui_world_reconnect (desk, "cannotSend", NULL);
  wait_heard (line, " you");
  wait_heard (csm_ui_find_type (desk->window, CSM_TYPE_NEWS_LINE), "This channel has no way out");
  g_signal_handlers_disconnect_by_data (csm_case_news_of (desk->workbench), &listener);
  g_signal_handlers_disconnect_by_data (desk->workbench, &listener);
  g_clear_object (&listener.toast);
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
      /* A text takes Tab for itself only where it says so. */
      g_assert_false (GTK_IS_TEXT_VIEW (focus) && gtk_text_view_get_accepts_tab (GTK_TEXT_VIEW (focus)));
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
  GtkWidget *list;
  g_autoptr (GPtrArray) stops = NULL;
  g_autoptr (GPtrArray) stops_back = NULL;
  g_autoptr (CsmCaseView) view = NULL;

  csm_ui_desk_open (desk, 1400, 900);
  csm_ui_desk_open_case (desk, 1);
  views = csm_ui_find (csm_ui_find_type (desk->window, CSM_TYPE_VIEWS_PANE), GTK_TYPE_LIST_BOX, "list");
  list = csm_ui_find_type (desk->window, GTK_TYPE_LIST_VIEW);
  view = csm_case_view_copy (csm_workbench_get_view (desk->workbench));
  csm_case_list_pane_focus (csm_window_get_list (CSM_WINDOW (desk->window)));
  stops = walk (desk->window, FALSE);
  assert_panes (stops, there, G_N_ELEMENTS (there));
  assert_one_stop (stops, list);
  assert_one_stop (stops, views);
  assert_reached (desk->window, stops);
  stops_back = walk (desk->window, TRUE);
  assert_panes (stops_back, back, G_N_ELEMENTS (back));
  assert_one_stop (stops_back, list);
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

/* --- what is not there yet, and what can't be read -------------------------------------------------------------- */

static gboolean
is_busy (gpointer data)
{
  return csm_load_page_is_busy (data);
}

static void
count_cb (guint *n)
{
  (*n)++;
}

/* Nothing flickers; what takes a while says so, and what fails can be tried again. */
static void
test_load_page (void)
{
  GtkWidget *window = gtk_window_new ();
  GtkWidget *page = g_object_new (CSM_TYPE_LOAD_PAGE, NULL);
  GtkWidget *button;
  guint n = 0;

  g_signal_connect_swapped (page, "again", G_CALLBACK (count_cb), &n);
  g_assert_false (csm_load_page_is_busy (CSM_LOAD_PAGE (page)));
  show_in (window, page);
  csm_ui_wait_until (is_busy, page, "the spinner");
  csm_load_page_set_failed (CSM_LOAD_PAGE (page), TRUE);
  g_assert_false (csm_load_page_is_busy (CSM_LOAD_PAGE (page)));
  button = gtk_widget_get_ancestor (csm_ui_find_label (page, "Try Again"), GTK_TYPE_BUTTON);
  g_signal_emit_by_name (button, "clicked");
  g_assert_cmpuint (n, ==, 1);
  csm_ui_wait_until (is_busy, page, "the spinner again");
  gtk_window_destroy (GTK_WINDOW (window));
}

static gboolean
is_case_shown (gpointer data)
{
  GtkWidget *stack = csm_ui_find (csm_ui_find_type (data, CSM_TYPE_CONVERSATION_PANE), GTK_TYPE_STACK, "stack");

  return g_strcmp0 (gtk_stack_get_visible_child_name (GTK_STACK (stack)), "case") == 0;
}

static void
test_unreadable (CsmUiDesk     *desk,
                 gconstpointer  data)
{
  GtkWidget *pane;
  GtkWidget *list;
  GtkWidget *label;

  csm_ui_desk_open (desk, 1400, 900);
  pane = csm_ui_find_type (desk->window, CSM_TYPE_CONVERSATION_PANE);
  list = GTK_WIDGET (csm_window_get_list (CSM_WINDOW (desk->window)));
  csm_workbench_show_case (desk->workbench, "c01J00000000000000000000001");
  g_signal_emit_by_name (desk->workbench, "case-failed");
  label = csm_ui_find_label (pane, "This Can’t Be Read");
  g_assert_true (gtk_widget_get_mapped (label));
  csm_ui_wait_until (is_case_shown, desk->window, "the case");
  g_assert_false (gtk_widget_get_mapped (label));

  g_signal_emit_by_name (csm_case_list_pane_get_model (CSM_CASE_LIST_PANE (list)), "failed");
  label = csm_ui_find_label (list, "This Can’t Be Read");
  g_assert_true (gtk_widget_get_mapped (label));
  g_signal_emit_by_name (gtk_widget_get_ancestor (csm_ui_find_label (list, "Try Again"), GTK_TYPE_BUTTON), "clicked");
  csm_ui_world_wait_label (list, "María López");
  g_assert_false (gtk_widget_get_mapped (label));
}

/* --- large text ------------------------------------------------------------------------------------------------ */

/* What has no room beside the rest when its text is twice as large is folded as in a window half as wide. */
static void
test_large_text (CsmUiDesk     *desk,
                 gconstpointer  data)
{
  GtkSettings *settings = gtk_settings_get_default ();
  CsmShell *shell;
  int before;

  g_object_get (settings, "gtk-xft-dpi", &before, NULL);
  g_object_set (settings, "gtk-xft-dpi", 2 * 96 * 1024, NULL);
  csm_ui_desk_open (desk, 1400, 900);
  csm_ui_desk_open_case (desk, 1);
  shell = csm_window_get_shell (CSM_WINDOW (desk->window));
  g_assert_cmpint (csm_shell_get_mode (shell), ==, CSM_SHELL_NARROW);
  g_assert_cmpint (gtk_widget_get_width (csm_ui_find_type (desk->window, CSM_TYPE_CASE_LIST_PANE)), >=, 500);
  g_assert_cmpint (gtk_widget_get_width (csm_ui_find_type (desk->window, CSM_TYPE_CONVERSATION_PANE)), >=, 720);
  csm_shell_expect_width (shell, 900);
  g_assert_cmpint (csm_shell_get_mode (shell), ==, CSM_SHELL_SINGLE);
  g_object_set (settings, "gtk-xft-dpi", before, NULL);
  csm_shell_expect_width (shell, 900);
  g_assert_cmpint (csm_shell_get_mode (shell), ==, CSM_SHELL_MEDIUM);
}

static void
assert_fits (GtkWidget *window)
{
  int minimum;

  gtk_widget_measure (gtk_widget_get_first_child (window), GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);
  if (minimum > 360)
    g_error ("%s needs %d px", G_OBJECT_TYPE_NAME (window), minimum);
}

static void
show_narrow (GtkWindow *window)
{
  gtk_window_set_default_size (window, 360, 700);
  gtk_window_present (window);
  csm_ui_settle ();
  csm_ui_wait_painted (GTK_WIDGET (window));
  assert_fits (GTK_WIDGET (window));
}

/* Returns: the first of them that can be seen, and reads so */
static GtkWidget *
mapped_label (GtkWidget  *widget,
              const char *text)
{
  GtkWidget *found = NULL;

  if (!gtk_widget_get_mapped (widget))
    return NULL;
  if (GTK_IS_LABEL (widget) && g_str_equal (gtk_label_get_text (GTK_LABEL (widget)), text))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL; child = gtk_widget_get_next_sibling (child))
    found = mapped_label (child, text);
  return found;
}

/* What is chosen is read to its end. */
static void
assert_choices_are_read (CsmUiDesk *desk)
{
  GtkWindow *window = csm_preferences_window_new (NULL, desk->settings, desk->workbench);
  GtkWidget *choice;

  adw_preferences_window_set_visible_page_name (ADW_PREFERENCES_WINDOW (window), "reading");
  show_narrow (window);
  choice = mapped_label (GTK_WIDGET (window), "Comfortable");
  g_assert_nonnull (choice);
  g_assert_false (pango_layout_is_ellipsized (gtk_label_get_layout (GTK_LABEL (choice))));
  gtk_window_destroy (window);
}

/* Whether what a sheet is for stands in its header */
static gboolean
saves_in_header (gpointer sheet)
{
  GtkWidget *save = mapped_label (sheet, "Save");

  return save != NULL && gtk_widget_get_ancestor (save, ADW_TYPE_HEADER_BAR) != NULL;
}

static gboolean
saves_below (gpointer sheet)
{
  GtkWidget *save = mapped_label (sheet, "Save");

  return save != NULL && gtk_widget_get_ancestor (save, ADW_TYPE_HEADER_BAR) == NULL;
}

/* Whatever a window is for can be seen and done in the narrowest one, with the largest text. */
static void
test_large_text_narrow (CsmUiDesk     *desk,
                        gconstpointer  data)
{
  GtkSettings *settings = gtk_settings_get_default ();
  GtkWindow *window;
  CsmSheet *sheet;
  GtkWidget *save;
  int before;

  assert_choices_are_read (desk);
  csm_ui_desk_open (desk, 1400, 900);
  csm_ui_desk_open_case (desk, 1);
  g_object_get (settings, "gtk-xft-dpi", &before, NULL);
  g_object_set (settings, "gtk-xft-dpi", 2 * 96 * 1024, NULL);
  assert_choices_are_read (desk);
  window = csm_workspace_window_new (NULL, desk->workbench);
  show_narrow (window);
  gtk_window_destroy (window);
  window = csm_shortcuts_new (NULL);
  show_narrow (window);
  gtk_window_destroy (window);
  csm_ui_activate (desk->window, "win.hand-over");
  window = GTK_WINDOW (csm_ui_find_window (CSM_TYPE_SHEET));
  show_narrow (window);
  gtk_window_destroy (window);

  sheet = csm_away_sheet_present (desk->window, desk->workbench, "p01J00000000000000000000001");
  show_narrow (GTK_WINDOW (sheet));
  csm_ui_wait_until (saves_below, sheet, "the button below the page");
  save = gtk_widget_get_ancestor (mapped_label (GTK_WIDGET (sheet), "Save"), GTK_TYPE_BUTTON);
  g_signal_emit_by_name (save, "clicked");
  g_assert_null (csm_ui_find_window (CSM_TYPE_SHEET));
  g_object_set (settings, "gtk-xft-dpi", before, NULL);
  sheet = csm_away_sheet_present (desk->window, desk->workbench, "p01J00000000000000000000001");
  show_narrow (GTK_WINDOW (sheet));
  csm_ui_wait_until (saves_in_header, sheet, "the button in the header");
  gtk_window_destroy (GTK_WINDOW (sheet));
}

/* --- high contrast ---------------------------------------------------------------------------------------------- */

static void
assert_has_edges (GtkWidget *widget)
{
  g_assert_true (gtk_widget_has_css_class (GTK_WIDGET (gtk_widget_get_root (widget)), "contrast"));
}

/* Whatever is shown has the stronger edges, for which the library has no way to be asked while it runs. */
static void
test_contrast (CsmUiDesk     *desk,
               gconstpointer  data)
{
  GtkWindow *window;

  if (!g_test_subprocess ())
    {
      csm_ui_desk_open (desk, 900, 700);
      g_assert_false (gtk_widget_has_css_class (desk->window, "contrast"));
      g_setenv ("ADW_DEBUG_HIGH_CONTRAST", "1", TRUE);
      g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
      g_unsetenv ("ADW_DEBUG_HIGH_CONTRAST");
      g_test_trap_assert_passed ();
      return;
    }
  g_assert_true (adw_style_manager_get_high_contrast (adw_style_manager_get_default ()));
  csm_ui_desk_open (desk, 1400, 900);
  csm_ui_desk_open_case (desk, 1);
  assert_has_edges (desk->window);
  csm_ui_activate (desk->window, "win.palette");
  assert_has_edges (csm_ui_find_type (desk->window, CSM_TYPE_COMMAND_PALETTE));
  gtk_popover_popdown (GTK_POPOVER (csm_ui_find_type (desk->window, CSM_TYPE_COMMAND_PALETTE)));
  csm_ui_activate (desk->window, "win.hand-over");
  assert_has_edges (csm_ui_find_window (CSM_TYPE_SHEET));
  gtk_window_destroy (GTK_WINDOW (csm_ui_find_window (CSM_TYPE_SHEET)));
  window = csm_preferences_window_new (NULL, desk->settings, desk->workbench);
  assert_has_edges (GTK_WIDGET (window));
  gtk_window_destroy (window);
  window = GTK_WINDOW (adw_message_dialog_new (NULL, "Heading", NULL));
  assert_has_edges (GTK_WIDGET (window));
  gtk_window_destroy (window);
}

/* --- the pages of a window ------------------------------------------------------------------------------------- */

static gboolean
is_folded (gpointer data)
{
  return adw_leaflet_get_folded (data);
}

/* Where there is no room for the list of pages beside one of them, it comes first. */
static void
test_pages (CsmUiDesk     *desk,
            gconstpointer  data)
{
  GtkWindow *window = csm_workspace_window_new (NULL, desk->workbench);
  AdwLeaflet *leaflet = ADW_LEAFLET (csm_ui_find_type (GTK_WIDGET (window), ADW_TYPE_LEAFLET));
  GtkWidget *list = csm_ui_find_type (adw_leaflet_get_visible_child (leaflet), GTK_TYPE_LIST_BOX);
  GtkListBoxRow *row = gtk_list_box_get_row_at_index (GTK_LIST_BOX (list), 6);

  gtk_window_set_default_size (window, 360, 700);
  gtk_window_present (window);
  csm_ui_wait_until (is_folded, leaflet, "the narrow window");
  g_assert_true (gtk_widget_is_ancestor (list, adw_leaflet_get_visible_child (leaflet)));
  g_assert_nonnull (csm_ui_find_label (GTK_WIDGET (row), "Tags"));
  g_signal_emit_by_name (list, "row-activated", row);
  g_assert_false (gtk_widget_is_ancestor (list, adw_leaflet_get_visible_child (leaflet)));
  g_assert_cmpstr (adw_preferences_window_get_visible_page_name (ADW_PREFERENCES_WINDOW (window)), ==, "tags");
  g_assert_true (GTK_IS_BUTTON (gtk_root_get_focus (GTK_ROOT (window))));
  g_signal_emit_by_name (gtk_root_get_focus (GTK_ROOT (window)), "clicked");
  g_assert_true (gtk_widget_is_ancestor (list, adw_leaflet_get_visible_child (leaflet)));
  g_assert_true (gtk_root_get_focus (GTK_ROOT (window)) == GTK_WIDGET (row));
  adw_preferences_window_set_visible_page_name (ADW_PREFERENCES_WINDOW (window), "people");
  g_assert_false (gtk_widget_is_ancestor (list, adw_leaflet_get_visible_child (leaflet)));
  gtk_window_destroy (window);
}

#define ADD(path, function) \
  g_test_add ("/accessible/" path, CsmUiDesk, application, csm_ui_desk_set_up, function, csm_ui_desk_tear_down)

int
main (int    argc,
      char **argv)
{
  g_autoptr (AdwApplication) application = csm_ui_test_start (&argc, &argv);

  g_test_add_func ("/accessible/buttons", test_buttons);
  g_test_add_func ("/accessible/menu-buttons", test_menu_buttons);
  ADD ("panes", test_panes);
  ADD ("panes-folded", test_panes_folded);
  ADD ("tab-order", test_tab_order);
  ADD ("narrow-keys", test_narrow_keys);
  g_test_add_func ("/accessible/load-page", test_load_page);
  ADD ("unreadable", test_unreadable);
  ADD ("large-text", test_large_text);
  ADD ("large-text-narrow", test_large_text_narrow);
  ADD ("contrast", test_contrast);
  ADD ("pages", test_pages);
  ADD ("news", test_news);
  ADD ("status", test_status);
  return csm_ui_test_run ();
}
