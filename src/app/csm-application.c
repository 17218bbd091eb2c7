/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#define G_LOG_DOMAIN "csm-app"
#include "config.h"

#include "csm-application.h"

#include <glib/gi18n.h>

#include "csm-accounts.h"
#include "csm-answer-window.h"
#include "csm-app-resources.h"
#include "csm-marks.h"
#include "csm-notifier.h"
#include "csm-offline-keeper.h"
#include "csm-preferences-window.h"
#include "csm-rights.h"
#include "csm-screenshot.h"
#include "csm-shortcuts.h"
#include "csm-slow-watch.h"
#include "csm-starter.h"
#include "csm-window.h"
#include "csm-workspace-window.h"

struct _CsmApplication
{
  AdwApplication  parent_instance;
  GSettings      *settings;
  CsmAccounts    *accounts;
  CsmStarter     *starter;
  CsmWorkbench   *workbench;
  CsmOfflineKeeper *keeper;
  CsmNotifier    *notifier;
  char           *to_open;    /* a case that was asked for before there was an account */
  char           *to_answer;
  CsmWindow      *window;     /* weak; NULL also while GTK starts */
  char           *busy;       /* what there is to say before there is a window */
  char           *problem;
  gboolean        offer_mailbox; /* as soon as the new workspace is there */
  CsmSlowWatch   *slow_watch; /* NULL in a release build */
  gboolean        sample;
  gboolean        dark;
  char           *mail;
  char           *screenshot;
  int             width;
  int             height;
};

G_DEFINE_FINAL_TYPE (CsmApplication, csm_application, ADW_TYPE_APPLICATION)

static void start_last (CsmApplication *self);
static void show_first_run (CsmApplication *self, const char *problem);
static void ask_cb (CsmApplication *self, const char *why);

/* --- notifications ----------------------------------------------------------------------------------------- */

/* One a case: what is said last takes the place of what was said before. */
static char *
notification_id (const char *case_id)
{
  return g_strconcat ("case-", case_id, NULL);
}

/* Without a session bus there is nobody to tell, and GLib 2.74 would not notice before it is too late. */
static gboolean
can_notify (CsmApplication *self)
{
  return g_application_get_dbus_connection (G_APPLICATION (self)) != NULL;
}

static void
noticed_cb (CsmApplication *self,
            const char     *case_id,
            const char     *title,
            const char     *body,
            gboolean        answerable)
{
  g_autoptr (GNotification) notification = g_notification_new (title);
  g_autofree char *id = notification_id (case_id);

  g_notification_set_body (notification, body);
  g_notification_set_default_action_and_target (notification, "app.open-case", "s", case_id);
  g_notification_add_button_with_target (notification, _("Open"), "app.open-case", "s", case_id);
  if (answerable)
    g_notification_add_button_with_target (notification, _("Answer"), "app.answer", "s", case_id);
  if (can_notify (self))
    g_application_send_notification (G_APPLICATION (self), id, notification);
}

static void
seen_cb (CsmApplication *self,
         const char     *case_id)
{
  g_autofree char *id = notification_id (case_id);

  if (can_notify (self))
    g_application_withdraw_notification (G_APPLICATION (self), id);
}

static void
open_case (CsmApplication *self,
           const char     *case_id)
{
  g_application_activate (G_APPLICATION (self));
  if (self->workbench != NULL)
    {
      csm_workbench_show_case (self->workbench, case_id);
      return;
    }
  g_free (self->to_open);
  self->to_open = g_strdup (case_id);
}

