/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-channel-page.h"

#include <glib/gi18n.h>
#include <string.h>

#include "csm-channel-receipt.h"
#include "csm-channel-text.h"
#include "csm-channel-words.h"
#include "csm-json.h"
#include "csm-mailbox-window.h"
#include "csm-preferences-undo.h"
#include "csm-record-choice.h"
#include "csm-rights.h"
#include "csm-signature.h"
#include "csm-time.h"

/* "2 minutes ago" grows older by itself. */
#define REFRESH_SECONDS 30

struct _CsmChannelPage
{
  AdwBin               parent_instance;
  CsmWorkbench        *workbench;     /* NULL: the page is gone */
  CsmMailboxAsker     *asker;
  GCancellable        *cancellable;
  char                *channel_id;
  guint                refresh_id;
  gboolean             setting;       /* not by a person */
  AdwWindowTitle      *title;
  GtkWidget           *back_button;
  AdwPreferencesGroup *state_group;
  AdwActionRow        *in_row;
  GtkImage            *in_icon;
  GtkWidget           *in_button;
  AdwActionRow        *out_row;
  GtkImage            *out_icon;
  GtkWidget           *out_button;
  AdwActionRow        *servers_row;
  GtkWidget           *name_group;
  GtkEditable         *name_row;
  AdwComboRow         *team_row;
  AdwPreferencesGroup *signature_group;
  CsmChannelText      *signature;
  CsmChannelReceipt   *receipt;
  GtkWidget           *server_group;
  AdwActionRow        *plus_row;
  GtkSwitch           *plus;
  GtkEditable         *auth_row;
  GtkWidget           *auth_missing;
  GtkWidget           *disconnect_group;
};

G_DEFINE_FINAL_TYPE (CsmChannelPage, csm_channel_page, ADW_TYPE_BIN)

static JsonObject *
get_channel (CsmChannelPage *self)
{
  return self->workbench != NULL ? csm_directory_lookup (csm_workbench_get_directory (self->workbench), self->channel_id) : NULL;
}

/* --- how it does ------------------------------------------------------------------------------------------- */

static void
show_way (AdwActionRow    *row,
          GtkImage        *icon,
          GtkWidget       *button,
          CsmChannelState  state,
          char            *text)
{
  g_autofree char *owned = text;

  adw_action_row_set_subtitle (row, owned);
  gtk_image_set_from_icon_name (icon, csm_channel_state_icon (state));
  gtk_widget_remove_css_class (GTK_WIDGET (icon), "success");
  gtk_widget_remove_css_class (GTK_WIDGET (icon), "warning");
  if (state == CSM_CHANNEL_WORKS)
    gtk_widget_add_css_class (GTK_WIDGET (icon), "success");
  if (state == CSM_CHANNEL_FAILS)
    gtk_widget_add_css_class (GTK_WIDGET (icon), "warning");
  gtk_widget_set_visible (button, state == CSM_CHANNEL_FAILS);
}

static void
show_state (CsmChannelPage *self,
            JsonObject     *channel)
{
  gint64 now = csm_time_now ();

  show_way (self->in_row, self->in_icon, self->in_button, csm_channel_get_in_state (channel), csm_channel_say_in (channel, now));
  show_way (self->out_row, self->out_icon, self->out_button, csm_channel_get_out_state (channel), csm_channel_say_out (channel, now));
}

static gboolean
refresh_cb (gpointer data)
{
  CsmChannelPage *self = data;
  JsonObject *channel = get_channel (self);

  if (channel != NULL)
    show_state (self, channel);
  return G_SOURCE_CONTINUE;
}

static void
retried_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  g_autoptr (CsmChannelPage) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) answer = csm_mailbox_asker_ask_finish (CSM_MAILBOX_ASKER (source), result, &error);

  if (self->workbench == NULL)
    return;
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "channel.retry", TRUE);
  csm_preferences_say (GTK_WIDGET (self), answer != NULL ? _("Trying again…") : error->message);
}

