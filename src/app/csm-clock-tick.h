/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Calls a function at each full minute, while a widget can be seen. Zeroed, it does nothing. */
typedef struct
{
  GtkWidget *widget;   /* borrowed: it owns this */
  void     (*func) (GtkWidget *widget);
  gboolean   wanted;
  guint      timeout_id;
} CsmClockTick;

void csm_clock_tick_init  (CsmClockTick *self,
                           GtkWidget    *widget,
                           void        (*func) (GtkWidget *widget));
void csm_clock_tick_want  (CsmClockTick *self,
                           gboolean      wanted);
void csm_clock_tick_clear (CsmClockTick *self);

G_END_DECLS
