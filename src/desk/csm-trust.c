/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-trust.h"

#include <string.h>

#include "csm-address.h"
#include "csm-json.h"

/* Shorter names resemble one another by chance. */
#define LEAST_LABEL 5
#define MAX_DOMAIN 253

typedef struct
{
  const char *dmarc, *dmarc_domain;
  const char *spf, *spf_domain;
  const char *dkim, *dkim_domain;
  gboolean    dkim_aligned;
} Results;

static gboolean
is_server_of (JsonObject *channel,
              const char *server)
{
  JsonObject *set = csm_json_get_object (channel, "authServers");
  g_autoptr (GList) names = set != NULL ? json_object_get_members (set) : NULL;

  for (GList *l = names; l != NULL; l = l->next)
    {
      if (server != NULL && g_ascii_strcasecmp (l->data, server) == 0)
        return TRUE;
    }
  return FALSE;
}

/* The relaxed alignment of RFC 7489, section 3.1, without a list of public suffixes: one is the other's parent. */
static gboolean
is_aligned (const char *domain,
            const char *from)
{
  gsize a = domain != NULL ? strlen (domain) : 0, b = from != NULL ? strlen (from) : 0;
  const char *longer = a > b ? domain : from, *shorter = a > b ? from : domain;
  gsize difference = a > b ? a - b : b - a;

  if (a == 0 || b == 0 || strchr (shorter, '.') == NULL)
    return FALSE;
  return g_ascii_strcasecmp (longer + difference, shorter) == 0 && (difference == 0 || longer[difference - 1] == '.');
}

static void
note_method (Results    *results,
             JsonObject *method,
             const char *from_domain)
{
  const char *name = csm_json_get_string (method, "method");
  const char *result = csm_json_get_string (method, "result");
  const char *domain = csm_json_get_string (method, "domain");

  if (g_strcmp0 (name, "dmarc") == 0 && results->dmarc == NULL)
    {
      results->dmarc = result;
      results->dmarc_domain = domain;
    }
  else if (g_strcmp0 (name, "spf") == 0 && results->spf == NULL)
    {
      results->spf = result;
      results->spf_domain = domain;
    }
  else if (g_strcmp0 (name, "dkim") == 0)
    {
      gboolean aligned = g_strcmp0 (result, "pass") == 0 && is_aligned (domain, from_domain);

      /* Of several signatures the one of the writer's own domain counts. */
      if (results->dkim != NULL && !(aligned && !results->dkim_aligned))
        return;
      results->dkim = result;
      results->dkim_domain = domain;
      results->dkim_aligned = aligned;
    }
}

static gboolean
passes (const char *result)
{
  return g_strcmp0 (result, "pass") == 0;
}

static const char *
judge (const Results  *results,
       const char     *from_domain,
       const char    **domain)
{
  *domain = NULL;
  if (passes (results->dmarc))
    *domain = results->dmarc_domain != NULL ? results->dmarc_domain : from_domain;
  else if (g_strcmp0 (results->dmarc, "fail") == 0)
    return "failed";
  else if (results->dkim_aligned)
    *domain = results->dkim_domain;
  else if (passes (results->spf) && is_aligned (results->spf_domain, from_domain))
    *domain = results->spf_domain;
  else if (g_strcmp0 (results->spf, "fail") == 0 && !passes (results->dkim))
    return "failed";
  return *domain != NULL ? "verified" : "unverified";
}

/* What the first of our servers said, or NULL: fields below the first Received came with the mail (RFC 8601, section 5). */
static JsonObject *
find_entry (JsonObject *mail,
            JsonObject *channel)
{
  JsonArray *list = csm_json_get_array (mail, "authentication");

  for (guint i = 0; list != NULL && i < json_array_get_length (list); i++)
    {
      JsonNode *node = json_array_get_element (list, i);
      JsonObject *entry = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;

      if (csm_json_get_boolean (entry, "aboveReceived") && is_server_of (channel, csm_json_get_string (entry, "server")))
        return entry;
    }
  return NULL;
}

/**
 * csm_trust_of_mail:
 * @mail: what casement-reader says
 * @channel: the mailbox that it came to
 * @from: (nullable): the writer's normalised address
 *
 * What the channel's own mail server found out about where the mail comes from (RFC 7208, 6376, 7489). Nothing else is believed.
 *
 * Returns: (transfer full) (nullable): Message.trust; %NULL when no server of the channel said anything
 */
