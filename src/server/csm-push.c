/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-push.h"

#include <string.h>

#include "csm-jmap-error.h"
#include "csm-json.h"
#include "csm-push-private.h"
#include "csm-time.h"

/* At most one message per connection in this time; the first change goes out at once. */
#define INTERVAL (CSM_SECOND / 4)
/* Should a wake get lost, a revoked token's connections end after this at the latest. */
#define RECHECK_SECONDS 60
/* Another process may write often; its writes are looked at at most once in this time. */
#define RECHECK_PAUSE_MS 200

G_DEFINE_FINAL_TYPE (CsmPush, csm_push, G_TYPE_OBJECT)

/**
 * csm_push_client_unref:
 * @client: a client
 */
void
csm_push_client_unref (CsmPushClient *client)
{
  if (!g_atomic_ref_count_dec (&client->ref_count))
    return;
  g_clear_handle_id (&client->timeout_id, g_source_remove);
  g_clear_pointer (&client->known, csm_push_glance_free);
  g_free (client->token_hash);
  g_free (client);
}

/**
 * csm_push_client_ref:
 * @client: a client
 *
 * Returns: (transfer full): the same
 */
CsmPushClient *
csm_push_client_ref (CsmPushClient *client)
{
  g_atomic_ref_count_inc (&client->ref_count);
  return client;
}

/* --- Telling one connection ------------------------------------------------------------------------------------- */

static JsonObject *
write_changed (CsmPushClient *client)
{
  JsonObject *changed = json_object_new ();

  for (guint i = 0; i < CSM_PUSH_ACCOUNTS; i++)
    {
      const CsmPushStates *account = client->known->accounts[i];
      JsonObject *states = NULL;

      for (guint j = 0; j < CSM_N_TYPES; j++)
        {
          if (!(client->dirty[i] & client->types & (1u << j)) || account->states[j] == NULL)
            continue;
          if (states == NULL)
            states = json_object_new ();
          json_object_set_string_member (states, csm_record_type_get (j)->name, account->states[j]);
        }
      client->dirty[i] = 0;
      if (states != NULL)
        json_object_set_object_member (changed, account->id, states);
    }
  return changed;
}

static void
flush (CsmPushClient *client)
{
  g_autoptr (JsonObject) change = json_object_new ();
  JsonObject *changed = write_changed (client);
  g_autofree char *push_state = g_strconcat (client->known->accounts[0]->everything, "_", client->known->accounts[1]->everything, NULL);
  g_autofree char *text = NULL;

  json_object_set_string_member (change, "@type", "StateChange");
  json_object_set_object_member (change, "changed", changed);
  json_object_set_string_member (change, "pushState", push_state);
  if (json_object_get_size (changed) == 0)
    return;
  client->sent_at = g_get_monotonic_time ();
  text = csm_json_write_object (change);
  client->funcs->deliver (client->data, text, push_state);
}

static gboolean
timeout_cb (gpointer user_data)
{
  g_autoptr (CsmPushClient) client = csm_push_client_ref (user_data);

  client->timeout_id = 0;
  if (client->push != NULL && !client->busy)
    flush (client);
  return G_SOURCE_REMOVE;
}

static void
schedule (CsmPushClient *client)
{
  gint64 wait;

  if (client->busy || client->timeout_id != 0 || client->known == NULL || (client->dirty[0] & client->types) + (client->dirty[1] & client->types) == 0)
    return;
  wait = client->sent_at != 0 ? client->sent_at + INTERVAL - g_get_monotonic_time () : 0;
  if (wait <= 0)
    flush (client);
  else
    client->timeout_id = g_timeout_add ((guint) (wait / 1000) + 1, timeout_cb, client);
}

/* --- What changed ------------------------------------------------------------------------------------------------ */

static void read_pending (CsmPush *self);

static void
states_array_free (gpointer array)
{
  g_ptr_array_unref (array);
}

