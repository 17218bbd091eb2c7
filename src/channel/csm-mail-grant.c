/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-mail-grant.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "csm-error.h"
#include "csm-json.h"
#include "csm-time.h"
#include "csm-token-issuer.h"
#include "csm-txn-mailbox.h"

#define MAX_FIELD 16384
/* A token that ends while it is on its way is of no use. */
#define MARGIN (2 * 60 * CSM_SECOND)
/* Where the provider does not say how long it lasts. */
#define USUAL_SECONDS 3600
/* Providers that give each refresh token once mind two who ask with the same. */
#define N_LOCKS 16

/* What nobody may see. */
typedef struct
{
  char   *client_secret; /* NULL: it needs none */
  char   *refresh_token;
  char   *access_token;  /* NULL: none yet */
  gint64  expires;       /* µs */
} Secrets;

struct _CsmMailGrant
{
  gatomicrefcount  refs;
  char            *authorization_url; /* NULL: nobody can sign in with the browser */
  char            *redirect_host;     /* of this computer, as the provider wants it called; NULL: 127.0.0.1 */
  char            *token_url;
  char            *client_id;
  char            *scope;             /* NULL: the provider knows */
  char            *granted;           /* when somebody signed in, as text: each time it is another one */
  CsmStore        *store;             /* NULL: it is not stored, and … */
  char            *channel_id;
  GMutex           lock;              /* … this guards the secrets */
  Secrets          secrets;
};

typedef struct
{
  GMutex mutexes[N_LOCKS];
} Locks;

