/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-composer-private.h"

#include <glib/gi18n.h>

#include "csm-json.h"
#include "csm-signature.h"
#include "csm-time.h"

enum { PROP_0, PROP_WORKBENCH, N_PROPS };
static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (CsmComposer, csm_composer, ADW_TYPE_BIN)

/* --- text -------------------------------------------------------------------------------------------------- */

/* Returns: (transfer full): what is in the box */
char *
csm_composer_dup_text (CsmComposer *self)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->text));
  GtkTextIter start;
  GtkTextIter end;

  gtk_text_buffer_get_bounds (buffer, &start, &end);
  return gtk_text_buffer_get_text (buffer, &start, &end, FALSE);
}

/* As if somebody had typed it, but without an undo. */
void
csm_composer_set_text (CsmComposer *self,
                       const char  *text)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->text));

  self->filling = TRUE;
  gtk_text_buffer_begin_irreversible_action (buffer);
  gtk_text_buffer_set_text (buffer, text != NULL ? text : "", -1);
  gtk_text_buffer_end_irreversible_action (buffer);
  self->filling = FALSE;
  if (csm_draft_editor_is_ready (self->editor))
    csm_draft_editor_typed (self->editor);
}

gboolean
csm_composer_is_blank (CsmComposer *self)
{
  g_autofree char *text = csm_composer_dup_text (self);

  return g_strstrip (text)[0] == '\0';
}

/* --- what can be done -------------------------------------------------------------------------------------- */

void
csm_composer_update_actions (CsmComposer *self)
{
  gboolean blank = csm_composer_is_blank (self);
  gboolean addressed = csm_recipients_box_is_complete (self->recipients);
  gboolean ready = csm_file_list_is_ready (self->attachments);
  CsmDraftText *draft = csm_draft_editor_get_text (self->editor);
  gboolean clash = draft != NULL && csm_draft_text_has_clash (draft);
  gboolean blanks = csm_composer_mark_blanks (self);
  g_autofree char *held = csm_composer_show_review (self, blank);
  gboolean can_send = csm_recipients_box_get_proposal (self->recipients) != NULL && !blank && addressed && ready && !clash && held == NULL;
  const char *hint = "";

  if (!addressed)
    hint = _("Check the recipients");
  else if (!ready)
    hint = _("Files are being attached…");
  else if (clash)
    hint = _("Choose between the two versions first");
  else if (held != NULL)
    hint = held;
  else if (blanks)
    hint = _("What is marked has to be filled in");
  else if (self->moved && !blank)
    hint = _("Something new has come: read it before you send");
  gtk_label_set_text (GTK_LABEL (self->hint), hint);
  csm_snippet_popover_set (self->texts_popover, self->workbench, !blank);
  gtk_widget_set_tooltip_text (self->hint, hint[0] != '\0' ? hint : NULL);
  gtk_widget_set_visible (self->placeholder, blank && gtk_text_buffer_get_char_count (gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->text))) == 0);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "composer.send", can_send);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "composer.send-as", can_send);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "composer.send-later", can_send);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "composer.send-snoozed", can_send);
  csm_composer_update_check (self);
}

/* Shown, since it is sent; not in the text, since nobody typed it. */
static void
show_signature (CsmComposer *self)
{
  g_autofree char *text = csm_composer_dup_text (self);
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
  g_autofree char *text = csm_composer_dup_text (self);
  g_autofree char *typed = NULL;

  g_free (self->signature);
  self->signature = csm_signature_for (channel, me, team);
  typed = csm_reply_unsign (text, self->signature);
  if (g_strcmp0 (typed, text) != 0)
    csm_composer_set_text (self, typed);
  show_signature (self);
}

