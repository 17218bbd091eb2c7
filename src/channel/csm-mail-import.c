/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-mail-import.h"

#include "csm-error.h"
#include "csm-failpoint.h"
#include "csm-json.h"
#include "csm-mail-item.h"
#include "csm-mail-source.h"
#include "csm-time.h"

#include <string.h>

/*
 * Three stages run at once: one thread takes the archive apart, two have mails read and store their blobs, and the
 * caller's writes them in batches, in the archive's order. What is under way is bounded, so memory is flat.
 */

#define N_READERS 2
#define BATCH 400
#define BATCH_BYTES (16 * 1024 * 1024)
#define MAX_UNDER_WAY 1000
#define MAX_BYTES_UNDER_WAY (96 * 1024 * 1024)

typedef struct
{
  CsmStore      *store;
  const char    *reader_program;
  CsmMailSource *source;
  GMutex         lock;
  GCond          wake;
  GQueue         order;      /* CsmMailItem: all under way, oldest first */
  GQueue         unread;     /* those of them that nobody reads yet; borrowed */
  gsize          bytes;      /* of all under way */
  gboolean       ended;      /* the archive has no more */
  gboolean       stopped;    /* give up */
  GError        *error;      /* the first */
} Import;

static void
fail (Import *self,
      GError *error)
{
  g_mutex_lock (&self->lock);
  if (self->error == NULL)
    self->error = error;
  else
    g_error_free (error);
  self->stopped = TRUE;
  g_cond_broadcast (&self->wake);
  g_mutex_unlock (&self->lock);
}

/* --- The archive -------------------------------------------------------------------------------------------------------- */

static CsmMailItem *
item_new (CsmRawMail *raw)
{
  CsmMailItem *item = g_new0 (CsmMailItem, 1);

  item->received = raw->received;
  item->size = raw->bytes != NULL ? g_bytes_get_size (raw->bytes) : 0;
  item->raw = g_steal_pointer (&raw->bytes);
  if (raw->problem != NULL)
    g_info ("A file can't be read: %s", raw->problem);
  return item;
}

static gpointer
take_apart (gpointer data)
{
  Import *self = data;
  g_auto (CsmRawMail) raw = { NULL };
  GError *error = NULL;

  while (csm_mail_source_next (self->source, &raw, &error))
    {
      CsmMailItem *item = item_new (&raw);
      gboolean stopped;

      csm_raw_mail_clear (&raw);
      g_mutex_lock (&self->lock);
      while (!self->stopped && (self->order.length >= MAX_UNDER_WAY || (self->order.length > 0 && self->bytes + item->size > MAX_BYTES_UNDER_WAY)))
        g_cond_wait (&self->wake, &self->lock);
      g_queue_push_tail (&self->order, item);
      g_queue_push_tail (&self->unread, item);
      self->bytes += item->size;
      stopped = self->stopped;
      g_cond_broadcast (&self->wake);
      g_mutex_unlock (&self->lock);
      if (stopped)
        break;
    }
  if (error != NULL)
    fail (self, error);
  g_mutex_lock (&self->lock);
  self->ended = TRUE;
  g_cond_broadcast (&self->wake);
  g_mutex_unlock (&self->lock);
  return NULL;
}

/* --- Reading ---------------------------------------------------------------------------------------------------------------- */

static CsmMailItem *
next_unread (Import *self)
{
  CsmMailItem *item = NULL;

  g_mutex_lock (&self->lock);
  while (!self->stopped && !self->ended && self->unread.length == 0)
    g_cond_wait (&self->wake, &self->lock);
  if (!self->stopped)
    item = g_queue_pop_head (&self->unread);
  g_mutex_unlock (&self->lock);
  return item;
}

static gpointer
read_mails (gpointer data)
{
  Import *self = data;
  g_autoptr (CsmReaderClient) reader = csm_reader_client_new (self->reader_program);
  CsmMailItem *item;

  while ((item = next_unread (self)) != NULL)
    {
      GError *error = NULL;

      if (!csm_mail_item_store (item, self->store, reader, FALSE, &error))
        {
          fail (self, error);
          break;
        }
      g_mutex_lock (&self->lock);
      item->ready = TRUE;
      g_cond_broadcast (&self->wake);
      g_mutex_unlock (&self->lock);
    }
  return NULL;
}

/* --- Writing ---------------------------------------------------------------------------------------------------------------- */