static void
secrets_clear (Secrets *secrets)
{
  g_clear_pointer (&secrets->client_secret, g_free);
  g_clear_pointer (&secrets->refresh_token, g_free);
  g_clear_pointer (&secrets->access_token, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Secrets, secrets_clear)

static CsmMailGrant *
grant_new (void)
{
  CsmMailGrant *self = g_new0 (CsmMailGrant, 1);

  g_atomic_ref_count_init (&self->refs);
  g_mutex_init (&self->lock);
  return self;
}

/**
 * csm_mail_grant_ref:
 * @self: a grant
 *
 * Returns: (transfer full): the same
 */
CsmMailGrant *
csm_mail_grant_ref (CsmMailGrant *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

/**
 * csm_mail_grant_unref:
 * @self: a grant
 */
void
csm_mail_grant_unref (CsmMailGrant *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  g_free (self->authorization_url);
  g_free (self->redirect_host);
  g_free (self->token_url);
  g_free (self->client_id);
  g_free (self->scope);
  g_free (self->granted);
  g_clear_object (&self->store);
  g_free (self->channel_id);
  g_mutex_clear (&self->lock);
  secrets_clear (&self->secrets);
  g_free (self);
}

/**
 * csm_mail_grant_equal:
 * @a: (nullable): a grant
 * @b: (nullable): a grant
 *
 * Returns: whether it is the same permission: that a token is a new one does not matter
 */
gboolean
csm_mail_grant_equal (const CsmMailGrant *a,
                      const CsmMailGrant *b)
{
  if (a == NULL || b == NULL)
    return a == b;
  return g_strcmp0 (a->token_url, b->token_url) == 0 && g_strcmp0 (a->client_id, b->client_id) == 0 && g_strcmp0 (a->scope, b->scope) == 0 &&
         g_strcmp0 (a->granted, b->granted) == 0;
}

/**
 * csm_mail_grant_is_stored:
 * @self: a grant
 *
 * Returns: whether nobody has signed in for it just now
 */
gboolean
csm_mail_grant_is_stored (const CsmMailGrant *self)
{
  return self->store != NULL;
}

/* --- As an app has it ----------------------------------------------------------------------------------------------------------- */

static gboolean
is_line (const char *text)
{
  return text != NULL && *text != '\0' && strlen (text) <= MAX_FIELD && strpbrk (text, "\r\n") == NULL;
}

static gboolean
refuse (GError     **error,
        const char  *why)
{
  g_set_error_literal (error, CSM_ERROR, CSM_ERROR_INVALID, why);
  return FALSE;
}

/* Secrets go to the provider that they were typed for, and to no other. */
static gboolean
is_same_client (const CsmMailGrant *self,
                const CsmMailGrant *stored)
{
  return stored != NULL && g_strcmp0 (self->token_url, stored->token_url) == 0 && g_strcmp0 (self->client_id, stored->client_id) == 0;
}

static gboolean
read_client (CsmMailGrant  *self,
             JsonObject    *json,
             CsmMailGrant  *stored,
             GError       **error)
{
  const char *secret = csm_json_get_string (json, "clientSecret"), *scope = csm_json_get_string (json, "scope");
  const char *authorization_url = csm_json_get_string (json, "authorizationUrl"), *host = csm_json_get_string (json, "redirectHost");

  self->token_url = g_strdup (csm_json_get_string (json, "tokenUrl"));
  self->client_id = g_strdup (csm_json_get_string (json, "clientId"));
  self->scope = g_strdup (scope);
  self->authorization_url = g_strdup (authorization_url);
  self->redirect_host = g_strdup (g_strcmp0 (host, "localhost") == 0 ? host : NULL);
  if (!csm_token_issuer_is_url (self->token_url) || (authorization_url != NULL && !csm_token_issuer_is_url (authorization_url)))
    return refuse (error, _("The addresses of the provider’s sign-in begin with https."));
  if (!is_line (self->client_id))
    return refuse (error, _("The client ID is missing: the provider gives one to who registers a program there."));
  if ((scope != NULL && !is_line (scope)) || (secret != NULL && !is_line (secret)))
    return refuse (error, _("The client secret, or what access is asked for, is empty or too long."));
  self->secrets.client_secret = g_strdup (secret);
  if (secret == NULL && is_same_client (self, stored))
    self->secrets.client_secret = g_strdup (stored->secrets.client_secret);
  return TRUE;
}

/**
 * csm_mail_grant_read_json:
 * @json: {authorizationUrl, tokenUrl, clientId, clientSecret, scope, redirectHost, refreshToken, accessToken, expires}
 * @stored: (nullable): what takes the place of secrets that are absent, if it is the same client
 * @error: `CSM_ERROR_INVALID`: one sentence for the person who typed it
 *
 * Returns: (transfer full) (nullable): a grant that is not stored
 */
CsmMailGrant *
csm_mail_grant_read_json (JsonObject    *json,
                          CsmMailGrant  *stored,
                          GError       **error)
{
  g_autoptr (CsmMailGrant) self = grant_new ();
  const char *refresh = csm_json_get_string (json, "refreshToken"), *access = csm_json_get_string (json, "accessToken");

  if (!read_client (self, json, stored, error))
    return NULL;
  if (refresh == NULL && is_same_client (self, stored))
    return csm_mail_grant_ref (stored);
  if (!is_line (refresh) || (access != NULL && !is_line (access)))
    {
      refuse (error, _("Nobody has signed in to the mailbox yet."));
      return NULL;
    }
  self->secrets.refresh_token = g_strdup (refresh);
  self->secrets.access_token = g_strdup (access);
  self->secrets.expires = access != NULL ? csm_json_get_time (json, "expires") : 0;
  self->granted = g_strdup_printf ("%" G_GINT64_FORMAT " %08x", csm_time_now (), g_random_int ());
  return g_steal_pointer (&self);
}

/**
 * csm_mail_grant_write_json:
 * @self: a grant
 *
 * Returns: (transfer full): the same without secrets
 */
JsonObject *
csm_mail_grant_write_json (CsmMailGrant *self)
{
  JsonObject *json = json_object_new ();

  csm_json_set_string (json, "authorizationUrl", self->authorization_url);
  csm_json_set_string (json, "tokenUrl", self->token_url);
  csm_json_set_string (json, "clientId", self->client_id);
  csm_json_set_string (json, "scope", self->scope);
  csm_json_set_string (json, "redirectHost", self->redirect_host);
  return json;
}

/* --- Stored --------------------------------------------------------------------------------------------------------------------- */

static char *
key_of (const char *channel_id)
{
  return g_strconcat ("grant:", channel_id, NULL);
}

static gboolean
load_secrets (CsmTxn      *txn,
              const char  *key,
              Secrets     *secrets,
              GError     **error)
{
  g_autofree char *text = csm_txn_secret (txn, key, error);
  g_autoptr (JsonObject) json = text != NULL ? csm_json_parse_object (text, -1, error) : NULL;

  if (json == NULL)
    return FALSE;
  secrets->client_secret = g_strdup (csm_json_get_string (json, "clientSecret"));
  secrets->refresh_token = g_strdup (csm_json_get_string (json, "refreshToken"));
  secrets->access_token = g_strdup (csm_json_get_string (json, "accessToken"));
  secrets->expires = csm_json_get_time (json, "expires");
  return TRUE;
}

static gboolean
save_secrets (CsmTxn         *txn,
              const char     *key,
              const Secrets  *secrets,
              GError        **error)
{
  g_autoptr (JsonObject) json = json_object_new ();
  g_autofree char *text = NULL;

  csm_json_set_string (json, "clientSecret", secrets->client_secret);
  csm_json_set_string (json, "refreshToken", secrets->refresh_token);
  csm_json_set_string (json, "accessToken", secrets->access_token);
  if (secrets->access_token != NULL)
    csm_json_set_time (json, "expires", secrets->expires);
  text = csm_json_write_object (json);
  return csm_txn_set_secret (txn, key, text, error);
}

/**
 * csm_mail_grant_load:
 * @txn: a transaction
 * @channel_id: a channel
 * @error: return location
 *
 * Returns: (transfer full) (nullable): its grant; %NULL without an error when it has none
 */
CsmMailGrant *
csm_mail_grant_load (CsmTxn      *txn,
                     const char  *channel_id,
                     GError     **error)
{
  g_autofree char *key = key_of (channel_id);
  g_autoptr (CsmMailGrant) self = NULL;
  g_autoptr (GError) local = NULL;
  g_autofree char *text = csm_txn_setting (txn, key, &local);
  g_autoptr (JsonObject) json = text != NULL ? csm_json_parse_object (text, -1, &local) : NULL;

  if (json != NULL)
    {
      self = grant_new ();
      self->authorization_url = g_strdup (csm_json_get_string (json, "authorizationUrl"));
      self->token_url = g_strdup (csm_json_get_string (json, "tokenUrl"));
      self->client_id = g_strdup (csm_json_get_string (json, "clientId"));
      self->scope = g_strdup (csm_json_get_string (json, "scope"));
      self->redirect_host = g_strdup (csm_json_get_string (json, "redirectHost"));
      self->granted = g_strdup (csm_json_get_string (json, "granted"));
      self->channel_id = g_strdup (channel_id);
      self->store = g_object_ref (csm_txn_store (txn));
      load_secrets (txn, key, &self->secrets, &local);
    }
  if (local == NULL)
    return g_steal_pointer (&self);
  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}

/**
 * csm_mail_grant_save:
 * @self: a grant
 * @txn: a write transaction
 * @channel_id: a channel
 * @error: return location
 *
 * The secrets are stored encrypted. One that is stored already stays as it is.
 *
 * Returns: whether it worked
 */
gboolean
csm_mail_grant_save (CsmMailGrant  *self,
                     CsmTxn        *txn,
                     const char    *channel_id,
                     GError       **error)
{
  g_autofree char *key = key_of (channel_id);
  g_autofree char *text = NULL;
  g_autoptr (JsonObject) json = NULL;
  gboolean good;

  if (self->store != NULL)
    return TRUE;
  json = csm_mail_grant_write_json (self);
  csm_json_set_string (json, "granted", self->granted);
  text = csm_json_write_object (json);
  g_mutex_lock (&self->lock);
  good = csm_txn_set_setting (txn, key, text, error) && save_secrets (txn, key, &self->secrets, error);
  g_mutex_unlock (&self->lock);
  return good;
}

/**
 * csm_mail_grant_forget:
 * @txn: a write transaction
 * @channel_id: a channel
 * @error: return location
 *
 * Returns: whether it worked
 */
gboolean
csm_mail_grant_forget (CsmTxn      *txn,
                       const char  *channel_id,
                       GError     **error)
{
  g_autofree char *key = key_of (channel_id);

  return csm_txn_set_setting (txn, key, NULL, error) && csm_txn_set_secret (txn, key, NULL, error);
}

/* --- Asking ----------------------------------------------------------------------------------------------------------------------- */

static void
take_tokens (Secrets    *secrets,
             JsonObject *answer)
{
  const char *refresh = csm_json_get_string (answer, "refresh_token");
  gint64 seconds = csm_json_get_int (answer, "expires_in", USUAL_SECONDS);

  g_free (secrets->access_token);
  secrets->access_token = g_strdup (csm_json_get_string (answer, "access_token"));
  secrets->expires = csm_time_now () + CLAMP (seconds, 0, 30 * 24 * 3600) * CSM_SECOND;
  /* Some give another one each time, and take the old one no more (RFC 6749, section 6). */
  if (refresh == NULL)
    return;
  g_free (secrets->refresh_token);
  secrets->refresh_token = g_strdup (refresh);
}

static gboolean
refresh (const CsmMailGrant  *self,
         Secrets             *secrets,
         GCancellable        *cancellable,
         GError             **error)
{
  g_autoptr (GPtrArray) fields = g_ptr_array_new ();
  const char *pairs[][2] = { { "grant_type", "refresh_token" }, { "refresh_token", secrets->refresh_token }, { "client_id", self->client_id },
                             { "client_secret", secrets->client_secret } };
  g_autoptr (JsonObject) answer = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
    {
      if (pairs[i][1] == NULL)
        continue;
      g_ptr_array_add (fields, (gpointer) pairs[i][0]);
      g_ptr_array_add (fields, (gpointer) pairs[i][1]);
    }
  g_ptr_array_add (fields, NULL);
  answer = csm_token_issuer_ask (self->token_url, (const char *const *) fields->pdata, cancellable, error);
  if (answer == NULL)
    return FALSE;
  take_tokens (secrets, answer);
  return TRUE;
}

static gboolean
is_good (const Secrets *secrets,
         const char    *refused)
{
  return secrets->access_token != NULL && g_strcmp0 (secrets->access_token, refused) != 0 && secrets->expires > csm_time_now () + MARGIN;
}

static Locks *
get_locks (CsmStore *store)
{
  GQuark quark = g_quark_from_static_string ("csm-mail-grant-locks");
  Locks *locks = g_object_get_qdata (G_OBJECT (store), quark);

  if (locks != NULL)
    return locks;
  locks = g_new0 (Locks, 1);
  if (g_object_replace_qdata (G_OBJECT (store), quark, NULL, locks, g_free, NULL))
    return locks;
  g_free (locks);
  return g_object_get_qdata (G_OBJECT (store), quark);
}

typedef struct
{
  const char *key;
  Secrets     secrets;
} Keeping;

static gpointer
read_kept (CsmTxn        *txn,
           gpointer       input,
           GCancellable  *cancellable,
           GError       **error)
{
  Keeping *keeping = input;

  if (!load_secrets (txn, keeping->key, &keeping->secrets, error) && error != NULL && *error == NULL)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED, _("Nobody has signed in to the mailbox yet."));
  return NULL;
}

/* Who has forgotten it meanwhile does not want it back. */
static gpointer
write_kept (CsmTxn        *txn,
            gpointer       input,
            GCancellable  *cancellable,
            GError       **error)
{
  Keeping *keeping = input;
  g_autofree char *setting = csm_txn_setting (txn, keeping->key, error);

  if (setting != NULL)
    save_secrets (txn, keeping->key, &keeping->secrets, error);
  return NULL;
}

static char *
get_stored_token (CsmMailGrant  *self,
                  const char    *refused,
                  GCancellable  *cancellable,
                  GError       **error)
{
  g_autofree char *key = key_of (self->channel_id);
  GMutex *lock = &get_locks (self->store)->mutexes[g_str_hash (self->channel_id) % N_LOCKS];
  Keeping keeping = { .key = key };
  g_autoptr (GError) local = NULL;
  g_autoptr (GError) unwritten = NULL;
  char *token = NULL;

  g_mutex_lock (lock);
  csm_store_run (self->store, FALSE, read_kept, &keeping, &local);
  if (local == NULL && !is_good (&keeping.secrets, refused) && refresh (self, &keeping.secrets, cancellable, &local))
    csm_store_run (self->store, TRUE, write_kept, &keeping, &unwritten);
  g_mutex_unlock (lock);
  if (unwritten != NULL)
    g_warning ("A new access token can't be noted: %s", unwritten->message);
  if (local == NULL)
    token = g_strdup (keeping.secrets.access_token);
  else
    g_propagate_error (error, g_steal_pointer (&local));
  secrets_clear (&keeping.secrets);
  return token;
}

/**
 * csm_mail_grant_get_token:
 * @self: a grant
 * @refused: (nullable): a token that a mail server did not take, however long it was to last
 * @cancellable: (nullable): ends it
 * @error: as csm_token_issuer_ask() does
 *
 * Asks the provider only when the last token is of no use any more. Any thread; blocks.
 *
 * Returns: (transfer full) (nullable): an access token
 */
char *
csm_mail_grant_get_token (CsmMailGrant  *self,
                          const char    *refused,
                          GCancellable  *cancellable,
                          GError       **error)
{
  char *token = NULL;

  if (self->store != NULL)
    return get_stored_token (self, refused, cancellable, error);
  g_mutex_lock (&self->lock);
  if (is_good (&self->secrets, refused) || refresh (self, &self->secrets, cancellable, error))
    token = g_strdup (self->secrets.access_token);
  g_mutex_unlock (&self->lock);
  return token;
}

/**
 * csm_mail_grant_exchange:
 * @json: {tokenUrl, clientId, clientSecret, scope, code, codeVerifier, redirectUri}
 * @stored: (nullable): where a client secret that is absent comes from
 * @cancellable: (nullable): ends it
 * @error: `CSM_ERROR_INVALID`, or as csm_token_issuer_ask() does
 *
 * What somebody brings from signing in with the browser becomes a grant (RFC 6749, section 4.1.3; RFC 7636). Any thread; blocks.
 *
 * Returns: (transfer full) (nullable): {refreshToken, accessToken, expires}, for csm_mail_grant_read_json()
 */
JsonObject *
csm_mail_grant_exchange (JsonObject    *json,
                         CsmMailGrant  *stored,
                         GCancellable  *cancellable,
                         GError       **error)
{
  g_autoptr (CsmMailGrant) self = grant_new ();
  const char *code = csm_json_get_string (json, "code"), *verifier = csm_json_get_string (json, "codeVerifier");
  const char *redirect = csm_json_get_string (json, "redirectUri");
  g_autoptr (JsonObject) answer = NULL;
  JsonObject *tokens;

  if (!read_client (self, json, stored, error))
    return NULL;
  if (!is_line (code) || !is_line (verifier) || !is_line (redirect))
    {
      refuse (error, _("Nobody has signed in to the mailbox yet."));
      return NULL;
    }
  {
    const char *fields[] = { "grant_type", "authorization_code", "code", code, "code_verifier", verifier, "redirect_uri", redirect, "client_id", self->client_id,
                             self->secrets.client_secret != NULL ? "client_secret" : NULL, self->secrets.client_secret, NULL };

    answer = csm_token_issuer_ask (self->token_url, fields, cancellable, error);
  }
  if (answer == NULL)
    return NULL;
  take_tokens (&self->secrets, answer);
  if (self->secrets.refresh_token == NULL)
    {
      refuse (error, _("The provider gives access for an hour only: lasting access (offline access) has to be allowed for the client."));
      return NULL;
    }
  tokens = json_object_new ();
  csm_json_set_string (tokens, "refreshToken", self->secrets.refresh_token);
  csm_json_set_string (tokens, "accessToken", self->secrets.access_token);
  csm_json_set_time (tokens, "expires", self->secrets.expires);
  return tokens;
}
