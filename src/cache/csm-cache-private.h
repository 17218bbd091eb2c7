/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-cache.h"
#include "csm-cache-ahead.h"
#include "csm-cache-full.h"
#include "csm-cache-pack.h"
#include "csm-cache-spec.h"
#include "csm-db.h"

G_BEGIN_DECLS

/* More ids than that are told as "all". */
#define CSM_CHANGE_SET_MAX 2000

typedef enum
{
  CSM_SEARCH_MESSAGE,
  CSM_SEARCH_COMMENT,
  CSM_SEARCH_CASE,
  CSM_N_SEARCHES,
} CsmSearch;

/* Which rows are in an index: those from `floor` on, but for those from `hole` to before `hole_end`. */
typedef struct
{
  gint64 floor;
  gint64 hole;
  gint64 hole_end;
} CsmSearchReach;

/* One write job: what it changes is told after the commit. Belongs to the writer thread. */
typedef struct
{
  CsmDbConn    *conn;
  char         *me;                       /* the signed-in person, or NULL */
  CsmSearchReach reaches[CSM_N_SEARCHES];
  GHashTable   *touched[CSM_N_SEARCHES];  /* the rows that full text has to be told of; or NULL */
  char         *inserts[CSM_N_TYPES];     /* SQL, made when first needed */
  char         *updates[CSM_N_TYPES];
  GHashTable   *waiting;                  /* ids of records that operations wait for */
  GHashTable   *stale_cases;              /* ids of cases whose derived columns have to be reckoned again */
  CsmChangeSet *changes;
  guint         n_changes;
  CsmAheadWork *ahead;                    /* what has been made of the job's records; or NULL */
  gboolean      outbox_changed;
  gboolean      wanted;                   /* a person wants messages here that may be elsewhere */
  gboolean      lost;                     /* `lost` holds something */
  gboolean      guest;                    /* it is a partner's: what is not shared any more must leave no byte */
  gboolean      rebuild[CSM_N_SEARCHES];  /* words went out of the index of a guest */
} CsmCacheTxn;

gboolean      csm_cache_txn_begin       (CsmCacheTxn    *txn,
                                         CsmDbConn      *conn,
                                         GError        **error);
gboolean      csm_cache_txn_finish      (CsmCacheTxn    *txn,
                                         GError        **error);
void          csm_cache_txn_clear       (CsmCacheTxn    *txn);
void          csm_cache_txn_changed     (CsmCacheTxn    *txn,
                                         CsmTypeId       type,
                                         const char     *id,
                                         const char     *case_id);
void          csm_cache_txn_touch_case  (CsmCacheTxn    *txn,
                                         const char     *case_id);
guint         csm_cache_count_unsure    (CsmDbConn      *conn,
                                         GError        **error);
CsmChangeSet *csm_change_set_new        (void);
void          csm_change_set_free       (CsmChangeSet   *set);

/* --- records: csm-cache-record.c, csm-cache-derive.c, csm-cache-fold.c ------------------------------------------ */
gboolean      csm_cache_put_base        (CsmCacheTxn    *txn,
                                         CsmTypeId       type,
                                         const char     *id,
                                         JsonObject     *base,
                                         gint64          stamp,
                                         GError        **error);
gboolean      csm_cache_refold          (CsmCacheTxn    *txn,
                                         CsmTypeId       type,
                                         const char     *id,
                                         GError        **error);
JsonObject   *csm_cache_get_base        (CsmDbConn      *conn,
                                         CsmTypeId       type,
                                         const char     *id,
                                         GError        **error);
JsonObject   *csm_cache_get_view        (CsmDbConn      *conn,
                                         CsmTypeId       type,
                                         const char     *id,
                                         GError        **error);
JsonObject   *csm_cache_parse_record    (const char     *text);
gboolean      csm_cache_derive_cases    (CsmCacheTxn    *txn,
                                         GError        **error);
