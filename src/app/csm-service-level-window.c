/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-service-level-window.h"

#include <glib/gi18n.h>

#include "csm-action-fold.h"
#include "csm-clock-words.h"
#include "csm-id.h"
#include "csm-json.h"
#include "csm-record-choice.h"
#include "csm-service-level-words.h"

#define MAX_STEPS 20
#define NOT_PROMISED 0

struct _CsmServiceLevelWindow
{
  AdwWindow            parent_instance;
  GtkEditable         *name_row;
  AdwComboRow         *acknowledge_row;
  AdwComboRow         *answer_row;
  AdwComboRow         *resolve_row;
  AdwComboRow         *calendar_row;
  GtkSwitch           *pauses_switch;
  AdwComboRow         *team_row;
  AdwComboRow         *channel_row;
  AdwComboRow         *priority_row;
  GtkSwitch           *customer_switch;
  AdwComboRow         *warn_row;
  AdwPreferencesGroup *steps_group;
  AdwExpanderRow      *add_row;
  AdwComboRow         *action_row;
  AdwComboRow         *when_row;
  AdwComboRow         *clock_row;
  GtkWidget           *remove_group;
  GtkButton           *save_button;
  GArray              *within[4];   /* gint64 minutes of the choices: of the three promises and of the warning */
  JsonObject          *steps;
  GPtrArray           *step_rows;
};

enum { WARNING = 3 };
enum { SAVE, REMOVE, N_SIGNALS };
static guint signals[N_SIGNALS];

static const char *const within_names[] = { "acknowledgeWithin", "answerWithin", "resolveWithin" };
static const char *const priorities[] = { "low", "normal", "high", "urgent" };
static const int offsets[] = { -240, -120, -60, -30, -15, 0, 15, 30, 60, 120, 240, 480 };
#define AT_ONCE 5

G_DEFINE_FINAL_TYPE (CsmServiceLevelWindow, csm_service_level_window, ADW_TYPE_WINDOW)

/* --- choices ------------------------------------------------------------------------------------------------- */

static AdwComboRow *
within_row (CsmServiceLevelWindow *self,
            guint                  i)
{
  AdwComboRow *rows[] = { self->acknowledge_row, self->answer_row, self->resolve_row, self->warn_row };

  return rows[i];
}

/* The usual ones, and whatever was chosen before by somebody who could choose freely. */
static void
fill_minutes (CsmServiceLevelWindow *self,
              guint                  i,
              gint64                 chosen)
{
  static const gint64 usual[] = { NOT_PROMISED, 15, 30, 60, 120, 240, 480, 960, 1440, 2400, 2880, 4320, 7200 };
  g_autoptr (GtkStringList) list = gtk_string_list_new (NULL);
  gboolean placed = FALSE;
  guint selected = 0;

  g_array_set_size (self->within[i], 0);
  for (guint n = 0; n < G_N_ELEMENTS (usual); n++)
    {
      placed |= usual[n] == chosen;
      if (!placed && usual[n] > chosen)
        {
          g_array_append_val (self->within[i], chosen);
          placed = TRUE;
        }
      g_array_append_val (self->within[i], usual[n]);
    }
  if (!placed)
    g_array_append_val (self->within[i], chosen);
  for (guint n = 0; n < self->within[i]->len; n++)
    {
      gint64 minutes = g_array_index (self->within[i], gint64, n);
      g_autofree char *text = csm_clock_words_minutes (minutes);
      g_autofree char *before = i == WARNING ? csm_service_step_when (-minutes) : NULL;

      gtk_string_list_append (list, minutes == NOT_PROMISED ? (i == WARNING ? _("Never") : _("No promise")) : before != NULL ? before : text);
      if (minutes == chosen)
        selected = n;
    }
  adw_combo_row_set_model (within_row (self, i), G_LIST_MODEL (list));
  adw_combo_row_set_selected (within_row (self, i), selected);
}

static gint64
chosen_minutes (CsmServiceLevelWindow *self,
                guint                  i)
{
  guint selected = adw_combo_row_get_selected (within_row (self, i));

  return selected < self->within[i]->len ? g_array_index (self->within[i], gint64, selected) : NOT_PROMISED;
}

