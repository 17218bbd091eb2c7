/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-clock-steps.h"

#include "csm-assign.h"
#include "csm-case-flow.h"
#include "csm-clocks.h"
#include "csm-desk-records.h"
#include "csm-history.h"
#include "csm-id.h"
#include "csm-json.h"
#include "csm-time.h"
#include "csm-txn-clocks.h"

/* How many cases are looked at in one transaction: others want to write, too. */
#define SLICE 100

#define MAX_PEOPLE 100000

/* The last case that was looked at since levels or calendars changed; not there: none has to be. */
#define SETTING_SWEEP "clocks-sweep"

/* --- Whom to tell ----------------------------------------------------------------------------------------------------------------- */

typedef struct
{
  const char *team_id;  /* NULL: of any team */
  const char *role;
  gint64      now;
  JsonObject *ids;
} Search;

static gboolean
collect (const char *id,
         const char *json,
         gpointer    user_data)
{
  Search *search = user_data;
  g_autoptr (JsonNode) node = csm_json_parse_trusted (json, -1);
  JsonObject *person = node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;

  if (person != NULL && csm_assign_is_there (person, search->now) &&
      g_strcmp0 (csm_json_get_string (person, "role"), search->role) == 0 &&
      (search->team_id == NULL || csm_json_has_key (person, "teamIds", search->team_id)))
    json_object_set_boolean_member (search->ids, id, TRUE);
  return TRUE;
}

/* The team's leads who are there; where it has none, its admins; then any lead, any admin: somebody hears of it. */
static JsonObject *
find_leads (CsmTxn      *txn,
            const char  *team_id,
            GError     **error)
{
  static const char *const roles[] = { "lead", "admin" };
  g_autoptr (JsonObject) ids = json_object_new ();

  for (guint i = team_id != NULL ? 0 : G_N_ELEMENTS (roles); i < 2 * G_N_ELEMENTS (roles) && json_object_get_size (ids) == 0; i++)
    {
      Search search = { i < G_N_ELEMENTS (roles) ? team_id : NULL, roles[i % G_N_ELEMENTS (roles)], csm_time_now (), ids };

      if (!csm_txn_each (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (CSM_TYPE_ID_PERSON), MAX_PEOPLE, collect, &search, error))
        return NULL;
    }
  return g_steal_pointer (&ids);
}

static JsonObject *
find_owner (CsmTxn      *txn,
            JsonObject  *case_,
            GError     **error)
{
  const char *owner = csm_json_get_string (case_, "ownerId");
  g_autoptr (JsonObject) person = NULL;
  JsonObject *ids;
  GError *local = NULL;

  person = csm_desk_try (txn, CSM_TYPE_ID_PERSON, owner, &local);
  if (local != NULL)
    {
      g_propagate_error (error, local);
      return NULL;
    }
  if (person == NULL || !csm_assign_is_there (person, csm_time_now ()))
    return find_leads (txn, csm_json_get_string (case_, "teamId"), error);
  ids = json_object_new ();
  json_object_set_boolean_member (ids, owner, TRUE);
  return ids;
}

/* --- What is done ---------------------------------------------------------------------------------------------------------------------- */

/* What people read in the history, and what the app tells those whom it is for. */
static gboolean
add_event (CsmTxn      *txn,
           JsonObject  *case_,
           const char  *kind,
           CsmClockKind clock,
           const char  *does,
           JsonObject  *ids,
           gint64       by,
           GError     **error)
{
  g_autoptr (JsonObject) event = json_object_new ();
  g_autofree char *id = csm_id_new ('y');
  JsonObject *after = json_object_new ();

  csm_json_set_time (after, "value", by);
  if (does != NULL)
    csm_json_set_string (after, "does", does);
  if (ids != NULL)
    json_object_set_object_member (after, "toIds", json_object_ref (ids));
  csm_json_set_string (event, "caseId", csm_json_get_string (case_, "id"));
  csm_json_set_time (event, "at", csm_time_now ());
  csm_json_set_string (event, "kind", kind);
  csm_json_set_string (event, "property", csm_clock_names[clock]);
  json_object_set_object_member (event, "before", json_object_new ());
  json_object_set_object_member (event, "after", after);
  csm_json_set_string (event, "recordId", csm_json_get_string (case_, "serviceLevelId"));
  return csm_desk_add (txn, CSM_TYPE_ID_EVENT, id, event, error);
}

static gboolean
bring_in (CsmTxn      *txn,
          JsonObject  *case_,
          JsonObject  *ids,
          GError     **error)
{
  g_autoptr (GList) keys = json_object_get_members (ids);
  g_autoptr (JsonObject) before = csm_json_copy_object (case_);

  for (GList *l = keys; l != NULL; l = l->next)
    csm_case_bring_in (case_, l->data);
  return csm_history_add_changes (txn, NULL, before, case_, csm_json_get_string (case_, "serviceLevelId"), error);
}

