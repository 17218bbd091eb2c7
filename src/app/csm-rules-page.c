/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-rules-page.h"

#include <glib/gi18n.h>

#include "csm-empty-row.h"
#include "csm-json.h"
#include "csm-preferences-undo.h"
#include "csm-rights.h"
#include "csm-rule-row.h"
#include "csm-rule-window.h"
#include "csm-rule-words.h"

/* Those of one's own come before the built-in ones, which begin here. */
#define FIRST_BUILT_IN 1000

struct _CsmRulesPage
{
  AdwPreferencesPage   parent_instance;
  CsmWorkbench        *workbench;
  AdwPreferencesGroup *rules_group;
  GtkWidget           *add_button;
  AdwPreferencesGroup *block_group;
  GtkWidget           *no_rules;
  GtkWidget           *no_blocks;
  GtkEditable         *block_row;
  GPtrArray           *rows;        /* CsmRuleRow */
  GPtrArray           *block_rows;  /* AdwActionRow, of `block_ids` */
  GPtrArray           *block_ids;
  char                *moved;       /* the rule that stays open although its row is another one now, or NULL */
  char                *editing;     /* the rule whose window is open; NULL: a new one's */
};

G_DEFINE_FINAL_TYPE (CsmRulesPage, csm_rules_page, ADW_TYPE_PREFERENCES_PAGE)

/* --- sorting rules ----------------------------------------------------------------------------------------- */

static void
set_cb (CsmRulesPage *self,
        const char   *member,
        JsonNode     *value,
        CsmRuleRow   *row)
{
  csm_preferences_set (GTK_WIDGET (self), self->workbench, _("Change a sorting rule"), CSM_TYPE_ID_RULE,
                       csm_json_get_string (csm_rule_row_get_rule (row), "id"), member, csm_json_copy (value));
}

static void
destroy (CsmRulesPage *self,
         const char   *id,
         const char   *label,
         const char   *said)
{
  CsmIntent *intent = csm_intent_new (label);

  csm_intent_destroy (intent, CSM_TYPE_ID_RULE, id);
  csm_preferences_perform (GTK_WIDGET (self), self->workbench, intent, said);
}

static void
remove_cb (CsmRulesPage *self,
           CsmRuleRow   *row)
{
  destroy (self, csm_json_get_string (csm_rule_row_get_rule (row), "id"), _("Delete a sorting rule"), _("Rule deleted"));
}

/* (element-type JsonObject): the rules of one's own, in order */
static GPtrArray *
list_own (CsmRulesPage *self)
{
  GPtrArray *rules = csm_workbench_get_directory (self->workbench)->rules;
  GPtrArray *own = g_ptr_array_new ();

  for (guint i = 0; i < rules->len; i++)
    if (!csm_rule_is_block (rules->pdata[i]) && !csm_rule_is_built_in (rules->pdata[i]))
      g_ptr_array_add (own, rules->pdata[i]);
  g_ptr_array_sort (own, csm_rule_compare);
  return own;
}

static void
move_cb (CsmRulesPage *self,
         int           by,
         CsmRuleRow   *row)
{
  g_autoptr (GPtrArray) own = list_own (self);
  CsmIntent *intent;
  gpointer moved;
  guint from, to;

  for (from = 0; from < own->len; from++)
    if (g_strcmp0 (csm_json_get_string (own->pdata[from], "id"), csm_json_get_string (csm_rule_row_get_rule (row), "id")) == 0)
      break;
  to = from + (guint) by;
  if (from >= own->len || to >= own->len)
    return;
  moved = g_ptr_array_steal_index (own, from);
  g_ptr_array_insert (own, (int) to, moved);
  g_free (self->moved);
  self->moved = g_strdup (csm_json_get_string (moved, "id"));
  intent = csm_intent_new (_("Change the order of sorting rules"));
  for (guint i = 0; i < own->len; i++)
    {
      JsonObject *patch;

      if (csm_json_get_int (own->pdata[i], "position", 0) == (gint64) i + 1)
        continue;
      patch = json_object_new ();
      json_object_set_int_member (patch, "position", (gint64) i + 1);
      csm_intent_update (intent, CSM_TYPE_ID_RULE, csm_json_get_string (own->pdata[i], "id"), patch);
    }
  csm_preferences_perform (GTK_WIDGET (self), self->workbench, intent, _("Order changed"));
}