static void
fill_priority (CsmServiceLevelWindow *self,
               const char            *chosen)
{
  const char *const names[] = { _("Every priority"), _("Low"), _("Normal"), _("High"), _("Urgent"), NULL };
  g_autoptr (GtkStringList) list = gtk_string_list_new (names);

  adw_combo_row_set_model (self->priority_row, G_LIST_MODEL (list));
  for (guint i = 0; i < G_N_ELEMENTS (priorities); i++)
    if (g_strcmp0 (priorities[i], chosen) == 0)
      adw_combo_row_set_selected (self->priority_row, i + 1);
}

static void
fill_step_choices (CsmServiceLevelWindow *self)
{
  g_autoptr (GtkStringList) actions = gtk_string_list_new (NULL);
  g_autoptr (GtkStringList) times = gtk_string_list_new (NULL);
  g_autoptr (GtkStringList) clocks = gtk_string_list_new (NULL);

  for (guint i = 0; csm_service_step_actions[i] != NULL; i++)
    gtk_string_list_append (actions, csm_service_step_action (csm_service_step_actions[i]));
  for (guint i = 0; i < G_N_ELEMENTS (offsets); i++)
    {
      g_autofree char *when = csm_service_step_when (offsets[i]);

      gtk_string_list_append (times, when);
    }
  for (guint i = 0; csm_service_step_clocks[i] != NULL; i++)
    gtk_string_list_append (clocks, csm_service_step_clock (csm_service_step_clocks[i]));
  adw_combo_row_set_model (self->action_row, G_LIST_MODEL (actions));
  adw_combo_row_set_model (self->when_row, G_LIST_MODEL (times));
  adw_combo_row_set_selected (self->when_row, AT_ONCE);
  adw_combo_row_set_model (self->clock_row, G_LIST_MODEL (clocks));
  adw_combo_row_set_selected (self->clock_row, 1);
}

/* --- steps ----------------------------------------------------------------------------------------------------- */

static void show_steps (CsmServiceLevelWindow *self);

static void
remove_step_cb (CsmServiceLevelWindow *self,
                GtkWidget             *button)
{
  json_object_remove_member (self->steps, g_object_get_data (G_OBJECT (button), "key"));
  show_steps (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->add_row));
}

static GtkWidget *
make_step (CsmServiceLevelWindow *self,
           const char            *key,
           JsonObject            *step)
{
  g_autofree char *sentence = csm_service_step_describe (step);
  /* Translators: %s is a sentence: what a service level has done */
  g_autofree char *label = g_strdup_printf (_("Remove: %s"), sentence);
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *button = gtk_button_new_from_icon_name ("user-trash-symbolic");

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), sentence);
  g_object_set_data_full (G_OBJECT (button), "key", g_strdup (key), g_free);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (button, _("Remove"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  g_signal_connect_object (button, "clicked", G_CALLBACK (remove_step_cb), self, G_CONNECT_SWAPPED);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
  return row;
}

static void
show_steps (CsmServiceLevelWindow *self)
{
  g_autoptr (GList) keys = json_object_get_members (self->steps);

  for (guint i = 0; i < self->step_rows->len; i++)
    adw_preferences_group_remove (self->steps_group, self->step_rows->pdata[i]);
  g_ptr_array_set_size (self->step_rows, 0);
  for (GList *l = keys; l != NULL; l = l->next)
    {
      GtkWidget *row = make_step (self, l->data, csm_json_get_object (self->steps, l->data));

      adw_preferences_group_add (self->steps_group, row);
      g_ptr_array_add (self->step_rows, row);
    }
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "level.add-step", json_object_get_size (self->steps) < MAX_STEPS);
}

static void
put_step (CsmServiceLevelWindow *self,
          const char            *clock,
          int                    minutes,
          const char            *does)
{
  g_autofree char *id = csm_id_new ('k');
  JsonObject *step = json_object_new ();

  json_object_set_string_member (step, "clock", clock);
  json_object_set_int_member (step, "minutes", minutes);
  json_object_set_string_member (step, "does", does);
  json_object_set_object_member (self->steps, id + 1, step);
}

static void
add_step_action (GtkWidget  *widget,
                 const char *name,
                 GVariant   *parameter)
{
  CsmServiceLevelWindow *self = CSM_SERVICE_LEVEL_WINDOW (widget);

  put_step (self, csm_service_step_clocks[MIN (adw_combo_row_get_selected (self->clock_row), 2)],
            offsets[MIN (adw_combo_row_get_selected (self->when_row), G_N_ELEMENTS (offsets) - 1)],
            csm_service_step_actions[MIN (adw_combo_row_get_selected (self->action_row), 2)]);
  adw_expander_row_set_expanded (self->add_row, FALSE);
  show_steps (self);
}

