/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-merge.h"

#include "csm-case-flow.h"
#include "csm-case-retell.h"
#include "csm-desk-records.h"
#include "csm-history.h"
#include "csm-json.h"
#include "csm-move.h"
#include "csm-role.h"
#include "csm-rules.h"
#include "csm-time.h"
#include "csm-validate.h"

/* What a case has of its own. What is in a conversation goes with it. */
static const CsmTypeId parts[] = { CSM_TYPE_ID_CONVERSATION, CSM_TYPE_ID_COMMENT, CSM_TYPE_ID_SHARED_COMMENT, CSM_TYPE_ID_TASK };

/* What becomes of the merged case and comes back with it. */
static const char *const rest[] = { "status", "snoozedUntil", "resolvedAt" };

/* What a merge may change of the case that stays. */
static const char *const joined[] = { "status", "snoozedUntil", "resolvedAt", "lane", "ownerId", "partners" };

static CsmTypeId
type_of (const char *id)
{
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      if (csm_record_type_get (parts[i])->letter == *id)
        return parts[i];
    }
  return CSM_TYPE_ID_CONVERSATION;
}

static gboolean
same (JsonNode *a,
      JsonNode *b)
{
  gboolean no_a = a == NULL || JSON_NODE_HOLDS_NULL (a), no_b = b == NULL || JSON_NODE_HOLDS_NULL (b);

  return no_a || no_b ? no_a == no_b : json_node_equal (a, b);
}

static void
copy_member (JsonObject *to,
             JsonObject *from,
             const char *from_member,
             const char *member)
{
  JsonNode *node = json_object_get_member (from, from_member);

  json_object_set_member (to, member, node != NULL ? csm_json_copy (node) : json_node_new (JSON_NODE_NULL));
}

/**
 * csm_merge_retell:
 * @txn: the transaction
 * @case_id: a case that messages came to or went from
 * @error: return location
 *
 * Returns: whether the case was told again and written
 */
gboolean
csm_merge_retell (CsmTxn      *txn,
                  const char  *case_id,
                  GError     **error)
{
  g_autoptr (JsonObject) case_ = csm_desk_load (txn, CSM_TYPE_ID_CASE, case_id, error);

  if (case_ == NULL || !csm_case_retell (txn, case_, error))
    return FALSE;
  csm_case_touch_messages (case_);
  return csm_desk_save (txn, CSM_TYPE_ID_CASE, case_, error);
}

/* --- Together ------------------------------------------------------------------------------------------------------------ */

static gboolean
move_part (CsmTxn      *txn,
           const char  *id,
           const char  *case_id,
           GError     **error)
{
  CsmTypeId type = type_of (id);

  return type == CSM_TYPE_ID_CONVERSATION ? csm_move_conversation (txn, id, case_id, error)
                                          : csm_move_record (txn, type, id, "caseId", case_id, error);
}

static gboolean
move_parts (CsmTxn      *txn,
            const char  *from_id,
            const char  *to_id,
            gboolean    *speaks,
            GError     **error)
{
  *speaks = FALSE;
  for (guint p = 0; p < G_N_ELEMENTS (parts); p++)
    {
      g_autoptr (GPtrArray) ids = csm_txn_ids_where (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (parts[p]), "caseId", from_id, error);

      if (ids == NULL)
        return FALSE;
      *speaks |= parts[p] == CSM_TYPE_ID_CONVERSATION && ids->len > 0;
      for (guint i = 0; i < ids->len; i++)
        {
          if (!csm_txn_note_move (txn, g_ptr_array_index (ids, i), "caseId", from_id, to_id, error) ||
              !move_part (txn, g_ptr_array_index (ids, i), to_id, error))
            return FALSE;
        }
    }
  return TRUE;
}

/* Whoever took part goes on taking part. */
static JsonObject *
join_people (JsonObject *merged,
             JsonObject *into)
{
  JsonObject *added = json_object_new ();
  JsonObject *set = csm_json_get_object (merged, "participantIds");
  g_autoptr (GList) ids = set != NULL ? json_object_get_members (set) : NULL;
  const char *owner = csm_json_get_string (merged, "ownerId");
  guint limit = csm_record_type_property (csm_record_type_get (CSM_TYPE_ID_CASE), "participantIds")->limit;

  if (owner != NULL)
    ids = g_list_append (ids, (gpointer) owner);
  for (GList *l = ids; l != NULL; l = l->next)
    {
      JsonObject *there = csm_json_get_object (into, "participantIds");

      if (csm_json_has_key (into, "participantIds", l->data) || g_strcmp0 (csm_json_get_string (into, "ownerId"), l->data) == 0 ||
          (there != NULL && json_object_get_size (there) >= limit))
        continue;
      csm_desk_set_key (into, "participantIds", l->data);
      json_object_set_boolean_member (added, l->data, TRUE);
    }
  return added;
}

