/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-draft-join.h"

#include "csm-desk-records.h"
#include "csm-draft-merge.h"
#include "csm-draft-parts.h"
#include "csm-draft-review.h"
#include "csm-id.h"
#include "csm-json.h"
#include "csm-move.h"
#include "csm-position.h"
#include "csm-rules.h"
#include "csm-validate.h"

/* By what the steps of a paragraph, and of a file, are noted: from one draft to another. */
#define STEP "draftId"
#define FILE_STEP "draftFileId"

/* What one draft holds. More than that would not fit into the record. */
#define MAX_PARAGRAPHS 2000
#define MAX_FILES 100

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

static JsonObject *
files_of (JsonObject *draft)
{
  return csm_json_get_object (draft, "files");
}

static gboolean
is_empty (JsonObject *draft)
{
  return json_object_get_size (paragraphs_of (draft)) == 0;
}

static gboolean
says_nothing (JsonObject *draft)
{
  return is_empty (draft) && json_object_get_size (files_of (draft)) == 0 && json_object_get_size (csm_json_get_object (draft, "envelope")) == 0;
}

/* How many there are of both together. */
static guint
count_both (JsonObject *a,
            JsonObject *b)
{
  g_autoptr (GList) keys = json_object_get_members (a);
  guint n = json_object_get_size (b);

  for (GList *l = keys; l != NULL; l = l->next)
    n += !json_object_has_member (b, l->data);
  return n;
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

static gboolean
move_files (CsmTxn      *txn,
            JsonObject  *from,
            JsonObject  *into,
            GError     **error)
{
  const char *from_id = csm_json_get_string (from, "id"), *into_id = csm_json_get_string (into, "id");
  g_autoptr (GList) keys = json_object_get_members (files_of (from));

  for (GList *l = keys; l != NULL; l = l->next)
    {
      json_object_set_object_member (files_of (into), l->data, csm_json_copy_object (csm_json_get_object (files_of (from), l->data)));
      if (!csm_txn_note_move (txn, l->data, FILE_STEP, from_id, into_id, error))
        return FALSE;
      json_object_remove_member (files_of (from), l->data);
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
 * What was written in the draft of the one goes into the other one's, where those who work in it see it. Two that are too long for one
 * are not joined: `CSM_DESK_ERROR_TOO_LARGE`.
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
  if (none || says_nothing (from))
    return TRUE;
  to = csm_draft_of (txn, csm_json_get_string (into, "id"), csm_json_get_string (into, "caseId"), &is_new, error);
  if (to == NULL)
    return FALSE;
  if (count_both (paragraphs_of (from), paragraphs_of (to)) > MAX_PARAGRAPHS || count_both (files_of (from), files_of (to)) > MAX_FILES)
    return csm_rules_refuse (error, CSM_DESK_ERROR_TOO_LARGE, "The two replies that are being written are too long to become one");
  if (is_empty (to) && csm_json_get_string (to, "basedOn") == NULL)
    csm_json_set_string (to, "basedOn", csm_json_get_string (from, "basedOn"));
  csm_draft_join_envelope (from, to);
  join_people (from, to);
  note_change (to);
  csm_draft_review_reset (from);
  return move_paragraphs (txn, from, to, error) &&
         move_files (txn, from, to, error) &&
         csm_draft_store (txn, to, is_new, error) &&
         csm_draft_store (txn, from, FALSE, error);
}

/* (nullable): the draft that a thing went to; @drafts: those that were asked for, by id */
static JsonObject *
find_draft (CsmTxn      *txn,
            const char  *id,
            GHashTable  *drafts,
            GError     **error)
{
  JsonObject *draft = g_hash_table_lookup (drafts, id);
  g_autoptr (JsonObject) stored = draft == NULL ? csm_desk_peek (txn, CSM_TYPE_ID_DRAFT, id, error) : NULL;

  if (stored == NULL)
    return draft;
  draft = csm_json_copy_object (stored);
  g_hash_table_insert (drafts, g_strdup (id), draft);
  return draft;
}

/* @map: what of the draft the thing is in. A draft that is full by now gets no more: what has no room stays where people see it. */
static gboolean
bring_back (CsmTxn         *txn,
            const CsmMove  *move,
            const char     *map,
            guint           most,
            JsonObject     *home,
            GHashTable     *drafts,
            GError        **error)
{
  g_autoptr (GError) local = NULL;
  JsonObject *draft = find_draft (txn, move->to_id, drafts, &local);
  const char *key = move->record_id;
  gboolean back;

  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (draft == NULL)
    return csm_txn_forget_move (txn, move, FALSE, error);
  if (!csm_json_has_key (home, map, key) && json_object_get_size (csm_json_get_object (home, map)) >= most)
    return TRUE;
  if (!csm_move_take_back (txn, move, csm_json_has_key (draft, map, key) ? move->to_id : NULL, &back, error))
    return FALSE;
  if (!back)
    return TRUE;
  if (g_str_equal (map, "files"))
    {
      json_object_set_object_member (files_of (home), key, csm_json_copy_object (csm_json_get_object (files_of (draft), key)));
      json_object_remove_member (files_of (draft), key);
    }
  else
    {
      put_in (home, key, csm_json_get_object (paragraphs_of (draft), key));
      take_out (draft, key);
    }
  note_change (draft);
  return TRUE;
}

static gboolean
bring_all_back (CsmTxn      *txn,
                const char  *step,
                const char  *map,
                guint        most,
                JsonObject  *home,
                GHashTable  *drafts,
                GError     **error)
{
  g_autoptr (GArray) moves = csm_txn_moves_from (txn, csm_json_get_string (home, "id"), step, error);

  for (guint i = 0; moves != NULL && i < moves->len; i++)
    {
      if (!bring_back (txn, &g_array_index (moves, CsmMove, i), map, most, home, drafts, error))
        return FALSE;
    }
  return moves != NULL;
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
  g_autoptr (GHashTable) drafts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) json_object_unref);
  GHashTableIter iter;
  gpointer draft;

  if (home == NULL ||
      !bring_all_back (txn, STEP, "paragraphs", MAX_PARAGRAPHS, home, drafts, error) ||
      !bring_all_back (txn, FILE_STEP, "files", MAX_FILES, home, drafts, error))
    return FALSE;
  g_hash_table_iter_init (&iter, drafts);
  while (g_hash_table_iter_next (&iter, NULL, &draft))
    {
      if (!csm_draft_store (txn, draft, FALSE, error))
        return FALSE;
    }
  return g_hash_table_size (drafts) == 0 || csm_draft_store (txn, home, none, error);
}
