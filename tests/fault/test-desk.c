/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "fault-audit.h"
#include "fault-plan.h"
#include "fault-world.h"

#include <string.h>

#include "csm-json.h"

/*
 * A client is killed wherever it writes: what it had said was done is done once, what it was just told is done once or
 * not at all, and it shows what the server has.
 */

/* When a point is passed more rarely than in the recorded run, there is more to do. */
#define MOST_FILLERS 25
#define SECONDS 60
/* What nobody took back because the desk died leaves after it. */
#define HASTE 5

static FaultWorld *world;

typedef enum
{
  UNKNOWN, /* it died when it was told */
  DONE,
  TAKEN_BACK,
} Said;

/* What was done, by the text that nothing else has. */
typedef struct
{
  GHashTable *comments; /* text → Said */
  GHashTable *replies;
  char       *goals[4]; /* of case 1, one after another */
  guint       n_goals;
  char       *draft;
  Said        draft_said;
  guint       n_fillers;
} Ledger;

static void
ledger_clear (Ledger *ledger)
{
  g_hash_table_unref (ledger->comments);
  g_hash_table_unref (ledger->replies);
  for (guint i = 0; i < ledger->n_goals; i++)
    g_free (ledger->goals[i]);
  g_free (ledger->draft);
}

static FaultDesk *
desk (void)
{
  return world->desks[FAULT_ANA];
}

static void
note (GHashTable *table,
      const char *text,
      JsonObject *answer)
{
  if (answer != NULL && json_object_has_member (answer, "error"))
    g_error ("“%s” was refused: %s", text, csm_json_get_string (answer, "error"));
  g_hash_table_replace (table, g_strdup (text), GINT_TO_POINTER (answer != NULL ? DONE : UNKNOWN));
}

static gboolean
comment (Ledger     *ledger,
         const char *text)
{
  g_autoptr (JsonObject) answer = fault_world_comment (world, FAULT_ANA, 0, text);

  note (ledger->comments, text, answer);
  return answer != NULL;
}

static gboolean
set_goal (Ledger     *ledger,
          const char *text)
{
  g_autofree char *patch = g_strdup_printf ("{'goal':'%s'}", text);
  g_autoptr (JsonObject) answer = fault_world_patch (world, FAULT_ANA, 1, patch);

  ledger->goals[ledger->n_goals++] = g_strdup (text);
  return answer != NULL;
}

static gboolean
reply (Ledger     *ledger,
       guint       number,
       const char *text,
       guint       undo_for,
       gint64     *group)
{
  g_autoptr (JsonObject) answer = fault_world_reply (world, FAULT_ANA, number, text, undo_for);

  note (ledger->replies, text, answer);
  *group = csm_json_get_int (answer, "group", 0);
  return answer != NULL;
}

static gboolean
take_back (GHashTable *table,
           const char *text,
           gint64      group)
{
  g_autoptr (JsonObject) answer = fault_desk_call (desk (), "{'do':'undo','group':%" G_GINT64_FORMAT "}", group);

  /* What the server has for good, or not any more, can't be taken back. */
  if (answer == NULL)
    g_hash_table_replace (table, g_strdup (text), GINT_TO_POINTER (UNKNOWN));
  else if (csm_json_get_boolean (answer, "done"))
    g_hash_table_replace (table, g_strdup (text), GINT_TO_POINTER (TAKEN_BACK));
  return answer != NULL;
}

static gboolean
save_draft (Ledger     *ledger,
            const char *text)
{
  g_autoptr (JsonObject) answer = fault_desk_call (desk (), "{'do':'draft','caseId':'%s','text':'%s'}", fault_world_get_case (world, 2)->id, text);

  g_free (ledger->draft);
  ledger->draft = g_strdup (text);
  ledger->draft_said = answer != NULL ? DONE : UNKNOWN;
  return answer != NULL;
}

static gboolean
mark_seen (void)
{
  FaultCase *c = fault_world_get_case (world, 2);
  g_autoptr (JsonObject) answer = fault_desk_call (desk (), "{'do':'perform','label':'Read','steps':[{'kind':'create','type':'Seen','record':"
                                                   "{'id':'z%s','caseId':'%s','upTo':'2026-07-06T10:00:00Z'}}]}", c->id + 1, c->id);

  return answer != NULL;
}

static gboolean
go_offline (void)
{
  fault_proxy_set_down (world->proxies[FAULT_ANA], TRUE);
  return fault_desk_wait (desk (), "offline", SECONDS);
}

static gboolean
go_online (void)
{
  g_autoptr (JsonObject) answer = NULL;

  fault_proxy_set_down (world->proxies[FAULT_ANA], FALSE);
  answer = fault_desk_call (desk (), "{'do':'retry'}");
  return answer != NULL && fault_desk_wait (desk (), "quiet", SECONDS);
}