/**
 * csm_merge_keep_from_guests:
 * @from: a case
 * @into: one that a conversation of the first one comes to
 *
 * A partner's guests don't get to read a conversation that they were not let into because it goes elsewhere: whoever shares the case
 * with them has to say so again.
 */
void
csm_merge_keep_from_guests (JsonObject *from,
                            JsonObject *into)
{
  JsonObject *partners = csm_json_get_object (into, "partners"), *allowed = csm_json_get_object (from, "partners");
  g_autoptr (GList) ids = partners != NULL ? json_object_get_members (partners) : NULL;
  JsonObject *less;

  if (ids == NULL)
    return;
  less = csm_json_copy_object (partners);
  for (GList *l = ids; l != NULL; l = l->next)
    {
      JsonObject *share;

      if (csm_json_get_boolean (csm_json_get_object (allowed, l->data), "conversation") || !csm_json_get_boolean (csm_json_get_object (partners, l->data), "conversation"))
        continue;
      share = csm_json_copy_object (csm_json_get_object (partners, l->data));
      json_object_set_boolean_member (share, "conversation", FALSE);
      json_object_set_object_member (less, l->data, share);
    }
  json_object_set_object_member (into, "partners", less);
}

/* What the merged case asks for is asked of the one that stays. */
static void
join_work (JsonObject *merged,
           JsonObject *into,
           gboolean    speaks,
           gint64      now)
{
  static const char *const active[] = { "new", "open", NULL };
  gint64 activity = csm_json_get_time (merged, "lastActivityAt");

  if (g_strv_contains (active, csm_json_get_string (merged, "status")) && !csm_case_flow_wake (into, now) &&
      g_strcmp0 (csm_json_get_string (into, "status"), "closed") == 0)
    csm_case_flow_set_status (into, "open", now);
  if (g_strcmp0 (csm_json_get_string (merged, "lane"), "conversation") == 0)
    csm_json_set_string (into, "lane", "conversation");
  if (csm_json_get_string (into, "ownerId") == NULL)
    copy_member (into, merged, "ownerId", "ownerId");
  if (speaks)
    csm_merge_keep_from_guests (merged, into);
  if (activity != CSM_TIME_NONE)
    csm_case_note_activity (into, activity);
}

/* What a reply that may still be taken back has made of the status holds only if it goes out. */
static gboolean
forget_pending (CsmTxn      *txn,
                const char  *case_id,
                JsonObject  *was,
                gboolean    *pending,
                GError     **error)
{
  g_autoptr (GPtrArray) ids = csm_txn_ids_where (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (CSM_TYPE_ID_SUBMISSION), "caseId", case_id, error);

  *pending = FALSE;
  for (guint i = 0; ids != NULL && i < ids->len; i++)
    {
      g_autoptr (JsonObject) submission = csm_desk_load (txn, CSM_TYPE_ID_SUBMISSION, g_ptr_array_index (ids, i), error);
      JsonObject *pair = csm_json_get_object (csm_json_get_object (submission, "casePatchBefore"), "status");

      if (submission == NULL)
        return FALSE;
      if (g_strcmp0 (csm_json_get_string (submission, "undoStatus"), "pending") != 0 || pair == NULL ||
          !same (json_object_get_member (pair, "after"), json_object_get_member (was, "status")))
        continue;
      copy_member (was, pair, "before", "status");
      *pending = TRUE;
    }
  return ids != NULL;
}

/* How the case is to come back: as it was, and what it is if what waits to be sent goes out. */
static gboolean
note_rest (CsmTxn      *txn,
           JsonObject  *merged,
           JsonObject  *note,
           GError     **error)
{
  JsonObject *was = json_object_new ();
  gboolean pending;

  for (guint i = 0; i < G_N_ELEMENTS (rest); i++)
    copy_member (was, merged, rest[i], rest[i]);
  json_object_set_object_member (note, "was", was);
  if (!forget_pending (txn, csm_json_get_string (merged, "id"), was, &pending, error))
    return FALSE;
  if (pending)
    {
      JsonObject *sent = json_object_new ();

      for (guint i = 0; i < G_N_ELEMENTS (rest); i++)
        copy_member (sent, merged, rest[i], rest[i]);
      json_object_set_object_member (note, "sent", sent);
    }
  return TRUE;
}

