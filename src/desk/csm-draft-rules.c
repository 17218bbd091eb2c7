/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-rules.h"

#include "csm-desk-records.h"
#include "csm-draft-join.h"
#include "csm-draft-merge.h"
#include "csm-draft-parts.h"
#include "csm-draft-review.h"
#include "csm-id.h"
#include "csm-json.h"
#include "csm-merge.h"
#include "csm-role.h"
#include "csm-time.h"
#include "csm-validate.h"

static gboolean
invalid (GError     **error,
         const char  *property)
{
  return csm_rules_refuse (error, CSM_DESK_ERROR_INVALID_PROPERTIES, property);
}

static gboolean
check_role (const CsmPrincipal  *who,
            GError             **error)
{
  return csm_role_may (who->role, CSM_ACTION_WRITE_DRAFTS) || csm_rules_refuse (error, CSM_DESK_ERROR_FORBIDDEN, "The role does not allow this");
}

static gboolean
has (GPtrArray  *names,
     const char *name)
{
  return g_ptr_array_find_with_equal_func (names, name, g_str_equal, NULL);
}

/* Knowing a hash gives no right to a file. What is there already others brought. */
static gboolean
check_files (CsmTxn              *txn,
             const CsmPrincipal  *who,
             JsonObject          *before,
             JsonObject          *after,
             GError             **error)
{
  g_autoptr (JsonObject) new = json_object_new ();
  g_autoptr (GError) local = NULL;

  json_object_set_array_member (new, "attachments", csm_draft_new_files (before, after));
  if (csm_rules_need_blobs (txn, who, new, &local))
    return TRUE;
  if (g_error_matches (local, CSM_DESK_ERROR, CSM_DESK_ERROR_INVALID_PROPERTIES))
    return invalid (error, "files");
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static gboolean
is_empty (JsonObject *paragraphs)
{
  return paragraphs == NULL || json_object_get_size (paragraphs) == 0;
}

/* Who wrote the reply before this one is no author of it. */
static void
note_author (JsonObject          *before,
             JsonObject          *after,
             const CsmDraftMerge *merge,
             const CsmPrincipal  *who,
             gint64               now)
{
  if (merge->written->len == 0)
    return;
  if (is_empty (csm_json_get_object (before, "paragraphs")))
    {
      json_object_set_object_member (after, "authorIds", json_object_new ());
      json_object_set_array_member (after, "revisions", json_array_new ());
    }
  csm_desk_set_key (after, "authorIds", who->person_id);
  csm_draft_note_revision (after, merge, who->person_id, now);
}

/* Whom it goes to, and with what: as it is to be, or FALSE when that is none. */
static gboolean
merge_parts (JsonObject          *before,
             JsonObject          *after,
             gint64               spent_rev,
             const CsmPrincipal  *who,
             gint64               now,
             GError             **error)
{
  JsonObject *envelope = csm_draft_merge_envelope (csm_json_get_object (before, "envelope"), csm_json_get_object (after, "envelope"), spent_rev, who->person_id, now);
  JsonObject *files;

  if (envelope == NULL)
    return invalid (error, "envelope");
  json_object_set_object_member (after, "envelope", envelope);
  files = csm_draft_merge_files (csm_json_get_object (before, "files"), csm_json_get_object (after, "files"), who->person_id, now);
  if (files == NULL)
    return invalid (error, "files");
  json_object_set_object_member (after, "files", files);
  return TRUE;
}

/* Everything but the writing itself. */
static gboolean
prepare (CsmTxn              *txn,
         const CsmPrincipal  *who,
         JsonObject          *before,
         JsonObject          *after,
         GError             **error)
{
  const CsmRecordType *type = csm_record_type_get (CSM_TYPE_ID_DRAFT);
  gint64 now = csm_time_now (), spent_rev = csm_json_get_int (before, "spentRev", 0);
  g_autoptr (CsmDraftMerge) merge = csm_draft_merge_new (csm_json_get_object (before, "paragraphs"), csm_json_get_object (after, "paragraphs"),
                                                         spent_rev, who->person_id, now);
  g_autoptr (GPtrArray) changed = NULL;
  gboolean other_reply;

  if (merge == NULL)
    return invalid (error, "paragraphs");
  if (!merge_parts (before, after, spent_rev, who, now, error))
    return FALSE;
  json_object_set_object_member (after, "paragraphs", json_object_ref (merge->paragraphs));
  json_object_set_int_member (after, "spentRev", merge->spent_rev);
  note_author (before, after, merge, who, now);
  changed = csm_record_changed (type, before, after);
  other_reply = merge->text_changed || csm_draft_parts_differ (before, after);
  return check_files (txn, who, before, after, error) &&
         (!has (changed, "basedOn") || csm_rules_need (txn, CSM_TYPE_ID_MESSAGE, after, "basedOn", error)) &&
         csm_draft_review_update (txn, who, before, after, other_reply, now, error);
}

/* Whoever makes a draft knows of no file in it: none goes. */
static void
add_files (JsonObject *before,
           JsonObject *after)
{
  JsonObject *old = csm_json_get_object (before, "files"), *files = csm_json_get_object (after, "files");
  g_autoptr (GList) keys = old != NULL ? json_object_get_members (old) : NULL;

  for (GList *l = keys; l != NULL; l = l->next)
    {
      if (!json_object_has_member (files, l->data))
        json_object_set_member (files, l->data, csm_json_copy (json_object_get_member (old, l->data)));
    }
}

/* Two devices without a network made the same draft: what the second one wrote goes into the first one's. */
static gboolean
merge_into (CsmTxn              *txn,
            const CsmPrincipal  *who,
            JsonObject          *before,
            JsonObject          *record,
            GError             **error)
{
  const CsmRecordType *type = csm_record_type_get (CSM_TYPE_ID_DRAFT);
  g_autoptr (JsonObject) nothing = json_object_new ();
  g_autoptr (JsonObject) after = csm_json_copy_object (before);
  g_autoptr (GPtrArray) given = NULL;

  csm_record_fill_defaults (type, nothing);
  given = csm_record_changed (type, nothing, record);
  for (guint i = 0; i < given->len; i++)
    {
      const CsmProperty *property = csm_record_type_property (type, g_ptr_array_index (given, i));

      if ((property->flags & (CSM_PROPERTY_SERVER_SET | CSM_PROPERTY_IMMUTABLE)) == 0)
        json_object_set_member (after, property->name, csm_json_copy (json_object_get_member (record, property->name)));
    }
  if (has (given, "files"))
    add_files (before, after);
  return prepare (txn, who, before, after, error) && csm_desk_save (txn, CSM_TYPE_ID_DRAFT, after, error);
}

/* Its writer may not have heard that the conversation is one with another one by now: what was written goes where that is led. */
static gboolean
follow (CsmTxn      *txn,
        JsonObject  *conversation,
        GError     **error)
{
  const char *id = csm_json_get_string (conversation, "id");
  g_autofree char *survivor = NULL;
  g_autoptr (JsonObject) into = NULL;

  if (csm_json_get_string (conversation, "mergedIntoId") == NULL)
    return TRUE;
  survivor = csm_merge_survivor (txn, CSM_TYPE_ID_CONVERSATION, id, error);
  into = survivor != NULL ? csm_desk_load (txn, CSM_TYPE_ID_CONVERSATION, survivor, error) : NULL;
  return into != NULL && csm_draft_join (txn, id, into, error);
}

/**
 * csm_draft_rules_create:
 * @txn: the transaction
 * @who: who begins to write
 * @id: its id, which has the conversation's ULID
 * @record: the draft
 * @error: return location
 *
 * Returns: whether it was written; a draft that is there already gets what is in @record
 */
gboolean
csm_draft_rules_create (CsmTxn              *txn,
                        const CsmPrincipal  *who,
                        const char          *id,
                        JsonObject          *record,
                        GError             **error)
{
  const char *conversation_id = csm_json_get_string (record, "conversationId");
  g_autofree char *wanted = csm_id_with_letter (conversation_id, csm_record_type_get (CSM_TYPE_ID_DRAFT)->letter);
  g_autoptr (JsonObject) conversation = NULL;
  g_autoptr (JsonObject) before = NULL;
  g_autoptr (GError) local = NULL;

  if (!check_role (who, error))
    return FALSE;
  if (!g_str_equal (wanted, id))
    return invalid (error, "conversationId");
  conversation = csm_desk_load (txn, CSM_TYPE_ID_CONVERSATION, conversation_id, error);
  if (conversation == NULL)
    return FALSE;
  before = csm_desk_peek (txn, CSM_TYPE_ID_DRAFT, id, &local);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (before != NULL)
    return merge_into (txn, who, before, record, error) && follow (txn, conversation, error);
  before = json_object_new ();
  csm_record_fill_defaults (csm_record_type_get (CSM_TYPE_ID_DRAFT), before);
  /* The conversation may have gone to another case while its writer was away. */
  csm_json_set_string (record, "caseId", csm_json_get_string (conversation, "caseId"));
  csm_json_set_string (record, "id", id);
  return prepare (txn, who, before, record, error) && csm_desk_add (txn, CSM_TYPE_ID_DRAFT, id, record, error) &&
         follow (txn, conversation, error);
}

/**
 * csm_draft_rules_update:
 * @txn: the transaction
 * @who: who writes
 * @before: the draft
 * @after: what a patch made of it
 * @error: return location
 *
 * Returns: whether it was written
 */
gboolean
csm_draft_rules_update (CsmTxn              *txn,
                        const CsmPrincipal  *who,
                        JsonObject          *before,
                        JsonObject          *after,
                        GError             **error)
{
  g_autoptr (JsonObject) conversation = NULL;

  if (!check_role (who, error))
    return FALSE;
  conversation = csm_desk_load (txn, CSM_TYPE_ID_CONVERSATION, csm_json_get_string (before, "conversationId"), error);
  return conversation != NULL &&
         prepare (txn, who, before, after, error) &&
         csm_desk_save (txn, CSM_TYPE_ID_DRAFT, after, error) &&
         follow (txn, conversation, error);
}
