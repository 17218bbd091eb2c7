/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-templates-page.h"

#include <glib/gi18n.h>

#include "csm-empty-row.h"
#include "csm-json.h"
#include "csm-rights.h"
#include "csm-template-look.h"
#include "csm-template-text.h"

struct _CsmTemplatesPage
{
  AdwPreferencesPage   parent_instance;
  CsmWorkbench        *workbench;
  GSignalGroup        *signals;
  AdwPreferencesGroup *group;
  GtkWidget           *empty;
  GPtrArray           *rows;
  char                *shown;  /* what the rows say: the same again costs nothing */
  gboolean             filling;
};

G_DEFINE_FINAL_TYPE (CsmTemplatesPage, csm_templates_page, ADW_TYPE_PREFERENCES_PAGE)

static void
patch_template (CsmTemplatesPage *self,
                const char       *id,
                JsonObject       *patch,
                const char       *said)
{
  CsmIntent *intent = csm_intent_new (_("Change a template"));

  csm_intent_update (intent, CSM_TYPE_ID_TEMPLATE, id, patch);
  csm_workbench_perform (self->workbench, intent, said);
}

static const char *
id_of (gpointer widget)
{
  return g_object_get_data (widget, "id");
}

static void
renamed_cb (CsmTemplatesPage *self,
            GtkWidget        *row)
{
  g_autofree char *title = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (row))));
  JsonObject *patch;

  if (title[0] == '\0')
    return;
  patch = json_object_new ();
  json_object_set_string_member (patch, "title", title);
  patch_template (self, id_of (row), patch, _("Template renamed"));
}

static void
enabled_cb (CsmTemplatesPage *self,
            GParamSpec       *pspec,
            GtkSwitch        *choice)
{
  JsonObject *patch;

  if (self->filling)
    return;
  patch = json_object_new ();
  json_object_set_boolean_member (patch, "enabled", gtk_switch_get_active (choice));
  patch_template (self, id_of (choice), patch, gtk_switch_get_active (choice) ? _("The template is offered again") : _("The template is not offered any more"));
}

static void
delete_cb (CsmTemplatesPage *self,
           GtkWidget        *button)
{
  const char *name = csm_workbench_get_name (self->workbench, id_of (button));
  CsmIntent *intent = csm_intent_new (_("Delete a template"));
  g_autofree char *said = g_strdup_printf (_("Deleted: %s"), name != NULL ? name : "");

  csm_intent_destroy (intent, CSM_TYPE_ID_TEMPLATE, id_of (button));
  csm_workbench_perform (self->workbench, intent, said);
}

static void
look_cb (CsmTemplatesPage *self,
         GtkWidget        *row)
{
  CsmDirectory *directory = csm_workbench_get_directory (self->workbench);
  JsonObject *record = directory != NULL ? csm_directory_lookup (directory, id_of (row)) : NULL;

  if (record != NULL)
    csm_template_look_present (GTK_WIDGET (self), self->workbench, record);
}

static void
set_id (gpointer    widget,
        const char *id)
{
  g_object_set_data_full (widget, "id", g_strdup (id), g_free);
}

/* What is done with it is inside: a list of names is what one looks through. */
static GtkWidget *
create_row (CsmTemplatesPage *self,
            JsonObject       *record)
{
  const char *id = csm_json_get_string (record, "id");
  const char *title = csm_json_get_string (record, "title");
  g_autofree char *use = csm_template_say_use (record);
  g_autofree char *enable_label = g_strdup_printf (_("Offer “%s”"), title);
  g_autofree char *escaped = g_markup_escape_text (title, -1);
  GtkWidget *row = adw_expander_row_new ();
  GtkWidget *choice = gtk_switch_new ();
  GtkWidget *name = adw_entry_row_new ();
  GtkWidget *look = adw_action_row_new ();
  GtkWidget *end = adw_action_row_new ();
  GtkWidget *button = gtk_button_new_with_mnemonic (_("_Delete"));

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), escaped);
  adw_expander_row_set_subtitle (ADW_EXPANDER_ROW (row), use);
  gtk_switch_set_active (GTK_SWITCH (choice), csm_json_get_boolean (record, "enabled"));
  gtk_widget_set_valign (choice, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (choice, _("Offered on similar cases"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (choice), GTK_ACCESSIBLE_PROPERTY_LABEL, enable_label, -1);
  set_id (choice, id);
  g_signal_connect_object (choice, "notify::active", G_CALLBACK (enabled_cb), self, G_CONNECT_SWAPPED);
  adw_expander_row_add_action (ADW_EXPANDER_ROW (row), choice);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (name), _("Name"));
  gtk_editable_set_text (GTK_EDITABLE (name), title);
  adw_entry_row_set_show_apply_button (ADW_ENTRY_ROW (name), TRUE);
  set_id (name, id);
  g_signal_connect_object (name, "apply", G_CALLBACK (renamed_cb), self, G_CONNECT_SWAPPED);
  adw_expander_row_add_row (ADW_EXPANDER_ROW (row), name);
  g_object_set (look, "title", _("What It Has"), "activatable", TRUE, NULL);
  adw_action_row_add_suffix (ADW_ACTION_ROW (look), gtk_image_new_from_icon_name ("go-next-symbolic"));
  set_id (look, id);
  g_signal_connect_object (look, "activated", G_CALLBACK (look_cb), self, G_CONNECT_SWAPPED);
  adw_expander_row_add_row (ADW_EXPANDER_ROW (row), look);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (end), _("Not Needed Any More"));
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  set_id (button, id);
  g_signal_connect_object (button, "clicked", G_CALLBACK (delete_cb), self, G_CONNECT_SWAPPED);
  csm_rights_apply (self->workbench, CSM_ACTION_DESTROY_TEXTS, button);
  adw_action_row_add_suffix (ADW_ACTION_ROW (end), button);
  adw_expander_row_add_row (ADW_EXPANDER_ROW (row), end);
  return row;
}

