/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-account-private.h"

#include <glib/gi18n-lib.h>

#include "csm-backoff.h"
#include "csm-error.h"
#include "csm-failpoint.h"
#include "csm-follower.h"
#include "csm-jmap-error.h"
#include "csm-json.h"
#include "csm-puller.h"
#include "csm-pusher.h"
#include "csm-tally.h"
#include "csm-time.h"
#include "csm-upkeep.h"
#include "csm-waker.h"

/* Held back on the disk for the last things that a person does when it gets full */
#define RESERVE_BYTES (20 * 1024 * 1024)
/* Push is a hint, and the socket may be dead without a word: so often somebody asks. */
#define POLL_SECONDS 300

enum { PROP_0, PROP_CACHE, PROP_STATE, PROP_WAITING, PROP_PARKED, PROP_PROGRESS, PROP_PROBLEM, PROP_OFFLINE_SINCE, PROP_N_LOST, PROP_N_UNSURE, N_PROPS };
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

/**
 * csm_account_set_offline_since:
 * @self: an account
 * @since: µs; 0: it is not offline, or never was online
 */
void
csm_account_set_offline_since (CsmAccount *self,
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
  csm_upkeep_stop (self->upkeep);
  set_progress (self, 1);
}

/**
 * csm_account_sign_out:
 * @self: an account
 * @problem: one sentence for people
 *
 * The server refused the token: nothing is tried until there is another, and nothing is deleted.
 */
void
csm_account_sign_out (CsmAccount *self,
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

  if (self->state == CSM_ACCOUNT_SYNCED)
    csm_account_note_heard (self, TRUE);
  disconnect (self);
  set_problem (self, problem);
  set_state (self, CSM_ACCOUNT_OFFLINE);
  /* Until it is known when the server was heard last, nothing is said. */
  if (self->offline_since == 0 && self->heard_known)
    csm_account_set_offline_since (self, csm_time_now ());
  if (self->running)
    self->retry_id = g_timeout_add (csm_backoff_next (&self->backoff, retry_at), on_retry, self);
}

static void
fail (CsmAccount   *self,
      const GError *error)
{
  switch (csm_failure_of_error (error))
    {
    case CSM_FAILURE_GONE:
      csm_account_leave (self);
      break;
    case CSM_FAILURE_NONE:
      break;
    case CSM_FAILURE_SIGNED_OUT:
      csm_account_sign_out (self, _("The server asks you to sign in again"));
      break;
    case CSM_FAILURE_OFFLINE:
    case CSM_FAILURE_REFUSED:
    default:
      g_debug ("offline: %s", error->message);
      if (g_error_matches (error, CSM_JMAP_ERROR, CSM_JMAP_ERROR_UNKNOWN_CAPABILITY))
        go_offline (self, _("This Casement and the server are too far apart in age: update the older one"));
      else
        go_offline (self, error->domain == CSM_ERROR ? _("What is kept on this computer can't be written") : _("The server can't be reached"));
      break;
    }
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
  /* After a long time away the newest cases come first, then what was done lately, and the old when all is known. */
  if (!csm_puller_is_behind (self->puller))
    csm_pusher_start (self->pusher, TRUE);
}

static void
on_newest (CsmAccount *self)
{
  self->hold_old = TRUE;
  csm_pusher_start (self->pusher, FALSE);
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
      csm_account_sign_out (self, _("What is kept on this computer belongs to another person"));
      return;
    }
  if (state == NULL)
    {
      fail (self, error);
      return;
    }
  self->search_pending = state->search_pending;
  csm_puller_begin (self->puller, state, state->heard_at > 0 ? csm_time_now () - state->heard_at : 0);
  csm_follower_start_async (self->follower, on_following, g_object_ref (self));
}

/* What came from an account that is not theirs any more is gone: now it is asked where to go on. */
static void
on_left (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (CsmAccount) self = user_data;
  g_autoptr (GError) error = NULL;
  const CsmRemoteSession *session = csm_connection_get_session (self->connection);
  gboolean left = csm_cache_leave_accounts_finish (CSM_CACHE (source), result, &error);

  if (left)
    csm_upkeep_forget_files (self->upkeep);
  if (self->state != CSM_ACCOUNT_CONNECTING || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CLOSED))
    return;
  if (error != NULL)
    {
      fail (self, error);
      return;
    }
  csm_cache_open_session_async (self->cache, session->person_id, session->workspace_name, NULL, on_cache_opened, g_object_ref (self));
}

