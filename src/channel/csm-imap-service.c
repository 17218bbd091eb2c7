/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-imap-service.h"

#include "csm-json.h"

/* More channels are in no workspace. */
#define MAX_CHANNELS 1000
/* How long to wait after a database error, s. */
#define RETRY_SECONDS 30

/* A channel whose mail comes by IMAP. */
typedef struct
{
  char            *id;
  CsmImapSettings *settings;
  gint64           retry;   /* when somebody last wanted it to be tried at once, µs */
  GPtrArray       *watches; /* CsmMailboxWatch; NULL in a plan */
} Mailbox;

/* A channel's record, as far as it matters here. */
typedef struct
{
  char   *id;
  gint64  retry;
} Wanted;

struct _CsmImapService
{
  GObject         parent_instance;
  CsmStore       *store;
  char           *reader_program;
  CsmMailboxPace  pace;
  GPtrArray      *mailboxes;  /* Mailbox */
  gulong          changed_id;
  guint           retry_id;
  gboolean        started;
  gboolean        looking;
  gboolean        look_again;
};

G_DEFINE_FINAL_TYPE (CsmImapService, csm_imap_service, G_TYPE_OBJECT)

static void look (CsmImapService *self);

/* All are told before any is waited for. */
static void
cancel_watches (Mailbox *mailbox)
{
  for (guint i = 0; mailbox->watches != NULL && i < mailbox->watches->len; i++)
    csm_mailbox_watch_cancel (g_ptr_array_index (mailbox->watches, i));
}

static void
mailbox_free (Mailbox *mailbox)
{
  cancel_watches (mailbox);
  g_clear_pointer (&mailbox->watches, g_ptr_array_unref);
  g_clear_pointer (&mailbox->settings, csm_imap_settings_unref);
  g_free (mailbox->id);
  g_free (mailbox);
}

static GPtrArray *
mailboxes_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) mailbox_free);
}

/* --- Which there are ------------------------------------------------------------------------------------------------------------- */

static void
wanted_clear (gpointer data)
{
  g_free (((Wanted *) data)->id);
}

static gboolean
note_channel (const char *id,
              const char *json,
              gpointer    user_data)
{
  g_autoptr (JsonObject) record = csm_json_parse_object (json, -1, NULL);

  if (record != NULL && g_strcmp0 (csm_json_get_string (record, "kind"), "email") == 0 && csm_json_get_boolean (record, "enabled"))
    {
      Wanted wanted = { g_strdup (id), csm_json_get_time (csm_json_get_object (record, "health"), "retry") };

      g_array_append_val ((GArray *) user_data, wanted);
    }
  return TRUE;
}

static gpointer
make_plan (CsmTxn        *txn,
           gpointer       input,
           GCancellable  *cancellable,
           GError       **error)
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (Wanted));
  g_autoptr (GPtrArray) plan = mailboxes_new ();

  g_array_set_clear_func (ids, wanted_clear);
  if (!csm_txn_each (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (CSM_TYPE_ID_CHANNEL), MAX_CHANNELS, note_channel, ids, error))
    return NULL;
  for (guint i = 0; i < ids->len; i++)
    {
      const char *id = g_array_index (ids, Wanted, i).id;
      g_autoptr (GError) local = NULL;
      CsmImapSettings *settings = csm_imap_settings_load (txn, id, &local);
      Mailbox *mailbox;

      if (local != NULL)
        g_message ("The mail of the channel %s can't be read: %s", id, local->message);
      if (settings == NULL)
        continue;
      mailbox = g_new0 (Mailbox, 1);
      mailbox->id = g_strdup (id);
      mailbox->settings = settings;
      mailbox->retry = g_array_index (ids, Wanted, i).retry;
      g_ptr_array_add (plan, mailbox);
    }
  return g_steal_pointer (&plan);
}

static gboolean
is_same (const Mailbox *a,
         const Mailbox *b)
{
  return g_str_equal (a->id, b->id) && csm_imap_settings_equal (a->settings, b->settings);
}

static Mailbox *
find_same (GPtrArray     *mailboxes,
           const Mailbox *mailbox)
{
  for (guint i = 0; i < mailboxes->len; i++)
    {
      if (is_same (g_ptr_array_index (mailboxes, i), mailbox))
        return g_ptr_array_index (mailboxes, i);
    }
  return NULL;
}

static void
start_watch (CsmImapService *self,
             Mailbox        *mailbox,
             const char     *folder)
{
  g_ptr_array_add (mailbox->watches, csm_mailbox_watch_new (self->store, mailbox->id, folder, mailbox->settings, self->reader_program, &self->pace));
}

static void
start_watches (CsmImapService *self,
               Mailbox        *mailbox)
{
  CsmImapSettings *settings = mailbox->settings;

  mailbox->watches = g_ptr_array_new_with_free_func ((GDestroyNotify) csm_mailbox_watch_free);
  for (guint i = 0; settings->folders[i] != NULL; i++)
    start_watch (self, mailbox, settings->folders[i]);
  if (settings->sent_folder != NULL && !g_strv_contains ((const char *const *) settings->folders, settings->sent_folder))
    start_watch (self, mailbox, settings->sent_folder);
}

