/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-record-checks.h"

#include "csm-json.h"

struct _CsmRecordChecks
{
  AdwPreferencesGroup parent_instance;
  GPtrArray          *rows;   /* AdwActionRow, of `checks` and `ids` */
  GPtrArray          *checks; /* GtkCheckButton */
  GPtrArray          *ids;
  gboolean            filling;
};

enum { TOGGLED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (CsmRecordChecks, csm_record_checks, ADW_TYPE_PREFERENCES_GROUP)

static void
toggled_cb (CsmRecordChecks *self,
            GtkCheckButton  *check)
{
  guint index;

  if (!self->filling && g_ptr_array_find (self->checks, check, &index))
    g_signal_emit (self, signals[TOGGLED], 0, self->ids->pdata[index], gtk_check_button_get_active (check));
}

static void
csm_record_checks_finalize (GObject *object)
{
  CsmRecordChecks *self = CSM_RECORD_CHECKS (object);

  g_ptr_array_unref (self->rows);
  g_ptr_array_unref (self->checks);
  g_ptr_array_unref (self->ids);
  G_OBJECT_CLASS (csm_record_checks_parent_class)->finalize (object);
}

static void
csm_record_checks_class_init (CsmRecordChecksClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = csm_record_checks_finalize;
  signals[TOGGLED] = g_signal_new ("toggled", CSM_TYPE_RECORD_CHECKS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_BOOLEAN);
}

static void
csm_record_checks_init (CsmRecordChecks *self)
{
  self->rows = g_ptr_array_new ();
  self->checks = g_ptr_array_new ();
  self->ids = g_ptr_array_new_with_free_func (g_free);
}

/* Returns: (transfer floating): a group of choices, empty yet */
GtkWidget *
csm_record_checks_new (const char *title)
{
  return g_object_new (CSM_TYPE_RECORD_CHECKS, "title", title, NULL);
}

static gboolean
is_same (CsmRecordChecks *self,
         GPtrArray       *records)
{
  if (self->ids->len != records->len)
    return FALSE;
  for (guint i = 0; i < records->len; i++)
    if (g_strcmp0 (self->ids->pdata[i], csm_json_get_string (records->pdata[i], "id")) != 0)
      return FALSE;
  return TRUE;
}

static void
make_rows (CsmRecordChecks *self,
           GPtrArray       *records)
{
  for (guint i = 0; i < self->rows->len; i++)
    adw_preferences_group_remove (ADW_PREFERENCES_GROUP (self), self->rows->pdata[i]);
  g_ptr_array_set_size (self->rows, 0);
  g_ptr_array_set_size (self->checks, 0);
  g_ptr_array_set_size (self->ids, 0);
  for (guint i = 0; i < records->len; i++)
    {
      GtkWidget *row = adw_action_row_new ();
      GtkWidget *check = gtk_check_button_new ();

      adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
      gtk_widget_set_valign (check, GTK_ALIGN_CENTER);
      adw_action_row_add_prefix (ADW_ACTION_ROW (row), check);
      adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), check);
      g_signal_connect_object (check, "toggled", G_CALLBACK (toggled_cb), self, G_CONNECT_SWAPPED);
      adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), row);
      g_ptr_array_add (self->rows, row);
      g_ptr_array_add (self->checks, check);
      g_ptr_array_add (self->ids, g_strdup (csm_json_get_string (records->pdata[i], "id")));
    }
}

/**
 * csm_record_checks_show:
 * @self: the choices
 * @records: (element-type JsonObject): what may be chosen
 * @chosen: (nullable): the ids of what is chosen, as keys
 *
 * The rows stay as long as the records do: somebody may be on one with the keyboard.
 */
void
csm_record_checks_show (CsmRecordChecks *self,
                        GPtrArray       *records,
                        JsonObject      *chosen)
{
  g_return_if_fail (CSM_IS_RECORD_CHECKS (self) && records != NULL);
  self->filling = TRUE;
  if (!is_same (self, records))
    make_rows (self, records);
  for (guint i = 0; i < records->len; i++)
    {
      const char *name = csm_json_get_string (records->pdata[i], "name");

      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->rows->pdata[i]), name != NULL ? name : "");
      gtk_accessible_update_property (GTK_ACCESSIBLE (self->checks->pdata[i]), GTK_ACCESSIBLE_PROPERTY_LABEL, name != NULL ? name : "", -1);
      gtk_check_button_set_active (self->checks->pdata[i], chosen != NULL && json_object_has_member (chosen, self->ids->pdata[i]));
    }
  self->filling = FALSE;
  gtk_widget_set_visible (GTK_WIDGET (self), records->len > 0);
}

/* Returns: (transfer full): what is chosen: {id: true} */
JsonObject *
csm_record_checks_get (CsmRecordChecks *self)
{
  JsonObject *chosen = json_object_new ();

  g_return_val_if_fail (CSM_IS_RECORD_CHECKS (self), chosen);
  for (guint i = 0; i < self->ids->len; i++)
    if (gtk_check_button_get_active (self->checks->pdata[i]))
      json_object_set_boolean_member (chosen, self->ids->pdata[i], TRUE);
  return chosen;
}
