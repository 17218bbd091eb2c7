/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-command-channel.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "csm-address.h"
#include "csm-command.h"
#include "csm-error.h"
#include "csm-json.h"
#include "csm-mail-providers.h"
#include "csm-time.h"

#define MAX_PASSWORD 4096

static const GOptionEntry end = G_OPTION_ENTRY_NULL;

/**
 * csm_channel_options_entries:
 * @self: where what is parsed goes
 * @is_new: whether there is no such mailbox yet
 *
 * Returns: (transfer full): the options, for csm_command_parse(); g_free() it
 */
GOptionEntry *
csm_channel_options_entries (CsmChannelOptions *self,
                             gboolean           is_new)
{
  const GOptionEntry entries[] = {
    { "address", 0, 0, G_OPTION_ARG_STRING, &self->address, N_("Its email address"), N_("ADDRESS") },
    { "team", 0, 0, G_OPTION_ARG_STRING, &self->team, N_("The team that new cases go to"), N_("TEAM") },
    { "imap", 0, 0, G_OPTION_ARG_STRING, &self->imap.host, N_("The mail server that its mail is read from, by IMAP"), N_("HOST[:PORT]") },
    { "imap-user", 0, 0, G_OPTION_ARG_STRING, &self->imap.user, N_("The account there"), N_("USER") },
    { "imap-password-file", 0, 0, G_OPTION_ARG_FILENAME, &self->imap.password_file, N_("A file with its password, which is stored encrypted"), N_("FILE") },
    { "imap-token-file", 0, 0, G_OPTION_ARG_FILENAME, &self->imap.token_file, N_("Instead, a file that always has a valid OAuth access token"), N_("FILE") },
    { "imap-token-command", 0, 0, G_OPTION_ARG_STRING, &self->imap.token_command, N_("Instead, what prints an OAuth access token"), N_("COMMAND") },
    { "imap-tls", 0, 0, G_OPTION_ARG_STRING, &self->imap.tls, N_("implicit (the default), starttls, or none-on-loopback"), N_("HOW") },
    { "imap-ca-file", 0, 0, G_OPTION_ARG_FILENAME, &self->imap.ca_file, N_("The certificates to trust instead of the system’s"), N_("FILE") },
    { "imap-folder", 0, 0, G_OPTION_ARG_STRING_ARRAY, &self->folders, N_("A folder to read instead of INBOX; may be given several times"), N_("FOLDER") },
    { "imap-sent-folder", 0, 0, G_OPTION_ARG_STRING, &self->sent_folder, N_("The folder with what people sent with other programs, to read it too"), N_("FOLDER") },
    { "imap-history", 0, 0, G_OPTION_ARG_INT, &self->history, N_("Also take in what came in the days before (default: only what comes from now on)"), N_("DAYS") },
    { "imap-after", 0, 0, G_OPTION_ARG_STRING, &self->after, N_("What becomes of a mail there that was taken in: none (the default), seen, or move:FOLDER"), N_("WHAT") },
    { "smtp", 0, 0, G_OPTION_ARG_STRING, &self->smtp.host, N_("The mail server that its mail is sent through, by SMTP"), N_("HOST[:PORT]") },
    { "smtp-user", 0, 0, G_OPTION_ARG_STRING, &self->smtp.user, N_("The account there, unless it is the one for IMAP"), N_("USER") },
    { "smtp-password-file", 0, 0, G_OPTION_ARG_FILENAME, &self->smtp.password_file, N_("A file with its password, unless it is the one for IMAP"), N_("FILE") },
    { "smtp-token-file", 0, 0, G_OPTION_ARG_FILENAME, &self->smtp.token_file, N_("Instead, a file that always has a valid OAuth access token"), N_("FILE") },
    { "smtp-token-command", 0, 0, G_OPTION_ARG_STRING, &self->smtp.token_command, N_("Instead, what prints an OAuth access token"), N_("COMMAND") },
    { "smtp-tls", 0, 0, G_OPTION_ARG_STRING, &self->smtp.tls, N_("implicit (the default), starttls, or none"), N_("HOW") },
    { "smtp-ca-file", 0, 0, G_OPTION_ARG_FILENAME, &self->smtp.ca_file, N_("The certificates to trust instead of the system’s"), N_("FILE") },
    { "oauth-refresh-token-file", 0, 0, G_OPTION_ARG_FILENAME, &self->grant.refresh_token_file, N_("Instead of passwords for both, a file with an OAuth refresh token, which is stored encrypted"), N_("FILE") },
    { "oauth-client-id", 0, 0, G_OPTION_ARG_STRING, &self->grant.client_id, N_("With it, the client that it was given to"), N_("ID") },
    { "oauth-client-secret-file", 0, 0, G_OPTION_ARG_FILENAME, &self->grant.client_secret_file, N_("With it, a file with that client’s secret, if it has one"), N_("FILE") },
    { "oauth-token-url", 0, 0, G_OPTION_ARG_STRING, &self->grant.token_url, N_("With it, where access tokens are given (known for some providers)"), N_("URL") },
    { "sendmail", 0, 0, G_OPTION_ARG_STRING, &self->sendmail, N_("Instead of SMTP, what sends mail: it gets the mail on standard input"), N_("COMMAND") },
    { "plus-addresses", 0, 0, G_OPTION_ARG_STRING, &self->plus, N_("Whether mail to its address with +anything before the @ arrives there, too: yes or no"), N_("YES-OR-NO") },
    { "no-test", 0, 0, G_OPTION_ARG_NONE, &self->no_test, N_("Don't try the mail servers before this is saved"), NULL },
    { "name", 0, is_new ? G_OPTION_FLAG_HIDDEN : 0, G_OPTION_ARG_STRING, &self->name, N_("Its new name"), N_("NAME") },
    end
  };

  self->history = -1;
  return g_memdup2 (entries, sizeof entries);
}

