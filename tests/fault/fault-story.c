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

/* Of a hundred steps, about so many; and of those in which people work together */
static const struct
{
  ModelKind   kind;
  const char *name;
  guint       weight;
  guint       together;
} kinds[] = {
  { MODEL_GOAL, "writes the goal", 14, 4 },
  { MODEL_DUE, "sets the date", 8, 2 },
  { MODEL_PRIORITY, "changes the priority", 3, 1 },
  { MODEL_CLAIM, "takes the case", 3, 2 },
  { MODEL_TAG, "makes a tag", 3, 1 },
  { MODEL_COMMENT, "comments", 8, 3 },
  { MODEL_ATTACHMENT, "comments with a file", 2, 1 },
  { MODEL_COMMENT_BACK, "comments and takes it back", 3, 1 },
  { MODEL_REPLY, "replies", 8, 2 },
  { MODEL_REPLY_BACK, "replies and takes it back", 3, 1 },
  { MODEL_DRAFT, "writes half a sentence", 3, 0 },
  { MODEL_SEEN, "has read", 2, 1 },
  { MODEL_MAIL, "the customer writes", 3, 2 },
  { MODEL_TASK, "makes a task", 0, 5 },
  { MODEL_TASK_WORK, "works on a task", 0, 8 },
  { MODEL_TASK_AWAY, "throws a task away", 0, 2 },
  { MODEL_WRITE, "writes in the draft", 0, 28 },
  { MODEL_RECIPIENT, "says who else gets the draft", 0, 8 },
  { MODEL_SEND, "sends the draft", 0, 5 },
  { MODEL_SEND_BACK, "sends the draft and takes it back", 0, 4 },
  { MODEL_HAND_OVER, "hands the case over", 0, 3 },
  { MODEL_BRIEF, "writes in the brief", 0, 3 },
  { MODEL_MERGE, "merges the case", 0, 3 },
  { MODEL_UNMERGE, "takes the case out again", 0, 2 },
  { MODEL_MOVE, "moves the conversation", 0, 2 },
  { MODEL_DOWN, "loses the network", 5, 5 },
  { MODEL_UP, "has the network again", 8, 8 },
  { MODEL_KILL, "is killed", 4, 4 },
  { MODEL_DIE, "is to die", 8, 8 },
  { MODEL_LOSE, "loses the next answer and the network", 8, 8 },
  { MODEL_CUT, "gets the next answer in pieces", 2, 2 },
  { MODEL_TWICE, "sends the next request twice", 2, 3 },
  { MODEL_SERVER, "the server is killed", 2, 2 },
  { MODEL_REST, "comes to rest", 14, 16 },
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
  /* both write one paragraph, one of them in a tunnel */
  { B (WRITE), B (REST), A (REST), A (LOSE), A (WRITE), A (REST), B (WRITE), A (UP) },
  /* one sends what the other writes on */
  { A (WRITE), A (REST), B (REST), B (DOWN), B (WRITE), A (SEND), A (REST), B (UP) },
  { A (WRITE), A (LOSE), A (SEND_BACK), B (REST), B (WRITE), A (UP), B (REST), A (REST) },
  /* a case goes while somebody works in it */
  { A (DOWN), A (TASK), A (WRITE), A (GOAL), B (MERGE), B (REST), A (SEND), A (UP) },
  { A (TASK), A (REST), B (REST), B (DOWN), B (TASK_WORK), A (TASK_AWAY), A (REST), B (UP) },
};
#undef A
#undef B
#define LISTENING 2
/* Those before it are of one person's work each. */
#define FIRST_TOGETHER 6
/* So many of a hundred steps begin one, and where hardly anything else is told */
#define SCENES 12
#define DENSE 70

static guint
choose_case (GRand *random)
{
  /* People meet where much happens. */
  return g_rand_int_range (random, 0, 10) < 6 ? 0 : (guint) g_rand_int_range (random, 0, MODEL_N_CASES);
}

static void
tell_scene (GRand    *random,
            gboolean  together,
            GArray   *story)
{
  guint scene = (guint) g_rand_int_range (random, together ? FIRST_TOGETHER : 0, together ? G_N_ELEMENTS (scenes) : FIRST_TOGETHER);
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

static guint
weight_of (guint    kind,
           gboolean together)
{
  return together ? kinds[kind].together : kinds[kind].weight;
}

static void
tell_step (GRand    *random,
           gboolean  together,
           GArray   *story)
{
  ModelStep step = { .number = story->len };
  guint all = 0, dice, kind = 0;

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    all += weight_of (i, together);
  dice = (guint) g_rand_int_range (random, 0, (gint32) all);
  while (dice >= weight_of (kind, together))
    dice -= weight_of (kind++, together);
  step.kind = kinds[kind].kind;
  step.desk = (guint) g_rand_int_range (random, 0, FAULT_N_DESKS);
  step.on = choose_case (random);
  step.choice = (guint) g_rand_int_range (random, 0, 1000);
  g_array_append_val (story, step);
}

static GArray *
tell (guint32  seed,
      guint    length,
      gint32   n_scenes,
      gboolean together)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);
  GArray *story = g_array_new (FALSE, TRUE, sizeof (ModelStep));

  while (story->len < length)
    {
      if (g_rand_int_range (random, 0, 100) < n_scenes)
        tell_scene (random, together, story);
      else
        tell_step (random, together, story);
    }
  return story;
}

GArray *
model_tell (guint32 seed,
            guint   length)
{
  return tell (seed, length, SCENES, FALSE);
}

GArray *
model_tell_scenes (guint32 seed,
                   guint   length)
{
  return tell (seed, length, DENSE, FALSE);
}

GArray *
model_tell_together (guint32 seed,
                     guint   length)
{
  return tell (seed, length, SCENES, TRUE);
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
