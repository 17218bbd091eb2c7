/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-desk.h"

#include "csm-desk-records.h"
#include "csm-json.h"
#include "csm-merge.h"
#include "csm-person.h"
#include "csm-role.h"
#include "csm-rules.h"

G_DEFINE_QUARK (csm-desk-error-quark, csm_desk_error)

/**
 * csm_rules_refuse:
 * @error: return location
 * @code: why
 * @message: a sentence, or what the code says it is
 *
 * Returns: %FALSE
 */
gboolean
csm_rules_refuse (GError       **error,
                  CsmDeskError   code,
                  const char    *message)
{
  g_set_error_literal (error, CSM_DESK_ERROR, code, message);
  return FALSE;
}

/**
 * csm_rules_need:
 * @txn: the transaction
 * @type: what @property names
 * @record: a record
 * @property: the name of an id
 * @error: `CSM_DESK_ERROR_INVALID_PROPERTIES`
 *
 * Returns: whether the id is null or names a record of the workspace
 */
gboolean
csm_rules_need (CsmTxn      *txn,
                CsmTypeId    type,
                JsonObject  *record,
                const char  *property,
                GError     **error)
{
  const char *id = csm_json_get_string (record, property);
  gboolean exists = TRUE;

  if (id != NULL && !csm_desk_exists (txn, type, id, &exists, error))
    return FALSE;
  return exists || csm_rules_refuse (error, CSM_DESK_ERROR_INVALID_PROPERTIES, property);
}

/**
 * csm_rules_need_keys:
 * @txn: the transaction
 * @type: what the keys name
 * @record: a record
 * @property: the name of a set of ids
 * @error: `CSM_DESK_ERROR_INVALID_PROPERTIES`
 *
 * Returns: whether each key names a record of the workspace
 */
gboolean
csm_rules_need_keys (CsmTxn      *txn,
                     CsmTypeId    type,
                     JsonObject  *record,
                     const char  *property,
                     GError     **error)
{
  JsonObject *set = csm_json_get_object (record, property);
  g_autoptr (GList) keys = set != NULL ? json_object_get_members (set) : NULL;

  for (GList *l = keys; l != NULL; l = l->next)
    {
      gboolean exists;

      if (!csm_desk_exists (txn, type, l->data, &exists, error))
        return FALSE;
      if (!exists)
        return csm_rules_refuse (error, CSM_DESK_ERROR_INVALID_PROPERTIES, property);
    }
  return TRUE;
}

/**
 * csm_rules_need_staff:
 * @txn: the transaction
 * @record: a record
 * @property: the name of a person's id
 * @error: `CSM_DESK_ERROR_INVALID_PROPERTIES`
 *
 * Returns: whether the id is null or a colleague's who is still there
 */
gboolean
csm_rules_need_staff (CsmTxn      *txn,
                      JsonObject  *record,
                      const char  *property,
                      GError     **error)
{
  const char *id = csm_json_get_string (record, property);
  g_autoptr (JsonObject) person = NULL;
  GError *local = NULL;

  if (id == NULL)
    return TRUE;
  person = csm_desk_peek (txn, CSM_TYPE_ID_PERSON, id, &local);
  if (local != NULL)
    {
      g_propagate_error (error, local);
      return FALSE;
    }
  if (person != NULL && csm_person_is_staff (person))
    return TRUE;
  return csm_rules_refuse (error, CSM_DESK_ERROR_INVALID_PROPERTIES, property);
}

/**
 * csm_rules_need_blobs:
 * @txn: the transaction
 * @who: who writes
 * @record: a record with a list `attachments`
 * @error: `CSM_DESK_ERROR_INVALID_PROPERTIES`
 *
 * Knowing a hash gives no right to a blob.
 *
 * Returns: whether each attachment names a blob that the person may read
 */
gboolean
csm_rules_need_blobs (CsmTxn              *txn,
                      const CsmPrincipal  *who,
                      JsonObject          *record,
                      GError             **error)
{
  JsonArray *attachments = csm_json_get_array (record, "attachments");

  for (guint i = 0; attachments != NULL && i < json_array_get_length (attachments); i++)
    {
      JsonNode *node = json_array_get_element (attachments, i);
      const char *blob_id = JSON_NODE_HOLDS_OBJECT (node) ? csm_json_get_string (json_node_get_object (node), "blobId") : NULL;
      GError *local = NULL;

      if (blob_id != NULL && csm_txn_may_read_blob (txn, who->projection != 0 ? who->projection : CSM_ACCOUNT_WORKSPACE, blob_id, who->person_id, &local))
        continue;
      if (local == NULL)
        return csm_rules_refuse (error, CSM_DESK_ERROR_INVALID_PROPERTIES, "attachments");
      g_propagate_error (error, local);
      return FALSE;
    }
  return TRUE;
}

