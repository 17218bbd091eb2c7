/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-composer-private.h"

#include "csm-id.h"
#include "csm-json.h"
#include "csm-rights.h"

/*
 * What was typed. It is shared with colleagues as soon as the draft of its conversation was read; until then, and when that
 * fails, it is kept on this computer.
 */

#define DRAFT_DELAY_MS 400

/* --- on this computer -------------------------------------------------------------------------------------- */

static void
saved_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  guint *saving = data;
  g_autoptr (GError) error = NULL;

  (*saving)--;
  g_rc_box_release (saving);
  if (!csm_cache_save_draft_finish (CSM_CACHE (source), result, &error))
    g_warning ("Keeping a draft failed: %s", error->message);
}

/* @text: (nullable): nothing is kept */
static void
save_local (CsmComposer *self,
            const char  *case_id,
            const char  *text)
{
  CsmCache *cache = csm_workbench_get_cache (self->workbench);

  if (cache == NULL || (text == NULL && !g_hash_table_contains (self->local, case_id)))
    return;
  if (text != NULL)
    g_hash_table_add (self->local, g_strdup (case_id));
  else
    g_hash_table_remove (self->local, case_id);
  csm_cache_save_draft_async (cache, case_id, text, NULL, saved_cb, g_rc_box_acquire (self->saving));
  (*self->saving)++;
}

/* Everything of the case is shared. */
static void
kept_cb (CsmComposer *self,
         const char  *case_id)
{
  if (self->workbench != NULL)
    save_local (self, case_id, NULL);
}

/* Of a case that was left meanwhile: where nothing can be written, such as on a full disk, it is nowhere else. */
static void
keep_words (CsmComposer *self,
            const char  *case_id,
            const char  *text)
{
  CsmReplyKept *kept = g_hash_table_lookup (self->kept, case_id);
  g_autofree char *before = NULL;

  if (kept == NULL)
    {
      kept = g_new0 (CsmReplyKept, 1);
      kept->files = g_ptr_array_new_with_free_func (g_object_unref);
      g_hash_table_insert (self->kept, g_strdup (case_id), kept);
    }
  before = g_steal_pointer (&kept->text);
  kept->text = csm_reply_join (text, before);
}

static void
not_kept_cb (CsmComposer *self,
             const char  *case_id,
             const char  *text)
{
  if (self->workbench == NULL)
    return;
  if (g_strcmp0 (case_id, self->case_id) != 0)
    keep_words (self, case_id, text);
  save_local (self, case_id, text);
}

void
csm_composer_save_draft (CsmComposer *self)
{
  g_autofree char *text = NULL;

  g_clear_handle_id (&self->draft_id, g_source_remove);
  if (self->case_id == NULL || !self->filled || csm_workbench_get_cache (self->workbench) == NULL)
    return;
  text = csm_composer_dup_text (self);
  if (csm_draft_editor_is_ready (self->editor))
    {
      csm_draft_editor_flush (self->editor);
      if (text[0] == '\0')
        save_local (self, self->case_id, NULL);
      return;
    }
  save_local (self, self->case_id, text[0] != '\0' ? text : NULL);
}

static gboolean
draft_timeout_cb (gpointer data)
{
  CsmComposer *self = data;

  self->draft_id = 0;
  csm_composer_save_draft (self);
  return G_SOURCE_REMOVE;
}

/* A person changed the text. */
void
csm_composer_queue_save (CsmComposer *self)
{
  csm_draft_editor_typed (self->editor);
  if (csm_draft_editor_is_ready (self->editor))
    return;
  g_clear_handle_id (&self->draft_id, g_source_remove);
  self->draft_id = g_timeout_add (DRAFT_DELAY_MS, draft_timeout_cb, self);
}

/* --- from case to case ------------------------------------------------------------------------------------- */

