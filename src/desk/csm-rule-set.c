/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-rule-set.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "csm-address.h"
#include "csm-desk-records.h"
#include "csm-id.h"
#include "csm-json.h"
#include "csm-lane.h"
#include "csm-rule-condition.h"

#define MAX_RULES 100000
/* Grows with the list of rules that come with the program. */
#define SEED_VERSION "1"
#define FIRST_POSITION 1000
#define STEP 10

typedef struct
{
  char                 *id;
  char                 *channel_id;  /* NULL: every channel */
  gint64                position;
  char                 *lane;
  const CsmBuiltInRule *built_in;    /* NULL: `conditions` */
  CsmRuleConditions    *conditions;
} Rule;

struct _CsmRuleSet
{
  GPtrArray  *lanes;    /* Rule, in order */
  GHashTable *blocked;  /* address, or "*@domain" → GPtrArray of Rule */
  GPtrArray  *patterns; /* Rule: the other blocking ones */
};

static void
rule_free (Rule *self)
{
  g_free (self->id);
  g_free (self->channel_id);
  g_free (self->lane);
  g_clear_pointer (&self->conditions, csm_rule_conditions_free);
  g_free (self);
}

static void
rule_set_free (CsmRuleSet *self)
{
  g_ptr_array_unref (self->lanes);
  g_hash_table_unref (self->blocked);
  g_ptr_array_unref (self->patterns);
  g_free (self);
}

/* --- Those that come with the program ------------------------------------------------------------------------------------ */

static const char *
built_in_title (const char *name)
{
  static const struct { const char *name; const char *title; } titles[] = {
    { "delivery-report", N_("Delivery reports") },
    { "spam-flag", N_("Marked as spam by the mail server") },
    { "auto-reply", N_("Automatic replies and read receipts") },
    { "abuse-report", N_("Complaints from mail providers") },
    { "account", N_("Sign-in codes and passwords") },
    { "file-share", N_("Shared files") },
    { "digest", N_("Digests and summaries") },
    { "auto-generated", N_("Written by a program") },
    { "list", N_("Mailing lists and newsletters") },
    { "machine-sender", N_("Senders that can’t be answered") },
  };

  for (guint i = 0; i < G_N_ELEMENTS (titles); i++)
    {
      if (strcmp (titles[i].name, name) == 0)
        return _(titles[i].title);
    }
  return name;
}

static gboolean
collect_built_in (const char *id,
                  const char *json,
                  gpointer    user_data)
{
  g_autoptr (JsonNode) node = csm_json_parse_trusted (json, -1);
  const char *name = node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? csm_json_get_string (json_node_get_object (node), "builtIn") : NULL;

  if (name != NULL)
    g_hash_table_add (user_data, g_strdup (name));
  return TRUE;
}

/**
 * csm_rule_set_seed:
 * @txn: an open transaction for writing
 * @error: return location
 *
 * Makes the records of the rules that come with the program, where the workspace has not got them yet.
 *
 * Returns: whether they are there
 */
gboolean
csm_rule_set_seed (CsmTxn  *txn,
                   GError **error)
{
  static const char key[] = "rules";
  const CsmRecordType *type = csm_record_type_get (CSM_TYPE_ID_RULE);
  g_autoptr (GHashTable) known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree char *version = NULL;
  const CsmBuiltInRule *rules;
  GError *local = NULL;
  guint n_rules;

  version = csm_txn_setting (txn, key, &local);
  if (local != NULL)
    {
      g_propagate_error (error, local);
      return FALSE;
    }
  if (g_strcmp0 (version, SEED_VERSION) == 0)
    return TRUE;
  if (!csm_txn_each (txn, CSM_ACCOUNT_WORKSPACE, type, MAX_RULES, collect_built_in, known, error))
    return FALSE;
  rules = csm_lane_built_in_rules (&n_rules);
  for (guint i = 0; i < n_rules; i++)
    {
      g_autoptr (JsonObject) record = json_object_new ();
      g_autofree char *id = csm_id_new ('r');

      if (g_hash_table_contains (known, rules[i].name))
        continue;
      csm_json_set_string (record, "kind", "lane");
      csm_json_set_string (record, "name", built_in_title (rules[i].name));
      csm_json_set_string (record, "builtIn", rules[i].name);
      csm_json_set_string (record, "lane", rules[i].lane);
      json_object_set_int_member (record, "position", FIRST_POSITION + STEP * i);
      if (!csm_desk_add (txn, CSM_TYPE_ID_RULE, id, record, error))
        return FALSE;
    }
  return csm_txn_set_setting (txn, key, SEED_VERSION, error);
}

/* --- Making it ready --------------------------------------------------------------------------------------------------- */

static void
add_block (CsmRuleSet *self,
           Rule       *rule,
           JsonObject *from)
{
  const char *value = csm_json_get_string (from, "is");
  const char *rest = value != NULL && g_str_has_prefix (value, "*@") ? value + 2 : value;
  g_autofree char *key = NULL;
  GPtrArray *list;

  g_ptr_array_add (self->patterns, rule);
  if (value == NULL || strchr (rest, '*') != NULL)
    return;
  /* Most are one address or one domain, and there may be very many. */
  g_ptr_array_steal_index (self->patterns, self->patterns->len - 1);
  key = g_utf8_strdown (value, -1);
  list = g_hash_table_lookup (self->blocked, key);
  if (list == NULL)
    {
      list = g_ptr_array_new_with_free_func ((GDestroyNotify) rule_free);
      g_hash_table_insert (self->blocked, g_steal_pointer (&key), list);
    }
  g_ptr_array_add (list, rule);
}

