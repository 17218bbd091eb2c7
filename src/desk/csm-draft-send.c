/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-draft-send.h"

#include <string.h>

#include "csm-desk-records.h"
#include "csm-draft-join.h"
#include "csm-draft-merge.h"
#include "csm-draft-parts.h"
#include "csm-draft-review.h"
#include "csm-id.h"
#include "csm-json.h"
#include "csm-rules.h"
#include "csm-shape.h"
#include "csm-validate.h"

/* What begins anew with the next reply; the server's notes on the review do, too. */
static const char *const begins_anew[] = {
  "basedOn",
  "review", "reviewerId", "reviewTeamId", "reviewNote", "requestedBy", "requestedAt", "reviewedBy", "reviewedAt", "changedSinceReview", "reviewedParagraphs",
  "reviewedParts",
};
#define FIRST_OF_REVIEW 1

static gboolean
invalid (GError     **error,
         const char  *property)
{
  return csm_rules_refuse (error, CSM_DESK_ERROR_INVALID_PROPERTIES, property);
}

/* The draft of the conversation; NULL without an error: there is none. */
static JsonObject *
peek_draft (CsmTxn      *txn,
            JsonObject  *submission,
            GError     **error)
{
  g_autofree char *id = csm_id_with_letter (csm_json_get_string (submission, "conversationId"), csm_record_type_get (CSM_TYPE_ID_DRAFT)->letter);

  return csm_desk_peek (txn, CSM_TYPE_ID_DRAFT, id, error);
}

/* Whether @text is a paragraph of its own in @body, or more of them. */
static gboolean
is_whole (const char *body,
          const char *text)
{
  gsize length = strlen (text);

  for (const char *at = strstr (body, text); at != NULL && length > 0; at = strstr (at + 1, text))
    {
      if ((at == body || at[-1] == '\n') && (at[length] == '\0' || at[length] == '\n' || at[length] == '\r'))
        return TRUE;
    }
  return FALSE;
}

/* Whether the paragraph as it is went out: the sender has seen it so, or said all of it, or wrote it and said it. A reply may have waited
 * for a decision while its writer went on; and what somebody puts beside a paragraph changes its revision alone. */
static gboolean
was_meant (JsonObject         *paragraph,
           JsonObject         *named,
           JsonObject         *submission,
           const CsmPrincipal *who)
{
  const char *body = csm_json_get_string (submission, "textBody");
  g_autofree char *text = g_strdup (csm_json_get_string (paragraph, "text"));

  if (csm_json_get_int (paragraph, "rev", 0) == csm_json_get_int (named, "rev", -1))
    return TRUE;
  if (text == NULL)
    return FALSE;
  g_strstrip (text);
  return is_whole (body, text) || (g_strcmp0 (csm_json_get_string (paragraph, "by"), who->person_id) == 0 && strstr (body, text) != NULL);
}

/* Whether what stands beside a paragraph, or stood there, went out: it was what the sender had in their window. */
static gboolean
went_out (JsonObject         *version,
          JsonObject         *named,
          JsonObject         *submission,
          const CsmPrincipal *who)
{
  const char *body = csm_json_get_string (submission, "textBody"), *writer = csm_json_get_string (named, "writer");
  g_autofree char *text = g_strdup (csm_json_get_string (version, "text"));

  if (text == NULL || *g_strstrip (text) == '\0')
    return FALSE;
  return is_whole (body, text) ||
         (g_strcmp0 (csm_json_get_string (version, "by"), who->person_id) == 0 && writer != NULL &&
          g_strcmp0 (csm_json_get_string (version, "writer"), writer) == 0 && strstr (body, text) != NULL);
}

/* Takes out of what stands beside @paragraph what went out. (transfer full): that */
static JsonArray *
take_beside (JsonObject         *paragraph,
             JsonObject         *named,
             JsonObject         *submission,
             const CsmPrincipal *who)
{
  JsonArray *old = csm_json_get_array (paragraph, "others"), *kept = json_array_new (), *taken = json_array_new ();

  for (guint i = 0; old != NULL && i < json_array_get_length (old); i++)
    {
      JsonObject *other = csm_desk_object_at (old, i);

      json_array_add_object_element (went_out (other, named, submission, who) ? taken : kept, json_object_ref (other));
    }
  csm_draft_set_others (paragraph, kept);
  if (json_array_get_length (taken) > 0)
    json_object_set_int_member (paragraph, "rev", csm_json_get_int (paragraph, "rev", 0) + 1);
  return taken;
}

