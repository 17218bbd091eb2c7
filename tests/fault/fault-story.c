/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "fault-model.h"

/* Stories, and what they are made of. */

static const char * const points[] = {
  "acted", "db-before-commit", "db-after-commit", "write-told", "ops-ready", "ops-asked",
  "ops-answered", "ops-finished", "ops-kept", "page-got", "page-applied", "page-record",
};

#define AT_PAGE_RECORD 11

/* Where a desk is to die. */
const char *
model_point (const ModelStep *step)
{
  return points[step->choice % G_N_ELEMENTS (points)];
}

/* Of a hundred steps, about so many */
static const struct
{
  ModelKind   kind;
  const char *name;
  guint       weight;
} kinds[] = {
  { MODEL_GOAL, "writes the goal", 14 },
  { MODEL_DUE, "sets the date", 8 },
  { MODEL_PRIORITY, "changes the priority", 3 },
  { MODEL_CLAIM, "takes the case", 3 },
  { MODEL_TAG, "makes a tag", 3 },
  { MODEL_COMMENT, "comments", 8 },
  { MODEL_ATTACHMENT, "comments with a file", 2 },
  { MODEL_COMMENT_BACK, "comments and takes it back", 3 },
  { MODEL_REPLY, "replies", 8 },
  { MODEL_REPLY_BACK, "replies and takes it back", 3 },
  { MODEL_DRAFT, "writes half a sentence", 3 },
  { MODEL_SEEN, "has read", 2 },
  { MODEL_MAIL, "the customer writes", 3 },
  { MODEL_DOWN, "loses the network", 5 },
  { MODEL_UP, "has the network again", 8 },
  { MODEL_KILL, "is killed", 4 },
  { MODEL_DIE, "is to die", 8 },
  { MODEL_LOSE, "loses the next answer and the network", 8 },
  { MODEL_CUT, "gets the next answer in pieces", 2 },
  { MODEL_TWICE, "sends the next request twice", 2 },
  { MODEL_SERVER, "the server is killed", 2 },
  { MODEL_REST, "comes to rest", 14 },
};

/* What often goes wrong elsewhere: one after the other, at desk A and at another, B. */
#define A(kind) { MODEL_ ## kind, FALSE, TRUE }
#define B(kind) { MODEL_ ## kind, TRUE, TRUE }
static const struct
{
  ModelKind kind;
  gboolean  other;
  gboolean  there;
} scenes[][8] = {
  /* a tunnel behind what was sent, and a colleague: A rests until the answer is lost */
  { A (LOSE), A (GOAL), A (REST), B (REST), B (GOAL), B (REST), A (UP) },
  { A (LOSE), A (REPLY), A (REST), B (COMMENT), A (UP), A (REST) },
  /* a crash while it listens */
  { A (DIE), B (COMMENT), B (TAG), B (REST), A (REST), A (REST) },
  /* a crash while it sends */
  { A (DIE), A (COMMENT), A (REST), A (DIE), A (REPLY), A (REST) },
  /* a flight */
  { A (DOWN), A (DUE), A (REPLY), B (DUE), B (MAIL), A (UP) },
  /* a file and a date wait, and the date is not the same any more */
  { A (DOWN), A (ATTACHMENT), A (DUE), B (DUE), B (DUE), B (REST), A (UP) },
};
#undef A
#undef B
#define LISTENING 2
/* So many of a hundred steps begin one. */
#define SCENES 12

static guint
choose_case (GRand *random)
{
  /* People meet where much happens. */
  return g_rand_int_range (random, 0, 10) < 6 ? 0 : (guint) g_rand_int_range (random, 0, MODEL_N_CASES);
}

static void
tell_scene (GRand  *random,
            GArray *story)
{
  guint scene = (guint) g_rand_int_range (random, 0, G_N_ELEMENTS (scenes));
  guint desk = (guint) g_rand_int_range (random, 0, FAULT_N_DESKS), other = (desk + (guint) g_rand_int_range (random, 1, FAULT_N_DESKS)) % FAULT_N_DESKS;
  guint on = choose_case (random);

  for (guint i = 0; i < G_N_ELEMENTS (scenes[scene]) && scenes[scene][i].there; i++)
    {
      ModelStep step = { scenes[scene][i].kind, story->len, scenes[scene][i].other ? other : desk, on, (guint) g_rand_int_range (random, 0, 1000) };

      /* Where what it hears is only half written */
      if (scene == LISTENING && step.kind == MODEL_DIE && step.choice % 4 != 0)
        step.choice = AT_PAGE_RECORD;
      g_array_append_val (story, step);
    }
}

static void
tell_step (GRand  *random,
           GArray *story)
{
  ModelStep step = { .number = story->len };
  guint all = 0, dice, kind = 0;

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    all += kinds[i].weight;
  dice = (guint) g_rand_int_range (random, 0, (gint32) all);
  while (dice >= kinds[kind].weight)
    dice -= kinds[kind++].weight;
  step.kind = kinds[kind].kind;
  step.desk = (guint) g_rand_int_range (random, 0, FAULT_N_DESKS);
  step.on = choose_case (random);
  step.choice = (guint) g_rand_int_range (random, 0, 1000);
  g_array_append_val (story, step);
}

GArray *
model_tell (guint32 seed,
            guint   length)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);
  GArray *story = g_array_new (FALSE, TRUE, sizeof (ModelStep));

  while (story->len < length)
    {
      if (g_rand_int_range (random, 0, 100) < SCENES)
        tell_scene (random, story);
      else
        tell_step (random, story);
    }
  return story;
}

char *
model_describe (GArray *story)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < story->len; i++)
    {
      ModelStep *step = &g_array_index (story, ModelStep, i);
      const char *name = NULL;

      for (guint k = 0; k < G_N_ELEMENTS (kinds); k++)
        name = kinds[k].kind == step->kind ? kinds[k].name : name;
      g_string_append_printf (text, "  %u: desk %u %s (case %u%s%s)\n", step->number, step->desk, name, step->on,
                              step->kind == MODEL_DIE ? ", at " : "", step->kind == MODEL_DIE ? model_point (step) : "");
    }
  return g_string_free (text, FALSE);
}