/* What else has to be undone by and by. */
static void
note_joined (JsonObject *note,
             JsonObject *into_before,
             JsonObject *into,
             JsonObject *people)
{
  JsonObject *changed = json_object_new ();

  for (guint i = 0; i < G_N_ELEMENTS (joined); i++)
    {
      JsonObject *pair;

      if (same (json_object_get_member (into_before, joined[i]), json_object_get_member (into, joined[i])))
        continue;
      pair = json_object_new ();
      copy_member (pair, into_before, joined[i], "before");
      copy_member (pair, into, joined[i], "after");
      json_object_set_object_member (changed, joined[i], pair);
    }
  json_object_set_object_member (note, "changed", changed);
  json_object_set_object_member (note, "people", people);
}

static gboolean
tell_both (CsmTxn      *txn,
           const char  *person_id,
           const char  *kind,
           const char  *merged_id,
           const char  *into_id,
           GError     **error)
{
  gboolean apart = g_str_equal (kind, "unmerged");

  return csm_history_add_text (txn, merged_id, person_id, kind, "mergedIntoId", apart ? into_id : NULL, apart ? NULL : into_id, into_id, error) &&
         csm_history_add_text (txn, into_id, person_id, kind, NULL, NULL, NULL, merged_id, error);
}

static gboolean
save_told (CsmTxn      *txn,
           const char  *person_id,
           JsonObject  *before,
           JsonObject  *after,
           GError     **error)
{
  csm_case_touch_messages (after);
  return csm_case_retell (txn, after, error) &&
         csm_desk_save (txn, CSM_TYPE_ID_CASE, after, error) &&
         csm_history_add_changes (txn, person_id, before, after, NULL, error);
}

static gboolean
merge (CsmTxn              *txn,
       const CsmPrincipal  *who,
       JsonObject          *before,
       JsonObject          *after,
       GError             **error)
{
  const char *id = csm_json_get_string (after, "id");
  g_autofree char *into_id = csm_merge_check (txn, CSM_TYPE_ID_CASE, id, csm_json_get_string (after, "mergedIntoId"), error);
  g_autoptr (JsonObject) into = NULL;
  g_autoptr (JsonObject) into_before = NULL;
  g_autoptr (JsonObject) note = json_object_new ();
  gint64 now = csm_time_now ();
  gboolean speaks;

  if (into_id == NULL || !note_rest (txn, before, note, error) || !move_parts (txn, id, into_id, &speaks, error))
    return FALSE;
  into_before = csm_desk_load (txn, CSM_TYPE_ID_CASE, into_id, error);
  if (into_before == NULL)
    return FALSE;
  into = csm_json_copy_object (into_before);
  join_work (before, into, speaks, now);
  note_joined (note, into_before, into, join_people (before, into));
  csm_json_set_string (after, "mergedIntoId", into_id);
  csm_case_flow_set_status (after, "closed", now);
  return csm_txn_note_merge (txn, id, now, note, error) &&
         tell_both (txn, who->person_id, "merged", id, into_id, error) &&
         save_told (txn, who->person_id, before, after, error) &&
         save_told (txn, who->person_id, into_before, into, error);
}

/* --- Apart --------------------------------------------------------------------------------------------------------------- */

