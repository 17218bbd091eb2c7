/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-case-retell.h"

#include "csm-case-flow.h"
#include "csm-clock-facts.h"
#include "csm-desk-records.h"
#include "csm-json.h"
#include "csm-undecided.h"

const char *const csm_case_derived[] = { "messageCount", "hasAttachment", "channelIds", "lastMessageAt", "lastMessageId", "preview", "undecided", NULL };

static int
compare_arrival (gconstpointer a,
                 gconstpointer b)
{
  gint64 x = csm_json_get_time (*(JsonObject * const *) a, "created"), y = csm_json_get_time (*(JsonObject * const *) b, "created");

  return x < y ? -1 : x > y;
}

/* A case's messages in the order in which they came. */
static GPtrArray *
load_messages (CsmTxn      *txn,
               const char  *case_id,
               GError     **error)
{
  g_autoptr (GPtrArray) ids = csm_txn_ids_where (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (CSM_TYPE_ID_MESSAGE), "caseId", case_id, error);
  g_autoptr (GPtrArray) messages = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);

  for (guint i = 0; ids != NULL && i < ids->len; i++)
    {
      JsonObject *message = csm_desk_load (txn, CSM_TYPE_ID_MESSAGE, g_ptr_array_index (ids, i), error);

      if (message == NULL)
        return NULL;
      g_ptr_array_add (messages, message);
    }
  if (ids == NULL)
    return NULL;
  g_ptr_array_sort (messages, compare_arrival);
  return g_steal_pointer (&messages);
}

/**
 * csm_case_retell:
 * @txn: a transaction
 * @case_: a case with its `id`
 * @error: return location
 *
 * Makes what the case says of its messages as if it had got them just now, one after the other, and which replies of it nobody has decided upon.
 *
 * Returns: whether it worked
 */
gboolean
csm_case_retell (CsmTxn      *txn,
                 JsonObject  *case_,
                 GError     **error)
{
  g_autoptr (GPtrArray) messages = load_messages (txn, csm_json_get_string (case_, "id"), error);

  if (messages == NULL)
    return FALSE;
  json_object_set_int_member (case_, "messageCount", 0);
  json_object_set_boolean_member (case_, "hasAttachment", FALSE);
  json_object_set_object_member (case_, "channelIds", json_object_new ());
  json_object_set_null_member (case_, "lastMessageAt");
  json_object_set_null_member (case_, "lastMessageId");
  json_object_set_null_member (case_, "preview");
  for (guint i = 0; i < messages->len; i++)
    csm_case_note_message (case_, g_ptr_array_index (messages, i));
  csm_clock_facts_forget (case_);
  return csm_undecided_retell (txn, case_, messages, error);
}
