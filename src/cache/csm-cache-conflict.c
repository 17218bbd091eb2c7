/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-cache-take.h"

#include "csm-json.h"

/* Whether what is about to be sent would overwrite what its person has not seen. */

/*
 * The first human act opens a new case of itself, whoever's it is. Nothing else is excused: of what was done on two devices of one
 * person, too, only the person knows which came last.
 */
static gboolean
is_excused (const char *property,
            JsonNode   *seen,
            JsonNode   *theirs)
{
  return g_str_equal (property, "status") && csm_json_is_string (seen) && csm_json_is_string (theirs) &&
         g_str_equal (json_node_get_string (seen), "new") && g_str_equal (json_node_get_string (theirs), "open");
}

static void
note_conflict (JsonObject *conflicts,
               const char *property,
               JsonNode   *before,
               JsonNode   *mine,
               JsonNode   *theirs)
{
  JsonObject *one = json_object_new ();

  json_object_set_member (one, "before", before != NULL ? csm_json_copy (before) : json_node_new (JSON_NODE_NULL));
  json_object_set_member (one, "mine", csm_json_copy (mine));
  json_object_set_member (one, "theirs", theirs != NULL ? csm_json_copy (theirs) : json_node_new (JSON_NODE_NULL));
  json_object_set_object_member (conflicts, property, one);
}

/* What ends as the other one has made it is no question, whatever was done in between. */
static void
forget_agreed (JsonObject *conflicts)
{
  g_autoptr (GList) names = json_object_get_members (conflicts);

  for (GList *l = names; l != NULL; l = l->next)
    {
      JsonObject *one = csm_json_get_object (conflicts, l->data);

      if (csm_cache_same_value (json_object_get_member (one, "mine"), json_object_get_member (one, "theirs")))
        json_object_remove_member (conflicts, l->data);
    }
}

/* Of a chain's first look at each guarded property: whether somebody else changed it. */
static void
find_conflicts (GPtrArray  *chain,
                JsonObject *base,
                JsonObject *conflicts)
{
  g_autoptr (GHashTable) known = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < chain->len; i++)
    {
      CsmTakeRow *row = g_ptr_array_index (chain, i);
      g_autoptr (GList) keys = row->seen != NULL ? json_object_get_members (row->seen) : NULL;

      for (GList *l = keys; l != NULL; l = l->next)
        {
          const char *property = l->data;
          JsonNode *before = json_object_get_member (row->seen, property), *theirs = csm_cache_value_of (base, property);
          g_autoptr (JsonNode) mine = csm_cache_value_after (row->op->type, base, row->op->payload, property);
          JsonObject *one = csm_json_get_object (conflicts, property);

          if (one != NULL)
            json_object_set_member (one, "mine", csm_json_copy (mine));
          if (!g_hash_table_add (known, l->data))
            continue;
          if (!csm_cache_same_value (theirs, mine) && !csm_cache_same_value (theirs, before) && !is_excused (property, before, theirs))
            note_conflict (conflicts, property, before, mine, theirs);
        }
    }
  forget_agreed (conflicts);
}

static gboolean
touches_any (CsmTakeRow *row,
             GHashTable *properties)
{
  GHashTableIter iter;
  gpointer name;

  g_hash_table_iter_init (&iter, properties);
  while (row->seen != NULL && g_hash_table_iter_next (&iter, &name, NULL))
    {
      if (json_object_has_member (row->seen, name))
        return TRUE;
    }
  return FALSE;
}

static void
add_touched (CsmTakeRow *row,
             GHashTable *properties)
{
  g_autoptr (GList) keys = json_object_get_members (row->seen);

  for (GList *l = keys; l != NULL; l = l->next)
    g_hash_table_add (properties, g_strdup (l->data));
}

static int
compare_rows (gconstpointer a,
              gconstpointer b)
{
  const CsmTakeRow *x = *(const CsmTakeRow * const *) a, *y = *(const CsmTakeRow * const *) b;

  return x->op->seq < y->op->seq ? -1 : x->op->seq > y->op->seq;
}

