/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-mail-server.h"

#include <gio/gio.h>
#include <string.h>

#include "csm-error.h"
#include "csm-json.h"
#include "csm-txn-mailbox.h"

/**
 * csm_mail_server_clear:
 * @self: a server
 *
 * Frees what it holds.
 */
void
csm_mail_server_clear (CsmMailServer *self)
{
  g_free (self->host);
  g_free (self->ca_file);
  g_free (self->user);
  g_free (self->password);
  g_free (self->token_file);
  g_free (self->token_command);
  g_clear_pointer (&self->grant, csm_mail_grant_unref);
}

/**
 * csm_mail_server_copy:
 * @self: (out caller-allocates): a server
 * @from: another
 *
 * Makes @self say the same as @from. What it held before is not freed.
 */
void
csm_mail_server_copy (CsmMailServer       *self,
                      const CsmMailServer *from)
{
  *self = *from;
  self->host = g_strdup (from->host);
  self->ca_file = g_strdup (from->ca_file);
  self->user = g_strdup (from->user);
  csm_mail_server_copy_key (self, from);
}

/**
 * csm_mail_server_copy_key:
 * @self: a server
 * @from: another
 *
 * Gives @self the password of @from, or what stands for it there. What it held before is not freed.
 */
void
csm_mail_server_copy_key (CsmMailServer       *self,
                          const CsmMailServer *from)
{
  self->password = g_strdup (from->password);
  self->token_file = g_strdup (from->token_file);
  self->token_command = g_strdup (from->token_command);
  self->grant = from->grant != NULL ? csm_mail_grant_ref (from->grant) : NULL;
}

/**
 * csm_mail_server_set_host:
 * @self: a server, whose `tls` is set
 * @protocol: what is spoken with it
 * @text: HOST, HOST:PORT or [ADDRESS]:PORT
 *
 * Returns: whether that could be understood
 */
gboolean
csm_mail_server_set_host (CsmMailServer         *self,
                          const CsmMailProtocol *protocol,
                          const char            *text)
{
  g_autoptr (GSocketConnectable) address = NULL;

  if (strpbrk (text, " /@?#\r\n") == NULL)
    address = g_network_address_parse (text, protocol->ports[self->tls], NULL);
  if (address == NULL || *g_network_address_get_hostname (G_NETWORK_ADDRESS (address)) == '\0')
    return FALSE;
  g_free (self->host);
  self->host = g_strdup (g_network_address_get_hostname (G_NETWORK_ADDRESS (address)));
  self->port = g_network_address_get_port (G_NETWORK_ADDRESS (address));
  return self->port != 0;
}

/**
 * csm_mail_server_set_tls:
 * @self: a server
 * @protocol: what is spoken with it
 * @text: (nullable): one of its words
 *
 * Returns: whether it is one of them
 */
gboolean
csm_mail_server_set_tls (CsmMailServer         *self,
                         const CsmMailProtocol *protocol,
                         const char            *text)
{
  for (guint i = 0; i < G_N_ELEMENTS (protocol->tls); i++)
    {
      if (g_strcmp0 (text, protocol->tls[i]) == 0)
        {
          self->tls = i;
          return TRUE;
        }
    }
  return FALSE;
}

/**
 * csm_mail_server_has_token:
 * @self: a server
 *
 * Returns: whether one signs in with an access token
 */
gboolean
csm_mail_server_has_token (const CsmMailServer *self)
{
  return self->token_file != NULL || self->token_command != NULL || self->grant != NULL;
}

/**
 * csm_mail_server_has_password:
 * @self: a server
 *
 * Returns: whether there is a password, or what stands for it
 */
gboolean
csm_mail_server_has_password (const CsmMailServer *self)
{
  return self->password != NULL || csm_mail_server_has_token (self);
}

/**
 * csm_mail_server_equal:
 * @a: a server
 * @b: a server
 *
 * Returns: whether they say the same
 */
gboolean
csm_mail_server_equal (const CsmMailServer *a,
                       const CsmMailServer *b)
{
  return g_strcmp0 (a->host, b->host) == 0 && a->port == b->port && a->tls == b->tls && g_strcmp0 (a->ca_file, b->ca_file) == 0 &&
         g_strcmp0 (a->user, b->user) == 0 && g_strcmp0 (a->password, b->password) == 0 && g_strcmp0 (a->token_file, b->token_file) == 0 &&
         g_strcmp0 (a->token_command, b->token_command) == 0 && csm_mail_grant_equal (a->grant, b->grant);
}