/* After the others of one's own */
static gint64
next_position (CsmRulesPage *self)
{
  g_autoptr (GPtrArray) own = list_own (self);
  gint64 last = own->len > 0 ? csm_json_get_int (own->pdata[own->len - 1], "position", 0) : 0;

  return MIN (last + 1, FIRST_BUILT_IN - 1);
}

static void
create (CsmRulesPage *self,
        const char   *kind,
        JsonObject   *record,
        const char   *label,
        const char   *said)
{
  CsmIntent *intent = csm_intent_new (label);
  g_autofree char *id = NULL;

  json_object_set_string_member (record, "kind", kind);
  id = csm_intent_create (intent, CSM_TYPE_ID_RULE, record);
  csm_preferences_perform (GTK_WIDGET (self), self->workbench, intent, said);
}

static void
save_cb (CsmRulesPage *self,
         JsonObject   *patch)
{
  JsonObject *copy = csm_json_copy_object (patch);
  CsmIntent *intent;

  if (self->editing == NULL)
    {
      json_object_set_int_member (copy, "position", next_position (self));
      create (self, "lane", copy, _("Add a sorting rule"), _("Rule added"));
      return;
    }
  intent = csm_intent_new (_("Change a sorting rule"));
  csm_intent_update (intent, CSM_TYPE_ID_RULE, self->editing, copy);
  csm_preferences_perform (GTK_WIDGET (self), self->workbench, intent, _("Rule changed"));
}

static void
open_window (CsmRulesPage *self,
             JsonObject   *rule)
{
  GtkWindow *window = csm_rule_window_new (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))), self->workbench, rule);

  g_free (self->editing);
  self->editing = rule != NULL ? g_strdup (csm_json_get_string (rule, "id")) : NULL;
  g_signal_connect_object (window, "save", G_CALLBACK (save_cb), self, G_CONNECT_SWAPPED);
  gtk_window_present (window);
}

static void
edit_cb (CsmRulesPage *self,
         CsmRuleRow   *row)
{
  open_window (self, csm_rule_row_get_rule (row));
}

static void
add_action (GtkWidget  *widget,
            const char *name,
            GVariant   *parameter)
{
  open_window (CSM_RULES_PAGE (widget), NULL);
}

