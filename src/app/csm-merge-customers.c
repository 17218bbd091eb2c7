/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-merge-customers.h"

#include <glib/gi18n.h>

#include "csm-account-ask.h"
#include "csm-json.h"
#include "csm-time.h"

#define SHOWN_MAX 40

struct _CsmMergeCustomers
{
  AdwBin        parent_instance;
  CsmWorkbench *workbench;
  GCancellable *cancellable;   /* of the list */
  GCancellable *looking;       /* of what would move */
  char         *customer_id;
  char         *name;
  char         *into_id;       /* NULL: nobody is chosen yet */
  char         *into_name;
  GtkEditable  *entry;
  GtkListBox   *list;
  GtkWidget    *nothing;
  GtkLabel     *plan;
};

G_DEFINE_FINAL_TYPE (CsmMergeCustomers, csm_merge_customers, ADW_TYPE_BIN)

static void
done_cb (CsmMergeCustomers *self,
         CsmSheet          *sheet)
{
  CsmIntent *intent;
  JsonObject *patch;
  g_autofree char *said = NULL;

  if (self->into_id == NULL)
    return;
  intent = csm_intent_new (_("Merge customers"));
  patch = json_object_new ();
  said = g_strdup_printf (_("Merged with %s"), self->into_name);
  json_object_set_string_member (patch, "mergedIntoId", self->into_id);
  csm_intent_update (intent, CSM_TYPE_ID_CUSTOMER, self->customer_id, patch);
  csm_workbench_perform (self->workbench, intent, said);
  gtk_window_destroy (GTK_WINDOW (sheet));
}

/**
 * csm_merge_customers_split_off:
 * @workbench: a workbench
 * @customer: a Customer
 * @key: one of the keys of its identities
 *
 * Makes a customer of that address alone; what was written from there goes along.
 */
void
csm_merge_customers_split_off (CsmWorkbench *workbench,
                               JsonObject   *customer,
                               const char   *key)
{
  JsonObject *identities = csm_json_get_object (customer, "identities");
  JsonObject *identity = identities != NULL ? csm_json_get_object (identities, key) : NULL;
  const char *address = identity != NULL ? csm_json_get_string (identity, "address") : NULL;
  CsmIntent *intent;
  JsonObject *record;
  JsonObject *own;
  g_autofree char *id = NULL;
  g_autofree char *said = NULL;

  if (identity == NULL)
    return;
  intent = csm_intent_new (_("Split an address off"));
  record = json_object_new ();
  own = json_object_new ();
  said = g_strdup_printf (_("%s is a customer of its own now"), address != NULL ? address : key);
  json_object_set_object_member (own, key, csm_json_copy_object (identity));
  json_object_set_object_member (record, "identities", own);
  json_object_set_string_member (record, "name", address != NULL ? address : key);
  csm_json_set_string (record, "splitFromId", csm_json_get_string (customer, "id"));
  id = csm_intent_create (intent, CSM_TYPE_ID_CUSTOMER, record);
  csm_workbench_perform (workbench, intent, said);
}

/* --- what would move --------------------------------------------------------------------------------------- */

static void
say (CsmMergeCustomers *self,
     const char        *text,
     gboolean           ready)
{
  CsmSheet *sheet = csm_sheet_of (GTK_WIDGET (self));

  gtk_label_set_text (self->plan, text);
  if (sheet != NULL)
    csm_sheet_set_ready (sheet, ready, _("Choose who it is first"));
}

/* @plan: what the server says would move: {cases, conversations, identities, differ} */
void
csm_merge_customers_show_plan (CsmMergeCustomers *self,
                               JsonObject        *plan)
{
  gint64 cases = csm_json_get_int (plan, "cases", 0);
  gint64 conversations = csm_json_get_int (plan, "conversations", 0);
  gint64 identities = csm_json_get_int (plan, "identities", 0);
  JsonArray *differ = csm_json_get_array (plan, "differ");
  g_autoptr (GString) text = g_string_new (NULL);

  g_return_if_fail (CSM_IS_MERGE_CUSTOMERS (self));
  g_string_append_printf (text, _("%s becomes part of %s. What moves:"), self->name, self->into_name);
  g_string_append_printf (text, ngettext ("\n• %d case", "\n• %d cases", (gulong) cases), (int) cases);
  g_string_append_printf (text, ngettext ("\n• %d conversation", "\n• %d conversations", (gulong) conversations), (int) conversations);
  g_string_append_printf (text, ngettext ("\n• %d address", "\n• %d addresses", (gulong) identities), (int) identities);
  if (differ != NULL && json_array_get_length (differ) > 0)
    {
      g_autofree char *stays = g_strdup_printf (ngettext ("%u thing is different; what %s has stays.", "%u things are different; what %s has stays.",
                                                          json_array_get_length (differ)), json_array_get_length (differ), self->into_name);

      g_string_append_printf (text, "\n\n%s", stays);
    }
  g_string_append_printf (text, "\n\n%s", _("It can be undone, and each address can be split off again."));
  say (self, text->str, TRUE);
}

