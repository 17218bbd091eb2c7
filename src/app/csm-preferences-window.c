/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#define G_LOG_DOMAIN "csm-app"
#include "config.h"

#include "csm-preferences-window.h"

#include <glib/gi18n.h>

#include "csm-json.h"

struct _CsmPreferencesWindow
{
  AdwPreferencesWindow parent_instance;
  GtkSpinButton       *send_delay;
  GtkSwitch           *single_keys;
  GtkWidget           *account_group;
  AdwActionRow        *person_row;
  AdwActionRow        *server_row;
  GtkWidget           *sign_out_button;
};

enum { SIGN_OUT, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (CsmPreferencesWindow, csm_preferences_window, ADW_TYPE_PREFERENCES_WINDOW)

static void
sign_out_response_cb (CsmPreferencesWindow *self,
                      const char           *response)
{
  if (g_strcmp0 (response, "sign-out") != 0)
    return;
  g_signal_emit (self, signals[SIGN_OUT], 0);
  gtk_window_close (GTK_WINDOW (self));
}

static void
sign_out_cb (CsmPreferencesWindow *self)
{
  GtkWidget *dialog = adw_message_dialog_new (GTK_WINDOW (self), _("Sign Out?"),
                                              _("What was not sent yet stays on this computer and goes out when you sign in again."));

  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _("_Cancel"), "sign-out", _("_Sign Out"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "sign-out", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_signal_connect_object (dialog, "response", G_CALLBACK (sign_out_response_cb), self, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
csm_preferences_window_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), CSM_TYPE_PREFERENCES_WINDOW);
  G_OBJECT_CLASS (csm_preferences_window_parent_class)->dispose (object);
}

static void
csm_preferences_window_class_init (CsmPreferencesWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = csm_preferences_window_dispose;
  signals[SIGN_OUT] = g_signal_new ("sign-out", CSM_TYPE_PREFERENCES_WINDOW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                    G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/casement/Casement/ui/csm-preferences-window.ui");
  gtk_widget_class_bind_template_child (widget_class, CsmPreferencesWindow, send_delay);
  gtk_widget_class_bind_template_child (widget_class, CsmPreferencesWindow, single_keys);
  gtk_widget_class_bind_template_child (widget_class, CsmPreferencesWindow, account_group);
  gtk_widget_class_bind_template_child (widget_class, CsmPreferencesWindow, person_row);
  gtk_widget_class_bind_template_child (widget_class, CsmPreferencesWindow, server_row);
  gtk_widget_class_bind_template_child (widget_class, CsmPreferencesWindow, sign_out_button);
  gtk_widget_class_bind_template_callback (widget_class, sign_out_cb);
}

static void
csm_preferences_window_init (CsmPreferencesWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

static void
show_account (CsmPreferencesWindow *self,
              GSettings            *settings,
              CsmWorkbench         *workbench)
{
  CsmDirectory *directory = csm_workbench_get_directory (workbench);
  const char *my_id = csm_workbench_get_my_id (workbench);
  JsonObject *me = directory != NULL && my_id != NULL ? csm_directory_lookup (directory, my_id) : NULL;
  const char *email = me != NULL ? csm_json_get_string (me, "email") : NULL;
  g_autofree char *server = g_settings_get_string (settings, "server");

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->person_row),
                                 me != NULL ? csm_json_get_string (me, "name") : _("Person"));
  adw_action_row_set_subtitle (self->person_row, email != NULL ? email : "");
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->server_row),
                                 directory != NULL && directory->workspace_name != NULL ? directory->workspace_name : _("Workspace"));
  adw_action_row_set_subtitle (self->server_row, server[0] != '\0' ? server : _("On this computer"));
  gtk_button_set_label (GTK_BUTTON (self->sign_out_button), server[0] != '\0' ? _("Sign Out") : _("Leave This Workspace"));
}

/**
 * csm_preferences_window_new:
 * @parent: (nullable): the window that it belongs to
 * @settings: the app's settings
 * @workbench: (nullable): who is signed in; %NULL for nobody
 *
 * Returns: (transfer none): a window, not shown yet
 */
GtkWindow *
csm_preferences_window_new (GtkWindow    *parent,
                            GSettings    *settings,
                            CsmWorkbench *workbench)
{
  CsmPreferencesWindow *self = g_object_new (CSM_TYPE_PREFERENCES_WINDOW, "transient-for", parent, NULL);

  g_settings_bind (settings, "send-delay", self->send_delay, "value", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "single-key-shortcuts", self->single_keys, "active", G_SETTINGS_BIND_DEFAULT);
  gtk_widget_set_visible (self->account_group, workbench != NULL);
  if (workbench != NULL)
    show_account (self, settings, workbench);
  return GTK_WINDOW (self);
}
