/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-clock-panel.h"

#include <glib/gi18n.h>

#include "csm-clock-tick.h"
#include "csm-clock-words.h"
#include "csm-json.h"
#include "csm-time.h"

#define N_KINDS 3

struct _CsmClockPanel
{
  CsmCasePart          parent_instance;
  AdwPreferencesGroup *group;
  AdwActionRow        *rows[N_KINDS];
  GtkWidget           *icons[N_KINDS];
  CsmClockTick         tick;
};

G_DEFINE_FINAL_TYPE (CsmClockPanel, csm_clock_panel, CSM_TYPE_CASE_PART)

static const char *const kinds[N_KINDS] = { "acknowledge", "answer", "resolve" };

/* The words say the same. */
static void
show_icon (GtkWidget  *icon,
           JsonObject *clock,
           gint64      now)
{
  gint64 by = csm_json_get_time (clock, "by"), met = csm_json_get_time (clock, "metAt");
  gboolean paused = g_strcmp0 (csm_json_get_string (clock, "state"), "paused") == 0;
  gboolean late = met != CSM_TIME_NONE ? met > by : !paused && by <= now;

  gtk_image_set_from_icon_name (GTK_IMAGE (icon), late ? "csm-urgent-symbolic" : met != CSM_TIME_NONE ? "csm-resolve-symbolic"
                                                  : paused ? "media-playback-pause-symbolic" : "csm-waiting-symbolic");
  if (late)
    gtk_widget_add_css_class (icon, "error");
  else
    gtk_widget_remove_css_class (icon, "error");
}

/* Returns: whether what is said changes with the time */
static gboolean
show_clock (CsmClockPanel *self,
            guint          i,
            CsmDirectory  *directory,
            JsonObject    *clocks,
            gint64         now)
{
  JsonObject *clock = clocks != NULL ? csm_json_get_object (clocks, kinds[i]) : NULL;
  JsonObject *facts = clocks != NULL ? csm_json_get_object (clocks, "facts") : NULL;
  JsonArray *rests = facts != NULL ? csm_json_get_array (facts, "rests") : NULL;
  g_autofree char *state = NULL;
  g_autofree char *why = NULL;

  gtk_widget_set_visible (GTK_WIDGET (self->rows[i]), clock != NULL);
  if (clock == NULL)
    return FALSE;
  state = csm_clock_words_state (kinds[i], clock, now);
  why = csm_clock_words_why (directory, kinds[i], clock, g_str_equal (kinds[i], "resolve") && rests != NULL && json_array_get_length (rests) > 0);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->rows[i]), state);
  adw_action_row_set_subtitle (self->rows[i], why);
  show_icon (self->icons[i], clock, now);
  return csm_json_get_string (clock, "metAt") == NULL;
}

static void
csm_clock_panel_refresh (CsmCasePart   *part,
                         CsmCaseDetail *detail)
{
  CsmClockPanel *self = CSM_CLOCK_PANEL (part);
  CsmWorkbench *workbench = csm_case_part_get_workbench (part);
  JsonObject *clocks = detail != NULL ? csm_json_get_object (detail->record, "clocks") : NULL;
  gboolean some = FALSE, runs = FALSE;

  for (guint i = 0; i < N_KINDS; i++)
    {
      runs |= show_clock (self, i, workbench != NULL ? csm_workbench_get_directory (workbench) : NULL, clocks, csm_time_now ());
      some |= gtk_widget_get_visible (GTK_WIDGET (self->rows[i]));
    }
  gtk_widget_set_visible (GTK_WIDGET (self), some);
  csm_clock_tick_want (&self->tick, runs);
}

static void
tick_cb (GtkWidget *widget)
{
  csm_case_part_refresh (CSM_CASE_PART (widget));
}

static void
csm_clock_panel_dispose (GObject *object)
{
  csm_clock_tick_clear (&CSM_CLOCK_PANEL (object)->tick);
  G_OBJECT_CLASS (csm_clock_panel_parent_class)->dispose (object);
}

static void
csm_clock_panel_class_init (CsmClockPanelClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = csm_clock_panel_dispose;
  CSM_CASE_PART_CLASS (klass)->refresh = csm_clock_panel_refresh;
}

static void
csm_clock_panel_init (CsmClockPanel *self)
{
  self->group = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());
  adw_preferences_group_set_title (self->group, _("Promises"));
  for (guint i = 0; i < N_KINDS; i++)
    {
      self->rows[i] = ADW_ACTION_ROW (adw_action_row_new ());
      self->icons[i] = g_object_new (GTK_TYPE_IMAGE, "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);
      adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (self->rows[i]), FALSE);
      adw_action_row_set_title_lines (self->rows[i], 0);
      adw_action_row_set_subtitle_lines (self->rows[i], 0);
      adw_action_row_add_prefix (self->rows[i], self->icons[i]);
      adw_preferences_group_add (self->group, GTK_WIDGET (self->rows[i]));
    }
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (self->group));
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
  csm_clock_tick_init (&self->tick, GTK_WIDGET (self), tick_cb);
}