static gpointer
read_states (CsmTxn        *txn,
             gpointer       input,
             GCancellable  *cancellable,
             GError       **error)
{
  g_autoptr (GPtrArray) read = g_ptr_array_new_with_free_func ((GDestroyNotify) csm_push_states_free);
  GHashTableIter iter;
  gpointer account, types;

  g_hash_table_iter_init (&iter, input);
  while (g_hash_table_iter_next (&iter, &account, &types))
    {
      CsmPushStates *states = csm_push_states_read (txn, *(gint64 *) account, GPOINTER_TO_UINT (types), error);

      if (states == NULL)
        return NULL;
      g_ptr_array_add (read, states);
    }
  return g_steal_pointer (&read);
}

/* Replaces what the connection knows of an account; the types that were not read stay as they were. */
static void
learn (CsmPushClient       *client,
       guint                index,
       const CsmPushStates *news)
{
  CsmPushStates *known = client->known->accounts[index];

  for (guint i = 0; i < CSM_N_TYPES; i++)
    {
      if (news->states[i] == NULL || news->modseqs[i] < known->modseqs[i] || g_strcmp0 (news->states[i], known->states[i]) == 0)
        continue;
      g_free (known->states[i]);
      known->states[i] = g_strdup (news->states[i]);
      known->modseqs[i] = news->modseqs[i];
      client->dirty[index] |= 1u << i;
    }
  if (news->newest >= known->newest)
    {
      g_free (known->everything);
      known->everything = g_strdup (news->everything);
      known->newest = news->newest;
    }
}

static void
tell_clients (CsmPush   *self,
              GPtrArray *read)
{
  g_autoptr (GPtrArray) clients = g_ptr_array_new_with_free_func ((GDestroyNotify) csm_push_client_unref);

  for (guint i = 0; i < self->clients->len; i++)
    g_ptr_array_add (clients, csm_push_client_ref (g_ptr_array_index (self->clients, i)));
  for (guint i = 0; i < clients->len; i++)
    {
      CsmPushClient *client = g_ptr_array_index (clients, i);

      client->stale = client->known == NULL;
      for (guint j = 0; j < read->len && client->known != NULL; j++)
        {
          const CsmPushStates *news = g_ptr_array_index (read, j);

          for (guint k = 0; k < CSM_PUSH_ACCOUNTS; k++)
            {
              if (client->known->accounts[k]->account == news->account)
                learn (client, k, news);
            }
        }
      if (client->push != NULL)
        schedule (client);
    }
}

static void
read_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (CsmPush) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) read = csm_store_run_finish (CSM_STORE (source), result, &error);

  self->reading = FALSE;
  if (read == NULL)
    g_warning ("states could not be read: %s", error->message);
  else
    tell_clients (self, read);
  read_pending (self);
}

static void
read_pending (CsmPush *self)
{
  GHashTable *pending;

  if (self->reading || g_hash_table_size (self->pending) == 0)
    return;
  pending = g_steal_pointer (&self->pending);
  self->pending = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  self->reading = TRUE;
  csm_store_run_async (self->store, FALSE, read_states, pending, (GDestroyNotify) g_hash_table_unref, states_array_free, NULL,
                       read_cb, g_object_ref (self));
}

static void
changed_cb (CsmStore *store,
            gint64    account,
            guint     types,
            CsmPush  *self)
{
  guint before = GPOINTER_TO_UINT (g_hash_table_lookup (self->pending, &account));

  if (self->clients->len == 0)
    return;
  g_hash_table_replace (self->pending, g_memdup2 (&account, sizeof account), GUINT_TO_POINTER (before | types));
  read_pending (self);
  if (types & (1u << CSM_TYPE_ID_PERSON))
    csm_push_recheck (self);
}

/* --- A connection's beginning ------------------------------------------------------------------------------------- */

typedef struct
{
  CsmAuth       *auth;
  CsmPushClient *client;
  char          *token_hash;
  char          *push_state;
  guint          generation;
} Beginning;

static void
beginning_free (Beginning *beginning)
{
  csm_auth_unref (beginning->auth);
  csm_push_client_unref (beginning->client);
  g_free (beginning->token_hash);
  g_free (beginning->push_state);
  g_free (beginning);
}

