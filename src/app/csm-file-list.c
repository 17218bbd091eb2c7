/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-file-list.h"

#include <glib/gi18n.h>

struct _CsmFileList
{
  AdwBin                parent_instance;
  CsmWorkbench         *workbench;
  GtkFileChooserNative *chooser;
  GtkFlowBox           *box;
};

enum { CHANGED, REMOVE_SHARED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (CsmFileList, csm_file_list, ADW_TYPE_BIN)

static CsmComposerFile *
file_of (GtkWidget *child)
{
  return CSM_COMPOSER_FILE (gtk_flow_box_child_get_child (GTK_FLOW_BOX_CHILD (child)));
}

static void
update (CsmFileList *self)
{
  gtk_widget_set_visible (GTK_WIDGET (self), !csm_file_list_is_empty (self));
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
uploaded_cb (CsmFileList *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
removed_cb (CsmFileList *self,
            GtkWidget   *file)
{
  /* It was put aside with its case: there its upload never ends, and it can be removed. */
  if (gtk_widget_get_parent (file) == NULL)
    return;
  if (csm_composer_file_get_key (CSM_COMPOSER_FILE (file)) != NULL)
    {
      g_signal_emit (self, signals[REMOVE_SHARED], 0, csm_composer_file_get_key (CSM_COMPOSER_FILE (file)));
      return;
    }
  gtk_flow_box_remove (self->box, gtk_widget_get_parent (file));
  update (self);
}

static void
append (CsmFileList *self,
        GtkWidget   *file)
{
  g_signal_connect_object (file, "uploaded", G_CALLBACK (uploaded_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (file, "removed", G_CALLBACK (removed_cb), self, G_CONNECT_SWAPPED);
  gtk_flow_box_append (self->box, file);
  /* The chip's own button takes the focus. */
  gtk_widget_set_focusable (gtk_widget_get_parent (file), FALSE);
}

static void
chosen_cb (CsmFileList *self,
           int          response)
{
  if (response == GTK_RESPONSE_ACCEPT && self->workbench != NULL)
    {
      g_autoptr (GListModel) files = gtk_file_chooser_get_files (GTK_FILE_CHOOSER (self->chooser));

      for (guint i = 0; i < g_list_model_get_n_items (files); i++)
        {
          g_autoptr (GFile) file = g_list_model_get_item (files, i);

          csm_file_list_add (self, file);
        }
    }
  g_clear_object (&self->chooser);
}

static void
csm_file_list_dispose (GObject *object)
{
  CsmFileList *self = CSM_FILE_LIST (object);

  g_clear_object (&self->chooser);
  g_clear_object (&self->workbench);
  G_OBJECT_CLASS (csm_file_list_parent_class)->dispose (object);
}

static void
csm_file_list_class_init (CsmFileListClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = csm_file_list_dispose;
  signals[CHANGED] = g_signal_new ("changed", CSM_TYPE_FILE_LIST, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[REMOVE_SHARED] = g_signal_new ("remove-shared", CSM_TYPE_FILE_LIST, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                         G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
csm_file_list_init (CsmFileList *self)
{
  self->box = GTK_FLOW_BOX (gtk_flow_box_new ());
  gtk_flow_box_set_selection_mode (self->box, GTK_SELECTION_NONE);
  gtk_flow_box_set_column_spacing (self->box, 6);
  gtk_flow_box_set_row_spacing (self->box, 6);
  gtk_widget_set_halign (GTK_WIDGET (self->box), GTK_ALIGN_START);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->box), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Files that go along"), -1);
  gtk_widget_add_css_class (GTK_WIDGET (self), "file-list");
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (self->box));
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

/* Lets go of the files of another one. @workbench: (nullable) */
void
csm_file_list_set_workbench (CsmFileList  *self,
                             CsmWorkbench *workbench)
{
  g_return_if_fail (CSM_IS_FILE_LIST (self));
  if (self->workbench == workbench)
    return;
  g_ptr_array_unref (csm_file_list_take_files (self));
  g_set_object (&self->workbench, workbench);
}

/* Lets the person choose files to add. */
void
csm_file_list_choose (CsmFileList *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  g_return_if_fail (CSM_IS_FILE_LIST (self));
  g_clear_object (&self->chooser);
  self->chooser = gtk_file_chooser_native_new (_("Attach Files"), GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL,
                                               GTK_FILE_CHOOSER_ACTION_OPEN, _("_Attach"), _("_Cancel"));
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  gtk_file_chooser_set_select_multiple (GTK_FILE_CHOOSER (self->chooser), TRUE);
  g_signal_connect_object (self->chooser, "response", G_CALLBACK (chosen_cb), self, G_CONNECT_SWAPPED);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

/* Begins to take the file over; "changed" says when it is ready. Returns: (transfer none): its chip */
GtkWidget *
csm_file_list_add (CsmFileList *self,
                   GFile       *file)
{
  GtkWidget *chip;

  g_return_val_if_fail (CSM_IS_FILE_LIST (self) && self->workbench != NULL, NULL);
  chip = csm_composer_file_new (self->workbench, file);
  append (self, chip);
  update (self);
  return chip;
}

/* What went along with something that came back: {blobId, type, size, name}, ready as it is. @attachments: (nullable) */
void
csm_file_list_add_attachments (CsmFileList *self,
                               JsonArray   *attachments)
{
  g_return_if_fail (CSM_IS_FILE_LIST (self) && self->workbench != NULL);
  for (guint i = 0; attachments != NULL && i < json_array_get_length (attachments); i++)
    {
      JsonNode *node = json_array_get_element (attachments, i);

      if (JSON_NODE_HOLDS_OBJECT (node))
        append (self, csm_composer_file_new_ready (self->workbench, json_node_get_object (node)));
    }
  update (self);
}

gboolean
csm_file_list_is_empty (CsmFileList *self)
{
  g_return_val_if_fail (CSM_IS_FILE_LIST (self), TRUE);
  return gtk_widget_get_first_child (GTK_WIDGET (self->box)) == NULL;
}

/* Whether all of them can go. */
gboolean
csm_file_list_is_ready (CsmFileList *self)
{
  g_return_val_if_fail (CSM_IS_FILE_LIST (self), FALSE);
  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self->box)); child != NULL; child = gtk_widget_get_next_sibling (child))
    if (csm_composer_file_get_attachment (file_of (child)) == NULL)
      return FALSE;
  return TRUE;
}

/* Returns: (transfer full): what a record's "attachments" holds of those that are ready */
JsonArray *
csm_file_list_dup_attachments (CsmFileList *self)
{
  JsonArray *list = json_array_new ();

  g_return_val_if_fail (CSM_IS_FILE_LIST (self), list);
  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self->box)); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      JsonObject *attachment = csm_composer_file_get_attachment (file_of (child));

      if (attachment != NULL)
        json_array_add_object_element (list, json_object_ref (attachment));
    }
  return list;
}

/* Returns: (transfer full) (element-type GtkWidget): the chips, out of the list; what is under way with them goes on */
GPtrArray *
csm_file_list_take_files (CsmFileList *self)
{
  GPtrArray *files = g_ptr_array_new_with_free_func (g_object_unref);
  GtkWidget *child;

  g_return_val_if_fail (CSM_IS_FILE_LIST (self), files);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->box))) != NULL)
    {
      g_ptr_array_add (files, g_object_ref (file_of (child)));
      gtk_flow_box_child_set_child (GTK_FLOW_BOX_CHILD (child), NULL);
      gtk_flow_box_remove (self->box, child);
    }
  if (files->len > 0)
    update (self);
  return files;
}