static void
text_changed_cb (CsmComposer *self)
{
  /* Whoever begins again has seen what came. */
  if (self->moved && !self->filling && csm_composer_is_blank (self) && csm_workbench_get_detail (self->workbench) != NULL)
    csm_composer_begin_from (self, csm_workbench_get_detail (self->workbench));
  show_signature (self);
  csm_composer_update_actions (self);
  if (!self->filling && !csm_draft_editor_is_applying (self->editor))
    csm_composer_queue_save (self);
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

/* Whether something has come that the author of the text has not been seen to read: what one writes oneself is no news. */
static gboolean
has_moved (CsmComposer   *self,
           CsmCaseDetail *detail)
{
  CsmDirectory *directory = csm_workbench_get_directory (self->workbench);

  if (csm_composer_is_blank (self) || g_strcmp0 (self->based_on, detail->newest_message_id) == 0)
    return FALSE;
  for (guint i = detail->timeline->len; i-- > 0;)
    {
      CsmTimelineEntry *entry = detail->timeline->pdata[i];

      if (entry->kind == CSM_ENTRY_MESSAGE && g_strcmp0 (csm_json_get_string (entry->record, "id"), detail->newest_message_id) == 0)
        return directory == NULL || g_strcmp0 (csm_json_get_string (entry->record, "authorId"), directory->my_id) != 0;
    }
  return TRUE;
}

/* Who is answered, and what has been seen, from now on. */
void
csm_composer_begin_from (CsmComposer   *self,
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
      csm_composer_leave_case (self);
      self->case_id = g_strdup (case_id);
    }
  if (detail == NULL)
    return;
  /* What comes while somebody writes changes neither what they answer nor to whom: sending asks first. */
  self->moved = self->filled && has_moved (self, detail);
  if (!self->filled)
    csm_composer_fill (self, detail);
  if (!self->moved)
    csm_composer_begin_from (self, detail);
  if (csm_draft_editor_get_id (self->editor) == NULL || csm_composer_is_blank (self))
    csm_composer_open_draft (self);
  choose_signature (self);
  csm_composer_choose_language (self);
  choose_page (self);
  csm_composer_update_actions (self);
}

/* --- actions and keys -------------------------------------------------------------------------------------- */

static void
send_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  g_autoptr (JsonObject) patch = NULL;

  if (parameter != NULL)
    {
      patch = json_object_new ();
      json_object_set_string_member (patch, "status", g_variant_get_string (parameter, NULL));
    }
  csm_composer_try (CSM_COMPOSER (widget), patch, CSM_TIME_NONE);
}

static void
preedit_cb (CsmComposer *self,
            const char  *preedit)
{
  self->preediting = preedit[0] != '\0';
}

