/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-tasks-page.h"

#include <glib/gi18n.h>

#include "csm-format.h"
#include "csm-json.h"
#include "csm-load-page.h"
#include "csm-task.h"
#include "csm-time.h"

/* More than anybody does in a day; the nearest come first. */
#define SHOWN_MAX 200

enum { LATE, TODAY, LATER, UNDATED, N_GROUPS };

struct _CsmTasksPage
{
  AdwBin           parent_instance;
  CsmWorkbench    *workbench;
  GSignalGroup    *signals;     /* of the cache */
  GCancellable    *cancellable;
  GtkStack        *stack;
  CsmLoadPage     *load_page;
  GtkWidget       *box;
  GtkToggleButton *everybody;
  GtkWidget       *groups[N_GROUPS];
  gboolean         loading;
  gboolean         dirty;
  gboolean         fresh;       /* just shown: the keyboard goes to the first task */
};

enum { PROP_0, PROP_WORKBENCH, N_PROPS };
static GParamSpec *props[N_PROPS];
enum { CLOSE, N_SIGNALS };
static guint signals[N_SIGNALS];

static void load (CsmTasksPage *self);

G_DEFINE_FINAL_TYPE (CsmTasksPage, csm_tasks_page, ADW_TYPE_BIN)

/* --- rows -------------------------------------------------------------------------------------------------- */

static void
opened_cb (CsmTasksPage *self,
           GtkWidget    *row)
{
  csm_workbench_show_case (self->workbench, g_object_get_data (G_OBJECT (row), "case-id"));
  g_signal_emit (self, signals[CLOSE], 0);
}

static void
toggled_cb (CsmTasksPage   *self,
            GtkCheckButton *check)
{
  csm_task_set_done (self->workbench, g_object_get_data (G_OBJECT (check), "task"), gtk_check_button_get_active (check));
}

static int
group_of (JsonObject *task)
{
  gint64 due = csm_json_get_time (task, "dueAt");
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autoptr (GDateTime) tomorrow = NULL;
  g_autoptr (GDateTime) midnight = NULL;

  if (due == CSM_TIME_NONE)
    return UNDATED;
  if (due < csm_time_now ())
    return LATE;
  tomorrow = g_date_time_add_days (now, 1);
  midnight = g_date_time_new_local (g_date_time_get_year (tomorrow), g_date_time_get_month (tomorrow), g_date_time_get_day_of_month (tomorrow), 0, 0, 0);
  return due < g_date_time_to_unix (midnight) * G_USEC_PER_SEC ? TODAY : LATER;
}

static GtkWidget *
create_row (CsmTasksPage *self,
            CsmTaskRow   *task)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *check = gtk_check_button_new ();
  const char *title = csm_json_get_string (task->task, "title");
  const char *name = csm_workbench_get_name (self->workbench, csm_json_get_string (task->task, "assigneeId"));
  gint64 due = csm_json_get_time (task->task, "dueAt");
  g_autoptr (GString) about = g_string_new (task->case_subject != NULL ? task->case_subject : _("A case that is not on this computer"));

  if (task->customer_name != NULL)
    g_string_append_printf (about, " · %s", task->customer_name);
  if (name != NULL && gtk_toggle_button_get_active (self->everybody))
    g_string_append_printf (about, " · %s", name);
  g_object_set (row, "use-markup", FALSE, "title", title, "subtitle", about->str, "activatable", TRUE, "title-lines", 2, "subtitle-lines", 1, NULL);
  gtk_widget_set_valign (check, GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (check), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
  g_object_set_data_full (G_OBJECT (check), "task", json_object_ref (task->task), (GDestroyNotify) json_object_unref);
  g_object_set_data_full (G_OBJECT (row), "case-id", g_strdup (task->case_id), g_free);
  g_signal_connect_object (check, "toggled", G_CALLBACK (toggled_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (row, "activated", G_CALLBACK (opened_cb), self, G_CONNECT_SWAPPED);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), check);
  if (due != CSM_TIME_NONE)
    {
      g_autofree char *when = csm_format_clock (due);
      g_autofree char *full = csm_format_when_long (due);
      GtkWidget *label = gtk_label_new (when);

      gtk_widget_add_css_class (label, due < csm_time_now () ? "error" : "dim-label");
      gtk_widget_set_tooltip_text (label, full);
      adw_action_row_add_suffix (ADW_ACTION_ROW (row), label);
    }
  return row;
}

static void
show_tasks (CsmTasksPage *self,
            GPtrArray    *tasks)
{
  static const char *const titles[N_GROUPS] = { N_("Late"), N_("Today"), N_("Later"), N_("Without a Date") };
  GtkWidget *first = NULL;

  for (guint i = 0; i < N_GROUPS; i++)
    if (self->groups[i] != NULL)
      gtk_box_remove (GTK_BOX (self->box), self->groups[i]);
  for (guint i = 0; i < N_GROUPS; i++)
    {
      self->groups[i] = adw_preferences_group_new ();
      adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (self->groups[i]), _(titles[i]));
      gtk_widget_set_visible (self->groups[i], FALSE);
      gtk_box_append (GTK_BOX (self->box), self->groups[i]);
    }
  for (guint i = 0; i < tasks->len && i < SHOWN_MAX; i++)
    {
      CsmTaskRow *task = tasks->pdata[i];
      GtkWidget *group = self->groups[group_of (task->task)];
      GtkWidget *row = create_row (self, task);

      adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), row);
      gtk_widget_set_visible (group, TRUE);
      first = first != NULL ? first : row;
    }
  gtk_stack_set_visible_child_name (self->stack, tasks->len > 0 ? "list" : "none");
  if (self->fresh && first != NULL)
    gtk_widget_grab_focus (first);
  self->fresh = FALSE;
}

