/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-mailbox-window-private.h"

#include <glib/gi18n.h>

#include "csm-browser-sign-in.h"
#include "csm-channel-words.h"
#include "csm-json.h"
#include "csm-record-choice.h"

/* What the server is asked on the way, and what its answers mean for the pages. */

typedef void (*Answered) (CsmMailboxWindow *self,
                          JsonObject       *answer,
                          const GError     *error);

typedef struct
{
  CsmMailboxWindow *self;
  GCancellable     *cancellable;
  Answered          answered;
} Asking;

/* Ends what is asked now, if anything: its answer is not waited for. */
void
csm_mailbox_window_stop (CsmMailboxWindow *self)
{
  g_cancellable_cancel (self->asking);
  g_clear_object (&self->asking);
}

static void
answered_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  Asking *asking = data;
  g_autoptr (CsmMailboxWindow) self = asking->self;
  g_autoptr (GCancellable) cancellable = asking->cancellable;
  Answered answered = asking->answered;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) answer = csm_mailbox_asker_ask_finish (CSM_MAILBOX_ASKER (source), result, &error);

  g_free (asking);
  if (self->asking != cancellable || self->workbench == NULL)
    return;
  g_clear_object (&self->asking);
  answered (self, answer, error);
  csm_mailbox_window_update (self);
}

/* Shows that something is under way, until csm_mailbox_window_stop(). */
static Asking *
begin (CsmMailboxWindow *self,
       const char       *busy,
       Answered          answered)
{
  Asking *asking = g_new0 (Asking, 1);

  csm_mailbox_window_stop (self);
  self->asking = g_cancellable_new ();
  asking->self = g_object_ref (self);
  asking->cancellable = g_object_ref (self->asking);
  asking->answered = answered;
  gtk_label_set_text (self->busy_label, busy);
  gtk_stack_set_visible_child_name (self->stack, "busy");
  csm_mailbox_window_update (self);
  return asking;
}

static void
ask (CsmMailboxWindow *self,
     const char       *name,
     JsonObject       *arguments,
     const char       *busy,
     Answered          answered)
{
  Asking *asking = begin (self, busy, answered);

  csm_mailbox_asker_ask_async (self->asker, name, arguments, self->asking, answered_cb, asking);
}

static void
add_id (CsmMailboxWindow *self,
        JsonObject       *arguments)
{
  if (self->channel_id != NULL)
    json_object_set_string_member (arguments, "id", self->channel_id);
  else
    json_object_set_null_member (arguments, "id");
}

/* --- what is stored ---------------------------------------------------------------------------------------- */

static gboolean
is_set (JsonObject *settings,
        const char *side)
{
  return settings != NULL && csm_json_get_object (settings, side) != NULL;
}

static void
read_cb (CsmMailboxWindow *self,
         JsonObject       *answer,
         const GError     *error)
{
  JsonObject *settings = answer != NULL ? csm_json_get_object (answer, "settings") : NULL;

  self->reading = FALSE;
  if (settings == NULL)
    {
      csm_mailbox_window_show_page (self, "address");
      csm_mailbox_window_say (self->address_problem, error != NULL ? error->message : NULL);
      return;
    }
  /* One that mail was only ever piped into has no servers: that is like a new one. */
  if (!is_set (settings, "imap") && !is_set (settings, "smtp"))
    {
      csm_mailbox_window_show_page (self, "address");
      return;
    }
  csm_mailbox_window_show_stored (self, settings);
}

/* Asks how the mailbox is connected now. */
void
csm_mailbox_window_read (CsmMailboxWindow *self)
{
  JsonObject *arguments = json_object_new ();

  add_id (self, arguments);
  self->reading = TRUE;
  ask (self, "mailbox/settings", arguments, _("Reading the settings…"), read_cb);
}

/* --- finding ----------------------------------------------------------------------------------------------- */

