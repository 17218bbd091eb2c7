/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-token-issuer.h"

#include <curl/curl.h>
#include <string.h>

#include <glib/gi18n-lib.h>

#include "csm-intake-message.h"
#include "csm-json.h"

#define PATIENCE_SECONDS 30L
#define MAX_ANSWER (256 * 1024)
#define MAX_WORDS 300

typedef struct
{
  GString      *text;
  GCancellable *cancellable;
} Answer;

/**
 * csm_token_issuer_is_url:
 * @url: (nullable): where tokens are asked for
 *
 * Returns: whether secrets may be sent there: encrypted, or to this computer (RFC 6749, section 3.2)
 */
gboolean
csm_token_issuer_is_url (const char *url)
{
  g_autoptr (GUri) uri = url != NULL ? g_uri_parse (url, G_URI_FLAGS_NONE, NULL) : NULL;
  const char *host = uri != NULL ? g_uri_get_host (uri) : NULL;
  g_autoptr (GInetAddress) address = host != NULL ? g_inet_address_new_from_string (host) : NULL;

  if (host == NULL || *host == '\0' || g_uri_get_userinfo (uri) != NULL || g_uri_get_fragment (uri) != NULL)
    return FALSE;
  return g_str_equal (g_uri_get_scheme (uri), "https") ||
         (g_str_equal (g_uri_get_scheme (uri), "http") && (g_str_equal (host, "localhost") || (address != NULL && g_inet_address_get_is_loopback (address))));
}

static size_t
on_data (char   *data,
         size_t  size,
         size_t  count,
         void   *user_data)
{
  Answer *answer = user_data;

  if (answer->text->len + size * count > MAX_ANSWER)
    return 0;
  g_string_append_len (answer->text, data, (gssize) (size * count));
  return size * count;
}

static int
on_progress (void       *user_data,
             curl_off_t  down,
             curl_off_t  down_now,
             curl_off_t  up,
             curl_off_t  up_now)
{
  return g_cancellable_is_cancelled (((Answer *) user_data)->cancellable);
}

static char *
encode (CURL              *curl,
        const char *const *fields)
{
  GString *body = g_string_new (NULL);

  for (guint i = 0; fields[i] != NULL; i += 2)
    {
      char *value = curl_easy_escape (curl, fields[i + 1], 0);

      g_string_append_printf (body, "%s%s=%s", i > 0 ? "&" : "", fields[i], value != NULL ? value : "");
      curl_free (value);
    }
  return g_string_free (body, FALSE);
}

static void
set_options (CURL       *curl,
             const char *url,
             const char *body,
             Answer     *answer)
{
  curl_easy_setopt (curl, CURLOPT_URL, url);
  curl_easy_setopt (curl, CURLOPT_PROTOCOLS_STR, "https,http");
  curl_easy_setopt (curl, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt (curl, CURLOPT_PROXY, "");
  curl_easy_setopt (curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt (curl, CURLOPT_TIMEOUT, PATIENCE_SECONDS);
  curl_easy_setopt (curl, CURLOPT_SSLVERSION, (long) CURL_SSLVERSION_TLSv1_2);
  curl_easy_setopt (curl, CURLOPT_POST, 1L);
  curl_easy_setopt (curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t) strlen (body));
  curl_easy_setopt (curl, CURLOPT_POSTFIELDS, body);
  curl_easy_setopt (curl, CURLOPT_WRITEFUNCTION, on_data);
  curl_easy_setopt (curl, CURLOPT_WRITEDATA, answer);
  curl_easy_setopt (curl, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt (curl, CURLOPT_XFERINFOFUNCTION, on_progress);
  curl_easy_setopt (curl, CURLOPT_XFERINFODATA, answer);
}

/* RFC 6749, section 5.2: what it says is for those who run clients; some of it is for people. */
static void
explain_refusal (JsonObject  *json,
                 long         status,
                 GError     **error)
{
  const char *code = json != NULL ? csm_json_get_string (json, "error") : NULL;
  const char *words = json != NULL ? csm_json_get_string (json, "error_description") : NULL;
  g_autofree char *line = words != NULL || code != NULL ? csm_intake_one_line (words != NULL ? words : code, MAX_WORDS) : NULL;

  if (g_strcmp0 (code, "invalid_grant") == 0)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED, _("The permission to use the mailbox has ended: somebody has to sign in once more. (%s)"), line);
  else if (g_strcmp0 (code, "invalid_client") == 0 || g_strcmp0 (code, "unauthorized_client") == 0)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED, _("The provider does not know Casement: the client ID or its secret is wrong. (%s)"), line);
  else if (code != NULL && status / 100 == 4 && status != 429)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED, _("The provider gives no access to the mailbox: %s"), line);
  else
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, _("The provider can't give access to the mailbox at the moment (%ld)."), status);
}

/**
 * csm_token_issuer_ask:
 * @url: a token endpoint
 * @fields: (array zero-terminated=1): names and values in turn
 * @cancellable: (nullable): ends it
 * @error: `G_IO_ERROR_CANCELLED`; `G_IO_ERROR_PERMISSION_DENIED` when it won't, and would not later; else it can't be asked at the moment. A
 *   sentence for people
 *
 * Any thread; blocks.
 *
 * Returns: (transfer full) (nullable): what it gives, with an `access_token` (RFC 6749, section 5.1)
 */
JsonObject *
csm_token_issuer_ask (const char          *url,
                      const char *const   *fields,
                      GCancellable        *cancellable,
                      GError             **error)
{
  static gsize ready = 0;
  g_autoptr (GString) text = g_string_new (NULL);
  Answer answer = { text, cancellable };
  g_autofree char *body = NULL;
  g_autoptr (JsonObject) json = NULL;
  long status = 0;
  CURLcode code;
  CURL *curl;

  if (!csm_token_issuer_is_url (url))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED, _("“%s” is no address (https) that can be asked for access to the mailbox."), url != NULL ? url : "");
      return NULL;
    }
  if (g_once_init_enter (&ready))
    {
      curl_global_init (CURL_GLOBAL_DEFAULT);
      g_once_init_leave (&ready, 1);
    }
  curl = curl_easy_init ();
  body = encode (curl, fields);
  set_options (curl, url, body, &answer);
  code = curl_easy_perform (curl);
  curl_easy_getinfo (curl, CURLINFO_RESPONSE_CODE, &status);
  curl_easy_cleanup (curl);
  memset (body, 0, strlen (body));
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  if (code != CURLE_OK)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, _("The provider can't be asked for access to the mailbox: %s."), curl_easy_strerror (code));
      return NULL;
    }
  json = csm_json_parse_object (text->str, (gssize) text->len, NULL);
  if (status == 200 && json != NULL && csm_json_get_string (json, "access_token") != NULL)
    return g_steal_pointer (&json);
  explain_refusal (json, status, error);
  return NULL;
}
