/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-json.h"
#include "store-test.h"

#define TAG csm_record_type_get (CSM_TYPE_ID_TAG)
#define ACCOUNT CSM_ACCOUNT_WORKSPACE
#define ROUNDS 400
#define CLIENTS 6

/* What a naive client holds: ids and the number of the version that it fetched. */
typedef struct
{
  GHashTable *records;
  GHashTable *destroyed; /* ids that it was told are gone */
  gint64      modseq;
} Client;

typedef struct
{
  GRand     *rand;
  GPtrArray *alive;      /* ids on the server */
  Client     clients[CLIENTS];
} World;

static void
act (CsmTxn *txn,
     World  *world)
{
  guint what = (guint) g_rand_int_range (world->rand, 0, 10);
  guint at = world->alive->len > 0 ? (guint) g_rand_int_range (world->rand, 0, (gint32) world->alive->len) : 0;

  if (what < 4 || world->alive->len == 0)
    {
      g_ptr_array_add (world->alive, store_test_insert (txn, ACCOUNT, CSM_TYPE_ID_TAG, "{\"name\": \"new\"}"));
    }
  else if (what < 8)
    {
      g_autofree char *name = g_strdup_printf ("\"%u\"", g_rand_int (world->rand));

      store_test_change (txn, ACCOUNT, CSM_TYPE_ID_TAG, g_ptr_array_index (world->alive, at), "name", name);
    }
  else
    {
      g_autoptr (GError) error = NULL;

      csm_txn_destroy (txn, ACCOUNT, TAG, g_ptr_array_index (world->alive, at), &error);
      g_assert_no_error (error);
      g_ptr_array_remove_index_fast (world->alive, at);
    }
}

static void
fetch (CsmTxn     *txn,
       Client     *client,
       const char *id)
{
  gint64 modseq = csm_txn_get_modseq (txn, ACCOUNT, TAG, id, NULL);

  if (modseq != 0)
    g_hash_table_insert (client->records, g_strdup (id), GSIZE_TO_POINTER ((gsize) modseq));
  else
    g_hash_table_remove (client->records, id);
}

static gboolean
turn_page (CsmTxn *txn,
           Client *client,
           guint   max)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CsmChanges) page = csm_txn_changes (txn, ACCOUNT, TAG, client->modseq, max, &error);
  g_autoptr (GHashTable) once = g_hash_table_new (g_str_hash, g_str_equal);

  g_assert_no_error (error);
  g_assert_cmpuint (page->created->len + page->updated->len + page->destroyed->len, <=, max);
  for (guint i = 0; i < page->created->len; i++)
    {
      const char *id = g_ptr_array_index (page->created, i);

      g_assert_true (g_hash_table_add (once, (gpointer) id));
      g_assert_false (g_hash_table_contains (client->destroyed, id));
      g_assert_false (g_hash_table_contains (client->records, id));
      fetch (txn, client, id);
    }
  for (guint i = 0; i < page->updated->len; i++)
    {
      const char *id = g_ptr_array_index (page->updated, i);

      /* Never "updated" before "created", and never after "destroyed". */
      g_assert_true (g_hash_table_add (once, (gpointer) id));
      g_assert_true (g_hash_table_contains (client->records, id));
      fetch (txn, client, id);
    }
  for (guint i = 0; i < page->destroyed->len; i++)
    {
      const char *id = g_ptr_array_index (page->destroyed, i);

      g_assert_true (g_hash_table_add (once, (gpointer) id));
      g_hash_table_remove (client->records, id);
      g_assert_true (g_hash_table_add (client->destroyed, g_strdup (id)));
    }
  if (page->has_more)
    {
      g_assert_cmpint (page->modseq, >, client->modseq);
      g_assert_cmpuint (g_hash_table_size (once), ==, max);
    }
  client->modseq = page->modseq;
  return page->has_more;
}

static void
assert_caught_up (CsmTxn *txn,
                  World  *world,
                  Client *client)
{
  g_assert_cmpuint (g_hash_table_size (client->records), ==, world->alive->len);
  for (guint i = 0; i < world->alive->len; i++)
    {
      const char *id = g_ptr_array_index (world->alive, i);
      gint64 modseq = csm_txn_get_modseq (txn, ACCOUNT, TAG, id, NULL);

      g_assert_cmpint ((gint64) GPOINTER_TO_SIZE (g_hash_table_lookup (client->records, id)), ==, modseq);
    }
}

static gpointer
live (CsmTxn        *txn,
      gpointer       input,
      GCancellable  *cancellable,
      GError       **error)
{
  World *world = input;

  for (guint i = 0; i < ROUNDS; i++)
    {
      Client *client = &world->clients[g_rand_int_range (world->rand, 0, CLIENTS)];
      guint max = (guint) g_rand_int_range (world->rand, 1, 8);

      act (txn, world);
      if (g_rand_int_range (world->rand, 0, 4) > 0)
        continue;
      /* Others go on between two pages. */
      while (turn_page (txn, client, max))
        {
          if (g_rand_boolean (world->rand))
            act (txn, world);
        }
      assert_caught_up (txn, world, client);
    }
  for (guint i = 0; i < CLIENTS; i++)
    {
      while (turn_page (txn, &world->clients[i], 3))
        ;
      assert_caught_up (txn, world, &world->clients[i]);
    }
  return NULL;
}

