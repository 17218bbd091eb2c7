/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#define G_LOG_DOMAIN "csm-channel-test"
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "channel-test.h"
#include "csm-mail-import.h"
#include "mutate.h"

/* Broken mails all the way into the database: each becomes a message, or is set aside as one, and none is lost. */

#define DEFAULT_COUNT 1000

static int
compare_names (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static GPtrArray *
load_corpus (void)
{
  g_autofree char *folder = g_test_build_filename (G_TEST_DIST, "fuzz", "corpus", NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  GPtrArray *corpus = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  const char *name;

  g_assert_nonnull (dir);
  while ((name = g_dir_read_name (dir)) != NULL)
    g_ptr_array_add (names, g_build_filename (folder, name, NULL));
  g_ptr_array_sort (names, compare_names);
  for (guint i = 0; i < names->len; i++)
    {
      char *contents;
      gsize length;

      g_assert_true (g_file_get_contents (g_ptr_array_index (names, i), &contents, &length, NULL));
      g_ptr_array_add (corpus, g_bytes_new_take (contents, length));
    }
  return corpus;
}

static char *
write_mails (Workspace *workspace,
             guint      count)
{
  g_autoptr (GPtrArray) corpus = load_corpus ();
  guint32 seed = (guint32) g_test_rand_int ();
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  char *folder = g_build_filename (workspace->base, "broken", NULL);

  g_test_message ("seed %u", seed);
  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  for (guint i = 0; i < count; i++)
    {
      GBytes *base = g_ptr_array_index (corpus, g_rand_int_range (rand, 0, (int) corpus->len));
      g_autofree char *path = g_strdup_printf ("%s/%05u.eml", folder, i);
      g_autoptr (GString) text = g_string_new (NULL);

      g_string_append_len (text, g_bytes_get_data (base, NULL), (gssize) g_bytes_get_size (base));
      reader_test_mutate (text, rand);
      /* An empty file is no mail. */
      g_string_append_c (text, '\n');
      g_assert_true (g_file_set_contents_full (path, text->str, (gssize) text->len, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
    }
  return folder;
}

static void
test_import (Workspace     *workspace,
             gconstpointer  data)
{
  guint count = g_getenv ("CASEMENT_MUTATIONS") != NULL ? (guint) atoi (g_getenv ("CASEMENT_MUTATIONS")) : DEFAULT_COUNT;
  g_autofree char *folder = write_mails (workspace, count);
  CsmImportResult first, again;
  GError *error = NULL;

  csm_mail_import_run (workspace->store, workspace->channel, folder, channel_test_reader (), NULL, NULL, &first, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (first.read, ==, count);
  g_assert_cmpuint (first.added + first.duplicates, ==, count);
  g_assert_cmpuint (first.added, >, count / 2);
  g_assert_cmpuint (workspace_count (workspace, CSM_TYPE_ID_MESSAGE), ==, first.added);
  g_test_message ("%u messages, %u twice the same, %u set aside", (guint) first.added, (guint) first.duplicates, (guint) first.set_aside);
  /* All of them are known again. */
  csm_mail_import_run (workspace->store, workspace->channel, folder, channel_test_reader (), NULL, NULL, &again, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (again.duplicates, ==, count);
  workspace_assert_clean (workspace);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/channel/broken/import", Workspace, NULL, workspace_set_up, test_import, workspace_tear_down);
  return g_test_run ();
}
