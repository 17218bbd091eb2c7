/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-live-private.h"

#include "csm-jmap-error.h"
#include "csm-role.h"

/* In so many beats: what isn't said again for so long is over. Clients say it every 5 s; with the sweep and what waits for its turn nobody is
 * shown for more than 15 s after they are gone. */
#define LASTS 13
#define BEATS_OF_PATIENCE 15

G_DEFINE_FINAL_TYPE (CsmLiveHub, csm_live_hub, G_TYPE_OBJECT)

/* --- What nobody says again ---------------------------------------------------------------------------------------------- */

static gboolean
sweep_cb (gpointer user_data)
{
  CsmLiveHub *self = user_data;
  gint64 now = g_get_monotonic_time ();
  g_autofree gpointer *clients = NULL;
  guint n;
  guint doing = 0;

  clients = g_hash_table_get_keys_as_array (self->clients, &n);
  for (guint i = 0; i < n; i++)
    {
      CsmLiveClient *client = clients[i];

      if (g_hash_table_size (client->doing) > 0 && now - client->said_at > LASTS * self->beat)
        csm_live_client_forget_doing (client);
      doing += g_hash_table_size (client->doing);
    }
  if (doing > 0)
    return G_SOURCE_CONTINUE;
  self->sweep_id = 0;
  return G_SOURCE_REMOVE;
}

/* Somebody is somewhere. */
void
csm_live_hub_keep_sweeping (CsmLiveHub *self)
{
  if (self->sweep_id == 0)
    self->sweep_id = g_timeout_add ((guint) (self->beat / 1000), sweep_cb, self);
}

/* --- Who people are --------------------------------------------------------------------------------------------------------- */

static void look (CsmLiveHub *self);

static char *
find_colleague (CsmAuth     *auth,
                CsmTxn      *txn,
                const char  *token_hash,
                GError     **error)
{
  g_autoptr (CsmPrincipal) who = csm_auth_find (auth, txn, token_hash, error);

  return who != NULL && csm_role_may (who->role, CSM_ACTION_WRITE_COMMENTS) ? g_steal_pointer (&who->person_id) : NULL;
}

/* Hash of a token → its person, for those who are colleagues. */
static gpointer
read_people (CsmTxn        *txn,
             gpointer       input,
             GCancellable  *cancellable,
             GError       **error)
{
  CsmAuth *auth = ((gpointer *) input)[0];
  GHashTable *tokens = ((gpointer *) input)[1];
  g_autoptr (GHashTable) people = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  GHashTableIter iter;
  gpointer token_hash;

  g_hash_table_iter_init (&iter, tokens);
  while (g_hash_table_iter_next (&iter, &token_hash, NULL))
    {
      g_autoptr (GError) local = NULL;
      char *person_id = find_colleague (auth, txn, token_hash, &local);

      if (local != NULL && !csm_jmap_error_is_refusal (local))
        {
          g_free (person_id);
          g_propagate_error (error, g_steal_pointer (&local));
          return NULL;
        }
      g_hash_table_insert (people, g_strdup (token_hash), person_id);
    }
  return g_steal_pointer (&people);
}

static void
input_free (gpointer input)
{
  csm_auth_unref (((gpointer *) input)[0]);
  g_hash_table_unref (((gpointer *) input)[1]);
  g_free (input);
}

static void
looked_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (CsmLiveHub) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GHashTable) people = csm_store_run_finish (CSM_STORE (source), result, &error);
  g_autofree gpointer *clients = NULL;
  guint n;

  self->looking = FALSE;
  if (people == NULL)
    g_warning ("who is connected could not be read: %s", error->message);
  clients = g_hash_table_get_keys_as_array (self->clients, &n);
  for (guint i = 0; people != NULL && i < n; i++)
    {
      CsmLiveClient *client = clients[i];
      gpointer person_id;

      if (g_hash_table_lookup_extended (people, client->token_hash, NULL, &person_id))
        csm_live_client_set_person (client, person_id);
    }
  if (self->look_again)
    look (self);
}

