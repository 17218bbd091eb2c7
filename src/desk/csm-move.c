/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-move.h"

#include "csm-desk-records.h"
#include "csm-id.h"
#include "csm-json.h"

/* That something is elsewhere is no news of it: what follows from it for the cases is reckoned anew when all of it is there. */
static gboolean
put (CsmTxn      *txn,
     CsmTypeId    type,
     JsonObject  *record,
     GError     **error)
{
  return csm_txn_update (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (type), csm_json_get_string (record, "id"), record, error);
}

/**
 * csm_move_record:
 * @txn: the transaction
 * @type: a type
 * @id: a record
 * @property: where it says what it belongs to
 * @to_id: what it belongs to from now on
 * @error: return location
 *
 * Returns: whether it was written
 */
gboolean
csm_move_record (CsmTxn      *txn,
                 CsmTypeId    type,
                 const char  *id,
                 const char  *property,
                 const char  *to_id,
                 GError     **error)
{
  g_autoptr (JsonObject) record = csm_desk_load (txn, type, id, error);

  if (record == NULL)
    return FALSE;
  csm_json_set_string (record, property, to_id);
  return put (txn, type, record, error);
}

/**
 * csm_move_conversation:
 * @txn: the transaction
 * @id: a conversation
 * @case_id: the case that it is in from now on
 * @error: return location
 *
 * What is in a conversation is always in its case: messages, what is sent, and the draft go with it. What the cases say of their
 * messages is the caller's to tell again.
 *
 * Returns: whether all was written
 */
gboolean
csm_move_conversation (CsmTxn      *txn,
                       const char  *id,
                       const char  *case_id,
                       GError     **error)
{
  static const CsmTypeId types[] = { CSM_TYPE_ID_MESSAGE, CSM_TYPE_ID_SUBMISSION, CSM_TYPE_ID_DRAFT };

  for (guint t = 0; t < G_N_ELEMENTS (types); t++)
    {
      g_autoptr (GPtrArray) ids = csm_txn_ids_where (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (types[t]), "conversationId", id, error);

      if (ids == NULL)
        return FALSE;
      for (guint i = 0; i < ids->len; i++)
        {
          if (!csm_move_record (txn, types[t], g_ptr_array_index (ids, i), "caseId", case_id, error))
            return FALSE;
        }
    }
  return csm_move_record (txn, CSM_TYPE_ID_CONVERSATION, id, "caseId", case_id, error);
}

/**
 * csm_move_submission:
 * @txn: the transaction
 * @id: what somebody sent
 * @conversation: the conversation that it is in from now on
 * @error: return location
 *
 * Returns: whether it was written
 */
gboolean
csm_move_submission (CsmTxn      *txn,
                     const char  *id,
                     JsonObject  *conversation,
                     GError     **error)
{
  g_autoptr (JsonObject) submission = csm_desk_load (txn, CSM_TYPE_ID_SUBMISSION, id, error);

  if (submission == NULL)
    return FALSE;
  csm_json_set_string (submission, "conversationId", csm_json_get_string (conversation, "id"));
  csm_json_set_string (submission, "caseId", csm_json_get_string (conversation, "caseId"));
  return put (txn, CSM_TYPE_ID_SUBMISSION, submission, error);
}

/**
 * csm_move_message:
 * @txn: the transaction
 * @id: a message
 * @conversation: the conversation that it is in from now on
 * @error: return location
 *
 * A mail of ours takes what it was made of with it.
 *
 * Returns: whether it was written
 */
gboolean
csm_move_message (CsmTxn      *txn,
                  const char  *id,
                  JsonObject  *conversation,
                  GError     **error)
{
  g_autoptr (JsonObject) message = csm_desk_load (txn, CSM_TYPE_ID_MESSAGE, id, error);
  const char *submission_id;

  if (message == NULL)
    return FALSE;
  csm_json_set_string (message, "conversationId", csm_json_get_string (conversation, "id"));
  csm_json_set_string (message, "caseId", csm_json_get_string (conversation, "caseId"));
  submission_id = csm_json_get_string (message, "submissionId");
  return put (txn, CSM_TYPE_ID_MESSAGE, message, error) &&
         (submission_id == NULL || csm_move_submission (txn, submission_id, conversation, error));
}

/* A place on somebody's way; where it comes again, what lies between was a detour. */
static void
go (GPtrArray  *places,
    const char *place)
{
  for (guint i = 0; i < places->len; i++)
    {
      if (g_strcmp0 (g_ptr_array_index (places, i), place) != 0)
        continue;
      g_ptr_array_set_size (places, (int) i + 1);
      return;
    }
  g_ptr_array_add (places, (gpointer) place);
}

static gboolean
is_step (const GArray *moves,
         guint         index,
         const char   *from,
         const char   *to)
{
  for (guint i = index + 1; i < moves->len; i++)
    {
      const CsmMove *move = &g_array_index (moves, CsmMove, i);

      if (g_strcmp0 (move->from_id, from) == 0 && g_strcmp0 (move->to_id, to) == 0)
        return TRUE;
    }
  return FALSE;
}

/**
 * csm_move_is_there:
 * @moves: (element-type CsmMove): all steps of one thing that are known
 * @index: one of them
 * @where: (nullable): where the thing is now
 *
 * A thing is still where a step brought it if all that happened to it since are known steps, too, or detours: what a person
 * moved elsewhere stays there.
 *
 * Returns: whether the step can be undone
 */
gboolean
csm_move_is_there (const GArray *moves,
                   guint         index,
                   const char   *where)
{
  g_autoptr (GPtrArray) places = g_ptr_array_new ();

  g_ptr_array_add (places, g_array_index (moves, CsmMove, index).to_id);
  for (guint i = index + 1; i < moves->len; i++)
    {
      go (places, g_array_index (moves, CsmMove, i).from_id);
      go (places, g_array_index (moves, CsmMove, i).to_id);
    }
  go (places, where);
  for (guint i = 0; i + 1 < places->len; i++)
    {
      if (!is_step (moves, index, g_ptr_array_index (places, i), g_ptr_array_index (places, i + 1)))
        return FALSE;
    }
  return TRUE;
}

/**
 * csm_move_take_back:
 * @txn: the transaction
 * @move: a step that is undone
 * @where: (nullable): where the thing is now
 * @back: (out): whether it has to go back to `from_id`
 * @error: return location
 *
 * Forgets the step, and those that followed it if the thing goes back.
 *
 * Returns: whether it worked
 */
gboolean
csm_move_take_back (CsmTxn         *txn,
                    const CsmMove  *move,
                    const char     *where,
                    gboolean       *back,
                    GError        **error)
{
  g_autoptr (GArray) moves = csm_txn_moves_of (txn, move->record_id, move->property, error);

  if (moves == NULL)
    return FALSE;
  *back = FALSE;
  for (guint i = 0; i < moves->len; i++)
    {
      if (g_array_index (moves, CsmMove, i).row == move->row)
        *back = csm_move_is_there (moves, i, where);
    }
  return csm_txn_forget_move (txn, move, *back, error);
}
