/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-composer-file.h"

#include <glib/gi18n.h>

#include <string.h>

#include "csm-json.h"

#define THUMBNAIL_SIZE 28

struct _CsmComposerFile
{
  AdwBin        parent_instance;
  CsmWorkbench *workbench;
  GCancellable *cancellable;
  JsonObject   *attachment; /* NULL: not ready yet */
  char         *key;        /* among the files of a shared draft; NULL: it is only here */
  GtkWidget    *icon;
  GtkWidget    *spinner;
};

enum { UPLOADED, REMOVED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (CsmComposerFile, csm_composer_file, ADW_TYPE_BIN)

static void
uploaded_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  g_autoptr (CsmComposerFile) self = data;
  g_autoptr (GError) error = NULL;
  JsonObject *attachment = csm_account_upload_finish (CSM_ACCOUNT (source), result, &error);

  if (attachment != NULL)
    {
      self->attachment = attachment;
      gtk_widget_set_visible (self->spinner, FALSE);
      g_signal_emit (self, signals[UPLOADED], 0);
      return;
    }
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_warning ("Attaching a file failed: %s", error->message);
  csm_workbench_say (self->workbench, _("The file could not be attached"));
  g_signal_emit (self, signals[REMOVED], 0);
}

static void
remove_cb (CsmComposerFile *self)
{
  g_signal_emit (self, signals[REMOVED], 0);
}

/* --- opening ----------------------------------------------------------------------------------------------- */

static void
fail_to_open (CsmComposerFile *self,
              const char      *words,
              GError          *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_warning ("A file could not be opened: %s", error->message);
  csm_workbench_say (self->workbench, words);
}

static void
launched_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  g_autoptr (CsmComposerFile) self = data;
  g_autoptr (GError) error = NULL;

  if (!g_app_info_launch_default_for_uri_finish (result, &error))
    fail_to_open (self, _("No program here opens this kind of file"), error);
}

static void
fetched_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  g_autoptr (CsmComposerFile) self = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = csm_account_fetch_blob_finish (CSM_ACCOUNT (source), result, &error);
  g_autofree char *uri = path != NULL ? g_filename_to_uri (path, NULL, &error) : NULL;

  gtk_widget_set_visible (self->spinner, FALSE);
  if (uri != NULL)
    g_app_info_launch_default_for_uri_async (uri, NULL, self->cancellable, launched_cb, g_object_ref (self));
  else
    fail_to_open (self, _("The file could not be opened"), error);
}

static void
open_cb (CsmComposerFile *self)
{
  if (self->attachment == NULL || gtk_widget_get_visible (self->spinner))
    return;
  gtk_widget_set_visible (self->spinner, TRUE);
  csm_account_fetch_blob_async (csm_workbench_get_account (self->workbench), csm_json_get_string (self->attachment, "blobId"),
                                csm_json_get_string (self->attachment, "type"), csm_json_get_string (self->attachment, "name"),
                                self->cancellable, fetched_cb, g_object_ref (self));
}

/* --- GObject ----------------------------------------------------------------------------------------------- */

static void
csm_composer_file_dispose (GObject *object)
{
  CsmComposerFile *self = CSM_COMPOSER_FILE (object);

  g_cancellable_cancel (self->cancellable);
  G_OBJECT_CLASS (csm_composer_file_parent_class)->dispose (object);
}

static void
csm_composer_file_finalize (GObject *object)
{
  CsmComposerFile *self = CSM_COMPOSER_FILE (object);

  g_clear_object (&self->cancellable);
  g_clear_object (&self->workbench);
  g_clear_pointer (&self->attachment, json_object_unref);
  g_free (self->key);
  G_OBJECT_CLASS (csm_composer_file_parent_class)->finalize (object);
}

