/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-notifications-group.h"

#include <glib/gi18n.h>

#include "csm-preferences-undo.h"
#include "csm-service-level-words.h"

#define MINUTES_A_DAY 1440
#define STEP_MINUTES 15

struct _CsmNotificationsGroup
{
  AdwPreferencesGroup parent_instance;
  GSettings          *settings;
  GtkWidget          *on;
  GtkWidget          *text;
  GtkWidget          *quiet;
  GtkWidget          *from;
  GtkWidget          *to;
  GtkWidget          *days[CSM_CALENDAR_N_DAYS];
  GtkWidget          *background;
  GtkWidget          *autostart;
  gboolean            showing;    /* the days are being set from the settings */
};

G_DEFINE_FINAL_TYPE (CsmNotificationsGroup, csm_notifications_group, ADW_TYPE_PREFERENCES_GROUP)

/* --- rows -------------------------------------------------------------------------------------------------- */

static GtkWidget *
make_row (const char *title,
          const char *subtitle,
          GtkWidget  *control)
{
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  if (subtitle != NULL)
    adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  gtk_widget_set_valign (control, GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (control), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), control);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), control);
  return row;
}

static GtkWidget *
add_switch (CsmNotificationsGroup *self,
            const char            *title,
            const char            *subtitle)
{
  GtkWidget *control = gtk_switch_new ();

  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), make_row (title, subtitle, control));
  return control;
}

/* --- times of day: minutes after midnight, which people see as "19:00" ------------------------------------------ */

static gboolean
time_output_cb (GtkSpinButton *button)
{
  int minutes = gtk_spin_button_get_value_as_int (button);
  g_autofree char *text = g_strdup_printf ("%02d:%02d", minutes / 60, minutes % 60);

  if (!g_str_equal (text, gtk_editable_get_text (GTK_EDITABLE (button))))
    gtk_editable_set_text (GTK_EDITABLE (button), text);
  return TRUE;
}

/* Understands "19:30", "19.30" and "19". */
static int
time_input_cb (GtkSpinButton *button,
               double        *value)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (button));
  char *end = NULL;
  guint64 hours = g_ascii_strtoull (text, &end, 10);
  guint64 minutes = 0;

  if (end == text)
    return GTK_INPUT_ERROR;
  if (*end == ':' || *end == '.')
    minutes = g_ascii_strtoull (end + 1, NULL, 10);
  if (hours > 23 || minutes > 59)
    return GTK_INPUT_ERROR;
  *value = (double) (hours * 60 + minutes);
  return TRUE;
}

static GtkWidget *
add_time (CsmNotificationsGroup *self,
          const char            *title)
{
  GtkWidget *button = gtk_spin_button_new_with_range (0, MINUTES_A_DAY - 1, STEP_MINUTES);

  /* A colon is no part of a number. */
  gtk_spin_button_set_numeric (GTK_SPIN_BUTTON (button), FALSE);
  gtk_spin_button_set_update_policy (GTK_SPIN_BUTTON (button), GTK_UPDATE_IF_VALID);
  gtk_spin_button_set_wrap (GTK_SPIN_BUTTON (button), TRUE);
  gtk_editable_set_width_chars (GTK_EDITABLE (button), 5);
  g_signal_connect (button, "output", G_CALLBACK (time_output_cb), NULL);
  g_signal_connect (button, "input", G_CALLBACK (time_input_cb), NULL);
  adw_expander_row_add_row (ADW_EXPANDER_ROW (self->quiet), make_row (title, NULL, button));
  return button;
}

/* --- days -------------------------------------------------------------------------------------------------- */

static void
day_toggled_cb (CsmNotificationsGroup *self)
{
  guint days = 0;

  if (self->showing || self->settings == NULL)
    return;
  for (guint i = 0; i < CSM_CALENDAR_N_DAYS; i++)
    if (gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->days[i])))
      days |= 1u << i;
  g_settings_set_uint (self->settings, "quiet-days", days);
}

static void
show_days (CsmNotificationsGroup *self)
{
  guint days = g_settings_get_uint (self->settings, "quiet-days");

  self->showing = TRUE;
  for (guint i = 0; i < CSM_CALENDAR_N_DAYS; i++)
    gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->days[i]), (days & (1u << i)) != 0);
  self->showing = FALSE;
}