static void
refresh (CsmTemplatesPage *self)
{
  CsmDirectory *directory = self->workbench != NULL ? csm_workbench_get_directory (self->workbench) : NULL;
  guint n = directory != NULL && directory->templates != NULL ? directory->templates->len : 0;
  g_autoptr (GString) all = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *text = csm_json_write_object (directory->templates->pdata[i]);

      g_string_append (all, text);
    }
  if (g_strcmp0 (all->str, self->shown) == 0)
    return;
  g_free (self->shown);
  self->shown = g_strdup (all->str);
  for (guint i = 0; i < self->rows->len; i++)
    adw_preferences_group_remove (self->group, self->rows->pdata[i]);
  g_ptr_array_set_size (self->rows, 0);
  self->filling = TRUE;
  for (guint i = 0; i < n; i++)
    {
      GtkWidget *row = create_row (self, directory->templates->pdata[i]);

      g_ptr_array_add (self->rows, row);
      adw_preferences_group_add (self->group, row);
    }
  self->filling = FALSE;
  gtk_widget_set_visible (self->empty, n == 0);
}

static void
csm_templates_page_dispose (GObject *object)
{
  CsmTemplatesPage *self = CSM_TEMPLATES_PAGE (object);

  g_clear_object (&self->signals);
  g_clear_object (&self->workbench);
  G_OBJECT_CLASS (csm_templates_page_parent_class)->dispose (object);
}

static void
csm_templates_page_finalize (GObject *object)
{
  CsmTemplatesPage *self = CSM_TEMPLATES_PAGE (object);

  g_ptr_array_unref (self->rows);
  g_free (self->shown);
  G_OBJECT_CLASS (csm_templates_page_parent_class)->finalize (object);
}

static void
csm_templates_page_class_init (CsmTemplatesPageClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = csm_templates_page_dispose;
  G_OBJECT_CLASS (klass)->finalize = csm_templates_page_finalize;
}

static void
csm_templates_page_init (CsmTemplatesPage *self)
{
  self->rows = g_ptr_array_new ();
  self->group = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());
  adw_preferences_group_set_title (self->group, _("Templates"));
  adw_preferences_group_set_description (self->group, _("What was kept from cases that are done, and is offered on similar ones."));
  self->empty = csm_empty_row_add (self->group, _("Nothing Is Kept Yet"), _("On the page of a resolved case, “Keep What Worked” makes a template."));
  adw_preferences_page_set_name (ADW_PREFERENCES_PAGE (self), "templates");
  adw_preferences_page_set_title (ADW_PREFERENCES_PAGE (self), _("Templates"));
  adw_preferences_page_set_icon_name (ADW_PREFERENCES_PAGE (self), "emblem-documents-symbolic");
  adw_preferences_page_add (ADW_PREFERENCES_PAGE (self), self->group);
  self->signals = g_signal_group_new (CSM_TYPE_WORKBENCH);
  g_signal_group_connect_swapped (self->signals, "notify::directory", G_CALLBACK (refresh), self);
}

GtkWidget *
csm_templates_page_new (CsmWorkbench *workbench)
{
  CsmTemplatesPage *self = g_object_new (CSM_TYPE_TEMPLATES_PAGE, NULL);

  self->workbench = g_object_ref (workbench);
  g_signal_group_set_target (self->signals, workbench);
  refresh (self);
  return GTK_WIDGET (self);
}
