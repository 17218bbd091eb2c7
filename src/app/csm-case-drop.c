/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-case-list-drag.h"

#include "csm-bulk.h"
#include "csm-rights.h"
#include "csm-time.h"
#include "csm-view-row.h"
#include "csm-views-pane.h"
#include "csm-when-picker.h"

/* Cases that are dropped on a view come to be in it; on a person, they are theirs. */

/* --- what a view means -------------------------------------------------------------------------------------- */

/* Whether cases can be put there at all. */
gboolean
csm_case_drop_takes (CsmWorkbench      *workbench,
                     const CsmCaseView *view)
{
  switch (view->kind)
    {
    case CSM_VIEW_INBOX:
    case CSM_VIEW_MINE:
    case CSM_VIEW_UNASSIGNED:
    case CSM_VIEW_WAITING:
    case CSM_VIEW_SNOOZED:
    case CSM_VIEW_RESOLVED:
    case CSM_VIEW_OTHER_MAIL:
    case CSM_VIEW_SPAM:
    case CSM_VIEW_TEAM:
    case CSM_VIEW_TAG:
      return csm_rights_may (workbench, CSM_ACTION_WORK_CASES);
    case CSM_VIEW_MENTIONS:
    case CSM_VIEW_LATE:
    case CSM_VIEW_DUE_SOON:
    case CSM_VIEW_SEARCH:
    default:
      return FALSE;
    }
}

typedef struct
{
  CsmWorkbench *workbench;
  char        **case_ids;
  GtkWidget    *popover;
} Asking;

static void
asking_free (gpointer data)
{
  Asking *asking = data;

  g_object_unref (asking->workbench);
  g_strfreev (asking->case_ids);
  g_free (asking);
}

static void
until_cb (Asking *asking,
          gint64  until)
{
  csm_bulk_perform (asking->workbench, (const char * const *) asking->case_ids, CSM_BULK_SNOOZE, NULL, until);
  gtk_popover_popdown (GTK_POPOVER (asking->popover));
}

/* Its place may have gone before it. */
static void
unparent_cb (gpointer data)
{
  if (gtk_widget_get_parent (data) != NULL)
    gtk_widget_unparent (data);
  g_object_unref (data);
}

static void
closed_cb (GtkWidget *popover)
{
  /* It is still being closed. */
  g_idle_add_once (unparent_cb, g_object_ref (popover));
}

/* Snoozes the cases, until a time that is asked for at @place. */
void
csm_case_drop_ask_when (CsmWorkbench       *workbench,
                        const char * const *case_ids,
                        GtkWidget          *place)
{
  GtkWidget *popover = gtk_popover_new ();
  GtkWidget *picker = csm_when_picker_new (CSM_WHEN_FOR_SNOOZE);
  g_autoptr (GTimeZone) zone = csm_account_get_time_zone (csm_workbench_get_account (workbench));
  Asking *asking = g_new0 (Asking, 1);

  asking->workbench = g_object_ref (workbench);
  asking->case_ids = g_strdupv ((char **) case_ids);
  asking->popover = popover;
  g_object_set_data_full (G_OBJECT (popover), "asking", asking, asking_free);
  gtk_widget_add_css_class (popover, "picker");
  gtk_popover_set_child (GTK_POPOVER (popover), picker);
  gtk_widget_set_parent (popover, place);
  g_signal_connect_swapped (picker, "picked", G_CALLBACK (until_cb), asking);
  g_signal_connect (popover, "closed", G_CALLBACK (closed_cb), NULL);
  g_signal_connect_object (place, "destroy", G_CALLBACK (gtk_widget_unparent), popover, G_CONNECT_SWAPPED);
  gtk_popover_popup (GTK_POPOVER (popover));
  csm_when_picker_start (CSM_WHEN_PICKER (picker), CSM_TIME_NONE, FALSE, zone);
}

/**
 * csm_case_drop_on_view:
 * @workbench: the window's workbench
 * @view: where to
 * @case_ids: (array zero-terminated=1): the cases
 * @place: where a question is asked, if there is one
 *
 * Makes the cases belong to the view, as one thing that is undone together.
 *
 * Returns: whether that can be
 */
gboolean
csm_case_drop_on_view (CsmWorkbench       *workbench,
                       const CsmCaseView  *view,
                       const char * const *case_ids,
                       GtkWidget          *place)
{
  if (!csm_case_drop_takes (workbench, view) || case_ids[0] == NULL)
    return FALSE;
  switch (view->kind)
    {
    case CSM_VIEW_INBOX: csm_bulk_perform (workbench, case_ids, CSM_BULK_INBOX, NULL, 0); break;
    case CSM_VIEW_MINE: csm_bulk_perform (workbench, case_ids, CSM_BULK_ASSIGN, csm_workbench_get_my_id (workbench), 0); break;
    case CSM_VIEW_UNASSIGNED: csm_bulk_perform (workbench, case_ids, CSM_BULK_ASSIGN, NULL, 0); break;
    case CSM_VIEW_WAITING: csm_bulk_perform (workbench, case_ids, CSM_BULK_STATUS, "waiting", 0); break;
    case CSM_VIEW_SNOOZED: csm_case_drop_ask_when (workbench, case_ids, place); break;
    case CSM_VIEW_RESOLVED: csm_bulk_perform (workbench, case_ids, CSM_BULK_STATUS, "resolved", 0); break;
    case CSM_VIEW_OTHER_MAIL: csm_bulk_perform (workbench, case_ids, CSM_BULK_LANE, "notification", 0); break;
    case CSM_VIEW_SPAM: csm_bulk_perform (workbench, case_ids, CSM_BULK_SPAM, NULL, 0); break;
    case CSM_VIEW_TEAM: csm_bulk_perform (workbench, case_ids, CSM_BULK_MOVE, view->key, 0); break;
    case CSM_VIEW_TAG: csm_bulk_perform (workbench, case_ids, CSM_BULK_TAG, view->key, 0); break;
    default: g_return_val_if_reached (FALSE);
    }
  return TRUE;
}