/* Where the case is open already, its own box is the place to answer in. */
static void
answer_case (CsmApplication *self,
             const char     *case_id)
{
  GtkWidget *window;

  if (self->workbench == NULL)
    {
      g_free (self->to_answer);
      self->to_answer = g_strdup (case_id);
      return;
    }
  seen_cb (self, case_id);
  if (self->window != NULL && g_strcmp0 (csm_workbench_get_case_id (self->workbench), case_id) == 0)
    {
      g_application_activate (G_APPLICATION (self));
      gtk_widget_activate_action (GTK_WIDGET (self->window), "win.note", NULL);
      return;
    }
  for (GList *l = gtk_application_get_windows (GTK_APPLICATION (self)); l != NULL; l = l->next)
    if (CSM_IS_ANSWER_WINDOW (l->data) && g_strcmp0 (csm_answer_window_get_case_id (l->data), case_id) == 0)
      {
        gtk_window_present (l->data);
        return;
      }
  window = csm_answer_window_new (GTK_APPLICATION (self), csm_workbench_get_account (self->workbench), self->settings, case_id);
  g_signal_connect_object (window, "open-case", G_CALLBACK (open_case), self, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (window));
  /* Without the inbox nobody else would connect. */
  if (self->window == NULL && self->starter != NULL)
    csm_starter_connect (self->starter);
}

static void
watch (CsmApplication *self)
{
  g_autofree char *to_open = g_steal_pointer (&self->to_open);
  g_autofree char *to_answer = g_steal_pointer (&self->to_answer);

  self->notifier = csm_notifier_new (self->workbench);
  csm_notifier_set_window (self->notifier, GTK_WINDOW (self->window));
  g_signal_connect_object (self->notifier, "noticed", G_CALLBACK (noticed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->notifier, "seen", G_CALLBACK (seen_cb), self, G_CONNECT_SWAPPED);
  if (to_open != NULL)
    open_case (self, to_open);
  if (to_answer != NULL)
    answer_case (self, to_answer);
}

static void
unwatch (CsmApplication *self)
{
  GList *windows = gtk_application_get_windows (GTK_APPLICATION (self));

  if (self->notifier != NULL)
    csm_notifier_stop (self->notifier);
  g_clear_object (&self->notifier);
  while (windows != NULL)
    {
      GtkWindow *window = windows->data;

      windows = windows->next;
      if (CSM_IS_ANSWER_WINDOW (window))
        gtk_window_destroy (window);
    }
}

/* --- accounts ---------------------------------------------------------------------------------------------- */

static void
leave_account (CsmApplication *self)
{
  unwatch (self);
  if (self->window != NULL)
    csm_window_set_workbench (self->window, NULL);
  if (self->workbench != NULL)
    csm_workbench_close (self->workbench);
  g_clear_object (&self->workbench);
  if (self->keeper != NULL)
    csm_offline_keeper_stop (self->keeper);
  g_clear_object (&self->keeper);
  if (self->starter != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->starter, self);
      csm_starter_stop (self->starter);
    }
  g_clear_object (&self->starter);
}

static void
account_cb (CsmApplication *self,
            CsmAccount     *account)
{
  unwatch (self);
  g_clear_object (&self->workbench);
  if (self->keeper != NULL)
    csm_offline_keeper_stop (self->keeper);
  g_clear_object (&self->keeper);
  self->keeper = csm_offline_keeper_new (account, self->settings);
  self->workbench = csm_workbench_new (account, self->settings);
  csm_workbench_restore (self->workbench);
  if (self->window != NULL)
    csm_window_set_workbench (self->window, self->workbench);
  watch (self);
  if (self->window == NULL)
    return;
  if (self->offer_mailbox)
    gtk_widget_activate_action (GTK_WIDGET (self->window), "win.connect-mailbox", NULL);
  self->offer_mailbox = FALSE;
}

static void
busy_cb (CsmApplication *self,
         const char     *text)
{
  if (self->window != NULL)
    csm_window_show_busy (self->window, text);
  else
    self->busy = g_strdup (text);
}

static void
problem_cb (CsmApplication *self,
            const char     *text)
{
  if (self->workbench != NULL)
    csm_workbench_say (self->workbench, text);
  else
    show_first_run (self, text);
}

