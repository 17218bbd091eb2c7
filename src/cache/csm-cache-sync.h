/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-cache.h"

G_BEGIN_DECLS

/*
 * What the network writes into the cache. For src/client only; the app never includes it.
 */

/* Where the cache stands. */
typedef struct
{
  char    *me;                       /* the person it belongs to; NULL: a new cache */
  char    *states[CSM_N_TYPES];      /* /changes goes on from here; NULL: from the beginning */
  gboolean complete[CSM_N_TYPES];    /* the last page has been in once */
  gboolean started;                  /* a first sync has begun */
  gboolean newest;                   /* the newest cases came before all others */
  guint    n_cases;                  /* how many are here */
  gint64   heard_at;                 /* the note "heard": µs; 0: none */
  gboolean search_pending;           /* full text is not all built */
} CsmSyncState;
void          csm_sync_state_free              (CsmSyncState        *state);

/* One page of /changes, or the records of a /get. */
typedef struct
{
  CsmTypeId  type;
  char      *account;
  char      *old_state;   /* must be the cursor's, or the page is refused */
  char      *new_state;   /* NULL: the records of a /get, which move no cursor */
  gboolean   has_more;
  GPtrArray *records;     /* JsonObject, whole */
  GPtrArray *destroyed;   /* ids */
  JsonObject *modseqs;    /* of the records, as the server answered; or NULL */
} CsmSyncPage;
CsmSyncPage  *csm_sync_page_new                (CsmTypeId            type,
                                                const char          *account);
void          csm_sync_page_free               (CsmSyncPage         *page);

/* A case whose messages are to be fetched. */
typedef struct
{
  char *id;
  char *state;           /* to go on from; NULL: from the beginning */
  char *messages_state;  /* what its header says; NULL: nothing */
} CsmWantedCase;
typedef struct
{
  GPtrArray *cases;   /* CsmWantedCase: those in which something waits first, then the newest activity */
  guint      n_left;  /* how many there are in all, when that was asked */
} CsmWantedCases;
void          csm_wanted_case_free             (CsmWantedCase       *wanted);
void          csm_wanted_cases_free            (CsmWantedCases      *wanted);

/* What the server says of one case's messages, submissions and history. */
typedef struct
{
  char      *case_id;
  char      *old_state;       /* must be the one that is known, or it is not taken */
  char      *new_state;
  char      *messages_state;  /* what the case's header says at that instant */
  gboolean   missing;         /* there is no such case */
  gboolean   whole;           /* all that there is: what is here beside it goes */
  gboolean   has_more;
  gint64     total;           /* how many the server has */
  gint64     modseq;          /* of the case's record, when that is among the records */
  GPtrArray *records[CSM_N_TYPES]; /* JsonObject, or NULL */
} CsmCaseContent;
CsmCaseContent *csm_case_content_new           (const char          *case_id);
void          csm_case_content_add             (CsmCaseContent      *content,
                                                CsmTypeId            type,
                                                JsonObject          *record);
void          csm_case_content_free            (CsmCaseContent      *content);

/* An attachment that should be on this computer. */
typedef struct
{
  char  *blob_id;
  char  *type;
  char  *name;
  gint64 size;
} CsmWantedFile;
void          csm_wanted_file_free             (CsmWantedFile       *file);

/* Our own error type of an operation: the server doesn't have its file any more. */
#define CSM_FILE_GONE "fileGone"

/* What the server answered to an operation. */
typedef enum
{
  CSM_OUTCOME_DONE,    /* `server`: what it set beyond the request, or NULL */
  CSM_OUTCOME_EXISTS,  /* the record was made before, by this person: as good as done */
  CSM_OUTCOME_GONE,    /* it was, and somebody has thrown it away since */
  CSM_OUTCOME_RETRY,   /* not before `not_before` the same again: nothing is known, or with `error` the server did nothing */
  CSM_OUTCOME_PARK,    /* a person has to decide */
  CSM_OUTCOME_MISMATCH,/* it is not the record that was seen: `server` is, of `modseq` */
  CSM_OUTCOME_UNSENT,  /* it did not leave, after all */
} CsmOutcome;
typedef struct
{
  gint64      seq;
  CsmOutcome  outcome;
  JsonObject *server;
  char       *state;       /* of the type, when the server was done; or NULL */
  gboolean    maybe_done;  /* of a retry with `error`: the server may have done it nevertheless */
  gint64      modseq;
  char       *newer_id;   /* what a reply had not seen ("caseMoved") */
  char       *error;
  char       *description;
  gint64      not_before;
} CsmOpResult;
CsmOpResult  *csm_op_result_new                (gint64               seq,
                                                CsmOutcome           outcome);