static void
planned_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  g_autoptr (CsmMergeCustomers) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) answer = csm_account_ask_finish (CSM_ACCOUNT (source), result, &error);

  if (self->workbench == NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (answer != NULL && JSON_NODE_HOLDS_OBJECT (answer))
    csm_merge_customers_show_plan (self, json_node_get_object (answer));
  else
    say (self, _("What would move can only be said with a connection. Please try again when there is one."), FALSE);
}

static void
ask (CsmMergeCustomers *self)
{
  g_autoptr (JsonNode) question = json_node_new (JSON_NODE_OBJECT);
  JsonObject *arguments = json_object_new ();

  json_object_set_string_member (arguments, "id", self->customer_id);
  json_object_set_string_member (arguments, "intoId", self->into_id);
  json_node_take_object (question, arguments);
  say (self, _("Looking what would move…"), FALSE);
  csm_account_ask_async (csm_workbench_get_account (self->workbench), "customer/merge-plan", question, self->looking, planned_cb, g_object_ref (self));
}

/* --- who it is --------------------------------------------------------------------------------------------- */

static void
looked_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr (CsmMergeCustomers) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (CsmCaseDetail) detail = csm_cache_load_case_finish (CSM_CACHE (source), result, &error);
  const char *name;

  if (self->workbench == NULL || detail == NULL || detail->customer == NULL)
    return;
  name = csm_json_get_string (detail->customer, "name");
  g_free (self->into_id);
  g_free (self->into_name);
  self->into_id = g_strdup (csm_json_get_string (detail->customer, "id"));
  self->into_name = g_strdup (name != NULL && name[0] != '\0' ? name : _("the other one"));
  if (g_strcmp0 (self->into_id, self->customer_id) == 0)
    say (self, _("That is the same customer."), FALSE);
  else
    ask (self);
}

/* The customer of that case is who it is. */
void
csm_merge_customers_choose (CsmMergeCustomers *self,
                            const char        *case_id)
{
  g_return_if_fail (CSM_IS_MERGE_CUSTOMERS (self));
  g_cancellable_cancel (self->looking);
  g_clear_object (&self->looking);
  self->looking = g_cancellable_new ();
  csm_cache_load_case_async (csm_workbench_get_cache (self->workbench), case_id, CSM_TIME_NONE, 1, self->looking, looked_cb, g_object_ref (self));
}

static void
selected_cb (CsmMergeCustomers *self,
             GtkListBoxRow     *row)
{
  if (row != NULL)
    csm_merge_customers_choose (self, g_object_get_data (G_OBJECT (row), "case-id"));
}

/* Each customer once, with the newest of their cases. */
static void
show_customers (CsmMergeCustomers *self,
                GPtrArray         *rows)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  GtkListBoxRow *row;

  while ((row = gtk_list_box_get_row_at_index (self->list, 0)) != NULL)
    gtk_list_box_remove (self->list, GTK_WIDGET (row));
  for (guint i = 0; i < rows->len; i++)
    {
      CsmCaseRow *other = rows->pdata[i];
      GtkWidget *line;

      if (other->customer_name == NULL || g_strcmp0 (other->customer_name, self->name) == 0 || !g_hash_table_add (seen, other->customer_name))
        continue;
      line = adw_action_row_new ();
      g_object_set (line, "use-markup", FALSE, "title", other->customer_name, "subtitle", other->subject != NULL ? other->subject : "",
                    "subtitle-lines", 1, "selectable", TRUE, NULL);
      adw_action_row_add_prefix (ADW_ACTION_ROW (line), adw_avatar_new (32, other->customer_name, TRUE));
      g_object_set_data_full (G_OBJECT (line), "case-id", g_strdup (other->id), g_free);
      gtk_list_box_append (self->list, line);
    }
  gtk_widget_set_visible (GTK_WIDGET (self->list), gtk_list_box_get_row_at_index (self->list, 0) != NULL);
  gtk_widget_set_visible (self->nothing, gtk_list_box_get_row_at_index (self->list, 0) == NULL);
}

static void
listed_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr (CsmMergeCustomers) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  gboolean more = FALSE;
  g_autoptr (GArray) ids = csm_cache_open_list_finish (CSM_CACHE (source), result, &rows, &more, &error);

  if (ids != NULL && rows != NULL && self->workbench != NULL)
    show_customers (self, rows);
}

