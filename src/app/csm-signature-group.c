/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-signature-group.h"

#include <glib/gi18n.h>
#include <string.h>

#include "csm-channel-text.h"
#include "csm-channel-words.h"
#include "csm-json.h"
#include "csm-preferences-undo.h"
#include "csm-signature.h"

struct _CsmSignatureGroup
{
  AdwPreferencesGroup  parent_instance;
  CsmWorkbench        *workbench;
  GPtrArray           *rows;   /* AdwExpanderRow, of `ids` */
  GPtrArray           *texts;  /* CsmChannelText in them */
  GPtrArray           *ids;    /* channels */
};

G_DEFINE_FINAL_TYPE (CsmSignatureGroup, csm_signature_group, ADW_TYPE_PREFERENCES_GROUP)

static JsonObject *
get_me (CsmSignatureGroup *self)
{
  return csm_directory_lookup (csm_workbench_get_directory (self->workbench), csm_workbench_get_my_id (self->workbench));
}

/* Returns: (nullable): what the person wrote for the channel */
static const char *
get_own (CsmSignatureGroup *self,
         const char        *channel_id)
{
  JsonObject *me = get_me (self);
  JsonObject *all = me != NULL ? csm_json_get_object (me, "signatures") : NULL;
  JsonObject *own = all != NULL ? csm_json_get_object (all, channel_id) : NULL;

  return own != NULL ? csm_json_get_string (own, "text") : NULL;
}

static void
keep (CsmSignatureGroup *self,
      guint              index,
      const char        *text)
{
  g_autofree char *member = g_strconcat ("signatures/", self->ids->pdata[index], NULL);
  JsonNode *node = json_node_new (text != NULL ? JSON_NODE_OBJECT : JSON_NODE_NULL);

  if (text != NULL)
    {
      JsonObject *own = json_object_new ();

      json_object_set_string_member (own, "text", text);
      json_node_take_object (node, own);
    }
  csm_preferences_set (GTK_WIDGET (self), self->workbench, _("Change a signature"), CSM_TYPE_ID_PERSON,
                       csm_workbench_get_my_id (self->workbench), member, node);
}

static void
save_cb (CsmSignatureGroup *self,
         CsmChannelText    *row)
{
  g_autofree char *text = csm_channel_text_dup_text (row);
  guint index;

  if (g_ptr_array_find (self->texts, row, &index))
    keep (self, index, text);
}

static void
remove_cb (CsmSignatureGroup *self,
           CsmChannelText    *row)
{
  guint index;

  if (g_ptr_array_find (self->texts, row, &index))
    keep (self, index, NULL);
}

static char *
fill (CsmSignatureGroup *self,
      guint              index,
      const char        *text)
{
  CsmDirectory *directory = csm_workbench_get_directory (self->workbench);
  JsonObject *channel = csm_directory_lookup (directory, self->ids->pdata[index]);

  return csm_signature_fill (text, channel, get_me (self), channel != NULL ? csm_directory_name (directory, csm_json_get_string (channel, "teamId")) : NULL);
}

static void
preview_cb (CsmSignatureGroup *self,
            CsmChannelText    *row)
{
  g_autofree char *text = csm_channel_text_dup_text (row);
  g_autofree char *filled = NULL;
  guint index;

  if (self->workbench == NULL || !g_ptr_array_find (self->texts, row, &index))
    return;
  filled = fill (self, index, text);
  csm_channel_text_set_preview (row, strchr (text, '{') != NULL ? filled : NULL);
}

static void
show_row (CsmSignatureGroup *self,
          guint              index,
          JsonObject        *channel)
{
  const char *own = get_own (self, self->ids->pdata[index]);
  const char *all = csm_json_get_string (channel, "signature");
  const char *text = own != NULL ? own : all != NULL ? all : "";
  g_autofree char *filled = fill (self, index, text);
  g_autofree char *line = g_strdup (filled);

  adw_preferences_row_set_title (self->rows->pdata[index], csm_json_get_string (channel, "name"));
  csm_preferences_name_switch (self->rows->pdata[index], csm_json_get_string (channel, "name"));
  line[strcspn (line, "\n")] = '\0';
  adw_expander_row_set_subtitle (self->rows->pdata[index], line[0] != '\0' ? line : _("No signature"));
  csm_channel_text_set_text (self->texts->pdata[index], text);
  csm_channel_text_set_can_remove (self->texts->pdata[index], own != NULL);
  preview_cb (self, self->texts->pdata[index]);
}

/* --- rows -------------------------------------------------------------------------------------------------- */

