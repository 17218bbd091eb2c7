/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-snippet-text.h"

#include <string.h>

#include "csm-json.h"

/* A shortcut is looked for in no more text than this. */
#define TYPED_MAX 40

static const char *
first_word (const char *name,
            char      **copy)
{
  if (name == NULL)
    return NULL;
  *copy = g_strndup (name, strcspn (name, " "));
  return *copy;
}

static const char *
look_up (const char    *name,
         CsmCaseDetail *detail,
         CsmDirectory  *directory,
         char         **copy)
{
  JsonObject *me = directory != NULL && directory->my_id != NULL ? csm_directory_lookup (directory, directory->my_id) : NULL;
  JsonObject *customer = detail != NULL ? detail->customer : NULL;
  const char *customer_name = customer != NULL ? csm_json_get_string (customer, "name") : NULL;
  const char *my_name = me != NULL ? csm_json_get_string (me, "name") : NULL;

  if (g_str_equal (name, "customer.name"))
    return customer_name;
  if (g_str_equal (name, "customer.first"))
    return first_word (customer_name, copy);
  if (g_str_equal (name, "customer.organisation"))
    return customer != NULL ? csm_json_get_string (customer, "organisation") : NULL;
  if (g_str_equal (name, "me.name"))
    return my_name;
  if (g_str_equal (name, "me.first"))
    return first_word (my_name, copy);
  if (g_str_equal (name, "case.subject"))
    return detail != NULL && detail->record != NULL ? csm_json_get_string (detail->record, "subject") : NULL;
  if (g_str_equal (name, "workspace.name"))
    return directory != NULL ? directory->workspace_name : NULL;
  return NULL;
}

static gboolean
is_name (const char *text,
         gsize       length)
{
  if (length == 0 || length > TYPED_MAX)
    return FALSE;
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isalnum (text[i]) && text[i] != '.' && text[i] != '_')
      return FALSE;
  return TRUE;
}

/**
 * csm_snippet_find_blank:
 * @text: valid UTF-8
 * @from: the byte to begin at
 * @start: (out): where something in braces begins
 * @end: (out): the first byte behind it
 *
 * Returns: whether there is something that somebody has to fill in
 */
gboolean
csm_snippet_find_blank (const char *text,
                        gsize       from,
                        gsize      *start,
                        gsize      *end)
{
  for (const char *open = strchr (text + from, '{'); open != NULL; open = strchr (open + 1, '{'))
    {
      gsize length = strcspn (open + 1, "{}\n");

      if (open[1 + length] != '}' || !is_name (open + 1, length))
        continue;
      *start = (gsize) (open - text);
      *end = *start + length + 2;
      return TRUE;
    }
  return FALSE;
}

/**
 * csm_snippet_fill:
 * @text: a snippet's
 * @detail: (nullable): the open case
 * @directory: (nullable): knows who writes
 *
 * Returns: (transfer full): @text with what is known in place of `{customer.name}` and its like; what is not known stays as it is
 */
char *
csm_snippet_fill (const char    *text,
                  CsmCaseDetail *detail,
                  CsmDirectory  *directory)
{
  GString *filled = g_string_new (NULL);
  gsize from = 0;
  gsize start;
  gsize end;

  while (csm_snippet_find_blank (text, from, &start, &end))
    {
      g_autofree char *name = g_strndup (text + start + 1, end - start - 2);
      g_autofree char *copy = NULL;
      const char *value = look_up (name, detail, directory, &copy);

      g_string_append_len (filled, text + from, (gssize) (start - from));
      if (value != NULL && value[0] != '\0')
        g_string_append (filled, value);
      else
        g_string_append_len (filled, text + start, (gssize) (end - start));
      from = end;
    }
  g_string_append (filled, text + from);
  return g_string_free (filled, FALSE);
}

/**
 * csm_snippet_typed:
 * @text: valid UTF-8
 * @cursor: a byte of it
 *
 * Returns: (transfer full) (nullable): the word before the cursor when a ";" is before that, without it; %NULL when there is none
 */
char *
csm_snippet_typed (const char *text,
                   gsize       cursor)
{
  const char *end = text + cursor;
  const char *at = end;

  while (at > text && end - at <= TYPED_MAX)
    {
      gunichar c;

      at = g_utf8_prev_char (at);
      c = g_utf8_get_char (at);
      if (c == ';')
        return end - at > 1 && (at == text || g_unichar_isspace (g_utf8_get_char (g_utf8_prev_char (at)))) ? g_strndup (at + 1, (gsize) (end - at - 1)) : NULL;
      if (g_unichar_isspace (c))
        return NULL;
    }
  return NULL;
}

/* Returns: (transfer none) (nullable): the Snippet that @shortcut, with or without its ";", stands for */
JsonObject *
csm_snippet_by_shortcut (CsmDirectory *directory,
                         const char   *shortcut)
{
  for (guint i = 0; directory->snippets != NULL && i < directory->snippets->len; i++)
    {
      const char *own = csm_json_get_string (directory->snippets->pdata[i], "shortcut");

      if (own != NULL && own[0] != '\0' && g_ascii_strcasecmp (own[0] == ';' ? own + 1 : own, shortcut) == 0)
        return directory->snippets->pdata[i];
    }
  return NULL;
}
