/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-rule-row.h"

#include <glib/gi18n.h>

#include "csm-json.h"
#include "csm-preferences-undo.h"
#include "csm-rule-window.h"
#include "csm-rule-words.h"

struct _CsmRuleRow
{
  AdwExpanderRow  parent_instance;
  AdwComboRow    *lane_row;
  GtkWidget      *own_row;
  GtkWidget      *up_button;
  GtkWidget      *down_button;
  GtkWidget      *edit_button;
  JsonObject     *rule;
  gboolean        setting;  /* not by a person */
};

enum { SET, EDIT, REMOVE, MOVE, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (CsmRuleRow, csm_rule_row, ADW_TYPE_EXPANDER_ROW)

static void
enabled_cb (CsmRuleRow *self)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_VALUE);

  if (self->setting)
    return;
  json_node_set_boolean (node, adw_expander_row_get_enable_expansion (ADW_EXPANDER_ROW (self)));
  g_signal_emit (self, signals[SET], 0, "enabled", node);
}

static void
lane_cb (CsmRuleRow *self)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_VALUE);

  if (self->setting)
    return;
  json_node_set_string (node, csm_rule_get_lane (adw_combo_row_get_selected (self->lane_row)));
  g_signal_emit (self, signals[SET], 0, "lane", node);
}

static void
edit_cb (CsmRuleRow *self)
{
  g_signal_emit (self, signals[EDIT], 0);
}

static void
remove_cb (CsmRuleRow *self)
{
  g_signal_emit (self, signals[REMOVE], 0);
}

static void
up_cb (CsmRuleRow *self)
{
  g_signal_emit (self, signals[MOVE], 0, -1);
}

static void
down_cb (CsmRuleRow *self)
{
  g_signal_emit (self, signals[MOVE], 0, 1);
}

static void
csm_rule_row_dispose (GObject *object)
{
  CSM_RULE_ROW (object)->setting = TRUE;
  G_OBJECT_CLASS (csm_rule_row_parent_class)->dispose (object);
}

static void
csm_rule_row_finalize (GObject *object)
{
  CsmRuleRow *self = CSM_RULE_ROW (object);

  g_clear_pointer (&self->rule, json_object_unref);
  G_OBJECT_CLASS (csm_rule_row_parent_class)->finalize (object);
}

static void
csm_rule_row_class_init (CsmRuleRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = csm_rule_row_dispose;
  G_OBJECT_CLASS (klass)->finalize = csm_rule_row_finalize;
  signals[SET] = g_signal_new ("set", CSM_TYPE_RULE_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2, G_TYPE_STRING, JSON_TYPE_NODE);
  signals[EDIT] = g_signal_new ("edit", CSM_TYPE_RULE_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[REMOVE] = g_signal_new ("remove", CSM_TYPE_RULE_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[MOVE] = g_signal_new ("move", CSM_TYPE_RULE_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/casement/Casement/ui/csm-rule-row.ui");
  gtk_widget_class_bind_template_child (widget_class, CsmRuleRow, lane_row);
  gtk_widget_class_bind_template_child (widget_class, CsmRuleRow, own_row);
  gtk_widget_class_bind_template_child (widget_class, CsmRuleRow, up_button);
  gtk_widget_class_bind_template_child (widget_class, CsmRuleRow, down_button);
  gtk_widget_class_bind_template_child (widget_class, CsmRuleRow, edit_button);
  gtk_widget_class_bind_template_callback (widget_class, enabled_cb);
  gtk_widget_class_bind_template_callback (widget_class, lane_cb);
  gtk_widget_class_bind_template_callback (widget_class, edit_cb);
  gtk_widget_class_bind_template_callback (widget_class, remove_cb);
  gtk_widget_class_bind_template_callback (widget_class, up_cb);
  gtk_widget_class_bind_template_callback (widget_class, down_cb);
}

static void
csm_rule_row_init (CsmRuleRow *self)
{
  g_autoptr (GtkStringList) lanes = csm_rule_window_lanes ();

  self->setting = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  adw_combo_row_set_model (self->lane_row, G_LIST_MODEL (lanes));
  self->setting = FALSE;
}

GtkWidget *
csm_rule_row_new (void)
{
  return g_object_new (CSM_TYPE_RULE_ROW, NULL);
}

/**
 * csm_rule_row_set:
 * @self: a row
 * @rule: a Rule
 * @channel: (nullable): the name of the only channel that it is for
 * @may_change: whether who is signed in may
 */
void
csm_rule_row_set (CsmRuleRow *self,
                  JsonObject *rule,
                  const char *channel,
                  gboolean    may_change)
{
  g_autofree char *sentence = csm_rule_say (rule);
  const char *lane = csm_json_get_string (rule, "lane");
  gboolean enabled = json_object_get_boolean_member_with_default (rule, "enabled", TRUE);
  g_autofree char *where = NULL;

  g_return_if_fail (CSM_IS_RULE_ROW (self));
  json_object_ref (rule);
  g_clear_pointer (&self->rule, json_object_unref);
  self->rule = rule;
  if (!enabled)
    where = g_strdup (_("Not applied"));
  else
    /* Translators: %s is a lane: "→ Newsletters" */
    where = g_strdup_printf (_("→ %s"), csm_rule_name_lane (lane));
  if (channel != NULL)
    {
      g_autofree char *only = g_strdup_printf ("%s · %s", where, channel);

      g_free (where);
      where = g_steal_pointer (&only);
    }
  self->setting = TRUE;
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), sentence);
  csm_preferences_name_switch (ADW_EXPANDER_ROW (self), sentence);
  adw_expander_row_set_subtitle (ADW_EXPANDER_ROW (self), where);
  adw_expander_row_set_enable_expansion (ADW_EXPANDER_ROW (self), enabled);
  adw_combo_row_set_selected (self->lane_row, csm_rule_find_lane (lane));
  gtk_widget_set_visible (self->own_row, !csm_rule_is_built_in (rule));
  gtk_widget_set_visible (self->edit_button, csm_rule_is_simple (rule));
  gtk_widget_set_sensitive (GTK_WIDGET (self), may_change);
  self->setting = FALSE;
}

/* Where else among the rules of one's own it could stand */
void
csm_rule_row_set_place (CsmRuleRow *self,
                        gboolean    is_first,
                        gboolean    is_last)
{
  g_return_if_fail (CSM_IS_RULE_ROW (self));
  gtk_widget_set_sensitive (self->up_button, !is_first);
  gtk_widget_set_sensitive (self->down_button, !is_last);
}

/* Returns: (transfer none): what it shows */
JsonObject *
csm_rule_row_get_rule (CsmRuleRow *self)
{
  g_return_val_if_fail (CSM_IS_RULE_ROW (self), NULL);
  return self->rule;
}