static void
found_cb (CsmMailboxWindow *self,
          JsonObject       *answer,
          const GError     *error)
{
  JsonArray *candidates = answer != NULL ? csm_json_get_array (answer, "candidates") : NULL;

  if (error != NULL)
    {
      csm_mailbox_window_show_page (self, "address");
      csm_mailbox_window_say (self->address_problem, error->message);
      return;
    }
  /* Another mailbox's password is nobody else's business. */
  if (self->found_for != NULL)
    gtk_editable_set_text (GTK_EDITABLE (self->password_row), "");
  g_free (self->found_for);
  self->found_for = csm_mailbox_window_dup_address (self);
  g_clear_pointer (&self->candidates, json_array_unref);
  self->candidates = candidates != NULL ? json_array_ref (candidates) : json_array_new ();
  csm_mailbox_window_show_found (self);
  csm_mailbox_window_show_page (self, "account");
}

/* Returns: (nullable): the name of another channel that has the mailbox */
static const char *
find_owner (CsmMailboxWindow *self,
            const char       *address)
{
  CsmDirectory *directory = csm_workbench_get_directory (self->workbench);

  for (guint i = 0; directory != NULL && i < directory->channels->len; i++)
    {
      JsonObject *channel = directory->channels->pdata[i];
      const char *other = csm_json_get_string (channel, "address");

      if (csm_channel_is_connected (channel) && other != NULL && g_ascii_strcasecmp (other, address) == 0 &&
          g_strcmp0 (csm_json_get_string (channel, "id"), self->channel_id) != 0)
        return csm_json_get_string (channel, "name");
    }
  return NULL;
}

/* Looks for the servers of the address; for the same address again nothing is lost that was typed since. */
void
csm_mailbox_window_find (CsmMailboxWindow *self)
{
  g_autofree char *address = csm_mailbox_window_dup_address (self);
  const char *owner = find_owner (self, address);
  JsonObject *arguments;

  csm_mailbox_window_say (self->address_problem, NULL);
  if (owner != NULL)
    {
      /* Translators: %s is what a mailbox is called: "Support" */
      g_autofree char *problem = g_strdup_printf (_("This mailbox is connected already: “%s”."), owner);

      csm_mailbox_window_say (self->address_problem, problem);
      return;
    }
  if (g_strcmp0 (self->found_for, address) == 0)
    {
      csm_mailbox_window_show_page (self, "account");
      return;
    }
  arguments = json_object_new ();
  json_object_set_string_member (arguments, "address", address);
  ask (self, "mailbox/find", arguments, _("Looking for the settings…"), found_cb);
}

/* --- signing in with the browser ----------------------------------------------------------------------------- */

static void
exchanged_cb (CsmMailboxWindow *self,
              JsonObject       *answer,
              const GError     *error)
{
  if (answer != NULL)
    csm_mailbox_grant_row_take (self->grant_row, answer);
  csm_mailbox_window_show_page (self, "account");
  csm_mailbox_window_say (self->account_problem, error != NULL ? error->message : NULL);
}

/* What the browser brings is good once, and the server makes of it what lasts. */
static void
exchange (CsmMailboxWindow *self,
          JsonObject       *found)
{
  static const char *const members[] = { "code", "codeVerifier", "redirectUri" };
  JsonObject *grant = csm_mailbox_grant_row_get (self->grant_row);
  JsonObject *arguments = json_object_new ();

  for (guint i = 0; i < G_N_ELEMENTS (members); i++)
    json_object_set_string_member (grant, members[i], csm_json_get_string (found, members[i]));
  add_id (self, arguments);
  json_object_set_object_member (arguments, "grant", grant);
  ask (self, "mailbox/signIn", arguments, _("Asking for lasting access…"), exchanged_cb);
}

static void
returned_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  Asking *asking = data;
  g_autoptr (CsmMailboxWindow) self = asking->self;
  g_autoptr (GCancellable) cancellable = asking->cancellable;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) found = csm_browser_sign_in_wait_finish (CSM_BROWSER_SIGN_IN (source), result, &error);

  g_free (asking);
  if (self->asking != cancellable || self->workbench == NULL)
    return;
  g_clear_object (&self->asking);
  if (found != NULL)
    exchange (self, found);
  else
    exchanged_cb (self, NULL, error);
  csm_mailbox_window_update (self);
}

