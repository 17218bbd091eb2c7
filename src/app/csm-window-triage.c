/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-window-private.h"

#include "csm-json.h"
#include "csm-rights.h"
#include "csm-triage.h"

/* What is done with the cases that are selected, or with the one that is open; what it means for a case is csm-triage's. */

/* --- which cases ------------------------------------------------------------------------------------------- */

typedef struct
{
  CsmWindow *self;
  char      *name;
  GVariant  *parameter;
} Postponed;

static void
postponed_free (gpointer  data,
                GClosure *closure)
{
  Postponed *postponed = data;

  g_object_unref (postponed->self);
  g_free (postponed->name);
  g_clear_pointer (&postponed->parameter, g_variant_unref);
  g_free (postponed);
}

static void
selection_known_cb (CsmWorkbench *workbench,
                    GParamSpec   *pspec,
                    Postponed    *postponed)
{
  g_autoptr (CsmWindow) self = g_object_ref (postponed->self);
  g_autofree char *name = g_strdup (postponed->name);
  g_autoptr (GVariant) parameter = postponed->parameter != NULL ? g_variant_ref (postponed->parameter) : NULL;

  if (csm_workbench_is_selection_awaited (workbench))
    return;
  g_signal_handlers_disconnect_by_func (workbench, selection_known_cb, postponed);
  if (self->workbench == workbench)
    gtk_widget_activate_action_variant (GTK_WIDGET (self), name, parameter);
}

/*
 * The cases that triage acts on. Who selects many and presses a key at once means those, also while they are still being
 * looked up: then it is done when that is known.
 *
 * Returns: (transfer full) (nullable): NULL: there are none, or not yet
 */
static char **
get_cases (CsmWindow  *self,
           const char *name,
           GVariant   *parameter)
{
  g_auto (GStrv) case_ids = NULL;

  if (self->workbench == NULL)
    return NULL;
  if (csm_workbench_is_selection_awaited (self->workbench))
    {
      Postponed *postponed = g_new0 (Postponed, 1);

      postponed->self = g_object_ref (self);
      postponed->name = g_strdup (name);
      postponed->parameter = parameter != NULL ? g_variant_ref (parameter) : NULL;
      g_signal_connect_data (self->workbench, "notify::selection", G_CALLBACK (selection_known_cb), postponed, postponed_free, G_CONNECT_AFTER);
      return NULL;
    }
  case_ids = csm_workbench_dup_chosen (self->workbench);
  return case_ids[0] != NULL ? g_steal_pointer (&case_ids) : NULL;
}

/* With cases that are done with, nobody goes on: the list's next one is what the person wants to see. */
static void
go_on (CsmWindow *self)
{
  CsmCaseListPane *list = CSM_CASE_LIST_PANE (self->cases);
  gboolean several = csm_workbench_get_n_selected (self->workbench) > 0;

  if (csm_shell_get_mode (CSM_SHELL (self->shell)) == CSM_SHELL_SINGLE)
    {
      csm_case_list_pane_leave (list);
      csm_shell_show_cases (CSM_SHELL (self->shell));
    }
  else if (several)
    {
      csm_case_list_pane_pass (list);
    }
  else
    {
      csm_case_list_pane_move (list, 1);
    }
}

/* A reply was sent. */
static void
leave_case_action (GtkWidget  *widget,
                   const char *name,
                   GVariant   *parameter)
{
  CsmWindow *self = CSM_WINDOW (widget);

  if (self->workbench == NULL || csm_workbench_get_n_selected (self->workbench) > 0)
    return;
  if (csm_shell_get_mode (CSM_SHELL (self->shell)) == CSM_SHELL_SINGLE)
    {
      csm_shell_show_cases (CSM_SHELL (self->shell));
    }
  else if (g_str_equal (g_variant_get_string (parameter, NULL), "next"))
    {
      csm_case_list_pane_move (CSM_CASE_LIST_PANE (self->cases), 1);
    }
  else
    {
      csm_workbench_open_case (self->workbench, NULL);
      csm_case_list_pane_focus (CSM_CASE_LIST_PANE (self->cases));
    }
}

