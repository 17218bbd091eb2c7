/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-comment-box-private.h"

#include <glib/gi18n.h>

#include "csm-note-undo.h"

#define DRAFT_DELAY_MS 400

enum { PROP_0, PROP_WORKBENCH, N_PROPS };
static GParamSpec *props[N_PROPS];
enum { POSTED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (CsmCommentBox, csm_comment_box, ADW_TYPE_BIN)

/* Returns: (transfer full): what is in the box */
char *
csm_comment_box_dup_text (CsmCommentBox *self)
{
  GtkTextIter start;
  GtkTextIter end;

  gtk_text_buffer_get_bounds (self->buffer, &start, &end);
  return gtk_text_buffer_get_text (self->buffer, &start, &end, TRUE);
}

/* --- mentions --------------------------------------------------------------------------------------------- */

static void
mention_action (GtkWidget  *widget,
                const char *name,
                GVariant   *parameter)
{
  CsmCommentBox *self = CSM_COMMENT_BOX (widget);
  GtkTextIter at;

  gtk_widget_grab_focus (GTK_WIDGET (self->text_view));
  gtk_text_buffer_get_iter_at_mark (self->buffer, &at, gtk_text_buffer_get_insert (self->buffer));
  if (gtk_text_iter_backward_char (&at) && !g_unichar_isspace (gtk_text_iter_get_char (&at)))
    gtk_text_buffer_insert_at_cursor (self->buffer, " ", -1);
  gtk_text_buffer_insert_at_cursor (self->buffer, "@", -1);
}

/* --- posting ----------------------------------------------------------------------------------------------- */

typedef struct
{
  CsmCommentBox *self;
  char          *case_id;
  char          *text;
  GPtrArray     *files;
  gboolean       new;
} Posting;

/* What could not be written comes back, before what is being written by now. */
static void
come_back (Posting *posting)
{
  CsmCommentBox *self = posting->self;
  gboolean here = g_strcmp0 (self->case_id, posting->case_id) == 0;
  g_autofree char *typed = here ? csm_comment_box_dup_text (self) : g_strdup (g_hash_table_lookup (self->texts, posting->case_id));
  g_autofree char *both = typed != NULL && typed[0] != '\0' ? g_strconcat (posting->text, "\n", typed, NULL) : g_strdup (posting->text);

  if (here && self->editing == NULL)
    {
      gtk_text_buffer_set_text (self->buffer, both, -1);
      csm_file_list_give_files (self->files, posting->files);
      return;
    }
  self->saves->failed = TRUE;
  if (!here)
    g_hash_table_replace (self->texts, g_strdup (posting->case_id), g_steal_pointer (&both));
}

static void
posted_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  Posting *posting = data;
  g_autoptr (GError) error = NULL;
  gint64 group = csm_workbench_perform_finish (CSM_WORKBENCH (source), result, &error);

  if (error == NULL && posting->new)
    csm_note_undo_remember (CSM_WORKBENCH (source), group, posting->case_id, posting->text);
  if (error != NULL)
    {
      g_warning ("Writing a note failed: %s", error->message);
      csm_workbench_say (CSM_WORKBENCH (source), _("The note could not be saved"));
      come_back (posting);
    }
  g_object_unref (posting->self);
  g_free (posting->case_id);
  g_free (posting->text);
  g_ptr_array_unref (posting->files);
  g_free (posting);
}

static CsmIntent *
make_intent (CsmCommentBox *self,
             const char    *text)
{
  CsmIntent *intent = csm_intent_new (self->editing != NULL ? _("Edit note") : _("Note to colleagues"));
  JsonObject *record = json_object_new ();
  g_autofree char *id = NULL;

  json_object_set_string_member (record, "body", text);
  json_object_set_object_member (record, "mentions", csm_comment_mention_read (self, text));
  if (self->editing != NULL)
    {
      csm_intent_update (intent, CSM_TYPE_ID_COMMENT, self->editing, record);
      return intent;
    }
  json_object_set_string_member (record, "caseId", self->case_id);
  if (self->reply_to != NULL)
    json_object_set_string_member (record, "inReplyTo", self->reply_to);
  if (!csm_file_list_is_empty (self->files))
    json_object_set_array_member (record, "attachments", csm_file_list_dup_attachments (self->files));
  id = csm_intent_create (intent, CSM_TYPE_ID_COMMENT, record);
  return intent;
}

