/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-away.h"

#include "csm-assign.h"
#include "csm-case-flow.h"
#include "csm-desk-records.h"
#include "csm-history.h"
#include "csm-json.h"
#include "csm-move.h"
#include "csm-person.h"
#include "csm-rules.h"
#include "csm-time.h"

#define MAX_PEOPLE 100000

static const char *const working[] = { "new", "open", "waiting", "snoozed", NULL };

/* Kept of everybody whose cases were given away, until they are back. */
static char *
setting_of (const char *person_id)
{
  return g_strconcat ("away:", person_id, NULL);
}

static void
note_next (gint64 *next,
           gint64  at,
           gint64  now)
{
  if (next != NULL && at != CSM_TIME_NONE && at > now && (*next == CSM_TIME_NONE || at < *next))
    *next = at;
}

/* --- Who stands in --------------------------------------------------------------------------------------------------------- */

/* Whoever stands in for one who is away, too, stands in for both. Nobody, when that goes round in a circle or ends with somebody who
 * has left. */
static gboolean
find_stand_in (CsmTxn      *txn,
               JsonObject  *person,
               gint64       now,
               char       **found,
               GError     **error)
{
  g_autoptr (GHashTable) met = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (JsonObject) at = json_object_ref (person);

  *found = NULL;
  g_hash_table_add (met, g_strdup (csm_json_get_string (person, "id")));
  for (;;)
    {
      const char *id = csm_json_get_string (at, "standInId");
      JsonObject *next;

      if (id == NULL || !g_hash_table_add (met, g_strdup (id)))
        return TRUE;
      next = csm_desk_load (txn, CSM_TYPE_ID_PERSON, id, error);
      if (next == NULL)
        return FALSE;
      json_object_unref (at);
      at = next;
      if (!csm_person_is_staff (at))
        return TRUE;
      if (csm_person_is_away (at, now))
        continue;
      *found = g_strdup (csm_json_get_string (at, "id"));
      return TRUE;
    }
}

/**
 * csm_away_check:
 * @txn: the transaction
 * @before: a Person
 * @after: what a patch made of them
 * @error: `CSM_DESK_ERROR_INVALID_PROPERTIES`
 *
 * Returns: whether what it says of an absence makes sense
 */
gboolean
csm_away_check (CsmTxn      *txn,
                JsonObject  *before,
                JsonObject  *after,
                GError     **error)
{
  const char *stand_in = csm_json_get_string (after, "standInId");
  gint64 from = csm_json_get_time (after, "awayFrom"), until = csm_json_get_time (after, "awayUntil");

  if (from != CSM_TIME_NONE && until != CSM_TIME_NONE && until <= from)
    return csm_rules_refuse (error, CSM_DESK_ERROR_INVALID_PROPERTIES, "awayUntil");
  if (g_strcmp0 (stand_in, csm_json_get_string (before, "standInId")) == 0)
    return TRUE;
  if (stand_in != NULL && g_strcmp0 (stand_in, csm_json_get_string (after, "id")) == 0)
    return csm_rules_refuse (error, CSM_DESK_ERROR_INVALID_PROPERTIES, "standInId");
  return csm_rules_need_staff (txn, after, "standInId", error);
}

/* --- From one to another ------------------------------------------------------------------------------------------------------ */

static gboolean
change_owner (CsmTxn      *txn,
              JsonObject  *case_,
              const char  *to,
              const char  *kind,
              const char  *person_id,
              GError     **error)
{
  g_autofree char *from = g_strdup (csm_json_get_string (case_, "ownerId"));
  g_autoptr (JsonObject) why = json_object_new ();

  csm_json_set_string (why, "kind", kind);
  csm_json_set_string (why, "personId", person_id);
  csm_json_set_string (case_, "ownerId", to);
  csm_case_touch_messages (case_);
  return csm_history_add_why (txn, csm_json_get_string (case_, "id"), NULL, "assigned", "ownerId", from, to, why, error) &&
         csm_assign_fair (txn, case_, error);
}

