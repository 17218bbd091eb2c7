/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-case-review.h"

#include <glib/gi18n.h>

#include "csm-claim-notice.h"
#include "csm-review-card.h"

struct _CsmCaseReview
{
  AdwBin         parent_instance;
  CsmWorkbench  *workbench;
  GCancellable  *cancellable;
  CsmReviewCard *card;      /* of the oldest; NULL: none */
  GtkWidget     *box;
  GtkWidget     *more_button;
  char          *case_id;   /* whose card that is */
  CsmClaimNotice *claims;
  gboolean       loading;
  gboolean       dirty;
};

enum { PROP_0, PROP_WORKBENCH, N_PROPS };
static GParamSpec *props[N_PROPS];

static void load (CsmCaseReview *self);

G_DEFINE_FINAL_TYPE (CsmCaseReview, csm_case_review, ADW_TYPE_BIN)

static void
clear (CsmCaseReview *self)
{
  if (self->card != NULL)
    gtk_box_remove (GTK_BOX (self->box), GTK_WIDGET (self->card));
  self->card = NULL;
  g_clear_pointer (&self->case_id, g_free);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

static gboolean
is_for_here (CsmCaseReview      *self,
             const CsmOperation *op)
{
  return op->state == CSM_OP_PARKED && op->type != CSM_TYPE_ID_SUBMISSION
         && g_strcmp0 (op->case_id, csm_workbench_get_case_id (self->workbench)) == 0;
}

static void
show (CsmCaseReview *self,
      GPtrArray     *ops)
{
  CsmOperation *first = NULL;
  guint n = 0;
  g_autofree char *more = NULL;

  for (guint i = ops->len; i-- > 0;)
    if (is_for_here (self, ops->pdata[i]))
      {
        g_clear_pointer (&first, csm_operation_free);
        first = g_ptr_array_steal_index (ops, i);
        n++;
      }
  if (first == NULL)
    {
      clear (self);
      return;
    }
  more = g_strdup_printf (ngettext ("%u More Change of This Case", "%u More Changes of This Case", n - 1), n - 1);
  gtk_button_set_label (GTK_BUTTON (self->more_button), more);
  gtk_widget_set_visible (self->more_button, n > 1);
  gtk_widget_set_visible (GTK_WIDGET (self), TRUE);
  if (self->card != NULL && csm_review_card_get_seq (self->card) == first->seq && gtk_widget_get_sensitive (GTK_WIDGET (self->card)))
    {
      csm_operation_free (first);
      return;
    }
  if (self->card != NULL)
    gtk_box_remove (GTK_BOX (self->box), GTK_WIDGET (self->card));
  g_free (self->case_id);
  self->case_id = g_strdup (first->case_id);
  self->card = CSM_REVIEW_CARD (csm_review_card_new (self->workbench, first));
  gtk_box_prepend (GTK_BOX (self->box), GTK_WIDGET (self->card));
}

static void
loaded_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr (CsmCaseReview) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) ops = csm_cache_list_outbox_finish (CSM_CACHE (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  self->loading = FALSE;
  if (ops != NULL)
    csm_claim_notice_look (self->claims, self->workbench, ops);
  if (ops == NULL)
    g_warning ("Reading what waits failed: %s", error->message);
  else
    show (self, ops);
  if (self->dirty)
    load (self);
}

static void
load (CsmCaseReview *self)
{
  guint parked = 0;

  self->dirty = self->loading;
  if (self->loading || csm_workbench_get_cache (self->workbench) == NULL)
    return;
  /* Mostly nothing does, and then what waits may go by the hundred. */
  g_object_get (csm_workbench_get_account (self->workbench), "parked", &parked, NULL);
  if (parked == 0)
    {
      clear (self);
      return;
    }
  self->loading = TRUE;
  csm_cache_list_outbox_async (csm_workbench_get_cache (self->workbench), self->cancellable, loaded_cb, g_object_ref (self));
}

/* A card of another case is gone at once, not a moment later. */
static void
case_cb (CsmCaseReview *self)
{
  const char *case_id = csm_workbench_get_case_id (self->workbench);

  if (g_strcmp0 (self->case_id, case_id) != 0)
    clear (self);
  if (case_id != NULL)
    load (self);
}

static void
stop (CsmCaseReview *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->loading = FALSE;
  if (self->workbench == NULL)
    return;
  g_signal_handlers_disconnect_by_data (self->workbench, self);
  g_signal_handlers_disconnect_by_data (csm_workbench_get_account (self->workbench), self);
  g_signal_handlers_disconnect_by_data (csm_account_get_cache (csm_workbench_get_account (self->workbench)), self);
}

static void
set_workbench (CsmCaseReview *self,
               CsmWorkbench  *workbench)
{
  if (self->workbench == workbench)
    return;
  stop (self);
  clear (self);
  g_set_object (&self->workbench, workbench);
  if (workbench != NULL)
    {
      self->cancellable = g_cancellable_new ();
      g_signal_connect_object (workbench, "notify::case-id", G_CALLBACK (case_cb), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (csm_workbench_get_account (workbench), "notify::parked", G_CALLBACK (load), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (csm_workbench_get_cache (workbench), "outbox-changed", G_CALLBACK (load), self, G_CONNECT_SWAPPED);
      case_cb (self);
    }
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_WORKBENCH]);
}

static void
csm_case_review_get_property (GObject    *object,
                              guint       id,
                              GValue     *value,
                              GParamSpec *pspec)
{
  if (id == PROP_WORKBENCH)
    g_value_set_object (value, CSM_CASE_REVIEW (object)->workbench);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
csm_case_review_set_property (GObject      *object,
                              guint         id,
                              const GValue *value,
                              GParamSpec   *pspec)
{
  if (id == PROP_WORKBENCH)
    set_workbench (CSM_CASE_REVIEW (object), g_value_get_object (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
csm_case_review_dispose (GObject *object)
{
  set_workbench (CSM_CASE_REVIEW (object), NULL);
  G_OBJECT_CLASS (csm_case_review_parent_class)->dispose (object);
}

static void
csm_case_review_finalize (GObject *object)
{
  csm_claim_notice_free (CSM_CASE_REVIEW (object)->claims);
  G_OBJECT_CLASS (csm_case_review_parent_class)->finalize (object);
}

static void
csm_case_review_class_init (CsmCaseReviewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = csm_case_review_dispose;
  object_class->finalize = csm_case_review_finalize;
  object_class->get_property = csm_case_review_get_property;
  object_class->set_property = csm_case_review_set_property;
  props[PROP_WORKBENCH] = g_param_spec_object ("workbench", NULL, NULL, CSM_TYPE_WORKBENCH,
                                               G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
csm_case_review_init (CsmCaseReview *self)
{
  self->claims = csm_claim_notice_new ();
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  self->more_button = gtk_button_new_with_label (_("More Changes of This Case"));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->more_button), "win.show-outbox");
  gtk_widget_set_halign (self->more_button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (self->more_button, "flat");
  gtk_box_append (GTK_BOX (self->box), self->more_button);
  gtk_widget_add_css_class (GTK_WIDGET (self), "case-review");
  adw_bin_set_child (ADW_BIN (self), self->box);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}
