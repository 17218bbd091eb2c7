/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-composer-private.h"

#include <glib/gi18n.h>

#include "csm-json.h"
#include "csm-time.h"

static JsonObject *
create_submission (CsmComposer *self,
                   JsonObject  *case_patch,
                   gint64       at)
{
  JsonObject *submission = json_object_new ();
  CsmRecipients *recipients = csm_recipients_box_get_proposal (self->recipients);
  g_autofree char *typed = csm_composer_dup_text (self);
  g_autofree char *text = csm_reply_sign (typed, self->signature);
  guint delay = g_settings_get_uint (csm_workbench_get_settings (self->workbench), "send-delay");

  json_object_set_string_member (submission, "caseId", self->case_id);
  json_object_set_string_member (submission, "conversationId", recipients->conversation_id);
  json_object_set_array_member (submission, "to", csm_recipients_read (csm_recipients_box_get_to (self->recipients)));
  json_object_set_array_member (submission, "cc", csm_recipients_read (csm_recipients_box_get_cc (self->recipients)));
  json_object_set_array_member (submission, "bcc", csm_recipients_read (csm_recipients_box_get_bcc (self->recipients)));
  json_object_set_string_member (submission, "subject", csm_recipients_box_get_subject (self->recipients));
  json_object_set_string_member (submission, "textBody", text);
  json_object_set_array_member (submission, "attachments", csm_file_list_dup_attachments (self->attachments));
  csm_json_set_string (submission, "inReplyTo", recipients->in_reply_to);
  csm_json_set_string (submission, "basedOn", self->based_on);
  json_object_set_int_member (submission, "undoFor", delay);
  csm_composer_count_texts (self, submission);
  if (case_patch != NULL)
    json_object_set_object_member (submission, "casePatch", csm_json_copy_object (case_patch));
  if (at != CSM_TIME_NONE)
    csm_json_set_time (submission, "sendAt", at);
  return submission;
}

/* What becomes of the case when nobody said anything else. Where the server does so by itself nothing has to be said. */
static JsonObject *
usual_patch (CsmComposer *self)
{
  CsmCaseDetail *detail = csm_workbench_get_detail (self->workbench);
  const char *status = detail != NULL && detail->record != NULL ? csm_json_get_string (detail->record, "status") : NULL;
  g_autofree char *wanted = g_settings_get_string (csm_workbench_get_settings (self->workbench), "status-after-send");
  gboolean is_open = g_strcmp0 (status, "new") == 0 || g_strcmp0 (status, "open") == 0;
  JsonObject *patch;

  if (g_str_equal (wanted, "waiting") || (g_str_equal (wanted, "open") && !is_open))
    return NULL;
  patch = json_object_new ();
  json_object_set_string_member (patch, "status", wanted);
  return patch;
}

/* The reply is kept: the person goes where they want to go then, unless they went elsewhere already. */
static void
go_on (CsmComposer *self,
       const char  *case_id)
{
  g_autofree char *where = g_settings_get_string (csm_workbench_get_settings (self->workbench), "after-send");

  if (!g_str_equal (where, "stay") && g_strcmp0 (case_id, csm_workbench_get_case_id (self->workbench)) == 0 && csm_composer_is_blank (self))
    gtk_widget_activate_action (GTK_WIDGET (self), "win.leave-case", "s", where);
}

typedef struct
{
  CsmComposer *self;
  guint        serial;
  char        *case_id;
  char        *text;
  JsonObject  *submission;
  gboolean     shared;      /* it was taken out of the shared draft */
} Sending;

static void
performed_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      data)
{
  Sending *sending = data;
  CsmComposer *self = sending->self;
  g_autoptr (GError) error = NULL;
  gint64 group = csm_workbench_perform_finish (CSM_WORKBENCH (source), result, &error);

  if (sending->shared)
    csm_draft_editor_sent (self->editor);
  if (error != NULL)
    {
      g_warning ("Saving a reply failed: %s", error->message);
      csm_workbench_say (CSM_WORKBENCH (source), _("The reply could not be saved on this computer"));
      csm_sending_put_back (CSM_WORKBENCH (source), sending->case_id, sending->text, sending->submission);
    }
  else
    {
      csm_sending_remember (CSM_WORKBENCH (source), group, sending->submission);
      if (self->sent != NULL && self->sent_serial == sending->serial)
        csm_sent_set_saved (self->sent, group, sending->submission);
      if (self->workbench == CSM_WORKBENCH (source))
        go_on (self, sending->case_id);
    }
  g_object_unref (self);
  json_object_unref (sending->submission);
  g_free (sending->case_id);
  g_free (sending->text);
  g_free (sending);
}

/* Sends the reply to the customer; @case_patch: (nullable): what becomes of the case with it; @at: when, or `CSM_TIME_NONE` */
void
csm_composer_send (CsmComposer *self,
                   JsonObject  *case_patch,
                   gint64       at)
{
  guint delay = g_settings_get_uint (csm_workbench_get_settings (self->workbench), "send-delay");
  g_autofree char *text = csm_composer_dup_text (self);
  g_autofree char *id = NULL;
  g_autoptr (JsonObject) usual = NULL;
  JsonObject *submission;
  JsonObject *patch = NULL;
  Sending *sending;
  CsmIntent *intent;

  if (csm_recipients_box_get_proposal (self->recipients) == NULL || csm_workbench_get_detail (self->workbench) == NULL)
    return;
  intent = csm_intent_new (_("Reply"));
  if (case_patch == NULL)
    usual = usual_patch (self);
  submission = create_submission (self, case_patch != NULL ? case_patch : usual, at);
  g_clear_pointer (&self->sent_paragraphs, g_ptr_array_unref);
  self->sent_paragraphs = csm_draft_editor_send (self->editor, submission, &patch);
  id = csm_intent_create (intent, CSM_TYPE_ID_SUBMISSION, csm_json_copy_object (submission));
  if (patch != NULL)
    csm_intent_update (intent, CSM_TYPE_ID_DRAFT, csm_draft_editor_get_id (self->editor), patch);
  g_clear_pointer (&self->sent, csm_sent_free);
  self->sent = csm_sent_new (csm_time_now () + delay * CSM_SECOND);
  sending = g_new0 (Sending, 1);
  sending->self = g_object_ref (self);
  sending->serial = ++self->sent_serial;
  sending->case_id = g_strdup (self->case_id);
  sending->text = g_strdup (text);
  sending->submission = submission;
  sending->shared = self->sent_paragraphs != NULL;
  csm_workbench_perform_async (self->workbench, intent, performed_cb, sending);
  g_clear_pointer (&self->sent_kept, csm_reply_kept_free);
  self->sent_kept = csm_reply_kept_new (csm_composer_dup_text (self), self->recipients, self->attachments);
  g_strchomp (self->sent_kept->text);
  csm_composer_set_text (self, NULL);
  csm_recipients_box_forget_edits (self->recipients);
  csm_composer_begin_from (self, csm_workbench_get_detail (self->workbench));
  csm_composer_save_draft (self);
}
