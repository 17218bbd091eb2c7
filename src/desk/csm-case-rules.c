/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-rules.h"

#include "csm-assign.h"
#include "csm-case-flow.h"
#include "csm-desk-records.h"
#include "csm-history.h"
#include "csm-json.h"
#include "csm-merge.h"
#include "csm-rule-set.h"
#include "csm-time.h"
#include "csm-validate.h"

static gboolean
invalid (GError     **error,
         const char  *property)
{
  return csm_rules_refuse (error, CSM_DESK_ERROR_INVALID_PROPERTIES, property);
}

/* What a case names must be there. References that stay are left alone: who left the company still owns old cases. */
static gboolean
check_references (CsmTxn      *txn,
                  GPtrArray   *changed,
                  JsonObject  *record,
                  GError     **error)
{
  for (guint i = 0; i < changed->len; i++)
    {
      const char *name = g_ptr_array_index (changed, i);
      gboolean good = TRUE;

      if (g_str_equal (name, "ownerId"))
        good = csm_rules_need_staff (txn, record, name, error);
      else if (g_str_equal (name, "teamId"))
        good = csm_rules_need (txn, CSM_TYPE_ID_TEAM, record, name, error);
      else if (g_str_equal (name, "customerId"))
        good = csm_rules_need (txn, CSM_TYPE_ID_CUSTOMER, record, name, error);
      else if (g_str_equal (name, "tags"))
        good = csm_rules_need_keys (txn, CSM_TYPE_ID_TAG, record, name, error);
      else if (g_str_equal (name, "participantIds"))
        good = csm_rules_need_keys (txn, CSM_TYPE_ID_PERSON, record, name, error);
      else if (g_str_equal (name, "partners"))
        good = csm_rules_check_partners (txn, record, error);
      if (!good)
        return FALSE;
    }
  return TRUE;
}

/* The status machine, for what a person asks. */
static gboolean
check_status (JsonObject  *before,
              JsonObject  *after,
              GError     **error)
{
  const char *from = csm_json_get_string (before, "status");
  const char *to = csm_json_get_string (after, "status");
  gint64 until = csm_json_get_time (after, "snoozedUntil");

  if (g_strcmp0 (from, to) != 0 && !csm_case_flow_allows (from, to))
    return invalid (error, "status");
  if (g_strcmp0 (to, "snoozed") == 0)
    return until != CSM_TIME_NONE || invalid (error, "snoozedUntil");
  if (until != CSM_TIME_NONE && until != csm_json_get_time (before, "snoozedUntil"))
    return invalid (error, "snoozedUntil");
  return TRUE;
}

/**
 * csm_case_rules_create:
 * @txn: the transaction
 * @who: who opens it
 * @id: its id
 * @record: the case
 * @error: return location
 *
 * A case that a person opens. It is open from the start: that was a human act.
 *
 * Returns: whether it was written
 */
gboolean
csm_case_rules_create (CsmTxn              *txn,
                       const CsmPrincipal  *who,
                       const char          *id,
                       JsonObject          *record,
                       GError             **error)
{
  g_autoptr (JsonObject) nothing = json_object_new ();
  g_autoptr (GPtrArray) changed = NULL;
  const char *status = csm_json_get_string (record, "status");
  gint64 now = csm_time_now ();

  csm_record_fill_defaults (csm_record_type_get (CSM_TYPE_ID_CASE), nothing);
  changed = csm_record_changed (csm_record_type_get (CSM_TYPE_ID_CASE), nothing, record);
  csm_json_set_string (record, "id", id);
  if (csm_json_get_string (record, "mergedIntoId") != NULL)
    return invalid (error, "mergedIntoId");
  if (!check_references (txn, changed, record, error) || !check_status (nothing, record, error) ||
      !csm_case_work_prepare (txn, who, nothing, record, now, error))
    return FALSE;
  csm_case_flow_set_status (record, g_strcmp0 (status, "new") == 0 ? "open" : status, now);
  csm_json_set_time (record, "lastActivityAt", now);
  csm_case_touch_messages (record);
  return csm_history_add (txn, id, who->person_id, "created", NULL, NULL, NULL, NULL, error) &&
         csm_assign_fair (txn, record, error) &&
         csm_desk_add (txn, CSM_TYPE_ID_CASE, id, record, error) &&
         csm_case_work_follow (txn, who, nothing, record, error);
}