static void
clear_server (CsmServerOptions *self)
{
  g_free (self->host);
  g_free (self->user);
  g_free (self->tls);
  g_free (self->ca_file);
  g_free (self->password_file);
  g_free (self->token_file);
  g_free (self->token_command);
}

/**
 * csm_channel_options_clear:
 * @self: what was parsed
 */
void
csm_channel_options_clear (CsmChannelOptions *self)
{
  g_free (self->name);
  g_free (self->address);
  g_free (self->team);
  g_free (self->sendmail);
  g_free (self->plus);
  clear_server (&self->imap);
  clear_server (&self->smtp);
  g_free (self->grant.token_url);
  g_free (self->grant.client_id);
  g_free (self->grant.client_secret_file);
  g_free (self->grant.refresh_token_file);
  g_strfreev (self->folders);
  g_free (self->sent_folder);
  g_free (self->after);
}

/* --- Checking ------------------------------------------------------------------------------------------------------------------ */

static gboolean
usage (GError     **error,
       const char  *what)
{
  g_set_error_literal (error, CSM_ERROR, CSM_ERROR_USAGE, what);
  return FALSE;
}

static gboolean
check_program (const char  *command,
               GError     **error)
{
  g_auto (GStrv) argv = NULL;
  g_autofree char *program = NULL;

  if (!g_shell_parse_argv (command, NULL, &argv, NULL))
    {
      g_set_error (error, CSM_ERROR, CSM_ERROR_USAGE, _("“%s” is not a command"), command);
      return FALSE;
    }
  program = g_find_program_in_path (argv[0]);
  if (program != NULL)
    return TRUE;
  g_set_error (error, CSM_ERROR, CSM_ERROR_NOT_FOUND, _("There is no program “%s”"), argv[0]);
  return FALSE;
}

/* A file's first line. */
static char *
read_password (const char  *path,
               GError     **error)
{
  g_autofree char *text = NULL;
  g_autoptr (GError) local = NULL;
  gsize length = 0;

  if (!g_file_get_contents (path, &text, &length, &local))
    {
      g_set_error (error, CSM_ERROR, CSM_ERROR_NOT_FOUND, _("The password can't be read: %s"), local->message);
      return NULL;
    }
  text[strcspn (text, "\r\n")] = '\0';
  if (*text != '\0' && length <= MAX_PASSWORD && g_utf8_validate (text, -1, NULL))
    return g_steal_pointer (&text);
  g_set_error (error, CSM_ERROR, CSM_ERROR_INVALID, _("There is no password in %s"), path);
  return NULL;
}

