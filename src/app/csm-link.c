/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-link.h"

#include <glib/gi18n.h>
#include <string.h>

#include "csm-error.h"
#include "csm-id.h"

/* Anybody can write a link: longer ones are not read at all. */
#define URI_MAX 2048
/* Characters; a search that somebody typed is shorter. */
#define SEARCH_MAX 200

static const struct
{
  const char *name;
  char        letter;
} kinds[] = {
  [CSM_LINK_TO_CASE] = { "case/", 'c' },
  [CSM_LINK_TO_MESSAGE] = { "message/", 'm' },
  [CSM_LINK_TO_CUSTOMER] = { "customer/", 'u' },
  [CSM_LINK_TO_NOTE] = { "note/", 'n' },
  [CSM_LINK_TO_SEARCH] = { "search?q=", 0 },
};

static gboolean
is_plain (const char *text)
{
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      /* Format characters turn what is shown around. */
      if (g_unichar_iscntrl (c) || g_unichar_type (c) == G_UNICODE_FORMAT)
        return FALSE;
    }
  return TRUE;
}

/* Returns: (transfer full) (nullable): the words of a search */
static char *
read_search (const char *escaped)
{
  g_autofree char *text = NULL;

  if (strpbrk (escaped, "&#?/") != NULL)
    return NULL;
  text = g_uri_unescape_string (escaped, NULL);
  if (text == NULL || !g_utf8_validate (text, -1, NULL) || !is_plain (text) || g_utf8_strlen (text, -1) > SEARCH_MAX)
    return NULL;
  g_strstrip (text);
  return text[0] != '\0' ? g_steal_pointer (&text) : NULL;
}

static char *
read_target (CsmLinkKind  kind,
             const char  *text)
{
  if (kind == CSM_LINK_TO_SEARCH)
    return read_search (text);
  return csm_id_is_valid (text, kinds[kind].letter) ? g_strdup (text) : NULL;
}

/**
 * csm_link_parse:
 * @uri: what is said to be a link; from anywhere
 * @error: return location; `CSM_ERROR_INVALID` with a sentence for people
 *
 * Returns: (transfer full) (nullable): where it leads to
 */
CsmLink *
csm_link_parse (const char  *uri,
                GError     **error)
{
  const char *rest = uri;

  g_return_val_if_fail (uri != NULL, NULL);
  if (strnlen (uri, URI_MAX + 1) <= URI_MAX && g_ascii_strncasecmp (uri, CSM_LINK_SCHEME ":", strlen (CSM_LINK_SCHEME ":")) == 0)
    {
      rest += strlen (CSM_LINK_SCHEME ":");
      /* What hands links on may write an empty host into them. */
      if (g_str_has_prefix (rest, "///"))
        rest += 3;
      for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
        {
          g_autofree char *target = g_str_has_prefix (rest, kinds[i].name) ? read_target (i, rest + strlen (kinds[i].name)) : NULL;
          CsmLink *link;

          if (target == NULL)
            continue;
          link = g_new0 (CsmLink, 1);
          link->kind = i;
          link->target = g_steal_pointer (&target);
          return link;
        }
    }
  g_set_error_literal (error, CSM_ERROR, CSM_ERROR_INVALID, _("This is no link that Casement can follow. It may have been cut off: ask for it again."));
  return NULL;
}

/**
 * csm_link_format:
 * @kind: what it leads to
 * @target: its id; of a search what to look for
 *
 * Returns: (transfer full): the link
 */
char *
csm_link_format (CsmLinkKind  kind,
                 const char  *target)
{
  g_autofree char *escaped = NULL;

  g_return_val_if_fail (kind < G_N_ELEMENTS (kinds) && target != NULL, NULL);
  if (kind == CSM_LINK_TO_SEARCH)
    escaped = g_uri_escape_string (target, NULL, FALSE);
  return g_strconcat (CSM_LINK_SCHEME ":", kinds[kind].name, escaped != NULL ? escaped : target, NULL);
}

void
csm_link_free (CsmLink *link)
{
  g_free (link->target);
  g_free (link);
}
