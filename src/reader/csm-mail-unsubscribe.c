/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */

#include "config.h"

#include "csm-mail-unsubscribe.h"

#include <string.h>

#define MAX_ADDRESS 2000

/* What stands between angle brackets, without the spaces that folding left. NULL for what is no address. */
static char *
dup_address (const char *start,
             gsize       length)
{
  GString *address = g_string_sized_new (length);

  for (gsize i = 0; i < length; i++)
    {
      guchar c = (guchar) start[i];

      if (c == ' ')
        continue;
      if (c < 0x21 || c > 0x7e || strchr ("\"<>\\^`{|}", c) != NULL || address->len > MAX_ADDRESS)
        {
          g_string_free (address, TRUE);
          return NULL;
        }
      g_string_append_c (address, (char) c);
    }
  return g_string_free (address, FALSE);
}

static gboolean
has_scheme (const char *address,
            const char *scheme)
{
  return g_ascii_strncasecmp (address, scheme, strlen (scheme)) == 0 && address[strlen (scheme)] != '\0'
         && address[strlen (scheme)] != '/';
}

/**
 * csm_mail_unsubscribe_write:
 * @unsubscribe: (nullable): the value of List-Unsubscribe
 * @post: (nullable): the value of List-Unsubscribe-Post
 * @writer: inside the answer's object
 *
 * Writes how to leave a list (RFC 2369, and RFC 8058 for one click).
 */
void
csm_mail_unsubscribe_write (const char    *unsubscribe,
                            const char    *post,
                            CsmJsonWriter *writer)
{
  g_autofree char *url = NULL;
  g_autofree char *mailto = NULL;

  for (const char *p = unsubscribe; p != NULL && (p = strchr (p, '<')) != NULL;)
    {
      const char *end = strchr (++p, '>');
      g_autofree char *address = end != NULL ? dup_address (p, (gsize) (end - p)) : NULL;

      if (address != NULL && url == NULL && has_scheme (address, "https://"))
        url = g_steal_pointer (&address);
      else if (address != NULL && mailto == NULL && has_scheme (address, "mailto:"))
        mailto = g_steal_pointer (&address);
      p = end;
    }
  if (url == NULL && mailto == NULL)
    {
      csm_json_writer_string (writer, "unsubscribe", NULL);
      return;
    }
  csm_json_writer_begin_object (writer, "unsubscribe");
  csm_json_writer_bool (writer, "oneClick", url != NULL && post != NULL && strcasestr (post, "List-Unsubscribe=One-Click") != NULL);
  csm_json_writer_string (writer, "url", url);
  csm_json_writer_string (writer, "mailto", mailto);
  csm_json_writer_end_object (writer);
}
