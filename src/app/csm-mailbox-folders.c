/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-mailbox-folders.h"

#include <glib/gi18n.h>

#include "csm-json.h"
#include "csm-preferences-undo.h"

/* More folders than somebody would look through are chosen on the server. */
#define MAX_SHOWN 200

struct _CsmMailboxFolders
{
  AdwPreferencesGroup  parent_instance;
  AdwComboRow         *history_row;
  AdwExpanderRow      *folders_row;
  AdwComboRow         *sent_row;
  GPtrArray           *rows;    /* AdwActionRow */
  GPtrArray           *checks;  /* GtkCheckButton, of `names` */
  GPtrArray           *names;   /* as the server calls them */
};

/* In the order of the choices; the last one is everything. */
static const int days[] = { 0, 30, 90, 36500 };

G_DEFINE_FINAL_TYPE (CsmMailboxFolders, csm_mailbox_folders, ADW_TYPE_PREFERENCES_GROUP)

static const char *
role_name (const char *role)
{
  static const struct { const char *role; const char *name; } roles[] = {
    { "inbox", NC_("mail folder", "Inbox") },
    { "sent", NC_("mail folder", "Sent mail") },
    { "archive", NC_("mail folder", "Archive") },
    { "drafts", NC_("mail folder", "Drafts") },
    { "junk", NC_("mail folder", "Spam") },
    { "trash", NC_("mail folder", "Trash") },
    { "all", NC_("mail folder", "All mail") },
    { "flagged", NC_("mail folder", "Starred mail") },
    { "important", NC_("mail folder", "Important mail") },
  };

  for (guint i = 0; i < G_N_ELEMENTS (roles); i++)
    if (g_strcmp0 (role, roles[i].role) == 0)
      return g_dpgettext2 (NULL, "mail folder", roles[i].name);
  return NULL;
}

static void
update (CsmMailboxFolders *self)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < self->checks->len; i++)
    {
      if (!gtk_check_button_get_active (self->checks->pdata[i]))
        continue;
      if (text->len > 0)
        g_string_append (text, ", ");
      g_string_append (text, adw_preferences_row_get_title (self->rows->pdata[i]));
    }
  adw_expander_row_set_subtitle (self->folders_row, text->len > 0 ? text->str : _("None"));
}

static gboolean
holds (JsonArray  *list,
       const char *name)
{
  for (guint i = 0; list != NULL && i < json_array_get_length (list); i++)
    if (g_strcmp0 (json_array_get_string_element (list, i), name) == 0)
      return TRUE;
  return FALSE;
}

static void
add_folder (CsmMailboxFolders *self,
            JsonObject        *folder,
            gboolean           is_chosen)
{
  const char *name = csm_json_get_string (folder, "name");
  const char *role = role_name (csm_json_get_string (folder, "role"));
  gint64 n = csm_json_get_int (folder, "messages", -1);
  g_autofree char *count = n >= 0 ? g_strdup_printf (ngettext ("%u mail", "%u mails", (gulong) n), (guint) n) : NULL;
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *check = gtk_check_button_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), role != NULL ? role : name);
  if (count != NULL)
    adw_action_row_set_subtitle (ADW_ACTION_ROW (row), count);
  gtk_widget_set_valign (check, GTK_ALIGN_CENTER);
  gtk_check_button_set_active (GTK_CHECK_BUTTON (check), is_chosen);
  gtk_accessible_update_property (GTK_ACCESSIBLE (check), GTK_ACCESSIBLE_PROPERTY_LABEL, role != NULL ? role : name, -1);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), check);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), check);
  g_signal_connect_object (check, "toggled", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  adw_expander_row_add_row (self->folders_row, row);
  g_ptr_array_add (self->rows, row);
  g_ptr_array_add (self->checks, check);
  g_ptr_array_add (self->names, g_strdup (name));
}

static void
clear (CsmMailboxFolders *self)
{
  for (guint i = 0; i < self->rows->len; i++)
    adw_expander_row_remove (self->folders_row, self->rows->pdata[i]);
  g_ptr_array_set_size (self->rows, 0);
  g_ptr_array_set_size (self->checks, 0);
  g_ptr_array_set_size (self->names, 0);
}