static void
test_random (StoreFixture  *fixture,
             gconstpointer  data)
{
  World world = { .rand = g_rand_new_with_seed (GPOINTER_TO_UINT (data)), .alive = g_ptr_array_new_with_free_func (g_free) };

  for (guint i = 0; i < CLIENTS; i++)
    {
      world.clients[i].records = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
      world.clients[i].destroyed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
      world.clients[i].modseq = CSM_CHANGES_BEGINNING;
    }
  store_test_run (fixture->store, TRUE, live, &world);
  for (guint i = 0; i < CLIENTS; i++)
    {
      g_hash_table_unref (world.clients[i].records);
      g_hash_table_unref (world.clients[i].destroyed);
    }
  g_ptr_array_unref (world.alive);
  g_rand_free (world.rand);
}

static gpointer
coalesce (CsmTxn        *txn,
          gpointer       input,
          GCancellable  *cancellable,
          GError       **error)
{
  g_autofree char *old = store_test_insert (txn, ACCOUNT, CSM_TYPE_ID_TAG, "{\"name\": \"old\"}");
  g_autofree char *gone = store_test_insert (txn, ACCOUNT, CSM_TYPE_ID_TAG, "{\"name\": \"gone\"}");
  gint64 since = csm_txn_get_modseq (txn, ACCOUNT, TAG, gone, error);
  g_autofree char *new = store_test_insert (txn, ACCOUNT, CSM_TYPE_ID_TAG, "{\"name\": \"new\"}");
  g_autofree char *brief = store_test_insert (txn, ACCOUNT, CSM_TYPE_ID_TAG, "{\"name\": \"brief\"}");
  g_autoptr (CsmChanges) all = NULL;
  g_autoptr (CsmChanges) none = NULL;
  g_autoptr (CsmChanges) first = NULL;

  store_test_change (txn, ACCOUNT, CSM_TYPE_ID_TAG, new, "name", "\"newer\"");
  store_test_change (txn, ACCOUNT, CSM_TYPE_ID_TAG, old, "name", "\"older\"");
  store_test_change (txn, ACCOUNT, CSM_TYPE_ID_TAG, gone, "name", "\"going\"");
  g_assert_true (csm_txn_destroy (txn, ACCOUNT, TAG, gone, error));
  g_assert_true (csm_txn_destroy (txn, ACCOUNT, TAG, brief, error));

  all = csm_txn_changes (txn, ACCOUNT, TAG, since, 0, error);
  g_assert_cmpuint (all->created->len, ==, 1);
  g_assert_cmpstr (g_ptr_array_index (all->created, 0), ==, new);
  g_assert_cmpuint (all->updated->len, ==, 1);
  g_assert_cmpstr (g_ptr_array_index (all->updated, 0), ==, old);
  /* What was made and destroyed since is told: another session may have seen it. */
  g_assert_cmpuint (all->destroyed->len, ==, 2);
  g_assert_false (all->has_more);

  none = csm_txn_changes (txn, ACCOUNT, TAG, all->modseq, 0, error);
  g_assert_cmpuint (none->created->len + none->updated->len + none->destroyed->len, ==, 0);
  g_assert_cmpint (none->modseq, ==, all->modseq);

  /* From the beginning only what exists is told. */
  first = csm_txn_changes (txn, ACCOUNT, TAG, CSM_CHANGES_BEGINNING, 0, error);
  g_assert_cmpuint (first->created->len, ==, 2);
  g_assert_cmpuint (first->updated->len + first->destroyed->len, ==, 0);
  return NULL;
}

/* Whoever knows that there was nothing may have made the first record themselves: that a colleague threw it away is told. */
static gpointer
begin_with_nothing (CsmTxn        *txn,
                    gpointer       input,
                    GCancellable  *cancellable,
                    GError       **error)
{
  g_autoptr (CsmChanges) nothing = csm_txn_changes (txn, ACCOUNT, TAG, CSM_CHANGES_BEGINNING, 0, error);
  g_autofree char *brief = store_test_insert (txn, ACCOUNT, CSM_TYPE_ID_TAG, "{\"name\": \"brief\"}");
  g_autoptr (CsmChanges) page = NULL;

  g_assert_cmpint (nothing->modseq, ==, 0);
  g_assert_true (csm_txn_destroy (txn, ACCOUNT, TAG, brief, error));
  page = csm_txn_changes (txn, ACCOUNT, TAG, nothing->modseq, 0, error);
  g_assert_cmpuint (page->created->len + page->updated->len, ==, 0);
  g_assert_cmpuint (page->destroyed->len, ==, 1);
  g_assert_cmpstr (g_ptr_array_index (page->destroyed, 0), ==, brief);
  return NULL;
}

