/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */

#define G_LOG_DOMAIN "csm-reader-test"
#include "config.h"

#include "csm-reader-client.h"

#include <stdio.h>

/* read-files PROGRAM DIRECTORY…: reads every file below the directories as a message, several under way at
 * once, and prints what came of it and how fast. Fails when one got no answer, or when there were none. */

#define UNDER_WAY 32

typedef struct
{
  CsmReaderClient *client;
  GQueue names;
  guint ok;
  guint refused;
  guint careful;
  guint reports;
  guint failed;
  gsize bytes;
} Run;

static gboolean
was_careful (CsmParsedMail *mail)
{
  JsonArray *defects = csm_parsed_mail_get_array (mail, "defects");

  for (guint i = 0; defects != NULL && i < json_array_get_length (defects); i++)
    if (g_str_equal (json_array_get_string_element (defects, i), "read-carefully"))
      return TRUE;
  return FALSE;
}

static void
collect (Run *run)
{
  g_autofree char *name = g_queue_pop_head (&run->names);
  g_autoptr(CsmParsedMail) mail = NULL;
  g_autoptr(GError) error = NULL;

  if (!csm_reader_client_collect (run->client, &mail, NULL, &error))
    {
      run->failed++;
      printf ("%s: %s\n", name, error->message);
    }
  else if (!csm_parsed_mail_is_ok (mail))
    {
      run->refused++;
    }
  else
    {
      run->ok++;
      run->reports += !json_object_get_null_member (mail->json, "report");
      if (was_careful (mail))
        {
          run->careful++;
          printf ("%s: read carefully\n", name);
        }
    }
}

static void
submit (Run        *run,
        const char *path)
{
  g_autofree char *contents = NULL;
  g_autoptr(GBytes) raw = NULL;
  g_autoptr(GError) error = NULL;
  gsize length;

  if (!g_file_get_contents (path, &contents, &length, &error))
    {
      run->failed++;
      printf ("%s\n", error->message);
      return;
    }
  raw = g_bytes_new_take (g_steal_pointer (&contents), length);
  if (!csm_reader_client_submit (run->client, raw, &error))
    {
      run->failed++;
      printf ("%s: %s\n", path, error->message);
      return;
    }
  run->bytes += length;
  g_queue_push_tail (&run->names, g_strdup (path));
  if (csm_reader_client_get_pending (run->client) >= UNDER_WAY)
    collect (run);
}

static void
walk (Run        *run,
      const char *path)
{
  g_autoptr(GDir) dir = g_dir_open (path, 0, NULL);

  if (dir == NULL)
    {
      submit (run, path);
      return;
    }
  for (const char *name = g_dir_read_name (dir); name != NULL; name = g_dir_read_name (dir))
    {
      g_autofree char *inside = g_build_filename (path, name, NULL);

      walk (run, inside);
    }
}

int
main (int   argc,
      char *argv[])
{
  Run run = { NULL };
  gint64 started = g_get_monotonic_time ();
  double seconds;

  if (argc < 3)
    {
      fprintf (stderr, "usage: read-files PROGRAM DIRECTORY…\n");
      return 2;
    }
  run.client = csm_reader_client_new (argv[1]);
  for (int i = 2; i < argc; i++)
    walk (&run, argv[i]);
  while (csm_reader_client_get_pending (run.client) > 0)
    collect (&run);
  g_object_unref (run.client);

  seconds = (double) (g_get_monotonic_time () - started) / G_USEC_PER_SEC;
  printf ("%u read, %u refused, %u failed, %u carefully, %u reports, %.0f messages/s, %.1f MB/s\n", run.ok, run.refused,
          run.failed, run.careful, run.reports, (run.ok + run.refused) / seconds, (double) run.bytes / 1e6 / seconds);
  return run.failed > 0 || run.careful > 0 || run.ok == 0 ? 1 : 0;
}
