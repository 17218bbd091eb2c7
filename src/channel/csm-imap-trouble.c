/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-imap-trouble.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "csm-mail-providers.h"

static gboolean
contains_any (const char        *text,
              const char *const *words)
{
  g_autofree char *lower = g_ascii_strdown (text, -1);

  for (guint i = 0; words[i] != NULL; i++)
    {
      if (strstr (lower, words[i]) != NULL)
        return TRUE;
    }
  return FALSE;
}

/**
 * csm_imap_is_busy:
 * @text: what a server says when it refuses something, or ends the connection
 *
 * Returns: whether the same again would work at another time (RFC 5530, section 3, and what providers say instead)
 */
gboolean
csm_imap_is_busy (const char *text)
{
  static const char *const words[] = { "[unavailable]", "[inuse]", "[limit]", "[serverbug]", "[throttled]", "[overquota]", "too many", "try again later",
                                       "temporarily", "temporary", "exceeded bandwidth", "exceeded command or bandwidth", "server busy", "server is busy",
                                       "maximum number of connections", "rate limit", NULL };

  return text != NULL && contains_any (text, words);
}

/* --- Connecting -------------------------------------------------------------------------------------------------------------------- */

/**
 * csm_imap_explain_connect:
 * @problem: what GIO says
 * @settings: where to
 * @error: return location
 */
