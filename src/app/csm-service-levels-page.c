/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-service-levels-page.h"

#include <glib/gi18n.h>

#include "csm-calendar-window.h"
#include "csm-empty-row.h"
#include "csm-fold-layout.h"
#include "csm-json.h"
#include "csm-preferences-undo.h"
#include "csm-rights.h"
#include "csm-service-level-window.h"
#include "csm-service-level-words.h"

struct _CsmServiceLevelsPage
{
  AdwPreferencesPage   parent_instance;
  CsmWorkbench        *workbench;
  AdwPreferencesGroup *levels_group;
  AdwPreferencesGroup *calendars_group;
  GtkWidget           *empty_row;
  GtkWidget           *no_hours;
  GtkWidget           *first_button;
  GtkWidget           *add_level_button;
  GtkWidget           *add_calendar_button;
  GPtrArray           *rows;     /* of levels and calendars */
  char                *editing;  /* the record whose window is open; NULL: a new one's */
  JsonObject          *opened;   /* as it was then */
};

G_DEFINE_FINAL_TYPE (CsmServiceLevelsPage, csm_service_levels_page, ADW_TYPE_PREFERENCES_PAGE)

/* --- what people do ---------------------------------------------------------------------------------------------- */

static void
perform (CsmServiceLevelsPage *self,
         CsmIntent            *intent,
         const char           *said)
{
  csm_preferences_perform (GTK_WIDGET (self), self->workbench, intent, said);
}

static gboolean
is_same (JsonNode *a,
         JsonNode *b)
{
  gboolean no_a = a == NULL || JSON_NODE_HOLDS_NULL (a), no_b = b == NULL || JSON_NODE_HOLDS_NULL (b);

  return no_a || no_b ? no_a && no_b : json_node_equal (a, b);
}

/* Somebody else may have changed what was not touched here. */
static JsonObject *
only_changes (JsonObject *before,
              JsonObject *patch)
{
  JsonObject *out = json_object_new ();
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  json_object_iter_init_ordered (&iter, patch);
  while (json_object_iter_next_ordered (&iter, &name, &node))
    if (before == NULL || !is_same (json_object_get_member (before, name), node))
      json_object_set_member (out, name, csm_json_copy (node));
  return out;
}

static void
save (CsmServiceLevelsPage *self,
      CsmTypeId             type,
      JsonObject           *patch,
      const char           *label,
      const char           *said)
{
  g_autoptr (JsonObject) changes = only_changes (self->opened, patch);
  CsmIntent *intent;

  if (json_object_get_size (changes) == 0)
    return;
  intent = csm_intent_new (label);
  if (self->editing != NULL)
    csm_intent_update (intent, type, self->editing, g_steal_pointer (&changes));
  else
    g_free (csm_intent_create (intent, type, g_steal_pointer (&changes)));
  perform (self, intent, said);
}

static void
save_level_cb (CsmServiceLevelsPage *self,
               JsonObject           *patch)
{
  GPtrArray *levels = csm_workbench_get_directory (self->workbench)->service_levels;
  g_autoptr (JsonObject) copy = csm_json_copy_object (patch);

  if (self->editing == NULL)
    json_object_set_int_member (copy, "position", levels->len > 0 ? csm_json_get_int (levels->pdata[levels->len - 1], "position", 0) + 1 : 1);
  save (self, CSM_TYPE_ID_SERVICE_LEVEL, copy, self->editing != NULL ? _("Change a service level") : _("Add a service level"),
        self->editing != NULL ? _("Service level changed") : _("Service level added"));
}

static void
save_calendar_cb (CsmServiceLevelsPage *self,
                  JsonObject           *patch)
{
  save (self, CSM_TYPE_ID_CALENDAR, patch, self->editing != NULL ? _("Change working hours") : _("Add working hours"),
        self->editing != NULL ? _("Working hours changed") : _("Working hours added"));
}

static void
remove_level_cb (CsmServiceLevelsPage *self)
{
  CsmIntent *intent = csm_intent_new (_("Delete a service level"));

  csm_intent_destroy (intent, CSM_TYPE_ID_SERVICE_LEVEL, self->editing);
  perform (self, intent, _("Service level deleted"));
}

