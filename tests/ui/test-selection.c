/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include <string.h>
#include <time.h>

#include "csm-bulk.h"
#include "csm-bulk-bar.h"
#include "csm-case-list-drag.h"
#include "csm-case-list-pane.h"
#include "csm-case-list-slot.h"
#include "csm-case-list-swipe.h"
#include "csm-conversation-pane.h"
#include "csm-json.h"
#include "csm-time.h"
#include "csm-ui-desk.h"
#include "csm-ui-records.h"
#include "csm-ui-test.h"
#include "csm-ui-world.h"
#include "csm-when-picker.h"
#include "csm-window.h"

#define ANA "p01J00000000000000000000001"
#define BEN "p01J00000000000000000000002"

/* --- conditions ---------------------------------------------------------------------------------------------- */

typedef struct
{
  CsmUiDesk *desk;
  guint      n;
} Count;

static gboolean
has_selected (gpointer data)
{
  Count *count = data;

  return csm_workbench_get_n_selected (count->desk->workbench) == count->n;
}

static void
wait_selected (CsmUiDesk *desk,
               guint      n)
{
  Count count = { desk, n };

  csm_ui_wait_until (has_selected, &count, "the selection");
  csm_ui_settle ();
}

static gboolean
has_listed (gpointer data)
{
  Count *count = data;
  CsmCaseListModel *model = csm_case_list_pane_get_model (csm_window_get_list (CSM_WINDOW (count->desk->window)));

  return g_list_model_get_n_items (G_LIST_MODEL (model)) == count->n;
}

static void
wait_listed (CsmUiDesk *desk,
             guint      n)
{
  Count count = { desk, n };

  csm_ui_wait_until (has_listed, &count, "the list");
  csm_ui_settle ();
}

/* --- what a person does -------------------------------------------------------------------------------------- */

static GtkWidget *
get_list (CsmUiDesk *desk)
{
  return csm_ui_find (desk->window, GTK_TYPE_LIST_VIEW, "list");
}

static CsmCaseListModel *
get_model (CsmUiDesk *desk)
{
  return csm_case_list_pane_get_model (csm_window_get_list (CSM_WINDOW (desk->window)));
}

static guint
count_listed (CsmUiDesk *desk)
{
  return g_list_model_get_n_items (G_LIST_MODEL (get_model (desk)));
}

static char *
id_at (CsmUiDesk *desk,
       guint      position)
{
  g_autoptr (CsmCaseItem) item = g_list_model_get_item (G_LIST_MODEL (get_model (desk)), position);

  return g_strdup (csm_case_item_get_id (item));
}

/* As a click does: alone, with Ctrl, with Shift. */
static void
click (CsmUiDesk *desk,
       guint      position,
       gboolean   ctrl,
       gboolean   shift)
{
  g_assert_true (gtk_widget_activate_action (get_list (desk), "list.select-item", "(ubb)", position, ctrl, shift));
  csm_ui_settle ();
}

static CsmCaseListSlot *
slot_at (CsmUiDesk *desk,
         guint      position)
{
  for (GtkWidget *child = gtk_widget_get_first_child (get_list (desk)); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *slot = gtk_widget_get_first_child (child);

      if (slot != NULL && csm_case_list_slot_get_position (CSM_CASE_LIST_SLOT (slot)) == position)
        return CSM_CASE_LIST_SLOT (slot);
    }
  g_assert_not_reached ();
}

/* Whether the row has a mark, and what it says. */
static gboolean
is_checked (CsmUiDesk *desk,
            guint      position)
{
  GtkWidget *check = csm_ui_find_type (GTK_WIDGET (slot_at (desk, position)), GTK_TYPE_CHECK_BUTTON);

  return check != NULL && gtk_widget_get_visible (check) && gtk_check_button_get_active (GTK_CHECK_BUTTON (check));
}

static gboolean
is_selected (CsmUiDesk  *desk,
             const char *case_id)
{
  return g_strv_contains (csm_workbench_get_selection (desk->workbench), case_id);
}

