/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-rules.h"

#include <string.h>

#include "csm-case-flow.h"
#include "csm-desk-records.h"
#include "csm-history.h"
#include "csm-id.h"
#include "csm-json.h"
#include "csm-time.h"
#include "csm-validate.h"

/* An answer stays in the case that the question is in. */
static gboolean
check_parent (CsmTxn      *txn,
              JsonObject  *record,
              GError     **error)
{
  const char *id = csm_json_get_string (record, "inReplyTo");
  g_autoptr (JsonObject) parent = NULL;
  GError *local = NULL;

  if (id == NULL)
    return TRUE;
  parent = csm_desk_peek (txn, CSM_TYPE_ID_COMMENT, id, &local);
  if (local != NULL)
    {
      g_propagate_error (error, local);
      return FALSE;
    }
  if (parent != NULL && g_strcmp0 (csm_json_get_string (parent, "caseId"), csm_json_get_string (record, "caseId")) == 0)
    return TRUE;
  return csm_rules_refuse (error, CSM_DESK_ERROR_INVALID_PROPERTIES, "inReplyTo");
}

/* What is pinned is the summary of a case: there is one, the last. Two who were both offline would leave two. */
static gboolean
unpin_others (CsmTxn      *txn,
              JsonObject  *comment,
              const char  *id,
              GError     **error)
{
  g_autoptr (GPtrArray) ids = NULL;

  if (!csm_json_get_boolean (comment, "pinned"))
    return TRUE;
  ids = csm_txn_ids_where (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (CSM_TYPE_ID_COMMENT), "caseId", csm_json_get_string (comment, "caseId"), error);
  if (ids == NULL)
    return FALSE;
  for (guint i = 0; i < ids->len; i++)
    {
      const char *other_id = g_ptr_array_index (ids, i);
      g_autoptr (JsonObject) other = g_str_equal (other_id, id) ? NULL : csm_desk_load (txn, CSM_TYPE_ID_COMMENT, other_id, error);

      if (g_str_equal (other_id, id))
        continue;
      if (other == NULL)
        return FALSE;
      if (!csm_json_get_boolean (other, "pinned"))
        continue;
      json_object_set_boolean_member (other, "pinned", FALSE);
      if (!csm_desk_save (txn, CSM_TYPE_ID_COMMENT, other, error))
        return FALSE;
    }
  return TRUE;
}

/**
 * csm_comment_rules_create:
 * @txn: the transaction
 * @who: its author
 * @id: its id
 * @record: the comment
 * @error: return location
 *
 * Returns: whether it was written; those it mentions take part in the case from now on
 */
gboolean
csm_comment_rules_create (CsmTxn              *txn,
                          const CsmPrincipal  *who,
                          const char          *id,
                          JsonObject          *record,
                          GError             **error)
{
  gint64 now = csm_time_now ();

  csm_json_set_string (record, "authorId", who->person_id);
  csm_json_set_time (record, "at", now);
  json_object_set_null_member (record, "editedAt");
  if (csm_json_get_boolean (record, "deleted"))
    return csm_rules_refuse (error, CSM_DESK_ERROR_INVALID_PROPERTIES, "deleted");
  return csm_rules_need_keys (txn, CSM_TYPE_ID_PERSON, record, "mentions", error) &&
         csm_rules_need_blobs (txn, who, record, error) &&
         check_parent (txn, record, error) &&
         csm_case_rules_touch (txn, who, csm_json_get_string (record, "caseId"), now, csm_json_get_object (record, "mentions"), id, error) &&
         unpin_others (txn, record, id, error) &&
         csm_desk_add (txn, CSM_TYPE_ID_COMMENT, id, record, error);
}

