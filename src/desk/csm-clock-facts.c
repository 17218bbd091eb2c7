/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-clock-facts.h"

#include "csm-desk-records.h"
#include "csm-json.h"
#include "csm-submission-later.h"
#include "csm-time.h"

/* A mail that was received so long before it was added came out of an archive: nobody was promised anything about it. */
#define ARCHIVED_AFTER (24 * 3600 * CSM_SECOND)

/* A case that goes to and fro more often forgets the oldest rests; what they took stays taken. */
#define MAX_RESTS 50

/* What happened has to be read again, but not since when the level holds. */
#define FORGOTTEN "forgotten"

/*
 * The facts are in Case.clocks.facts, and follow from what is saved of the case. A case that has none, because nothing was promised
 * so far, has them read out of its messages and its history.
 */

static CsmClockFacts *
facts_new (void)
{
  CsmClockFacts *self = g_new0 (CsmClockFacts, 1);

  self->first = self->asked = self->asked_before = self->answered = self->taken = self->level_since = CSM_TIME_NONE;
  self->rests = g_array_new (FALSE, FALSE, sizeof (CsmRest));
  return self;
}

/**
 * csm_clock_facts_free:
 * @self: (transfer full): facts
 */
void
csm_clock_facts_free (CsmClockFacts *self)
{
  g_free (self->status);
  g_free (self->answered_by);
  g_free (self->level);
  g_array_unref (self->rests);
  g_free (self);
}

static CsmClockFacts *
facts_parse (JsonObject *json)
{
  CsmClockFacts *self = facts_new ();
  JsonArray *rests = csm_json_get_array (json, "rests");

  self->status = g_strdup (csm_json_get_string (json, "status"));
  self->first = csm_json_get_time (json, "first");
  self->asked = csm_json_get_time (json, "asked");
  self->asked_before = csm_json_get_time (json, "askedBefore");
  self->answered = csm_json_get_time (json, "answered");
  self->answered_by = g_strdup (csm_json_get_string (json, "answeredBy"));
  self->taken = csm_json_get_time (json, "taken");
  self->level = g_strdup (csm_json_get_string (json, "level"));
  self->level_since = csm_json_get_time (json, "levelSince");
  for (guint i = 0; rests != NULL && i < json_array_get_length (rests); i++)
    {
      JsonObject *entry = csm_desk_object_at (rests, i);
      CsmRest rest = { csm_json_get_time (entry, "from"), csm_json_get_time (entry, "to"), csm_json_get_boolean (entry, "waiting") };

      if (rest.from != CSM_TIME_NONE)
        g_array_append_val (self->rests, rest);
    }
  return self;
}

static void
put_time (JsonObject *json,
          const char *name,
          gint64      at)
{
  if (at != CSM_TIME_NONE)
    csm_json_set_time (json, name, at);
}

static void
put_string (JsonObject *json,
            const char *name,
            const char *value)
{
  if (value != NULL)
    csm_json_set_string (json, name, value);
}

/**
 * csm_clock_facts_write:
 * @self: facts
 *
 * Returns: (transfer full): what a case keeps of them
 */
JsonObject *
csm_clock_facts_write (const CsmClockFacts *self)
{
  JsonObject *json = json_object_new ();
  JsonArray *rests = json_array_new ();

  put_string (json, "status", self->status);
  put_time (json, "first", self->first);
  put_time (json, "asked", self->asked);
  put_time (json, "askedBefore", self->asked_before);
  put_time (json, "answered", self->answered);
  put_string (json, "answeredBy", self->answered_by);
  put_time (json, "taken", self->taken);
  put_string (json, "level", self->level);
  put_time (json, "levelSince", self->level_since);
  for (guint i = 0; i < self->rests->len; i++)
    {
      const CsmRest *rest = &g_array_index (self->rests, CsmRest, i);
      JsonObject *entry = json_object_new ();

      put_time (entry, "from", rest->from);
      put_time (entry, "to", rest->to);
      json_object_set_boolean_member (entry, "waiting", rest->waiting);
      json_array_add_object_element (rests, entry);
    }
  json_object_set_array_member (json, "rests", rests);
  return json;
}

/* --- What happens ----------------------------------------------------------------------------------------------------------- */

