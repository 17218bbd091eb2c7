/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#define G_LOG_DOMAIN "csm-base-test"
#include "config.h"

#include "csm-spool.h"

#include <string.h>
#include <unistd.h>

static void
test_bytes (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CsmSpool) spool = csm_spool_new (&error);
  g_autoptr (CsmSpool) other = NULL;
  char text[16] = "";

  g_assert_no_error (error);
  g_assert_cmpuint (csm_spool_get_length (spool), ==, 0);
  g_assert_true (csm_spool_append (spool, "Hello ", 6, &error));
  g_assert_true (csm_spool_append (spool, "world", 5, &error));
  g_assert_true (csm_spool_append (spool, NULL, 0, &error));
  g_assert_cmpuint (csm_spool_get_length (spool), ==, 11);
  other = csm_spool_ref (spool);
  g_assert_cmpuint (csm_spool_read (other, 6, text, sizeof text), ==, 5);
  g_assert_cmpstr (text, ==, "world");
  g_assert_cmpuint (csm_spool_read (other, 11, text, sizeof text), ==, 0);
  g_assert_cmpint (pread (csm_spool_get_fd (other), text, 5, 0), ==, 5);
  g_assert_cmpstr (text, ==, "Hello");
}

/* Where one folder can't be written to there is another. */
static void
test_folder (void)
{
  g_autofree char *before = g_strdup (g_getenv ("TMPDIR"));
  g_autoptr (GError) error = NULL;
  g_autoptr (CsmSpool) spool = NULL;

  /* GLib remembers what it found first. */
  g_assert_true (g_file_test (g_get_tmp_dir (), G_FILE_TEST_IS_DIR));
  g_setenv ("TMPDIR", "/nonexistent", TRUE);
  spool = csm_spool_new (&error);
  g_assert_no_error (error);
  g_assert_true (csm_spool_append (spool, "x", 1, &error));
  if (before != NULL)
    g_setenv ("TMPDIR", before, TRUE);
  else
    g_unsetenv ("TMPDIR");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/spool/bytes", test_bytes);
  g_test_add_func ("/spool/folder", test_folder);
  return g_test_run ();
}
