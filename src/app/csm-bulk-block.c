/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-bulk-block.h"

#include "csm-json.h"
#include "csm-recipients.h"

/* Senders whom nobody wants to hear, one rule for each address. */

/* Returns: (nullable) (transfer none): the rule that blocks just this address */
JsonObject *
csm_bulk_block_find (CsmWorkbench *workbench,
                     const char   *address)
{
  CsmDirectory *directory = csm_workbench_get_directory (workbench);

  for (guint i = 0; directory != NULL && address != NULL && i < directory->rules->len; i++)
    {
      JsonObject *rule = directory->rules->pdata[i];
      JsonObject *conditions = csm_json_get_object (rule, "conditions");
      JsonObject *from = conditions != NULL ? csm_json_get_object (conditions, "from") : NULL;
      const char *blocked = from != NULL ? csm_json_get_string (from, "is") : NULL;

      if (g_strcmp0 (csm_json_get_string (rule, "kind"), "block") == 0 && blocked != NULL && g_ascii_strcasecmp (blocked, address) == 0)
        return rule;
    }
  return NULL;
}

/* Adds the rule that blocks @address. Returns: (transfer full): its id */
char *
csm_bulk_block_rule (CsmIntent  *intent,
                     const char *address)
{
  JsonObject *rule = json_object_new ();
  JsonObject *conditions = json_object_new ();
  JsonObject *from = json_object_new ();

  json_object_set_string_member (from, "is", address);
  json_object_set_object_member (conditions, "from", from);
  json_object_set_string_member (rule, "kind", "block");
  json_object_set_string_member (rule, "name", address);
  json_object_set_object_member (rule, "conditions", conditions);
  return csm_intent_create (intent, CSM_TYPE_ID_RULE, rule);
}

/* Leaves out the cases of whose senders nobody can be blocked: colleagues, our own channels, and those that are already. */
void
csm_bulk_block_keep (CsmWorkbench *workbench,
                     GPtrArray    *states)
{
  for (guint i = states->len; i-- > 0;)
    {
      const char *sender = ((CsmCaseState *) states->pdata[i])->sender;

      if (sender == NULL || sender[0] == '\0' || csm_recipients_is_ours (csm_workbench_get_directory (workbench), sender)
          || csm_bulk_block_find (workbench, sender) != NULL)
        g_ptr_array_remove_index (states, i);
    }
}

static GHashTable *
senders_of (GPtrArray *states)
{
  GHashTable *senders = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < states->len; i++)
    if (((CsmCaseState *) states->pdata[i])->sender != NULL)
      g_hash_table_add (senders, g_ascii_strdown (((CsmCaseState *) states->pdata[i])->sender, -1));
  return senders;
}

/* Blocks the senders of the cases. Returns: how many they are */
guint
csm_bulk_block_add (CsmWorkbench *workbench,
                    CsmIntent    *intent,
                    GPtrArray    *states)
{
  g_autoptr (GHashTable) senders = senders_of (states);
  GHashTableIter iter;
  gpointer sender;

  g_hash_table_iter_init (&iter, senders);
  while (g_hash_table_iter_next (&iter, &sender, NULL))
    {
      g_autofree char *id = csm_bulk_block_rule (intent, sender);
    }
  return g_hash_table_size (senders);
}

/* Hears the senders of the cases again. */
void
csm_bulk_block_lift (CsmWorkbench *workbench,
                     CsmIntent    *intent,
                     GPtrArray    *states)
{
  g_autoptr (GHashTable) senders = senders_of (states);
  GHashTableIter iter;
  gpointer sender;

  g_hash_table_iter_init (&iter, senders);
  while (g_hash_table_iter_next (&iter, &sender, NULL))
    {
      JsonObject *rule = csm_bulk_block_find (workbench, sender);

      if (rule != NULL)
        csm_intent_destroy (intent, CSM_TYPE_ID_RULE, csm_json_get_string (rule, "id"));
    }
}
