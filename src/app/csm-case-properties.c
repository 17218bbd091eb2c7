/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-case-properties.h"

#include <glib/gi18n.h>

#include "csm-assign-popover.h"
#include "csm-case-brief.h"
#include "csm-case-goal.h"
#include "csm-case-history.h"
#include "csm-case-links.h"
#include "csm-clock-panel.h"
#include "csm-format.h"
#include "csm-json.h"
#include "csm-participants-popover.h"
#include "csm-tag-popover.h"
#include "csm-task-list.h"
#include "csm-team-popover.h"
#include "csm-template-offer.h"
#include "csm-time.h"
#include "csm-triage.h"
#include "csm-when-picker.h"
#include "csm-who-knows.h"
#include "csm-wrap-layout.h"

struct _CsmCaseProperties
{
  AdwBin         parent_instance;
  CsmWorkbench  *workbench;
  GSignalGroup  *signals;
  GtkWidget     *content;
  GtkWidget     *offer;
  GtkWidget     *links;
  GtkWidget     *goal;
  GtkWidget     *tasks;
  GtkWidget     *brief;
  GtkWidget     *clocks;
  AdwComboRow   *status_row;
  GtkStringList *statuses;
  AdwComboRow   *priority_row;
  AdwAvatar     *owner_avatar;
  GtkLabel      *owner_label;
  GtkLabel      *team_label;
  GtkLabel      *due_label;
  GtkPopover    *due_popover;
  CsmWhenPicker *due_picker;
  GtkWidget     *owner_button;
  GtkWidget     *team_button;
  GtkWidget     *due_button;
  GtkWidget     *owner_popover;
  GtkWidget     *team_popover;
  GtkWidget     *tag_popover;
  GtkWidget     *participants_popover;
  GtkWidget     *who_knows;
  GtkWidget     *tags;
  GtkWidget     *participants;
  GtkGrid       *times;
  GtkWidget     *history;
  GPtrArray     *status_keys; /* of the combo row's items */
  char          *case_id;
  gboolean       filling;     /* what changes now wasn't changed by the person */
};

enum { PROP_0, PROP_WORKBENCH, N_PROPS };
static GParamSpec *props[N_PROPS];

static const char *const priorities[] = { "low", "normal", "high", "urgent" };

G_DEFINE_FINAL_TYPE (CsmCaseProperties, csm_case_properties, ADW_TYPE_BIN)

static JsonObject *
get_record (CsmCaseProperties *self)
{
  CsmCaseDetail *detail = self->workbench != NULL ? csm_workbench_get_detail (self->workbench) : NULL;

  return detail != NULL ? detail->record : NULL;
}

static void
perform_patch (CsmCaseProperties *self,
               const char        *label,
               JsonObject        *patch,
               const char        *said)
{
  CsmIntent *intent = csm_intent_new (label);

  csm_intent_update (intent, CSM_TYPE_ID_CASE, self->case_id, patch);
  csm_workbench_perform (self->workbench, intent, said);
}

/* --- status and priority ----------------------------------------------------------------------------------- */

static const char *
status_name (const char *status)
{
  if (g_strcmp0 (status, "new") == 0)
    return C_("status", "New");
  if (g_strcmp0 (status, "open") == 0)
    return C_("status", "Open");
  if (g_strcmp0 (status, "waiting") == 0)
    return C_("status", "Waiting");
  if (g_strcmp0 (status, "snoozed") == 0)
    return C_("status", "Snoozed");
  if (g_strcmp0 (status, "resolved") == 0)
    return C_("status", "Resolved");
  return C_("status", "Closed");
}

/* The three that people set, and the one that it is. */
static void
show_status (CsmCaseProperties *self,
             JsonObject        *record)
{
  static const char *const settable[] = { "open", "waiting", "resolved" };
  const char *status = csm_json_get_string (record, "status");
  gint64 until = csm_json_get_time (record, "snoozedUntil");
  g_autofree char *when = NULL;
  guint selected = 0;

  g_ptr_array_set_size (self->status_keys, 0);
  if (status != NULL && !g_strv_contains ((const char *const[]) { settable[0], settable[1], settable[2], NULL }, status))
    g_ptr_array_add (self->status_keys, g_strdup (status));
  for (guint i = 0; i < G_N_ELEMENTS (settable); i++)
    g_ptr_array_add (self->status_keys, g_strdup (settable[i]));
  gtk_string_list_splice (self->statuses, 0, g_list_model_get_n_items (G_LIST_MODEL (self->statuses)), NULL);
  for (guint i = 0; i < self->status_keys->len; i++)
    {
      gtk_string_list_append (self->statuses, status_name (self->status_keys->pdata[i]));
      if (g_strcmp0 (self->status_keys->pdata[i], status) == 0)
        selected = i;
    }
  adw_combo_row_set_selected (self->status_row, selected);
  if (g_strcmp0 (status, "snoozed") == 0 && until != CSM_TIME_NONE)
    when = csm_format_when_long (until);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->status_row), when != NULL ? when : "");
}

