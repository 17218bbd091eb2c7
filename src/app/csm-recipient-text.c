/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-recipient-text.h"

#include <string.h>

#include "csm-format.h"
#include "csm-json.h"

#define SEPARATORS ",;"

/* --- writing ------------------------------------------------------------------------------------------------ */

/* What would be read as something else stands in quotes (RFC 5322, section 3.2.4). */
static char *
quote (const char *name)
{
  GString *quoted;

  if (strpbrk (name, SEPARATORS "\"<>@\\") == NULL)
    return g_strdup (name);
  quoted = g_string_new ("\"");
  for (const char *at = name; *at != '\0'; at++)
    {
      if (*at == '"' || *at == '\\')
        g_string_append_c (quoted, '\\');
      g_string_append_c (quoted, *at);
    }
  g_string_append_c (quoted, '"');
  return g_string_free (quoted, FALSE);
}

/**
 * csm_recipients_write_one:
 * @name: (nullable): a display name
 * @address: the address
 *
 * Returns: (transfer full): as csm_recipients_read() reads it
 */
char *
csm_recipients_write_one (const char *name,
                          const char *address)
{
  g_autofree char *quoted = name != NULL && g_strcmp0 (name, address) != 0 ? quote (name) : NULL;

  return csm_format_mailbox (quoted, address);
}

/* Returns: (transfer full): "Name <address>, …", to be edited */
char *
csm_recipients_write (JsonArray *list)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < json_array_get_length (list); i++)
    {
      JsonObject *mailbox = json_array_get_object_element (list, i);
      g_autofree char *one = csm_recipients_write_one (csm_json_get_string (mailbox, "name"), csm_json_get_string (mailbox, "address"));

      g_string_append_printf (text, "%s%s", i > 0 ? ", " : "", one);
    }
  return g_string_free (text, FALSE);
}

/* --- reading ------------------------------------------------------------------------------------------------ */

/* Returns: where the recipient that begins at @text ends; quotes that nobody closed go on to the end */
static const char *
end_of_one (const char *text,
            const char *separators)
{
  gboolean quoted = FALSE;

  for (; *text != '\0'; text++)
    {
      if (quoted && *text == '\\' && text[1] != '\0')
        text++;
      else if (*text == '"')
        quoted = !quoted;
      else if (!quoted && strchr (separators, *text) != NULL)
        return text;
    }
  return text;
}

static char *
unquote (char *name)
{
  gsize length;
  char *to = name;

  g_strstrip (name);
  length = strlen (name);
  if (length < 2 || name[0] != '"' || name[length - 1] != '"')
    return name;
  name[length - 1] = '\0';
  for (const char *at = name + 1; *at != '\0'; at++)
    {
      if (*at == '\\' && at[1] != '\0')
        at++;
      *to++ = *at;
    }
  *to = '\0';
  return g_strstrip (name);
}

static JsonObject *
read_mailbox (const char *text)
{
  const char *open = strrchr (text, '<');
  const char *close = open != NULL ? strchr (open, '>') : NULL;
  g_autofree char *name = open != NULL ? unquote (g_strndup (text, (gsize) (open - text))) : g_strdup ("");
  g_autofree char *address = open != NULL ? g_strndup (open + 1, close != NULL ? (gsize) (close - open - 1) : strlen (open + 1))
                                          : g_strdup (text);
  const char *at;
  JsonObject *mailbox;

  g_strstrip (address);
  at = strchr (address, '@');
  /* Quotes that nobody closed yet hold what follows, too. */
  if (name[0] == '"' || at == NULL || at == address || at[1] == '\0' || strpbrk (address, " \t\n<>\"") != NULL || (open != NULL && close == NULL))
    return NULL;
  mailbox = json_object_new ();
  json_object_set_string_member (mailbox, "name", name);
  json_object_set_string_member (mailbox, "address", address);
  return mailbox;
}

/* Returns: (transfer full) (nullable): the mailboxes in @text; %NULL when one of them is none */
JsonArray *
csm_recipients_read (const char *text)
{
  g_autoptr (JsonArray) list = json_array_new ();

  for (const char *at = text, *end; *at != '\0'; at = *end != '\0' ? end + 1 : end)
    {
      g_autofree char *one = NULL;
      JsonObject *mailbox;

      end = end_of_one (at, SEPARATORS);
      one = g_strstrip (g_strndup (at, (gsize) (end - at)));
      if (one[0] == '\0')
        continue;
      mailbox = read_mailbox (one);
      if (mailbox == NULL)
        return NULL;
      json_array_add_object_element (list, mailbox);
    }
  return g_steal_pointer (&list);
}

