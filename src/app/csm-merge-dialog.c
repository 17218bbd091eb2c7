/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-merge-dialog.h"

#include <glib/gi18n.h>

#include "csm-format.h"
#include "csm-json.h"

#define SHOWN_MAX 40

struct _CsmMergeDialog
{
  AdwBin           parent_instance;
  CsmWorkbench    *workbench;
  CsmMergePurpose  purpose;
  GCancellable    *cancellable;   /* of the list */
  GCancellable    *looking;       /* of the chosen case */
  char            *case_id;
  char            *conversation_id;
  char            *customer_id;
  char            *chosen_id;     /* NULL: none yet */
  char            *chosen_subject;
  GtkEditable     *entry;
  GtkListBox      *list;
  GtkWidget       *nothing;
  GtkWidget       *warning;
  GtkLabel        *warning_label;
};

G_DEFINE_FINAL_TYPE (CsmMergeDialog, csm_merge_dialog, ADW_TYPE_BIN)

/* --- what is done ------------------------------------------------------------------------------------------ */

static void
merge (CsmMergeDialog *self)
{
  CsmIntent *intent = csm_intent_new (_("Merge cases"));
  JsonObject *patch = json_object_new ();
  g_autofree char *said = g_strdup_printf (_("Merged into “%s”"), self->chosen_subject);

  json_object_set_string_member (patch, "mergedIntoId", self->chosen_id);
  csm_intent_update (intent, CSM_TYPE_ID_CASE, self->case_id, patch);
  csm_workbench_perform (self->workbench, intent, said);
  csm_workbench_show_case (self->workbench, self->chosen_id);
}

static void
link_cases (CsmMergeDialog *self)
{
  CsmIntent *intent = csm_intent_new (_("Link cases"));
  JsonObject *patch = json_object_new ();
  g_autofree char *member = g_strconcat ("relatedCaseIds/", self->chosen_id, NULL);
  g_autofree char *said = g_strdup_printf (_("Linked with “%s”"), self->chosen_subject);

  json_object_set_boolean_member (patch, member, TRUE);
  csm_intent_update (intent, CSM_TYPE_ID_CASE, self->case_id, patch);
  csm_workbench_perform (self->workbench, intent, said);
}

static void
move_conversation (CsmMergeDialog *self)
{
  CsmIntent *intent = csm_intent_new (_("Move a conversation"));
  JsonObject *patch = json_object_new ();
  g_autofree char *said = g_strdup_printf (_("Moved to “%s”"), self->chosen_subject);

  json_object_set_string_member (patch, "caseId", self->chosen_id);
  csm_intent_update (intent, CSM_TYPE_ID_CONVERSATION, self->conversation_id, patch);
  csm_workbench_perform (self->workbench, intent, said);
}

static void
done_cb (CsmMergeDialog *self,
         CsmSheet       *sheet)
{
  if (self->chosen_id == NULL)
    return;
  switch (self->purpose)
    {
    case CSM_MERGE_CASE: merge (self); break;
    case CSM_LINK_CASE: link_cases (self); break;
    case CSM_MOVE_CONVERSATION: move_conversation (self); break;
    default: g_assert_not_reached ();
    }
  gtk_window_destroy (GTK_WINDOW (sheet));
}

/* A case that was merged stands by itself again, with what it brought. */
void
csm_merge_take_apart (CsmWorkbench *workbench,
                      const char   *case_id)
{
  CsmIntent *intent = csm_intent_new (_("Take cases apart"));
  JsonObject *patch = json_object_new ();

  json_object_set_null_member (patch, "mergedIntoId");
  csm_intent_update (intent, CSM_TYPE_ID_CASE, case_id, patch);
  csm_workbench_perform (workbench, intent, _("The cases are apart again"));
}

void
csm_merge_unlink (CsmWorkbench *workbench,
                  const char   *case_id,
                  const char   *other_id)
{
  CsmIntent *intent = csm_intent_new (_("Unlink cases"));
  JsonObject *patch = json_object_new ();
  g_autofree char *member = g_strconcat ("relatedCaseIds/", other_id, NULL);

  json_object_set_null_member (patch, member);
  csm_intent_update (intent, CSM_TYPE_ID_CASE, case_id, patch);
  csm_workbench_perform (workbench, intent, _("The cases are not linked any more"));
}

