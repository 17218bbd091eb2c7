/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-clocks.h"

#include "csm-desk-records.h"
#include "csm-json.h"
#include "csm-submission-later.h"
#include "csm-time.h"
#include "csm-txn-clocks.h"

#define MINUTE (60 * CSM_SECOND)

/*
 * What the server sets in a case about promises. It follows from the facts and the level alone, each time that the case is saved;
 * what was kept or broken stays as it was.
 */

/* --- When ------------------------------------------------------------------------------------------------------------------------ */

/* When so many minutes of the calendar have passed since the beginning, rests left out. While the case rests: as if it went on now. */
static gint64
reckon_at (CsmCalendar           *calendar,
           const CsmServiceLevel *level,
           const CsmClockFacts   *facts,
           gint64                 from,
           gint64                 minutes)
{
  gint64 left = MAX (minutes, 0) * MINUTE;

  for (guint i = 0; i < facts->rests->len; i++)
    {
      const CsmRest *rest = &g_array_index (facts->rests, CsmRest, i);
      gint64 start = MAX (rest->from, from), worked;

      if ((rest->waiting && !level->pauses_waiting) || (rest->to != CSM_TIME_NONE && rest->to <= from))
        continue;
      worked = csm_calendar_between (calendar, from, start);
      if (worked >= left)
        break;
      left -= worked;
      from = rest->to != CSM_TIME_NONE ? rest->to : start;
    }
  return csm_calendar_add (calendar, from, left);
}

static gboolean
is_over (const CsmClockFacts *facts)
{
  return g_strcmp0 (facts->status, "resolved") == 0 || g_strcmp0 (facts->status, "closed") == 0;
}

static gboolean
is_open (const CsmClockFacts *facts,
         CsmClockKind         kind)
{
  if (is_over (facts))
    return FALSE;
  switch (kind)
    {
    case CSM_CLOCK_ACKNOWLEDGE:
      return facts->first != CSM_TIME_NONE && facts->taken == CSM_TIME_NONE;
    case CSM_CLOCK_ANSWER:
      return facts->asked != CSM_TIME_NONE;
    case CSM_CLOCK_RESOLVE:
    default:
      return facts->first != CSM_TIME_NONE;
    }
}

static void
reckon_promise (CsmCalendar           *calendar,
                const CsmServiceLevel *level,
                const CsmClockFacts   *facts,
                CsmClockKind           kind,
                gint64                 from,
                CsmPromise            *promise)
{
  gint64 within = level->within[kind];
  const CsmRest *rest;
  gboolean rests = csm_clock_facts_is_resting (facts, &rest) && rest->waiting && level->pauses_waiting;

  promise->from = from;
  promise->by = within > 0 && from != CSM_TIME_NONE ? reckon_at (calendar, level, facts, from, within) : CSM_TIME_NONE;
  if (promise->by == CSM_TIME_NONE)
    return;
  promise->warn = reckon_at (calendar, level, facts, from, within - level->warn_before);
  promise->paused = rests && promise->by > rest->from;
  for (guint i = 0; i < MIN (level->steps->len, CSM_MAX_STEPS); i++)
    {
      const CsmServiceStep *step = g_ptr_array_index (level->steps, i);
      gint64 at = step->clock == kind ? reckon_at (calendar, level, facts, from, within + step->minutes) : CSM_TIME_NONE;

      /* Nobody has to hurry while the customer has the word, late as it may be. */
      promise->steps[i] = rests && at != CSM_TIME_NONE && at > rest->from ? CSM_TIME_NONE : at;
    }
}

/**
 * csm_clocks_reckon:
 * @txn: a transaction
 * @level: the case's level
 * @facts: what happened in it
 * @promises: (out caller-allocates) (array fixed-size=3): what is promised and not done yet, by `CsmClockKind`
 * @error: return location
 *
 * Returns: whether that worked
 */
