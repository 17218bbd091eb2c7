/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "fault-model.h"

/*
 * Whether the stories find anything: clients with a bug that is planted on purpose must make one of them end badly, and what
 * is left of that story after shrinking must still do so.
 */

#define FIRST_SEED 1
#define N_SEEDS 16
#define LENGTH 30
/* The clock has a say in what meets. */
#define ROUNDS 2
#define MOST_PLAYS 24
/* Each of these bugs takes a few steps to show. */
#define SMALL 15

static FaultWorld *world;

typedef struct
{
  const char *name;
  guint       likely;
} Bug;

/* @likely is where it was found before: the others come after it. */
static GArray *
find_story (const char *bug,
            guint       likely,
            guint32    *seed)
{
  for (guint i = 0; i < ROUNDS * N_SEEDS; i++)
    {
      g_autoptr (GPtrArray) findings = g_ptr_array_new_with_free_func (g_free);
      g_autoptr (GArray) story = NULL;

      *seed = FIRST_SEED + (likely - FIRST_SEED + i) % N_SEEDS;
      story = model_tell (*seed, LENGTH);
      model_play (world, *seed, story, bug, findings);
      if (findings->len == 0)
        continue;
      g_test_message ("%s: seed %u: %.500s", bug, *seed, (char *) g_ptr_array_index (findings, 0));
      return g_steal_pointer (&story);
    }
  return NULL;
}

static void
test_bug (gconstpointer data)
{
  const Bug *bug = data;
  guint patience = world->patience;
  guint32 seed;
  g_autoptr (GArray) story = NULL, smallest = NULL;
  g_autoptr (GPtrArray) findings = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *text = NULL;

  /* What is certain need not be waited for. */
  world->patience = 5;
  story = find_story (bug->name, bug->likely, &seed);
  if (story == NULL)
    g_error ("no story of %u finds %s", N_SEEDS, bug->name);
  smallest = model_shrink (world, seed, story, bug->name, MOST_PLAYS);
  text = model_describe (smallest);
  g_test_message ("%s takes %u of %u steps:\n%s", bug->name, smallest->len, story->len, text);
  g_assert_cmpuint (smallest->len, <=, SMALL);
  world->patience = patience;
}

int
main (int   argc,
      char *argv[])
{
  static const Bug bugs[] = { { "cursor-ahead", 14 }, { "no-operation-id", 1 }, { "lost-operation", 3 }, { "double-send", 1 } };
  int result;

  g_test_init (&argc, &argv, NULL);
  world = fault_world_new (MODEL_N_CASES);
  for (guint i = 0; i < G_N_ELEMENTS (bugs); i++)
    {
      g_autofree char *path = g_strconcat ("/fault/planted/", bugs[i].name, NULL);

      g_test_add_data_func (path, &bugs[i], test_bug);
    }
  result = g_test_run ();
  fault_world_free (world);
  return result;
}
