/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-channel-setup.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "csm-error.h"
#include "csm-json.h"
#include "csm-time.h"

#define DAY (24 * 60 * 60 * CSM_SECOND)
#define MAX_FIELD 1000
/* One word for both, whatever each calls it. */
#define NO_TLS "none-on-loopback"

/* Settings as an app sends and shows them: never with a password that is stored. */

static gboolean
refuse (GError     **error,
        const char  *why)
{
  g_set_error_literal (error, CSM_ERROR, CSM_ERROR_INVALID, why);
  return FALSE;
}

static gboolean
is_line (const char *text)
{
  return text != NULL && *text != '\0' && strlen (text) <= MAX_FIELD && strpbrk (text, "\r\n") == NULL;
}

/* What both kinds of mail server have. */
static gboolean
read_server (CsmMailServer          *self,
             const CsmMailProtocol  *protocol,
             JsonObject             *json,
             GError                **error)
{
  const char *tls = csm_json_get_string (json, "tls");
  const char *name = csm_json_get_string (json, "host"), *account = csm_json_get_string (json, "user");
  gint64 number = csm_json_get_int (json, "port", 0);

  if (!is_line (name) || strpbrk (name, " /@") != NULL)
    return refuse (error, _("Which mail server? Its name is missing, or is none."));
  if (number < 1 || number > G_MAXUINT16)
    return refuse (error, _("The port is a number between 1 and 65535."));
  if (g_strcmp0 (tls, NO_TLS) == 0)
    tls = protocol->tls[CSM_MAIL_TLS_NONE];
  if (!csm_mail_server_set_tls (self, protocol, tls))
    return refuse (error, _("How is the connection encrypted? That is missing."));
  if ((account != NULL || protocol->needs_user) && !is_line (account))
    return refuse (error, _("Which account? The user name for the mail server is missing."));
  self->host = g_strdup (name);
  self->port = (guint16) number;
  self->user = g_strdup (account);
  return TRUE;
}

static gboolean
read_folders (CsmImapSettings        *self,
              JsonObject             *json,
              const CsmImapSettings  *stored,
              GError                **error)
{
  static const char *const inbox[] = { "INBOX", NULL };
  JsonArray *list = csm_json_get_array (json, "folders");
  g_autoptr (GStrvBuilder) folders = g_strv_builder_new ();
  const char *sent = csm_json_get_string (json, "sentFolder");
  const char *after = csm_json_get_string (json, "after");
  guint n = list != NULL ? json_array_get_length (list) : 0;

  if (n > CSM_CHANNEL_MAX_FOLDERS)
    return refuse (error, _("These are too many folders."));
  for (guint i = 0; i < n; i++)
    {
      JsonNode *name = json_array_get_element (list, i);

      if (!csm_json_is_string (name) || !is_line (json_node_get_string (name)))
        return refuse (error, _("A folder needs a name."));
      g_strv_builder_add (folders, json_node_get_string (name));
    }
  if (sent != NULL && !is_line (sent))
    return refuse (error, _("A folder needs a name."));
  if (n > 0)
    self->folders = g_strv_builder_end (folders);
  else
    self->folders = g_strdupv (stored != NULL ? stored->folders : (char **) inbox);
  self->sent_folder = g_strdup (sent != NULL || json_object_has_member (json, "sentFolder") || stored == NULL ? sent : stored->sent_folder);
  if (!json_object_has_member (json, "after") && stored != NULL)
    after = stored->after;
  return csm_imap_settings_set_after (self, after) || refuse (error, _("What happens on the mail server after a mail was read is “none”, “seen” or “move:FOLDER”."));
}

static gboolean
read_history (CsmImapSettings        *self,
              JsonObject             *json,
              const CsmImapSettings  *stored,
              GError                **error)
{
  gint64 days = csm_json_get_int (json, "historyDays", -1);

  if (json_object_has_member (json, "historyDays") && !json_object_get_null_member (json, "historyDays") &&
      (days < 0 || days > CSM_CHANNEL_MAX_HISTORY_DAYS))
    return refuse (error, _("How far back mail is taken in is a number of days."));
  self->added = stored != NULL ? stored->added : csm_time_now ();
  if (days >= 0)
    self->since = self->added - days * DAY;
  else
    self->since = stored != NULL ? stored->since : self->added;
  return TRUE;
}

