/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-unknown-line.h"

#include <glib/gi18n.h>

#include "csm-json.h"
#include "csm-note-line.h"

struct _CsmUnknownLine
{
  AdwBin        parent_instance;
  CsmWorkbench *workbench;
  char         *submission_id;
  char         *seen;           /* since when nobody knows */
  GCancellable *cancellable;
  GtkWidget    *line;
  GtkWidget    *arrived_button;
  GtkWidget    *again_button;
};

G_DEFINE_FINAL_TYPE (CsmUnknownLine, csm_unknown_line, ADW_TYPE_BIN)

/* @decision: (nullable): what somebody said here, and the server has not heard yet */
static void
show (CsmUnknownLine *self,
      const char     *decision)
{
  const char *text = _("It may have arrived: the connection broke off after the mail server had it, before it said so.\n"
                       "If you know, say so. Sending again may bring it twice.");

  if (g_strcmp0 (decision, "arrived") == 0)
    text = _("You said that it arrived. That waits to be told to the server.");
  else if (g_strcmp0 (decision, "again") == 0)
    text = _("It is sent again as soon as the server can be told.");
  csm_note_line_set_text (CSM_NOTE_LINE (self->line), text);
  gtk_widget_set_visible (self->arrived_button, decision == NULL);
  gtk_widget_set_visible (self->again_button, decision == NULL);
}

static void
listed_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr (CsmUnknownLine) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) ops = csm_cache_list_outbox_finish (CSM_CACHE (source), result, &error);
  const char *decision = NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  for (guint i = 0; ops != NULL && i < ops->len; i++)
    {
      CsmOperation *op = ops->pdata[i];

      if (op->type == CSM_TYPE_ID_SUBMISSION && g_strcmp0 (op->record_id, self->submission_id) == 0 && op->payload != NULL
          && csm_json_get_string (op->payload, "decision") != NULL)
        decision = csm_json_get_string (op->payload, "decision");
    }
  show (self, decision);
}

static void
look (CsmUnknownLine *self)
{
  CsmCache *cache = csm_workbench_get_cache (self->workbench);

  if (cache != NULL)
    csm_cache_list_outbox_async (cache, self->cancellable, listed_cb, g_object_ref (self));
}

static void
decide (CsmUnknownLine *self,
        const char     *decision,
        const char     *label,
        const char     *said)
{
  CsmIntent *intent = csm_intent_new (label);
  JsonObject *patch = json_object_new ();

  json_object_set_string_member (patch, "decision", decision);
  if (self->seen != NULL)
    json_object_set_string_member (patch, "decidedOn", self->seen);
  csm_intent_update (intent, CSM_TYPE_ID_SUBMISSION, self->submission_id, patch);
  csm_workbench_perform (self->workbench, intent, said);
  show (self, decision);
}

static void
arrived_action (GtkWidget  *widget,
                const char *name,
                GVariant   *parameter)
{
  decide (CSM_UNKNOWN_LINE (widget), "arrived", _("It arrived"), _("Noted: it arrived"));
}

static void
again_action (GtkWidget  *widget,
              const char *name,
              GVariant   *parameter)
{
  decide (CSM_UNKNOWN_LINE (widget), "again", _("Send again"), _("It is sent again"));
}

static void
csm_unknown_line_dispose (GObject *object)
{
  CsmUnknownLine *self = CSM_UNKNOWN_LINE (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->workbench);
  G_OBJECT_CLASS (csm_unknown_line_parent_class)->dispose (object);
}

static void
csm_unknown_line_finalize (GObject *object)
{
  CsmUnknownLine *self = CSM_UNKNOWN_LINE (object);

  g_clear_object (&self->cancellable);
  g_free (self->submission_id);
  g_free (self->seen);
  G_OBJECT_CLASS (csm_unknown_line_parent_class)->finalize (object);
}

static void
csm_unknown_line_class_init (CsmUnknownLineClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = csm_unknown_line_dispose;
  G_OBJECT_CLASS (klass)->finalize = csm_unknown_line_finalize;
  gtk_widget_class_install_action (widget_class, "unknown.arrived", NULL, arrived_action);
  gtk_widget_class_install_action (widget_class, "unknown.again", NULL, again_action);
}

static void
csm_unknown_line_init (CsmUnknownLine *self)
{
  self->cancellable = g_cancellable_new ();
  self->line = csm_note_line_new ("dialog-warning-symbolic", "", TRUE);
  self->arrived_button = csm_note_line_add_button (CSM_NOTE_LINE (self->line), _("It _Arrived"), "unknown.arrived");
  self->again_button = csm_note_line_add_button (CSM_NOTE_LINE (self->line), _("Send A_gain"), "unknown.again");
  adw_bin_set_child (ADW_BIN (self), self->line);
}

/**
 * csm_unknown_line_new:
 * @workbench: the window's workbench
 * @message: a reply's Message of which nobody knows whether it was delivered
 *
 * Returns: (transfer floating): the line
 */
GtkWidget *
csm_unknown_line_new (CsmWorkbench *workbench,
                      JsonObject   *message)
{
  CsmUnknownLine *self = g_object_new (CSM_TYPE_UNKNOWN_LINE, NULL);

  self->workbench = g_object_ref (workbench);
  self->submission_id = g_strdup (csm_json_get_string (message, "submissionId"));
  self->seen = g_strdup (csm_json_get_string (csm_json_get_object (message, "delivery"), "at"));
  show (self, NULL);
  g_signal_connect_object (csm_workbench_get_cache (workbench), "outbox-changed", G_CALLBACK (look), self, G_CONNECT_SWAPPED);
  look (self);
  return GTK_WIDGET (self);
}
