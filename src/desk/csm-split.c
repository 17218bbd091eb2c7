/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-split.h"

#include "csm-desk-records.h"
#include "csm-draft-join.h"
#include "csm-history.h"
#include "csm-json.h"
#include "csm-merge.h"
#include "csm-move.h"
#include "csm-rules.h"

static gboolean
invalid (GError     **error,
         const char  *property)
{
  return csm_rules_refuse (error, CSM_DESK_ERROR_INVALID_PROPERTIES, property);
}

/* What comes to a case that guests read is not theirs to read by itself. */
static gboolean
keep_from_guests (CsmTxn      *txn,
                  const char  *person_id,
                  const char  *from_id,
                  const char  *to_id,
                  GError     **error)
{
  g_autoptr (JsonObject) from = csm_desk_load (txn, CSM_TYPE_ID_CASE, from_id, error);
  g_autoptr (JsonObject) before = from != NULL ? csm_desk_load (txn, CSM_TYPE_ID_CASE, to_id, error) : NULL;
  g_autoptr (JsonObject) after = NULL;

  if (before == NULL)
    return FALSE;
  after = csm_json_copy_object (before);
  csm_merge_keep_from_guests (from, after);
  return csm_desk_save (txn, CSM_TYPE_ID_CASE, after, error) && csm_history_add_changes (txn, person_id, before, after, NULL, error);
}

/* Both cases say what happened, and what they have now. */
static gboolean
tell_cases (CsmTxn      *txn,
            const char  *person_id,
            const char  *kind,
            const char  *from_id,
            const char  *to_id,
            const char  *conversation_id,
            GError     **error)
{
  gboolean one = g_strcmp0 (from_id, to_id) == 0;

  return csm_history_add_text (txn, from_id, person_id, kind, "caseId", from_id, to_id, conversation_id, error) &&
         (one || csm_history_add_text (txn, to_id, person_id, kind, "caseId", from_id, to_id, conversation_id, error)) &&
         csm_merge_retell (txn, from_id, error) && (one || csm_merge_retell (txn, to_id, error));
}

/* --- To another case ------------------------------------------------------------------------------------------------------ */

/**
 * csm_split_move:
 * @txn: the transaction
 * @who: who moves it
 * @before: a conversation
 * @after: the same in another case
 * @error: return location
 *
 * Moves a conversation with all that is in it.
 *
 * Returns: whether all was written
 */
gboolean
csm_split_move (CsmTxn              *txn,
                const CsmPrincipal  *who,
                JsonObject          *before,
                JsonObject          *after,
                GError             **error)
{
  const char *id = csm_json_get_string (after, "id"), *from = csm_json_get_string (before, "caseId");
  g_autofree char *to = NULL;

  if (csm_json_get_string (before, "mergedIntoId") != NULL)
    return invalid (error, "caseId");
  if (!csm_rules_need (txn, CSM_TYPE_ID_CASE, after, "caseId", error))
    return FALSE;
  to = csm_merge_survivor (txn, CSM_TYPE_ID_CASE, csm_json_get_string (after, "caseId"), error);
  if (to == NULL)
    return FALSE;
  csm_json_set_string (after, "caseId", to);
  if (g_strcmp0 (from, to) == 0)
    return csm_desk_save (txn, CSM_TYPE_ID_CONVERSATION, after, error);
  return keep_from_guests (txn, who->person_id, from, to, error) &&
         csm_desk_save (txn, CSM_TYPE_ID_CONVERSATION, after, error) &&
         csm_move_conversation (txn, id, to, error) &&
         tell_cases (txn, who->person_id, "conversationMoved", from, to, id, error);
}

/* --- In two ----------------------------------------------------------------------------------------------------------------- */

/* What waits to be sent in answer to a message goes with it. */
static gboolean
move_pending (CsmTxn      *txn,
              const char  *from_id,
              GHashTable  *messages,
              JsonObject  *to,
              GError     **error)
{
  g_autoptr (GPtrArray) ids = csm_txn_ids_where (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (CSM_TYPE_ID_SUBMISSION), "conversationId", from_id, error);

  for (guint i = 0; ids != NULL && i < ids->len; i++)
    {
      g_autoptr (JsonObject) submission = csm_desk_load (txn, CSM_TYPE_ID_SUBMISSION, g_ptr_array_index (ids, i), error);
      const char *answers = csm_json_get_string (submission, "inReplyTo");

      if (submission == NULL)
        return FALSE;
      if (csm_json_get_string (submission, "messageId") == NULL && answers != NULL && g_hash_table_contains (messages, answers) &&
          !csm_move_submission (txn, g_ptr_array_index (ids, i), to, error))
        return FALSE;
    }
  return ids != NULL;
}

