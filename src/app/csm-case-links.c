/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-case-links.h"

#include <glib/gi18n.h>

#include "csm-format.h"
#include "csm-json.h"
#include "csm-merge-dialog.h"
#include "csm-rights.h"

struct _CsmCaseLinks
{
  CsmCasePart    parent_instance;
  GtkListBox    *list;
  GtkWidget     *none;
  GtkMenuButton *menu_button;
  char          *shown;   /* what the rows say: the same again costs nothing */
};

G_DEFINE_FINAL_TYPE (CsmCaseLinks, csm_case_links, CSM_TYPE_CASE_PART)

/* --- rows -------------------------------------------------------------------------------------------------- */

static void
activated_cb (CsmCaseLinks  *self,
              GtkListBoxRow *row)
{
  g_autofree char *id = g_strdup (g_object_get_data (G_OBJECT (row), "case-id"));

  if (id != NULL)
    csm_workbench_show_case (csm_case_part_get_workbench (CSM_CASE_PART (self)), id);
}

static void
apart_cb (CsmCaseLinks *self,
          GtkWidget    *button)
{
  csm_merge_take_apart (csm_case_part_get_workbench (CSM_CASE_PART (self)), g_object_get_data (G_OBJECT (button), "case-id"));
}

static void
unlink_cb (CsmCaseLinks *self,
           GtkWidget    *button)
{
  csm_merge_unlink (csm_case_part_get_workbench (CSM_CASE_PART (self)), csm_case_part_get_case_id (CSM_CASE_PART (self)),
                    g_object_get_data (G_OBJECT (button), "case-id"));
}

static void
add_row (CsmCaseLinks *self,
         const char   *case_id,
         const char   *title,
         const char   *subtitle,
         gboolean      merged)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *button = merged ? gtk_button_new_with_label (_("Take Apart")) : gtk_button_new_from_icon_name ("window-close-symbolic");
  g_autofree char *label = g_strdup_printf (merged ? _("Take “%s” apart again") : _("Unlink “%s”"), title);

  g_object_set (row, "use-markup", FALSE, "title", title, "subtitle", subtitle, "title-lines", 2, "subtitle-lines", 1, "activatable", TRUE, NULL);
  g_object_set_data_full (G_OBJECT (row), "case-id", g_strdup (case_id), g_free);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, merged ? _("The case stands by itself again") : _("Unlink"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  g_object_set_data_full (G_OBJECT (button), "case-id", g_strdup (case_id), g_free);
  g_signal_connect_object (button, "clicked", merged ? G_CALLBACK (apart_cb) : G_CALLBACK (unlink_cb), self, G_CONNECT_SWAPPED);
  csm_rights_apply (csm_case_part_get_workbench (CSM_CASE_PART (self)), merged ? CSM_ACTION_MERGE_CASES : CSM_ACTION_WORK_CASES, button);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
  gtk_list_box_append (self->list, row);
}

static void
add_cases (CsmCaseLinks *self,
           GPtrArray    *cases,
           gboolean      merged)
{
  for (guint i = 0; cases != NULL && i < cases->len; i++)
    {
      CsmCaseRow *other = cases->pdata[i];
      const char *subject = other->subject != NULL && other->subject[0] != '\0' ? other->subject : _("No subject");
      g_autofree char *subtitle = g_strdup_printf ("%s · %s", merged ? _("Merged into this case") : _("Linked"),
                                                   other->customer_name != NULL ? other->customer_name : "");

      add_row (self, other->id, subject, subtitle, merged);
    }
}

/* What was merged itself is opened by an old link only: it says where everything is, and can be taken apart there, too. */
static void
add_survivor (CsmCaseLinks *self,
              const char   *survivor_id)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *button = gtk_button_new_with_label (_("Take Apart"));

  g_object_set (row, "title", _("This case was merged"), "subtitle", _("Everything is in the other case"), "activatable", TRUE, NULL);
  g_object_set_data_full (G_OBJECT (row), "case-id", g_strdup (survivor_id), g_free);
  g_object_set_data_full (G_OBJECT (button), "case-id", g_strdup (csm_case_part_get_case_id (CSM_CASE_PART (self))), g_free);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  g_signal_connect_object (button, "clicked", G_CALLBACK (apart_cb), self, G_CONNECT_SWAPPED);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), gtk_image_new_from_icon_name ("dialog-information-symbolic"));
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
  gtk_list_box_append (self->list, row);
}

static void
note_cases (GString   *all,
            GPtrArray *cases)
{
  for (guint i = 0; cases != NULL && i < cases->len; i++)
    g_string_append_printf (all, "%s %s\n", ((CsmCaseRow *) cases->pdata[i])->id, ((CsmCaseRow *) cases->pdata[i])->subject);
  g_string_append_c (all, '\n');
}

static void
csm_case_links_refresh (CsmCasePart   *part,
                        CsmCaseDetail *detail)
{
  CsmCaseLinks *self = CSM_CASE_LINKS (part);
  const char *survivor = detail != NULL ? csm_json_get_string (detail->record, "mergedIntoId") : NULL;
  g_autoptr (GString) all = g_string_new (survivor);
  GtkListBoxRow *row;

  if (detail != NULL)
    {
      note_cases (all, detail->merged);
      note_cases (all, detail->related);
    }
  if (g_strcmp0 (all->str, self->shown) == 0)
    return;
  g_free (self->shown);
  self->shown = g_strdup (all->str);
  while ((row = gtk_list_box_get_row_at_index (self->list, 0)) != NULL)
    gtk_list_box_remove (self->list, GTK_WIDGET (row));
  if (survivor != NULL)
    add_survivor (self, survivor);
  if (detail != NULL)
    {
      add_cases (self, detail->merged, TRUE);
      add_cases (self, detail->related, FALSE);
    }
  row = gtk_list_box_get_row_at_index (self->list, 0);
  gtk_widget_set_visible (GTK_WIDGET (self->list), row != NULL);
  gtk_widget_set_visible (self->none, row == NULL);
}