static gpointer
read_glance (CsmTxn        *txn,
             gpointer       input,
             GCancellable  *cancellable,
             GError       **error)
{
  Beginning *beginning = input;
  g_autoptr (CsmPrincipal) who = csm_auth_find (beginning->auth, txn, beginning->token_hash, error);

  return who != NULL ? csm_push_glance_read (txn, who, beginning->push_state, error) : NULL;
}

/* What changed while the glance was read may have been told before the connection knew anything: look again. */
static void
look_again (CsmPushClient *client)
{
  client->stale = FALSE;
  for (guint i = 0; i < CSM_PUSH_ACCOUNTS; i++)
    g_hash_table_replace (client->push->pending, g_memdup2 (&client->known->accounts[i]->account, sizeof (gint64)),
                          GUINT_TO_POINTER (CSM_PUSH_ALL_TYPES));
  read_pending (client->push);
}

static void
glance_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  Beginning *beginning = user_data;
  g_autoptr (CsmPushClient) client = csm_push_client_ref (beginning->client);
  g_autoptr (GError) error = NULL;
  CsmPushGlance *glance = csm_store_run_finish (CSM_STORE (source), result, &error);
  gboolean current = client->push != NULL && client->generation == beginning->generation;

  beginning_free (beginning);
  if (glance == NULL)
    {
      if (csm_jmap_error_is_refusal (error) && current)
        client->funcs->revoked (client->data);
      else if (current)
        {
          g_warning ("a connection's states could not be read: %s", error->message);
          client->funcs->ready (client->data);
        }
      return;
    }
  if (!current)
    {
      csm_push_glance_free (glance);
      return;
    }
  for (guint i = 0; i < CSM_PUSH_ACCOUNTS; i++)
    client->dirty[i] |= glance->missed[i];
  g_clear_pointer (&client->known, csm_push_glance_free);
  client->known = glance;
  client->funcs->ready (client->data);
  if (client->push == NULL)
    return;
  schedule (client);
  if (client->stale && client->push != NULL)
    look_again (client);
}

/**
 * csm_push_client_set_types:
 * @client: a connection
 * @types: the types that it wants to be told of: 1 << #CsmTypeId; 0: none
 * @push_state: (nullable): the last one that its other end has seen: what changed since is told at once
 *
 * Begins, or begins again. Before the connection is @ready, its other end must not be answered: what is committed between
 * that answer and the reading would never be told.
 */
void
csm_push_client_set_types (CsmPushClient *client,
                           guint          types,
                           const char    *push_state)
{
  Beginning *beginning;

  client->types = types;
  client->generation++;
  client->stale = FALSE;
  memset (client->dirty, 0, sizeof client->dirty);
  g_clear_pointer (&client->known, csm_push_glance_free);
  if (types == 0 || client->push == NULL)
    return;
  beginning = g_new0 (Beginning, 1);
  beginning->auth = csm_auth_ref (client->push->auth);
  beginning->client = csm_push_client_ref (client);
  beginning->token_hash = g_strdup (client->token_hash);
  beginning->push_state = g_strdup (push_state);
  beginning->generation = client->generation;
  csm_store_run_async (client->push->store, FALSE, read_glance, beginning, NULL, (GDestroyNotify) csm_push_glance_free, NULL, glance_cb, beginning);
}

/**
 * csm_push_client_set_busy:
 * @client: a connection
 * @busy: whether what was sent last is still on its way
 *
 * While it is, changes add up and only the newest states are kept.
 */
void
csm_push_client_set_busy (CsmPushClient *client,
                          gboolean       busy)
{
  client->busy = busy;
  if (!busy && client->push != NULL)
    schedule (client);
}

/* --- The class ------------------------------------------------------------------------------------------------------ */

static void
csm_push_dispose (GObject *object)
{
  CsmPush *self = CSM_PUSH (object);

  g_clear_handle_id (&self->recheck_id, g_source_remove);
  if (self->wake != NULL)
    g_file_monitor_cancel (self->wake);
  g_clear_object (&self->wake);
  G_OBJECT_CLASS (csm_push_parent_class)->dispose (object);
}

