/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-attachment-chip.h"

#include <glib/gi18n.h>

#include "csm-attachment-preview.h"
#include "csm-attachment-provider.h"
#include "csm-json.h"

struct _CsmAttachmentChip
{
  GtkWidget             parent_instance;
  CsmWorkbench         *workbench;
  JsonObject           *attachment;
  GCancellable         *cancellable;
  GtkFileChooserNative *chooser;
  GFile                *target;   /* where to save; NULL: open instead */
  GtkWidget            *open_button;
  GtkWidget            *save_button;
  GtkWidget            *stack;
  GtkWidget            *icon;
  GtkWidget            *spinner;
  GtkWidget            *name;
  GtkWidget            *size;
  GtkWidget            *preview;
  gboolean              previewed;  /* it was asked for */
};

G_DEFINE_FINAL_TYPE (CsmAttachmentChip, csm_attachment_chip, GTK_TYPE_WIDGET)

static void
set_busy (CsmAttachmentChip *self,
          gboolean           busy)
{
  gtk_stack_set_visible_child (GTK_STACK (self->stack), busy ? self->spinner : self->icon);
  gtk_spinner_set_spinning (GTK_SPINNER (self->spinner), busy);
  gtk_widget_set_sensitive (self->open_button, !busy);
  gtk_widget_set_sensitive (self->save_button, !busy);
}

static void
fail (CsmAttachmentChip *self,
      const char        *sentence,
      GError            *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_warning ("An attachment could not be opened or saved: %s", error->message);
  csm_workbench_say (self->workbench, sentence);
}

static void
launched_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  g_autoptr (CsmAttachmentChip) self = data;
  g_autoptr (GError) error = NULL;

  if (!g_app_info_launch_default_for_uri_finish (result, &error))
    fail (self, _("No program here opens this kind of file"), error);
}

static void
copied_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr (CsmAttachmentChip) self = data;
  g_autoptr (GError) error = NULL;

  if (g_file_copy_finish (G_FILE (source), result, &error))
    csm_workbench_say (self->workbench, _("Saved"));
  else
    fail (self, _("The file could not be saved there"), error);
}

static void
fetched_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  g_autoptr (CsmAttachmentChip) self = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = csm_account_fetch_blob_finish (CSM_ACCOUNT (source), result, &error);
  g_autoptr (GFile) file = NULL;
  g_autoptr (GFile) target = g_steal_pointer (&self->target);

  if (self->open_button != NULL)
    set_busy (self, FALSE);
  if (path == NULL)
    {
      fail (self, _("The attachment is not on this computer, and the server can't be reached"), error);
      return;
    }
  file = g_file_new_for_path (path);
  if (target != NULL)
    {
      g_file_copy_async (file, target, G_FILE_COPY_OVERWRITE | G_FILE_COPY_TARGET_DEFAULT_PERMS, G_PRIORITY_DEFAULT, self->cancellable, NULL, NULL,
                         copied_cb, g_object_ref (self));
    }
  else
    {
      g_autofree char *uri = g_file_get_uri (file);

      g_app_info_launch_default_for_uri_async (uri, NULL, self->cancellable, launched_cb, g_object_ref (self));
    }
}

static void
fetch (CsmAttachmentChip *self)
{
  set_busy (self, TRUE);
  csm_account_fetch_blob_async (csm_workbench_get_account (self->workbench),
                                csm_json_get_string (self->attachment, "blobId"),
                                csm_json_get_string (self->attachment, "type"),
                                csm_json_get_string (self->attachment, "name"),
                                self->cancellable, fetched_cb, g_object_ref (self));
}

void
csm_attachment_chip_open (CsmAttachmentChip *self)
{
  g_clear_object (&self->target);
  fetch (self);
}

static void
chosen_cb (CsmAttachmentChip *self,
           int                response)
{
  if (response == GTK_RESPONSE_ACCEPT)
    {
      g_clear_object (&self->target);
      self->target = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (self->chooser));
      fetch (self);
    }
  g_clear_object (&self->chooser);
}

void
csm_attachment_chip_save (CsmAttachmentChip *self)
{
  const char *name = csm_json_get_string (self->attachment, "name");
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  g_clear_object (&self->chooser);
  self->chooser = gtk_file_chooser_native_new (_("Save Attachment"), GTK_WINDOW (root), GTK_FILE_CHOOSER_ACTION_SAVE,
                                               _("_Save"), _("_Cancel"));
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (self->chooser), name != NULL ? name : _("attachment"));
  g_signal_connect_object (self->chooser, "response", G_CALLBACK (chosen_cb), self, G_CONNECT_SWAPPED);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

/* --- a small picture of it --------------------------------------------------------------------------------- */

static void
previewed_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      data)
{
  g_autoptr (CsmAttachmentChip) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GdkTexture) texture = csm_attachment_preview_load_finish (CSM_ACCOUNT (source), result, &error);

  if (texture == NULL)
    {
      g_debug ("There is no preview of an attachment: %s", error->message);
      return;
    }
  if (self->preview == NULL)
    return;
  gtk_picture_set_paintable (GTK_PICTURE (self->preview), GDK_PAINTABLE (texture));
  gtk_widget_set_visible (self->preview, TRUE);
}

/* Of what nobody gets to see none is made. */
static void
map_cb (CsmAttachmentChip *self)
{
  if (self->previewed || !csm_attachment_preview_is_possible (self->attachment))
    return;
  self->previewed = TRUE;
  csm_attachment_preview_load_async (csm_workbench_get_account (self->workbench), self->attachment, gtk_widget_get_scale_factor (GTK_WIDGET (self)),
                                     self->cancellable, previewed_cb, g_object_ref (self));
}