static guint
count_ways (const CsmServerOptions *self)
{
  return (self->password_file != NULL) + (self->token_file != NULL) + (self->token_command != NULL);
}

static gboolean
says_anything (const CsmServerOptions *self)
{
  return self->host != NULL || self->user != NULL || self->tls != NULL || self->ca_file != NULL || count_ways (self) > 0;
}

static void
replace (char       **field,
         const char  *value)
{
  if (value == NULL)
    return;
  g_free (*field);
  *field = *value != '\0' ? g_strdup (value) : NULL;
}

static void
replace_path (char       **field,
              const char  *path)
{
  g_autofree char *full = path != NULL && *path != '\0' ? g_canonicalize_filename (path, NULL) : g_strdup (path);

  replace (field, full);
}

/* What one signs in with: a new way takes the place of any other. */
static gboolean
read_way (const CsmServerOptions  *self,
          CsmMailGrant            *grant,
          CsmMailServer           *server,
          GError                 **error)
{
  if (count_ways (self) == 0 && grant == NULL)
    return TRUE;
  if (self->token_command != NULL && !check_program (self->token_command, error))
    return FALSE;
  g_clear_pointer (&server->password, g_free);
  g_clear_pointer (&server->token_file, g_free);
  g_clear_pointer (&server->token_command, g_free);
  g_clear_pointer (&server->grant, csm_mail_grant_unref);
  if (count_ways (self) == 0)
    server->grant = csm_mail_grant_ref (grant);
  replace_path (&server->token_file, self->token_file);
  replace (&server->token_command, self->token_command);
  if (self->password_file == NULL)
    return TRUE;
  server->password = read_password (self->password_file, error);
  return server->password != NULL;
}

/* NULL without an error: nothing is said of one. */
static CsmMailGrant *
read_grant (const CsmChannelOptions  *self,
            const CsmChannelSetup    *setup,
            GError                  **error)
{
  const CsmGrantOptions *options = &self->grant;
  g_autoptr (JsonObject) json = json_object_new ();
  g_autofree char *refresh_token = NULL, *secret = NULL, *host = NULL;

  if (options->refresh_token_file == NULL)
    {
      if (options->token_url != NULL || options->client_id != NULL || options->client_secret_file != NULL)
        usage (error, _("Which permission? --oauth-refresh-token-file is missing"));
      return NULL;
    }
  refresh_token = read_password (options->refresh_token_file, error);
  if (refresh_token == NULL)
    return NULL;
  if (options->client_secret_file != NULL && (secret = read_password (options->client_secret_file, error)) == NULL)
    return NULL;
  if (self->imap.host != NULL)
    host = g_strndup (self->imap.host, strcspn (self->imap.host, ":"));
  else if (setup->imap != NULL)
    host = g_strdup (setup->imap->host);
  if (!csm_mail_provider_fill_grant (json, host, error))
    return NULL;
  if (options->token_url != NULL)
    csm_json_set_string (json, "tokenUrl", options->token_url);
  csm_json_set_string (json, "clientId", options->client_id);
  csm_json_set_string (json, "clientSecret", secret);
  csm_json_set_string (json, "refreshToken", refresh_token);
  return csm_mail_grant_read_json (json, NULL, error);
}

static gboolean
not_a_host (const char  *text,
            GError     **error)
{
  g_set_error (error, CSM_ERROR, CSM_ERROR_USAGE, _("“%s” is not HOST or HOST:PORT"), text);
  return FALSE;
}