/**
 * csm_merge_split_off:
 * @workbench: a workbench with the message's case open
 * @message: a Message
 *
 * Makes a case of its own of that message and what follows it in its conversation, and opens it.
 */
void
csm_merge_split_off (CsmWorkbench *workbench,
                     JsonObject   *message)
{
  CsmCaseDetail *detail = csm_workbench_get_detail (workbench);
  const char *subject = csm_json_get_string (message, "subject");
  CsmIntent *intent;
  JsonObject *record;
  JsonObject *conversation;
  g_autofree char *case_id = NULL;
  g_autofree char *conversation_id = NULL;

  if (detail == NULL || detail->record == NULL)
    return;
  intent = csm_intent_new (_("Split off"));
  record = json_object_new ();
  conversation = json_object_new ();
  json_object_set_string_member (record, "subject", subject != NULL && subject[0] != '\0' ? subject : csm_json_get_string (detail->record, "subject"));
  csm_json_set_string (record, "customerId", csm_json_get_string (message, "customerId"));
  csm_json_set_string (record, "teamId", csm_json_get_string (detail->record, "teamId"));
  csm_json_set_string (record, "ownerId", csm_json_get_string (detail->record, "ownerId"));
  csm_json_set_string (record, "status", "open");
  case_id = csm_intent_create (intent, CSM_TYPE_ID_CASE, record);
  csm_json_set_string (conversation, "caseId", case_id);
  csm_json_set_string (conversation, "customerId", csm_json_get_string (message, "customerId"));
  csm_json_set_string (conversation, "channelId", csm_json_get_string (message, "channelId"));
  csm_json_set_string (conversation, "subject", subject);
  csm_json_set_string (conversation, "splitFromId", csm_json_get_string (message, "conversationId"));
  csm_json_set_string (conversation, "firstMessageId", csm_json_get_string (message, "id"));
  conversation_id = csm_intent_create (intent, CSM_TYPE_ID_CONVERSATION, conversation);
  csm_workbench_perform (workbench, intent, _("Split off into a new case"));
  csm_workbench_show_case (workbench, case_id);
}

/* --- which case -------------------------------------------------------------------------------------------- */

static void
set_ready (CsmMergeDialog *self)
{
  CsmSheet *sheet = csm_sheet_of (GTK_WIDGET (self));

  if (sheet != NULL)
    csm_sheet_set_ready (sheet, self->chosen_id != NULL, _("Choose a case first"));
}

static void
looked_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr (CsmMergeDialog) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) record = csm_cache_load_record_finish (CSM_CACHE (source), result, &error);
  const char *subject;

  if (record == NULL || self->workbench == NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  subject = csm_json_get_string (record, "subject");
  g_free (self->chosen_id);
  g_free (self->chosen_subject);
  self->chosen_id = g_strdup (csm_json_get_string (record, "id"));
  self->chosen_subject = g_strdup (subject != NULL && subject[0] != '\0' ? subject : _("No subject"));
  gtk_widget_set_visible (self->warning, self->purpose != CSM_LINK_CASE && self->customer_id != NULL
                                           && g_strcmp0 (csm_json_get_string (record, "customerId"), self->customer_id) != 0);
  set_ready (self);
}

/* Marks a case as the one. */
void
csm_merge_dialog_choose (CsmMergeDialog *self,
                         const char     *case_id)
{
  g_return_if_fail (CSM_IS_MERGE_DIALOG (self));
  g_cancellable_cancel (self->looking);
  g_clear_object (&self->looking);
  self->looking = g_cancellable_new ();
  csm_cache_load_record_async (csm_workbench_get_cache (self->workbench), CSM_TYPE_ID_CASE, case_id, self->looking, looked_cb, g_object_ref (self));
}

static void
selected_cb (CsmMergeDialog *self,
             GtkListBoxRow  *row)
{
  if (row != NULL)
    csm_merge_dialog_choose (self, g_object_get_data (G_OBJECT (row), "case-id"));
}

