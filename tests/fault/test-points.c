/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "fault-plan.h"

/* The table of points against the source: a new csm_failpoint() without a line in fault-plan.c fails here. */

static void
collect (GHashTable *names,
         const char *path)
{
  g_autoptr (GRegex) regex = g_regex_new ("csm_failpoint \\(\"([^\"]+)\"\\)", 0, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  g_autofree char *text = NULL;

  if (!g_file_get_contents (path, &text, NULL, NULL) || !g_utf8_validate (text, -1, NULL))
    return;
  for (gboolean more = g_regex_match (regex, text, 0, &match); more; more = g_match_info_next (match, NULL))
    g_hash_table_add (names, g_match_info_fetch (match, 1));
}

static void
walk (GHashTable *names,
      const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  g_assert_nonnull (dir);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (g_file_test (path, G_FILE_TEST_IS_DIR))
        walk (names, path);
      else if (g_str_has_suffix (name, ".c"))
        collect (names, path);
    }
}

static void
test_table (void)
{
  g_autoptr (GHashTable) names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree char *source = g_test_build_filename (G_TEST_DIST, "..", "src", NULL);

  walk (names, source);
  g_assert_cmpuint (g_hash_table_size (names), >, 0);
  for (const FaultPoint *point = fault_points; point->name != NULL; point++)
    {
      if (!g_hash_table_remove (names, point->name))
        g_error ("no csm_failpoint (\"%s\") in the source", point->name);
    }
  if (g_hash_table_size (names) > 0)
    {
      g_autofree char **left = (char **) g_hash_table_get_keys_as_array (names, NULL);

      g_error ("nothing is killed at %s", left[0]);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/fault/points/table", test_table);
  return g_test_run ();
}
