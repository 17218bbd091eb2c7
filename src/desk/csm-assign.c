/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-assign.h"

#include "csm-case-flow.h"
#include "csm-desk-records.h"
#include "csm-history.h"
#include "csm-json.h"
#include "csm-person.h"
#include "csm-time.h"
#include "csm-txn-merge.h"

/**
 * csm_assign_is_there:
 * @person: a Person
 * @now: the time, µs
 *
 * Returns: whether cases may be given to the person
 */
gboolean
csm_assign_is_there (JsonObject *person,
                     gint64      now)
{
  return csm_person_is_staff (person) && !csm_person_is_away (person, now);
}

/* Who is next, as far as has been looked. */
typedef struct
{
  const char *id;    /* NULL: nobody */
  gint64      open;
  gint64      at;    /* of the last case, µs */
  guint       of;    /* how many there are to choose from */
} Choice;

static gboolean
consider (CsmTxn      *txn,
          const char  *person_id,
          gint64       now,
          Choice      *choice,
          GError     **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (JsonObject) person = csm_desk_try (txn, CSM_TYPE_ID_PERSON, person_id, &local);
  gint64 open, at;

  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (person == NULL || !csm_assign_is_there (person, now) || !csm_json_get_boolean (person, "takesCases"))
    return TRUE;
  if (!csm_txn_count_open (txn, person_id, &open, error) || !csm_txn_last_assigned (txn, person_id, &at, error))
    return FALSE;
  choice->of++;
  if (choice->id != NULL && (open > choice->open || (open == choice->open && at >= choice->at)))
    return TRUE;
  choice->id = person_id;
  choice->open = open;
  choice->at = at;
  return TRUE;
}

static gboolean
give (CsmTxn        *txn,
      JsonObject    *case_,
      const Choice  *choice,
      gint64         now,
      GError       **error)
{
  g_autoptr (JsonObject) why = json_object_new ();

  csm_json_set_string (why, "kind", "fair");
  csm_json_set_string (why, "teamId", csm_json_get_string (case_, "teamId"));
  json_object_set_int_member (why, "open", choice->open);
  json_object_set_int_member (why, "of", choice->of);
  csm_json_set_string (case_, "ownerId", choice->id);
  return csm_txn_note_assigned (txn, choice->id, now, error) &&
         csm_history_add_why (txn, csm_json_get_string (case_, "id"), NULL, "assigned", "ownerId", NULL, choice->id, why, error);
}

/**
 * csm_assign_fair:
 * @txn: the transaction
 * @case_: a case with its `id`, new or come to its team; the caller writes it
 * @error: return location
 *
 * If the case has no owner, is in a conversation, and its team wants it so: gives it to whoever of the team is there,
 * takes cases and has the fewest open ones; of several, who has not been given one for longest. The Event says why. Who can't be read
 * is given none.
 *
 * Returns: whether it worked, also when nobody was chosen
 */
gboolean
csm_assign_fair (CsmTxn      *txn,
                 JsonObject  *case_,
                 GError     **error)
{
  static const char *const resting[] = { "resolved", "closed", NULL };
  const char *team_id = csm_json_get_string (case_, "teamId");
  g_autoptr (JsonObject) team = NULL;
  g_autoptr (GList) members = NULL;
  g_autoptr (GError) local = NULL;
  gint64 now = csm_time_now ();
  Choice choice = { NULL };
  JsonObject *set;

  if (team_id == NULL || csm_json_get_string (case_, "ownerId") != NULL ||
      g_strcmp0 (csm_json_get_string (case_, "lane"), "conversation") != 0 ||
      g_strv_contains (resting, csm_json_get_string (case_, "status")))
    return TRUE;
  team = csm_desk_try (txn, CSM_TYPE_ID_TEAM, team_id, &local);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  set = csm_json_get_object (team, "memberIds");
  if (g_strcmp0 (csm_json_get_string (team, "assignment"), "fair") != 0 || set == NULL)
    return TRUE;
  members = json_object_get_members (set);
  for (GList *l = members; l != NULL; l = l->next)
    {
      if (!consider (txn, l->data, now, &choice, error))
        return FALSE;
    }
  return choice.id == NULL || give (txn, case_, &choice, now, error);
}