static void
remove_calendar_cb (CsmServiceLevelsPage *self)
{
  CsmIntent *intent = csm_intent_new (_("Delete working hours"));

  csm_intent_destroy (intent, CSM_TYPE_ID_CALENDAR, self->editing);
  perform (self, intent, _("Working hours deleted"));
}

static void
open_window (CsmServiceLevelsPage *self,
             CsmTypeId             type,
             JsonObject           *record)
{
  GtkWindow *parent = GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self)));
  gboolean level = type == CSM_TYPE_ID_SERVICE_LEVEL;
  GtkWindow *window = level ? csm_service_level_window_new (parent, self->workbench, record) : csm_calendar_window_new (parent, self->workbench, record);

  g_free (self->editing);
  self->editing = record != NULL ? g_strdup (csm_json_get_string (record, "id")) : NULL;
  g_clear_pointer (&self->opened, json_object_unref);
  self->opened = record != NULL ? json_object_ref (record) : NULL;
  g_signal_connect_object (window, "save", level ? G_CALLBACK (save_level_cb) : G_CALLBACK (save_calendar_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (window, "remove", level ? G_CALLBACK (remove_level_cb) : G_CALLBACK (remove_calendar_cb), self, G_CONNECT_SWAPPED);
  gtk_window_present (window);
}

static void
add_level_action (GtkWidget  *widget,
                  const char *name,
                  GVariant   *parameter)
{
  open_window (CSM_SERVICE_LEVELS_PAGE (widget), CSM_TYPE_ID_SERVICE_LEVEL, NULL);
}

static void
add_calendar_action (GtkWidget  *widget,
                     const char *name,
                     GVariant   *parameter)
{
  open_window (CSM_SERVICE_LEVELS_PAGE (widget), CSM_TYPE_ID_CALENDAR, NULL);
}

static JsonObject *
record_of (CsmServiceLevelsPage *self,
           GtkWidget            *row)
{
  return csm_directory_lookup (csm_workbench_get_directory (self->workbench), g_object_get_data (G_OBJECT (row), "id"));
}

static void
edit_level_cb (CsmServiceLevelsPage *self,
               GtkWidget            *row)
{
  JsonObject *record = record_of (self, row);

  if (record != NULL)
    open_window (self, CSM_TYPE_ID_SERVICE_LEVEL, record);
}

static void
edit_calendar_cb (CsmServiceLevelsPage *self,
                  GtkWidget            *row)
{
  JsonObject *record = record_of (self, row);

  if (record != NULL)
    open_window (self, CSM_TYPE_ID_CALENDAR, record);
}

static gboolean
enabled_cb (CsmServiceLevelsPage *self,
            gboolean              on,
            GtkWidget            *toggle)
{
  JsonObject *record = record_of (self, toggle);

  if (record != NULL && csm_json_get_boolean (record, "enabled") != on)
    csm_preferences_set (GTK_WIDGET (self), self->workbench, _("Change a service level"), CSM_TYPE_ID_SERVICE_LEVEL, csm_json_get_string (record, "id"),
                         "enabled", json_node_init_boolean (json_node_alloc (), on));
  gtk_switch_set_state (GTK_SWITCH (toggle), on);
  return TRUE;
}

/* The first one that fits is a case's: this one is asked before the one above it. */
static void
raise_cb (CsmServiceLevelsPage *self,
          GtkWidget            *button)
{
  GPtrArray *levels = csm_workbench_get_directory (self->workbench)->service_levels;
  const char *id = g_object_get_data (G_OBJECT (button), "id");
  CsmIntent *intent;
  guint at = 0;

  while (at < levels->len && g_strcmp0 (csm_json_get_string (levels->pdata[at], "id"), id) != 0)
    at++;
  if (at == 0 || at >= levels->len)
    return;
  intent = csm_intent_new (_("Change the order of service levels"));
  for (guint i = 0; i < levels->len; i++)
    {
      gint64 position = i == at ? at : i == at - 1 ? at + 1 : i + 1;
      JsonObject *patch;

      if (csm_json_get_int (levels->pdata[i], "position", 0) == position)
        continue;
      patch = json_object_new ();
      json_object_set_int_member (patch, "position", position);
      csm_intent_update (intent, CSM_TYPE_ID_SERVICE_LEVEL, csm_json_get_string (levels->pdata[i], "id"), patch);
    }
  perform (self, intent, _("Order changed"));
}

/* --- what they see --------------------------------------------------------------------------------------------------- */

static GtkWidget *
make_row (CsmServiceLevelsPage *self,
          AdwPreferencesGroup  *group,
          JsonObject           *record,
          const char           *subtitle)
{
  const char *name = csm_json_get_string (record, "name");
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), name != NULL ? name : "");
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  g_object_set_data_full (G_OBJECT (row), "id", g_strdup (csm_json_get_string (record, "id")), g_free);
  adw_preferences_group_add (group, row);
  g_ptr_array_add (self->rows, row);
  return row;
}