gboolean
csm_clocks_reckon (CsmTxn                 *txn,
                   const CsmServiceLevel  *level,
                   const CsmClockFacts    *facts,
                   CsmPromise             *promises,
                   GError                **error)
{
  CsmCalendar *calendar = csm_service_level_calendar (txn, level, error);

  if (calendar == NULL)
    return FALSE;
  for (CsmClockKind kind = 0; kind < CSM_N_CLOCKS; kind++)
    {
      promises[kind] = (CsmPromise) { .by = CSM_TIME_NONE };
      if (is_open (facts, kind))
        reckon_promise (calendar, level, facts, kind, kind == CSM_CLOCK_ANSWER ? facts->asked : facts->first, &promises[kind]);
    }
  return TRUE;
}

/* --- What a case says of it --------------------------------------------------------------------------------------------------------- */

static JsonObject *
get_clock (JsonObject   *case_,
           CsmClockKind  kind)
{
  JsonObject *clocks = csm_json_get_object (case_, "clocks");

  return clocks != NULL ? csm_json_get_object (clocks, csm_clock_names[kind]) : NULL;
}

/**
 * csm_clocks_is_done:
 * @case_: a case
 * @kind: a clock of it
 * @key: a step's key, or `CSM_CLOCK_BREACH`
 *
 * Returns: whether that was done for what the clock is running for now
 */
gboolean
csm_clocks_is_done (JsonObject   *case_,
                    CsmClockKind  kind,
                    const char   *key)
{
  JsonObject *clock = get_clock (case_, kind);

  return clock != NULL && csm_json_has_key (clock, "done", key);
}

/**
 * csm_clocks_set_done:
 * @case_: a case of the caller's own
 * @kind: a clock that it has
 * @key: a step's key, or `CSM_CLOCK_BREACH`
 * @now: the time, µs
 */
void
csm_clocks_set_done (JsonObject   *case_,
                     CsmClockKind  kind,
                     const char   *key,
                     gint64        now)
{
  JsonObject *clocks = csm_json_copy_object (csm_json_get_object (case_, "clocks"));
  JsonObject *clock = csm_json_copy_object (csm_json_get_object (clocks, csm_clock_names[kind]));
  JsonObject *old = csm_json_get_object (clock, "done");
  JsonObject *done = old != NULL ? csm_json_copy_object (old) : json_object_new ();

  csm_json_set_time (done, key, now);
  json_object_set_object_member (clock, "done", done);
  json_object_set_object_member (clocks, csm_clock_names[kind], clock);
  json_object_set_object_member (case_, "clocks", clocks);
}

static JsonObject *
write_why (const CsmServiceLevel *level,
           CsmClockKind           kind,
           gint64                 from)
{
  JsonObject *why = json_object_new ();

  csm_json_set_string (why, "levelId", level->id);
  json_object_set_int_member (why, "minutes", level->within[kind]);
  csm_json_set_time (why, "from", from);
  csm_json_set_string (why, "calendarId", level->calendar_id);
  return why;
}

/* What was done stays done as long as the clock runs for the same thing, unless a breach has turned out to be none. */
static void
keep_done (JsonObject   *clock,
           CsmClockKind  kind,
           JsonObject   *old,
           gint64        by,
           gint64        from,
           gint64        now)
{
  JsonObject *why = old != NULL ? csm_json_get_object (old, "why") : NULL;
  JsonObject *done = old != NULL ? csm_json_get_object (old, "done") : NULL;

  if (done == NULL || why == NULL || (kind == CSM_CLOCK_ANSWER && csm_json_get_time (why, "from") != from))
    return;
  if (by > now && json_object_has_member (done, CSM_CLOCK_BREACH))
    return;
  json_object_set_object_member (clock, "done", json_object_ref (done));
}

