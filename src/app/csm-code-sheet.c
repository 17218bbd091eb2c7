/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#define G_LOG_DOMAIN "csm-app"
#include "config.h"

#include "csm-code-sheet.h"

#include <glib/gi18n.h>

#include "csm-json.h"

static char *
say_how (CsmWorkbench *workbench,
         const char   *address,
         const char   *code)
{
  g_autofree char *server = g_settings_get_string (csm_workbench_get_settings (workbench), "server");

  return g_strdup_printf (_("This is how you come into our workspace in Casement.\n\n"
                            "1. Install Casement, open it and choose “Join a Team”.\n"
                            "2. Server address: %s\n"
                            "3. Email: %s\n"
                            "4. Choose “I Have a Code”. Code: %s\n"
                            "5. Choose a password.\n\n"
                            "The code works once, within seven days."),
                          /* Translators: stands where the address of the server is to be written */
                          server[0] != '\0' ? server : _("(the address of your server)"), address, code);
}

static void
copy_cb (GtkWidget *button,
         GtkLabel  *label)
{
  CsmSheet *sheet = csm_sheet_of (button);

  gdk_clipboard_set_text (gtk_widget_get_clipboard (button), gtk_label_get_text (label));
  if (sheet != NULL)
    csm_sheet_toast (sheet, _("Copied"));
}

/**
 * csm_code_sheet_present:
 * @from: a widget of the window
 * @workbench: who is signed in
 * @title: what it is about
 * @address: of whom it is for
 * @answer: what the server said: {code}
 *
 * Shows a code, once: nobody can look it up again.
 *
 * Returns: (transfer none): the sheet
 */
CsmSheet *
csm_code_sheet_present (GtkWidget    *from,
                        CsmWorkbench *workbench,
                        const char   *title,
                        const char   *address,
                        JsonObject   *answer)
{
  const char *code = csm_json_get_string (answer, "code");
  g_autofree char *text = say_how (workbench, address, code != NULL ? code : "");
  GtkWidget *group = adw_preferences_group_new ();
  GtkWidget *label = gtk_label_new (text);
  GtkWidget *copy = gtk_button_new_with_mnemonic (_("_Copy"));
  CsmSheet *sheet = csm_sheet_new (from, title, group);

  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (group), _("Hand This On"));
  adw_preferences_group_set_description (ADW_PREFERENCES_GROUP (group), _("In your own way: Casement does not send it. The code is shown only now."));
  gtk_widget_set_valign (copy, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (copy, "suggested-action");
  adw_preferences_group_set_header_suffix (ADW_PREFERENCES_GROUP (group), copy);
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_add_css_class (label, "card");
  gtk_widget_add_css_class (label, "invitation");
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), label);
  g_signal_connect_object (copy, "clicked", G_CALLBACK (copy_cb), label, 0);
  gtk_window_present (GTK_WINDOW (sheet));
  gtk_widget_grab_focus (copy);
  return sheet;
}