static gboolean
give_away (CsmTxn      *txn,
           JsonObject  *person,
           JsonObject  *case_,
           gint64       now,
           GError     **error)
{
  const char *person_id = csm_json_get_string (person, "id");
  g_autofree char *to = NULL;

  if (g_strcmp0 (csm_json_get_string (person, "whenAway"), "standIn") == 0 && !find_stand_in (txn, person, now, &to, error))
    return FALSE;
  return csm_txn_note_move (txn, csm_json_get_string (case_, "id"), "ownerId", person_id, to, error) &&
         change_owner (txn, case_, to, "away", person_id, error);
}

static gboolean
leave (CsmTxn      *txn,
       JsonObject  *person,
       gint64       now,
       GError     **error)
{
  const char *person_id = csm_json_get_string (person, "id");
  g_autoptr (GPtrArray) ids = csm_txn_ids_where (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (CSM_TYPE_ID_CASE), "ownerId", person_id, error);
  g_autofree char *key = setting_of (person_id);

  for (guint i = 0; ids != NULL && i < ids->len; i++)
    {
      g_autoptr (GError) local = NULL;
      g_autoptr (JsonObject) case_ = csm_desk_try (txn, CSM_TYPE_ID_CASE, g_ptr_array_index (ids, i), &local);

      if (local != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
      if (case_ != NULL && g_strv_contains (working, csm_json_get_string (case_, "status")) &&
          (!give_away (txn, person, case_, now, error) || !csm_desk_save (txn, CSM_TYPE_ID_CASE, case_, error)))
        return FALSE;
    }
  return ids != NULL && csm_txn_set_setting (txn, key, csm_json_get_string (person, "whenAway"), error);
}

/* What nobody else has taken or finished is theirs again. */
static gboolean
come_back (CsmTxn      *txn,
           const char  *person_id,
           GError     **error)
{
  g_autoptr (GArray) moves = csm_txn_moves_from (txn, person_id, "ownerId", error);
  g_autofree char *key = setting_of (person_id);

  for (guint i = 0; moves != NULL && i < moves->len; i++)
    {
      const CsmMove *move = &g_array_index (moves, CsmMove, i);
      g_autoptr (GError) local = NULL;
      g_autoptr (JsonObject) case_ = csm_desk_try (txn, CSM_TYPE_ID_CASE, move->record_id, &local);
      gboolean back;

      if (local != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
      if (case_ == NULL)
        continue;
      if (!csm_move_take_back (txn, move, csm_json_get_string (case_, "ownerId"), &back, error))
        return FALSE;
      if (back && g_strv_contains (working, csm_json_get_string (case_, "status")) &&
          (!change_owner (txn, case_, person_id, "back", person_id, error) || !csm_desk_save (txn, CSM_TYPE_ID_CASE, case_, error)))
        return FALSE;
    }
  return moves != NULL && csm_txn_set_setting (txn, key, NULL, error);
}

/**
 * csm_away_settle:
 * @txn: the transaction
 * @person_id: a colleague
 * @now: the time, µs
 * @next: (inout) (optional): an earlier instant at which there is something to do for them is put here
 * @error: return location
 *
 * Gives away the open cases of somebody whose absence has begun, if they want it so, and gives them back when it has ended. A damaged case
 * is passed over.
 *
 * Returns: whether all was written
 */
gboolean
csm_away_settle (CsmTxn      *txn,
                 const char  *person_id,
                 gint64       now,
                 gint64      *next,
                 GError     **error)
{
  g_autoptr (JsonObject) person = csm_desk_load (txn, CSM_TYPE_ID_PERSON, person_id, error);
  g_autofree char *key = setting_of (person_id);
  g_autofree char *gone = NULL;
  gboolean away;
  GError *local = NULL;

  if (person == NULL)
    return FALSE;
  if (!csm_person_is_staff (person))
    return TRUE;
  gone = csm_txn_setting (txn, key, &local);
  if (local != NULL)
    {
      g_propagate_error (error, local);
      return FALSE;
    }
  away = csm_person_is_away (person, now);
  note_next (next, csm_json_get_time (person, "awayFrom"), now);
  note_next (next, csm_json_get_time (person, "awayUntil"), now);
  if (away && gone == NULL && g_strcmp0 (csm_json_get_string (person, "whenAway"), "keep") != 0)
    return leave (txn, person, now, error);
  return away || gone == NULL || come_back (txn, person_id, error);
}

static gboolean
add_person (const char *id,
            const char *json,
            gpointer    user_data)
{
  g_ptr_array_add (user_data, g_strdup (id));
  return TRUE;
}

static gboolean
settle_or_skip (CsmTxn      *txn,
                const char  *person_id,
                gint64       now,
                gint64      *next,
                GError     **error)
{
  g_autoptr (GError) local = NULL;
  gboolean done;

  if (!csm_txn_savepoint (txn, error))
    return FALSE;
  done = csm_away_settle (txn, person_id, now, next, &local);
  if (!csm_txn_release (txn, done, error))
    return FALSE;
  if (done)
    return TRUE;
  if (!csm_desk_may_skip (local))
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  g_warning ("The cases of %s can't be given on: %s", person_id, local->message);
  return TRUE;
}

/**
 * csm_away_run:
 * @txn: an open transaction for writing
 * @now: the time, µs
 * @next: (inout): an earlier instant at which there is something to do is put here; `CSM_TIME_NONE`: none is known
 * @error: return location
 *
 * Settles everybody's absences. One whose records are damaged is passed over.
 *
 * Returns: whether that worked
 */
gboolean
csm_away_run (CsmTxn  *txn,
              gint64   now,
              gint64  *next,
              GError **error)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);

  if (!csm_txn_each (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (CSM_TYPE_ID_PERSON), MAX_PEOPLE, add_person, ids, error))
    return FALSE;
  for (guint i = 0; i < ids->len; i++)
    {
      if (!settle_or_skip (txn, g_ptr_array_index (ids, i), now, next, error))
        return FALSE;
    }
  return TRUE;
}

