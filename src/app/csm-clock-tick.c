/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-clock-tick.h"

#include "csm-time.h"

static void update (CsmClockTick *self);

static gboolean
timeout_cb (gpointer data)
{
  CsmClockTick *self = data;

  self->timeout_id = 0;
  self->func (self->widget);
  update (self);
  return G_SOURCE_REMOVE;
}

static void
update (CsmClockTick *self)
{
  gboolean runs = self->wanted && gtk_widget_get_mapped (self->widget);

  if (!runs)
    g_clear_handle_id (&self->timeout_id, g_source_remove);
  else if (self->timeout_id == 0)
    /* Seconds, so that all of them wake the process at once. */
    self->timeout_id = g_timeout_add_seconds (60 - (guint) (csm_time_now () / CSM_SECOND % 60), timeout_cb, self);
}

static void
mapped_cb (CsmClockTick *self)
{
  if (self->wanted)
    self->func (self->widget);
  update (self);
}

/**
 * csm_clock_tick_init:
 * @self: part of @widget's own
 * @widget: whose words depend on the time
 * @func: shows them anew; also when the widget comes to be seen
 */
void
csm_clock_tick_init (CsmClockTick *self,
                     GtkWidget    *widget,
                     void        (*func) (GtkWidget *widget))
{
  self->widget = widget;
  self->func = func;
  g_signal_connect_swapped (widget, "map", G_CALLBACK (mapped_cb), self);
  g_signal_connect_data (widget, "unmap", G_CALLBACK (update), self, NULL, G_CONNECT_SWAPPED | G_CONNECT_AFTER);
}

/* @wanted: whether there is anything that changes with the time */
void
csm_clock_tick_want (CsmClockTick *self,
                     gboolean      wanted)
{
  self->wanted = wanted;
  update (self);
}

/* For the widget's dispose. */
void
csm_clock_tick_clear (CsmClockTick *self)
{
  self->wanted = FALSE;
  g_clear_handle_id (&self->timeout_id, g_source_remove);
  if (self->widget != NULL)
    g_signal_handlers_disconnect_by_data (self->widget, self);
}
