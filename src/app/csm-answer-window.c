/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-answer-window.h"

#include <glib/gi18n.h>

#include "csm-discussion.h"
#include "csm-json.h"

#define WIDTH 420
#define HEIGHT 520

struct _CsmAnswerWindow
{
  AdwWindow       parent_instance;
  CsmWorkbench   *workbench;   /* of its own: the main window may show another case */
  AdwWindowTitle *title;
  GtkWidget      *toasts;
  CsmDiscussion  *discussion;
  gboolean        leaving;     /* what was typed is being written down for the other window */
};

enum { OPEN_CASE, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (CsmAnswerWindow, csm_answer_window, ADW_TYPE_WINDOW)

static void
detail_cb (CsmAnswerWindow *self)
{
  CsmCaseDetail *detail = csm_workbench_get_detail (self->workbench);
  const char *subject = detail != NULL && detail->record != NULL ? csm_json_get_string (detail->record, "subject") : NULL;
  const char *customer = detail != NULL && detail->customer != NULL ? csm_json_get_string (detail->customer, "name") : NULL;
  g_autofree char *name = NULL;

  if (subject == NULL)
    return;
  name = g_strdup_printf (_("Answer colleagues: %s"), subject);
  gtk_window_set_title (GTK_WINDOW (self), name);
  adw_window_title_set_title (self->title, subject);
  adw_window_title_set_subtitle (self->title, customer != NULL ? customer : "");
}

static void
toast_cb (CsmAnswerWindow *self,
          AdwToast        *toast)
{
  adw_toast_overlay_add_toast (ADW_TOAST_OVERLAY (self->toasts), g_object_ref (toast));
}

/* The keys that mean this in the main window, and what notes do when they want their box. */
static void
note_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  csm_discussion_focus_box (CSM_ANSWER_WINDOW (widget)->discussion);
}

static void
kept_cb (gpointer data)
{
  g_autoptr (CsmAnswerWindow) self = data;
  g_autofree char *case_id = g_strdup (csm_answer_window_get_case_id (self));

  gtk_widget_set_sensitive (self->toasts, TRUE);
  /* Closed meanwhile. */
  if (case_id == NULL)
    return;
  g_signal_emit (self, signals[OPEN_CASE], 0, case_id);
  gtk_window_close (GTK_WINDOW (self));
}

/* With what was typed here: the other window reads it. */
static void
open_cb (CsmAnswerWindow *self)
{
  if (self->leaving)
    return;
  self->leaving = TRUE;
  gtk_widget_set_sensitive (self->toasts, FALSE);
  csm_discussion_flush_then (self->discussion, kept_cb, g_object_ref (self));
}

typedef struct
{
  CsmAnswerWindow *self;
  CsmWorkbench    *workbench;
} Yielding;

static void
yielded_cb (gpointer data)
{
  Yielding *yielding = data;
  g_autoptr (CsmAnswerWindow) self = yielding->self;
  g_autoptr (CsmWorkbench) workbench = yielding->workbench;
  g_autofree char *case_id = g_strdup (csm_answer_window_get_case_id (self));

  g_free (yielding);
  if (case_id == NULL)
    return;
  /* It may have read what was written down here before the last words were. */
  if (g_strcmp0 (csm_workbench_get_case_id (workbench), case_id) == 0)
    csm_workbench_reload_texts (workbench, case_id);
  gtk_window_close (GTK_WINDOW (self));
}

/* In two boxes for one note the last one would win. */
static void
yield_cb (GtkApplication *application,
          GParamSpec     *pspec,
          CsmWorkbench   *workbench)
{
  const char *case_id = csm_workbench_get_case_id (workbench);
  g_autoptr (GList) windows = g_list_copy (gtk_application_get_windows (application));

  for (GList *l = windows; case_id != NULL && l != NULL; l = l->next)
    {
      CsmAnswerWindow *self = CSM_IS_ANSWER_WINDOW (l->data) ? l->data : NULL;
      Yielding *yielding;

      if (self == NULL || self->leaving || g_strcmp0 (csm_answer_window_get_case_id (self), case_id) != 0)
        continue;
      yielding = g_new0 (Yielding, 1);
      yielding->self = g_object_ref (self);
      yielding->workbench = g_object_ref (workbench);
      self->leaving = TRUE;
      gtk_widget_set_sensitive (self->toasts, FALSE);
      csm_discussion_flush_then (self->discussion, yielded_cb, yielding);
    }
}