/* --- what is done with them -------------------------------------------------------------------------------- */

/* What an action does with the cases: with the value that it is given, or that stands here. */
static const struct
{
  const char *name;
  const char *parameter_type;
  void      (*set)  (CsmWorkbench *workbench, const char * const *case_ids, const char *value);
  void      (*mark) (CsmWorkbench *workbench, const char * const *case_ids);
  const char *value;
  gboolean    go_on;
} deeds[] = {
  { "win.resolve", NULL, csm_triage_set_status, NULL, "resolved", TRUE },
  { "win.reopen", NULL, csm_triage_set_status, NULL, "open", FALSE },
  { "win.status", "s", csm_triage_set_status, NULL, NULL, FALSE },
  { "win.priority", "s", csm_triage_set_priority, NULL, NULL, FALSE },
  { "win.lane", "s", csm_triage_set_lane, NULL, NULL, FALSE },
  { "win.spam", NULL, NULL, csm_triage_spam, NULL, TRUE },
  { "win.not-spam", NULL, NULL, csm_triage_not_spam, NULL, FALSE },
  { "win.block-sender", NULL, NULL, csm_triage_block, NULL, TRUE },
  { "win.mark-read", NULL, NULL, csm_triage_mark_read, NULL, FALSE },
};

static void
deed_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  CsmWindow *self = CSM_WINDOW (widget);
  g_auto (GStrv) ids = get_cases (self, name, parameter);

  for (guint i = 0; ids != NULL && i < G_N_ELEMENTS (deeds); i++)
    {
      if (!g_str_equal (deeds[i].name, name))
        continue;
      if (deeds[i].set != NULL)
        deeds[i].set (self->workbench, (const char * const *) ids, parameter != NULL ? g_variant_get_string (parameter, NULL) : deeds[i].value);
      else
        deeds[i].mark (self->workbench, (const char * const *) ids);
      if (deeds[i].go_on)
        go_on (self);
    }
}

static void
assign_me_action (GtkWidget  *widget,
                  const char *name,
                  GVariant   *parameter)
{
  CsmWindow *self = CSM_WINDOW (widget);
  const char *me = self->workbench != NULL ? csm_workbench_get_my_id (self->workbench) : NULL;
  g_auto (GStrv) ids = me != NULL ? get_cases (self, name, parameter) : NULL;

  if (ids != NULL)
    csm_triage_assign (self->workbench, (const char * const *) ids, me);
}

static void
mark_unread_action (GtkWidget  *widget,
                    const char *name,
                    GVariant   *parameter)
{
  CsmWindow *self = CSM_WINDOW (widget);
  g_auto (GStrv) ids = get_cases (self, name, parameter);
  const char *open = self->workbench != NULL ? csm_workbench_get_case_id (self->workbench) : NULL;

  if (ids == NULL)
    return;
  csm_triage_mark_unseen (self->workbench, (const char * const *) ids);
  /* While it is open it would be read again at once. */
  if (open != NULL && g_strv_contains ((const char * const *) ids, open))
    csm_workbench_open_case (self->workbench, NULL);
  csm_shell_show_cases (CSM_SHELL (self->shell));
}

/* For choosers, which know the cases themselves */
static void
go_on_action (GtkWidget  *widget,
              const char *name,
              GVariant   *parameter)
{
  if (CSM_WINDOW (widget)->workbench != NULL)
    go_on (CSM_WINDOW (widget));
}

/* --- what asks first --------------------------------------------------------------------------------------- */

