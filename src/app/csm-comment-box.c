/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#define G_LOG_DOMAIN "csm-app"
#include "config.h"

#include "csm-comment-box-private.h"

#include <glib/gi18n.h>
#include <string.h>

#include "csm-id.h"
#include "csm-json.h"
#include "csm-markdown.h"
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

/* --- drafts ------------------------------------------------------------------------------------------------ */

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
static void
save_note (CsmCommentBox *self)
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

static gboolean
draft_timeout_cb (gpointer data)
{
  CsmCommentBox *self = data;

  self->draft_id = 0;
  save_note (self);
  return G_SOURCE_REMOVE;
}

/* --- reply and edit ---------------------------------------------------------------------------------------- */

static void
set_mode (CsmCommentBox *self,
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

static void
end_mode (CsmCommentBox *self)
{
  g_clear_pointer (&self->reply_to, g_free);
  g_clear_pointer (&self->editing, g_free);
  g_clear_pointer (&self->unedited, g_free);
  set_mode (self, NULL, NULL);
}

/* What an edit had put aside is in the box again. */
static void
take_aside (CsmCommentBox *self)
{
  g_autofree char *aside = g_steal_pointer (&self->aside);

  g_autoptr (GPtrArray) files = g_steal_pointer (&self->aside_files);

  gtk_text_buffer_set_text (self->buffer, aside != NULL ? aside : "", -1);
  if (files != NULL)
    csm_file_list_give_files (self->files, files);
}

/* An edit that is given up leaves nothing behind; an answer keeps its words. */
static void
cancel (CsmCommentBox *self)
{
  if (self->editing != NULL)
    take_aside (self);
  end_mode (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->text_view));
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
  take_aside (self);
  end_mode (self);
  save_note (self);
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
  cancel (CSM_COMMENT_BOX (widget));
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
  self->draft_id = g_timeout_add (DRAFT_DELAY_MS, draft_timeout_cb, self);
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
      cancel (self);
      return GDK_EVENT_STOP;
    }
  return GDK_EVENT_PROPAGATE;
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

static void
leave_case (CsmCommentBox *self)
{
  save_note (self);
  if (self->case_id == NULL)
    return;
  keep_here (self);
  g_hash_table_replace (self->kept_files, g_steal_pointer (&self->case_id),
                        self->aside_files != NULL ? g_steal_pointer (&self->aside_files) : csm_file_list_take_files (self->files));
  g_clear_pointer (&self->aside, g_free);
  end_mode (self);
  self->filled = FALSE;
  gtk_text_buffer_set_text (self->buffer, "", 0);
  self->dirty = FALSE;
}

static void
begin_edit (CsmCommentBox *self,
            const char    *id,
            const char    *text)
{
  if (self->editing == NULL)
    {
      self->aside = csm_comment_box_dup_text (self);
      self->aside_files = csm_file_list_take_files (self->files);
    }
  end_mode (self);
  self->editing = g_strdup (id);
  self->unedited = g_strdup (text);
  set_mode (self, "document-edit-symbolic", _("Editing your note"));
  gtk_text_buffer_set_text (self->buffer, text, -1);
}

/* What was being changed when the case was left. */
static void
resume_edit (CsmCommentBox *self)
{
  g_autofree char *key = NULL;
  g_auto (GStrv) edit = NULL;

  if (!g_hash_table_steal_extended (self->edits, self->case_id, (gpointer *) &key, (gpointer *) &edit))
    return;
  begin_edit (self, edit[0], edit[1]);
  /* Left once more it is still a change. */
  g_clear_pointer (&self->unedited, g_free);
}

/* Each case keeps what was typed for it. */
static void
case_changed_cb (CsmCommentBox *self)
{
  const char *case_id = self->workbench != NULL ? csm_workbench_get_case_id (self->workbench) : NULL;
  g_autofree char *kept = NULL;
  g_autofree char *key = NULL;
  GPtrArray *files;

  if (g_strcmp0 (case_id, self->case_id) == 0)
    return;
  leave_case (self);
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
  set_mode (self, "mail-reply-sender-symbolic", _("Reply to a note"));
}

/* What was kept from an earlier day, and what was typed while it was being read. */
static void
detail_cb (CsmCommentBox *self)
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
static void
return_texts_cb (CsmCommentBox       *self,
                 const CsmCaseDetail *detail)
{
  g_autofree char *typed = NULL;

  if (detail->note_draft == NULL || g_strcmp0 (csm_json_get_string (detail->record, "id"), self->case_id) != 0)
    return;
  cancel (self);
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
      leave_case (self);
      g_hash_table_remove_all (self->texts);
      g_hash_table_remove_all (self->unread);
      g_hash_table_remove_all (self->edits);
      g_hash_table_remove_all (self->kept_files);
      csm_file_list_set_workbench (self->files, g_value_get_object (value));
      g_set_object (&self->workbench, g_value_get_object (value));
      g_signal_group_set_target (self->signals, self->workbench);
      case_changed_cb (self);
      if (self->workbench != NULL)
        {
          csm_live_place_follow (csm_workbench_get_live_place (self->workbench), self->buffer, CSM_LIVE_WRITING_COMMENT);
          detail_cb (self);
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
  g_signal_group_connect_swapped (self->signals, "notify::case-id", G_CALLBACK (case_changed_cb), self);
  g_signal_group_connect_swapped (self->signals, "notify::detail", G_CALLBACK (detail_cb), self);
  g_signal_group_connect_swapped (self->signals, "return-texts", G_CALLBACK (return_texts_cb), self);
  g_signal_group_connect_swapped (self->signals, "keep-texts", G_CALLBACK (save_note), self);
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_text_buffer_create_tag (self->buffer, CSM_COMMENT_TAG_MENTION, "weight", PANGO_WEIGHT_SEMIBOLD, "background-rgba", &color, NULL);
  self->popover = CSM_MENTION_POPOVER (csm_mention_popover_new ());
  gtk_widget_set_parent (GTK_WIDGET (self->popover), GTK_WIDGET (self));
  g_signal_connect_swapped (self->popover, "picked", G_CALLBACK (csm_comment_mention_insert), self);
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (key_pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self->text_view), keys);
  gtk_widget_set_sensitive (GTK_WIDGET (self), FALSE);
  end_mode (self);
  changed_cb (self);
}

/* --- public ------------------------------------------------------------------------------------------------ */

void
csm_comment_box_focus (CsmCommentBox *self)
{
  g_return_if_fail (CSM_IS_COMMENT_BOX (self));
  gtk_widget_grab_focus (GTK_WIDGET (self->text_view));
}

/* Keeps what was typed, at once: before the window closes. */
void
csm_comment_box_flush (CsmCommentBox *self)
{
  g_return_if_fail (CSM_IS_COMMENT_BOX (self));
  if (self->draft_id != 0)
    save_note (self);
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
  save_note (self);
  tell_done (self->saves);
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
    take_aside (self);
  end_mode (self);
  self->reply_to = g_strdup (csm_json_get_string (comment, "id"));
  set_mode (self, "mail-reply-sender-symbolic", words);
  csm_comment_box_focus (self);
}

/* What is written next replaces @comment's text. */
void
csm_comment_box_edit (CsmCommentBox *self,
                      JsonObject    *comment)
{
  const char *body = csm_json_get_string (comment, "body");

  g_return_if_fail (CSM_IS_COMMENT_BOX (self));
  begin_edit (self, csm_json_get_string (comment, "id"), body != NULL ? body : "");
  csm_comment_box_focus (self);
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