/* --- reading ----------------------------------------------------------------------------------------------- */

static void
loaded_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr (CsmTasksPage) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) tasks = csm_cache_list_tasks_finish (CSM_CACHE (source), result, &error);

  self->loading = FALSE;
  if (tasks == NULL)
    {
      if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        return;
      g_warning ("Reading the tasks failed: %s", error->message);
      csm_load_page_set_failed (self->load_page, TRUE);
      gtk_stack_set_visible_child_name (self->stack, "loading");
      return;
    }
  if (self->workbench == NULL)
    return;
  show_tasks (self, tasks);
  if (self->dirty)
    load (self);
}

static void
load (CsmTasksPage *self)
{
  const char *whose = self->workbench != NULL && !gtk_toggle_button_get_active (self->everybody) ? csm_workbench_get_my_id (self->workbench) : NULL;

  self->dirty = self->loading;
  if (self->loading || self->workbench == NULL)
    return;
  self->loading = TRUE;
  csm_cache_list_tasks_async (csm_workbench_get_cache (self->workbench), whose, TRUE, self->cancellable, loaded_cb, g_object_ref (self));
}

static void
changed_cb (CsmTasksPage       *self,
            const CsmChangeSet *set)
{
  if (gtk_widget_get_mapped (GTK_WIDGET (self)) && (csm_change_set_has (set, CSM_TYPE_ID_TASK) || csm_change_set_has (set, CSM_TYPE_ID_CASE)))
    load (self);
}

static void
set_workbench (CsmTasksPage *self,
               CsmWorkbench *workbench)
{
  if (!g_set_object (&self->workbench, workbench))
    return;
  g_signal_group_set_target (self->signals, workbench != NULL ? csm_workbench_get_cache (workbench) : NULL);
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    load (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_WORKBENCH]);
}

/* --- GObject ----------------------------------------------------------------------------------------------- */

static void
csm_tasks_page_get_property (GObject    *object,
                             guint       id,
                             GValue     *value,
                             GParamSpec *pspec)
{
  if (id == PROP_WORKBENCH)
    g_value_set_object (value, CSM_TASKS_PAGE (object)->workbench);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
csm_tasks_page_set_property (GObject      *object,
                             guint         id,
                             const GValue *value,
                             GParamSpec   *pspec)
{
  if (id == PROP_WORKBENCH)
    set_workbench (CSM_TASKS_PAGE (object), g_value_get_object (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
again_cb (CsmTasksPage *self)
{
  load (self);
}

static void
csm_tasks_page_dispose (GObject *object)
{
  CsmTasksPage *self = CSM_TASKS_PAGE (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->signals);
  g_clear_object (&self->workbench);
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), CSM_TYPE_TASKS_PAGE);
  G_OBJECT_CLASS (csm_tasks_page_parent_class)->dispose (object);
}

static void
csm_tasks_page_finalize (GObject *object)
{
  g_clear_object (&CSM_TASKS_PAGE (object)->cancellable);
  G_OBJECT_CLASS (csm_tasks_page_parent_class)->finalize (object);
}

static void
csm_tasks_page_class_init (CsmTasksPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = csm_tasks_page_dispose;
  object_class->finalize = csm_tasks_page_finalize;
  object_class->get_property = csm_tasks_page_get_property;
  object_class->set_property = csm_tasks_page_set_property;
  props[PROP_WORKBENCH] = g_param_spec_object ("workbench", NULL, NULL, CSM_TYPE_WORKBENCH,
                                               G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, props);
  signals[CLOSE] = g_signal_new ("close", CSM_TYPE_TASKS_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  g_type_ensure (CSM_TYPE_LOAD_PAGE);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/casement/Casement/ui/csm-tasks-page.ui");
  gtk_widget_class_bind_template_child (widget_class, CsmTasksPage, stack);
  gtk_widget_class_bind_template_child (widget_class, CsmTasksPage, load_page);
  gtk_widget_class_bind_template_callback (widget_class, again_cb);
  gtk_widget_class_bind_template_child (widget_class, CsmTasksPage, box);
  gtk_widget_class_bind_template_child (widget_class, CsmTasksPage, everybody);
  gtk_widget_class_bind_template_callback (widget_class, load);
}

static void
csm_tasks_page_init (CsmTasksPage *self)
{
  self->cancellable = g_cancellable_new ();
  self->signals = g_signal_group_new (CSM_TYPE_CACHE);
  g_signal_group_connect_swapped (self->signals, "changed", G_CALLBACK (changed_cb), self);
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
csm_tasks_page_new (void)
{
  return g_object_new (CSM_TYPE_TASKS_PAGE, NULL);
}

/* Reads what there is to do, and has the keyboard there. */
void
csm_tasks_page_start (CsmTasksPage *self)
{
  g_return_if_fail (CSM_IS_TASKS_PAGE (self));
  self->fresh = TRUE;
  load (self);
}