/* An empty shell stays, and an event that says who emptied it. */
static gboolean
empty (CsmTxn              *txn,
       const CsmPrincipal  *who,
       JsonObject          *after,
       GError             **error)
{
  g_autoptr (JsonObject) case_ = csm_desk_load (txn, CSM_TYPE_ID_CASE, csm_json_get_string (after, "caseId"), error);

  if (case_ == NULL)
    return FALSE;
  csm_case_touch_messages (case_);
  csm_json_set_string (after, "body", "");
  json_object_set_object_member (after, "mentions", json_object_new ());
  json_object_set_array_member (after, "attachments", json_array_new ());
  json_object_set_boolean_member (after, "pinned", FALSE);
  json_object_set_array_member (after, "revisions", json_array_new ());
  return csm_desk_save (txn, CSM_TYPE_ID_COMMENT, after, error) &&
         csm_desk_save (txn, CSM_TYPE_ID_CASE, case_, error) &&
         csm_history_add (txn, csm_json_get_string (after, "caseId"), who->person_id, "commentDeleted", NULL, NULL, NULL,
                          csm_json_get_string (after, "id"), error);
}

/* So much of what it said before is kept. */
#define REVISIONS_MAX 20
#define REVISIONS_BYTES (128 * 1024)

/* What it said until now, and from when on. */
static void
note_revision (JsonObject *before,
               JsonObject *after)
{
  JsonArray *old = csm_json_get_array (before, "revisions");
  JsonArray *kept = json_array_new ();
  JsonObject *revision = json_object_new ();
  const char *body = csm_json_get_string (before, "body");
  const char *edited = csm_json_get_string (before, "editedAt");
  guint n = old != NULL ? json_array_get_length (old) : 0, first = n;
  gsize bytes = body != NULL ? strlen (body) : 0;

  while (first > 0 && n - first + 1 < REVISIONS_MAX)
    {
      const char *older = csm_json_get_string (csm_desk_object_at (old, first - 1), "body");

      bytes += older != NULL ? strlen (older) : 0;
      if (bytes > REVISIONS_BYTES)
        break;
      first--;
    }
  for (guint i = first; i < n; i++)
    json_array_add_element (kept, csm_json_copy (json_array_get_element (old, i)));
  csm_json_set_string (revision, "at", edited != NULL ? edited : csm_json_get_string (before, "at"));
  csm_json_set_string (revision, "body", body != NULL ? body : "");
  json_array_add_object_element (kept, revision);
  json_object_set_array_member (after, "revisions", kept);
}

/**
 * csm_comment_rules_update:
 * @txn: the transaction
 * @who: who changes it
 * @before: the comment
 * @after: what a patch made of it
 * @error: return location
 *
 * Everybody may pin, which takes the pin from the note of the case that had it; the words are their author's alone.
 *
 * Returns: whether it was written
 */
gboolean
csm_comment_rules_update (CsmTxn              *txn,
                          const CsmPrincipal  *who,
                          JsonObject          *before,
                          JsonObject          *after,
                          GError             **error)
{
  g_autoptr (GPtrArray) changed = csm_record_changed (csm_record_type_get (CSM_TYPE_ID_COMMENT), before, after);
  gboolean only_pinned = changed->len == 1 && g_str_equal (g_ptr_array_index (changed, 0), "pinned");
  gint64 now = csm_time_now ();

  if (changed->len == 0)
    return TRUE;
  if (csm_json_get_boolean (before, "deleted"))
    return csm_rules_refuse (error, CSM_DESK_ERROR_FORBIDDEN, "The comment was deleted");
  if (only_pinned)
    return unpin_others (txn, after, csm_json_get_string (after, "id"), error) && csm_desk_save (txn, CSM_TYPE_ID_COMMENT, after, error);
  if (g_strcmp0 (csm_json_get_string (before, "authorId"), who->person_id) != 0)
    return csm_rules_refuse (error, CSM_DESK_ERROR_FORBIDDEN, "Only its author may change a comment");
  csm_json_set_time (after, "editedAt", now);
  if (csm_json_get_boolean (after, "deleted"))
    return empty (txn, who, after, error);
  if (g_strcmp0 (csm_json_get_string (before, "body"), csm_json_get_string (after, "body")) != 0)
    note_revision (before, after);
  return csm_rules_need_keys (txn, CSM_TYPE_ID_PERSON, after, "mentions", error) &&
         csm_rules_need_blobs (txn, who, after, error) &&
         csm_case_rules_touch (txn, who, csm_json_get_string (after, "caseId"), now, csm_json_get_object (after, "mentions"),
                               csm_json_get_string (after, "id"), error) &&
         unpin_others (txn, after, csm_json_get_string (after, "id"), error) &&
         csm_desk_save (txn, CSM_TYPE_ID_COMMENT, after, error);
}