static void
set_sent (CsmMailboxFolders *self,
          JsonArray         *folders,
          JsonObject        *imap)
{
  g_autoptr (GtkStringList) list = gtk_string_list_new (NULL);
  gboolean is_known = imap != NULL && json_object_has_member (imap, "sentFolder");
  const char *stored = is_known ? csm_json_get_string (imap, "sentFolder") : NULL;
  guint chosen = 0;

  gtk_string_list_append (list, C_("mail folder", "No folder"));
  for (guint i = 0; i < self->names->len; i++)
    {
      const char *role = csm_json_get_string (json_array_get_object_element (folders, i), "role");
      const char *name = self->names->pdata[i];

      gtk_string_list_append (list, name);
      if (is_known ? g_strcmp0 (name, stored) == 0 : g_strcmp0 (role, "sent") == 0)
        chosen = i + 1;
    }
  adw_combo_row_set_model (self->sent_row, G_LIST_MODEL (list));
  adw_combo_row_set_selected (self->sent_row, chosen);
}

static void
csm_mailbox_folders_dispose (GObject *object)
{
  CsmMailboxFolders *self = CSM_MAILBOX_FOLDERS (object);

  g_clear_pointer (&self->rows, g_ptr_array_unref);
  g_clear_pointer (&self->checks, g_ptr_array_unref);
  g_clear_pointer (&self->names, g_ptr_array_unref);
  G_OBJECT_CLASS (csm_mailbox_folders_parent_class)->dispose (object);
}

static void
csm_mailbox_folders_class_init (CsmMailboxFoldersClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = csm_mailbox_folders_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/org/casement/Casement/ui/csm-mailbox-folders.ui");
  gtk_widget_class_bind_template_child (widget_class, CsmMailboxFolders, history_row);
  gtk_widget_class_bind_template_child (widget_class, CsmMailboxFolders, folders_row);
  gtk_widget_class_bind_template_child (widget_class, CsmMailboxFolders, sent_row);
}

static void
csm_mailbox_folders_init (CsmMailboxFolders *self)
{
  self->rows = g_ptr_array_new ();
  self->checks = g_ptr_array_new ();
  self->names = g_ptr_array_new_with_free_func (g_free);
  gtk_widget_init_template (GTK_WIDGET (self));
  /* The expander has a switch that is not shown, and is named all the same. */
  csm_preferences_name_switch (self->folders_row, adw_preferences_row_get_title (ADW_PREFERENCES_ROW (self->folders_row)));
  adw_combo_row_set_selected (self->history_row, 1);
}

/**
 * csm_mailbox_folders_set:
 * @self: the group
 * @folders: what the mailbox has: [{name, role, messages}]
 * @imap: (nullable): as it is connected now: {folders, sentFolder}; %NULL: not yet
 */
void
csm_mailbox_folders_set (CsmMailboxFolders *self,
                         JsonArray         *folders,
                         JsonObject        *imap)
{
  JsonArray *stored = imap != NULL ? csm_json_get_array (imap, "folders") : NULL;

  g_return_if_fail (CSM_IS_MAILBOX_FOLDERS (self));
  clear (self);
  gtk_widget_set_visible (GTK_WIDGET (self->history_row), imap == NULL);
  for (guint i = 0; i < json_array_get_length (folders) && i < MAX_SHOWN; i++)
    {
      JsonObject *folder = json_array_get_object_element (folders, i);
      const char *name = csm_json_get_string (folder, "name");

      if (name != NULL)
        add_folder (self, folder, stored != NULL ? holds (stored, name) : g_strcmp0 (csm_json_get_string (folder, "role"), "inbox") == 0);
    }
  set_sent (self, folders, imap);
  update (self);
}

/* Writes what was chosen into @imap, the settings of the receiving side. */
void
csm_mailbox_folders_apply (CsmMailboxFolders *self,
                           JsonObject        *imap)
{
  JsonArray *chosen = json_array_new ();
  guint sent = adw_combo_row_get_selected (self->sent_row);

  for (guint i = 0; i < self->checks->len; i++)
    if (gtk_check_button_get_active (self->checks->pdata[i]))
      json_array_add_string_element (chosen, self->names->pdata[i]);
  json_object_set_array_member (imap, "folders", chosen);
  if (sent > 0 && sent <= self->names->len)
    json_object_set_string_member (imap, "sentFolder", self->names->pdata[sent - 1]);
  else
    json_object_set_null_member (imap, "sentFolder");
  if (gtk_widget_get_visible (GTK_WIDGET (self->history_row)))
    json_object_set_int_member (imap, "historyDays", days[MIN (adw_combo_row_get_selected (self->history_row), G_N_ELEMENTS (days) - 1)]);
}

/* Returns: whether there is something to read */
gboolean
csm_mailbox_folders_is_complete (CsmMailboxFolders *self)
{
  g_return_val_if_fail (CSM_IS_MAILBOX_FOLDERS (self), FALSE);
  for (guint i = 0; i < self->checks->len; i++)
    if (gtk_check_button_get_active (self->checks->pdata[i]))
      return TRUE;
  return self->checks->len == 0;
}
