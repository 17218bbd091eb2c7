/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-db-conn.h"
#include "csm-schema.h"
#include "csm-store.h"
#include "csm-txn.h"

G_BEGIN_DECLS

#define CSM_STORE_KEY_LENGTH 32

/* What of an account a transaction changed, with the newest modseq of each type. */
typedef struct
{
  gint64 account;
  guint  types;               /* 1 << CsmTypeId */
  gint64 modseqs[CSM_N_TYPES];
} CsmTouched;

/* An account whose client showed a state of ours from the future: the database was restored from a backup. */
typedef struct
{
  gint64 account;
  gint64 epoch;
  gint64 modseq;
} CsmRestored;

struct _CsmTxn
{
  CsmDbConn       *conn;
  const CsmSchema *schema;
  const guint8    *key;        /* CSM_STORE_KEY_LENGTH bytes */
  const char      *blob_dir;
  gboolean         write;
  GArray          *touched;    /* CsmTouched */
  GPtrArray       *savepoints; /* copies of `touched` as it was */
  GArray          *restored;   /* CsmRestored; found by a reader, mended by the store afterwards */
  GPtrArray       *used_tokens; /* hashes whose `lastUsed` is old; likewise */
  GHashTable      *accounts;   /* rowid → CsmAccountInfo */
  GHashTable      *kept;       /* name → CsmKept; NULL: nothing */
  CsmProjector     projector;  /* NULL: nobody projects */
  GHashTable      *dirty;      /* id → CsmDirty; NULL: nothing. What is undone may stay in it: it is only looked at */
  GHashTable      *projected;  /* likewise: what has been looked at, and must be again when a part is undone */
  CsmStore        *store;      /* whose it is */
  gboolean         shares;     /* a case that somebody sees through a projection was written */
};

typedef struct
{
  gint64 account;
  char  *id;
  gint64 epoch;
} CsmAccountInfo;

void                  csm_txn_init         (CsmTxn               *self,
                                            CsmDbConn            *conn,
                                            const CsmSchema      *schema,
                                            const guint8         *key,
                                            const char           *blob_dir,
                                            gboolean              write);
void                  csm_txn_clear        (CsmTxn               *self);
gboolean              csm_txn_settle       (CsmTxn               *self,
                                            GError              **error);
const CsmTypeSchema  *csm_txn_schema       (CsmTxn               *self,
                                            const CsmRecordType  *type);
const CsmAccountInfo *csm_txn_account_info (CsmTxn               *self,
                                            gint64                account,
                                            GError              **error);
gint64                csm_txn_next_modseq  (CsmTxn               *self,
                                            gint64                account,
                                            const CsmRecordType  *type,
                                            GError              **error);
gint64                csm_txn_type_modseq  (CsmTxn               *self,
                                            gint64                account,
                                            const CsmRecordType  *type,
                                            GError              **error);
gboolean              csm_txn_start_epoch  (CsmTxn               *self,
                                            const CsmRestored    *restored,
                                            GError              **error);
gboolean              csm_txn_renew_epoch  (CsmTxn               *txn,
                                            GError              **error);
gboolean              csm_txn_add_account  (CsmTxn               *self,
                                            const char           *id,
                                            const char           *name,
                                            const char           *person_id,
                                            GError              **error);
CsmAccountRow        *csm_txn_find_projection (CsmTxn            *txn,
                                               const char        *partner_id,
                                               GError           **error);
gboolean              csm_txn_note_token   (CsmTxn               *self,
                                            const char           *token_hash,
                                            GError              **error);

/* After each write of a record: what of it projections have to follow. NULL: there was, or is, none. */
void                  csm_txn_note_dirty   (CsmTxn               *self,
                                            gint64                account,
                                            const CsmRecordType  *type,
                                            const char           *id,
                                            JsonObject           *before,
                                            JsonObject           *after);
/* After a part was undone: what was projected in it may have been undone with it. */
void                  csm_txn_look_again   (CsmTxn               *self);
/* Those that were in the account at @since and have come back after it. */
GHashTable           *csm_txn_stays        (CsmTxn               *self,
                                            gint64                account,
                                            const CsmRecordType  *type,
                                            gint64                since,
                                            GError              **error);

/* What follows from a record's JSON: columns, side tables, full text, blob references, identities. */
gboolean csm_record_register_functions (CsmDbConn  *conn,
                                        GError    **error);
gboolean csm_record_bind_columns (const CsmTypeSchema  *schema,
                                  JsonObject           *record,
                                  CsmDbStmt            *stmt,
                                  int                   first);
gboolean csm_record_index_add    (CsmTxn               *txn,
                                  gint64                account,
                                  const CsmRecordType  *type,
                                  const char           *id,
                                  gint64                row,
                                  JsonObject           *record,
                                  GError              **error);
gboolean csm_record_index_change (CsmTxn               *txn,
                                  gint64                account,
                                  const CsmRecordType  *type,
                                  const char           *id,
                                  gint64                row,
                                  JsonObject           *before,
                                  JsonObject           *after,
                                  GError              **error);
gboolean csm_record_index_remove (CsmTxn               *txn,
                                  gint64                account,
                                  const CsmRecordType  *type,
                                  const char           *id,
                                  gint64                row,
                                  JsonObject           *record,
                                  GError              **error);

/* The part of a /query that becomes a WHERE clause. */
typedef struct
{
  GString   *sql;
  GPtrArray *values; /* CsmSqlValue */
} CsmSqlWhere;
typedef struct
{
  char  *text;       /* NULL: `number` */
  gint64 number;
  gboolean is_null;
} CsmSqlValue;
void         csm_sql_where_add_text (CsmSqlWhere          *self,
                                     const char           *text);
void         csm_sql_where_add_int  (CsmSqlWhere          *self,
                                     gint64                number);
CsmSqlWhere *csm_sql_where_new      (void);
void         csm_sql_where_free     (CsmSqlWhere          *self);
void         csm_sql_where_bind     (CsmSqlWhere          *self,
                                     CsmDbStmt            *stmt);
gboolean     csm_query_filter       (const CsmTypeSchema  *schema,
                                     gint64                account,
                                     JsonNode             *filter,
                                     CsmSqlWhere          *where,
                                     GError              **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmSqlWhere, csm_sql_where_free)

G_END_DECLS