/* Puts what csm_file_list_take_files() took into the list again. */
void
csm_file_list_give_files (CsmFileList *self,
                          GPtrArray   *files)
{
  g_return_if_fail (CSM_IS_FILE_LIST (self));
  for (guint i = 0; i < files->len; i++)
    {
      gtk_flow_box_append (self->box, files->pdata[i]);
      gtk_widget_set_focusable (gtk_widget_get_parent (files->pdata[i]), FALSE);
    }
  if (files->len > 0)
    update (self);
}

/* --- of a shared draft ------------------------------------------------------------------------------------- */

static CsmComposerFile *
find_key (CsmFileList *self,
          const char  *key)
{
  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self->box)); child != NULL; child = gtk_widget_get_next_sibling (child))
    if (g_strcmp0 (csm_composer_file_get_key (file_of (child)), key) == 0)
      return file_of (child);
  return NULL;
}

/* What is only here may be there already: it came back with a reply that was not sent. */
static const char *
find_same (CsmFileList *self,
           JsonObject  *files,
           JsonObject  *attachment)
{
  g_autoptr (GList) keys = json_object_get_members (files);

  for (GList *l = keys; l != NULL; l = l->next)
    if (csm_composer_file_is_same (json_object_get_object_member (files, l->data), attachment) && find_key (self, l->data) == NULL)
      return l->data;
  return NULL;
}

