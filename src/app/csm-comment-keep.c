/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-comment-box-private.h"

#include <glib/gi18n.h>
#include <string.h>

#include "csm-id.h"
#include "csm-json.h"

/* A note is kept with its case while it is being written, wherever else one looks meanwhile. */

static void
tell_done (CsmNoteSaves *saves)
{
  GDestroyNotify done = saves->done;

  if (saves->waiting > 0 || done == NULL)
    return;
  saves->done = NULL;
  done (saves->data);
}

static void
saved_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  CsmNoteSaves *saves = data;
  g_autoptr (GError) error = NULL;

  if (!csm_cache_save_draft_finish (CSM_CACHE (source), result, &error))
    {
      g_warning ("Keeping a note failed: %s", error->message);
      saves->failed = TRUE;
    }
  saves->waiting--;
  tell_done (saves);
  g_rc_box_release (saves);
}

/* Only what was changed here: another window may have written to the same case meanwhile. */
void
csm_comment_box_save (CsmCommentBox *self)
{
  CsmCache *cache = self->workbench != NULL ? csm_workbench_get_cache (self->workbench) : NULL;
  g_autofree char *text = NULL;
  g_autofree char *id = NULL;

  g_clear_handle_id (&self->draft_id, g_source_remove);
  if (cache == NULL || self->case_id == NULL || !self->filled || !self->dirty)
    return;
  text = self->editing != NULL ? g_strdup (self->aside) : csm_comment_box_dup_text (self);
  id = csm_id_with_letter (self->case_id, 'n');
  self->dirty = FALSE;
  self->saves->waiting++;
  csm_cache_save_draft_async (cache, id, text, NULL, saved_cb, g_rc_box_acquire (self->saves));
}

gboolean
csm_comment_box_save_cb (gpointer data)
{
  CsmCommentBox *self = data;

  self->draft_id = 0;
  csm_comment_box_save (self);
  return G_SOURCE_REMOVE;
}

/* What of a case that is left is nowhere else yet. */
static void
keep_here (CsmCommentBox *self)
{
  g_autofree char *typed = csm_comment_box_dup_text (self);
  const char *text = self->editing != NULL ? self->aside : typed;

  if (self->editing != NULL && g_strcmp0 (typed, self->unedited) != 0)
    {
      const char * const edit[] = { self->editing, typed, NULL };

      g_hash_table_replace (self->edits, g_strdup (self->case_id), g_strdupv ((char **) edit));
    }
  if (self->filled ? self->saves->waiting == 0 && !self->saves->failed : text == NULL || text[0] == '\0')
    return;
  g_hash_table_replace (self->texts, g_strdup (self->case_id), g_strdup (text != NULL ? text : ""));
  if (!self->filled)
    g_hash_table_add (self->unread, g_strdup (self->case_id));
}

void
csm_comment_box_leave_case (CsmCommentBox *self)
{
  csm_comment_box_save (self);
  if (self->case_id == NULL)
    return;
  keep_here (self);
  g_hash_table_replace (self->kept_files, g_steal_pointer (&self->case_id),
                        self->aside_files != NULL ? g_steal_pointer (&self->aside_files) : csm_file_list_take_files (self->files));
  g_clear_pointer (&self->aside, g_free);
  csm_comment_box_end_mode (self);
  self->filled = FALSE;
  gtk_text_buffer_set_text (self->buffer, "", 0);
  self->dirty = FALSE;
}

/* What was being changed when the case was left. */
static void
resume_edit (CsmCommentBox *self)
{
  g_autofree char *key = NULL;
  g_auto (GStrv) edit = NULL;

  if (!g_hash_table_steal_extended (self->edits, self->case_id, (gpointer *) &key, (gpointer *) &edit))
    return;
  csm_comment_box_begin_edit (self, edit[0], edit[1]);
  /* Left once more it is still a change. */
  g_clear_pointer (&self->unedited, g_free);
}

