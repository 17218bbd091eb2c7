/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-service-level-choice.h"

#include <glib/gi18n.h>

#include "csm-json.h"
#include "csm-rights.h"

struct _CsmServiceLevelChoice
{
  CsmCasePart  parent_instance;
  AdwComboRow *row;
  GPtrArray   *ids;          /* of the choices after the first one, which is none */
  char        *customer_id;
  gboolean     filling;      /* what changes now wasn't changed by the person */
};

G_DEFINE_FINAL_TYPE (CsmServiceLevelChoice, csm_service_level_choice, CSM_TYPE_CASE_PART)

static const char *
chosen_id (CsmServiceLevelChoice *self)
{
  guint selected = adw_combo_row_get_selected (self->row);

  return selected > 0 && selected <= self->ids->len ? self->ids->pdata[selected - 1] : NULL;
}

static void
selected_cb (CsmServiceLevelChoice *self)
{
  const char *id = chosen_id (self);
  CsmIntent *intent;
  JsonObject *patch;

  if (self->filling || self->customer_id == NULL || adw_combo_row_get_selected (self->row) == GTK_INVALID_LIST_POSITION)
    return;
  patch = json_object_new ();
  if (id != NULL)
    json_object_set_string_member (patch, "serviceLevelId", id);
  else
    json_object_set_null_member (patch, "serviceLevelId");
  intent = csm_intent_new (_("Change customer"));
  csm_intent_update (intent, CSM_TYPE_ID_CUSTOMER, self->customer_id, patch);
  csm_workbench_perform (csm_case_part_get_workbench (CSM_CASE_PART (self)), intent, _("Service level changed"));
}

static void
fill (CsmServiceLevelChoice *self,
      CsmDirectory          *directory,
      const char            *current)
{
  g_autoptr (GtkStringList) list = gtk_string_list_new (NULL);
  guint selected = 0;

  g_ptr_array_set_size (self->ids, 0);
  gtk_string_list_append (list, _("None of their own"));
  for (guint i = 0; i < directory->service_levels->len; i++)
    {
      JsonObject *level = directory->service_levels->pdata[i];
      const char *id = csm_json_get_string (level, "id"), *name = csm_json_get_string (level, "name");

      if (!csm_json_get_boolean (level, "byCustomer") && g_strcmp0 (id, current) != 0)
        continue;
      gtk_string_list_append (list, name != NULL ? name : id);
      g_ptr_array_add (self->ids, g_strdup (id));
      if (g_strcmp0 (id, current) == 0)
        selected = self->ids->len;
    }
  self->filling = TRUE;
  adw_combo_row_set_model (self->row, G_LIST_MODEL (list));
  adw_combo_row_set_selected (self->row, selected);
  self->filling = FALSE;
}

static void
csm_service_level_choice_refresh (CsmCasePart   *part,
                                  CsmCaseDetail *detail)
{
  CsmServiceLevelChoice *self = CSM_SERVICE_LEVEL_CHOICE (part);
  CsmWorkbench *workbench = csm_case_part_get_workbench (part);
  CsmDirectory *directory = workbench != NULL ? csm_workbench_get_directory (workbench) : NULL;
  JsonObject *customer = detail != NULL ? detail->customer : NULL;

  g_clear_pointer (&self->customer_id, g_free);
  if (directory != NULL && customer != NULL)
    {
      fill (self, directory, csm_json_get_string (customer, "serviceLevelId"));
      self->customer_id = g_strdup (csm_json_get_string (customer, "id"));
      csm_rights_apply (workbench, CSM_ACTION_WRITE_CUSTOMERS, GTK_WIDGET (self->row));
    }
  gtk_widget_set_visible (GTK_WIDGET (self), self->customer_id != NULL && self->ids->len > 0);
}

static void
csm_service_level_choice_dispose (GObject *object)
{
  /* A row that goes chooses nothing. */
  CSM_SERVICE_LEVEL_CHOICE (object)->filling = TRUE;
  G_OBJECT_CLASS (csm_service_level_choice_parent_class)->dispose (object);
}

static void
csm_service_level_choice_finalize (GObject *object)
{
  CsmServiceLevelChoice *self = CSM_SERVICE_LEVEL_CHOICE (object);

  g_ptr_array_unref (self->ids);
  g_free (self->customer_id);
  G_OBJECT_CLASS (csm_service_level_choice_parent_class)->finalize (object);
}

static void
csm_service_level_choice_class_init (CsmServiceLevelChoiceClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = csm_service_level_choice_dispose;
  G_OBJECT_CLASS (klass)->finalize = csm_service_level_choice_finalize;
  CSM_CASE_PART_CLASS (klass)->refresh = csm_service_level_choice_refresh;
}

static void
csm_service_level_choice_init (CsmServiceLevelChoice *self)
{
  GtkWidget *group = adw_preferences_group_new ();

  self->ids = g_ptr_array_new_with_free_func (g_free);
  self->row = ADW_COMBO_ROW (adw_combo_row_new ());
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->row), _("Service Level"));
  g_signal_connect_object (self->row, "notify::selected", G_CALLBACK (selected_cb), self, G_CONNECT_SWAPPED);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), GTK_WIDGET (self->row));
  adw_bin_set_child (ADW_BIN (self), group);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}
