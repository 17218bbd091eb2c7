/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-composer-private.h"

#include <glib/gi18n.h>

#include "csm-format.h"
#include "csm-json.h"
#include "csm-message-text.h"

/* A message that was chosen is answered, or passed on, instead of the newest. What was typed stays. */

/* Returns: (transfer full): the message as it is passed on: who wrote it, to whom, when, about what, and all of it */
static char *
write_forwarded (JsonObject *message)
{
  GString *text = g_string_new (NULL);
  g_autofree char *from = csm_message_text_people (csm_json_get_array (message, "from"), TRUE);
  g_autofree char *to = csm_message_text_people (csm_json_get_array (message, "to"), TRUE);
  g_autofree char *when = csm_format_when_long (csm_json_get_time (message, "at"));
  g_autofree char *words = csm_message_text (message, CSM_MESSAGE_TEXT_ALL);
  const char *subject = csm_json_get_string (message, "subject");

  g_string_append_printf (text, "%s\n", _("-------- Forwarded message --------"));
  g_string_append_printf (text, "%s: %s\n%s: %s\n", _("From"), from, _("Date"), when);
  if (subject != NULL && subject[0] != '\0')
    g_string_append_printf (text, "%s: %s\n", _("Subject"), subject);
  if (to[0] != '\0')
    g_string_append_printf (text, "%s: %s\n", _("To"), to);
  g_string_append_printf (text, "\n%s", words);
  return g_string_free (text, FALSE);
}

/* The cursor stands above it: there one says why. */
static void
add_forwarded (CsmComposer *self,
               JsonObject  *message)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->text));
  g_autofree char *typed = csm_composer_dup_text (self);
  g_autofree char *forwarded = write_forwarded (message);
  g_autofree char *both = g_strdup_printf ("%s\n\n%s", g_strchomp (typed), forwarded);
  GtkTextIter start;

  csm_composer_set_text (self, both);
  gtk_text_buffer_get_iter_at_offset (buffer, &start, (int) g_utf8_strlen (typed, -1));
  gtk_text_buffer_place_cursor (buffer, &start);
}

static void
add_files (CsmComposer *self,
           JsonObject  *message)
{
  JsonArray *attachments = csm_json_get_array (message, "attachments");
  g_autoptr (JsonArray) files = json_array_new ();

  for (guint i = 0; attachments != NULL && i < json_array_get_length (attachments); i++)
    {
      JsonNode *node = json_array_get_element (attachments, i);
      JsonObject *file = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
      JsonObject *copy;

      if (file == NULL || csm_json_get_string (file, "blobId") == NULL)
        continue;
      copy = json_object_new ();
      csm_json_set_string (copy, "blobId", csm_json_get_string (file, "blobId"));
      csm_json_set_string (copy, "type", csm_json_get_string (file, "type"));
      csm_json_set_string (copy, "name", csm_json_get_string (file, "name"));
      json_object_set_int_member (copy, "size", csm_json_get_int (file, "size", 0));
      json_array_add_object_element (files, copy);
    }
  csm_file_list_add_attachments (self->attachments, files);
}

/**
 * csm_composer_answer:
 * @self: a reply box with an open case
 * @message: a Message of that case
 * @answer: how
 *
 * Makes what is written here an answer to @message.
 */
void
csm_composer_answer (CsmComposer *self,
                     JsonObject  *message,
                     CsmAnswer    answer)
{
  CsmCaseDetail *detail = csm_workbench_get_detail (self->workbench);

  g_return_if_fail (CSM_IS_COMPOSER (self));
  if (detail == NULL || !self->filled)
    return;
  csm_recipients_box_answer (self->recipients, message, answer);
  csm_composer_begin_from (self, detail);
  csm_recipients_box_propose (self->recipients, self->workbench, detail);
  csm_composer_open_draft (self);
  if (answer == CSM_ANSWER_FORWARD)
    {
      add_forwarded (self, message);
      add_files (self, message);
    }
  csm_composer_queue_save (self);
  csm_composer_update_actions (self);
  if (answer != CSM_ANSWER_FORWARD)
    csm_composer_focus (self);
}

/* What was dropped on the conversation goes along with the reply. */
void
csm_composer_attach (CsmComposer *self,
                     GFile       *file)
{
  g_return_if_fail (CSM_IS_COMPOSER (self) && G_IS_FILE (file));
  if (self->filled && csm_recipients_box_get_proposal (self->recipients) != NULL)
    csm_file_list_add (self->attachments, file);
}