void
csm_imap_explain_connect (const GError           *problem,
                          const CsmImapSettings  *settings,
                          GError                **error)
{
  if (g_error_matches (problem, G_RESOLVER_ERROR, G_RESOLVER_ERROR_NOT_FOUND))
    g_set_error (error, CSM_IMAP_ERROR, CSM_IMAP_ERROR_CONNECT,
                 _("The mail server can't be reached, because there is none of the name %s: please check how it is written."), settings->host);
  else if (problem->domain == G_RESOLVER_ERROR)
    g_set_error (error, CSM_IMAP_ERROR, CSM_IMAP_ERROR_CONNECT,
                 _("The mail server %s can't be reached, because its name can't be looked up at the moment: is this computer connected to the internet?"), settings->host);
  else if (g_error_matches (problem, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED))
    g_set_error (error, CSM_IMAP_ERROR, CSM_IMAP_ERROR_CONNECT,
                 _("The mail server %s can't be reached, because nobody listens on its port %u: please check the port, and whether IMAP is switched on there."),
                 settings->host, settings->port);
  else if (g_error_matches (problem, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    g_set_error (error, CSM_IMAP_ERROR, CSM_IMAP_ERROR_CONNECT,
                 _("The mail server %s can't be reached, because its port %u does not answer: please check the port, and whether a firewall is in between."),
                 settings->host, settings->port);
  else
    g_set_error (error, CSM_IMAP_ERROR, CSM_IMAP_ERROR_CONNECT, _("The mail server %s, port %u, can't be reached: %s."), settings->host, settings->port, problem->message);
}

/* The name that a certificate was made for, or NULL. */
static char *
first_name (GTlsCertificate *certificate)
{
  g_autoptr (GPtrArray) names = certificate != NULL ? g_tls_certificate_get_dns_names (certificate) : NULL;
  gsize length;
  const char *name = names != NULL && names->len > 0 ? g_bytes_get_data (g_ptr_array_index (names, 0), &length) : NULL;

  return name != NULL && g_utf8_validate (name, (gssize) length, NULL) ? g_strndup (name, MIN (length, 255)) : NULL;
}

/**
 * csm_imap_explain_certificate:
 * @flags: what is wrong with it
 * @certificate: (nullable): a mail server's certificate
 * @host: the server's name in the settings
 * @error: return location
 */
void
csm_imap_explain_certificate (GTlsCertificateFlags   flags,
                              GTlsCertificate       *certificate,
                              const char            *host,
                              GError               **error)
{
  g_autofree char *name = first_name (certificate);

  if ((flags & G_TLS_CERTIFICATE_BAD_IDENTITY) && name != NULL)
    g_set_error (error, CSM_IMAP_ERROR, CSM_IMAP_ERROR_TLS,
                 _("The mail server's certificate can't be trusted: it was made for another server, %s, and not for %s; use that name if it is the right one."), name, host);
  else if (flags & G_TLS_CERTIFICATE_BAD_IDENTITY)
    g_set_error (error, CSM_IMAP_ERROR, CSM_IMAP_ERROR_TLS,
                 _("The mail server's certificate can't be trusted: it was made for another server than %s; please check the name."), host);
  else if (flags & G_TLS_CERTIFICATE_EXPIRED)
    g_set_error_literal (error, CSM_IMAP_ERROR, CSM_IMAP_ERROR_TLS,
                         _("The mail server's certificate can't be trusted: it has expired, and whoever runs the server has to renew it."));
  else if (flags & G_TLS_CERTIFICATE_NOT_ACTIVATED)
    g_set_error_literal (error, CSM_IMAP_ERROR, CSM_IMAP_ERROR_TLS,
                         _("The mail server's certificate can't be trusted: it is not valid yet; is this computer's clock right?"));
  else if (flags & G_TLS_CERTIFICATE_UNKNOWN_CA)
    g_set_error_literal (error, CSM_IMAP_ERROR, CSM_IMAP_ERROR_TLS,
                         _("The mail server's certificate can't be trusted: nobody trusted has signed it; if it is your own, its file can be set on the server's command line."));
  else
    g_set_error_literal (error, CSM_IMAP_ERROR, CSM_IMAP_ERROR_TLS, _("The mail server's certificate can't be trusted: it is not valid."));
}

/* --- Signing in -------------------------------------------------------------------------------------------------------------------- */

typedef enum
{
  REFUSED_PASSWORD,
  REFUSED_APP_PASSWORD,
  REFUSED_TOKEN,
  REFUSED_OFF,
  REFUSED_EXPIRED,
  REFUSED_BY_ADMIN,
} Refusal;

/* By what servers say; the most telling words first. */
static Refusal
classify (const char *text)
{
  static const char *const app_password[] = { "application-specific password", "app-specific password", "app password", "application password", NULL };
  static const char *const off[] = { "not enabled for imap", "imap access is disabled", "imap is disabled", "imap disabled", "imap access disabled", "imap not enabled",
                                     "imap is not enabled", "imap access is not", "enable imap", "access to imap", "not allowed to use imap", NULL };
  static const char *const token[] = { "web browser", "weblogin", "basic authentication", "basicauthblocked", "oauth", "modern auth", "less secure", NULL };
  static const char *const expired[] = { "[expired]", "password has expired", "password expired", NULL };
  static const char *const by_admin[] = { "[contactadmin]", "[authorizationfailed]", "account is disabled", "account disabled", "account locked", "account is locked", "suspended", NULL };

  if (contains_any (text, app_password))
    return REFUSED_APP_PASSWORD;
  if (contains_any (text, off))
    return REFUSED_OFF;
  if (contains_any (text, token))
    return REFUSED_TOKEN;
  if (contains_any (text, expired))
    return REFUSED_EXPIRED;
  return contains_any (text, by_admin) ? REFUSED_BY_ADMIN : REFUSED_PASSWORD;
}

static const char *
what_to_do (Refusal  refusal,
            gboolean has_token)
{
  switch (refusal)
    {
    case REFUSED_APP_PASSWORD:
      return _("it wants an app password: make one in the account's security settings, and use it here instead of your own.");
    case REFUSED_TOKEN:
      return _("it takes no passwords from other programs: sign in with the browser instead.");
    case REFUSED_OFF:
      return _("IMAP is switched off for this mailbox: switch it on in the mailbox's settings on the web.");
    case REFUSED_EXPIRED:
      return _("the password has expired: set a new one at the provider, and type it here.");
    case REFUSED_BY_ADMIN:
      return _("the account is locked, or may not do this: ask whoever runs the mail server.");
    case REFUSED_PASSWORD:
    default:
      return has_token ? _("the access token is not valid, or not for this account.") : _("the user name or the password is wrong.");
    }
}

/* What is known of who runs this server. */
static char *
provider_help (const char *host)
{
  g_autoptr (CsmMailProviders) providers = csm_mail_providers_new (NULL);
  JsonObject *provider = providers != NULL ? csm_mail_providers_find_host (providers, host) : NULL;

  return provider != NULL ? csm_mail_provider_help (provider) : NULL;
}

/**
 * csm_imap_explain_sign_in:
 * @problem: that the server refused, and what it said
 * @settings: as whom
 * @error: return location
 */
void
csm_imap_explain_sign_in (const GError           *problem,
                          const CsmImapSettings  *settings,
                          GError                **error)
{
  gboolean has_token = csm_mail_server_has_token (&settings->server);
  Refusal refusal = classify (problem->message);
  g_autofree char *help = refusal == REFUSED_PASSWORD && !has_token ? provider_help (settings->host) : NULL;

  /* Who came with a token needs no advice on passwords, such as to use a token. */
  if (has_token && (refusal == REFUSED_TOKEN || refusal == REFUSED_EXPIRED))
    refusal = REFUSED_PASSWORD;
  g_set_error (error, CSM_IMAP_ERROR, CSM_IMAP_ERROR_SIGN_IN, _("The mail server does not let us in: %s%s%s (%s)"), what_to_do (refusal, has_token),
               help != NULL ? " " : "", help != NULL ? help : "", problem->message);
}
