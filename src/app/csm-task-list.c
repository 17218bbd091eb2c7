/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-task-list.h"

#include <glib/gi18n.h>

#include "csm-json.h"
#include "csm-picker.h"
#include "csm-task.h"
#include "csm-task-line.h"
#include "csm-template-look.h"
#include "csm-template-text.h"

struct _CsmTaskList
{
  CsmCasePart  parent_instance;
  GtkWidget   *group;
  GtkListBox  *list;
  GtkWidget   *add_row;
  GtkEditable *entry;
  GtkLabel    *count;
  GtkMenuButton *template_button;
  GHashTable  *lines;   /* a task's id → CsmTaskLine (borrowed from the list) */
  char        *last;    /* the last task's position; NULL: there is none */
};

G_DEFINE_FINAL_TYPE (CsmTaskList, csm_task_list, CSM_TYPE_CASE_PART)

/* --- order ------------------------------------------------------------------------------------------------- */

static GtkListBoxRow *
line_at (CsmTaskList *self,
         int          index)
{
  GtkListBoxRow *row = index >= 0 ? gtk_list_box_get_row_at_index (self->list, index) : NULL;

  return row != NULL && CSM_IS_TASK_LINE (row) ? row : NULL;
}

static const char *
position_at (CsmTaskList *self,
             int          index)
{
  GtkListBoxRow *row = line_at (self, index);

  return row != NULL ? csm_json_get_string (csm_task_line_get_task (CSM_TASK_LINE (row)), "position") : NULL;
}

/* Puts a line before the one at @index; that may be one past the last. */
static void
move_before (CsmTaskList *self,
             CsmTaskLine *line,
             int          index)
{
  int from = gtk_list_box_row_get_index (GTK_LIST_BOX_ROW (line));

  if (index < 0 || (index > 0 && line_at (self, index - 1) == NULL) || index == from || index == from + 1)
    return;
  csm_task_move (csm_case_part_get_workbench (CSM_CASE_PART (self)), csm_task_line_get_task (line), position_at (self, index - 1),
                 position_at (self, index));
}

static void
step_cb (CsmTaskList *self,
         int          step,
         CsmTaskLine *line)
{
  int index = gtk_list_box_row_get_index (GTK_LIST_BOX_ROW (line));

  if (step > 0 && line_at (self, index + 1) == NULL)
    return;
  move_before (self, line, step > 0 ? index + 2 : index - 1);
}

static void
dropped_cb (CsmTaskList *self,
            CsmTaskLine *dropped,
            gboolean     below,
            CsmTaskLine *at)
{
  if (gtk_widget_get_parent (GTK_WIDGET (dropped)) == GTK_WIDGET (self->list))
    move_before (self, dropped, gtk_list_box_row_get_index (GTK_LIST_BOX_ROW (at)) + (below ? 1 : 0));
}

/* --- what there is ----------------------------------------------------------------------------------------- */