static void
retry_action (GtkWidget  *widget,
              const char *name,
              GVariant   *parameter)
{
  CsmChannelPage *self = CSM_CHANNEL_PAGE (widget);
  JsonObject *arguments = json_object_new ();

  json_object_set_string_member (arguments, "id", self->channel_id);
  gtk_widget_action_set_enabled (widget, "channel.retry", FALSE);
  csm_mailbox_asker_ask_async (self->asker, "mailbox/retry", arguments, self->cancellable, retried_cb, g_object_ref (self));
}

/* --- what is set ------------------------------------------------------------------------------------------- */

static void
set_value (CsmChannelPage *self,
           const char     *member,
           JsonNode       *value)
{
  csm_preferences_set (GTK_WIDGET (self), self->workbench, _("Change a channel"), CSM_TYPE_ID_CHANNEL, self->channel_id, member, value);
}

static void
set_string (CsmChannelPage *self,
            const char     *member,
            const char     *text)
{
  JsonNode *node = json_node_new (text != NULL ? JSON_NODE_VALUE : JSON_NODE_NULL);

  if (text != NULL)
    json_node_set_string (node, text);
  set_value (self, member, node);
}

static void
name_cb (CsmChannelPage *self)
{
  g_autofree char *name = g_strstrip (g_strdup (gtk_editable_get_text (self->name_row)));
  JsonObject *channel = get_channel (self);

  if (name[0] != '\0')
    set_string (self, "name", name);
  else if (channel != NULL)
    gtk_editable_set_text (self->name_row, csm_json_get_string (channel, "name"));
}

static void
team_cb (CsmChannelPage *self)
{
  if (!self->setting)
    set_string (self, "teamId", csm_record_choice_get (self->team_row));
}

static void
plus_cb (CsmChannelPage *self)
{
  JsonNode *node;

  if (self->setting)
    return;
  node = json_node_new (JSON_NODE_VALUE);
  json_node_set_boolean (node, gtk_switch_get_active (self->plus));
  set_value (self, "plusAddressing", node);
}

static void
auth_cb (CsmChannelPage *self)
{
  g_auto (GStrv) names = g_strsplit_set (gtk_editable_get_text (self->auth_row), ", \t;", -1);
  JsonObject *set = json_object_new ();
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);

  for (guint i = 0; names[i] != NULL; i++)
    {
      g_autofree char *lower = g_ascii_strdown (names[i], -1);

      if (lower[0] != '\0')
        json_object_set_boolean_member (set, lower, TRUE);
    }
  json_node_take_object (node, set);
  set_value (self, "authServers", node);
}

static void
signature_cb (CsmChannelPage *self)
{
  g_autofree char *text = csm_channel_text_dup_text (self->signature);

  set_string (self, "signature", text[0] != '\0' ? text : NULL);
}

static void
preview_cb (CsmChannelPage *self)
{
  JsonObject *channel = get_channel (self);
  g_autofree char *text = csm_channel_text_dup_text (self->signature);
  g_autofree char *filled = NULL;
  CsmDirectory *directory;

  if (channel == NULL)
    return;
  directory = csm_workbench_get_directory (self->workbench);
  filled = csm_signature_fill (text, channel, csm_directory_lookup (directory, csm_workbench_get_my_id (self->workbench)),
                               csm_directory_name (directory, csm_json_get_string (channel, "teamId")));
  csm_channel_text_set_preview (self->signature, strchr (text, '{') != NULL ? filled : NULL);
}

static void
receipt_cb (CsmChannelPage *self)
{
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);

  json_node_take_object (node, csm_channel_receipt_get (self->receipt));
  set_value (self, "acknowledgement", node);
}

/* --- leaving ----------------------------------------------------------------------------------------------- */

static void
flush (CsmChannelPage *self)
{
  if (self->workbench == NULL || get_channel (self) == NULL)
    return;
  csm_channel_text_flush (self->signature);
  csm_channel_receipt_flush (self->receipt);
}