static void
begin_rest (CsmClockFacts *self,
            const char    *status,
            gint64         at)
{
  CsmRest rest = { at, CSM_TIME_NONE, g_strcmp0 (status, "waiting") == 0 };

  if (!rest.waiting && g_strcmp0 (status, "resolved") != 0 && g_strcmp0 (status, "closed") != 0)
    return;
  if (self->rests->len >= MAX_RESTS)
    {
      const CsmRest *oldest = &g_array_index (self->rests, CsmRest, 0);

      if (self->first != CSM_TIME_NONE && oldest->to != CSM_TIME_NONE)
        self->first += oldest->to - oldest->from;
      g_array_remove_index (self->rests, 0);
    }
  g_array_append_val (self->rests, rest);
}

static void
note_status (CsmClockFacts *self,
             const char    *status,
             gint64         at)
{
  CsmRest *last = self->rests->len > 0 ? &g_array_index (self->rests, CsmRest, self->rests->len - 1) : NULL;

  if (g_strcmp0 (self->status, status) == 0)
    return;
  if (last != NULL && last->to == CSM_TIME_NONE)
    last->to = MAX (at, last->from);
  begin_rest (self, status, at);
  /* Undo makes it new again. */
  if (g_strcmp0 (status, "new") == 0)
    self->taken = CSM_TIME_NONE;
  else if (self->taken == CSM_TIME_NONE)
    self->taken = at;
  g_free (self->status);
  self->status = g_strdup (status);
}

/**
 * csm_clock_facts_is_resting:
 * @self: facts
 * @rest: (out): the rest
 *
 * Returns: whether the case rests now
 */
gboolean
csm_clock_facts_is_resting (const CsmClockFacts  *self,
                            const CsmRest       **rest)
{
  *rest = self->rests->len > 0 ? &g_array_index (self->rests, CsmRest, self->rests->len - 1) : NULL;
  return *rest != NULL && (*rest)->to == CSM_TIME_NONE;
}

/* A customer who writes again before anybody answered waits since the first time. */
static void
note_question (CsmClockFacts *self,
               gint64         at)
{
  if (self->first == CSM_TIME_NONE)
    self->first = at;
  if (self->asked == CSM_TIME_NONE || at < self->asked)
    self->asked = at;
}

/**
 * csm_clock_facts_note_answer:
 * @self: facts
 * @submission_id: (nullable): the Submission, where there is one
 * @at: when it was given, µs
 */
void
csm_clock_facts_note_answer (CsmClockFacts *self,
                             const char    *submission_id,
                             gint64         at)
{
  if (self->asked != CSM_TIME_NONE && at < self->asked)
    return;
  self->asked_before = self->asked;
  self->asked = CSM_TIME_NONE;
  self->answered = at;
  g_free (self->answered_by);
  self->answered_by = g_strdup (submission_id);
}

/**
 * csm_clock_facts_note_undo:
 * @self: facts
 * @submission_id: what was taken back before it left
 */
void
csm_clock_facts_note_undo (CsmClockFacts *self,
                           const char    *submission_id)
{
  if (g_strcmp0 (self->answered_by, submission_id) != 0)
    return;
  g_clear_pointer (&self->answered_by, g_free);
  if (self->asked_before != CSM_TIME_NONE)
    self->asked = self->asked_before;
  self->asked_before = CSM_TIME_NONE;
  self->answered = CSM_TIME_NONE;
}

/* --- Messages that a case gets before it is saved --------------------------------------------------------------------------- */

/**
 * csm_clock_news_add:
 * @case_: a case that is going to be saved
 * @message: a message that it gets
 *
 * Notes a message that has to do with promises: one of the customer's that somebody has to answer, or an answer that
 * was written elsewhere. One that is sent from here counts from its Submission, long before it is a message.
 */
void
csm_clock_news_add (JsonObject *case_,
                    JsonObject *message)
{
  gboolean out = g_strcmp0 (csm_json_get_string (message, "direction"), "out") == 0;
  const char *status = csm_json_get_string (case_, "status");
  JsonObject *old = csm_json_get_object (case_, "clocks");
  JsonArray *before = old != NULL ? csm_json_get_array (old, "news") : NULL;
  JsonObject *clocks, *entry;
  JsonArray *news;

  if (csm_json_get_string (message, "automatic") != NULL || csm_json_get_string (message, "submissionId") != NULL)
    return;
  /* What answers nothing new leaves a case that waits, or is done, as it is. */
  if (!out && g_strcmp0 (status, "new") != 0 && g_strcmp0 (status, "open") != 0)
    return;
  clocks = old != NULL ? csm_json_copy_object (old) : json_object_new ();
  news = json_array_new ();
  for (guint i = 0; before != NULL && i < json_array_get_length (before); i++)
    json_array_add_element (news, csm_json_copy (json_array_get_element (before, i)));
  entry = json_object_new ();
  csm_json_set_time (entry, "at", csm_json_get_time (message, "at"));
  json_object_set_boolean_member (entry, "out", out);
  json_array_add_object_element (news, entry);
  json_object_set_array_member (clocks, "news", news);
  json_object_set_object_member (case_, "clocks", clocks);
}

