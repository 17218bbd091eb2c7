/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-live-private.h"

/**
 * csm_live_case_ensure:
 * @hub: who is where
 * @id: a case's id
 *
 * Returns: (transfer none): the case; csm_live_case_release() it when nothing was done with it after all
 */
CsmLiveCase *
csm_live_case_ensure (CsmLiveHub *hub,
                      const char *id)
{
  CsmLiveCase *self = g_hash_table_lookup (hub->cases, id);

  if (self != NULL)
    return self;
  self = g_new0 (CsmLiveCase, 1);
  self->hub = hub;
  self->id = g_strdup (id);
  self->present = g_hash_table_new (NULL, NULL);
  self->watchers = g_hash_table_new (NULL, NULL);
  g_hash_table_insert (hub->cases, self->id, self);
  return self;
}

void
csm_live_case_free (CsmLiveCase *self)
{
  g_hash_table_unref (self->present);
  g_hash_table_unref (self->watchers);
  g_clear_pointer (&self->people, g_array_unref);
  g_free (self->id);
  g_free (self);
}

/* Forgets a case in which nobody is and that nobody watches. */
void
csm_live_case_release (CsmLiveCase *self)
{
  if (g_hash_table_size (self->present) == 0 && g_hash_table_size (self->watchers) == 0)
    g_hash_table_remove (self->hub->cases, self->id);
}

/**
 * csm_live_case_put:
 * @self: a case
 * @client: a connection of a colleague
 * @doing: what they do here
 *
 * Tells those who watch, each in their time. The case may be gone afterwards.
 */
void
csm_live_case_put (CsmLiveCase   *self,
                   CsmLiveClient *client,
                   CsmDoing       doing)
{
  CsmDoing before = GPOINTER_TO_INT (g_hash_table_lookup (self->present, client));
  GHashTableIter iter;
  gpointer watch;

  if (before == doing)
    {
      csm_live_case_release (self);
      return;
    }
  g_clear_pointer (&self->people, g_array_unref);
  if (doing == CSM_DOING_NOTHING)
    {
      g_hash_table_remove (self->present, client);
      g_hash_table_remove (client->doing, self);
    }
  else
    {
      g_hash_table_insert (self->present, client, GINT_TO_POINTER (doing));
      g_hash_table_add (client->doing, self);
    }
  g_hash_table_iter_init (&iter, self->watchers);
  while (g_hash_table_iter_next (&iter, NULL, &watch))
    csm_live_client_notice (((CsmLiveWatch *) watch)->client, watch);
  csm_live_case_release (self);
}

static int
compare_people (gconstpointer a,
                gconstpointer b)
{
  const CsmLiveWho *one = a;
  const CsmLiveWho *two = b;

  return one->doing != two->doing ? (int) two->doing - (int) one->doing : g_strcmp0 (one->id, two->id);
}

/**
 * csm_live_case_get_people:
 * @self: a case
 *
 * Returns: (transfer none) (element-type CsmLiveWho): everybody who is there, those who write first
 */
GArray *
csm_live_case_get_people (CsmLiveCase *self)
{
  g_autoptr (GHashTable) merged = NULL;
  GHashTableIter iter;
  gpointer key, value;

  if (self->people != NULL)
    return self->people;
  merged = g_hash_table_new (g_str_hash, g_str_equal);
  self->people = g_array_new (FALSE, FALSE, sizeof (CsmLiveWho));
  g_hash_table_iter_init (&iter, self->present);
  while (g_hash_table_iter_next (&iter, &key, &value))
    {
      char *person_id = ((CsmLiveClient *) key)->person_id;
      int best = GPOINTER_TO_INT (g_hash_table_lookup (merged, person_id));

      if (GPOINTER_TO_INT (value) > best)
        g_hash_table_replace (merged, person_id, value);
    }
  g_hash_table_iter_init (&iter, merged);
  while (g_hash_table_iter_next (&iter, &key, &value))
    {
      CsmLiveWho who = { key, (CsmDoing) GPOINTER_TO_INT (value) };

      g_array_append_val (self->people, who);
    }
  g_array_sort (self->people, compare_people);
  return self->people;
}