static void
status_selected_cb (CsmCaseProperties *self)
{
  guint selected = adw_combo_row_get_selected (self->status_row);
  const char *case_ids[] = { self->case_id, NULL };
  JsonObject *record = get_record (self);
  const char *status;

  if (self->filling || record == NULL || selected >= self->status_keys->len)
    return;
  status = self->status_keys->pdata[selected];
  if (g_strcmp0 (status, csm_json_get_string (record, "status")) != 0)
    csm_triage_set_status (self->workbench, case_ids, status);
}

static void
show_priority (CsmCaseProperties *self,
               JsonObject        *record)
{
  const char *priority = csm_json_get_string (record, "priority");

  for (guint i = 0; i < G_N_ELEMENTS (priorities); i++)
    if (g_strcmp0 (priorities[i], priority != NULL ? priority : "normal") == 0)
      adw_combo_row_set_selected (self->priority_row, i);
}

static void
priority_selected_cb (CsmCaseProperties *self)
{
  guint selected = adw_combo_row_get_selected (self->priority_row);
  const char *case_ids[] = { self->case_id, NULL };
  JsonObject *record = get_record (self);

  if (self->filling || record == NULL || selected >= G_N_ELEMENTS (priorities))
    return;
  if (g_strcmp0 (priorities[selected], csm_json_get_string (record, "priority")) != 0)
    csm_triage_set_priority (self->workbench, case_ids, priorities[selected]);
}

/* --- owner, team, due -------------------------------------------------------------------------------------- */

static void
set_value (GtkLabel   *label,
           GtkWidget  *button,
           const char *what,
           const char *value,
           const char *none)
{
  const char *shown = value != NULL ? value : none;
  /* Translators: a property's name and its value, as a screen reader says them */
  g_autofree char *words = g_strdup_printf (_("%s: %s"), what, shown);

  gtk_label_set_text (label, shown);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
  if (value != NULL)
    gtk_widget_remove_css_class (GTK_WIDGET (label), "dim-label");
  else
    gtk_widget_add_css_class (GTK_WIDGET (label), "dim-label");
}

static void
show_people (CsmCaseProperties *self,
             JsonObject        *record)
{
  const char *owner = csm_workbench_get_name (self->workbench, csm_json_get_string (record, "ownerId"));
  const char *team = csm_workbench_get_name (self->workbench, csm_json_get_string (record, "teamId"));

  set_value (self->owner_label, self->owner_button, _("Owner"), owner, _("Nobody"));
  set_value (self->team_label, self->team_button, _("Team"), team, _("None"));
  adw_avatar_set_text (self->owner_avatar, owner);
  gtk_widget_set_visible (GTK_WIDGET (self->owner_avatar), owner != NULL);
}

static void
show_due (CsmCaseProperties *self,
          JsonObject        *record)
{
  gint64 due = csm_json_get_time (record, "dueAt");
  g_autofree char *when = due != CSM_TIME_NONE ? csm_format_clock (due) : NULL;
  g_autofree char *full = csm_format_when_long (due);
  g_autofree char *late = NULL;

  if (due != CSM_TIME_NONE && due < csm_time_now ())
    late = g_strdup_printf (_("%s, late"), when);
  set_value (self->due_label, self->due_button, _("Due"), late != NULL ? late : when, _("Never"));
  gtk_widget_set_tooltip_text (self->due_button, due != CSM_TIME_NONE ? full : NULL);
  if (late != NULL)
    gtk_widget_add_css_class (GTK_WIDGET (self->due_label), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->due_label), "error");
}

static void
due_shown_cb (CsmCaseProperties *self)
{
  JsonObject *record = get_record (self);
  gint64 due = record != NULL ? csm_json_get_time (record, "dueAt") : CSM_TIME_NONE;
  CsmAccount *account = self->workbench != NULL ? csm_workbench_get_account (self->workbench) : NULL;
  g_autoptr (GTimeZone) zone = account != NULL ? csm_account_get_time_zone (account) : NULL;

  csm_when_picker_start (self->due_picker, due, due != CSM_TIME_NONE, zone);
}

