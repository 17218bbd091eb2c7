/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */

#define G_LOG_DOMAIN "csm-reader-test"
#include "config.h"

#include "csm-mail-answer.h"
#include "harmless.h"
#include "mutate.h"

#include <json-glib/json-glib.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Broken messages in this process, so that sanitizers see everything: always an answer, and soon. */

#define DEFAULT_COUNT 20000
#define MAX_SECONDS 1.0

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
  g_autoptr(GError) error = NULL;
  g_autoptr(GDir) dir = g_dir_open (folder, 0, &error);
  g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  GPtrArray *corpus = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  const char *name;

  g_assert_no_error (error);
  while ((name = g_dir_read_name (dir)) != NULL)
    g_ptr_array_add (names, g_build_filename (folder, name, NULL));
  /* In an order that does not depend on the disk, so that a seed says everything. */
  g_ptr_array_sort (names, compare_names);
  for (guint i = 0; i < names->len; i++)
    {
      char *contents;
      gsize length;

      g_assert_true (g_file_get_contents (names->pdata[i], &contents, &length, &error));
      g_ptr_array_add (corpus, g_bytes_new_take (contents, length));
    }
  g_assert_cmpuint (corpus->len, >, 50);
  return corpus;
}

static double
now (void)
{
  struct timespec used;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &used);
  return (double) used.tv_sec + (double) used.tv_nsec / 1e9;
}

static void
check_answer (CsmMailAnswer *answer)
{
  g_autoptr(JsonParser) parser = json_parser_new_immutable ();
  g_autoptr(GError) error = NULL;
  JsonObject *object;
  JsonNode *safe;
  gsize length;
  const char *json = g_bytes_get_data (answer->json, &length);

  json_parser_load_from_data (parser, json, (gssize) length, &error);
  g_assert_no_error (error);
  object = json_node_get_object (json_parser_get_root (parser));
  if (!json_object_get_boolean_member (object, "ok"))
    return;
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (object, "parts")), ==, answer->parts->len);
  safe = json_object_get_member (object, "safeHtml");
  if (!JSON_NODE_HOLDS_NULL (safe))
    {
      GBytes *page = answer->parts->pdata[json_node_get_int (safe)];

      g_assert_cmpstr (reader_test_find_harm (g_bytes_get_data (page, NULL), g_bytes_get_size (page)), ==, NULL);
    }
}

static double
read_one (const char *raw,
          gsize       length)
{
  g_autofree char *copy = g_malloc (length + 1);
  g_autoptr(CsmMailAnswer) answer = NULL;
  double started;
  double used;

  memcpy (copy, raw, length);
  copy[length] = '\0';
  started = now ();
  answer = csm_mail_answer_new (copy, length, FALSE);
  used = now () - started;
  check_answer (answer);
  return used;
}

static void
test_corpus (void)
{
  g_autoptr(GPtrArray) corpus = load_corpus ();

  for (guint i = 0; i < corpus->len; i++)
    g_assert_cmpfloat (read_one (g_bytes_get_data (corpus->pdata[i], NULL), g_bytes_get_size (corpus->pdata[i])), <, MAX_SECONDS);
}

/* Lines that go on and on, and rich text of nothing but words. */
static void
test_long (void)
{
  static const struct
  {
    const char *start;
    const char *again;
    guint times;
  } cases[] = {
    { "Content-Type: text/calendar\n\nBEGIN:VCALENDAR\nX", "\n =", 90000 },
    { "Content-Type: text/vcard\n\nBEGIN:VCARD\nN;ENCODING=QUOTED-PRINTABLE:", "=\n", 40000 },
    { "Date: Wed, 15 Jul 2026 10:00:00 +0200\nAuto-Submitted: auto-replied\n\n", "until 1.1. ", 50000 },
    { "List-Unsubscribe: ", "<", 60000 },
    { "Authentication-Results: ", "((((a=b;", 8000 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(GString) raw = g_string_new (cases[i].start);

      for (guint j = 0; j < cases[i].times; j++)
        g_string_append (raw, cases[i].again);
      g_string_append (raw, "\n\n");
      g_assert_cmpfloat (read_one (raw->str, raw->len), <, MAX_SECONDS);
    }
}

static void
test_mutations (void)
{
  g_autoptr(GPtrArray) corpus = load_corpus ();
  guint32 seed = (guint32) g_test_rand_int ();
  g_autoptr(GRand) rand = g_rand_new_with_seed (seed);
  guint count = g_getenv ("CASEMENT_MUTATIONS") != NULL ? (guint) atoi (g_getenv ("CASEMENT_MUTATIONS")) : DEFAULT_COUNT;
  double longest = 0;

  for (guint i = 0; i < count; i++)
    {
      GBytes *base = corpus->pdata[g_rand_int_range (rand, 0, (int) corpus->len)];
      g_autoptr(GString) text = g_string_new_len (g_bytes_get_data (base, NULL), (gssize) g_bytes_get_size (base));
      double used;

      reader_test_mutate (text, rand);
      used = read_one (text->str, text->len);
      if (used > MAX_SECONDS)
        g_test_message ("%s", text->str);
      g_assert_cmpfloat (used, <, MAX_SECONDS);
      longest = MAX (longest, used);
    }
  g_test_message ("seed %u: %u messages, the longest took %.3f s", seed, count, longest);
}

int
main (int   argc,
      char *argv[])
{
  g_autoptr(GPtrArray) converters = NULL;

  g_test_init (&argc, &argv, NULL);
  converters = csm_mail_answer_start ();
  g_test_add_func ("/reader/mutations/corpus", test_corpus);
  g_test_add_func ("/reader/mutations/long", test_long);
  g_test_add_func ("/reader/mutations/mutations", test_mutations);
  return g_test_run ();
}
