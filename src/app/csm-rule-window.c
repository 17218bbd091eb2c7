/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-rule-window.h"

#include <glib/gi18n.h>

#include "csm-action-fold.h"
#include "csm-channel-words.h"
#include "csm-json.h"
#include "csm-record-choice.h"
#include "csm-rule-words.h"

struct _CsmRuleWindow
{
  AdwWindow    parent_instance;
  GtkEditable *from_row;
  GtkEditable *to_row;
  GtkEditable *subject_row;
  GtkEditable *list_row;
  AdwComboRow *channel_row;
  AdwComboRow *lane_row;
  GtkButton   *save_button;
};

enum { SAVE, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (CsmRuleWindow, csm_rule_window, ADW_TYPE_WINDOW)

static char *
entered (GtkEditable *editable)
{
  return g_strstrip (g_strdup (gtk_editable_get_text (editable)));
}

static JsonObject *
make_conditions (CsmRuleWindow *self)
{
  JsonObject *conditions = json_object_new ();
  g_autofree char *from = entered (self->from_row);
  g_autofree char *to = entered (self->to_row);
  g_autofree char *subject = entered (self->subject_row);
  g_autofree char *list = entered (self->list_row);

  if (from[0] != '\0')
    json_object_set_object_member (conditions, "from", csm_rule_read_sender (from));
  if (to[0] != '\0')
    json_object_set_object_member (conditions, "to", csm_rule_read_sender (to));
  if (subject[0] != '\0')
    {
      json_object_set_object_member (conditions, "subject", json_object_new ());
      json_object_set_string_member (csm_json_get_object (conditions, "subject"), "has", subject);
    }
  if (list[0] != '\0')
    {
      json_object_set_object_member (conditions, "listId", json_object_new ());
      json_object_set_string_member (csm_json_get_object (conditions, "listId"), "has", list);
    }
  return conditions;
}

static void
changed_cb (CsmRuleWindow *self)
{
  g_autoptr (JsonObject) conditions = make_conditions (self);

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "rule.save", json_object_get_size (conditions) > 0);
}

static void
save_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  CsmRuleWindow *self = CSM_RULE_WINDOW (widget);
  g_autoptr (JsonObject) patch = json_object_new ();

  json_object_set_object_member (patch, "conditions", make_conditions (self));
  json_object_set_string_member (patch, "lane", csm_rule_get_lane (adw_combo_row_get_selected (self->lane_row)));
  csm_record_choice_put (self->channel_row, patch, "channelId");
  g_signal_emit (self, signals[SAVE], 0, patch);
  gtk_window_close (GTK_WINDOW (self));
}

static void
save_cb (CsmRuleWindow *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "rule.save", NULL);
}

static void
csm_rule_window_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), CSM_TYPE_RULE_WINDOW);
  G_OBJECT_CLASS (csm_rule_window_parent_class)->dispose (object);
}

static void
csm_rule_window_class_init (CsmRuleWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = csm_rule_window_dispose;
  signals[SAVE] = g_signal_new ("save", CSM_TYPE_RULE_WINDOW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, JSON_TYPE_OBJECT);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/casement/Casement/ui/csm-rule-window.ui");
  gtk_widget_class_bind_template_child (widget_class, CsmRuleWindow, from_row);
  gtk_widget_class_bind_template_child (widget_class, CsmRuleWindow, to_row);
  gtk_widget_class_bind_template_child (widget_class, CsmRuleWindow, subject_row);
  gtk_widget_class_bind_template_child (widget_class, CsmRuleWindow, list_row);
  gtk_widget_class_bind_template_child (widget_class, CsmRuleWindow, channel_row);
  gtk_widget_class_bind_template_child (widget_class, CsmRuleWindow, lane_row);
  gtk_widget_class_bind_template_child (widget_class, CsmRuleWindow, save_button);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, save_cb);
  gtk_widget_class_install_action (widget_class, "rule.save", NULL, save_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
csm_rule_window_init (CsmRuleWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  csm_action_fold (GTK_WIDGET (self->save_button));
}

/* Returns: (transfer full): the lanes' names, in the order of csm_rule_get_lane() */
GtkStringList *
csm_rule_window_lanes (void)
{
  GtkStringList *list = gtk_string_list_new (NULL);

  for (guint i = 0; i < CSM_RULE_N_LANES; i++)
    gtk_string_list_append (list, csm_rule_name_lane (csm_rule_get_lane (i)));
  return list;
}

static void
fill_row (GtkEditable *row,
          JsonObject  *rule,
          const char  *field)
{
  g_autofree char *value = rule != NULL ? csm_rule_dup_value (rule, field) : NULL;

  gtk_editable_set_text (row, value != NULL ? value : "");
}

/**
 * csm_rule_window_new:
 * @parent: (nullable): the window that it belongs to
 * @workbench: who is signed in
 * @rule: (nullable): the rule to change; %NULL: a new one
 *
 * Returns: (transfer none): a window, not shown yet
 */
GtkWindow *
csm_rule_window_new (GtkWindow    *parent,
                     CsmWorkbench *workbench,
                     JsonObject   *rule)
{
  CsmRuleWindow *self = g_object_new (CSM_TYPE_RULE_WINDOW, "transient-for", parent, "title", rule != NULL ? _("Sorting Rule") : _("New Sorting Rule"), NULL);
  g_autoptr (GtkStringList) lanes = csm_rule_window_lanes ();
  g_autoptr (GPtrArray) mailboxes = g_ptr_array_new ();
  CsmDirectory *directory = csm_workbench_get_directory (workbench);

  for (guint i = 0; directory != NULL && i < directory->channels->len; i++)
    if (csm_channel_is_mailbox (directory->channels->pdata[i]))
      g_ptr_array_add (mailboxes, directory->channels->pdata[i]);
  csm_record_choice_fill (self->channel_row, _("Every mailbox"), mailboxes, rule != NULL ? csm_json_get_string (rule, "channelId") : NULL);
  adw_combo_row_set_model (self->lane_row, G_LIST_MODEL (lanes));
  adw_combo_row_set_selected (self->lane_row, csm_rule_find_lane (rule != NULL ? csm_json_get_string (rule, "lane") : "notification"));
  fill_row (self->from_row, rule, "from");
  fill_row (self->to_row, rule, "to");
  fill_row (self->subject_row, rule, "subject");
  fill_row (self->list_row, rule, "listId");
  if (rule != NULL)
    gtk_button_set_label (self->save_button, _("_Save"));
  changed_cb (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->from_row));
  return GTK_WINDOW (self);
}