static GtkWidget *
make_day (CsmNotificationsGroup *self,
          guint                  day)
{
  /* The first of January 2024 was a Monday. */
  g_autoptr (GDateTime) date = g_date_time_new_local (2024, 1, 1 + (int) day, 12, 0, 0);
  g_autofree char *name = g_date_time_format (date, C_("weekday", "%a"));
  GtkWidget *button = gtk_toggle_button_new_with_label (name);

  gtk_widget_set_tooltip_text (button, csm_calendar_day_name (day));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, csm_calendar_day_name (day), -1);
  g_signal_connect_object (button, "toggled", G_CALLBACK (day_toggled_cb), self, G_CONNECT_SWAPPED);
  return button;
}

/* In a narrow window the days take several lines. */
static void
add_days (CsmNotificationsGroup *self)
{
  GtkWidget *row = adw_preferences_row_new ();
  GtkWidget *box = gtk_flow_box_new ();

  gtk_flow_box_set_selection_mode (GTK_FLOW_BOX (box), GTK_SELECTION_NONE);
  gtk_flow_box_set_max_children_per_line (GTK_FLOW_BOX (box), CSM_CALENDAR_N_DAYS);
  gtk_flow_box_set_min_children_per_line (GTK_FLOW_BOX (box), 2);
  gtk_flow_box_set_homogeneous (GTK_FLOW_BOX (box), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (box), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Days on which quiet hours begin"), -1);
  gtk_widget_set_margin_top (box, 6);
  gtk_widget_set_margin_bottom (box, 6);
  gtk_widget_set_margin_start (box, 6);
  gtk_widget_set_margin_end (box, 6);
  for (guint i = 0; i < CSM_CALENDAR_N_DAYS; i++)
    {
      self->days[i] = make_day (self, i);
      gtk_flow_box_append (GTK_FLOW_BOX (box), self->days[i]);
      /* The button has the focus, not what holds it. */
      gtk_widget_set_focusable (gtk_widget_get_parent (self->days[i]), FALSE);
    }
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _("Days"));
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  adw_expander_row_add_row (ADW_EXPANDER_ROW (self->quiet), row);
}

/* --- GObject ----------------------------------------------------------------------------------------------- */

static void
csm_notifications_group_dispose (GObject *object)
{
  CsmNotificationsGroup *self = CSM_NOTIFICATIONS_GROUP (object);

  g_clear_object (&self->settings);
  G_OBJECT_CLASS (csm_notifications_group_parent_class)->dispose (object);
}

static void
csm_notifications_group_class_init (CsmNotificationsGroupClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = csm_notifications_group_dispose;
}

static void
csm_notifications_group_init (CsmNotificationsGroup *self)
{
  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (self), _("Notifications"));
  self->on = add_switch (self, _("Notifications"),
                         _("When colleagues mention you, ask for a review or hand you a case, and when your customers answer"));
  self->text = add_switch (self, _("Show What Colleagues Wrote"), _("It may then be read on the lock screen as well"));
  self->quiet = adw_expander_row_new ();
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->quiet), _("Quiet Hours"));
  adw_expander_row_set_subtitle (ADW_EXPANDER_ROW (self->quiet), _("Notifications wait, and are told together afterwards"));
  adw_expander_row_set_show_enable_switch (ADW_EXPANDER_ROW (self->quiet), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->quiet), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Quiet Hours"), -1);
  csm_preferences_name_switch (ADW_EXPANDER_ROW (self->quiet), _("Quiet Hours"));
  self->from = add_time (self, _("From"));
  self->to = add_time (self, _("To"));
  add_days (self);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), self->quiet);
  self->background = add_switch (self, _("Run in the Background"), _("Messages are fetched, and you are told of them, while the window is closed. Quit ends it."));
  self->autostart = add_switch (self, _("Start When You Log In"), _("In the background, without a window"));
}

GtkWidget *
csm_notifications_group_new (void)
{
  return g_object_new (CSM_TYPE_NOTIFICATIONS_GROUP, NULL);
}

/* Once. @settings: the app's */
void
csm_notifications_group_set_settings (CsmNotificationsGroup *self,
                                      GSettings             *settings)
{
  g_return_if_fail (CSM_IS_NOTIFICATIONS_GROUP (self) && self->settings == NULL);
  self->settings = g_object_ref (settings);
  g_settings_bind (settings, "notifications", self->on, "active", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "notification-text", self->text, "active", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "quiet-hours", self->quiet, "enable-expansion", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "quiet-from", self->from, "value", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "quiet-to", self->to, "value", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "run-in-background", self->background, "active", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "autostart", self->autostart, "active", G_SETTINGS_BIND_DEFAULT);
  g_signal_connect_object (settings, "changed::quiet-days", G_CALLBACK (show_days), self, G_CONNECT_SWAPPED);
  show_days (self);
}