/* What a role has to be allowed before the type's own rules are asked. What is not named here is the staff's. */
static const struct
{
  CsmAction create;
  CsmAction update;
  CsmAction destroy;
} needed[CSM_N_TYPES] = {
  [CSM_TYPE_ID_PERSON] = { CSM_ACTION_ADD_PEOPLE, CSM_ACTION_CHANGE_PROFILE, CSM_ACTION_CHANGE_ROLES },
  [CSM_TYPE_ID_TEAM] = { CSM_ACTION_WRITE_TEAMS, CSM_ACTION_WRITE_TEAMS, CSM_ACTION_WRITE_TEAMS },
  [CSM_TYPE_ID_CHANNEL] = { CSM_ACTION_CHANGE_CHANNELS, CSM_ACTION_CHANGE_CHANNELS, CSM_ACTION_CHANGE_CHANNELS },
  [CSM_TYPE_ID_TAG] = { CSM_ACTION_WRITE_TAGS, CSM_ACTION_WRITE_TAGS, CSM_ACTION_DESTROY_TAGS },
  [CSM_TYPE_ID_CUSTOMER] = { CSM_ACTION_WRITE_CUSTOMERS, CSM_ACTION_WRITE_CUSTOMERS, CSM_ACTION_WRITE_CUSTOMERS },
  [CSM_TYPE_ID_SUBMISSION] = { CSM_ACTION_SEND, CSM_ACTION_SEND, CSM_ACTION_SEND },
  [CSM_TYPE_ID_SHARED_COMMENT] = { CSM_ACTION_WRITE_SHARED_COMMENTS, CSM_ACTION_WRITE_SHARED_COMMENTS, CSM_ACTION_WRITE_SHARED_COMMENTS },
  [CSM_TYPE_ID_SERVICE_LEVEL] = { CSM_ACTION_WRITE_SERVICE_LEVELS, CSM_ACTION_WRITE_SERVICE_LEVELS, CSM_ACTION_WRITE_SERVICE_LEVELS },
  [CSM_TYPE_ID_CALENDAR] = { CSM_ACTION_WRITE_SERVICE_LEVELS, CSM_ACTION_WRITE_SERVICE_LEVELS, CSM_ACTION_WRITE_SERVICE_LEVELS },
  [CSM_TYPE_ID_COMMENT] = { CSM_ACTION_WRITE_COMMENTS, CSM_ACTION_WRITE_COMMENTS, CSM_ACTION_WRITE_COMMENTS },
  [CSM_TYPE_ID_TASK] = { CSM_ACTION_WRITE_TASKS, CSM_ACTION_WRITE_TASKS, CSM_ACTION_WRITE_TASKS },
  [CSM_TYPE_ID_DRAFT] = { CSM_ACTION_WRITE_DRAFTS, CSM_ACTION_WRITE_DRAFTS, CSM_ACTION_WRITE_DRAFTS },
  [CSM_TYPE_ID_SNIPPET] = { CSM_ACTION_WRITE_TEXTS, CSM_ACTION_WRITE_TEXTS, CSM_ACTION_WRITE_TEXTS },
  [CSM_TYPE_ID_TEMPLATE] = { CSM_ACTION_WRITE_TEXTS, CSM_ACTION_WRITE_TEXTS, CSM_ACTION_WRITE_TEXTS },
  [CSM_TYPE_ID_ARTICLE] = { CSM_ACTION_WRITE_TEXTS, CSM_ACTION_WRITE_TEXTS, CSM_ACTION_WRITE_TEXTS },
  [CSM_TYPE_ID_RULE] = { CSM_ACTION_BLOCK_SENDERS, CSM_ACTION_BLOCK_SENDERS, CSM_ACTION_BLOCK_SENDERS },
  [CSM_TYPE_ID_SEEN] = { CSM_ACTION_MARK_SEEN, CSM_ACTION_MARK_SEEN, CSM_ACTION_MARK_SEEN },
  /* Everybody's own, but for guests, who have no views. */
  [CSM_TYPE_ID_VIEW] = { CSM_ACTION_MARK_SEEN, CSM_ACTION_MARK_SEEN, CSM_ACTION_MARK_SEEN },
};

/**
 * csm_rules_may:
 * @who: who writes
 * @action: what they are about to do
 * @error: `CSM_DESK_ERROR_FORBIDDEN`
 *
 * Returns: whether the role allows it
 */
