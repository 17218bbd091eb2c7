/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "fault-audit.h"
#include "fault-model.h"

/*
 * Stories that follow from a seed: two people at three desks work on a few cases while customers write, networks fail and
 * programs die. A story that ends badly is shrunk to what it takes, and printed. CASEMENT_FAULT_SEED gives the first seed,
 * CASEMENT_FAULT_SEEDS how many, and CASEMENT_FAULT_TOGETHER how many of them tell of people who write one reply, do tasks and
 * merge cases.
 */

#define FIRST_SEED 1
#define N_SEEDS 10
#define N_TOGETHER 6
#define LENGTH 30
#define MOST_PLAYS 60
#define SHRINKING_PATIENCE 10

static FaultWorld *world;

static guint
number_of (const char *name,
           guint       otherwise)
{
  const char *given = g_getenv (name);

  return given != NULL ? (guint) g_ascii_strtoull (given, NULL, 10) : otherwise;
}

static void
play_story (guint32  seed,
            GArray  *story)
{
  g_autoptr (GArray) smallest = NULL;
  g_autoptr (GPtrArray) findings = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *text = NULL;

  model_play (world, seed, story, NULL, findings);
  if (findings->len == 0)
    return;
  for (guint i = 0; i < findings->len; i++)
    g_printerr ("%s\n", (char *) g_ptr_array_index (findings, i));
  /* What is wrong need not be waited for again and again. */
  world->patience = SHRINKING_PATIENCE;
  smallest = model_shrink (world, seed, story, NULL, MOST_PLAYS, 0);
  text = model_describe (smallest);
  g_printerr ("seed %u, %u of %u steps:\n%s", seed, smallest->len, story->len, text);
  fault_assert_none (findings);
}

static void
test_story (gconstpointer data)
{
  guint32 seed = GPOINTER_TO_UINT (data);
  g_autoptr (GArray) story = model_tell (seed, LENGTH);

  play_story (seed, story);
}

static void
test_together (gconstpointer data)
{
  guint32 seed = GPOINTER_TO_UINT (data);
  g_autoptr (GArray) story = model_tell_together (seed, LENGTH);

  play_story (seed, story);
}

static void
add_stories (const char    *name,
             guint          first,
             guint          n,
             GTestDataFunc  test)
{
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *path = g_strdup_printf ("/fault/model/%s/%u", name, first + i);

      g_test_add_data_func (path, GUINT_TO_POINTER (first + i), test);
    }
}

int
main (int   argc,
      char *argv[])
{
  guint first = number_of ("CASEMENT_FAULT_SEED", FIRST_SEED);
  int result;

  g_test_init (&argc, &argv, NULL);
  world = fault_world_new (MODEL_N_CASES);
  add_stories ("seed", first, number_of ("CASEMENT_FAULT_SEEDS", N_SEEDS), test_story);
  add_stories ("together", first, number_of ("CASEMENT_FAULT_TOGETHER", N_TOGETHER), test_together);
  result = g_test_run ();
  fault_world_free (world);
  return result;
}
