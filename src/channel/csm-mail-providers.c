/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-mail-providers.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "csm-channel-resources.h"
#include "csm-json.h"

#define PATH "/org/casement/channel/mail-providers.json"
#define EXCHANGER "{mx}"

struct _CsmMailProviders
{
  JsonObject *json;
};

/**
 * csm_mail_providers_new:
 * @error: return location; the program itself is damaged then
 *
 * Returns: (transfer full) (nullable): what is known
 */
CsmMailProviders *
csm_mail_providers_new (GError **error)
{
  static gsize registered = 0;
  g_autoptr (GBytes) bytes = NULL;
  JsonObject *json = NULL;
  CsmMailProviders *self;

  if (g_once_init_enter (&registered))
    {
      csm_channel_register_resource ();
      g_once_init_leave (&registered, 1);
    }
  bytes = g_resource_lookup_data (csm_channel_get_resource (), PATH, G_RESOURCE_LOOKUP_FLAGS_NONE, error);
  if (bytes != NULL)
    json = csm_json_parse_object (g_bytes_get_data (bytes, NULL), (gssize) g_bytes_get_size (bytes), error);
  if (json == NULL)
    return NULL;
  self = g_new0 (CsmMailProviders, 1);
  self->json = json;
  return self;
}

/**
 * csm_mail_providers_free:
 * @self: (nullable): what is known
 */
void
csm_mail_providers_free (CsmMailProviders *self)
{
  if (self == NULL)
    return;
  json_object_unref (self->json);
  g_free (self);
}

/* How much of @name the name @end is: all labels of it, from the right. 0: they have nothing in common. */
static gsize
match_end (const char *name,
           const char *end)
{
  gsize length = strlen (name), n = strlen (end);

  if (n > length || g_ascii_strcasecmp (name + length - n, end) != 0 || (n < length && name[length - n - 1] != '.'))
    return 0;
  return n;
}

static JsonObject *
find (const CsmMailProviders *self,
      const char             *member,
      const char             *name)
{
  JsonArray *list = csm_json_get_array (self->json, "providers");
  JsonObject *best = NULL;
  gsize most = 0;

  for (guint i = 0; list != NULL && i < json_array_get_length (list); i++)
    {
      JsonObject *provider = json_array_get_object_element (list, i);
      JsonArray *ends = csm_json_get_array (provider, member);

      for (guint j = 0; ends != NULL && j < json_array_get_length (ends); j++)
        {
          gsize matched = match_end (name, json_array_get_string_element (ends, j));

          if (matched <= most)
            continue;
          best = provider;
          most = matched;
        }
    }
  return best;
}

/**
 * csm_mail_providers_find:
 * @self: what is known
 * @domain: the domain of an address
 *
 * Returns: (transfer none) (nullable): the provider whose domain it is
 */
JsonObject *
csm_mail_providers_find (const CsmMailProviders *self,
                         const char             *domain)
{
  return find (self, "domains", domain);
}

/**
 * csm_mail_providers_find_mx:
 * @self: what is known
 * @exchanger: the name of a mail exchanger
 *
 * Returns: (transfer none) (nullable): the provider whose exchanger it is
 */
JsonObject *
csm_mail_providers_find_mx (const CsmMailProviders *self,
                            const char             *exchanger)
{
  return find (self, "mx", exchanger);
}

/**
 * csm_mail_providers_find_host:
 * @self: what is known
 * @host: a mail server
 *
 * Returns: (transfer none) (nullable): the provider whose mailboxes are read from it
 */
JsonObject *
csm_mail_providers_find_host (const CsmMailProviders *self,
                              const char             *host)
{
  JsonArray *list = csm_json_get_array (self->json, "providers");

  for (guint i = 0; list != NULL && i < json_array_get_length (list); i++)
    {
      JsonObject *provider = json_array_get_object_element (list, i);

      /* What runs on one's own computer is anybody's. */
      if (g_ascii_strcasecmp (csm_json_get_string (csm_json_get_object (provider, "imap"), "host"), host) == 0 && !g_hostname_is_ip_address (host))
        return provider;
    }
  return NULL;
}

/**
 * csm_mail_provider_fill_grant:
 * @json: gets {authorizationUrl, tokenUrl, scope}, if they are known
 * @host: (nullable): a mail server
 * @error: the program itself is damaged
 *
 * Where one signs in to mailboxes that are read from @host.
 *
 * Returns: whether it could be looked for
 */