static GtkWidget *
make_row (CsmRulesPage *self)
{
  GtkWidget *row = csm_rule_row_new ();

  g_signal_connect_object (row, "edit", G_CALLBACK (edit_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (row, "remove", G_CALLBACK (remove_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (row, "move", G_CALLBACK (move_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (row, "set", G_CALLBACK (set_cb), self, G_CONNECT_SWAPPED);
  adw_preferences_group_add (self->rules_group, row);
  return row;
}

/* Rows are kept for the rules that stay in their order: an open one stays open. */
static void
show_rules (CsmRulesPage *self,
            GPtrArray    *rules,
            gboolean      admin)
{
  CsmDirectory *directory = csm_workbench_get_directory (self->workbench);
  guint kept = 0;

  while (kept < self->rows->len && kept < rules->len &&
         g_strcmp0 (csm_json_get_string (csm_rule_row_get_rule (self->rows->pdata[kept]), "id"), csm_json_get_string (rules->pdata[kept], "id")) == 0)
    kept++;
  while (self->rows->len > kept)
    {
      adw_preferences_group_remove (self->rules_group, self->rows->pdata[self->rows->len - 1]);
      g_ptr_array_set_size (self->rows, (int) self->rows->len - 1);
    }
  for (guint i = 0; i < rules->len; i++)
    {
      if (i >= self->rows->len)
        g_ptr_array_add (self->rows, make_row (self));
      csm_rule_row_set (self->rows->pdata[i], rules->pdata[i], csm_directory_name (directory, csm_json_get_string (rules->pdata[i], "channelId")), admin);
      if (g_strcmp0 (csm_json_get_string (rules->pdata[i], "id"), self->moved) == 0)
        adw_expander_row_set_expanded (self->rows->pdata[i], TRUE);
      csm_rule_row_set_place (self->rows->pdata[i], i == 0, i + 1 >= rules->len || csm_rule_is_built_in (rules->pdata[i + 1]));
    }
  adw_preferences_group_set_description (self->rules_group,
                                         admin ? _("The first one that fits says where new mail goes. Everything else comes to the inbox.")
                                               : _("The first one that fits says where new mail goes. Everything else comes to the inbox. Only admins can change this."));
  gtk_widget_set_visible (self->add_button, admin);
  gtk_widget_set_visible (self->no_rules, rules->len == 0);
}

/* --- blocked senders --------------------------------------------------------------------------------------- */

static void
unblock_cb (CsmRulesPage *self,
            GtkWidget    *button)
{
  GtkWidget *row = gtk_widget_get_ancestor (button, ADW_TYPE_ACTION_ROW);
  g_autofree char *said = NULL;
  guint index;

  if (row == NULL || !g_ptr_array_find (self->block_rows, row, &index))
    return;
  /* Translators: %s is an address */
  said = g_strdup_printf (_("%s is not blocked any more"), adw_preferences_row_get_title (ADW_PREFERENCES_ROW (row)));
  destroy (self, self->block_ids->pdata[index], _("Unblock"), said);
}

static void
block_cb (CsmRulesPage *self)
{
  g_autofree char *text = g_strstrip (g_strdup (gtk_editable_get_text (self->block_row)));
  g_autoptr (JsonObject) condition = text[0] != '\0' ? csm_rule_read_sender (text) : NULL;
  g_autofree char *said = NULL;
  JsonObject *conditions;
  JsonObject *record;

  if (condition == NULL)
    return;
  if (csm_json_get_string (condition, "is") == NULL)
    {
      csm_preferences_say (GTK_WIDGET (self), _("This is no address and no domain"));
      return;
    }
  conditions = json_object_new ();
  json_object_set_object_member (conditions, "from", g_steal_pointer (&condition));
  record = json_object_new ();
  json_object_set_object_member (record, "conditions", conditions);
  said = g_strdup_printf (_("%s is blocked"), text);
  create (self, "block", record, _("Block"), said);
  /* What is emptied from here would ask to be applied. */
  adw_entry_row_set_show_apply_button (ADW_ENTRY_ROW (self->block_row), FALSE);
  gtk_editable_set_text (self->block_row, "");
  adw_entry_row_set_show_apply_button (ADW_ENTRY_ROW (self->block_row), TRUE);
}

static void
add_blocked (CsmRulesPage *self,
             JsonObject   *rule)
{
  g_autofree char *sender = csm_rule_dup_sender (rule);
  /* Translators: %s is an address */
  g_autofree char *label = g_strdup_printf (_("Unblock %s"), sender);
  const char *channel = csm_directory_name (csm_workbench_get_directory (self->workbench), csm_json_get_string (rule, "channelId"));
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *button = gtk_button_new_with_mnemonic (_("_Unblock"));

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), sender);
  if (channel != NULL)
    adw_action_row_set_subtitle (ADW_ACTION_ROW (row), channel);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  g_signal_connect_object (button, "clicked", G_CALLBACK (unblock_cb), self, G_CONNECT_SWAPPED);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
  adw_preferences_group_add (self->block_group, row);
  g_ptr_array_add (self->block_rows, row);
  g_ptr_array_add (self->block_ids, g_strdup (csm_json_get_string (rule, "id")));
}

static void
show_blocked (CsmRulesPage *self,
              GPtrArray    *rules)
{
  guint same = 0;

  gtk_widget_set_visible (self->no_blocks, rules->len == 0);
  while (same < rules->len && same < self->block_ids->len && g_strcmp0 (csm_json_get_string (rules->pdata[same], "id"), self->block_ids->pdata[same]) == 0)
    same++;
  if (same == rules->len && same == self->block_ids->len)
    return;
  for (guint i = 0; i < self->block_rows->len; i++)
    adw_preferences_group_remove (self->block_group, self->block_rows->pdata[i]);
  g_ptr_array_set_size (self->block_rows, 0);
  g_ptr_array_set_size (self->block_ids, 0);
  for (guint i = 0; i < rules->len; i++)
    add_blocked (self, rules->pdata[i]);
}

/* --- both -------------------------------------------------------------------------------------------------- */

static void
show (CsmRulesPage *self)
{
  CsmDirectory *directory = self->workbench != NULL ? csm_workbench_get_directory (self->workbench) : NULL;
  g_autoptr (GPtrArray) rules = g_ptr_array_new ();
  g_autoptr (GPtrArray) blocked = g_ptr_array_new ();
  gboolean admin;

  if (directory == NULL)
    return;
  admin = csm_rights_may (self->workbench, CSM_ACTION_WRITE_RULES);
  for (guint i = 0; i < directory->rules->len; i++)
    g_ptr_array_add (csm_rule_is_block (directory->rules->pdata[i]) ? blocked : rules, directory->rules->pdata[i]);
  g_ptr_array_sort (rules, csm_rule_compare);
  g_ptr_array_sort (blocked, csm_rule_compare);
  show_rules (self, rules, admin);
  show_blocked (self, blocked);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "rules.add", admin);
}

static void
csm_rules_page_dispose (GObject *object)
{
  CsmRulesPage *self = CSM_RULES_PAGE (object);

  g_clear_object (&self->workbench);
  G_OBJECT_CLASS (csm_rules_page_parent_class)->dispose (object);
}

static void
csm_rules_page_finalize (GObject *object)
{
  CsmRulesPage *self = CSM_RULES_PAGE (object);

  g_ptr_array_unref (self->rows);
  g_ptr_array_unref (self->block_rows);
  g_ptr_array_unref (self->block_ids);
  g_free (self->moved);
  g_free (self->editing);
  G_OBJECT_CLASS (csm_rules_page_parent_class)->finalize (object);
}

static void
csm_rules_page_class_init (CsmRulesPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = csm_rules_page_dispose;
  G_OBJECT_CLASS (klass)->finalize = csm_rules_page_finalize;
  gtk_widget_class_set_template_from_resource (widget_class, "/org/casement/Casement/ui/csm-rules-page.ui");
  gtk_widget_class_bind_template_child (widget_class, CsmRulesPage, rules_group);
  gtk_widget_class_bind_template_child (widget_class, CsmRulesPage, add_button);
  gtk_widget_class_bind_template_child (widget_class, CsmRulesPage, block_group);
  gtk_widget_class_bind_template_child (widget_class, CsmRulesPage, block_row);
  gtk_widget_class_bind_template_callback (widget_class, block_cb);
  gtk_widget_class_install_action (widget_class, "rules.add", NULL, add_action);
}

static void
csm_rules_page_init (CsmRulesPage *self)
{
  self->rows = g_ptr_array_new ();
  self->block_rows = g_ptr_array_new ();
  self->block_ids = g_ptr_array_new_with_free_func (g_free);
  gtk_widget_init_template (GTK_WIDGET (self));
  self->no_rules = csm_empty_row_add (self->rules_group, _("No Sorting Rules Yet"), _("All mail comes to the inbox. A rule keeps newsletters or notifications out of it."));
  self->no_blocks = csm_empty_row_add (self->block_group, _("Nobody Is Blocked"), _("Write an address above, or block the sender of a case from its menu."));
}

/* @workbench: who is signed in; for once */
void
csm_rules_page_set_workbench (CsmRulesPage *self,
                              CsmWorkbench *workbench)
{
  g_return_if_fail (CSM_IS_RULES_PAGE (self) && self->workbench == NULL);
  self->workbench = g_object_ref (workbench);
  g_signal_connect_object (workbench, "notify::directory", G_CALLBACK (show), self, G_CONNECT_SWAPPED);
  show (self);
}
