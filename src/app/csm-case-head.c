/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-case-head.h"

#include <glib/gi18n.h>

#include "csm-format.h"
#include "csm-json.h"

#define MAX_TAGS 3

/* Returns: (transfer full): in which state the case @record is, for people */
char *
csm_case_head_say_status (JsonObject *record)
{
  const char *status = csm_json_get_string (record, "status");
  g_autofree char *until = NULL;

  if (g_strcmp0 (status, "new") == 0)
    return g_strdup (_("New"));
  if (g_strcmp0 (status, "open") == 0)
    return g_strdup (_("Open"));
  if (g_strcmp0 (status, "waiting") == 0)
    return g_strdup (_("Waiting"));
  if (g_strcmp0 (status, "resolved") == 0)
    return g_strdup (_("Resolved"));
  if (g_strcmp0 (status, "closed") == 0)
    return g_strdup (_("Closed"));
  until = csm_format_clock (csm_json_get_time (record, "snoozedUntil"));
  return g_strdup_printf (_("Snoozed until %s"), until);
}

/**
 * csm_case_head_set_chip:
 * @button: a menu button
 * @text: what it shows
 * @name: what that is, for who does not see it
 *
 * A menu button's own label can't be cut short; a child of ours can.
 */
void
csm_case_head_set_chip (GtkWidget  *button,
                        const char *text,
                        const char *name)
{
  GtkWidget *label = gtk_label_new (text);
  g_autofree char *accessible = g_strdup_printf ("%s: %s", name, text);

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 18);
  gtk_menu_button_set_child (GTK_MENU_BUTTON (button), label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, accessible, -1);
}

/* Shows the first tags of the case @record in @box. @directory: (nullable): what they are called; %NULL: nobody knows yet */
void
csm_case_head_show_tags (GtkBox       *box,
                         CsmDirectory *directory,
                         JsonObject   *record)
{
  JsonObject *tags = csm_json_get_object (record, "tags");
  g_autoptr (GList) ids = tags != NULL ? json_object_get_members (tags) : NULL;
  GtkWidget *child;
  guint n = 0;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (box))) != NULL)
    gtk_box_remove (box, child);
  for (GList *l = ids; l != NULL && directory != NULL && n < MAX_TAGS; l = l->next)
    {
      JsonObject *tag = csm_directory_lookup (directory, l->data);
      const char *color = tag != NULL ? csm_json_get_string (tag, "color") : NULL;
      GtkWidget *pill;

      if (tag == NULL)
        continue;
      pill = gtk_label_new (csm_json_get_string (tag, "name"));
      gtk_label_set_ellipsize (GTK_LABEL (pill), PANGO_ELLIPSIZE_END);
      gtk_widget_set_valign (pill, GTK_ALIGN_CENTER);
      gtk_widget_add_css_class (pill, "tag-pill");
      gtk_widget_add_css_class (pill, color != NULL ? color : "blue");
      gtk_box_append (box, pill);
      n++;
    }
}

/* Returns: (nullable): why a case of @lane is not in the inbox, for people; %NULL: it is there */
const char *
csm_case_head_explain_lane (const char *lane)
{
  if (lane == NULL || g_str_equal (lane, "conversation"))
    return NULL;
  if (g_str_equal (lane, "newsletter"))
    return _("This looks like a newsletter and was kept out of the inbox.");
  if (g_str_equal (lane, "notification"))
    return _("This looks like a notification and was kept out of the inbox.");
  if (g_str_equal (lane, "bounce"))
    return _("This is a report that a message could not be delivered.");
  if (g_str_equal (lane, "automatic"))
    return _("This is an automatic answer and was kept out of the inbox.");
  if (g_str_equal (lane, "digest"))
    return _("This is a summary that a program sends and was kept out of the inbox.");
  if (g_str_equal (lane, "fileShare"))
    return _("Somebody shared a file. This was kept out of the inbox.");
  if (g_str_equal (lane, "account"))
    return _("This is about an account somewhere, such as a code to sign in, and was kept out of the inbox.");
  if (g_str_equal (lane, "checking"))
    return _("Somebody unknown wrote as if to a conversation of others. Check it before you answer.");
  if (g_str_equal (lane, "spam"))
    return _("This is spam, or from somebody who was blocked.");
  return _("This was kept out of the inbox.");
}