/* The next mails that are ready, in order; NULL at the end. */
static GPtrArray *
next_batch (Import *self)
{
  g_autoptr (GPtrArray) batch = g_ptr_array_new_with_free_func ((GDestroyNotify) csm_mail_item_free);
  gsize bytes = 0;

  g_mutex_lock (&self->lock);
  while (!self->stopped && batch->len < BATCH && bytes < BATCH_BYTES)
    {
      CsmMailItem *head = g_queue_peek_head (&self->order);

      if (head != NULL && head->ready)
        {
          g_ptr_array_add (batch, g_queue_pop_head (&self->order));
          bytes += head->size;
          /* The archive's thread may wait for an empty queue with a mail that is larger than all that may be under way. */
          g_cond_broadcast (&self->wake);
          continue;
        }
      if (head == NULL && self->ended)
        break;
      g_cond_wait (&self->wake, &self->lock);
    }
  g_mutex_unlock (&self->lock);
  return batch->len > 0 ? g_steal_pointer (&batch) : NULL;
}

static void
release_bytes (Import    *self,
               GPtrArray *batch)
{
  g_mutex_lock (&self->lock);
  for (guint i = 0; i < batch->len; i++)
    self->bytes -= ((CsmMailItem *) g_ptr_array_index (batch, i))->size;
  g_cond_broadcast (&self->wake);
  g_mutex_unlock (&self->lock);
}

/* An archive's neighbours were received at about the same time: better than now for a mail without a date. */
static void
estimate_times (GPtrArray *batch,
                gint64    *last)
{
  gint64 now = csm_time_now ();

  for (guint i = 0; i < batch->len; i++)
    {
      CsmMailItem *item = g_ptr_array_index (batch, i);
      gint64 date = csm_json_get_time (item->mail, "date");

      if (item->received == CSM_TIME_NONE || item->received > now)
        item->received = *last != CSM_TIME_NONE ? MIN (*last + CSM_SECOND, now) : now;
      if (date != CSM_TIME_NONE && date > 0 && date <= now)
        *last = date;
    }
}

typedef struct
{
  GPtrArray       *batch;
  const char      *channel_id;
  gboolean         careful;
  CsmImportResult  result;
} Batch;

static gpointer
write_batch (CsmTxn        *txn,
             gpointer       input,
             GCancellable  *cancellable,
             GError       **error)
{
  Batch *batch = input;

  /* A job may run again; then from the beginning. */
  memset (&batch->result, 0, sizeof batch->result);
  for (guint i = 0; i < batch->batch->len; i++)
    {
      if (!csm_mail_item_take (g_ptr_array_index (batch->batch, i), txn, batch->channel_id, TRUE, batch->careful, &batch->result, error))
        return NULL;
    }
  csm_failpoint ("import-written");
  return NULL;
}

static gboolean
commit_batch (Import           *self,
              const char       *channel_id,
              GPtrArray        *mails,
              CsmImportResult  *total,
              GError          **error)
{
  Batch batch = { mails, channel_id, FALSE, { 0 } };
  GError *local = NULL;

  /* The database may name only what is on disk. */
  if (!csm_store_sync_blobs (self->store, error))
    return FALSE;
  csm_failpoint ("import-synced");
  csm_store_run (self->store, TRUE, write_batch, &batch, &local);
  if (local != NULL && !csm_mail_item_is_fatal (local))
    {
      g_clear_error (&local);
      batch.careful = TRUE;
      csm_store_run (self->store, TRUE, write_batch, &batch, &local);
    }
  if (local != NULL)
    {
      g_propagate_error (error, local);
      return FALSE;
    }
  csm_failpoint ("import-committed");
  total->read += batch.result.read;
  total->added += batch.result.added;
  total->duplicates += batch.result.duplicates;
  total->set_aside += batch.result.set_aside;
  csm_store_wake_others (self->store);
  return TRUE;
}

static void
stop (Import  *self,
      GThread **threads)
{
  g_mutex_lock (&self->lock);
  self->stopped = TRUE;
  g_cond_broadcast (&self->wake);
  g_mutex_unlock (&self->lock);
  for (guint i = 0; i < 1 + N_READERS; i++)
    g_thread_join (threads[i]);
  g_queue_clear (&self->unread);
  g_queue_clear_full (&self->order, (GDestroyNotify) csm_mail_item_free);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->wake);
}

/**
 * csm_mail_import_run:
 * @store: the store
 * @channel_id: the mailbox
 * @path: an mbox, a Maildir, a folder of .eml files, or one .eml file
 * @reader_program: casement-reader
 * @progress: (nullable): called after each batch
 * @user_data: for @progress
 * @result: (out caller-allocates): what was found; also when it fails, for what was committed
 * @error: return location
 *
 * Imports an archive; blocks. What was imported before is found again and adds nothing, so an import that failed can be
 * run again. One bad mail never ends it.
 *
 * Returns: whether the whole archive was imported
 */
