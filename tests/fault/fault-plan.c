/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "fault-plan.h"

#include <string.h>

#define PASSED "passed "
/* CASEMENT_FAULT_SEED gives another choice of passages. */
#define SEED 20260706

#define SYNC (FAULT_FIRST_SYNC | FAULT_DESK | FAULT_RESYNC)
#define SENDING (FAULT_SEND | FAULT_SMTP)
#define SERVER (FAULT_IMPORT | FAULT_DELIVER | FAULT_WRITE | SENDING)

/* Each csm_failpoint() of the server and of a client stands here: test-points looks. */
const FaultPoint fault_points[] = {
  { "acted", FAULT_DESK },
  { "answer-ready", FAULT_WRITE | SENDING },
  /* Of the commands that make and restore backups: their own suite kills them there. */
  { "backup-after-rename", 0 },
  { "backup-before-rename", 0 },
  { "backup-copied", 0 },
  { "backup-step", 0 },
  { "blob-after-rename", FAULT_IMPORT | FAULT_DELIVER | FAULT_WRITE },
  { "blob-before-rename", FAULT_IMPORT | FAULT_DELIVER | FAULT_WRITE },
  { "contents-got", FAULT_FIRST_SYNC | FAULT_DESK },
  { "db-after-commit", SERVER | SYNC },
  { "db-before-commit", SERVER | SYNC },
  { "db-migrating", FAULT_FIRST_SYNC },
  { "deliver-committed", FAULT_DELIVER },
  { "deliver-stored", FAULT_DELIVER },
  { "deliver-written", FAULT_DELIVER },
  { "first-sync-begun", FAULT_FIRST_SYNC },
  { "import-committed", FAULT_IMPORT },
  { "import-synced", FAULT_IMPORT },
  { "import-written", FAULT_IMPORT },
  { "newest-got", FAULT_FIRST_SYNC },
  { "ops-answered", FAULT_DESK },
  { "ops-asked", FAULT_DESK },
  { "ops-finished", FAULT_DESK },
  { "ops-kept", FAULT_DESK },
  { "ops-ready", FAULT_DESK },
  { "page-applied", SYNC },
  { "page-got", SYNC },
  { "page-record", SYNC },
  { "push-on", SYNC },
  { "restore-after-swap", 0 },
  { "restore-before-swap", 0 },
  { "restore-copied", 0 },
  { "search-slice", FAULT_FIRST_SYNC },
  { "send-accepted", SENDING },
  { "send-begin", SENDING },
  /* No copy goes into a folder of this workspace's. */
  { "send-copied", 0 },
  { "send-handed-over", SENDING },
  { "send-made", SENDING },
  { "send-result", SENDING },
  { "send-running", FAULT_SEND },
  { "session-got", SYNC },
  { "session-opened", SYNC },
  { "smtp-data", FAULT_SMTP },
  { "smtp-whole", FAULT_SMTP },
  { "type-restarted", FAULT_RESYNC },
  { "upload-added", FAULT_WRITE },
  { "upload-stored", FAULT_WRITE },
  { "write-told", SYNC },
  { NULL, 0 },
};

static guint
get_seed (void)
{
  const char *given = g_getenv ("CASEMENT_FAULT_SEED");

  return given != NULL ? (guint) g_ascii_strtoull (given, NULL, 10) : SEED;
}

/* How often a recorded run passed each point. */
static GHashTable *
count_passages (const char *log)
{
  GHashTable *counts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  if (!g_file_get_contents (log, &text, NULL, NULL))
    return counts;
  lines = g_strsplit (text, "\n", -1);
  for (char **line = lines; *line != NULL; line++)
    {
      const char *name = *line + strlen (PASSED);

      if (!g_str_has_prefix (*line, PASSED))
        continue;
      g_hash_table_replace (counts, g_strdup (name), GUINT_TO_POINTER (GPOINTER_TO_UINT (g_hash_table_lookup (counts, name)) + 1));
    }
  return counts;
}

static void
kill_free (gpointer data)
{
  FaultKill *kill = data;

  g_free (kill->point);
  g_free (kill);
}

static void
add_kill (FaultLab      *lab,
          const char    *prefix,
          const char    *point,
          guint          n,
          GTestDataFunc  test)
{
  g_autofree char *path = g_strdup_printf ("/fault/%s/%s/%u", prefix, point, n);
  FaultKill *kill = g_new0 (FaultKill, 1);

  kill->lab = lab;
  kill->point = g_strdup (point);
  kill->n = n;
  g_test_add_data_func_full (path, kill, test, kill_free);
}

/* The first passage, and a seeded choice of the others. */
static guint
add_point (FaultLab      *lab,
           const char    *prefix,
           const char    *point,
           guint          passages,
           guint          per_point,
           GRand         *random,
           GTestDataFunc  test)
{
  g_autofree gboolean *chosen = g_new0 (gboolean, passages + 1);
  guint wanted = MIN (per_point, passages);

  chosen[1] = TRUE;
  for (guint count = 1; count < wanted;)
    {
      guint n = (guint) g_rand_int_range (random, 2, (gint32) passages + 1);

      count += !chosen[n];
      chosen[n] = TRUE;
    }
  for (guint n = 1; n <= passages; n++)
    {
      if (chosen[n])
        add_kill (lab, prefix, point, n, test);
    }
  return wanted;
}

/*
 * Adds a test for each chosen passage of each point that @work passes. @log holds a recorded run of it: a
 * point of the table that it did not pass fails the program, and so does one that it passed against the table.
 */
guint
fault_plan_add (FaultLab      *lab,
                const char    *log,
                FaultWork      work,
                const char    *prefix,
                guint          per_point,
                GTestDataFunc  test)
{
  g_autoptr (GHashTable) counts = count_passages (log);
  g_autoptr (GRand) random = g_rand_new_with_seed (get_seed ());
  guint total = 0;

  for (const FaultPoint *point = fault_points; point->name != NULL; point++)
    {
      guint passages = GPOINTER_TO_UINT (g_hash_table_lookup (counts, point->name));

      if ((passages > 0) != ((point->works & work) != 0))
        g_error ("%s: %s was passed %u times", prefix, point->name, passages);
      if (passages > 0)
        total += add_point (lab, prefix, point->name, passages, per_point, random, test);
    }
  return total;
}

/* What CASEMENT_FAILPOINT has to be. */
char *
fault_kill_print (const FaultKill *kill)
{
  return g_strdup_printf ("%s:%u", kill->point, kill->n);
}