/* --- what becomes of it ------------------------------------------------------------------------------------------ */

static void
changed_cb (CsmServiceLevelWindow *self)
{
  g_autofree char *name = g_strstrip (g_strdup (gtk_editable_get_text (self->name_row)));
  gboolean some = FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (within_names); i++)
    some |= chosen_minutes (self, i) != NOT_PROMISED;
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "level.save", name[0] != '\0' && some);
}

static void
save_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  CsmServiceLevelWindow *self = CSM_SERVICE_LEVEL_WINDOW (widget);
  g_autoptr (JsonObject) patch = json_object_new ();
  g_autofree char *title = g_strstrip (g_strdup (gtk_editable_get_text (self->name_row)));
  guint priority = adw_combo_row_get_selected (self->priority_row);

  json_object_set_string_member (patch, "name", title);
  for (guint i = 0; i < G_N_ELEMENTS (within_names); i++)
    {
      gint64 minutes = chosen_minutes (self, i);

      if (minutes != NOT_PROMISED)
        json_object_set_int_member (patch, within_names[i], minutes);
      else
        json_object_set_null_member (patch, within_names[i]);
    }
  csm_record_choice_put (self->calendar_row, patch, "calendarId");
  csm_record_choice_put (self->team_row, patch, "teamId");
  csm_record_choice_put (self->channel_row, patch, "channelId");
  if (priority > 0 && priority <= G_N_ELEMENTS (priorities))
    json_object_set_string_member (patch, "priority", priorities[priority - 1]);
  else
    json_object_set_null_member (patch, "priority");
  json_object_set_boolean_member (patch, "byCustomer", gtk_switch_get_active (self->customer_switch));
  json_object_set_boolean_member (patch, "pausesWaiting", gtk_switch_get_active (self->pauses_switch));
  json_object_set_int_member (patch, "warnBefore", chosen_minutes (self, WARNING));
  json_object_set_object_member (patch, "steps", csm_json_copy_object (self->steps));
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
csm_service_level_window_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), CSM_TYPE_SERVICE_LEVEL_WINDOW);
  G_OBJECT_CLASS (csm_service_level_window_parent_class)->dispose (object);
}

static void
csm_service_level_window_finalize (GObject *object)
{
  CsmServiceLevelWindow *self = CSM_SERVICE_LEVEL_WINDOW (object);

  for (guint i = 0; i < G_N_ELEMENTS (self->within); i++)
    g_array_unref (self->within[i]);
  g_ptr_array_unref (self->step_rows);
  json_object_unref (self->steps);
  G_OBJECT_CLASS (csm_service_level_window_parent_class)->finalize (object);
}