/* Everything in the box is the case's that is left; the next one begins with an empty one. */
void
csm_composer_leave_case (CsmComposer *self)
{
  gboolean shared = csm_draft_editor_is_ready (self->editor);
  CsmReplyKept *kept;

  csm_composer_save_draft (self);
  csm_draft_editor_close (self->editor);
  if (self->sent != NULL)
    csm_sending_offer_undo (self->workbench, g_steal_pointer (&self->sent));
  g_clear_pointer (&self->sent_kept, csm_reply_kept_free);
  g_clear_pointer (&self->sent_paragraphs, g_ptr_array_unref);
  kept = csm_reply_kept_new (shared ? g_strdup ("") : csm_composer_dup_text (self), self->recipients, self->attachments);
  if (shared)
    csm_reply_kept_drop_shared (kept);
  if (self->case_id != NULL && !self->filled)
    {
      CsmReplyKept *before = g_hash_table_lookup (self->kept, self->case_id);
      g_autofree char *typed = g_steal_pointer (&kept->text);

      kept->text = csm_reply_join (before != NULL ? before->text : NULL, typed);
    }
  if (self->case_id != NULL && (kept->text[0] != '\0' || *self->saving > 0 || csm_reply_kept_has_parts (kept)))
    g_hash_table_replace (self->kept, g_strdup (self->case_id), kept);
  else
    csm_reply_kept_free (kept);
  g_clear_pointer (&self->case_id, g_free);
  csm_recipients_box_clear (self->recipients);
  self->parts_known = FALSE;
  csm_composer_forget_texts (self);
  self->filled = FALSE;
  csm_composer_set_text (self, NULL);
}

static gboolean
has_text (JsonObject *draft)
{
  JsonObject *paragraphs = csm_json_get_object (draft, "paragraphs");
  g_autoptr (GList) keys = paragraphs != NULL ? json_object_get_members (paragraphs) : NULL;

  for (GList *l = keys; l != NULL; l = l->next)
    {
      JsonObject *paragraph = csm_json_get_object (paragraphs, l->data);
      const char *text = paragraph != NULL ? csm_json_get_string (paragraph, "text") : NULL;

      if (text != NULL && text[0] != '\0')
        return TRUE;
    }
  return FALSE;
}

/* Where a reply is being written is where one goes on, though the newest message may be in another conversation. */
static void
choose_conversation (CsmComposer   *self,
                     CsmCaseDetail *detail)
{
  g_autoptr (CsmRecipients) newest = csm_recipients_new (detail, csm_workbench_get_directory (self->workbench), NULL);
  const char *begun = NULL;

  for (guint i = 0; detail->drafts != NULL && i < detail->drafts->len; i++)
    {
      const char *id = csm_json_get_string (detail->drafts->pdata[i], "conversationId");

      if (!has_text (detail->drafts->pdata[i]))
        continue;
      if (newest != NULL && g_strcmp0 (id, newest->conversation_id) == 0)
        return;
      begun = id;
    }
  csm_recipients_box_set_conversation (self->recipients, begun);
}

/* What is kept here, and what was typed while it was being read. */
void
csm_composer_fill (CsmComposer   *self,
                   CsmCaseDetail *detail)
{
  CsmReplyKept *kept = g_hash_table_lookup (self->kept, self->case_id);
  /* Of a reply that was shared nothing is kept here, but for what nobody has touched. */
  gboolean newer = kept != NULL && self->stale && (kept->text[0] != '\0' || !g_hash_table_contains (self->local, self->case_id));
  g_autofree char *typed = csm_composer_dup_text (self);
  g_autofree char *draft = newer ? g_strdup (kept->text) : csm_reply_join (kept != NULL ? kept->text : NULL, detail->draft);
  g_autofree char *text = csm_reply_join (draft, typed);

  if (kept != NULL)
    csm_reply_kept_restore (kept, self->recipients, self->attachments);
  if (detail->draft_parts != NULL)
    csm_reply_take_parts (detail->draft_parts, self->recipients, self->attachments);
  g_hash_table_remove (self->kept, self->case_id);
  if (detail->draft != NULL)
    g_hash_table_add (self->local, g_strdup (self->case_id));
  if (g_strcmp0 (text, typed) != 0)
    csm_composer_set_text (self, text);
  self->filled = TRUE;
  if (g_strcmp0 (text, detail->draft != NULL ? detail->draft : "") != 0)
    csm_composer_save_draft (self);
  choose_conversation (self, detail);
}

