/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-application-private.h"

#include <glib/gi18n.h>
#include <malloc.h>

#include "csm-app-resources.h"
#include "csm-button-names.h"
#include "csm-contrast.h"
#include "csm-large-text.h"
#include "csm-marks.h"
#include "csm-screenshot.h"

/* Without a window the app is there for so long after it was last asked something. */
#define IDLE_SECONDS 30
/* After the start, or after the person went elsewhere, until memory is tidied up */
#define TIDY_MS 1500

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

/* The sentence has a place only while somebody looks. */
static void
refused_cb (CsmApplication *self,
            const char     *why)
{
  if (self->workbench != NULL && self->window != NULL)
    csm_workbench_say (self->workbench, why);
}

/* --- what the desktop asks --------------------------------------------------------------------------------- */

/* Between two keys the desktop's search does not wait for the app to start again. */
static void
asked_cb (CsmApplication *self)
{
  if (self->window != NULL)
    return;
  g_application_set_inactivity_timeout (G_APPLICATION (self), IDLE_SECONDS * 1000);
  g_application_hold (G_APPLICATION (self));
  g_application_release (G_APPLICATION (self));
}

static gboolean
csm_application_dbus_register (GApplication     *application,
                               GDBusConnection  *bus,
                               const char       *path,
                               GError          **error)
{
  CsmApplication *self = CSM_APPLICATION (application);
  g_autofree char *search = g_strconcat (path, "/SearchProvider", NULL);

  if (!G_APPLICATION_CLASS (csm_application_parent_class)->dbus_register (application, bus, path, error))
    return FALSE;
  self->provider = csm_search_provider_new ();
  g_signal_connect_object (self->provider, "asked", G_CALLBACK (asked_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->provider, "open", G_CALLBACK (csm_application_open_link), self, G_CONNECT_SWAPPED);
  return csm_search_provider_export (self->provider, bus, search, error);
}

static void
csm_application_dbus_unregister (GApplication    *application,
                                 GDBusConnection *bus,
                                 const char      *path)
{
  CsmApplication *self = CSM_APPLICATION (application);

  if (self->provider != NULL)
    csm_search_provider_unexport (self->provider);
  g_clear_object (&self->provider);
  G_APPLICATION_CLASS (csm_application_parent_class)->dbus_unregister (application, bus, path);
}

static void
csm_application_open (GApplication  *application,
                      GFile        **files,
                      int            n_files,
                      const char    *hint)
{
  for (int i = 0; i < n_files; i++)
    {
      g_autofree char *uri = g_file_get_uri (files[i]);

      csm_application_open_link (CSM_APPLICATION (application), uri);
    }
}

/* Whatever else knows of files, a link stays as it was written. */
static GFile *
link_file_cb (GVfs       *vfs,
              const char *uri,
              gpointer    data)
{
  return g_vfs_get_file_for_uri (g_vfs_get_local (), uri);
}

/* Nobody types a link where the name of a file goes; but GIO calls this without a look whether it is there. */
static GFile *
no_name_cb (GVfs       *vfs,
            const char *name,
            gpointer    data)
{
  return NULL;
}

static void
register_links (void)
{
  GVfs *vfs = g_vfs_get_default ();

  if (vfs != g_vfs_get_local ())
    g_vfs_register_uri_scheme (vfs, CSM_LINK_SCHEME, link_file_cb, NULL, NULL, no_name_cb, NULL, NULL);
}

/* --- GApplication ------------------------------------------------------------------------------------------ */

static void
csm_application_startup (GApplication *application)
{
  CsmApplication *self = CSM_APPLICATION (application);

  /* The cache is opened and the list is read while GTK starts, which takes longer. */
  self->settings = g_settings_new (CSM_APP_ID);
  self->accounts = csm_accounts_new (self->settings, NULL);
  g_signal_connect_object (self->accounts, "not-kept", G_CALLBACK (csm_application_not_kept), self, G_CONNECT_SWAPPED);
  self->background = csm_background_new (application, self->settings);
  g_signal_connect_object (self->background, "refused", G_CALLBACK (refused_cb), self, G_CONNECT_SWAPPED);
  csm_application_start_last (self);
  G_APPLICATION_CLASS (csm_application_parent_class)->startup (application);
  csm_button_names_watch ();
  csm_contrast_watch ();
  csm_large_text_watch ();
  read_icons ();
  gtk_window_set_default_icon_name (CSM_APP_ID);
  csm_application_add_actions (self);
#ifndef G_DISABLE_ASSERT
  self->slow_watch = csm_slow_watch_new ();
#endif
  if (self->dark)
    adw_style_manager_set_color_scheme (adw_style_manager_get_default (), ADW_COLOR_SCHEME_FORCE_DARK);
}

/* What the start, or an hour of work, took and nothing needs any more: of its own accord the C library keeps it. */
static gboolean
tidy_cb (gpointer data)
{
  CsmApplication *self = data;

  self->tidy_id = 0;
  malloc_trim (0);
  return G_SOURCE_REMOVE;
}

static void
tidy_soon (CsmApplication *self)
{
  g_clear_handle_id (&self->tidy_id, g_source_remove);
  self->tidy_id = g_timeout_add_full (G_PRIORITY_LOW, TIDY_MS, tidy_cb, self, NULL);
}

static void
active_cb (CsmApplication *self)
{
  if (self->window != NULL && !gtk_window_is_active (GTK_WINDOW (self->window)))
    tidy_soon (self);
}

static void
painted_cb (CsmApplication *self)
{
  if (self->starter != NULL)
    csm_starter_connect (self->starter);
  tidy_soon (self);
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

/* Once: whoever starts the app again wants to see it. */
static void
start_quietly (CsmApplication *self)
{
  self->quiet = FALSE;
  if (csm_background_is_held (self->background))
    csm_starter_connect (self->starter);
  else
    g_message ("running in the background is switched off, or there is no workspace yet");
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
  if (self->quiet)
    {
      start_quietly (self);
      return;
    }
  /* With the last window the app ends. */
  g_application_set_inactivity_timeout (application, 0);
  self->window = CSM_WINDOW (csm_window_new (GTK_APPLICATION (self), self->settings));
  g_object_add_weak_pointer (G_OBJECT (self->window), (gpointer *) &self->window);
  g_signal_connect_object (self->window, "sign-in", G_CALLBACK (csm_application_join), self, G_CONNECT_SWAPPED);
  csm_marks_watch (self->window);
  if (self->width > 0 && self->height > 0)
    csm_window_force_size (self->window, self->width, self->height);
  if (self->screenshot != NULL)
    csm_screenshot_when_ready (self->window, self->screenshot, G_CALLBACK (shot_cb), self);
  g_signal_connect_object (csm_window_get_list (self->window), "painted", G_CALLBACK (painted_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->window, "notify::is-active", G_CALLBACK (active_cb), self, G_CONNECT_SWAPPED);
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
  csm_background_stop (self->background);
  g_clear_object (&self->background);
  if (self->window != NULL)
    gtk_window_destroy (GTK_WINDOW (self->window));
  g_clear_handle_id (&self->tidy_id, g_source_remove);
  g_clear_pointer (&self->slow_watch, csm_slow_watch_free);
  G_APPLICATION_CLASS (csm_application_parent_class)->shutdown (application);
}

/* With an app that runs already there is nothing to start. Returns: the exit status, or -1 to go on */
static int
reach_running (GApplication *application,
               gboolean      search)
{
  g_autoptr (GError) error = NULL;

  if (!g_application_register (application, NULL, &error))
    {
      g_printerr ("%s\n", error->message);
      return 1;
    }
  if (search)
    g_action_group_activate_action (G_ACTION_GROUP (application), "search", NULL);
  return search || g_application_get_is_remote (application) ? 0 : -1;
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
  g_variant_dict_lookup (options, "background", "b", &self->quiet);
  register_links ();
  if (self->quiet || g_variant_dict_contains (options, "search"))
    return reach_running (application, g_variant_dict_contains (options, "search"));
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
  g_clear_pointer (&self->link, csm_link_free);
  csm_application_forget_deeds (self);
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
  application_class->open = csm_application_open;
  application_class->dbus_register = csm_application_dbus_register;
  application_class->dbus_unregister = csm_application_dbus_unregister;
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
    { "background", 0, 0, G_OPTION_ARG_NONE, NULL, N_("Start without a window, if that is switched on"), NULL },
    { "search", 0, 0, G_OPTION_ARG_NONE, NULL, N_("Open the search"), NULL },
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
                       "flags", G_APPLICATION_HANDLES_OPEN,
                       NULL);
}
