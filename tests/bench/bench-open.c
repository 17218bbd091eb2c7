/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-bench-cache.h"
#include "csm-bench.h"

#include "csm-app-resources.h"
#include "csm-conversation-pane.h"
#include "csm-timeline.h"

/* Opening a case of 5,000 messages until its newest ones are painted: the pane of the app, on a cache without a server. */

#define N_CASES 200
#define N_MESSAGES 2000
#define N_OPENINGS 30
#define COLD 3

typedef struct
{
  GtkWidget           *window;
  CsmWorkbench        *workbench;
  CsmConversationPane *pane;
  GtkWidget           *list;     /* the timeline's rows */
  char                *wanted;   /* the case that is being opened */
  gboolean             painted;
} Bench;

static GtkWidget *
find_widget (GtkWidget *widget,
             GType      type)
{
  GtkWidget *found = NULL;

  if (G_TYPE_CHECK_INSTANCE_TYPE (widget, type))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL; child = gtk_widget_get_next_sibling (child))
    found = find_widget (child, type);
  return found;
}

/* The newest rows are built when the detail comes, and let be seen once they stand in their place; older ones follow. */
static void
after_paint_cb (GdkFrameClock *clock,
                gpointer       data)
{
  Bench *bench = data;

  if (bench->wanted != NULL && csm_workbench_get_detail (bench->workbench) != NULL &&
      g_strcmp0 (csm_workbench_get_case_id (bench->workbench), bench->wanted) == 0 && gtk_widget_get_first_child (bench->list) != NULL &&
      gtk_widget_get_opacity (bench->list) == 1 && gtk_widget_get_height (bench->list) > 0)
    bench->painted = TRUE;
}

static gboolean
is_painted (gpointer data)
{
  return ((Bench *) data)->painted;
}

static gboolean
is_ready (gpointer data)
{
  return csm_workbench_get_cache (((Bench *) data)->workbench) != NULL && csm_workbench_get_directory (((Bench *) data)->workbench) != NULL;
}

static gboolean
is_settled (gpointer data)
{
  return csm_conversation_pane_is_settled (((Bench *) data)->pane);
}

static void
open_case (Bench           *bench,
           guint            number,
           CsmBenchSamples *times,
           CsmBenchSamples *work)
{
  double start = csm_bench_now (), cpu = csm_bench_cpu ();

  g_free (bench->wanted);
  bench->wanted = csm_bench_id ('c', number);
  bench->painted = FALSE;
  csm_workbench_open_case (bench->workbench, bench->wanted);
  csm_bench_wait_until (is_painted, bench, 20);
  csm_bench_samples_add (times, (csm_bench_now () - start) * 1000);
  csm_bench_samples_add (work, (csm_bench_cpu () - cpu) * 1000);
  csm_bench_wait_until (is_settled, bench, 20);
}

static void
open_window (Bench      *bench,
             const char *dir)
{
  g_autofree char *path = g_build_filename (dir, "cache.db", NULL);
  g_autoptr (GSettings) settings = g_settings_new (CSM_APP_ID);
  CsmCache *cache = csm_bench_cache_open (path);
  GdkFrameClock *clock;

  csm_bench_cache_fill (cache, N_CASES, N_MESSAGES);
  csm_bench_cache_put_large (cache, N_CASES + 1);
  csm_cache_close (cache);
  g_object_unref (cache);
  bench->workbench = csm_workbench_new (csm_account_new ("http://127.0.0.1:9", NULL, NULL, dir), settings);
  bench->pane = g_object_new (CSM_TYPE_CONVERSATION_PANE, "workbench", bench->workbench, NULL);
  bench->window = g_object_new (ADW_TYPE_WINDOW, "default-width", 800, "default-height", 900, "content", bench->pane, NULL);
  gtk_window_present (GTK_WINDOW (bench->window));
  bench->list = GTK_WIDGET (gtk_widget_get_template_child (find_widget (GTK_WIDGET (bench->pane), CSM_TYPE_TIMELINE), CSM_TYPE_TIMELINE, "list"));
  clock = gdk_surface_get_frame_clock (gtk_native_get_surface (GTK_NATIVE (bench->window)));
  g_signal_connect (clock, "after-paint", G_CALLBACK (after_paint_cb), bench);
  csm_bench_wait_until (is_ready, bench, 60);
}

int
main (void)
{
  g_autofree char *dir = csm_bench_make_dir ();
  g_autoptr (CsmBenchSamples) large = csm_bench_samples_new (), small = csm_bench_samples_new (), cold = csm_bench_samples_new ();
  g_autoptr (CsmBenchSamples) large_work = csm_bench_samples_new (), small_work = csm_bench_samples_new ();
  Bench bench = { 0 };

  adw_init ();
  g_resources_register (csm_app_get_resource ());
  open_window (&bench, dir);
  for (guint i = 0; i < COLD + N_OPENINGS; i++)
    {
      open_case (&bench, i, i < COLD ? cold : small, i < COLD ? cold : small_work);
      open_case (&bench, N_CASES + 1, i < COLD ? cold : large, i < COLD ? cold : large_work);
    }
  csm_bench_row ("open a case of 5,000 messages until painted, p95", csm_bench_samples_percentile (large, 95), "ms", 100, CSM_BENCH_AT_MOST, 1, "target",
                 csm_bench_samples_count (large));
  csm_bench_row ("the same, median", csm_bench_samples_median (large), "ms", csm_bench_samples_median (small), CSM_BENCH_BESIDE, 1, "a case of ten messages, after it",
                 csm_bench_samples_count (large));
  csm_bench_row ("the same, work on the main thread, median", csm_bench_samples_median (large_work), "ms", csm_bench_samples_median (small_work), CSM_BENCH_BESIDE, 1,
                 "a case of ten messages, after it", csm_bench_samples_count (large_work));
  csm_bench_remove_dir (dir);
  return 0;
}