static void
add_case (CsmMergeDialog *self,
          CsmCaseRow     *other)
{
  GtkWidget *row = adw_action_row_new ();
  g_autofree char *when = csm_format_when (other->last_activity);
  g_autofree char *subtitle = g_strdup_printf ("%s · %s", other->customer_name != NULL ? other->customer_name : "", when);

  if (g_strcmp0 (other->id, self->case_id) == 0)
    {
      g_object_ref_sink (row);
      g_object_unref (row);
      return;
    }
  g_object_set (row, "use-markup", FALSE, "title", other->subject != NULL && other->subject[0] != '\0' ? other->subject : _("No subject"),
                "subtitle", subtitle, "title-lines", 1, "subtitle-lines", 1, "selectable", TRUE, NULL);
  g_object_set_data_full (G_OBJECT (row), "case-id", g_strdup (other->id), g_free);
  gtk_list_box_append (self->list, row);
}

static void
show_cases (CsmMergeDialog *self,
            GPtrArray      *rows)
{
  GtkListBoxRow *row;

  while ((row = gtk_list_box_get_row_at_index (self->list, 0)) != NULL)
    gtk_list_box_remove (self->list, GTK_WIDGET (row));
  g_clear_pointer (&self->chosen_id, g_free);
  gtk_widget_set_visible (self->warning, FALSE);
  for (guint i = 0; i < rows->len; i++)
    add_case (self, rows->pdata[i]);
  row = gtk_list_box_get_row_at_index (self->list, 0);
  gtk_widget_set_visible (GTK_WIDGET (self->list), row != NULL);
  gtk_widget_set_visible (self->nothing, row == NULL);
  set_ready (self);
}

static void
listed_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr (CsmMergeDialog) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  gboolean more = FALSE;
  g_autoptr (GArray) ids = csm_cache_open_list_finish (CSM_CACHE (source), result, &rows, &more, &error);

  if (ids != NULL && self->workbench != NULL && rows != NULL)
    show_cases (self, rows);
  else if (error != NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_warning ("Looking for a case failed: %s", error->message);
      if (csm_sheet_of (GTK_WIDGET (self)) != NULL)
        csm_sheet_toast (csm_sheet_of (GTK_WIDGET (self)), _("This could not be read just now. Try it again."));
    }
}

/* Before anything is typed: what else the customer has. */
static void
search_cb (CsmMergeDialog *self)
{
  CsmCaseDetail *detail = csm_workbench_get_detail (self->workbench);
  g_autofree char *typed = g_strstrip (g_strdup (gtk_editable_get_text (self->entry)));
  g_autoptr (CsmCaseView) view = NULL;

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  if (typed[0] == '\0' && detail != NULL && detail->other_cases != NULL && detail->other_cases->len > 0)
    {
      show_cases (self, detail->other_cases);
      return;
    }
  self->cancellable = g_cancellable_new ();
  view = csm_case_view_new (typed[0] != '\0' ? CSM_VIEW_SEARCH : CSM_VIEW_INBOX, typed[0] != '\0' ? typed : NULL);
  csm_cache_open_list_async (csm_workbench_get_cache (self->workbench), view, SHOWN_MAX, self->cancellable, listed_cb, g_object_ref (self));
}

/* --- GObject ----------------------------------------------------------------------------------------------- */

static void
csm_merge_dialog_dispose (GObject *object)
{
  CsmMergeDialog *self = CSM_MERGE_DIALOG (object);

  g_cancellable_cancel (self->cancellable);
  g_cancellable_cancel (self->looking);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->looking);
  g_clear_object (&self->workbench);
  G_OBJECT_CLASS (csm_merge_dialog_parent_class)->dispose (object);
}

static void
csm_merge_dialog_finalize (GObject *object)
{
  CsmMergeDialog *self = CSM_MERGE_DIALOG (object);

  g_free (self->case_id);
  g_free (self->conversation_id);
  g_free (self->customer_id);
  g_free (self->chosen_id);
  g_free (self->chosen_subject);
  G_OBJECT_CLASS (csm_merge_dialog_parent_class)->finalize (object);
}

