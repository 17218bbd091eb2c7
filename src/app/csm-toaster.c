/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-toaster.h"

/*
 * libadwaita 1.2 uses memory that it has freed when a toast is dismissed while it still slides in. Whoever triages by keyboard does
 * two things within that time: the second toast waits for it, in frames, since animations are reckoned in them.
 */
#define SLIDE_US 400000

struct _CsmToaster
{
  GtkWidget      *window;   /* owns this */
  CsmToasterFunc  show;
  AdwToast       *last;     /* that was shown; NULL: none */
  AdwToast       *next;     /* waits until the last one has come to rest; NULL: none */
  gboolean        leaves;   /* the last one is to go then, whatever comes */
  gint64          since;    /* the frame in which it began to slide; 0: not known yet */
  guint           tick_id;  /* while it does */
  gboolean        rests;    /* since the frame before this one */
};

static void
dismiss_last (CsmToaster *self)
{
  g_autoptr (AdwToast) last = g_steal_pointer (&self->last);

  self->leaves = FALSE;
  if (last != NULL)
    adw_toast_dismiss (last);
}

static void show_next (CsmToaster *self);

static gboolean
tick_cb (GtkWidget     *window,
         GdkFrameClock *clock,
         gpointer       data)
{
  CsmToaster *self = data;
  gint64 now = gdk_frame_clock_get_frame_time (clock);

  if (self->since == 0)
    self->since = now;
  if (now - self->since < SLIDE_US)
    return G_SOURCE_CONTINUE;
  /* Within one frame nobody knows whose callback is first. */
  if (!self->rests)
    {
      self->rests = TRUE;
      return G_SOURCE_CONTINUE;
    }
  self->tick_id = 0;
  if (self->leaves || self->next != NULL)
    dismiss_last (self);
  if (self->next != NULL)
    show_next (self);
  return G_SOURCE_REMOVE;
}

static void
show_next (CsmToaster *self)
{
  self->last = g_steal_pointer (&self->next);
  self->since = 0;
  self->rests = FALSE;
  self->show (self->window, self->last);
  self->tick_id = gtk_widget_add_tick_callback (self->window, tick_cb, self, NULL);
}

/**
 * csm_toaster_new:
 * @window: whose toasts they are; owns the toaster
 * @show: adds one to an overlay
 *
 * Returns: (transfer full): a toaster
 */
CsmToaster *
csm_toaster_new (GtkWidget      *window,
                 CsmToasterFunc  show)
{
  CsmToaster *self = g_new0 (CsmToaster, 1);

  self->window = window;
  self->show = show;
  return self;
}

/* Before the window is gone. */
void
csm_toaster_free (CsmToaster *self)
{
  if (self->tick_id != 0)
    gtk_widget_remove_tick_callback (self->window, self->tick_id);
  g_clear_object (&self->last);
  g_clear_object (&self->next);
  g_free (self);
}

/* What was said last is what can be undone next: an older toast would only delay it. */
void
csm_toaster_show (CsmToaster *self,
                  AdwToast   *toast)
{
  g_set_object (&self->next, toast);
  if (self->tick_id != 0)
    return;
  dismiss_last (self);
  show_next (self);
}

/* None is shown any more, as soon as that can be. */
void
csm_toaster_clear (CsmToaster *self)
{
  g_clear_object (&self->next);
  if (self->tick_id != 0)
    self->leaves = TRUE;
  else
    dismiss_last (self);
}
