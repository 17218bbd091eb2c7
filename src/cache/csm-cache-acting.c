/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-cache-here-private.h"
#include "csm-cache-outbox.h"

#include "csm-failpoint.h"
#include "csm-time.h"

/* What a person does: each one durable transaction. Results are boxed numbers; none, on error, is zero. */

static gpointer
box (gint64 value)
{
  csm_failpoint ("acted");
  return value != 0 ? g_memdup2 (&value, sizeof value) : NULL;
}

static gint64
finish_boxed (CsmCache      *self,
              GAsyncResult  *result,
              gpointer       tag,
              GError       **error)
{
  g_autofree gint64 *value = csm_cache_run_finish (self, result, tag, error);

  return value != NULL ? *value : 0;
}

typedef struct
{
  CsmIntent    *intent;
  CsmCacheFull *full;
} Doing;

static void
doing_free (gpointer data)
{
  Doing *doing = data;

  csm_intent_free (doing->intent);
  csm_cache_full_unref (doing->full);
  g_free (doing);
}

static gpointer
perform (CsmCacheTxn  *txn,
         gpointer      input,
         GError      **error)
{
  Doing *doing = input;

  if (!csm_cache_full_check (doing->full, error))
    return NULL;
  return box (csm_cache_perform (txn, doing->intent, error));
}

/**
 * csm_cache_perform_async:
 * @self: a cache
 * @intent: (transfer full): what they did
 * @c: (nullable): a cancellable
 * @cb: called when it is on the disk
 * @data: for @cb
 *
 * Applies and queues what a person did, in one durable transaction.
 */
void
csm_cache_perform_async (CsmCache            *self,
                         CsmIntent           *intent,
                         GCancellable        *c,
                         GAsyncReadyCallback  cb,
                         gpointer             data)
{
  Doing *doing = g_new0 (Doing, 1);

  doing->intent = intent;
  doing->full = csm_cache_full_ref (csm_cache_get_room (self));
  csm_cache_run_write (self, CSM_DB_WRITE_DURABLE, G_PRIORITY_DEFAULT, perform, doing, doing_free, g_free,
                       csm_cache_perform_async, c, cb, data);
}

/**
 * csm_cache_perform_finish:
 * @self: a cache
 * @result: what the callback got
 * @error: `CSM_ERROR_DISK_FULL`: it is not kept
 *
 * Returns: the group's number, for csm_cache_undo_async(); 0 with @error set
 */
gint64
csm_cache_perform_finish (CsmCache      *self,
                          GAsyncResult  *result,
                          GError       **error)
{
  return finish_boxed (self, result, csm_cache_perform_async, error);
}

static gpointer
undo (CsmCacheTxn  *txn,
      gpointer      input,
      GError      **error)
{
  gint64 *group = input;

  return box (csm_cache_undo (txn, group != NULL ? *group : 0, error));
}

/**
 * csm_cache_undo_async:
 * @self: a cache
 * @group: what csm_cache_perform_finish() gave
 * @c: (nullable): a cancellable
 * @cb: called when it is done
 * @data: for @cb
 *
 * Removes what has not been sent; for what has, queues the operations that restore what was before, where nobody else has changed it since.
 */
void
csm_cache_undo_async (CsmCache            *self,
                      gint64               group,
                      GCancellable        *c,
                      GAsyncReadyCallback  cb,
                      gpointer             data)
{
  csm_cache_run_write (self, CSM_DB_WRITE_DURABLE, G_PRIORITY_DEFAULT, undo, box (group), g_free, g_free, csm_cache_undo_async, c, cb, data);
}

/**
 * csm_cache_undo_finish:
 * @self: a cache
 * @result: what the callback got
 * @error: return location
 *
 * Returns: whether it worked
 */
gboolean
csm_cache_undo_finish (CsmCache      *self,
                       GAsyncResult  *result,
                       GError       **error)
{
  return finish_boxed (self, result, csm_cache_undo_async, error) != 0;
}

typedef struct
{
  gint64        seq;
  CsmOpDecision decision;
} Decided;

static gpointer
resolve_op (CsmCacheTxn  *txn,
            gpointer      input,
            GError      **error)
{
  Decided *decided = input;

  return box (csm_cache_resolve_op (txn, decided->seq, decided->decision, error));
}

