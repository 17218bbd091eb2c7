/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-bench.h"

#include <string.h>
#include <time.h>

/*
 * What bench programs share. Each prints its figures on standard output, one a line, fields divided by tabs:
 *
 *   row  NAME  VALUE  UNIT  LIMIT  RELATION  FACTOR  WHAT  SAMPLES
 *
 * RELATION is at-most, at-least or beside: what VALUE has to be of FACTOR × LIMIT. WHAT says what the limit is.
 * tests/bench/run makes the table of them, and fails when a figure misses its target or has no samples.
 */

struct _CsmBenchSamples
{
  GArray  *values; /* double */
  gboolean sorted;
};

/**
 * csm_bench_samples_new:
 *
 * Returns: (transfer full): no samples
 */
CsmBenchSamples *
csm_bench_samples_new (void)
{
  CsmBenchSamples *self = g_new0 (CsmBenchSamples, 1);

  self->values = g_array_new (FALSE, FALSE, sizeof (double));
  return self;
}

/**
 * csm_bench_samples_free:
 * @self: (transfer full): samples
 */
void
csm_bench_samples_free (CsmBenchSamples *self)
{
  g_array_unref (self->values);
  g_free (self);
}

/**
 * csm_bench_samples_add:
 * @self: samples
 * @value: one more
 */
void
csm_bench_samples_add (CsmBenchSamples *self,
                       double           value)
{
  g_array_append_val (self->values, value);
  self->sorted = FALSE;
}

/**
 * csm_bench_samples_count:
 * @self: samples
 *
 * Returns: how many there are
 */
guint
csm_bench_samples_count (CsmBenchSamples *self)
{
  return self->values->len;
}

static int
compare (gconstpointer a,
         gconstpointer b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return x < y ? -1 : x > y;
}

/**
 * csm_bench_samples_percentile:
 * @self: samples
 * @percent: 0 to 100
 *
 * Returns: the smallest sample that @percent of all are not above; 0 when there is none
 */
double
csm_bench_samples_percentile (CsmBenchSamples *self,
                              double           percent)
{
  guint rank;

  if (self->values->len == 0)
    return 0;
  if (!self->sorted)
    g_array_sort (self->values, compare);
  self->sorted = TRUE;
  rank = (guint) (percent / 100 * self->values->len + 0.999999);
  return g_array_index (self->values, double, CLAMP (rank, 1, self->values->len) - 1);
}

/**
 * csm_bench_samples_median:
 * @self: samples
 *
 * Returns: the one in the middle
 */
double
csm_bench_samples_median (CsmBenchSamples *self)
{
  return csm_bench_samples_percentile (self, 50);
}

/**
 * csm_bench_samples_mean:
 * @self: samples
 *
 * Returns: their mean; 0 of none
 */
double
csm_bench_samples_mean (CsmBenchSamples *self)
{
  double sum = 0;

  for (guint i = 0; i < self->values->len; i++)
    sum += g_array_index (self->values, double, i);
  return self->values->len > 0 ? sum / self->values->len : 0;
}

/**
 * csm_bench_samples_max:
 * @self: samples
 *
 * Returns: the largest
 */
double
csm_bench_samples_max (CsmBenchSamples *self)
{
  return csm_bench_samples_percentile (self, 100);
}

/**
 * csm_bench_row:
 * @name: what was measured
 * @value: the figure
 * @unit: its unit
 * @limit: what it is held against, in the same unit
 * @relation: how
 * @factor: what @limit is multiplied with; 1 for a limit that is itself the target
 * @what: what the limit is
 * @samples: how many measurements are behind @value
 *
 * Prints a figure.
 */
void
csm_bench_row (const char       *name,
               double            value,
               const char       *unit,
               double            limit,
               CsmBenchRelation  relation,
               double            factor,
               const char       *what,
               guint             samples)
{
  static const char * const relations[] = { "at-most", "at-least", "beside" };
  char number[3][G_ASCII_DTOSTR_BUF_SIZE];

  g_print ("row\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%u\n", name,
           g_ascii_formatd (number[0], sizeof number[0], "%.6g", value), unit,
           g_ascii_formatd (number[1], sizeof number[1], "%.6g", limit), relations[relation],
           g_ascii_formatd (number[2], sizeof number[2], "%.6g", factor), what, samples);
}

/**
 * csm_bench_now:
 *
 * Returns: seconds of a clock that only goes on
 */
double
csm_bench_now (void)
{
  return (double) g_get_monotonic_time () / G_USEC_PER_SEC;
}

/**
 * csm_bench_cpu:
 *
 * Returns: seconds that the calling thread has worked
 */
double
csm_bench_cpu (void)
{
  struct timespec time;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &time);
  return (double) time.tv_sec + (double) time.tv_nsec / 1e9;
}

/**
 * csm_bench_read_memory:
 * @pid: a process
 * @field: "Pss" (its share of what it has in memory), "Private_Dirty" (what it alone has, and wrote), or "VmHWM" or "VmRSS"
 *
 * Returns: MB; 0 when it can't be read
 */
double
csm_bench_read_memory (GPid        pid,
                       const char *field)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/%s", (int) pid, g_str_has_prefix (field, "Vm") ? "status" : "smaps_rollup");
  g_autofree char *text = NULL, *start = g_strdup_printf ("%s:", field);
  const char *line;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return 0;
  line = strstr (text, start);
  return line != NULL ? g_ascii_strtod (line + strlen (start), NULL) / 1024 : 0;
}

/**
 * csm_bench_make_dir:
 *
 * Returns: (transfer full): a new folder below `CASEMENT_BENCH_DIR`, or below the system's folder for temporary files
 */
char *
csm_bench_make_dir (void)
{
  const char *parent = g_getenv ("CASEMENT_BENCH_DIR");
  char *path = g_build_filename (parent != NULL ? parent : g_get_tmp_dir (), "casement-bench-XXXXXX", NULL);

  if (g_mkdtemp (path) == NULL)
    g_error ("can't make a folder in %s", parent);
  return path;
}

/**
 * csm_bench_remove_dir:
 * @dir: a folder that csm_bench_make_dir() made
 *
 * Removes it with all that is in it.
 */
void
csm_bench_remove_dir (const char *dir)
{
  const char *argv[] = { "rm", "-rf", "--", dir, NULL };

  g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL);
}

static gboolean
late_cb (gpointer data)
{
  *(gboolean *) data = TRUE;
  return G_SOURCE_CONTINUE;
}

/**
 * csm_bench_wait_until:
 * @condition: what has to come true; asked after each iteration of the main loop
 * @data: for @condition
 * @seconds: how long it may take
 *
 * Runs the main loop until then; ends the program when it takes too long.
 */
void
csm_bench_wait_until (gboolean (*condition) (gpointer data),
                      gpointer   data,
                      guint      seconds)
{
  gboolean late = FALSE;
  guint source = g_timeout_add_seconds (seconds, late_cb, &late);

  while (!condition (data))
    {
      if (late)
        g_error ("nothing came of it in %u seconds", seconds);
      g_main_context_iteration (NULL, TRUE);
    }
  g_source_remove (source);
}