static void
due_picked_cb (CsmCaseProperties *self,
               gint64             at)
{
  JsonObject *patch = json_object_new ();
  g_autofree char *when = csm_format_clock (at);
  g_autofree char *said = g_strdup_printf (_("Due: %s"), when);

  gtk_popover_popdown (self->due_popover);
  csm_json_set_time (patch, "dueAt", at);
  perform_patch (self, _("Set due date"), patch, said);
}

static void
due_cleared_cb (CsmCaseProperties *self)
{
  JsonObject *patch = json_object_new ();

  gtk_popover_popdown (self->due_popover);
  json_object_set_null_member (patch, "dueAt");
  perform_patch (self, _("Remove due date"), patch, _("Due date removed"));
}

/* --- sets -------------------------------------------------------------------------------------------------- */

static void
empty_box (GtkWidget *box)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (box)) != NULL)
    gtk_widget_unparent (child);
}

static void
add_none (GtkWidget  *box,
          const char *text)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_widget_add_css_class (label, "dim-label");
  gtk_widget_set_parent (label, box);
}

static void
add_tag (CsmCaseProperties *self,
         JsonObject        *tag)
{
  GtkWidget *label = gtk_label_new (csm_json_get_string (tag, "name"));
  const char *color = csm_json_get_string (tag, "color");

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (label, "tag-pill");
  gtk_widget_add_css_class (label, color != NULL ? color : "blue");
  gtk_widget_set_parent (label, self->tags);
}

static void
add_participant (CsmCaseProperties *self,
                 const char        *name)
{
  GtkWidget *chip = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *label = gtk_label_new (name);

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_box_append (GTK_BOX (chip), adw_avatar_new (20, name, TRUE));
  gtk_box_append (GTK_BOX (chip), label);
  gtk_widget_add_css_class (chip, "person-chip");
  gtk_widget_set_parent (chip, self->participants);
}

/* In the directory's order, which is by name. */
static void
show_sets (CsmCaseProperties *self,
           JsonObject        *record,
           CsmDirectory      *directory)
{
  empty_box (self->tags);
  empty_box (self->participants);
  for (guint i = 0; directory != NULL && i < directory->tags->len; i++)
    if (csm_json_has_key (record, "tags", csm_json_get_string (directory->tags->pdata[i], "id")))
      add_tag (self, directory->tags->pdata[i]);
  for (guint i = 0; directory != NULL && i < directory->people->len; i++)
    if (csm_json_has_key (record, "participantIds", csm_json_get_string (directory->people->pdata[i], "id")))
      add_participant (self, csm_json_get_string (directory->people->pdata[i], "name"));
  if (gtk_widget_get_first_child (self->tags) == NULL)
    add_none (self->tags, _("No tags"));
  if (gtk_widget_get_first_child (self->participants) == NULL)
    add_none (self->participants, _("Nobody but the owner"));
}

/* --- times ------------------------------------------------------------------------------------------------- */

static void
add_time (CsmCaseProperties *self,
          int               *row,
          const char        *what,
          gint64             at)
{
  g_autofree char *when = NULL;
  g_autofree char *full = NULL;
  GtkWidget *name;
  GtkWidget *value;

  if (at == CSM_TIME_NONE)
    return;
  when = csm_format_clock (at);
  full = csm_format_when_long (at);
  name = gtk_label_new (what);
  value = gtk_label_new (when);
  gtk_label_set_xalign (GTK_LABEL (name), 0);
  gtk_label_set_xalign (GTK_LABEL (value), 1);
  gtk_label_set_ellipsize (GTK_LABEL (value), PANGO_ELLIPSIZE_START);
  gtk_widget_add_css_class (name, "dim-label");
  gtk_widget_add_css_class (value, "numeric");
  gtk_widget_set_hexpand (value, TRUE);
  gtk_widget_set_tooltip_text (value, full);
  gtk_grid_attach (self->times, name, 0, *row, 1, 1);
  gtk_grid_attach (self->times, value, 1, *row, 1, 1);
  (*row)++;
}

/* Known only when the timeline reaches back to its beginning. */
static gint64
first_answer (CsmCaseDetail *detail)
{
  for (guint i = 0; !detail->has_older && i < detail->timeline->len; i++)
    {
      CsmTimelineEntry *entry = detail->timeline->pdata[i];

      if (entry->kind == CSM_ENTRY_MESSAGE && g_strcmp0 (csm_json_get_string (entry->record, "direction"), "out") == 0)
        return entry->at;
    }
  return CSM_TIME_NONE;
}

