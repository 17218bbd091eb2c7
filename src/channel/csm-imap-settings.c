/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-imap-settings.h"

#include <string.h>

#include "csm-error.h"
#include "csm-json.h"
#include "csm-time.h"
#include "csm-txn-mailbox.h"

#define PORT_IMPLICIT 993
#define PORT_PLAIN 143
#define AFTER_SEEN "seen"
#define AFTER_MOVE "move:"

static const char *const tls_names[] = { "implicit", "starttls", "none-on-loopback" };

static void
clear (gpointer data)
{
  CsmImapSettings *self = data;

  g_free (self->host);
  g_free (self->ca_file);
  g_free (self->user);
  g_free (self->password);
  g_free (self->token_file);
  g_free (self->token_command);
  g_clear_pointer (&self->grant, csm_mail_grant_unref);
  g_strfreev (self->folders);
  g_free (self->sent_folder);
  g_free (self->after);
}

/**
 * csm_imap_settings_new:
 *
 * Returns: (transfer full): empty settings; not to be changed once others have them
 */
CsmImapSettings *
csm_imap_settings_new (void)
{
  return g_atomic_rc_box_new0 (CsmImapSettings);
}

/**
 * csm_imap_settings_copy:
 * @self: settings
 *
 * Returns: (transfer full): others that say the same, and may be changed
 */
CsmImapSettings *
csm_imap_settings_copy (const CsmImapSettings *self)
{
  CsmImapSettings *copy = csm_imap_settings_new ();

  *copy = *self;
  copy->host = g_strdup (self->host);
  copy->ca_file = g_strdup (self->ca_file);
  copy->user = g_strdup (self->user);
  copy->password = g_strdup (self->password);
  copy->token_file = g_strdup (self->token_file);
  copy->token_command = g_strdup (self->token_command);
  copy->grant = self->grant != NULL ? csm_mail_grant_ref (self->grant) : NULL;
  copy->folders = g_strdupv (self->folders);
  copy->sent_folder = g_strdup (self->sent_folder);
  copy->after = g_strdup (self->after);
  return copy;
}

/**
 * csm_imap_settings_ref:
 * @self: settings
 *
 * Returns: (transfer full): the same
 */
CsmImapSettings *
csm_imap_settings_ref (CsmImapSettings *self)
{
  return g_atomic_rc_box_acquire (self);
}

/**
 * csm_imap_settings_unref:
 * @self: settings
 */
void
csm_imap_settings_unref (CsmImapSettings *self)
{
  g_atomic_rc_box_release_full (self, clear);
}

/**
 * csm_imap_settings_set_host:
 * @self: settings, whose `tls` is set
 * @text: HOST, HOST:PORT or [ADDRESS]:PORT
 *
 * Returns: whether that could be understood
 */
gboolean
csm_imap_settings_set_host (CsmImapSettings *self,
                            const char      *text)
{
  guint16 port = self->tls == CSM_IMAP_TLS_IMPLICIT ? PORT_IMPLICIT : PORT_PLAIN;
  g_autoptr (GSocketConnectable) address = strpbrk (text, " /@") == NULL ? g_network_address_parse (text, port, NULL) : NULL;

  if (address == NULL || *g_network_address_get_hostname (G_NETWORK_ADDRESS (address)) == '\0')
    return FALSE;
  g_free (self->host);
  self->host = g_strdup (g_network_address_get_hostname (G_NETWORK_ADDRESS (address)));
  self->port = g_network_address_get_port (G_NETWORK_ADDRESS (address));
  return self->port != 0;
}

/**
 * csm_imap_settings_set_tls:
 * @self: settings
 * @text: implicit, starttls or none-on-loopback
 *
 * Returns: whether it is one of them
 */
gboolean
csm_imap_settings_set_tls (CsmImapSettings *self,
                           const char      *text)
{
  for (guint i = 0; i < G_N_ELEMENTS (tls_names); i++)
    {
      if (g_strcmp0 (text, tls_names[i]) == 0)
        {
          self->tls = i;
          return TRUE;
        }
    }
  return FALSE;
}