/* How many operations set @member to @value; NULL: to nothing */
static guint
count_ops (CsmUiDesk  *desk,
           const char *member,
           const char *value)
{
  g_autoptr (GPtrArray) ops = csm_ui_desk_outbox (desk);
  guint n = 0;

  for (guint i = 0; i < ops->len; i++)
    {
      CsmOperation *op = ops->pdata[i];

      n += json_object_has_member (op->payload, member) && g_strcmp0 (csm_json_get_string (op->payload, member), value) == 0;
    }
  return n;
}

/* --- selecting ----------------------------------------------------------------------------------------------- */

static void
test_mouse (CsmUiDesk     *desk,
            gconstpointer  data)
{
  g_autofree char *first = NULL;

  csm_ui_desk_open (desk, 1400, 900);
  first = id_at (desk, 0);
  click (desk, 0, FALSE, FALSE);
  g_assert_cmpstr (csm_workbench_get_case_id (desk->workbench), ==, first);
  g_assert_cmpuint (csm_workbench_get_n_selected (desk->workbench), ==, 0);
  g_assert_false (is_checked (desk, 0));

  click (desk, 2, TRUE, FALSE);
  g_assert_cmpuint (csm_workbench_get_n_selected (desk->workbench), ==, 2);
  g_assert_cmpstr (csm_workbench_get_case_id (desk->workbench), ==, first);
  g_assert_true (is_checked (desk, 0) && !is_checked (desk, 1) && is_checked (desk, 2));
  csm_ui_world_wait_label (desk->window, "2 Cases Selected");
  csm_ui_desk_save_png (desk, "selection-1400.png");

  click (desk, 4, FALSE, TRUE);
  g_assert_cmpuint (csm_workbench_get_n_selected (desk->workbench), ==, 3);
  g_assert_true (!is_checked (desk, 0) && is_checked (desk, 2) && is_checked (desk, 4));

  g_assert_true (csm_ui_press (desk->window, GDK_KEY_Escape, 0));
  g_assert_cmpuint (csm_workbench_get_n_selected (desk->workbench), ==, 0);
  g_assert_false (is_checked (desk, 2));
  csm_ui_world_wait_label (csm_ui_find_type (desk->window, CSM_TYPE_CONVERSATION_PANE), "Any news?");

  /* Of two the one that remains is what is read. */
  click (desk, 1, TRUE, FALSE);
  click (desk, 0, TRUE, FALSE);
  g_assert_cmpuint (csm_workbench_get_n_selected (desk->workbench), ==, 0);
  g_assert_cmpstr (csm_workbench_get_case_id (desk->workbench), !=, first);
}

static void
test_keys (CsmUiDesk     *desk,
           gconstpointer  data)
{
  g_autofree char *first = NULL;
  guint n;

  csm_ui_desk_open (desk, 1400, 900);
  n = count_listed (desk);
  first = id_at (desk, 0);
  click (desk, 0, FALSE, FALSE);
  g_assert_true (csm_ui_press (desk->window, GDK_KEY_x, 0));
  g_assert_cmpuint (csm_workbench_get_n_selected (desk->workbench), ==, 1);
  /* On the way nothing is opened, and so nothing is read. */
  g_assert_true (csm_ui_press (desk->window, GDK_KEY_j, 0));
  g_assert_true (csm_ui_press (desk->window, GDK_KEY_j, 0));
  g_assert_cmpstr (csm_workbench_get_case_id (desk->workbench), ==, first);
  g_assert_true (csm_ui_press (desk->window, GDK_KEY_x, 0));
  csm_ui_settle ();
  g_assert_cmpuint (csm_workbench_get_n_selected (desk->workbench), ==, 2);
  g_assert_true (is_checked (desk, 0) && !is_checked (desk, 1) && is_checked (desk, 2));
  g_assert_true (csm_ui_press (desk->window, GDK_KEY_Escape, 0));

  g_assert_true (csm_ui_press (desk->window, GDK_KEY_J, GDK_SHIFT_MASK));
  g_assert_true (csm_ui_press (desk->window, GDK_KEY_J, GDK_SHIFT_MASK));
  csm_ui_settle ();
  g_assert_cmpuint (csm_workbench_get_n_selected (desk->workbench), ==, 3);
  g_assert_true (gtk_widget_activate_action (get_list (desk), "list.select-all", NULL));
  wait_selected (desk, n);
  g_assert_true (csm_ui_press (desk->window, GDK_KEY_Escape, 0));
  g_assert_cmpuint (csm_workbench_get_n_selected (desk->workbench), ==, 0);
}

