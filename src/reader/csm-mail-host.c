/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */

#include "config.h"

#include "csm-mail-host.h"

#include <string.h>

#define MAX_HOST 255

/**
 * csm_mail_host_of_link:
 * @link: an address of any scheme
 *
 * Returns: (transfer full) (nullable): the name in lower case of the host that it leads to, as a browser reads it; of a
 *   mailto: the domain
 */
char *
csm_mail_host_of_link (const char *link)
{
  gboolean is_mail = g_ascii_strncasecmp (link, "mailto:", 7) == 0;
  const char *start = is_mail ? link + 7 : strstr (link, "//");
  const char *at;
  gsize length;
  g_autofree char *raw = NULL;
  g_autofree char *plain = NULL;

  if (start == NULL)
    return NULL;
  start += is_mail ? 0 : 2;
  length = strcspn (start, is_mail ? "?," : "/?#\\ ");
  at = memrchr (start, '@', length);
  if (at != NULL)
    {
      length -= (gsize) (at + 1 - start);
      start = at + 1;
    }
  length = MIN (length, strcspn (start, ":"));
  if (length == 0 || length > 3 * MAX_HOST)
    return NULL;
  raw = g_strndup (start, length);
  plain = g_uri_unescape_string (raw, NULL);
  return g_utf8_strdown (plain != NULL && g_utf8_validate (plain, -1, NULL) ? plain : raw, -1);
}

/* Where the part begins that somebody has registered. There is no list of registries here, so that "co.uk" and the like
 * are told by their length. */
static const char *
registered (const char *host)
{
  const char *p = host + strlen (host);
  guint dots = 0;
  const char *last = p;

  while (p > host)
    {
      p--;
      if (*p != '.')
        continue;
      dots++;
      if (dots == 2 && (last - p - 1 > 3 || strlen (last) > 3))
        return p + 1;
      if (dots == 3)
        return p + 1;
      last = p;
    }
  return host;
}

/**
 * csm_mail_host_is_related:
 * @host: a host's name in lower case
 * @other: another
 *
 * Returns: whether both belong to the same one, as far as names tell
 */
gboolean
csm_mail_host_is_related (const char *host,
                          const char *other)
{
  return strcmp (registered (host), registered (other)) == 0;
}

/* The small letters that look like Latin ones. */
static gboolean
looks_latin (gunichar c)
{
  static const gunichar letters[] = {
    0x0430, 0x0435, 0x043e, 0x0440, 0x0441, 0x0443, 0x0445, 0x0455, 0x0456, 0x0458, 0x044a, 0x04bb, 0x0501, 0x051b, 0x051d, 0x04cf,
    0x043a, 0x043c, 0x043d, 0x0442, 0x0432, 0x043f, 0x0433, 0x044c, 0x03bf, 0x03b1, 0x03bd, 0x03c1, 0x03b9, 0x03ba, 0x03c5, 0x03c7, 0x03b5,
    0x03c9, 0x0585, 0x057d, 0x0570, 0x0578, 0x0581, 0x0261,
  };

  for (guint i = 0; i < G_N_ELEMENTS (letters); i++)
    if (letters[i] == c)
      return TRUE;
  return FALSE;
}

static gboolean
label_misleads (const char *label)
{
  gboolean latin = FALSE;
  gboolean east_asian = FALSE;
  gboolean other = FALSE;
  gboolean only_lookalikes = TRUE;
  GUnicodeScript first = G_UNICODE_SCRIPT_COMMON;

  for (const char *p = label; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);
      GUnicodeScript script = g_unichar_get_script (c);

      if (script == G_UNICODE_SCRIPT_COMMON || script == G_UNICODE_SCRIPT_INHERITED)
        continue;
      if (script == G_UNICODE_SCRIPT_LATIN)
        latin = TRUE;
      else if (script == G_UNICODE_SCRIPT_HAN || script == G_UNICODE_SCRIPT_HIRAGANA || script == G_UNICODE_SCRIPT_KATAKANA
               || script == G_UNICODE_SCRIPT_HANGUL || script == G_UNICODE_SCRIPT_BOPOMOFO)
        east_asian = TRUE;
      else if (first != G_UNICODE_SCRIPT_COMMON && first != script)
        return TRUE;
      else
        {
          first = script;
          other = TRUE;
        }
      if (!looks_latin (c))
        only_lookalikes = FALSE;
    }
  /* Japanese, Chinese and Korean names are written with Latin letters among theirs. */
  return other && (latin || east_asian || only_lookalikes);
}

/**
 * csm_mail_host_mixes_scripts:
 * @host: a host's name, in Unicode or as `xn--`
 *
 * Returns: whether one of its labels mixes scripts, or is all of letters that look like others, so that it may pass for another name
 */
gboolean
csm_mail_host_mixes_scripts (const char *host)
{
  g_autofree char *unicode = NULL;
  g_auto(GStrv) labels = NULL;
  gboolean is_ascii_below;

  if (strlen (host) > 3 * MAX_HOST || (g_str_is_ascii (host) && strcasestr (host, "xn--") == NULL))
    return FALSE;
  unicode = g_hostname_to_unicode (host);
  labels = g_strsplit (unicode != NULL ? unicode : host, ".", 64);
  /* Under a domain of the same script everybody reads it right. */
  is_ascii_below = labels[0] != NULL && g_str_is_ascii (labels[g_strv_length (labels) - 1]);
  for (char **label = labels; *label != NULL; label++)
    if (!g_str_is_ascii (*label) && is_ascii_below && label_misleads (*label))
      return TRUE;
  return FALSE;
}
