/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#define G_LOG_DOMAIN "csm-client"
#include "config.h"
#include "csm-account-private.h"

#include <glib/gi18n-lib.h>

#include "csm-error.h"
#include "csm-failpoint.h"
#include "csm-follower.h"
#include "csm-json.h"
#include "csm-puller.h"
#include "csm-pusher.h"
#include "csm-time.h"

/* After a server's restart its clients must not come back all at once; the one on this computer has no others. */
#define FIRST_DELAY_MS 5000
#define FIRST_DELAY_LOCAL_MS 300
#define MAX_DELAY_MS 60000
/* Push is a hint, and the socket may be dead without a word: so often somebody asks. */
#define POLL_SECONDS 300

struct _CsmAccount
{
  GObject            parent_instance;
  char              *directory;
  CsmCache          *cache;
  CsmConnection     *connection;
  CsmTurn           *turn;
  CsmFollower       *follower;
  CsmPuller         *puller;
  CsmPusher         *pusher;
  CsmBlobFiles      *blobs;
  GCancellable      *cancellable; /* of one try to connect */
  gboolean           local;
  gboolean           running;
  gboolean           search_pending;
  gboolean           searching;
  gboolean           counting;
  gboolean           count_again;
  guint              delay_ms;
  guint              retry_id;
  guint              poll_id;

  CsmAccountState    state;
  guint              waiting;
  guint              parked;
  double             progress;
  char              *problem;
  gint64             offline_since;
};

enum { PROP_0, PROP_CACHE, PROP_STATE, PROP_WAITING, PROP_PARKED, PROP_PROGRESS, PROP_PROBLEM, PROP_OFFLINE_SINCE, N_PROPS };
static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (CsmAccount, csm_account, G_TYPE_OBJECT)

static void begin (CsmAccount *self);

/* --- properties ------------------------------------------------------------------------------------------------------ */

static void
set_state (CsmAccount      *self,
           CsmAccountState  state)
{
  if (self->state == state)
    return;
  self->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_STATE]);
}

static void
set_problem (CsmAccount *self,
             const char *problem)
{
  if (g_strcmp0 (self->problem, problem) == 0)
    return;
  g_free (self->problem);
  self->problem = g_strdup (problem);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_PROBLEM]);
}

static void
set_progress (CsmAccount *self,
              double      progress)
{
  if (progress == self->progress)
    return;
  self->progress = progress;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_PROGRESS]);
}

static void
set_offline_since (CsmAccount *self,
                   gint64      since)
{
  if (since == self->offline_since)
    return;
  self->offline_since = since;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_OFFLINE_SINCE]);
}

/* --- going offline, and coming back ----------------------------------------------------------------------------------- */

static gboolean
on_retry (gpointer data)
{
  CsmAccount *self = data;

  self->retry_id = 0;
  begin (self);
  return G_SOURCE_REMOVE;
}

static guint
next_delay (CsmAccount *self)
{
  if (self->delay_ms == 0)
    {
      self->delay_ms = self->local ? FIRST_DELAY_LOCAL_MS : FIRST_DELAY_MS;
      return (guint) g_random_int_range (0, (int) self->delay_ms);
    }
  self->delay_ms = MIN (self->delay_ms * 2, MAX_DELAY_MS);
  return (guint) ((double) self->delay_ms * g_random_double_range (0.7, 1.3));
}

static void
disconnect (CsmAccount *self)
{
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_handle_id (&self->retry_id, g_source_remove);
  g_clear_handle_id (&self->poll_id, g_source_remove);
  csm_puller_stop (self->puller);
  csm_pusher_stop (self->pusher);
  csm_follower_stop (self->follower);
  set_progress (self, 1);
}

/* R9: without a right to be there nothing is tried, and nothing is deleted. */
static void
sign_out (CsmAccount *self,
          const char *problem)
{
  disconnect (self);
  set_problem (self, problem);
  set_state (self, CSM_ACCOUNT_SIGNED_OUT);
}

static void
go_offline (CsmAccount *self,
            const char *problem)
{
  gint64 retry_at = csm_connection_get_retry_at (self->connection);
  guint delay;

  disconnect (self);
  set_problem (self, problem);
  set_state (self, CSM_ACCOUNT_OFFLINE);
  if (self->offline_since == 0)
    set_offline_since (self, csm_time_now ());
  if (!self->running)
    return;
  delay = next_delay (self);
  if (retry_at > 0)
    delay = MAX (delay, (guint) CLAMP ((retry_at - csm_time_now ()) / 1000, 0, 3600 * 1000));
  self->retry_id = g_timeout_add (delay, on_retry, self);
}

