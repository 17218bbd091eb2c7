/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include <string.h>

#include "csm-calendar-window.h"
#include "csm-clock-chip.h"
#include "csm-clock-panel.h"
#include "csm-clock-words.h"
#include "csm-colleague-pane.h"
#include "csm-event-text.h"
#include "csm-json.h"
#include "csm-notifier.h"
#include "csm-workspace-window.h"
#include "csm-service-level-choice.h"
#include "csm-service-level-window.h"
#include "csm-service-level-words.h"
#include "csm-service-levels-page.h"
#include "csm-time.h"
#include "csm-ui-desk.h"
#include "csm-ui-records.h"
#include "csm-ui-test.h"
#include "csm-ui-world.h"
#include "csm-view-row.h"

/* What was promised: on the list, in the case, and where it is set. All of it without a connection. */

#define MINUTE (60 * CSM_SECOND)
#define LEVEL "l01J00000000000000000000001"
#define CALENDAR "o01J00000000000000000000001"
#define OFFICE "{'id':'" CALENDAR "','name':'Office','hours':{'mon':{'spans':[[540,1020]]},'tue':{'spans':[[540,1020]]},'wed':{'spans':[[540,720],[780,1020]]}}," \
               "'holidays':{'2026-12-25':{'name':'Christmas'}}}"
#define GOLD "{'id':'" LEVEL "','name':'Gold','enabled':true,'position':1,'calendarId':'" CALENDAR "','answerWithin':240,'priority':'urgent','pausesWaiting':true," \
             "'warnBefore':60,'steps':{'a':{'clock':'answer','minutes':-30,'does':'warnOwner'}}}"

static void
put_me (CsmUiDesk  *desk,
        const char *role)
{
  g_autofree char *json = g_strdup_printf ("{'id':'p01J00000000000000000000001','name':'Ana Reyes','email':'person1@example.com','role':'%s'}", role);

  csm_ui_put (desk->cache, CSM_TYPE_ID_PERSON, json);
}

static void
take_pictures (GtkWindow  *window,
               const char *name)
{
  static const int sizes[][2] = { { 360, 640 }, { 520, 900 }, { 660, 760 } };
  const char *folder = g_getenv ("CASEMENT_TEST_PICTURES");

  csm_ui_settle ();
  for (guint i = 0; folder != NULL && i < G_N_ELEMENTS (sizes) * 2; i++)
    {
      const int *size = sizes[i / 2];
      g_autofree char *file = g_strdup_printf ("%s-%d-%s.png", name, size[0], i % 2 ? "dark" : "light");
      g_autofree char *path = g_build_filename (folder, file, NULL);

      adw_style_manager_set_color_scheme (adw_style_manager_get_default (), i % 2 ? ADW_COLOR_SCHEME_FORCE_DARK : ADW_COLOR_SCHEME_FORCE_LIGHT);
      gtk_window_set_default_size (window, size[0], size[1]);
      csm_ui_save_png (GTK_WIDGET (window), path);
    }
}

static GtkWindow *
open_preferences (CsmUiDesk *desk)
{
  GtkWindow *window = csm_workspace_window_new (NULL, desk->workbench);

  adw_preferences_window_set_visible_page_name (ADW_PREFERENCES_WINDOW (window), "levels");
  gtk_window_present (window);
  csm_ui_settle ();
  return window;
}

static CsmOperation *
last_op (CsmUiDesk *desk,
         guint      n)
{
  g_autoptr (GPtrArray) ops = csm_ui_world_wait_outbox (desk, n);

  return g_ptr_array_steal_index (ops, n - 1);
}

/* --- where it is set --------------------------------------------------------------------------------------------- */

