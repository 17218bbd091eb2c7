/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-review-case.h"

#include <glib/gi18n.h>

#include "csm-json.h"
#include "csm-later-line.h"
#include "csm-review-card.h"
#include "csm-time.h"
#include "csm-unknown-line.h"
#include "csm-waiting-row.h"

/* Of a case's messages only the newest are asked for: what came meanwhile is among them. */
#define MESSAGES 10
/* By which a reply is recognized */
#define REPLY_LINES 3

struct _CsmReviewCase
{
  AdwBin        parent_instance;
  CsmWorkbench *workbench;
  GCancellable *cancellable;
  char         *case_id;   /* NULL: of no case */
  GtkWidget    *head;
  GtkLabel     *subject;
  GtkLabel     *customer;
  GtkWidget    *cards;
  GtkListBox   *waiting;
};

enum { OPENED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (CsmReviewCase, csm_review_case, ADW_TYPE_BIN)

static void
opened_cb (CsmReviewCase *self)
{
  g_signal_emit (self, signals[OPENED], 0);
}

static void
head_clicked_cb (CsmReviewCase *self)
{
  csm_workbench_show_case (self->workbench, self->case_id);
  opened_cb (self);
}

static void
name_case (CsmReviewCase *self,
           const char    *subject,
           const char    *customer)
{
  g_autofree char *label = NULL;

  if (subject == NULL || subject[0] == '\0')
    subject = _("No subject");
  gtk_label_set_text (self->subject, subject);
  gtk_label_set_text (self->customer, customer != NULL ? customer : "");
  gtk_widget_set_visible (GTK_WIDGET (self->customer), customer != NULL && customer[0] != '\0');
  label = g_strdup_printf (_("Open the case “%s”"), subject);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->head), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
}

static void
detail_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr (CsmReviewCase) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (CsmCaseDetail) detail = csm_cache_load_case_finish (CSM_CACHE (source), result, &error);
  GtkWidget *next;

  if (detail == NULL || self->workbench == NULL)
    return;
  if (detail->record == NULL)
    {
      name_case (self, _("A case that does not exist any more"), NULL);
      gtk_widget_set_sensitive (self->head, FALSE);
      return;
    }
  name_case (self, csm_json_get_string (detail->record, "subject"),
             detail->customer != NULL ? csm_json_get_string (detail->customer, "name") : NULL);
  for (GtkWidget *card = gtk_widget_get_first_child (self->cards); card != NULL; card = next)
    {
      next = gtk_widget_get_next_sibling (card);
      if (CSM_IS_REVIEW_CARD (card))
        csm_review_card_set_newer (CSM_REVIEW_CARD (card), detail);
    }
}

static void
add (CsmReviewCase *self,
     CsmOperation  *op)
{
  GtkWidget *widget;

  if (op->state == CSM_OP_PARKED)
    {
      widget = csm_review_card_new (self->workbench, op);
      gtk_box_append (GTK_BOX (self->cards), widget);
      gtk_widget_set_visible (self->cards, TRUE);
    }
  else
    {
      widget = csm_waiting_row_new (self->workbench, op);
      gtk_list_box_append (self->waiting, widget);
      gtk_widget_set_visible (GTK_WIDGET (self->waiting), TRUE);
    }
  g_signal_connect_object (widget, "opened", G_CALLBACK (opened_cb), self, G_CONNECT_SWAPPED);
}

static void
csm_review_case_dispose (GObject *object)
{
  CsmReviewCase *self = CSM_REVIEW_CASE (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->workbench);
  /* The bin would unparent once more what the template lets go. */
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), CSM_TYPE_REVIEW_CASE);
  G_OBJECT_CLASS (csm_review_case_parent_class)->dispose (object);
}

static void
csm_review_case_finalize (GObject *object)
{
  g_free (CSM_REVIEW_CASE (object)->case_id);
  G_OBJECT_CLASS (csm_review_case_parent_class)->finalize (object);
}

static void
csm_review_case_class_init (CsmReviewCaseClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = csm_review_case_dispose;
  G_OBJECT_CLASS (klass)->finalize = csm_review_case_finalize;
  signals[OPENED] = g_signal_new ("opened", CSM_TYPE_REVIEW_CASE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/casement/Casement/ui/csm-review-case.ui");
  gtk_widget_class_bind_template_child (widget_class, CsmReviewCase, head);
  gtk_widget_class_bind_template_child (widget_class, CsmReviewCase, subject);
  gtk_widget_class_bind_template_child (widget_class, CsmReviewCase, customer);
  gtk_widget_class_bind_template_child (widget_class, CsmReviewCase, cards);
  gtk_widget_class_bind_template_child (widget_class, CsmReviewCase, waiting);
  gtk_widget_class_bind_template_callback (widget_class, head_clicked_cb);
}

static void
csm_review_case_init (CsmReviewCase *self)
{
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * csm_review_case_new:
 * @workbench: the window's workbench
 * @case_id: (nullable): the case; %NULL for what belongs to none
 * @ops: (element-type CsmOperation): what waits in it; taken out of the array
 *
 * Returns: (transfer floating): the widget
 */
GtkWidget *
csm_review_case_new (CsmWorkbench *workbench,
                     const char   *case_id,
                     GPtrArray    *ops)
{
  CsmReviewCase *self = g_object_new (CSM_TYPE_REVIEW_CASE, NULL);

  self->workbench = g_object_ref (workbench);
  self->case_id = g_strdup (case_id);
  while (ops->len > 0)
    add (self, g_ptr_array_steal_index (ops, 0));
  name_case (self, case_id != NULL ? "…" : _("Beside the cases"), NULL);
  gtk_widget_set_sensitive (self->head, case_id != NULL);
  if (case_id != NULL)
    csm_cache_load_case_async (csm_workbench_get_cache (workbench), case_id, CSM_TIME_NONE, MESSAGES, self->cancellable,
                               detail_cb, g_object_ref (self));
  return GTK_WIDGET (self);
}

/**
 * csm_review_case_add_reply:
 * @self: the widget
 * @message: a Message of which nobody knows whether it was delivered
 *
 * Adds its beginning, and what a person can say about it.
 */
void
csm_review_case_add_reply (CsmReviewCase *self,
                           JsonObject    *message)
{
  const char *body = csm_json_get_string (message, "textBody");
  GtkWidget *text = gtk_label_new (NULL);

  g_return_if_fail (CSM_IS_REVIEW_CASE (self));
  gtk_label_set_text (GTK_LABEL (text), body != NULL ? body : "");
  gtk_label_set_xalign (GTK_LABEL (text), 0);
  gtk_label_set_wrap (GTK_LABEL (text), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (text), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_ellipsize (GTK_LABEL (text), PANGO_ELLIPSIZE_END);
  gtk_label_set_lines (GTK_LABEL (text), REPLY_LINES);
  gtk_box_append (GTK_BOX (self->cards), text);
  gtk_box_append (GTK_BOX (self->cards), csm_later_is (message) ? csm_later_line_new (self->workbench, message, 0)
                                                                : csm_unknown_line_new (self->workbench, message));
  gtk_widget_set_visible (self->cards, TRUE);
}
