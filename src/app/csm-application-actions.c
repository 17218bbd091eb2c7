/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
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
open_link_action (GSimpleAction *action,
                  GVariant      *parameter,
                  gpointer       data)
{
  csm_application_open_link (data, g_variant_get_string (parameter, NULL));
}

/* What the buttons of notifications do. */
static void
deed_action (GSimpleAction *action,
             GVariant      *parameter,
             gpointer       data)
{
  static const char *const names[] = {
    [CSM_DEED_ANSWER] = "answer",
    [CSM_DEED_REPLY] = "reply",
    [CSM_DEED_ASSIGN_ME] = "assign-me",
    [CSM_DEED_SNOOZE] = "snooze-tomorrow",
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_str_equal (names[i], g_action_get_name (G_ACTION (action))))
      csm_application_do (data, i, g_variant_get_string (parameter, NULL));
}

static void
show_action (GSimpleAction *action,
             GVariant      *parameter,
             gpointer       data)
{
  g_application_activate (data);
}

/* From the menu of the app's icon. */
static void
search_action (GSimpleAction *action,
               GVariant      *parameter,
               gpointer       data)
{
  CsmApplication *self = data;

  g_application_activate (data);
  if (self->workbench != NULL)
    gtk_widget_activate_action (GTK_WIDGET (self->window), "win.search", NULL);
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

      if (table[i].action != NULL && table[i].accel[0] != '\0' && !csm_shortcut_is_single_key (&table[i]))
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
    { .name = "open-link", .activate = open_link_action, .parameter_type = "s" },
    { .name = "answer", .activate = deed_action, .parameter_type = "s" },
    { .name = "reply", .activate = deed_action, .parameter_type = "s" },
    { .name = "assign-me", .activate = deed_action, .parameter_type = "s" },
    { .name = "snooze-tomorrow", .activate = deed_action, .parameter_type = "s" },
    { .name = "show", .activate = show_action },
    { .name = "search", .activate = search_action },
    { .name = "preferences-page", .activate = preferences_action, .parameter_type = "s" },
  };

  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
  set_accels (self);
}