static void
test_begin_with_nothing (StoreFixture  *fixture,
                         gconstpointer  data)
{
  store_test_run (fixture->store, TRUE, begin_with_nothing, NULL);
}

static void
test_coalesce (StoreFixture  *fixture,
               gconstpointer  data)
{
  store_test_run (fixture->store, TRUE, coalesce, NULL);
}

/* --- A change that has its number and is not written yet ---------------------------------------------------------------- */

/* Reads while a change is held up: another one that overtook it could be seen by then. */
#define LOOKS 20

typedef struct
{
  GMutex    mutex;
  GCond     cond;
  gboolean  numbered; /* the slow one has its number */
  gboolean  asked;    /* the other one is going to write */
  gboolean  may_end;
  CsmStore *other;    /* of another process */
} Delay;

static void
tell (Delay    *delay,
      gboolean *what)
{
  g_mutex_lock (&delay->mutex);
  *what = TRUE;
  g_cond_broadcast (&delay->cond);
  g_mutex_unlock (&delay->mutex);
}

static void
wait_for (Delay    *delay,
          gboolean *what)
{
  g_mutex_lock (&delay->mutex);
  while (!*what)
    g_cond_wait (&delay->cond, &delay->mutex);
  g_mutex_unlock (&delay->mutex);
}

static gpointer
insert_slowly (CsmTxn        *txn,
               gpointer       input,
               GCancellable  *cancellable,
               GError       **error)
{
  Delay *delay = input;
  g_autofree char *id = store_test_insert (txn, ACCOUNT, CSM_TYPE_ID_TAG, "{\"name\": \"slow\"}");

  tell (delay, &delay->numbered);
  wait_for (delay, &delay->may_end);
  return NULL;
}

static gpointer
insert_at_once (CsmTxn        *txn,
                gpointer       input,
                GCancellable  *cancellable,
                GError       **error)
{
  g_autofree char *id = store_test_insert (txn, ACCOUNT, CSM_TYPE_ID_TAG, "{\"name\": \"fast\"}");

  return NULL;
}

static gpointer
write_slowly (gpointer data)
{
  StoreFixture *fixture = ((gpointer *) data)[0];

  return store_test_run (fixture->store, TRUE, insert_slowly, ((gpointer *) data)[1]);
}

static gpointer
write_at_once (gpointer data)
{
  Delay *delay = data;

  tell (delay, &delay->asked);
  return store_test_run (delay->other, TRUE, insert_at_once, NULL);
}

static gpointer
look (CsmTxn        *txn,
      gpointer       input,
      GCancellable  *cancellable,
      GError       **error)
{
  while (turn_page (txn, input, 1))
    ;
  return NULL;
}

/* Whoever reads while a change with a lower number is held up, in another process, has not missed it afterwards. */
static void
test_held_up (StoreFixture  *fixture,
              gconstpointer  data)
{
  g_autoptr (CsmStore) other = csm_store_open (fixture->directory, NULL);
  Delay delay = { .other = other };
  gpointer slow[] = { fixture, &delay };
  Client client = { g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL), g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL), CSM_CHANGES_BEGINNING };
  GThread *threads[2];

  g_mutex_init (&delay.mutex);
  g_cond_init (&delay.cond);
  threads[0] = g_thread_new ("slow", write_slowly, slow);
  wait_for (&delay, &delay.numbered);
  threads[1] = g_thread_new ("fast", write_at_once, &delay);
  wait_for (&delay, &delay.asked);
  for (guint i = 0; i < LOOKS; i++)
    store_test_run (i % 2 != 0 ? other : fixture->store, FALSE, look, &client);
  tell (&delay, &delay.may_end);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  store_test_run (other, FALSE, look, &client);
  g_assert_cmpuint (g_hash_table_size (client.records), ==, 2);
  g_hash_table_unref (client.records);
  g_hash_table_unref (client.destroyed);
  g_cond_clear (&delay.cond);
  g_mutex_clear (&delay.mutex);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/store/changes/coalesce", StoreFixture, NULL, store_fixture_set_up, test_coalesce, store_fixture_tear_down);
  g_test_add ("/store/changes/nothing", StoreFixture, NULL, store_fixture_set_up, test_begin_with_nothing, store_fixture_tear_down);
  g_test_add ("/store/changes/held-up", StoreFixture, NULL, store_fixture_set_up, test_held_up, store_fixture_tear_down);
  for (guint seed = 1; seed <= 8; seed++)
    {
      g_autofree char *path = g_strdup_printf ("/store/changes/random/%u", seed);

      g_test_add (path, StoreFixture, GUINT_TO_POINTER (seed), store_fixture_set_up, test_random, store_fixture_tear_down);
    }
  return g_test_run ();
}