/* Cases that move stay selected; those that leave are so no more. */
static void
test_moving (CsmUiDesk     *desk,
             gconstpointer  data)
{
  g_autofree char *moving = NULL;
  g_autofree char *leaving = NULL;
  g_autofree char *staying = NULL;
  g_autofree char *json = NULL;

  csm_ui_desk_open (desk, 1400, 900);
  staying = id_at (desk, 1);
  moving = id_at (desk, 3);
  leaving = id_at (desk, 4);
  click (desk, 1, FALSE, FALSE);
  click (desk, 3, TRUE, FALSE);
  click (desk, 4, TRUE, FALSE);
  g_assert_cmpuint (csm_workbench_get_n_selected (desk->workbench), ==, 3);

  json = g_strdup_printf ("{'id':'%s','subject':'Gone','status':'resolved','lane':'conversation','lastActivityAt':'2026-01-02T10:00:00Z','created':'2026-01-01T10:00:00Z'}", leaving);
  csm_ui_put (desk->cache, CSM_TYPE_ID_CASE, json);
  wait_selected (desk, 2);
  g_free (json);
  json = g_strdup_printf ("{'id':'%s','subject':'First now','status':'open','lane':'conversation','lastActivityAt':'2036-01-02T10:00:00Z','created':'2026-01-01T10:00:00Z'}", moving);
  csm_ui_put (desk->cache, CSM_TYPE_ID_CASE, json);
  csm_ui_world_wait_label (get_list (desk), "First now");
  csm_ui_settle ();
  g_assert_cmpuint (csm_workbench_get_n_selected (desk->workbench), ==, 2);
  g_assert_true (is_selected (desk, staying) && is_selected (desk, moving) && !is_selected (desk, leaving));
  g_assert_true (is_checked (desk, 0) && is_checked (desk, 2));
  /* Another view, another selection: none. */
  gtk_widget_activate_action (desk->window, "win.view", "i", 1);
  csm_ui_settle ();
  g_assert_cmpuint (csm_workbench_get_n_selected (desk->workbench), ==, 0);
}

/* --- working on them ----------------------------------------------------------------------------------------- */

static void
test_resolve (CsmUiDesk     *desk,
              gconstpointer  data)
{
  guint n;

  csm_ui_desk_open (desk, 1400, 900);
  n = count_listed (desk);
  click (desk, 1, FALSE, FALSE);
  click (desk, 2, TRUE, FALSE);
  click (desk, 3, TRUE, FALSE);
  g_assert_true (csm_ui_press (desk->window, GDK_KEY_e, 0));
  csm_ui_world_wait_label (desk->window, "3 cases resolved");
  wait_listed (desk, n - 3);
  g_assert_cmpuint (csm_workbench_get_n_selected (desk->workbench), ==, 0);
  g_assert_cmpuint (count_ops (desk, "status", "resolved"), ==, 3);
  csm_ui_activate (desk->window, "win.undo");
  wait_listed (desk, n);
  g_assert_cmpuint (count_ops (desk, "status", "resolved"), ==, 0);

  /* At once after everything was selected, as fast fingers are. */
  gtk_widget_activate_action (get_list (desk), "list.select-all", NULL);
  g_assert_true (csm_ui_press (desk->window, GDK_KEY_e, 0));
  wait_listed (desk, 0);
  g_assert_cmpuint (count_ops (desk, "status", "resolved"), ==, n);
  csm_ui_activate (desk->window, "win.undo");
  wait_listed (desk, n);
}

