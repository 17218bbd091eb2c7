/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "fault-play.h"

#include <string.h>

#include "csm-json.h"
#include "fault-letters.h"

#define UNDO_SECONDS 5
#define MOST_DECISIONS 5

/* --- playing ------------------------------------------------------------------------------------------------------------- */

/* After a command without an answer. */
void
play_bury (Play  *play,
           guint  desk)
{
  int how = fault_desk_wait_end (play->world->desks[desk]);

  if (how != FAULT_KILLED)
    g_ptr_array_add (play->findings, g_strdup_printf ("desk %u ended by itself: %d", desk, how));
}

/* A desk that works. */
FaultDesk *
play_sit_down (Play  *play,
               guint  desk)
{
  FaultDesk *d = play->world->desks[desk];

  for (guint i = 0; i < 10 && d->process == NULL; i++)
    {
      play->sittings[desk]++;
      if (!fault_world_open_desk (play->world, desk, NULL, 0))
        play_bury (play, desk);
    }
  g_assert_nonnull (d->process);
  return d;
}

/* Takes @answer. What it said; a refusal is a finding. */
LedgerSaid
play_hear (Play       *play,
           guint       desk,
           JsonObject *answer,
           gint64     *group)
{
  g_autoptr (JsonObject) owned = answer;

  if (answer == NULL)
    {
      play_bury (play, desk);
      return LEDGER_UNKNOWN;
    }
  if (json_object_has_member (answer, "error"))
    {
      g_ptr_array_add (play->findings, g_strdup_printf ("desk %u refused: %s", desk, csm_json_get_string (answer, "error")));
      return LEDGER_UNKNOWN;
    }
  if (group != NULL)
    *group = csm_json_get_int (answer, "group", 0);
  return LEDGER_DONE;
}

/* (nullable): what the desk shows of a case; FALSE in @alive when it died of the question. */
static char *
see (Play       *play,
     ModelStep  *step,
     const char *member,
     gboolean   *alive)
{
  FaultDesk *desk = play_sit_down (play, step->desk);
  g_autoptr (JsonObject) detail = fault_desk_call (desk, "{'do':'case','id':'%s'}", fault_world_get_case (play->world, step->on)->id);

  *alive = detail != NULL;
  if (detail == NULL)
    play_bury (play, step->desk);
  return g_strdup (csm_json_get_string (csm_json_get_object (detail, "record"), member));
}

static void
write_over (Play       *play,
            ModelStep  *step,
            LedgerKind  kind,
            const char *member,
            const char *value)
{
  gboolean alive;
  g_autofree char *seen = see (play, step, member, &alive);
  g_autofree char *patch = g_strdup_printf ("{'%s':'%s'}", member, value);
  LedgerEntry *entry;
  gint64 group = 0;

  if (!alive)
    return;
  entry = ledger_add (play->ledger, kind, step->desk, step->on, value);
  entry->seen = g_steal_pointer (&seen);
  entry->said = play_hear (play, step->desk, fault_world_patch (play->world, step->desk, step->on, patch), &group);
  if (entry->said == LEDGER_DONE)
    {
      g_autoptr (JsonObject) replaced = fault_desk_call (play->world->desks[step->desk], "{'do':'replaced','group':%" G_GINT64_FORMAT "}", group);

      if (replaced == NULL)
        play_bury (play, step->desk);
      else
        entry->over = g_strdup (csm_json_get_string (replaced, member));
    }
}

static void
patch (Play       *play,
       ModelStep  *step,
       const char *patch_text)
{
  play_sit_down (play, step->desk);
  play_hear (play, step->desk, fault_world_patch (play->world, step->desk, step->on, patch_text), NULL);
}

