/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-mailbox-words.h"

#include <glib/gi18n.h>
#include <string.h>

#include "csm-json.h"

/* Returns: whether @text could be a mail address: the server knows better, but this saves it the question */
gboolean
csm_mailbox_is_address (const char *text)
{
  const char *at = strrchr (text, '@');

  return at != NULL && at != text && at[1] != '\0' && strpbrk (text, " \t<>,;") == NULL && at[strlen (at) - 1] != '.';
}

/**
 * csm_mailbox_guess_name:
 * @address: a mail address
 *
 * Returns: (transfer full): what its channel could be called: "Support" for support@example.com
 */
char *
csm_mailbox_guess_name (const char *address)
{
  const char *at = strrchr (address, '@');
  g_autofree char *local = at != NULL ? g_strndup (address, (gsize) (at - address)) : g_strdup (address);
  gunichar first;
  GString *name;

  g_strdelimit (local, "._-+", ' ');
  g_strstrip (local);
  if (local[0] == '\0' || !g_utf8_validate (local, -1, NULL))
    return g_strdup (address);
  name = g_string_new (NULL);
  first = g_utf8_get_char (local);
  g_string_append_unichar (name, g_unichar_totitle (first));
  g_string_append (name, g_utf8_next_char (local));
  return g_string_free (name, FALSE);
}

static const char *
get_host (JsonObject *candidate,
          const char *side)
{
  JsonObject *server = csm_json_get_object (candidate, side);

  return server != NULL ? csm_json_get_string (server, "host") : NULL;
}

/**
 * csm_mailbox_say_found:
 * @candidate: (nullable): what the server found; %NULL: nothing
 * @address: for which address
 *
 * Returns: (transfer full): that in words
 */
char *
csm_mailbox_say_found (JsonObject *candidate,
                       const char *address)
{
  const char *provider = candidate != NULL ? csm_json_get_string (candidate, "provider") : NULL;
  const char *in = candidate != NULL ? get_host (candidate, "imap") : NULL;
  const char *out = candidate != NULL ? get_host (candidate, "smtp") : NULL;
  const char *at = strrchr (address, '@');

  if (candidate == NULL)
    /* Translators: %s is the part of an address after the @ */
    return g_strdup_printf (_("No settings were found for %s. Your provider’s help pages name the two servers."), at != NULL ? at + 1 : address);
  if (provider != NULL)
    /* Translators: %s is a mail provider such as Fastmail */
    return g_strdup_printf (_("This is a mailbox of %s, whose settings are known."), provider);
  if (g_strcmp0 (csm_json_get_string (candidate, "source"), "guess") == 0)
    return g_strdup_printf (_("These servers answer for %s. Check that they are the right ones."), at != NULL ? at + 1 : address);
  if (in == NULL || out == NULL)
    return g_strdup_printf (_("Settings were found: %s"), in != NULL ? in : out != NULL ? out : "");
  if (g_str_equal (in, out))
    /* Translators: %s is a server's name */
    return g_strdup_printf (_("Settings were found: mail is read from and sent through %s."), in);
  /* Translators: two servers' names */
  return g_strdup_printf (_("Settings were found: mail is read from %s and sent through %s."), in, out);
}

/* Returns: (transfer full): a short name for one of several things that were found */
char *
csm_mailbox_say_choice (JsonObject *candidate)
{
  const char *provider = csm_json_get_string (candidate, "provider");
  const char *in = get_host (candidate, "imap");

  return g_strdup (provider != NULL ? provider : in != NULL ? in : get_host (candidate, "smtp"));
}

/**
 * csm_mailbox_mark_links:
 * @text: what a provider's page or the server says
 *
 * Returns: (transfer full): markup with the web addresses in it as links
 */
char *
csm_mailbox_mark_links (const char *text)
{
  g_autoptr (GRegex) link = g_regex_new ("https://[^\\s<>\"']*[^\\s<>\"'.,;:!?)]", 0, 0, NULL);
  g_autofree char *escaped = g_markup_escape_text (text, -1);

  return g_regex_replace (link, escaped, -1, 0, "<a href=\"\\0\">\\0</a>", 0, NULL);
}
