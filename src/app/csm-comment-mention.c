/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-comment-box-private.h"

#include <glib/gi18n.h>
#include <string.h>

#include "csm-json.h"
#include "csm-mention.h"

/* Whom a note calls: people, teams, and those who know about something. */

#define CANDIDATES_MAX 6

/* (transfer full) (nullable): who and what can be mentioned */
static GPtrArray *
dup_targets (CsmCommentBox *self)
{
  CsmDirectory *directory = self->workbench != NULL ? csm_workbench_get_directory (self->workbench) : NULL;

  return directory != NULL ? csm_mention_targets (directory) : NULL;
}

static void
tag_cb (gsize       start,
        gsize       end,
        const char *person_id,
        gpointer    data)
{
  CsmCommentBox *self = data;
  g_autofree char *text = csm_comment_box_dup_text (self);
  GtkTextIter from;
  GtkTextIter to;

  gtk_text_buffer_get_iter_at_offset (self->buffer, &from, (int) g_utf8_pointer_to_offset (text, text + start));
  gtk_text_buffer_get_iter_at_offset (self->buffer, &to, (int) g_utf8_pointer_to_offset (text, text + end));
  gtk_text_buffer_apply_tag_by_name (self->buffer, CSM_COMMENT_TAG_MENTION, &from, &to);
}

/* Shows who is called. */
void
csm_comment_mention_mark (CsmCommentBox *self,
                          const char    *text)
{
  g_autoptr (GPtrArray) targets = strchr (text, '@') != NULL ? dup_targets (self) : NULL;
  GtkTextIter start;
  GtkTextIter end;

  gtk_text_buffer_get_bounds (self->buffer, &start, &end);
  gtk_text_buffer_remove_tag_by_name (self->buffer, CSM_COMMENT_TAG_MENTION, &start, &end);
  csm_mention_scan (text, targets, tag_cb, self);
}

static char *
typed_name (CsmCommentBox *self)
{
  g_autofree char *text = csm_comment_box_dup_text (self);
  int cursor;

  g_object_get (self->buffer, "cursor-position", &cursor, NULL);
  return csm_mention_being_typed (text, g_utf8_offset_to_pointer (text, cursor) - text);
}

/* Over the "@", so that the list stays where it is while one types. */
static void
point_at (CsmCommentBox *self,
          const char    *typed)
{
  GtkTextIter at;
  GdkRectangle place;
  double x;
  double y;

  gtk_text_buffer_get_iter_at_mark (self->buffer, &at, gtk_text_buffer_get_insert (self->buffer));
  gtk_text_iter_backward_chars (&at, (int) g_utf8_strlen (typed, -1) + 1);
  gtk_text_view_get_iter_location (self->text_view, &at, &place);
  gtk_text_view_buffer_to_window_coords (self->text_view, GTK_TEXT_WINDOW_WIDGET, place.x, place.y, &place.x, &place.y);
  if (!gtk_widget_translate_coordinates (GTK_WIDGET (self->text_view), GTK_WIDGET (self), place.x, place.y, &x, &y))
    return;
  place.x = (int) x;
  place.y = (int) y;
  gtk_popover_set_pointing_to (GTK_POPOVER (self->popover), &place);
}

/* Right behind the "@" those come first who may know. */
static GPtrArray *
put_hinted_first (CsmCommentBox *self,
                  GPtrArray     *found)
{
  GPtrArray *all = g_ptr_array_new ();
  CsmDirectory *directory = csm_workbench_get_directory (self->workbench);

  for (guint i = 0; self->hints != NULL && i < self->hints->len; i++)
    {
      JsonObject *person = csm_directory_lookup (directory, ((CsmPersonHint *) self->hints->pdata[i])->person_id);

      if (person != NULL)
        g_ptr_array_add (all, person);
    }
  for (guint i = 0; i < found->len && all->len < CANDIDATES_MAX; i++)
    if (!g_ptr_array_find (all, found->pdata[i], NULL))
      g_ptr_array_add (all, found->pdata[i]);
  return all;
}

/* What speaks for somebody: what they know about, or a case like this one that they worked in. */
static char *
say_why (const CsmPersonHint *hint)
{
  CsmCaseRow *like = hint->cases != NULL && hint->cases->len > 0 ? hint->cases->pdata[0] : NULL;

  if (hint->expertise != NULL && hint->expertise[0] != NULL)
    {
      g_autofree char *words = g_strjoinv (", ", hint->expertise);

      return g_strdup_printf (_("Knows about %s"), words);
    }
  return like != NULL && like->subject != NULL ? g_strdup_printf (_("Worked on “%s”"), like->subject) : NULL;
}