static void
fail (CsmAccount   *self,
      const GError *error)
{
  switch (csm_failure_of_error (error))
    {
    case CSM_FAILURE_NONE:
      break;
    case CSM_FAILURE_SIGNED_OUT:
      sign_out (self, _("The server asks you to sign in again"));
      break;
    case CSM_FAILURE_OFFLINE:
    case CSM_FAILURE_REFUSED:
    default:
      g_debug ("offline: %s", error->message);
      go_offline (self, error->domain == CSM_ERROR ? _("What is kept on this computer can't be written") : _("The server can't be reached"));
      break;
    }
}

/* --- full text after a first sync ------------------------------------------------------------------------------------- */

static void build_search (CsmAccount *self);

static void
on_slice (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (CsmAccount) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean more = csm_cache_build_search_finish (CSM_CACHE (source), result, &error);

  self->searching = FALSE;
  if (error != NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CLOSED))
    g_warning ("full text can't be built: %s", error->message);
  if (error != NULL)
    return;
  self->search_pending = more;
  build_search (self);
}

static void
build_search (CsmAccount *self)
{
  if (!self->search_pending || self->searching || !self->running)
    return;
  self->searching = TRUE;
  csm_cache_build_search_async (self->cache, NULL, on_slice, g_object_ref (self));
}

/* --- connecting ------------------------------------------------------------------------------------------------------- */

static void
on_following (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (CsmAccount) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!csm_follower_start_finish (CSM_FOLLOWER (source), result, &error))
    {
      if (self->state == CSM_ACCOUNT_CONNECTING)
        fail (self, error);
      return;
    }
  set_problem (self, NULL);
  set_state (self, CSM_ACCOUNT_SYNCING);
  set_progress (self, 0);
  csm_puller_pull (self->puller, CSM_ALL_TYPES);
  csm_pusher_start (self->pusher, TRUE);
}

static void
on_cache_opened (GObject      *source,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  g_autoptr (CsmAccount) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (CsmSyncState) state = csm_cache_open_session_finish (CSM_CACHE (source), result, &error);

  if (self->state != CSM_ACCOUNT_CONNECTING || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CLOSED))
    return;
  if (g_error_matches (error, CSM_ERROR, CSM_ERROR_FORBIDDEN))
    {
      sign_out (self, _("What is kept on this computer belongs to another person"));
      return;
    }
  if (state == NULL)
    {
      fail (self, error);
      return;
    }
  self->search_pending = state->search_pending;
  csm_puller_begin (self->puller, state);
  csm_follower_start_async (self->follower, on_following, g_object_ref (self));
}

static void
on_opened (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (CsmAccount) self = user_data;
  g_autoptr (GError) error = NULL;
  const CsmRemoteSession *session;

  if (!csm_connection_open_finish (CSM_CONNECTION (source), result, &error))
    {
      fail (self, error);
      return;
    }
  if (self->state != CSM_ACCOUNT_CONNECTING)
    return;
  session = csm_connection_get_session (self->connection);
  csm_cache_open_session_async (self->cache, session->person_id, session->workspace_name, NULL, on_cache_opened, g_object_ref (self));
}

static void
begin (CsmAccount *self)
{
  disconnect (self);
  self->cancellable = g_cancellable_new ();
  set_state (self, CSM_ACCOUNT_CONNECTING);
  csm_connection_open_async (self->connection, self->cancellable, on_opened, g_object_ref (self));
}

/* --- what the parts tell ---------------------------------------------------------------------------------------------- */

static gboolean
on_poll (gpointer data)
{
  CsmAccount *self = data;

  self->poll_id = 0;
  csm_puller_pull (self->puller, CSM_ALL_TYPES);
  return G_SOURCE_REMOVE;
}

static void
on_finished (CsmAccount *self)
{
  g_clear_handle_id (&self->poll_id, g_source_remove);
  self->poll_id = g_timeout_add_seconds (csm_fault_number ("poll", POLL_SECONDS), on_poll, self);
  self->delay_ms = 0;
  set_progress (self, 1);
  set_offline_since (self, 0);
  set_state (self, CSM_ACCOUNT_SYNCED);
  build_search (self);
}

static void
on_progress (CsmAccount *self,
             double      progress)
{
  set_progress (self, progress);
}

static void
on_failed (CsmAccount *self,
           GError     *error)
{
  fail (self, error);
}