/* (transfer full) (nullable): what Undo puts beside @paragraph again */
static JsonObject *
note_beside (JsonObject *paragraph,
             JsonArray  *others)
{
  JsonObject *note = json_array_get_length (others) > 0 ? csm_json_copy_object (csm_desk_object_at (others, 0)) : NULL;

  if (note == NULL)
    return NULL;
  json_array_remove_element (others, 0);
  csm_json_set_string (note, "position", csm_json_get_string (paragraph, "position"));
  json_object_set_int_member (note, "rev", csm_json_get_int (paragraph, "rev", 0));
  csm_draft_set_others (note, json_array_ref (others));
  json_object_set_boolean_member (note, "beside", TRUE);
  return note;
}

static void
spend_rev (JsonObject *draft,
           gint64      rev)
{
  json_object_set_int_member (draft, "spentRev", MAX (csm_json_get_int (draft, "spentRev", 0), rev));
}

/* (transfer full) (nullable): what stays of a paragraph that went out */
static JsonObject *
find_left (JsonObject         *paragraph,
           JsonObject         *named,
           JsonObject         *submission,
           const CsmPrincipal *who)
{
  JsonObject *left = csm_draft_without_text (paragraph);

  /* What stood beside takes its place, unless it went out, too. */
  while (left != NULL && went_out (left, named, submission, who))
    {
      JsonObject *next = csm_draft_without_text (left);

      json_object_unref (left);
      left = next;
    }
  if (left != NULL)
    json_array_unref (take_beside (left, named, submission, who));
  return left;
}

/* (nullable): a note for Undo of what of one paragraph goes out */
static JsonObject *
take_one (JsonObject         *draft,
          const char         *key,
          JsonObject         *named,
          JsonObject         *submission,
          const CsmPrincipal *who)
{
  JsonObject *paragraphs = csm_json_get_object (draft, "paragraphs"), *paragraph = csm_json_get_object (paragraphs, key);
  JsonObject *taken, *left;

  if (paragraph == NULL)
    return NULL;
  if (!was_meant (paragraph, named, submission, who))
    {
      g_autoptr (JsonArray) others = take_beside (paragraph, named, submission, who);

      return note_beside (paragraph, others);
    }
  taken = csm_json_copy_object (paragraph);
  spend_rev (draft, csm_json_get_int (paragraph, "rev", 0));
  left = find_left (paragraph, named, submission, who);
  if (left != NULL)
    json_object_set_object_member (paragraphs, key, left);
  else
    json_object_remove_member (paragraphs, key);
  return taken;
}

/* (transfer full): what is taken out of the draft */
static JsonObject *
take_paragraphs (JsonObject         *draft,
                 JsonObject         *submission,
                 const CsmPrincipal *who)
{
  JsonObject *taken = json_object_new ();
  JsonObjectIter iter;
  const char *key;
  JsonNode *node;

  json_object_iter_init_ordered (&iter, csm_json_get_object (submission, "draftParagraphs"));
  while (json_object_iter_next_ordered (&iter, &key, &node))
    {
      JsonObject *one = take_one (draft, key, json_node_get_object (node), submission, who);

      if (one == NULL)
        continue;
      csm_desk_set_key (submission, "writtenBy", csm_json_get_string (one, "by"));
      json_object_set_object_member (taken, key, one);
    }
  return taken;
}

/* @note: gets what of the draft's envelope and files went along */
static void
begin_anew (JsonObject         *draft,
            JsonObject         *submission,
            const CsmPrincipal *who,
            JsonObject         *note)
{
  const CsmRecordType *type = csm_record_type_get (CSM_TYPE_ID_DRAFT);
  gboolean anew = json_object_get_size (csm_json_get_object (draft, "paragraphs")) == 0;

  csm_draft_review_reset (draft);
  csm_draft_take_parts (draft, submission, who->person_id, anew, note);
  for (guint i = 0; anew && i < FIRST_OF_REVIEW; i++)
    json_object_set_member (draft, begins_anew[i], csm_property_default (csm_record_type_property (type, begins_anew[i])));
}

static JsonNode *
value_of (JsonObject *record,
          const char *name)
{
  JsonNode *node = json_object_get_member (record, name);

  return node != NULL ? csm_json_copy (node) : json_node_new (JSON_NODE_NULL);
}