gboolean
csm_rules_may (const CsmPrincipal  *who,
               CsmAction            action,
               GError             **error)
{
  const char *why_not = csm_role_why_not (action, who->role);

  return why_not == NULL || csm_rules_refuse (error, CSM_DESK_ERROR_FORBIDDEN, why_not);
}

static gboolean
is_guest (const CsmPrincipal *who)
{
  return who->projection != 0 || g_strcmp0 (who->role, "guest") == 0;
}

/**
 * csm_desk_may_write:
 * @who: who writes
 * @type: a type
 *
 * Returns: whether anybody of the role may write such records, one way or the other
 */
gboolean
csm_desk_may_write (const CsmPrincipal  *who,
                    const CsmRecordType *type)
{
  if (is_guest (who) && type->id != CSM_TYPE_ID_SHARED_COMMENT && type->id != CSM_TYPE_ID_SEEN)
    return FALSE;
  return csm_role_may (who->role, needed[type->id].create) || csm_role_may (who->role, needed[type->id].update) ||
         csm_role_may (who->role, needed[type->id].destroy);
}

/* Colleagues write into the workspace; guests what they say to it, into the account that their partner sees. */
static gboolean
may_write (const CsmPrincipal   *who,
           const CsmRecordType  *type,
           gint64                account,
           CsmAction             action,
           GError              **error)
{
  gint64 home = is_guest (who) ? who->projection : CSM_ACCOUNT_WORKSPACE;

  if (!csm_rules_may (who, action, error))
    return FALSE;
  if (is_guest (who) && type->id != CSM_TYPE_ID_SHARED_COMMENT && type->id != CSM_TYPE_ID_SEEN)
    return csm_rules_refuse (error, CSM_DESK_ERROR_FORBIDDEN, "Guests write to what is said with them, and to nothing else");
  if ((type->flags & CSM_RECORD_PERSONAL) || (account == home && home != 0))
    return TRUE;
  return csm_rules_refuse (error, CSM_DESK_ERROR_FORBIDDEN, "Such records live in the workspace");
}

/* The types that only one file knows, and those of the directory. What is not there, people don't do. */
typedef struct
{
  gboolean (*create)  (CsmTxn *txn, const CsmPrincipal *who, const char *id, JsonObject *record, GError **error);
  gboolean (*update)  (CsmTxn *txn, const CsmPrincipal *who, JsonObject *before, JsonObject *after, GError **error);
  gboolean (*destroy) (CsmTxn *txn, const CsmPrincipal *who, const char *id, GError **error);
} TypeRules;

static gboolean
update_case (CsmTxn              *txn,
             const CsmPrincipal  *who,
             JsonObject          *before,
             JsonObject          *after,
             GError             **error)
{
  return csm_case_rules_update (txn, who, before, after, NULL, error);
}

static const TypeRules rules[CSM_N_TYPES] = {
  [CSM_TYPE_ID_CASE] = { csm_case_rules_create, update_case, NULL },
  [CSM_TYPE_ID_CONVERSATION] = { csm_conversation_rules_create, csm_conversation_rules_update, NULL },
  [CSM_TYPE_ID_SUBMISSION] = { csm_submission_rules_create, csm_submission_rules_update, NULL },
  [CSM_TYPE_ID_SHARED_COMMENT] = { csm_shared_comment_rules_create, csm_shared_comment_rules_update, NULL },
  [CSM_TYPE_ID_COMMENT] = { csm_comment_rules_create, csm_comment_rules_update, NULL },
  [CSM_TYPE_ID_TASK] = { csm_task_rules_create, csm_task_rules_update, csm_task_rules_destroy },
  [CSM_TYPE_ID_SERVICE_LEVEL] = { csm_service_level_rules_create, csm_service_level_rules_update, csm_service_level_rules_destroy },
  [CSM_TYPE_ID_CALENDAR] = { csm_calendar_rules_create, csm_calendar_rules_update, csm_calendar_rules_destroy },
  [CSM_TYPE_ID_RULE] = { csm_rule_rules_create, csm_rule_rules_update, csm_rule_rules_destroy },
  [CSM_TYPE_ID_DRAFT] = { csm_draft_rules_create, csm_draft_rules_update, NULL },
  [CSM_TYPE_ID_SNIPPET] = { csm_snippet_rules_create, csm_snippet_rules_update, csm_snippet_rules_destroy },
  [CSM_TYPE_ID_ARTICLE] = { csm_article_rules_create, csm_article_rules_update, csm_article_rules_destroy },
  [CSM_TYPE_ID_TEMPLATE] = { csm_template_rules_create, csm_template_rules_update, csm_template_rules_destroy },
};