typedef struct
{
  gint64  now;
  gint64 *next;
} Look;

static gboolean
look_at (const char *id,
         const char *json,
         gpointer    user_data)
{
  Look *look = user_data;
  g_autoptr (JsonNode) node = csm_json_parse_trusted (json, -1);
  JsonObject *person = node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;

  note_next (look->next, csm_json_get_time (person, "awayFrom"), look->now);
  note_next (look->next, csm_json_get_time (person, "awayUntil"), look->now);
  return TRUE;
}

/**
 * csm_away_next:
 * @txn: a transaction
 * @now: the time, µs
 * @next: (inout): an earlier instant at which an absence begins or ends is put here; `CSM_TIME_NONE`: none is known
 * @error: return location
 *
 * Returns: whether that worked
 */
gboolean
csm_away_next (CsmTxn  *txn,
               gint64   now,
               gint64  *next,
               GError **error)
{
  Look look = { now, next };

  return csm_txn_each (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (CSM_TYPE_ID_PERSON), MAX_PEOPLE, look_at, &look, error);
}

/**
 * csm_away_pass_on:
 * @txn: the transaction
 * @case_: a case with its `id` that has become somebody's work again; the caller writes it
 * @now: the time, µs
 * @error: return location
 *
 * Gives it away as the others were, if its owner is away.
 *
 * Returns: whether it worked
 */
gboolean
csm_away_pass_on (CsmTxn      *txn,
                  JsonObject  *case_,
                  gint64       now,
                  GError     **error)
{
  const char *owner = csm_json_get_string (case_, "ownerId");
  g_autoptr (JsonObject) person = NULL;
  g_autofree char *key = NULL;
  g_autofree char *gone = NULL;
  GError *local = NULL;

  if (owner == NULL)
    return TRUE;
  key = setting_of (owner);
  gone = csm_txn_setting (txn, key, &local);
  if (gone != NULL)
    person = csm_desk_load (txn, CSM_TYPE_ID_PERSON, owner, &local);
  if (local != NULL)
    {
      g_propagate_error (error, local);
      return FALSE;
    }
  return person == NULL || !csm_person_is_away (person, now) || g_strcmp0 (csm_json_get_string (person, "whenAway"), "keep") == 0 ||
         give_away (txn, person, case_, now, error);
}