static void
take_news (CsmClockFacts *self,
           JsonObject    *case_,
           gint64         now)
{
  JsonObject *clocks = csm_json_get_object (case_, "clocks");
  JsonArray *news = clocks != NULL ? csm_json_get_array (clocks, "news") : NULL;

  for (guint i = 0; news != NULL && i < json_array_get_length (news); i++)
    {
      JsonObject *entry = csm_desk_object_at (news, i);
      gint64 at = csm_json_get_time (entry, "at");

      if (at == CSM_TIME_NONE || now - at > ARCHIVED_AFTER)
        continue;
      if (csm_json_get_boolean (entry, "out"))
        csm_clock_facts_note_answer (self, NULL, at);
      else
        note_question (self, MIN (at, now));
    }
}

/* --- Out of what is stored ------------------------------------------------------------------------------------------------------ */

typedef struct
{
  gint64  at;
  gboolean out;
  char   *submission_id;
} Said;

static void
said_clear (Said *self)
{
  g_free (self->submission_id);
}

static int
compare_said (gconstpointer a,
              gconstpointer b)
{
  const Said *x = a, *y = b;

  if (x->at != y->at)
    return x->at < y->at ? -1 : 1;
  return x->out - y->out;
}

static void
read_message (JsonObject *message,
              GArray     *list)
{
  Said said = { csm_json_get_time (message, "at"), g_strcmp0 (csm_json_get_string (message, "direction"), "out") == 0, NULL };

  if (csm_json_get_string (message, "automatic") == NULL && csm_json_get_string (message, "submissionId") == NULL && said.at != CSM_TIME_NONE &&
      csm_json_get_time (message, "created") - said.at <= ARCHIVED_AFTER)
    g_array_append_val (list, said);
}

static void
read_submission (JsonObject *submission,
                 GArray     *list)
{
  Said said = { csm_json_get_time (submission, "created"), TRUE, NULL };

  if (g_strcmp0 (csm_json_get_string (submission, "undoStatus"), "canceled") == 0 || csm_submission_is_later (submission, csm_time_now ()))
    return;
  if (csm_json_get_time (submission, "sendAt") != CSM_TIME_NONE)
    said.at = csm_json_get_time (submission, "undoUntil");
  said.submission_id = g_strdup (csm_json_get_string (submission, "id"));
  g_array_append_val (list, said);
}

/* Calls @func with each record of a case that can be read. */
static gboolean
each_of_case (CsmTxn      *txn,
              CsmTypeId    type,
              const char  *case_id,
              void       (*func) (JsonObject *record, GArray *list),
              GArray      *list,
              GError     **error)
{
  g_autoptr (GPtrArray) ids = csm_txn_ids_where (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (type), "caseId", case_id, error);

  for (guint i = 0; ids != NULL && i < ids->len; i++)
    {
      g_autoptr (JsonObject) record = NULL;
      GError *local = NULL;

      record = csm_desk_load (txn, type, g_ptr_array_index (ids, i), &local);
      if (record == NULL && !csm_desk_may_skip (local))
        {
          g_propagate_error (error, local);
          return FALSE;
        }
      g_clear_error (&local);
      if (record != NULL)
        func (record, list);
    }
  return ids != NULL;
}

static gboolean
derive_from_messages (CsmTxn         *txn,
                      const char     *case_id,
                      CsmClockFacts  *self,
                      GError        **error)
{
  g_autoptr (GArray) list = g_array_new (FALSE, FALSE, sizeof (Said));

  g_array_set_clear_func (list, (GDestroyNotify) said_clear);
  if (!each_of_case (txn, CSM_TYPE_ID_MESSAGE, case_id, read_message, list, error) ||
      !each_of_case (txn, CSM_TYPE_ID_SUBMISSION, case_id, read_submission, list, error))
    return FALSE;
  g_array_sort (list, compare_said);
  for (guint i = 0; i < list->len; i++)
    {
      const Said *said = &g_array_index (list, Said, i);

      if (said->out)
        csm_clock_facts_note_answer (self, said->submission_id, said->at);
      else
        note_question (self, said->at);
    }
  return TRUE;
}