/* One step after the other; FALSE when the desk died in it. */
static gboolean
take_step (Ledger *ledger,
           guint   step)
{
  static gint64 group;

  switch (step)
    {
    case 0:
      return comment (ledger, "a comment");
    case 1:
      return set_goal (ledger, "first");
    case 2:
      return reply (ledger, 2, "a reply", 0, &group);
    case 3:
      return fault_desk_wait (desk (), "quiet", SECONDS) && set_goal (ledger, "second");
    case 4:
      return reply (ledger, 3, "a hasty reply", HASTE, &group);
    case 5:
      return take_back (ledger->replies, "a hasty reply", group);
    case 6:
      return save_draft (ledger, "half a sentence");
    case 7:
      return mark_seen ();
    case 8:
      return go_offline ();
    case 9:
      return comment (ledger, "from the train");
    case 10:
      return reply (ledger, 0, "written on the train", 0, &group);
    case 11:
      return set_goal (ledger, "third");
    case 12:
      return save_draft (ledger, "a whole sentence");
    case 13:
      return go_online ();
    default:
      return FALSE;
    }
}
#define N_STEPS 14

/* All of them, and more until it dies when it is to die. Whether it lives. */
static gboolean
take_steps (Ledger   *ledger,
            guint    *step,
            gboolean  work)
{
  gboolean alive = fault_desk_wait (desk (), "quiet", SECONDS);

  while (alive && work && *step < N_STEPS)
    alive = take_step (ledger, (*step)++);
  return alive;
}

/* Whether it lives even then. */
static gboolean
take_fillers (Ledger *ledger)
{
  gboolean alive = TRUE;

  while (alive && ledger->n_fillers < MOST_FILLERS)
    {
      g_autofree char *text = g_strdup_printf ("filler %u", ledger->n_fillers++);

      alive = comment (ledger, text) && fault_desk_wait (desk (), "quiet", SECONDS);
    }
  return alive;
}

/* --- the oracle ---------------------------------------------------------------------------------------------------------- */

static void
audit_table (GPtrArray  *findings,
             GHashTable *table,
             CsmTypeId   type,
             const char *member)
{
  GHashTableIter iter;
  gpointer text, said;

  g_hash_table_iter_init (&iter, table);
  while (g_hash_table_iter_next (&iter, &text, &said))
    {
      guint count = fault_world_count (world, type, member, text);

      if (GPOINTER_TO_INT (said) == DONE ? count != 1 : count > 1)
        g_ptr_array_add (findings, g_strdup_printf ("“%s” is there %u times", (char *) text, count));
    }
}

static void
audit_goal (GPtrArray *findings,
            Ledger    *ledger,
            gboolean   last_is_known)
{
  g_autoptr (JsonObject) record = fault_world_find (world, CSM_TYPE_ID_CASE, fault_world_get_case (world, 1)->id);
  const char *goal = csm_json_get_string (record, "goal");
  guint last = ledger->n_goals;

  if (last == 0)
    return;
  if (g_strcmp0 (goal, ledger->goals[last - 1]) != 0 && (last_is_known || (last > 1 && g_strcmp0 (goal, ledger->goals[last - 2]) != 0)))
    g_ptr_array_add (findings, g_strdup_printf ("the goal is %s, and not %s", goal, ledger->goals[last - 1]));
}

static void
audit_draft (GPtrArray *findings,
             Ledger    *ledger)
{
  g_autoptr (JsonObject) detail = fault_desk_call (desk (), "{'do':'case','id':'%s'}", fault_world_get_case (world, 2)->id);
  const char *draft = csm_json_get_string (detail, "draft");

  if (ledger->draft_said == DONE && g_strcmp0 (draft, ledger->draft) != 0)
    g_ptr_array_add (findings, g_strdup_printf ("the draft is %s, and not %s", draft, ledger->draft));
}

static void
audit_sends (GPtrArray *findings)
{
  g_autoptr (GPtrArray) texts = g_ptr_array_new ();
  g_autoptr (JsonArray) there = fault_server_read_type (world->server, csm_record_type_get (CSM_TYPE_ID_SUBMISSION));

  /* Which are there is audit_table()'s: here, that each left once. */
  for (guint i = 0; i < json_array_get_length (there); i++)
    g_ptr_array_add (texts, (gpointer) csm_json_get_string (json_array_get_object_element (there, i), "textBody"));
  g_ptr_array_add (texts, NULL);
  fault_world_audit_sends (world, findings, (const char * const *) texts->pdata);
}

