/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-away-sheet.h"

#include <glib/gi18n.h>

#include "csm-json.h"
#include "csm-person.h"
#include "csm-time.h"

/* When somebody is away, who stands in, and what becomes of their cases. */

static const char *const choices[] = { "keep", "standIn", "team" };

typedef struct
{
  CsmWorkbench *workbench;
  char         *person_id;
  GtkWidget    *away;      /* GtkSwitch */
  GtkCalendar  *from;
  GtkCalendar  *until;
  AdwComboRow  *stand_in;
  GPtrArray    *ids;       /* of the stand-ins; "" first: nobody */
  AdwComboRow  *cases;
  GtkWidget    *takes;     /* GtkSwitch */
} Away;

static void
away_free (gpointer data)
{
  Away *away = data;

  g_object_unref (away->workbench);
  g_ptr_array_unref (away->ids);
  g_free (away->person_id);
  g_free (away);
}

/* µs: when that day begins here. @days: so many days later */
static gint64
day_of (GtkCalendar *calendar,
        int          days)
{
  g_autoptr (GDateTime) date = gtk_calendar_get_date (calendar);
  g_autoptr (GDateTime) midnight = g_date_time_new_local (g_date_time_get_year (date), g_date_time_get_month (date), g_date_time_get_day_of_month (date), 0, 0, 0);
  g_autoptr (GDateTime) then = g_date_time_add_days (midnight, days);

  return g_date_time_to_unix (then) * G_USEC_PER_SEC;
}

static void
done_cb (CsmSheet *sheet,
         Away     *away)
{
  JsonObject *patch = json_object_new ();
  CsmIntent *intent = csm_intent_new (_("Time away"));
  guint stand_in = adw_combo_row_get_selected (away->stand_in);
  gboolean on = gtk_switch_get_active (GTK_SWITCH (away->away));

  if (on && day_of (away->until, 1) <= day_of (away->from, 0))
    {
      json_object_unref (patch);
      csm_intent_free (intent);
      csm_sheet_toast (sheet, _("The last day is before the first"));
      return;
    }
  if (on)
    {
      csm_json_set_time (patch, "awayFrom", day_of (away->from, 0));
      csm_json_set_time (patch, "awayUntil", day_of (away->until, 1));
    }
  else
    {
      json_object_set_null_member (patch, "awayFrom");
      json_object_set_null_member (patch, "awayUntil");
    }
  if (stand_in > 0 && stand_in < away->ids->len)
    json_object_set_string_member (patch, "standInId", away->ids->pdata[stand_in]);
  else
    json_object_set_null_member (patch, "standInId");
  json_object_set_string_member (patch, "whenAway", choices[MIN (adw_combo_row_get_selected (away->cases), 2)]);
  json_object_set_boolean_member (patch, "takesCases", gtk_switch_get_active (GTK_SWITCH (away->takes)));
  csm_intent_update (intent, CSM_TYPE_ID_PERSON, away->person_id, patch);
  csm_workbench_perform (away->workbench, intent, _("Time away saved"));
  gtk_window_destroy (GTK_WINDOW (sheet));
}

static GtkCalendar *
add_calendar (GtkWidget  *group,
              const char *title,
              gint64      at)
{
  GtkWidget *row = adw_expander_row_new ();
  GtkWidget *calendar = gtk_calendar_new ();
  g_autoptr (GDateTime) date = at != CSM_TIME_NONE ? g_date_time_new_from_unix_local (at / G_USEC_PER_SEC) : g_date_time_new_now_local ();

  gtk_calendar_select_day (GTK_CALENDAR (calendar), date);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_expander_row_add_row (ADW_EXPANDER_ROW (row), calendar);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), row);
  gtk_accessible_update_property (GTK_ACCESSIBLE (calendar), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
  return GTK_CALENDAR (calendar);
}

/* The day stands in the row while the calendar is folded away. */
static void
say_day (GtkCalendar *calendar)
{
  GtkWidget *row = gtk_widget_get_ancestor (GTK_WIDGET (calendar), ADW_TYPE_EXPANDER_ROW);
  g_autoptr (GDateTime) date = gtk_calendar_get_date (calendar);
  g_autofree char *text = g_date_time_format (date, C_("a day", "%A, %-d %B %Y"));

  if (row != NULL)
    adw_expander_row_set_subtitle (ADW_EXPANDER_ROW (row), text);
}

static GtkWidget *
add_switch (GtkWidget  *group,
            const char *title,
            const char *subtitle,
            gboolean    active)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *choice = gtk_switch_new ();

  gtk_switch_set_active (GTK_SWITCH (choice), active);
  gtk_widget_set_valign (choice, GTK_ALIGN_CENTER);
  g_object_set (row, "title", title, "subtitle", subtitle, NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (choice), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), choice);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), choice);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), row);
  return choice;
}