static void
csm_composer_file_class_init (CsmComposerFileClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = csm_composer_file_dispose;
  G_OBJECT_CLASS (klass)->finalize = csm_composer_file_finalize;
  signals[UPLOADED] = g_signal_new ("uploaded", CSM_TYPE_COMPOSER_FILE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[REMOVED] = g_signal_new ("removed", CSM_TYPE_COMPOSER_FILE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
csm_composer_file_init (CsmComposerFile *self)
{
  self->cancellable = g_cancellable_new ();
}

static CsmComposerFile *
create (CsmWorkbench *workbench,
        const char   *shown)
{
  CsmComposerFile *self = g_object_new (CSM_TYPE_COMPOSER_FILE, NULL);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  g_autofree char *remove_label = g_strdup_printf (_("Remove %s"), shown);
  g_autofree char *open_label = g_strdup_printf (_("Open %s"), shown);
  GtkWidget *label = gtk_label_new (shown);
  GtkWidget *open = gtk_button_new ();
  GtkWidget *remove = gtk_button_new_from_icon_name ("window-close-symbolic");

  self->workbench = g_object_ref (workbench);
  self->spinner = gtk_spinner_new ();
  gtk_spinner_start (GTK_SPINNER (self->spinner));
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_MIDDLE);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 24);
  gtk_widget_add_css_class (remove, "flat");
  gtk_widget_add_css_class (remove, "circular");
  gtk_widget_add_css_class (remove, "small-button");
  gtk_widget_set_tooltip_text (remove, remove_label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (remove), GTK_ACCESSIBLE_PROPERTY_LABEL, remove_label, -1);
  g_signal_connect_object (remove, "clicked", G_CALLBACK (remove_cb), self, G_CONNECT_SWAPPED);
  self->icon = gtk_image_new_from_icon_name ("mail-attachment-symbolic");
  gtk_box_append (GTK_BOX (box), self->icon);
  gtk_button_set_child (GTK_BUTTON (open), label);
  gtk_widget_add_css_class (open, "flat");
  gtk_widget_add_css_class (open, "file-open");
  gtk_widget_set_tooltip_text (open, open_label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (open), GTK_ACCESSIBLE_PROPERTY_LABEL, open_label, -1);
  g_signal_connect_object (open, "clicked", G_CALLBACK (open_cb), self, G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (box), open);
  gtk_box_append (GTK_BOX (box), self->spinner);
  gtk_box_append (GTK_BOX (box), remove);
  gtk_widget_add_css_class (GTK_WIDGET (self), "file-chip");
  adw_bin_set_child (ADW_BIN (self), box);
  return self;
}

static void
thumbnail_cb (GTask        *task,
              gpointer      source,
              gpointer      data,
              GCancellable *cancellable)
{
  g_autofree char *path = g_file_get_path (G_FILE (data));
  g_autofree char *type = path != NULL ? g_content_type_guess (path, NULL, 0, NULL) : NULL;
  g_autoptr (GdkPixbuf) pixbuf = NULL;

  if (type != NULL && g_str_has_prefix (type, "image/"))
    pixbuf = gdk_pixbuf_new_from_file_at_scale (path, THUMBNAIL_SIZE * 2, THUMBNAIL_SIZE * 2, TRUE, NULL);
  g_task_return_pointer (task, g_steal_pointer (&pixbuf), g_object_unref);
}

static void
thumbnailed_cb (GObject      *source,
                GAsyncResult *result,
                gpointer      data)
{
  CsmComposerFile *self = CSM_COMPOSER_FILE (source);
  g_autoptr (GdkPixbuf) pixbuf = g_task_propagate_pointer (G_TASK (result), NULL);
  g_autoptr (GdkTexture) texture = pixbuf != NULL ? gdk_texture_new_for_pixbuf (pixbuf) : NULL;

  if (texture == NULL)
    return;
  gtk_image_set_from_paintable (GTK_IMAGE (self->icon), GDK_PAINTABLE (texture));
  gtk_image_set_pixel_size (GTK_IMAGE (self->icon), THUMBNAIL_SIZE);
}

/* Decoding a large picture takes a while. */
static void
load_thumbnail (CsmComposerFile *self,
                GFile           *file)
{
  g_autoptr (GTask) task = g_task_new (self, self->cancellable, thumbnailed_cb, NULL);

  g_task_set_task_data (task, g_object_ref (file), g_object_unref);
  g_task_run_in_thread (task, thumbnail_cb);
}

/**
 * csm_composer_file_new:
 * @workbench: the window's workbench
 * @file: what to attach
 *
 * Begins to take the file over.
 *
 * Returns: (transfer floating): the chip
 */
GtkWidget *
csm_composer_file_new (CsmWorkbench *workbench,
                       GFile        *file)
{
  g_autofree char *name = g_file_get_basename (file);
  g_autofree char *shown = g_filename_display_name (name);
  CsmComposerFile *self = create (workbench, shown);

  load_thumbnail (self, file);
  csm_account_upload_async (csm_workbench_get_account (workbench), file, self->cancellable, uploaded_cb, g_object_ref (self));
  return GTK_WIDGET (self);
}

/* Of what was attached before. @attachment: {blobId, type, size, name}. Returns: (transfer floating): the chip */
GtkWidget *
csm_composer_file_new_ready (CsmWorkbench *workbench,
                             JsonObject   *attachment)
{
  const char *name = csm_json_get_string (attachment, "name");
  CsmComposerFile *self = create (workbench, name != NULL && name[0] != '\0' ? name : _("Attachment"));

  self->attachment = json_object_ref (attachment);
  gtk_widget_set_visible (self->spinner, FALSE);
  return GTK_WIDGET (self);
}

/* Returns: (nullable): {blobId, type, size, name}; %NULL until it is ready */
JsonObject *
csm_composer_file_get_attachment (CsmComposerFile *self)
{
  return self->attachment;
}

/* Returns: (nullable): its key among the files of a shared draft; %NULL while it is only here */
const char *
csm_composer_file_get_key (CsmComposerFile *self)
{
  return self->key;
}

/* @key: (nullable) */
void
csm_composer_file_set_key (CsmComposerFile *self,
                           const char      *key)
{
  char *old = self->key;

  self->key = g_strdup (key);
  g_free (old);
}

/* What a blob holds, whether it waits here or is on the server. */
static const char *
sum_of (JsonObject *attachment)
{
  const char *blob_id = csm_json_get_string (attachment, "blobId");

  if (blob_id != NULL && g_str_has_prefix (blob_id, CSM_LOCAL_BLOB_PREFIX))
    return blob_id + strlen (CSM_LOCAL_BLOB_PREFIX);
  return blob_id != NULL && blob_id[0] == 'B' ? blob_id + 1 : blob_id;
}

/* Whether both are the same file, of the same name. */
gboolean
csm_composer_file_is_same (JsonObject *a,
                           JsonObject *b)
{
  return g_strcmp0 (sum_of (a), sum_of (b)) == 0 && g_strcmp0 (csm_json_get_string (a, "name"), csm_json_get_string (b, "name")) == 0;
}