/* Opens the browser, and waits until it comes back, or somebody has had enough of that. */
void
csm_mailbox_window_sign_in (CsmMailboxWindow *self)
{
  g_autoptr (JsonObject) terms = csm_mailbox_grant_row_get (self->grant_row);
  g_autofree char *address = csm_mailbox_window_dup_address (self);
  g_autoptr (GError) error = NULL;
  g_autoptr (CsmBrowserSignIn) sign_in = terms != NULL ? csm_browser_sign_in_new (terms, address, &error) : NULL;
  Asking *asking;

  csm_mailbox_window_say (self->account_problem, error != NULL ? error->message : NULL);
  if (sign_in == NULL)
    return;
  asking = begin (self, _("Sign in with the browser, and come back here."), NULL);
  csm_browser_sign_in_wait_async (sign_in, self->asking, returned_cb, asking);
  csm_mailbox_asker_browse (self->asker, csm_browser_sign_in_get_url (sign_in));
}

/* --- trying ------------------------------------------------------------------------------------------------ */

static JsonObject *
make_settings (CsmMailboxWindow *self)
{
  JsonObject *grant = csm_mailbox_grant_row_get (self->grant_row);
  const char *password = grant == NULL ? gtk_editable_get_text (GTK_EDITABLE (self->password_row)) : NULL;
  JsonObject *settings = json_object_new ();
  JsonObject *imap = csm_mailbox_server_row_get (self->imap_row, password);
  JsonObject *smtp = csm_mailbox_server_row_get (self->smtp_row, password);

  if (imap != NULL)
    json_object_set_object_member (settings, "imap", imap);
  else
    json_object_set_null_member (settings, "imap");
  if (smtp != NULL)
    json_object_set_object_member (settings, "smtp", smtp);
  else
    json_object_set_null_member (settings, "smtp");
  json_object_set_null_member (settings, "sendmail");
  if (grant != NULL)
    json_object_set_object_member (settings, "grant", grant);
  else
    json_object_set_null_member (settings, "grant");
  return settings;
}

/* Returns: whether that way works, or is not wanted */
static gboolean
show_side (CsmMailboxServerRow *server,
           AdwActionRow        *row,
           GtkImage            *icon,
           JsonObject          *result)
{
  const char *description = result != NULL ? csm_json_get_string (result, "description") : NULL;
  gboolean good = result == NULL || csm_json_get_boolean (result, "ok");

  csm_mailbox_server_row_set_fails (server, !good);
  gtk_widget_set_visible (GTK_WIDGET (row), result != NULL);
  adw_action_row_set_subtitle (row, description != NULL ? description : "");
  gtk_image_set_from_icon_name (icon, good ? "object-select-symbolic" : "dialog-warning-symbolic");
  gtk_widget_add_css_class (GTK_WIDGET (icon), good ? "success" : "warning");
  gtk_widget_remove_css_class (GTK_WIDGET (icon), good ? "warning" : "success");
  return good;
}

static const char *
describe (JsonObject *result)
{
  const char *description = csm_json_get_string (result, "description");

  return description != NULL ? description : _("It does not work.");
}

static void
show_folders (CsmMailboxWindow *self,
              JsonObject       *imap)
{
  g_autoptr (JsonObject) server = csm_mailbox_server_row_get (self->imap_row, NULL);
  JsonArray *folders = imap != NULL ? csm_json_get_array (imap, "folders") : NULL;
  g_autofree char *whose = NULL;

  gtk_widget_set_visible (GTK_WIDGET (self->folders), folders != NULL && server != NULL);
  if (folders == NULL || server == NULL)
    return;
  whose = g_strdup_printf ("%s %s", csm_json_get_string (server, "host"), csm_json_get_string (server, "user"));
  /* What was chosen among the same folders stays. */
  if (g_strcmp0 (whose, self->folders_of) == 0)
    return;
  csm_mailbox_folders_set (self->folders, folders, self->stored != NULL ? csm_json_get_object (self->stored, "imap") : NULL);
  g_free (self->folders_of);
  self->folders_of = g_steal_pointer (&whose);
}