void          csm_op_result_free               (CsmOpResult         *result);

/* What can be sent now. */
typedef struct
{
  GPtrArray *ops;           /* CsmOperation, in order; at most one of each record, but a reply and its cancellation. Now `sending` */
  GPtrArray *sent_files;    /* ids of local files that they name */
  GPtrArray *missing_files; /* ids of local files that have to be uploaded before what names them can go */
  gint64     next_due;      /* when the next one will be; CSM_TIME_NONE: none waits for its time */
} CsmOpBatch;
void          csm_op_batch_free                (CsmOpBatch          *batch);

typedef struct
{
  guint waiting;  /* all that is in the outbox, but what one has read */
  guint parked;
  guint lost;     /* records that vanished when the server was restored */
  guint unsure;   /* replies of which nobody knows whether they were delivered */
} CsmOutboxCounts;

/* Room on the disk for the last things that a person does when it gets full */
void          csm_cache_hold_back              (CsmCache            *self,
                                                guint64              bytes);
/* Before csm_cache_open_session_async(): which account has the records of each type now, %NULL where none has. When what is here came from
 * another one, it goes as with csm_cache_purge_async(). Where the account lacks what is for colleagues only, it is a partner's: what is
 * not shared any more leaves no byte. Whether anything went; not what is somebody else's. */
void          csm_cache_leave_accounts_async   (CsmCache *self, const char *me, const char * const accounts[CSM_N_TYPES], GCancellable *c, GAsyncReadyCallback cb, gpointer data);
gboolean      csm_cache_leave_accounts_finish  (CsmCache *self, GAsyncResult *result, GError **error);
/* Whose cache it is. CSM_ERROR_FORBIDDEN when it is somebody else's. Operations that were being sent wait again. */
void          csm_cache_open_session_async     (CsmCache *self, const char *me, const char *workspace_name, GCancellable *c, GAsyncReadyCallback cb, gpointer data);
CsmSyncState *csm_cache_open_session_finish    (CsmCache *self, GAsyncResult *result, GError **error);
void          csm_cache_load_sync_state_async  (CsmCache *self, GCancellable *c, GAsyncReadyCallback cb, gpointer data);
CsmSyncState *csm_cache_load_sync_state_finish (CsmCache *self, GAsyncResult *result, GError **error);
/* Puts full text off until the first sync is in. Does nothing for what is there already. */
void          csm_cache_begin_first_sync_async (CsmCache *self, GCancellable *c, GAsyncReadyCallback cb, gpointer data);
gboolean      csm_cache_begin_first_sync_finish(CsmCache *self, GAsyncResult *result, GError **error);
/* The newest cases are here, before all others. */
void          csm_cache_save_newest_async      (CsmCache *self, GCancellable *c, GAsyncReadyCallback cb, gpointer data);
/* One slice, which ends soon when somebody waits for the writer. Whether another is needed; FALSE with @error unset: all is built. */
void          csm_cache_build_search_async     (CsmCache *self, GCancellable *c, GAsyncReadyCallback cb, gpointer data);
gboolean      csm_cache_build_search_finish    (CsmCache *self, GAsyncResult *result, GError **error);
/* Records, cursor and what is swept, in one transaction. Takes (transfer full) @page. CSM_ERROR_INVALID: it doesn't follow on the cursor. */
void          csm_cache_apply_page_async       (CsmCache *self, CsmSyncPage *page, GCancellable *c, GAsyncReadyCallback cb, gpointer data);
gboolean      csm_cache_apply_page_finish      (CsmCache *self, GAsyncResult *result, GError **error);
/* cannotCalculateChanges: from the beginning, into the same tables; what doesn't come again goes with the last page. */
void          csm_cache_restart_type_async     (CsmCache *self, CsmTypeId type, GCancellable *c, GAsyncReadyCallback cb, gpointer data);
gboolean      csm_cache_restart_type_finish    (CsmCache *self, GAsyncResult *result, GError **error);
/* Operations that may be sent at @now (µs), at most @limit; without @allow_old only those of the last day. */
void          csm_cache_take_ops_async         (CsmCache *self, guint limit, gint64 now, gboolean allow_old, GCancellable *c, GAsyncReadyCallback cb, gpointer data);
CsmOpBatch   *csm_cache_take_ops_finish        (CsmCache *self, GAsyncResult *result, GError **error);
/* (element-type CsmOpResult) (transfer full): answers, bases and removals in one transaction. */
void          csm_cache_finish_ops_async       (CsmCache *self, GPtrArray *results, GCancellable *c, GAsyncReadyCallback cb, gpointer data);
gboolean      csm_cache_finish_ops_finish      (CsmCache *self, GAsyncResult *result, GError **error);
void          csm_cache_count_outbox_async     (CsmCache *self, GCancellable *c, GAsyncReadyCallback cb, gpointer data);
gboolean      csm_cache_count_outbox_finish    (CsmCache *self, GAsyncResult *result, CsmOutboxCounts *counts, GError **error);
/* What the server called a local file (it keeps that for an hour at least), or why it can't be uploaded: an error type. */
void          csm_cache_note_upload_async      (CsmCache *self, const char *local_id, const char *blob_id, const char *problem, GCancellable *c, GAsyncReadyCallback cb, gpointer data);
gboolean      csm_cache_note_upload_finish     (CsmCache *self, GAsyncResult *result, GError **error);
/* (element-type utf8) set of the local files that operations and drafts name. */
void          csm_cache_list_files_async       (CsmCache *self, GCancellable *c, GAsyncReadyCallback cb, gpointer data);
GHashTable   *csm_cache_list_files_finish      (CsmCache *self, GAsyncResult *result, GError **error);
/* Lets waiting operations go now, whatever their back-off. */
void          csm_cache_hurry_ops_async        (CsmCache *self, GCancellable *c, GAsyncReadyCallback cb, gpointer data);

