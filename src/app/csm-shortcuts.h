/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * CsmShortcut:
 * @group: where the shortcuts window lists it; an index of its groups
 * @accel: as gtk_accelerator_parse() reads it; several are divided by spaces; "": no key, only found in the command palette
 * @action: (nullable): the window's action; %NULL for keys of a single widget
 * @parameter: (nullable): the action's parameter, as g_variant_parse() reads it
 * @title: what it does, to be translated
 *
 * One row of the table that the shortcuts window and the handling of keys share. Single letters among them act only
 * while nobody types, and never as accelerators of the application.
 */
typedef struct
{
  guint       group;
  const char *accel;
  const char *action;
  const char *parameter;
  const char *title;
} CsmShortcut;

const CsmShortcut *csm_shortcuts_table          (guint             *n_shortcuts);
gboolean           csm_shortcut_is_single_key   (const CsmShortcut *shortcut);
const CsmShortcut *csm_shortcuts_find_single_key (guint             keyval,
                                                  GdkModifierType   state);
GtkWindow         *csm_shortcuts_new            (GtkWindow         *parent);

G_END_DECLS
