/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-mailbox-address.h"

#include <string.h>

#include "csm-address.h"
#include "csm-mail-source.h"

#define MAX_MAILS 500
#define MAX_HEADER (64 * 1024)
/* RFC 5321, section 4.5.3.1 */
#define MAX_ADDRESS 254

static gboolean
is_address_char (char c)
{
  return g_ascii_isalnum (c) || (c != '\0' && strchr ("._%+-=", c) != NULL);
}

/* Every word with an "@" in it; addresses that are written in any other way are not counted. */
static void
add_addresses (GHashTable *found,
               const char *text,
               gsize       length)
{
  const char *end = text + length;

  for (const char *sign = memchr (text, '@', length); sign != NULL; sign = memchr (sign + 1, '@', end - sign - 1))
    {
      const char *first = sign;
      const char *last = sign + 1;
      g_autofree char *word = NULL;

      while (first > text && sign - first < MAX_ADDRESS && is_address_char (first[-1]))
        first--;
      while (last < end && last - sign < MAX_ADDRESS && is_address_char (*last))
        last++;
      word = g_strndup (first, last - first);
      if (csm_address_is_valid (word))
        g_hash_table_add (found, csm_address_normalise (word));
    }
}

static gboolean
names_people (const char *line,
              gsize       length)
{
  static const char *const fields[] = { "From:", "To:", "Cc:", "Delivered-To:", "X-Original-To:" };

  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    if (length > strlen (fields[i]) && g_ascii_strncasecmp (line, fields[i], strlen (fields[i])) == 0)
      return TRUE;
  return FALSE;
}

/* Each address once a mail. */
static void
count_mail (GHashTable *counts,
            GBytes     *bytes)
{
  g_autoptr (GHashTable) found = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  gsize size;
  const char *line = g_bytes_get_data (bytes, &size);
  const char *end = line + MIN (size, MAX_HEADER);
  gboolean wanted = FALSE;
  GHashTableIter iter;
  gpointer address;

  while (line < end && *line != '\n' && *line != '\r')
    {
      const char *next = memchr (line, '\n', end - line);
      gsize length = (next != NULL ? next : end) - line;

      if (*line != ' ' && *line != '\t')
        wanted = names_people (line, length);
      if (wanted)
        add_addresses (found, line, length);
      line += length + 1;
    }
  g_hash_table_iter_init (&iter, found);
  while (g_hash_table_iter_next (&iter, &address, NULL))
    {
      guint n = GPOINTER_TO_UINT (g_hash_table_lookup (counts, address));

      g_hash_table_replace (counts, g_strdup (address), GUINT_TO_POINTER (n + 1));
    }
}

/**
 * csm_mailbox_address_guess:
 * @path: an archive of mail
 *
 * Whose mailbox it is stands in nearly every mail: it sent it, or it got it. Without that, what its people answered
 * would be taken for customers' mail. Any thread; reads the first mails of the archive.
 *
 * Returns: (transfer full) (nullable): the address; %NULL where none stands in half of the mails
 */
char *
csm_mailbox_address_guess (const char *path)
{
  g_autoptr (CsmMailSource) source = csm_mail_source_open (path, NULL);
  g_autoptr (GHashTable) counts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  const char *best = NULL;
  guint best_count = 0;
  guint n_mails = 0;
  GHashTableIter iter;
  gpointer address;
  gpointer count;

  for (; source != NULL && n_mails < MAX_MAILS; n_mails++)
    {
      g_auto (CsmRawMail) mail = { 0 };

      if (!csm_mail_source_next (source, &mail, NULL))
        break;
      if (mail.bytes != NULL)
        count_mail (counts, mail.bytes);
    }
  g_hash_table_iter_init (&iter, counts);
  while (g_hash_table_iter_next (&iter, &address, &count))
    if (GPOINTER_TO_UINT (count) > best_count)
      {
        best = address;
        best_count = GPOINTER_TO_UINT (count);
      }
  /* Two mails between the same two people tell nothing. */
  return best_count > 2 && 2 * best_count >= n_mails ? g_strdup (best) : NULL;
}