static AdwComboRow *
add_combo (GtkWidget     *group,
           const char    *title,
           GtkStringList *model,
           guint          selected)
{
  GtkWidget *row = adw_combo_row_new ();

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_combo_row_set_model (ADW_COMBO_ROW (row), G_LIST_MODEL (model));
  adw_combo_row_set_selected (ADW_COMBO_ROW (row), selected);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), row);
  return ADW_COMBO_ROW (row);
}

static void
add_stand_in (Away       *away,
              GtkWidget  *group,
              JsonObject *person)
{
  CsmDirectory *directory = csm_workbench_get_directory (away->workbench);
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  const char *stand_in = csm_json_get_string (person, "standInId");
  guint selected = 0;

  gtk_string_list_append (names, _("Nobody"));
  g_ptr_array_add (away->ids, g_strdup (""));
  for (guint i = 0; i < directory->people->len; i++)
    {
      JsonObject *other = directory->people->pdata[i];
      const char *id = csm_json_get_string (other, "id");

      if (other == person || !csm_person_is_staff (other))
        continue;
      if (g_strcmp0 (id, stand_in) == 0)
        selected = away->ids->len;
      gtk_string_list_append (names, csm_json_get_string (other, "name"));
      g_ptr_array_add (away->ids, g_strdup (id));
    }
  away->stand_in = add_combo (group, _("Stand-In"), names, selected);
}

static void
add_rest (Away       *away,
          GtkWidget  *box,
          JsonObject *person)
{
  GtkWidget *group = adw_preferences_group_new ();
  g_autoptr (GtkStringList) cases = gtk_string_list_new (NULL);
  const char *when_away = csm_json_get_string (person, "whenAway");
  guint selected = 0;

  gtk_string_list_append (cases, _("They wait"));
  gtk_string_list_append (cases, _("The stand-in gets them"));
  gtk_string_list_append (cases, _("The team gets them back"));
  for (guint i = 0; i < G_N_ELEMENTS (choices); i++)
    if (g_strcmp0 (when_away, choices[i]) == 0)
      selected = i;
  add_stand_in (away, group, person);
  away->cases = add_combo (group, _("Open Cases"), cases, selected);
  away->takes = add_switch (group, _("Gets New Cases"), _("Where a team gives them out by itself"), csm_json_get_boolean (person, "takesCases"));
  gtk_box_append (GTK_BOX (box), group);
}

/**
 * csm_away_sheet_present:
 * @from: a widget of the window
 * @workbench: its workbench
 * @person_id: who is away
 *
 * Returns: (transfer none) (nullable): the sheet; %NULL: nobody is known by that id
 */
CsmSheet *
csm_away_sheet_present (GtkWidget    *from,
                        CsmWorkbench *workbench,
                        const char   *person_id)
{
  CsmDirectory *directory = csm_workbench_get_directory (workbench);
  JsonObject *person = directory != NULL ? csm_directory_lookup (directory, person_id) : NULL;
  GtkWidget *box;
  GtkWidget *group;
  CsmSheet *sheet;
  gint64 from_day;
  gint64 until_day;
  Away *away;

  if (person == NULL)
    return NULL;
  away = g_new0 (Away, 1);
  away->workbench = g_object_ref (workbench);
  away->person_id = g_strdup (person_id);
  away->ids = g_ptr_array_new_with_free_func (g_free);
  from_day = csm_json_get_time (person, "awayFrom");
  until_day = csm_json_get_time (person, "awayUntil");
  box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 18);
  group = adw_preferences_group_new ();
  sheet = csm_sheet_new (from, csm_json_get_string (person, "name"), box);
  away->away = add_switch (group, _("Away"), _("Colleagues see it, and nobody counts on an answer"), from_day != CSM_TIME_NONE);
  away->from = add_calendar (group, _("First Day"), from_day);
  /* The time that is kept is the end of the last day. */
  away->until = add_calendar (group, _("Last Day"), until_day != CSM_TIME_NONE ? until_day - CSM_SECOND : CSM_TIME_NONE);
  gtk_box_append (GTK_BOX (box), group);
  add_rest (away, box, person);
  say_day (away->from);
  say_day (away->until);
  g_signal_connect (away->from, "day-selected", G_CALLBACK (say_day), NULL);
  g_signal_connect (away->until, "day-selected", G_CALLBACK (say_day), NULL);
  csm_sheet_set_action (sheet, _("_Save"));
  g_signal_connect_data (sheet, "done", G_CALLBACK (done_cb), away, (GClosureNotify) (void (*) (void)) away_free, 0);
  gtk_window_present (GTK_WINDOW (sheet));
  return sheet;
}
