/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-clock-chip.h"

#include <glib/gi18n.h>

#include "csm-clock-tick.h"
#include "csm-clock-words.h"
#include "csm-json.h"
#include "csm-time.h"

struct _CsmClockChip
{
  CsmCasePart   parent_instance;
  GtkWidget    *button;
  GtkLabel     *left;
  GtkLabel     *deadline;
  GtkLabel     *why;
  const char   *shown_class;
  CsmClockTick  tick;
};

G_DEFINE_FINAL_TYPE (CsmClockChip, csm_clock_chip, CSM_TYPE_CASE_PART)

/* Whether the customer had the word since the case began. */
static gboolean
has_rested (JsonObject *clocks)
{
  JsonObject *facts = csm_json_get_object (clocks, "facts");
  JsonArray *rests = facts != NULL ? csm_json_get_array (facts, "rests") : NULL;

  return rests != NULL && json_array_get_length (rests) > 0;
}

static void
set_class (CsmClockChip *self,
           const char   *class)
{
  if (g_strcmp0 (class, self->shown_class) == 0)
    return;
  if (self->shown_class != NULL)
    gtk_widget_remove_css_class (self->button, self->shown_class);
  if (class != NULL)
    gtk_widget_add_css_class (self->button, class);
  self->shown_class = class;
}

static void
show_clock (CsmClockChip *self,
            JsonObject   *record,
            const char   *kind,
            gint64        at)
{
  gint64 now = csm_time_now ();
  JsonObject *clocks = csm_json_get_object (record, "clocks");
  JsonObject *clock = clocks != NULL ? csm_json_get_object (clocks, kind) : NULL;
  CsmDirectory *directory = csm_workbench_get_directory (csm_case_part_get_workbench (CSM_CASE_PART (self)));
  g_autofree char *left = csm_clock_words_short (at, now);
  g_autofree char *text = g_strdup_printf ("⏱ %s", left);
  g_autofree char *deadline = csm_clock_words_deadline (kind, at, now);
  g_autofree char *why = clock != NULL ? csm_clock_words_why (directory, kind, clock, has_rested (clocks) && g_strcmp0 (kind, "resolve") == 0) : NULL;

  gtk_label_set_text (self->left, text);
  gtk_widget_set_tooltip_text (self->button, deadline);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_PROPERTY_LABEL, deadline, -1);
  gtk_label_set_text (self->deadline, deadline);
  gtk_label_set_text (self->why, why != NULL ? why : "");
  set_class (self, csm_clock_words_class (at, csm_json_get_time (record, "warnAt"), now));
}

static void
csm_clock_chip_refresh (CsmCasePart   *part,
                        CsmCaseDetail *detail)
{
  CsmClockChip *self = CSM_CLOCK_CHIP (part);
  gint64 at = detail != NULL ? csm_json_get_time (detail->record, "clockAt") : CSM_TIME_NONE;

  gtk_widget_set_visible (GTK_WIDGET (self), at != CSM_TIME_NONE);
  csm_clock_tick_want (&self->tick, at != CSM_TIME_NONE);
  if (at != CSM_TIME_NONE)
    show_clock (self, detail->record, csm_json_get_string (detail->record, "clockKind"), at);
}

static void
tick_cb (GtkWidget *widget)
{
  csm_case_part_refresh (CSM_CASE_PART (widget));
}

static void
csm_clock_chip_dispose (GObject *object)
{
  csm_clock_tick_clear (&CSM_CLOCK_CHIP (object)->tick);
  G_OBJECT_CLASS (csm_clock_chip_parent_class)->dispose (object);
}

static void
csm_clock_chip_class_init (CsmClockChipClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = csm_clock_chip_dispose;
  CSM_CASE_PART_CLASS (klass)->refresh = csm_clock_chip_refresh;
}

static GtkLabel *
add_label (GtkWidget  *box,
           const char *class)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 40);
  gtk_widget_add_css_class (label, class);
  gtk_box_append (GTK_BOX (box), label);
  return GTK_LABEL (label);
}

static void
csm_clock_chip_init (CsmClockChip *self)
{
  GtkWidget *popover = gtk_popover_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);

  self->button = gtk_menu_button_new ();
  self->left = GTK_LABEL (gtk_label_new (NULL));
  gtk_menu_button_set_child (GTK_MENU_BUTTON (self->button), GTK_WIDGET (self->left));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_PROPERTY_LABEL, _("What was promised"), -1);
  gtk_widget_add_css_class (self->button, "chip");
  gtk_widget_add_css_class (self->button, "clock");
  self->deadline = add_label (box, "heading");
  self->why = add_label (box, "dim-label");
  gtk_popover_set_child (GTK_POPOVER (popover), box);
  gtk_menu_button_set_popover (GTK_MENU_BUTTON (self->button), popover);
  adw_bin_set_child (ADW_BIN (self), self->button);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
  csm_clock_tick_init (&self->tick, GTK_WIDGET (self), tick_cb);
}
