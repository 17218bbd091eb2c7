/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-calendar-window.h"

#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>

#include "csm-action-fold.h"
#include "csm-json.h"
#include "csm-service-level-words.h"

#define MINUTES_A_DAY 1440
#define DATE_LENGTH 10

struct _CsmCalendarWindow
{
  AdwWindow            parent_instance;
  GtkEditable         *name_row;
  GtkEditable         *zone_row;
  AdwPreferencesGroup *hours_group;
  GtkEditable         *day_rows[CSM_CALENDAR_N_DAYS];
  AdwPreferencesGroup *holidays_group;
  GtkEditable         *date_row;
  GtkWidget           *remove_group;
  GtkLabel            *used_label;
  GtkButton           *save_button;
  JsonObject          *holidays;
  GPtrArray           *holiday_rows;
};

enum { SAVE, REMOVE, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (CsmCalendarWindow, csm_calendar_window, ADW_TYPE_WINDOW)

/* --- hours ----------------------------------------------------------------------------------------------------- */

static JsonArray *
spans_of (JsonObject *hours,
          guint       day)
{
  JsonObject *entry = csm_json_get_object (hours, csm_calendar_days[day]);

  if (entry == NULL)
    {
      entry = json_object_new ();
      json_object_set_array_member (entry, "spans", json_array_new ());
      json_object_set_object_member (hours, csm_calendar_days[day], entry);
    }
  return csm_json_get_array (entry, "spans");
}

static void
add_span (JsonObject *hours,
          guint       day,
          int         from,
          int         to)
{
  JsonArray *pair = json_array_new ();

  json_array_add_int_element (pair, from);
  json_array_add_int_element (pair, to);
  json_array_add_array_element (spans_of (hours, day), pair);
}

/* (transfer full): what is after midnight belongs to the next day; NULL: not to be understood, or never at work */
static JsonObject *
read_hours (CsmCalendarWindow *self,
            gboolean           mark)
{
  g_autoptr (JsonObject) hours = json_object_new ();
  g_autoptr (GArray) spans = g_array_new (FALSE, FALSE, sizeof (CsmCalendarSpan));
  gboolean good = TRUE;

  for (guint day = 0; day < CSM_CALENDAR_N_DAYS; day++)
    {
      gboolean read = csm_calendar_hours_read (gtk_editable_get_text (self->day_rows[day]), spans);

      good &= read;
      if (mark && read)
        gtk_widget_remove_css_class (GTK_WIDGET (self->day_rows[day]), "error");
      else if (mark)
        gtk_widget_add_css_class (GTK_WIDGET (self->day_rows[day]), "error");
      for (guint i = 0; read && i < spans->len; i++)
        {
          const CsmCalendarSpan *span = &g_array_index (spans, CsmCalendarSpan, i);

          add_span (hours, day, span->from, MIN (span->to, MINUTES_A_DAY));
          if (span->to > MINUTES_A_DAY)
            add_span (hours, (day + 1) % CSM_CALENDAR_N_DAYS, 0, span->to - MINUTES_A_DAY);
        }
    }
  return good && json_object_get_size (hours) > 0 ? g_steal_pointer (&hours) : NULL;
}

static gboolean
read_zone (CsmCalendarWindow  *self,
           char              **name)
{
  g_autoptr (GTimeZone) zone = NULL;

  *name = g_strstrip (g_strdup (gtk_editable_get_text (self->zone_row)));
  zone = (*name)[0] != '\0' ? g_time_zone_new_identifier (*name) : NULL;
  return (*name)[0] == '\0' || zone != NULL;
}

static void
changed_cb (CsmCalendarWindow *self)
{
  g_autoptr (JsonObject) hours = self->day_rows[0] != NULL ? read_hours (self, TRUE) : NULL;
  g_autofree char *name = g_strstrip (g_strdup (gtk_editable_get_text (self->name_row)));
  g_autofree char *zone = NULL;
  gboolean good = read_zone (self, &zone);

  if (good)
    gtk_widget_remove_css_class (GTK_WIDGET (self->zone_row), "error");
  else
    gtk_widget_add_css_class (GTK_WIDGET (self->zone_row), "error");
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "calendar.save", good && hours != NULL && name[0] != '\0');
}

static void
make_days (CsmCalendarWindow *self)
{
  for (guint day = 0; day < CSM_CALENDAR_N_DAYS; day++)
    {
      GtkWidget *row = adw_entry_row_new ();

      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), csm_calendar_day_name (day));
      adw_preferences_group_add (self->hours_group, row);
      self->day_rows[day] = GTK_EDITABLE (row);
      g_signal_connect_object (row, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
    }
}

/* --- holidays ---------------------------------------------------------------------------------------------------- */

static void show_holidays (CsmCalendarWindow *self);