static void
make_tag (Play       *play,
          ModelStep  *step,
          const char *name)
{
  LedgerEntry *entry = ledger_add (play->ledger, LEDGER_TAG, step->desk, step->on, name);
  FaultDesk *desk = play_sit_down (play, step->desk);
  /* Whoever makes a record gives it its id. */
  g_autofree char *id = g_strdup_printf ("g01J%023u", 7000 + step->number);

  entry->said = play_hear (play, step->desk, fault_desk_call (desk, "{'do':'perform','label':'Tag','steps':["
                      "{'kind':'create','type':'Tag','record':{'id':'%s','name':'%s'}},"
                      "{'kind':'update','type':'Case','id':'%s','patch':{'tags/%s':true}}]}",
                      id, name, fault_world_get_case (play->world, step->on)->id, id), NULL);
}

static void
attach (Play       *play,
        ModelStep  *step,
        const char *text)
{
  FaultDesk *desk = play_sit_down (play, step->desk);
  g_autofree char *path = g_build_filename (play->world->lab->dir, "note.txt", NULL);
  g_autoptr (JsonObject) answer = NULL;
  g_autofree char *attachment = NULL;
  LedgerEntry *entry;

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  answer = fault_desk_call (desk, "{'do':'attach','path':'%s'}", path);
  if (answer == NULL)
    play_bury (play, step->desk);
  if (csm_json_get_object (answer, "attachment") == NULL)
    return;
  attachment = csm_json_write_object (csm_json_get_object (answer, "attachment"));
  entry = ledger_add (play->ledger, LEDGER_ATTACHMENT, step->desk, step->on, text);
  entry->said = play_hear (play, step->desk, fault_desk_call (desk, "{'do':'perform','label':'Comment','steps':[{'kind':'create','type':'Comment','record':"
                      "{'caseId':'%s','body':'%s','attachments':[%s]}}]}", fault_world_get_case (play->world, step->on)->id, text, attachment), NULL);
}

/* The group of something whose desk died before it said which; 0: it is not there. */
static gint64
look_up_group (Play       *play,
               guint       desk,
               const char *text)
{
  g_autoptr (JsonArray) ops = fault_desk_outbox (play_sit_down (play, desk));

  for (guint i = 0; i < json_array_get_length (ops); i++)
    {
      JsonObject *op = json_array_get_object_element (ops, i), *payload = csm_json_get_object (op, "payload");

      if (g_strcmp0 (csm_json_get_string (payload, "textBody"), text) == 0 || g_strcmp0 (csm_json_get_string (payload, "body"), text) == 0)
        return csm_json_get_int (op, "group", 0);
    }
  return 0;
}

void
play_take_back (Play        *play,
                guint        desk,
                LedgerEntry *entry,
                gint64       group)
{
  for (guint i = 0; i < 3; i++)
    {
      FaultDesk *d = play_sit_down (play, desk);
      g_autoptr (JsonObject) answer = NULL;

      if (group == 0)
        group = look_up_group (play, desk, entry->text);
      if (group == 0)
        return;
      answer = fault_desk_call (d, "{'do':'undo','group':%" G_GINT64_FORMAT "}", group);
      if (answer == NULL)
        {
          play_bury (play, desk);
          continue;
        }
      /* The second time it is no news. */
      if (i > 0 || csm_json_get_boolean (answer, "done"))
        entry->said = LEDGER_TAKEN_BACK;
      return;
    }
}

static JsonObject *
send_to (Play        *play,
         ModelStep   *step,
         LedgerEntry *entry,
         guint        undo_for)
{
  g_autoptr (JsonObject) recipients = letters_choose (play->world, step->on, step->number, step->choice);

  letters_note (entry, recipients);
  return fault_world_reply_to (play->world, step->desk, step->on, entry->text, undo_for, recipients);
}

static void
say_and_take_back (Play       *play,
                   ModelStep  *step,
                   const char *text)
{
  gboolean reply = step->kind == MODEL_REPLY_BACK;
  LedgerEntry *entry;
  gint64 group = 0;
  JsonObject *answer;

  play_sit_down (play, step->desk);
  entry = ledger_add (play->ledger, reply ? LEDGER_REPLY : LEDGER_COMMENT, step->desk, step->on, text);
  answer = reply ? send_to (play, step, entry, UNDO_SECONDS) : fault_world_comment (play->world, step->desk, step->on, text);
  entry->said = play_hear (play, step->desk, answer, &group);
  play_take_back (play, step->desk, entry, group);
}

