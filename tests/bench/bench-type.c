/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-bench-app.h"
#include "csm-bench-text.h"
#include "csm-bench.h"

/* Typing into the search of the app's window until what is found is painted. bench-cache starts it with the folder of its cache. */

#define N_WORDS 30
#define PATIENCE_SECONDS 30

typedef struct
{
  CsmBenchApp  app;
  GtkWidget   *entry;
  double       asked;   /* when the entry had waited for more keys */
  gboolean     filled;  /* when this frame began */
  gboolean     painted;
} Bench;

/* What the list shows first, it shows with its text. */
static gboolean
is_found (Bench *bench)
{
  CsmCaseListModel *model = csm_case_list_pane_get_model (bench->app.list);
  const CsmCaseView *view = model != NULL ? csm_case_list_model_get_view (model) : NULL;

  return view != NULL && view->kind == CSM_VIEW_SEARCH && g_strcmp0 (view->key, gtk_editable_get_text (GTK_EDITABLE (bench->entry))) == 0 &&
         csm_case_list_pane_is_filled (bench->app.list);
}

static void
before_paint_cb (GdkFrameClock *clock,
                 gpointer       data)
{
  Bench *bench = data;

  bench->filled = bench->asked > 0 && is_found (bench);
}

static void
after_paint_cb (GdkFrameClock *clock,
                gpointer       data)
{
  Bench *bench = data;

  bench->painted |= bench->filled;
}

static void
asked_cb (Bench *bench)
{
  bench->asked = csm_bench_now ();
}

static gboolean
is_painted (gpointer data)
{
  return ((Bench *) data)->painted;
}

static void
type (Bench           *bench,
      const char      *typed,
      CsmBenchSamples *from_key,
      CsmBenchSamples *times)
{
  double start = csm_bench_now ();

  bench->asked = 0;
  bench->filled = bench->painted = FALSE;
  gtk_editable_set_text (GTK_EDITABLE (bench->entry), typed);
  csm_bench_wait_until (is_painted, bench, PATIENCE_SECONDS);
  csm_bench_samples_add (from_key, (csm_bench_now () - start) * 1000);
  csm_bench_samples_add (times, (csm_bench_now () - bench->asked) * 1000);
}

int
main (int   argc,
      char *argv[])
{
  g_autoptr (CsmBenchText) text = csm_bench_text_new (7);
  g_autoptr (CsmBenchSamples) from_key = csm_bench_samples_new (), times = csm_bench_samples_new ();
  Bench bench = { 0 };
  GdkFrameClock *clock;
  guint delay;

  if (argc != 2)
    g_error ("bench-cache starts this with its folder");
  g_setenv ("GSETTINGS_BACKEND", "memory", TRUE);
  csm_bench_app_open (&bench.app, argv[1]);
  csm_case_list_pane_search (bench.app.list);
  bench.entry = csm_bench_app_find (GTK_WIDGET (bench.app.list), GTK_TYPE_SEARCH_ENTRY);
  g_object_get (bench.entry, "search-delay", &delay, NULL);
  g_signal_connect_swapped (bench.entry, "search-changed", G_CALLBACK (asked_cb), &bench);
  clock = gdk_surface_get_frame_clock (gtk_native_get_surface (GTK_NATIVE (bench.app.window)));
  g_signal_connect (clock, "before-paint", G_CALLBACK (before_paint_cb), &bench);
  g_signal_connect (clock, "after-paint", G_CALLBACK (after_paint_cb), &bench);
  for (guint i = 0; i < N_WORDS; i++)
    {
      const char *word = csm_bench_text_nth_word (text, i * i * 11);
      glong length = g_utf8_strlen (word, -1);

      for (glong typed = MIN (2, length); typed <= length; typed++)
        {
          g_autofree char *start = g_utf8_substring (word, 0, typed);

          type (&bench, start, from_key, times);
        }
    }
  csm_bench_row ("type in search of the window until painted, p95", csm_bench_samples_percentile (times, 95), "ms", 100, CSM_BENCH_AT_MOST, 1,
                 "target", csm_bench_samples_count (times));
  csm_bench_row ("the same, median", csm_bench_samples_median (times), "ms", 100, CSM_BENCH_BESIDE, 1, "target of p95", csm_bench_samples_count (times));
  csm_bench_row ("the same from the key on, median", csm_bench_samples_median (from_key), "ms", delay, CSM_BENCH_BESIDE, 1,
                 "what the entry waits for more keys", csm_bench_samples_count (from_key));
  csm_bench_app_close (&bench.app);
  return 0;
}