static gboolean
is_of_directory (const CsmRecordType *type)
{
  switch (type->id)
    {
    case CSM_TYPE_ID_PERSON:
    case CSM_TYPE_ID_TEAM:
    case CSM_TYPE_ID_CHANNEL:
    case CSM_TYPE_ID_TAG:
    case CSM_TYPE_ID_CUSTOMER:
      return TRUE;
    default:
      return FALSE;
    }
}

/**
 * csm_desk_create:
 * @txn: an open transaction for writing
 * @who: who writes
 * @account: the account that the record is to be in
 * @type: its type
 * @id: its id
 * @record: the validated record with its defaults; the rules set what the server sets
 * @error: `CSM_DESK_ERROR`, `CSM_ERROR`
 *
 * Returns: whether the record was written
 */
gboolean
csm_desk_create (CsmTxn               *txn,
                 const CsmPrincipal   *who,
                 gint64                account,
                 const CsmRecordType  *type,
                 const char           *id,
                 JsonObject           *record,
                 GError              **error)
{
  if (!may_write (who, type, account, needed[type->id].create, error) ||
      (account == CSM_ACCOUNT_WORKSPACE && !csm_merge_lead (txn, type->id, id, record, error)))
    return FALSE;
  if (type->id == CSM_TYPE_ID_SEEN)
    return csm_seen_rules_create (txn, who, account, id, record, error);
  if (type->id == CSM_TYPE_ID_VIEW)
    return csm_view_rules_create (txn, who, account, id, record, error);
  if (is_of_directory (type))
    return csm_directory_rules_create (txn, who, type, id, record, error);
  if (rules[type->id].create != NULL)
    return rules[type->id].create (txn, who, id, record, error);
  return csm_rules_refuse (error, CSM_DESK_ERROR_FORBIDDEN, "Only the server makes such records");
}

/**
 * csm_desk_update:
 * @txn: an open transaction for writing
 * @who: who writes
 * @account: the account that the record is in
 * @type: its type
 * @id: its id
 * @before: the record
 * @after: what a validated patch made of it; the rules set what the server sets
 * @error: `CSM_DESK_ERROR`, `CSM_ERROR`
 *
 * Returns: whether the record was written
 */
gboolean
csm_desk_update (CsmTxn               *txn,
                 const CsmPrincipal   *who,
                 gint64                account,
                 const CsmRecordType  *type,
                 const char           *id,
                 JsonObject           *before,
                 JsonObject           *after,
                 GError              **error)
{
  if (!may_write (who, type, account, needed[type->id].update, error))
    return FALSE;
  if (csm_json_get_string (before, "id") == NULL)
    csm_json_set_string (before, "id", id);
  if (csm_json_get_string (after, "id") == NULL)
    csm_json_set_string (after, "id", id);
  if (type->id == CSM_TYPE_ID_SEEN)
    return csm_seen_rules_update (txn, who, account, before, after, error);
  if (type->id == CSM_TYPE_ID_VIEW)
    return csm_view_rules_update (txn, who, account, before, after, error);
  if (is_of_directory (type))
    return csm_directory_rules_update (txn, who, type, before, after, error);
  if (rules[type->id].update != NULL)
    return rules[type->id].update (txn, who, before, after, error);
  return csm_rules_refuse (error, CSM_DESK_ERROR_FORBIDDEN, "Only the server changes such records");
}

/**
 * csm_desk_destroy:
 * @txn: an open transaction for writing
 * @who: who writes
 * @account: the account that the record is in
 * @type: its type
 * @id: its id
 * @error: `CSM_DESK_ERROR`, `CSM_ERROR`
 *
 * Cases, messages and their history go only by the erasure of a customer.
 *
 * Returns: whether the record was destroyed
 */
gboolean
csm_desk_destroy (CsmTxn               *txn,
                  const CsmPrincipal   *who,
                  gint64                account,
                  const CsmRecordType  *type,
                  const char           *id,
                  GError              **error)
{
  if (!may_write (who, type, account, needed[type->id].destroy, error))
    return FALSE;
  if (type->id == CSM_TYPE_ID_SEEN)
    return csm_seen_rules_destroy (txn, who, account, id, error);
  if (type->id == CSM_TYPE_ID_VIEW)
    return csm_view_rules_destroy (txn, who, account, id, error);
  if (type->id == CSM_TYPE_ID_TAG)
    return csm_directory_rules_destroy (txn, who, type, id, error);
  if (rules[type->id].destroy != NULL)
    return rules[type->id].destroy (txn, who, id, error);
  return csm_rules_refuse (error, CSM_DESK_ERROR_FORBIDDEN, "Such records can't be destroyed");
}
