/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-submission-later.h"

#include "csm-desk-records.h"
#include "csm-json.h"
#include "csm-role.h"
#include "csm-time.h"
#include "csm-undecided.h"

/*
 * Replies that leave at a time that their author chose. Until then they are like any other that can be taken back, and
 * `undoUntil` says when they leave; when somebody has written by then, their author is asked.
 */

#define DEFAULT_UNDO 10
/* What is sent so soon is not sent later, µs. */
#define SOON (60 * CSM_SECOND)
/* Nobody knows what will be to say after a year. */
#define LATEST (366 * 24 * 3600 * CSM_SECOND)

/**
 * csm_submission_is_later:
 * @submission: a Submission
 * @now: the time, µs
 *
 * Returns: whether it waits for a time that its author chose, or for what they say to what came
 */
gboolean
csm_submission_is_later (JsonObject *submission,
                         gint64      now)
{
  const char *status = csm_json_get_string (submission, "undoStatus");

  if (g_strcmp0 (status, "held") == 0)
    return TRUE;
  return g_strcmp0 (status, "pending") == 0 && csm_json_get_time (submission, "sendAt") != CSM_TIME_NONE &&
         csm_json_get_time (submission, "undoUntil") > now + SOON;
}

/* What its author, who has decided, can be taken to have seen. */
static gboolean
note_seen (CsmTxn      *txn,
           JsonObject  *submission,
           GError     **error)
{
  g_autoptr (GPtrArray) ids = csm_txn_ids_since (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (CSM_TYPE_ID_MESSAGE), "caseId",
                                                 csm_json_get_string (submission, "caseId"), NULL, error);

  if (ids == NULL)
    return FALSE;
  csm_json_set_string (submission, "checkedOn", ids->len > 0 ? g_ptr_array_index (ids, 0) : NULL);
  return TRUE;
}

/**
 * csm_submission_plan:
 * @txn: the transaction
 * @submission: a Submission that is going to be written
 * @now: the time, µs: the server's, whatever the author's clock says
 * @error: return location
 *
 * Reckons when it leaves.
 *
 * Returns: whether it may leave then
 */
gboolean
csm_submission_plan (CsmTxn      *txn,
                     JsonObject  *submission,
                     gint64       now,
                     GError     **error)
{
  gint64 at = csm_json_get_time (submission, "sendAt");
  gint64 soon = now + csm_json_get_int (submission, "undoFor", DEFAULT_UNDO) * CSM_SECOND;

  if (at != CSM_TIME_NONE && at > now + LATEST)
    return csm_rules_refuse (error, CSM_DESK_ERROR_INVALID_PROPERTIES, "sendAt");
  csm_json_set_time (submission, "undoUntil", at != CSM_TIME_NONE ? MAX (at, soon) : soon);
  return at == CSM_TIME_NONE || note_seen (txn, submission, error);
}

/**
 * csm_submission_plan_again:
 * @txn: the transaction
 * @who: who does that
 * @before: a Submission
 * @after: what a patch made of it: another `sendAt`, or a status that isn't "held" any more
 * @error: also `CSM_DESK_ERROR_TOO_LATE`
 *
 * Has it leave at another time, or now. Whoever lets one go that was held has seen what came.
 *
 * Returns: whether it was written
 */
gboolean
csm_submission_plan_again (CsmTxn              *txn,
                           const CsmPrincipal  *who,
                           JsonObject          *before,
                           JsonObject          *after,
                           GError             **error)
{
  const char *from = csm_json_get_string (before, "undoStatus");
  g_autofree char *seen = g_strdup (csm_json_get_string (before, "checkedOn"));
  gboolean was_held = g_strcmp0 (from, "held") == 0;

  if (g_strcmp0 (csm_json_get_string (before, "authorId"), who->person_id) != 0 && !csm_role_may (who->role, CSM_ACTION_DECIDE_SENDS_OF_OTHERS))
    return csm_rules_refuse (error, CSM_DESK_ERROR_FORBIDDEN, "Only its author may have it sent at another time");
  if (!was_held && g_strcmp0 (from, "pending") != 0)
    return csm_rules_refuse (error, CSM_DESK_ERROR_TOO_LATE, "It was handed over already");
  csm_json_set_string (after, "undoStatus", "pending");
  json_object_set_null_member (after, "held");
  if (!csm_submission_plan (txn, after, csm_time_now (), error) || (was_held && !note_seen (txn, after, error)))
    return FALSE;
  /* What came since the first time is still to be asked about: nobody has said that it was read. */
  if (!was_held && seen != NULL)
    csm_json_set_string (after, "checkedOn", seen);
  return csm_undecided_save_submission (txn, after, error);
}

/**
 * csm_submission_hold:
 * @txn: an open transaction for writing
 * @submission: a Submission whose time has come, or that is in a copy of an older state
 * @now: the time, µs
 * @is_held: (out): whether it is not sent, but waits for its author
 * @error: return location
 *
 * One that was to leave later does not when the customer wrote or a colleague answered since.
 *
 * Returns: whether that is known
 */
gboolean
csm_submission_hold (CsmTxn      *txn,
                     JsonObject  *submission,
                     gint64       now,
                     gboolean    *is_held,
                     GError     **error)
{
  gboolean is_early = csm_json_get_time (submission, "undoUntil") > now;
  g_autofree char *news = NULL;
  JsonObject *held;

  *is_held = FALSE;
  /* Once its author has let it go, nothing was chosen but now. */
  if (csm_json_get_string (submission, "checkedOn") == NULL)
    return TRUE;
  if (!is_early && !csm_submission_find_news (txn, csm_json_get_string (submission, "authorId"), submission,
                                              csm_json_get_string (submission, "checkedOn"), CSM_TIME_NONE, &news, error))
    return FALSE;
  if (news == NULL && !is_early)
    return TRUE;
  held = json_object_new ();
  csm_json_set_string (held, "why", is_early ? "restored" : "caseMoved");
  csm_json_set_string (held, "newerId", news);
  csm_json_set_time (held, "at", now);
  json_object_set_object_member (submission, "held", held);
  csm_json_set_string (submission, "undoStatus", "held");
  *is_held = TRUE;
  return csm_undecided_save_submission (txn, submission, error);
}
