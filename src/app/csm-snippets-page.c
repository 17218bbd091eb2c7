/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-snippets-page.h"

#include <glib/gi18n.h>

#include "csm-empty-row.h"
#include "csm-json.h"
#include "csm-rights.h"
#include "csm-snippet-window.h"

typedef struct
{
  GtkWidget *group;
  GtkWidget *add;
  GtkWidget *empty;
  GPtrArray *rows;   /* unowned: the group's */
} Part;

struct _CsmSnippetsPage
{
  AdwPreferencesPage parent_instance;
  CsmWorkbench      *workbench;  /* or NULL */
  Part               snippets;
  Part               articles;
};

G_DEFINE_FINAL_TYPE (CsmSnippetsPage, csm_snippets_page, ADW_TYPE_PREFERENCES_PAGE)

static void
open_window (CsmSnippetsPage *self,
             CsmTypeId        type,
             JsonObject      *record)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  gtk_window_present (csm_snippet_window_new (GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL, self->workbench, type, record));
}

static void
row_cb (CsmSnippetsPage *self,
        GtkWidget       *row)
{
  CsmDirectory *directory = csm_workbench_get_directory (self->workbench);
  const char *id = g_object_get_data (G_OBJECT (row), "csm-id");
  JsonObject *record = directory != NULL ? csm_directory_lookup (directory, id) : NULL;

  if (record != NULL)
    open_window (self, id[0] == 'x' ? CSM_TYPE_ID_SNIPPET : CSM_TYPE_ID_ARTICLE, record);
}

static void
add_cb (CsmSnippetsPage *self,
        GtkWidget       *button)
{
  g_autoptr (JsonObject) record = json_object_new ();

  open_window (self, button == self->snippets.add ? CSM_TYPE_ID_SNIPPET : CSM_TYPE_ID_ARTICLE, record);
}

/* Its shortcut, whose it is, its language, and how often it was of use. */
static char *
say_about (CsmSnippetsPage *self,
           JsonObject      *record)
{
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func (g_free);
  const char *shortcut = csm_json_get_string (record, "shortcut");
  const char *team = csm_workbench_get_name (self->workbench, csm_json_get_string (record, "teamId"));
  const char *language = csm_json_get_string (record, "language");
  gint64 used = csm_json_get_int (record, "useCount", 0);

  if (shortcut != NULL && shortcut[0] != '\0')
    g_ptr_array_add (parts, g_strdup_printf (";%s", shortcut));
  if (team != NULL)
    g_ptr_array_add (parts, g_strdup (team));
  if (language != NULL && language[0] != '\0')
    g_ptr_array_add (parts, g_strdup (language));
  if (used > 0)
    g_ptr_array_add (parts, g_strdup_printf (ngettext ("used once", "used %d times", (gulong) used), (int) used));
  g_ptr_array_add (parts, NULL);
  return g_strjoinv (" · ", (char **) parts->pdata);
}

static void
fill (CsmSnippetsPage *self,
      Part            *part,
      GPtrArray       *records)
{
  for (guint i = 0; i < part->rows->len; i++)
    adw_preferences_group_remove (ADW_PREFERENCES_GROUP (part->group), part->rows->pdata[i]);
  g_ptr_array_set_size (part->rows, 0);
  for (guint i = 0; records != NULL && i < records->len; i++)
    {
      JsonObject *record = records->pdata[i];
      GtkWidget *row = adw_action_row_new ();
      const char *title = csm_json_get_string (record, "title");
      g_autofree char *about = say_about (self, record);

      adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title != NULL ? title : "");
      adw_action_row_set_subtitle (ADW_ACTION_ROW (row), about);
      adw_action_row_add_suffix (ADW_ACTION_ROW (row), gtk_image_new_from_icon_name ("go-next-symbolic"));
      gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
      g_object_set_data_full (G_OBJECT (row), "csm-id", g_strdup (csm_json_get_string (record, "id")), g_free);
      g_signal_connect_object (row, "activated", G_CALLBACK (row_cb), self, G_CONNECT_SWAPPED);
      adw_preferences_group_add (ADW_PREFERENCES_GROUP (part->group), row);
      g_ptr_array_add (part->rows, row);
    }
  gtk_widget_set_visible (part->empty, part->rows->len == 0);
  csm_rights_apply (self->workbench, CSM_ACTION_WRITE_TEXTS, part->add);
}

static void
directory_cb (CsmSnippetsPage *self)
{
  CsmDirectory *directory = self->workbench != NULL ? csm_workbench_get_directory (self->workbench) : NULL;

  if (directory == NULL)
    return;
  fill (self, &self->snippets, directory->snippets);
  fill (self, &self->articles, directory->articles);
}

static void
csm_snippets_page_dispose (GObject *object)
{
  CsmSnippetsPage *self = CSM_SNIPPETS_PAGE (object);

  g_clear_object (&self->workbench);
  g_clear_pointer (&self->snippets.rows, g_ptr_array_unref);
  g_clear_pointer (&self->articles.rows, g_ptr_array_unref);
  G_OBJECT_CLASS (csm_snippets_page_parent_class)->dispose (object);
}

static void
csm_snippets_page_class_init (CsmSnippetsPageClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = csm_snippets_page_dispose;
}

static void
make_part (CsmSnippetsPage *self,
           Part            *part,
           const char      *title,
           const char      *description,
           const char      *add,
           const char      *none,
           const char      *hint)
{
  part->rows = g_ptr_array_new ();
  part->group = adw_preferences_group_new ();
  part->add = gtk_button_new_from_icon_name ("list-add-symbolic");
  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (part->group), title);
  adw_preferences_group_set_description (ADW_PREFERENCES_GROUP (part->group), description);
  adw_preferences_group_set_header_suffix (ADW_PREFERENCES_GROUP (part->group), part->add);
  gtk_widget_set_tooltip_text (part->add, add);
  gtk_widget_set_valign (part->add, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (part->add, "flat");
  gtk_accessible_update_property (GTK_ACCESSIBLE (part->add), GTK_ACCESSIBLE_PROPERTY_LABEL, add, -1);
  g_signal_connect_object (part->add, "clicked", G_CALLBACK (add_cb), self, G_CONNECT_SWAPPED);
  part->empty = csm_empty_row_add (ADW_PREFERENCES_GROUP (part->group), none, hint);
  adw_preferences_page_add (ADW_PREFERENCES_PAGE (self), ADW_PREFERENCES_GROUP (part->group));
}

static void
csm_snippets_page_init (CsmSnippetsPage *self)
{
  make_part (self, &self->snippets, _("Snippets"), _("Short texts for replies. A shortcut behind a semicolon, then space or Tab, puts one in."),
             _("New Snippet"), _("No Snippets Yet"), _("Add one with the button above, or keep a good reply as one where you write."));
  make_part (self, &self->articles, _("Articles"), _("What was found out once, for the next customer who asks."), _("New Article"),
             _("No Articles Yet"), _("Write one where you answer: what is found out in a case can be put down from there."));
}

/* @workbench: (nullable): nobody is signed in */
void
csm_snippets_page_set_workbench (CsmSnippetsPage *self,
                                 CsmWorkbench    *workbench)
{
  g_return_if_fail (CSM_IS_SNIPPETS_PAGE (self));
  if (!g_set_object (&self->workbench, workbench) || workbench == NULL)
    return;
  g_signal_connect_object (workbench, "notify::directory", G_CALLBACK (directory_cb), self, G_CONNECT_SWAPPED);
  directory_cb (self);
}