static gboolean
key_pressed_cb (CsmComposer     *self,
                guint            keyval,
                guint            keycode,
                GdkModifierType  state)
{
  gboolean enter = keyval == GDK_KEY_Return || keyval == GDK_KEY_KP_Enter;

  /* An input method's Enter ends its word. */
  if (self->preediting)
    return GDK_EVENT_PROPAGATE;
  if (enter && (state & (GDK_CONTROL_MASK | GDK_SHIFT_MASK | GDK_ALT_MASK)) == 0 && csm_composer_sends_with_enter (self))
    {
      gtk_widget_activate_action (GTK_WIDGET (self), "composer.send", NULL);
      return GDK_EVENT_STOP;
    }
  if (enter && (state & GDK_CONTROL_MASK) != 0)
    return (state & GDK_SHIFT_MASK) != 0 ? gtk_widget_activate_action (GTK_WIDGET (self), "composer.send-as", "s", "resolved")
                                         : gtk_widget_activate_action (GTK_WIDGET (self), "composer.send", NULL);
  if ((keyval == GDK_KEY_Tab || keyval == GDK_KEY_space) && (state & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SHIFT_MASK)) == 0)
    return csm_composer_expand (self);
  return csm_composer_format_key (self, keyval, state);
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
      g_signal_handlers_disconnect_by_data (csm_workbench_get_settings (self->workbench), self);
      csm_composer_leave_case (self);
      g_hash_table_remove_all (self->kept);
      g_hash_table_remove_all (self->local);
    }
  g_set_object (&self->workbench, workbench);
  csm_file_list_set_workbench (self->attachments, workbench);
  if (workbench != NULL)
    {
      g_signal_connect_object (workbench, "notify::case-id", G_CALLBACK (detail_cb), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (workbench, "notify::detail", G_CALLBACK (detail_cb), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (workbench, "notify::directory", G_CALLBACK (detail_cb), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (workbench, "edit-reply", G_CALLBACK (csm_composer_edit_reply), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (workbench, "return-texts", G_CALLBACK (csm_composer_return_texts), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (workbench, "keep-texts", G_CALLBACK (csm_composer_flush), self, G_CONNECT_SWAPPED);
      csm_composer_watch_preferences (self);
      csm_live_place_follow (csm_workbench_get_live_place (workbench), gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->text)), CSM_LIVE_WRITING_REPLY);
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
  if (self->link_popover != NULL)
    gtk_widget_unparent (self->link_popover);
  g_clear_pointer (&self->when_popover, gtk_widget_unparent);
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
  g_clear_pointer (&self->sent_paragraphs, g_ptr_array_unref);
  g_clear_object (&self->editor);
  g_clear_pointer (&self->local, g_hash_table_unref);
  g_clear_pointer (&self->snippet_ids, g_hash_table_unref);
  g_clear_pointer (&self->article_ids, g_hash_table_unref);
  g_clear_pointer (&self->kept, g_hash_table_unref);
  g_clear_pointer (&self->saving, g_rc_box_release);
  g_free (self->case_id);
  g_free (self->based_on);
  g_free (self->signature);
  g_free (self->outsider_checked);
  g_free (self->outsider);
  g_free (self->lookalike);
  g_clear_pointer (&self->held_patch, json_object_unref);
  G_OBJECT_CLASS (csm_composer_parent_class)->finalize (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (widget_class, "/org/casement/Casement/ui/csm-composer.ui");
  gtk_widget_class_bind_template_child (widget_class, CsmComposer, stack);
  gtk_widget_class_bind_template_child (widget_class, CsmComposer, box);
  gtk_widget_class_bind_template_child (widget_class, CsmComposer, recipients);
  gtk_widget_class_bind_template_child (widget_class, CsmComposer, review_bar);
  gtk_widget_class_bind_template_child (widget_class, CsmComposer, draft_bar);
  gtk_widget_class_bind_template_child (widget_class, CsmComposer, text);
  gtk_widget_class_bind_template_child (widget_class, CsmComposer, placeholder);
  gtk_widget_class_bind_template_child (widget_class, CsmComposer, signature_label);
  gtk_widget_class_bind_template_child (widget_class, CsmComposer, attachments);
  gtk_widget_class_bind_template_child (widget_class, CsmComposer, attach_button);
  gtk_widget_class_bind_template_child (widget_class, CsmComposer, texts_button);
  gtk_widget_class_bind_template_child (widget_class, CsmComposer, texts_popover);
  gtk_widget_class_bind_template_child (widget_class, CsmComposer, ask_button);
  gtk_widget_class_bind_template_child (widget_class, CsmComposer, ask_popover);
  gtk_widget_class_bind_template_child (widget_class, CsmComposer, hint);
  gtk_widget_class_bind_template_child (widget_class, CsmComposer, send_button);
  gtk_widget_class_bind_template_child (widget_class, CsmComposer, closed_label);
  gtk_widget_class_bind_template_callback_full (widget_class, "update_actions", G_CALLBACK (csm_composer_update_actions));
  gtk_widget_class_bind_template_callback_full (widget_class, "text_picked_cb", G_CALLBACK (csm_composer_insert_text));
  gtk_widget_class_bind_template_callback_full (widget_class, "text_save_cb", G_CALLBACK (csm_composer_save_snippet));
  gtk_widget_class_bind_template_callback_full (widget_class, "text_article_cb", G_CALLBACK (csm_composer_write_article));
  gtk_widget_class_bind_template_callback_full (widget_class, "review_asked_cb", G_CALLBACK (csm_composer_ask_review));
  gtk_widget_class_bind_template_callback_full (widget_class, "review_answered_cb", G_CALLBACK (csm_composer_answer_review));
  gtk_widget_class_bind_template_callback (widget_class, key_pressed_cb);
  gtk_widget_class_bind_template_callback (widget_class, preedit_cb);
  csm_composer_bind_format (widget_class);
  csm_composer_bind_check (widget_class);
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
  g_type_ensure (CSM_TYPE_DRAFT_BAR);
  g_type_ensure (CSM_TYPE_FILE_LIST);
  g_type_ensure (CSM_TYPE_RECIPIENTS_BOX);
  g_type_ensure (CSM_TYPE_REVIEW_BAR);
  g_type_ensure (CSM_TYPE_REVIEW_POPOVER);
  g_type_ensure (CSM_TYPE_SNIPPET_POPOVER);
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
  self->snippet_ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->article_ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->local = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  gtk_widget_init_template (GTK_WIDGET (self));
  self->editor = csm_draft_editor_new (gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->text)));
  self->gutter = csm_draft_gutter_new (GTK_TEXT_VIEW (self->text), self->editor);
  gtk_text_view_set_gutter (GTK_TEXT_VIEW (self->text), GTK_TEXT_WINDOW_LEFT, self->gutter);
  csm_composer_watch_drafts (self);
  csm_composer_set_up_format (self);
  self->spelling = csm_spell_checker_attach (GTK_TEXT_VIEW (self->text), NULL);
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
  if (self->draft_id != 0 || csm_draft_editor_is_ready (self->editor))
    csm_composer_save_draft (self);
}