/* Adds to @note what Undo needs: {paragraphs, left: what stayed as {key: rev}, parts: what stayed of them, values: {property: {before, after}}}. */
static JsonObject *
note_taken (JsonObject *note,
            JsonObject *before,
            JsonObject *after,
            JsonObject *taken)
{
  JsonObject *left = json_object_new (), *values = json_object_new (), *parts = json_object_new ();
  JsonObject *paragraphs = csm_json_get_object (after, "paragraphs");
  g_autoptr (GPtrArray) keys = csm_draft_keys (paragraphs);

  for (guint i = 0; i < keys->len; i++)
    json_object_set_int_member (left, g_ptr_array_index (keys, i), csm_json_get_int (csm_json_get_object (paragraphs, g_ptr_array_index (keys, i)), "rev", 0));
  for (guint i = 0; i < G_N_ELEMENTS (begins_anew); i++)
    {
      JsonObject *pair = json_object_new ();

      json_object_set_member (pair, "before", value_of (before, begins_anew[i]));
      json_object_set_member (pair, "after", value_of (after, begins_anew[i]));
      json_object_set_object_member (values, begins_anew[i], pair);
    }
  json_object_set_object_member (note, "paragraphs", json_object_ref (taken));
  json_object_set_object_member (note, "left", left);
  json_object_set_object_member (note, "values", values);
  json_object_set_member (parts, "envelope", value_of (after, "envelope"));
  json_object_set_member (parts, "files", value_of (after, "files"));
  json_object_set_object_member (note, "parts", parts);
  return csm_json_copy_object (note);
}

/**
 * csm_draft_take:
 * @txn: the transaction
 * @who: who sends
 * @submission: what is sent; the server's notes about its writing are set
 * @error: return location
 *
 * Takes out of the conversation's draft what goes out. What somebody else has changed since, the sender hasn't sent: it stays.
 *
 * Returns: whether that worked
 */
gboolean
csm_draft_take (CsmTxn              *txn,
                const CsmPrincipal  *who,
                JsonObject          *submission,
                GError             **error)
{
  static const CsmShapeField fields[] = { { "rev", CSM_SHAPE_INT, G_MAXINT64, TRUE }, { "writer", CSM_SHAPE_LINE, CSM_SHAPE_MAX_KEY, FALSE } };
  JsonObject *named = csm_json_get_object (submission, "draftParagraphs");
  g_autoptr (GError) local = NULL;
  g_autoptr (JsonObject) before = NULL;
  g_autoptr (JsonObject) after = NULL;
  g_autoptr (JsonObject) taken = NULL;
  g_autoptr (JsonObject) note = NULL;

  if (!csm_shape_fits_map (named, fields, G_N_ELEMENTS (fields)))
    return invalid (error, "draftParagraphs");
  before = named != NULL ? peek_draft (txn, submission, &local) : NULL;
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  json_object_set_object_member (submission, "writtenBy", json_object_new ());
  if (before != NULL)
    {
      after = csm_json_copy_object (before);
      taken = take_paragraphs (after, submission, who);
    }
  if (json_object_get_size (csm_json_get_object (submission, "writtenBy")) == 0)
    csm_desk_set_key (submission, "writtenBy", who->person_id);
  if (taken == NULL || json_object_get_size (taken) == 0)
    return TRUE;
  note = json_object_new ();
  begin_anew (after, submission, who, note);
  json_object_set_object_member (submission, "draftBefore", note_taken (note, before, after, taken));
  return csm_desk_save (txn, CSM_TYPE_ID_DRAFT, after, error);
}

/* What was written there since stays beside it. */
static void
put_paragraph_back (JsonObject *paragraphs,
                    gint64      spent_rev,
                    const char *key,
                    JsonObject *taken)
{
  JsonObject *now = csm_json_get_object (paragraphs, key);
  gboolean beside = now != NULL && csm_json_get_boolean (taken, "beside");
  JsonObject *first = beside ? now : taken, *second = beside ? taken : now;
  JsonObject *back = csm_json_copy_object (first);
  JsonArray *others = json_array_new ();

  json_object_remove_member (back, "beside");
  json_object_set_int_member (back, "rev", MAX (spent_rev, csm_json_get_int (now, "rev", 0)) + 1);
  csm_draft_add_others (back, others, first);
  csm_draft_add_other (back, others, second);
  csm_draft_add_others (back, others, second);
  csm_draft_set_others (back, others);
  json_object_set_object_member (paragraphs, key, back);
}

