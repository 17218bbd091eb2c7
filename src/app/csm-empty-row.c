/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-empty-row.h"

/**
 * csm_empty_row_add:
 * @group: where the list is
 * @title: what there is none of
 * @subtitle: what to do about it
 *
 * Returns: (transfer none): a row of @group, to be seen as long as nothing else is in the list
 */
GtkWidget *
csm_empty_row_add (AdwPreferencesGroup *group,
                   const char          *title,
                   const char          *subtitle)
{
  GtkWidget *row = g_object_new (ADW_TYPE_ACTION_ROW, "use-markup", FALSE, "title", title, "subtitle", subtitle, "subtitle-lines", 0, "visible", FALSE, NULL);

  adw_preferences_group_add (group, row);
  return row;
}
