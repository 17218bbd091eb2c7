/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-bench-app.h"
#include "csm-bench-cache.h"
#include "csm-bench.h"

#include <malloc.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "csm-colleague-pane.h"
#include "csm-triage.h"

/*
 * What an hour of use leaves in memory: the app's window on 100,000 cases, and somebody who opens cases, searches, triages, writes and
 * switches views as fast as the window follows. A step stands for four seconds. CASEMENT_BENCH_STEPS: with more of them.
 */

#define N_CASES 100000
#define N_MESSAGES 20000
#define STEPS_OF_HOUR 900
/* After the hour, to see whether more grows */
#define MORE_STEPS 900
#define REST_SECONDS 3
/* What a thousand steps may leave, MB: the heap of the C library still fills its holes a little */
#define MOST_GROWTH 2
#define SHORT_SETTLE 20

static int
fill (const char *dir)
{
  g_autofree char *path = g_build_filename (dir, "cache.db", NULL);
  CsmCache *cache = csm_bench_cache_open (path);

  csm_bench_cache_fill (cache, N_CASES, N_MESSAGES);
  csm_cache_close (cache);
  g_object_unref (cache);
  return 0;
}

static void
run_self (const char *self,
          const char *what,
          const char *dir,
          const char *empty)
{
  const char *argv[] = { self, what, dir, empty, NULL };
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;

  process = g_subprocess_newv (argv, G_SUBPROCESS_FLAGS_NONE, &error);
  if (process == NULL || !g_subprocess_wait_check (process, NULL, &error))
    g_error ("%s: %s", what, error->message);
}

/* The same window without anything in it, which is painted more than once as well */
static double
measure_empty (const char *self)
{
  g_autofree char *folder = g_path_get_dirname (self);
  g_autofree char *window = g_build_filename (folder, "bench-window", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDERR_SILENCE | G_SUBPROCESS_FLAGS_STDOUT_SILENCE, &error, window, "--again", NULL);
  double megabytes;

  if (process == NULL)
    g_error ("%s", error->message);
  g_usleep (REST_SECONDS * G_USEC_PER_SEC);
  megabytes = csm_bench_read_memory (atoi (g_subprocess_get_identifier (process)), "Pss");
  g_subprocess_send_signal (process, SIGTERM);
  g_subprocess_wait (process, NULL, NULL);
  return megabytes;
}

/* --- Steps ----------------------------------------------------------------------------------------------------------------------- */

typedef struct
{
  CsmBenchApp   app;
  CsmBenchText *text;
  guint         n_steps;
} Use;

static void
open_one (Use *use)
{
  /* Every fifth case has messages. */
  g_autofree char *id = csm_bench_id ('c', csm_bench_text_pick (use->text, N_MESSAGES) * (N_CASES / N_MESSAGES));

  csm_workbench_show_case (use->app.workbench, id);
}

static void
search (Use *use)
{
  const char *word = csm_bench_text_nth_word (use->text, csm_bench_text_pick (use->text, 2000));
  g_autoptr (CsmCaseView) view = csm_case_view_new (CSM_VIEW_SEARCH, word);

  csm_workbench_set_view (use->app.workbench, view);
}

static void
switch_view (Use *use)
{
  static const CsmViewKind kinds[] = { CSM_VIEW_INBOX, CSM_VIEW_MINE, CSM_VIEW_UNASSIGNED, CSM_VIEW_RESOLVED };
  g_autoptr (CsmCaseView) view = csm_case_view_new (kinds[csm_bench_text_pick (use->text, G_N_ELEMENTS (kinds))], NULL);

  csm_workbench_set_view (use->app.workbench, view);
}

static void
triage (Use *use)
{
  static const char * const statuses[] = { "open", "waiting", "resolved" };
  const char *ids[] = { csm_workbench_get_case_id (use->app.workbench), NULL };
  g_autofree char *person = csm_bench_id ('p', 1 + csm_bench_text_pick (use->text, 12));

  if (ids[0] == NULL)
    return;
  if (use->n_steps % 2 == 0)
    csm_triage_assign (use->app.workbench, ids, person);
  else
    csm_triage_set_status (use->app.workbench, ids, statuses[csm_bench_text_pick (use->text, G_N_ELEMENTS (statuses))]);
}

