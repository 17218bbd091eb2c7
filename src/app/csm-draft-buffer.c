/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-draft-buffer.h"

#include <string.h>

/* Returns: (transfer full): all that is in @buffer */
char *
csm_draft_buffer_dup (GtkTextBuffer *buffer)
{
  GtkTextIter start;
  GtkTextIter end;

  gtk_text_buffer_get_bounds (buffer, &start, &end);
  return gtk_text_buffer_get_text (buffer, &start, &end, FALSE);
}

/**
 * csm_draft_buffer_edit:
 * @buffer: a buffer
 * @start: the character where something changes
 * @removed: how many characters go
 * @inserted: what comes instead
 *
 * Does what a colleague did. The cursor stays where its person is, and undo takes back what they wrote themselves.
 */
void
csm_draft_buffer_edit (GtkTextBuffer *buffer,
                       guint          start,
                       guint          removed,
                       const char    *inserted)
{
  GtkTextIter from;
  GtkTextIter to;
  int cursor;

  gtk_text_buffer_begin_irreversible_action (buffer);
  g_object_get (buffer, "cursor-position", &cursor, NULL);
  gtk_text_buffer_get_iter_at_offset (buffer, &from, (int) start);
  gtk_text_buffer_get_iter_at_offset (buffer, &to, (int) (start + removed));
  gtk_text_buffer_delete (buffer, &from, &to);
  gtk_text_buffer_insert (buffer, &from, inserted, -1);
  /* Whoever writes at the end of a paragraph goes on there, not in the one that comes behind it. */
  if (cursor > 0 && cursor == (int) start && g_str_has_prefix (inserted, "\n"))
    {
      gtk_text_buffer_get_iter_at_offset (buffer, &from, cursor);
      gtk_text_buffer_place_cursor (buffer, &from);
    }
  gtk_text_buffer_end_irreversible_action (buffer);
}

/* Returns: (transfer full): @text between @ends, with one empty line between its paragraphs, however many there were */
static char *
even_out (const char *text,
          const char *ends)
{
  g_auto (GStrv) parts = g_strsplit (text, "\n\n", -1);
  GString *even = g_string_new (ends);

  for (guint i = 0; parts[i] != NULL; i++)
    if (g_strstrip (parts[i])[0] != '\0')
      g_string_append_printf (even, "%s%s", even->len > strlen (ends) ? "\n\n" : "", parts[i]);
  g_string_append (even, ends);
  return g_string_free (even, FALSE);
}

/*
 * Whether @shared has @here already. What is kept on this computer may be an older piece of it; what was @typed just now is
 * there only when it is whole paragraphs.
 */
static gboolean
is_in (const char *here,
       const char *shared,
       gboolean    typed)
{
  const char *ends = typed ? "\n\n" : "";
  g_autofree char *part = even_out (here, ends);
  g_autofree char *whole = even_out (shared, ends);

  return strstr (whole, part) != NULL;
}

/**
 * csm_draft_buffer_join:
 * @buffer: a buffer
 * @shared: the draft
 * @typed: whether somebody typed what is in @buffer just now
 *
 * Puts the draft behind what is there already, unless that is a part of it.
 */
void
csm_draft_buffer_join (GtkTextBuffer *buffer,
                       const char    *shared,
                       gboolean       typed)
{
  g_autofree char *here = csm_draft_buffer_dup (buffer);
  guint length = (guint) g_utf8_strlen (here, -1);
  GtkTextIter cursor;
  int offset;

  g_object_get (buffer, "cursor-position", &offset, NULL);
  if (here[0] == '\0' || is_in (here, shared, typed))
    {
      csm_draft_buffer_edit (buffer, 0, length, shared);
    }
  else if (shared[0] != '\0')
    {
      csm_draft_buffer_edit (buffer, length, 0, "\n\n");
      csm_draft_buffer_edit (buffer, length + 2, 0, shared);
      gtk_text_buffer_get_iter_at_offset (buffer, &cursor, offset);
      gtk_text_buffer_place_cursor (buffer, &cursor);
    }
}