/* Those that it changes nothing of are left as they are, and the toast says so. */
static void
test_left (CsmUiDesk     *desk,
           gconstpointer  data)
{
  const char *case_ids[] = { "c01J00000000000000000000001", "c01J00000000000000000000002", "c01J00000000000000000000003", NULL };

  csm_ui_desk_open (desk, 1400, 900);
  csm_bulk_perform (desk->workbench, case_ids, CSM_BULK_ASSIGN, ANA, 0);
  csm_ui_world_wait_label (desk->window, "2 cases assigned to you · 1 left as it was");
  g_assert_cmpuint (count_ops (desk, "ownerId", ANA), ==, 2);
  csm_bulk_perform (desk->workbench, case_ids, CSM_BULK_ASSIGN, ANA, 0);
  csm_ui_world_wait_label (desk->window, "There is nothing to change in these cases");
  csm_bulk_perform (desk->workbench, case_ids, CSM_BULK_BLOCK, NULL, 0);
  csm_ui_world_wait_label (desk->window, "3 senders are blocked");
  g_assert_cmpuint (count_ops (desk, "lane", "spam"), ==, 3);
  csm_ui_activate (desk->window, "win.undo");
  csm_ui_activate (desk->window, "win.undo");
  csm_ui_world_wait_unsent (desk);
}

/* Read and unread, for many. */
static void
test_read (CsmUiDesk     *desk,
           gconstpointer  data)
{
  const char *case_ids[] = { "c01J00000000000000000000002", "c01J00000000000000000000003", NULL };

  csm_ui_desk_open (desk, 1400, 900);
  csm_bulk_perform (desk->workbench, case_ids, CSM_BULK_READ, NULL, 0);
  csm_ui_world_wait_label (desk->window, "2 cases marked as read");
  csm_bulk_perform (desk->workbench, case_ids, CSM_BULK_READ, NULL, 0);
  csm_ui_world_wait_label (desk->window, "There is nothing to change in these cases");
  csm_bulk_perform (desk->workbench, case_ids, CSM_BULK_UNREAD, NULL, 0);
  csm_ui_world_wait_label (desk->window, "2 cases marked as unread");
}

static gboolean
has_choices (gpointer list)
{
  return gtk_list_box_get_row_at_index (list, 0) != NULL;
}

/* A key opens the chooser for all of them. */
static void
test_chooser (CsmUiDesk     *desk,
              gconstpointer  data)
{
  GtkWidget *bar;
  GtkWidget *popover;

  csm_ui_desk_open (desk, 1400, 900);
  click (desk, 0, FALSE, FALSE);
  click (desk, 1, TRUE, FALSE);
  click (desk, 2, TRUE, FALSE);
  g_assert_true (csm_ui_press (desk->window, GDK_KEY_a, 0));
  bar = csm_ui_find_type (csm_ui_find_type (desk->window, CSM_TYPE_CONVERSATION_PANE), CSM_TYPE_BULK_BAR);
  popover = csm_ui_find_type (bar, g_type_from_name ("CsmAssignPopover"));
  g_assert_true (gtk_widget_get_visible (popover));
  csm_ui_wait_until (has_choices, csm_ui_find_type (popover, GTK_TYPE_LIST_BOX), "the people");
  gtk_editable_set_text (GTK_EDITABLE (csm_ui_find (popover, GTK_TYPE_SEARCH_ENTRY, "entry")), "ben");
  g_signal_emit_by_name (csm_ui_find (popover, GTK_TYPE_SEARCH_ENTRY, "entry"), "activate");
  csm_ui_world_wait_label (desk->window, "assigned to Ben Okafor");
  g_assert_cmpuint (csm_workbench_get_n_selected (desk->workbench), ==, 3);
  csm_ui_world_check_names (bar);
}

/* --- very many ----------------------------------------------------------------------------------------------- */

#define MANY 500
/* What a frame may take at most; more where every access to memory is checked. */
#if defined(__SANITIZE_ADDRESS__)
#define LONGEST_MS 400
#else
#define LONGEST_MS 50
#endif

static double
cpu_ms (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return (double) now.tv_sec * 1000 + (double) now.tv_nsec / 1e6;
}

static gboolean
too_late_cb (gpointer data)
{
  g_error ("It was never done with all of them");
  return G_SOURCE_REMOVE;
}

