/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-composer-private.h"

#include <glib/gi18n.h>

#include "csm-id.h"
#include "csm-json.h"

/* To whom a reply goes, under what subject and with which files: the shared draft of its conversation says so, as it does of the text. */

/* --- to whom ----------------------------------------------------------------------------------------------- */

/* @seen: whoever wrote saw what the draft says */
static void
share_recipients (CsmComposer *self,
                  gboolean     seen)
{
  for (guint i = 0; i < CSM_N_ENVELOPE; i++)
    {
      g_autoptr (JsonNode) value = csm_recipients_box_is_typed (self->recipients, i) ? csm_recipients_box_dup (self->recipients, i) : NULL;

      /* What is nobody's address yet is only here. */
      if (value != NULL)
        csm_draft_editor_say (self->editor, i, value, seen);
    }
}

/* While another conversation is turned to, the recipients are its already, and the draft is still the last one's. */
static gboolean
is_of_draft (CsmComposer *self)
{
  CsmRecipients *recipients = csm_recipients_box_get_proposal (self->recipients);

  return recipients != NULL && g_strcmp0 (csm_draft_editor_get_conversation_id (self->editor), recipients->conversation_id) == 0;
}

static void
recipients_changed_cb (CsmComposer *self)
{
  if (self->workbench != NULL && self->parts_known && is_of_draft (self) && csm_composer_may_share (self))
    share_recipients (self, TRUE);
}

/* What is looked at before it goes out is the whole of it, also what nobody has changed. */
void
csm_composer_say_recipients (CsmComposer *self)
{
  for (guint i = 0; i < CSM_N_ENVELOPE; i++)
    {
      g_autoptr (JsonNode) value = csm_recipients_box_dup (self->recipients, i);

      if (value != NULL && csm_recipients_box_get (self->recipients, i)[0] != '\0')
        csm_draft_editor_say (self->editor, i, value, TRUE);
    }
}

/* --- with what --------------------------------------------------------------------------------------------- */

static void
share_files (CsmComposer *self)
{
  CsmComposerFile *file;

  while ((file = csm_file_list_find_unshared (self->attachments)) != NULL)
    {
      g_autofree char *id = csm_id_new ('d');
      g_autofree char *key = g_strdup (id + 1);

      csm_composer_file_set_key (file, key);
      csm_draft_editor_add_file (self->editor, key, csm_composer_file_get_attachment (file));
    }
}

static void
files_changed_cb (CsmComposer *self)
{
  if (self->workbench != NULL && self->parts_known && csm_composer_may_share (self))
    share_files (self);
}

/* One of those that everybody sees: so it goes for everybody, and can be taken back. */
static void
remove_shared_cb (CsmComposer *self,
                  const char  *key)
{
  CsmIntent *intent;
  JsonObject *patch;
  g_autofree char *path = g_strconcat ("files/", key, NULL);

  if (self->workbench == NULL || csm_draft_editor_get_record (self->editor) == NULL)
    return;
  intent = csm_intent_new (_("Remove a file"));
  patch = json_object_new ();
  json_object_set_null_member (patch, path);
  csm_intent_update (intent, CSM_TYPE_ID_DRAFT, csm_draft_editor_get_id (self->editor), patch);
  csm_workbench_perform (self->workbench, intent, _("The file is taken out of the reply"));
}

static void
file_not_kept_cb (CsmComposer *self,
                  const char  *key)
{
  if (self->workbench == NULL)
    return;
  self->parts_known = FALSE;
  csm_file_list_unshare (self->attachments, key);
  csm_workbench_say (self->workbench, _("The file could not be shared: it is only in this window"));
}

/* A reply came back: its files are shared again, as those that they were. */
void
csm_composer_share_again (CsmComposer *self)
{
  g_autoptr (GPtrArray) shared = csm_file_list_list_shared (self->attachments);
  g_autoptr (JsonObject) files = NULL;

  if (!csm_draft_editor_is_ready (self->editor) || !csm_composer_may_share (self))
    return;
  files = csm_draft_editor_dup_files (self->editor);
  for (guint i = 0; i < shared->len; i++)
    {
      const char *key = csm_composer_file_get_key (shared->pdata[i]);

      if (!json_object_has_member (files, key))
        csm_draft_editor_add_file (self->editor, key, csm_composer_file_get_attachment (shared->pdata[i]));
    }
  share_files (self);
  share_recipients (self, TRUE);
}

/* --- what the draft says ----------------------------------------------------------------------------------- */

static void
draft_changed_cb (CsmComposer *self)
{
  CsmDraftEnvelope *envelope = csm_draft_editor_get_envelope (self->editor);
  g_autoptr (JsonObject) files = NULL;
  gboolean first = !self->parts_known;

  if (self->workbench == NULL || envelope == NULL || !csm_composer_may_share (self))
    {
      self->parts_known = FALSE;
      return;
    }
  if (self->returning)
    return;
  if (first)
    share_recipients (self, FALSE);
  for (guint i = 0; i < CSM_N_ENVELOPE; i++)
    csm_recipients_box_say (self->recipients, i, csm_draft_envelope_get (envelope, i));
  files = csm_draft_editor_dup_files (self->editor);
  csm_file_list_show_shared (self->attachments, files);
  self->parts_known = TRUE;
  if (first)
    share_files (self);
}

void
csm_composer_watch_parts (CsmComposer *self)
{
  g_signal_connect_object (self->recipients, "changed", G_CALLBACK (recipients_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->attachments, "changed", G_CALLBACK (files_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->attachments, "remove-shared", G_CALLBACK (remove_shared_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->editor, "changed", G_CALLBACK (draft_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->editor, "file-not-kept", G_CALLBACK (file_not_kept_cb), self, G_CONNECT_SWAPPED);
}
