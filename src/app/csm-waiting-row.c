/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-waiting-row.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "csm-decide.h"
#include "csm-format.h"
#include "csm-review-words.h"

struct _CsmWaitingRow
{
  GtkListBoxRow parent_instance;
  CsmWorkbench *workbench;
  CsmOperation *op;
  GtkImage     *icon;
  GtkLabel     *title;
  GtkLabel     *text;
  GtkLabel     *when;
  GtkWidget    *spinner;
  GtkWidget    *edit_button;
  GtkWidget    *drop_button;
};

enum { OPENED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (CsmWaitingRow, csm_waiting_row, GTK_TYPE_LIST_BOX_ROW)

static void
edit_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  CsmWaitingRow *self = CSM_WAITING_ROW (widget);

  csm_decide_hold (widget);
  csm_decide_edit (self->workbench, self->op);
  g_signal_emit (self, signals[OPENED], 0);
}

static void
drop_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  CsmWaitingRow *self = CSM_WAITING_ROW (widget);

  csm_decide_hold (widget);
  csm_decide_drop (self->workbench, self->op);
}

static void
csm_waiting_row_dispose (GObject *object)
{
  CsmWaitingRow *self = CSM_WAITING_ROW (object);

  g_clear_object (&self->workbench);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), CSM_TYPE_WAITING_ROW);
  G_OBJECT_CLASS (csm_waiting_row_parent_class)->dispose (object);
}

static void
csm_waiting_row_finalize (GObject *object)
{
  g_clear_pointer (&CSM_WAITING_ROW (object)->op, csm_operation_free);
  G_OBJECT_CLASS (csm_waiting_row_parent_class)->finalize (object);
}

static void
csm_waiting_row_class_init (CsmWaitingRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = csm_waiting_row_dispose;
  G_OBJECT_CLASS (klass)->finalize = csm_waiting_row_finalize;
  signals[OPENED] = g_signal_new ("opened", CSM_TYPE_WAITING_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/casement/Casement/ui/csm-waiting-row.ui");
  gtk_widget_class_bind_template_child (widget_class, CsmWaitingRow, icon);
  gtk_widget_class_bind_template_child (widget_class, CsmWaitingRow, title);
  gtk_widget_class_bind_template_child (widget_class, CsmWaitingRow, text);
  gtk_widget_class_bind_template_child (widget_class, CsmWaitingRow, when);
  gtk_widget_class_bind_template_child (widget_class, CsmWaitingRow, spinner);
  gtk_widget_class_bind_template_child (widget_class, CsmWaitingRow, edit_button);
  gtk_widget_class_bind_template_child (widget_class, CsmWaitingRow, drop_button);
  gtk_widget_class_install_action (widget_class, "waiting.edit", NULL, edit_action);
  gtk_widget_class_install_action (widget_class, "waiting.drop", NULL, drop_action);
}

static void
csm_waiting_row_init (CsmWaitingRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

static void
name_button (CsmWaitingRow *self,
             GtkWidget     *button)
{
  g_autofree char *label = g_strdup_printf ("%s: %s", gtk_widget_get_tooltip_text (button), gtk_label_get_text (self->title));

  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
}

/**
 * csm_waiting_row_new:
 * @workbench: the window's workbench
 * @op: (transfer full): what waits
 *
 * Returns: (transfer floating): a row for it
 */
GtkWidget *
csm_waiting_row_new (CsmWorkbench *workbench,
                     CsmOperation *op)
{
  CsmWaitingRow *self = g_object_new (CSM_TYPE_WAITING_ROW, NULL);
  g_autofree char *title = csm_review_say_title (op);
  g_autofree char *when = csm_format_clock (op->created);
  g_autofree char *when_long = csm_format_when_long (op->created);
  g_autofree char *content = NULL;
  g_autofree char *label = NULL;
  gboolean sending = op->state == CSM_OP_SENDING;
  gboolean is_text = op->type == CSM_TYPE_ID_SUBMISSION || op->type == CSM_TYPE_ID_COMMENT;

  self->workbench = g_object_ref (workbench);
  self->op = op;
  content = csm_review_say_content (workbench, op);
  gtk_image_set_from_icon_name (self->icon, csm_review_choose_icon (op));
  gtk_label_set_text (self->title, title);
  gtk_label_set_text (self->when, when);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->when), when_long);
  gtk_label_set_text (self->text, content != NULL ? content : "");
  gtk_widget_set_visible (GTK_WIDGET (self->text), content != NULL && content[0] != '\0');
  gtk_widget_set_visible (self->spinner, sending);
  gtk_widget_set_visible (self->edit_button, is_text && !sending && op->case_id != NULL && g_strcmp0 (op->kind, "create") == 0);
  gtk_widget_set_visible (self->drop_button, !sending);
  name_button (self, self->edit_button);
  name_button (self, self->drop_button);
  label = g_strdup_printf ("%s, %s. %s", title, when, sending ? _("Is being sent") : _("Waits to be sent"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  return GTK_WIDGET (self);
}