static void
csm_merge_dialog_class_init (CsmMergeDialogClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = csm_merge_dialog_dispose;
  G_OBJECT_CLASS (klass)->finalize = csm_merge_dialog_finalize;
}

static void
csm_merge_dialog_init (CsmMergeDialog *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *entry = gtk_search_entry_new ();
  GtkWidget *icon = gtk_image_new_from_icon_name ("dialog-warning-symbolic");

  self->entry = GTK_EDITABLE (entry);
  self->list = GTK_LIST_BOX (gtk_list_box_new ());
  self->nothing = gtk_label_new (_("No case is found."));
  self->warning = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  self->warning_label = GTK_LABEL (gtk_label_new (_("It is another customer’s case. Each message is still answered to who wrote it.")));
  g_object_set (entry, "placeholder-text", _("Subject, customer or words"), NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (entry), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Find the case"), -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Cases"), -1);
  gtk_list_box_set_selection_mode (self->list, GTK_SELECTION_SINGLE);
  gtk_widget_add_css_class (GTK_WIDGET (self->list), "boxed-list");
  gtk_widget_add_css_class (self->nothing, "dim-label");
  gtk_widget_set_visible (self->nothing, FALSE);
  gtk_label_set_wrap (self->warning_label, TRUE);
  gtk_label_set_xalign (self->warning_label, 0);
  gtk_widget_add_css_class (self->warning, "case-banner");
  gtk_box_append (GTK_BOX (self->warning), icon);
  gtk_box_append (GTK_BOX (self->warning), GTK_WIDGET (self->warning_label));
  gtk_widget_set_visible (self->warning, FALSE);
  gtk_box_append (GTK_BOX (box), entry);
  gtk_box_append (GTK_BOX (box), self->warning);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->list));
  gtk_box_append (GTK_BOX (box), self->nothing);
  adw_bin_set_child (ADW_BIN (self), box);
  g_signal_connect_object (entry, "search-changed", G_CALLBACK (search_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->list, "row-selected", G_CALLBACK (selected_cb), self, G_CONNECT_SWAPPED);
}

/**
 * csm_merge_dialog_present:
 * @from: a widget of the window
 * @workbench: its workbench, with a case open
 * @purpose: what is done with the case that is chosen
 * @conversation_id: (nullable): what moves there
 *
 * Returns: (transfer none) (nullable): the sheet; %NULL: no case is open
 */
CsmSheet *
csm_merge_dialog_present (GtkWidget       *from,
                          CsmWorkbench    *workbench,
                          CsmMergePurpose  purpose,
                          const char      *conversation_id)
{
  static const struct { const char *title; const char *action; } words[] = {
    [CSM_MERGE_CASE] = { N_("Merge Into…"), N_("_Merge") },
    [CSM_LINK_CASE] = { N_("Link With…"), N_("_Link") },
    [CSM_MOVE_CONVERSATION] = { N_("Move To…"), N_("_Move") },
  };
  CsmCaseDetail *detail = csm_workbench_get_detail (workbench);
  CsmMergeDialog *self;
  CsmSheet *sheet;

  if (detail == NULL || detail->record == NULL)
    return NULL;
  self = g_object_new (CSM_TYPE_MERGE_DIALOG, NULL);
  self->workbench = g_object_ref (workbench);
  self->purpose = purpose;
  self->case_id = g_strdup (csm_workbench_get_case_id (workbench));
  self->conversation_id = g_strdup (conversation_id);
  self->customer_id = g_strdup (csm_json_get_string (detail->record, "customerId"));
  sheet = csm_sheet_new (from, _(words[purpose].title), GTK_WIDGET (self));
  csm_sheet_set_action (sheet, _(words[purpose].action));
  g_signal_connect_object (sheet, "done", G_CALLBACK (done_cb), self, G_CONNECT_SWAPPED);
  search_cb (self);
  set_ready (self);
  gtk_window_present (GTK_WINDOW (sheet));
  return sheet;
}