/**
 * csm_imap_settings_get_tls:
 * @self: settings
 *
 * Returns: (transfer none): what csm_imap_settings_set_tls() takes
 */
const char *
csm_imap_settings_get_tls (const CsmImapSettings *self)
{
  return tls_names[self->tls];
}

/**
 * csm_imap_settings_set_after:
 * @self: settings
 * @text: (nullable): none, seen or move:FOLDER; %NULL is none
 *
 * Returns: whether it is one of them
 */
gboolean
csm_imap_settings_set_after (CsmImapSettings *self,
                             const char      *text)
{
  gboolean none = text == NULL || g_str_equal (text, "none");

  if (!none && !g_str_equal (text, AFTER_SEEN) && (!g_str_has_prefix (text, AFTER_MOVE) || text[strlen (AFTER_MOVE)] == '\0' || strpbrk (text, "\r\n") != NULL))
    return FALSE;
  g_free (self->after);
  self->after = none ? NULL : g_strdup (text);
  return TRUE;
}

/**
 * csm_imap_settings_get_archive:
 * @self: settings
 *
 * Returns: (transfer none) (nullable): the folder that mails which were taken in go to
 */
const char *
csm_imap_settings_get_archive (const CsmImapSettings *self)
{
  return self->after != NULL && g_str_has_prefix (self->after, AFTER_MOVE) ? self->after + strlen (AFTER_MOVE) : NULL;
}

/**
 * csm_imap_settings_has_token:
 * @self: settings
 *
 * Returns: whether one signs in with an access token
 */
gboolean
csm_imap_settings_has_token (const CsmImapSettings *self)
{
  return self->token_file != NULL || self->token_command != NULL || self->grant != NULL;
}

/**
 * csm_imap_settings_equal:
 * @a: settings
 * @b: settings
 *
 * Returns: whether they say the same
 */
gboolean
csm_imap_settings_equal (const CsmImapSettings *a,
                         const CsmImapSettings *b)
{
  return g_strcmp0 (a->host, b->host) == 0 && a->port == b->port && a->tls == b->tls && g_strcmp0 (a->ca_file, b->ca_file) == 0 &&
         g_strcmp0 (a->user, b->user) == 0 && g_strcmp0 (a->password, b->password) == 0 && g_strcmp0 (a->token_file, b->token_file) == 0 &&
         g_strcmp0 (a->token_command, b->token_command) == 0 && csm_mail_grant_equal (a->grant, b->grant) && g_strv_equal ((const char *const *) a->folders, (const char *const *) b->folders) &&
         g_strcmp0 (a->sent_folder, b->sent_folder) == 0 && g_strcmp0 (a->after, b->after) == 0 &&
         a->added == b->added && a->since == b->since;
}

static char *
key_of (const char *channel_id)
{
  return g_strconcat ("imap:", channel_id, NULL);
}

static char **
read_folders (JsonObject *json)
{
  g_autoptr (GStrvBuilder) folders = g_strv_builder_new ();
  JsonArray *list = csm_json_get_array (json, "folders");

  for (guint i = 0; list != NULL && i < json_array_get_length (list); i++)
    {
      if (csm_json_is_string (json_array_get_element (list, i)))
        g_strv_builder_add (folders, json_array_get_string_element (list, i));
    }
  return g_strv_builder_end (folders);
}

/**
 * csm_imap_settings_load:
 * @txn: a transaction
 * @channel_id: a channel
 * @error: return location
 *
 * Returns: (transfer full) (nullable): its settings with the password; %NULL without an error when its mail does not come by IMAP
 */
