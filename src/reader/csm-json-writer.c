/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */

#include "config.h"

#include "csm-json-writer.h"

#include <string.h>

/* Writes straight into one string instead of building a tree, because the size of the body has to be
 * known, and taken back, while it is written; and because the reader then needs no JSON library. */

static void
start_value (CsmJsonWriter *self,
             const char    *name)
{
  char last = self->text->len > 0 ? self->text->str[self->text->len - 1] : '[';

  /* A string ends with its quotation mark, so that these characters only ever are structure here. */
  if (last != '{' && last != '[')
    g_string_append_c (self->text, ',');
  if (name != NULL)
    {
      g_string_append_c (self->text, '"');
      g_string_append (self->text, name);
      g_string_append_len (self->text, "\":", 2);
    }
}

static void
append_escaped (GString    *text,
                const char *value)
{
  const char *run = value;

  g_string_append_c (text, '"');
  for (const char *p = value;; p++)
    {
      guchar c = (guchar) *p;

      if (c >= 0x20 && c != '"' && c != '\\' && c != 0x7f)
        continue;
      g_string_append_len (text, run, p - run);
      run = p + 1;
      if (c == '\0')
        break;
      else if (c == '\n')
        g_string_append_len (text, "\\n", 2);
      else if (c == '\t')
        g_string_append_len (text, "\\t", 2);
      else if (c == '"' || c == '\\')
        {
          g_string_append_c (text, '\\');
          g_string_append_c (text, (char) c);
        }
      else
        g_string_append_printf (text, "\\u%04x", c);
    }
  g_string_append_c (text, '"');
}

/**
 * csm_json_writer_init:
 * @self: a writer on the caller's stack
 *
 * Starts an empty text.
 */
void
csm_json_writer_init (CsmJsonWriter *self)
{
  self->text = g_string_sized_new (4096);
}

/**
 * csm_json_writer_clear:
 * @self: a writer
 *
 * Frees what has been written.
 */
void
csm_json_writer_clear (CsmJsonWriter *self)
{
  if (self->text != NULL)
    g_string_free (g_steal_pointer (&self->text), TRUE);
}

/**
 * csm_json_writer_end:
 * @self: a writer
 *
 * Returns: (transfer full): the text; the writer is cleared
 */
GBytes *
csm_json_writer_end (CsmJsonWriter *self)
{
  return g_string_free_to_bytes (g_steal_pointer (&self->text));
}

gsize
csm_json_writer_get_length (CsmJsonWriter *self)
{
  return self->text->len;
}

/**
 * csm_json_writer_cut:
 * @self: a writer
 * @length: a length this writer had before, on the same level
 *
 * Takes back everything written since.
 */
void
csm_json_writer_cut (CsmJsonWriter *self,
                     gsize          length)
{
  g_return_if_fail (length <= self->text->len);

  g_string_truncate (self->text, length);
}

void
csm_json_writer_begin_object (CsmJsonWriter *self,
                              const char    *name)
{
  start_value (self, name);
  g_string_append_c (self->text, '{');
}

void
csm_json_writer_end_object (CsmJsonWriter *self)
{
  g_string_append_c (self->text, '}');
}

void
csm_json_writer_begin_array (CsmJsonWriter *self,
                             const char    *name)
{
  start_value (self, name);
  g_string_append_c (self->text, '[');
}

void
csm_json_writer_end_array (CsmJsonWriter *self)
{
  g_string_append_c (self->text, ']');
}

/**
 * csm_json_writer_string:
 * @self: a writer
 * @name: (nullable): the member's name, or %NULL in an array
 * @value: (nullable): any bytes; what is not UTF-8 is replaced, %NULL becomes null
 *
 * Writes a string.
 */
void
csm_json_writer_string (CsmJsonWriter *self,
                        const char    *name,
                        const char    *value)
{
  start_value (self, name);
  if (value == NULL)
    {
      g_string_append_len (self->text, "null", 4);
    }
  else if (g_utf8_validate (value, -1, NULL))
    {
      append_escaped (self->text, value);
    }
  else
    {
      g_autofree char *valid = g_utf8_make_valid (value, -1);

      append_escaped (self->text, valid);
    }
}

void
csm_json_writer_int (CsmJsonWriter *self,
                     const char    *name,
                     gint64         value)
{
  start_value (self, name);
  g_string_append_printf (self->text, "%" G_GINT64_FORMAT, value);
}

void
csm_json_writer_bool (CsmJsonWriter *self,
                      const char    *name,
                      gboolean       value)
{
  start_value (self, name);
  g_string_append (self->text, value ? "true" : "false");
}