static void
test_first_level (CsmUiDesk     *desk,
                  gconstpointer  data)
{
  GtkWindow *window;
  GtkWidget *page, *editor;
  g_autoptr (CsmOperation) added = NULL;
  JsonObject *steps;

  put_me (desk, "lead");
  window = open_preferences (desk);
  page = csm_ui_find_type (GTK_WIDGET (window), CSM_TYPE_SERVICE_LEVELS_PAGE);
  csm_ui_world_wait_label (page, "Nothing Is Promised");
  csm_ui_world_check_names (page);
  take_pictures (window, "levels-none");
  csm_ui_activate (page, "promises.add-level");
  editor = csm_ui_find_window (CSM_TYPE_SERVICE_LEVEL_WINDOW);
  csm_ui_world_check_names (editor);
  /* It is ready to be used as it is. */
  g_assert_nonnull (csm_ui_find_label (editor, "Warn the owner 30 minutes before an answer is due"));
  take_pictures (GTK_WINDOW (editor), "level-new");
  adw_combo_row_set_selected (ADW_COMBO_ROW (csm_ui_find (editor, ADW_TYPE_COMBO_ROW, "action_row")), 2);
  csm_ui_activate (editor, "level.add-step");
  g_assert_nonnull (csm_ui_find_label (editor, "Escalate to the next team at the moment when an answer is due"));
  gtk_editable_set_text (GTK_EDITABLE (csm_ui_find (editor, ADW_TYPE_ENTRY_ROW, "name_row")), "  ");
  csm_ui_activate (editor, "level.save");
  g_ptr_array_unref (csm_ui_world_wait_outbox (desk, 0));
  gtk_editable_set_text (GTK_EDITABLE (csm_ui_find (editor, ADW_TYPE_ENTRY_ROW, "name_row")), "Everybody");
  csm_ui_activate (editor, "level.save");
  added = last_op (desk, 1);
  g_assert_cmpint (added->type, ==, CSM_TYPE_ID_SERVICE_LEVEL);
  g_assert_cmpstr (added->kind, ==, "create");
  g_assert_cmpstr (csm_json_get_string (added->payload, "name"), ==, "Everybody");
  g_assert_cmpint (csm_json_get_int (added->payload, "answerWithin", 0), ==, 240);
  g_assert_cmpint (csm_json_get_int (added->payload, "resolveWithin", 0), ==, 0);
  steps = csm_json_get_object (added->payload, "steps");
  g_assert_cmpuint (json_object_get_size (steps), ==, 3);
  csm_ui_world_wait_label (page, "For every case: answered within 4 hours (day and night)");
  gtk_window_destroy (window);
}

static void
test_levels (CsmUiDesk     *desk,
             gconstpointer  data)
{
  GtkWindow *window;
  GtkWidget *page, *editor, *row;
  g_autoptr (CsmOperation) changed = NULL;
  g_autoptr (CsmOperation) gone = NULL;

  put_me (desk, "admin");
  csm_ui_put (desk->cache, CSM_TYPE_ID_CALENDAR, OFFICE);
  csm_ui_put (desk->cache, CSM_TYPE_ID_SERVICE_LEVEL, GOLD);
  window = open_preferences (desk);
  page = csm_ui_find_type (GTK_WIDGET (window), CSM_TYPE_SERVICE_LEVELS_PAGE);
  csm_ui_world_wait_label (page, "For urgent cases: answered within 4 hours (Office)");
  csm_ui_world_wait_label (page, "Monday – Tuesday 09:00–17:00; Wednesday 09:00–12:00, 13:00–17:00; 1 holiday");
  csm_ui_world_check_names (page);
  take_pictures (window, "levels");
  row = gtk_widget_get_ancestor (csm_ui_find_label (page, "Gold"), ADW_TYPE_ACTION_ROW);
  g_signal_emit_by_name (row, "activated");
  editor = csm_ui_find_window (CSM_TYPE_SERVICE_LEVEL_WINDOW);
  csm_ui_world_check_names (editor);
  take_pictures (GTK_WINDOW (editor), "level");
  gtk_switch_set_active (GTK_SWITCH (csm_ui_find (editor, GTK_TYPE_SWITCH, "customer_switch")), TRUE);
  csm_ui_activate (editor, "level.save");
  changed = last_op (desk, 1);
  g_assert_cmpstr (changed->record_id, ==, LEVEL);
  g_assert_true (csm_json_get_boolean (changed->payload, "byCustomer"));
  /* Nobody else's change is undone by what was not touched here. */
  g_assert_cmpuint (json_object_get_size (changed->payload), ==, 1);
  csm_ui_world_wait_label (page, "customers who have this level");

  row = gtk_widget_get_ancestor (csm_ui_find_label (page, "Gold"), ADW_TYPE_ACTION_ROW);
  g_signal_emit_by_name (row, "activated");
  csm_ui_activate (csm_ui_find_window (CSM_TYPE_SERVICE_LEVEL_WINDOW), "level.remove");
  csm_ui_world_wait_label (page, "Nothing Is Promised");
  gone = last_op (desk, 2);
  g_assert_cmpstr (gone->kind, ==, "destroy");
  gtk_window_destroy (window);
}

