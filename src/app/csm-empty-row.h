/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

GtkWidget *csm_empty_row_add (AdwPreferencesGroup *group,
                              const char          *title,
                              const char          *subtitle);

G_END_DECLS