static void
retry_watches (Mailbox *mailbox,
               gint64   retry)
{
  if (mailbox->retry == retry)
    return;
  mailbox->retry = retry;
  for (guint i = 0; i < mailbox->watches->len; i++)
    csm_mailbox_watch_retry (g_ptr_array_index (mailbox->watches, i));
}

static void
apply_plan (CsmImapService *self,
            GPtrArray      *plan)
{
  for (guint i = 0; i < self->mailboxes->len; i++)
    {
      if (find_same (plan, g_ptr_array_index (self->mailboxes, i)) == NULL)
        cancel_watches (g_ptr_array_index (self->mailboxes, i));
    }
  for (guint i = self->mailboxes->len; i > 0; i--)
    {
      if (find_same (plan, g_ptr_array_index (self->mailboxes, i - 1)) == NULL)
        g_ptr_array_remove_index (self->mailboxes, i - 1);
    }
  while (plan->len > 0)
    {
      Mailbox *mailbox = g_ptr_array_steal_index (plan, plan->len - 1);

      Mailbox *running = find_same (self->mailboxes, mailbox);

      if (running != NULL)
        {
          retry_watches (running, mailbox->retry);
          mailbox_free (mailbox);
          continue;
        }
      start_watches (self, mailbox);
      g_ptr_array_add (self->mailboxes, mailbox);
    }
}

static gboolean
retry_cb (gpointer user_data)
{
  CsmImapService *self = user_data;

  self->retry_id = 0;
  look (self);
  return G_SOURCE_REMOVE;
}

static void
plan_made (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (CsmImapService) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) plan = csm_store_run_finish (CSM_STORE (source), result, &error);

  self->looking = FALSE;
  if (!self->started)
    return;
  if (plan != NULL)
    {
      apply_plan (self, plan);
    }
  else
    {
      g_warning ("Can't look for mailboxes: %s", error->message);
      if (self->retry_id == 0)
        self->retry_id = g_timeout_add_seconds (RETRY_SECONDS, retry_cb, self);
    }
  if (self->look_again)
    look (self);
}

static void
look (CsmImapService *self)
{
  self->look_again = self->looking;
  if (self->looking)
    return;
  self->looking = TRUE;
  csm_store_run_async (self->store, FALSE, make_plan, NULL, NULL, (GDestroyNotify) g_ptr_array_unref, NULL, plan_made, g_object_ref (self));
}

static void
store_changed (CsmImapService *self,
               gint64          account,
               guint           types)
{
  if (account == CSM_ACCOUNT_WORKSPACE && (types & (1u << CSM_TYPE_ID_CHANNEL)))
    look (self);
}

/* --- The object --------------------------------------------------------------------------------------------------------------------- */

static void
csm_imap_service_finalize (GObject *object)
{
  CsmImapService *self = CSM_IMAP_SERVICE (object);

  g_clear_handle_id (&self->retry_id, g_source_remove);
  g_clear_signal_handler (&self->changed_id, self->store);
  g_clear_pointer (&self->mailboxes, g_ptr_array_unref);
  g_clear_object (&self->store);
  g_free (self->reader_program);
  G_OBJECT_CLASS (csm_imap_service_parent_class)->finalize (object);
}

static void
csm_imap_service_class_init (CsmImapServiceClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = csm_imap_service_finalize;
}

static void
csm_imap_service_init (CsmImapService *self)
{
  self->pace = csm_mailbox_default_pace;
  self->mailboxes = mailboxes_new ();
}

/**
 * csm_imap_service_new:
 * @store: the server's store; of the process that holds csm_store_lock()
 * @reader_program: casement-reader
 *
 * Main thread.
 *
 * Returns: (transfer full): a service that does nothing yet
 */
CsmImapService *
csm_imap_service_new (CsmStore   *store,
                      const char *reader_program)
{
  CsmImapService *self = g_object_new (CSM_TYPE_IMAP_SERVICE, NULL);

  self->store = g_object_ref (store);
  self->reader_program = g_strdup (reader_program);
  return self;
}

/**
 * csm_imap_service_set_pace:
 * @self: a service that has not been started
 * @pace: how mailboxes are watched
 */
void
csm_imap_service_set_pace (CsmImapService       *self,
                           const CsmMailboxPace *pace)
{
  self->pace = *pace;
}

/**
 * csm_imap_service_start:
 * @self: a service
 *
 * Reads mail until csm_imap_service_stop().
 */
void
csm_imap_service_start (CsmImapService *self)
{
  g_return_if_fail (!self->started);

  self->started = TRUE;
  self->changed_id = g_signal_connect_swapped (self->store, "changed", G_CALLBACK (store_changed), self);
  look (self);
}

/**
 * csm_imap_service_stop:
 * @self: a service
 *
 * Ends all connections. Waits for what is just being taken in.
 */
void
csm_imap_service_stop (CsmImapService *self)
{
  self->started = FALSE;
  g_clear_handle_id (&self->retry_id, g_source_remove);
  g_clear_signal_handler (&self->changed_id, self->store);
  for (guint i = 0; i < self->mailboxes->len; i++)
    cancel_watches (g_ptr_array_index (self->mailboxes, i));
  g_ptr_array_set_size (self->mailboxes, 0);
  while (self->looking)
    g_main_context_iteration (NULL, TRUE);
}
