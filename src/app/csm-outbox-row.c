/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#define G_LOG_DOMAIN "csm-app"
#include "config.h"

#include "csm-outbox-row.h"

#include <glib/gi18n.h>

#include "csm-format.h"
#include "csm-json.h"
#include "csm-markdown.h"
#include "csm-sending.h"
#include "csm-wrap-layout.h"

struct _CsmOutboxRow
{
  GtkListBoxRow parent_instance;
  CsmWorkbench *workbench;
  GCancellable *cancellable;
  GtkImage     *icon;
  GtkLabel     *title;
  GtkLabel     *when;
  GtkLabel     *subject;
  GtkLabel     *preview;
  GtkLabel     *reason;
  GtkWidget    *open_button;
  GtkWidget    *edit_button;
  GtkWidget    *retry_button;
  GtkWidget    *drop_button;
  gint64        seq;
  char         *case_id;
  char         *text;      /* of a reply: what can be edited */
  gboolean      moved;     /* trying again means: send it anyway */
};

enum { OPENED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (CsmOutboxRow, csm_outbox_row, GTK_TYPE_LIST_BOX_ROW)

/**
 * csm_outbox_row_explain:
 * @error: (nullable): the type of the error that the server gave
 * @description: (nullable): what it said beside; for the log, never shown
 *
 * Returns: (transfer full): one sentence for people
 */
char *
csm_outbox_row_explain (const char *error,
                        const char *description)
{
  static const struct { const char *error; const char *sentence; } known[] = {
    { "caseMoved", N_("The customer or a colleague wrote something that you had not seen. Please read it first.") },
    { "forbidden", N_("You are not allowed to do this.") },
    { "notFound", N_("What it is about does not exist any more.") },
    { "tooLarge", N_("It is too large for the server.") },
    { "overQuota", N_("There is no room left on the server.") },
    { "rateLimit", N_("The server asks to wait a while.") },
    { "stateMismatch", N_("A colleague changed the same thing meanwhile.") },
    { "willDestroy", N_("It was deleted meanwhile.") },
    { "alreadyExists", N_("It exists already.") },
    { "invalidProperties", N_("The server did not accept it.") },
    { "invalidPatch", N_("A colleague changed the same thing meanwhile.") },
    { "cannotUnsend", N_("It has left already and can’t be called back.") },
    { "noChannel", N_("There is no way to send on this channel.") },
  };

  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    if (g_strcmp0 (error, known[i].error) == 0)
      return g_strdup (_(known[i].sentence));
  if (description != NULL)
    g_debug ("Shown as an unknown problem: %s", error);
  return g_strdup (_("The server did not accept it."));
}

/* --- actions ----------------------------------------------------------------------------------------------- */

static void
open_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  CsmOutboxRow *self = CSM_OUTBOX_ROW (widget);

  csm_workbench_show_case (self->workbench, self->case_id);
  g_signal_emit (self, signals[OPENED], 0);
}

/* The text goes back into the reply box, the operation away: else it could be sent twice. */
static void
edit_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  CsmOutboxRow *self = CSM_OUTBOX_ROW (widget);

  csm_sending_put_back (self->workbench, self->case_id, self->text);
  csm_workbench_resolve_op (self->workbench, self->seq, CSM_OP_DROP);
  g_signal_emit (self, signals[OPENED], 0);
}

static void
retry_action (GtkWidget  *widget,
              const char *name,
              GVariant   *parameter)
{
  CsmOutboxRow *self = CSM_OUTBOX_ROW (widget);

  csm_workbench_resolve_op (self->workbench, self->seq, self->moved ? CSM_OP_RETRY_CONFIRMED : CSM_OP_RETRY);
}

static void
dropped_cb (CsmOutboxRow *self,
            const char   *response)
{
  if (g_strcmp0 (response, "drop") == 0)
    csm_workbench_resolve_op (self->workbench, self->seq, CSM_OP_DROP);
}

static void
drop_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  CsmOutboxRow *self = CSM_OUTBOX_ROW (widget);
  GtkRoot *root = gtk_widget_get_root (widget);
  GtkWidget *dialog = adw_message_dialog_new (GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL, _("Drop This Change?"),
                                              _("It was not shared yet, and is gone then."));

  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "keep", _("_Keep"), "drop", _("_Drop"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "drop", ADW_RESPONSE_DESTRUCTIVE);
  g_signal_connect_object (dialog, "response", G_CALLBACK (dropped_cb), self, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

/* --- GObject ----------------------------------------------------------------------------------------------- */

static void
csm_outbox_row_dispose (GObject *object)
{
  CsmOutboxRow *self = CSM_OUTBOX_ROW (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->workbench);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), CSM_TYPE_OUTBOX_ROW);
  G_OBJECT_CLASS (csm_outbox_row_parent_class)->dispose (object);
}

static void
csm_outbox_row_finalize (GObject *object)
{
  CsmOutboxRow *self = CSM_OUTBOX_ROW (object);

  g_free (self->case_id);
  g_free (self->text);
  G_OBJECT_CLASS (csm_outbox_row_parent_class)->finalize (object);
}

