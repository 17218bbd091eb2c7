/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-undecided.h"

#include "csm-case-flow.h"
#include "csm-desk-records.h"
#include "csm-json.h"

/*
 * `Case.undecided` names the replies of a case of which somebody has to say what becomes of them: Messages of which nobody knows whether
 * they arrived, and Submissions that are held. Clients have the headers of all cases, and so learn which others they need.
 */

static gboolean
note (JsonObject *case_,
      const char *id,
      const char *author_id,
      gboolean    is_undecided)
{
  JsonObject *old = csm_json_get_object (case_, "undecided");
  JsonObject *all, *one;

  if (id == NULL || (old != NULL && json_object_has_member (old, id)) == is_undecided)
    return FALSE;
  all = old != NULL ? csm_json_copy_object (old) : json_object_new ();
  if (is_undecided)
    {
      one = json_object_new ();
      csm_json_set_string (one, "by", author_id);
      json_object_set_object_member (all, id, one);
    }
  else
    {
      json_object_remove_member (all, id);
    }
  if (json_object_get_size (all) > 0)
    {
      json_object_set_object_member (case_, "undecided", all);
      return TRUE;
    }
  json_object_unref (all);
  json_object_set_null_member (case_, "undecided");
  return TRUE;
}

/**
 * csm_undecided_note_message:
 * @case_: a case, to be changed
 * @message: one of its messages, with its `id`
 *
 * Notes on the case whether somebody has to say if @message arrived. Of what a machine sent nobody is asked.
 *
 * Returns: whether the case changed
 */
gboolean
csm_undecided_note_message (JsonObject *case_,
                            JsonObject *message)
{
  const char *state = csm_json_get_string (csm_json_get_object (message, "delivery"), "state");

  return note (case_, csm_json_get_string (message, "id"), csm_json_get_string (message, "authorId"),
               g_strcmp0 (state, "unknown") == 0 && csm_json_get_string (message, "submissionId") != NULL);
}

/**
 * csm_undecided_note_submission:
 * @case_: a case, to be changed
 * @submission: one of its submissions, with its `id`
 *
 * Notes on the case whether somebody has to say what becomes of @submission.
 *
 * Returns: whether the case changed
 */
gboolean
csm_undecided_note_submission (JsonObject *case_,
                               JsonObject *submission)
{
  return note (case_, csm_json_get_string (submission, "id"), csm_json_get_string (submission, "authorId"),
               g_strcmp0 (csm_json_get_string (submission, "undoStatus"), "held") == 0);
}

/**
 * csm_undecided_follow_message:
 * @txn: an open transaction for writing
 * @message: a message whose `delivery` changed
 * @error: return location
 *
 * Has the case of @message follow, where nobody else writes it.
 *
 * Returns: whether that worked
 */
gboolean
csm_undecided_follow_message (CsmTxn      *txn,
                              JsonObject  *message,
                              GError     **error)
{
  g_autoptr (JsonObject) case_ = csm_desk_load (txn, CSM_TYPE_ID_CASE, csm_json_get_string (message, "caseId"), error);

  if (case_ == NULL)
    return FALSE;
  if (!csm_undecided_note_message (case_, message))
    return TRUE;
  csm_case_touch_messages (case_);
  return csm_desk_save (txn, CSM_TYPE_ID_CASE, case_, error);
}

/**
 * csm_undecided_save_submission:
 * @txn: an open transaction for writing
 * @submission: a Submission that was held, or is planned otherwise
 * @error: return location
 *
 * Writes it, and the sign of it on the case by which clients see that something of the case changed.
 *
 * Returns: whether it was written
 */
gboolean
csm_undecided_save_submission (CsmTxn      *txn,
                               JsonObject  *submission,
                               GError     **error)
{
  g_autoptr (JsonObject) case_ = csm_desk_load (txn, CSM_TYPE_ID_CASE, csm_json_get_string (submission, "caseId"), error);

  if (case_ == NULL)
    return FALSE;
  csm_undecided_note_submission (case_, submission);
  csm_case_touch_messages (case_);
  return csm_desk_save (txn, CSM_TYPE_ID_CASE, case_, error) && csm_desk_save (txn, CSM_TYPE_ID_SUBMISSION, submission, error);
}

/**
 * csm_undecided_retell:
 * @txn: a transaction
 * @case_: a case with its `id`, to be changed
 * @messages: (element-type JsonObject): all of its messages
 * @error: return location
 *
 * Makes what the case says of it anew.
 *
 * Returns: whether it worked
 */
gboolean
csm_undecided_retell (CsmTxn      *txn,
                      JsonObject  *case_,
                      GPtrArray   *messages,
                      GError     **error)
{
  g_autoptr (GPtrArray) ids = csm_txn_ids_where (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (CSM_TYPE_ID_SUBMISSION), "caseId",
                                                 csm_json_get_string (case_, "id"), error);

  /* Cases that an older version wrote don't have the member. */
  if (csm_json_get_object (case_, "undecided") != NULL)
    json_object_set_null_member (case_, "undecided");
  for (guint i = 0; i < messages->len; i++)
    csm_undecided_note_message (case_, g_ptr_array_index (messages, i));
  for (guint i = 0; ids != NULL && i < ids->len; i++)
    {
      g_autoptr (JsonObject) submission = csm_desk_load (txn, CSM_TYPE_ID_SUBMISSION, g_ptr_array_index (ids, i), error);

      if (submission == NULL)
        return FALSE;
      csm_undecided_note_submission (case_, submission);
    }
  return ids != NULL;
}