static void
on_opened (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (CsmAccount) self = user_data;
  g_autoptr (GError) error = NULL;
  const char *accounts[CSM_N_TYPES];
  const CsmRemoteSession *session;

  if (!csm_connection_open_finish (CSM_CONNECTION (source), result, &error))
    {
      fail (self, error);
      return;
    }
  if (self->state != CSM_ACCOUNT_CONNECTING)
    return;
  session = csm_connection_get_session (self->connection);
  csm_account_note_zone (self, session->time_zone);
  for (guint i = 0; i < CSM_N_TYPES; i++)
    accounts[i] = csm_connection_get_account_of (self->connection, (CsmTypeId) i);
  g_free (self->home);
  self->home = g_strdup (session->workspace_account);
  csm_cache_leave_accounts_async (self->cache, session->person_id, accounts, NULL, on_left, g_object_ref (self));
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
  csm_backoff_reset (&self->backoff);
  if (self->hold_old)
    csm_pusher_start (self->pusher, TRUE);
  self->hold_old = FALSE;
  set_progress (self, 1);
  csm_account_set_offline_since (self, 0);
  set_state (self, CSM_ACCOUNT_SYNCED);
  csm_account_note_heard (self, FALSE);
  csm_upkeep_start (self->upkeep, self->search_pending);
  self->search_pending = FALSE;
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

/* The server does not know the account any more. There may be another one: of a colleague who became a partner's guest. */
static void
on_gone (CsmAccount *self)
{
  gboolean again = g_strcmp0 (self->gone, self->home) == 0;

  g_free (self->gone);
  self->gone = g_strdup (self->home);
  if (again || !self->running)
    csm_account_leave (self);
  else
    begin (self);
}

/* What may be seen here has become less, or more. */
static void
on_session_changed (CsmAccount *self)
{
  const CsmRemoteSession *session = csm_connection_get_session (self->connection);

  if (self->running && self->home != NULL && g_strcmp0 (session->workspace_account, self->home) != 0)
    begin (self);
}

static void
on_socket_closed (CsmAccount *self,
                  gboolean    signed_out)
{
  /* Whether they have to sign in again, or may not come in any more, the next answer tells. */
  if (signed_out && self->running)
    begin (self);
  else
    go_offline (self, _("The connection to the server was lost"));
}

static void
on_network (CsmAccount *self)
{
  if (!self->running)
    return;
  if (self->state == CSM_ACCOUNT_OFFLINE)
    csm_account_retry_now (self);
  else if (self->state == CSM_ACCOUNT_SYNCED)
    csm_puller_pull (self->puller, CSM_ALL_TYPES);
}

/* Nobody told the sockets that the computer slept. */
static void
on_resumed (CsmAccount *self)
{
  if (self->running && self->state != CSM_ACCOUNT_SIGNED_OUT)
    begin (self);
}

static void
on_wanted (CsmAccount *self)
{
  if (self->state == CSM_ACCOUNT_SYNCED || self->state == CSM_ACCOUNT_SYNCING)
    csm_puller_pull (self->puller, 0);
}

static void
on_counted (CsmAccount *self)
{
  g_object_freeze_notify (G_OBJECT (self));
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_WAITING]);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_PARKED]);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_N_LOST]);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_N_UNSURE]);
  g_object_thaw_notify (G_OBJECT (self));
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
      g_value_set_uint (value, csm_tally_get_waiting (self->tally));
      break;
    case PROP_PARKED:
      g_value_set_uint (value, csm_tally_get_parked (self->tally));
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
    case PROP_N_LOST:
      g_value_set_uint (value, csm_tally_get_lost (self->tally));
      break;
    case PROP_N_UNSURE:
      g_value_set_uint (value, csm_tally_get_unsure (self->tally));
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
  g_clear_object (&self->waker);
  g_clear_object (&self->upkeep);
  g_clear_object (&self->tally);
  g_clear_object (&self->live);
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
  g_free (self->time_zone);
  g_free (self->own_zone);
  g_free (self->home);
  g_free (self->gone);
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
  props[PROP_N_LOST] = g_param_spec_uint ("n-lost", NULL, NULL, 0, G_MAXUINT, 0, flags);
  props[PROP_N_UNSURE] = g_param_spec_uint ("n-unsure", NULL, NULL, 0, G_MAXUINT, 0, flags);
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
  self->backoff.local = remote != NULL;
  self->cache = csm_cache_new (path);
  csm_cache_hold_back (self->cache, RESERVE_BYTES);
  self->blobs = csm_blob_files_new (blobs);
  self->connection = csm_connection_new (server_url, remote, token);
  self->tally = csm_tally_new (self->cache);
  self->upkeep = csm_upkeep_new (self->cache, blobs);
  self->turn = csm_turn_new ();
  self->follower = csm_follower_new (self->connection);
  self->live = csm_live_new (self->follower);
  self->puller = csm_puller_new (self->connection, self->cache, self->turn);
  self->pusher = csm_pusher_new (self->connection, self->cache, self->blobs, self->turn);
  g_signal_connect_object (self->puller, "finished", G_CALLBACK (on_finished), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->puller, "progress", G_CALLBACK (on_progress), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->puller, "failed", G_CALLBACK (on_failed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->pusher, "failed", G_CALLBACK (on_failed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->pusher, "resync", G_CALLBACK (on_resync), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->follower, "state-change", G_CALLBACK (on_state_change), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->follower, "closed", G_CALLBACK (on_socket_closed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->puller, "newest", G_CALLBACK (on_newest), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->connection, "session-changed", G_CALLBACK (on_session_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->puller, "gone", G_CALLBACK (on_gone), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->tally, "counted", G_CALLBACK (on_counted), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->cache, "wanted", G_CALLBACK (on_wanted), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->cache, "changed", G_CALLBACK (csm_account_look_for_me), self, G_CONNECT_SWAPPED);
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
  self->waker = csm_waker_new ();
  g_signal_connect_object (self->waker, "network", G_CALLBACK (on_network), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->waker, "resumed", G_CALLBACK (on_resumed), self, G_CONNECT_SWAPPED);
  csm_account_load_notes (self);
  csm_tally_count (self->tally);
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
  if (self->state == CSM_ACCOUNT_SYNCED)
    csm_account_note_heard (self, TRUE);
  g_clear_object (&self->waker);
  disconnect (self);
  set_state (self, CSM_ACCOUNT_OFFLINE);
  csm_cache_close (self->cache);
}

/**
 * csm_account_get_cache:
 * @self: an account
 *
 * Returns: (transfer none): where everything on screen comes from
 */
CsmCache *
csm_account_get_cache (CsmAccount *self)
{
  return self->cache;
}

/**
 * csm_account_get_state:
 * @self: an account
 *
 * Returns: how it stands with the server
 */
CsmAccountState
csm_account_get_state (CsmAccount *self)
{
  return self->state;
}

/**
 * csm_account_get_live:
 * @self: an account
 *
 * Returns: (transfer none): who else is where at this moment
 */
CsmLive *
csm_account_get_live (CsmAccount *self)
{
  return self->live;
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
      csm_backoff_reset (&self->backoff);
      begin (self);
    }
  else
    {
      csm_pusher_kick (self->pusher);
    }
}

/* --- for the parts of an account in other files --------------------------------------------------------------------------- */

/**
 * csm_account_get_connection:
 * @self: an account
 *
 * Returns: (transfer none): the way to the server
 */
CsmConnection *
csm_account_get_connection (CsmAccount *self)
{
  return self->connection;
}

/**
 * csm_account_get_blob_files:
 * @self: an account
 *
 * Returns: (transfer none): files on this computer
 */
CsmBlobFiles *
csm_account_get_blob_files (CsmAccount *self)
{
  return self->blobs;
}

/**
 * csm_account_get_puller:
 * @self: an account
 *
 * Returns: (transfer none): what fetches
 */
CsmPuller *
csm_account_get_puller (CsmAccount *self)
{
  return self->puller;
}