/**
 * csm_recipients_at:
 * @text: recipients
 * @cursor: a byte in it
 * @start: (out): the first byte of the one there
 * @end: (out): the byte behind it, or behind the blanks before the next one
 *
 * Says which recipient is being written.
 */
void
csm_recipients_at (const char *text,
                   gsize       cursor,
                   gsize      *start,
                   gsize      *end)
{
  const char *at = text;
  const char *stop;

  while (stop = end_of_one (at, SEPARATORS), *stop != '\0' && (gsize) (stop - text) < cursor)
    at = stop + 1;
  at += strspn (at, " ");
  *start = (gsize) (MIN (at, stop) - text);
  *end = (gsize) (stop - text);
}

/* --- what comes from elsewhere ------------------------------------------------------------------------------ */

/* Of an address nobody knows the words before it; "López, María <maria@…>" is one person in many address books. */
static void
take_one (GString    *list,
          GString    *waiting,
          const char *one)
{
  g_autoptr (JsonObject) mailbox = NULL;
  g_autofree char *whole = NULL;
  g_autofree char *written = NULL;
  gboolean named = strchr (one, '<') != NULL;

  if (one[0] == '\0')
    return;
  if (strchr (one, '@') == NULL)
    {
      g_string_append_printf (waiting, "%s%s", waiting->len > 0 ? ", " : "", one);
      return;
    }
  whole = named && waiting->len > 0 && one[0] != '"' ? g_strdup_printf ("%s, %s", waiting->str, one) : g_strdup (one);
  if ((!named || one[0] == '"') && waiting->len > 0)
    g_string_append_printf (list, "%s%s", list->len > 0 ? ", " : "", waiting->str);
  g_string_truncate (waiting, 0);
  mailbox = read_mailbox (whole);
  written = mailbox != NULL ? csm_recipients_write_one (csm_json_get_string (mailbox, "name"), csm_json_get_string (mailbox, "address")) : g_strdup (whole);
  g_string_append_printf (list, "%s%s", list->len > 0 ? ", " : "", written);
}

static void
take_line (GString    *list,
           const char *line)
{
  g_autoptr (GString) waiting = g_string_new (NULL);

  for (const char *at = line, *end; *at != '\0'; at = *end != '\0' ? end + 1 : end)
    {
      g_autofree char *one = NULL;

      end = end_of_one (at, SEPARATORS);
      one = g_strstrip (g_strndup (at, (gsize) (end - at)));
      take_one (list, waiting, one);
    }
  if (waiting->len > 0)
    g_string_append_printf (list, "%s%s", list->len > 0 ? ", " : "", waiting->str);
}

/* Rows of a table have the name in one column and the address in another. */
static char *
join_columns (const char *line)
{
  g_auto (GStrv) columns = g_strsplit (line, "\t", -1);

  for (guint i = 0; columns[i] != NULL; i++)
    g_strstrip (columns[i]);
  if (g_strv_length (columns) == 2 && strchr (columns[0], '@') == NULL && strchr (columns[1], '@') != NULL && strpbrk (columns[1], "<" SEPARATORS) == NULL)
    return csm_recipients_write_one (columns[0], columns[1]);
  return g_strjoinv (", ", columns);
}

/**
 * csm_recipients_paste:
 * @text: what was copied somewhere else: a list, the lines of one, or rows of a table
 * @length: its bytes, or -1
 *
 * Returns: (transfer full) (nullable): the same in one line, as csm_recipients_read() reads it; %NULL: it stays as it is
 */
char *
csm_recipients_paste (const char *text,
                      gssize      length)
{
  g_autofree char *owned = length < 0 ? g_strdup (text) : g_strndup (text, (gsize) length);
  g_auto (GStrv) lines = NULL;
  g_autoptr (JsonArray) read = strpbrk (owned, "\r\n\t") == NULL ? csm_recipients_read (owned) : NULL;
  g_autoptr (GString) list = g_string_new (NULL);

  if (read != NULL || strchr (owned, '@') == NULL || strpbrk (owned, "\r\n\t" SEPARATORS) == NULL)
    return NULL;
  lines = g_strsplit_set (owned, "\r\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_autofree char *line = join_columns (lines[i]);

      take_line (list, line);
    }
  return g_string_free (g_steal_pointer (&list), FALSE);
}