/* --- journeys ------------------------------------------------------------------------------------------------------------- */

static void
begin (FaultWork work,
       guint     seed)
{
  fault_world_start_over (world, seed);
  if (work == FAULT_FIRST_SYNC)
    {
      g_autofree char *empty = g_strconcat (desk ()->directory, "-new", NULL);

      g_free (desk ()->directory);
      desk ()->directory = g_steal_pointer (&empty);
    }
  /* The server will not know where that was. */
  if (work == FAULT_RESYNC)
    fault_desk_sql (desk (), "UPDATE cursor SET state = 'v1.elsewhere.7.x'");
}

static void
test_kill (const FaultKill *kill,
           FaultWork        work)
{
  g_autoptr (GPtrArray) findings = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *failpoint = fault_kill_print (kill);
  Ledger ledger = { g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL), g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL) };
  guint step = 0, died_at, n_goals;

  begin (work, kill->n);
  if (fault_world_open_desk (world, FAULT_ANA, failpoint, 0) && take_steps (&ledger, &step, work == FAULT_DESK) && take_fillers (&ledger))
    {
      /* How often what is fetched and written together passes depends on the clock: then it is killed where it is. */
      g_assert_cmpuint (kill->n, >, 1);
      g_test_message ("%s was not passed %u times", kill->point, kill->n);
      fault_desk_kill (desk ());
    }
  else
    {
      g_assert_cmpint (fault_desk_wait_end (desk ()), ==, FAULT_KILLED);
      g_assert_true (fault_desk_was_hit (desk (), kill->point));
    }

  died_at = step;
  n_goals = ledger.n_goals;
  fault_proxy_set_down (world->proxies[FAULT_ANA], FALSE);
  g_assert_true (fault_world_open_desk (world, FAULT_ANA, NULL, SECONDS));
  if (ledger.draft_said == DONE)
    audit_draft (findings, &ledger);
  g_assert_true (take_steps (&ledger, &step, work == FAULT_DESK));
  fault_world_settle_desk (world, FAULT_ANA, findings);
  audit_table (findings, ledger.comments, CSM_TYPE_ID_COMMENT, "body");
  audit_table (findings, ledger.replies, CSM_TYPE_ID_SUBMISSION, "textBody");
  audit_goal (findings, &ledger, died_at == 0 || ledger.n_goals > n_goals);
  audit_draft (findings, &ledger);
  audit_sends (findings);
  ledger_clear (&ledger);
  fault_assert_none (findings);
}

static void
test_first_sync (gconstpointer data)
{
  test_kill (data, FAULT_FIRST_SYNC);
}

static void
test_desk (gconstpointer data)
{
  test_kill (data, FAULT_DESK);
}

static void
test_resync (gconstpointer data)
{
  test_kill (data, FAULT_RESYNC);
}

static void
record (FaultWork work)
{
  g_autoptr (GPtrArray) findings = g_ptr_array_new_with_free_func (g_free);
  Ledger ledger = { g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL), g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL) };
  guint step = 0;

  begin (work, 0);
  g_assert_true (fault_world_open_desk (world, FAULT_ANA, FAULT_RECORD, 0));
  g_assert_true (take_steps (&ledger, &step, work == FAULT_DESK));
  fault_world_settle (world, findings);
  audit_table (findings, ledger.comments, CSM_TYPE_ID_COMMENT, "body");
  audit_goal (findings, &ledger, TRUE);
  audit_draft (findings, &ledger);
  audit_sends (findings);
  ledger_clear (&ledger);
  fault_assert_none (findings);
}

static guint
per_point (guint usual)
{
  const char *more = g_getenv ("CASEMENT_FAULT_SEEDS");

  return more != NULL ? MAX (usual, (guint) atoi (more)) : usual;
}

int
main (int   argc,
      char *argv[])
{
  static const struct
  {
    FaultWork     work;
    const char   *name;
    guint         per_point;
    GTestDataFunc test;
  } journeys[] = {
    { FAULT_FIRST_SYNC, "first-sync", 2, test_first_sync },
    { FAULT_DESK, "desk", 3, test_desk },
    { FAULT_RESYNC, "resync", 2, test_resync },
  };
  guint total = 0;
  int result;

  g_test_init (&argc, &argv, NULL);
  world = fault_world_new (4);
  for (guint i = 0; i < G_N_ELEMENTS (journeys); i++)
    {
      record (journeys[i].work);
      total += fault_plan_add (world->lab, desk ()->log, journeys[i].work, journeys[i].name, per_point (journeys[i].per_point), journeys[i].test);
    }
  g_test_message ("%u kills", total);
  result = g_test_run ();
  fault_world_free (world);
  return result;
}