static void
popup_action (GtkWidget  *widget,
              const char *name,
              GVariant   *parameter)
{
  static const struct
  {
    const char             *name;
    CsmConversationPopover which;
  } popovers[] = {
    { "win.assign", CSM_CONVERSATION_ASSIGN },
    { "win.move", CSM_CONVERSATION_MOVE },
    { "win.tag", CSM_CONVERSATION_TAG },
    { "win.snooze", CSM_CONVERSATION_SNOOZE },
  };
  CsmWindow *self = CSM_WINDOW (widget);
  g_auto (GStrv) ids = get_cases (self, name, parameter);
  gboolean several = ids != NULL && csm_workbench_get_n_selected (self->workbench) > 0;

  if (ids == NULL)
    return;
  if (!several)
    csm_shell_show_conversation (CSM_SHELL (self->shell));
  for (guint i = 0; i < G_N_ELEMENTS (popovers); i++)
    if (g_str_equal (name, popovers[i].name))
      {
        if (several && csm_shell_get_mode (CSM_SHELL (self->shell)) == CSM_SHELL_SINGLE)
          csm_case_list_pane_popup (CSM_CASE_LIST_PANE (self->cases), popovers[i].which);
        else
          csm_conversation_pane_popup (csm_window_get_conversation (self), popovers[i].which);
      }
}

/* --- selecting --------------------------------------------------------------------------------------------- */

static void
select_action (GtkWidget  *widget,
               const char *name,
               GVariant   *parameter)
{
  CsmWindow *self = CSM_WINDOW (widget);
  CsmCaseListPane *list = CSM_CASE_LIST_PANE (self->cases);

  if (self->workbench == NULL || csm_window_shows_review (self) || !csm_shell_shows_cases (CSM_SHELL (self->shell)))
    return;
  if (g_str_equal (name, "win.select"))
    csm_case_list_pane_toggle (list);
  else
    csm_case_list_pane_select_all (list);
}

void
csm_window_install_triage_actions (GtkWidgetClass *widget_class)
{
  for (guint i = 0; i < G_N_ELEMENTS (deeds); i++)
    gtk_widget_class_install_action (widget_class, deeds[i].name, deeds[i].parameter_type, deed_action);
  gtk_widget_class_install_action (widget_class, "win.assign-me", NULL, assign_me_action);
  gtk_widget_class_install_action (widget_class, "win.leave-case", "s", leave_case_action);
  gtk_widget_class_install_action (widget_class, "win.mark-unread", NULL, mark_unread_action);
  gtk_widget_class_install_action (widget_class, "win.assign", NULL, popup_action);
  gtk_widget_class_install_action (widget_class, "win.move", NULL, popup_action);
  gtk_widget_class_install_action (widget_class, "win.tag", NULL, popup_action);
  gtk_widget_class_install_action (widget_class, "win.snooze", NULL, popup_action);
  gtk_widget_class_install_action (widget_class, "win.go-on", NULL, go_on_action);
  gtk_widget_class_install_action (widget_class, "win.select", NULL, select_action);
  gtk_widget_class_install_action (widget_class, "win.select-all", NULL, select_action);
}

/* Of several cases some may be done and others not: everything can be done with them. */
void
csm_window_update_triage_actions (CsmWindow     *self,
                                  CsmCaseDetail *detail)
{
  static const char *const of_case[] = {
    "win.status", "win.priority", "win.lane", "win.assign-me", "win.mark-read", "win.mark-unread", "win.assign",
    "win.move", "win.tag", "win.snooze",
  };
  gboolean works = self->workbench != NULL && csm_rights_may (self->workbench, CSM_ACTION_WORK_CASES);
  gboolean several = works && (csm_workbench_get_n_selected (self->workbench) > 0 || csm_workbench_is_selection_awaited (self->workbench));
  gboolean open = detail != NULL && detail->record != NULL && works;
  const char *status = open ? csm_json_get_string (detail->record, "status") : NULL;
  gboolean spam = open && g_strcmp0 (csm_json_get_string (detail->record, "lane"), "spam") == 0;
  gboolean done = g_strcmp0 (status, "resolved") == 0 || g_strcmp0 (status, "closed") == 0;

  for (guint i = 0; i < G_N_ELEMENTS (of_case); i++)
    gtk_widget_action_set_enabled (GTK_WIDGET (self), of_case[i], several || open);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.resolve", several || (open && !done));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.reopen", several || (open && done));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.spam", several || (open && !spam));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.not-spam", several || (open && spam));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.block-sender", several || (open && csm_triage_can_block (self->workbench)));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.select", works);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.select-all", works);
}