static void
csm_service_level_window_class_init (CsmServiceLevelWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = csm_service_level_window_dispose;
  G_OBJECT_CLASS (klass)->finalize = csm_service_level_window_finalize;
  signals[SAVE] = g_signal_new ("save", CSM_TYPE_SERVICE_LEVEL_WINDOW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, JSON_TYPE_OBJECT);
  signals[REMOVE] = g_signal_new ("remove", CSM_TYPE_SERVICE_LEVEL_WINDOW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/casement/Casement/ui/csm-service-level-window.ui");
  gtk_widget_class_bind_template_child (widget_class, CsmServiceLevelWindow, name_row);
  gtk_widget_class_bind_template_child (widget_class, CsmServiceLevelWindow, acknowledge_row);
  gtk_widget_class_bind_template_child (widget_class, CsmServiceLevelWindow, answer_row);
  gtk_widget_class_bind_template_child (widget_class, CsmServiceLevelWindow, resolve_row);
  gtk_widget_class_bind_template_child (widget_class, CsmServiceLevelWindow, calendar_row);
  gtk_widget_class_bind_template_child (widget_class, CsmServiceLevelWindow, pauses_switch);
  gtk_widget_class_bind_template_child (widget_class, CsmServiceLevelWindow, team_row);
  gtk_widget_class_bind_template_child (widget_class, CsmServiceLevelWindow, channel_row);
  gtk_widget_class_bind_template_child (widget_class, CsmServiceLevelWindow, priority_row);
  gtk_widget_class_bind_template_child (widget_class, CsmServiceLevelWindow, customer_switch);
  gtk_widget_class_bind_template_child (widget_class, CsmServiceLevelWindow, warn_row);
  gtk_widget_class_bind_template_child (widget_class, CsmServiceLevelWindow, steps_group);
  gtk_widget_class_bind_template_child (widget_class, CsmServiceLevelWindow, add_row);
  gtk_widget_class_bind_template_child (widget_class, CsmServiceLevelWindow, action_row);
  gtk_widget_class_bind_template_child (widget_class, CsmServiceLevelWindow, when_row);
  gtk_widget_class_bind_template_child (widget_class, CsmServiceLevelWindow, clock_row);
  gtk_widget_class_bind_template_child (widget_class, CsmServiceLevelWindow, remove_group);
  gtk_widget_class_bind_template_child (widget_class, CsmServiceLevelWindow, save_button);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_install_action (widget_class, "level.save", NULL, save_action);
  gtk_widget_class_install_action (widget_class, "level.remove", NULL, remove_action);
  gtk_widget_class_install_action (widget_class, "level.add-step", NULL, add_step_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
csm_service_level_window_init (CsmServiceLevelWindow *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (self->within); i++)
    self->within[i] = g_array_new (FALSE, FALSE, sizeof (gint64));
  self->step_rows = g_ptr_array_new ();
  self->steps = json_object_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  csm_action_fold (GTK_WIDGET (self->save_button));
}

static void
fill (CsmServiceLevelWindow *self,
      CsmDirectory          *directory,
      JsonObject            *level)
{
  JsonObject *steps = csm_json_get_object (level, "steps");

  for (guint i = 0; i < G_N_ELEMENTS (within_names); i++)
    fill_minutes (self, i, MAX (csm_json_get_int (level, within_names[i], NOT_PROMISED), 0));
  fill_minutes (self, WARNING, MAX (csm_json_get_int (level, "warnBefore", 60), 0));
  csm_record_choice_fill (self->calendar_row, _("Day and night"), directory->calendars, csm_json_get_string (level, "calendarId"));
  csm_record_choice_fill (self->team_row, _("Every team"), directory->teams, csm_json_get_string (level, "teamId"));
  csm_record_choice_fill (self->channel_row, _("Every mailbox"), directory->channels, csm_json_get_string (level, "channelId"));
  fill_priority (self, csm_json_get_string (level, "priority"));
  gtk_switch_set_active (self->customer_switch, csm_json_get_boolean (level, "byCustomer"));
  gtk_switch_set_active (self->pauses_switch, csm_json_get_boolean (level, "pausesWaiting"));
  if (steps != NULL)
    {
      json_object_unref (self->steps);
      self->steps = csm_json_copy_object (steps);
    }
  gtk_editable_set_text (self->name_row, csm_json_get_string (level, "name") != NULL ? csm_json_get_string (level, "name") : "");
}

/* What most would begin with: an answer within four hours of work, and somebody hears of it when that becomes tight. */
static void
suggest (CsmServiceLevelWindow *self,
         CsmDirectory          *directory)
{
  g_autoptr (JsonObject) level = json_object_new ();

  json_object_set_string_member (level, "name", _("Standard"));
  json_object_set_int_member (level, "answerWithin", 240);
  json_object_set_boolean_member (level, "pausesWaiting", TRUE);
  if (directory->calendars->len > 0)
    json_object_set_string_member (level, "calendarId", csm_json_get_string (directory->calendars->pdata[0], "id"));
  fill (self, directory, level);
  put_step (self, "answer", -30, "warnOwner");
  put_step (self, "answer", 0, "tellLead");
}

/**
 * csm_service_level_window_new:
 * @parent: (nullable): the window that it belongs to
 * @workbench: who is signed in, with a directory
 * @record: (nullable): the level to change; %NULL: a new one
 *
 * Returns: (transfer none): a window, not shown yet
 */
GtkWindow *
csm_service_level_window_new (GtkWindow    *parent,
                              CsmWorkbench *workbench,
                              JsonObject   *record)
{
  CsmServiceLevelWindow *self = g_object_new (CSM_TYPE_SERVICE_LEVEL_WINDOW, "transient-for", parent, "title", record != NULL ? _("Service Level") : _("New Service Level"), NULL);
  CsmDirectory *directory = csm_workbench_get_directory (workbench);

  fill_step_choices (self);
  if (record != NULL)
    fill (self, directory, record);
  else
    suggest (self, directory);
  show_steps (self);
  gtk_widget_set_visible (self->remove_group, record != NULL);
  if (record != NULL)
    gtk_button_set_label (self->save_button, _("_Save"));
  changed_cb (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->name_row));
  return GTK_WINDOW (self);
}
