/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-composer-private.h"

#include <glib/gi18n.h>

#include "csm-json.h"
#include "csm-snippet-text.h"
#include "csm-snippet-window.h"

/* Texts that are used again come into the reply, and go out of it. */

#define TAG_BLANK "csm-blank"

static GtkTextBuffer *
get_buffer (CsmComposer *self)
{
  return gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->text));
}

/* Counted when the reply is sent. */
static void
remember (CsmComposer *self,
          const char  *id)
{
  g_hash_table_add (id[0] == 'x' ? self->snippet_ids : self->article_ids, g_strdup (id));
}

/* What stands in braces still has to be filled in by a person. Returns: whether there is such */
gboolean
csm_composer_mark_blanks (CsmComposer *self)
{
  GtkTextBuffer *buffer = get_buffer (self);
  g_autofree char *text = csm_composer_dup_text (self);
  gboolean found = FALSE;
  GtkTextIter from, to;
  gsize start, end = 0;

  if (gtk_text_tag_table_lookup (gtk_text_buffer_get_tag_table (buffer), TAG_BLANK) == NULL)
    {
      GdkRGBA colour = { 0.90f, 0.38f, 0.0f, 0.30f };

      gtk_text_buffer_create_tag (buffer, TAG_BLANK, "background-rgba", &colour, "weight", PANGO_WEIGHT_SEMIBOLD, NULL);
    }
  gtk_text_buffer_get_bounds (buffer, &from, &to);
  gtk_text_buffer_remove_tag_by_name (buffer, TAG_BLANK, &from, &to);
  while (csm_snippet_find_blank (text, end, &start, &end))
    {
      gtk_text_buffer_get_iter_at_offset (buffer, &from, (int) g_utf8_pointer_to_offset (text, text + start));
      gtk_text_buffer_get_iter_at_offset (buffer, &to, (int) g_utf8_pointer_to_offset (text, text + end));
      gtk_text_buffer_apply_tag_by_name (buffer, TAG_BLANK, &from, &to);
      found = TRUE;
    }
  return found;
}

/* Puts the body of a Snippet or an Article where the cursor is, or in place of what is selected. */
void
csm_composer_insert_text (CsmComposer *self,
                          const char  *id)
{
  CsmDirectory *directory = csm_workbench_get_directory (self->workbench);
  JsonObject *record = directory != NULL ? csm_directory_lookup (directory, id) : NULL;
  const char *body = record != NULL ? csm_json_get_string (record, "body") : NULL;
  g_autofree char *filled = NULL;
  GtkTextBuffer *buffer = get_buffer (self);

  if (body == NULL)
    return;
  filled = csm_snippet_fill (body, csm_workbench_get_detail (self->workbench), directory);
  gtk_text_buffer_begin_user_action (buffer);
  gtk_text_buffer_delete_selection (buffer, FALSE, TRUE);
  gtk_text_buffer_insert_at_cursor (buffer, filled, -1);
  gtk_text_buffer_end_user_action (buffer);
  remember (self, id);
  csm_composer_focus (self);
}

/**
 * csm_composer_expand:
 * @self: a composer
 *
 * Puts a snippet in the place of its shortcut before the cursor.
 *
 * Returns: whether there was one
 */
gboolean
csm_composer_expand (CsmComposer *self)
{
  CsmDirectory *directory = self->workbench != NULL ? csm_workbench_get_directory (self->workbench) : NULL;
  GtkTextBuffer *buffer = get_buffer (self);
  g_autofree char *text = csm_composer_dup_text (self);
  g_autofree char *typed = NULL;
  JsonObject *snippet;
  GtkTextIter start, end;
  int cursor;

  g_object_get (buffer, "cursor-position", &cursor, NULL);
  typed = csm_snippet_typed (text, (gsize) (g_utf8_offset_to_pointer (text, cursor) - text));
  snippet = typed != NULL && directory != NULL ? csm_snippet_by_shortcut (directory, typed) : NULL;
  if (snippet == NULL)
    return FALSE;
  gtk_text_buffer_get_iter_at_offset (buffer, &end, cursor);
  start = end;
  gtk_text_iter_backward_chars (&start, (int) g_utf8_strlen (typed, -1) + 1);
  gtk_text_buffer_select_range (buffer, &end, &start);
  csm_composer_insert_text (self, csm_json_get_string (snippet, "id"));
  return TRUE;
}

/* What is selected, or everything, becomes a snippet. */
void
csm_composer_save_snippet (CsmComposer *self,
                           const char  *title)
{
  GtkTextBuffer *buffer = get_buffer (self);
  JsonObject *record = json_object_new ();
  CsmIntent *intent = csm_intent_new (_("Save a snippet"));
  g_autofree char *text = NULL;
  GtkTextIter start, end;

  if (gtk_text_buffer_get_selection_bounds (buffer, &start, &end))
    text = gtk_text_buffer_get_text (buffer, &start, &end, FALSE);
  else
    text = csm_composer_dup_text (self);
  json_object_set_string_member (record, "title", title);
  json_object_set_string_member (record, "body", g_strstrip (text));
  g_free (csm_intent_create (intent, CSM_TYPE_ID_SNIPPET, record));
  csm_workbench_perform (self->workbench, intent, _("The snippet is saved"));
}

/* Begins with what was answered, for a person to take the customer out of. */
void
csm_composer_write_article (CsmComposer *self)
{
  CsmCaseDetail *detail = csm_workbench_get_detail (self->workbench);
  g_autoptr (JsonObject) record = json_object_new ();
  g_autoptr (GString) body = g_string_new (NULL);
  g_autofree char *text = csm_composer_dup_text (self);

  for (guint i = 0; detail != NULL && i < detail->timeline->len; i++)
    {
      CsmTimelineEntry *entry = detail->timeline->pdata[i];
      const char *sent = csm_json_get_string (entry->record, "textBody");

      if (entry->kind == CSM_ENTRY_MESSAGE && g_strcmp0 (csm_json_get_string (entry->record, "direction"), "out") == 0 && sent != NULL)
        g_string_append_printf (body, "%s%s", body->len > 0 ? "\n\n" : "", sent);
    }
  if (g_strstrip (text)[0] != '\0')
    g_string_append_printf (body, "%s%s", body->len > 0 ? "\n\n" : "", text);
  csm_json_set_string (record, "title", detail != NULL && detail->record != NULL ? csm_json_get_string (detail->record, "subject") : NULL);
  json_object_set_string_member (record, "body", body->str);
  csm_json_set_string (record, "caseId", self->case_id);
  gtk_window_present (csm_snippet_window_new (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))), self->workbench, CSM_TYPE_ID_ARTICLE, record));
}

static void
add_set (JsonObject *submission,
         const char *member,
         GHashTable *ids)
{
  JsonObject *set;
  GHashTableIter iter;
  gpointer id;

  if (g_hash_table_size (ids) == 0)
    return;
  set = json_object_new ();
  g_hash_table_iter_init (&iter, ids);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    json_object_set_boolean_member (set, id, TRUE);
  json_object_set_object_member (submission, member, set);
}

/* Says in @submission which texts it was made with. */
void
csm_composer_count_texts (CsmComposer *self,
                          JsonObject  *submission)
{
  add_set (submission, "snippetIds", self->snippet_ids);
  add_set (submission, "articleIds", self->article_ids);
  csm_composer_forget_texts (self);
}

/* Another reply begins. */
void
csm_composer_forget_texts (CsmComposer *self)
{
  g_hash_table_remove_all (self->snippet_ids);
  g_hash_table_remove_all (self->article_ids);
}