/* --- dragging it out --------------------------------------------------------------------------------------- */

static GdkContentProvider *
prepare_cb (CsmAttachmentChip *self)
{
  GdkContentProvider *provider = csm_attachment_provider_new (csm_workbench_get_account (self->workbench), self->attachment);

  csm_attachment_provider_prefetch (CSM_ATTACHMENT_PROVIDER (provider));
  return provider;
}

static void
drag_begin_cb (CsmAttachmentChip *self,
               GdkDrag           *drag,
               GtkDragSource     *source)
{
  g_autoptr (GdkPaintable) picture = gtk_widget_paintable_new (self->open_button);
  g_autoptr (GdkPaintable) still = gdk_paintable_get_current_image (picture);

  gtk_drag_source_set_icon (source, still, 0, 0);
}

static void
allow_drag (CsmAttachmentChip *self)
{
  GtkDragSource *source = gtk_drag_source_new ();

  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (source), GTK_PHASE_CAPTURE);
  g_signal_connect_object (source, "prepare", G_CALLBACK (prepare_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (source, "drag-begin", G_CALLBACK (drag_begin_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (self->open_button, GTK_EVENT_CONTROLLER (source));
}

/* --- GObject ----------------------------------------------------------------------------------------------- */

static void
csm_attachment_chip_dispose (GObject *object)
{
  CsmAttachmentChip *self = CSM_ATTACHMENT_CHIP (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->chooser);
  g_clear_object (&self->target);
  gtk_widget_dispose_template (GTK_WIDGET (self), CSM_TYPE_ATTACHMENT_CHIP);
  G_OBJECT_CLASS (csm_attachment_chip_parent_class)->dispose (object);
}

static void
csm_attachment_chip_finalize (GObject *object)
{
  CsmAttachmentChip *self = CSM_ATTACHMENT_CHIP (object);

  g_clear_object (&self->cancellable);
  g_clear_object (&self->workbench);
  g_clear_pointer (&self->attachment, json_object_unref);
  G_OBJECT_CLASS (csm_attachment_chip_parent_class)->finalize (object);
}

static void
csm_attachment_chip_class_init (CsmAttachmentChipClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = csm_attachment_chip_dispose;
  G_OBJECT_CLASS (klass)->finalize = csm_attachment_chip_finalize;
  gtk_widget_class_set_template_from_resource (widget_class, "/org/casement/Casement/ui/csm-attachment-chip.ui");
  gtk_widget_class_bind_template_child (widget_class, CsmAttachmentChip, open_button);
  gtk_widget_class_bind_template_child (widget_class, CsmAttachmentChip, save_button);
  gtk_widget_class_bind_template_child (widget_class, CsmAttachmentChip, stack);
  gtk_widget_class_bind_template_child (widget_class, CsmAttachmentChip, icon);
  gtk_widget_class_bind_template_child (widget_class, CsmAttachmentChip, spinner);
  gtk_widget_class_bind_template_child (widget_class, CsmAttachmentChip, name);
  gtk_widget_class_bind_template_child (widget_class, CsmAttachmentChip, size);
  gtk_widget_class_bind_template_child (widget_class, CsmAttachmentChip, preview);
  gtk_widget_class_bind_template_callback (widget_class, csm_attachment_chip_open);
  gtk_widget_class_bind_template_callback (widget_class, csm_attachment_chip_save);
}

static void
csm_attachment_chip_init (CsmAttachmentChip *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->cancellable = g_cancellable_new ();
  allow_drag (self);
  g_signal_connect_after (self, "map", G_CALLBACK (map_cb), NULL);
}

/**
 * csm_attachment_chip_new:
 * @workbench: the window's workbench
 * @attachment: {blobId, name, type, size, cid}
 *
 * Returns: (transfer floating): the chip
 */
GtkWidget *
csm_attachment_chip_new (CsmWorkbench *workbench,
                         JsonObject   *attachment)
{
  CsmAttachmentChip *self = g_object_new (CSM_TYPE_ATTACHMENT_CHIP, NULL);
  const char *name = csm_json_get_string (attachment, "name");
  const char *type = csm_json_get_string (attachment, "type");
  g_autofree char *content_type = g_content_type_from_mime_type (type != NULL ? type : "application/octet-stream");
  g_autoptr (GIcon) icon = g_content_type_get_symbolic_icon (content_type != NULL ? content_type : "application/octet-stream");
  g_autofree char *size = g_format_size ((guint64) MAX (csm_json_get_int (attachment, "size", 0), 0));
  g_autofree char *open_label = NULL;
  g_autofree char *save_label = NULL;

  if (name == NULL || name[0] == '\0')
    name = _("Attachment");
  open_label = g_strdup_printf (_("Open %s, %s"), name, size);
  save_label = g_strdup_printf (_("Save %s"), name);
  self->workbench = g_object_ref (workbench);
  self->attachment = json_object_ref (attachment);
  gtk_image_set_from_gicon (GTK_IMAGE (self->icon), icon);
  gtk_label_set_text (GTK_LABEL (self->name), name);
  gtk_label_set_text (GTK_LABEL (self->size), size);
  gtk_widget_set_tooltip_text (self->open_button, name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->open_button), GTK_ACCESSIBLE_PROPERTY_LABEL, open_label, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->save_button), GTK_ACCESSIBLE_PROPERTY_LABEL, save_label, -1);
  return GTK_WIDGET (self);
}

/* Returns: (nullable): the name under which the message's text refers to it */
const char *
csm_attachment_chip_get_cid (CsmAttachmentChip *self)
{
  return csm_json_get_string (self->attachment, "cid");
}
