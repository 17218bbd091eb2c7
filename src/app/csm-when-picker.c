/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-when-picker.h"

#include <glib/gi18n.h>

#include "csm-time.h"

struct _CsmWhenPicker
{
  AdwBin          parent_instance;
  GtkStack       *stack;
  GtkListBox     *list;
  GtkCalendar    *calendar;
  GtkSpinButton  *hour;
  GtkSpinButton  *minute;
  GtkWidget      *set_button;
  GtkWidget      *other_row;
  GtkWidget      *clear_row;
  GtkWidget      *past_label;
  CsmWhenPurpose  purpose;
  gint64          times[CSM_WHEN_IN_A_WEEK + 1]; /* of the row at the same index */
  guint           n_times;
};

enum { PROP_0, PROP_PURPOSE, N_PROPS };
static GParamSpec *props[N_PROPS];
enum { PICKED, CLEARED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (CsmWhenPicker, csm_when_picker, ADW_TYPE_BIN)

static GtkWidget *
make_row (const char *title,
          const char *detail)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 18);
  GtkWidget *name = gtk_label_new (title);
  g_autofree char *spoken = NULL;

  gtk_label_set_xalign (GTK_LABEL (name), 0);
  gtk_widget_set_hexpand (name, TRUE);
  gtk_box_append (GTK_BOX (box), name);
  if (detail != NULL)
    {
      GtkWidget *time = gtk_label_new (detail);

      gtk_widget_add_css_class (time, "dim-label");
      gtk_widget_add_css_class (time, "numeric");
      gtk_box_append (GTK_BOX (box), time);
    }
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  spoken = detail != NULL ? g_strdup_printf ("%s, %s", title, detail) : g_strdup (title);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
  return row;
}

static void
add_time (CsmWhenPicker *self,
          CsmWhen        when,
          GDateTime     *now)
{
  gint64 at = csm_when_reckon (when, self->purpose, now);
  g_autoptr (GDateTime) utc = NULL;
  g_autoptr (GDateTime) local = NULL;
  g_autofree char *detail = NULL;

  if (at == CSM_TIME_NONE)
    return;
  utc = g_date_time_new_from_unix_utc (at / CSM_SECOND);
  local = g_date_time_to_local (utc);
  detail = g_date_time_format (local, C_("weekday and time of day", "%a %H:%M"));
  self->times[self->n_times++] = at;
  gtk_list_box_append (self->list, make_row (csm_when_name (when), detail));
}

static void
fill (CsmWhenPicker *self,
      gboolean       can_clear,
      GDateTime     *now)
{
  GtkListBoxRow *row;

  while ((row = gtk_list_box_get_row_at_index (self->list, 0)) != NULL)
    gtk_list_box_remove (self->list, GTK_WIDGET (row));
  self->n_times = 0;
  for (CsmWhen when = CSM_WHEN_LATER_TODAY; when <= CSM_WHEN_IN_A_WEEK; when++)
    add_time (self, when, now);
  self->other_row = make_row (_("Pick a day and time…"), NULL);
  gtk_list_box_append (self->list, self->other_row);
  self->clear_row = NULL;
  if (can_clear)
    {
      self->clear_row = make_row (self->purpose == CSM_WHEN_FOR_DUE ? _("No due date") : _("End the snooze"), NULL);
      gtk_list_box_append (self->list, self->clear_row);
    }
}

/* What the calendar and the two numbers say, in µs. */
static gint64
chosen (CsmWhenPicker *self)
{
  g_autoptr (GDateTime) day = gtk_calendar_get_date (self->calendar);
  g_autoptr (GDateTime) when = g_date_time_new_local (g_date_time_get_year (day), g_date_time_get_month (day),
                                                      g_date_time_get_day_of_month (day),
                                                      gtk_spin_button_get_value_as_int (self->hour),
                                                      gtk_spin_button_get_value_as_int (self->minute), 0);

  return g_date_time_to_unix (when) * CSM_SECOND;
}

static void
changed_cb (CsmWhenPicker *self)
{
  gboolean past = chosen (self) <= csm_time_now ();

  gtk_widget_set_sensitive (self->set_button, !past);
  gtk_widget_set_opacity (self->past_label, past ? 1 : 0);
}

static void
row_activated_cb (CsmWhenPicker *self,
                  GtkListBoxRow *row)
{
  guint index = (guint) gtk_list_box_row_get_index (row);

  if (index < self->n_times)
    {
      g_signal_emit (self, signals[PICKED], 0, self->times[index]);
    }
  else if (GTK_WIDGET (row) == self->clear_row)
    {
      g_signal_emit (self, signals[CLEARED], 0);
    }
  else
    {
      gtk_stack_set_visible_child_name (self->stack, "other");
      gtk_widget_grab_focus (GTK_WIDGET (self->calendar));
    }
}