/* Takes out of @chain, and parks as one, what would overwrite somebody's change, and what stands on that. */
static gboolean
park_conflicts (CsmTake     *take,
                GPtrArray   *chain,
                JsonObject  *conflicts,
                GError     **error)
{
  g_autoptr (GHashTable) properties = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GList) names = json_object_get_members (conflicts);
  g_autoptr (GPtrArray) parked = g_ptr_array_new ();
  g_autoptr (JsonObject) conflict = json_object_new ();
  gboolean more = TRUE;

  for (GList *l = names; l != NULL; l = l->next)
    g_hash_table_add (properties, g_strdup (l->data));
  while (more)
    {
      more = FALSE;
      for (guint i = 0; i < chain->len && !more; i++)
        {
          CsmTakeRow *row = g_ptr_array_index (chain, i);

          more = touches_any (row, properties);
          if (!more)
            continue;
          add_touched (row, properties);
          g_ptr_array_add (parked, row);
          g_ptr_array_remove_index (chain, i);
        }
    }
  g_ptr_array_sort (parked, compare_rows);
  json_object_set_object_member (conflict, "values", json_object_ref (conflicts));
  for (guint i = parked->len; i > 0; i--)
    {
      CsmTakeRow *row = g_ptr_array_index (parked, i - 1);

      if (!csm_take_park (take, row, g_ptr_array_index (parked, 0), "recordMismatch", NULL, i == 1 ? conflict : NULL, error))
        return FALSE;
    }
  return TRUE;
}

/*
 * What has not left is judged by what is known of the record; what has is sent as it was, and the server judges. So it does where
 * what is known is older than what it did for us.
 */
static gboolean
judge (CsmTake    *take,
       GPtrArray  *chain,
       GError    **error)
{
  CsmTakeRow *first = g_ptr_array_index (chain, 0);
  g_autoptr (JsonObject) conflicts = json_object_new ();
  g_autoptr (JsonObject) base = NULL;
  g_autoptr (GError) local = NULL;

  if (first->op->sends > 0 || !g_str_equal (first->op->kind, "update") || csm_cache_is_doubted (take->txn->conn, first->op->record_id, &local))
    return TRUE;
  if (local == NULL)
    base = csm_cache_get_base (take->txn->conn, first->op->type, first->op->record_id, &local);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (base == NULL)
    return TRUE;
  find_conflicts (chain, base, conflicts);
  return json_object_get_size (conflicts) == 0 || park_conflicts (take, chain, conflicts, error);
}

/* What goes over the wire for the whole chain; what can't be joined waits for the next round. */
static JsonObject *
join (GPtrArray *chain)
{
  CsmTakeRow *first = g_ptr_array_index (chain, 0);
  JsonObject *payload = json_object_ref (first->op->payload);

  for (guint i = 1; i < chain->len; i++)
    {
      JsonObject *next = csm_cache_merge_patch (payload, ((CsmTakeRow *) g_ptr_array_index (chain, i))->op->payload);

      if (next == NULL)
        {
          g_ptr_array_set_size (chain, (int) i);
          break;
        }
      json_object_unref (payload);
      payload = next;
    }
  return payload;
}

static gboolean
is_guarded_chain (GPtrArray *chain)
{
  for (guint i = 0; i < chain->len; i++)
    {
      if (((CsmTakeRow *) g_ptr_array_index (chain, i))->seen != NULL)
        return TRUE;
    }
  return FALSE;
}

/**
 * csm_take_settle:
 * @take: a round
 * @head: an operation that goes, with those that go along
 * @error: `CSM_ERROR_DATABASE`
 *
 * Marks them as sending, and puts them into the batch as one; parks instead what somebody else's change stands against.
 *
 * Returns: whether it worked
 */
gboolean
csm_take_settle (CsmTake     *take,
                 CsmTakeRow  *head,
                 GError     **error)
{
  g_autoptr (GPtrArray) chain = g_ptr_array_new ();
  g_autoptr (JsonObject) payload = NULL;
  CsmOperation *op;
  gint64 modseq = -1;

  g_ptr_array_add (chain, head);
  for (guint i = 0; head->followers != NULL && i < head->followers->len; i++)
    g_ptr_array_add (chain, g_ptr_array_index (head->followers, i));
  if (!judge (take, chain, error))
    return FALSE;
  if (chain->len == 0)
    return TRUE;
  head = g_ptr_array_index (chain, 0);
  payload = join (chain);
  if (g_str_equal (head->op->kind, "update") && is_guarded_chain (chain))
    modseq = head->op->sends > 0 ? head->modseq : csm_cache_get_guard (take->txn->conn, head->op->record_id, error);
  for (guint i = 0; i < chain->len; i++)
    {
      gint64 seq = ((CsmTakeRow *) g_ptr_array_index (chain, i))->op->seq;

      if (!csm_db_conn_run (take->txn->conn, error,
            "UPDATE outbox SET state = 1, sends = sends + 1, modseq = ?1, carrier = CASE WHEN seq = ?2 THEN NULL ELSE ?2 END WHERE seq = ?3", "iii",
            MAX (modseq, 0), head->op->seq, seq))
        return FALSE;
    }
  op = g_steal_pointer (&head->op);
  json_object_unref (op->payload);
  op->payload = g_steal_pointer (&payload);
  op->state = CSM_OP_SENDING;
  op->sends++;
  op->if_modseq = modseq;
  g_ptr_array_add (take->batch->ops, op);
  return TRUE;
}