/* --- the views' pane ---------------------------------------------------------------------------------------- */

static CsmWorkbench *
workbench_of (GtkListBox *list)
{
  GtkWidget *pane = gtk_widget_get_ancestor (GTK_WIDGET (list), CSM_TYPE_VIEWS_PANE);
  CsmWorkbench *workbench = NULL;

  if (pane != NULL)
    g_object_get (pane, "workbench", &workbench, NULL);
  return workbench;
}

/* Returns: (nullable): the row at @y that takes cases */
static GtkListBoxRow *
row_at (GtkListBox *list,
        double      y)
{
  g_autoptr (CsmWorkbench) workbench = workbench_of (list);
  GtkListBoxRow *row = gtk_list_box_get_row_at_y (list, (int) y);

  if (workbench == NULL || row == NULL || !CSM_IS_VIEW_ROW (row) || !csm_case_drop_takes (workbench, csm_view_row_get_view (CSM_VIEW_ROW (row))))
    return NULL;
  return row;
}

static GdkDragAction
motion_cb (GtkDropTarget *target,
           double         x,
           double         y,
           GtkListBox    *list)
{
  GtkListBoxRow *row = row_at (list, y);

  gtk_list_box_drag_unhighlight_row (list);
  if (row == NULL)
    return 0;
  gtk_list_box_drag_highlight_row (list, row);
  return GDK_ACTION_MOVE;
}

static void
leave_cb (GtkDropTarget *target,
          GtkListBox    *list)
{
  gtk_list_box_drag_unhighlight_row (list);
}

static gboolean
drop_cb (GtkDropTarget *target,
         const GValue  *value,
         double         x,
         double         y,
         GtkListBox    *list)
{
  g_autoptr (CsmWorkbench) workbench = workbench_of (list);
  CsmDraggedCases *cases = g_value_get_boxed (value);
  GtkListBoxRow *row = row_at (list, y);

  gtk_list_box_drag_unhighlight_row (list);
  return row != NULL && csm_case_drop_on_view (workbench, csm_view_row_get_view (CSM_VIEW_ROW (row)), (const char * const *) cases->case_ids, GTK_WIDGET (row));
}

/* Cases can be dropped on the rows of the views' pane. */
void
csm_case_drop_add_views (GtkListBox *list)
{
  GtkDropTarget *target = gtk_drop_target_new (CSM_TYPE_DRAGGED_CASES, GDK_ACTION_MOVE);

  g_signal_connect (target, "enter", G_CALLBACK (motion_cb), list);
  g_signal_connect (target, "motion", G_CALLBACK (motion_cb), list);
  g_signal_connect (target, "leave", G_CALLBACK (leave_cb), list);
  g_signal_connect (target, "drop", G_CALLBACK (drop_cb), list);
  gtk_widget_add_css_class (GTK_WIDGET (list), "takes-cases");
  gtk_widget_add_controller (GTK_WIDGET (list), GTK_EVENT_CONTROLLER (target));
}

/* --- a person ----------------------------------------------------------------------------------------------- */

typedef struct
{
  CsmWorkbench *workbench;
  char         *person_id;
} Person;

static void
person_free (gpointer  data,
             GClosure *closure)
{
  Person *person = data;

  g_object_unref (person->workbench);
  g_free (person->person_id);
  g_free (person);
}

static gboolean
person_drop_cb (GtkDropTarget *target,
                const GValue  *value,
                double         x,
                double         y,
                Person        *person)
{
  CsmDraggedCases *cases = g_value_get_boxed (value);

  if (!csm_rights_may (person->workbench, CSM_ACTION_WORK_CASES) || csm_workbench_get_cache (person->workbench) == NULL)
    return FALSE;
  csm_bulk_perform (person->workbench, (const char * const *) cases->case_ids, CSM_BULK_ASSIGN, person->person_id, 0);
  return TRUE;
}

/* Cases that are dropped on @widget are the person's from then on. */
void
csm_case_drop_add_person (GtkWidget    *widget,
                          CsmWorkbench *workbench,
                          const char   *person_id)
{
  GtkDropTarget *target = gtk_drop_target_new (CSM_TYPE_DRAGGED_CASES, GDK_ACTION_MOVE);
  Person *person = g_new0 (Person, 1);

  person->workbench = g_object_ref (workbench);
  person->person_id = g_strdup (person_id);
  g_signal_connect_data (target, "drop", G_CALLBACK (person_drop_cb), person, person_free, 0);
  gtk_widget_add_controller (widget, GTK_EVENT_CONTROLLER (target));
}
