/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-template-look.h"

#include <glib/gi18n.h>

#include "csm-json.h"
#include "csm-template-text.h"

/* A template before it is used: all that it has; what of it the case gets is chosen here. */

typedef struct
{
  CsmWorkbench *workbench;
  JsonObject   *record;
  char         *case_id;
  GPtrArray    *tasks;   /* GtkCheckButton */
  GtkWidget    *goal;    /* GtkCheckButton; NULL: it has none, or the case has its own */
} Look;

static void
look_free (gpointer data)
{
  Look *look = data;

  g_object_unref (look->workbench);
  json_object_unref (look->record);
  g_ptr_array_unref (look->tasks);
  g_free (look->case_id);
  g_free (look);
}

static void
done_cb (CsmSheet *sheet,
         Look     *look)
{
  g_autofree gboolean *tasks = g_new0 (gboolean, look->tasks->len + 1);

  for (guint i = 0; i < look->tasks->len; i++)
    tasks[i] = gtk_check_button_get_active (look->tasks->pdata[i]);
  if (g_strcmp0 (look->case_id, csm_workbench_get_case_id (look->workbench)) == 0)
    csm_template_apply (look->workbench, look->record, look->goal != NULL && gtk_check_button_get_active (GTK_CHECK_BUTTON (look->goal)), tasks);
  gtk_window_destroy (GTK_WINDOW (sheet));
}

static void
copy_cb (GtkWidget *button,
         gpointer   data)
{
  CsmSheet *sheet = csm_sheet_of (button);

  gdk_clipboard_set_text (gtk_widget_get_clipboard (button), g_object_get_data (G_OBJECT (button), "text"));
  if (sheet != NULL)
    csm_sheet_toast (sheet, _("Copied"));
}

static GtkWidget *
add_group (GtkWidget  *box,
           const char *title)
{
  GtkWidget *group = adw_preferences_group_new ();

  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (group), title);
  gtk_box_append (GTK_BOX (box), group);
  return group;
}

/* Returns: (transfer none): the check button of a row that is added to @group */
static GtkWidget *
add_choice (GtkWidget  *group,
            const char *title,
            const char *subtitle)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *check = gtk_check_button_new ();

  g_object_set (row, "use-markup", FALSE, "title", title, "subtitle", subtitle != NULL ? subtitle : "", NULL);
  gtk_check_button_set_active (GTK_CHECK_BUTTON (check), TRUE);
  gtk_widget_set_valign (check, GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (check), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), check);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), check);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), row);
  return check;
}

static void
add_tasks (Look      *look,
           GtkWidget *box)
{
  JsonArray *tasks = csm_json_get_array (look->record, "tasks");
  GtkWidget *group = tasks != NULL && json_array_get_length (tasks) > 0 ? add_group (box, _("Tasks")) : NULL;

  for (guint i = 0; group != NULL && i < json_array_get_length (tasks); i++)
    {
      JsonObject *task = json_array_get_object_element (tasks, i);
      JsonArray *checklist = csm_json_get_array (task, "checklist");
      g_autoptr (GString) items = g_string_new (NULL);

      for (guint j = 0; checklist != NULL && j < json_array_get_length (checklist); j++)
        g_string_append_printf (items, "%s%s", j > 0 ? " · " : "", json_array_get_string_element (checklist, j));
      g_ptr_array_add (look->tasks, add_choice (group, csm_json_get_string (task, "title"), items->str));
    }
}

static void
add_texts (Look      *look,
           GtkWidget *box)
{
  JsonArray *texts = csm_json_get_array (look->record, "texts");
  GtkWidget *group = texts != NULL && json_array_get_length (texts) > 0 ? add_group (box, _("Texts")) : NULL;

  for (guint i = 0; group != NULL && i < json_array_get_length (texts); i++)
    {
      JsonObject *text = json_array_get_object_element (texts, i);
      const char *body = csm_json_get_string (text, "body");
      GtkWidget *row = adw_action_row_new ();
      GtkWidget *copy = gtk_button_new_from_icon_name ("edit-copy-symbolic");

      g_object_set (row, "use-markup", FALSE, "title", csm_json_get_string (text, "title"), "subtitle", body != NULL ? body : "",
                    "subtitle-lines", 4, NULL);
      gtk_widget_set_valign (copy, GTK_ALIGN_CENTER);
      gtk_widget_add_css_class (copy, "flat");
      gtk_widget_set_tooltip_text (copy, _("Copy"));
      gtk_accessible_update_property (GTK_ACCESSIBLE (copy), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Copy the text"), -1);
      g_object_set_data_full (G_OBJECT (copy), "text", g_strdup (body != NULL ? body : ""), g_free);
      g_signal_connect (copy, "clicked", G_CALLBACK (copy_cb), NULL);
      adw_action_row_add_suffix (ADW_ACTION_ROW (row), copy);
      adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), row);
    }
}

static void
add_people (Look      *look,
            GtkWidget *box)
{
  JsonObject *experts = csm_json_get_object (look->record, "expertIds");
  g_autoptr (GList) ids = experts != NULL ? json_object_get_members (experts) : NULL;
  GtkWidget *group = ids != NULL ? add_group (box, _("Who Knew")) : NULL;

  for (GList *l = ids; l != NULL; l = l->next)
    {
      const char *name = csm_workbench_get_name (look->workbench, l->data);
      GtkWidget *row;

      if (name == NULL)
        continue;
      row = adw_action_row_new ();
      g_object_set (row, "use-markup", FALSE, "title", name, NULL);
      adw_action_row_add_prefix (ADW_ACTION_ROW (row), adw_avatar_new (28, name, TRUE));
      adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), row);
    }
}

/**
 * csm_template_look_present:
 * @from: a widget of the window
 * @workbench: its workbench; with a case open, that case can get what is chosen
 * @record: a Template
 *
 * Returns: (transfer none): the sheet
 */
CsmSheet *
csm_template_look_present (GtkWidget    *from,
                           CsmWorkbench *workbench,
                           JsonObject   *record)
{
  Look *look = g_new0 (Look, 1);
  CsmCaseDetail *detail = csm_workbench_get_detail (workbench);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 18);
  CsmSheet *sheet = csm_sheet_new (from, csm_json_get_string (record, "title"), box);
  g_autofree char *use = csm_template_say_use (record);
  const char *goal = csm_json_get_string (record, "goal");
  GtkWidget *label = gtk_label_new (use);

  look->workbench = g_object_ref (workbench);
  look->record = csm_json_copy_object (record);
  look->case_id = g_strdup (csm_workbench_get_case_id (workbench));
  look->tasks = g_ptr_array_new ();
  gtk_widget_add_css_class (label, "dim-label");
  gtk_box_append (GTK_BOX (box), label);
  if (goal != NULL && goal[0] != '\0' && detail != NULL && detail->record != NULL && csm_json_get_string (detail->record, "goal") == NULL)
    look->goal = add_choice (add_group (box, _("Goal")), goal, NULL);
  add_tasks (look, box);
  add_texts (look, box);
  add_people (look, box);
  if (detail != NULL && detail->record != NULL)
    csm_sheet_set_action (sheet, _("_Use"));
  g_signal_connect_data (sheet, "done", G_CALLBACK (done_cb), look, (GClosureNotify) (void (*) (void)) look_free, 0);
  gtk_window_present (GTK_WINDOW (sheet));
  return sheet;
}
