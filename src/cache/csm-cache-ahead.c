/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-cache-ahead.h"

#include "csm-cache-search-private.h"
#include "csm-json.h"

/*
 * A job with records stands in the writer's queue from the beginning, so that their order is kept, while its records are made
 * ready here. The writer waits for those that are not yet: that takes no longer than to make them ready itself.
 */

struct _CsmAhead
{
  GThreadPool *pool;    /* of one thread: works are done in their order */
  CsmPacker   *packer;  /* that thread's */
  CsmDbConn   *memory;  /* that thread's, without a file: takes words from messages as the writer does; NULL until there is one */
};

typedef struct
{
  JsonObject *record;
  gboolean    is_message;
} Item;

struct _CsmAheadWork
{
  CsmAhead      *ahead;
  gpointer       input;      /* owns the records */
  GDestroyNotify input_free;
  GArray        *items;      /* Item */
  GHashTable    *ready;      /* JsonObject → CsmAheadRecord */
  GMutex         lock;
  GCond          wake;
  gboolean       done;
  gboolean       over;       /* only to be freed */
};

static void
record_free (gpointer data)
{
  CsmAheadRecord *record = data;

  for (guint i = 0; i < G_N_ELEMENTS (record->words.columns); i++)
    g_free (record->words.columns[i]);
  g_free (record->text);
  g_clear_pointer (&record->packed, g_bytes_unref);
  g_free (record);
}

static void
work_free (CsmAheadWork *self)
{
  self->input_free (self->input);
  g_array_unref (self->items);
  g_hash_table_unref (self->ready);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->wake);
  g_free (self);
}

static void
make_ready (CsmAhead       *self,
            CsmAheadRecord *record)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CsmDbStmt) stmt = NULL;

  if (self->memory == NULL)
    self->memory = csm_db_conn_open (":memory:", FALSE, &error);
  if (self->memory != NULL)
    stmt = csm_db_conn_query (self->memory, &error, CSM_MESSAGE_COLUMNS ("SELECT ? AS text LIMIT 1"), "t", record->text);
  if (stmt == NULL || !csm_db_stmt_step (stmt, &error))
    return;
  for (guint i = 0; i < G_N_ELEMENTS (record->words.columns); i++)
    record->words.columns[i] = g_strdup (csm_db_stmt_text (stmt, (int) i));
  /* Both or none: with neither the writer does it. */
  record->packed = csm_packer_pack (self->packer, record->text);
}

static void
do_work (gpointer data,
         gpointer ahead)
{
  CsmAheadWork *self = data;

  if (self->over)
    {
      work_free (self);
      return;
    }
  for (guint i = 0; i < self->items->len; i++)
    {
      const Item *item = &g_array_index (self->items, Item, i);
      CsmAheadRecord *record = g_new0 (CsmAheadRecord, 1);

      record->text = csm_json_write_object (item->record);
      if (item->is_message)
        make_ready (ahead, record);
      g_hash_table_insert (self->ready, item->record, record);
    }
  g_mutex_lock (&self->lock);
  self->done = TRUE;
  g_cond_signal (&self->wake);
  g_mutex_unlock (&self->lock);
}

CsmAhead *
csm_ahead_new (void)
{
  CsmAhead *self = g_new0 (CsmAhead, 1);

  self->packer = csm_packer_new ();
  self->pool = g_thread_pool_new (do_work, self, 1, FALSE, NULL);
  return self;
}

/**
 * csm_ahead_free:
 * @self: (nullable): of which all works are finished
 *
 * Blocks until what they left is freed.
 */
void
csm_ahead_free (CsmAhead *self)
{
  if (self == NULL)
    return;
  g_thread_pool_free (self->pool, FALSE, TRUE);
  csm_packer_free (self->packer);
  g_clear_pointer (&self->memory, csm_db_conn_free);
  g_free (self);
}

/**
 * csm_ahead_work_new:
 * @ahead: outlives the work
 * @input: (transfer full): what owns the records
 * @input_free: frees it
 *
 * Returns: (transfer full): a work, to which records are added before it is started; csm_ahead_work_finish() frees it
 */
CsmAheadWork *
csm_ahead_work_new (CsmAhead       *ahead,
                    gpointer        input,
                    GDestroyNotify  input_free)
{
  CsmAheadWork *self = g_new0 (CsmAheadWork, 1);

  self->ahead = ahead;
  self->input = input;
  self->input_free = input_free;
  self->items = g_array_new (FALSE, FALSE, sizeof (Item));
  self->ready = g_hash_table_new_full (NULL, NULL, NULL, record_free);
  g_mutex_init (&self->lock);
  g_cond_init (&self->wake);
  return self;
}

/**
 * csm_ahead_work_add:
 * @self: a work that is not started
 * @record: a record of its input
 * @is_message: whether it is a message, which is kept packed and searched
 */
void
csm_ahead_work_add (CsmAheadWork *self,
                    JsonObject   *record,
                    gboolean      is_message)
{
  const Item item = { record, is_message };

  g_array_append_val (self->items, item);
}

/**
 * csm_ahead_work_start:
 * @self: a work
 *
 * From now on the records are that thread's, until csm_ahead_work_wait() returns.
 */
void
csm_ahead_work_start (CsmAheadWork *self)
{
  g_thread_pool_push (self->ahead->pool, self, NULL);
}

/**
 * csm_ahead_work_wait:
 * @self: a work that was started
 *
 * Blocks until all of its records are ready.
 *
 * Returns: (transfer none): its input
 */
gpointer
csm_ahead_work_wait (CsmAheadWork *self)
{
  g_mutex_lock (&self->lock);
  while (!self->done)
    g_cond_wait (&self->wake, &self->lock);
  g_mutex_unlock (&self->lock);
  return self->input;
}

/**
 * csm_ahead_work_get:
 * @self: (nullable): a work that has been waited for
 * @record: a record
 *
 * Returns: (transfer none) (nullable): what was made of it; %NULL when that is nothing
 */
const CsmAheadRecord *
csm_ahead_work_get (CsmAheadWork *self,
                    JsonObject   *record)
{
  return self != NULL && record != NULL ? g_hash_table_lookup (self->ready, record) : NULL;
}

/**
 * csm_ahead_work_finish:
 * @work: (transfer full): a CsmAheadWork that was started
 *
 * Has it freed, with its input, on the other thread.
 */
void
csm_ahead_work_finish (gpointer work)
{
  CsmAheadWork *self = work;

  csm_ahead_work_wait (self);
  self->over = TRUE;
  g_thread_pool_push (self->ahead->pool, self, NULL);
}