/* Agents see what was promised, and why they can't change it. */
static void
test_agent (CsmUiDesk     *desk,
            gconstpointer  data)
{
  GtkWindow *window;
  GtkWidget *page, *row;

  put_me (desk, "agent");
  csm_ui_put (desk->cache, CSM_TYPE_ID_CALENDAR, OFFICE);
  csm_ui_put (desk->cache, CSM_TYPE_ID_SERVICE_LEVEL, GOLD);
  window = open_preferences (desk);
  page = csm_ui_find_type (GTK_WIDGET (window), CSM_TYPE_SERVICE_LEVELS_PAGE);
  csm_ui_world_wait_label (page, "For urgent cases: answered within 4 hours (Office)");
  row = gtk_widget_get_ancestor (csm_ui_find_label (page, "Gold"), ADW_TYPE_ACTION_ROW);
  g_assert_false (gtk_list_box_row_get_activatable (GTK_LIST_BOX_ROW (row)));
  g_assert_false (gtk_widget_is_sensitive (csm_ui_find_type (row, GTK_TYPE_SWITCH)));
  g_assert_false (gtk_widget_is_sensitive (csm_ui_find (page, GTK_TYPE_BUTTON, "add_level_button")));
  g_assert_nonnull (gtk_widget_get_tooltip_text (csm_ui_find (page, GTK_TYPE_BUTTON, "add_level_button")));
  g_assert_cmpstr (adw_preferences_group_get_description (ADW_PREFERENCES_GROUP (csm_ui_find (page, ADW_TYPE_PREFERENCES_GROUP, "levels_group"))), ==,
                   gtk_widget_get_tooltip_text (csm_ui_find (page, GTK_TYPE_BUTTON, "add_level_button")));
  take_pictures (window, "levels-agent");
  gtk_window_destroy (window);
}

static GtkWidget *
day_row (GtkWidget *editor,
         const char *title)
{
  return gtk_widget_get_ancestor (csm_ui_find_label (editor, title), ADW_TYPE_ENTRY_ROW);
}

static JsonArray *
spans_of (CsmOperation *op,
          const char   *day)
{
  JsonObject *hours = csm_json_get_object (op->payload, "hours");
  JsonObject *entry = hours != NULL ? csm_json_get_object (hours, day) : NULL;

  return entry != NULL ? csm_json_get_array (entry, "spans") : NULL;
}

