/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#define G_LOG_DOMAIN "csm-app"
#include "config.h"

#include "csm-composer.h"

#include <glib/gi18n.h>

#include "csm-file-list.h"
#include "csm-json.h"
#include "csm-recipients-box.h"
#include "csm-reply-kept.h"
#include "csm-sending.h"
#include "csm-signature.h"
#include "csm-time.h"

#define DRAFT_DELAY_MS 400

struct _CsmComposer
{
  AdwBin                parent_instance;
  CsmWorkbench         *workbench;
  char                 *case_id;         /* whose text is in the box */
  char                 *based_on;        /* the newest message when the text was begun */
  gboolean              moved;           /* something came since */
  CsmSent              *sent;            /* the last reply of this case; NULL: none */
  CsmReplyKept         *sent_kept;       /* what comes back with it */
  guint                 sent_serial;
  GHashTable           *kept;            /* case id → CsmReplyKept */
  guint                *saving;          /* (rc box) how many drafts are being written: what is read may be older */
  gboolean              stale;           /* that was so when the case was opened */
  gboolean              filled;          /* the draft of this case was put in */
  gboolean              filling;
  guint                 draft_id;
  GtkWidget            *stack;
  GtkWidget            *box;
  CsmRecipientsBox     *recipients;
  GtkWidget            *text;
  GtkWidget            *placeholder;
  char                 *signature;       /* of the person and the channel; NULL: none */
  GtkWidget            *signature_label;
  CsmFileList          *attachments;
  GtkWidget            *attach_button;
  GtkWidget            *hint;
  GtkWidget            *send_button;
  GtkWidget            *closed_label;
};

enum { PROP_0, PROP_WORKBENCH, N_PROPS };
static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (CsmComposer, csm_composer, ADW_TYPE_BIN)

/* --- text and draft ---------------------------------------------------------------------------------------- */

static char *
dup_text (CsmComposer *self)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->text));
  GtkTextIter start;
  GtkTextIter end;

  gtk_text_buffer_get_bounds (buffer, &start, &end);
  return gtk_text_buffer_get_text (buffer, &start, &end, FALSE);
}

static void
set_text (CsmComposer *self,
          const char  *text)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->text));

  self->filling = TRUE;
  gtk_text_buffer_begin_irreversible_action (buffer);
  gtk_text_buffer_set_text (buffer, text != NULL ? text : "", -1);
  gtk_text_buffer_end_irreversible_action (buffer);
  self->filling = FALSE;
}

static gboolean
is_blank (CsmComposer *self)
{
  g_autofree char *text = dup_text (self);

  return g_strstrip (text)[0] == '\0';
}

/* --- drafts ------------------------------------------------------------------------------------------------ */

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

static void
save_draft (CsmComposer *self)
{
  g_autofree char *text = NULL;

  g_clear_handle_id (&self->draft_id, g_source_remove);
  if (self->case_id == NULL || !self->filled || csm_workbench_get_cache (self->workbench) == NULL)
    return;
  text = dup_text (self);
  csm_cache_save_draft_async (csm_workbench_get_cache (self->workbench), self->case_id, text[0] != '\0' ? text : NULL,
                              NULL, saved_cb, g_rc_box_acquire (self->saving));
  (*self->saving)++;
}

static gboolean
draft_timeout_cb (gpointer data)
{
  CsmComposer *self = data;

  self->draft_id = 0;
  save_draft (self);
  return G_SOURCE_REMOVE;
}

/* --- what can be done -------------------------------------------------------------------------------------- */

static void
update_actions (CsmComposer *self)
{
  gboolean blank = is_blank (self);
  gboolean addressed = csm_recipients_box_is_complete (self->recipients);
  gboolean ready = csm_file_list_is_ready (self->attachments);
  gboolean can_send = csm_recipients_box_get_proposal (self->recipients) != NULL && !blank && addressed && ready;
  const char *hint = "";

  if (!addressed)
    hint = _("Check the recipients");
  else if (!ready)
    hint = _("Files are being attached…");
  else if (self->moved && !blank)
    hint = _("Something new has come: read it before you send");
  gtk_label_set_text (GTK_LABEL (self->hint), hint);
  gtk_widget_set_visible (self->placeholder, blank && gtk_text_buffer_get_char_count (gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->text))) == 0);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "composer.send", can_send);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "composer.send-as", can_send);
}