static void
on_resync (CsmAccount *self)
{
  csm_puller_pull (self->puller, CSM_ALL_TYPES);
}

static void
on_state_change (CsmAccount *self,
                 JsonObject *changed)
{
  guint types = csm_puller_compare (self->puller, changed);

  if (types != 0 && (self->state == CSM_ACCOUNT_SYNCED || self->state == CSM_ACCOUNT_SYNCING))
    csm_puller_pull (self->puller, types);
}

static void
on_socket_closed (CsmAccount *self,
                  gboolean    signed_out)
{
  if (signed_out)
    sign_out (self, _("The server asks you to sign in again"));
  else
    go_offline (self, _("The connection to the server was lost"));
}

static void
on_network_changed (CsmAccount *self,
                    gboolean    available)
{
  if (available && self->running && self->state == CSM_ACCOUNT_OFFLINE)
    csm_account_retry_now (self);
}

static void count_outbox (CsmAccount *self);

static void
on_counted (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (CsmAccount) self = user_data;
  CsmOutboxCounts counts;

  self->counting = FALSE;
  if (!csm_cache_count_outbox_finish (CSM_CACHE (source), result, &counts, NULL))
    return;
  if (counts.waiting != self->waiting)
    {
      self->waiting = counts.waiting;
      g_object_notify_by_pspec (G_OBJECT (self), props[PROP_WAITING]);
    }
  if (counts.parked != self->parked)
    {
      self->parked = counts.parked;
      g_object_notify_by_pspec (G_OBJECT (self), props[PROP_PARKED]);
    }
  if (self->count_again)
    count_outbox (self);
}

static void
count_outbox (CsmAccount *self)
{
  self->count_again = self->counting;
  if (self->counting)
    return;
  self->counting = TRUE;
  csm_cache_count_outbox_async (self->cache, NULL, on_counted, g_object_ref (self));
}

/* --- the object ---------------------------------------------------------------------------------------------------------- */

static void
csm_account_get_property (GObject    *object,
                          guint       id,
                          GValue     *value,
                          GParamSpec *pspec)
{
  CsmAccount *self = CSM_ACCOUNT (object);

  switch (id)
    {
    case PROP_CACHE:
      g_value_set_object (value, self->cache);
      break;
    case PROP_STATE:
      g_value_set_int (value, (int) self->state);
      break;
    case PROP_WAITING:
      g_value_set_uint (value, self->waiting);
      break;
    case PROP_PARKED:
      g_value_set_uint (value, self->parked);
      break;
    case PROP_PROGRESS:
      g_value_set_double (value, self->progress);
      break;
    case PROP_PROBLEM:
      g_value_set_string (value, self->problem);
      break;
    case PROP_OFFLINE_SINCE:
      g_value_set_int64 (value, self->offline_since);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
    }
}

static void
csm_account_dispose (GObject *object)
{
  CsmAccount *self = CSM_ACCOUNT (object);

  if (self->cache != NULL)
    csm_account_stop (self);
  g_clear_object (&self->follower);
  g_clear_object (&self->puller);
  g_clear_object (&self->pusher);
  g_clear_object (&self->connection);
  g_clear_object (&self->blobs);
  g_clear_object (&self->cache);
  g_clear_pointer (&self->turn, csm_turn_unref);
  G_OBJECT_CLASS (csm_account_parent_class)->dispose (object);
}

static void
csm_account_finalize (GObject *object)
{
  CsmAccount *self = CSM_ACCOUNT (object);

  g_free (self->directory);
  g_free (self->problem);
  G_OBJECT_CLASS (csm_account_parent_class)->finalize (object);
}

