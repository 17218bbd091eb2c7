/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-offline-keeper.h"

#define MEGABYTE ((guint64) 1000 * 1000)
/* New mail brings new attachments: they are looked for so often while the app is open. */
#define INTERVAL_S (30 * 60)
/* What the person came for is fetched first. */
#define FIRST_S 20

struct _CsmOfflineKeeper
{
  GObject       parent_instance;
  CsmAccount   *account;
  GSettings    *settings;
  GCancellable *cancellable;
  guint         timeout_id;
  gboolean      fetching;
};

G_DEFINE_FINAL_TYPE (CsmOfflineKeeper, csm_offline_keeper, G_TYPE_OBJECT)

static void
prepared_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  g_autoptr (CsmOfflineKeeper) self = data;
  g_autoptr (GError) error = NULL;
  CsmPreparation preparation;

  self->fetching = FALSE;
  if (!csm_account_prepare_offline_finish (CSM_ACCOUNT (source), result, &preparation, &error))
    g_debug ("Attachments are not all here: %s", error->message);
}

static gboolean
look_cb (gpointer data)
{
  CsmOfflineKeeper *self = data;

  if (!self->fetching && csm_account_get_state (self->account) == CSM_ACCOUNT_SYNCED
      && g_settings_get_boolean (self->settings, "offline-attachments"))
    {
      self->fetching = TRUE;
      csm_account_prepare_offline_async (self->account, self->cancellable, NULL, NULL, prepared_cb, g_object_ref (self));
    }
  self->timeout_id = g_timeout_add_seconds (INTERVAL_S, look_cb, self);
  return G_SOURCE_REMOVE;
}

/* A moment after it is synced, and then now and then. */
static void
state_cb (CsmOfflineKeeper *self)
{
  if (self->timeout_id == 0 && csm_account_get_state (self->account) == CSM_ACCOUNT_SYNCED)
    self->timeout_id = g_timeout_add_seconds (FIRST_S, look_cb, self);
}

static void
budget_cb (CsmOfflineKeeper *self)
{
  csm_cache_set_budget (csm_account_get_cache (self->account), g_settings_get_uint (self->settings, "offline-budget") * MEGABYTE);
}

static void
csm_offline_keeper_dispose (GObject *object)
{
  csm_offline_keeper_stop (CSM_OFFLINE_KEEPER (object));
  G_OBJECT_CLASS (csm_offline_keeper_parent_class)->dispose (object);
}

static void
csm_offline_keeper_finalize (GObject *object)
{
  CsmOfflineKeeper *self = CSM_OFFLINE_KEEPER (object);

  g_clear_object (&self->cancellable);
  g_clear_object (&self->account);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (csm_offline_keeper_parent_class)->finalize (object);
}

static void
csm_offline_keeper_class_init (CsmOfflineKeeperClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = csm_offline_keeper_dispose;
  G_OBJECT_CLASS (klass)->finalize = csm_offline_keeper_finalize;
}

static void
csm_offline_keeper_init (CsmOfflineKeeper *self)
{
  self->cancellable = g_cancellable_new ();
}

/* Returns: (transfer full): what applies the settings until csm_offline_keeper_stop() */
CsmOfflineKeeper *
csm_offline_keeper_new (CsmAccount *account,
                        GSettings  *settings)
{
  CsmOfflineKeeper *self = g_object_new (CSM_TYPE_OFFLINE_KEEPER, NULL);

  self->account = g_object_ref (account);
  self->settings = g_object_ref (settings);
  g_signal_connect_object (settings, "changed::offline-budget", G_CALLBACK (budget_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (account, "notify::state", G_CALLBACK (state_cb), self, G_CONNECT_SWAPPED);
  budget_cb (self);
  state_cb (self);
  return self;
}

/* The account is left. */
void
csm_offline_keeper_stop (CsmOfflineKeeper *self)
{
  g_return_if_fail (CSM_IS_OFFLINE_KEEPER (self));
  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->timeout_id, g_source_remove);
  g_signal_handlers_disconnect_by_data (self->settings, self);
  g_signal_handlers_disconnect_by_data (self->account, self);
}