static void
let_edit (GtkWidget *row,
          gboolean   may)
{
  GtkWidget *image;

  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), may);
  if (!may)
    return;
  image = gtk_image_new_from_icon_name ("go-next-symbolic");
  gtk_accessible_update_property (GTK_ACCESSIBLE (image), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Change"), -1);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), image);
}

static void
add_level (CsmServiceLevelsPage *self,
           CsmDirectory         *directory,
           JsonObject           *level,
           gboolean              first,
           gboolean              may)
{
  g_autofree char *what = csm_service_level_describe (directory, level);
  const char *name = csm_json_get_string (level, "name");
  GtkWidget *row = make_row (self, self->levels_group, level, what);
  GtkWidget *toggle = gtk_switch_new ();
  /* Translators: %s is the name of a service level */
  g_autofree char *on_label = g_strdup_printf (_("%s is promised"), name);
  g_autofree char *up_label = g_strdup_printf (_("Move %s up"), name);

  if (!first)
    {
      GtkWidget *up = gtk_button_new_from_icon_name ("go-up-symbolic");

      gtk_widget_add_css_class (up, "flat");
      gtk_widget_set_valign (up, GTK_ALIGN_CENTER);
      gtk_widget_set_sensitive (up, may);
      gtk_widget_set_tooltip_text (up, _("Move up"));
      gtk_accessible_update_property (GTK_ACCESSIBLE (up), GTK_ACCESSIBLE_PROPERTY_LABEL, up_label, -1);
      g_object_set_data_full (G_OBJECT (up), "id", g_strdup (csm_json_get_string (level, "id")), g_free);
      g_signal_connect_object (up, "clicked", G_CALLBACK (raise_cb), self, G_CONNECT_SWAPPED);
      adw_action_row_add_suffix (ADW_ACTION_ROW (row), up);
    }
  gtk_widget_set_valign (toggle, GTK_ALIGN_CENTER);
  gtk_widget_set_sensitive (toggle, may);
  gtk_switch_set_active (GTK_SWITCH (toggle), csm_json_get_boolean (level, "enabled"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (toggle), GTK_ACCESSIBLE_PROPERTY_LABEL, on_label, -1);
  g_object_set_data_full (G_OBJECT (toggle), "id", g_strdup (csm_json_get_string (level, "id")), g_free);
  g_signal_connect_object (toggle, "state-set", G_CALLBACK (enabled_cb), self, G_CONNECT_SWAPPED);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), toggle);
  let_edit (row, may);
  g_signal_connect_object (row, "activated", G_CALLBACK (edit_level_cb), self, G_CONNECT_SWAPPED);
}