static void
search_cb (CsmMergeCustomers *self)
{
  g_autofree char *typed = g_strstrip (g_strdup (gtk_editable_get_text (self->entry)));
  g_autoptr (CsmCaseView) view = csm_case_view_new (typed[0] != '\0' ? CSM_VIEW_SEARCH : CSM_VIEW_INBOX, typed[0] != '\0' ? typed : NULL);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  csm_cache_open_list_async (csm_workbench_get_cache (self->workbench), view, SHOWN_MAX, self->cancellable, listed_cb, g_object_ref (self));
}

/* --- GObject ----------------------------------------------------------------------------------------------- */

static void
csm_merge_customers_dispose (GObject *object)
{
  CsmMergeCustomers *self = CSM_MERGE_CUSTOMERS (object);

  g_cancellable_cancel (self->cancellable);
  g_cancellable_cancel (self->looking);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->looking);
  g_clear_object (&self->workbench);
  G_OBJECT_CLASS (csm_merge_customers_parent_class)->dispose (object);
}

static void
csm_merge_customers_finalize (GObject *object)
{
  CsmMergeCustomers *self = CSM_MERGE_CUSTOMERS (object);

  g_free (self->customer_id);
  g_free (self->name);
  g_free (self->into_id);
  g_free (self->into_name);
  G_OBJECT_CLASS (csm_merge_customers_parent_class)->finalize (object);
}

static void
csm_merge_customers_class_init (CsmMergeCustomersClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = csm_merge_customers_dispose;
  G_OBJECT_CLASS (klass)->finalize = csm_merge_customers_finalize;
}

static void
csm_merge_customers_init (CsmMergeCustomers *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *entry = gtk_search_entry_new ();

  self->entry = GTK_EDITABLE (entry);
  self->list = GTK_LIST_BOX (gtk_list_box_new ());
  self->plan = GTK_LABEL (gtk_label_new (_("Who is the same person?")));
  g_object_set (entry, "placeholder-text", _("Name or address"), NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (entry), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Find the customer"), -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Customers"), -1);
  gtk_widget_add_css_class (GTK_WIDGET (self->list), "boxed-list");
  gtk_widget_set_visible (GTK_WIDGET (self->list), FALSE);
  gtk_label_set_wrap (self->plan, TRUE);
  gtk_label_set_xalign (self->plan, 0);
  gtk_widget_add_css_class (GTK_WIDGET (self->plan), "card");
  gtk_widget_add_css_class (GTK_WIDGET (self->plan), "brief");
  gtk_box_append (GTK_BOX (box), entry);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->plan));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->list));
  self->nothing = gtk_label_new (_("Nothing found"));
  gtk_widget_add_css_class (self->nothing, "dim-label");
  gtk_widget_set_visible (self->nothing, FALSE);
  gtk_box_append (GTK_BOX (box), self->nothing);
  adw_bin_set_child (ADW_BIN (self), box);
  g_signal_connect_object (entry, "search-changed", G_CALLBACK (search_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->list, "row-selected", G_CALLBACK (selected_cb), self, G_CONNECT_SWAPPED);
}

/**
 * csm_merge_customers_present:
 * @from: a widget of the window
 * @workbench: its workbench, with a case open
 *
 * Returns: (transfer none) (nullable): the sheet; %NULL: nobody is known as the open case's customer
 */
CsmSheet *
csm_merge_customers_present (GtkWidget    *from,
                             CsmWorkbench *workbench)
{
  CsmCaseDetail *detail = csm_workbench_get_detail (workbench);
  CsmMergeCustomers *self;
  CsmSheet *sheet;
  const char *name;

  if (detail == NULL || detail->customer == NULL)
    return NULL;
  name = csm_json_get_string (detail->customer, "name");
  self = g_object_new (CSM_TYPE_MERGE_CUSTOMERS, NULL);
  self->workbench = g_object_ref (workbench);
  self->customer_id = g_strdup (csm_json_get_string (detail->customer, "id"));
  self->name = g_strdup (name != NULL && name[0] != '\0' ? name : _("This customer"));
  sheet = csm_sheet_new (from, _("Merge Customers"), GTK_WIDGET (self));
  csm_sheet_set_action (sheet, _("_Merge"));
  g_signal_connect_object (sheet, "done", G_CALLBACK (done_cb), self, G_CONNECT_SWAPPED);
  say (self, _("Who is the same person?"), FALSE);
  search_cb (self);
  gtk_window_present (GTK_WINDOW (sheet));
  return sheet;
}