static void
back_cb (CsmWhenPicker *self)
{
  gtk_stack_set_visible_child_name (self->stack, "list");
  gtk_widget_grab_focus (self->other_row);
}

static void
set_cb (CsmWhenPicker *self)
{
  g_signal_emit (self, signals[PICKED], 0, chosen (self));
}

/* Two digits, as on a clock. */
static gboolean
output_cb (GtkSpinButton *spin)
{
  g_autofree char *text = g_strdup_printf ("%02d", (int) gtk_adjustment_get_value (gtk_spin_button_get_adjustment (spin)));

  if (g_strcmp0 (gtk_editable_get_text (GTK_EDITABLE (spin)), text) != 0)
    gtk_editable_set_text (GTK_EDITABLE (spin), text);
  return TRUE;
}

static void
csm_when_picker_get_property (GObject    *object,
                              guint       id,
                              GValue     *value,
                              GParamSpec *pspec)
{
  if (id == PROP_PURPOSE)
    g_value_set_int (value, CSM_WHEN_PICKER (object)->purpose);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
csm_when_picker_set_property (GObject      *object,
                              guint         id,
                              const GValue *value,
                              GParamSpec   *pspec)
{
  if (id == PROP_PURPOSE)
    CSM_WHEN_PICKER (object)->purpose = g_value_get_int (value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
csm_when_picker_dispose (GObject *object)
{
  adw_bin_set_child (ADW_BIN (object), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (object), CSM_TYPE_WHEN_PICKER);
  G_OBJECT_CLASS (csm_when_picker_parent_class)->dispose (object);
}

static void
csm_when_picker_class_init (CsmWhenPickerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = csm_when_picker_dispose;
  object_class->get_property = csm_when_picker_get_property;
  object_class->set_property = csm_when_picker_set_property;
  props[PROP_PURPOSE] = g_param_spec_int ("purpose", NULL, NULL, CSM_WHEN_FOR_SNOOZE, CSM_WHEN_FOR_DUE, CSM_WHEN_FOR_SNOOZE,
                                          G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
  signals[PICKED] = g_signal_new ("picked", CSM_TYPE_WHEN_PICKER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, G_TYPE_INT64);
  signals[CLEARED] = g_signal_new ("cleared", CSM_TYPE_WHEN_PICKER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/casement/Casement/ui/csm-when-picker.ui");
  gtk_widget_class_bind_template_child (widget_class, CsmWhenPicker, stack);
  gtk_widget_class_bind_template_child (widget_class, CsmWhenPicker, list);
  gtk_widget_class_bind_template_child (widget_class, CsmWhenPicker, calendar);
  gtk_widget_class_bind_template_child (widget_class, CsmWhenPicker, hour);
  gtk_widget_class_bind_template_child (widget_class, CsmWhenPicker, minute);
  gtk_widget_class_bind_template_child (widget_class, CsmWhenPicker, set_button);
  gtk_widget_class_bind_template_child (widget_class, CsmWhenPicker, past_label);
  gtk_widget_class_bind_template_callback (widget_class, row_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, back_cb);
  gtk_widget_class_bind_template_callback (widget_class, set_cb);
  gtk_widget_class_bind_template_callback (widget_class, output_cb);
}

static void
csm_when_picker_init (CsmWhenPicker *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
csm_when_picker_new (CsmWhenPurpose purpose)
{
  return g_object_new (CSM_TYPE_WHEN_PICKER, "purpose", purpose, NULL);
}

/**
 * csm_when_picker_start:
 * @self: a picker
 * @current: µs, what is set now; %CSM_TIME_NONE for nothing
 * @can_clear: whether it can be taken away
 * @zone: (nullable): whose mornings and evenings are meant; %NULL: this computer's
 *
 * Reckons the choices from now on and puts the focus on the first. What they come to is shown by this computer's clock.
 */
void
csm_when_picker_start (CsmWhenPicker *self,
                       gint64         current,
                       gboolean       can_clear,
                       GTimeZone     *zone)
{
  g_autoptr (GDateTime) now = zone != NULL ? g_date_time_new_now (zone) : g_date_time_new_now_local ();
  gint64 at = current != CSM_TIME_NONE ? current : csm_when_reckon (CSM_WHEN_TOMORROW, self->purpose, now);
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (at / CSM_SECOND);
  g_autoptr (GDateTime) local = g_date_time_to_local (utc);

  g_return_if_fail (CSM_IS_WHEN_PICKER (self));
  fill (self, can_clear, now);
  gtk_stack_set_visible_child_name (self->stack, "list");
  gtk_calendar_select_day (self->calendar, local);
  gtk_spin_button_set_value (self->hour, g_date_time_get_hour (local));
  gtk_spin_button_set_value (self->minute, g_date_time_get_minute (local));
  changed_cb (self);
  gtk_widget_grab_focus (GTK_WIDGET (gtk_list_box_get_row_at_index (self->list, 0)));
}