static void
remove_holiday_cb (CsmCalendarWindow *self,
                   GtkWidget         *button)
{
  json_object_remove_member (self->holidays, g_object_get_data (G_OBJECT (button), "date"));
  show_holidays (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->date_row));
}

static GtkWidget *
make_holiday (CsmCalendarWindow *self,
              const char        *date)
{
  const char *name = csm_json_get_string (csm_json_get_object (self->holidays, date), "name");
  /* Translators: %s is a date */
  g_autofree char *label = g_strdup_printf (_("Remove %s"), date);
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *button = gtk_button_new_from_icon_name ("user-trash-symbolic");

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), name != NULL && name[0] != '\0' ? name : date);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), date);
  g_object_set_data_full (G_OBJECT (button), "date", g_strdup (date), g_free);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (button, _("Remove"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  g_signal_connect_object (button, "clicked", G_CALLBACK (remove_holiday_cb), self, G_CONNECT_SWAPPED);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
  return row;
}

static void
show_holidays (CsmCalendarWindow *self)
{
  g_autoptr (GList) dates = g_list_sort (json_object_get_members (self->holidays), (GCompareFunc) strcmp);

  for (guint i = 0; i < self->holiday_rows->len; i++)
    adw_preferences_group_remove (self->holidays_group, self->holiday_rows->pdata[i]);
  g_ptr_array_set_size (self->holiday_rows, 0);
  for (GList *l = dates; l != NULL; l = l->next)
    {
      GtkWidget *row = make_holiday (self, l->data);

      adw_preferences_group_add (self->holidays_group, row);
      g_ptr_array_add (self->holiday_rows, row);
    }
}

static gboolean
is_date (const char *text)
{
  int year, month, day, end = 0;

  return strlen (text) >= DATE_LENGTH && sscanf (text, "%4d-%2d-%2d%n", &year, &month, &day, &end) == 3 && end == DATE_LENGTH && year >= 1970 &&
         month >= 1 && month <= 12 && day >= 1 && g_date_valid_dmy ((GDateDay) day, (GDateMonth) month, (GDateYear) year);
}

static void
add_holiday_cb (CsmCalendarWindow *self)
{
  g_autofree char *text = g_strstrip (g_strdup (gtk_editable_get_text (self->date_row)));
  g_autofree char *date = NULL;
  JsonObject *entry;

  if (!is_date (text))
    {
      gtk_widget_add_css_class (GTK_WIDGET (self->date_row), "error");
      return;
    }
  gtk_widget_remove_css_class (GTK_WIDGET (self->date_row), "error");
  date = g_strndup (text, DATE_LENGTH);
  entry = json_object_new ();
  json_object_set_string_member (entry, "name", g_strchug (text + DATE_LENGTH));
  json_object_set_object_member (self->holidays, date, entry);
  /* What is emptied from here would ask to be applied. */
  adw_entry_row_set_show_apply_button (ADW_ENTRY_ROW (self->date_row), FALSE);
  gtk_editable_set_text (self->date_row, "");
  adw_entry_row_set_show_apply_button (ADW_ENTRY_ROW (self->date_row), TRUE);
  show_holidays (self);
}

/* --- what becomes of it ------------------------------------------------------------------------------------------ */

static void
save_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  CsmCalendarWindow *self = CSM_CALENDAR_WINDOW (widget);
  g_autoptr (JsonObject) patch = json_object_new ();
  g_autofree char *title = g_strstrip (g_strdup (gtk_editable_get_text (self->name_row)));
  g_autofree char *zone = NULL;
  JsonObject *hours = read_hours (self, FALSE);

  if (hours == NULL || !read_zone (self, &zone))
    return;
  json_object_set_string_member (patch, "name", title);
  if (zone[0] != '\0')
    json_object_set_string_member (patch, "timezone", zone);
  else
    json_object_set_null_member (patch, "timezone");
  json_object_set_object_member (patch, "hours", hours);
  json_object_set_object_member (patch, "holidays", csm_json_copy_object (self->holidays));
  g_signal_emit (self, signals[SAVE], 0, patch);
  gtk_window_close (GTK_WINDOW (self));
}

static void
remove_action (GtkWidget  *widget,
               const char *name,
               GVariant   *parameter)
{
  g_signal_emit (widget, signals[REMOVE], 0);
  gtk_window_close (GTK_WINDOW (widget));
}

static void
csm_calendar_window_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), CSM_TYPE_CALENDAR_WINDOW);
  G_OBJECT_CLASS (csm_calendar_window_parent_class)->dispose (object);
}

static void
csm_calendar_window_finalize (GObject *object)
{
  CsmCalendarWindow *self = CSM_CALENDAR_WINDOW (object);

  g_ptr_array_unref (self->holiday_rows);
  json_object_unref (self->holidays);
  G_OBJECT_CLASS (csm_calendar_window_parent_class)->finalize (object);
}

