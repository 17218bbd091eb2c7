/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-event-row.h"

#include <glib/gi18n.h>

#include "csm-event-text.h"
#include "csm-format.h"

/**
 * csm_event_row_new:
 * @workbench: the window's workbench
 * @entry: an Event of the timeline
 *
 * Returns: (transfer floating): a line that says what happened and when
 */
GtkWidget *
csm_event_row_new (CsmWorkbench           *workbench,
                   const CsmTimelineEntry *entry)
{
  g_autofree char *what = csm_event_text (workbench, entry->record);
  g_autofree char *when = csm_format_clock (entry->at);
  g_autofree char *when_long = csm_format_when_long (entry->at);
  g_autofree char *text = g_strdup_printf ("%s · %s", what, when);
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_justify (GTK_LABEL (label), GTK_JUSTIFY_CENTER);
  gtk_widget_set_tooltip_text (label, when_long);
  gtk_widget_add_css_class (label, "dim-label");
  gtk_widget_add_css_class (label, "caption");
  gtk_widget_add_css_class (label, "event");
  return label;
}