static GPtrArray *
list_channels (CsmDirectory *directory)
{
  GPtrArray *channels = g_ptr_array_new ();

  for (guint i = 0; i < directory->channels->len; i++)
    if (csm_channel_is_mailbox (directory->channels->pdata[i]) && csm_channel_get_in_state (directory->channels->pdata[i]) != CSM_CHANNEL_OFF)
      g_ptr_array_add (channels, directory->channels->pdata[i]);
  return channels;
}

static void
make_row (CsmSignatureGroup *self,
          JsonObject        *channel)
{
  GtkWidget *row = adw_expander_row_new ();
  GtkWidget *text = csm_channel_text_new (_("My Signature"), _("_Use the Mailbox’s"));

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  g_signal_connect_object (text, "edited", G_CALLBACK (preview_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (text, "save", G_CALLBACK (save_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (text, "remove", G_CALLBACK (remove_cb), self, G_CONNECT_SWAPPED);
  adw_expander_row_add_row (ADW_EXPANDER_ROW (row), text);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), row);
  g_ptr_array_add (self->rows, row);
  g_ptr_array_add (self->texts, text);
  g_ptr_array_add (self->ids, g_strdup (csm_json_get_string (channel, "id")));
}

static gboolean
is_same (CsmSignatureGroup *self,
         GPtrArray         *channels)
{
  if (channels->len != self->ids->len)
    return FALSE;
  for (guint i = 0; i < channels->len; i++)
    if (g_strcmp0 (csm_json_get_string (channels->pdata[i], "id"), self->ids->pdata[i]) != 0)
      return FALSE;
  return TRUE;
}

static void
show (CsmSignatureGroup *self)
{
  CsmDirectory *directory = self->workbench != NULL ? csm_workbench_get_directory (self->workbench) : NULL;
  g_autoptr (GPtrArray) channels = directory != NULL ? list_channels (directory) : NULL;

  gtk_widget_set_visible (GTK_WIDGET (self), channels != NULL && channels->len > 0);
  if (channels == NULL)
    return;
  if (!is_same (self, channels))
    {
      for (guint i = 0; i < self->rows->len; i++)
        adw_preferences_group_remove (ADW_PREFERENCES_GROUP (self), self->rows->pdata[i]);
      g_ptr_array_set_size (self->rows, 0);
      g_ptr_array_set_size (self->texts, 0);
      g_ptr_array_set_size (self->ids, 0);
      for (guint i = 0; i < channels->len; i++)
        make_row (self, channels->pdata[i]);
    }
  for (guint i = 0; i < channels->len; i++)
    show_row (self, i, channels->pdata[i]);
}

/* What was typed is kept when the page is left. */
static void
csm_signature_group_unmap (GtkWidget *widget)
{
  CsmSignatureGroup *self = CSM_SIGNATURE_GROUP (widget);

  for (guint i = 0; self->workbench != NULL && i < self->texts->len; i++)
    csm_channel_text_flush (self->texts->pdata[i]);
  GTK_WIDGET_CLASS (csm_signature_group_parent_class)->unmap (widget);
}

static void
csm_signature_group_dispose (GObject *object)
{
  CsmSignatureGroup *self = CSM_SIGNATURE_GROUP (object);

  g_clear_object (&self->workbench);
  G_OBJECT_CLASS (csm_signature_group_parent_class)->dispose (object);
}

static void
csm_signature_group_finalize (GObject *object)
{
  CsmSignatureGroup *self = CSM_SIGNATURE_GROUP (object);

  g_ptr_array_unref (self->rows);
  g_ptr_array_unref (self->texts);
  g_ptr_array_unref (self->ids);
  G_OBJECT_CLASS (csm_signature_group_parent_class)->finalize (object);
}

static void
csm_signature_group_class_init (CsmSignatureGroupClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = csm_signature_group_dispose;
  G_OBJECT_CLASS (klass)->finalize = csm_signature_group_finalize;
  GTK_WIDGET_CLASS (klass)->unmap = csm_signature_group_unmap;
}

static void
csm_signature_group_init (CsmSignatureGroup *self)
{
  self->rows = g_ptr_array_new ();
  self->texts = g_ptr_array_new ();
  self->ids = g_ptr_array_new_with_free_func (g_free);
  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (self), _("My Signatures"));
  adw_preferences_group_set_description (ADW_PREFERENCES_GROUP (self), _("Below what you write, for each mailbox. {name}, {email} and {team} are filled in."));
}

/* @workbench: who is signed in; for once */
void
csm_signature_group_set_workbench (CsmSignatureGroup *self,
                                   CsmWorkbench      *workbench)
{
  g_return_if_fail (CSM_IS_SIGNATURE_GROUP (self) && self->workbench == NULL);
  self->workbench = g_object_ref (workbench);
  g_signal_connect_object (workbench, "notify::directory", G_CALLBACK (show), self, G_CONNECT_SWAPPED);
  show (self);
}