/* --- Seen: how far a person has read; in the person's own account --------------------------------------------- */

static gboolean
check_own (const CsmPrincipal  *who,
           gint64               account,
           GError             **error)
{
  return account == who->account || csm_rules_refuse (error, CSM_DESK_ERROR_FORBIDDEN, "That is somebody else's account");
}

/* A device whose clock is ahead must not hide what comes next: nobody has read further than there is something. */
static gboolean
bound (CsmTxn              *txn,
       const CsmPrincipal  *who,
       JsonObject          *record,
       GError             **error)
{
  const CsmRecordType *type = csm_record_type_get (CSM_TYPE_ID_CASE);
  g_autoptr (GError) local = NULL;
  g_autoptr (JsonObject) case_ = csm_txn_get (txn, who->projection != 0 ? who->projection : CSM_ACCOUNT_WORKSPACE, type,
                                              csm_json_get_string (record, "caseId"), &local);
  gint64 last;

  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (case_ == NULL)
    return csm_rules_refuse (error, CSM_DESK_ERROR_NOT_FOUND, "There is no such Case");
  last = csm_json_get_time (case_, "lastActivityAt");
  csm_json_set_time (record, "upTo", MIN (csm_json_get_time (record, "upTo"), MAX (last, csm_time_now ())));
  return TRUE;
}

/**
 * csm_seen_rules_create:
 * @txn: the transaction
 * @who: who has read
 * @account: the person's own account
 * @id: the case's ULID with the letter z, so that two offline devices make the same record
 * @record: the Seen
 * @error: return location
 *
 * Returns: whether it was written
 */
gboolean
csm_seen_rules_create (CsmTxn              *txn,
                       const CsmPrincipal  *who,
                       gint64               account,
                       const char          *id,
                       JsonObject          *record,
                       GError             **error)
{
  g_autofree char *wanted = csm_id_with_letter (csm_json_get_string (record, "caseId"), 'z');

  if (!check_own (who, account, error))
    return FALSE;
  if (!g_str_equal (wanted, id))
    return csm_rules_refuse (error, CSM_DESK_ERROR_INVALID_PROPERTIES, "caseId");
  return bound (txn, who, record, error) &&
         csm_txn_insert (txn, account, csm_record_type_get (CSM_TYPE_ID_SEEN), id, record, error);
}

/**
 * csm_seen_rules_update:
 * @txn: the transaction
 * @who: who has read
 * @account: the person's own account
 * @before: the Seen
 * @after: what a patch made of it; an earlier `upTo` becomes the one it had
 * @error: return location
 *
 * Returns: whether it was written
 */
gboolean
csm_seen_rules_update (CsmTxn              *txn,
                       const CsmPrincipal  *who,
                       gint64               account,
                       JsonObject          *before,
                       JsonObject          *after,
                       GError             **error)
{
  if (!check_own (who, account, error) || !bound (txn, who, after, error))
    return FALSE;
  if (csm_json_get_time (after, "upTo") < csm_json_get_time (before, "upTo"))
    csm_json_set_string (after, "upTo", csm_json_get_string (before, "upTo"));
  return csm_txn_update (txn, account, csm_record_type_get (CSM_TYPE_ID_SEEN), csm_json_get_string (after, "id"), after, error);
}

/**
 * csm_seen_rules_destroy:
 * @txn: the transaction
 * @who: who marks a case as unread
 * @account: the person's own account
 * @id: the Seen
 * @error: return location
 *
 * Returns: whether it was destroyed
 */
gboolean
csm_seen_rules_destroy (CsmTxn              *txn,
                        const CsmPrincipal  *who,
                        gint64               account,
                        const char          *id,
                        GError             **error)
{
  return check_own (who, account, error) && csm_txn_destroy (txn, account, csm_record_type_get (CSM_TYPE_ID_SEEN), id, error);
}
