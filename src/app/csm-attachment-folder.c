/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-attachment-folder.h"

#include <glib/gi18n.h>
#include <string.h>

#include "csm-json.h"

/* All files of a message into a folder. What is there already stays: the new one gets a number. */

#define MAX_TRIES 1000

typedef struct
{
  CsmWorkbench *workbench;
  JsonArray    *attachments;
  GFile        *folder;
  guint         next;
  guint         tries;
  guint         n_saved;
  guint         n_failed;
  char         *path;  /* of what is being copied */
} Saving;

static void
saving_free (Saving *saving)
{
  g_object_unref (saving->workbench);
  json_array_unref (saving->attachments);
  g_object_unref (saving->folder);
  g_free (saving->path);
  g_free (saving);
}

static void save_next (Saving *saving);

static JsonObject *
get_file (Saving *saving,
          guint   i)
{
  JsonNode *node = json_array_get_element (saving->attachments, i);

  return JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

/* Returns: (transfer full): under which name it goes into the folder: "photo.png", "photo (2).png" … */
static char *
name_for (Saving *saving)
{
  const char *given = csm_json_get_string (get_file (saving, saving->next), "name");
  g_autofree char *name = g_strdup (given != NULL && given[0] != '\0' ? given : _("attachment"));
  const char *dot;

  g_strdelimit (name, "/", '_');
  dot = strrchr (name, '.');
  if (saving->tries == 0 && name[0] != '.')
    return g_steal_pointer (&name);
  if (dot == NULL || dot == name)
    return g_strdup_printf ("%s (%u)", name[0] == '.' ? name + 1 : name, saving->tries + 1);
  return g_strdup_printf ("%.*s (%u)%s", (int) (dot - name), name, saving->tries + 1, dot);
}

static void
copied_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data);

static void
copy (Saving *saving)
{
  g_autofree char *name = name_for (saving);
  g_autoptr (GFile) from = g_file_new_for_path (saving->path);
  g_autoptr (GFile) to = g_file_get_child (saving->folder, name);

  g_file_copy_async (from, to, G_FILE_COPY_TARGET_DEFAULT_PERMS, G_PRIORITY_DEFAULT, NULL, NULL, NULL, copied_cb, saving);
}

static void
copied_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  Saving *saving = data;
  g_autoptr (GError) error = NULL;

  if (g_file_copy_finish (G_FILE (source), result, &error))
    {
      saving->n_saved++;
    }
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_EXISTS) && saving->tries < MAX_TRIES)
    {
      saving->tries++;
      copy (saving);
      return;
    }
  else
    {
      g_warning ("Saving an attachment failed: %s", error->message);
      saving->n_failed++;
    }
  saving->next++;
  save_next (saving);
}

static void
fetched_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  Saving *saving = data;
  g_autoptr (GError) error = NULL;

  g_free (saving->path);
  saving->path = csm_account_fetch_blob_finish (CSM_ACCOUNT (source), result, &error);
  saving->tries = 0;
  if (saving->path != NULL)
    {
      copy (saving);
      return;
    }
  g_info ("An attachment could not be fetched: %s", error->message);
  saving->n_failed++;
  saving->next++;
  save_next (saving);
}

static void
finish (Saving *saving)
{
  g_autofree char *said = NULL;

  if (saving->n_failed == 0)
    said = g_strdup_printf (ngettext ("%u file saved", "%u files saved", saving->n_saved), saving->n_saved);
  else
    said = g_strdup_printf (ngettext ("%u file could not be saved", "%u files could not be saved", saving->n_failed), saving->n_failed);
  csm_workbench_say (saving->workbench, said);
  saving_free (saving);
}

static void
save_next (Saving *saving)
{
  JsonObject *file = NULL;

  while (saving->next < json_array_get_length (saving->attachments))
    {
      file = get_file (saving, saving->next);
      if (file != NULL && csm_json_get_string (file, "blobId") != NULL)
        break;
      file = NULL;
      saving->next++;
    }
  if (file == NULL)
    {
      finish (saving);
      return;
    }
  csm_account_fetch_blob_async (csm_workbench_get_account (saving->workbench), csm_json_get_string (file, "blobId"), csm_json_get_string (file, "type"),
                                csm_json_get_string (file, "name"), NULL, fetched_cb, saving);
}

/* Saves all of them into @folder, and says so. */
void
csm_attachment_folder_save (CsmWorkbench *workbench,
                            JsonArray    *attachments,
                            GFile        *folder)
{
  Saving *saving = g_new0 (Saving, 1);

  saving->workbench = g_object_ref (workbench);
  saving->attachments = json_array_ref (attachments);
  saving->folder = g_object_ref (folder);
  save_next (saving);
}

typedef struct
{
  GtkFileChooserNative *chooser;
  CsmWorkbench         *workbench;
  JsonArray            *attachments;
} Choice;

static void
chosen_cb (GtkNativeDialog *dialog,
           int              response,
           Choice          *choice)
{
  g_autoptr (GFile) folder = response == GTK_RESPONSE_ACCEPT ? gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog)) : NULL;

  if (folder != NULL)
    csm_attachment_folder_save (choice->workbench, choice->attachments, folder);
  g_object_unref (choice->workbench);
  json_array_unref (choice->attachments);
  g_object_unref (choice->chooser);
  g_free (choice);
}

/* Lets the person choose where to save all of them. */
void
csm_attachment_folder_choose (GtkWidget    *from,
                              CsmWorkbench *workbench,
                              JsonArray    *attachments)
{
  Choice *choice = g_new0 (Choice, 1);

  choice->workbench = g_object_ref (workbench);
  choice->attachments = json_array_ref (attachments);
  choice->chooser = gtk_file_chooser_native_new (_("Save All Files"), GTK_WINDOW (gtk_widget_get_root (from)), GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER,
                                                 _("_Save"), _("_Cancel"));
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (choice->chooser), TRUE);
  g_signal_connect (choice->chooser, "response", G_CALLBACK (chosen_cb), choice);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (choice->chooser));
}