/**
 * csm_cache_resolve_op_async:
 * @self: a cache
 * @seq: an operation
 * @decision: what becomes of it
 * @c: (nullable): a cancellable
 * @cb: called when it is done
 * @data: for @cb
 *
 * What a person decides of a parked operation. Dropping is also for one that waits, or for a reply that may have left: that is called back.
 */
void
csm_cache_resolve_op_async (CsmCache            *self,
                            gint64               seq,
                            CsmOpDecision        decision,
                            GCancellable        *c,
                            GAsyncReadyCallback  cb,
                            gpointer             data)
{
  Decided *decided = g_new0 (Decided, 1);

  decided->seq = seq;
  decided->decision = decision;
  csm_cache_run_write (self, CSM_DB_WRITE_DURABLE, G_PRIORITY_DEFAULT, resolve_op, decided, g_free, g_free, csm_cache_resolve_op_async, c, cb, data);
}

/**
 * csm_cache_resolve_op_finish:
 * @self: a cache
 * @result: what the callback got
 * @error: return location
 *
 * Returns: whether it worked
 */
gboolean
csm_cache_resolve_op_finish (CsmCache      *self,
                             GAsyncResult  *result,
                             GError       **error)
{
  return finish_boxed (self, result, csm_cache_resolve_op_async, error) != 0;
}

static gpointer
edit_op (CsmCacheTxn  *txn,
         gpointer      input,
         GError      **error)
{
  return csm_cache_edit_op (txn, *(gint64 *) input, error);
}

/**
 * csm_cache_edit_op_async:
 * @self: a cache
 * @seq: an operation
 * @c: (nullable): a cancellable
 * @cb: called when it is done
 * @data: for @cb
 *
 * A reply or comment goes back to where it was written, with recipients and files, and leaves the outbox.
 */
void
csm_cache_edit_op_async (CsmCache            *self,
                         gint64               seq,
                         GCancellable        *c,
                         GAsyncReadyCallback  cb,
                         gpointer             data)
{
  csm_cache_run_write (self, CSM_DB_WRITE_DURABLE, G_PRIORITY_DEFAULT, edit_op, g_memdup2 (&seq, sizeof seq), g_free, g_free, csm_cache_edit_op_async, c, cb, data);
}

/**
 * csm_cache_edit_op_finish:
 * @self: a cache
 * @result: what the callback got
 * @error: `CSM_ERROR_NOT_FOUND`: it has left, or it is nothing that was written
 *
 * Returns: (transfer full): its case's id
 */
char *
csm_cache_edit_op_finish (CsmCache      *self,
                          GAsyncResult  *result,
                          GError       **error)
{
  return csm_cache_run_finish (self, result, csm_cache_edit_op_async, error);
}

typedef struct
{
  char *case_id;
  char *text;
} Draft;

static void
draft_free (gpointer data)
{
  Draft *draft = data;

  g_free (draft->case_id);
  g_free (draft->text);
  g_free (draft);
}

static gpointer
save_draft (CsmCacheTxn  *txn,
            gpointer      input,
            GError      **error)
{
  Draft *draft = input;

  if (draft->text == NULL || *draft->text == '\0')
    return box (csm_db_conn_run (txn->conn, error, "DELETE FROM draft WHERE case_id = ?", "t", draft->case_id));
  return box (csm_db_conn_run (txn->conn, error,
                "INSERT INTO draft (case_id, text, updated) VALUES (?1, ?2, ?3) ON CONFLICT (case_id) DO UPDATE SET text = ?2, updated = ?3",
                "tti", draft->case_id, draft->text, csm_time_now ()) &&
              csm_cache_want_again (txn, draft->case_id, error));
}

/**
 * csm_cache_save_draft_async:
 * @self: a cache
 * @case_id: a case
 * @text: (nullable): what was typed; %NULL or empty: nothing is kept
 * @c: (nullable): a cancellable
 * @cb: called when it is done
 * @data: for @cb
 *
 * Keeps the text of a reply as it was typed. No operation: it concerns this computer alone.
 */
void
csm_cache_save_draft_async (CsmCache            *self,
                            const char          *case_id,
                            const char          *text,
                            GCancellable        *c,
                            GAsyncReadyCallback  cb,
                            gpointer             data)
{
  Draft *draft = g_new0 (Draft, 1);

  draft->case_id = g_strdup (case_id);
  draft->text = g_strdup (text);
  csm_cache_run_write (self, CSM_DB_WRITE, G_PRIORITY_DEFAULT, save_draft, draft, draft_free, g_free, csm_cache_save_draft_async, c, cb, data);
}