/* Shown, since it is sent; not in the text, since nobody typed it. */
static void
show_signature (CsmComposer *self)
{
  g_autofree char *text = dup_text (self);
  gboolean shown = self->signature != NULL && !csm_reply_is_signed (text);

  if (shown)
    {
      g_autofree char *below = g_strconcat (CSM_SIGNATURE_SEPARATOR "\n", self->signature, NULL);

      if (g_strcmp0 (gtk_label_get_text (GTK_LABEL (self->signature_label)), below) != 0)
        gtk_label_set_text (GTK_LABEL (self->signature_label), below);
    }
  gtk_widget_set_visible (self->signature_label, shown);
}

/* Of the channel that the reply leaves by. */
static void
choose_signature (CsmComposer *self)
{
  CsmDirectory *directory = csm_workbench_get_directory (self->workbench);
  CsmRecipients *recipients = csm_recipients_box_get_proposal (self->recipients);
  JsonObject *channel = directory != NULL && recipients != NULL ? csm_directory_lookup (directory, recipients->channel_id) : NULL;
  JsonObject *me = directory != NULL && directory->my_id != NULL ? csm_directory_lookup (directory, directory->my_id) : NULL;
  const char *team = channel != NULL ? csm_workbench_get_name (self->workbench, csm_json_get_string (channel, "teamId")) : NULL;
  g_autofree char *text = dup_text (self);
  g_autofree char *typed = NULL;

  g_free (self->signature);
  self->signature = csm_signature_for (channel, me, team);
  typed = csm_reply_unsign (text, self->signature);
  if (g_strcmp0 (typed, text) != 0)
    set_text (self, typed);
  show_signature (self);
}

static void begin_from (CsmComposer   *self,
                        CsmCaseDetail *detail);

static void
text_changed_cb (CsmComposer *self)
{
  /* Whoever begins again has seen what came. */
  if (self->moved && !self->filling && is_blank (self) && csm_workbench_get_detail (self->workbench) != NULL)
    begin_from (self, csm_workbench_get_detail (self->workbench));
  show_signature (self);
  update_actions (self);
  if (self->filling)
    return;
  g_clear_handle_id (&self->draft_id, g_source_remove);
  self->draft_id = g_timeout_add (DRAFT_DELAY_MS, draft_timeout_cb, self);
}

/* The box says so where nothing can leave, instead of pretending. */
static void
choose_page (CsmComposer *self)
{
  CsmDirectory *directory = csm_workbench_get_directory (self->workbench);
  CsmRecipients *recipients = csm_recipients_box_get_proposal (self->recipients);
  JsonObject *channel = NULL;
  g_autofree char *text = NULL;

  if (directory == NULL)
    return;
  if (recipients != NULL)
    channel = csm_directory_lookup (directory, recipients->channel_id);
  if (channel != NULL && csm_json_get_boolean (channel, "canSend"))
    {
      gtk_stack_set_visible_child_name (GTK_STACK (self->stack), "write");
      return;
    }
  if (channel != NULL)
    text = g_strdup_printf (_("Nothing can be sent from “%s”: this channel has no way out. Whoever runs the server can give it one."),
                            csm_json_get_string (channel, "name"));
  else
    text = g_strdup (_("There is no conversation with the customer to answer in."));
  gtk_label_set_text (GTK_LABEL (self->closed_label), text);
  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), "closed");
}

/* Everything in the box is the case's that is left; the next one begins with an empty one. */
static void
leave_case (CsmComposer *self)
{
  CsmReplyKept *kept;

  save_draft (self);
  if (self->sent != NULL)
    csm_sending_offer_undo (self->workbench, g_steal_pointer (&self->sent));
  g_clear_pointer (&self->sent_kept, csm_reply_kept_free);
  kept = csm_reply_kept_new (dup_text (self), self->recipients, self->attachments);
  if (self->case_id != NULL && !self->filled)
    {
      CsmReplyKept *before = g_hash_table_lookup (self->kept, self->case_id);
      g_autofree char *typed = g_steal_pointer (&kept->text);

      kept->text = csm_reply_join (before != NULL ? before->text : NULL, typed);
    }
  if (self->case_id != NULL && (kept->text[0] != '\0' || *self->saving > 0 || kept->to != NULL || kept->files->len > 0))
    g_hash_table_replace (self->kept, g_strdup (self->case_id), kept);
  else
    csm_reply_kept_free (kept);
  g_clear_pointer (&self->case_id, g_free);
  csm_recipients_box_clear (self->recipients);
  self->filled = FALSE;
  set_text (self, NULL);
}