/* A password goes to the server that it was typed for, and to no other. */
static gboolean
stays_there (const char              *before,
             const char              *after,
             const CsmServerOptions  *self,
             CsmMailGrant            *grant,
             GError                 **error)
{
  if (count_ways (self) > 0 || grant != NULL || g_ascii_strcasecmp (before, after) == 0)
    return TRUE;
  g_set_error (error, CSM_ERROR, CSM_ERROR_USAGE, _("%s is another mail server: please name the file with its password, or what gives its access token, again"), after);
  return FALSE;
}

/* --- Applying ------------------------------------------------------------------------------------------------------------------- */

static gboolean
apply_folders (const CsmChannelOptions  *self,
               CsmImapSettings          *settings,
               GError                  **error)
{
  for (guint i = 0; self->folders != NULL && self->folders[i] != NULL; i++)
    {
      if (*self->folders[i] == '\0' || !g_utf8_validate (self->folders[i], -1, NULL))
        return usage (error, _("A folder needs a name"));
    }
  if (self->folders != NULL && g_strv_length (self->folders) > CSM_CHANNEL_MAX_FOLDERS)
    return usage (error, _("These are too many folders"));
  if (self->folders != NULL)
    {
      g_strfreev (settings->folders);
      settings->folders = g_strdupv (self->folders);
    }
  replace (&settings->sent_folder, self->sent_folder);
  if (self->after != NULL && !csm_imap_settings_set_after (settings, self->after))
    return usage (error, _("--imap-after is none, seen or move:FOLDER"));
  if (self->history < -1 || self->history > CSM_CHANNEL_MAX_HISTORY_DAYS)
    return usage (error, _("--imap-history is a number of days"));
  if (self->history >= 0)
    settings->since = settings->added - self->history * 24 * 60 * 60 * CSM_SECOND;
  return TRUE;
}

static CsmImapSettings *
new_imap (void)
{
  CsmImapSettings *settings = csm_imap_settings_new ();

  settings->tls = CSM_IMAP_TLS_IMPLICIT;
  settings->folders = g_strsplit ("INBOX", ",", -1);
  settings->added = settings->since = csm_time_now ();
  return settings;
}

static gboolean
apply_imap (const CsmChannelOptions  *self,
            CsmChannelSetup          *setup,
            CsmMailGrant             *grant,
            GError                  **error)
{
  const CsmServerOptions *server = &self->imap;
  g_autoptr (CsmImapSettings) settings = NULL;

  if (!says_anything (server) && (grant == NULL || setup->imap == NULL) && self->folders == NULL && self->sent_folder == NULL && self->after == NULL && self->history == -1)
    return TRUE;
  if (server->host != NULL && *server->host == '\0')
    {
      g_clear_pointer (&setup->imap, csm_imap_settings_unref);
      return TRUE;
    }
  if (setup->imap == NULL && server->host == NULL)
    return usage (error, _("Which mail server? --imap is missing"));
  if (setup->imap == NULL && !csm_command_need (server->user, "--imap-user", error))
    return FALSE;
  if (count_ways (server) > 1 || (setup->imap == NULL && grant == NULL && count_ways (server) != 1))
    return usage (error, _("One of --imap-password-file, --imap-token-file, --imap-token-command and --oauth-refresh-token-file is needed"));
  settings = setup->imap != NULL ? csm_imap_settings_copy (setup->imap) : new_imap ();
  if (server->tls != NULL && !csm_mail_server_set_tls (&settings->server, &csm_mail_imap, server->tls))
    return usage (error, _("--imap-tls is implicit, starttls or none-on-loopback"));
  if (server->host != NULL && !csm_mail_server_set_host (&settings->server, &csm_mail_imap, server->host))
    return not_a_host (server->host, error);
  if (setup->imap != NULL && !stays_there (setup->imap->host, settings->host, server, grant, error))
    return FALSE;
  replace (&settings->user, server->user);
  replace_path (&settings->ca_file, server->ca_file);
  if (!apply_folders (self, settings, error) ||
      !read_way (server, grant, &settings->server, error))
    return FALSE;
  g_clear_pointer (&setup->imap, csm_imap_settings_unref);
  setup->imap = g_steal_pointer (&settings);
  return TRUE;
}