static gboolean
act (CsmTxn               *txn,
     JsonObject           *case_,
     const CsmServiceStep *step,
     gint64                by,
     GError              **error)
{
  g_autoptr (JsonObject) ids = NULL;
  gboolean moved = FALSE;

  if (step->does == CSM_STEP_ESCALATE && !csm_assign_escalate (txn, NULL, case_, "late", &moved, error))
    return FALSE;
  /* Where there is nobody to hand on to, those who could change that are told. */
  if (step->does == CSM_STEP_WARN_OWNER)
    ids = find_owner (txn, case_, error);
  else
    ids = find_leads (txn, csm_json_get_string (case_, "teamId"), error);
  if (ids == NULL)
    return FALSE;
  if (step->does != CSM_STEP_WARN_OWNER && !bring_in (txn, case_, ids, error))
    return FALSE;
  return add_event (txn, case_, "clockWarning", step->clock, moved || step->does != CSM_STEP_ESCALATE ? csm_step_names[step->does] : csm_step_names[CSM_STEP_TELL_LEAD],
                    ids, by, error);
}

static gboolean
breach (CsmTxn            *txn,
        JsonObject        *case_,
        CsmClockKind       kind,
        const CsmPromise  *promise,
        gint64             since,
        gint64             now,
        gboolean          *acted,
        GError           **error)
{
  if (promise->by > now || promise->by < since || csm_clocks_is_done (case_, kind, CSM_CLOCK_BREACH))
    return TRUE;
  csm_clocks_set_done (case_, kind, CSM_CLOCK_BREACH, now);
  *acted = TRUE;
  return add_event (txn, case_, "clockLate", kind, NULL, NULL, promise->by, error);
}

/* Does what is due in a case whose clocks are as of @now. */
static gboolean
act_all (CsmTxn                 *txn,
         JsonObject             *case_,
         const CsmServiceLevel  *level,
         const CsmClockFacts    *facts,
         gint64                  now,
         gboolean               *acted,
         GError                **error)
{
  CsmPromise promises[CSM_N_CLOCKS];

  if (!csm_clocks_reckon (txn, level, facts, promises, error))
    return FALSE;
  for (CsmClockKind kind = 0; kind < CSM_N_CLOCKS; kind++)
    {
      const CsmPromise *promise = &promises[kind];

      if (promise->by == CSM_TIME_NONE || promise->paused)
        continue;
      if (!breach (txn, case_, kind, promise, facts->level_since, now, acted, error))
        return FALSE;
      for (guint i = 0; i < MIN (level->steps->len, CSM_MAX_STEPS); i++)
        {
          const CsmServiceStep *step = g_ptr_array_index (level->steps, i);
          gint64 at = promise->steps[i];

          if (at == CSM_TIME_NONE || at > now || at < facts->level_since || csm_clocks_is_done (case_, kind, step->key))
            continue;
          csm_clocks_set_done (case_, kind, step->key, now);
          *acted = TRUE;
          if (!act (txn, case_, step, promise->by, error))
            return FALSE;
        }
    }
  return TRUE;
}

static gboolean
run_case (CsmTxn      *txn,
          const char  *id,
          gint64       now,
          GError     **error)
{
  g_autoptr (JsonObject) case_ = csm_desk_load (txn, CSM_TYPE_ID_CASE, id, error);
  g_autoptr (CsmClockFacts) facts = NULL;
  CsmServiceLevel *level;
  gboolean failed, acted = FALSE;

  if (case_ == NULL || !csm_clocks_update (txn, case_, FALSE, now, error))
    return FALSE;
  level = csm_service_levels_find (txn, case_, &failed, error);
  if (failed)
    return FALSE;
  if (level != NULL && csm_json_get_object (case_, "clocks") != NULL)
    {
      facts = csm_clock_facts_load (txn, case_, FALSE, now, error);
      if (facts == NULL || !act_all (txn, case_, level, facts, now, &acted, error))
        return FALSE;
    }
  if (acted)
    {
      csm_case_note_activity (case_, now);
      csm_case_touch_messages (case_);
    }
  return csm_desk_save (txn, CSM_TYPE_ID_CASE, case_, error);
}

/* One that can't be looked at keeps no other waiting, and isn't looked at again until it changes. */
static gboolean
run_or_skip (CsmTxn      *txn,
             const char  *id,
             gint64       now,
             GError     **error)
{
  g_autoptr (GError) local = NULL;
  gboolean worked;

  if (!csm_txn_savepoint (txn, error))
    return FALSE;
  /* What is due is looked at once: it is for the case to say when it is due again. */
  worked = csm_txn_set_clock (txn, id, CSM_TIME_NONE, &local) && run_case (txn, id, now, &local);
  if (!csm_txn_release (txn, worked, error))
    return FALSE;
  if (worked)
    return TRUE;
  if (!csm_desk_may_skip (local))
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  g_warning ("The clocks of the case %s can't be looked at: %s", id, local->message);
  return csm_txn_set_clock (txn, id, CSM_TIME_NONE, error);
}

