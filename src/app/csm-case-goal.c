/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-case-goal.h"

#include <glib/gi18n.h>

#include "csm-json.h"

struct _CsmCaseGoal
{
  CsmCasePart      parent_instance;
  GtkWidget       *goal_view;
  GtkTextBuffer   *goal;
  GtkWidget       *goal_placeholder;
  GtkWidget       *outcome;
  GtkToggleButton *met;
  GtkToggleButton *unmet;
  char            *saved_goal;
  gboolean         filling;  /* what changes now wasn't changed by the person */
};

G_DEFINE_FINAL_TYPE (CsmCaseGoal, csm_case_goal, CSM_TYPE_CASE_PART)

static char *
goal_text (CsmCaseGoal *self)
{
  GtkTextIter start;
  GtkTextIter end;

  gtk_text_buffer_get_bounds (self->goal, &start, &end);
  return g_strstrip (gtk_text_buffer_get_text (self->goal, &start, &end, FALSE));
}

static void
goal_changed_cb (CsmCaseGoal *self)
{
  gtk_widget_set_visible (self->goal_placeholder, gtk_text_buffer_get_char_count (self->goal) == 0);
}

/* Once the person goes elsewhere, not at each key. */
static void
save_goal (CsmCaseGoal *self)
{
  g_autofree char *text = goal_text (self);
  JsonObject *patch;

  if (csm_case_part_get_case_id (CSM_CASE_PART (self)) == NULL || csm_case_part_get_workbench (CSM_CASE_PART (self)) == NULL
      || g_strcmp0 (text, self->saved_goal) == 0)
    return;
  g_free (self->saved_goal);
  self->saved_goal = g_strdup (text);
  patch = json_object_new ();
  if (text[0] != '\0')
    json_object_set_string_member (patch, "goal", text);
  else
    json_object_set_null_member (patch, "goal");
  csm_case_part_patch (CSM_CASE_PART (self), _("Set goal"), patch, _("Goal saved"));
}

static void
show_goal (CsmCaseGoal *self,
           JsonObject  *record)
{
  const char *goal = csm_json_get_string (record, "goal");
  g_autofree char *text = goal_text (self);

  /* What is being written isn't taken away by what a colleague wrote. */
  if (gtk_widget_has_focus (self->goal_view) && g_strcmp0 (text, self->saved_goal) != 0)
    return;
  g_free (self->saved_goal);
  self->saved_goal = g_strdup (goal != NULL ? goal : "");
  if (g_strcmp0 (text, self->saved_goal) != 0)
    gtk_text_buffer_set_text (self->goal, self->saved_goal, -1);
}

static void
outcome_cb (CsmCaseGoal     *self,
            GtkToggleButton *button)
{
  JsonObject *patch;
  const char *said;

  if (self->filling)
    return;
  patch = json_object_new ();
  if (gtk_toggle_button_get_active (button))
    json_object_set_string_member (patch, "goalOutcome", button == self->met ? "met" : "unmet");
  else
    json_object_set_null_member (patch, "goalOutcome");
  said = !gtk_toggle_button_get_active (button) ? _("The goal is open again") : button == self->met ? _("The goal was met") : _("The goal was not met");
  csm_case_part_patch (CSM_CASE_PART (self), _("Goal met or not"), patch, said);
}

static void
csm_case_goal_refresh (CsmCasePart   *part,
                       CsmCaseDetail *detail)
{
  CsmCaseGoal *self = CSM_CASE_GOAL (part);
  const char *outcome;

  gtk_widget_set_sensitive (GTK_WIDGET (self), detail != NULL);
  if (detail == NULL)
    return;
  outcome = csm_json_get_string (detail->record, "goalOutcome");
  self->filling = TRUE;
  show_goal (self, detail->record);
  gtk_toggle_button_set_active (self->met, g_strcmp0 (outcome, "met") == 0);
  gtk_toggle_button_set_active (self->unmet, g_strcmp0 (outcome, "unmet") == 0);
  gtk_widget_set_visible (self->outcome, self->saved_goal[0] != '\0');
  self->filling = FALSE;
}

static void
csm_case_goal_leave (CsmCasePart *part)
{
  CsmCaseGoal *self = CSM_CASE_GOAL (part);

  save_goal (self);
  g_free (self->saved_goal);
  self->saved_goal = g_strdup ("");
  gtk_text_buffer_set_text (self->goal, "", 0);
}

static void
csm_case_goal_dispose (GObject *object)
{
  adw_bin_set_child (ADW_BIN (object), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (object), CSM_TYPE_CASE_GOAL);
  G_OBJECT_CLASS (csm_case_goal_parent_class)->dispose (object);
}

static void
csm_case_goal_finalize (GObject *object)
{
  g_free (CSM_CASE_GOAL (object)->saved_goal);
  G_OBJECT_CLASS (csm_case_goal_parent_class)->finalize (object);
}

static void
csm_case_goal_class_init (CsmCaseGoalClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = csm_case_goal_dispose;
  G_OBJECT_CLASS (klass)->finalize = csm_case_goal_finalize;
  CSM_CASE_PART_CLASS (klass)->leave = csm_case_goal_leave;
  CSM_CASE_PART_CLASS (klass)->refresh = csm_case_goal_refresh;
  gtk_widget_class_set_template_from_resource (widget_class, "/org/casement/Casement/ui/csm-case-goal.ui");
  gtk_widget_class_bind_template_child (widget_class, CsmCaseGoal, goal_view);
  gtk_widget_class_bind_template_child (widget_class, CsmCaseGoal, goal);
  gtk_widget_class_bind_template_child (widget_class, CsmCaseGoal, goal_placeholder);
  gtk_widget_class_bind_template_child (widget_class, CsmCaseGoal, outcome);
  gtk_widget_class_bind_template_child (widget_class, CsmCaseGoal, met);
  gtk_widget_class_bind_template_child (widget_class, CsmCaseGoal, unmet);
  gtk_widget_class_bind_template_callback (widget_class, goal_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, save_goal);
  gtk_widget_class_bind_template_callback (widget_class, outcome_cb);
}

static void
csm_case_goal_init (CsmCaseGoal *self)
{
  self->saved_goal = g_strdup ("");
  gtk_widget_init_template (GTK_WIDGET (self));
}