static gboolean
read_server (CsmMailServer         *self,
             const CsmMailProtocol *protocol,
             JsonObject            *json)
{
  self->host = g_strdup (csm_json_get_string (json, "host"));
  self->port = (guint16) csm_json_get_int (json, "port", 0);
  self->ca_file = g_strdup (csm_json_get_string (json, "caFile"));
  self->user = g_strdup (csm_json_get_string (json, "user"));
  self->token_file = g_strdup (csm_json_get_string (json, "tokenFile"));
  self->token_command = g_strdup (csm_json_get_string (json, "tokenCommand"));
  return csm_mail_server_set_tls (self, protocol, csm_json_get_string (json, "tls")) && self->host != NULL && self->port != 0 &&
         (self->user != NULL || !protocol->needs_user);
}

/**
 * csm_mail_server_load:
 * @self: an empty server
 * @protocol: what is spoken with it
 * @txn: a transaction
 * @channel_id: a channel
 * @error: return location
 *
 * With the password.
 *
 * Returns: (transfer full) (nullable): all that is stored, for what the protocol has beside the server; %NULL without an error: nothing is
 */
JsonObject *
csm_mail_server_load (CsmMailServer          *self,
                      const CsmMailProtocol  *protocol,
                      CsmTxn                 *txn,
                      const char             *channel_id,
                      GError                **error)
{
  g_autofree char *key = g_strconcat (protocol->key, channel_id, NULL);
  g_autoptr (JsonObject) json = NULL;
  g_autoptr (GError) local = NULL;
  g_autofree char *text = csm_txn_setting (txn, key, &local);

  if (text != NULL && *text != '\0')
    json = csm_json_parse_object (text, -1, &local);
  if (json != NULL && !read_server (self, protocol, json))
    g_set_error (&local, CSM_ERROR, CSM_ERROR_INVALID, "the settings of the channel %s are damaged", channel_id);
  else if (json != NULL)
    self->password = csm_txn_secret (txn, key, &local);
  if (json != NULL && local == NULL && csm_json_get_boolean (json, "grant"))
    self->grant = csm_mail_grant_load (txn, channel_id, &local);
  if (local == NULL)
    return g_steal_pointer (&json);
  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}

/**
 * csm_mail_server_save:
 * @self: a server
 * @protocol: what is spoken with it
 * @more: what the protocol has beside the server; the rest is added
 * @txn: a write transaction
 * @channel_id: a channel
 * @error: return location
 *
 * The password is stored encrypted; a grant is stored by csm_mail_grant_save().
 *
 * Returns: whether it worked
 */
gboolean
csm_mail_server_save (const CsmMailServer    *self,
                      const CsmMailProtocol  *protocol,
                      JsonObject             *more,
                      CsmTxn                 *txn,
                      const char             *channel_id,
                      GError                **error)
{
  g_autofree char *key = g_strconcat (protocol->key, channel_id, NULL);
  g_autofree char *text = NULL;

  csm_json_set_string (more, "host", self->host);
  json_object_set_int_member (more, "port", self->port);
  csm_json_set_string (more, "tls", protocol->tls[self->tls]);
  csm_json_set_string (more, "caFile", self->ca_file);
  csm_json_set_string (more, "user", self->user);
  csm_json_set_string (more, "tokenFile", self->token_file);
  csm_json_set_string (more, "tokenCommand", self->token_command);
  json_object_set_boolean_member (more, "grant", self->grant != NULL);
  text = csm_json_write_object (more);
  return csm_txn_set_setting (txn, key, text, error) && csm_txn_set_secret (txn, key, self->password, error);
}

/**
 * csm_mail_server_forget:
 * @protocol: what is spoken with it
 * @txn: a write transaction
 * @channel_id: a channel
 * @error: return location
 *
 * Its settings and the password are gone.
 *
 * Returns: whether it worked
 */
gboolean
csm_mail_server_forget (const CsmMailProtocol  *protocol,
                        CsmTxn                 *txn,
                        const char             *channel_id,
                        GError                **error)
{
  g_autofree char *key = g_strconcat (protocol->key, channel_id, NULL);

  return csm_txn_set_setting (txn, key, NULL, error) && csm_txn_set_secret (txn, key, NULL, error);
}