static void
csm_calendar_window_class_init (CsmCalendarWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = csm_calendar_window_dispose;
  G_OBJECT_CLASS (klass)->finalize = csm_calendar_window_finalize;
  signals[SAVE] = g_signal_new ("save", CSM_TYPE_CALENDAR_WINDOW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, JSON_TYPE_OBJECT);
  signals[REMOVE] = g_signal_new ("remove", CSM_TYPE_CALENDAR_WINDOW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/casement/Casement/ui/csm-calendar-window.ui");
  gtk_widget_class_bind_template_child (widget_class, CsmCalendarWindow, name_row);
  gtk_widget_class_bind_template_child (widget_class, CsmCalendarWindow, zone_row);
  gtk_widget_class_bind_template_child (widget_class, CsmCalendarWindow, hours_group);
  gtk_widget_class_bind_template_child (widget_class, CsmCalendarWindow, holidays_group);
  gtk_widget_class_bind_template_child (widget_class, CsmCalendarWindow, date_row);
  gtk_widget_class_bind_template_child (widget_class, CsmCalendarWindow, remove_group);
  gtk_widget_class_bind_template_child (widget_class, CsmCalendarWindow, used_label);
  gtk_widget_class_bind_template_child (widget_class, CsmCalendarWindow, save_button);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, add_holiday_cb);
  gtk_widget_class_install_action (widget_class, "calendar.save", NULL, save_action);
  gtk_widget_class_install_action (widget_class, "calendar.remove", NULL, remove_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
csm_calendar_window_init (CsmCalendarWindow *self)
{
  self->holiday_rows = g_ptr_array_new ();
  self->holidays = json_object_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  csm_action_fold (GTK_WIDGET (self->save_button));
  make_days (self);
}

static void
fill (CsmCalendarWindow *self,
      JsonObject        *calendar)
{
  JsonObject *holidays = csm_json_get_object (calendar, "holidays");
  const char *zone = csm_json_get_string (calendar, "timezone");

  for (guint day = 0; day < CSM_CALENDAR_N_DAYS; day++)
    {
      g_autofree char *text = csm_calendar_hours_text (calendar, csm_calendar_days[day]);

      gtk_editable_set_text (self->day_rows[day], text);
    }
  if (holidays != NULL)
    {
      json_object_unref (self->holidays);
      self->holidays = csm_json_copy_object (holidays);
    }
  gtk_editable_set_text (self->zone_row, zone != NULL ? zone : "");
  gtk_editable_set_text (self->name_row, csm_json_get_string (calendar, "name") != NULL ? csm_json_get_string (calendar, "name") : "");
}

static void
suggest (CsmCalendarWindow *self)
{
  gtk_editable_set_text (self->name_row, _("Office Hours"));
  for (guint day = 0; day < 5; day++)
    gtk_editable_set_text (self->day_rows[day], "09:00–17:00");
}

/* What is in use can't be deleted, and says by whom. */
static void
show_use (CsmCalendarWindow *self,
          CsmDirectory      *directory,
          const char        *id)
{
  for (guint i = 0; i < directory->service_levels->len; i++)
    {
      JsonObject *level = directory->service_levels->pdata[i];
      g_autofree char *text = NULL;

      if (g_strcmp0 (csm_json_get_string (level, "calendarId"), id) != 0)
        continue;
      /* Translators: %s is the name of a service level */
      text = g_strdup_printf (_("The service level “%s” is counted in these hours."), csm_json_get_string (level, "name"));
      gtk_label_set_text (self->used_label, text);
      gtk_widget_set_visible (GTK_WIDGET (self->used_label), TRUE);
      gtk_widget_action_set_enabled (GTK_WIDGET (self), "calendar.remove", FALSE);
      return;
    }
}

/**
 * csm_calendar_window_new:
 * @parent: (nullable): the window that it belongs to
 * @workbench: who is signed in, with a directory
 * @record: (nullable): the calendar to change; %NULL: a new one
 *
 * Returns: (transfer none): a window, not shown yet
 */
GtkWindow *
csm_calendar_window_new (GtkWindow    *parent,
                         CsmWorkbench *workbench,
                         JsonObject   *record)
{
  CsmCalendarWindow *self = g_object_new (CSM_TYPE_CALENDAR_WINDOW, "transient-for", parent, "title", record != NULL ? _("Working Hours") : _("New Working Hours"), NULL);

  if (record != NULL)
    fill (self, record);
  else
    suggest (self);
  show_holidays (self);
  gtk_widget_set_visible (self->remove_group, record != NULL);
  if (record != NULL)
    {
      gtk_button_set_label (self->save_button, _("_Save"));
      show_use (self, csm_workbench_get_directory (workbench), csm_json_get_string (record, "id"));
    }
  changed_cb (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->name_row));
  return GTK_WINDOW (self);
}