static void
csm_account_class_init (CsmAccountClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = csm_account_get_property;
  object_class->dispose = csm_account_dispose;
  object_class->finalize = csm_account_finalize;

  props[PROP_CACHE] = g_param_spec_object ("cache", NULL, NULL, CSM_TYPE_CACHE, flags);
  props[PROP_STATE] = g_param_spec_int ("state", NULL, NULL, CSM_ACCOUNT_OFFLINE, CSM_ACCOUNT_SIGNED_OUT, CSM_ACCOUNT_OFFLINE, flags);
  props[PROP_WAITING] = g_param_spec_uint ("waiting", NULL, NULL, 0, G_MAXUINT, 0, flags);
  props[PROP_PARKED] = g_param_spec_uint ("parked", NULL, NULL, 0, G_MAXUINT, 0, flags);
  props[PROP_PROGRESS] = g_param_spec_double ("progress", NULL, NULL, 0, 1, 1, flags);
  props[PROP_PROBLEM] = g_param_spec_string ("problem", NULL, NULL, NULL, flags);
  props[PROP_OFFLINE_SINCE] = g_param_spec_int64 ("offline-since", NULL, NULL, 0, G_MAXINT64, 0, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
csm_account_init (CsmAccount *self)
{
  self->progress = 1;
}

/**
 * csm_account_new:
 * @server_url: where the server is
 * @remote: (nullable): what to connect to instead of the URL's host
 * @token: (nullable): the device's token
 * @directory: where its cache and its blobs live; made when it is missing
 *
 * Returns: (transfer full): an account; its cache can be read at once, the network waits for csm_account_start()
 */
CsmAccount *
csm_account_new (const char         *server_url,
                 GSocketConnectable *remote,
                 const char         *token,
                 const char         *directory)
{
  CsmAccount *self = g_object_new (CSM_TYPE_ACCOUNT, NULL);
  g_autofree char *path = g_build_filename (directory, "cache.db", NULL);
  g_autofree char *blobs = g_build_filename (directory, "blobs", NULL);

  /* When this fails, the cache can't be opened, and says why. */
  g_mkdir_with_parents (directory, 0700);
  self->directory = g_strdup (directory);
  self->local = remote != NULL;
  self->cache = csm_cache_new (path);
  self->blobs = csm_blob_files_new (blobs);
  self->connection = csm_connection_new (server_url, remote, token);
  self->turn = csm_turn_new ();
  self->follower = csm_follower_new (self->connection);
  self->puller = csm_puller_new (self->connection, self->cache, self->turn);
  self->pusher = csm_pusher_new (self->connection, self->cache, self->turn);
  g_signal_connect_object (self->puller, "finished", G_CALLBACK (on_finished), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->puller, "progress", G_CALLBACK (on_progress), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->puller, "failed", G_CALLBACK (on_failed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->pusher, "failed", G_CALLBACK (on_failed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->pusher, "resync", G_CALLBACK (on_resync), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->follower, "state-change", G_CALLBACK (on_state_change), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->follower, "closed", G_CALLBACK (on_socket_closed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->cache, "outbox-changed", G_CALLBACK (count_outbox), self, G_CONNECT_SWAPPED);
  return self;
}

/**
 * csm_account_start:
 * @self: an account
 *
 * Connects, and from now on keeps trying.
 */
void
csm_account_start (CsmAccount *self)
{
  if (self->running)
    return;
  self->running = TRUE;
  g_signal_connect_object (g_network_monitor_get_default (), "network-changed", G_CALLBACK (on_network_changed), self, G_CONNECT_SWAPPED);
  count_outbox (self);
  begin (self);
}

/**
 * csm_account_stop:
 * @self: an account
 *
 * Closes the connection and the cache. Blocks shortly for what is being written.
 */
void
csm_account_stop (CsmAccount *self)
{
  self->running = FALSE;
  g_signal_handlers_disconnect_by_func (g_network_monitor_get_default (), on_network_changed, self);
  disconnect (self);
  set_state (self, CSM_ACCOUNT_OFFLINE);
  csm_cache_close (self->cache);
}

CsmCache *
csm_account_get_cache (CsmAccount *self)
{
  return self->cache;
}

CsmAccountState
csm_account_get_state (CsmAccount *self)
{
  return self->state;
}

/**
 * csm_account_set_token:
 * @self: an account
 * @token: the device's token, after signing in again
 */
void
csm_account_set_token (CsmAccount *self,
                       const char *token)
{
  csm_connection_set_token (self->connection, token);
  if (self->running && (self->state == CSM_ACCOUNT_SIGNED_OUT || self->state == CSM_ACCOUNT_OFFLINE))
    begin (self);
}

/**
 * csm_account_retry_now:
 * @self: an account
 *
 * Somebody has a reason to think that it works now.
 */
void
csm_account_retry_now (CsmAccount *self)
{
  if (!self->running)
    return;
  csm_cache_hurry_ops_async (self->cache, NULL, NULL, NULL);
  if (self->state == CSM_ACCOUNT_OFFLINE)
    {
      self->delay_ms = 0;
      begin (self);
    }
  else
    {
      csm_pusher_kick (self->pusher);
    }
}

/* --- for the parts of an account in other files --------------------------------------------------------------------------- */

CsmConnection *
csm_account_get_connection (CsmAccount *self)
{
  return self->connection;
}

CsmBlobFiles *
csm_account_get_blob_files (CsmAccount *self)
{
  return self->blobs;
}