static void
look (CsmLiveHub *self)
{
  GHashTable *tokens;
  GHashTableIter iter;
  gpointer client;
  gpointer *input;

  self->look_again = self->looking;
  if (self->looking)
    return;
  tokens = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_hash_table_iter_init (&iter, self->clients);
  while (g_hash_table_iter_next (&iter, &client, NULL))
    {
      if (((CsmLiveClient *) client)->unsure)
        g_hash_table_add (tokens, g_strdup (((CsmLiveClient *) client)->token_hash));
      ((CsmLiveClient *) client)->unsure = FALSE;
    }
  if (g_hash_table_size (tokens) == 0)
    {
      g_hash_table_unref (tokens);
      return;
    }
  input = g_new (gpointer, 2);
  input[0] = csm_auth_ref (self->auth);
  input[1] = tokens;
  self->looking = TRUE;
  csm_store_run_async (self->store, FALSE, read_people, input, input_free, (GDestroyNotify) g_hash_table_unref, NULL, looked_cb, g_object_ref (self));
}

/* Somebody may have become a guest. */
static void
changed_cb (CsmStore   *store,
            gint64      account,
            guint       types,
            CsmLiveHub *self)
{
  GHashTableIter iter;
  gpointer client;

  if ((types & (1u << CSM_TYPE_ID_PERSON)) == 0)
    return;
  g_hash_table_iter_init (&iter, self->clients);
  while (g_hash_table_iter_next (&iter, &client, NULL))
    ((CsmLiveClient *) client)->unsure = TRUE;
  look (self);
}

/* --- The class ------------------------------------------------------------------------------------------------------------ */

static void
csm_live_hub_dispose (GObject *object)
{
  CsmLiveHub *self = CSM_LIVE_HUB (object);

  g_clear_handle_id (&self->sweep_id, g_source_remove);
  g_hash_table_remove_all (self->clients);
  G_OBJECT_CLASS (csm_live_hub_parent_class)->dispose (object);
}

static void
csm_live_hub_finalize (GObject *object)
{
  CsmLiveHub *self = CSM_LIVE_HUB (object);

  g_hash_table_unref (self->clients);
  g_hash_table_unref (self->cases);
  g_clear_object (&self->store);
  g_clear_pointer (&self->auth, csm_auth_unref);
  G_OBJECT_CLASS (csm_live_hub_parent_class)->finalize (object);
}

static void
csm_live_hub_class_init (CsmLiveHubClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = csm_live_hub_dispose;
  object_class->finalize = csm_live_hub_finalize;
}

static void
csm_live_hub_init (CsmLiveHub *self)
{
  self->clients = g_hash_table_new_full (NULL, NULL, (GDestroyNotify) csm_live_client_free, NULL);
  self->cases = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) csm_live_case_free);
}

/**
 * csm_live_hub_new:
 * @store: the store; its signals come in this main context
 * @auth: who tokens stand for
 * @patience: after so long somebody who doesn't say again where they are isn't there any more, s
 *
 * Returns: (transfer full): a hub without connections
 */
CsmLiveHub *
csm_live_hub_new (CsmStore *store,
                  CsmAuth  *auth,
                  guint     patience)
{
  CsmLiveHub *self = g_object_new (CSM_TYPE_LIVE_HUB, NULL);

  self->store = g_object_ref (store);
  self->auth = csm_auth_ref (auth);
  self->beat = patience * G_USEC_PER_SEC / BEATS_OF_PATIENCE;
  g_signal_connect_object (store, "changed", G_CALLBACK (changed_cb), self, 0);
  return self;
}

/**
 * csm_live_hub_add:
 * @self: a hub
 * @token_hash: the hash of the token that the connection came with
 * @deliver: sends to its other end
 * @data: for @deliver
 *
 * Returns: (transfer none): a connection that says and hears nothing yet; csm_live_hub_remove() has to follow while @self is there
 */
CsmLiveClient *
csm_live_hub_add (CsmLiveHub     *self,
                  const char     *token_hash,
                  CsmLiveDeliver  deliver,
                  gpointer        data)
{
  CsmLiveClient *client = g_new0 (CsmLiveClient, 1);

  client->hub = self;
  client->token_hash = g_strdup (token_hash);
  client->deliver = deliver;
  client->data = data;
  client->unsure = TRUE;
  client->doing = g_hash_table_new (NULL, NULL);
  client->watches = g_hash_table_new (g_str_hash, g_str_equal);
  g_hash_table_add (self->clients, client);
  look (self);
  return client;
}

/**
 * csm_live_hub_remove:
 * @self: a hub
 * @client: a connection that is over: its person isn't there any more
 */
void
csm_live_hub_remove (CsmLiveHub    *self,
                     CsmLiveClient *client)
{
  g_hash_table_remove (self->clients, client);
}