/**
 * csm_answer_window_watch:
 * @application: the app
 * @workbench: what its main window shows
 *
 * Has the main window take over what is written elsewhere about the case that it opens.
 */
void
csm_answer_window_watch (GtkApplication *application,
                         CsmWorkbench   *workbench)
{
  g_signal_connect_object (workbench, "notify::case-id", G_CALLBACK (yield_cb), application, G_CONNECT_SWAPPED);
}

static gboolean
csm_answer_window_close_request (GtkWindow *window)
{
  csm_discussion_flush (CSM_ANSWER_WINDOW (window)->discussion);
  return GTK_WINDOW_CLASS (csm_answer_window_parent_class)->close_request (window);
}

static void
csm_answer_window_dispose (GObject *object)
{
  CsmAnswerWindow *self = CSM_ANSWER_WINDOW (object);

  if (self->workbench != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->workbench, self);
      g_object_set (self->discussion, "workbench", NULL, NULL);
      csm_workbench_close (self->workbench);
    }
  g_clear_object (&self->workbench);
  G_OBJECT_CLASS (csm_answer_window_parent_class)->dispose (object);
}

static void
csm_answer_window_class_init (CsmAnswerWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = csm_answer_window_dispose;
  GTK_WINDOW_CLASS (klass)->close_request = csm_answer_window_close_request;
  signals[OPEN_CASE] = g_signal_new ("open-case", CSM_TYPE_ANSWER_WINDOW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  gtk_widget_class_install_action (widget_class, "win.note", NULL, note_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
csm_answer_window_init (CsmAnswerWindow *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *header = adw_header_bar_new ();
  GtkWidget *open = gtk_button_new_with_mnemonic (_("_Open Case"));

  self->title = ADW_WINDOW_TITLE (adw_window_title_new ("", ""));
  self->discussion = g_object_new (CSM_TYPE_DISCUSSION, "vexpand", TRUE, NULL);
  self->toasts = adw_toast_overlay_new ();
  g_signal_connect_object (open, "clicked", G_CALLBACK (open_cb), self, G_CONNECT_SWAPPED);
  adw_header_bar_set_title_widget (ADW_HEADER_BAR (header), GTK_WIDGET (self->title));
  adw_header_bar_pack_start (ADW_HEADER_BAR (header), open);
  gtk_widget_add_css_class (header, "flat");
  gtk_box_append (GTK_BOX (box), header);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->discussion));
  adw_toast_overlay_set_child (ADW_TOAST_OVERLAY (self->toasts), box);
  adw_window_set_content (ADW_WINDOW (self), self->toasts);
  gtk_widget_add_css_class (GTK_WIDGET (self), "answer-window");
  gtk_window_set_default_size (GTK_WINDOW (self), WIDTH, HEIGHT);
  gtk_window_set_title (GTK_WINDOW (self), _("Answer Colleagues"));
}

/**
 * csm_answer_window_new:
 * @application: the app
 * @account: where the case is
 * @settings: the app's
 * @case_id: a case
 *
 * Returns: (transfer none): a window, to be presented
 */
GtkWidget *
csm_answer_window_new (GtkApplication *application,
                       CsmAccount     *account,
                       GSettings      *settings,
                       const char     *case_id)
{
  CsmAnswerWindow *self = g_object_new (CSM_TYPE_ANSWER_WINDOW, "application", application, NULL);

  self->workbench = csm_workbench_new (account, settings);
  g_signal_connect_object (self->workbench, "notify::detail", G_CALLBACK (detail_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->workbench, "toast", G_CALLBACK (toast_cb), self, G_CONNECT_SWAPPED);
  g_object_set (self->discussion, "workbench", self->workbench, NULL);
  csm_workbench_open_case (self->workbench, case_id);
  csm_discussion_focus_box (self->discussion);
  return GTK_WIDGET (self);
}

const char *
csm_answer_window_get_case_id (CsmAnswerWindow *self)
{
  g_return_val_if_fail (CSM_IS_ANSWER_WINDOW (self), NULL);
  return self->workbench != NULL ? csm_workbench_get_case_id (self->workbench) : NULL;
}
