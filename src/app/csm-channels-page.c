/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-channels-page.h"

#include <glib/gi18n.h>

#include "csm-channel-page.h"
#include "csm-channel-words.h"
#include "csm-json.h"
#include "csm-mailbox-window.h"
#include "csm-preferences-undo.h"
#include "csm-rights.h"
#include "csm-time.h"

/* "2 minutes ago" grows older by itself. */
#define REFRESH_SECONDS 30

struct _CsmChannelsPage
{
  AdwPreferencesPage   parent_instance;
  CsmWorkbench        *workbench;
  CsmMailboxAsker     *asker;
  guint                refresh_id;
  GtkWidget           *empty_group;
  AdwPreferencesGroup *group;
  GtkWidget           *connect_button;
  GtkWidget           *reason;
  GPtrArray           *rows;   /* AdwActionRow, of `ids` */
  GPtrArray           *ids;
  GtkWidget           *subpage; /* weak; NULL: none is open */
};

G_DEFINE_FINAL_TYPE (CsmChannelsPage, csm_channels_page, ADW_TYPE_PREFERENCES_PAGE)

static GtkWidget *
make_row (CsmChannelsPage *self)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *next = gtk_image_new_from_icon_name ("go-next-symbolic");

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 3);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), next);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  return row;
}

static void
show_row (CsmChannelsPage *self,
          AdwActionRow    *row,
          JsonObject      *channel)
{
  const char *team = csm_directory_name (csm_workbench_get_directory (self->workbench), csm_json_get_string (channel, "teamId"));
  const char *address = csm_json_get_string (channel, "address");
  CsmChannelState state = csm_channel_get_state (channel);
  g_autofree char *where = NULL;
  g_autofree char *how = csm_channel_say_state (channel, csm_time_now ());
  g_autofree char *text = NULL;

  where = address != NULL && team != NULL ? g_strdup_printf ("%s · %s", address, team) : g_strdup (address != NULL ? address : team);
  text = where != NULL ? g_strdup_printf ("%s\n%s", where, how) : g_strdup (how);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), csm_json_get_string (channel, "name"));
  adw_action_row_set_subtitle (row, text);
  adw_action_row_set_icon_name (row, csm_channel_state_icon (state));
  gtk_widget_remove_css_class (GTK_WIDGET (row), "works");
  gtk_widget_remove_css_class (GTK_WIDGET (row), "fails");
  if (state == CSM_CHANNEL_WORKS || state == CSM_CHANNEL_FAILS)
    gtk_widget_add_css_class (GTK_WIDGET (row), state == CSM_CHANNEL_WORKS ? "works" : "fails");
}

static void
activated_cb (CsmChannelsPage *self,
              GtkWidget       *row)
{
  GtkWidget *window = gtk_widget_get_ancestor (GTK_WIDGET (self), ADW_TYPE_PREFERENCES_WINDOW);
  guint index;

  /* The window loses its way when a second one is opened over the first. */
  if (window == NULL || self->subpage != NULL || !g_ptr_array_find (self->rows, row, &index))
    return;
  g_set_weak_pointer (&self->subpage, csm_channel_page_new (self->workbench, self->asker, self->ids->pdata[index]));
  adw_preferences_window_present_subpage (ADW_PREFERENCES_WINDOW (window), self->subpage);
}

static gboolean
is_same (CsmChannelsPage *self,
         GPtrArray       *channels)
{
  if (channels->len != self->ids->len)
    return FALSE;
  for (guint i = 0; i < channels->len; i++)
    if (g_strcmp0 (csm_json_get_string (channels->pdata[i], "id"), self->ids->pdata[i]) != 0)
      return FALSE;
  return TRUE;
}

/* The rows stay as long as the channels do: somebody may be on one with the keyboard. */
static void
make_rows (CsmChannelsPage *self,
           GPtrArray       *channels)
{
  for (guint i = 0; i < self->rows->len; i++)
    adw_preferences_group_remove (self->group, self->rows->pdata[i]);
  g_ptr_array_set_size (self->rows, 0);
  g_ptr_array_set_size (self->ids, 0);
  for (guint i = 0; i < channels->len; i++)
    {
      GtkWidget *row = make_row (self);

      g_signal_connect_object (row, "activated", G_CALLBACK (activated_cb), self, G_CONNECT_SWAPPED);
      adw_preferences_group_add (self->group, row);
      g_ptr_array_add (self->rows, row);
      g_ptr_array_add (self->ids, g_strdup (csm_json_get_string (channels->pdata[i], "id")));
    }
}