static void
show_times (CsmCaseProperties *self,
            CsmCaseDetail     *detail)
{
  int row = 0;

  empty_box (GTK_WIDGET (self->times));
  add_time (self, &row, _("Created"), csm_json_get_time (detail->record, "created"));
  add_time (self, &row, _("First answered"), first_answer (detail));
  add_time (self, &row, _("Last message"), csm_json_get_time (detail->record, "lastMessageAt"));
  add_time (self, &row, _("Resolved"), csm_json_get_time (detail->record, "resolvedAt"));
}

/* --- all --------------------------------------------------------------------------------------------------- */

static void
refresh (CsmCaseProperties *self)
{
  CsmCaseDetail *detail = self->workbench != NULL ? csm_workbench_get_detail (self->workbench) : NULL;
  JsonObject *record = get_record (self);

  gtk_widget_set_sensitive (self->content, record != NULL);
  if (record == NULL)
    return;
  self->filling = TRUE;
  show_status (self, record);
  show_priority (self, record);
  show_people (self, record);
  show_due (self, record);
  show_sets (self, record, csm_workbench_get_directory (self->workbench));
  show_times (self, detail);
  self->filling = FALSE;
}

static void
case_changed_cb (CsmCaseProperties *self)
{
  const char *case_id = self->workbench != NULL ? csm_workbench_get_case_id (self->workbench) : NULL;

  if (g_strcmp0 (case_id, self->case_id) == 0)
    return;
  g_free (self->case_id);
  self->case_id = g_strdup (case_id);
  gtk_adjustment_set_value (gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (adw_bin_get_child (ADW_BIN (self)))), 0);
  refresh (self);
}

static void
set_workbench (CsmCaseProperties *self,
               CsmWorkbench      *workbench)
{
  GtkWidget *users[] = { self->offer, self->links, self->goal, self->tasks, self->brief, self->clocks, self->owner_popover, self->team_popover, self->tag_popover, self->participants_popover,
                         self->who_knows, self->history };

  if (!g_set_object (&self->workbench, workbench))
    return;
  g_signal_group_set_target (self->signals, workbench);
  for (guint i = 0; i < G_N_ELEMENTS (users); i++)
    g_object_set (users[i], "workbench", workbench, NULL);
  case_changed_cb (self);
  refresh (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_WORKBENCH]);
}

/* --- GObject ----------------------------------------------------------------------------------------------- */

