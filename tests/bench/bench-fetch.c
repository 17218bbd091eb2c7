/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
/* Mail fetched from a real Dovecot on loopback: 4,000 and 8,000 generated mails, taken in on one core. What counts is our processor time,
 * that of the readers too, but not the mail server's; and what 4,000 more cost in memory. */
#include "config.h"

#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "csm-bench.h"
#include "csm-mail-source.h"
#include "csm-txn-mailbox.h"
#include "imap-lab.h"

#define SMALL 4000
#define LARGE 8000
#define LEAST_PER_SECOND 300
#define PATIENCE_SECONDS 300
/* How often it is looked whether all is there, ms. */
#define LOOK_MS 200
/* What the larger mailbox may cost in memory beside the smaller one. */
#define FLAT 1.2

typedef struct
{
  double cpu;        /* seconds, the readers' too */
  double megabytes;  /* at most; the database keeps 32 MB of pages */
} Figures;

static void
fill_mailbox (ImapLab    *lab,
              const char *build,
              guint       n)
{
  g_autofree char *box = g_build_filename (lab->base, "box", NULL);
  g_autofree char *generate = g_strdup_printf ("'%s/tests/bench/gen-mail' %u > '%s'", build, n, box);
  g_autoptr (CsmMailSource) source = NULL;
  g_autoptr (GError) error = NULL;

  if (system (generate) != 0 || (source = csm_mail_source_open (box, &error)) == NULL)
    g_error ("can't generate mail");
  for (guint i = 0; i < n; i++)
    {
      g_auto (CsmRawMail) mail = { 0 };
      g_autofree char *text = NULL;

      if (!csm_mail_source_next (source, &mail, &error) || mail.bytes == NULL)
        g_error ("the generated mail can't be read");
      text = g_strndup (g_bytes_get_data (mail.bytes, NULL), g_bytes_get_size (mail.bytes));
      imap_lab_put (lab, "", text, 60);
    }
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

static double
spent (int whose)
{
  struct rusage usage;

  getrusage (whose, &usage);
  return (double) usage.ru_utime.tv_sec + (double) usage.ru_stime.tv_sec + (double) (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static void
forget_peak (void)
{
  int fd = open ("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC);

  if (fd < 0 || write (fd, "5", 1) != 1)
    g_error ("the peak of memory can't be measured");
  close (fd);
}

static gpointer
load_state (CsmTxn        *txn,
            gpointer       input,
            GCancellable  *cancellable,
            GError       **error)
{
  ImapLab *lab = input;
  CsmMailboxState state = { 0 };

  csm_txn_get_mailbox (txn, lab->workspace.channel, "INBOX", &state, error);
  return GUINT_TO_POINTER (state.next_uid);
}

/* The UID that is looked at next: looking at the mails themselves would cost as much as taking them in. */
static guint
get_next (ImapLab *lab)
{
  GError *error = NULL;
  guint next = GPOINTER_TO_UINT (csm_store_run (lab->workspace.store, FALSE, load_state, lab, &error));

  g_assert_no_error (error);
  return next;
}

static gboolean
tick (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

static gboolean
give_up (gpointer user_data)
{
  g_error ("the mails did not come");
  return G_SOURCE_REMOVE;
}

static void
wait_for (ImapLab *lab,
          guint    n)
{
  guint ticker = g_timeout_add (LOOK_MS, tick, NULL), limit = g_timeout_add_seconds (PATIENCE_SECONDS, give_up, NULL);

  while (get_next (lab) <= n)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (ticker);
  g_source_remove (limit);
}

/* In a process of its own, so that the second measures nothing of the first. */
static Figures
fetch (const char *build,
       guint       n)
{
  ImapLab lab = { 0 };
  Figures figures;
  double began;

  imap_lab_set_up (&lab, NULL);
  fill_mailbox (&lab, build, n);
  stay_on_one_core ();
  forget_peak ();
  began = spent (RUSAGE_SELF) + spent (RUSAGE_CHILDREN);
  imap_lab_start (&lab);
  wait_for (&lab, n);
  imap_lab_stop (&lab);
  figures.cpu = spent (RUSAGE_SELF) + spent (RUSAGE_CHILDREN) - began;
  figures.megabytes = csm_bench_read_memory (getpid (), "VmHWM");
  if (workspace_count (&lab.workspace, CSM_TYPE_ID_MESSAGE) != n)
    g_error ("some mails are missing, or came twice");
  imap_lab_tear_down (&lab, NULL);
  return figures;
}

static Figures
measure (const char *self,
         const char *how_many)
{
  const char *argv[] = { self, how_many, NULL };
  g_autofree char *out = NULL;
  g_auto (GStrv) numbers = NULL;
  int status;

  if (!g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, &out, NULL, &status, NULL) || status != 0)
    g_error ("fetching failed");
  numbers = g_strsplit (out, " ", 2);
  if (g_strv_length (numbers) != 2)
    g_error ("fetching told nothing");
  return (Figures) { g_ascii_strtod (numbers[0], NULL), g_ascii_strtod (numbers[1], NULL) };
}

int
main (int   argc,
      char *argv[])
{
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *folder = g_path_get_dirname (self);
  g_autofree char *tests = g_path_get_dirname (folder);
  g_autofree char *build = g_path_get_dirname (tests);
  Figures small, large;

  if (argc == 2)
    {
      small = fetch (build, (guint) atoi (argv[1]));
      g_print ("%g %g", small.cpu, small.megabytes);
      return 0;
    }
  small = measure (self, G_STRINGIFY (SMALL));
  large = measure (self, G_STRINGIFY (LARGE));
  csm_bench_row ("8,000 mails fetched by IMAP, one core", LARGE / large.cpu, "mails/s", LEAST_PER_SECOND, CSM_BENCH_AT_LEAST, 1, "target", LARGE);
  csm_bench_row ("memory while they were fetched", large.megabytes, "MB", small.megabytes, CSM_BENCH_AT_MOST, FLAT, "4,000 mails", 1);
  return 0;
}