/* Returns: how long the longest iteration of the main loop took until @n were listed */
static double
watch_listed (CsmUiDesk *desk,
              guint      n)
{
  Count count = { desk, n };
  double longest = 0;
  guint id = g_timeout_add_seconds (30, too_late_cb, NULL);

  while (!has_listed (&count))
    {
      double before = cpu_ms ();

      g_main_context_iteration (NULL, TRUE);
      longest = MAX (longest, cpu_ms () - before);
    }
  g_source_remove (id);
  return longest;
}

static void
test_many (CsmUiDesk     *desk,
           gconstpointer  data)
{
  double done;
  double undone;
  guint n;

  csm_ui_fill_many (desk->cache, MANY);
  csm_ui_desk_open (desk, 1400, 900);
  n = csm_case_list_model_get_n_cases (get_model (desk));
  g_assert_cmpuint (n, >, MANY / 2);
  gtk_widget_activate_action (get_list (desk), "list.select-all", NULL);
  g_assert_true (csm_ui_press (desk->window, GDK_KEY_e, 0));
  done = watch_listed (desk, 0);
  csm_ui_settle ();
  csm_ui_activate (desk->window, "win.undo");
  undone = watch_listed (desk, n);
  g_test_message ("%u cases: the longest iteration took %.1f ms, of undo %.1f ms", n, done, undone);
  g_assert_cmpfloat (done, <, LONGEST_MS);
  g_assert_cmpfloat (undone, <, LONGEST_MS);
}

/* Nothing need be open. */
static void
test_unread (CsmUiDesk     *desk,
             gconstpointer  data)
{
  csm_ui_desk_open (desk, 1400, 900);
  g_assert_null (csm_workbench_get_case_id (desk->workbench));
  gtk_widget_activate_action (get_list (desk), "list.select-all", NULL);
  csm_ui_activate (desk->window, "win.mark-read");
  csm_ui_world_wait_label (desk->window, "as read");
  csm_ui_activate (desk->window, "win.mark-unread");
  csm_ui_world_wait_label (desk->window, "as unread");
}

/* --- dropped somewhere --------------------------------------------------------------------------------------- */

static void
drop (CsmUiDesk  *desk,
      CsmViewKind kind,
      const char *key,
      const char *said)
{
  const char *case_ids[] = { "c01J00000000000000000000002", "c01J00000000000000000000003", NULL };
  g_autoptr (CsmCaseView) view = csm_case_view_new (kind, key);

  g_assert_true (csm_case_drop_on_view (desk->workbench, view, case_ids, get_list (desk)));
  if (said != NULL)
    csm_ui_world_wait_label (desk->window, said);
}

/* A pointer that happens to be above it may keep it a little longer than the window does. */
static gboolean
is_gone (gpointer data)
{
  GtkWidget *popover = *(gpointer *) data;

  return popover == NULL || gtk_widget_get_parent (popover) == NULL;
}

static void
test_drop (CsmUiDesk     *desk,
           gconstpointer  data)
{
  g_autoptr (CsmCaseView) late = csm_case_view_new (CSM_VIEW_LATE, NULL);
  GtkWidget *picker;
  GtkWidget *popover;

  csm_ui_desk_open (desk, 1400, 900);
  drop (desk, CSM_VIEW_MINE, NULL, "2 cases assigned to you");
  drop (desk, CSM_VIEW_TEAM, "t01J00000000000000000000003", "2 cases moved to Product");
  drop (desk, CSM_VIEW_TAG, "g01J00000000000000000000002", "tagged “warranty”");
  drop (desk, CSM_VIEW_SPAM, NULL, "2 cases marked as spam");
  drop (desk, CSM_VIEW_INBOX, NULL, "2 cases moved to the inbox");
  drop (desk, CSM_VIEW_RESOLVED, NULL, "2 cases resolved");
  drop (desk, CSM_VIEW_SNOOZED, NULL, NULL);
  g_assert_false (csm_case_drop_takes (desk->workbench, late));

  picker = csm_ui_find_type (get_list (desk), CSM_TYPE_WHEN_PICKER);
  g_assert_nonnull (picker);
  popover = gtk_widget_get_ancestor (picker, GTK_TYPE_POPOVER);
  g_object_add_weak_pointer (G_OBJECT (popover), (gpointer *) &popover);
  g_signal_emit_by_name (picker, "picked", csm_time_now () + 3600 * CSM_SECOND);
  csm_ui_world_wait_label (desk->window, "2 cases snoozed until");
  csm_ui_wait_until (is_gone, &popover, "the popover to go");
  g_clear_weak_pointer (&popover);
}