gboolean
csm_mail_provider_fill_grant (JsonObject  *json,
                              const char  *host,
                              GError     **error)
{
  g_autoptr (CsmMailProviders) self = csm_mail_providers_new (error);
  static const char *const members[] = { "authorizationUrl", "tokenUrl", "scope" };
  JsonObject *provider, *sign_in;

  if (self == NULL)
    return FALSE;
  provider = host != NULL ? csm_mail_providers_find_host (self, host) : NULL;
  sign_in = provider != NULL ? csm_json_get_object (provider, "signIn") : NULL;
  for (guint i = 0; sign_in != NULL && i < G_N_ELEMENTS (members); i++)
    csm_json_set_string (json, members[i], csm_json_get_string (sign_in, members[i]));
  return TRUE;
}

static JsonObject *
offer_server (JsonObject *provider,
              const char *which,
              const char *address,
              const char *exchanger)
{
  JsonObject *server = csm_json_get_object (provider, which);
  JsonObject *offer = csm_json_copy_object (server);
  gboolean local = g_strcmp0 (csm_json_get_string (provider, "user"), "local") == 0 || g_strcmp0 (csm_json_get_string (server, "user"), "local") == 0;
  g_autofree char *user = local ? g_strndup (address, strcspn (address, "@")) : g_strdup (address);

  if (g_strcmp0 (csm_json_get_string (server, "host"), EXCHANGER) == 0)
    csm_json_set_string (offer, "host", exchanger);
  csm_json_set_string (offer, "user", user);
  return offer;
}

/**
 * csm_mail_provider_offer:
 * @provider: a provider
 * @address: an address there
 * @exchanger: (nullable): the exchanger that gave it away
 *
 * Returns: (transfer full): how the mailbox is reached: {source, provider, imap, smtp, oauth, signIn, help}
 */
JsonObject *
csm_mail_provider_offer (JsonObject *provider,
                         const char *address,
                         const char *exchanger)
{
  g_autofree char *help = csm_mail_provider_help (provider);
  JsonObject *offer = json_object_new ();

  csm_json_set_string (offer, "source", "known");
  csm_json_set_string (offer, "provider", csm_json_get_string (provider, "name"));
  json_object_set_object_member (offer, "imap", offer_server (provider, "imap", address, exchanger));
  json_object_set_object_member (offer, "smtp", offer_server (provider, "smtp", address, exchanger));
  json_object_set_boolean_member (offer, "oauth", csm_json_get_boolean (provider, "oauth"));
  if (csm_json_get_object (provider, "signIn") != NULL)
    json_object_set_object_member (offer, "signIn", json_object_ref (csm_json_get_object (provider, "signIn")));
  else
    json_object_set_null_member (offer, "signIn");
  csm_json_set_string (offer, "help", help);
  return offer;
}

static char *
help_with (const char *need,
           const char *name)
{
  if (g_strcmp0 (need, "appPassword") == 0)
    return g_strdup_printf (_("%s lets other programs in only with an app password: make one in the account's security settings, and use it here instead of your own."), name);
  if (g_strcmp0 (need, "ownPassword") == 0)
    return g_strdup_printf (_("%s has a password of its own for mail programs: set it in the customer centre, and use it here."), name);
  if (g_strcmp0 (need, "token") == 0)
    return g_strdup_printf (_("%s takes no passwords from other programs any more: sign in with the browser instead."), name);
  if (g_strcmp0 (need, "enableImap") == 0)
    return g_strdup_printf (_("At %s, access by IMAP has to be switched on first, in the mailbox's settings on the web."), name);
  if (g_strcmp0 (need, "bridge") == 0)
    return g_strdup_printf (_("%s can only be reached through its Bridge, a program that has to run on this server; it shows the password to use."), name);
  return NULL;
}

/**
 * csm_mail_provider_help:
 * @provider: a provider
 *
 * Returns: (transfer full) (nullable): what one has to know before one signs in there
 */
char *
csm_mail_provider_help (JsonObject *provider)
{
  JsonArray *needs = csm_json_get_array (provider, "needs");
  const char *url = csm_json_get_string (provider, "url");
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; needs != NULL && i < json_array_get_length (needs); i++)
    {
      g_autofree char *one = help_with (json_array_get_string_element (needs, i), csm_json_get_string (provider, "name"));

      if (one != NULL)
        g_string_append_printf (text, "%s%s", text->len > 0 ? " " : "", one);
    }
  if (text->len > 0 && url != NULL)
    g_string_append_printf (text, " %s", url);
  return text->len > 0 ? g_string_free (g_steal_pointer (&text), FALSE) : NULL;
}