/* Brings back what is still there; @touched gets the cases that it was in. */
static gboolean
bring_back (CsmTxn      *txn,
            const char  *case_id,
            GHashTable  *touched,
            GError     **error)
{
  g_autoptr (GArray) moves = csm_txn_moves_from (txn, case_id, "caseId", error);

  for (guint i = 0; moves != NULL && i < moves->len; i++)
    {
      const CsmMove *move = &g_array_index (moves, CsmMove, i);
      g_autoptr (GError) local = NULL;
      g_autoptr (JsonObject) record = csm_desk_peek (txn, type_of (move->record_id), move->record_id, &local);
      const char *where = csm_json_get_string (record, "caseId");
      gboolean back;

      if (local != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
      if (!csm_move_take_back (txn, move, where, &back, error))
        return FALSE;
      if (record == NULL || !back)
        continue;
      g_hash_table_add (touched, g_strdup (where));
      if (!move_part (txn, move->record_id, case_id, error))
        return FALSE;
    }
  return moves != NULL;
}

/* What was written since, in a case: the last word of a person, and whether a customer wrote at all. */
static gboolean
hear (CsmTxn       *txn,
      const char   *case_id,
      gint64        since,
      char        **direction,
      gboolean     *asked,
      GError      **error)
{
  g_autoptr (GPtrArray) ids = csm_txn_ids_where (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (CSM_TYPE_ID_MESSAGE), "caseId", case_id, error);

  *direction = NULL;
  *asked = FALSE;
  for (guint i = 0; ids != NULL && i < ids->len; i++)
    {
      g_autoptr (JsonObject) message = csm_desk_load (txn, CSM_TYPE_ID_MESSAGE, g_ptr_array_index (ids, i), error);

      if (message == NULL)
        {
          g_clear_pointer (direction, g_free);
          return FALSE;
        }
      if (csm_json_get_time (message, "created") <= since || csm_json_get_string (message, "automatic") != NULL)
        continue;
      g_free (*direction);
      *direction = g_strdup (csm_json_get_string (message, "direction"));
      *asked |= g_strcmp0 (*direction, "in") == 0;
    }
  return ids != NULL;
}

/* The case as it was, and what has come since does to it what it would have done. */
static gboolean
wake_merged (CsmTxn      *txn,
             JsonObject  *after,
             JsonObject  *note,
             gint64       since,
             gint64       now,
             GError     **error)
{
  static const char *const active[] = { "new", "open", NULL };
  JsonObject *was = csm_json_get_object (note, "was"), *sent = csm_json_get_object (note, "sent");
  g_autofree char *direction = NULL;
  const char *status;
  gboolean asked;

  csm_json_set_string (after, "status", "open");
  for (guint i = 0; was != NULL && i < G_N_ELEMENTS (rest); i++)
    copy_member (after, was, rest[i], rest[i]);
  if (!hear (txn, csm_json_get_string (after, "id"), since, &direction, &asked, error))
    return FALSE;
  status = csm_json_get_string (after, "status");
  if (g_strcmp0 (direction, "out") == 0 && sent != NULL)
    {
      for (guint i = 0; i < G_N_ELEMENTS (rest); i++)
        copy_member (after, sent, rest[i], rest[i]);
    }
  else if (g_strcmp0 (direction, "in") == 0 && !g_strv_contains (active, status))
    csm_case_flow_set_status (after, "open", now);
  else if (g_strcmp0 (direction, "out") == 0 && g_strv_contains (active, status))
    csm_case_flow_set_status (after, "waiting", now);
  return TRUE;
}

/* Whoever said something in the case, or owns it, stays. */
static gboolean
has_spoken (CsmTxn      *txn,
            JsonObject  *into,
            const char  *person_id,
            gboolean    *spoken,
            GError     **error)
{
  const char *id = csm_json_get_string (into, "id");
  g_autoptr (GPtrArray) ids = csm_txn_ids_where (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (CSM_TYPE_ID_COMMENT), "caseId", id, error);

  *spoken = FALSE;
  for (guint i = 0; ids != NULL && i < ids->len && !*spoken; i++)
    {
      g_autoptr (JsonObject) comment = csm_desk_load (txn, CSM_TYPE_ID_COMMENT, g_ptr_array_index (ids, i), error);

      if (comment == NULL)
        return FALSE;
      *spoken = g_strcmp0 (csm_json_get_string (comment, "authorId"), person_id) == 0 || csm_json_has_key (comment, "mentions", person_id);
    }
  return ids != NULL;
}

static gboolean
part_people (CsmTxn      *txn,
             JsonObject  *into,
             JsonObject  *added,
             GError     **error)
{
  g_autoptr (GList) ids = added != NULL ? json_object_get_members (added) : NULL;

  for (GList *l = ids; l != NULL; l = l->next)
    {
      JsonObject *set = csm_json_get_object (into, "participantIds");
      gboolean spoken;

      if (!csm_json_has_key (into, "participantIds", l->data))
        continue;
      if (!has_spoken (txn, into, l->data, &spoken, error))
        return FALSE;
      if (spoken)
        continue;
      set = csm_json_copy_object (set);
      json_object_remove_member (set, l->data);
      json_object_set_object_member (into, "participantIds", set);
    }
  return TRUE;
}

/* What the merge did to the case that stays, unless somebody did something else since. */
static gboolean
part_work (CsmTxn      *txn,
           JsonObject  *into,
           JsonObject  *note,
           gint64       since,
           GError     **error)
{
  JsonObject *changed = csm_json_get_object (note, "changed");
  JsonObject *status = csm_json_get_object (changed, "status");
  g_autofree char *direction = NULL;
  gboolean asked, rests;

  if (!hear (txn, csm_json_get_string (into, "id"), since, &direction, &asked, error))
    return FALSE;
  rests = status != NULL && !asked && same (json_object_get_member (status, "after"), json_object_get_member (into, "status"));
  for (guint i = 0; changed != NULL && i < G_N_ELEMENTS (joined); i++)
    {
      JsonObject *pair = csm_json_get_object (changed, joined[i]);

      if (pair == NULL || (i < G_N_ELEMENTS (rest) && !rests))
        continue;
      if (same (json_object_get_member (pair, "after"), json_object_get_member (into, joined[i])))
        copy_member (into, pair, "before", joined[i]);
    }
  return part_people (txn, into, csm_json_get_object (note, "people"), error);
}

static gboolean
unmerge (CsmTxn              *txn,
         const CsmPrincipal  *who,
         JsonObject          *before,
         JsonObject          *after,
         GError             **error)
{
  const char *id = csm_json_get_string (after, "id"), *into_id = csm_json_get_string (before, "mergedIntoId");
  g_autoptr (GHashTable) touched = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (JsonObject) note = NULL;
  g_autoptr (JsonObject) into = NULL;
  g_autoptr (JsonObject) into_before = NULL;
  gint64 since, now = csm_time_now ();
  GHashTableIter iter;
  gpointer touched_id;

  note = csm_txn_take_merge (txn, id, &since, error);
  if (note == NULL || !bring_back (txn, id, touched, error))
    return FALSE;
  json_object_set_null_member (after, "mergedIntoId");
  into_before = csm_desk_load (txn, CSM_TYPE_ID_CASE, into_id, error);
  if (into_before == NULL || !wake_merged (txn, after, note, since, now, error))
    return FALSE;
  into = csm_json_copy_object (into_before);
  if (!part_work (txn, into, note, since, error) ||
      !tell_both (txn, who->person_id, "unmerged", id, into_id, error) ||
      !save_told (txn, who->person_id, before, after, error) ||
      !save_told (txn, who->person_id, into_before, into, error))
    return FALSE;
  g_hash_table_remove (touched, into_id);
  g_hash_table_iter_init (&iter, touched);
  while (g_hash_table_iter_next (&iter, &touched_id, NULL))
    {
      if (!csm_merge_retell (txn, touched_id, error))
        return FALSE;
    }
  return TRUE;
}

/**
 * csm_merge_concerns:
 * @before: a case
 * @after: what a patch made of it
 *
 * Returns: whether csm_merge_update_case() has to look at the patch: it merges, takes apart, or is about the status of a case that is
 *   merged, which has none of its own
 */
gboolean
csm_merge_concerns (JsonObject *before,
                    JsonObject *after)
{
  const char *from = csm_json_get_string (before, "mergedIntoId");

  return g_strcmp0 (from, csm_json_get_string (after, "mergedIntoId")) != 0 ||
         (from != NULL && g_strcmp0 (csm_json_get_string (before, "status"), csm_json_get_string (after, "status")) != 0);
}

/**
 * csm_merge_update_case:
 * @txn: the transaction
 * @who: who does it
 * @before: a case
 * @after: the same with another `mergedIntoId`, and nothing else
 * @error: return location
 *
 * Merges a case into another one, or takes it out again.
 *
 * Returns: whether all was written
 */
gboolean
csm_merge_update_case (CsmTxn              *txn,
                       const CsmPrincipal  *who,
                       JsonObject          *before,
                       JsonObject          *after,
                       GError             **error)
{
  g_autoptr (GPtrArray) changed = csm_record_changed (csm_record_type_get (CSM_TYPE_ID_CASE), before, after);
  g_autofree char *into_id = g_strdup (csm_json_get_string (after, "mergedIntoId"));
  g_autoptr (JsonObject) between = NULL;

  if (g_strcmp0 (csm_json_get_string (before, "mergedIntoId"), into_id) == 0)
    return csm_rules_refuse (error, CSM_DESK_ERROR_INVALID_PROPERTIES, "status");
  if (!csm_role_may (who->role, CSM_ACTION_MERGE_CASES))
    return csm_rules_refuse (error, CSM_DESK_ERROR_FORBIDDEN, csm_role_why_not (CSM_ACTION_MERGE_CASES, who->role));
  if (changed->len != 1)
    return csm_rules_refuse (error, CSM_DESK_ERROR_INVALID_PROPERTIES, "mergedIntoId");
  if (csm_json_get_string (before, "mergedIntoId") == NULL)
    return merge (txn, who, before, after, error);
  if (!unmerge (txn, who, before, after, error))
    return FALSE;
  if (into_id == NULL)
    return TRUE;
  between = csm_json_copy_object (after);
  csm_json_set_string (after, "mergedIntoId", into_id);
  return merge (txn, who, between, after, error);
}