static void
post_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  CsmCommentBox *self = CSM_COMMENT_BOX (widget);
  g_autofree char *text = g_strstrip (csm_comment_box_dup_text (self));
  gboolean new = self->editing == NULL;
  CsmIntent *intent;
  Posting *posting;

  if (text[0] == '\0' || self->case_id == NULL || self->workbench == NULL || !csm_file_list_is_ready (self->files))
    return;
  posting = g_new0 (Posting, 1);
  posting->self = g_object_ref (self);
  posting->case_id = g_strdup (self->case_id);
  posting->text = g_strdup (text);
  posting->new = new;
  intent = make_intent (self, text);
  posting->files = csm_file_list_take_files (self->files);
  csm_workbench_perform_async (self->workbench, intent, posted_cb, posting);
  csm_comment_box_take_aside (self);
  csm_comment_box_end_mode (self);
  csm_comment_box_save (self);
  if (new)
    g_signal_emit (self, signals[POSTED], 0);
}

static void
attach_action (GtkWidget  *widget,
               const char *name,
               GVariant   *parameter)
{
  csm_file_list_choose (CSM_COMMENT_BOX (widget)->files);
}

static void
cancel_action (GtkWidget  *widget,
               const char *name,
               GVariant   *parameter)
{
  csm_comment_box_cancel (CSM_COMMENT_BOX (widget));
}

/* --- typing ------------------------------------------------------------------------------------------------ */

static void
update_post (CsmCommentBox *self)
{
  g_autofree char *text = g_strstrip (csm_comment_box_dup_text (self));

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "comment-box.post",
                                 text[0] != '\0' && self->case_id != NULL && csm_file_list_is_ready (self->files));
}

static void
changed_cb (CsmCommentBox *self)
{
  g_autofree char *text = csm_comment_box_dup_text (self);

  gtk_widget_set_visible (self->placeholder, text[0] == '\0');
  update_post (self);
  csm_comment_mention_mark (self, text);
  self->dirty = TRUE;
  if (!self->filled)
    return;
  g_clear_handle_id (&self->draft_id, g_source_remove);
  self->draft_id = g_timeout_add (DRAFT_DELAY_MS, csm_comment_box_save_cb, self);
}

/* Comes after each change as well. */
static void
cursor_moved_cb (CsmCommentBox *self)
{
  if (self->popover != NULL)
    csm_comment_mention_complete (self);
}

static void
preedit_cb (CsmCommentBox *self,
            const char    *preedit)
{
  self->preediting = preedit[0] != '\0';
  gtk_widget_set_visible (self->placeholder, !self->preediting && gtk_text_buffer_get_char_count (self->buffer) == 0);
}

static gboolean
key_pressed_cb (CsmCommentBox         *self,
                guint                  keyval,
                guint                  keycode,
                GdkModifierType        state)
{
  gboolean enter = keyval == GDK_KEY_Return || keyval == GDK_KEY_KP_Enter || keyval == GDK_KEY_ISO_Enter;

  if (self->preediting)
    return GDK_EVENT_PROPAGATE;
  if (gtk_widget_get_visible (GTK_WIDGET (self->popover)) && (state & GDK_SHIFT_MASK) == 0
      && csm_mention_popover_key (self->popover, keyval))
    return GDK_EVENT_STOP;
  if (enter && (state & (GDK_SHIFT_MASK | GDK_CONTROL_MASK | GDK_ALT_MASK)) == 0)
    {
      gtk_widget_activate_action (GTK_WIDGET (self), "comment-box.post", NULL);
      return GDK_EVENT_STOP;
    }
  if (keyval == GDK_KEY_Escape && gtk_revealer_get_reveal_child (self->mode_revealer))
    {
      csm_comment_box_cancel (self);
      return GDK_EVENT_STOP;
    }
  return GDK_EVENT_PROPAGATE;
}

/* --- GObject ----------------------------------------------------------------------------------------------- */

