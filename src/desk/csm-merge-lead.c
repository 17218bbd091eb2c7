/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-merge.h"

#include "csm-desk-records.h"
#include "csm-json.h"
#include "csm-rules.h"
#include "csm-txn-merge.h"

/* What is merged is followed so far; nothing that people do is that deep, and a circle can't be made. */
#define MAX_STEPS 1000

/**
 * csm_merge_survivor:
 * @txn: a transaction
 * @type: Case, Conversation or Customer
 * @id: a record
 * @error: `CSM_DESK_ERROR_NOT_FOUND`
 *
 * Returns: (transfer full): the record that it was merged into in the end; itself when it was not
 */
char *
csm_merge_survivor (CsmTxn      *txn,
                    CsmTypeId    type,
                    const char  *id,
                    GError     **error)
{
  g_autofree char *at = g_strdup (id);

  for (guint i = 0; i < MAX_STEPS; i++)
    {
      g_autoptr (JsonObject) record = csm_desk_load (txn, type, at, error);
      const char *next;

      if (record == NULL)
        return NULL;
      next = csm_json_get_string (record, "mergedIntoId");
      if (next == NULL)
        break;
      g_free (at);
      at = g_strdup (next);
    }
  return g_steal_pointer (&at);
}

/**
 * csm_merge_check:
 * @txn: a transaction
 * @type: Case, Conversation or Customer
 * @id: what is to be merged
 * @into_id: what it shall be merged into
 * @error: `CSM_DESK_ERROR_INVALID_PROPERTIES` when it would go round in a circle, or there is no such record
 *
 * Returns: (transfer full): the record that stays in the end
 */
char *
csm_merge_check (CsmTxn      *txn,
                 CsmTypeId    type,
                 const char  *id,
                 const char  *into_id,
                 GError     **error)
{
  g_autoptr (GError) local = NULL;
  g_autofree char *survivor = csm_merge_survivor (txn, type, into_id, &local);

  if (survivor != NULL && !g_str_equal (survivor, id))
    return g_steal_pointer (&survivor);
  if (survivor == NULL && !g_error_matches (local, CSM_DESK_ERROR, CSM_DESK_ERROR_NOT_FOUND))
    g_propagate_error (error, g_steal_pointer (&local));
  else
    csm_rules_refuse (error, CSM_DESK_ERROR_INVALID_PROPERTIES, "mergedIntoId");
  return NULL;
}

/* The step from each case to the next, so that it can go back to any of them. */
static gboolean
follow_case (CsmTxn      *txn,
             const char  *id,
             JsonObject  *record,
             gboolean     note,
             GError     **error)
{
  for (guint i = 0; i < MAX_STEPS; i++)
    {
      const char *from = csm_json_get_string (record, "caseId");
      g_autoptr (JsonObject) case_ = csm_desk_load (txn, CSM_TYPE_ID_CASE, from, error);
      const char *to;

      if (case_ == NULL)
        return FALSE;
      to = csm_json_get_string (case_, "mergedIntoId");
      if (to == NULL)
        return TRUE;
      if (note && !csm_txn_note_move (txn, id, "caseId", from, to, error))
        return FALSE;
      csm_json_set_string (record, "caseId", to);
    }
  return TRUE;
}

/**
 * csm_merge_descends:
 * @txn: a transaction
 * @id: a conversation
 * @from_id: another one
 * @descends: (out): whether @id was split off @from_id, or off one that was
 * @error: return location
 *
 * Returns: whether it could be looked up
 */
gboolean
csm_merge_descends (CsmTxn      *txn,
                    const char  *id,
                    const char  *from_id,
                    gboolean    *descends,
                    GError     **error)
{
  g_autofree char *at = g_strdup (id);

  *descends = FALSE;
  for (guint i = 0; i < MAX_STEPS && at != NULL; i++)
    {
      g_autoptr (JsonObject) conversation = csm_desk_load (txn, CSM_TYPE_ID_CONVERSATION, at, error);

      if (conversation == NULL)
        return FALSE;
      g_free (at);
      at = g_strdup (csm_json_get_string (conversation, "splitFromId"));
      *descends = g_strcmp0 (at, from_id) == 0;
      if (*descends)
        break;
    }
  return TRUE;
}

