/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#define G_LOG_DOMAIN "csm-app"
#include "config.h"

#include "csm-application-private.h"

#include <glib/gi18n.h>

#include "csm-app-resources.h"
#include "csm-marks.h"
#include "csm-screenshot.h"

G_DEFINE_FINAL_TYPE (CsmApplication, csm_application, ADW_TYPE_APPLICATION)

static gpointer
icons_thread (gpointer data)
{
  g_autoptr (GtkIconTheme) theme = data;

  gtk_icon_theme_has_icon (theme, CSM_APP_ID);
  return NULL;
}

/*
 * GTK reads the icon theme in a thread, but libadwaita then adds a folder to it, whereupon the first icon of the first frame
 * would have it read once more. The theme is guarded by a lock, so that can happen in a thread as well.
 */
static void
read_icons (void)
{
  GtkIconTheme *theme = gtk_icon_theme_get_for_display (gdk_display_get_default ());

  g_thread_unref (g_thread_new ("csm-icons", icons_thread, g_object_ref (theme)));
}

static void
csm_application_startup (GApplication *application)
{
  CsmApplication *self = CSM_APPLICATION (application);

  /* The cache is opened and the list is read while GTK starts, which takes longer. */
  self->settings = g_settings_new (CSM_APP_ID);
  self->accounts = csm_accounts_new (self->settings, NULL);
  g_signal_connect_object (self->accounts, "not-kept", G_CALLBACK (csm_application_not_kept), self, G_CONNECT_SWAPPED);
  csm_application_start_last (self);
  G_APPLICATION_CLASS (csm_application_parent_class)->startup (application);
  read_icons ();
  gtk_window_set_default_icon_name (CSM_APP_ID);
  csm_application_add_actions (self);
#ifndef G_DISABLE_ASSERT
  self->slow_watch = csm_slow_watch_new ();
#endif
  if (self->dark)
    adw_style_manager_set_color_scheme (adw_style_manager_get_default (), ADW_COLOR_SCHEME_FORCE_DARK);
}

static void
painted_cb (CsmApplication *self)
{
  if (self->starter != NULL)
    csm_starter_connect (self->starter);
}

static gboolean
quit_idle_cb (gpointer data)
{
  g_application_quit (data);
  return G_SOURCE_REMOVE;
}

static void
shot_cb (gpointer data)
{
  g_idle_add (quit_idle_cb, data);
}

static void
csm_application_activate (GApplication *application)
{
  CsmApplication *self = CSM_APPLICATION (application);

  if (self->window != NULL)
    {
      gtk_window_present (GTK_WINDOW (self->window));
      return;
    }
  self->window = CSM_WINDOW (csm_window_new (GTK_APPLICATION (self), self->settings));
  g_object_add_weak_pointer (G_OBJECT (self->window), (gpointer *) &self->window);
  g_signal_connect_object (self->window, "sign-in", G_CALLBACK (csm_application_join), self, G_CONNECT_SWAPPED);
  csm_marks_watch (self->window);
  if (self->width > 0 && self->height > 0)
    csm_window_force_size (self->window, self->width, self->height);
  if (self->screenshot != NULL)
    csm_screenshot_when_ready (self->window, self->screenshot, G_CALLBACK (shot_cb), self);
  g_signal_connect_object (csm_window_get_list (self->window), "painted", G_CALLBACK (painted_cb), self, G_CONNECT_SWAPPED);
  if (self->notifier != NULL)
    csm_notifier_set_window (self->notifier, GTK_WINDOW (self->window));
  if (self->workbench != NULL)
    csm_window_set_workbench (self->window, self->workbench);
  else if (self->busy != NULL)
    csm_window_show_busy (self->window, self->busy);
  else
    csm_application_show_first_run (self, self->problem);
  gtk_window_present (GTK_WINDOW (self->window));
}

static void
csm_application_shutdown (GApplication *application)
{
  CsmApplication *self = CSM_APPLICATION (application);

  csm_application_leave_account (self);
  if (self->window != NULL)
    gtk_window_destroy (GTK_WINDOW (self->window));
  g_clear_pointer (&self->slow_watch, csm_slow_watch_free);
  G_APPLICATION_CLASS (csm_application_parent_class)->shutdown (application);
}

static int
csm_application_handle_local_options (GApplication *application,
                                      GVariantDict *options)
{
  CsmApplication *self = CSM_APPLICATION (application);

  if (g_variant_dict_contains (options, "version"))
    {
      g_print ("casement %s\n", CSM_VERSION);
      return 0;
    }
  g_variant_dict_lookup (options, "sample", "b", &self->sample);
  g_variant_dict_lookup (options, "dark", "b", &self->dark);
  g_variant_dict_lookup (options, "width", "i", &self->width);
  g_variant_dict_lookup (options, "height", "i", &self->height);
  g_variant_dict_lookup (options, "mail", "^ay", &self->mail);
  g_variant_dict_lookup (options, "screenshot", "^ay", &self->screenshot);
  /* These ask for a window of their own, not for one that is open already. */
  if (self->sample || self->mail != NULL || self->screenshot != NULL)
    g_application_set_flags (application, g_application_get_flags (application) | G_APPLICATION_NON_UNIQUE);
  return -1;
}

static void
csm_application_finalize (GObject *object)
{
  CsmApplication *self = CSM_APPLICATION (object);

  g_clear_weak_pointer (&self->window);
  g_clear_object (&self->settings);
  g_clear_object (&self->accounts);
  g_free (self->to_open);
  g_free (self->to_answer);
  g_free (self->busy);
  g_free (self->problem);
  g_free (self->mail);
  g_free (self->screenshot);
  G_OBJECT_CLASS (csm_application_parent_class)->finalize (object);
}

static void
csm_application_class_init (CsmApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = csm_application_finalize;
  application_class->startup = csm_application_startup;
  application_class->activate = csm_application_activate;
  application_class->shutdown = csm_application_shutdown;
  application_class->handle_local_options = csm_application_handle_local_options;
}

static void
csm_application_init (CsmApplication *self)
{
  static const GOptionEntry options[] = {
    { "sample", 0, 0, G_OPTION_ARG_NONE, NULL, N_("Look around in the sample workspace"), NULL },
    { "mail", 0, 0, G_OPTION_ARG_FILENAME, NULL, N_("Start on this computer with the mail in an mbox, Maildir or folder"), N_("PATH") },
    { "screenshot", 0, 0, G_OPTION_ARG_FILENAME, NULL, N_("Write a picture of the window and quit"), N_("PATH") },
    { "width", 0, 0, G_OPTION_ARG_INT, NULL, N_("Width of the window"), N_("PIXELS") },
    { "height", 0, 0, G_OPTION_ARG_INT, NULL, N_("Height of the window"), N_("PIXELS") },
    { "dark", 0, 0, G_OPTION_ARG_NONE, NULL, N_("Use the dark style"), NULL },
    { "version", 0, 0, G_OPTION_ARG_NONE, NULL, N_("Print the version and quit"), NULL },
    { NULL },
  };

  g_resources_register (csm_app_get_resource ());
  g_application_add_main_option_entries (G_APPLICATION (self), options);
}

CsmApplication *
csm_application_new (void)
{
  return g_object_new (CSM_TYPE_APPLICATION,
                       "application-id", CSM_APP_ID,
                       "resource-base-path", "/org/casement/Casement",
                       "flags", G_APPLICATION_DEFAULT_FLAGS,
                       NULL);
}