static void
csm_comment_box_get_property (GObject    *object,
                              guint       id,
                              GValue     *value,
                              GParamSpec *pspec)
{
  if (id == PROP_WORKBENCH)
    g_value_set_object (value, CSM_COMMENT_BOX (object)->workbench);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
csm_comment_box_set_property (GObject      *object,
                              guint         id,
                              const GValue *value,
                              GParamSpec   *pspec)
{
  CsmCommentBox *self = CSM_COMMENT_BOX (object);

  if (id != PROP_WORKBENCH)
    {
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
  else if (self->workbench != g_value_get_object (value))
    {
      csm_comment_box_leave_case (self);
      g_hash_table_remove_all (self->texts);
      g_hash_table_remove_all (self->unread);
      g_hash_table_remove_all (self->edits);
      g_hash_table_remove_all (self->kept_files);
      csm_file_list_set_workbench (self->files, g_value_get_object (value));
      g_set_object (&self->workbench, g_value_get_object (value));
      g_signal_group_set_target (self->signals, self->workbench);
      csm_comment_box_follow_case (self);
      if (self->workbench != NULL)
        {
          csm_live_place_follow (csm_workbench_get_live_place (self->workbench), self->buffer, CSM_LIVE_WRITING_COMMENT);
          csm_spell_checker_set_settings (self->spelling, csm_workbench_get_settings (self->workbench));
          csm_comment_box_fill (self);
        }
      g_object_notify_by_pspec (object, pspec);
    }
}

static void
csm_comment_box_dispose (GObject *object)
{
  CsmCommentBox *self = CSM_COMMENT_BOX (object);

  g_clear_handle_id (&self->draft_id, g_source_remove);
  g_clear_object (&self->signals);
  g_clear_object (&self->workbench);
  if (self->popover != NULL)
    gtk_widget_unparent (GTK_WIDGET (self->popover));
  self->popover = NULL;
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), CSM_TYPE_COMMENT_BOX);
  G_OBJECT_CLASS (csm_comment_box_parent_class)->dispose (object);
}

static void
csm_comment_box_finalize (GObject *object)
{
  CsmCommentBox *self = CSM_COMMENT_BOX (object);

  g_clear_pointer (&self->texts, g_hash_table_unref);
  g_clear_pointer (&self->unread, g_hash_table_unref);
  g_clear_pointer (&self->edits, g_hash_table_unref);
  g_clear_pointer (&self->saves, g_rc_box_release);
  g_clear_pointer (&self->hints, g_ptr_array_unref);
  g_clear_pointer (&self->reasons, g_hash_table_unref);
  g_free (self->hinted);
  g_clear_pointer (&self->kept_files, g_hash_table_unref);
  g_clear_pointer (&self->aside_files, g_ptr_array_unref);
  g_free (self->case_id);
  g_free (self->reply_to);
  g_free (self->editing);
  g_free (self->unedited);
  g_free (self->aside);
  G_OBJECT_CLASS (csm_comment_box_parent_class)->finalize (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (widget_class, "/org/casement/Casement/ui/csm-comment-box.ui");
  gtk_widget_class_bind_template_child (widget_class, CsmCommentBox, text_view);
  gtk_widget_class_bind_template_child (widget_class, CsmCommentBox, buffer);
  gtk_widget_class_bind_template_child (widget_class, CsmCommentBox, placeholder);
  gtk_widget_class_bind_template_child (widget_class, CsmCommentBox, mode_revealer);
  gtk_widget_class_bind_template_child (widget_class, CsmCommentBox, mode_icon);
  gtk_widget_class_bind_template_child (widget_class, CsmCommentBox, mode_label);
  gtk_widget_class_bind_template_child (widget_class, CsmCommentBox, cancel_button);
  gtk_widget_class_bind_template_child (widget_class, CsmCommentBox, post_button);
  gtk_widget_class_bind_template_child (widget_class, CsmCommentBox, post_label);
  gtk_widget_class_bind_template_child (widget_class, CsmCommentBox, files);
  gtk_widget_class_bind_template_callback (widget_class, update_post);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, cursor_moved_cb);
  gtk_widget_class_bind_template_callback (widget_class, preedit_cb);
}

