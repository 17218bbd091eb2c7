/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-trust-mark.h"

#include "csm-mail-words.h"

static GtkWidget *
create_label (const char *text,
              const char *class)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 40);
  gtk_widget_add_css_class (label, class);
  return label;
}

/* Built when it is asked for: most are never looked at. */
static void
create_popup_cb (GtkMenuButton *button,
                 gpointer       data)
{
  JsonObject *message = data;
  g_autofree char *title = csm_mail_trust_title (message);
  g_autofree char *details = csm_mail_trust_details (message);
  GtkWidget *popover;
  GtkWidget *box;

  if (gtk_menu_button_get_popover (button) != NULL)
    return;
  popover = gtk_popover_new ();
  box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  gtk_box_append (GTK_BOX (box), create_label (title, "heading"));
  gtk_box_append (GTK_BOX (box), create_label (details, "caption"));
  gtk_widget_add_css_class (box, "trust-details");
  gtk_popover_set_child (GTK_POPOVER (popover), box);
  gtk_menu_button_set_popover (button, popover);
}

/**
 * csm_trust_mark_new:
 * @message: a Message
 *
 * Returns: (transfer floating) (nullable): a small button that says whether the sender is who it says; %NULL: nobody knows
 */
GtkWidget *
csm_trust_mark_new (JsonObject *message)
{
  g_autofree char *title = csm_mail_trust_title (message);
  gboolean good = csm_mail_trust_is_good (message);
  GtkWidget *button;

  if (title == NULL)
    return NULL;
  button = gtk_menu_button_new ();
  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (button), good ? "csm-verified-symbolic" : "security-low-symbolic");
  gtk_menu_button_set_create_popup_func (GTK_MENU_BUTTON (button), create_popup_cb, json_object_ref (message), (GDestroyNotify) json_object_unref);
  gtk_widget_set_tooltip_text (button, title);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_add_css_class (button, "circular");
  gtk_widget_add_css_class (button, "small-button");
  gtk_widget_add_css_class (button, "trust-mark");
  gtk_widget_add_css_class (button, good ? "good" : "bad");
  return button;
}