CsmImapSettings *
csm_imap_settings_load (CsmTxn      *txn,
                        const char  *channel_id,
                        GError     **error)
{
  g_autofree char *key = key_of (channel_id);
  g_autoptr (CsmImapSettings) self = NULL;
  g_autoptr (JsonObject) json = NULL;
  g_autoptr (GError) local = NULL;
  g_autofree char *text = csm_txn_setting (txn, key, &local);

  if (text != NULL)
    json = csm_json_parse_object (text, -1, &local);
  if (json != NULL)
    {
      self = csm_imap_settings_new ();
      self->host = g_strdup (csm_json_get_string (json, "host"));
      self->port = (guint16) csm_json_get_int (json, "port", 0);
      self->ca_file = g_strdup (csm_json_get_string (json, "caFile"));
      self->user = g_strdup (csm_json_get_string (json, "user"));
      self->token_file = g_strdup (csm_json_get_string (json, "tokenFile"));
      self->token_command = g_strdup (csm_json_get_string (json, "tokenCommand"));
      self->folders = read_folders (json);
      self->sent_folder = g_strdup (csm_json_get_string (json, "sentFolder"));
      csm_imap_settings_set_after (self, csm_json_get_string (json, "after"));
      self->added = csm_json_get_time (json, "added");
      self->since = csm_json_get_time (json, "since");
      if (!csm_imap_settings_set_tls (self, csm_json_get_string (json, "tls")) || self->host == NULL || self->user == NULL || self->port == 0)
        g_set_error (&local, CSM_ERROR, CSM_ERROR_INVALID, "the settings of the channel %s are damaged", channel_id);
      else
        self->password = csm_txn_secret (txn, key, &local);
      if (local == NULL && csm_json_get_boolean (json, "grant"))
        self->grant = csm_mail_grant_load (txn, channel_id, &local);
    }
  if (local == NULL)
    return g_steal_pointer (&self);
  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}

/**
 * csm_imap_settings_save:
 * @self: settings
 * @txn: a write transaction
 * @channel_id: a channel
 * @error: return location
 *
 * The password is stored encrypted; a grant is stored by csm_mail_grant_save().
 *
 * Returns: whether it worked
 */
gboolean
csm_imap_settings_save (const CsmImapSettings  *self,
                        CsmTxn                 *txn,
                        const char             *channel_id,
                        GError                **error)
{
  g_autofree char *key = key_of (channel_id);
  g_autoptr (JsonObject) json = json_object_new ();
  JsonArray *folders = json_array_new ();
  g_autofree char *text = NULL;

  for (guint i = 0; self->folders[i] != NULL; i++)
    json_array_add_string_element (folders, self->folders[i]);
  csm_json_set_string (json, "host", self->host);
  json_object_set_int_member (json, "port", self->port);
  csm_json_set_string (json, "tls", tls_names[self->tls]);
  csm_json_set_string (json, "caFile", self->ca_file);
  csm_json_set_string (json, "user", self->user);
  csm_json_set_string (json, "tokenFile", self->token_file);
  csm_json_set_string (json, "tokenCommand", self->token_command);
  json_object_set_boolean_member (json, "grant", self->grant != NULL);
  json_object_set_array_member (json, "folders", folders);
  csm_json_set_string (json, "sentFolder", self->sent_folder);
  csm_json_set_string (json, "after", self->after);
  csm_json_set_time (json, "added", self->added);
  csm_json_set_time (json, "since", self->since);
  text = csm_json_write_object (json);
  return csm_txn_set_setting (txn, key, text, error) && csm_txn_set_secret (txn, key, self->password, error);
}

/**
 * csm_imap_settings_forget:
 * @txn: a write transaction
 * @channel_id: a channel
 * @error: return location
 *
 * Its mail does not come by IMAP any more. How far its folders were read stays, in case it does again.
 *
 * Returns: whether it worked
 */
gboolean
csm_imap_settings_forget (CsmTxn      *txn,
                          const char  *channel_id,
                          GError     **error)
{
  g_autofree char *key = key_of (channel_id);

  return csm_txn_set_setting (txn, key, NULL, error) && csm_txn_set_secret (txn, key, NULL, error);
}