static const char *
mail_address_of (JsonObject *customer)
{
  JsonObject *identities = csm_json_get_object (customer, "identities");
  g_autoptr (GList) keys = identities != NULL ? json_object_get_members (identities) : NULL;

  for (GList *l = keys; l != NULL; l = l->next)
    {
      JsonObject *identity = csm_json_get_object (identities, l->data);

      if (g_strcmp0 (csm_json_get_string (identity, "kind"), "email") == 0)
        return csm_json_get_string (identity, "address");
    }
  return NULL;
}

/* Whoever takes a blocked sender's mail out of spam has to know that the next one will go there again. */
static gboolean
say_blocked (CsmTxn              *txn,
             const CsmPrincipal  *who,
             JsonObject          *record,
             JsonObject          *conversation,
             GError             **error)
{
  g_autoptr (JsonObject) customer = csm_desk_load (txn, CSM_TYPE_ID_CUSTOMER, csm_json_get_string (conversation, "customerId"), error);
  CsmRuleSet *rules = customer != NULL ? csm_rule_set_get (txn, error) : NULL;
  const char *rule_id;

  if (rules == NULL)
    return FALSE;
  rule_id = csm_rule_set_blocks (rules, csm_json_get_string (conversation, "channelId"), mail_address_of (customer));
  return rule_id == NULL ||
         csm_history_add (txn, csm_json_get_string (record, "id"), who->person_id, "blockedSender", NULL, NULL, NULL, rule_id, error);
}

/* What was kept aside is a case like any other once somebody moved it to another lane. */
static gboolean
bring_back (CsmTxn              *txn,
            const CsmPrincipal  *who,
            JsonObject          *before,
            JsonObject          *after,
            gint64               now,
            GError             **error)
{
  g_autoptr (GPtrArray) ids = NULL;

  if (g_strcmp0 (csm_json_get_string (before, "lane"), csm_json_get_string (after, "lane")) == 0 ||
      g_strcmp0 (csm_json_get_string (before, "status"), "closed") != 0)
    return TRUE;
  ids = csm_txn_ids_where (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (CSM_TYPE_ID_CONVERSATION), "caseId", csm_json_get_string (after, "id"), error);
  if (ids == NULL)
    return FALSE;
  for (guint i = 0; i < ids->len; i++)
    {
      g_autoptr (JsonObject) conversation = NULL;
      gboolean kept;

      if (!csm_txn_forget_aside (txn, g_ptr_array_index (ids, i), &kept, error))
        return FALSE;
      if (!kept)
        continue;
      if (g_strcmp0 (csm_json_get_string (after, "status"), "closed") == 0)
        csm_case_flow_set_status (after, "open", now);
      csm_case_note_activity (after, now);
      conversation = csm_desk_load (txn, CSM_TYPE_ID_CONVERSATION, g_ptr_array_index (ids, i), error);
      if (conversation == NULL || !say_blocked (txn, who, after, conversation, error))
        return FALSE;
    }
  return TRUE;
}

/* To a team that had no part in it, or into what people talk in: somebody has to take it. */
static gboolean
comes_to_team (JsonObject *before,
               JsonObject *after)
{
  return g_strcmp0 (csm_json_get_string (before, "teamId"), csm_json_get_string (after, "teamId")) != 0 ||
         g_strcmp0 (csm_json_get_string (before, "lane"), csm_json_get_string (after, "lane")) != 0;
}

/**
 * csm_case_rules_update:
 * @txn: the transaction
 * @who: who changes it
 * @before: the case
 * @after: what a patch made of it
 * @record_id: (nullable): the submission that the patch came with
 * @error: return location
 *
 * Returns: whether it was written, with an Event for each property
 */