static void
test_hours (CsmUiDesk     *desk,
            gconstpointer  data)
{
  GtkWindow *window;
  GtkWidget *page, *editor, *row;
  g_autoptr (CsmOperation) added = NULL;

  put_me (desk, "admin");
  csm_ui_put (desk->cache, CSM_TYPE_ID_CALENDAR, OFFICE);
  csm_ui_put (desk->cache, CSM_TYPE_ID_SERVICE_LEVEL, GOLD);
  window = open_preferences (desk);
  page = csm_ui_find_type (GTK_WIDGET (window), CSM_TYPE_SERVICE_LEVELS_PAGE);
  csm_ui_world_wait_label (page, "1 holiday");
  row = gtk_widget_get_ancestor (csm_ui_find_label (page, "1 holiday"), ADW_TYPE_ACTION_ROW);
  g_signal_emit_by_name (row, "activated");
  editor = csm_ui_find_window (CSM_TYPE_CALENDAR_WINDOW);
  csm_ui_world_check_names (editor);
  /* A level goes by it. */
  g_assert_nonnull (csm_ui_find_label (editor, "The service level “Gold” is counted in these hours."));
  g_assert_false (gtk_widget_is_sensitive (csm_ui_find (editor, GTK_TYPE_BUTTON, "remove_button")));
  take_pictures (GTK_WINDOW (editor), "hours");
  gtk_window_destroy (GTK_WINDOW (editor));

  csm_ui_activate (page, "promises.add-calendar");
  editor = csm_ui_find_window (CSM_TYPE_CALENDAR_WINDOW);
  gtk_editable_set_text (GTK_EDITABLE (day_row (editor, "Friday")), "22-6");
  gtk_editable_set_text (GTK_EDITABLE (day_row (editor, "Monday")), "soon");
  g_assert_false (gtk_widget_is_sensitive (csm_ui_find (editor, GTK_TYPE_BUTTON, "save_button")));
  g_assert_true (gtk_widget_has_css_class (day_row (editor, "Monday"), "error"));
  gtk_editable_set_text (GTK_EDITABLE (day_row (editor, "Monday")), "");
  g_assert_false (gtk_widget_has_css_class (day_row (editor, "Monday"), "error"));
  gtk_editable_set_text (GTK_EDITABLE (csm_ui_find (editor, ADW_TYPE_ENTRY_ROW, "date_row")), "2026-02-30 Never");
  g_signal_emit_by_name (csm_ui_find (editor, ADW_TYPE_ENTRY_ROW, "date_row"), "apply");
  g_assert_null (csm_ui_find_label (editor, "2026-02-30"));
  gtk_editable_set_text (GTK_EDITABLE (csm_ui_find (editor, ADW_TYPE_ENTRY_ROW, "date_row")), "2026-05-01 May Day");
  g_signal_emit_by_name (csm_ui_find (editor, ADW_TYPE_ENTRY_ROW, "date_row"), "apply");
  g_assert_nonnull (csm_ui_find_label (editor, "May Day"));
  gtk_editable_set_text (GTK_EDITABLE (csm_ui_find (editor, ADW_TYPE_ENTRY_ROW, "zone_row")), "Europe/Nowhere");
  g_assert_false (gtk_widget_is_sensitive (csm_ui_find (editor, GTK_TYPE_BUTTON, "save_button")));
  gtk_editable_set_text (GTK_EDITABLE (csm_ui_find (editor, ADW_TYPE_ENTRY_ROW, "zone_row")), "Europe/Berlin");
  csm_ui_activate (editor, "calendar.save");
  added = last_op (desk, 1);
  g_assert_cmpint (added->type, ==, CSM_TYPE_ID_CALENDAR);
  g_assert_cmpstr (csm_json_get_string (added->payload, "timezone"), ==, "Europe/Berlin");
  g_assert_null (spans_of (added, "mon"));
  /* What is after midnight is the next day's. */
  g_assert_cmpint (json_array_get_int_element (json_array_get_array_element (spans_of (added, "fri"), 0), 1), ==, 1440);
  g_assert_cmpint (json_array_get_int_element (json_array_get_array_element (spans_of (added, "sat"), 0), 1), ==, 360);
  g_assert_true (csm_json_has_key (added->payload, "holidays", "2026-05-01"));
  gtk_window_destroy (window);
}

/* --- where it is seen ------------------------------------------------------------------------------------------------ */

static void
put_case (CsmUiDesk  *desk,
          gint64      by,
          gint64      warn,
          const char *state)
{
  gint64 now = csm_time_now ();
  g_autofree char *id = csm_ui_id ('c', 3);
  g_autofree char *by_text = csm_time_format (now + by * MINUTE);
  g_autofree char *warn_text = csm_time_format (now + warn * MINUTE);
  g_autofree char *from = csm_time_format (now - 240 * MINUTE);
  g_autofree char *last = csm_time_format (now);
  g_autofree char *json = g_strdup_printf ("{'id':'%s','subject':'A broken zip','status':'open','lane':'conversation','lastActivityAt':'%s','clockAt':'%s','warnAt':'%s',"
                                           "'clockKind':'answer','serviceLevelId':'" LEVEL "','clocks':{'acknowledge':{'by':'%s','metAt':'%s','state':'met','why':{'levelId':'" LEVEL "',"
                                           "'minutes':30,'from':'%s','calendarId':null}},'answer':{'by':'%s','state':'%s','why':{'levelId':'" LEVEL "','minutes':240,"
                                           "'from':'%s','calendarId':'" CALENDAR "'}},'resolve':{'by':'%s','state':'paused','why':{'levelId':'" LEVEL "','minutes':480,'from':'%s',"
                                           "'calendarId':null}},'facts':{'rests':[{'from':'%s'}]}}}",
                                           id, last, by_text, warn_text, last, from, from, by_text, state, from, by_text, from, from);

  csm_ui_put (desk->cache, CSM_TYPE_ID_CASE, json);
}

