/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-customer-merges.h"

#include <glib/gi18n.h>

#include "csm-apart-sheet.h"
#include "csm-format.h"
#include "csm-json.h"
#include "csm-rights.h"

struct _CsmCustomerMerges
{
  CsmCasePart   parent_instance;
  GCancellable *cancellable;
  char         *customer_id;
  char         *survivor_case_id;
  GtkWidget    *gone;             /* they were merged themselves */
  GtkLabel     *gone_label;
  GtkWidget    *show_button;
  GtkWidget    *apart_button;
  GtkWidget    *group;
  GtkListBox   *list;
  char         *shown;            /* what the rows say: the same again costs nothing */
};

G_DEFINE_FINAL_TYPE (CsmCustomerMerges, csm_customer_merges, CSM_TYPE_CASE_PART)

static const char *
name_of (JsonObject *customer)
{
  const char *name = csm_json_get_string (customer, "name");

  return name != NULL && name[0] != '\0' ? name : _("Unknown");
}

static void
apart_cb (CsmCustomerMerges *self,
          GtkWidget         *button)
{
  JsonObject *customer = g_object_get_data (G_OBJECT (button), "customer");

  if (customer != NULL)
    csm_apart_sheet_present (GTK_WIDGET (self), csm_case_part_get_workbench (CSM_CASE_PART (self)), customer);
}

static void
survivor_cb (CsmCustomerMerges *self)
{
  if (self->survivor_case_id != NULL)
    csm_workbench_show_case (csm_case_part_get_workbench (CSM_CASE_PART (self)), self->survivor_case_id);
}

