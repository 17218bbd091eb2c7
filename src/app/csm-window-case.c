/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-window-private.h"

#include "csm-hand-over.h"
#include "csm-history-view.h"
#include "csm-merge-dialog.h"
#include "csm-rights.h"
#include "csm-share-window.h"
#include "csm-tasks-page.h"
#include "csm-template-keeper.h"

/* What people do with a case together, beside writing and triage. */

#define TASKS "tasks"

static void
hand_over_action (GtkWidget  *widget,
                  const char *name,
                  GVariant   *parameter)
{
  CsmWindow *self = CSM_WINDOW (widget);

  if (self->workbench != NULL)
    csm_hand_over_present (widget, self->workbench);
}

static void
history_action (GtkWidget  *widget,
                const char *name,
                GVariant   *parameter)
{
  CsmWindow *self = CSM_WINDOW (widget);

  if (self->workbench != NULL)
    csm_history_view_present (widget, self->workbench);
}

static void
merge_action (GtkWidget  *widget,
              const char *name,
              GVariant   *parameter)
{
  CsmWindow *self = CSM_WINDOW (widget);

  if (self->workbench != NULL)
    csm_merge_dialog_present (widget, self->workbench, g_str_equal (name, "win.merge") ? CSM_MERGE_CASE : CSM_LINK_CASE, NULL);
}

static void
keep_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  CsmWindow *self = CSM_WINDOW (widget);

  if (self->workbench != NULL)
    csm_template_keeper_present (widget, self->workbench);
}

/* Names somebody in the note to colleagues. */
static void
mention_action (GtkWidget  *widget,
                const char *name,
                GVariant   *parameter)
{
  CsmWindow *self = CSM_WINDOW (widget);
  const char *person = self->workbench != NULL ? csm_workbench_get_name (self->workbench, g_variant_get_string (parameter, NULL)) : NULL;

  if (person == NULL)
    return;
  gtk_widget_activate_action (widget, "win.note", NULL);
  csm_colleague_pane_mention (csm_window_get_colleagues (self), person);
}

static void
show_case_page_action (GtkWidget  *widget,
                       const char *name,
                       GVariant   *parameter)
{
  CsmWindow *self = CSM_WINDOW (widget);

  if (self->workbench == NULL || csm_workbench_get_case_id (self->workbench) == NULL)
    return;
  g_object_set (self->shell, "colleagues-shown", TRUE, NULL);
  csm_colleague_pane_show_page (csm_window_get_colleagues (self), "case");
}

static void
share_action (GtkWidget  *widget,
              const char *name,
              GVariant   *parameter)
{
  CsmWindow *self = CSM_WINDOW (widget);
  const char *case_id = self->workbench != NULL ? csm_workbench_get_case_id (self->workbench) : NULL;

  if (case_id != NULL)
    gtk_window_present (csm_share_window_new (GTK_WINDOW (self), self->workbench, case_id, NULL));
}

/* --- tasks over all cases ---------------------------------------------------------------------------------- */

gboolean
csm_window_shows_tasks (CsmWindow *self)
{
  return g_strcmp0 (gtk_stack_get_visible_child_name (GTK_STACK (self->stack)), TASKS) == 0;
}

static void
task_opened_cb (CsmWindow *self)
{
  csm_window_leave_review (self);
  gtk_widget_activate_action (GTK_WIDGET (self), "win.show-case-page", NULL);
}

static void
show_tasks_action (GtkWidget  *widget,
                   const char *name,
                   GVariant   *parameter)
{
  CsmWindow *self = CSM_WINDOW (widget);

  if (self->workbench == NULL)
    return;
  if (self->tasks == NULL)
    {
      self->tasks = csm_tasks_page_new ();
      gtk_stack_add_named (GTK_STACK (self->stack), self->tasks, TASKS);
      g_signal_connect_object (self->tasks, "close", G_CALLBACK (task_opened_cb), self, G_CONNECT_SWAPPED);
    }
  g_object_set (self->tasks, "workbench", self->workbench, NULL);
  gtk_stack_set_visible_child (GTK_STACK (self->stack), self->tasks);
  csm_tasks_page_start (CSM_TASKS_PAGE (self->tasks));
}

void
csm_window_install_case_actions (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "win.hand-over", NULL, hand_over_action);
  gtk_widget_class_install_action (widget_class, "win.history", NULL, history_action);
  gtk_widget_class_install_action (widget_class, "win.merge", NULL, merge_action);
  gtk_widget_class_install_action (widget_class, "win.link", NULL, merge_action);
  gtk_widget_class_install_action (widget_class, "win.keep-template", NULL, keep_action);
  gtk_widget_class_install_action (widget_class, "win.share", NULL, share_action);
  gtk_widget_class_install_action (widget_class, "win.mention", "s", mention_action);
  gtk_widget_class_install_action (widget_class, "win.show-case-page", NULL, show_case_page_action);
  gtk_widget_class_install_action (widget_class, "win.show-tasks", NULL, show_tasks_action);
}

/* What can be done with the case that is open. @detail: (nullable): it */
void
csm_window_update_case_actions (CsmWindow     *self,
                                CsmCaseDetail *detail)
{
  static const char *const of_case[] = { "win.hand-over", "win.history", "win.link", "win.show-case-page" };
  gboolean any = detail != NULL && detail->record != NULL && csm_rights_may (self->workbench, CSM_ACTION_WORK_CASES);

  for (guint i = 0; i < G_N_ELEMENTS (of_case); i++)
    gtk_widget_action_set_enabled (GTK_WIDGET (self), of_case[i], any);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.share", any && csm_rights_may (self->workbench, CSM_ACTION_SHARE_CASES));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.merge", any && csm_rights_may (self->workbench, CSM_ACTION_MERGE_CASES));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.keep-template", any && csm_rights_may (self->workbench, CSM_ACTION_WRITE_TEXTS));
}

/* The account that is shown from now on is another one, or none. */
void
csm_window_update_case (CsmWindow *self)
{
  if (self->tasks != NULL)
    g_object_set (self->tasks, "workbench", self->workbench, NULL);
}