static void
say (Play       *play,
     ModelStep  *step,
     const char *text)
{
  LedgerKind kind = step->kind == MODEL_REPLY ? LEDGER_REPLY : step->kind == MODEL_DRAFT ? LEDGER_DRAFT : LEDGER_COMMENT;
  FaultDesk *desk = play_sit_down (play, step->desk);
  LedgerEntry *entry = ledger_add (play->ledger, kind, step->desk, step->on, text);
  JsonObject *answer;

  if (kind == LEDGER_REPLY)
    answer = send_to (play, step, entry, 0);
  else if (kind == LEDGER_COMMENT)
    answer = fault_world_comment (play->world, step->desk, step->on, text);
  else
    answer = fault_desk_call (desk, "{'do':'draft','caseId':'%s','text':'%s'}", fault_world_get_case (play->world, step->on)->id, text);
  entry->said = play_hear (play, step->desk, answer, NULL);
}

static void
mark_seen (Play      *play,
           ModelStep *step)
{
  FaultDesk *desk = play_sit_down (play, step->desk);
  const char *id = fault_world_get_case (play->world, step->on)->id;

  play_hear (play, step->desk, fault_desk_call (desk, "{'do':'perform','label':'Read','steps':[{'kind':'create','type':'Seen','record':"
        "{'id':'z%s','caseId':'%s','upTo':'2026-07-06T10:%02u:00Z'}}]}", id + 1, id, step->number % 60), NULL);
}

/* What goes wrong, and how it gets better. */
static void
disturb (Play      *play,
         ModelStep *step)
{
  FaultProxy *proxy = play->world->proxies[step->desk];
  FaultDesk *desk = play->world->desks[step->desk];

  switch (step->kind)
    {
    case MODEL_DOWN:
      fault_proxy_set_down (proxy, TRUE);
      break;
    case MODEL_UP:
      fault_proxy_set_down (proxy, FALSE);
      if (desk->process != NULL)
        play_hear (play, step->desk, fault_desk_call (desk, "{'do':'retry'}"), NULL);
      break;
    case MODEL_KILL:
      if (desk->process != NULL)
        fault_desk_kill (desk);
      break;
    case MODEL_DIE:
      play_hear (play, step->desk, fault_desk_call (play_sit_down (play, step->desk), "{'do':'arm','point':'%s'}", model_point (step)), NULL);
      break;
    case MODEL_LOSE:
      fault_proxy_add_rule (proxy, FAULT_LOSE_ANSWER, "/set\"", 0, 1, 2);
      break;
    case MODEL_CUT:
      fault_proxy_add_rule (proxy, FAULT_CUT_ANSWER, "POST /jmap/api", 0, 1, step->choice);
      break;
    case MODEL_TWICE:
      fault_proxy_add_rule (proxy, step->choice % 2 != 0 ? FAULT_TWICE : FAULT_TWICE_AT_ONCE, "POST /jmap/api", 0, 2, 0);
      break;
    case MODEL_SERVER:
      fault_world_kill_server (play->world);
      fault_world_start_server (play->world, NULL);
      break;
    case MODEL_REST:
    default:
      break;
    }
}

/* Time to send, and to hear what others did; whoever has no network, or dies, gets none. */
static void
rest (Play      *play,
      ModelStep *step)
{
  FaultDesk *desk = play_sit_down (play, step->desk);
  g_autoptr (JsonObject) answer = NULL;
  gint64 end = g_get_monotonic_time () + play->world->rest_ms * G_TIME_SPAN_MILLISECOND;

  do
    {
      g_clear_pointer (&answer, json_object_unref);
      answer = fault_desk_call (desk, "{'do':'wait','state':'quiet','seconds':0}");
    }
  while (answer != NULL && !csm_json_get_boolean (answer, "met") && !fault_proxy_is_down (play->world->proxies[step->desk]) &&
         g_get_monotonic_time () < end);
  if (answer == NULL)
    {
      play_bury (play, step->desk);
      return;
    }
  if (!csm_json_get_boolean (answer, "met") || fault_proxy_is_down (play->world->proxies[step->desk]) ||
      fault_world_level (play->world, step->desk, play->world->rest_ms))
    return;
  g_clear_pointer (&answer, json_object_unref);
  answer = fault_desk_call (desk, "{'do':'status'}");
  if (answer == NULL)
    play_bury (play, step->desk);
}