static guint
shown_count (CsmUiDesk   *desk,
             CsmViewKind  kind)
{
  CsmViewCounts *counts = csm_workbench_get_counts (desk->workbench);

  return kind == CSM_VIEW_LATE ? counts->late : counts->due_soon;
}

static gboolean
is_late (gpointer data)
{
  return shown_count (data, CSM_VIEW_LATE) == 1 && shown_count (data, CSM_VIEW_DUE_SOON) == 0;
}

static gboolean
is_due (gpointer data)
{
  return shown_count (data, CSM_VIEW_LATE) == 0 && shown_count (data, CSM_VIEW_DUE_SOON) == 1;
}

static GtkWidget *
view_row (CsmUiDesk  *desk,
          const char *title)
{
  return gtk_widget_get_ancestor (csm_ui_find_label (desk->window, title), CSM_TYPE_VIEW_ROW);
}

static void
take_window_pictures (CsmUiDesk  *desk,
                      const char *name)
{
  static const int sizes[][2] = { { 360, 640 }, { 960, 800 }, { 1400, 900 } };
  const char *folder = g_getenv ("CASEMENT_TEST_PICTURES");

  for (guint i = 0; folder != NULL && i < G_N_ELEMENTS (sizes) * 2; i++)
    {
      g_autofree char *file = g_strdup_printf ("%s-%d-%s.png", name, sizes[i / 2][0], i % 2 ? "dark" : "light");
      g_autofree char *path = g_build_filename (folder, file, NULL);

      adw_style_manager_set_color_scheme (adw_style_manager_get_default (), i % 2 ? ADW_COLOR_SCHEME_FORCE_DARK : ADW_COLOR_SCHEME_FORCE_LIGHT);
      gtk_window_set_default_size (GTK_WINDOW (desk->window), sizes[i / 2][0], sizes[i / 2][1]);
      csm_ui_settle ();
      csm_ui_save_png (desk->window, path);
    }
}

static void
test_seen (CsmUiDesk     *desk,
           gconstpointer  data)
{
  GtkWidget *chip, *panel;

  csm_ui_desk_open (desk, 1400, 900);
  /* Nothing was promised so far. */
  g_assert_false (gtk_widget_get_visible (view_row (desk, "Due Soon")));
  csm_ui_put (desk->cache, CSM_TYPE_ID_CALENDAR, OFFICE);
  csm_ui_put (desk->cache, CSM_TYPE_ID_SERVICE_LEVEL, GOLD);
  put_case (desk, 42, -18, "running");
  csm_ui_wait_until (is_due, desk, "the case to be due soon");
  g_assert_true (gtk_widget_get_visible (view_row (desk, "Due Soon")));
  csm_ui_world_wait_label (desk->window, "⏱ 41 min");
  csm_ui_desk_open_case (desk, 3);
  chip = csm_ui_find (desk->window, CSM_TYPE_CLOCK_CHIP, "clock");
  csm_ui_world_wait_label (chip, "⏱ 41 min");
  gtk_test_accessible_assert_property (csm_ui_find_type (chip, GTK_TYPE_MENU_BUTTON), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       gtk_widget_get_tooltip_text (csm_ui_find_type (chip, GTK_TYPE_MENU_BUTTON)));
  g_assert_nonnull (csm_ui_find_label (chip, "“Gold” promises an answer within 4 hours, counted in the working hours “Office” from"));
  csm_colleague_pane_show_page (CSM_COLLEAGUE_PANE (csm_ui_find_type (desk->window, CSM_TYPE_COLLEAGUE_PANE)), "case");
  csm_ui_settle ();
  panel = csm_ui_find_type (desk->window, CSM_TYPE_CLOCK_PANEL);
  g_assert_nonnull (csm_ui_find_label (panel, "Looked at in time"));
  g_assert_nonnull (csm_ui_find_label (panel, "The time to resolve it stands still while the customer has the word"));
  g_assert_nonnull (csm_ui_find_label (panel, "without the time in which the customer had the word"));
  take_window_pictures (desk, "case-due");

  /* By this computer's clock: nobody has told us. */
  put_case (desk, -125, -185, "running");
  csm_ui_wait_until (is_late, desk, "the case to be late");
  csm_ui_world_wait_label (chip, "⏱ Late 2 h");
  g_assert_nonnull (csm_ui_find_label (panel, "Answer late since"));
  take_window_pictures (desk, "case-late");
}

