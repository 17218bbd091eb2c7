/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#define G_LOG_DOMAIN "csm-app"
#include "config.h"

#include "csm-application-private.h"

#include <glib/gi18n.h>

#include "csm-preferences-window.h"
#include "csm-rights.h"
#include "csm-shortcuts.h"
#include "csm-workspace-window.h"

static void
quit_action (GSimpleAction *action,
             GVariant      *parameter,
             gpointer       data)
{
  CsmApplication *self = data;

  if (self->window != NULL)
    gtk_window_close (GTK_WINDOW (self->window));
  g_application_quit (G_APPLICATION (self));
}

static void
about_action (GSimpleAction *action,
              GVariant      *parameter,
              gpointer       data)
{
  CsmApplication *self = data;

  adw_show_about_window (GTK_WINDOW (self->window),
                         "application-name", _("Casement"),
                         "application-icon", CSM_APP_ID,
                         "version", CSM_VERSION,
                         "developer-name", _("The Casement authors"),
                         "license-type", GTK_LICENSE_GPL_3_0,
                         "comments", _("Work one customer case together: the conversation with the customer on one side, with your colleagues on the other."),
                         NULL);
}

static void
shortcuts_action (GSimpleAction *action,
                  GVariant      *parameter,
                  gpointer       data)
{
  CsmApplication *self = data;

  if (self->window != NULL)
    gtk_window_present (csm_shortcuts_new (GTK_WINDOW (self->window)));
}

static void
open_case_action (GSimpleAction *action,
                  GVariant      *parameter,
                  gpointer       data)
{
  csm_application_open_case (data, g_variant_get_string (parameter, NULL));
}

static void
answer_action (GSimpleAction *action,
               GVariant      *parameter,
               gpointer       data)
{
  csm_application_answer_case (data, g_variant_get_string (parameter, NULL));
}

static void
preferences_action (GSimpleAction *action,
                    GVariant      *parameter,
                    gpointer       data)
{
  CsmApplication *self = data;
  GtkWindow *preferences;

  if (self->window == NULL)
    return;
  preferences = csm_preferences_window_new (GTK_WINDOW (self->window), self->settings, self->workbench);
  if (parameter != NULL)
    adw_preferences_window_set_visible_page_name (ADW_PREFERENCES_WINDOW (preferences), g_variant_get_string (parameter, NULL));
  g_signal_connect_object (preferences, "sign-out", G_CALLBACK (csm_application_sign_out), self, G_CONNECT_SWAPPED);
  gtk_window_present (preferences);
}

static void
workspace_action (GSimpleAction *action,
                  GVariant      *parameter,
                  gpointer       data)
{
  CsmApplication *self = data;

  if (self->window != NULL && self->workbench != NULL && csm_workbench_get_directory (self->workbench) != NULL && !csm_rights_is_guest (self->workbench))
    gtk_window_present (csm_workspace_window_new (GTK_WINDOW (self->window), self->workbench));
}

/* Keys with modifiers only: an accelerator of a bare letter would fire while somebody types. */
static void
set_accels (CsmApplication *self)
{
  GtkApplication *application = GTK_APPLICATION (self);
  guint n;
  const CsmShortcut *table = csm_shortcuts_table (&n);

  for (guint i = 0; i < n; i++)
    {
      const char *accels[] = { table[i].accel, NULL };

      if (table[i].action != NULL && !csm_shortcut_is_single_key (&table[i]))
        gtk_application_set_accels_for_action (application, table[i].action, accels);
    }
  for (int i = 0; i < 9; i++)
    {
      g_autofree char *action = g_strdup_printf ("win.view(%d)", i);
      g_autofree char *accel = g_strdup_printf ("<Control>%d", i + 1);
      const char *accels[] = { accel, NULL };

      gtk_application_set_accels_for_action (application, action, accels);
    }
}

/* The app's actions and keys. */
void
csm_application_add_actions (CsmApplication *self)
{
  static const GActionEntry entries[] = {
    { .name = "quit", .activate = quit_action },
    { .name = "about", .activate = about_action },
    { .name = "shortcuts", .activate = shortcuts_action },
    { .name = "preferences", .activate = preferences_action },
    { .name = "workspace", .activate = workspace_action },
    { .name = "open-case", .activate = open_case_action, .parameter_type = "s" },
    { .name = "answer", .activate = answer_action, .parameter_type = "s" },
    { .name = "preferences-page", .activate = preferences_action, .parameter_type = "s" },
  };

  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
  set_accels (self);
}