gboolean
csm_case_rules_update (CsmTxn              *txn,
                       const CsmPrincipal  *who,
                       JsonObject          *before,
                       JsonObject          *after,
                       const char          *record_id,
                       GError             **error)
{
  g_autoptr (GPtrArray) changed = csm_record_changed (csm_record_type_get (CSM_TYPE_ID_CASE), before, after);
  const char *from = csm_json_get_string (before, "status");
  const char *to = csm_json_get_string (after, "status");
  gint64 now = csm_time_now ();

  if (changed->len == 0)
    return TRUE;
  if (csm_merge_concerns (before, after))
    return record_id == NULL ? csm_merge_update_case (txn, who, before, after, error) : invalid (error, "mergedIntoId");
  if (!check_references (txn, changed, after, error) || !check_status (before, after, error) ||
      !csm_merge_lead_patch (txn, before, after, error) || !csm_case_work_prepare (txn, who, before, after, now, error))
    return FALSE;
  if (g_strcmp0 (from, to) != 0)
    csm_case_flow_set_status (after, to, now);
  else if (g_strcmp0 (from, "new") == 0)
    csm_case_flow_set_status (after, "open", now);
  csm_case_touch_messages (after);
  return bring_back (txn, who, before, after, now, error) &&
         csm_case_work_follow (txn, who, before, after, error) &&
         csm_history_add_changes (txn, who->person_id, before, after, record_id, error) &&
         (!comes_to_team (before, after) || csm_assign_fair (txn, after, error)) &&
         csm_desk_save (txn, CSM_TYPE_ID_CASE, after, error);
}

/**
 * csm_case_rules_touch:
 * @txn: the transaction
 * @who: who wrote a comment
 * @case_id: in this case
 * @now: the time, µs
 * @mentions: (nullable): a set of people, who take part from now on
 * @record_id: the comment
 * @error: return location
 *
 * What a comment does to its case.
 *
 * Returns: whether the case is there and was written
 */
gboolean
csm_case_rules_touch (CsmTxn              *txn,
                      const CsmPrincipal  *who,
                      const char          *case_id,
                      gint64               now,
                      JsonObject          *mentions,
                      const char          *record_id,
                      GError             **error)
{
  g_autoptr (JsonObject) before = csm_desk_load (txn, CSM_TYPE_ID_CASE, case_id, error);
  g_autoptr (JsonObject) after = NULL;
  g_autoptr (GList) keys = mentions != NULL ? json_object_get_members (mentions) : NULL;

  if (before == NULL)
    return FALSE;
  after = csm_json_copy_object (before);
  for (GList *l = keys; l != NULL; l = l->next)
    csm_case_bring_in (after, l->data);
  csm_case_bring_in (after, who->person_id);
  csm_case_note_activity (after, now);
  if (g_strcmp0 (csm_json_get_string (after, "status"), "new") == 0)
    csm_case_flow_set_status (after, "open", now);
  /* Comments themselves are everywhere; with most of them nothing happens to the case. */
  if (csm_history_differs (before, after))
    csm_case_touch_messages (after);
  return csm_desk_save (txn, CSM_TYPE_ID_CASE, after, error) &&
         csm_history_add_changes (txn, who->person_id, before, after, record_id, error);
}

/**
 * csm_case_rules_note:
 * @txn: the transaction
 * @who: who did something in a case
 * @case_id: the case
 * @person_id: (nullable): who takes part from now on
 * @record_id: what it was done to
 * @error: return location
 *
 * What work in a case, with an Event of its own, does to the case: clients look for Events when `messagesState` is another one.
 *
 * Returns: whether the case is there and was written
 */
gboolean
csm_case_rules_note (CsmTxn              *txn,
                     const CsmPrincipal  *who,
                     const char          *case_id,
                     const char          *person_id,
                     const char          *record_id,
                     GError             **error)
{
  g_autoptr (JsonObject) before = csm_desk_load (txn, CSM_TYPE_ID_CASE, case_id, error);
  g_autoptr (JsonObject) after = NULL;

  if (before == NULL)
    return FALSE;
  after = csm_json_copy_object (before);
  if (person_id != NULL)
    csm_case_bring_in (after, person_id);
  if (g_strcmp0 (csm_json_get_string (after, "status"), "new") == 0)
    csm_case_flow_set_status (after, "open", csm_time_now ());
  csm_case_touch_messages (after);
  return csm_desk_save (txn, CSM_TYPE_ID_CASE, after, error) &&
         csm_history_add_changes (txn, who->person_id, before, after, record_id, error);
}