/* Some customers were promised something of their own. */
static void
test_customer (CsmUiDesk     *desk,
               gconstpointer  data)
{
  GtkWidget *choice, *row;
  g_autoptr (CsmOperation) changed = NULL;

  csm_ui_put (desk->cache, CSM_TYPE_ID_SERVICE_LEVEL, GOLD);
  csm_ui_desk_open (desk, 1400, 900);
  csm_ui_desk_open_case (desk, 1);
  csm_colleague_pane_show_page (CSM_COLLEAGUE_PANE (csm_ui_find_type (desk->window, CSM_TYPE_COLLEAGUE_PANE)), "customer");
  csm_ui_settle ();
  choice = csm_ui_find_type (desk->window, CSM_TYPE_SERVICE_LEVEL_CHOICE);
  g_assert_false (gtk_widget_get_visible (choice));
  csm_ui_put (desk->cache, CSM_TYPE_ID_SERVICE_LEVEL, "{'id':'" LEVEL "','name':'Gold','enabled':true,'position':1,'answerWithin':240,'byCustomer':true}");
  csm_ui_world_wait_label (choice, "None of their own");
  csm_ui_world_check_names (choice);
  row = csm_ui_find_type (choice, ADW_TYPE_COMBO_ROW);
  take_window_pictures (desk, "customer");
  adw_combo_row_set_selected (ADW_COMBO_ROW (row), 1);
  changed = last_op (desk, 1);
  g_assert_cmpint (changed->type, ==, CSM_TYPE_ID_CUSTOMER);
  g_assert_cmpstr (csm_json_get_string (changed->payload, "serviceLevelId"), ==, LEVEL);
  csm_ui_world_wait_label (choice, "Gold");
}

/* --- words ------------------------------------------------------------------------------------------------------------- */

static void
check_hours (const char *text,
             const char *expected)
{
  g_autoptr (GArray) spans = g_array_new (FALSE, FALSE, sizeof (CsmCalendarSpan));
  g_autoptr (GString) read = g_string_new (NULL);

  if (!csm_calendar_hours_read (text, spans))
    {
      g_assert_null (expected);
      return;
    }
  for (guint i = 0; i < spans->len; i++)
    g_string_append_printf (read, "%d-%d ", g_array_index (spans, CsmCalendarSpan, i).from, g_array_index (spans, CsmCalendarSpan, i).to);
  g_assert_cmpstr (read->str, ==, expected);
}

