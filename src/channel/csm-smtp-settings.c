/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-smtp-settings.h"

#include <gio/gio.h>
#include <string.h>

#include "csm-error.h"
#include "csm-json.h"
#include "csm-txn-mailbox.h"

static const char *const tls_names[] = { "implicit", "starttls", "none" };
static const guint16 ports[] = { 465, 587, 25 };

static void
clear (gpointer data)
{
  CsmSmtpSettings *self = data;

  g_free (self->host);
  g_free (self->ca_file);
  g_free (self->user);
  g_free (self->password);
  g_free (self->token_file);
  g_free (self->token_command);
  g_clear_pointer (&self->grant, csm_mail_grant_unref);
}

/**
 * csm_smtp_settings_new:
 *
 * Returns: (transfer full): empty settings; not to be changed once others have them
 */
CsmSmtpSettings *
csm_smtp_settings_new (void)
{
  return g_atomic_rc_box_new0 (CsmSmtpSettings);
}

/**
 * csm_smtp_settings_ref:
 * @self: settings
 *
 * Returns: (transfer full): the same
 */
CsmSmtpSettings *
csm_smtp_settings_ref (CsmSmtpSettings *self)
{
  return g_atomic_rc_box_acquire (self);
}

/**
 * csm_smtp_settings_unref:
 * @self: settings
 */
void
csm_smtp_settings_unref (CsmSmtpSettings *self)
{
  g_atomic_rc_box_release_full (self, clear);
}

/**
 * csm_smtp_settings_set_host:
 * @self: settings, whose `tls` is set
 * @text: HOST, HOST:PORT or [ADDRESS]:PORT
 *
 * Returns: whether that could be understood
 */
gboolean
csm_smtp_settings_set_host (CsmSmtpSettings *self,
                            const char      *text)
{
  g_autoptr (GSocketConnectable) address = strpbrk (text, " /@?#\r\n") == NULL ? g_network_address_parse (text, ports[self->tls], NULL) : NULL;

  if (address == NULL || *g_network_address_get_hostname (G_NETWORK_ADDRESS (address)) == '\0')
    return FALSE;
  g_free (self->host);
  self->host = g_strdup (g_network_address_get_hostname (G_NETWORK_ADDRESS (address)));
  self->port = g_network_address_get_port (G_NETWORK_ADDRESS (address));
  return self->port != 0;
}

/**
 * csm_smtp_settings_set_tls:
 * @self: settings
 * @text: (nullable): implicit, starttls or none
 *
 * Returns: whether it is one of them
 */
gboolean
csm_smtp_settings_set_tls (CsmSmtpSettings *self,
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
 * csm_smtp_settings_get_tls:
 * @self: settings
 *
 * Returns: the word that csm_smtp_settings_set_tls() takes
 */
const char *
csm_smtp_settings_get_tls (const CsmSmtpSettings *self)
{
  return tls_names[self->tls];
}

/**
 * csm_smtp_settings_has_token:
 * @self: settings
 *
 * Returns: whether one signs in with an access token
 */
gboolean
csm_smtp_settings_has_token (const CsmSmtpSettings *self)
{
  return self->token_file != NULL || self->token_command != NULL || self->grant != NULL;
}

/**
 * csm_smtp_settings_equal:
 * @a: settings
 * @b: settings
 *
 * Returns: whether they say the same
 */
gboolean
csm_smtp_settings_equal (const CsmSmtpSettings *a,
                         const CsmSmtpSettings *b)
{
  return g_strcmp0 (a->host, b->host) == 0 && a->port == b->port && a->tls == b->tls && g_strcmp0 (a->ca_file, b->ca_file) == 0 &&
         g_strcmp0 (a->user, b->user) == 0 && g_strcmp0 (a->password, b->password) == 0 && g_strcmp0 (a->token_file, b->token_file) == 0 &&
         g_strcmp0 (a->token_command, b->token_command) == 0 && csm_mail_grant_equal (a->grant, b->grant);
}

static char *
key_of (const char *channel_id)
{
  return g_strconcat ("smtp:", channel_id, NULL);
}

static CsmSmtpSettings *
read_settings (JsonObject *json)
{
  g_autoptr (CsmSmtpSettings) self = csm_smtp_settings_new ();

  self->host = g_strdup (csm_json_get_string (json, "host"));
  self->port = (guint16) csm_json_get_int (json, "port", 0);
  self->ca_file = g_strdup (csm_json_get_string (json, "caFile"));
  self->user = g_strdup (csm_json_get_string (json, "user"));
  self->token_file = g_strdup (csm_json_get_string (json, "tokenFile"));
  self->token_command = g_strdup (csm_json_get_string (json, "tokenCommand"));
  if (!csm_smtp_settings_set_tls (self, csm_json_get_string (json, "tls")) || self->host == NULL || self->port == 0)
    return NULL;
  return g_steal_pointer (&self);
}

/**
 * csm_smtp_settings_load:
 * @txn: a transaction
 * @channel_id: a channel
 * @error: return location
 *
 * Returns: (transfer full) (nullable): its settings with the password; %NULL without an error when its mail does not leave by SMTP
 */
CsmSmtpSettings *
csm_smtp_settings_load (CsmTxn      *txn,
                        const char  *channel_id,
                        GError     **error)
{
  g_autofree char *key = key_of (channel_id);
  g_autoptr (CsmSmtpSettings) self = NULL;
  g_autoptr (JsonObject) json = NULL;
  g_autoptr (GError) local = NULL;
  g_autofree char *text = csm_txn_setting (txn, key, &local);

  if (text != NULL && *text != '\0')
    json = csm_json_parse_object (text, -1, &local);
  if (json != NULL)
    {
      self = read_settings (json);
      if (self == NULL)
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
 * csm_smtp_settings_save:
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
csm_smtp_settings_save (const CsmSmtpSettings  *self,
                        CsmTxn                 *txn,
                        const char             *channel_id,
                        GError                **error)
{
  g_autofree char *key = key_of (channel_id);
  g_autoptr (JsonObject) json = json_object_new ();
  g_autofree char *text = NULL;

  csm_json_set_string (json, "host", self->host);
  json_object_set_int_member (json, "port", self->port);
  csm_json_set_string (json, "tls", tls_names[self->tls]);
  csm_json_set_string (json, "caFile", self->ca_file);
  csm_json_set_string (json, "user", self->user);
  csm_json_set_string (json, "tokenFile", self->token_file);
  csm_json_set_string (json, "tokenCommand", self->token_command);
  json_object_set_boolean_member (json, "grant", self->grant != NULL);
  text = csm_json_write_object (json);
  return csm_txn_set_setting (txn, key, text, error) && csm_txn_set_secret (txn, key, self->password, error);
}

/**
 * csm_smtp_settings_forget:
 * @txn: a write transaction
 * @channel_id: a channel
 * @error: return location
 *
 * Its mail does not leave by SMTP any more; the password is gone.
 *
 * Returns: whether it worked
 */
gboolean
csm_smtp_settings_forget (CsmTxn      *txn,
                          const char  *channel_id,
                          GError     **error)
{
  g_autofree char *key = key_of (channel_id);

  return csm_txn_set_setting (txn, key, NULL, error) && csm_txn_set_secret (txn, key, NULL, error);
}