static JsonObject *
write_running (const CsmServiceLevel *level,
               const CsmClockFacts   *facts,
               CsmClockKind           kind,
               const CsmPromise      *promise,
               JsonObject            *old,
               gint64                 now)
{
  JsonObject *clock = json_object_new ();
  const CsmRest *rest;

  csm_json_set_time (clock, "by", promise->by);
  csm_json_set_string (clock, "state", promise->paused ? "paused" : promise->by <= now ? "late" : "running");
  if (promise->paused && csm_clock_facts_is_resting (facts, &rest))
    csm_json_set_time (clock, "pausedAt", rest->from);
  json_object_set_object_member (clock, "why", write_why (level, kind, promise->from));
  keep_done (clock, kind, old, promise->by, promise->from, now);
  return clock;
}

/* A promise that was kept or broken: by when it was promised is reckoned once more, with the rests up to the end. */
static JsonObject *
write_met (CsmCalendar           *calendar,
           const CsmServiceLevel *level,
           const CsmClockFacts   *facts,
           CsmClockKind           kind,
           JsonObject            *old,
           gint64                 now)
{
  JsonObject *clock = csm_json_copy_object (old), *why = csm_json_get_object (old, "why");
  gint64 by = csm_json_get_time (old, "by"), met = now;
  CsmPromise promise = { .by = CSM_TIME_NONE };

  if (kind == CSM_CLOCK_ACKNOWLEDGE && facts->taken != CSM_TIME_NONE)
    met = facts->taken;
  else if (kind == CSM_CLOCK_ANSWER && facts->asked == CSM_TIME_NONE && facts->answered != CSM_TIME_NONE)
    met = facts->answered;
  if (level != NULL && why != NULL && g_strcmp0 (level->id, csm_json_get_string (why, "levelId")) == 0)
    reckon_promise (calendar, level, facts, kind, csm_json_get_time (why, "from"), &promise);
  if (promise.by != CSM_TIME_NONE)
    by = promise.by;
  csm_json_set_time (clock, "by", by);
  csm_json_set_time (clock, "metAt", met);
  csm_json_set_string (clock, "state", met <= by ? "met" : "late");
  json_object_remove_member (clock, "pausedAt");
  return clock;
}

typedef struct
{
  gint64       at;     /* the first deadline that is running */
  CsmClockKind kind;
  gint64       warn;
  gint64       next;   /* when the server has something to do */
} Summary;

static void
note_earlier (gint64 *at,
              gint64  other)
{
  if (other != CSM_TIME_NONE && (*at == CSM_TIME_NONE || other < *at))
    *at = other;
}

static void
sum_up (Summary               *summary,
        JsonObject            *clock,
        CsmClockKind           kind,
        const CsmServiceLevel *level,
        const CsmClockFacts   *facts,
        const CsmPromise      *promise)
{
  if (promise->paused)
    return;
  if (summary->at == CSM_TIME_NONE || promise->by < summary->at)
    {
      summary->at = promise->by;
      summary->kind = kind;
    }
  note_earlier (&summary->warn, promise->warn);
  if (promise->by >= facts->level_since && !csm_json_has_key (clock, "done", CSM_CLOCK_BREACH))
    note_earlier (&summary->next, promise->by);
  for (guint i = 0; i < MIN (level->steps->len, CSM_MAX_STEPS); i++)
    {
      const CsmServiceStep *step = g_ptr_array_index (level->steps, i);

      if (promise->steps[i] != CSM_TIME_NONE && promise->steps[i] >= facts->level_since && !csm_json_has_key (clock, "done", step->key))
        note_earlier (&summary->next, promise->steps[i]);
    }
}

static void
put_summary (JsonObject            *case_,
             const CsmServiceLevel *level,
             const Summary         *summary)
{
  csm_json_set_string (case_, "serviceLevelId", level != NULL ? level->id : NULL);
  if (summary->at == CSM_TIME_NONE)
    {
      json_object_set_null_member (case_, "clockAt");
      json_object_set_null_member (case_, "clockKind");
      json_object_set_null_member (case_, "warnAt");
      return;
    }
  csm_json_set_time (case_, "clockAt", summary->at);
  csm_json_set_string (case_, "clockKind", csm_clock_names[summary->kind]);
  csm_json_set_time (case_, "warnAt", summary->warn);
}

