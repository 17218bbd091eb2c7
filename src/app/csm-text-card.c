/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-text-card.h"

#define HEIGHT_MAX 220

struct _CsmTextCard
{
  AdwBin             parent_instance;
  GtkWidget         *view;
  GtkTextBuffer     *buffer;
  GtkWidget         *placeholder;
  GtkScrolledWindow *scrolled;
};

enum { CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (CsmTextCard, csm_text_card, ADW_TYPE_BIN)

static void
changed_cb (CsmTextCard *self)
{
  gtk_widget_set_visible (self->placeholder, gtk_text_buffer_get_char_count (self->buffer) == 0);
  g_signal_emit (self, signals[CHANGED], 0);
}

static gboolean
csm_text_card_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (CSM_TEXT_CARD (widget)->view);
}

static void
csm_text_card_class_init (CsmTextCardClass *klass)
{
  GTK_WIDGET_CLASS (klass)->grab_focus = csm_text_card_grab_focus;
  signals[CHANGED] = g_signal_new ("changed", CSM_TYPE_TEXT_CARD, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
csm_text_card_init (CsmTextCard *self)
{
  GtkTextView *view = GTK_TEXT_VIEW (gtk_text_view_new ());
  GtkWidget *overlay = gtk_overlay_new ();
  GtkWidget *placeholder = g_object_new (GTK_TYPE_LABEL, "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION, "xalign", 0.0, "wrap", TRUE,
                                         "valign", GTK_ALIGN_START, "can-target", FALSE, "margin-start", 12, "margin-end", 12, "margin-top", 9,
                                         "margin-bottom", 9, NULL);

  self->view = GTK_WIDGET (view);
  self->buffer = gtk_text_view_get_buffer (view);
  self->placeholder = placeholder;
  self->scrolled = GTK_SCROLLED_WINDOW (gtk_scrolled_window_new ());
  gtk_text_view_set_wrap_mode (view, GTK_WRAP_WORD_CHAR);
  gtk_text_view_set_accepts_tab (view, FALSE);
  gtk_text_view_set_left_margin (view, 12);
  gtk_text_view_set_right_margin (view, 12);
  gtk_text_view_set_top_margin (view, 9);
  gtk_text_view_set_bottom_margin (view, 9);
  gtk_scrolled_window_set_policy (self->scrolled, GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height (self->scrolled, TRUE);
  gtk_scrolled_window_set_max_content_height (self->scrolled, HEIGHT_MAX);
  gtk_scrolled_window_set_child (self->scrolled, self->view);
  gtk_widget_add_css_class (GTK_WIDGET (self->scrolled), "text-card");
  gtk_widget_add_css_class (placeholder, "dim-label");
  gtk_overlay_set_child (GTK_OVERLAY (overlay), GTK_WIDGET (self->scrolled));
  gtk_overlay_add_overlay (GTK_OVERLAY (overlay), placeholder);
  gtk_overlay_set_measure_overlay (GTK_OVERLAY (overlay), placeholder, TRUE);
  adw_bin_set_child (ADW_BIN (self), overlay);
  g_signal_connect_object (self->buffer, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
}

/**
 * csm_text_card_new:
 * @label: what it is, for who can't see it
 * @placeholder: (nullable): what to write there
 *
 * Returns: (transfer none): a card without text
 */
GtkWidget *
csm_text_card_new (const char *label,
                   const char *placeholder)
{
  CsmTextCard *self = g_object_new (CSM_TYPE_TEXT_CARD, NULL);

  gtk_label_set_text (GTK_LABEL (self->placeholder), placeholder != NULL ? placeholder : "");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->view), GTK_ACCESSIBLE_PROPERTY_LABEL, label, GTK_ACCESSIBLE_PROPERTY_MULTI_LINE, TRUE, -1);
  return GTK_WIDGET (self);
}

/* @text: (nullable): all of it */
void
csm_text_card_set_text (CsmTextCard *self,
                        const char  *text)
{
  g_return_if_fail (CSM_IS_TEXT_CARD (self));
  gtk_text_buffer_set_text (self->buffer, text != NULL ? text : "", -1);
}

/* Returns: (transfer full): the text, without space around it */
char *
csm_text_card_dup_text (CsmTextCard *self)
{
  GtkTextIter start;
  GtkTextIter end;

  g_return_val_if_fail (CSM_IS_TEXT_CARD (self), NULL);
  gtk_text_buffer_get_bounds (self->buffer, &start, &end);
  return g_strstrip (gtk_text_buffer_get_text (self->buffer, &start, &end, FALSE));
}

/* It is at least so high, in pixels. */
void
csm_text_card_set_height (CsmTextCard *self,
                          int          height)
{
  g_return_if_fail (CSM_IS_TEXT_CARD (self));
  gtk_scrolled_window_set_min_content_height (self->scrolled, height);
}