static void
tested_cb (CsmMailboxWindow *self,
           JsonObject       *answer,
           const GError     *error)
{
  JsonObject *imap = answer != NULL ? csm_json_get_object (answer, "imap") : NULL;
  JsonObject *smtp = answer != NULL ? csm_json_get_object (answer, "smtp") : NULL;
  g_autoptr (GString) problem = g_string_new (error != NULL ? error->message : NULL);
  gboolean in = show_side (self->imap_row, self->in_row, self->in_icon, imap);
  gboolean out = show_side (self->smtp_row, self->out_row, self->out_icon, smtp);

  if (answer == NULL || !in || !out)
    {
      if (answer != NULL && !in)
        g_string_append_printf (problem, _("Receiving: %s"), describe (imap));
      if (answer != NULL && !in && !out)
        g_string_append_c (problem, '\n');
      if (answer != NULL && !out)
        g_string_append_printf (problem, _("Sending: %s"), describe (smtp));
      csm_mailbox_window_show_page (self, "account");
      csm_mailbox_window_say (self->account_problem, problem->str);
      return;
    }
  show_folders (self, imap);
  csm_mailbox_window_show_page (self, "mailbox");
}

/* Tries both ways. */
void
csm_mailbox_window_test (CsmMailboxWindow *self)
{
  JsonObject *arguments = json_object_new ();

  csm_mailbox_window_say (self->account_problem, NULL);
  add_id (self, arguments);
  json_object_set_object_member (arguments, "settings", make_settings (self));
  ask (self, "mailbox/test", arguments, _("Testing both ways…"), tested_cb);
}

/* --- connecting -------------------------------------------------------------------------------------------- */

static void
connected_cb (CsmMailboxWindow *self,
              JsonObject       *answer,
              const GError     *error)
{
  const char *id = answer != NULL ? csm_json_get_string (answer, "id") : NULL;

  if (error != NULL || id == NULL)
    {
      csm_mailbox_window_show_page (self, "mailbox");
      csm_mailbox_window_say (self->mailbox_problem, error != NULL ? error->message : _("The server did not say what became of it. Close this window and look whether the mailbox is among the channels."));
      return;
    }
  if (self->stored != NULL)
    {
      gtk_window_close (GTK_WINDOW (self));
      return;
    }
  g_free (self->channel_id);
  self->channel_id = g_strdup (id);
  csm_mailbox_window_show_done (self);
}

static void
add_names (CsmMailboxWindow *self,
           JsonObject       *arguments)
{
  g_autofree char *address = csm_mailbox_window_dup_address (self);
  g_autofree char *name = g_strstrip (g_strdup (gtk_editable_get_text (self->name_row)));

  json_object_set_string_member (arguments, "name", name);
  if (address[0] != '\0')
    json_object_set_string_member (arguments, "address", address);
  csm_record_choice_put (self->team_row, arguments, "teamId");
}

/* Keeps what was tried on the server, which begins to fetch. */
void
csm_mailbox_window_connect (CsmMailboxWindow *self)
{
  JsonObject *settings;
  JsonObject *imap;
  JsonObject *arguments;

  if (csm_mailbox_server_row_is_wanted (self->imap_row) && !csm_mailbox_folders_is_complete (self->folders))
    {
      csm_mailbox_window_say (self->mailbox_problem, _("Choose at least one folder to read."));
      return;
    }
  csm_mailbox_window_say (self->mailbox_problem, NULL);
  settings = make_settings (self);
  imap = csm_json_get_object (settings, "imap");
  arguments = json_object_new ();
  add_id (self, arguments);
  add_names (self, arguments);
  if (imap != NULL && self->folders_of != NULL)
    csm_mailbox_folders_apply (self->folders, imap);
  json_object_set_object_member (arguments, "settings", settings);
  ask (self, "mailbox/connect", arguments, self->stored != NULL ? _("Saving…") : _("Connecting…"), connected_cb);
}