/* A password, or what stood for it before. Files on the server are the command line's: as they were. */
static gboolean
read_password (CsmMailServer        *self,
               JsonObject           *json,
               const CsmMailServer  *stored,
               CsmMailGrant         *grant,
               GError              **error)
{
  static const CsmMailServer nothing;
  const char *given = csm_json_get_string (json, "password");

  if (stored == NULL)
    stored = &nothing;
  self->ca_file = g_strdup (stored->ca_file);
  if (self->user == NULL)
    return TRUE;
  if (given != NULL)
    {
      if (!is_line (given))
        return refuse (error, _("The password is empty, or too long."));
      self->password = g_strdup (given);
      return TRUE;
    }
  if (grant != NULL && !csm_mail_grant_equal (grant, stored->grant))
    {
      if (csm_mail_grant_is_stored (grant))
        return refuse (error, _("This is another mail server: please sign in again."));
      self->grant = csm_mail_grant_ref (grant);
      return TRUE;
    }
  if (!csm_mail_server_has_password (stored))
    return refuse (error, _("The password for the mail server is missing."));
  /* Otherwise whoever may change the settings could have it sent to a server of their own. */
  if (g_ascii_strcasecmp (stored->host, self->host) != 0)
    return refuse (error, stored->grant != NULL ? _("This is another mail server: please sign in again.")
                                                : _("This is another mail server: please type the password again."));
  csm_mail_server_copy_key (self, stored);
  return TRUE;
}

/* Never with a password; `hasPassword` says whether there is one, or what stands for it. */
static JsonObject *
write_server (const CsmMailServer *self)
{
  JsonObject *json = json_object_new ();

  csm_json_set_string (json, "host", self->host);
  json_object_set_int_member (json, "port", self->port);
  csm_json_set_string (json, "tls", self->tls == CSM_MAIL_TLS_NONE ? NO_TLS : csm_mail_imap.tls[self->tls]);
  csm_json_set_string (json, "user", self->user);
  json_object_set_boolean_member (json, "hasPassword", csm_mail_server_has_password (self));
  return json;
}

/* --- IMAP ------------------------------------------------------------------------------------------------------------------------ */

/**
 * csm_imap_settings_read_json:
 * @json: {host, port, tls, user, password, folders, sentFolder, historyDays, after}
 * @stored: (nullable): what takes the place of members that are absent, the password among them
 * @grant: (nullable): what stands for a password that is absent
 * @error: `CSM_ERROR_INVALID`: one sentence for the person who typed it
 *
 * Files on the server and commands are the command line's: from @stored only.
 *
 * Returns: (transfer full) (nullable): the settings
 */
CsmImapSettings *
csm_imap_settings_read_json (JsonObject             *json,
                             const CsmImapSettings  *stored,
                             CsmMailGrant           *grant,
                             GError                **error)
{
  g_autoptr (CsmImapSettings) self = csm_imap_settings_new ();

  if (!read_server (&self->server, &csm_mail_imap, json, error) || !read_folders (self, json, stored, error) ||
      !read_history (self, json, stored, error) || !read_password (&self->server, json, stored != NULL ? &stored->server : NULL, grant, error))
    return NULL;
  return g_steal_pointer (&self);
}

/**
 * csm_imap_settings_write_json:
 * @self: settings
 *
 * Returns: (transfer full): the same without the password; `hasPassword` says whether there is one, or what stands for it
 */
JsonObject *
csm_imap_settings_write_json (const CsmImapSettings *self)
{
  JsonObject *json = write_server (&self->server);
  JsonArray *folders = json_array_new ();

  for (guint i = 0; self->folders[i] != NULL; i++)
    json_array_add_string_element (folders, self->folders[i]);
  json_object_set_array_member (json, "folders", folders);
  csm_json_set_string (json, "sentFolder", self->sent_folder);
  json_object_set_int_member (json, "historyDays", (self->added - self->since) / DAY);
  csm_json_set_string (json, "after", self->after != NULL ? self->after : "none");
  return json;
}

/* --- SMTP ------------------------------------------------------------------------------------------------------------------------ */

/**
 * csm_smtp_settings_read_json:
 * @json: {host, port, tls, user, password}; without `user` nobody signs in
 * @stored: (nullable): what takes the place of a password that is absent
 * @grant: (nullable): what stands for it
 * @error: `CSM_ERROR_INVALID`: one sentence for the person who typed it
 *
 * Returns: (transfer full) (nullable): the settings
 */
CsmSmtpSettings *
csm_smtp_settings_read_json (JsonObject             *json,
                             const CsmSmtpSettings  *stored,
                             CsmMailGrant           *grant,
                             GError                **error)
{
  g_autoptr (CsmSmtpSettings) self = csm_smtp_settings_new ();

  if (!read_server (self, &csm_mail_smtp, json, error) || !read_password (self, json, stored, grant, error))
    return NULL;
  return g_steal_pointer (&self);
}

/**
 * csm_smtp_settings_write_json:
 * @self: settings
 *
 * Returns: (transfer full): the same without the password; `hasPassword` says whether there is one, or what stands for it
 */
JsonObject *
csm_smtp_settings_write_json (const CsmSmtpSettings *self)
{
  return write_server (self);
}
