/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#define G_LOG_DOMAIN "csm-desk"
#include "config.h"
#include "csm-draft-join.h"

#include "csm-desk-records.h"
#include "csm-draft-merge.h"
#include "csm-draft-review.h"
#include "csm-id.h"
#include "csm-json.h"
#include "csm-move.h"
#include "csm-position.h"
#include "csm-validate.h"

/* By what the steps of a paragraph are noted: from one draft to another. */
#define STEP "draftId"

/* What a draft that is empty takes over. Who was to look at it is asked again: what they would see is another conversation. */
static const char *const envelope[] = { "to", "cc", "bcc", "subject", "attachments", "basedOn" };

/**
 * csm_draft_of:
 * @txn: a transaction
 * @conversation_id: a conversation
 * @case_id: the case that it is in
 * @is_new: (out): whether it has no draft so far
 * @error: return location
 *
 * Returns: (transfer full): the caller's copy of its draft, to be given to csm_draft_store()
 */
JsonObject *
csm_draft_of (CsmTxn      *txn,
              const char  *conversation_id,
              const char  *case_id,
              gboolean    *is_new,
              GError     **error)
{
  const CsmRecordType *type = csm_record_type_get (CSM_TYPE_ID_DRAFT);
  g_autofree char *id = csm_id_with_letter (conversation_id, type->letter);
  g_autoptr (GError) local = NULL;
  g_autoptr (JsonObject) stored = csm_desk_peek (txn, CSM_TYPE_ID_DRAFT, id, &local);
  JsonObject *draft;

  *is_new = stored == NULL;
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }
  if (stored != NULL)
    return csm_json_copy_object (stored);
  draft = json_object_new ();
  csm_json_set_string (draft, "id", id);
  csm_json_set_string (draft, "caseId", case_id);
  csm_json_set_string (draft, "conversationId", conversation_id);
  csm_record_fill_defaults (type, draft);
  return draft;
}

/**
 * csm_draft_store:
 * @txn: the transaction
 * @draft: what csm_draft_of() gave
 * @is_new: likewise
 * @error: return location
 *
 * Returns: whether it was written
 */
gboolean
csm_draft_store (CsmTxn      *txn,
                 JsonObject  *draft,
                 gboolean     is_new,
                 GError     **error)
{
  return is_new ? csm_desk_add (txn, CSM_TYPE_ID_DRAFT, csm_json_get_string (draft, "id"), draft, error)
                : csm_desk_save (txn, CSM_TYPE_ID_DRAFT, draft, error);
}

static JsonObject *
paragraphs_of (JsonObject *draft)
{
  return csm_json_get_object (draft, "paragraphs");
}

static gboolean
is_empty (JsonObject *draft)
{
  return json_object_get_size (paragraphs_of (draft)) == 0;
}

/* Nobody who saw a paragraph that is gone may pass for having seen this one. */
static void
renew_rev (JsonObject *draft,
           JsonObject *paragraph)
{
  gint64 spent = csm_json_get_int (draft, "spentRev", 0);

  if (csm_json_get_int (paragraph, "rev", 0) <= spent)
    json_object_set_int_member (paragraph, "rev", spent + 1);
}

static void
take_out (JsonObject *draft,
          const char *key)
{
  gint64 rev = csm_json_get_int (csm_json_get_object (paragraphs_of (draft), key), "rev", 0);

  json_object_set_int_member (draft, "spentRev", MAX (csm_json_get_int (draft, "spentRev", 0), rev));
  json_object_remove_member (paragraphs_of (draft), key);
}

/* A paragraph goes on where another one may be of the same name, because its writer had not heard that it went there: what they wrote
 * themselves they go on with, and what others wrote stays beside it. */
static void
put_in (JsonObject *draft,
        const char *key,
        JsonObject *given)
{
  JsonObject *there = csm_json_get_object (paragraphs_of (draft), key);
  gboolean own = there != NULL && g_strcmp0 (csm_json_get_string (there, "by"), csm_json_get_string (given, "by")) == 0 &&
                 g_strcmp0 (csm_json_get_string (there, "writer"), csm_json_get_string (given, "writer")) == 0;
  g_autoptr (JsonObject) paragraph = csm_json_copy_object (own || there == NULL ? given : there);
  JsonArray *others;

  if (there != NULL)
    {
      others = json_array_new ();
      csm_draft_add_others (paragraph, others, there);
      if (!own)
        csm_draft_add_other (paragraph, others, given);
      csm_draft_add_others (paragraph, others, given);
      csm_draft_set_others (paragraph, others);
      csm_json_set_string (paragraph, "position", csm_json_get_string (there, "position"));
      json_object_set_int_member (paragraph, "rev", MAX (csm_json_get_int (there, "rev", 0), csm_json_get_int (given, "rev", 0)) + 1);
    }
  renew_rev (draft, paragraph);
  json_object_set_object_member (paragraphs_of (draft), key, g_steal_pointer (&paragraph));
}

static void
join_people (JsonObject *from,
             JsonObject *into)
{
  JsonObject *set = csm_json_get_object (from, "authorIds");
  g_autoptr (GList) ids = set != NULL ? json_object_get_members (set) : NULL;

  for (GList *l = ids; l != NULL; l = l->next)
    csm_desk_set_key (into, "authorIds", l->data);
}

static void
join_envelope (JsonObject *from,
               JsonObject *into)
{
  for (guint i = 0; i < G_N_ELEMENTS (envelope); i++)
    json_object_set_member (into, envelope[i], json_node_copy (json_object_get_member (from, envelope[i])));
}