static void
take_step (Play      *play,
           ModelStep *step)
{
  g_autofree char *text = g_strdup_printf ("number %u", step->number);
  g_autofree char *due = g_strdup_printf ("2027-02-%02uT%02u:00:00Z", step->number % 28 + 1, step->number / 28 % 24);
  static const char * const priorities[] = { "{'priority':'low'}", "{'priority':'normal'}", "{'priority':'high'}", "{'priority':'urgent'}" };
  g_autofree char *claim = g_strdup_printf ("{'ownerId':'%s'}", play->world->people[step->desk]);

  if (play_together (play, step, text))
    return;
  switch (step->kind)
    {
    case MODEL_GOAL:
      write_over (play, step, LEDGER_GOAL, "goal", text);
      break;
    case MODEL_DUE:
      write_over (play, step, LEDGER_DUE, "dueAt", due);
      break;
    case MODEL_PRIORITY:
      patch (play, step, priorities[step->choice % G_N_ELEMENTS (priorities)]);
      break;
    case MODEL_CLAIM:
      patch (play, step, claim);
      break;
    case MODEL_TAG:
      make_tag (play, step, text);
      break;
    case MODEL_COMMENT:
    case MODEL_REPLY:
    case MODEL_DRAFT:
      say (play, step, text);
      break;
    case MODEL_ATTACHMENT:
      attach (play, step, text);
      break;
    case MODEL_COMMENT_BACK:
    case MODEL_REPLY_BACK:
      say_and_take_back (play, step, text);
      break;
    case MODEL_SEEN:
      mark_seen (play, step);
      break;
    case MODEL_MAIL:
      {
        g_autofree char *token = g_strdup_printf ("again-%u", step->number);

        fault_world_answer (play->world, step->on, token);
      }
      break;
    case MODEL_REST:
      rest (play, step);
      break;
    default:
      disturb (play, step);
      break;
    }
}

/* --- the end ---------------------------------------------------------------------------------------------------------------- */

/* Where an operation has what nothing else has */
static const char * const texts[] = { "textBody", "body", "goal", "dueAt", "name" };

/* Whether a case ever had this date or goal: then it was set by itself, and not only together with what came after it. */
static gboolean
was_there (Play       *play,
           const char *due)
{
  g_autoptr (JsonArray) events = NULL;

  g_assert_true (fault_server_resume (play->world->server, play->world->tokens[FAULT_ANA]));
  events = fault_server_read_type (play->world->server, csm_record_type_get (CSM_TYPE_ID_EVENT));
  for (guint i = 0; i < json_array_get_length (events); i++)
    {
      JsonObject *after = csm_json_get_object (json_array_get_object_element (events, i), "after");

      if (g_strcmp0 (csm_json_get_string (after, "value"), due) == 0)
        return TRUE;
    }
  return FALSE;
}

/* With a change that is let go goes what it had been joined to: earlier ones of the same desk that never left by themselves. */
static void
drop_entry (Play        *play,
            LedgerEntry *entry)
{
  for (; entry != NULL && entry->said != LEDGER_TAKEN_BACK; entry = entry->seen != NULL ? ledger_find (play->ledger, entry->seen) : NULL)
    {
      if ((entry->kind == LEDGER_DUE || entry->kind == LEDGER_GOAL) && was_there (play, entry->text))
        return;
      entry->said = LEDGER_DROPPED;
    }
}

