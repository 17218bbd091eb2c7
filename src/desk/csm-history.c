/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-history.h"

#include "csm-desk-records.h"
#include "csm-id.h"
#include "csm-json.h"
#include "csm-time.h"
#include "csm-validate.h"

/* What people call the change of a case's property. What isn't here is bookkeeping and has no history. */
static const struct
{
  const char *property;
  const char *kind;
} kinds[] = {
  { "subject", "renamed" },
  { "status", "status" },
  { "lane", "lane" },
  { "customerId", "customer" },
  { "ownerId", "assigned" },
  { "teamId", "team" },
  { "participantIds", "participants" },
  { "priority", "priority" },
  { "tags", "tagged" },
  { "goal", "goal" },
  { "goalOutcome", "goalOutcome" },
  { "templateId", "template" },
  { "dueAt", "due" },
  { "snoozedUntil", "snoozed" },
  { "sentiment", "sentiment" },
  { "relatedCaseIds", "related" },
  { "partners", "shared" },
};

static JsonObject *
wrap (JsonNode *value)
{
  JsonObject *object = json_object_new ();

  if (value != NULL)
    json_object_set_member (object, "value", csm_json_copy (value));
  else
    json_object_set_null_member (object, "value");
  return object;
}

/**
 * csm_history_add:
 * @txn: the transaction
 * @case_id: the case
 * @person_id: (nullable): who did it; %NULL for Casement itself
 * @kind: what happened, in one word
 * @property: (nullable): the property that changed
 * @before: (nullable): its value before
 * @after: (nullable): its value after
 * @record_id: (nullable): the message, comment or submission that it is about
 * @error: return location
 *
 * Writes one Event.
 *
 * Returns: whether it was written
 */
gboolean
csm_history_add (CsmTxn      *txn,
                 const char  *case_id,
                 const char  *person_id,
                 const char  *kind,
                 const char  *property,
                 JsonNode    *before,
                 JsonNode    *after,
                 const char  *record_id,
                 GError     **error)
{
  g_autoptr (JsonObject) event = json_object_new ();
  g_autofree char *id = csm_id_new ('y');

  csm_json_set_string (event, "caseId", case_id);
  csm_json_set_time (event, "at", csm_time_now ());
  csm_json_set_string (event, "personId", person_id);
  csm_json_set_string (event, "kind", kind);
  csm_json_set_string (event, "property", property);
  json_object_set_object_member (event, "before", wrap (before));
  json_object_set_object_member (event, "after", wrap (after));
  csm_json_set_string (event, "recordId", record_id);
  return csm_desk_add (txn, CSM_TYPE_ID_EVENT, id, event, error);
}

static JsonNode *
text_node (const char *text)
{
  return text != NULL ? json_node_init_string (json_node_alloc (), text) : json_node_new (JSON_NODE_NULL);
}

/**
 * csm_history_add_text:
 * @txn: the transaction
 * @case_id: the case
 * @person_id: (nullable): who did it
 * @kind: what happened
 * @property: (nullable): the property that changed
 * @before: (nullable): its value before
 * @after: (nullable): its value after
 * @record_id: (nullable): what it is about
 * @error: return location
 *
 * As csm_history_add(), for strings.
 *
 * Returns: whether it was written
 */
gboolean
csm_history_add_text (CsmTxn      *txn,
                      const char  *case_id,
                      const char  *person_id,
                      const char  *kind,
                      const char  *property,
                      const char  *before,
                      const char  *after,
                      const char  *record_id,
                      GError     **error)
{
  g_autoptr (JsonNode) old = text_node (before);
  g_autoptr (JsonNode) new = text_node (after);

  return csm_history_add (txn, case_id, person_id, kind, property, old, new, record_id, error);
}

/**
 * csm_history_add_why:
 * @txn: the transaction
 * @case_id: the case
 * @person_id: (nullable): who did it; %NULL for Casement itself
 * @kind: what happened, in one word
 * @property: the property that changed
 * @before: (nullable): its value before
 * @after: (nullable): its value after
 * @why: what led to it; stands beside the new value
 * @error: return location
 *
 * Writes an Event of what a rule led to, so that people can see why.
 *
 * Returns: whether it was written
 */
gboolean
csm_history_add_why (CsmTxn      *txn,
                     const char  *case_id,
                     const char  *person_id,
                     const char  *kind,
                     const char  *property,
                     const char  *before,
                     const char  *after,
                     JsonObject  *why,
                     GError     **error)
{
  g_autoptr (JsonObject) event = json_object_new ();
  g_autoptr (JsonNode) old = text_node (before);
  g_autoptr (JsonNode) new = text_node (after);
  g_autofree char *id = csm_id_new ('y');
  JsonObject *value = wrap (new);

  json_object_set_object_member (value, "why", json_object_ref (why));
  csm_json_set_string (event, "caseId", case_id);
  csm_json_set_time (event, "at", csm_time_now ());
  csm_json_set_string (event, "personId", person_id);
  csm_json_set_string (event, "kind", kind);
  csm_json_set_string (event, "property", property);
  json_object_set_object_member (event, "before", wrap (old));
  json_object_set_object_member (event, "after", value);
  return csm_desk_add (txn, CSM_TYPE_ID_EVENT, id, event, error);
}

/**
 * csm_history_differs:
 * @before: a case
 * @after: the same case later
 *
 * Returns: whether csm_history_add_changes() has something to write
 */
gboolean
csm_history_differs (JsonObject *before,
                     JsonObject *after)
{
  g_autoptr (GPtrArray) changed = csm_record_changed (csm_record_type_get (CSM_TYPE_ID_CASE), before, after);

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      if (g_ptr_array_find_with_equal_func (changed, kinds[i].property, g_str_equal, NULL))
        return TRUE;
    }
  return FALSE;
}

/**
 * csm_history_add_changes:
 * @txn: the transaction
 * @person_id: (nullable): who did it
 * @before: a case
 * @after: the same case later
 * @record_id: (nullable): the submission that it came with
 * @error: return location
 *
 * Writes one Event for each property that differs.
 *
 * Returns: whether all were written
 */
gboolean
csm_history_add_changes (CsmTxn      *txn,
                         const char  *person_id,
                         JsonObject  *before,
                         JsonObject  *after,
                         const char  *record_id,
                         GError     **error)
{
  g_autoptr (GPtrArray) changed = csm_record_changed (csm_record_type_get (CSM_TYPE_ID_CASE), before, after);
  const char *case_id = csm_json_get_string (after, "id");

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      if (!g_ptr_array_find_with_equal_func (changed, kinds[i].property, g_str_equal, NULL))
        continue;
      if (!csm_history_add (txn, case_id, person_id, kinds[i].kind, kinds[i].property,
                            json_object_get_member (before, kinds[i].property),
                            json_object_get_member (after, kinds[i].property), record_id, error))
        return FALSE;
    }
  return TRUE;
}
