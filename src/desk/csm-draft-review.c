/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-draft-review.h"

#include <string.h>

#include "csm-desk-records.h"
#include "csm-draft-merge.h"
#include "csm-draft-parts.h"
#include "csm-history.h"
#include "csm-id.h"
#include "csm-json.h"
#include "csm-role.h"
#include "csm-rules.h"
#include "csm-shape.h"
#include "csm-time.h"

static gboolean
invalid (GError     **error,
         const char  *property)
{
  return csm_rules_refuse (error, CSM_DESK_ERROR_INVALID_PROPERTIES, property);
}

static gboolean
same (JsonObject *before,
      JsonObject *after,
      const char *property)
{
  return g_strcmp0 (csm_json_get_string (before, property), csm_json_get_string (after, property)) == 0;
}

/* @team_id: (nullable) */
static gboolean
is_member (CsmTxn      *txn,
           const char  *team_id,
           const char  *person_id,
           gboolean    *is,
           GError     **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (JsonObject) team = csm_desk_peek (txn, CSM_TYPE_ID_TEAM, team_id, &local);

  *is = csm_json_has_key (team, "memberIds", person_id);
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/* The team without whose word nothing leaves the draft's channel, or NULL. */
static gboolean
find_channel_team (CsmTxn      *txn,
                   JsonObject  *draft,
                   char       **team_id,
                   GError     **error)
{
  g_autoptr (JsonObject) conversation = csm_desk_load (txn, CSM_TYPE_ID_CONVERSATION, csm_json_get_string (draft, "conversationId"), error);
  g_autoptr (JsonObject) channel = conversation != NULL ? csm_desk_load (txn, CSM_TYPE_ID_CHANNEL, csm_json_get_string (conversation, "channelId"), error) : NULL;

  *team_id = g_strdup (csm_json_get_string (channel, "reviewTeamId"));
  return channel != NULL;
}

/* Who has been asked: not who asks themselves in the same breath. */
static gboolean
check_reviewer (CsmTxn              *txn,
                const CsmPrincipal  *who,
                JsonObject          *before,
                JsonObject          *after,
                GError             **error)
{
  g_autofree char *team_id = NULL;
  gboolean is = FALSE;

  if (csm_role_may (who->role, CSM_ACTION_REVIEW_FOR_OTHERS))
    return TRUE;
  if (!csm_role_may (who->role, CSM_ACTION_REVIEW))
    return csm_rules_refuse (error, CSM_DESK_ERROR_FORBIDDEN, "The role does not allow this");
  if (g_strcmp0 (csm_json_get_string (before, "review"), "none") != 0)
    {
      if (g_strcmp0 (csm_json_get_string (before, "reviewerId"), who->person_id) == 0)
        return TRUE;
      if (!is_member (txn, csm_json_get_string (before, "reviewTeamId"), who->person_id, &is, error))
        return FALSE;
    }
  if (!is && (!find_channel_team (txn, after, &team_id, error) || !is_member (txn, team_id, who->person_id, &is, error)))
    return FALSE;
  return is || csm_rules_refuse (error, CSM_DESK_ERROR_FORBIDDEN, "Somebody else was asked");
}

static void
forget_seen (JsonObject *record)
{
  json_object_set_object_member (record, "reviewedParagraphs", json_object_new ());
  json_object_set_object_member (record, "reviewedParts", json_object_new ());
}

static void
forget_verdict (JsonObject *record)
{
  json_object_set_null_member (record, "reviewedBy");
  json_object_set_null_member (record, "reviewedAt");
  json_object_set_boolean_member (record, "changedSinceReview", FALSE);
  forget_seen (record);
}

/**
 * csm_draft_review_reset:
 * @record: a draft that begins anew
 */
void
csm_draft_review_reset (JsonObject *record)
{
  static const char *const members[] = { "reviewerId", "reviewTeamId", "reviewNote", "requestedBy", "requestedAt" };

  csm_json_set_string (record, "review", "none");
  for (guint i = 0; i < G_N_ELEMENTS (members); i++)
    json_object_set_null_member (record, members[i]);
  forget_verdict (record);
}

static gboolean
add_event (CsmTxn              *txn,
           const CsmPrincipal  *who,
           const char          *kind,
           const char          *property,
           JsonObject          *before,
           JsonObject          *after,
           GError             **error)
{
  const char *case_id = csm_json_get_string (after, "caseId"), *id = csm_json_get_string (after, "id");

  return csm_case_rules_note (txn, who, case_id, csm_json_get_string (after, "reviewerId"), id, error) &&
         csm_history_add_text (txn, case_id, who->person_id, kind, property, csm_json_get_string (before, property), csm_json_get_string (after, property), id, error);
}

static gboolean
ask (CsmTxn              *txn,
     const CsmPrincipal  *who,
     JsonObject          *before,
     JsonObject          *after,
     gint64               now,
     GError             **error)
{
  gboolean by_person = csm_json_get_string (after, "reviewerId") != NULL;

  forget_seen (after);
  if (same (before, after, "review") && same (before, after, "reviewerId") && same (before, after, "reviewTeamId"))
    return TRUE;
  if (!by_person && csm_json_get_string (after, "reviewTeamId") == NULL)
    return invalid (error, "reviewerId");
  /* Nobody is their own second pair of eyes. */
  if (g_strcmp0 (csm_json_get_string (after, "reviewerId"), who->person_id) == 0)
    return invalid (error, "reviewerId");
  if (!csm_rules_need_staff (txn, after, "reviewerId", error) || !csm_rules_need (txn, CSM_TYPE_ID_TEAM, after, "reviewTeamId", error))
    return FALSE;
  csm_json_set_string (after, "requestedBy", who->person_id);
  csm_json_set_time (after, "requestedAt", now);
  forget_verdict (after);
  return add_event (txn, who, "reviewRequested", by_person ? "reviewerId" : "reviewTeamId", before, after, error);
}

/* Whether something was written that who judges had not seen, which happens to those who were away. */
static gboolean
is_other_than_seen (const CsmPrincipal *who,
                    JsonObject         *record)
{
  JsonObject *paragraphs = csm_json_get_object (record, "paragraphs"), *seen = csm_json_get_object (record, "reviewedParagraphs");
  g_autoptr (GList) keys = paragraphs != NULL ? json_object_get_members (paragraphs) : NULL;
  guint known = 0;

  if (seen == NULL || json_object_get_size (seen) == 0)
    return FALSE;
  for (GList *l = keys; l != NULL; l = l->next)
    {
      JsonObject *paragraph = csm_json_get_object (paragraphs, l->data), *one = csm_json_get_object (seen, l->data);

      known += one != NULL;
      if ((one == NULL || csm_json_get_int (one, "rev", -1) != csm_json_get_int (paragraph, "rev", 0)) &&
          g_strcmp0 (csm_json_get_string (paragraph, "by"), who->person_id) != 0)
        return TRUE;
    }
  return known < json_object_get_size (seen) || !csm_draft_parts_are_seen (record, csm_json_get_object (record, "reviewedParts"), who->person_id);
}

static gboolean
judge (CsmTxn              *txn,
       const CsmPrincipal  *who,
       JsonObject          *before,
       JsonObject          *after,
       gboolean             other_reply,
       gint64               now,
       GError             **error)
{
  static const CsmShapeField seen[] = { { "rev", CSM_SHAPE_INT, G_MAXINT64, TRUE } };
  gboolean verdict = !same (before, after, "review");

  if (!verdict)
    {
      json_object_set_member (after, "reviewedParagraphs", csm_json_copy (json_object_get_member (before, "reviewedParagraphs")));
      json_object_set_member (after, "reviewedParts", csm_json_copy (json_object_get_member (before, "reviewedParts")));
    }
  if (!same (before, after, "reviewerId"))
    return invalid (error, "reviewerId");
  if (!same (before, after, "reviewTeamId"))
    return invalid (error, "reviewTeamId");
  if (verdict || !same (before, after, "reviewNote"))
    {
      if (!check_reviewer (txn, who, before, after, error))
        return FALSE;
    }
  if (verdict)
    {
      csm_json_set_string (after, "reviewedBy", who->person_id);
      csm_json_set_time (after, "reviewedAt", now);
      if (!csm_shape_fits_map (csm_json_get_object (after, "reviewedParagraphs"), seen, G_N_ELEMENTS (seen)))
        return invalid (error, "reviewedParagraphs");
      if (!csm_shape_fits_map (csm_json_get_object (after, "reviewedParts"), seen, G_N_ELEMENTS (seen)))
        return invalid (error, "reviewedParts");
      json_object_set_boolean_member (after, "changedSinceReview", is_other_than_seen (who, after));
      return add_event (txn, who, "reviewed", "review", before, after, error);
    }
  /* What reviewers write themselves they have seen. */
  if (other_reply && g_strcmp0 (csm_json_get_string (after, "reviewedBy"), who->person_id) != 0)
    json_object_set_boolean_member (after, "changedSinceReview", TRUE);
  return TRUE;
}

/**
 * csm_draft_review_update:
 * @txn: the transaction
 * @who: who writes
 * @before: the draft
 * @after: what it is to be; what the server says of a review is set
 * @other_reply: what would be sent is not what it was
 * @now: the time, µs
 * @error: return location
 *
 * Returns: whether the person may ask, or judge, so
 */
gboolean
csm_draft_review_update (CsmTxn              *txn,
                         const CsmPrincipal  *who,
                         JsonObject          *before,
                         JsonObject          *after,
                         gboolean             other_reply,
                         gint64               now,
                         GError             **error)
{
  const char *to = csm_json_get_string (after, "review");

  if (g_strcmp0 (to, "requested") == 0)
    return ask (txn, who, before, after, now, error);
  if (g_strcmp0 (to, "none") != 0)
    return judge (txn, who, before, after, other_reply, now, error);
  forget_seen (after);
  if (g_strcmp0 (csm_json_get_string (before, "review"), "none") == 0)
    return (same (before, after, "reviewerId") || csm_rules_need_staff (txn, after, "reviewerId", error)) &&
           csm_rules_need (txn, CSM_TYPE_ID_TEAM, after, "reviewTeamId", error);
  csm_draft_review_reset (after);
  return add_event (txn, who, "reviewWithdrawn", "review", before, after, error);
}

/* --- Before sending -------------------------------------------------------------------------------------------------- */

/* With what stands before it */
#define MAX_SIGNATURE (4096 + 5)

/* Without white space, which mail folds and composers tidy. */
static void
squeeze (GString    *into,
         const char *text)
{
  for (; *text != '\0'; text++)
    {
      if (!g_ascii_isspace (*text))
        g_string_append_c (into, *text);
    }
}

static gboolean
is_what_was_seen (JsonObject *submission,
                  JsonObject *draft)
{
  JsonObject *paragraphs = csm_json_get_object (draft, "paragraphs");
  g_autoptr (GPtrArray) keys = csm_draft_keys (paragraphs);
  g_autoptr (GString) seen = g_string_new (NULL);
  g_autoptr (GString) sent = g_string_new (NULL);
  g_autofree char *text = g_strdup (csm_json_get_string (submission, "textBody"));
  char *signature = g_strrstr (text, "\n-- \n");

  if (signature != NULL && strlen (signature) <= MAX_SIGNATURE)
    *signature = '\0';
  squeeze (sent, text);
  for (guint i = 0; i < keys->len; i++)
    {
      const char *one = csm_json_get_string (csm_json_get_object (paragraphs, g_ptr_array_index (keys, i)), "text");

      squeeze (seen, one != NULL ? one : "");
    }
  return seen->len > 0 && g_string_equal (seen, sent);
}

/* A friend's nod is worth nothing where a team was to be asked. */
static gboolean
is_word_of_team (CsmTxn      *txn,
                 JsonObject  *draft,
                 const char  *team_id,
                 gboolean    *is,
                 GError     **error)
{
  const char *reviewer_id = csm_json_get_string (draft, "reviewedBy");
  g_autoptr (JsonObject) reviewer = NULL;

  *is = FALSE;
  if (g_strcmp0 (csm_json_get_string (draft, "review"), "approved") != 0 || csm_json_get_boolean (draft, "changedSinceReview"))
    return TRUE;
  reviewer = csm_desk_load (txn, CSM_TYPE_ID_PERSON, reviewer_id, error);
  if (reviewer == NULL || !is_member (txn, team_id, reviewer_id, is, error))
    return FALSE;
  *is |= csm_role_may (csm_json_get_string (reviewer, "role"), CSM_ACTION_REVIEW_FOR_OTHERS);
  return TRUE;
}

/**
 * csm_draft_review_allows:
 * @txn: the transaction
 * @who: who sends
 * @submission: what
 * @team_id: the team without whose word nothing leaves the channel
 * @allows: (out): whether it may leave
 * @error: return location
 *
 * Members of the team and leads need nobody's word; for others, the conversation's draft must have been approved by one of them as it
 * is, and be what is sent.
 *
 * Returns: whether it could be looked up
 */
gboolean
csm_draft_review_allows (CsmTxn              *txn,
                         const CsmPrincipal  *who,
                         JsonObject          *submission,
                         const char          *team_id,
                         gboolean            *allows,
                         GError             **error)
{
  g_autofree char *draft_id = csm_id_with_letter (csm_json_get_string (submission, "conversationId"), csm_record_type_get (CSM_TYPE_ID_DRAFT)->letter);
  g_autoptr (JsonObject) draft = NULL;
  g_autoptr (GError) local = NULL;

  *allows = csm_role_may (who->role, CSM_ACTION_SEND_UNREVIEWED);
  if (*allows)
    return TRUE;
  if (!is_member (txn, team_id, who->person_id, allows, error))
    return FALSE;
  if (*allows)
    return TRUE;
  draft = csm_desk_peek (txn, CSM_TYPE_ID_DRAFT, draft_id, &local);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (draft == NULL || !is_what_was_seen (submission, draft) || !csm_draft_parts_are_sent (draft, submission))
    return TRUE;
  return is_word_of_team (txn, draft, team_id, allows, error);
}