/* Mostly it is the same account. */
static void
borrow_account (CsmSmtpSettings       *settings,
                const CsmImapSettings *imap,
                gboolean               with_password)
{
  if (settings->user == NULL)
    settings->user = g_strdup (imap->user);
  if (!with_password)
    return;
  csm_mail_server_copy_key (settings, &imap->server);
}

static gboolean
apply_smtp (const CsmChannelOptions  *self,
            CsmChannelSetup          *setup,
            CsmMailGrant             *grant,
            GError                  **error)
{
  const CsmServerOptions *server = &self->smtp;
  gboolean is_new = setup->smtp == NULL, borrows;
  g_autoptr (CsmSmtpSettings) settings = NULL;

  if (!says_anything (server) && (grant == NULL || setup->smtp == NULL))
    return TRUE;
  if (server->host != NULL && *server->host == '\0')
    {
      g_clear_pointer (&setup->smtp, csm_smtp_settings_unref);
      return TRUE;
    }
  if (is_new && server->host == NULL)
    return usage (error, _("Which mail server? --smtp is missing"));
  if (count_ways (server) > 1)
    return usage (error, _("One of --smtp-password-file, --smtp-token-file and --smtp-token-command is enough"));
  settings = csm_smtp_settings_new ();
  if (!is_new)
    csm_mail_server_copy (settings, setup->smtp);
  if (server->tls != NULL && !csm_mail_server_set_tls (settings, &csm_mail_smtp, g_str_equal (server->tls, "none-on-loopback") ? "none" : server->tls))
    return usage (error, _("--smtp-tls is implicit, starttls or none"));
  if (server->host != NULL && !csm_mail_server_set_host (settings, &csm_mail_smtp, server->host))
    return not_a_host (server->host, error);
  borrows = is_new && setup->imap != NULL && (server->user == NULL || *server->user != '\0');
  if (!is_new && setup->smtp->user != NULL && !stays_there (setup->smtp->host, settings->host, server, grant, error))
    return FALSE;
  /* Whoever names the password now means both servers. */
  if (borrows && count_ways (&self->imap) == 0 && !stays_there (setup->imap->host, settings->host, server, grant, error))
    return FALSE;
  replace (&settings->user, server->user);
  replace_path (&settings->ca_file, server->ca_file);
  if (borrows)
    borrow_account (settings, setup->imap, count_ways (server) == 0 && grant == NULL);
  if (!read_way (server, grant, settings, error))
    return FALSE;
  g_clear_pointer (&setup->smtp, csm_smtp_settings_unref);
  setup->smtp = g_steal_pointer (&settings);
  return TRUE;
}

/**
 * csm_channel_options_apply:
 * @self: what was parsed
 * @setup: a mailbox as it is, or an empty one
 * @error: one line for people; `CSM_ERROR_USAGE` when the command line is wrong
 *
 * Makes @setup what the command line says. An empty value takes something away.
 *
 * Returns: whether that is possible
 */
gboolean
csm_channel_options_apply (const CsmChannelOptions  *self,
                           CsmChannelSetup          *setup,
                           GError                  **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (CsmMailGrant) grant = read_grant (self, setup, &local);

  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (self->address != NULL && !csm_address_is_valid (self->address))
    {
      g_set_error (error, CSM_ERROR, CSM_ERROR_INVALID, _("“%s” is not an email address"), self->address);
      return FALSE;
    }
  if (self->sendmail != NULL && *self->sendmail != '\0' && !check_program (self->sendmail, error))
    return FALSE;
  if (self->plus != NULL && !g_str_equal (self->plus, "yes") && !g_str_equal (self->plus, "no"))
    return usage (error, _("--plus-addresses is yes or no"));
  if (self->plus != NULL)
    setup->plus_addressing = g_str_equal (self->plus, "yes");
  replace (&setup->name, self->name);
  replace (&setup->address, self->address);
  replace (&setup->sendmail, self->sendmail);
  return apply_imap (self, setup, grant, error) && apply_smtp (self, setup, grant, error);
}