static void
csm_outbox_row_class_init (CsmOutboxRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = csm_outbox_row_dispose;
  G_OBJECT_CLASS (klass)->finalize = csm_outbox_row_finalize;
  signals[OPENED] = g_signal_new ("opened", CSM_TYPE_OUTBOX_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  g_type_ensure (CSM_TYPE_WRAP_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/casement/Casement/ui/csm-outbox-row.ui");
  gtk_widget_class_bind_template_child (widget_class, CsmOutboxRow, icon);
  gtk_widget_class_bind_template_child (widget_class, CsmOutboxRow, title);
  gtk_widget_class_bind_template_child (widget_class, CsmOutboxRow, when);
  gtk_widget_class_bind_template_child (widget_class, CsmOutboxRow, subject);
  gtk_widget_class_bind_template_child (widget_class, CsmOutboxRow, preview);
  gtk_widget_class_bind_template_child (widget_class, CsmOutboxRow, reason);
  gtk_widget_class_bind_template_child (widget_class, CsmOutboxRow, open_button);
  gtk_widget_class_bind_template_child (widget_class, CsmOutboxRow, edit_button);
  gtk_widget_class_bind_template_child (widget_class, CsmOutboxRow, retry_button);
  gtk_widget_class_bind_template_child (widget_class, CsmOutboxRow, drop_button);
  gtk_widget_class_install_action (widget_class, "outbox.open", NULL, open_action);
  gtk_widget_class_install_action (widget_class, "outbox.edit", NULL, edit_action);
  gtk_widget_class_install_action (widget_class, "outbox.retry", NULL, retry_action);
  gtk_widget_class_install_action (widget_class, "outbox.drop", NULL, drop_action);
}

static void
csm_outbox_row_init (CsmOutboxRow *self)
{
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}

/* --- showing ----------------------------------------------------------------------------------------------- */

static void
say (GtkLabel   *label,
     const char *text)
{
  gtk_label_set_text (label, text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (label), text != NULL && text[0] != '\0');
}

static void
case_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  g_autoptr (CsmOutboxRow) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) record = csm_cache_load_record_finish (CSM_CACHE (source), result, &error);

  if (record != NULL && self->workbench != NULL)
    say (self->subject, csm_json_get_string (record, "subject"));
}

static void
show_text (CsmOutboxRow       *self,
           const CsmOperation *op)
{
  const char *body = op->payload != NULL ? csm_json_get_string (op->payload, op->type == CSM_TYPE_ID_COMMENT ? "body" : "textBody") : NULL;
  g_autofree char *plain = NULL;

  if (body == NULL)
    return;
  plain = op->type == CSM_TYPE_ID_COMMENT ? csm_markdown_plain (body) : g_strdelimit (g_strdup (body), "\n", ' ');
  say (self->preview, plain);
  if (op->type == CSM_TYPE_ID_SUBMISSION)
    self->text = g_strdup (body);
}

static void
show_buttons (CsmOutboxRow       *self,
              const CsmOperation *op)
{
  gboolean parked = op->state == CSM_OP_PARKED;

  gtk_widget_set_visible (self->open_button, op->case_id != NULL);
  gtk_widget_set_visible (self->edit_button, parked && self->text != NULL && op->case_id != NULL);
  gtk_widget_set_visible (self->retry_button, parked);
  gtk_widget_set_visible (self->drop_button, op->state != CSM_OP_SENDING);
  if (self->moved)
    gtk_button_set_label (GTK_BUTTON (self->retry_button), _("Send Anyway"));
}

/* The row is told apart by what it is about, not by four equal buttons. */
static void
name_buttons (CsmOutboxRow *self)
{
  GtkWidget *buttons[] = { self->open_button, self->edit_button, self->retry_button, self->drop_button };

  for (guint i = 0; i < G_N_ELEMENTS (buttons); i++)
    {
      g_autofree char *label = g_strdup_printf ("%s: %s", gtk_button_get_label (GTK_BUTTON (buttons[i])), gtk_label_get_text (self->title));

      gtk_accessible_update_property (GTK_ACCESSIBLE (buttons[i]), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
    }
}

/**
 * csm_outbox_row_new:
 * @workbench: the window's workbench
 * @op: what waits
 *
 * Returns: (transfer floating): a row for it
 */
GtkWidget *
csm_outbox_row_new (CsmWorkbench       *workbench,
                    const CsmOperation *op)
{
  CsmOutboxRow *self = g_object_new (CSM_TYPE_OUTBOX_ROW, NULL);
  gboolean parked = op->state == CSM_OP_PARKED;
  g_autofree char *when = csm_format_clock (op->created);
  g_autofree char *reason = parked ? csm_outbox_row_explain (op->error, op->description) : NULL;
  g_autofree char *label = NULL;

  self->workbench = g_object_ref (workbench);
  self->seq = op->seq;
  self->case_id = g_strdup (op->case_id);
  self->moved = parked && op->type == CSM_TYPE_ID_SUBMISSION && g_strcmp0 (op->error, "caseMoved") == 0;
  gtk_image_set_from_icon_name (self->icon, parked ? "dialog-warning-symbolic" : "document-open-recent-symbolic");
  if (parked)
    gtk_widget_add_css_class (GTK_WIDGET (self->icon), "warning");
  gtk_label_set_text (self->title, op->label != NULL ? op->label : _("Change"));
  gtk_label_set_text (self->when, when);
  say (self->reason, reason);
  show_text (self, op);
  show_buttons (self, op);
  name_buttons (self);
  label = g_strdup_printf ("%s, %s. %s", gtk_label_get_text (self->title), when, reason != NULL ? reason : _("Waits to be sent"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  if (op->case_id != NULL)
    csm_cache_load_record_async (csm_workbench_get_cache (workbench), CSM_TYPE_ID_CASE, op->case_id, self->cancellable,
                                 case_cb, g_object_ref (self));
  return GTK_WIDGET (self);
}
