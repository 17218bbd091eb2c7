/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-apart-sheet.h"

#include <glib/gi18n.h>

#include "csm-account-ask.h"
#include "csm-json.h"

struct _CsmApartSheet
{
  AdwBin        parent_instance;
  CsmWorkbench *workbench;
  GCancellable *cancellable;
  char         *customer_id;
  char         *name;
  GtkLabel     *plan;
};

G_DEFINE_FINAL_TYPE (CsmApartSheet, csm_apart_sheet, ADW_TYPE_BIN)

static void
done_cb (CsmApartSheet *self,
         CsmSheet      *sheet)
{
  CsmIntent *intent = csm_intent_new (_("Take customers apart"));
  JsonObject *patch = json_object_new ();
  g_autofree char *said = g_strdup_printf (_("%s is a customer of its own again"), self->name);

  json_object_set_null_member (patch, "mergedIntoId");
  csm_intent_update (intent, CSM_TYPE_ID_CUSTOMER, self->customer_id, patch);
  csm_workbench_perform (self->workbench, intent, said);
  gtk_window_destroy (GTK_WINDOW (sheet));
}

static void
say (CsmApartSheet *self,
     const char    *text,
     gboolean       ready)
{
  CsmSheet *sheet = csm_sheet_of (GTK_WIDGET (self));

  gtk_label_set_text (self->plan, text);
  if (sheet != NULL)
    csm_sheet_set_ready (sheet, ready, _("It is not known yet what would go back"));
}

/* @plan: what the server says would go back: {cases, conversations, identities} */
void
csm_apart_sheet_show_plan (CsmApartSheet *self,
                           JsonObject    *plan)
{
  gint64 cases = csm_json_get_int (plan, "cases", 0);
  gint64 conversations = csm_json_get_int (plan, "conversations", 0);
  gint64 identities = csm_json_get_int (plan, "identities", 0);
  g_autoptr (GString) text = g_string_new (NULL);

  g_return_if_fail (CSM_IS_APART_SHEET (self));
  g_string_append_printf (text, _("%s becomes a customer of its own again. What goes back:"), self->name);
  g_string_append_printf (text, ngettext ("\n• %d case", "\n• %d cases", (gulong) cases), (int) cases);
  g_string_append_printf (text, ngettext ("\n• %d conversation", "\n• %d conversations", (gulong) conversations), (int) conversations);
  g_string_append_printf (text, ngettext ("\n• %d address", "\n• %d addresses", (gulong) identities), (int) identities);
  g_string_append_printf (text, "\n\n%s", _("What colleagues moved elsewhere since then stays there. It can be undone."));
  say (self, text->str, TRUE);
}

static void
planned_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  g_autoptr (CsmApartSheet) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) answer = csm_account_ask_finish (CSM_ACCOUNT (source), result, &error);

  if (self->workbench == NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (answer != NULL && JSON_NODE_HOLDS_OBJECT (answer))
    csm_apart_sheet_show_plan (self, json_node_get_object (answer));
  else
    say (self, _("What would go back can only be said with a connection. Please try again when there is one."), FALSE);
}

static void
ask (CsmApartSheet *self)
{
  g_autoptr (JsonNode) question = json_node_new (JSON_NODE_OBJECT);
  JsonObject *arguments = json_object_new ();

  json_object_set_string_member (arguments, "id", self->customer_id);
  json_node_take_object (question, arguments);
  say (self, _("Looking what would go back…"), FALSE);
  csm_account_ask_async (csm_workbench_get_account (self->workbench), "customer/merge-plan", question, self->cancellable, planned_cb, g_object_ref (self));
}

static void
csm_apart_sheet_dispose (GObject *object)
{
  CsmApartSheet *self = CSM_APART_SHEET (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->workbench);
  G_OBJECT_CLASS (csm_apart_sheet_parent_class)->dispose (object);
}

static void
csm_apart_sheet_finalize (GObject *object)
{
  CsmApartSheet *self = CSM_APART_SHEET (object);

  g_object_unref (self->cancellable);
  g_free (self->customer_id);
  g_free (self->name);
  G_OBJECT_CLASS (csm_apart_sheet_parent_class)->finalize (object);
}

static void
csm_apart_sheet_class_init (CsmApartSheetClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = csm_apart_sheet_dispose;
  G_OBJECT_CLASS (klass)->finalize = csm_apart_sheet_finalize;
}

static void
csm_apart_sheet_init (CsmApartSheet *self)
{
  self->cancellable = g_cancellable_new ();
  self->plan = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_wrap (self->plan, TRUE);
  gtk_label_set_xalign (self->plan, 0);
  gtk_widget_add_css_class (GTK_WIDGET (self->plan), "card");
  gtk_widget_add_css_class (GTK_WIDGET (self->plan), "brief");
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (self->plan));
}

/**
 * csm_apart_sheet_present:
 * @from: a widget of the window
 * @workbench: its workbench
 * @customer: a Customer who was merged into another one
 *
 * Returns: (transfer none): the sheet
 */
CsmSheet *
csm_apart_sheet_present (GtkWidget    *from,
                         CsmWorkbench *workbench,
                         JsonObject   *customer)
{
  CsmApartSheet *self = g_object_new (CSM_TYPE_APART_SHEET, NULL);
  const char *name = csm_json_get_string (customer, "name");
  CsmSheet *sheet;

  self->workbench = g_object_ref (workbench);
  self->customer_id = g_strdup (csm_json_get_string (customer, "id"));
  self->name = g_strdup (name != NULL && name[0] != '\0' ? name : _("This customer"));
  sheet = csm_sheet_new (from, _("Take Apart"), GTK_WIDGET (self));
  csm_sheet_set_action (sheet, _("_Take Apart"));
  g_signal_connect_object (sheet, "done", G_CALLBACK (done_cb), self, G_CONNECT_SWAPPED);
  if (csm_json_get_object (customer, "merged") != NULL)
    ask (self);
  else
    say (self, _("The merge still waits to be sent: nothing has moved yet."), TRUE);
  gtk_window_present (GTK_WINDOW (sheet));
  return sheet;
}