/* --- what is done ------------------------------------------------------------------------------------------ */

static void
merge_action (GtkWidget  *widget,
              const char *name,
              GVariant   *parameter)
{
  csm_merge_dialog_present (widget, csm_case_part_get_workbench (CSM_CASE_PART (widget)),
                            g_str_equal (name, "links.merge") ? CSM_MERGE_CASE : CSM_LINK_CASE, NULL);
}

static void
move_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  csm_merge_dialog_present (widget, csm_case_part_get_workbench (CSM_CASE_PART (widget)), CSM_MOVE_CONVERSATION, g_variant_get_string (parameter, NULL));
}

/* Of several conversations each can go elsewhere. */
static void
create_menu_cb (GtkMenuButton *button,
                gpointer       data)
{
  CsmCasePart *part = data;
  CsmWorkbench *workbench = csm_case_part_get_workbench (part);
  CsmCaseDetail *detail = workbench != NULL ? csm_workbench_get_detail (workbench) : NULL;
  g_autoptr (GMenu) menu = g_menu_new ();
  g_autoptr (GMenu) moves = g_menu_new ();

  g_menu_append (menu, _("_Link With…"), "links.link");
  g_menu_append (menu, _("_Merge Into…"), "links.merge");
  for (guint i = 0; detail != NULL && detail->conversations != NULL && detail->conversations->len > 1 && i < detail->conversations->len; i++)
    {
      const char *subject = csm_json_get_string (detail->conversations->pdata[i], "subject");
      g_autofree char *label = g_strdup_printf (_("Move “%s” To…"), subject != NULL && subject[0] != '\0' ? subject : _("No subject"));
      g_autoptr (GMenuItem) item = g_menu_item_new (label, NULL);

      g_menu_item_set_action_and_target (item, "links.move", "s", csm_json_get_string (detail->conversations->pdata[i], "id"));
      g_menu_append_item (moves, item);
    }
  if (g_menu_model_get_n_items (G_MENU_MODEL (moves)) > 0)
    g_menu_append_section (menu, _("Conversations"), G_MENU_MODEL (moves));
  gtk_widget_action_set_enabled (GTK_WIDGET (part), "links.merge", workbench != NULL && csm_rights_may (workbench, CSM_ACTION_MERGE_CASES));
  gtk_menu_button_set_menu_model (button, G_MENU_MODEL (menu));
}

static void
csm_case_links_dispose (GObject *object)
{
  CsmCaseLinks *self = CSM_CASE_LINKS (object);

  if (self->menu_button != NULL)
    gtk_menu_button_set_create_popup_func (self->menu_button, NULL, NULL, NULL);
  self->menu_button = NULL;
  G_OBJECT_CLASS (csm_case_links_parent_class)->dispose (object);
}

static void
csm_case_links_finalize (GObject *object)
{
  g_free (CSM_CASE_LINKS (object)->shown);
  G_OBJECT_CLASS (csm_case_links_parent_class)->finalize (object);
}

static void
csm_case_links_class_init (CsmCaseLinksClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = csm_case_links_dispose;
  G_OBJECT_CLASS (klass)->finalize = csm_case_links_finalize;
  CSM_CASE_PART_CLASS (klass)->refresh = csm_case_links_refresh;
  gtk_widget_class_install_action (widget_class, "links.link", NULL, merge_action);
  gtk_widget_class_install_action (widget_class, "links.merge", NULL, merge_action);
  gtk_widget_class_install_action (widget_class, "links.move", "s", move_action);
}

static void
csm_case_links_init (CsmCaseLinks *self)
{
  GtkWidget *group = adw_preferences_group_new ();

  self->list = GTK_LIST_BOX (gtk_list_box_new ());
  self->none = gtk_label_new (_("No other case has to do with this one."));
  self->menu_button = GTK_MENU_BUTTON (gtk_menu_button_new ());
  gtk_list_box_set_selection_mode (self->list, GTK_SELECTION_NONE);
  gtk_widget_add_css_class (GTK_WIDGET (self->list), "boxed-list");
  gtk_widget_set_visible (GTK_WIDGET (self->list), FALSE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Linked Cases"), -1);
  g_signal_connect_object (self->list, "row-activated", G_CALLBACK (activated_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_add_css_class (self->none, "dim-label");
  gtk_label_set_xalign (GTK_LABEL (self->none), 0);
  gtk_label_set_wrap (GTK_LABEL (self->none), TRUE);
  gtk_menu_button_set_icon_name (self->menu_button, "list-add-symbolic");
  gtk_menu_button_set_create_popup_func (self->menu_button, create_menu_cb, self, NULL);
  gtk_widget_set_valign (GTK_WIDGET (self->menu_button), GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->menu_button), _("Link or merge cases"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->menu_button), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Link or merge cases"), -1);
  gtk_widget_add_css_class (GTK_WIDGET (self->menu_button), "flat");
  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (group), _("Linked Cases"));
  adw_preferences_group_set_header_suffix (ADW_PREFERENCES_GROUP (group), GTK_WIDGET (self->menu_button));
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), GTK_WIDGET (self->list));
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), self->none);
  adw_bin_set_child (ADW_BIN (self), group);
  self->shown = g_strdup ("");
}