static void
back_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  GtkWidget *window = gtk_widget_get_ancestor (widget, ADW_TYPE_PREFERENCES_WINDOW);

  if (window != NULL)
    adw_preferences_window_close_subpage (ADW_PREFERENCES_WINDOW (window));
}

/* The focus would stay on the row behind. */
static void
csm_channel_page_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (csm_channel_page_parent_class)->map (widget);
  gtk_widget_grab_focus (CSM_CHANNEL_PAGE (widget)->back_button);
}

static void
csm_channel_page_unmap (GtkWidget *widget)
{
  flush (CSM_CHANNEL_PAGE (widget));
  GTK_WIDGET_CLASS (csm_channel_page_parent_class)->unmap (widget);
}

static void
servers_action (GtkWidget  *widget,
                const char *name,
                GVariant   *parameter)
{
  CsmChannelPage *self = CSM_CHANNEL_PAGE (widget);

  gtk_window_present (csm_mailbox_window_new (GTK_WINDOW (gtk_widget_get_root (widget)), self->workbench, self->asker, self->channel_id));
}

static void
removed_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  g_autoptr (CsmChannelPage) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) answer = csm_mailbox_asker_ask_finish (CSM_MAILBOX_ASKER (source), result, &error);

  if (self->workbench == NULL)
    return;
  csm_preferences_say (GTK_WIDGET (self), answer != NULL ? _("Disconnected. Its cases are still here.") : error->message);
  if (answer != NULL)
    back_action (GTK_WIDGET (self), NULL, NULL);
}

static void
response_cb (CsmChannelPage *self,
             const char     *response)
{
  JsonObject *arguments;

  if (g_strcmp0 (response, "disconnect") != 0 || self->workbench == NULL)
    return;
  arguments = json_object_new ();
  json_object_set_string_member (arguments, "id", self->channel_id);
  csm_mailbox_asker_ask_async (self->asker, "mailbox/remove", arguments, self->cancellable, removed_cb, g_object_ref (self));
}