static CsmStarter *
renew_starter (CsmApplication *self)
{
  leave_account (self);
  self->starter = csm_starter_new ();
  g_signal_connect_object (self->starter, "account", G_CALLBACK (account_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->starter, "busy", G_CALLBACK (busy_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->starter, "problem", G_CALLBACK (problem_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->starter, "sign-in", G_CALLBACK (ask_cb), self, G_CONNECT_SWAPPED);
  return self->starter;
}

static char *
person_name (void)
{
  const char *name = g_get_real_name ();

  return g_strdup (g_str_equal (name, "Unknown") ? g_get_user_name () : name);
}

static char *
sample_source (void)
{
  const char *named = g_getenv ("CASEMENT_SAMPLE_DIR");

  return named != NULL && named[0] != '\0' ? g_strdup (named) : g_build_filename (CSM_PKGDATADIR, "sample", NULL);
}

static void
open_sample (CsmApplication *self)
{
  g_autofree char *directory = csm_accounts_dup_sample_dir (self->accounts);
  g_autofree char *source = sample_source ();
  g_autofree char *person = person_name ();

  csm_starter_open_here (renew_starter (self), directory, NULL, person, source, NULL);
}

static void
open_here (CsmApplication *self,
           const char     *workspace,
           const char     *person,
           const char     *mail)
{
  g_autofree char *directory = csm_accounts_dup_workspace_dir (self->accounts);

  csm_starter_open_here (renew_starter (self), directory, workspace, person, NULL, mail);
}

static void
open_server (CsmApplication *self,
             const char     *server,
             const char     *email,
             const char     *token)
{
  g_autofree char *directory = csm_accounts_dup_cache_dir (self->accounts, server, email);

  csm_starter_open_server (renew_starter (self), server, email, directory, token);
}

/* --- the first page ---------------------------------------------------------------------------------------- */

static void
look_around_cb (CsmApplication *self)
{
  csm_accounts_remember_sample (self->accounts);
  open_sample (self);
}

static void
start_here_cb (CsmApplication *self,
               const char     *workspace,
               const char     *person)
{
  const char *mail = csm_first_run_get_mail (csm_window_show_first_run (self->window));
  g_autofree char *copy = g_strdup (mail);

  csm_accounts_remember (self->accounts, NULL, NULL);
  self->offer_mailbox = copy == NULL;
  open_here (self, workspace, person, copy);
}

typedef struct
{
  CsmApplication *self;
  char           *server;
  char           *email;
} Joining;

/* Without a keyring one signs in at each start: no reason to wait for it now. */
static void
not_kept_cb (CsmApplication *self,
             const char     *why)
{
  if (self->workbench != NULL)
    csm_workbench_say (self->workbench, why);
}

static void
ask_cb (CsmApplication *self,
        const char     *why)
{
  if (self->window != NULL)
    csm_window_ask_sign_in (self->window, why);
}

static void
joined_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  Joining *joining = data;
  g_autoptr (CsmApplication) self = joining->self;
  g_autofree char *server = joining->server;
  g_autofree char *email = joining->email;
  g_autoptr (GError) error = NULL;
  g_autoptr (CsmSignIn) sign_in = csm_accounts_sign_in_finish (CSM_ACCOUNTS (source), result, &error);

  g_free (joining);
  if (self->window == NULL)
    return;
  if (sign_in == NULL)
    {
      g_autofree char *sentence = csm_accounts_explain (error);

      csm_window_sign_in_failed (self->window, sentence);
      return;
    }
  csm_window_close_sign_in (self->window);
  /* The same person again: all that is open stays as it is. */
  if (self->starter == NULL || self->workbench == NULL || !csm_starter_sign_in (self->starter, server, email, sign_in->token))
    open_server (self, server, email, sign_in->token);
}

static void
join_cb (CsmApplication *self,
         const char     *typed,
         const char     *email,
         const char     *password,
         const char     *code)
{
  g_autofree char *server = csm_accounts_read_server (typed);
  Joining *joining;

  if (server == NULL)
    {
      csm_window_sign_in_failed (self->window, _("This is no server's address"));
      return;
    }
  csm_window_sign_in_busy (self->window, _("Signing in…"));
  joining = g_new0 (Joining, 1);
  joining->self = g_object_ref (self);
  joining->server = g_strdup (server);
  joining->email = g_strdup (email);
  csm_accounts_sign_in_async (self->accounts, server, email, password, code, NULL, joined_cb, joining);
}

static void
show_first_run (CsmApplication *self,
                const char     *problem)
{
  CsmFirstRun *page;

  if (self->window == NULL)
    {
      self->problem = g_strdup (problem);
      return;
    }
  page = csm_window_show_first_run (self->window);
  g_signal_handlers_disconnect_by_data (page, self);
  g_signal_connect_object (page, "look-around", G_CALLBACK (look_around_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (page, "start-here", G_CALLBACK (start_here_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (page, "join", G_CALLBACK (join_cb), self, G_CONNECT_SWAPPED);
  csm_first_run_set_busy (page, NULL);
  csm_first_run_set_problem (page, problem);
}

static void
start_last (CsmApplication *self)
{
  g_autofree char *server = NULL;
  g_autofree char *email = NULL;

  if (self->sample)
    {
      open_sample (self);
      return;
    }
  if (self->mail != NULL)
    {
      g_autofree char *person = person_name ();

      csm_accounts_remember (self->accounts, NULL, NULL);
      open_here (self, _("My Workspace"), person, self->mail);
      return;
    }
  switch (csm_accounts_get_last (self->accounts))
    {
    case CSM_ACCOUNTS_HERE:
      open_here (self, NULL, NULL, NULL);
      break;
    case CSM_ACCOUNTS_SAMPLE:
      open_sample (self);
      break;
    case CSM_ACCOUNTS_SERVER:
      server = csm_accounts_dup_server (self->accounts);
      email = csm_accounts_dup_email (self->accounts);
      open_server (self, server, email, NULL);
      break;
    case CSM_ACCOUNTS_NONE:
    default:
      show_first_run (self, NULL);
      break;
    }
}

/* --- actions ----------------------------------------------------------------------------------------------- */

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
sign_out (CsmApplication *self)
{
  leave_account (self);
  csm_accounts_forget (self->accounts);
  show_first_run (self, NULL);
}

static void
open_case_action (GSimpleAction *action,
                  GVariant      *parameter,
                  gpointer       data)
{
  open_case (data, g_variant_get_string (parameter, NULL));
}

static void
answer_action (GSimpleAction *action,
               GVariant      *parameter,
               gpointer       data)
{
  answer_case (data, g_variant_get_string (parameter, NULL));
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
  g_signal_connect_object (preferences, "sign-out", G_CALLBACK (sign_out), self, G_CONNECT_SWAPPED);
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

/* --- GApplication ------------------------------------------------------------------------------------------ */

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
  CsmApplication *self = CSM_APPLICATION (application);

  /* The cache is opened and the list is read while GTK starts, which takes longer. */
  self->settings = g_settings_new (CSM_APP_ID);
  self->accounts = csm_accounts_new (self->settings, NULL);
  g_signal_connect_object (self->accounts, "not-kept", G_CALLBACK (not_kept_cb), self, G_CONNECT_SWAPPED);
  start_last (self);
  G_APPLICATION_CLASS (csm_application_parent_class)->startup (application);
  read_icons ();
  gtk_window_set_default_icon_name (CSM_APP_ID);
  g_action_map_add_action_entries (G_ACTION_MAP (application), entries, G_N_ELEMENTS (entries), application);
  set_accels (self);
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
  g_signal_connect_object (self->window, "sign-in", G_CALLBACK (join_cb), self, G_CONNECT_SWAPPED);
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
    show_first_run (self, self->problem);
  gtk_window_present (GTK_WINDOW (self->window));
}

static void
csm_application_shutdown (GApplication *application)
{
  CsmApplication *self = CSM_APPLICATION (application);

  leave_account (self);
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
