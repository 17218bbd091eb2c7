/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-account.h"
#include "csm-bench-cache.h"
#include "csm-bench.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

/*
 * From the start of the app to a list that shows its text, with 100,000 cases in the cache and no server, beside the first
 * frame of an empty window of libadwaita. Both are timed from outside, from exec until the mark is read. Cold: after the kernel was
 * asked to forget each file that the program had mapped, and the cache.
 */

#define N_CASES 100000
#define N_MESSAGES 1000
#define N_RUNS 7
/* The first starts of each are cold ones; which files that are the very first tells, which is not counted. */
#define N_COLD 3
/* After the mark, until memory is looked at: when nothing of the start is left to do */
#define SETTLE_SECONDS 3
#define SERVER "http://127.0.0.1:9"
#define EMAIL "ana@fernweh.example.com"

typedef struct
{
  CsmBenchSamples *milliseconds;
  CsmBenchSamples *megabytes;
  GHashTable      *files;     /* that it has in memory */
} Figures;

static void
write_settings (const char *dir)
{
  g_autofree char *folder = g_build_filename (dir, "config", "glib-2.0", "settings", NULL);
  g_autofree char *path = g_build_filename (folder, "keyfile", NULL);
  g_autofree char *last = csm_bench_id ('c', N_CASES - N_CASES / N_MESSAGES);
  g_autofree char *text = g_strdup_printf ("[org/casement/Casement]\nserver='" SERVER "'\nperson-email='" EMAIL "'\nlast-case='%s'\n", last);

  g_mkdir_with_parents (folder, 0700);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

/* Where csm_accounts_dup_cache_dir() has it. */
static void
write_cache (const char *dir)
{
  g_autofree char *hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, SERVER "\n" EMAIL, -1);
  g_autofree char *name = g_strdup_printf ("127.0.0.1-%.16s", hash);
  g_autofree char *folder = g_build_filename (dir, "data", "casement", "accounts", name, NULL);
  g_autofree char *path = g_build_filename (folder, "cache.db", NULL);
  CsmCache *cache;

  g_mkdir_with_parents (folder, 0700);
  cache = csm_bench_cache_open (path);
  csm_bench_cache_fill (cache, N_CASES, N_MESSAGES);
  csm_cache_close (cache);
  g_object_unref (cache);
}

static void
stored_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr (GError) error = NULL;

  if (!csm_keyring_store_finish (result, &error))
    g_error ("%s", error->message);
  *(gboolean *) data = TRUE;
}

/* A keyring of its own with the device's token: a dialog that asks for a password is no part of what is measured. */
static void
write_keyring (const char *dir)
{
  g_autofree char *path = g_build_filename (dir, "keyring", NULL);
  gboolean stored = FALSE;

  g_setenv ("SECRET_BACKEND", "file", TRUE);
  g_setenv ("SECRET_FILE_TEST_PATH", path, TRUE);
  g_setenv ("SECRET_FILE_TEST_PASSWORD", "bench", TRUE);
  csm_keyring_store_async (SERVER, EMAIL, "token", NULL, stored_cb, &stored);
  while (!stored)
    g_main_context_iteration (NULL, TRUE);
}

/* Those that it has mapped, and those that it has open */
static void
note_files (GHashTable *files,
            const char *pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%s/maps", pid), *folder = g_strdup_printf ("/proc/%s/fd", pid);
  g_autoptr (GDir) fds = g_dir_open (folder, 0, NULL);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  const char *name;

  while (fds != NULL && (name = g_dir_read_name (fds)) != NULL)
    {
      g_autofree char *link = g_build_filename (folder, name, NULL);
      g_autofree char *file = g_file_read_link (link, NULL);

      if (file != NULL && g_file_test (file, G_FILE_TEST_IS_REGULAR))
        g_hash_table_add (files, g_steal_pointer (&file));
    }

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return;
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    if (strchr (lines[i], '/') != NULL)
      g_hash_table_add (files, g_strdup (strchr (lines[i], '/')));
}

/* What another program has mapped as well stays; and what was not written yet. */
static void
forget_files (GHashTable *files)
{
  GHashTableIter iter;
  gpointer path;

  g_hash_table_iter_init (&iter, files);
  while (g_hash_table_iter_next (&iter, &path, NULL))
    {
      int fd = open (path, O_RDONLY | O_CLOEXEC);

      if (fd < 0)
        continue;
      fdatasync (fd);
      posix_fadvise (fd, 0, 0, POSIX_FADV_DONTNEED);
      close (fd);
    }
}

static void
die_with_parent (gpointer data)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

