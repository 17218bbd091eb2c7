/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-comment-box-private.h"

#include <glib/gi18n.h>

#include "csm-json.h"
#include "csm-markdown.h"

/* What is written may answer a note, or change one. */

void
csm_comment_box_set_mode (CsmCommentBox *self,
                          const char    *icon,
                          const char    *words)
{
  gboolean on = words != NULL;

  if (on)
    {
      gtk_image_set_from_icon_name (self->mode_icon, icon);
      gtk_label_set_text (self->mode_label, words);
    }
  gtk_revealer_set_reveal_child (self->mode_revealer, on);
  gtk_label_set_text (self->post_label, self->editing != NULL ? _("Save ⏎") : _("Post ⏎"));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "comment-box.cancel", on);
  /* What a note was posted with stays with it. */
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "comment-box.attach", self->editing == NULL && self->case_id != NULL);
}

void
csm_comment_box_end_mode (CsmCommentBox *self)
{
  g_clear_pointer (&self->reply_to, g_free);
  g_clear_pointer (&self->editing, g_free);
  g_clear_pointer (&self->unedited, g_free);
  csm_comment_box_set_mode (self, NULL, NULL);
}

/* What an edit had put aside is in the box again. */
void
csm_comment_box_take_aside (CsmCommentBox *self)
{
  g_autofree char *aside = g_steal_pointer (&self->aside);

  g_autoptr (GPtrArray) files = g_steal_pointer (&self->aside_files);

  gtk_text_buffer_set_text (self->buffer, aside != NULL ? aside : "", -1);
  if (files != NULL)
    csm_file_list_give_files (self->files, files);
}

/* An edit that is given up leaves nothing behind; an answer keeps its words. */
void
csm_comment_box_cancel (CsmCommentBox *self)
{
  if (self->editing != NULL)
    csm_comment_box_take_aside (self);
  csm_comment_box_end_mode (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->text_view));
}

void
csm_comment_box_begin_edit (CsmCommentBox *self,
                            const char    *id,
                            const char    *text)
{
  if (self->editing == NULL)
    {
      self->aside = csm_comment_box_dup_text (self);
      self->aside_files = csm_file_list_take_files (self->files);
    }
  csm_comment_box_end_mode (self);
  self->editing = g_strdup (id);
  self->unedited = g_strdup (text);
  csm_comment_box_set_mode (self, "document-edit-symbolic", _("Editing your note"));
  gtk_text_buffer_set_text (self->buffer, text, -1);
}

/* What is written next answers @comment. */
void
csm_comment_box_reply (CsmCommentBox *self,
                       JsonObject    *comment)
{
  const char *author_id = csm_json_get_string (comment, "authorId");
  const char *name = csm_workbench_get_name (self->workbench, author_id);
  const char *body = csm_json_get_string (comment, "body");
  g_autofree char *plain = csm_markdown_plain (body != NULL ? body : "");
  g_autofree char *words = g_strdup_printf (_("Reply to %s: %s"), name != NULL ? name : _("Somebody"), plain);

  g_return_if_fail (CSM_IS_COMMENT_BOX (self));
  if (self->editing != NULL)
    csm_comment_box_take_aside (self);
  csm_comment_box_end_mode (self);
  self->reply_to = g_strdup (csm_json_get_string (comment, "id"));
  csm_comment_box_set_mode (self, "mail-reply-sender-symbolic", words);
  csm_comment_box_focus (self);
}

/* What is written next replaces @comment's text. */
void
csm_comment_box_edit (CsmCommentBox *self,
                      JsonObject    *comment)
{
  const char *body = csm_json_get_string (comment, "body");

  g_return_if_fail (CSM_IS_COMMENT_BOX (self));
  csm_comment_box_begin_edit (self, csm_json_get_string (comment, "id"), body != NULL ? body : "");
  csm_comment_box_focus (self);
}
