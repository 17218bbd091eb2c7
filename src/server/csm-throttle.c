/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-throttle.h"

#include <gio/gio.h>
#include <string.h>

#include "csm-time.h"

/* After this many doublings every longest wait is reached. */
#define MOST_DOUBLINGS 20

typedef struct
{
  guint  tries;
  gint64 not_before;
} Entry;

struct _CsmThrottle
{
  guint       free_tries;
  gint64      longest;
  guint       capacity;
  GHashTable *entries; /* key → Entry */
};

/**
 * csm_throttle_new:
 * @free_tries: how many tries nobody has to wait for
 * @longest: the longest wait, µs; also how long after it a key is remembered
 * @capacity: how many keys are remembered
 *
 * Makes whoever guesses wait: 1 s after the free tries, then 2, 4, … Time is the caller's.
 *
 * Returns: (transfer full): an empty throttle
 */
CsmThrottle *
csm_throttle_new (guint  free_tries,
                  gint64 longest,
                  guint  capacity)
{
  CsmThrottle *self = g_new0 (CsmThrottle, 1);

  self->free_tries = free_tries;
  self->longest = longest;
  self->capacity = capacity;
  self->entries = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return self;
}

/**
 * csm_throttle_free:
 * @self: (transfer full): a throttle
 */
void
csm_throttle_free (CsmThrottle *self)
{
  g_hash_table_unref (self->entries);
  g_free (self);
}

static gboolean
is_over (CsmThrottle *self,
         const Entry *entry,
         gint64       now)
{
  return entry->not_before + self->longest <= now;
}

/* An attacker with many addresses must not fill the memory: what ended is dropped, then what ends first. */
static void
make_room (CsmThrottle *self,
           gint64       now)
{
  GHashTableIter iter;
  const char *key, *first = NULL;
  Entry *entry;
  gint64 earliest = G_MAXINT64;

  if (g_hash_table_size (self->entries) < self->capacity)
    return;
  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, (gpointer *) &key, (gpointer *) &entry))
    {
      if (is_over (self, entry, now))
        g_hash_table_iter_remove (&iter);
      else if (entry->not_before < earliest)
        {
          earliest = entry->not_before;
          first = key;
        }
    }
  if (g_hash_table_size (self->entries) >= self->capacity)
    g_hash_table_remove (self->entries, first);
}

/**
 * csm_throttle_try:
 * @self: a throttle
 * @key: who tries
 * @now: the time, µs
 *
 * Counts a try, before it is known how it ends: many at once must not slip through.
 *
 * Returns: 0: go on; otherwise how long to wait, µs, and the try did not count
 */
gint64
csm_throttle_try (CsmThrottle *self,
                  const char  *key,
                  gint64       now)
{
  Entry *entry = g_hash_table_lookup (self->entries, key);

  if (entry != NULL && is_over (self, entry, now))
    {
      g_hash_table_remove (self->entries, key);
      entry = NULL;
    }
  if (entry == NULL)
    {
      make_room (self, now);
      entry = g_new0 (Entry, 1);
      entry->not_before = now;
      g_hash_table_insert (self->entries, g_strdup (key), entry);
    }
  if (now < entry->not_before)
    return entry->not_before - now;
  entry->tries++;
  if (entry->tries >= self->free_tries)
    entry->not_before = now + MIN (self->longest, CSM_SECOND << MIN (entry->tries - self->free_tries, MOST_DOUBLINGS));
  else
    entry->not_before = now;
  return 0;
}

/**
 * csm_throttle_key_of_address:
 * @host: (nullable): a network address as text; %NULL: a Unix socket, which is one person's
 *
 * An address of IPv4 is one party; of IPv6 it is the network of 64 bits, of which whoever has one address has all.
 *
 * Returns: (transfer full): what stands for the party in a throttle
 */
char *
csm_throttle_key_of_address (const char *host)
{
  static const guint8 mapped[] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };
  g_autoptr (GInetAddress) address = host != NULL ? g_inet_address_new_from_string (host) : NULL;
  g_autoptr (GInetAddress) party = NULL;
  guint8 bytes[16];

  if (address == NULL || g_inet_address_get_family (address) != G_SOCKET_FAMILY_IPV6 || g_inet_address_get_is_loopback (address))
    return g_strdup (host != NULL ? host : "local");
  memcpy (bytes, g_inet_address_to_bytes (address), sizeof bytes);
  if (memcmp (bytes, mapped, sizeof mapped) == 0)
    {
      party = g_inet_address_new_from_bytes (bytes + sizeof mapped, G_SOCKET_FAMILY_IPV4);
    }
  else
    {
      memset (bytes + 8, 0, 8);
      party = g_inet_address_new_from_bytes (bytes, G_SOCKET_FAMILY_IPV6);
    }
  return g_inet_address_to_string (party);
}

/**
 * csm_throttle_take_back:
 * @self: a throttle
 * @key: who tried
 * @now: the time, µs
 *
 * One try was right. The others still count: who has one password may guess at another.
 */
void
csm_throttle_take_back (CsmThrottle *self,
                        const char  *key,
                        gint64       now)
{
  Entry *entry = g_hash_table_lookup (self->entries, key);

  if (entry == NULL)
    return;
  if (entry->tries <= 1)
    {
      g_hash_table_remove (self->entries, key);
      return;
    }
  entry->tries--;
  entry->not_before = now;
}

/**
 * csm_throttle_clear:
 * @self: a throttle
 * @key: who tried
 *
 * All tries are forgiven.
 */
void
csm_throttle_clear (CsmThrottle *self,
                    const char  *key)
{
  g_hash_table_remove (self->entries, key);
}

/**
 * csm_throttle_get_size:
 * @self: a throttle
 *
 * Returns: how many keys it remembers
 */
guint
csm_throttle_get_size (CsmThrottle *self)
{
  return g_hash_table_size (self->entries);
}
