/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-code-sheet.h"

#include <glib/gi18n.h>

#include "csm-json.h"
#include "csm-people-words.h"

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

/* --- by mail ------------------------------------------------------------------------------------------------- */

typedef struct
{
  CsmMailboxAsker *asker;
  char            *person_id;
  char            *text;
  GCancellable    *cancellable;  /* cancelled when the sheet goes */
} Mailing;

static void
mailing_free (gpointer  data,
              GClosure *closure)
{
  Mailing *self = data;

  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  g_object_unref (self->asker);
  g_free (self->person_id);
  g_free (self->text);
  g_free (self);
}

static void
mailed_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr (GtkWidget) button = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) answer = csm_mailbox_asker_ask_finish (CSM_MAILBOX_ASKER (source), result, &error);
  CsmSheet *sheet = csm_sheet_of (button);
  g_autofree char *text = NULL;

  if (sheet == NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  gtk_widget_set_sensitive (button, answer == NULL);
  text = answer != NULL ? g_strdup_printf (_("Sent from %s"), csm_json_get_string (answer, "from")) : csm_people_say_problem (error);
  csm_sheet_toast (sheet, text);
}

static void
mail_cb (GtkWidget *button,
         Mailing   *self)
{
  JsonObject *arguments = json_object_new ();

  gtk_widget_set_sensitive (button, FALSE);
  json_object_set_string_member (arguments, "id", self->person_id);
  json_object_set_string_member (arguments, "subject", _("Your invitation to Casement"));
  json_object_set_string_member (arguments, "text", self->text);
  csm_mailbox_asker_ask_async (self->asker, "person/mail", arguments, self->cancellable, mailed_cb, g_object_ref (button));
}

/* Whether one of the mailboxes sends, and it is known where to come. */
static gboolean
can_mail (CsmWorkbench *workbench)
{
  CsmDirectory *directory = csm_workbench_get_directory (workbench);
  g_autofree char *server = g_settings_get_string (csm_workbench_get_settings (workbench), "server");

  if (server[0] == '\0')
    return FALSE;
  for (guint i = 0; directory != NULL && i < directory->channels->len; i++)
    if (csm_json_get_boolean (directory->channels->pdata[i], "canSend") && csm_json_get_boolean (directory->channels->pdata[i], "enabled"))
      return TRUE;
  return FALSE;
}

static GtkWidget *
create_mail_button (CsmMailboxAsker *asker,
                    const char      *person_id,
                    const char      *text)
{
  GtkWidget *button = gtk_button_new_with_mnemonic (_("_Send by Mail"));
  Mailing *self = g_new0 (Mailing, 1);

  self->asker = g_object_ref (asker);
  self->person_id = g_strdup (person_id);
  self->text = g_strdup (text);
  self->cancellable = g_cancellable_new ();
  gtk_widget_add_css_class (button, "pill");
  gtk_widget_set_halign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_margin_top (button, 18);
  g_signal_connect_data (button, "clicked", G_CALLBACK (mail_cb), self, mailing_free, 0);
  return button;
}

/**
 * csm_code_sheet_present:
 * @from: a widget of the window
 * @workbench: who is signed in
 * @asker: mails it, if somebody wants that and a mailbox is connected
 * @title: what it is about
 * @address: of whom it is for
 * @answer: what the server said: {personId, code}
 *
 * Shows a code, once: nobody can look it up again.
 *
 * Returns: (transfer none): the sheet
 */
CsmSheet *
csm_code_sheet_present (GtkWidget    *from,
                        CsmWorkbench *workbench,
                        CsmMailboxAsker *asker,
                        const char   *title,
                        const char   *address,
                        JsonObject   *answer)
{
  const char *code = csm_json_get_string (answer, "code"), *person_id = csm_json_get_string (answer, "personId");
  gboolean mails = code != NULL && person_id != NULL && can_mail (workbench);
  g_autofree char *text = say_how (workbench, address, code != NULL ? code : "");
  GtkWidget *group = adw_preferences_group_new ();
  GtkWidget *label = gtk_label_new (text);
  GtkWidget *copy = gtk_button_new_with_mnemonic (_("_Copy"));
  CsmSheet *sheet = csm_sheet_new (from, title, group);

  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (group), _("Hand This On"));
  adw_preferences_group_set_description (ADW_PREFERENCES_GROUP (group), mails ? _("By mail, or in your own way. The code is shown only now.")
                                                                                     : _("In your own way: Casement does not send it. The code is shown only now."));
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
  if (mails)
    adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), create_mail_button (asker, person_id, text));
  g_signal_connect_object (copy, "clicked", G_CALLBACK (copy_cb), label, 0);
  gtk_window_present (GTK_WINDOW (sheet));
  gtk_widget_grab_focus (copy);
  return sheet;
}