static void
csm_comment_box_class_init (CsmCommentBoxClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = csm_comment_box_dispose;
  object_class->finalize = csm_comment_box_finalize;
  object_class->get_property = csm_comment_box_get_property;
  object_class->set_property = csm_comment_box_set_property;
  props[PROP_WORKBENCH] = g_param_spec_object ("workbench", NULL, NULL, CSM_TYPE_WORKBENCH,
                                               G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, props);
  signals[POSTED] = g_signal_new ("posted", CSM_TYPE_COMMENT_BOX, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  g_type_ensure (CSM_TYPE_FILE_LIST);
  bind_template (widget_class);
  gtk_widget_class_install_action (widget_class, "comment-box.attach", NULL, attach_action);
  gtk_widget_class_install_action (widget_class, "comment-box.post", NULL, post_action);
  gtk_widget_class_install_action (widget_class, "comment-box.cancel", NULL, cancel_action);
  gtk_widget_class_install_action (widget_class, "comment-box.mention", NULL, mention_action);
}

static void
csm_comment_box_init (CsmCommentBox *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();
  GdkRGBA color = { 0.90f, 0.65f, 0.04f, 0.30f };

  self->reasons = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->texts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->unread = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->edits = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_strfreev);
  self->saves = g_rc_box_new0 (CsmNoteSaves);
  self->kept_files = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
  self->signals = g_signal_group_new (CSM_TYPE_WORKBENCH);
  g_signal_group_connect_swapped (self->signals, "notify::case-id", G_CALLBACK (csm_comment_box_follow_case), self);
  g_signal_group_connect_swapped (self->signals, "notify::detail", G_CALLBACK (csm_comment_box_fill), self);
  g_signal_group_connect_swapped (self->signals, "return-texts", G_CALLBACK (csm_comment_box_return_texts), self);
  g_signal_group_connect_swapped (self->signals, "keep-texts", G_CALLBACK (csm_comment_box_save), self);
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_text_buffer_create_tag (self->buffer, CSM_COMMENT_TAG_MENTION, "weight", PANGO_WEIGHT_SEMIBOLD, "background-rgba", &color, NULL);
  self->spelling = csm_spell_checker_attach (self->text_view, NULL);
  self->popover = CSM_MENTION_POPOVER (csm_mention_popover_new ());
  gtk_widget_set_parent (GTK_WIDGET (self->popover), GTK_WIDGET (self));
  g_signal_connect_swapped (self->popover, "picked", G_CALLBACK (csm_comment_mention_insert), self);
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (key_pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self->text_view), keys);
  gtk_widget_set_sensitive (GTK_WIDGET (self), FALSE);
  csm_comment_box_end_mode (self);
  changed_cb (self);
}

/* --- public ------------------------------------------------------------------------------------------------ */

void
csm_comment_box_focus (CsmCommentBox *self)
{
  g_return_if_fail (CSM_IS_COMMENT_BOX (self));
  gtk_widget_grab_focus (GTK_WIDGET (self->text_view));
}

/* Puts "@name " where the text is written, with the keyboard behind it. */
void
csm_comment_box_mention (CsmCommentBox *self,
                         const char    *name)
{
  g_autofree char *words = g_strdup_printf ("@%s ", name);
  GtkTextIter at;

  g_return_if_fail (CSM_IS_COMMENT_BOX (self));
  gtk_text_buffer_get_end_iter (self->buffer, &at);
  gtk_text_buffer_place_cursor (self->buffer, &at);
  if (gtk_text_iter_backward_char (&at) && !g_unichar_isspace (gtk_text_iter_get_char (&at)))
    gtk_text_buffer_insert_at_cursor (self->buffer, " ", -1);
  gtk_text_buffer_insert_at_cursor (self->buffer, words, -1);
  csm_comment_box_focus (self);
}

/* Puts @text on lines of its own behind what is written, with the keyboard behind it. */
void
csm_comment_box_quote (CsmCommentBox *self,
                       const char    *text)
{
  GtkTextIter at;

  g_return_if_fail (CSM_IS_COMMENT_BOX (self));
  gtk_text_buffer_get_end_iter (self->buffer, &at);
  gtk_text_buffer_place_cursor (self->buffer, &at);
  if (!gtk_text_iter_starts_line (&at))
    gtk_text_buffer_insert_at_cursor (self->buffer, "\n", -1);
  gtk_text_buffer_insert_at_cursor (self->buffer, text, -1);
  csm_comment_box_focus (self);
}