/* Returns: whether one went */
static gboolean
remove_gone (CsmFileList *self,
             JsonObject  *files)
{
  GtkWidget *next;
  gboolean any = FALSE;

  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self->box)); child != NULL; child = next)
    {
      const char *key = csm_composer_file_get_key (file_of (child));

      next = gtk_widget_get_next_sibling (child);
      if (key == NULL || json_object_has_member (files, key))
        continue;
      gtk_flow_box_remove (self->box, child);
      any = TRUE;
    }
  return any;
}

/* Shows the files of a shared draft, key → attachment, beside those that are only here. */
void
csm_file_list_show_shared (CsmFileList *self,
                           JsonObject  *files)
{
  g_autoptr (GList) keys = json_object_get_members (files);
  gboolean any;

  g_return_if_fail (CSM_IS_FILE_LIST (self));
  any = remove_gone (self, files);
  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self->box)); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      JsonObject *attachment = csm_composer_file_get_attachment (file_of (child));

      if (attachment != NULL && csm_composer_file_get_key (file_of (child)) == NULL)
        csm_composer_file_set_key (file_of (child), find_same (self, files, attachment));
    }
  for (GList *l = keys; l != NULL && self->workbench != NULL; l = l->next)
    {
      GtkWidget *file;

      if (find_key (self, l->data) != NULL)
        continue;
      file = csm_composer_file_new_ready (self->workbench, json_object_get_object_member (files, l->data));
      csm_composer_file_set_key (CSM_COMPOSER_FILE (file), l->data);
      append (self, file);
      any = TRUE;
    }
  if (any)
    update (self);
}

/* Returns: (nullable) (transfer none): a file that is ready, and in no shared draft */
CsmComposerFile *
csm_file_list_find_unshared (CsmFileList *self)
{
  g_return_val_if_fail (CSM_IS_FILE_LIST (self), NULL);
  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self->box)); child != NULL; child = gtk_widget_get_next_sibling (child))
    if (csm_composer_file_get_attachment (file_of (child)) != NULL && csm_composer_file_get_key (file_of (child)) == NULL)
      return file_of (child);
  return NULL;
}

/* The file is only here, after all. */
void
csm_file_list_unshare (CsmFileList *self,
                       const char  *key)
{
  CsmComposerFile *file = find_key (self, key);

  if (file != NULL)
    csm_composer_file_set_key (file, NULL);
}

/* Returns: (transfer full) (element-type CsmComposerFile): those that have a key */
GPtrArray *
csm_file_list_list_shared (CsmFileList *self)
{
  GPtrArray *files = g_ptr_array_new_with_free_func (g_object_unref);

  g_return_val_if_fail (CSM_IS_FILE_LIST (self), files);
  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self->box)); child != NULL; child = gtk_widget_get_next_sibling (child))
    if (csm_composer_file_get_key (file_of (child)) != NULL)
      g_ptr_array_add (files, g_object_ref (file_of (child)));
  return files;
}