/* --- order --------------------------------------------------------------------------------------------------- */

static gboolean
list_is_ready (gpointer data)
{
  CsmUiDesk *desk = data;

  return csm_case_list_pane_is_filled (csm_window_get_list (CSM_WINDOW (desk->window)));
}

static void
test_order (CsmUiDesk     *desk,
            gconstpointer  data)
{
  g_autofree char *first = NULL;
  g_autofree char *now = NULL;
  g_autofree char *again = NULL;

  g_settings_reset (desk->settings, "view-orders");
  csm_ui_desk_open (desk, 1400, 900);
  first = id_at (desk, 0);
  g_assert_true (gtk_widget_activate_action (get_list (desk), "cases.order", "s", "oldest"));
  csm_ui_wait_until (list_is_ready, desk, "the list");
  csm_ui_settle ();
  now = id_at (desk, 0);
  g_assert_cmpstr (now, !=, first);
  g_assert_cmpstr (first, ==, "c01J00000000000000000000001");
  /* Another view has its own. */
  gtk_widget_activate_action (desk->window, "win.view", "i", 1);
  gtk_widget_activate_action (desk->window, "win.view", "i", 0);
  csm_ui_wait_until (list_is_ready, desk, "the list");
  csm_ui_settle ();
  again = id_at (desk, 0);
  g_assert_cmpstr (again, ==, now);
  g_settings_reset (desk->settings, "view-orders");
}

/* --- narrow -------------------------------------------------------------------------------------------------- */

static void
test_narrow (CsmUiDesk     *desk,
             gconstpointer  data)
{
  CsmCaseListPane *pane;
  GtkWidget *bulk;

  csm_ui_desk_open (desk, 360, 640);
  pane = csm_window_get_list (CSM_WINDOW (desk->window));
  bulk = csm_ui_find (desk->window, GTK_TYPE_REVEALER, "bulk");
  g_assert_false (gtk_revealer_get_reveal_child (GTK_REVEALER (bulk)));
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (csm_ui_find (desk->window, GTK_TYPE_TOGGLE_BUTTON, "select_button")), TRUE);
  csm_ui_world_wait_label (desk->window, "Select cases");
  click (desk, 0, TRUE, FALSE);
  click (desk, 1, TRUE, FALSE);
  csm_ui_world_wait_label (desk->window, "2 selected");
  g_assert_true (gtk_revealer_get_reveal_child (GTK_REVEALER (bulk)));
  csm_ui_world_check_names (GTK_WIDGET (pane));
  csm_ui_desk_save_png (desk, "selection-360.png");
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (csm_ui_find (desk->window, GTK_TYPE_TOGGLE_BUTTON, "select_button")), FALSE);
  g_assert_cmpuint (csm_workbench_get_n_selected (desk->workbench), ==, 0);
  g_assert_false (gtk_revealer_get_reveal_child (GTK_REVEALER (bulk)));
}

static void
test_swipe (CsmUiDesk     *desk,
            gconstpointer  data)
{
  CsmCaseListPane *pane;
  guint n;

  csm_ui_desk_open (desk, 360, 640);
  pane = csm_window_get_list (CSM_WINDOW (desk->window));
  n = count_listed (desk);
  /* Not far enough: nothing. */
  csm_case_list_swipe_begin (pane, 1);
  csm_case_list_swipe_move (pane, 60);
  csm_case_list_swipe_end (pane);
  csm_ui_settle ();
  g_assert_cmpuint (count_ops (desk, "status", "resolved"), ==, 0);

  csm_case_list_swipe_begin (pane, 1);
  csm_case_list_swipe_move (pane, 180);
  csm_ui_desk_save_png (desk, "swipe-360.png");
  csm_case_list_swipe_end (pane);
  wait_listed (desk, n - 1);
  csm_ui_desk_save_png (desk, "swiped-360.png");
  csm_ui_activate (desk->window, "win.undo");
  wait_listed (desk, n);

  csm_case_list_swipe_begin (pane, 2);
  csm_case_list_swipe_move (pane, -180);
  csm_ui_desk_save_png (desk, "swipe-back-360.png");
  csm_case_list_swipe_end (pane);
  csm_ui_world_wait_for (get_list (desk), CSM_TYPE_WHEN_PICKER);
  g_signal_emit_by_name (csm_ui_find_type (get_list (desk), CSM_TYPE_WHEN_PICKER), "picked", csm_time_now () + 3600 * CSM_SECOND);
  wait_listed (desk, n - 1);
}

