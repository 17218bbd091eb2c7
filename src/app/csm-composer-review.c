/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-composer-private.h"

#include <glib/gi18n.h>

#include "csm-json.h"

/* Before it is sent somebody may have a look at the reply, or has to. */

static JsonObject *
find_channel (CsmComposer *self)
{
  CsmDirectory *directory = self->workbench != NULL ? csm_workbench_get_directory (self->workbench) : NULL;
  CsmRecipients *recipients = csm_recipients_box_get_proposal (self->recipients);

  return directory != NULL && recipients != NULL && recipients->channel_id != NULL ? csm_directory_lookup (directory, recipients->channel_id) : NULL;
}

/**
 * csm_composer_show_review:
 * @self: a composer
 * @blank: there is nothing to look at
 *
 * Returns: (transfer full) (nullable): why the reply can't be sent yet
 */
char *
csm_composer_show_review (CsmComposer *self,
                          gboolean     blank)
{
  JsonObject *draft = csm_draft_editor_get_record (self->editor);
  JsonObject *channel = find_channel (self);
  const char *review = draft != NULL ? csm_json_get_string (draft, "review") : NULL;
  gboolean running = g_strcmp0 (review, "requested") == 0;

  if (self->workbench == NULL || csm_workbench_get_directory (self->workbench) == NULL)
    return NULL;
  csm_review_bar_update (self->review_bar, self->workbench, blank ? NULL : draft, channel);
  csm_review_popover_fill (self->ask_popover, self->workbench, channel != NULL ? csm_json_get_string (channel, "reviewTeamId") : NULL);
  gtk_widget_set_visible (self->ask_button, csm_composer_may_share (self));
  gtk_widget_set_sensitive (self->ask_button, !blank && !running && csm_draft_editor_is_ready (self->editor));
  return blank ? NULL : csm_review_bar_why_held (self->workbench, draft, channel);
}

static void
patch_review (CsmComposer *self,
              const char  *label,
              JsonObject  *patch,
              const char  *said)
{
  CsmIntent *intent = csm_intent_new (label);

  csm_intent_update (intent, CSM_TYPE_ID_DRAFT, csm_draft_editor_get_id (self->editor), patch);
  csm_workbench_perform (self->workbench, intent, said);
}

static void
set_or_null (JsonObject *patch,
             const char *member,
             const char *value)
{
  if (value != NULL && value[0] != '\0')
    json_object_set_string_member (patch, member, value);
  else
    json_object_set_null_member (patch, member);
}

/* @id: of a person or a team */
void
csm_composer_ask_review (CsmComposer *self,
                         const char  *id,
                         const char  *note)
{
  JsonObject *patch;

  /* What is to be looked at is there first. */
  csm_composer_say_recipients (self);
  csm_composer_save_draft (self);
  if (csm_draft_editor_get_record (self->editor) == NULL)
    return;
  patch = json_object_new ();
  json_object_set_string_member (patch, "review", "requested");
  set_or_null (patch, "reviewerId", id[0] == 'p' ? id : NULL);
  set_or_null (patch, "reviewTeamId", id[0] == 't' ? id : NULL);
  set_or_null (patch, "reviewNote", note);
  patch_review (self, _("Ask for review"), patch, _("Asked for a review"));
}

/* What whoever was asked says, or that nobody needs to any more. */
void
csm_composer_answer_review (CsmComposer *self,
                            const char  *review,
                            const char  *note)
{
  JsonObject *patch = json_object_new ();

  csm_composer_save_draft (self);
  json_object_set_string_member (patch, "review", review);
  /* What was asked is answered: its words go, too. */
  set_or_null (patch, "reviewNote", note);
  if (g_str_equal (review, "approved"))
    patch_review (self, _("Approve a reply"), patch, _("The reply is approved"));
  else if (g_str_equal (review, "changesWanted"))
    patch_review (self, _("Ask for changes"), patch, _("Asked for changes"));
  else
    patch_review (self, _("Withdraw a request for review"), patch, NULL);
}
