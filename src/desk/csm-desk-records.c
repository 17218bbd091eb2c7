/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-desk-records.h"

#include "csm-clock-steps.h"
#include "csm-clocks.h"
#include "csm-desk.h"
#include "csm-json.h"
#include "csm-time.h"

/*
 * The records that the desk's rules touch are all of the workspace. These few functions say so once.
 */

/**
 * csm_desk_peek:
 * @txn: the transaction
 * @type: a type
 * @id: (nullable): an id
 * @error: return location
 *
 * Returns: (transfer full) (nullable): the record; %NULL without @error when there is none
 */
JsonObject *
csm_desk_peek (CsmTxn      *txn,
               CsmTypeId    type,
               const char  *id,
               GError     **error)
{
  return id != NULL ? csm_txn_get (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (type), id, error) : NULL;
}

/**
 * csm_desk_load:
 * @txn: the transaction
 * @type: a type
 * @id: (nullable): an id
 * @error: also `CSM_DESK_ERROR_NOT_FOUND`
 *
 * Returns: (transfer full): the record, which must be there
 */
JsonObject *
csm_desk_load (CsmTxn      *txn,
               CsmTypeId    type,
               const char  *id,
               GError     **error)
{
  GError *local = NULL;
  JsonObject *record = csm_desk_peek (txn, type, id, &local);

  if (record == NULL && local == NULL)
    g_set_error (&local, CSM_DESK_ERROR, CSM_DESK_ERROR_NOT_FOUND, "There is no such %s", csm_record_type_get (type)->name);
  if (local != NULL)
    g_propagate_error (error, local);
  return record;
}

/**
 * csm_desk_may_skip:
 * @error: an error of this folder or of the store
 *
 * Work on many records sets such a one aside and goes on; `casement-server check` tells of what is damaged.
 *
 * Returns: whether it is about one record only: missing, damaged, or unfit
 */
gboolean
csm_desk_may_skip (const GError *error)
{
  return error->domain == CSM_DESK_ERROR || g_error_matches (error, CSM_STORE_ERROR, CSM_STORE_ERROR_DAMAGED);
}

/**
 * csm_desk_try:
 * @txn: the transaction
 * @type: a type
 * @id: (nullable): an id
 * @error: return location
 *
 * For work that goes on without a record that is damaged.
 *
 * Returns: (transfer full) (nullable): the record; %NULL without @error when there is none that can be read
 */
JsonObject *
csm_desk_try (CsmTxn      *txn,
              CsmTypeId    type,
              const char  *id,
              GError     **error)
{
  g_autoptr (GError) local = NULL;
  JsonObject *record = csm_desk_peek (txn, type, id, &local);

  if (local != NULL && !csm_desk_may_skip (local))
    g_propagate_error (error, g_steal_pointer (&local));
  return record;
}

/* Promises follow from what is saved, whoever saves it. */
static gboolean
note (CsmTxn      *txn,
      CsmTypeId    type,
      JsonObject  *record,
      gboolean     is_new,
      GError     **error)
{
  switch (type)
    {
    case CSM_TYPE_ID_CASE:
      return csm_clocks_update (txn, record, is_new, csm_time_now (), error);
    case CSM_TYPE_ID_CUSTOMER:
      return is_new || csm_clocks_note_customer (txn, record, error);
    case CSM_TYPE_ID_SUBMISSION:
      return (!is_new && g_strcmp0 (csm_json_get_string (record, "undoStatus"), "canceled") != 0) ||
             csm_clocks_note_submission (txn, record, error);
    default:
      return TRUE;
    }
}

/**
 * csm_desk_save:
 * @txn: the transaction
 * @type: the record's type
 * @record: a changed record, with its `id`
 * @error: return location
 *
 * Returns: whether it was written
 */
gboolean
csm_desk_save (CsmTxn      *txn,
               CsmTypeId    type,
               JsonObject  *record,
               GError     **error)
{
  return note (txn, type, record, FALSE, error) &&
         csm_txn_update (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (type), csm_json_get_string (record, "id"), record, error);
}

/**
 * csm_desk_add:
 * @txn: the transaction
 * @type: the record's type
 * @id: its id
 * @record: what is known of it; defaults are filled in
 * @error: return location
 *
 * Returns: whether it was written
 */
gboolean
csm_desk_add (CsmTxn      *txn,
              CsmTypeId    type,
              const char  *id,
              JsonObject  *record,
              GError     **error)
{
  /* @id may be the record's own string. */
  if (g_strcmp0 (csm_json_get_string (record, "id"), id) != 0)
    csm_json_set_string (record, "id", id);
  csm_record_fill_defaults (csm_record_type_get (type), record);
  return note (txn, type, record, TRUE, error) &&
         csm_txn_insert (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (type), id, record, error);
}

/**
 * csm_desk_exists:
 * @txn: the transaction
 * @type: a type
 * @id: (nullable): an id
 * @exists: (out): whether there is such a record
 * @error: return location
 *
 * Returns: whether it could be looked up
 */
gboolean
csm_desk_exists (CsmTxn      *txn,
                 CsmTypeId    type,
                 const char  *id,
                 gboolean    *exists,
                 GError     **error)
{
  GError *local = NULL;
  gint64 modseq = id != NULL ? csm_txn_get_modseq (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (type), id, &local) : 0;

  *exists = modseq > 0;
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, local);
  return FALSE;
}

/**
 * csm_desk_object_at:
 * @list: a list from outside
 * @index: below its length
 *
 * Returns: (transfer none) (nullable): the object there; %NULL when it is something else
 */
JsonObject *
csm_desk_object_at (JsonArray *list,
                    guint      index)
{
  JsonNode *node = json_array_get_element (list, index);

  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

/**
 * csm_desk_string_at:
 * @list: a list from outside
 * @index: below its length
 *
 * Returns: (transfer none) (nullable): the string there; %NULL when it is something else
 */
const char *
csm_desk_string_at (JsonArray *list,
                    guint      index)
{
  JsonNode *node = json_array_get_element (list, index);

  return csm_json_is_string (node) ? json_node_get_string (node) : NULL;
}

/**
 * csm_desk_set_key:
 * @record: a record of the caller's own
 * @member: the name of a set
 * @key: a key that the set gets
 *
 * Records share what they were copied from, so the set is made anew.
 */
void
csm_desk_set_key (JsonObject *record,
                  const char *member,
                  const char *key)
{
  JsonObject *old = csm_json_get_object (record, member);
  JsonObject *set = old != NULL ? csm_json_copy_object (old) : json_object_new ();

  json_object_set_boolean_member (set, key, TRUE);
  json_object_set_object_member (record, member, set);
}