/* --- what is common ------------------------------------------------------------------------------------------ */

static void
test_common (void)
{
  g_auto (GStrv) tags = g_strsplit ("g1 g2", " ", 0);
  g_auto (GStrv) fewer = g_strsplit ("g2", " ", 0);
  g_autofree char *owner = g_strdup ("p1");
  g_autofree char *team = g_strdup ("t1");
  CsmCaseState one = { .owner_id = owner, .team_id = NULL, .tag_ids = tags };
  CsmCaseState two = { .owner_id = owner, .team_id = team, .tag_ids = fewer };
  g_autoptr (GPtrArray) states = g_ptr_array_new ();
  g_autoptr (JsonObject) common = NULL;

  g_ptr_array_add (states, &one);
  g_ptr_array_add (states, &two);
  common = csm_bulk_common (states);
  g_assert_cmpstr (csm_json_get_string (common, "ownerId"), ==, "p1");
  g_assert_cmpstr (csm_json_get_string (common, "teamId"), ==, "");
  g_assert_true (csm_json_has_key (common, "tags", "g2"));
  g_assert_false (csm_json_has_key (common, "tags", "g1"));
}

/* What the server would refuse is not asked for. */
static void
test_concerns (void)
{
  char *tags[] = { NULL };
  g_autofree char *closed = g_strdup ("closed");
  g_autofree char *fresh = g_strdup ("new");
  g_autofree char *lane = g_strdup ("conversation");
  CsmCaseState state = { .status = closed, .lane = lane, .tag_ids = tags, .snoozed_until = CSM_TIME_NONE };

  g_assert_false (csm_bulk_concerns (CSM_BULK_STATUS, "resolved", 0, &state));
  g_assert_false (csm_bulk_concerns (CSM_BULK_SNOOZE, NULL, 5, &state));
  g_assert_true (csm_bulk_concerns (CSM_BULK_STATUS, "open", 0, &state));
  g_assert_true (csm_bulk_concerns (CSM_BULK_INBOX, NULL, 0, &state));
  g_assert_false (csm_bulk_concerns (CSM_BULK_NOT_SPAM, NULL, 0, &state));
  g_assert_false (csm_bulk_concerns (CSM_BULK_BLOCK, NULL, 0, &state));
  state.status = fresh;
  g_assert_false (csm_bulk_concerns (CSM_BULK_STATUS, "open", 0, &state));
  g_assert_true (csm_bulk_concerns (CSM_BULK_STATUS, "waiting", 0, &state));
}

#define ADD(path, function) \
  g_test_add ("/selection/" path, CsmUiDesk, application, csm_ui_desk_set_up, function, csm_ui_desk_tear_down)

int
main (int    argc,
      char **argv)
{
  g_autoptr (AdwApplication) application = csm_ui_test_start (&argc, &argv);

  g_test_add_func ("/selection/common", test_common);
  g_test_add_func ("/selection/concerns", test_concerns);
  ADD ("mouse", test_mouse);
  ADD ("keys", test_keys);
  ADD ("moving", test_moving);
  ADD ("resolve", test_resolve);
  ADD ("left", test_left);
  ADD ("read", test_read);
  ADD ("chooser", test_chooser);
  ADD ("many", test_many);
  ADD ("unread", test_unread);
  ADD ("drop", test_drop);
  ADD ("order", test_order);
  ADD ("narrow", test_narrow);
  ADD ("swipe", test_swipe);
  return csm_ui_test_run ();
}