static gboolean
is_as_left (JsonObject *paragraphs,
            JsonObject *left)
{
  g_autoptr (GList) keys = json_object_get_members (paragraphs);

  if (json_object_get_size (paragraphs) != json_object_get_size (left))
    return FALSE;
  for (GList *l = keys; l != NULL; l = l->next)
    {
      if (csm_json_get_int (left, l->data, -1) != csm_json_get_int (csm_json_get_object (paragraphs, l->data), "rev", 0))
        return FALSE;
    }
  return TRUE;
}

/* But for what somebody has set since. */
static void
restore_values (JsonObject *draft,
                JsonObject *values,
                gboolean    as_left)
{
  gboolean reviewed;

  for (guint i = 0; i < G_N_ELEMENTS (begins_anew); i++)
    {
      JsonObject *pair = csm_json_get_object (values, begins_anew[i]);
      g_autoptr (JsonNode) now = value_of (draft, begins_anew[i]);

      if (pair != NULL && json_node_equal (now, json_object_get_member (pair, "after")))
        json_object_set_member (draft, begins_anew[i], csm_json_copy (json_object_get_member (pair, "before")));
    }
  reviewed = csm_json_get_string (draft, "reviewedBy") != NULL;
  if (reviewed && !as_left)
    json_object_set_boolean_member (draft, "changedSinceReview", TRUE);
}

/**
 * csm_draft_put_back:
 * @txn: the transaction
 * @submission: what was taken back; the server's note about its draft is forgotten
 * @error: return location
 *
 * Returns: whether the draft has again what had been taken out of it
 */
gboolean
csm_draft_put_back (CsmTxn      *txn,
                    JsonObject  *submission,
                    GError     **error)
{
  JsonObject *note = csm_json_get_object (submission, "draftBefore");
  JsonObject *taken = csm_json_get_object (note, "paragraphs");
  g_autoptr (JsonObject) draft = NULL;
  JsonObject *paragraphs;
  JsonObjectIter iter;
  const char *key;
  JsonNode *node;
  gboolean as_left, is_new;

  if (note == NULL)
    return TRUE;
  /* It may be in a conversation by now that was split off, and that nobody has written in. */
  draft = csm_draft_of (txn, csm_json_get_string (submission, "conversationId"), csm_json_get_string (submission, "caseId"), &is_new, error);
  if (draft == NULL)
    return FALSE;
  paragraphs = csm_json_get_object (draft, "paragraphs");
  as_left = is_as_left (paragraphs, csm_json_get_object (note, "left")) && !csm_draft_parts_differ (csm_json_get_object (note, "parts"), draft);
  json_object_iter_init_ordered (&iter, taken);
  while (json_object_iter_next_ordered (&iter, &key, &node))
    put_paragraph_back (paragraphs, csm_json_get_int (draft, "spentRev", 0), key, json_node_get_object (node));
  csm_draft_return_parts (draft, note);
  restore_values (draft, csm_json_get_object (note, "values"), as_left);
  json_object_set_null_member (submission, "draftBefore");
  return csm_draft_store (txn, draft, is_new, error);
}

/**
 * csm_draft_was_sent:
 * @txn: the transaction
 * @submission: what somebody sends
 * @other: what the same person has sent before
 * @was_sent: (out): whether both name a paragraph that is gone
 * @error: return location
 *
 * One person with two windows may send the same draft twice.
 *
 * Returns: whether it could be looked up
 */
gboolean
csm_draft_was_sent (CsmTxn      *txn,
                    JsonObject  *submission,
                    JsonObject  *other,
                    gboolean    *was_sent,
                    GError     **error)
{
  JsonObject *named = csm_json_get_object (submission, "draftParagraphs");
  g_autoptr (JsonObject) draft = NULL;
  g_autoptr (GError) local = NULL;
  g_autoptr (GList) keys = NULL;

  *was_sent = FALSE;
  if (named == NULL || g_strcmp0 (csm_json_get_string (submission, "conversationId"), csm_json_get_string (other, "conversationId")) != 0 ||
      g_strcmp0 (csm_json_get_string (other, "undoStatus"), "canceled") == 0)
    return TRUE;
  keys = json_object_get_members (named);
  for (GList *l = keys; l != NULL && !*was_sent; l = l->next)
    {
      if (!csm_json_has_key (other, "draftParagraphs", l->data))
        continue;
      if (draft == NULL)
        draft = peek_draft (txn, submission, &local);
      if (local != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
      *was_sent = !csm_json_has_key (draft, "paragraphs", l->data);
    }
  return TRUE;
}