gboolean
csm_mail_import_run (CsmStore           *store,
                     const char         *channel_id,
                     const char         *path,
                     const char         *reader_program,
                     CsmImportProgress   progress,
                     gpointer            user_data,
                     CsmImportResult    *result,
                     GError            **error)
{
  g_autoptr (CsmMailSource) source = NULL;
  Import self = { .store = store, .reader_program = reader_program };
  GThread *threads[1 + N_READERS];
  GPtrArray *batch;
  gint64 last = CSM_TIME_NONE;
  gboolean good = TRUE;

  memset (result, 0, sizeof *result);
  source = csm_mail_source_open (path, error);
  if (source == NULL)
    return FALSE;
  self.source = source;
  g_mutex_init (&self.lock);
  g_cond_init (&self.wake);
  threads[0] = g_thread_new ("csm-import", take_apart, &self);
  for (guint i = 0; i < N_READERS; i++)
    threads[1 + i] = g_thread_new ("csm-read", read_mails, &self);

  while (good && (batch = next_batch (&self)) != NULL)
    {
      estimate_times (batch, &last);
      good = commit_batch (&self, channel_id, batch, result, error);
      release_bytes (&self, batch);
      g_ptr_array_unref (batch);
      if (good && progress != NULL)
        progress (result, user_data);
    }
  stop (&self, threads);
  if (self.error != NULL && good)
    {
      g_propagate_error (error, self.error);
      return FALSE;
    }
  g_clear_error (&self.error);
  return good;
}

/* --- One mail from a pipe ---------------------------------------------------------------------------------------------------- */

typedef struct
{
  CsmMailItem     *item;
  const char      *channel_id;
  CsmImportResult  result;
} Delivery;

static gpointer
write_delivery (CsmTxn        *txn,
                gpointer       input,
                GCancellable  *cancellable,
                GError       **error)
{
  Delivery *delivery = input;

  memset (&delivery->result, 0, sizeof delivery->result);
  csm_mail_item_take (delivery->item, txn, delivery->channel_id, FALSE, TRUE, &delivery->result, error);
  csm_failpoint ("deliver-written");
  return NULL;
}

/* How long the mbox line is that some delivery agents put on top. */
static gsize
mbox_line_length (const char *data,
                  gsize       size)
{
  const char *end = size > 5 && memcmp (data, "From ", 5) == 0 ? memchr (data, '\n', size) : NULL;

  return end != NULL ? (gsize) (end + 1 - data) : 0;
}

static gboolean
deliver (CsmMailItem  *item,
         CsmStore     *store,
         const char   *channel_id,
         const char   *reader_program,
         GError      **error)
{
  g_autoptr (CsmReaderClient) reader = csm_reader_client_new (reader_program);
  Delivery delivery = { item, channel_id, { 0 } };
  GError *local = NULL;

  item->received = csm_time_now ();
  if (!csm_mail_item_store (item, store, reader, TRUE, error))
    return FALSE;
  csm_failpoint ("deliver-stored");
  csm_store_run (store, TRUE, write_delivery, &delivery, &local);
  if (local != NULL)
    {
      g_propagate_error (error, local);
      return FALSE;
    }
  csm_failpoint ("deliver-committed");
  csm_store_wake_others (store);
  return TRUE;
}

/**
 * csm_mail_deliver:
 * @store: the store
 * @channel_id: the mailbox
 * @raw: one mail
 * @reader_program: casement-reader
 * @error: return location: something that another try may mend
 *
 * Takes one mail in; blocks. When it returns %TRUE the mail is on disk, readable or not, and the one who delivers may
 * forget it.
 *
 * Returns: whether it was taken
 */
gboolean
csm_mail_deliver (CsmStore    *store,
                  const char  *channel_id,
                  GBytes      *raw,
                  const char  *reader_program,
                  GError     **error)
{
  g_autoptr (CsmMailItem) item = g_new0 (CsmMailItem, 1);
  gsize size;
  const char *data = g_bytes_get_data (raw, &size);
  gsize start = mbox_line_length (data, size);

  item->raw = g_bytes_new_from_bytes (raw, start, size - start);
  item->size = size - start;
  return deliver (item, store, channel_id, reader_program, error);
}

/**
 * csm_mail_deliver_spool:
 * @store: the store
 * @channel_id: the mailbox
 * @raw: one mail, however large
 * @reader_program: casement-reader
 * @error: return location: something that another try may mend
 *
 * As csm_mail_deliver(), with little of the mail in memory.
 *
 * Returns: whether it was taken
 */
gboolean
csm_mail_deliver_spool (CsmStore    *store,
                        const char  *channel_id,
                        CsmSpool    *raw,
                        const char  *reader_program,
                        GError     **error)
{
  g_autoptr (CsmMailItem) item = g_new0 (CsmMailItem, 1);
  char line[4096];

  item->spool = csm_spool_ref (raw);
  item->start = mbox_line_length (line, csm_spool_read (raw, 0, line, sizeof line));
  item->size = csm_spool_get_length (raw) - item->start;
  return deliver (item, store, channel_id, reader_program, error);
}