/* The draft, and what was typed while it was being read. */
static void
fill (CsmComposer   *self,
      CsmCaseDetail *detail)
{
  CsmReplyKept *kept = g_hash_table_lookup (self->kept, self->case_id);
  g_autofree char *typed = dup_text (self);
  g_autofree char *draft = kept != NULL && self->stale ? g_strdup (kept->text) : csm_reply_join (kept != NULL ? kept->text : NULL, detail->draft);
  g_autofree char *text = csm_reply_join (draft, typed);

  if (kept != NULL)
    csm_reply_kept_restore (kept, self->recipients, self->attachments);
  if (detail->draft_parts != NULL)
    csm_reply_take_parts (detail->draft_parts, self->recipients, self->attachments);
  g_hash_table_remove (self->kept, self->case_id);
  if (g_strcmp0 (text, typed) != 0)
    set_text (self, text);
  self->filled = TRUE;
  if (g_strcmp0 (text, detail->draft != NULL ? detail->draft : "") != 0)
    save_draft (self);
}

/* Whether something has come that the author of the text has not been seen to read: what one writes oneself is no news. */
static gboolean
has_moved (CsmComposer   *self,
           CsmCaseDetail *detail)
{
  CsmDirectory *directory = csm_workbench_get_directory (self->workbench);

  if (is_blank (self) || g_strcmp0 (self->based_on, detail->newest_message_id) == 0)
    return FALSE;
  for (guint i = detail->timeline->len; i-- > 0;)
    {
      CsmTimelineEntry *entry = detail->timeline->pdata[i];

      if (entry->kind == CSM_ENTRY_MESSAGE && g_strcmp0 (csm_json_get_string (entry->record, "id"), detail->newest_message_id) == 0)
        return directory == NULL || g_strcmp0 (csm_json_get_string (entry->record, "authorId"), directory->my_id) != 0;
    }
  return TRUE;
}

static void
begin_from (CsmComposer   *self,
            CsmCaseDetail *detail)
{
  self->moved = FALSE;
  /* Among older entries stands an older message, perhaps somebody else's: what is answered is still the newest. */
  if (csm_recipients_box_get_proposal (self->recipients) != NULL && !csm_workbench_is_at_newest (self->workbench))
    return;
  g_free (self->based_on);
  self->based_on = g_strdup (detail->newest_message_id);
  csm_recipients_box_propose (self->recipients, self->workbench, detail);
}

static void
detail_cb (CsmComposer *self)
{
  CsmCaseDetail *detail = csm_workbench_get_detail (self->workbench);
  const char *case_id = csm_workbench_get_case_id (self->workbench);

  if (g_strcmp0 (self->case_id, case_id) != 0)
    {
      self->stale = *self->saving > 0;
      leave_case (self);
      self->case_id = g_strdup (case_id);
    }
  if (detail == NULL)
    return;
  /* What comes while somebody writes changes neither what they answer nor to whom: sending asks first. */
  self->moved = self->filled && has_moved (self, detail);
  if (!self->filled)
    fill (self, detail);
  if (!self->moved)
    begin_from (self, detail);
  choose_signature (self);
  choose_page (self);
  update_actions (self);
}

static void
edit_reply_cb (CsmComposer *self,
               const char  *text,
               JsonObject  *parts)
{
  g_autofree char *present = dup_text (self);
  g_autofree char *typed = csm_reply_unsign (text, self->signature);
  g_autofree char *both = csm_reply_join (typed, present);

  if (self->sent_kept != NULL && g_strcmp0 (self->sent_kept->text, typed) == 0)
    csm_reply_kept_restore (self->sent_kept, self->recipients, self->attachments);
  g_clear_pointer (&self->sent_kept, csm_reply_kept_free);
  set_text (self, both);
  if (parts != NULL)
    csm_reply_take_parts (parts, self->recipients, self->attachments);
  if (csm_workbench_get_detail (self->workbench) != NULL)
    begin_from (self, csm_workbench_get_detail (self->workbench));
  /* At once: what it comes from goes next. */
  save_draft (self);
  update_actions (self);
  csm_composer_focus (self);
}

/* A reply that waited is in the draft again, of the case that is open by now. */
static void
return_texts_cb (CsmComposer         *self,
                 const CsmCaseDetail *detail)
{
  if (detail->draft == NULL || g_strcmp0 (csm_json_get_string (detail->record, "id"), self->case_id) != 0)
    return;
  edit_reply_cb (self, detail->draft, detail->draft_parts);
}

/* --- sending ----------------------------------------------------------------------------------------------- */