JsonObject *csm_cache_patch (CsmTypeId   type,
                             JsonObject *record,
                             JsonObject *patch);
JsonObject   *csm_cache_apply_submission (JsonObject    *record,
                                         JsonObject     *submission);
gboolean      csm_cache_refold_after    (CsmCacheTxn    *txn,
                                         CsmTypeId       type,
                                         const char     *id,
                                         const char     *case_id,
                                         GError        **error);
gboolean      csm_cache_fold            (CsmDbConn      *conn,
                                         CsmTypeId       type,
                                         const char     *id,
                                         const char     *me,
                                         JsonObject     *base,
                                         JsonObject    **view,
                                         GError        **error);

/* --- full text: csm-cache-search.c ---------------------------------------------------------------------------------- */
gboolean      csm_cache_search_begin    (CsmCacheTxn    *txn,
                                         GError        **error);
gboolean      csm_cache_search_touch    (CsmCacheTxn    *txn,
                                         CsmSearch       search,
                                         gint64          rowid,
                                         GError        **error);
void          csm_cache_search_touch_new (CsmCacheTxn   *txn,
                                         CsmSearch       search,
                                         gint64          rowid,
                                         const CsmAheadRecord *ready);
gboolean      csm_cache_search_touch_customer (CsmCacheTxn *txn,
                                         const char     *customer_id,
                                         GError        **error);
gboolean      csm_cache_search_finish   (CsmCacheTxn    *txn,
                                         GError        **error);
gboolean      csm_cache_search_empty    (CsmCacheTxn    *txn,
                                         CsmSearch       search,
                                         GError        **error);
gboolean      csm_cache_search_rebuild  (CsmCacheTxn    *txn,
                                         CsmSearch       search,
                                         GError        **error);
gboolean      csm_cache_search_forget_case (CsmCacheTxn *txn,
                                         gint64          rowid,
                                         GError        **error);
gboolean      csm_cache_search_defer    (CsmCacheTxn    *txn,
                                         GError        **error);
gboolean      csm_cache_search_build    (CsmCacheTxn    *txn,
                                         gboolean       *more,
                                         GError        **error);
gint64        csm_cache_message_rowid   (CsmDbConn      *conn,
                                         gint64          at,
                                         const char     *id,
                                         GError        **error);
GArray       *csm_cache_search_cases    (CsmDbConn      *conn,
                                         const char     *typed,
                                         gboolean       *more,
                                         GError        **error);

/* --- reading: csm-cache-lists.c, csm-cache-detail.c, csm-cache-work.c ------------------------------------------------------------------ */
GArray        *csm_cache_read_cases     (CsmDbConn      *conn,
                                         const CsmCaseView *view,
                                         gint64          now,
                                         gboolean       *more,
                                         GError        **error);
gboolean       csm_cache_order_cases    (CsmDbConn      *conn,
                                         CsmCaseOrder    order,
                                         GArray         *rowids,
                                         GError        **error);
GPtrArray     *csm_cache_read_rows      (CsmDbConn      *conn,
                                         GArray         *rowids,
                                         GError        **error);
CsmViewCounts *csm_cache_read_counts    (CsmDbConn      *conn,
                                         gint64          now,
                                         GError        **error);
CsmCaseDetail *csm_cache_read_case      (CsmDbConn      *conn,
                                         const char     *case_id,
                                         gint64          before,
                                         guint           limit,
                                         GError        **error);
CsmDirectory  *csm_cache_read_directory (CsmDbConn      *conn,
                                         GError        **error);
gint64         csm_cache_find_survivor  (CsmDbConn      *conn,
                                         const char     *case_id,
                                         char          **id);
gboolean       csm_cache_read_records   (CsmDbConn      *conn,
                                         const char     *sql,
                                         const char     *case_id,
                                         GPtrArray      *records,
                                         GError        **error);