static void
show (CsmChannelsPage *self)
{
  CsmDirectory *directory = self->workbench != NULL ? csm_workbench_get_directory (self->workbench) : NULL;
  gboolean admin;

  if (directory == NULL)
    return;
  admin = csm_rights_may (self->workbench, CSM_ACTION_CHANGE_CHANNELS);
  if (!is_same (self, directory->channels))
    make_rows (self, directory->channels);
  for (guint i = 0; i < self->rows->len; i++)
    show_row (self, self->rows->pdata[i], directory->channels->pdata[i]);
  gtk_widget_set_visible (self->empty_group, self->rows->len == 0);
  gtk_widget_set_visible (GTK_WIDGET (self->group), self->rows->len > 0);
  gtk_widget_set_visible (self->connect_button, admin);
  gtk_widget_set_visible (self->reason, !admin);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "channels.connect", admin);
  if (self->rows->len == 0)
    gtk_widget_add_css_class (self->connect_button, "suggested-action");
  else
    gtk_widget_remove_css_class (self->connect_button, "suggested-action");
}

static gboolean
refresh_cb (gpointer data)
{
  show (data);
  return G_SOURCE_CONTINUE;
}

static void
show_inbox_cb (CsmChannelsPage *self)
{
  g_autoptr (CsmCaseView) view = csm_case_view_new (CSM_VIEW_INBOX, NULL);
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  if (self->workbench != NULL)
    csm_workbench_set_view (self->workbench, view);
  if (GTK_IS_WINDOW (root))
    gtk_window_close (GTK_WINDOW (root));
}

static void
connect_action (GtkWidget  *widget,
                const char *name,
                GVariant   *parameter)
{
  CsmChannelsPage *self = CSM_CHANNELS_PAGE (widget);
  GtkWindow *window = csm_mailbox_window_new (GTK_WINDOW (gtk_widget_get_root (widget)), self->workbench, self->asker, NULL);

  g_signal_connect_object (window, "show-inbox", G_CALLBACK (show_inbox_cb), self, G_CONNECT_SWAPPED);
  gtk_window_present (window);
}

static void
csm_channels_page_dispose (GObject *object)
{
  CsmChannelsPage *self = CSM_CHANNELS_PAGE (object);

  g_clear_handle_id (&self->refresh_id, g_source_remove);
  g_clear_weak_pointer (&self->subpage);
  g_clear_object (&self->workbench);
  g_clear_object (&self->asker);
  g_clear_pointer (&self->rows, g_ptr_array_unref);
  g_clear_pointer (&self->ids, g_ptr_array_unref);
  G_OBJECT_CLASS (csm_channels_page_parent_class)->dispose (object);
}

static void
csm_channels_page_class_init (CsmChannelsPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = csm_channels_page_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/org/casement/Casement/ui/csm-channels-page.ui");
  gtk_widget_class_bind_template_child (widget_class, CsmChannelsPage, empty_group);
  gtk_widget_class_bind_template_child (widget_class, CsmChannelsPage, group);
  gtk_widget_class_bind_template_child (widget_class, CsmChannelsPage, connect_button);
  gtk_widget_class_bind_template_child (widget_class, CsmChannelsPage, reason);
  gtk_widget_class_install_action (widget_class, "channels.connect", NULL, connect_action);
}

static void
csm_channels_page_init (CsmChannelsPage *self)
{
  self->rows = g_ptr_array_new ();
  self->ids = g_ptr_array_new_with_free_func (g_free);
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * csm_channels_page_set_workbench:
 * @self: the page
 * @workbench: who is signed in
 * @asker: whom to ask about mailboxes
 *
 * For once.
 */
void
csm_channels_page_set_workbench (CsmChannelsPage *self,
                                 CsmWorkbench    *workbench,
                                 CsmMailboxAsker *asker)
{
  g_return_if_fail (CSM_IS_CHANNELS_PAGE (self) && self->workbench == NULL);
  self->workbench = g_object_ref (workbench);
  self->asker = g_object_ref (asker);
  self->refresh_id = g_timeout_add_seconds (REFRESH_SECONDS, refresh_cb, self);
  g_signal_connect_object (workbench, "notify::directory", G_CALLBACK (show), self, G_CONNECT_SWAPPED);
  show (self);
}