guint64       csm_cache_get_budget             (CsmCache *self);
/* At most @limit cases whose messages are wanted, and not here as they are on the server. @count: tell how many in all. */
void          csm_cache_load_wanted_async      (CsmCache *self, guint limit, gboolean count, GCancellable *c, GAsyncReadyCallback cb, gpointer data);
CsmWantedCases *csm_cache_load_wanted_finish   (CsmCache *self, GAsyncResult *result, GError **error);
/* One case, wanted or not; NULL without @error: unknown here */
void          csm_cache_load_wanted_case_async (CsmCache *self, const char *case_id, GCancellable *c, GAsyncReadyCallback cb, gpointer data);
CsmWantedCase *csm_cache_load_wanted_case_finish (CsmCache *self, GAsyncResult *result, GError **error);
/* (element-type CsmCaseContent) (transfer full): a page of Case/content in one transaction */
void          csm_cache_apply_contents_async   (CsmCache *self, GPtrArray *contents, GCancellable *c, GAsyncReadyCallback cb, gpointer data);
gboolean      csm_cache_apply_contents_finish  (CsmCache *self, GAsyncResult *result, GError **error);
/* One slice of making room. (element-type utf8) (transfer full): blobs that nothing here needs any more; @more: go on */
void          csm_cache_make_room_async        (CsmCache *self, GCancellable *c, GAsyncReadyCallback cb, gpointer data);
GPtrArray    *csm_cache_make_room_finish       (CsmCache *self, GAsyncResult *result, gboolean *more, GError **error);
/* (element-type CsmWantedFile): the attachments of my open and of pinned cases */
void          csm_cache_load_wanted_files_async (CsmCache *self, GCancellable *c, GAsyncReadyCallback cb, gpointer data);
GPtrArray    *csm_cache_load_wanted_files_finish (CsmCache *self, GAsyncResult *result, GError **error);
/* What vanished when the server was restored. */
void          csm_cache_list_lost_async        (CsmCache *self, GCancellable *c, GAsyncReadyCallback cb, gpointer data);
GPtrArray    *csm_cache_list_lost_finish       (CsmCache *self, GAsyncResult *result, GError **error);
void          csm_cache_restore_lost_async     (CsmCache *self, const char *label, GCancellable *c, GAsyncReadyCallback cb, gpointer data);
gboolean      csm_cache_restore_lost_finish    (CsmCache *self, GAsyncResult *result, GError **error);
void          csm_cache_discard_lost_async     (CsmCache *self, GCancellable *c, GAsyncReadyCallback cb, gpointer data);
gboolean      csm_cache_discard_lost_finish    (CsmCache *self, GAsyncResult *result, GError **error);
/* The account is closed to this person: all records go, the operations are parked and stay. */
void          csm_cache_purge_async            (CsmCache *self, GCancellable *c, GAsyncReadyCallback cb, gpointer data);
gboolean      csm_cache_purge_finish           (CsmCache *self, GAsyncResult *result, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmWantedCase, csm_wanted_case_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmWantedCases, csm_wanted_cases_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmCaseContent, csm_case_content_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmWantedFile, csm_wanted_file_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmSyncState, csm_sync_state_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmSyncPage, csm_sync_page_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmOpResult, csm_op_result_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmOpBatch, csm_op_batch_free)

G_END_DECLS