/* The addresses that went along; who did it, and when. */
static char *
describe (CsmCustomerMerges *self,
          JsonObject        *customer)
{
  JsonObject *merged = csm_json_get_object (customer, "merged");
  JsonObject *identities = csm_json_get_object (merged != NULL ? merged : customer, "identities");
  const char *by = merged != NULL ? csm_json_get_string (merged, "by") : NULL;
  const char *who = by != NULL ? csm_workbench_get_name (csm_case_part_get_workbench (CSM_CASE_PART (self)), by) : NULL;
  g_autoptr (GString) text = g_string_new (NULL);
  JsonObjectIter iter;
  const char *key;
  JsonNode *node;

  if (identities != NULL)
    {
      json_object_iter_init_ordered (&iter, identities);
      while (json_object_iter_next_ordered (&iter, &key, &node))
        if (JSON_NODE_HOLDS_OBJECT (node))
          g_string_append_printf (text, "%s%s", text->len > 0 ? ", " : "", csm_json_get_string (json_node_get_object (node), "address"));
    }
  if (text->len > 0)
    g_string_append_c (text, '\n');
  if (merged == NULL)
    {
      g_string_append (text, _("Waits to be sent"));
    }
  else
    {
      g_autofree char *when = csm_format_when (csm_json_get_time (merged, "at"));

      g_string_append_printf (text, _("Merged by %s, %s"), who != NULL ? who : _("a colleague"), when);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
add_row (CsmCustomerMerges *self,
         JsonObject        *customer)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *button = gtk_button_new_with_label (_("Take Apart…"));
  g_autofree char *subtitle = describe (self, customer);
  g_autofree char *label = g_strdup_printf (_("Take %s apart again"), name_of (customer));

  g_object_set (row, "use-markup", FALSE, "title", name_of (customer), "subtitle", subtitle, "title-lines", 2, "subtitle-lines", 4, NULL);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, _("Another customer after all"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  g_object_set_data_full (G_OBJECT (button), "customer", json_object_ref (customer), (GDestroyNotify) json_object_unref);
  g_signal_connect_object (button, "clicked", G_CALLBACK (apart_cb), self, G_CONNECT_SWAPPED);
  csm_rights_apply (csm_case_part_get_workbench (CSM_CASE_PART (self)), CSM_ACTION_MERGE_CUSTOMERS, button);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
  gtk_list_box_append (self->list, row);
}

static void
show_gone (CsmCustomerMerges  *self,
           CsmMergedCustomers *found)
{
  CsmCasePart *part = CSM_CASE_PART (self);
  CsmCaseDetail *detail = csm_workbench_get_detail (csm_case_part_get_workbench (part));
  g_autofree char *text = NULL;

  gtk_widget_set_visible (self->gone, found->survivor != NULL);
  if (found->survivor == NULL || detail == NULL || detail->customer == NULL)
    return;
  text = g_strdup_printf (_("This customer was merged into %s"), name_of (found->survivor));
  gtk_label_set_text (self->gone_label, text);
  g_free (self->survivor_case_id);
  self->survivor_case_id = g_strdup (found->survivor_case_id);
  gtk_widget_set_visible (self->show_button, found->survivor_case_id != NULL);
  g_object_set_data_full (G_OBJECT (self->apart_button), "customer", json_object_ref (detail->customer), (GDestroyNotify) json_object_unref);
  csm_rights_apply (csm_case_part_get_workbench (part), CSM_ACTION_MERGE_CUSTOMERS, self->apart_button);
}

static void
loaded_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr (CsmCustomerMerges) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (CsmMergedCustomers) found = csm_cache_load_merged_finish (CSM_CACHE (source), result, &error);
  g_autoptr (GString) all = g_string_new (NULL);
  GtkListBoxRow *row;

  if (found == NULL || csm_case_part_get_workbench (CSM_CASE_PART (self)) == NULL)
    return;
  show_gone (self, found);
  for (guint i = 0; i < found->merged->len; i++)
    {
      g_autofree char *written = csm_json_write_object (found->merged->pdata[i]);

      g_string_append (all, written);
    }
  gtk_widget_set_visible (self->group, found->merged->len > 0);
  if (g_strcmp0 (all->str, self->shown) == 0)
    return;
  g_free (self->shown);
  self->shown = g_strdup (all->str);
  while ((row = gtk_list_box_get_row_at_index (self->list, 0)) != NULL)
    gtk_list_box_remove (self->list, GTK_WIDGET (row));
  for (guint i = 0; i < found->merged->len; i++)
    add_row (self, found->merged->pdata[i]);
}

static void
csm_customer_merges_refresh (CsmCasePart   *part,
                             CsmCaseDetail *detail)
{
  CsmCustomerMerges *self = CSM_CUSTOMER_MERGES (part);
  const char *id = detail != NULL && detail->customer != NULL ? csm_json_get_string (detail->customer, "id") : NULL;

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  if (g_strcmp0 (id, self->customer_id) != 0)
    {
      gtk_widget_set_visible (self->gone, FALSE);
      gtk_widget_set_visible (self->group, FALSE);
      g_free (self->customer_id);
      self->customer_id = g_strdup (id);
    }
  if (id == NULL)
    return;
  self->cancellable = g_cancellable_new ();
  csm_cache_load_merged_async (csm_workbench_get_cache (csm_case_part_get_workbench (part)), id, self->cancellable, loaded_cb, g_object_ref (self));
}

static void
csm_customer_merges_dispose (GObject *object)
{
  CsmCustomerMerges *self = CSM_CUSTOMER_MERGES (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  G_OBJECT_CLASS (csm_customer_merges_parent_class)->dispose (object);
}

static void
csm_customer_merges_finalize (GObject *object)
{
  CsmCustomerMerges *self = CSM_CUSTOMER_MERGES (object);

  g_free (self->customer_id);
  g_free (self->survivor_case_id);
  g_free (self->shown);
  G_OBJECT_CLASS (csm_customer_merges_parent_class)->finalize (object);
}

static void
csm_customer_merges_class_init (CsmCustomerMergesClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = csm_customer_merges_dispose;
  G_OBJECT_CLASS (klass)->finalize = csm_customer_merges_finalize;
  CSM_CASE_PART_CLASS (klass)->refresh = csm_customer_merges_refresh;
}

static GtkWidget *
make_gone (CsmCustomerMerges *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *buttons = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  self->gone_label = GTK_LABEL (gtk_label_new (NULL));
  self->show_button = gtk_button_new_with_label (_("Show"));
  self->apart_button = gtk_button_new_with_label (_("Take Apart…"));
  gtk_label_set_wrap (self->gone_label, TRUE);
  gtk_label_set_xalign (self->gone_label, 0);
  gtk_widget_set_tooltip_text (self->show_button, _("Show the other customer"));
  gtk_widget_set_tooltip_text (self->apart_button, _("Another customer after all"));
  g_signal_connect_object (self->show_button, "clicked", G_CALLBACK (survivor_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->apart_button, "clicked", G_CALLBACK (apart_cb), self, G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (buttons), self->show_button);
  gtk_box_append (GTK_BOX (buttons), self->apart_button);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->gone_label));
  gtk_box_append (GTK_BOX (box), buttons);
  gtk_widget_add_css_class (box, "card");
  gtk_widget_add_css_class (box, "brief");
  gtk_widget_set_visible (box, FALSE);
  return box;
}

static void
csm_customer_merges_init (CsmCustomerMerges *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);

  self->gone = make_gone (self);
  self->group = adw_preferences_group_new ();
  self->list = GTK_LIST_BOX (gtk_list_box_new ());
  gtk_list_box_set_selection_mode (self->list, GTK_SELECTION_NONE);
  gtk_widget_add_css_class (GTK_WIDGET (self->list), "boxed-list");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Merged Into This Customer"), -1);
  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (self->group), _("Merged Into This Customer"));
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self->group), GTK_WIDGET (self->list));
  gtk_widget_set_visible (self->group, FALSE);
  gtk_box_append (GTK_BOX (box), self->gone);
  gtk_box_append (GTK_BOX (box), self->group);
  adw_bin_set_child (ADW_BIN (self), box);
  self->shown = g_strdup ("");
}