static gboolean
add_rule (const char *id,
          const char *json,
          gpointer    user_data)
{
  CsmRuleSet *self = user_data;
  g_autoptr (JsonNode) node = csm_json_parse_trusted (json, -1);
  JsonObject *record = node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  const char *built_in = csm_json_get_string (record, "builtIn");
  JsonObject *conditions = csm_json_get_object (record, "conditions");
  gboolean blocks = g_strcmp0 (csm_json_get_string (record, "kind"), "block") == 0;
  Rule *rule;

  if (!csm_json_get_boolean (record, "enabled") || (!blocks && csm_json_get_string (record, "lane") == NULL))
    return TRUE;
  rule = g_new0 (Rule, 1);
  rule->id = g_strdup (id);
  rule->channel_id = g_strdup (csm_json_get_string (record, "channelId"));
  rule->position = csm_json_get_int (record, "position", 0);
  rule->lane = g_strdup (csm_json_get_string (record, "lane"));
  rule->built_in = built_in != NULL ? csm_lane_built_in (built_in) : NULL;
  rule->conditions = built_in == NULL ? csm_rule_conditions_new (conditions) : NULL;
  if (rule->built_in == NULL && rule->conditions == NULL)
    rule_free (rule);
  else if (blocks)
    add_block (self, rule, csm_json_get_object (conditions, "from"));
  else
    g_ptr_array_add (self->lanes, rule);
  return TRUE;
}

static int
compare_rules (gconstpointer a,
               gconstpointer b)
{
  const Rule *x = *(Rule *const *) a, *y = *(Rule *const *) b;

  if (x->position != y->position)
    return x->position < y->position ? -1 : 1;
  return strcmp (x->id, y->id);
}

/**
 * csm_rule_set_get:
 * @txn: an open transaction for writing
 * @error: return location
 *
 * Returns: (transfer none): the rules as they are now; valid until one of them changes
 */
CsmRuleSet *
csm_rule_set_get (CsmTxn  *txn,
                  GError **error)
{
  static const char name[] = "rules";
  const CsmRecordType *type = csm_record_type_get (CSM_TYPE_ID_RULE);
  CsmRuleSet *self = csm_txn_get_kept (txn, type, name);

  if (self != NULL)
    return self;
  if (!csm_rule_set_seed (txn, error))
    return NULL;
  self = g_new0 (CsmRuleSet, 1);
  self->lanes = g_ptr_array_new_with_free_func ((GDestroyNotify) rule_free);
  self->blocked = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
  self->patterns = g_ptr_array_new_with_free_func ((GDestroyNotify) rule_free);
  if (!csm_txn_each (txn, CSM_ACCOUNT_WORKSPACE, type, MAX_RULES, add_rule, self, error))
    {
      rule_set_free (self);
      return NULL;
    }
  g_ptr_array_sort (self->lanes, compare_rules);
  csm_txn_keep (txn, type, name, self, (GDestroyNotify) rule_set_free);
  return self;
}

/* --- Asking --------------------------------------------------------------------------------------------------------------- */

static gboolean
is_for (const Rule *rule,
        const char *channel_id)
{
  return rule->channel_id == NULL || g_strcmp0 (rule->channel_id, channel_id) == 0;
}

/**
 * csm_rule_set_lane:
 * @self: the rules
 * @channel_id: the mailbox that the mail came to
 * @mail: the mail
 *
 * Returns: (transfer none): the lane that a case begins in which the mail opens
 */
const char *
csm_rule_set_lane (const CsmRuleSet *self,
                   const char       *channel_id,
                   CsmMailView      *mail)
{
  for (guint i = 0; i < self->lanes->len; i++)
    {
      const Rule *rule = g_ptr_array_index (self->lanes, i);

      if (is_for (rule, channel_id) &&
          (rule->built_in != NULL ? rule->built_in->holds (mail) : csm_rule_conditions_hold (rule->conditions, mail)))
        return rule->lane;
    }
  return "conversation";
}

static const char *
find_block (const CsmRuleSet *self,
            const char       *channel_id,
            const char       *key)
{
  GPtrArray *list = g_hash_table_lookup (self->blocked, key);

  for (guint i = 0; list != NULL && i < list->len; i++)
    {
      const Rule *rule = g_ptr_array_index (list, i);

      if (is_for (rule, channel_id))
        return rule->id;
    }
  return NULL;
}

/**
 * csm_rule_set_blocks:
 * @self: the rules
 * @channel_id: the mailbox that a mail came to
 * @address: (nullable): the writer's normalised address
 *
 * Returns: (transfer none) (nullable): the rule that blocks the writer
 */
const char *
csm_rule_set_blocks (const CsmRuleSet *self,
                     const char       *channel_id,
                     const char       *address)
{
  g_autofree char *domain = NULL;
  g_autofree char *plain = NULL;
  g_auto (CsmMailView) view = { NULL };
  const char *id;

  if (address == NULL)
    return NULL;
  domain = g_strconcat ("*@", csm_address_domain (address), NULL);
  id = find_block (self, channel_id, address);
  if (id == NULL)
    id = find_block (self, channel_id, domain);
  /* Everybody can write from name+anything (RFC 5233). */
  plain = id == NULL ? csm_address_without_tag (address) : NULL;
  if (plain != NULL)
    id = find_block (self, channel_id, plain);
  view.from = address;
  for (guint i = 0; i < self->patterns->len && id == NULL; i++)
    {
      const Rule *rule = g_ptr_array_index (self->patterns, i);

      if (is_for (rule, channel_id) && csm_rule_conditions_hold (rule->conditions, &view))
        id = rule->id;
    }
  return id;
}