/* Whether people took the conversation out of the case, by itself or with the case that it had come with. */
static gboolean
was_in (CsmTxn      *txn,
        const char  *case_id,
        JsonObject  *conversation,
        gboolean    *was,
        GError     **error)
{
  const char *id = csm_json_get_string (conversation, "id"), *now_in = csm_json_get_string (conversation, "caseId");
  g_autoptr (GPtrArray) ids = csm_txn_ids_where (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (CSM_TYPE_ID_EVENT), "caseId", case_id, error);

  *was = FALSE;
  for (guint i = 0; ids != NULL && i < ids->len && !*was; i++)
    {
      g_autoptr (JsonObject) event = csm_desk_load (txn, CSM_TYPE_ID_EVENT, g_ptr_array_index (ids, i), error);
      const char *kind = csm_json_get_string (event, "kind"), *record_id = csm_json_get_string (event, "recordId");

      if (event == NULL)
        return FALSE;
      *was = (g_strcmp0 (kind, "conversationMoved") == 0 && g_strcmp0 (record_id, id) == 0) ||
             (g_strcmp0 (kind, "unmerged") == 0 && g_strcmp0 (record_id, now_in) == 0);
    }
  return ids != NULL;
}

static gboolean
is_in_case (CsmTxn      *txn,
            JsonObject  *record,
            const char  *property,
            gboolean    *is,
            GError     **error)
{
  GError *local = NULL;
  g_autoptr (JsonObject) message = csm_desk_peek (txn, CSM_TYPE_ID_MESSAGE, csm_json_get_string (record, property), &local);

  *is = message == NULL || g_strcmp0 (csm_json_get_string (message, "caseId"), csm_json_get_string (record, "caseId")) == 0;
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, local);
  return FALSE;
}

/* The mail that somebody answers may be in a conversation of its own by now; the answer goes there. */
static gboolean
follow_split (CsmTxn      *txn,
              JsonObject  *record,
              GError     **error)
{
  GError *local = NULL;
  g_autoptr (JsonObject) parent = csm_desk_peek (txn, CSM_TYPE_ID_MESSAGE, csm_json_get_string (record, "inReplyTo"), &local);
  const char *to = csm_json_get_string (parent, "conversationId");
  gboolean descends = FALSE;

  if (local == NULL && to != NULL && g_strcmp0 (to, csm_json_get_string (record, "conversationId")) != 0 &&
      csm_merge_descends (txn, to, csm_json_get_string (record, "conversationId"), &descends, &local) && descends)
    csm_json_set_string (record, "conversationId", to);
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, local);
  return FALSE;
}

/* If the conversation went to another case meanwhile, what is written in it goes with it. */
static gboolean
follow_place (CsmTxn      *txn,
              JsonObject  *record,
              gboolean    *moved,
              GError     **error)
{
  g_autoptr (JsonObject) conversation = csm_desk_load (txn, CSM_TYPE_ID_CONVERSATION, csm_json_get_string (record, "conversationId"), error);
  gboolean was;

  *moved = FALSE;
  if (conversation == NULL)
    return FALSE;
  if (g_strcmp0 (csm_json_get_string (conversation, "caseId"), csm_json_get_string (record, "caseId")) == 0)
    return TRUE;
  if (!was_in (txn, csm_json_get_string (record, "caseId"), conversation, &was, error))
    return FALSE;
  if (was)
    csm_json_set_string (record, "caseId", csm_json_get_string (conversation, "caseId"));
  *moved = was;
  return TRUE;
}

