/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
/* Import of mail: 10,000 and 50,000 generated mails, each into a new workspace, in a process of its own on one core. What counts
 * is processor time, that of the readers too, so that neighbours on the machine do not. */
#include "config.h"

#include <glib/gstdio.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "csm-bench.h"
#include "csm-id.h"
#include "csm-json.h"
#include "csm-mail-import.h"

#define SMALL 10000
#define LARGE 50000
#define LEAST_PER_SECOND 1000
/* What the larger archive may cost in memory beside the smaller one. */
#define FLAT 1.2

typedef struct
{
  double cpu;        /* seconds, the readers' too */
  double kilobytes;
} Figures;

static gpointer
add_channel (CsmTxn        *txn,
             gpointer       input,
             GCancellable  *cancellable,
             GError       **error)
{
  g_autoptr (JsonObject) channel = json_object_new ();

  csm_json_set_string (channel, "name", "Support");
  csm_json_set_string (channel, "address", "support@fernweh.example.com");
  csm_record_fill_defaults (csm_record_type_get (CSM_TYPE_ID_CHANNEL), channel);
  csm_txn_insert (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (CSM_TYPE_ID_CHANNEL), input, channel, error);
  return NULL;
}

static gpointer
add_people (CsmTxn        *txn,
            gpointer       input,
            GCancellable  *cancellable,
            GError       **error)
{
  static const char *const names[] = { "ana.reyes", "ben.okafor", "chiara.conti", "dev.patel", "mira.lind" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (JsonObject) person = json_object_new ();
      g_autofree char *id = csm_id_new ('p');
      g_autofree char *email = g_strconcat (names[i], "@fernweh.example.com", NULL);

      csm_json_set_string (person, "name", names[i]);
      csm_json_set_string (person, "email", email);
      csm_record_fill_defaults (csm_record_type_get (CSM_TYPE_ID_PERSON), person);
      if (!csm_txn_insert (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (CSM_TYPE_ID_PERSON), id, person, error))
        break;
    }
  return NULL;
}

/* In the child; what it counted goes into the pipe. */
static void
import (const char *dir,
        const char *box,
        const char *reader,
        int         out)
{
  g_autofree char *data = g_build_filename (dir, "data", NULL);
  g_autofree char *channel = csm_id_new ('h');
  g_autoptr (CsmStore) store = NULL;
  g_autoptr (GError) error = NULL;
  CsmImportResult result = { 0 };

  if (!csm_store_create (data, "Bench", &error) || (store = csm_store_open (data, &error)) == NULL)
    g_error ("%s", error->message);
  csm_store_run (store, TRUE, add_channel, channel, &error);
  csm_store_run (store, TRUE, add_people, NULL, &error);
  if (error != NULL || !csm_mail_import_run (store, channel, box, reader, NULL, NULL, &result, &error))
    g_error ("%s", error->message);
  dprintf (out, "%" G_GUINT64_FORMAT "\n", result.added);
}

static void
stay_on_one_core (void)
{
  cpu_set_t cores, one;

  if (sched_getaffinity (0, sizeof cores, &cores) != 0)
    return;
  CPU_ZERO (&one);
  for (int i = 0; i < CPU_SETSIZE; i++)
    {
      if (CPU_ISSET (i, &cores))
        {
          CPU_SET (i, &one);
          sched_setaffinity (0, sizeof one, &one);
          return;
        }
    }
}

static Figures
measure (const char *build,
         const char *dir,
         guint       n)
{
  g_autofree char *box = g_build_filename (dir, "box", NULL);
  g_autofree char *generate = g_strdup_printf ("'%s/tests/bench/gen-mail' %u > '%s'", build, n, box);
  g_autofree char *reader = g_build_filename (build, "src", "reader", "casement-reader", NULL);
  Figures figures = { 0, 0 };
  struct rusage usage;
  char text[64] = "";
  unsigned long added = 0;
  int ends[2], status;
  pid_t pid;

  if (system (generate) != 0 || pipe (ends) != 0)
    g_error ("can't generate mail");
  pid = fork ();
  if (pid == 0)
    {
      stay_on_one_core ();
      import (dir, box, reader, ends[1]);
      _exit (0);
    }
  close (ends[1]);
  if (pid < 0 || wait4 (pid, &status, 0, &usage) != pid || status != 0)
    g_error ("the import failed");
  if (read (ends[0], text, sizeof text - 1) <= 0 || sscanf (text, "%lu", &added) != 1 || added != n)
    g_error ("the import took %lu mails of %u", added, n);
  close (ends[0]);
  figures.cpu = (double) usage.ru_utime.tv_sec + (double) usage.ru_stime.tv_sec + (double) (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
  figures.kilobytes = usage.ru_maxrss;
  return figures;
}

int
main (int   argc,
      char *argv[])
{
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *folder = g_path_get_dirname (self);
  g_autofree char *tests = g_path_get_dirname (folder);
  g_autofree char *build = g_path_get_dirname (tests);
  g_autofree char *first = csm_bench_make_dir ();
  g_autofree char *second = csm_bench_make_dir ();
  Figures small = measure (build, first, SMALL);
  Figures large = measure (build, second, LARGE);

  csm_bench_row ("import of 50,000 mails, one core", LARGE / large.cpu, "mails/s", LEAST_PER_SECOND, CSM_BENCH_AT_LEAST, 1, "target", LARGE);
  csm_bench_row ("memory of that import", large.kilobytes, "kB", small.kilobytes, CSM_BENCH_AT_MOST, FLAT, "import of 10,000 mails", 1);
  /* Not in between: ext4 looks longer for an inode while others were deleted just before. */
  csm_bench_remove_dir (first);
  csm_bench_remove_dir (second);
  return 0;
}