/* Guests have no part in what a team writes. */
gboolean
csm_composer_may_share (CsmComposer *self)
{
  return csm_rights_may (self->workbench, CSM_ACTION_WRITE_DRAFTS);
}

/* Shares the text with who answers in the same conversation. */
void
csm_composer_open_draft (CsmComposer *self)
{
  CsmRecipients *recipients = csm_recipients_box_get_proposal (self->recipients);
  CsmCache *cache = csm_workbench_get_cache (self->workbench);
  GSettings *settings = csm_workbench_get_settings (self->workbench);
  g_autofree char *writer = NULL;

  if (recipients == NULL || cache == NULL || !self->filled || !csm_composer_may_share (self))
    return;
  csm_draft_editor_set_based_on (self->editor, self->based_on);
  if (g_strcmp0 (csm_draft_editor_get_conversation_id (self->editor), recipients->conversation_id) == 0)
    return;
  writer = g_settings_get_string (settings, "draft-writer");
  if (writer[0] == '\0')
    {
      g_free (writer);
      writer = csm_id_new ('w');
      g_settings_set_string (settings, "draft-writer", writer);
    }
  self->parts_known = FALSE;
  csm_draft_editor_open (self->editor, cache, writer, self->case_id, recipients->conversation_id);
}

/* --- what comes back --------------------------------------------------------------------------------------- */

void
csm_composer_edit_reply (CsmComposer *self,
                         const char  *text,
                         JsonObject  *parts)
{
  g_autofree char *typed = csm_reply_unsign (text, self->signature);
  gboolean restored = FALSE;

  g_strchomp (typed);
  self->returning = TRUE;
  if (self->sent_kept != NULL && g_strcmp0 (self->sent_kept->text, typed) == 0)
    {
      csm_reply_kept_restore (self->sent_kept, self->recipients, self->attachments);
      if (self->sent_paragraphs != NULL)
        restored = csm_draft_editor_restore (self->editor, self->sent_paragraphs);
    }
  g_clear_pointer (&self->sent_kept, csm_reply_kept_free);
  g_clear_pointer (&self->sent_paragraphs, g_ptr_array_unref);
  /* Between its paragraphs a colleague's may stand by now. */
  if (!restored)
    {
      g_autofree char *present = csm_composer_dup_text (self);
      g_autofree char *both = csm_reply_join (typed, present);

      if (g_strcmp0 (both, present) != 0)
        csm_composer_set_text (self, both);
    }
  if (parts != NULL)
    csm_reply_take_parts (parts, self->recipients, self->attachments);
  if (csm_workbench_get_detail (self->workbench) != NULL)
    csm_composer_begin_from (self, csm_workbench_get_detail (self->workbench));
  csm_composer_share_again (self);
  self->returning = FALSE;
  /* At once: what it comes from goes next. */
  csm_composer_save_draft (self);
  csm_composer_update_actions (self);
  csm_composer_focus (self);
}

/* A reply that waited is in the draft again, of the case that is open by now. */
void
csm_composer_return_texts (CsmComposer         *self,
                           const CsmCaseDetail *detail)
{
  if (detail->draft == NULL || g_strcmp0 (csm_json_get_string (detail->record, "id"), self->case_id) != 0)
    return;
  g_hash_table_add (self->local, g_strdup (self->case_id));
  csm_composer_edit_reply (self, detail->draft, detail->draft_parts);
}

/* Somebody wrote something, here or elsewhere. */
static void
draft_changed_cb (CsmComposer *self)
{
  if (self->draft_bar == NULL)
    return;
  csm_draft_bar_update (self->draft_bar, self->workbench, self->editor);
  csm_draft_gutter_update (CSM_DRAFT_GUTTER (self->gutter), self->workbench);
  csm_composer_update_actions (self);
}

void
csm_composer_watch_drafts (CsmComposer *self)
{
  g_signal_connect_object (self->editor, "changed", G_CALLBACK (draft_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->editor, "kept", G_CALLBACK (kept_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->editor, "not-kept", G_CALLBACK (not_kept_cb), self, G_CONNECT_SWAPPED);
  csm_composer_watch_parts (self);
}