static void
test_words (CsmUiDesk     *desk,
            gconstpointer  data)
{
  static const struct { gint64 minutes; const char *text; } spans[] = {
    { 1, "1 minute" }, { 45, "45 minutes" }, { 60, "1 hour" }, { 90, "1 hour 30 minutes" }, { 1440, "24 hours" },
  };
  static const struct { gint64 left; const char *text; } lefts[] = {
    { 42 * MINUTE, "42 min" }, { 200 * MINUTE, "3 h" }, { 4000 * MINUTE, "2 d" }, { 0, "Late 0 min" }, { -90 * MINUTE, "Late 1 h" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (spans); i++)
    {
      g_autofree char *text = csm_clock_words_minutes (spans[i].minutes);

      g_assert_cmpstr (text, ==, spans[i].text);
    }
  for (guint i = 0; i < G_N_ELEMENTS (lefts); i++)
    {
      g_autofree char *text = csm_clock_words_short (lefts[i].left, 0);

      g_assert_cmpstr (text, ==, lefts[i].text);
    }
  check_hours ("", "");
  check_hours ("9-17", "540-1020 ");
  check_hours (" 08:30 – 12.15,13:00—17 ", "510-735 780-1020 ");
  check_hours ("22-6", "1320-1800 ");
  check_hours ("0-24", "0-1440 ");
  check_hours ("9", NULL);
  check_hours ("9-25", NULL);
  check_hours ("9-9", NULL);
  check_hours ("24-2", NULL);
  check_hours ("9:60-10", NULL);
  check_hours ("nine to five", NULL);
  check_hours ("9-17x", NULL);
}

static void
test_history (CsmUiDesk     *desk,
              gconstpointer  data)
{
  static const struct { const char *json; const char *part; } events[] = {
    { "{'kind':'clockLate','property':'answer','after':{'value':'2026-06-01T11:00:00Z'}}", "There was no answer by " },
    { "{'kind':'clockLate','property':'resolve','after':{'value':'2026-06-01T11:00:00Z'}}", "The case was not resolved by " },
    { "{'kind':'clockWarning','property':'answer','after':{'value':'2026-06-01T11:00:00Z','does':'warnOwner','toIds':{'p01J00000000000000000000001':true}}}", "Casement told Ana Reyes of what was promised by " },
    { "{'kind':'clockWarning','property':'answer','after':{}}", "Casement told nobody" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (events); i++)
    {
      g_autofree char *json = g_strdelimit (g_strdup (events[i].json), "'", '"');
      g_autoptr (JsonObject) event = csm_json_parse_object (json, -1, NULL);
      g_autofree char *text = csm_event_text (desk->workbench, event);

      g_assert_true (g_str_has_prefix (text, events[i].part));
    }
}

static void
noticed_cb (GString         *told,
            const CsmNotice *notice)
{
  g_string_append_printf (told, "%s;", notice->what);
}

static gboolean
is_told (gpointer data)
{
  return ((GString *) data)->len > 0;
}

static void
put_warning (CsmUiDesk  *desk,
             const char *id,
             const char *to)
{
  g_autofree char *at = csm_time_format (csm_time_now () + CSM_SECOND);
  g_autofree char *by = csm_time_format (csm_time_now () + 30 * MINUTE + 30 * CSM_SECOND);
  g_autofree char *json = g_strdup_printf ("{'id':'%s','caseId':'c01J00000000000000000000001','kind':'clockWarning','property':'answer','at':'%s',"
                                           "'after':{'value':'%s','does':'warnOwner','toIds':{'%s':true}}}", id, at, by, to);

  csm_ui_put (desk->cache, CSM_TYPE_ID_EVENT, json);
}

/* Whom a warning is for hears of it, and nobody else. */
static void
test_notice (CsmUiDesk     *desk,
             gconstpointer  data)
{
  g_autoptr (CsmNotifier) notifier = csm_notifier_new (desk->workbench);
  g_autoptr (GString) told = g_string_new (NULL);

  g_signal_connect_swapped (notifier, "noticed", G_CALLBACK (noticed_cb), told);
  put_warning (desk, "y01J00000000000000000000901", "p01J00000000000000000000002");
  put_warning (desk, "y01J00000000000000000000902", "p01J00000000000000000000001");
  csm_ui_wait_until (is_told, told, "the warning");
  csm_ui_settle ();
  g_assert_true (g_str_has_prefix (told->str, "Answer by "));
  g_assert_true (g_str_has_suffix (told->str, ", in 30 min;"));
  g_assert_null (strchr (strchr (told->str, ';') + 1, ';'));
  csm_notifier_stop (notifier);
}

int
main (int    argc,
      char **argv)
{
  g_autoptr (AdwApplication) application = csm_ui_test_start (&argc, &argv);

#define ADD(path, test) g_test_add (path, CsmUiDesk, application, csm_ui_desk_set_up, test, csm_ui_desk_tear_down)
  ADD ("/clocks/first-level", test_first_level);
  ADD ("/clocks/levels", test_levels);
  ADD ("/clocks/agent", test_agent);
  ADD ("/clocks/hours", test_hours);
  ADD ("/clocks/seen", test_seen);
  ADD ("/clocks/customer", test_customer);
  ADD ("/clocks/words", test_words);
  ADD ("/clocks/history", test_history);
  ADD ("/clocks/notice", test_notice);
  return csm_ui_test_run ();
}
