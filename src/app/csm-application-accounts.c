/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-application-private.h"

#include <glib/gi18n.h>

static void ask_cb (CsmApplication *self,
                    const char     *why);

void
csm_application_leave_account (CsmApplication *self)
{
  csm_application_unwatch (self);
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
  csm_application_unwatch (self);
  g_clear_object (&self->workbench);
  if (self->keeper != NULL)
    csm_offline_keeper_stop (self->keeper);
  g_clear_object (&self->keeper);
  self->keeper = csm_offline_keeper_new (account, self->settings);
  self->workbench = csm_workbench_new (account, self->settings);
  csm_workbench_restore (self->workbench);
  if (self->window != NULL)
    csm_window_set_workbench (self->window, self->workbench);
  csm_application_watch (self);
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
    csm_application_show_first_run (self, text);
}

static CsmStarter *
renew_starter (CsmApplication *self)
{
  csm_application_leave_account (self);
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
void
csm_application_not_kept (CsmApplication *self,
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

void
csm_application_join (CsmApplication *self,
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

void
csm_application_show_first_run (CsmApplication *self,
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
  g_signal_connect_object (page, "join", G_CALLBACK (csm_application_join), self, G_CONNECT_SWAPPED);
  csm_first_run_set_busy (page, NULL);
  csm_first_run_set_problem (page, problem);
}

void
csm_application_start_last (CsmApplication *self)
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
      csm_application_show_first_run (self, NULL);
      break;
    }
}

void
csm_application_sign_out (CsmApplication *self)
{
  csm_application_leave_account (self);
  csm_accounts_forget (self->accounts);
  csm_application_show_first_run (self, NULL);
}