/* Nothing is promised here, neither now nor later. */
static gboolean
drop (CsmTxn      *txn,
      JsonObject  *case_,
      gboolean     is_new,
      GError     **error)
{
  static const char *const names[] = { "clocks", "clockAt", "clockKind", "warnAt", "serviceLevelId" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    json_object_set_null_member (case_, names[i]);
  return is_new || csm_txn_set_clock (txn, csm_json_get_string (case_, "id"), CSM_TIME_NONE, error);
}

static gboolean
was_met (JsonObject *clock)
{
  return clock != NULL && csm_json_get_string (clock, "metAt") != NULL;
}

static JsonObject *
next_clock (CsmCalendar           *calendar,
            const CsmServiceLevel *level,
            const CsmClockFacts   *facts,
            CsmClockKind           kind,
            const CsmPromise      *promise,
            JsonObject            *old,
            gint64                 now)
{
  if (promise->by != CSM_TIME_NONE)
    return write_running (level, facts, kind, promise, old, now);
  if (was_met (old))
    return json_object_ref (old);
  return old != NULL && !is_open (facts, kind) ? write_met (calendar, level, facts, kind, old, now) : NULL;
}

static gboolean
write_clocks (CsmTxn                 *txn,
              JsonObject             *case_,
              const CsmServiceLevel  *level,
              const CsmClockFacts    *facts,
              gint64                  now,
              Summary                *summary,
              GError                **error)
{
  CsmPromise promises[CSM_N_CLOCKS] = { { .by = CSM_TIME_NONE }, { .by = CSM_TIME_NONE }, { .by = CSM_TIME_NONE } };
  CsmCalendar *calendar = level != NULL ? csm_service_level_calendar (txn, level, error) : NULL;
  g_autoptr (JsonObject) clocks = json_object_new ();

  if (level != NULL && (calendar == NULL || !csm_clocks_reckon (txn, level, facts, promises, error)))
    return FALSE;
  for (CsmClockKind kind = 0; kind < CSM_N_CLOCKS; kind++)
    {
      JsonObject *clock = next_clock (calendar, level, facts, kind, &promises[kind], get_clock (case_, kind), now);

      if (clock == NULL)
        continue;
      if (promises[kind].by != CSM_TIME_NONE)
        sum_up (summary, clock, kind, level, facts, &promises[kind]);
      json_object_set_object_member (clocks, csm_clock_names[kind], clock);
    }
  json_object_set_object_member (clocks, "facts", csm_clock_facts_write (facts));
  json_object_set_object_member (case_, "clocks", g_steal_pointer (&clocks));
  return TRUE;
}

/**
 * csm_clocks_update:
 * @txn: a transaction for writing
 * @case_: a case that is about to be saved, with its `id`
 * @is_new: whether it isn't there yet
 * @now: the time, µs
 * @error: return location
 *
 * Sets what the server says of promises: `clocks`, `clockAt`, `clockKind`, `warnAt`, `serviceLevelId`.
 *
 * Returns: whether that worked
 */
gboolean
csm_clocks_update (CsmTxn      *txn,
                   JsonObject  *case_,
                   gboolean     is_new,
                   gint64       now,
                   GError     **error)
{
  GPtrArray *levels = csm_service_levels_get (txn, error);
  Summary summary = { CSM_TIME_NONE, 0, CSM_TIME_NONE, CSM_TIME_NONE };
  g_autoptr (CsmClockFacts) facts = NULL;
  CsmServiceLevel *level;
  gboolean failed;

  if (levels == NULL)
    return FALSE;
  if (levels->len == 0 || g_strcmp0 (csm_json_get_string (case_, "lane"), "conversation") != 0 || csm_json_get_string (case_, "mergedIntoId") != NULL)
    return csm_json_get_object (case_, "clocks") == NULL || drop (txn, case_, is_new, error);
  level = csm_service_levels_find (txn, case_, &failed, error);
  facts = failed ? NULL : csm_clock_facts_load (txn, case_, is_new, now, error);
  if (facts == NULL)
    return FALSE;
  if (g_strcmp0 (facts->level, level != NULL ? level->version : NULL) != 0)
    {
      g_free (facts->level);
      facts->level = g_strdup (level != NULL ? level->version : NULL);
      /* Nobody is told of what was over before it was promised; a mail that came while the server was down was promised an answer all the time. */
      facts->level_since = is_new ? CSM_TIME_NONE : now;
    }
  if (!write_clocks (txn, case_, level, facts, now, &summary, error))
    return FALSE;
  put_summary (case_, level, &summary);
  return csm_txn_set_clock (txn, csm_json_get_string (case_, "id"), summary.next, error);
}

/* @is_answer: it was sent; or it was taken back */
static gboolean
note_sending (CsmTxn      *txn,
              JsonObject  *submission,
              gboolean     is_answer,
              gint64       at,
              GError     **error)
{
  const char *id = csm_json_get_string (submission, "id");
  GPtrArray *levels = csm_service_levels_get (txn, error);
  g_autoptr (JsonObject) case_ = NULL;
  g_autoptr (CsmClockFacts) facts = NULL;
  JsonObject *clocks;

  if (levels == NULL)
    return FALSE;
  if (levels->len == 0)
    return TRUE;
  case_ = csm_desk_load (txn, CSM_TYPE_ID_CASE, csm_json_get_string (submission, "caseId"), error);
  facts = case_ != NULL ? csm_clock_facts_load (txn, case_, FALSE, at, error) : NULL;
  if (facts == NULL)
    return FALSE;
  if (is_answer)
    csm_clock_facts_note_answer (facts, id, at);
  else
    csm_clock_facts_note_undo (facts, id);
  clocks = csm_json_get_object (case_, "clocks");
  clocks = clocks != NULL ? csm_json_copy_object (clocks) : json_object_new ();
  json_object_set_object_member (clocks, "facts", csm_clock_facts_write (facts));
  json_object_set_object_member (case_, "clocks", clocks);
  return csm_desk_save (txn, CSM_TYPE_ID_CASE, case_, error);
}

/**
 * csm_clocks_note_submission:
 * @txn: a transaction for writing
 * @submission: what a person sends, or what was taken back before it left
 * @error: return location
 *
 * Customers have their answer when somebody has sent it; that it leaves a little later is our own doing. Where somebody
 * chose a later time they have it then.
 *
 * Returns: whether that worked
 */
gboolean
csm_clocks_note_submission (CsmTxn      *txn,
                            JsonObject  *submission,
                            GError     **error)
{
  const char *status = csm_json_get_string (submission, "undoStatus");
  gint64 now = csm_time_now ();

  if (g_strcmp0 (status, "final") == 0 || csm_submission_is_later (submission, now))
    return TRUE;
  return note_sending (txn, submission, g_strcmp0 (status, "canceled") != 0, now, error);
}

/**
 * csm_clocks_note_sent:
 * @txn: an open transaction for writing
 * @submission: a Submission of which a Message was made
 * @now: the time, µs
 * @error: return location
 *
 * What was to leave later is an answer from now on.
 *
 * Returns: whether that worked
 */
gboolean
csm_clocks_note_sent (CsmTxn      *txn,
                      JsonObject  *submission,
                      gint64       now,
                      GError     **error)
{
  return csm_json_get_time (submission, "sendAt") == CSM_TIME_NONE || note_sending (txn, submission, TRUE, now, error);
}