static void
show (CsmServiceLevelsPage *self)
{
  CsmDirectory *directory = self->workbench != NULL ? csm_workbench_get_directory (self->workbench) : NULL;
  const char *why_not;

  if (directory == NULL)
    return;
  why_not = csm_rights_why_not (self->workbench, CSM_ACTION_WRITE_SERVICE_LEVELS);
  for (guint i = 0; i < self->rows->len; i++)
    adw_preferences_group_remove (ADW_PREFERENCES_GROUP (gtk_widget_get_ancestor (self->rows->pdata[i], ADW_TYPE_PREFERENCES_GROUP)), self->rows->pdata[i]);
  g_ptr_array_set_size (self->rows, 0);
  for (guint i = 0; i < directory->service_levels->len; i++)
    add_level (self, directory, directory->service_levels->pdata[i], i == 0, why_not == NULL);
  for (guint i = 0; i < directory->calendars->len; i++)
    {
      g_autofree char *hours = csm_calendar_describe (directory->calendars->pdata[i]);
      GtkWidget *row = make_row (self, self->calendars_group, directory->calendars->pdata[i], hours);

      let_edit (row, why_not == NULL);
      g_signal_connect_object (row, "activated", G_CALLBACK (edit_calendar_cb), self, G_CONNECT_SWAPPED);
    }
  gtk_widget_set_visible (self->empty_row, directory->service_levels->len == 0);
  gtk_widget_set_visible (self->no_hours, directory->calendars->len == 0);
  adw_preferences_group_set_description (self->levels_group, why_not != NULL ? why_not : _("What customers are promised. The first one that fits is a case’s."));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "promises.add-level", why_not == NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "promises.add-calendar", why_not == NULL);
  gtk_widget_set_tooltip_text (self->first_button, why_not);
  gtk_widget_set_tooltip_text (self->add_level_button, why_not != NULL ? why_not : _("Add a service level"));
  gtk_widget_set_tooltip_text (self->add_calendar_button, why_not != NULL ? why_not : _("Add working hours"));
}

static void
csm_service_levels_page_dispose (GObject *object)
{
  CsmServiceLevelsPage *self = CSM_SERVICE_LEVELS_PAGE (object);

  g_clear_object (&self->workbench);
  G_OBJECT_CLASS (csm_service_levels_page_parent_class)->dispose (object);
}

static void
csm_service_levels_page_finalize (GObject *object)
{
  CsmServiceLevelsPage *self = CSM_SERVICE_LEVELS_PAGE (object);

  g_ptr_array_unref (self->rows);
  g_free (self->editing);
  g_clear_pointer (&self->opened, json_object_unref);
  G_OBJECT_CLASS (csm_service_levels_page_parent_class)->finalize (object);
}

static void
csm_service_levels_page_class_init (CsmServiceLevelsPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = csm_service_levels_page_dispose;
  G_OBJECT_CLASS (klass)->finalize = csm_service_levels_page_finalize;
  g_type_ensure (CSM_TYPE_FOLD_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/casement/Casement/ui/csm-service-levels-page.ui");
  gtk_widget_class_bind_template_child (widget_class, CsmServiceLevelsPage, levels_group);
  gtk_widget_class_bind_template_child (widget_class, CsmServiceLevelsPage, calendars_group);
  gtk_widget_class_bind_template_child (widget_class, CsmServiceLevelsPage, empty_row);
  gtk_widget_class_bind_template_child (widget_class, CsmServiceLevelsPage, first_button);
  gtk_widget_class_bind_template_child (widget_class, CsmServiceLevelsPage, add_level_button);
  gtk_widget_class_bind_template_child (widget_class, CsmServiceLevelsPage, add_calendar_button);
  gtk_widget_class_install_action (widget_class, "promises.add-level", NULL, add_level_action);
  gtk_widget_class_install_action (widget_class, "promises.add-calendar", NULL, add_calendar_action);
}

static void
csm_service_levels_page_init (CsmServiceLevelsPage *self)
{
  self->rows = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  self->no_hours = csm_empty_row_add (self->calendars_group, _("No Working Hours Yet"), _("Add when your teams work, and the holidays, with the button above."));
}

/* @workbench: who is signed in; for once */
void
csm_service_levels_page_set_workbench (CsmServiceLevelsPage *self,
                                       CsmWorkbench         *workbench)
{
  g_return_if_fail (CSM_IS_SERVICE_LEVELS_PAGE (self) && self->workbench == NULL);
  self->workbench = g_object_ref (workbench);
  g_signal_connect_object (workbench, "notify::directory", G_CALLBACK (show), self, G_CONNECT_SWAPPED);
  show (self);
}
