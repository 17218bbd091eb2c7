/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* One of the values that a setting may have, and how people call it. */
typedef struct
{
  const char *value;
  const char *label;  /* not translated yet */
} CsmSettingChoice;

GtkWidget *csm_setting_choice_new (GSettings              *settings,
                                   const char             *key,
                                   const char             *title,
                                   const char             *subtitle,
                                   const CsmSettingChoice *choices,
                                   guint                   n_choices);

G_END_DECLS