/* Each case keeps what was typed for it. */
void
csm_comment_box_follow_case (CsmCommentBox *self)
{
  const char *case_id = self->workbench != NULL ? csm_workbench_get_case_id (self->workbench) : NULL;
  g_autofree char *kept = NULL;
  g_autofree char *key = NULL;
  GPtrArray *files;

  if (g_strcmp0 (case_id, self->case_id) == 0)
    return;
  csm_comment_box_leave_case (self);
  self->case_id = g_strdup (case_id);
  if (case_id != NULL && g_hash_table_steal_extended (self->texts, case_id, (gpointer *) &key, (gpointer *) &kept))
    {
      self->filled = !g_hash_table_remove (self->unread, case_id);
      /* Written down meanwhile, it may be that and more. */
      if (self->filled && self->saves->waiting == 0 && !self->saves->failed)
        self->filled = FALSE;
      else
        gtk_text_buffer_set_text (self->buffer, kept, -1);
    }
  files = case_id != NULL ? g_hash_table_lookup (self->kept_files, case_id) : NULL;
  if (files != NULL)
    csm_file_list_give_files (self->files, files);
  if (files != NULL)
    g_hash_table_remove (self->kept_files, case_id);
  if (self->filled)
    resume_edit (self);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "comment-box.attach", case_id != NULL && self->editing == NULL);
  gtk_widget_set_sensitive (GTK_WIDGET (self), case_id != NULL);
}

/* What a note had beside its text. */
static void
take_parts (CsmCommentBox *self,
            JsonObject    *parts)
{
  const char *reply_to = csm_json_get_string (parts, "inReplyTo");

  if (csm_file_list_is_empty (self->files))
    csm_file_list_add_attachments (self->files, csm_json_get_array (parts, "attachments"));
  if (reply_to == NULL || self->reply_to != NULL || self->editing != NULL)
    return;
  self->reply_to = g_strdup (reply_to);
  csm_comment_box_set_mode (self, "mail-reply-sender-symbolic", _("Reply to a note"));
}

/* What was kept from an earlier day, and what was typed while it was being read. */
void
csm_comment_box_fill (CsmCommentBox *self)
{
  CsmCaseDetail *detail = csm_workbench_get_detail (self->workbench);

  if (detail == NULL || self->filled || g_strcmp0 (self->case_id, csm_workbench_get_case_id (self->workbench)) != 0)
    return;
  self->filled = TRUE;
  if (detail->note_draft != NULL && self->editing == NULL)
    {
      g_autofree char *typed = csm_comment_box_dup_text (self);
      g_autofree char *both = typed[0] != '\0' ? g_strconcat (detail->note_draft, "\n", typed, NULL) : g_strdup (detail->note_draft);

      gtk_text_buffer_set_text (self->buffer, both, -1);
      self->dirty = typed[0] != '\0';
    }
  if (detail->note_parts != NULL && self->editing == NULL)
    take_parts (self, detail->note_parts);
  resume_edit (self);
}

/* A note that waited, or was taken back, is in the draft again, of the case that is open by now. */
void
csm_comment_box_return_texts (CsmCommentBox       *self,
                              const CsmCaseDetail *detail)
{
  g_autofree char *typed = NULL;

  if (detail->note_draft == NULL || g_strcmp0 (csm_json_get_string (detail->record, "id"), self->case_id) != 0)
    return;
  csm_comment_box_cancel (self);
  typed = csm_comment_box_dup_text (self);
  self->filled = TRUE;
  if (strstr (typed, detail->note_draft) == NULL)
    {
      g_autofree char *both = typed[0] != '\0' && strstr (detail->note_draft, typed) == NULL
                                ? g_strconcat (detail->note_draft, "\n", typed, NULL) : g_strdup (detail->note_draft);

      gtk_text_buffer_set_text (self->buffer, both, -1);
    }
  if (detail->note_parts != NULL)
    take_parts (self, detail->note_parts);
  gtk_widget_activate_action (GTK_WIDGET (self), "win.note", NULL);
}

/* Keeps what was typed, at once: before the window closes. */
void
csm_comment_box_flush (CsmCommentBox *self)
{
  g_return_if_fail (CSM_IS_COMMENT_BOX (self));
  if (self->draft_id != 0)
    csm_comment_box_save (self);
}

/* Keeps what was typed, and calls @done with @data when another box can read it. */
void
csm_comment_box_flush_then (CsmCommentBox  *self,
                            GDestroyNotify  done,
                            gpointer        data)
{
  g_return_if_fail (CSM_IS_COMMENT_BOX (self) && self->saves->done == NULL);
  self->saves->done = done;
  self->saves->data = data;
  csm_comment_box_save (self);
  tell_done (self->saves);
}