#define CSM_DRAFTS_OF_CASE "SELECT coalesce (view, base) FROM draft_ WHERE case_id = ? AND NOT gone ORDER BY id"

/* --- the outbox: csm-cache-outbox.c, csm-cache-undo.c, csm-cache-intent.c ---------------------------------------------- */
typedef struct
{
  const char *kind; /* create, update, destroy */
  CsmTypeId   type;
  char       *id;
  JsonObject *payload;
} CsmIntentStep;
struct _CsmIntent
{
  char      *label;
  GPtrArray *steps; /* CsmIntentStep */
};

gint64        csm_cache_perform         (CsmCacheTxn    *txn,
                                         CsmIntent      *intent,
                                         GError        **error);
gboolean      csm_cache_add_op          (CsmCacheTxn    *txn,
                                         gint64          group,
                                         const char     *label,
                                         CsmIntentStep  *step,
                                         gboolean        undoable,
                                         GError        **error);
gint64        csm_cache_new_group       (CsmCacheTxn    *txn,
                                         GError        **error);
gboolean      csm_cache_remove_op       (CsmCacheTxn    *txn,
                                         gint64          seq,
                                         GError        **error);
gboolean      csm_cache_undo            (CsmCacheTxn    *txn,
                                         gint64          group,
                                         GError        **error);
gboolean      csm_cache_hold_again      (CsmCacheTxn    *txn,
                                         gint64          seq,
                                         GError        **error);
gboolean      csm_cache_resolve_op      (CsmCacheTxn    *txn,
                                         gint64          seq,
                                         CsmOpDecision   decision,
                                         GError        **error);
char         *csm_cache_edit_op         (CsmCacheTxn    *txn,
                                         gint64          seq,
                                         GError        **error);
void          csm_cache_note_news       (CsmCacheTxn    *txn);
GPtrArray    *csm_cache_read_outbox     (CsmDbConn      *conn,
                                         GError        **error);
CsmOperation *csm_cache_read_operation  (CsmDbStmt      *stmt);
/* The columns that csm_cache_read_operation() wants, in its order */
#define CSM_OPERATION_COLUMNS "seq, grp, op_id, label, kind, type, record_id, case_id, payload, state, tries, not_before, created, error, description, sends"
#define CSM_N_OPERATION_COLUMNS 16

char         *csm_cache_get_meta        (CsmDbConn      *conn,
                                         const char     *key,
                                         GError        **error);
gboolean      csm_cache_set_meta        (CsmDbConn      *conn,
                                         const char     *key,
                                         const char     *value,
                                         GError        **error);

/* --- running jobs: csm-cache.c ----------------------------------------------------------------------------------------- */
typedef gpointer (*CsmCacheWriteFunc) (CsmCacheTxn *txn, gpointer input, GError **error);

extern const CsmDbSetup csm_cache_setup;

CsmCacheFull *csm_cache_get_room        (CsmCache       *self);
CsmAhead     *csm_cache_get_ahead       (CsmCache       *self);

void          csm_cache_run_read        (CsmCache       *self,
                                         int             priority,
                                         CsmDbFunc       func,
                                         gpointer        input,
                                         GDestroyNotify  input_free,
                                         GDestroyNotify  result_free,
                                         gpointer        tag,
                                         GCancellable   *cancellable,
                                         GAsyncReadyCallback callback,
                                         gpointer        user_data);
void          csm_cache_run_write       (CsmCache       *self,
                                         CsmDbMode       mode,
                                         int             priority,
                                         CsmCacheWriteFunc func,
                                         gpointer        input,
                                         GDestroyNotify  input_free,
                                         GDestroyNotify  result_free,
                                         gpointer        tag,
                                         GCancellable   *cancellable,
                                         GAsyncReadyCallback callback,
                                         gpointer        user_data);
gpointer      csm_cache_run_finish      (CsmCache       *self,
                                         GAsyncResult   *result,
                                         gpointer        tag,
                                         GError        **error);

G_END_DECLS