/* The conversation decides who is written to; its author has not seen all of where it is now. */
static gboolean
follow_conversation (CsmTxn      *txn,
                     const char  *id,
                     JsonObject  *record,
                     GError     **error)
{
  g_autofree char *given = g_strdup (csm_json_get_string (record, "conversationId"));
  g_autofree char *to = csm_merge_survivor (txn, CSM_TYPE_ID_CONVERSATION, given, error);
  gboolean moved, is;

  if (to == NULL)
    return FALSE;
  csm_json_set_string (record, "conversationId", to);
  if (!g_str_equal (given, to) && !csm_txn_note_move (txn, id, "conversationId", given, to, error))
    return FALSE;
  if (!follow_split (txn, record, error) || !follow_place (txn, record, &moved, error))
    return FALSE;
  if (!moved)
    return TRUE;
  if (!is_in_case (txn, record, "basedOn", &is, error))
    return FALSE;
  if (!is)
    json_object_set_null_member (record, "basedOn");
  return TRUE;
}

/* And a case or a conversation with a customer who was merged, with the one who stays. */
static gboolean
follow_customer (CsmTxn      *txn,
                 const char  *id,
                 JsonObject  *record,
                 GError     **error)
{
  for (guint i = 0; i < MAX_STEPS && csm_json_get_string (record, "customerId") != NULL; i++)
    {
      const char *from = csm_json_get_string (record, "customerId");
      g_autoptr (JsonObject) customer = csm_desk_load (txn, CSM_TYPE_ID_CUSTOMER, from, error);
      const char *to;

      if (customer == NULL)
        return FALSE;
      to = csm_json_get_string (customer, "mergedIntoId");
      if (to == NULL)
        return TRUE;
      if (!csm_txn_note_move (txn, id, "customerId", from, to, error))
        return FALSE;
      csm_json_set_string (record, "customerId", to);
    }
  return TRUE;
}

static gboolean
lead (CsmTxn      *txn,
      CsmTypeId    type,
      const char  *id,
      JsonObject  *record,
      GError     **error)
{
  gboolean moved;

  switch (type)
    {
    case CSM_TYPE_ID_CASE:
      return follow_customer (txn, id, record, error);
    case CSM_TYPE_ID_CONVERSATION:
      return follow_case (txn, id, record, TRUE, error) && follow_customer (txn, id, record, error);
    case CSM_TYPE_ID_COMMENT:
    case CSM_TYPE_ID_SHARED_COMMENT:
    case CSM_TYPE_ID_TASK:
      return follow_case (txn, id, record, TRUE, error);
    case CSM_TYPE_ID_DRAFT:
      return follow_case (txn, id, record, FALSE, error) && follow_place (txn, record, &moved, error);
    case CSM_TYPE_ID_SUBMISSION:
      return follow_case (txn, id, record, FALSE, error) && follow_conversation (txn, id, record, error);
    default:
      return TRUE;
    }
}

/**
 * csm_merge_lead:
 * @txn: the transaction
 * @type: the type of a record that somebody creates
 * @id: its id
 * @record: the record
 * @error: return location
 *
 * What somebody writes to a case or a conversation that was merged or moved meanwhile goes to where it is now, and comes back with what
 * was merged.
 *
 * Returns: whether it worked
 */
gboolean
csm_merge_lead (CsmTxn      *txn,
                CsmTypeId    type,
                const char  *id,
                JsonObject  *record,
                GError     **error)
{
  g_autoptr (GError) local = NULL;

  if (lead (txn, type, id, record, &local))
    return TRUE;
  /* What names nothing is refused by the type's own rules, each in its own words. */
  if (g_error_matches (local, CSM_DESK_ERROR, CSM_DESK_ERROR_NOT_FOUND))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/**
 * csm_merge_lead_patch:
 * @txn: the transaction
 * @before: a case
 * @after: what a patch made of it; all that it names exists
 * @error: return location
 *
 * As csm_merge_lead(), of the customer that somebody says a case is for.
 *
 * Returns: whether it worked
 */
gboolean
csm_merge_lead_patch (CsmTxn      *txn,
                      JsonObject  *before,
                      JsonObject  *after,
                      GError     **error)
{
  return g_strcmp0 (csm_json_get_string (before, "customerId"), csm_json_get_string (after, "customerId")) == 0 ||
         follow_customer (txn, csm_json_get_string (after, "id"), after, error);
}