/**
 * csm_cache_save_draft_finish:
 * @self: a cache
 * @result: what the callback got
 * @error: return location
 *
 * Returns: whether it is kept
 */
gboolean
csm_cache_save_draft_finish (CsmCache      *self,
                             GAsyncResult  *result,
                             GError       **error)
{
  return finish_boxed (self, result, csm_cache_save_draft_async, error) != 0;
}

/**
 * csm_cache_return_text:
 * @txn: the job's
 * @draft_id: a draft
 * @text: what was written in it once
 * @parts: (nullable): what it has besides; %NULL: as it is
 * @error: `CSM_ERROR_DATABASE`
 *
 * Puts text back, before what is in the draft already.
 *
 * Returns: whether it worked
 */
gboolean
csm_cache_return_text (CsmCacheTxn  *txn,
                       const char   *draft_id,
                       const char   *text,
                       const char   *parts,
                       GError      **error)
{
  return csm_db_conn_run (txn->conn, error,
           "INSERT INTO draft (case_id, text, updated, parts) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (case_id) DO UPDATE SET updated = excluded.updated,"
           " parts = coalesce (excluded.parts, parts), text = CASE WHEN instr (text, excluded.text) > 0 THEN text ELSE excluded.text || char (10, 10) || text END",
           "ttit", draft_id, text, csm_time_now (), parts) &&
         csm_cache_want_again (txn, draft_id, error);
}

static gpointer
return_draft (CsmCacheTxn  *txn,
              gpointer      input,
              GError      **error)
{
  Draft *draft = input;

  return box (csm_cache_return_text (txn, draft->case_id, draft->text, NULL, error));
}

/**
 * csm_cache_return_draft_async:
 * @self: a cache
 * @case_id: a case
 * @text: what comes back
 * @c: (nullable): a cancellable
 * @cb: called when it is done
 * @data: for @cb
 *
 * Puts @text before what the case's draft holds, unless it is in there.
 */
void
csm_cache_return_draft_async (CsmCache            *self,
                              const char          *case_id,
                              const char          *text,
                              GCancellable        *c,
                              GAsyncReadyCallback  cb,
                              gpointer             data)
{
  Draft *draft = g_new0 (Draft, 1);

  draft->case_id = g_strdup (case_id);
  draft->text = g_strdup (text);
  csm_cache_run_write (self, CSM_DB_WRITE_DURABLE, G_PRIORITY_DEFAULT, return_draft, draft, draft_free, g_free, csm_cache_return_draft_async, c, cb, data);
}

/**
 * csm_cache_return_draft_finish:
 * @self: a cache
 * @result: what the callback got
 * @error: return location
 *
 * Returns: whether it is kept
 */
gboolean
csm_cache_return_draft_finish (CsmCache      *self,
                               GAsyncResult  *result,
                               GError       **error)
{
  return finish_boxed (self, result, csm_cache_return_draft_async, error) != 0;
}

static gpointer
list_outbox (CsmDbConn     *conn,
             gpointer       input,
             GCancellable  *cancellable,
             GError       **error)
{
  return csm_cache_read_outbox (conn, error);
}

/**
 * csm_cache_list_outbox_async:
 * @self: a cache
 * @c: (nullable): a cancellable
 * @cb: called when it is done
 * @data: for @cb
 */
void
csm_cache_list_outbox_async (CsmCache            *self,
                             GCancellable        *c,
                             GAsyncReadyCallback  cb,
                             gpointer             data)
{
  csm_cache_run_read (self, G_PRIORITY_DEFAULT, list_outbox, NULL, NULL, (GDestroyNotify) g_ptr_array_unref, csm_cache_list_outbox_async, c, cb, data);
}

/**
 * csm_cache_list_outbox_finish:
 * @self: a cache
 * @result: what the callback got
 * @error: return location
 *
 * Returns: (transfer full) (element-type CsmOperation): all that waits, the oldest first
 */
GPtrArray *
csm_cache_list_outbox_finish (CsmCache      *self,
                              GAsyncResult  *result,
                              GError       **error)
{
  return csm_cache_run_finish (self, result, csm_cache_list_outbox_async, error);
}