JsonObject *
csm_trust_of_mail (JsonObject *mail,
                   JsonObject *channel,
                   const char *from)
{
  JsonObject *entry = from != NULL ? find_entry (mail, channel) : NULL;
  JsonArray *methods = csm_json_get_array (entry, "methods");
  const char *from_domain = from != NULL ? csm_address_domain (from) : NULL;
  const char *domain, *verdict;
  Results results = { NULL };
  JsonObject *trust;

  if (entry == NULL)
    return NULL;
  for (guint i = 0; methods != NULL && i < json_array_get_length (methods); i++)
    {
      JsonNode *node = json_array_get_element (methods, i);

      if (JSON_NODE_HOLDS_OBJECT (node))
        note_method (&results, json_node_get_object (node), from_domain);
    }
  verdict = judge (&results, from_domain, &domain);
  trust = json_object_new ();
  csm_json_set_string (trust, "verdict", verdict);
  csm_json_set_string (trust, "domain", domain);
  csm_json_set_string (trust, "spf", results.spf);
  csm_json_set_string (trust, "dkim", results.dkim);
  csm_json_set_string (trust, "dmarc", results.dmarc);
  csm_json_set_string (trust, "server", csm_json_get_string (entry, "server"));
  return trust;
}

/* Nobody gains by saying of himself that he is a forger: until an admin says whom to believe, every server above the first Received is. */
static gboolean
somebody_says_forged (JsonObject *mail)
{
  JsonObject *headers = csm_json_get_object (mail, "headers");
  JsonArray *results = csm_json_get_array (headers, "authenticationResults");
  gint64 above = csm_json_get_int (headers, "authenticationResultsAboveReceived", 0);

  for (guint i = 0; results != NULL && i < json_array_get_length (results) && (gint64) i < above; i++)
    {
      JsonNode *node = json_array_get_element (results, i);
      g_autofree char *text = csm_json_is_string (node) ? g_ascii_strdown (json_node_get_string (node), -1) : NULL;

      if (text != NULL && (strstr (text, "dmarc=fail") != NULL || (strstr (text, "spf=fail") != NULL && strstr (text, "dkim=pass") == NULL)))
        return TRUE;
    }
  return FALSE;
}

/**
 * csm_trust_is_forged:
 * @mail: what casement-reader says
 * @channel: the mailbox that it came to
 * @from: the writer's normalised address
 *
 * Returns: whether our own mail server says that the mail is not from who it says it is from
 */
gboolean
csm_trust_is_forged (JsonObject *mail,
                     JsonObject *channel,
                     const char *from)
{
  JsonObject *servers = csm_json_get_object (channel, "authServers");
  g_autoptr (JsonObject) trust = NULL;

  if (servers == NULL || json_object_get_size (servers) == 0)
    return somebody_says_forged (mail);
  trust = csm_trust_of_mail (mail, channel, from);
  return g_strcmp0 (csm_json_get_string (trust, "verdict"), "failed") == 0;
}

/* --- Domains that resemble others -------------------------------------------------------------------------------------------- */

/* What looks the same at a glance becomes the same. */
static char *
skeleton (const char *domain)
{
  static const struct { const char *look; char letter; } pairs[] = { { "rn", 'm' }, { "vv", 'w' }, { "cl", 'd' } };
  GString *out = g_string_sized_new (strlen (domain));

  for (const char *c = domain; *c != '\0'; c++)
    {
      char letter = g_ascii_tolower (*c);

      for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
        {
          if (g_ascii_strncasecmp (c, pairs[i].look, 2) == 0)
            {
              letter = pairs[i].letter;
              c++;
              break;
            }
        }
      if (letter == '-')
        continue;
      g_string_append_c (out, letter == '0' ? 'o' : letter == '1' || letter == 'i' ? 'l' : letter == '5' ? 's' : letter);
    }
  return g_string_free (out, FALSE);
}

/* Whether one letter more, less, other, or two that changed places, is all that tells @a from @b. */
static gboolean
is_one_off (const char *a,
            const char *b)
{
  gsize length_a = strlen (a), length_b = strlen (b), at = 0;

  if (length_a > length_b)
    return is_one_off (b, a);
  while (at < length_a && a[at] == b[at])
    at++;
  if (length_b == length_a + 1)
    return strcmp (a + at, b + at + 1) == 0;
  if (length_a != length_b || at == length_a)
    return FALSE;
  return strcmp (a + at + 1, b + at + 1) == 0 ||
         (a[at] == b[at + 1] && a[at + 1] == b[at] && a[at + 1] != '\0' && strcmp (a + at + 2, b + at + 2) == 0);
}

/**
 * csm_trust_looks_like:
 * @domain: a domain that writes to us
 * @other: one that we know
 *
 * Returns: whether @domain is another one that may be taken for @other
 */
gboolean
csm_trust_looks_like (const char *domain,
                      const char *other)
{
  g_autofree char *a = NULL;
  g_autofree char *b = NULL;

  if (*domain == '\0' || *other == '\0' || strlen (domain) > MAX_DOMAIN || strlen (other) > MAX_DOMAIN || is_aligned (domain, other))
    return FALSE;
  a = skeleton (domain);
  b = skeleton (other);
  if (strcspn (b, ".") < LEAST_LABEL)
    return FALSE;
  return strcmp (a, b) == 0 || is_one_off (a, b);
}
