/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-tag-merge.h"

#include <glib/gi18n.h>

#include "csm-json.h"
#include "csm-people-words.h"
#include "csm-preferences-undo.h"

typedef struct
{
  CsmMailboxAsker *asker;
  GtkWidget       *from;   /* weak: the page behind */
  char            *id;
  char            *name;
  GPtrArray       *others; /* ids, as they stand in the choice */
  GtkDropDown     *choice;
} Merging;

static void
merging_free (gpointer  data,
              GClosure *closure)
{
  Merging *self = data;

  g_clear_weak_pointer (&self->from);
  g_object_unref (self->asker);
  g_ptr_array_unref (self->others);
  g_free (self->id);
  g_free (self->name);
  g_free (self);
}

static void
merged_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr (GtkWidget) from = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) answer = csm_mailbox_asker_ask_finish (CSM_MAILBOX_ASKER (source), result, &error);
  g_autofree char *text = NULL;
  guint n;

  if (gtk_widget_get_root (from) == NULL)
    return;
  if (answer == NULL)
    {
      text = csm_people_say_problem (error);
    }
  else
    {
      n = (guint) csm_json_get_int (answer, "cases", 0);
      text = g_strdup_printf (ngettext ("Merged: %u case has the other tag now", "Merged: %u cases have the other tag now", n), n);
    }
  csm_preferences_say (from, text);
}

static void
response_cb (GtkWidget  *dialog,
             const char *response,
             Merging    *self)
{
  guint chosen = gtk_drop_down_get_selected (self->choice);
  JsonObject *arguments;

  if (!g_str_equal (response, "merge") || chosen >= self->others->len || self->from == NULL)
    return;
  arguments = json_object_new ();
  json_object_set_string_member (arguments, "id", self->id);
  json_object_set_string_member (arguments, "intoId", g_ptr_array_index (self->others, chosen));
  csm_mailbox_asker_ask_async (self->asker, "tag/merge", arguments, NULL, merged_cb, g_object_ref (self->from));
}

static GtkWidget *
create_choice (Merging      *self,
               CsmDirectory *directory)
{
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  GtkWidget *choice;

  for (guint i = 0; i < directory->tags->len; i++)
    {
      const char *id = csm_json_get_string (directory->tags->pdata[i], "id");

      if (g_strcmp0 (id, self->id) == 0)
        continue;
      gtk_string_list_append (names, csm_json_get_string (directory->tags->pdata[i], "name"));
      g_ptr_array_add (self->others, g_strdup (id));
    }
  choice = gtk_drop_down_new (G_LIST_MODEL (g_steal_pointer (&names)), NULL);
  gtk_widget_set_halign (choice, GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (choice), GTK_ACCESSIBLE_PROPERTY_LABEL, _("The tag that stays"), -1);
  return choice;
}

/**
 * csm_tag_merge_present:
 * @from: the page behind
 * @workbench: who is signed in
 * @asker: whom to ask
 * @id: a tag
 *
 * Asks which other tag its cases are to have, and has the server do that.
 *
 * Returns: (transfer none): the dialog
 */
GtkWidget *
csm_tag_merge_present (GtkWidget       *from,
                       CsmWorkbench    *workbench,
                       CsmMailboxAsker *asker,
                       const char      *id)
{
  Merging *self = g_new0 (Merging, 1);
  GtkWidget *dialog = adw_message_dialog_new (GTK_WINDOW (gtk_widget_get_root (from)), NULL,
                                              _("All its cases get the tag that you choose, also those that are resolved, and it is gone. This can’t be taken back."));

  g_set_weak_pointer (&self->from, from);
  self->asker = g_object_ref (asker);
  self->id = g_strdup (id);
  self->name = g_strdup (csm_workbench_get_name (workbench, id));
  self->others = g_ptr_array_new_with_free_func (g_free);
  self->choice = GTK_DROP_DOWN (create_choice (self, csm_workbench_get_directory (workbench)));
  /* Translators: %s is a tag */
  adw_message_dialog_format_heading (ADW_MESSAGE_DIALOG (dialog), _("Merge “%s” Into"), self->name != NULL ? self->name : "");
  adw_message_dialog_set_extra_child (ADW_MESSAGE_DIALOG (dialog), GTK_WIDGET (self->choice));
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _("_Cancel"), "merge", _("_Merge"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "merge", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_signal_connect_data (dialog, "response", G_CALLBACK (response_cb), self, merging_free, 0);
  gtk_window_present (GTK_WINDOW (dialog));
  return dialog;
}
