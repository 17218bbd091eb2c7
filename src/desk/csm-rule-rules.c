/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-rules.h"

#include <string.h>

#include "csm-address.h"
#include "csm-desk-records.h"
#include "csm-json.h"
#include "csm-parties.h"
#include "csm-rule-condition.h"
#include "csm-validate.h"

static gboolean
invalid (GError     **error,
         const char  *property)
{
  return csm_rules_refuse (error, CSM_DESK_ERROR_INVALID_PROPERTIES, property);
}

static gboolean
is_block (JsonObject *record)
{
  return g_strcmp0 (csm_json_get_string (record, "kind"), "block") == 0;
}

/* Whom not to hear any more is everybody's to say; where mail goes is the admins'. */
static gboolean
check_role (const CsmPrincipal  *who,
            JsonObject          *record,
            GError             **error)
{
  return csm_rules_may (who, is_block (record) ? CSM_ACTION_BLOCK_SENDERS : CSM_ACTION_WRITE_RULES, error);
}

static gboolean
is_mail_pattern (const char *value)
{
  const char *at = value != NULL ? strrchr (value, '@') : NULL;

  return at != NULL && at > value && at[1] != '\0' && strcmp (at, "@*") != 0 && strcmp (at, "@*.*") != 0;
}

/* One sender, or all of a domain: never ourselves, and never everybody. */
static gboolean
check_block (CsmTxn      *txn,
             JsonObject  *record,
             GError     **error)
{
  JsonObject *conditions = csm_json_get_object (record, "conditions");
  JsonObject *from = csm_json_get_object (conditions, "from");
  const char *value = csm_json_get_string (from, "is");
  g_autofree char *address = csm_address_normalise (value);
  gboolean own = FALSE;

  if (csm_json_get_string (record, "lane") != NULL)
    return invalid (error, "lane");
  if (conditions == NULL || json_object_get_size (conditions) != 1 || from == NULL || json_object_get_size (from) != 1 || !is_mail_pattern (value))
    return invalid (error, "conditions");
  if (address != NULL && !csm_parties_is_own (txn, address, &own, NULL, error))
    return FALSE;
  return !own || invalid (error, "conditions");
}

static gboolean
check (CsmTxn      *txn,
       JsonObject  *record,
       GError     **error)
{
  g_autoptr (CsmRuleConditions) conditions = NULL;

  if (!csm_rules_need (txn, CSM_TYPE_ID_CHANNEL, record, "channelId", error))
    return FALSE;
  if (is_block (record))
    {
      if (!check_block (txn, record, error))
        return FALSE;
    }
  else if (csm_json_get_string (record, "lane") == NULL)
    {
      return invalid (error, "lane");
    }
  if (csm_json_get_string (record, "builtIn") != NULL)
    return TRUE;
  conditions = csm_rule_conditions_new (csm_json_get_object (record, "conditions"));
  return conditions != NULL || invalid (error, "conditions");
}

/**
 * csm_rule_rules_create:
 * @txn: the transaction
 * @who: who writes
 * @id: its id
 * @record: the rule
 * @error: return location
 *
 * Returns: whether it was written
 */
gboolean
csm_rule_rules_create (CsmTxn              *txn,
                       const CsmPrincipal  *who,
                       const char          *id,
                       JsonObject          *record,
                       GError             **error)
{
  return check_role (who, record, error) && check (txn, record, error) && csm_desk_add (txn, CSM_TYPE_ID_RULE, id, record, error);
}

/**
 * csm_rule_rules_update:
 * @txn: the transaction
 * @who: who writes
 * @before: the rule
 * @after: what a patch made of it
 * @error: return location
 *
 * What a rule that came with the program looks for is the program's.
 *
 * Returns: whether it was written
 */
gboolean
csm_rule_rules_update (CsmTxn              *txn,
                       const CsmPrincipal  *who,
                       JsonObject          *before,
                       JsonObject          *after,
                       GError             **error)
{
  g_autoptr (GPtrArray) changed = csm_record_changed (csm_record_type_get (CSM_TYPE_ID_RULE), before, after);

  for (guint i = 0; i < changed->len; i++)
    {
      if (csm_json_get_string (before, "builtIn") != NULL && g_str_equal (g_ptr_array_index (changed, i), "conditions"))
        return invalid (error, "conditions");
    }
  return check_role (who, before, error) && check (txn, after, error) && csm_desk_save (txn, CSM_TYPE_ID_RULE, after, error);
}

/**
 * csm_rule_rules_destroy:
 * @txn: the transaction
 * @who: who writes
 * @id: the rule
 * @error: return location
 *
 * Returns: whether it was destroyed
 */
gboolean
csm_rule_rules_destroy (CsmTxn              *txn,
                        const CsmPrincipal  *who,
                        const char          *id,
                        GError             **error)
{
  g_autoptr (JsonObject) record = csm_desk_load (txn, CSM_TYPE_ID_RULE, id, error);

  if (record == NULL || !check_role (who, record, error))
    return FALSE;
  if (csm_json_get_string (record, "builtIn") != NULL)
    return csm_rules_refuse (error, CSM_DESK_ERROR_FORBIDDEN, "Rules that come with the program can be disabled, not destroyed");
  return csm_txn_destroy (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (CSM_TYPE_ID_RULE), id, error);
}
