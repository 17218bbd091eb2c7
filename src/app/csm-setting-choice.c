/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-setting-choice.h"

#include <glib/gi18n.h>

#define PROPERTY "selected"

typedef struct
{
  const CsmSettingChoice *choices;
  guint                   n_choices;
} Choices;

static gboolean
read_cb (GValue   *value,
         GVariant *variant,
         gpointer  data)
{
  const Choices *self = data;
  gboolean is_flag = g_variant_is_of_type (variant, G_VARIANT_TYPE_BOOLEAN);
  const char *text = is_flag ? (g_variant_get_boolean (variant) ? "true" : "false") : g_variant_get_string (variant, NULL);

  for (guint i = 0; i < self->n_choices; i++)
    if (g_str_equal (self->choices[i].value, text))
      {
        g_value_set_uint (value, i);
        return TRUE;
      }
  return FALSE;
}

static GVariant *
write_cb (const GValue       *value,
          const GVariantType *type,
          gpointer            data)
{
  const Choices *self = data;
  guint i = g_value_get_uint (value);

  if (i >= self->n_choices)
    return NULL;
  if (g_variant_type_equal (type, G_VARIANT_TYPE_BOOLEAN))
    return g_variant_new_boolean (g_str_equal (self->choices[i].value, "true"));
  return g_variant_new_string (self->choices[i].value);
}

/**
 * csm_setting_choice_new:
 * @settings: the app's settings
 * @key: of a string, or of a flag, whose values are "true" and "false" then
 * @title: what is chosen
 * @subtitle: (nullable): what it means
 * @choices: (array length=n_choices): static: its values
 * @n_choices: how many
 *
 * Returns: (transfer floating): a row of preferences that is the setting
 */
GtkWidget *
csm_setting_choice_new (GSettings              *settings,
                        const char             *key,
                        const char             *title,
                        const char             *subtitle,
                        const CsmSettingChoice *choices,
                        guint                   n_choices)
{
  GtkWidget *row = adw_combo_row_new ();
  g_autoptr (GtkStringList) labels = gtk_string_list_new (NULL);
  Choices *self = g_new0 (Choices, 1);

  for (guint i = 0; i < n_choices; i++)
    gtk_string_list_append (labels, _(choices[i].label));
  self->choices = choices;
  self->n_choices = n_choices;
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  if (subtitle != NULL)
    adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  adw_combo_row_set_model (ADW_COMBO_ROW (row), G_LIST_MODEL (labels));
  g_settings_bind_with_mapping (settings, key, row, PROPERTY, G_SETTINGS_BIND_DEFAULT, read_cb, write_cb, self, g_free);
  return row;
}