/* Which teams a case has been with on its way up. */
static GHashTable *
list_visited (CsmTxn      *txn,
              const char  *case_id,
              GError     **error)
{
  g_autoptr (GHashTable) visited = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GPtrArray) ids = csm_txn_ids_where (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (CSM_TYPE_ID_EVENT), "caseId", case_id, error);

  for (guint i = 0; ids != NULL && i < ids->len; i++)
    {
      g_autoptr (JsonObject) event = csm_desk_load (txn, CSM_TYPE_ID_EVENT, g_ptr_array_index (ids, i), error);
      const char *team_id;

      if (event == NULL)
        return NULL;
      team_id = csm_json_get_string (csm_json_get_object (event, "before"), "value");
      if (g_strcmp0 (csm_json_get_string (event, "kind"), "escalated") == 0 && team_id != NULL)
        g_hash_table_add (visited, g_strdup (team_id));
    }
  return ids != NULL ? g_steal_pointer (&visited) : NULL;
}

/* Whoever had the case goes on hearing of it, and keeps it if they are in that team, too. */
static void
leave_owner (JsonObject *case_,
             JsonObject *team)
{
  g_autofree char *owner = g_strdup (csm_json_get_string (case_, "ownerId"));

  if (owner == NULL || csm_json_has_key (team, "memberIds", owner))
    return;
  csm_case_bring_in (case_, owner);
  json_object_set_null_member (case_, "ownerId");
}

/**
 * csm_assign_escalate:
 * @txn: the transaction
 * @person_id: (nullable): who escalates; %NULL for Casement itself
 * @case_: a case with its `id`; the caller writes it
 * @why: what led to it, in one word: `late`
 * @moved: (out): whether there was a team that it could go to
 * @error: return location
 *
 * Moves a case one step along its team's path; never to where it has come from by steps like this. The history says so.
 *
 * Returns: whether it worked
 */
gboolean
csm_assign_escalate (CsmTxn      *txn,
                     const char  *person_id,
                     JsonObject  *case_,
                     const char  *why,
                     gboolean    *moved,
                     GError     **error)
{
  const char *id = csm_json_get_string (case_, "id");
  g_autofree char *from = g_strdup (csm_json_get_string (case_, "teamId"));
  g_autoptr (JsonObject) team = NULL;
  g_autoptr (JsonObject) next = NULL;
  g_autoptr (JsonObject) before = NULL;
  g_autoptr (GHashTable) visited = NULL;
  g_autoptr (JsonObject) reason = json_object_new ();
  const char *to;

  *moved = FALSE;
  if (from == NULL)
    return TRUE;
  team = csm_desk_load (txn, CSM_TYPE_ID_TEAM, from, error);
  if (team == NULL)
    return FALSE;
  to = csm_json_get_string (team, "escalatesTo");
  if (to == NULL || g_str_equal (to, from))
    return TRUE;
  visited = list_visited (txn, id, error);
  if (visited == NULL)
    return FALSE;
  if (g_hash_table_contains (visited, to))
    return TRUE;
  next = csm_desk_load (txn, CSM_TYPE_ID_TEAM, to, error);
  if (next == NULL)
    return FALSE;
  before = csm_json_copy_object (case_);
  leave_owner (case_, next);
  /* The step itself stands in the history by the name of what it is. */
  if (!csm_history_add_changes (txn, person_id, before, case_, NULL, error))
    return FALSE;
  csm_json_set_string (case_, "teamId", to);
  csm_json_set_string (reason, "kind", why);
  if (!csm_history_add_why (txn, id, person_id, "escalated", "teamId", from, to, reason, error))
    return FALSE;
  *moved = TRUE;
  return csm_assign_fair (txn, case_, error);
}