/* Whatever was said about either, nobody said it about both. */
static void
note_change (JsonObject *draft)
{
  if (csm_json_get_string (draft, "reviewedBy") != NULL)
    json_object_set_boolean_member (draft, "changedSinceReview", TRUE);
}

/* Behind what is there, in its own order. */
static gboolean
move_paragraphs (CsmTxn      *txn,
                 JsonObject  *from,
                 JsonObject  *into,
                 GError     **error)
{
  const char *from_id = csm_json_get_string (from, "id"), *into_id = csm_json_get_string (into, "id");
  g_autoptr (GPtrArray) keys = csm_draft_keys (paragraphs_of (from));
  g_autoptr (GPtrArray) before = csm_draft_keys (paragraphs_of (into));
  g_autofree char *last = NULL;

  if (before->len > 0)
    last = g_strdup (csm_json_get_string (csm_json_get_object (paragraphs_of (into), g_ptr_array_index (before, before->len - 1)), "position"));
  for (guint i = 0; i < keys->len; i++)
    {
      const char *key = g_ptr_array_index (keys, i);
      g_autoptr (JsonObject) paragraph = csm_json_copy_object (csm_json_get_object (paragraphs_of (from), key));

      if (before->len > 0 && csm_position_is_valid (last))
        {
          g_autofree char *next = csm_position_between (last, NULL);

          csm_json_set_string (paragraph, "position", next);
          g_free (last);
          last = g_steal_pointer (&next);
        }
      put_in (into, key, paragraph);
      take_out (from, key);
      if (!csm_txn_note_move (txn, key, STEP, from_id, into_id, error))
        return FALSE;
    }
  return TRUE;
}

/**
 * csm_draft_join:
 * @txn: the transaction
 * @conversation_id: a conversation that is one with another one from now on
 * @into: that one
 * @error: return location
 *
 * What was written in the draft of the one goes into the other one's, where those who work in it see it.
 *
 * Returns: whether all was written
 */
gboolean
csm_draft_join (CsmTxn      *txn,
                const char  *conversation_id,
                JsonObject  *into,
                GError     **error)
{
  gboolean none, is_new;
  g_autoptr (JsonObject) from = csm_draft_of (txn, conversation_id, csm_json_get_string (into, "caseId"), &none, error);
  g_autoptr (JsonObject) to = NULL;

  if (from == NULL)
    return FALSE;
  if (none || is_empty (from))
    return TRUE;
  to = csm_draft_of (txn, csm_json_get_string (into, "id"), csm_json_get_string (into, "caseId"), &is_new, error);
  if (to == NULL)
    return FALSE;
  if (is_empty (to))
    join_envelope (from, to);
  join_people (from, to);
  note_change (to);
  csm_draft_review_reset (from);
  return move_paragraphs (txn, from, to, error) &&
         csm_draft_store (txn, to, is_new, error) &&
         csm_draft_store (txn, from, FALSE, error);
}

/* @drafts: those that paragraphs were found in, by id */
static gboolean
bring_back (CsmTxn         *txn,
            const CsmMove  *move,
            JsonObject     *home,
            GHashTable     *drafts,
            GError        **error)
{
  JsonObject *draft = g_hash_table_lookup (drafts, move->to_id);
  gboolean back;

  if (draft == NULL)
    {
      g_autoptr (GError) local = NULL;
      g_autoptr (JsonObject) stored = csm_desk_peek (txn, CSM_TYPE_ID_DRAFT, move->to_id, &local);

      if (local != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
      if (stored == NULL)
        return csm_txn_forget_move (txn, move, FALSE, error);
      draft = csm_json_copy_object (stored);
      g_hash_table_insert (drafts, g_strdup (move->to_id), draft);
    }
  if (!csm_move_take_back (txn, move, csm_json_has_key (draft, "paragraphs", move->record_id) ? move->to_id : NULL, &back, error))
    return FALSE;
  if (!back)
    return TRUE;
  put_in (home, move->record_id, csm_json_get_object (paragraphs_of (draft), move->record_id));
  take_out (draft, move->record_id);
  note_change (draft);
  return TRUE;
}

/**
 * csm_draft_part:
 * @txn: the transaction
 * @conversation: a conversation that is one of its own again
 * @error: return location
 *
 * What csm_draft_join() brought elsewhere goes back, if it is still there.
 *
 * Returns: whether all was written
 */
gboolean
csm_draft_part (CsmTxn      *txn,
                JsonObject  *conversation,
                GError     **error)
{
  gboolean none;
  g_autoptr (JsonObject) home = csm_draft_of (txn, csm_json_get_string (conversation, "id"), csm_json_get_string (conversation, "caseId"), &none, error);
  g_autoptr (GArray) moves = home != NULL ? csm_txn_moves_from (txn, csm_json_get_string (home, "id"), STEP, error) : NULL;
  g_autoptr (GHashTable) drafts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) json_object_unref);
  GHashTableIter iter;
  gpointer draft;

  for (guint i = 0; moves != NULL && i < moves->len; i++)
    {
      if (!bring_back (txn, &g_array_index (moves, CsmMove, i), home, drafts, error))
        return FALSE;
    }
  if (moves == NULL)
    return FALSE;
  g_hash_table_iter_init (&iter, drafts);
  while (g_hash_table_iter_next (&iter, NULL, &draft))
    {
      if (!csm_draft_store (txn, draft, FALSE, error))
        return FALSE;
    }
  return g_hash_table_size (drafts) == 0 || csm_draft_store (txn, home, none, error);
}
