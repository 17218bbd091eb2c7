/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

void csm_lazy_menu_attach (GtkMenuButton *button,
                           GMenuModel    *menu);

G_END_DECLS