static void
csm_case_properties_get_property (GObject    *object,
                                  guint       id,
                                  GValue     *value,
                                  GParamSpec *pspec)
{
  if (id == PROP_WORKBENCH)
    g_value_set_object (value, CSM_CASE_PROPERTIES (object)->workbench);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
csm_case_properties_set_property (GObject      *object,
                                  guint         id,
                                  const GValue *value,
                                  GParamSpec   *pspec)
{
  if (id == PROP_WORKBENCH)
    set_workbench (CSM_CASE_PROPERTIES (object), g_value_get_object (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
csm_case_properties_dispose (GObject *object)
{
  CsmCaseProperties *self = CSM_CASE_PROPERTIES (object);

  g_clear_object (&self->signals);
  g_clear_object (&self->workbench);
  if (self->tags != NULL)
    empty_box (self->tags);
  if (self->participants != NULL)
    empty_box (self->participants);
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), CSM_TYPE_CASE_PROPERTIES);
  G_OBJECT_CLASS (csm_case_properties_parent_class)->dispose (object);
}

static void
csm_case_properties_finalize (GObject *object)
{
  CsmCaseProperties *self = CSM_CASE_PROPERTIES (object);

  g_clear_pointer (&self->status_keys, g_ptr_array_unref);
  g_free (self->case_id);
  G_OBJECT_CLASS (csm_case_properties_parent_class)->finalize (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (widget_class, "/org/casement/Casement/ui/csm-case-properties.ui");
  gtk_widget_class_bind_template_child (widget_class, CsmCaseProperties, content);
  gtk_widget_class_bind_template_child (widget_class, CsmCaseProperties, goal);
  gtk_widget_class_bind_template_child (widget_class, CsmCaseProperties, offer);
  gtk_widget_class_bind_template_child (widget_class, CsmCaseProperties, links);
  gtk_widget_class_bind_template_child (widget_class, CsmCaseProperties, clocks);
  gtk_widget_class_bind_template_child (widget_class, CsmCaseProperties, tasks);
  gtk_widget_class_bind_template_child (widget_class, CsmCaseProperties, brief);
  gtk_widget_class_bind_template_child (widget_class, CsmCaseProperties, status_row);
  gtk_widget_class_bind_template_child (widget_class, CsmCaseProperties, statuses);
  gtk_widget_class_bind_template_child (widget_class, CsmCaseProperties, priority_row);
  gtk_widget_class_bind_template_child (widget_class, CsmCaseProperties, owner_avatar);
  gtk_widget_class_bind_template_child (widget_class, CsmCaseProperties, owner_label);
  gtk_widget_class_bind_template_child (widget_class, CsmCaseProperties, owner_button);
  gtk_widget_class_bind_template_child (widget_class, CsmCaseProperties, owner_popover);
  gtk_widget_class_bind_template_child (widget_class, CsmCaseProperties, team_label);
  gtk_widget_class_bind_template_child (widget_class, CsmCaseProperties, team_button);
  gtk_widget_class_bind_template_child (widget_class, CsmCaseProperties, team_popover);
  gtk_widget_class_bind_template_child (widget_class, CsmCaseProperties, due_label);
  gtk_widget_class_bind_template_child (widget_class, CsmCaseProperties, due_button);
  gtk_widget_class_bind_template_child (widget_class, CsmCaseProperties, due_popover);
  gtk_widget_class_bind_template_child (widget_class, CsmCaseProperties, tag_popover);
  gtk_widget_class_bind_template_child (widget_class, CsmCaseProperties, participants_popover);
  gtk_widget_class_bind_template_child (widget_class, CsmCaseProperties, who_knows);
  gtk_widget_class_bind_template_child (widget_class, CsmCaseProperties, tags);
  gtk_widget_class_bind_template_child (widget_class, CsmCaseProperties, participants);
  gtk_widget_class_bind_template_child (widget_class, CsmCaseProperties, times);
  gtk_widget_class_bind_template_child (widget_class, CsmCaseProperties, history);
  gtk_widget_class_bind_template_callback (widget_class, status_selected_cb);
  gtk_widget_class_bind_template_callback (widget_class, priority_selected_cb);
  gtk_widget_class_bind_template_callback (widget_class, due_shown_cb);
}

static void
csm_case_properties_class_init (CsmCasePropertiesClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = csm_case_properties_dispose;
  object_class->finalize = csm_case_properties_finalize;
  object_class->get_property = csm_case_properties_get_property;
  object_class->set_property = csm_case_properties_set_property;
  props[PROP_WORKBENCH] = g_param_spec_object ("workbench", NULL, NULL, CSM_TYPE_WORKBENCH,
                                               G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, props);
  g_type_ensure (CSM_TYPE_ASSIGN_POPOVER);
  g_type_ensure (CSM_TYPE_TEAM_POPOVER);
  g_type_ensure (CSM_TYPE_TAG_POPOVER);
  g_type_ensure (CSM_TYPE_PARTICIPANTS_POPOVER);
  g_type_ensure (CSM_TYPE_CASE_BRIEF);
  g_type_ensure (CSM_TYPE_CASE_GOAL);
  g_type_ensure (CSM_TYPE_CASE_HISTORY);
  g_type_ensure (CSM_TYPE_CLOCK_PANEL);
  g_type_ensure (CSM_TYPE_TASK_LIST);
  g_type_ensure (CSM_TYPE_CASE_LINKS);
  g_type_ensure (CSM_TYPE_TEMPLATE_OFFER);
  g_type_ensure (CSM_TYPE_WHO_KNOWS);
  g_type_ensure (CSM_TYPE_WRAP_LAYOUT);
  bind_template (GTK_WIDGET_CLASS (klass));
}

static void
csm_case_properties_init (CsmCaseProperties *self)
{
  self->status_keys = g_ptr_array_new_with_free_func (g_free);
  self->signals = g_signal_group_new (CSM_TYPE_WORKBENCH);
  g_signal_group_connect_swapped (self->signals, "notify::case-id", G_CALLBACK (case_changed_cb), self);
  g_signal_group_connect_swapped (self->signals, "notify::detail", G_CALLBACK (refresh), self);
  g_signal_group_connect_swapped (self->signals, "notify::directory", G_CALLBACK (refresh), self);
  self->filling = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  self->filling = FALSE;
  self->due_picker = CSM_WHEN_PICKER (csm_when_picker_new (CSM_WHEN_FOR_DUE));
  gtk_popover_set_child (self->due_popover, GTK_WIDGET (self->due_picker));
  g_signal_connect_swapped (self->due_picker, "picked", G_CALLBACK (due_picked_cb), self);
  g_signal_connect_swapped (self->due_picker, "cleared", G_CALLBACK (due_cleared_cb), self);
  refresh (self);
}