/* A person looks at what is parked: what others changed meanwhile stays theirs, a reply goes out or is let go. */
static void
decide (Play       *play,
        guint       desk,
        JsonObject *op)
{
  const char *error = csm_json_get_string (op, "error");
  gint64 seq = csm_json_get_int (op, "seq", 0);
  gboolean moved = g_strcmp0 (error, "caseMoved") == 0;
  const char *decision = moved && seq % 2 != 0 ? "confirm" : "drop";

  if (!play_may_refuse (op))
    {
      g_autofree char *said = csm_json_write_object (op);

      g_ptr_array_add (play->findings, g_strdup_printf ("desk %u parked %s", desk, said));
    }
  for (guint i = 0; g_str_equal (decision, "drop") && i < G_N_ELEMENTS (texts); i++)
    {
      const char *text = csm_json_get_string (csm_json_get_object (op, "payload"), texts[i]);

      if (text != NULL)
        drop_entry (play, ledger_find (play->ledger, text));
    }
  play_drop (play, op);
  play_hear (play, desk, fault_desk_call (play->world->desks[desk], "{'do':'resolve','seq':%" G_GINT64_FORMAT ",'decision':'%s'}", seq, decision), NULL);
}

/* Whether something was parked. */
static gboolean
decide_all (Play *play)
{
  gboolean any = FALSE;

  for (guint desk = 0; desk < FAULT_N_DESKS; desk++)
    {
      g_autoptr (JsonArray) ops = fault_desk_outbox (play->world->desks[desk]);

      for (guint i = 0; i < json_array_get_length (ops); i++)
        decide (play, desk, json_array_get_object_element (ops, i));
      any = any || json_array_get_length (ops) > 0;
    }
  return any;
}

void
model_play (FaultWorld *world,
            guint32     seed,
            GArray     *story,
            const char *faults,
            GPtrArray  *findings)
{
  g_autoptr (GPtrArray) ledger = ledger_new (), words = words_new ();
  Play play = { world, ledger, words, findings, { 0 } };
  guint decisions = 0;

  fault_world_start_over (world, seed);
  for (guint i = 0; i < FAULT_N_DESKS; i++)
    world->desks[i]->faults = g_strdup (faults);
  for (guint i = 0; i < story->len; i++)
    take_step (&play, &g_array_index (story, ModelStep, i));
  /* What is still to die dies now, and begins again. */
  for (guint i = 0; i < FAULT_N_DESKS; i++)
    {
      if (world->desks[i]->process != NULL)
        fault_desk_kill (world->desks[i]);
    }
  do
    fault_world_settle (world, findings);
  while (findings->len == 0 && decide_all (&play) && decisions++ < MOST_DECISIONS);
  if (findings->len == 0)
    ledger_audit (ledger, world, findings);
  if (findings->len == 0)
    words_audit (words, world, findings);
  fault_world_end (world);
}

/* --- shrinking ---------------------------------------------------------------------------------------------------------------- */

static gboolean
goes_wrong (FaultWorld *world,
            guint32     seed,
            GArray     *story,
            const char *faults)
{
  g_autoptr (GPtrArray) findings = g_ptr_array_new_with_free_func (g_free);

  model_play (world, seed, story, faults, findings);
  return findings->len > 0;
}

static GArray *
without (GArray *story,
         guint   from,
         guint   n)
{
  GArray *rest_of_it = g_array_copy (story);

  g_array_remove_range (rest_of_it, from, MIN (n, story->len - from));
  return rest_of_it;
}

/* Delta debugging: ever smaller pieces are left out as long as it still goes wrong, and more than @enough steps are left. */
GArray *
model_shrink (FaultWorld *world,
              guint32     seed,
              GArray     *story,
              const char *faults,
              guint       most,
              guint       enough)
{
  GArray *smallest = g_array_copy (story);

  for (guint piece = (story->len + 1) / 2; piece > 0; piece /= 2)
    {
      for (guint at = 0; at < smallest->len && smallest->len > enough && most > 0;)
        {
          g_autoptr (GArray) fewer = without (smallest, at, piece);

          most--;
          if (fewer->len > 0 && goes_wrong (world, seed, fewer, faults))
            {
              g_array_unref (smallest);
              smallest = g_steal_pointer (&fewer);
            }
          else
            {
              at += piece;
            }
        }
    }
  return smallest;
}