static void
start (const char *program,
       const char *dir,
       const char *mark,
       Figures    *figures)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDERR_PIPE | G_SUBPROCESS_FLAGS_STDOUT_SILENCE);
  g_autofree char *data = g_build_filename (dir, "data", NULL), *config = g_build_filename (dir, "config", NULL);
  g_autofree char *wanted = g_strdup_printf ("mark %s ", mark);
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GDataInputStream) lines = NULL;
  g_autoptr (GError) error = NULL;
  double began = csm_bench_now ();
  gboolean found = FALSE;

  g_subprocess_launcher_set_child_setup (launcher, die_with_parent, NULL, NULL);
  g_subprocess_launcher_setenv (launcher, "CASEMENT_BENCH", "1", TRUE);
  g_subprocess_launcher_setenv (launcher, "GSETTINGS_BACKEND", "keyfile", TRUE);
  g_subprocess_launcher_setenv (launcher, "XDG_DATA_HOME", data, TRUE);
  g_subprocess_launcher_setenv (launcher, "XDG_CONFIG_HOME", config, TRUE);
  process = g_subprocess_launcher_spawn (launcher, &error, program, NULL);
  if (process == NULL)
    g_error ("%s", error->message);
  lines = g_data_input_stream_new (g_subprocess_get_stderr_pipe (process));
  while (!found)
    {
      g_autofree char *line = g_data_input_stream_read_line (lines, NULL, NULL, NULL);

      if (line == NULL)
        g_error ("%s ended without the mark %s", program, mark);
      found = g_str_has_prefix (line, wanted);
    }
  csm_bench_samples_add (figures->milliseconds, (csm_bench_now () - began) * 1000);
  g_usleep (SETTLE_SECONDS * G_USEC_PER_SEC);
  note_files (figures->files, g_subprocess_get_identifier (process));
  csm_bench_samples_add (figures->megabytes, csm_bench_read_memory (atoi (g_subprocess_get_identifier (process)), "Pss"));
  g_subprocess_send_signal (process, SIGTERM);
  g_subprocess_wait (process, NULL, NULL);
}

static void
figures_clear (Figures *figures)
{
  csm_bench_samples_free (figures->milliseconds);
  csm_bench_samples_free (figures->megabytes);
  g_hash_table_unref (figures->files);
}

static Figures
figures_new (void)
{
  return (Figures) { csm_bench_samples_new (), csm_bench_samples_new (), g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL) };
}

int
main (int   argc,
      char *argv[])
{
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *folder = g_path_get_dirname (self);
  g_autofree char *window = g_build_filename (folder, "bench-window", NULL);
  g_autofree char *casement = g_build_filename (folder, "..", "..", "src", "app", "casement", NULL);
  g_autofree char *dir = csm_bench_make_dir ();
  Figures first = figures_new (), cold_empty = figures_new (), cold = figures_new (), empty = figures_new (), ours = figures_new ();

  write_settings (dir);
  write_keyring (dir);
  write_cache (dir);
  start (window, dir, "first-frame", &first);
  start (casement, dir, "list-painted", &first);
  for (guint i = 0; i < N_COLD; i++)
    {
      forget_files (first.files);
      start (window, dir, "first-frame", &cold_empty);
      forget_files (first.files);
      start (casement, dir, "list-painted", &cold);
    }
  for (guint i = 0; i < N_RUNS; i++)
    {
      start (window, dir, "first-frame", &empty);
      start (casement, dir, "list-painted", &ours);
    }
  csm_bench_row ("warm start to a filled list, 100,000 cases", csm_bench_samples_median (ours.milliseconds), "ms", csm_bench_samples_median (empty.milliseconds),
                 CSM_BENCH_AT_MOST, 1.5, "first frame of an empty AdwApplicationWindow", N_RUNS);
  csm_bench_row ("cold start to a filled list", csm_bench_samples_median (cold.milliseconds), "ms", csm_bench_samples_median (cold_empty.milliseconds),
                 CSM_BENCH_BESIDE, 1, "the same window, cold", N_COLD);
  csm_bench_row ("memory with it, a case open (PSS)", csm_bench_samples_median (ours.megabytes), "MB", csm_bench_samples_median (empty.megabytes),
                 CSM_BENCH_AT_MOST, 1.6, "empty AdwApplicationWindow", N_RUNS);
  figures_clear (&first);
  figures_clear (&cold_empty);
  figures_clear (&cold);
  figures_clear (&empty);
  figures_clear (&ours);
  csm_bench_remove_dir (dir);
  return 0;
}
