/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-record-choice.h"

#include "csm-json.h"

/* The ids of the choices after the first one. */
#define IDS "csm-ids"

/**
 * csm_record_choice_fill:
 * @row: a row to choose from
 * @none: what the first choice is called, which is none of them
 * @records: (nullable) (element-type JsonObject): what may be chosen, by `name`
 * @chosen: (nullable): the id of what is chosen
 */
void
csm_record_choice_fill (AdwComboRow *row,
                        const char  *none,
                        GPtrArray   *records,
                        const char  *chosen)
{
  g_autoptr (GtkStringList) names = gtk_string_list_new ((const char *const[]) { none, NULL });
  GPtrArray *ids = g_ptr_array_new_with_free_func (g_free);
  guint selected = 0;

  for (guint i = 0; records != NULL && i < records->len; i++)
    {
      const char *id = csm_json_get_string (records->pdata[i], "id");
      const char *name = csm_json_get_string (records->pdata[i], "name");

      gtk_string_list_append (names, name != NULL ? name : id);
      g_ptr_array_add (ids, g_strdup (id));
      if (g_strcmp0 (id, chosen) == 0)
        selected = ids->len;
    }
  g_object_set_data_full (G_OBJECT (row), IDS, ids, (GDestroyNotify) g_ptr_array_unref);
  adw_combo_row_set_model (row, G_LIST_MODEL (names));
  adw_combo_row_set_selected (row, selected);
}

/**
 * csm_record_choice_get:
 * @row: a row that csm_record_choice_fill() filled
 *
 * Returns: (nullable): the id of what is chosen
 */
const char *
csm_record_choice_get (AdwComboRow *row)
{
  GPtrArray *ids = g_object_get_data (G_OBJECT (row), IDS);
  guint selected = adw_combo_row_get_selected (row);

  return ids != NULL && selected > 0 && selected <= ids->len ? ids->pdata[selected - 1] : NULL;
}

/**
 * csm_record_choice_put:
 * @row: a row that csm_record_choice_fill() filled
 * @patch: gets the id of what is chosen, or null
 * @member: as this member
 */
void
csm_record_choice_put (AdwComboRow *row,
                       JsonObject  *patch,
                       const char  *member)
{
  const char *id = csm_record_choice_get (row);

  if (id != NULL)
    json_object_set_string_member (patch, member, id);
  else
    json_object_set_null_member (patch, member);
}