static void
csm_push_finalize (GObject *object)
{
  CsmPush *self = CSM_PUSH (object);

  for (guint i = 0; i < self->clients->len; i++)
    ((CsmPushClient *) g_ptr_array_index (self->clients, i))->push = NULL;
  g_ptr_array_unref (self->clients);
  g_hash_table_unref (self->pending);
  g_clear_object (&self->store);
  g_clear_pointer (&self->auth, csm_auth_unref);
  G_OBJECT_CLASS (csm_push_parent_class)->finalize (object);
}

static void
csm_push_class_init (CsmPushClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = csm_push_dispose;
  object_class->finalize = csm_push_finalize;
}

static gboolean
recheck_timeout_cb (gpointer user_data)
{
  csm_push_recheck (user_data);
  return G_SOURCE_CONTINUE;
}

static void
csm_push_init (CsmPush *self)
{
  self->clients = g_ptr_array_new_with_free_func ((GDestroyNotify) csm_push_client_unref);
  self->pending = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  self->recheck_id = g_timeout_add_seconds (RECHECK_SECONDS, recheck_timeout_cb, self);
}

/**
 * csm_push_new:
 * @store: the store; its signals come in this main context
 * @auth: who tokens stand for
 *
 * Returns: (transfer full): a push without connections
 */
CsmPush *
csm_push_new (CsmStore *store,
              CsmAuth  *auth)
{
  CsmPush *self = g_object_new (CSM_TYPE_PUSH, NULL);
  g_autofree char *path = g_build_filename (csm_store_get_directory (store), "wake", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);

  self->store = g_object_ref (store);
  self->auth = csm_auth_ref (auth);
  g_signal_connect_object (store, "changed", G_CALLBACK (changed_cb), self, 0);
  /* A token that another process revokes changes no record: the store says nothing then. */
  self->wake = g_file_monitor_file (file, G_FILE_MONITOR_NONE, NULL, NULL);
  if (self->wake != NULL)
    {
      g_file_monitor_set_rate_limit (self->wake, RECHECK_PAUSE_MS);
      g_signal_connect_object (self->wake, "changed", G_CALLBACK (csm_push_recheck), self, G_CONNECT_SWAPPED);
    }
  return self;
}

/**
 * csm_push_add:
 * @self: a push
 * @token_hash: the hash of the token that the connection came with
 * @funcs: what to call; static
 * @data: for @funcs
 *
 * Returns: (transfer none): a connection that is told of nothing yet; csm_push_remove() has to follow
 */
CsmPushClient *
csm_push_add (CsmPush                  *self,
              const char               *token_hash,
              const CsmPushClientFuncs *funcs,
              gpointer                  data)
{
  CsmPushClient *client = g_new0 (CsmPushClient, 1);

  g_atomic_ref_count_init (&client->ref_count);
  client->push = self;
  client->token_hash = g_strdup (token_hash);
  client->funcs = funcs;
  client->data = data;
  g_ptr_array_add (self->clients, client);
  return client;
}

/**
 * csm_push_remove:
 * @self: a push
 * @client: a connection; its functions are not called any more
 */
void
csm_push_remove (CsmPush       *self,
                 CsmPushClient *client)
{
  client->push = NULL;
  g_clear_handle_id (&client->timeout_id, g_source_remove);
  g_ptr_array_remove (self->clients, client);
}

/**
 * csm_push_types_by_name:
 * @names: (nullable) (array zero-terminated=1): names of types; %NULL: all. Others are ignored (RFC 8887, section 4.3.5.2)
 *
 * Returns: the types: 1 << #CsmTypeId
 */
guint
csm_push_types_by_name (const char * const *names)
{
  guint types = 0;

  if (names == NULL)
    return CSM_PUSH_ALL_TYPES;
  for (guint i = 0; names[i] != NULL; i++)
    {
      const CsmRecordType *type = csm_record_type_by_name (names[i]);

      if (type != NULL)
        types |= 1u << type->id;
    }
  return types;
}
