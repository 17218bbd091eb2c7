/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-lazy-menu.h"

static void
create_cb (GtkMenuButton *button,
           gpointer       data)
{
  if (gtk_menu_button_get_menu_model (button) == NULL)
    gtk_menu_button_set_menu_model (button, G_MENU_MODEL (data));
}

/**
 * csm_lazy_menu_attach:
 * @button: a button
 * @menu: what it opens
 *
 * As the button's "menu-model" property, but the menu's widgets are built when somebody first opens it: most never are.
 */
void
csm_lazy_menu_attach (GtkMenuButton *button,
                      GMenuModel    *menu)
{
  g_return_if_fail (GTK_IS_MENU_BUTTON (button) && G_IS_MENU_MODEL (menu));
  gtk_menu_button_set_create_popup_func (button, create_cb, g_object_ref (menu), g_object_unref);
}