static gboolean
move_from (CsmTxn      *txn,
           const char  *from_id,
           const char  *first_id,
           JsonObject  *to,
           GError     **error)
{
  g_autoptr (GPtrArray) ids = csm_txn_ids_where (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (CSM_TYPE_ID_MESSAGE), "conversationId", from_id, error);
  g_autoptr (GHashTable) moved = g_hash_table_new (g_str_hash, g_str_equal);
  guint first;

  if (ids == NULL)
    return FALSE;
  if (!g_ptr_array_find_with_equal_func (ids, first_id, g_str_equal, &first))
    return invalid (error, "firstMessageId");
  for (guint i = first; i < ids->len; i++)
    {
      g_hash_table_add (moved, g_ptr_array_index (ids, i));
      if (!csm_move_message (txn, g_ptr_array_index (ids, i), to, error))
        return FALSE;
    }
  return move_pending (txn, from_id, moved, to, error);
}

/**
 * csm_split_off:
 * @txn: the transaction
 * @who: who does it
 * @id: the id of a new conversation
 * @record: the conversation, with `splitFromId` and `firstMessageId`
 * @error: return location
 *
 * Makes a conversation of another one's messages, from one of them on.
 *
 * Returns: whether all was written
 */
gboolean
csm_split_off (CsmTxn              *txn,
               const CsmPrincipal  *who,
               const char          *id,
               JsonObject          *record,
               GError             **error)
{
  GError *local = NULL;
  g_autoptr (JsonObject) original = csm_desk_peek (txn, CSM_TYPE_ID_CONVERSATION, csm_json_get_string (record, "splitFromId"), &local);
  const char *from_id = csm_json_get_string (original, "id");

  if (local != NULL)
    {
      g_propagate_error (error, local);
      return FALSE;
    }
  if (original == NULL || csm_json_get_string (original, "mergedIntoId") != NULL)
    return invalid (error, "splitFromId");
  if (g_strcmp0 (csm_json_get_string (original, "channelId"), csm_json_get_string (record, "channelId")) != 0)
    return invalid (error, "channelId");
  if (csm_json_get_string (record, "subject") == NULL)
    csm_json_set_string (record, "subject", csm_json_get_string (original, "subject"));
  return keep_from_guests (txn, who->person_id, csm_json_get_string (original, "caseId"), csm_json_get_string (record, "caseId"), error) &&
         csm_desk_add (txn, CSM_TYPE_ID_CONVERSATION, id, record, error) &&
         move_from (txn, from_id, csm_json_get_string (record, "firstMessageId"), record, error) &&
         tell_cases (txn, who->person_id, "conversationSplit", csm_json_get_string (original, "caseId"), csm_json_get_string (record, "caseId"), id, error);
}

/* --- Into one ---------------------------------------------------------------------------------------------------------------- */

/* Conversations of one channel and one customer are one to that customer; a part that was split off is one with the rest. */
static gboolean
check_join (CsmTxn      *txn,
            JsonObject  *conversation,
            JsonObject  *into,
            GError     **error)
{
  g_autofree char *a = NULL;
  g_autofree char *b = NULL;
  gboolean descends;

  if (g_strcmp0 (csm_json_get_string (conversation, "channelId"), csm_json_get_string (into, "channelId")) != 0)
    return invalid (error, "mergedIntoId");
  if (!csm_merge_descends (txn, csm_json_get_string (conversation, "id"), csm_json_get_string (into, "id"), &descends, error))
    return FALSE;
  if (descends)
    return TRUE;
  a = csm_merge_survivor (txn, CSM_TYPE_ID_CUSTOMER, csm_json_get_string (conversation, "customerId"), error);
  b = a != NULL ? csm_merge_survivor (txn, CSM_TYPE_ID_CUSTOMER, csm_json_get_string (into, "customerId"), error) : NULL;
  return b != NULL && (g_str_equal (a, b) || invalid (error, "mergedIntoId"));
}

static gboolean
move_thing (CsmTxn      *txn,
            const char  *id,
            JsonObject  *conversation,
            GError     **error)
{
  return *id == 'm' ? csm_move_message (txn, id, conversation, error) : csm_move_submission (txn, id, conversation, error);
}