static void
read_event (JsonObject *event,
            GArray     *list)
{
  JsonObject *owned = json_object_ref (event);

  if (g_strcmp0 (csm_json_get_string (event, "property"), "status") == 0)
    g_array_append_val (list, owned);
  else
    json_object_unref (owned);
}

static void
event_clear (JsonObject **event)
{
  json_object_unref (*event);
}

static int
compare_events (gconstpointer a,
                gconstpointer b)
{
  gint64 x = csm_json_get_time (*(JsonObject *const *) a, "at"), y = csm_json_get_time (*(JsonObject *const *) b, "at");

  return x < y ? -1 : x > y;
}

static gboolean
derive_from_events (CsmTxn         *txn,
                    const char     *case_id,
                    CsmClockFacts  *self,
                    GError        **error)
{
  g_autoptr (GArray) events = g_array_new (FALSE, FALSE, sizeof (JsonObject *));

  g_array_set_clear_func (events, (GDestroyNotify) event_clear);
  if (!each_of_case (txn, CSM_TYPE_ID_EVENT, case_id, read_event, events, error))
    return FALSE;
  g_array_sort (events, compare_events);
  for (guint i = 0; i < events->len; i++)
    {
      JsonObject *event = g_array_index (events, JsonObject *, i);
      const char *status = csm_json_get_string (csm_json_get_object (event, "after"), "value");

      if (status != NULL)
        note_status (self, status, csm_json_get_time (event, "at"));
    }
  return TRUE;
}

static CsmClockFacts *
derive (CsmTxn      *txn,
        JsonObject  *case_,
        gboolean     is_new,
        GError     **error)
{
  g_autoptr (CsmClockFacts) self = facts_new ();
  const char *id = csm_json_get_string (case_, "id");

  if (!is_new && (!derive_from_messages (txn, id, self, error) || !derive_from_events (txn, id, self, error)))
    return NULL;
  return g_steal_pointer (&self);
}

/**
 * csm_clock_facts_load:
 * @txn: a transaction
 * @case_: a case that is going to be saved
 * @is_new: whether it isn't there yet
 * @now: the time, µs
 * @error: return location
 *
 * Returns: (transfer full): what happened in the case, with what is new in @case_
 */
CsmClockFacts *
csm_clock_facts_load (CsmTxn      *txn,
                      JsonObject  *case_,
                      gboolean     is_new,
                      gint64       now,
                      GError     **error)
{
  JsonObject *clocks = csm_json_get_object (case_, "clocks");
  JsonObject *known = clocks != NULL ? csm_json_get_object (clocks, "facts") : NULL;
  gboolean reads = known == NULL || csm_json_get_boolean (known, FORGOTTEN);
  CsmClockFacts *self = reads ? derive (txn, case_, is_new, error) : facts_parse (known);

  if (self == NULL)
    return NULL;
  if (reads && known != NULL)
    {
      self->level = g_strdup (csm_json_get_string (known, "level"));
      self->level_since = csm_json_get_time (known, "levelSince");
    }
  note_status (self, csm_json_get_string (case_, "status"), now);
  take_news (self, case_, now);
  /* One that a person opens has no message yet. */
  if (self->first == CSM_TIME_NONE && csm_json_get_int (case_, "messageCount", 0) == 0)
    {
      gint64 created = csm_json_get_time (case_, "created");

      self->first = created != CSM_TIME_NONE ? created : now;
    }
  return self;
}

/**
 * csm_clock_facts_forget:
 * @case_: a case of the caller's own that is going to be saved
 *
 * For a case whose messages were moved: what happened in it is read out of them again.
 */
void
csm_clock_facts_forget (JsonObject *case_)
{
  JsonObject *old = csm_json_get_object (case_, "clocks");
  JsonObject *known = old != NULL ? csm_json_get_object (old, "facts") : NULL;
  JsonObject *clocks, *facts;

  if (old == NULL)
    return;
  clocks = csm_json_copy_object (old);
  if (json_object_has_member (clocks, "news"))
    json_object_remove_member (clocks, "news");
  if (known != NULL)
    {
      facts = json_object_new ();
      put_string (facts, "level", csm_json_get_string (known, "level"));
      put_time (facts, "levelSince", csm_json_get_time (known, "levelSince"));
      json_object_set_boolean_member (facts, FORGOTTEN, TRUE);
      json_object_set_object_member (clocks, "facts", facts);
    }
  json_object_set_object_member (case_, "clocks", clocks);
}