static void
hints_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  g_autoptr (CsmCommentBox) self = data;
  g_autoptr (GPtrArray) hints = csm_cache_suggest_people_finish (CSM_CACHE (source), result, NULL);

  /* Of a case that was left meanwhile. */
  if (hints == NULL || self->popover == NULL || g_strcmp0 (self->hinted, self->case_id) != 0)
    return;
  g_clear_pointer (&self->hints, g_ptr_array_unref);
  self->hints = g_steal_pointer (&hints);
  g_hash_table_remove_all (self->reasons);
  for (guint i = 0; i < self->hints->len; i++)
    {
      CsmPersonHint *hint = self->hints->pdata[i];
      char *why = say_why (hint);

      if (why != NULL)
        g_hash_table_insert (self->reasons, g_strdup (hint->person_id), why);
    }
  if (gtk_widget_get_visible (GTK_WIDGET (self->popover)))
    csm_comment_mention_complete (self);
}

/* Once a case, when somebody is to be called for the first time. */
static void
ask_hints (CsmCommentBox *self)
{
  CsmCache *cache = csm_workbench_get_cache (self->workbench);

  if (cache == NULL || self->case_id == NULL || g_strcmp0 (self->hinted, self->case_id) == 0)
    return;
  g_free (self->hinted);
  self->hinted = g_strdup (self->case_id);
  g_clear_pointer (&self->hints, g_ptr_array_unref);
  csm_cache_suggest_people_async (cache, self->case_id, NULL, hints_cb, g_object_ref (self));
}

/* Offers names while one is being typed. */
void
csm_comment_mention_complete (CsmCommentBox *self)
{
  g_autofree char *typed = self->workbench != NULL && csm_workbench_get_directory (self->workbench) != NULL ? typed_name (self) : NULL;
  g_autoptr (GPtrArray) targets = typed != NULL ? dup_targets (self) : NULL;
  g_autoptr (GPtrArray) found = NULL;

  if (targets != NULL)
    found = csm_mention_candidates (targets, typed, csm_workbench_get_my_id (self->workbench), CANDIDATES_MAX);
  if (found == NULL || found->len == 0)
    {
      gtk_popover_popdown (GTK_POPOVER (self->popover));
      return;
    }
  ask_hints (self);
  if (typed[0] == '\0')
    {
      g_autoptr (GPtrArray) all = put_hinted_first (self, found);

      csm_mention_popover_fill (self->popover, all, self->reasons);
    }
  else
    {
      csm_mention_popover_fill (self->popover, found, self->reasons);
    }
  point_at (self, typed);
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    gtk_popover_popup (GTK_POPOVER (self->popover));
}

/* Puts a name in place of what is being typed of it. */
void
csm_comment_mention_insert (CsmCommentBox *self,
                            const char    *person_id)
{
  CsmDirectory *directory = csm_workbench_get_directory (self->workbench);
  const char *name = directory != NULL ? csm_mention_name (directory, person_id) : NULL;
  g_autofree char *typed = typed_name (self);
  g_autofree char *insert = NULL;
  GtkTextIter start;
  GtkTextIter end;

  if (typed == NULL || name == NULL)
    return;
  insert = g_strconcat (name, " ", NULL);
  gtk_text_buffer_begin_user_action (self->buffer);
  gtk_text_buffer_get_iter_at_mark (self->buffer, &end, gtk_text_buffer_get_insert (self->buffer));
  start = end;
  gtk_text_iter_backward_chars (&start, (int) g_utf8_strlen (typed, -1));
  gtk_text_buffer_delete (self->buffer, &start, &end);
  gtk_text_buffer_insert (self->buffer, &start, insert, -1);
  gtk_text_buffer_end_user_action (self->buffer);
  gtk_popover_popdown (GTK_POPOVER (self->popover));
  gtk_widget_grab_focus (GTK_WIDGET (self->text_view));
}

typedef struct
{
  CsmDirectory *directory;
  JsonObject   *mentions;
} Expanding;

static void
add_mention_cb (gsize       start,
                gsize       end,
                const char *person_id,
                gpointer    data)
{
  Expanding *expanding = data;

  csm_mention_expand (expanding->directory, person_id, expanding->mentions);
}

/* The people who are meant: of a team, and of those who know about something, everybody. */
JsonObject *
csm_comment_mention_read (CsmCommentBox *self,
                          const char    *text)
{
  g_autoptr (GPtrArray) targets = dup_targets (self);
  Expanding expanding = { csm_workbench_get_directory (self->workbench), json_object_new () };

  csm_mention_scan (text, targets, add_mention_cb, &expanding);
  return expanding.mentions;
}