static JsonObject *
create_submission (CsmComposer *self,
                   const char  *status)
{
  JsonObject *submission = json_object_new ();
  CsmRecipients *recipients = csm_recipients_box_get_proposal (self->recipients);
  g_autofree char *typed = dup_text (self);
  g_autofree char *text = csm_reply_sign (typed, self->signature);
  guint delay = g_settings_get_uint (csm_workbench_get_settings (self->workbench), "send-delay");

  json_object_set_string_member (submission, "caseId", self->case_id);
  json_object_set_string_member (submission, "conversationId", recipients->conversation_id);
  json_object_set_array_member (submission, "to", csm_recipients_read (csm_recipients_box_get_to (self->recipients)));
  json_object_set_array_member (submission, "cc", csm_recipients_read (csm_recipients_box_get_cc (self->recipients)));
  json_object_set_string_member (submission, "subject", recipients->subject != NULL ? recipients->subject : "");
  json_object_set_string_member (submission, "textBody", text);
  json_object_set_array_member (submission, "attachments", csm_file_list_dup_attachments (self->attachments));
  csm_json_set_string (submission, "inReplyTo", recipients->in_reply_to);
  csm_json_set_string (submission, "basedOn", self->based_on);
  json_object_set_int_member (submission, "undoFor", delay);
  if (status != NULL)
    {
      JsonObject *patch = json_object_new ();

      json_object_set_string_member (patch, "status", status);
      json_object_set_object_member (submission, "casePatch", patch);
    }
  return submission;
}

typedef struct
{
  CsmComposer *self;
  guint        serial;
  char        *case_id;
  char        *text;
  JsonObject  *submission;
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
    }
  g_object_unref (self);
  json_object_unref (sending->submission);
  g_free (sending->case_id);
  g_free (sending->text);
  g_free (sending);
}

static void
send_reply (CsmComposer *self,
            const char  *status)
{
  guint delay = g_settings_get_uint (csm_workbench_get_settings (self->workbench), "send-delay");
  g_autofree char *text = dup_text (self);
  g_autofree char *id = NULL;
  JsonObject *submission;
  Sending *sending;
  CsmIntent *intent;

  if (csm_recipients_box_get_proposal (self->recipients) == NULL || csm_workbench_get_detail (self->workbench) == NULL)
    return;
  intent = csm_intent_new (_("Reply"));
  submission = create_submission (self, status);
  id = csm_intent_create (intent, CSM_TYPE_ID_SUBMISSION, csm_json_copy_object (submission));
  g_clear_pointer (&self->sent, csm_sent_free);
  self->sent = csm_sent_new (csm_time_now () + delay * CSM_SECOND);
  sending = g_new0 (Sending, 1);
  sending->self = g_object_ref (self);
  sending->serial = ++self->sent_serial;
  sending->case_id = g_strdup (self->case_id);
  sending->text = g_strdup (text);
  sending->submission = submission;
  csm_workbench_perform_async (self->workbench, intent, performed_cb, sending);
  g_clear_pointer (&self->sent_kept, csm_reply_kept_free);
  self->sent_kept = csm_reply_kept_new (dup_text (self), self->recipients, self->attachments);
  g_strchomp (self->sent_kept->text);
  set_text (self, NULL);
  csm_recipients_box_forget_edits (self->recipients);
  begin_from (self, csm_workbench_get_detail (self->workbench));
  save_draft (self);
}

static void
send_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  send_reply (CSM_COMPOSER (widget), parameter != NULL ? g_variant_get_string (parameter, NULL) : NULL);
}

static gboolean
key_pressed_cb (CsmComposer     *self,
                guint            keyval,
                guint            keycode,
                GdkModifierType  state)
{
  if ((keyval == GDK_KEY_Return || keyval == GDK_KEY_KP_Enter) && (state & GDK_CONTROL_MASK) != 0)
    return gtk_widget_activate_action (GTK_WIDGET (self), "composer.send", NULL);
  return FALSE;
}

static void
attach_action (GtkWidget  *widget,
               const char *name,
               GVariant   *parameter)
{
  csm_file_list_choose (CSM_COMPOSER (widget)->attachments);
}

/* --- GObject ----------------------------------------------------------------------------------------------- */