static void
disconnect_action (GtkWidget  *widget,
                   const char *name,
                   GVariant   *parameter)
{
  CsmChannelPage *self = CSM_CHANNEL_PAGE (widget);
  GtkWidget *dialog = adw_message_dialog_new (GTK_WINDOW (gtk_widget_get_root (widget)), NULL,
                                              _("New mail no longer becomes cases, and replies can’t be sent from this address. The cases stay, and nothing changes in the mailbox itself. Its password is deleted here."));

  adw_message_dialog_format_heading (ADW_MESSAGE_DIALOG (dialog), _("Disconnect “%s”?"), adw_window_title_get_title (self->title));
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _("_Cancel"), "disconnect", _("_Disconnect"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "disconnect", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_signal_connect_object (dialog, "response", G_CALLBACK (response_cb), self, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

/* --- showing ----------------------------------------------------------------------------------------------- */

static void
show_editable (GtkEditable *editable,
               const char  *text)
{
  /* Not while somebody types in it. */
  if ((gtk_widget_get_state_flags (GTK_WIDGET (editable)) & GTK_STATE_FLAG_FOCUS_WITHIN) == 0 && g_strcmp0 (text, gtk_editable_get_text (editable)) != 0)
    gtk_editable_set_text (editable, text != NULL ? text : "");
}

static void
show_server (CsmChannelPage *self,
             JsonObject     *channel)
{
  JsonObject *set = csm_json_get_object (channel, "authServers");
  const char *address = csm_json_get_string (channel, "address");
  const char *at = address != NULL ? strchr (address, '@') : NULL;
  g_autoptr (GList) names = set != NULL ? g_list_sort (json_object_get_members (set), (GCompareFunc) g_strcmp0) : NULL;
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *example = at != NULL ? g_strdup_printf ("%.*s+…%s", (int) (at - address), address, at) : g_strdup ("support+…@example.com");
  /* Translators: %s is an example: "support+…@example.com" */
  g_autofree char *explained = g_strdup_printf (_("Mail to %s reaches this mailbox, so customers’ answers always find their conversation"), example);

  for (GList *l = names; l != NULL; l = l->next)
    g_string_append_printf (text, "%s%s", text->len > 0 ? ", " : "", (const char *) l->data);
  show_editable (self->auth_row, text->str);
  gtk_widget_set_visible (self->auth_missing, names == NULL);
  adw_action_row_set_subtitle (self->plus_row, explained);
  gtk_switch_set_active (self->plus, csm_json_get_boolean (channel, "plusAddressing"));
}

static void
show (CsmChannelPage *self)
{
  JsonObject *channel = get_channel (self);
  const char *address;
  const char *signature;
  gboolean admin;
  gboolean on;

  if (channel == NULL)
    return;
  self->setting = TRUE;
  admin = csm_rights_may (self->workbench, CSM_ACTION_CHANGE_CHANNELS);
  on = csm_channel_get_in_state (channel) != CSM_CHANNEL_OFF;
  address = csm_json_get_string (channel, "address");
  signature = csm_json_get_string (channel, "signature");
  adw_window_title_set_title (self->title, csm_json_get_string (channel, "name"));
  adw_window_title_set_subtitle (self->title, address != NULL ? address : "");
  adw_preferences_group_set_description (self->state_group, admin ? NULL : _("Only admins can change a channel."));
  show_state (self, channel);
  show_editable (self->name_row, csm_json_get_string (channel, "name"));
  csm_record_choice_fill (self->team_row, _("No team"), csm_workbench_get_directory (self->workbench)->teams, csm_json_get_string (channel, "teamId"));
  csm_channel_text_set_text (self->signature, signature != NULL ? signature : "");
  preview_cb (self);
  csm_channel_receipt_set (self->receipt, csm_json_get_object (channel, "acknowledgement"));
  show_server (self, channel);
  gtk_widget_set_sensitive (self->name_group, admin);
  gtk_widget_set_sensitive (GTK_WIDGET (self->signature_group), admin);
  gtk_widget_set_sensitive (GTK_WIDGET (self->receipt), admin);
  gtk_widget_set_sensitive (self->server_group, admin);
  gtk_widget_set_visible (GTK_WIDGET (self->servers_row), admin && csm_channel_is_mailbox (channel));
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->servers_row),
                                 csm_channel_is_connected (channel) ? _("Password and Servers") : _("Connect It to Its Mailbox"));
  gtk_widget_set_visible (self->disconnect_group, admin && on);
  self->setting = FALSE;
}

/* --- GObject ----------------------------------------------------------------------------------------------- */

static void
csm_channel_page_dispose (GObject *object)
{
  CsmChannelPage *self = CSM_CHANNEL_PAGE (object);

  self->setting = TRUE;
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_handle_id (&self->refresh_id, g_source_remove);
  g_clear_object (&self->workbench);
  g_clear_object (&self->asker);
  gtk_widget_dispose_template (GTK_WIDGET (self), CSM_TYPE_CHANNEL_PAGE);
  G_OBJECT_CLASS (csm_channel_page_parent_class)->dispose (object);
}

static void
csm_channel_page_finalize (GObject *object)
{
  CsmChannelPage *self = CSM_CHANNEL_PAGE (object);

  g_free (self->channel_id);
  G_OBJECT_CLASS (csm_channel_page_parent_class)->finalize (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (widget_class, "/org/casement/Casement/ui/csm-channel-page.ui");
  gtk_widget_class_bind_template_child (widget_class, CsmChannelPage, title);
  gtk_widget_class_bind_template_child (widget_class, CsmChannelPage, back_button);
  gtk_widget_class_bind_template_child (widget_class, CsmChannelPage, state_group);
  gtk_widget_class_bind_template_child (widget_class, CsmChannelPage, in_row);
  gtk_widget_class_bind_template_child (widget_class, CsmChannelPage, in_icon);
  gtk_widget_class_bind_template_child (widget_class, CsmChannelPage, in_button);
  gtk_widget_class_bind_template_child (widget_class, CsmChannelPage, out_row);
  gtk_widget_class_bind_template_child (widget_class, CsmChannelPage, out_icon);
  gtk_widget_class_bind_template_child (widget_class, CsmChannelPage, out_button);
  gtk_widget_class_bind_template_child (widget_class, CsmChannelPage, servers_row);
  gtk_widget_class_bind_template_child (widget_class, CsmChannelPage, name_group);
  gtk_widget_class_bind_template_child (widget_class, CsmChannelPage, name_row);
  gtk_widget_class_bind_template_child (widget_class, CsmChannelPage, team_row);
  gtk_widget_class_bind_template_child (widget_class, CsmChannelPage, signature_group);
  gtk_widget_class_bind_template_child (widget_class, CsmChannelPage, receipt);
  gtk_widget_class_bind_template_child (widget_class, CsmChannelPage, server_group);
  gtk_widget_class_bind_template_child (widget_class, CsmChannelPage, plus_row);
  gtk_widget_class_bind_template_child (widget_class, CsmChannelPage, plus);
  gtk_widget_class_bind_template_child (widget_class, CsmChannelPage, auth_row);
  gtk_widget_class_bind_template_child (widget_class, CsmChannelPage, auth_missing);
  gtk_widget_class_bind_template_child (widget_class, CsmChannelPage, disconnect_group);
  gtk_widget_class_bind_template_callback (widget_class, name_cb);
  gtk_widget_class_bind_template_callback (widget_class, team_cb);
  gtk_widget_class_bind_template_callback (widget_class, receipt_cb);
  gtk_widget_class_bind_template_callback (widget_class, plus_cb);
  gtk_widget_class_bind_template_callback (widget_class, auth_cb);
}

static void
csm_channel_page_class_init (CsmChannelPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = csm_channel_page_dispose;
  G_OBJECT_CLASS (klass)->finalize = csm_channel_page_finalize;
  widget_class->map = csm_channel_page_map;
  widget_class->unmap = csm_channel_page_unmap;
  g_type_ensure (CSM_TYPE_CHANNEL_RECEIPT);
  bind_template (widget_class);
  gtk_widget_class_install_action (widget_class, "channel.back", NULL, back_action);
  gtk_widget_class_install_action (widget_class, "channel.retry", NULL, retry_action);
  gtk_widget_class_install_action (widget_class, "channel.servers", NULL, servers_action);
  gtk_widget_class_install_action (widget_class, "channel.disconnect", NULL, disconnect_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Left, GDK_ALT_MASK, "channel.back", NULL);
}

static void
csm_channel_page_init (CsmChannelPage *self)
{
  self->cancellable = g_cancellable_new ();
  self->setting = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  self->signature = CSM_CHANNEL_TEXT (csm_channel_text_new (_("Signature"), NULL));
  g_signal_connect_object (self->signature, "edited", G_CALLBACK (preview_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->signature, "save", G_CALLBACK (signature_cb), self, G_CONNECT_SWAPPED);
  adw_preferences_group_add (self->signature_group, GTK_WIDGET (self->signature));
  self->setting = FALSE;
}

/* Returns: (transfer floating): the page of one channel */
GtkWidget *
csm_channel_page_new (CsmWorkbench    *workbench,
                      CsmMailboxAsker *asker,
                      const char      *channel_id)
{
  CsmChannelPage *self = g_object_new (CSM_TYPE_CHANNEL_PAGE, NULL);

  self->workbench = g_object_ref (workbench);
  self->asker = g_object_ref (asker);
  self->channel_id = g_strdup (channel_id);
  self->refresh_id = g_timeout_add_seconds (REFRESH_SECONDS, refresh_cb, self);
  g_signal_connect_object (workbench, "notify::directory", G_CALLBACK (show), self, G_CONNECT_SWAPPED);
  show (self);
  return GTK_WIDGET (self);
}
