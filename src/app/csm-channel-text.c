/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-channel-text.h"

struct _CsmChannelText
{
  AdwPreferencesRow  parent_instance;
  GtkWidget         *head;
  GtkLabel          *title_label;
  GtkButton         *remove_button;
  GtkWidget         *text_view;
  GtkTextBuffer     *buffer;
  GtkWidget         *preview_box;
  GtkLabel          *preview_label;
  GtkRevealer       *revealer;
  char              *saved;
  gboolean           setting;  /* not by a person */
};

enum { EDITED, SAVE, REMOVE, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (CsmChannelText, csm_channel_text, ADW_TYPE_PREFERENCES_ROW)

static gboolean
is_dirty (CsmChannelText *self)
{
  g_autofree char *text = csm_channel_text_dup_text (self);

  return g_strcmp0 (text, self->saved) != 0;
}

static void
changed_cb (CsmChannelText *self)
{
  gtk_revealer_set_reveal_child (self->revealer, !self->setting && is_dirty (self));
  g_signal_emit (self, signals[EDITED], 0);
}

static void
put (CsmChannelText *self,
     const char     *text)
{
  self->setting = TRUE;
  gtk_text_buffer_set_text (self->buffer, text, -1);
  self->setting = FALSE;
  gtk_revealer_set_reveal_child (self->revealer, FALSE);
}

static void
save_cb (CsmChannelText *self)
{
  csm_channel_text_flush (self);
}

static void
revert_cb (CsmChannelText *self)
{
  put (self, self->saved);
}

static void
remove_cb (CsmChannelText *self)
{
  g_signal_emit (self, signals[REMOVE], 0);
}

static gboolean
key_cb (CsmChannelText  *self,
        guint            keyval,
        guint            keycode,
        GdkModifierType  state)
{
  if ((keyval != GDK_KEY_Return && keyval != GDK_KEY_KP_Enter) || (state & GDK_CONTROL_MASK) == 0)
    return FALSE;
  csm_channel_text_flush (self);
  return TRUE;
}

static void
csm_channel_text_dispose (GObject *object)
{
  CsmChannelText *self = CSM_CHANNEL_TEXT (object);

  if (self->buffer != NULL)
    g_signal_handlers_disconnect_by_data (self->buffer, self);
  gtk_widget_dispose_template (GTK_WIDGET (self), CSM_TYPE_CHANNEL_TEXT);
  G_OBJECT_CLASS (csm_channel_text_parent_class)->dispose (object);
}

static void
csm_channel_text_finalize (GObject *object)
{
  CsmChannelText *self = CSM_CHANNEL_TEXT (object);

  g_free (self->saved);
  G_OBJECT_CLASS (csm_channel_text_parent_class)->finalize (object);
}

static void
csm_channel_text_class_init (CsmChannelTextClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = csm_channel_text_dispose;
  G_OBJECT_CLASS (klass)->finalize = csm_channel_text_finalize;
  signals[EDITED] = g_signal_new ("edited", CSM_TYPE_CHANNEL_TEXT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SAVE] = g_signal_new ("save", CSM_TYPE_CHANNEL_TEXT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[REMOVE] = g_signal_new ("remove", CSM_TYPE_CHANNEL_TEXT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/casement/Casement/ui/csm-channel-text.ui");
  gtk_widget_class_bind_template_child (widget_class, CsmChannelText, head);
  gtk_widget_class_bind_template_child (widget_class, CsmChannelText, title_label);
  gtk_widget_class_bind_template_child (widget_class, CsmChannelText, remove_button);
  gtk_widget_class_bind_template_child (widget_class, CsmChannelText, text_view);
  gtk_widget_class_bind_template_child (widget_class, CsmChannelText, buffer);
  gtk_widget_class_bind_template_child (widget_class, CsmChannelText, preview_box);
  gtk_widget_class_bind_template_child (widget_class, CsmChannelText, preview_label);
  gtk_widget_class_bind_template_child (widget_class, CsmChannelText, revealer);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, save_cb);
  gtk_widget_class_bind_template_callback (widget_class, revert_cb);
  gtk_widget_class_bind_template_callback (widget_class, remove_cb);
  gtk_widget_class_bind_template_callback (widget_class, key_cb);
}

static void
csm_channel_text_init (CsmChannelText *self)
{
  self->saved = g_strdup ("");
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * csm_channel_text_new:
 * @title: what the text is
 * @remove_label: (nullable): what the row's own button says; %NULL: there is none, and what is around the row shows the title
 *
 * Returns: (transfer floating): a row
 */
GtkWidget *
csm_channel_text_new (const char *title,
                      const char *remove_label)
{
  CsmChannelText *self = g_object_new (CSM_TYPE_CHANNEL_TEXT, "title", title, "use-markup", FALSE, NULL);

  gtk_label_set_text (self->title_label, title);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->text_view), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
  gtk_widget_set_visible (self->head, remove_label != NULL);
  if (remove_label != NULL)
    {
      gtk_button_set_label (self->remove_button, remove_label);
      gtk_button_set_use_underline (self->remove_button, TRUE);
      gtk_widget_set_visible (GTK_WIDGET (self->remove_button), TRUE);
    }
  return GTK_WIDGET (self);
}

/* What is kept. What a person is typing stays, and is compared with it from now on. */
void
csm_channel_text_set_text (CsmChannelText *self,
                           const char     *text)
{
  gboolean dirty;

  g_return_if_fail (CSM_IS_CHANNEL_TEXT (self));
  if (g_strcmp0 (text, self->saved) == 0)
    return;
  dirty = is_dirty (self);
  g_free (self->saved);
  self->saved = g_strdup (text);
  if (!dirty)
    put (self, text);
  else
    gtk_revealer_set_reveal_child (self->revealer, is_dirty (self));
}

/* Returns: (transfer full): what is typed */
char *
csm_channel_text_dup_text (CsmChannelText *self)
{
  GtkTextIter start;
  GtkTextIter end;

  g_return_val_if_fail (CSM_IS_CHANNEL_TEXT (self), NULL);
  gtk_text_buffer_get_bounds (self->buffer, &start, &end);
  return gtk_text_buffer_get_text (self->buffer, &start, &end, FALSE);
}

/* @preview: (nullable): what customers see; %NULL: nothing that would be worth showing */
void
csm_channel_text_set_preview (CsmChannelText *self,
                              const char     *preview)
{
  g_return_if_fail (CSM_IS_CHANNEL_TEXT (self));
  gtk_label_set_text (self->preview_label, preview != NULL ? preview : "");
  gtk_widget_set_visible (self->preview_box, preview != NULL && preview[0] != '\0');
}

void
csm_channel_text_set_can_remove (CsmChannelText *self,
                                 gboolean        can_remove)
{
  g_return_if_fail (CSM_IS_CHANNEL_TEXT (self));
  gtk_widget_set_visible (GTK_WIDGET (self->remove_button), can_remove);
}

/* Has what was typed kept; for when the page is left, too. */
void
csm_channel_text_flush (CsmChannelText *self)
{
  g_return_if_fail (CSM_IS_CHANNEL_TEXT (self));
  if (!is_dirty (self))
    return;
  g_free (self->saved);
  self->saved = csm_channel_text_dup_text (self);
  gtk_revealer_set_reveal_child (self->revealer, FALSE);
  g_signal_emit (self, signals[SAVE], 0);
}