/**
 * csm_clocks_run:
 * @txn: an open transaction for writing
 * @now: the time, µs
 * @next: (out): when there is something to do again, or `CSM_TIME_NONE`
 * @error: return location
 *
 * Does what service levels say is done before and after a breach, for the cases whose time has come; no more of them than others can wait
 * for. What was done is kept in the case with it, so nothing is done twice.
 *
 * Returns: whether that worked
 */
gboolean
csm_clocks_run (CsmTxn  *txn,
                gint64   now,
                gint64  *next,
                GError **error)
{
  g_autoptr (GPtrArray) ids = csm_txn_due_clocks (txn, now, SLICE, error);

  if (ids == NULL)
    return FALSE;
  for (guint i = 0; i < ids->len; i++)
    {
      if (!run_or_skip (txn, g_ptr_array_index (ids, i), now, error))
        return FALSE;
    }
  return csm_txn_next_clock (txn, next, error);
}

/* --- When what was promised changes ---------------------------------------------------------------------------------------------------- */

/**
 * csm_clocks_begin_sweep:
 * @txn: an open transaction for writing
 * @error: return location
 *
 * Says that all open cases have to be reckoned anew: csm_clocks_sweep() does so afterwards, after a restart too.
 *
 * Returns: whether that worked
 */
gboolean
csm_clocks_begin_sweep (CsmTxn  *txn,
                        GError **error)
{
  return csm_txn_set_setting (txn, SETTING_SWEEP, "", error);
}

/**
 * csm_clocks_has_sweep:
 * @txn: a transaction
 * @has: (out): whether open cases have to be reckoned anew
 * @error: return location
 *
 * Returns: whether that is known
 */
gboolean
csm_clocks_has_sweep (CsmTxn    *txn,
                      gboolean  *has,
                      GError   **error)
{
  GError *local = NULL;
  g_autofree char *after = csm_txn_setting (txn, SETTING_SWEEP, &local);

  *has = after != NULL;
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, local);
  return FALSE;
}

static gboolean
refresh (CsmTxn      *txn,
         const char  *id,
         GError     **error)
{
  g_autoptr (JsonObject) case_ = NULL;
  g_autoptr (GError) local = NULL;

  case_ = csm_desk_load (txn, CSM_TYPE_ID_CASE, id, &local);
  if (case_ != NULL && csm_desk_save (txn, CSM_TYPE_ID_CASE, case_, &local))
    return TRUE;
  if (csm_desk_may_skip (local))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/**
 * csm_clocks_sweep:
 * @txn: an open transaction for writing
 * @more: (out): whether there are more
 * @error: return location
 *
 * Reckons some open cases anew.
 *
 * Returns: whether that worked
 */
gboolean
csm_clocks_sweep (CsmTxn    *txn,
                  gboolean  *more,
                  GError   **error)
{
  g_autofree char *after = NULL;
  g_autoptr (GPtrArray) ids = NULL;
  GError *local = NULL;

  *more = FALSE;
  after = csm_txn_setting (txn, SETTING_SWEEP, &local);
  if (local != NULL)
    {
      g_propagate_error (error, local);
      return FALSE;
    }
  if (after == NULL)
    return TRUE;
  ids = csm_txn_open_cases (txn, after, SLICE, error);
  if (ids == NULL)
    return FALSE;
  for (guint i = 0; i < ids->len; i++)
    {
      if (!refresh (txn, g_ptr_array_index (ids, i), error))
        return FALSE;
    }
  *more = ids->len == SLICE;
  return csm_txn_set_setting (txn, SETTING_SWEEP, *more ? g_ptr_array_index (ids, ids->len - 1) : NULL, error);
}

/**
 * csm_clocks_note_customer:
 * @txn: an open transaction for writing
 * @customer: a customer who is about to be saved
 * @error: return location
 *
 * Has the cases reckoned anew when the customer was promised something else.
 *
 * Returns: whether that worked
 */
gboolean
csm_clocks_note_customer (CsmTxn      *txn,
                          JsonObject  *customer,
                          GError     **error)
{
  g_autoptr (JsonObject) before = NULL;
  GError *local = NULL;

  before = csm_desk_try (txn, CSM_TYPE_ID_CUSTOMER, csm_json_get_string (customer, "id"), &local);
  if (local != NULL)
    {
      g_propagate_error (error, local);
      return FALSE;
    }
  if (g_strcmp0 (before != NULL ? csm_json_get_string (before, "serviceLevelId") : NULL, csm_json_get_string (customer, "serviceLevelId")) == 0)
    return TRUE;
  return csm_clocks_begin_sweep (txn, error);
}