static void
set_workbench (CsmComposer  *self,
               CsmWorkbench *workbench)
{
  if (self->workbench == workbench)
    return;
  if (self->workbench != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->workbench, self);
      leave_case (self);
      g_hash_table_remove_all (self->kept);
    }
  g_set_object (&self->workbench, workbench);
  csm_file_list_set_workbench (self->attachments, workbench);
  if (workbench != NULL)
    {
      g_signal_connect_object (workbench, "notify::case-id", G_CALLBACK (detail_cb), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (workbench, "notify::detail", G_CALLBACK (detail_cb), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (workbench, "notify::directory", G_CALLBACK (detail_cb), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (workbench, "edit-reply", G_CALLBACK (edit_reply_cb), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (workbench, "return-texts", G_CALLBACK (return_texts_cb), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (workbench, "keep-texts", G_CALLBACK (csm_composer_flush), self, G_CONNECT_SWAPPED);
      detail_cb (self);
    }
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_WORKBENCH]);
}

static void
csm_composer_get_property (GObject    *object,
                           guint       id,
                           GValue     *value,
                           GParamSpec *pspec)
{
  if (id == PROP_WORKBENCH)
    g_value_set_object (value, CSM_COMPOSER (object)->workbench);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
csm_composer_set_property (GObject      *object,
                           guint         id,
                           const GValue *value,
                           GParamSpec   *pspec)
{
  if (id == PROP_WORKBENCH)
    set_workbench (CSM_COMPOSER (object), g_value_get_object (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
csm_composer_dispose (GObject *object)
{
  CsmComposer *self = CSM_COMPOSER (object);

  if (self->text != NULL)
    set_workbench (self, NULL);
  g_clear_handle_id (&self->draft_id, g_source_remove);
  /* The bin would unparent once more what the template lets go. */
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), CSM_TYPE_COMPOSER);
  G_OBJECT_CLASS (csm_composer_parent_class)->dispose (object);
}

static void
csm_composer_finalize (GObject *object)
{
  CsmComposer *self = CSM_COMPOSER (object);

  g_clear_pointer (&self->sent, csm_sent_free);
  g_clear_pointer (&self->sent_kept, csm_reply_kept_free);
  g_clear_pointer (&self->kept, g_hash_table_unref);
  g_clear_pointer (&self->saving, g_rc_box_release);
  g_free (self->case_id);
  g_free (self->based_on);
  g_free (self->signature);
  G_OBJECT_CLASS (csm_composer_parent_class)->finalize (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (widget_class, "/org/casement/Casement/ui/csm-composer.ui");
  gtk_widget_class_bind_template_child (widget_class, CsmComposer, stack);
  gtk_widget_class_bind_template_child (widget_class, CsmComposer, box);
  gtk_widget_class_bind_template_child (widget_class, CsmComposer, recipients);
  gtk_widget_class_bind_template_child (widget_class, CsmComposer, text);
  gtk_widget_class_bind_template_child (widget_class, CsmComposer, placeholder);
  gtk_widget_class_bind_template_child (widget_class, CsmComposer, signature_label);
  gtk_widget_class_bind_template_child (widget_class, CsmComposer, attachments);
  gtk_widget_class_bind_template_child (widget_class, CsmComposer, attach_button);
  gtk_widget_class_bind_template_child (widget_class, CsmComposer, hint);
  gtk_widget_class_bind_template_child (widget_class, CsmComposer, send_button);
  gtk_widget_class_bind_template_child (widget_class, CsmComposer, closed_label);
  gtk_widget_class_bind_template_callback (widget_class, update_actions);
  gtk_widget_class_bind_template_callback (widget_class, key_pressed_cb);
}

static void
csm_composer_class_init (CsmComposerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = csm_composer_dispose;
  object_class->finalize = csm_composer_finalize;
  object_class->get_property = csm_composer_get_property;
  object_class->set_property = csm_composer_set_property;
  props[PROP_WORKBENCH] = g_param_spec_object ("workbench", NULL, NULL, CSM_TYPE_WORKBENCH,
                                               G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, props);
  g_type_ensure (CSM_TYPE_FILE_LIST);
  g_type_ensure (CSM_TYPE_RECIPIENTS_BOX);
  bind_template (widget_class);
  gtk_widget_class_install_action (widget_class, "composer.send", NULL, send_action);
  gtk_widget_class_install_action (widget_class, "composer.send-as", "s", send_action);
  gtk_widget_class_install_action (widget_class, "composer.attach", NULL, attach_action);
}

static void
csm_composer_init (CsmComposer *self)
{
  self->saving = g_rc_box_new0 (guint);
  self->kept = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, csm_reply_kept_free);
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_object (gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->text)), "changed", G_CALLBACK (text_changed_cb), self,
                           G_CONNECT_SWAPPED);
}

/* Puts the cursor into the reply. */
void
csm_composer_focus (CsmComposer *self)
{
  gtk_widget_grab_focus (self->text);
}

/* Keeps what was typed, at once: before the window closes. */
void
csm_composer_flush (CsmComposer *self)
{
  if (self->draft_id != 0)
    save_draft (self);
}