static GtkWidget *
ensure_line (CsmTaskList *self,
             const char  *id)
{
  GtkWidget *line = g_hash_table_lookup (self->lines, id);

  if (line != NULL)
    return line;
  line = csm_task_line_new (csm_case_part_get_workbench (CSM_CASE_PART (self)));
  g_signal_connect_object (line, "step", G_CALLBACK (step_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (line, "dropped", G_CALLBACK (dropped_cb), self, G_CONNECT_SWAPPED);
  g_hash_table_insert (self->lines, g_strdup (id), line);
  return line;
}

static void
drop_gone (CsmTaskList *self,
           GHashTable  *kept)
{
  GHashTableIter iter;
  gpointer id;
  gpointer line;

  g_hash_table_iter_init (&iter, self->lines);
  while (g_hash_table_iter_next (&iter, &id, &line))
    if (kept == NULL || !g_hash_table_contains (kept, id))
      {
        if (gtk_widget_get_parent (line) != NULL)
          gtk_list_box_remove (self->list, line);
        g_hash_table_iter_remove (&iter);
      }
}

/* A line that has the keyboard keeps it, also while it moves. */
static void
place (CsmTaskList *self,
       GtkWidget   *line,
       int          index)
{
  GtkWidget *focus = GTK_WIDGET (gtk_widget_get_root (GTK_WIDGET (self))) != NULL
                       ? gtk_root_get_focus (gtk_widget_get_root (GTK_WIDGET (self))) : NULL;
  gboolean focused = focus != NULL && (focus == line || gtk_widget_is_ancestor (focus, line));

  if (gtk_list_box_get_row_at_index (self->list, index) == GTK_LIST_BOX_ROW (line))
    return;
  g_object_ref (line);
  if (gtk_widget_get_parent (line) != NULL)
    gtk_list_box_remove (self->list, line);
  gtk_list_box_insert (self->list, line, index);
  if (focused)
    gtk_widget_grab_focus (line);
  g_object_unref (line);
}

static void
show_count (CsmTaskList *self,
            guint        done,
            guint        all)
{
  /* Translators: of all tasks, how many are done */
  g_autofree char *text = all > 0 ? g_strdup_printf (_("%u of %u done"), done, all) : g_strdup ("");

  gtk_label_set_text (self->count, text);
  gtk_widget_set_visible (GTK_WIDGET (self->count), all > 0);
}

static gboolean
has_templates (CsmTaskList *self)
{
  CsmWorkbench *workbench = csm_case_part_get_workbench (CSM_CASE_PART (self));
  CsmDirectory *directory = workbench != NULL ? csm_workbench_get_directory (workbench) : NULL;

  return directory != NULL && directory->templates != NULL && directory->templates->len > 0;
}

static void
csm_task_list_refresh (CsmCasePart   *part,
                       CsmCaseDetail *detail)
{
  CsmTaskList *self = CSM_TASK_LIST (part);
  g_autoptr (GHashTable) kept = g_hash_table_new (g_str_hash, g_str_equal);
  guint n = detail != NULL && detail->tasks != NULL ? detail->tasks->len : 0;
  guint done = 0;

  gtk_widget_set_sensitive (self->group, detail != NULL);
  for (guint i = 0; i < n; i++)
    g_hash_table_add (kept, (gpointer) csm_json_get_string (detail->tasks->pdata[i], "id"));
  drop_gone (self, kept);
  for (guint i = 0; i < n; i++)
    {
      GtkWidget *line = ensure_line (self, csm_json_get_string (detail->tasks->pdata[i], "id"));

      csm_task_line_show (CSM_TASK_LINE (line), detail->tasks->pdata[i]);
      place (self, line, i);
      done += !csm_task_is_open (detail->tasks->pdata[i]);
    }
  g_free (self->last);
  self->last = n > 0 ? g_strdup (csm_json_get_string (detail->tasks->pdata[n - 1], "position")) : NULL;
  show_count (self, done, n);
  gtk_widget_set_visible (GTK_WIDGET (self->template_button), has_templates (self));
}

static void
csm_task_list_leave (CsmCasePart *part)
{
  CsmTaskList *self = CSM_TASK_LIST (part);

  drop_gone (self, NULL);
  gtk_editable_set_text (self->entry, "");
}

static void
entered_cb (CsmTaskList *self)
{
  CsmCasePart *part = CSM_CASE_PART (self);
  g_autofree char *title = g_strstrip (g_strdup (gtk_editable_get_text (self->entry)));

  if (title[0] == '\0' || csm_case_part_get_record (part) == NULL)
    return;
  csm_task_create (csm_case_part_get_workbench (part), csm_case_part_get_case_id (part), title, self->last);
  gtk_editable_set_text (self->entry, "");
}

/* --- from a template --------------------------------------------------------------------------------------- */

static void
template_picked_cb (CsmTaskList *self,
                    const char  *id)
{
  CsmWorkbench *workbench = csm_case_part_get_workbench (CSM_CASE_PART (self));
  JsonObject *record = csm_directory_lookup (csm_workbench_get_directory (workbench), id);

  gtk_menu_button_popdown (self->template_button);
  if (record != NULL)
    csm_template_look_present (GTK_WIDGET (self), workbench, record);
}

/* Some of its tasks, or all: chosen where all of it is shown. */
static void
create_templates_cb (GtkMenuButton *button,
                     gpointer       data)
{
  CsmTaskList *self = data;
  CsmWorkbench *workbench = csm_case_part_get_workbench (CSM_CASE_PART (self));
  CsmDirectory *directory = workbench != NULL ? csm_workbench_get_directory (workbench) : NULL;
  GtkWidget *popover = gtk_popover_new ();
  CsmPicker *picker = CSM_PICKER (csm_picker_new ());

  for (guint i = 0; directory != NULL && i < directory->templates->len; i++)
    {
      JsonObject *record = directory->templates->pdata[i];
      g_autofree char *use = csm_template_say_use (record);

      csm_picker_add (picker, csm_json_get_string (record, "id"), csm_json_get_string (record, "title"), use, CSM_PICKER_PLAIN, NULL, FALSE);
    }
  g_signal_connect_object (picker, "picked", G_CALLBACK (template_picked_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_add_css_class (popover, "picker");
  gtk_popover_set_child (GTK_POPOVER (popover), GTK_WIDGET (picker));
  gtk_menu_button_set_popover (button, popover);
  csm_picker_start (picker, _("From which template?"));
}

/* --- GObject ----------------------------------------------------------------------------------------------- */

static void
csm_task_list_dispose (GObject *object)
{
  CsmTaskList *self = CSM_TASK_LIST (object);

  if (self->template_button != NULL)
    gtk_menu_button_set_create_popup_func (self->template_button, NULL, NULL, NULL);
  if (self->lines != NULL)
    g_hash_table_remove_all (self->lines);
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), CSM_TYPE_TASK_LIST);
  G_OBJECT_CLASS (csm_task_list_parent_class)->dispose (object);
}

static void
csm_task_list_finalize (GObject *object)
{
  CsmTaskList *self = CSM_TASK_LIST (object);

  g_clear_pointer (&self->lines, g_hash_table_unref);
  g_free (self->last);
  G_OBJECT_CLASS (csm_task_list_parent_class)->finalize (object);
}

static void
csm_task_list_class_init (CsmTaskListClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = csm_task_list_dispose;
  G_OBJECT_CLASS (klass)->finalize = csm_task_list_finalize;
  CSM_CASE_PART_CLASS (klass)->leave = csm_task_list_leave;
  CSM_CASE_PART_CLASS (klass)->refresh = csm_task_list_refresh;
  gtk_widget_class_set_template_from_resource (widget_class, "/org/casement/Casement/ui/csm-task-list.ui");
  gtk_widget_class_bind_template_child (widget_class, CsmTaskList, group);
  gtk_widget_class_bind_template_child (widget_class, CsmTaskList, list);
  gtk_widget_class_bind_template_child (widget_class, CsmTaskList, add_row);
  gtk_widget_class_bind_template_child (widget_class, CsmTaskList, entry);
  gtk_widget_class_bind_template_child (widget_class, CsmTaskList, count);
  gtk_widget_class_bind_template_child (widget_class, CsmTaskList, template_button);
  gtk_widget_class_bind_template_callback (widget_class, entered_cb);
}

static void
csm_task_list_init (CsmTaskList *self)
{
  self->lines = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_menu_button_set_create_popup_func (self->template_button, create_templates_cb, self, NULL);
}

/* Puts the keyboard where a new task is written. */
void
csm_task_list_focus (CsmTaskList *self)
{
  g_return_if_fail (CSM_IS_TASK_LIST (self));
  gtk_widget_grab_focus (GTK_WIDGET (self->entry));
}
