/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-bench-cache.h"
#include "csm-bench.h"

#include "csm-app-resources.h"
#include "csm-case-list-pane.h"

/* Scrolling through 10,000 cases: the pane of the app, its model and its rows, on a cache without a server. */

#define N_CASES 17000 /* of which three in five are in the inbox */
#define N_ROWS 10000
#define N_FRAMES 250
#define N_RUNS 5
#define LONGEST_MS 50

typedef struct
{
  GtkWidget       *window;
  CsmWorkbench    *workbench;
  CsmCaseListPane *pane;
  GtkAdjustment   *adjustment;
  CsmBenchSamples *frames;      /* ms of work on the main thread from one frame to the next */
  double           cpu;
  guint            left;
  double           step;
} Bench;

/* --- The main loop's iterations, from one poll to the next ---------------------------------------------------------------- */

typedef struct
{
  double   woken;
  double   longest;
  guint    count;
  gboolean on;
} Iterations;

/* GPollFunc has no data. */
static Iterations iterations;

static gint
timed_poll (GPollFD *fds,
            guint    n_fds,
            gint     timeout)
{
  double now = csm_bench_now ();
  gint result;

  if (iterations.on && iterations.woken > 0)
    {
      iterations.longest = MAX (iterations.longest, now - iterations.woken);
      iterations.count++;
    }
  result = g_poll (fds, n_fds, timeout);
  iterations.woken = csm_bench_now ();
  return result;
}

/* --- Scrolling -------------------------------------------------------------------------------------------------------------- */

static void
after_paint_cb (GdkFrameClock *clock,
                gpointer       data)
{
  Bench *bench = data;
  double cpu = csm_bench_cpu ();

  if (iterations.on && bench->cpu > 0)
    csm_bench_samples_add (bench->frames, (cpu - bench->cpu) * 1000);
  bench->cpu = cpu;
}

static gboolean
tick_cb (GtkWidget     *widget,
         GdkFrameClock *clock,
         gpointer       data)
{
  Bench *bench = data;

  gtk_adjustment_set_value (bench->adjustment, gtk_adjustment_get_value (bench->adjustment) + bench->step);
  bench->left--;
  return bench->left > 0 ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

static gboolean
is_filled (gpointer data)
{
  Bench *bench = data;

  /* The model begins with a screenful and grows afterwards. */
  return csm_case_list_pane_is_filled (bench->pane) &&
         g_list_model_get_n_items (G_LIST_MODEL (csm_case_list_pane_get_model (bench->pane))) >= N_ROWS &&
         gtk_adjustment_get_upper (bench->adjustment) > 20 * N_ROWS;
}

static gboolean
is_scrolled (gpointer data)
{
  return ((Bench *) data)->left == 0;
}

static GtkAdjustment *
find_adjustment (GtkWidget *widget)
{
  GtkAdjustment *found = NULL;

  if (GTK_IS_LIST_VIEW (widget))
    return gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (widget));
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL; child = gtk_widget_get_next_sibling (child))
    found = find_adjustment (child);
  return found;
}

static void
scroll (Bench *bench)
{
  /* The rows are all of one height: the runs together pass ten thousand. */
  bench->step = gtk_adjustment_get_upper (bench->adjustment) / g_list_model_get_n_items (G_LIST_MODEL (csm_case_list_pane_get_model (bench->pane))) *
                N_ROWS / N_RUNS / N_FRAMES;
  bench->left = N_FRAMES;
  bench->cpu = 0;
  iterations.woken = 0;
  iterations.on = TRUE;
  gtk_widget_add_tick_callback (bench->window, tick_cb, bench, NULL);
  csm_bench_wait_until (is_scrolled, bench, 60);
  iterations.on = FALSE;
}

static void
open_window (Bench      *bench,
             const char *dir)
{
  g_autofree char *path = g_build_filename (dir, "cache.db", NULL);
  g_autoptr (GSettings) settings = g_settings_new (CSM_APP_ID);
  CsmCache *cache = csm_bench_cache_open (path);
  GdkFrameClock *clock;

  csm_bench_cache_fill (cache, N_CASES, 0);
  csm_cache_close (cache);
  g_object_unref (cache);
  bench->workbench = csm_workbench_new (csm_account_new ("http://127.0.0.1:9", NULL, NULL, dir), settings);
  bench->pane = g_object_new (CSM_TYPE_CASE_LIST_PANE, "workbench", bench->workbench, NULL);
  bench->window = g_object_new (ADW_TYPE_WINDOW, "default-width", 420, "default-height", 900, "content", bench->pane, NULL);
  gtk_window_present (GTK_WINDOW (bench->window));
  bench->adjustment = find_adjustment (GTK_WIDGET (bench->pane));
  clock = gdk_surface_get_frame_clock (gtk_native_get_surface (GTK_NATIVE (bench->window)));
  g_signal_connect (clock, "after-paint", G_CALLBACK (after_paint_cb), bench);
  csm_bench_wait_until (is_filled, bench, 60);
}

int
main (void)
{
  g_autofree char *dir = csm_bench_make_dir ();
  Bench bench = { .frames = csm_bench_samples_new () };

  adw_init ();
  g_resources_register (csm_app_get_resource ());
  g_main_context_set_poll_func (NULL, timed_poll);
  open_window (&bench, dir);
  for (guint i = 0; i < N_RUNS; i++)
    scroll (&bench);
  csm_bench_row ("scrolling 10,000 rows: work a frame, p99", csm_bench_samples_percentile (bench.frames, 99), "ms", 16, CSM_BENCH_AT_MOST, 1, "target",
                 csm_bench_samples_count (bench.frames));
  csm_bench_row ("scrolling: work a frame, median", csm_bench_samples_median (bench.frames), "ms", 16, CSM_BENCH_BESIDE, 1, "target of p99",
                 csm_bench_samples_count (bench.frames));
  csm_bench_row ("scrolling: longest iteration", iterations.longest * 1000, "ms", LONGEST_MS, CSM_BENCH_AT_MOST, 1, "target", iterations.count);
  csm_bench_samples_free (bench.frames);
  csm_bench_remove_dir (dir);
  return 0;
}