static void
write_note (Use *use)
{
  GtkWidget *pane = csm_bench_app_find (use->app.window, CSM_TYPE_COLLEAGUE_PANE);
  GtkWidget *box = pane != NULL ? csm_bench_app_find (pane, GTK_TYPE_TEXT_VIEW) : NULL;
  g_autoptr (GString) words = g_string_new (NULL);

  if (box == NULL)
    g_error ("there is nowhere to write");
  csm_bench_text_append (use->text, words, 120);
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (GTK_TEXT_VIEW (box)), words->str, -1);
}

static gboolean
is_over (gpointer data)
{
  return *(gboolean *) data;
}

static gboolean
over_cb (gpointer data)
{
  *(gboolean *) data = TRUE;
  return G_SOURCE_REMOVE;
}

/* What was asked is under way when the loop has had a moment, and done when the window has settled. */
static void
settle (Use *use)
{
  gboolean over = FALSE;

  g_timeout_add (SHORT_SETTLE, over_cb, &over);
  csm_bench_wait_until (is_over, &over, 10);
  csm_bench_app_settle (&use->app);
}

static void
work (Use   *use,
      guint  n_steps)
{
  static void (* const steps[]) (Use *) = { open_one, triage, open_one, write_note, search, open_one, triage, switch_view };

  for (guint i = 0; i < n_steps; i++, use->n_steps++)
    {
      steps[use->n_steps % G_N_ELEMENTS (steps)] (use);
      settle (use);
    }
}

/* As the app has it when the person has gone elsewhere for a moment */
static void
rest (void)
{
  gboolean over = FALSE;

  g_timeout_add_seconds (REST_SECONDS, over_cb, &over);
  csm_bench_wait_until (is_over, &over, 10);
  malloc_trim (0);
}

/* The part whose memory is looked at. @empty: what the empty window has, MB */
static int
use_app (const char *dir,
         double      empty)
{
  const char *wanted = g_getenv ("CASEMENT_BENCH_STEPS");
  guint more = wanted != NULL ? (guint) g_ascii_strtoull (wanted, NULL, 10) : MORE_STEPS;
  g_autoptr (CsmBenchText) text = csm_bench_text_new (5);
  Use use = { .text = text };
  double hour, own, growth;

  /* As the app has it */
  mallopt (M_ARENA_MAX, 2);
  mallopt (M_MMAP_THRESHOLD, 256 * 1024);
  csm_bench_app_open (&use.app, dir);
  work (&use, STEPS_OF_HOUR);
  rest ();
  hour = csm_bench_read_memory (getpid (), "Pss");
  own = csm_bench_read_memory (getpid (), "Private_Dirty");
  work (&use, more);
  rest ();
  /* What is shared with others depends on what they do. */
  growth = (csm_bench_read_memory (getpid (), "Private_Dirty") - own) * 1000 / more;
  csm_bench_row ("memory after an hour of use (PSS)", hour, "MB", empty, CSM_BENCH_AT_MOST, 1.6, "empty AdwApplicationWindow, painted again",
                 STEPS_OF_HOUR);
  csm_bench_row ("what a thousand steps more leave", growth, "MB", MOST_GROWTH, CSM_BENCH_AT_MOST, 1, "target: next to nothing", more);
  csm_bench_app_close (&use.app);
  return 0;
}

/* Each window has a process of its own, beside this one: both share as much of GTK with it. */
int
main (int   argc,
      char *argv[])
{
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *dir = NULL;
  char empty[G_ASCII_DTOSTR_BUF_SIZE];

  if (argc == 3 && g_str_equal (argv[1], "fill"))
    return fill (argv[2]);
  g_setenv ("GSETTINGS_BACKEND", "memory", TRUE);
  if (argc == 4 && g_str_equal (argv[1], "use"))
    return use_app (argv[2], g_ascii_strtod (argv[3], NULL));
  dir = csm_bench_make_dir ();
  run_self (self, "fill", dir, NULL);
  run_self (self, "use", dir, g_ascii_dtostr (empty, sizeof empty, measure_empty (self)));
  csm_bench_remove_dir (dir);
  return 0;
}
