/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-sheet.h"

#include <glib/gi18n.h>

#include "csm-action-fold.h"
#include "csm-toast.h"

#define WIDTH 480
#define HEIGHT 620

struct _CsmSheet
{
  AdwWindow        parent_instance;
  AdwHeaderBar    *header;
  GtkWidget       *cancel;
  GtkWidget       *action;
  AdwToastOverlay *toasts;
  gboolean         unsaved;   /* words that are nowhere else */
};

enum { DONE, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (CsmSheet, csm_sheet, ADW_TYPE_WINDOW)

static void
action_cb (CsmSheet *self)
{
  g_signal_emit (self, signals[DONE], 0);
}

static void
discard_cb (CsmSheet *self)
{
  gtk_window_destroy (GTK_WINDOW (self));
}

static gboolean
csm_sheet_close_request (GtkWindow *window)
{
  CsmSheet *self = CSM_SHEET (window);
  GtkWidget *dialog;

  if (!self->unsaved)
    return GTK_WINDOW_CLASS (csm_sheet_parent_class)->close_request (window);
  dialog = adw_message_dialog_new (window, _("Discard What Was Written?"), _("It is nowhere else."));
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "keep", _("_Go On Writing"), "discard", _("_Discard"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "discard", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "keep");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "keep");
  g_signal_connect_object (dialog, "response::discard", G_CALLBACK (discard_cb), self, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
  return TRUE;
}

static void
csm_sheet_class_init (CsmSheetClass *klass)
{
  GTK_WINDOW_CLASS (klass)->close_request = csm_sheet_close_request;
  signals[DONE] = g_signal_new ("done", CSM_TYPE_SHEET, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_add_binding_action (GTK_WIDGET_CLASS (klass), GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
csm_sheet_init (CsmSheet *self)
{
}

static GtkWidget *
create_page (GtkWidget *content)
{
  GtkWidget *scrolled = gtk_scrolled_window_new ();
  GtkWidget *clamp = adw_clamp_new ();

  adw_clamp_set_maximum_size (ADW_CLAMP (clamp), 560);
  adw_clamp_set_child (ADW_CLAMP (clamp), content);
  gtk_widget_add_css_class (content, "sheet-page");
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), clamp);
  gtk_widget_set_vexpand (scrolled, TRUE);
  return scrolled;
}

/**
 * csm_sheet_new:
 * @from: a widget in the window that it belongs to, or that window
 * @title: what it is about
 * @content: what is on it
 *
 * Returns: (transfer none): a sheet, not shown yet
 */
CsmSheet *
csm_sheet_new (GtkWidget  *from,
               const char *title,
               GtkWidget  *content)
{
  CsmSheet *self = g_object_new (CSM_TYPE_SHEET, "title", title, "modal", TRUE, NULL);
  GtkWidget *root = from != NULL ? GTK_WIDGET (gtk_widget_get_root (from)) : NULL;
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  int width = WIDTH;
  int height = HEIGHT;

  if (root != NULL && GTK_IS_WINDOW (root))
    {
      gtk_window_set_transient_for (GTK_WINDOW (self), GTK_WINDOW (root));
      if (gtk_widget_get_width (root) > 0)
        width = MIN (WIDTH, gtk_widget_get_width (root));
      if (gtk_widget_get_height (root) > 0)
        height = MAX (360, MIN (HEIGHT, gtk_widget_get_height (root) - 60));
    }
  gtk_window_set_default_size (GTK_WINDOW (self), width, height);
  self->header = ADW_HEADER_BAR (adw_header_bar_new ());
  self->toasts = ADW_TOAST_OVERLAY (adw_toast_overlay_new ());
  gtk_widget_add_css_class (GTK_WIDGET (self->header), "flat");
  adw_toast_overlay_set_child (self->toasts, create_page (content));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->header));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->toasts));
  gtk_widget_set_vexpand (GTK_WIDGET (self->toasts), TRUE);
  adw_window_set_content (ADW_WINDOW (self), box);
  return self;
}

/* The one thing to do; without it there is only a close button. */
void
csm_sheet_set_action (CsmSheet   *self,
                      const char *label)
{
  g_return_if_fail (CSM_IS_SHEET (self) && self->action == NULL);
  adw_header_bar_set_show_end_title_buttons (self->header, FALSE);
  adw_header_bar_set_show_start_title_buttons (self->header, FALSE);
  self->cancel = gtk_button_new_with_mnemonic (_("_Cancel"));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->cancel), "window.close");
  self->action = gtk_button_new_with_mnemonic (label);
  gtk_widget_add_css_class (self->action, "suggested-action");
  g_signal_connect_swapped (self->action, "clicked", G_CALLBACK (action_cb), self);
  adw_header_bar_pack_start (self->header, self->cancel);
  adw_header_bar_pack_end (self->header, self->action);
  csm_action_fold (self->action);
}

/* Whether it can be done now. @why_not: (nullable): said to those who point at it */
void
csm_sheet_set_ready (CsmSheet   *self,
                     gboolean    ready,
                     const char *why_not)
{
  g_return_if_fail (CSM_IS_SHEET (self));
  if (self->action == NULL)
    return;
  gtk_widget_set_sensitive (self->action, ready);
  gtk_widget_set_tooltip_text (self->action, ready ? NULL : why_not);
}

/* Whether there are words on it that are nowhere else: who closes it is asked first. */
void
csm_sheet_set_unsaved (CsmSheet *self,
                       gboolean  unsaved)
{
  g_return_if_fail (CSM_IS_SHEET (self));
  self->unsaved = unsaved;
}

/* Something else to do, beside the title. */
void
csm_sheet_add_button (CsmSheet  *self,
                      GtkWidget *button)
{
  g_return_if_fail (CSM_IS_SHEET (self));
  adw_header_bar_pack_end (self->header, button);
}

/* Says one sentence on the sheet. */
void
csm_sheet_toast (CsmSheet   *self,
                 const char *text)
{
  g_return_if_fail (CSM_IS_SHEET (self));
  adw_toast_overlay_add_toast (self->toasts, csm_toast_new (text));
}

/* Returns: (transfer none) (nullable): the sheet that @content is on */
CsmSheet *
csm_sheet_of (GtkWidget *content)
{
  GtkRoot *root = gtk_widget_get_root (content);

  return root != NULL && CSM_IS_SHEET (root) ? CSM_SHEET (root) : NULL;
}
