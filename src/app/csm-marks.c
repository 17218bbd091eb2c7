/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-marks.h"

#include <string.h>
#include <time.h>
#include <unistd.h>

/* As many rows at the top must show their text. */
#define N_ROWS 10

typedef struct
{
  CsmWindow     *window; /* gone after "unrealize" */
  GdkFrameClock *clock;
  gboolean       framed;
  gboolean       filled; /* when this frame began */
} Marks;

/* Since the process began; the kernel says that in hundredths of a second. */
static gint64
time_since_start (void)
{
  g_autofree char *text = NULL;
  g_auto (GStrv) fields = NULL;
  struct timespec now;
  const char *rest;

  if (!g_file_get_contents ("/proc/self/stat", &text, NULL, NULL) || (rest = strrchr (text, ')')) == NULL)
    return 0;
  /* proc(5): starttime is the 22nd field, and the 20th behind the name in parentheses. */
  fields = g_strsplit (rest + 2, " ", 21);
  if (g_strv_length (fields) < 21)
    return 0;
  clock_gettime (CLOCK_BOOTTIME, &now);
  return (gint64) now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000 - g_ascii_strtoll (fields[19], NULL, 10) * G_USEC_PER_SEC / sysconf (_SC_CLK_TCK);
}

static void
say (const char *name)
{
  g_printerr ("mark %s %" G_GINT64_FORMAT "\n", name, time_since_start ());
}

static gboolean
shows_text (CsmWindow *window)
{
  CsmCaseListModel *model = csm_window_get_workbench (window) != NULL ? csm_case_list_pane_get_model (csm_window_get_list (window)) : NULL;
  guint n = model != NULL ? MIN (g_list_model_get_n_items (G_LIST_MODEL (model)), N_ROWS) : 0;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (CsmCaseItem) item = g_list_model_get_item (G_LIST_MODEL (model), i);

      if (csm_case_item_get_row (item) == NULL)
        return FALSE;
    }
  return n > 0;
}

static void
marks_free (Marks *self)
{
  g_signal_handlers_disconnect_by_data (self->clock, self);
  g_signal_handlers_disconnect_by_data (self->window, self);
  g_object_unref (self->clock);
  g_free (self);
}

static void
before_paint_cb (Marks *self)
{
  self->filled = shows_text (self->window);
}

static void
after_paint_cb (Marks *self)
{
  if (!self->framed)
    say ("first-frame");
  self->framed = TRUE;
  if (!self->filled)
    return;
  say ("list-painted");
  marks_free (self);
}

static void
realized_cb (CsmWindow *window)
{
  Marks *self = g_new0 (Marks, 1);

  self->window = window;
  self->clock = g_object_ref (gdk_surface_get_frame_clock (gtk_native_get_surface (GTK_NATIVE (window))));
  g_signal_connect_swapped (self->clock, "before-paint", G_CALLBACK (before_paint_cb), self);
  g_signal_connect_swapped (self->clock, "after-paint", G_CALLBACK (after_paint_cb), self);
  g_signal_connect_swapped (window, "unrealize", G_CALLBACK (marks_free), self);
}

/**
 * csm_marks_watch:
 * @window: a window that is not shown yet
 *
 * With CASEMENT_BENCH=1, says on standard error when the first frame is on the screen and when the list's rows show their
 * text in one: "mark NAME MICROSECONDS", since the process began. Main thread.
 */
void
csm_marks_watch (CsmWindow *window)
{
  if (g_strcmp0 (g_getenv ("CASEMENT_BENCH"), "1") == 0)
    g_signal_connect (window, "realize", G_CALLBACK (realized_cb), NULL);
}
