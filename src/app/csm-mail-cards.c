/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-mail-cards.h"

#include <glib/gi18n.h>

#include "csm-json.h"
#include "csm-mail-words.h"

/* What came with a mail and is not text: an invitation, visiting cards. */

/* A mail may bring a whole address book. */
#define MAX_CONTACTS 10

static GtkWidget *
create_label (const char *text,
              const char *class)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  if (class != NULL)
    gtk_widget_add_css_class (label, class);
  return label;
}

static GtkWidget *
create_card (const char *icon,
             const char *name,
             GtkWidget  *content)
{
  GtkWidget *card = g_object_new (GTK_TYPE_BOX, "spacing", 12, "accessible-role", GTK_ACCESSIBLE_ROLE_GROUP, NULL);
  GtkWidget *image = g_object_new (GTK_TYPE_IMAGE, "icon-name", icon, "pixel-size", 24, "valign", GTK_ALIGN_START,
                                   "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);

  gtk_accessible_update_property (GTK_ACCESSIBLE (card), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  gtk_widget_add_css_class (card, "mail-card");
  gtk_widget_set_hexpand (content, TRUE);
  gtk_box_append (GTK_BOX (card), image);
  gtk_box_append (GTK_BOX (card), content);
  return card;
}

static void
append_line (GtkWidget  *box,
             const char *title,
             const char *text)
{
  GtkWidget *line;
  GtkWidget *head;
  GtkWidget *value;

  if (text == NULL || text[0] == '\0')
    return;
  line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  head = create_label (title, "dim-label");
  value = create_label (text, NULL);
  gtk_label_set_selectable (GTK_LABEL (head), FALSE);
  gtk_label_set_wrap (GTK_LABEL (head), FALSE);
  gtk_widget_set_valign (head, GTK_ALIGN_START);
  gtk_widget_set_hexpand (value, TRUE);
  gtk_box_append (GTK_BOX (line), head);
  gtk_box_append (GTK_BOX (line), value);
  gtk_box_append (GTK_BOX (box), line);
}

/**
 * csm_mail_cards_new_event:
 * @calendar: Message.calendar
 * @save_action: (nullable): saves the file that it came in
 *
 * Returns: (transfer floating): what it is about, when and where, and who invites
 */
GtkWidget *
csm_mail_cards_new_event (JsonObject *calendar,
                          const char *save_action)
{
  const char *summary = csm_json_get_string (calendar, "summary");
  g_autofree char *kind = csm_mail_event_kind (calendar);
  g_autofree char *when = csm_mail_event_when (calendar);
  g_autofree char *organizer = csm_mail_event_organizer (calendar);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);

  gtk_box_append (GTK_BOX (box), create_label (kind, "caption-heading"));
  gtk_box_append (GTK_BOX (box), create_label (summary != NULL && summary[0] != '\0' ? summary : _("Without a title"), "heading"));
  append_line (box, _("When"), when);
  if (csm_json_get_boolean (calendar, "recurs"))
    append_line (box, _("Repeats"), _("yes; the calendar file says when"));
  append_line (box, _("Where"), csm_json_get_string (calendar, "location"));
  append_line (box, _("Organizer"), organizer);
  if (save_action != NULL)
    {
      GtkWidget *button = gtk_button_new_with_mnemonic (_("_Save for a Calendar…"));

      gtk_actionable_set_action_name (GTK_ACTIONABLE (button), save_action);
      gtk_widget_set_halign (button, GTK_ALIGN_START);
      gtk_widget_set_margin_top (button, 6);
      gtk_widget_add_css_class (button, "small-text-button");
      gtk_box_append (GTK_BOX (box), button);
    }
  return create_card ("x-office-calendar-symbolic", kind, box);
}

static void
append_copyable (GtkWidget  *box,
                 JsonArray  *list,
                 const char *copy_action)
{
  for (guint i = 0; list != NULL && i < json_array_get_length (list) && i < MAX_CONTACTS; i++)
    {
      JsonNode *node = json_array_get_element (list, i);
      const char *text = csm_json_is_string (node) ? json_node_get_string (node) : NULL;
      GtkWidget *line;
      GtkWidget *button;
      g_autofree char *name = NULL;

      if (text == NULL || text[0] == '\0')
        continue;
      line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
      button = gtk_button_new_from_icon_name ("edit-copy-symbolic");
      name = g_strdup_printf (_("Copy %s"), text);
      gtk_actionable_set_action_name (GTK_ACTIONABLE (button), copy_action);
      gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s", text);
      gtk_widget_set_tooltip_text (button, name);
      gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
      gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
      gtk_widget_add_css_class (button, "flat");
      gtk_widget_add_css_class (button, "circular");
      gtk_widget_add_css_class (button, "small-button");
      gtk_box_append (GTK_BOX (line), create_label (text, NULL));
      gtk_box_append (GTK_BOX (line), button);
      gtk_box_append (GTK_BOX (box), line);
    }
}

static GtkWidget *
create_contact (JsonObject *contact,
                const char *copy_action)
{
  const char *name = csm_json_get_string (contact, "name");
  const char *organisation = csm_json_get_string (contact, "organisation");
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);

  if (name == NULL || name[0] == '\0')
    name = organisation != NULL && organisation[0] != '\0' ? organisation : _("Contact");
  gtk_box_append (GTK_BOX (box), create_label (name, "heading"));
  if (organisation != NULL && organisation[0] != '\0' && organisation != name)
    gtk_box_append (GTK_BOX (box), create_label (organisation, "dim-label"));
  append_copyable (box, csm_json_get_array (contact, "emails"), copy_action);
  append_copyable (box, csm_json_get_array (contact, "phones"), copy_action);
  return create_card ("x-office-address-book-symbolic", name, box);
}

/**
 * csm_mail_cards_new_contacts:
 * @contacts: Message.contacts
 * @copy_action: gets an address or number to copy
 *
 * Returns: (transfer floating): a card for each
 */
GtkWidget *
csm_mail_cards_new_contacts (JsonArray  *contacts,
                             const char *copy_action)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  guint n = json_array_get_length (contacts);

  for (guint i = 0; i < MIN (n, MAX_CONTACTS); i++)
    if (JSON_NODE_HOLDS_OBJECT (json_array_get_element (contacts, i)))
      gtk_box_append (GTK_BOX (box), create_contact (json_array_get_object_element (contacts, i), copy_action));
  if (n > MAX_CONTACTS)
    {
      g_autofree char *more = g_strdup_printf (ngettext ("and %u more in the attached file", "and %u more in the attached file", n - MAX_CONTACTS),
                                               n - MAX_CONTACTS);

      gtk_box_append (GTK_BOX (box), create_label (more, "dim-label"));
    }
  return box;
}
