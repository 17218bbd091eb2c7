/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "fault-model.h"

/*
 * Whether the stories find anything: clients with a bug that is planted on purpose must make one of them end badly. Then the
 * few steps that are known to show the bug are hidden in a story, and shrinking must find them again: each of them waits for
 * what it proves, and not for a time.
 */

/*
 * The clock has a say in what meets in a story that follows from its seed: one in three or more finds a bug, the first
 * finds each of them almost always.
 */
#define FIRST_SEED 3
#define MOST_STORIES 60
#define LENGTH 30
/* A story in which nobody has died before the steps, nothing is about to be lost, and nothing mends the damage after them, since it has
 * other cases. */
#define HIDING_SEED 11
#define HIDING 20
#define HIDDEN_CASE 2
#define MOST_PLAYS 60
#define SMALL 12
/* In the known steps whoever rests comes to rest, however long it takes; what else meets in a story is left to it. */
#define REST_MS 60000
#define STORY_REST_MS 3000

/* Where a desk dies: see the points of the model */
#define AT_OPS_ASKED 5
#define AT_PAGE_RECORD 11

static FaultWorld *world;

typedef struct
{
  const char *name;
  struct
  {
    ModelKind kind;
    guint     desk;
    guint     choice;
  } steps[10];
  guint       n_steps;
} Bug;

static const Bug bugs[] = {
  /* It dies while it writes what it hears. */
  { "cursor-ahead",
    { { MODEL_UP, FAULT_ANA }, { MODEL_UP, FAULT_BEN }, { MODEL_REST, FAULT_ANA }, { MODEL_DIE, FAULT_ANA, AT_PAGE_RECORD }, { MODEL_COMMENT, FAULT_BEN },
      { MODEL_REST, FAULT_BEN }, { MODEL_REST, FAULT_ANA } }, 7 },
  /* Its answer is lost, and a colleague writes over what arrived. */
  { "no-operation-id",
    { { MODEL_UP, FAULT_ANA }, { MODEL_UP, FAULT_BEN }, { MODEL_REST, FAULT_ANA }, { MODEL_LOSE, FAULT_ANA }, { MODEL_GOAL, FAULT_ANA }, { MODEL_REST, FAULT_ANA },
      { MODEL_REST, FAULT_BEN }, { MODEL_GOAL, FAULT_BEN }, { MODEL_REST, FAULT_BEN }, { MODEL_UP, FAULT_ANA } }, 10 },
  /* It dies when it has asked. */
  { "lost-operation", { { MODEL_UP, FAULT_ANA }, { MODEL_REST, FAULT_ANA }, { MODEL_DIE, FAULT_ANA, AT_OPS_ASKED }, { MODEL_COMMENT, FAULT_ANA }, { MODEL_REST, FAULT_ANA } }, 5 },
  /* It sends again what arrived. */
  { "double-send", { { MODEL_UP, FAULT_ANA }, { MODEL_REST, FAULT_ANA }, { MODEL_LOSE, FAULT_ANA }, { MODEL_REPLY, FAULT_ANA }, { MODEL_REST, FAULT_ANA }, { MODEL_UP, FAULT_ANA } }, 6 },
};

static gboolean
goes_wrong (const Bug *bug,
            guint32    seed,
            GArray    *story,
            gboolean   planted)
{
  g_autoptr (GPtrArray) findings = g_ptr_array_new_with_free_func (g_free);

  model_play (world, seed, story, planted ? bug->name : NULL, findings);
  if (findings->len > 0)
    g_test_message ("%s: seed %u: %.500s", bug->name, seed, (char *) g_ptr_array_index (findings, 0));
  return findings->len > 0;
}

static gboolean
is_found (const Bug *bug)
{
  world->rest_ms = STORY_REST_MS;
  for (guint i = 0; i < MOST_STORIES; i++)
    {
      guint32 seed = FIRST_SEED + i;
      g_autoptr (GArray) story = model_tell_scenes (seed, LENGTH);

      if (goes_wrong (bug, seed, story, TRUE))
        return TRUE;
    }
  return FALSE;
}

/* (transfer full): the steps alone, or in the middle of a story. */
static GArray *
tell (const Bug *bug,
      guint      hiding)
{
  GArray *story = hiding > 0 ? model_tell (HIDING_SEED, hiding) : g_array_new (FALSE, TRUE, sizeof (ModelStep));
  guint middle = story->len / 2;

  for (guint i = 0; i < bug->n_steps; i++)
    {
      /* No number of theirs is another step's. */
      ModelStep step = { bug->steps[i].kind, 100 + i, bug->steps[i].desk, HIDDEN_CASE, bug->steps[i].choice };

      g_array_insert_val (story, middle + i, step);
    }
  return story;
}

static void
test_bug (gconstpointer data)
{
  const Bug *bug = data;
  g_autoptr (GArray) alone = tell (bug, 0), hidden = tell (bug, HIDING), smallest = NULL;
  g_autofree char *text = NULL;

  world->rest_ms = REST_MS;
  g_assert_true (goes_wrong (bug, FIRST_SEED, alone, TRUE));
  g_assert_false (goes_wrong (bug, FIRST_SEED, alone, FALSE));
  g_assert_true (goes_wrong (bug, FIRST_SEED, hidden, TRUE));
  smallest = model_shrink (world, FIRST_SEED, hidden, bug->name, MOST_PLAYS, SMALL);
  text = model_describe (smallest);
  g_test_message ("%s takes %u of %u steps:\n%s", bug->name, smallest->len, hidden->len, text);
  g_assert_cmpuint (smallest->len, <=, SMALL);
  if (!is_found (bug))
    g_error ("no story of %u finds %s", MOST_STORIES, bug->name);
}

int
main (int   argc,
      char *argv[])
{
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
