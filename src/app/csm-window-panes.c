/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-window-private.h"

#include "csm-composer.h"

/* The keyboard goes from pane to pane, and past those that are folded away. */
typedef enum
{
  PANE_VIEWS,
  PANE_CASES,
  PANE_CONVERSATION,
  PANE_REPLY,
  PANE_COLLEAGUES,
  N_PANES,
} Pane;

/* Returns: N_PANES: in none */
static Pane
find_current (CsmWindow *self)
{
  GtkWidget *const panes[] = { self->views, self->cases, self->conversation, NULL, self->colleagues };
  GtkWidget *focus = gtk_root_get_focus (GTK_ROOT (self));

  if (focus == NULL)
    return N_PANES;
  if (gtk_widget_get_ancestor (focus, CSM_TYPE_COMPOSER) != NULL)
    return PANE_REPLY;
  for (guint i = 0; i < N_PANES; i++)
    if (panes[i] != NULL && (focus == panes[i] || gtk_widget_is_ancestor (focus, panes[i])))
      return (Pane) i;
  return N_PANES;
}

static gboolean
is_shown (CsmWindow *self,
          Pane       pane)
{
  CsmShell *shell = CSM_SHELL (self->shell);
  gboolean single = csm_shell_get_mode (shell) == CSM_SHELL_SINGLE;
  gboolean shown = TRUE;

  switch (pane)
    {
    case PANE_VIEWS: g_object_get (shell, "views-shown", &shown, NULL); return shown;
    case PANE_CASES: return csm_shell_shows_cases (shell);
    case PANE_COLLEAGUES: g_object_get (shell, "colleagues-shown", &shown, NULL); return shown;
    case PANE_CONVERSATION:
    case PANE_REPLY:
    case N_PANES:
    default: return !single || !csm_shell_shows_cases (shell);
    }
}

static void
focus_pane (CsmWindow *self,
            Pane       pane)
{
  switch (pane)
    {
    case PANE_VIEWS:
      csm_views_pane_focus (csm_window_get_views (self));
      break;
    case PANE_CASES:
      csm_case_list_pane_focus (CSM_CASE_LIST_PANE (self->cases));
      if (find_current (self) != PANE_CASES)
        gtk_widget_child_focus (self->cases, GTK_DIR_TAB_FORWARD);
      break;
    case PANE_CONVERSATION:
      if (!csm_timeline_step (csm_conversation_pane_get_timeline (csm_window_get_conversation (self)), FALSE))
        gtk_widget_child_focus (GTK_WIDGET (csm_window_get_conversation (self)), GTK_DIR_TAB_FORWARD);
      break;
    case PANE_REPLY:
      csm_conversation_pane_reply (csm_window_get_conversation (self));
      break;
    case PANE_COLLEAGUES:
      csm_colleague_pane_focus (csm_window_get_colleagues (self));
      break;
    case N_PANES:
    default:
      break;
    }
}

static void
pane_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  CsmWindow *self = CSM_WINDOW (widget);
  GtkWidget *before = gtk_root_get_focus (GTK_ROOT (self));
  gboolean back = g_str_equal (name, "win.previous-pane");
  Pane current = find_current (self);

  if (self->workbench == NULL || csm_window_shows_review (self))
    return;
  if (current == N_PANES)
    current = back ? PANE_VIEWS : PANE_COLLEAGUES;
  gtk_window_set_focus_visible (GTK_WINDOW (self), TRUE);
  /* Of a case that is closed nothing takes the keyboard in the reply's place, for example. */
  for (guint i = 1; i < N_PANES; i++)
    {
      Pane next = (Pane) ((current + (back ? N_PANES - i : i)) % N_PANES);

      if (!is_shown (self, next))
        continue;
      focus_pane (self, next);
      if (find_current (self) == next)
        return;
    }
  if (before != NULL)
    gtk_widget_grab_focus (before);
}

void
csm_window_install_pane_actions (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "win.next-pane", NULL, pane_action);
  gtk_widget_class_install_action (widget_class, "win.previous-pane", NULL, pane_action);
}