static gboolean
join (CsmTxn              *txn,
      const CsmPrincipal  *who,
      JsonObject          *after,
      GError             **error)
{
  static const CsmTypeId types[] = { CSM_TYPE_ID_SUBMISSION, CSM_TYPE_ID_MESSAGE };
  const char *id = csm_json_get_string (after, "id");
  g_autofree char *into_id = csm_merge_check (txn, CSM_TYPE_ID_CONVERSATION, id, csm_json_get_string (after, "mergedIntoId"), error);
  g_autoptr (JsonObject) into = into_id != NULL ? csm_desk_load (txn, CSM_TYPE_ID_CONVERSATION, into_id, error) : NULL;

  if (into == NULL || !check_join (txn, after, into, error) ||
      !keep_from_guests (txn, who->person_id, csm_json_get_string (after, "caseId"), csm_json_get_string (into, "caseId"), error))
    return FALSE;
  for (guint t = 0; t < G_N_ELEMENTS (types); t++)
    {
      g_autoptr (GPtrArray) ids = csm_txn_ids_where (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (types[t]), "conversationId", id, error);

      for (guint i = 0; ids != NULL && i < ids->len; i++)
        {
          if (!csm_txn_note_move (txn, g_ptr_array_index (ids, i), "conversationId", id, into_id, error) ||
              !move_thing (txn, g_ptr_array_index (ids, i), into, error))
            return FALSE;
        }
      if (ids == NULL)
        return FALSE;
    }
  csm_json_set_string (after, "mergedIntoId", into_id);
  return csm_draft_join (txn, id, into, error) &&
         csm_desk_save (txn, CSM_TYPE_ID_CONVERSATION, after, error) &&
         tell_cases (txn, who->person_id, "conversationMerged", csm_json_get_string (after, "caseId"), csm_json_get_string (into, "caseId"), id, error);
}

static gboolean
part (CsmTxn              *txn,
      const CsmPrincipal  *who,
      JsonObject          *after,
      const char          *into_id,
      GError             **error)
{
  const char *id = csm_json_get_string (after, "id");
  g_autoptr (GArray) moves = csm_txn_moves_from (txn, id, "conversationId", error);
  g_autoptr (JsonObject) into = moves != NULL ? csm_desk_load (txn, CSM_TYPE_ID_CONVERSATION, into_id, error) : NULL;
  g_autoptr (GHashTable) touched = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GHashTableIter iter;
  gpointer case_id;

  if (into == NULL)
    return FALSE;
  for (guint i = 0; i < moves->len; i++)
    {
      const CsmMove *move = &g_array_index (moves, CsmMove, i);
      CsmTypeId type = *move->record_id == 'm' ? CSM_TYPE_ID_MESSAGE : CSM_TYPE_ID_SUBMISSION;
      g_autoptr (JsonObject) record = csm_desk_load (txn, type, move->record_id, error);
      gboolean back;

      if (record == NULL || !csm_move_take_back (txn, move, csm_json_get_string (record, "conversationId"), &back, error))
        return FALSE;
      if (!back)
        continue;
      g_hash_table_add (touched, g_strdup (csm_json_get_string (record, "caseId")));
      if (!move_thing (txn, move->record_id, after, error))
        return FALSE;
    }
  json_object_set_null_member (after, "mergedIntoId");
  if (!csm_draft_part (txn, after, error) ||
      !csm_desk_save (txn, CSM_TYPE_ID_CONVERSATION, after, error) ||
      !tell_cases (txn, who->person_id, "conversationUnmerged", csm_json_get_string (into, "caseId"), csm_json_get_string (after, "caseId"), id, error))
    return FALSE;
  g_hash_table_remove (touched, csm_json_get_string (into, "caseId"));
  g_hash_table_remove (touched, csm_json_get_string (after, "caseId"));
  g_hash_table_iter_init (&iter, touched);
  while (g_hash_table_iter_next (&iter, &case_id, NULL))
    {
      if (!csm_merge_retell (txn, case_id, error))
        return FALSE;
    }
  return TRUE;
}

/**
 * csm_split_join:
 * @txn: the transaction
 * @who: who does it
 * @before: a conversation
 * @after: the same with another `mergedIntoId`
 * @error: return location
 *
 * Makes two conversations one, or takes them apart again.
 *
 * Returns: whether all was written
 */
gboolean
csm_split_join (CsmTxn              *txn,
                const CsmPrincipal  *who,
                JsonObject          *before,
                JsonObject          *after,
                GError             **error)
{
  g_autofree char *to = g_strdup (csm_json_get_string (after, "mergedIntoId"));
  const char *from = csm_json_get_string (before, "mergedIntoId");

  if (from != NULL && !part (txn, who, after, from, error))
    return FALSE;
  if (to == NULL)
    return TRUE;
  csm_json_set_string (after, "mergedIntoId", to);
  return join (txn, who, after, error);
}
