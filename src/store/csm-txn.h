/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <gio/gio.h>
#include "csm-record-type.h"

G_BEGIN_DECLS

/*
 * One transaction's view of the server's database. Belongs to one database thread; never kept.
 * `account` is the rowid of a JMAP account: the workspace is CSM_ACCOUNT_WORKSPACE, each person has one.
 * Every function that takes @error: CSM_ERROR_DATABASE and its kin.
 */
typedef struct _CsmTxn CsmTxn;

#define CSM_ACCOUNT_WORKSPACE G_GINT64_CONSTANT (1)

/* --- accounts --------------------------------------------------------------------------------------------- */
typedef struct
{
  gint64  account;
  char   *id;        /* wire id: "W" + ULID part for the workspace, "P" + the person's ULID for a personal one, "G" + the team's for a projection */
  char   *name;
  char   *person_id; /* NULL for the workspace */
  char   *partner_id; /* the Team whose guests see it; NULL for all others */
} CsmAccountRow;
void           csm_account_row_free     (CsmAccountRow *row);
CsmAccountRow *csm_txn_account_of       (CsmTxn *txn, const char *person_id, GError **error);    /* personal; NULL person: workspace; made when missing */

/* --- projections: what of the workspace a partner's guests see, copied into an account of theirs --------------- */
CsmAccountRow *csm_txn_projection_of    (CsmTxn *txn, const char *partner_id, GError **error);   /* NULL, no error: none, and the transaction only reads; made otherwise */
gboolean       csm_txn_is_projection    (CsmTxn *txn, gint64 account);
GPtrArray     *csm_txn_projections      (CsmTxn *txn, GError **error);                           /* (element-type CsmAccountRow) all of them */
typedef enum
{
  CSM_DIRTY_WRITTEN = 1 << 0,
  CSM_DIRTY_WHOLE = 1 << 1,   /* a case: who sees it has changed, so all that is in it has to be looked at */
} CsmDirty;
/* What of the workspace was written since it was asked last: ids → CsmDirty. (transfer full) */
GHashTable    *csm_txn_take_dirty       (CsmTxn *txn);
/* Brings the projections up to date now, not only before the commit. */
gboolean       csm_txn_project          (CsmTxn *txn, GError **error);
/* As insert or update, whichever is needed; a record that had left comes back. */
gboolean       csm_txn_put              (CsmTxn *txn, gint64 account, const CsmRecordType *type, const char *id, JsonObject *record, GError **error);
gboolean       csm_txn_refers           (CsmTxn *txn, gint64 account, const CsmRecordType *type, const char *property, const char *id, gboolean *refers, GError **error);
/* The cases of the workspace that are shared with anybody, or with one partner. (element-type utf8) */
GPtrArray     *csm_txn_shared_cases     (CsmTxn *txn, GError **error);
typedef struct
{
  gint64     count;
  gint64     modseq;         /* of the newest change */
  gint64     last_at;        /* CSM_TIME_NONE: there are none */
  gint64     commented_at;   /* the newest SharedComment; CSM_TIME_NONE: there are none */
  char      *last_id;
  gboolean   has_attachment;
} CsmCaseSum;
void           csm_case_sum_clear       (CsmCaseSum *sum);
/* What a case's messages in an account come to. Files are looked for when there may be some: that takes a look into each message. */
gboolean       csm_txn_case_sum         (CsmTxn *txn, gint64 account, const char *case_id, gboolean may_have_attachment, CsmCaseSum *sum, GError **error);

char          *csm_txn_account_id       (CsmTxn *txn, gint64 account, GError **error);           /* on the wire */

/* --- state: "v1.<epoch>.<modseq>.<mac>" ------------------------------------- */
char          *csm_txn_state            (CsmTxn *txn, gint64 account, const CsmRecordType *type, GError **error);
/* TRUE and the modseq; FALSE without error: not a state that changes can be calculated from (mac, epoch, future, past retention). */
gboolean       csm_txn_parse_state      (CsmTxn *txn, gint64 account, const CsmRecordType *type, const char *state, gint64 *modseq, GError **error);
char          *csm_txn_format_state     (CsmTxn *txn, gint64 account, gint64 modseq);

/* --- records ---------------------------------------------------------------------------------------------- */
JsonObject    *csm_txn_get              (CsmTxn *txn, gint64 account, const CsmRecordType *type, const char *id, GError **error);      /* (transfer full) NULL, no error: none */
char          *csm_txn_get_text         (CsmTxn *txn, gint64 account, const CsmRecordType *type, const char *id, GError **error);      /* its JSON text */
gint64         csm_txn_get_modseq       (CsmTxn *txn, gint64 account, const CsmRecordType *type, const char *id, GError **error);      /* 0: none */
gboolean       csm_txn_was_destroyed    (CsmTxn *txn, gint64 account, const CsmRecordType *type, const char *id, GError **error);
/* Sets `id`, `created`, `updated` and missing defaults, takes the next modseq. CSM_ERROR_EXISTS. */
gboolean       csm_txn_insert           (CsmTxn *txn, gint64 account, const CsmRecordType *type, const char *id, JsonObject *record, GError **error);
/* Replaces; sets `updated`. Unchanged records take no modseq. CSM_ERROR_NOT_FOUND. */
gboolean       csm_txn_update           (CsmTxn *txn, gint64 account, const CsmRecordType *type, const char *id, JsonObject *record, GError **error);
/* As if a record of the workspace had changed: whoever watches the type looks again. */
gboolean       csm_txn_touch            (CsmTxn *txn, const CsmRecordType *type, GError **error);
gboolean       csm_txn_destroy          (CsmTxn *txn, gint64 account, const CsmRecordType *type, const char *id, GError **error);

/* Something that was made of all records of a type, kept for the rest of the transaction while none of them changes. */
gpointer       csm_txn_get_kept         (CsmTxn *txn, const CsmRecordType *type, const char *name);     /* NULL: nothing */
void           csm_txn_keep             (CsmTxn *txn, const CsmRecordType *type, const char *name, gpointer data, GDestroyNotify destroy);

/* Each record's change of a /set is atomic of its own. */
gboolean       csm_txn_savepoint        (CsmTxn *txn, GError **error);
gboolean       csm_txn_release          (CsmTxn *txn, gboolean keep, GError **error);

/* --- /get, /changes, /query ------------------------------------------------------------------------------- */
/* Calls @func with each record's JSON text, in no order; ids NULL: all, at most @limit + 1 (so that the caller can tell too many). */
typedef gboolean (*CsmRecordFunc)       (const char *id, const char *json, gpointer user_data);
gboolean       csm_txn_each             (CsmTxn *txn, gint64 account, const CsmRecordType *type, guint limit, CsmRecordFunc func, gpointer user_data, GError **error);

typedef struct
{
  GPtrArray *created;    /* ids */
  GPtrArray *updated;
  GPtrArray *destroyed;
  gint64     modseq;     /* an exact intermediate state */
  gboolean   has_more;
} CsmChanges;
void           csm_changes_free         (CsmChanges *changes);
/* Before everything: only what exists is told, as created. The state of a type that never had a record is another thing: its number is 0. */
#define CSM_CHANGES_BEGINNING G_GINT64_CONSTANT (-1)
/* RFC 8620, section 5.2, coalesced. @max 0: the server's default. */
CsmChanges    *csm_txn_changes          (CsmTxn *txn, gint64 account, const CsmRecordType *type, gint64 since, guint max, GError **error);

/* What changed in one case. */
typedef struct
{
  gint64   modseq;    /* an exact intermediate state of the case */
  gint64   total;     /* records of the types that are in the case now, told or not */
  gboolean has_more;
  gboolean left_out;  /* nothing has been told: there is more than would fit */
} CsmContent;
typedef gboolean (*CsmContentFunc)      (const CsmRecordType *type, const char *json, gpointer user_data);
gboolean       csm_txn_content          (CsmTxn *txn, gint64 account, const char *case_id, const CsmTypeId *types, guint n_types, gint64 since, guint max,
                                         gboolean may_cut, CsmContentFunc func, gpointer user_data, CsmContent *content, GError **error);

typedef struct
{
  JsonNode   *filter;    /* FilterOperator or FilterCondition, or NULL (borrowed) */
  JsonArray  *sort;      /* Comparators, or NULL (borrowed) */
  gint64      position;  /* negative: from the end */
  const char *anchor;    /* NULL: none */
  gint64      anchor_offset;
  gint64      limit;     /* < 0: none given */
  gboolean    calculate_total;
} CsmQuery;
typedef struct
{
  GPtrArray *ids;
  gint64     position;
  gint64     total;      /* -1: not asked for */
  gint64     limit;      /* > 0 when the server lowered it */
} CsmQueryResult;
void            csm_query_result_free   (CsmQueryResult *result);
/* CSM_STORE_ERROR_UNSUPPORTED_FILTER, _UNSUPPORTED_SORT, _ANCHOR_NOT_FOUND, _INVALID_ARGUMENT */
CsmQueryResult *csm_txn_query           (CsmTxn *txn, gint64 account, const CsmRecordType *type, const CsmQuery *query, GError **error);

#define CSM_STORE_ERROR (csm_store_error_quark ())
typedef enum
{
  CSM_STORE_ERROR_UNSUPPORTED_FILTER,
  CSM_STORE_ERROR_UNSUPPORTED_SORT,
  CSM_STORE_ERROR_ANCHOR_NOT_FOUND,
  CSM_STORE_ERROR_INVALID_ARGUMENT,
  CSM_STORE_ERROR_DAMAGED,       /* one record can't be read; the others can */
} CsmStoreError;
GQuark          csm_store_error_quark   (void);

/* --- operations that were applied --------------------------------------------------- */
char          *csm_txn_applied_op       (CsmTxn *txn, const char *person_id, const char *device_id, const char *op_id, GError **error);    /* the stored result (JSON), or NULL */
gboolean       csm_txn_store_op         (CsmTxn *txn, const char *person_id, const char *device_id, const char *op_id, const char *result, GError **error);
/* What a creation was made from, so that the same again is answered as the first time: a hash of the client's object. */
gboolean       csm_txn_store_creation   (CsmTxn *txn, const char *record_id, const char *person_id, const char *payload_hash, GError **error);
gboolean       csm_txn_creation_matches (CsmTxn *txn, const char *record_id, const char *person_id, const char *payload_hash, GError **error);

/* --- sign-in ------------------------------------------------------------------------------------------------ */
typedef struct
{
  char  *person_id;
  char  *device_id;
  char  *role;          /* agent, lead, admin, guest */
  gint64 account;       /* the personal one */
  gint64 projection;    /* a guest's, who sees nothing of the workspace but this; 0: of the staff */
  char  *email;         /* NULL: not looked up */
} CsmPrincipal;
void           csm_principal_free       (CsmPrincipal *principal);
CsmPrincipal  *csm_principal_copy       (const CsmPrincipal *principal);
gboolean       csm_txn_set_password     (CsmTxn *txn, const char *person_id, const char *hash, GError **error);
/* (transfer full) NULL, no error: nobody (or inactive, or no password) */
char          *csm_txn_get_password     (CsmTxn *txn, const char *email, char **person_id, GError **error);
/* @token_hash: hex of SHA-256 of the token; the token itself is never stored. */
gboolean       csm_txn_add_token        (CsmTxn *txn, const char *token_hash, const char *person_id, const char *device_id, const char *device_name, GError **error);
CsmPrincipal  *csm_txn_find_token       (CsmTxn *txn, const char *token_hash, GError **error);     /* NULL, no error: unknown, revoked, or the person is inactive */
GPtrArray     *csm_txn_list_tokens      (CsmTxn *txn, const char *person_id, GError **error);      /* (element-type JsonObject) {deviceId, deviceName, created, lastUsed} */
gboolean       csm_txn_revoke_token     (CsmTxn *txn, const char *person_id, const char *device_id, GError **error);

/* An invited person's code, of which only the hash is stored. Using it takes back all others of the person. */
gboolean       csm_txn_add_invitation   (CsmTxn *txn, const char *code_hash, const char *person_id, gint64 until, GError **error);
char          *csm_txn_find_invitation  (CsmTxn *txn, const char *code_hash, const char *email, gint64 now, GError **error);   /* the person's id; NULL, no error: none that holds */
gboolean       csm_txn_drop_invitations (CsmTxn *txn, const char *person_id, GError **error);
/* (element-type JsonObject) who could come in, and who was here when. */
GPtrArray     *csm_txn_list_access      (CsmTxn *txn, GError **error);
/* Who changed people, teams, channels and tags. (element-type JsonObject) */
gboolean       csm_txn_add_audit        (CsmTxn *txn, const char *person_id, const char *kind, const char *subject_id, JsonObject *detail, GError **error);
GPtrArray     *csm_txn_list_audit       (CsmTxn *txn, gint64 before, guint max, GError **error);

/* --- blobs -------------------------------------------------------------------------------------------------- */
/* An upload is the uploader's alone until a record names it (RFC 8620, section 6). */
gboolean       csm_txn_add_upload       (CsmTxn *txn, const char *blob_id, gint64 size, const char *person_id, GError **error);
/* Whether a record of the account (or the person's own recent upload) names the blob: knowing a hash gives no right to it. */
gboolean       csm_txn_may_read_blob    (CsmTxn *txn, gint64 account, const char *blob_id, const char *person_id, GError **error);
/* Records are scanned for blobIds by insert/update (kind CSM_KIND_BLOB and attachments[].blobId). */

/* --- what intake and sending look up -------------------------------------------------------------------------- */
/* This is a copy of an older state, and what waited in it to be sent has not been looked at. */
#define CSM_SETTING_COPY "copy"
/* Whose mornings and evenings are meant: a name of the TZ database. Not there: the zone of this computer. */
#define CSM_SETTING_TIME_ZONE "time-zone"
char          *csm_txn_setting          (CsmTxn *txn, const char *key, GError **error);             /* small things of the server itself: sendmail command per channel, … */
gboolean       csm_txn_set_setting      (CsmTxn *txn, const char *key, const char *value, GError **error);
/* A signature that only this workspace can make; each purpose has a key of its own. */
#define CSM_TXN_MAC_LENGTH 16
gboolean       csm_txn_mac              (CsmTxn *txn, const char *purpose, const char *text, guint8 *mac, GError **error);
/* mail_id(channel, messageId-or-synthetic, content hash) → message record; bounds threading to one mailbox. */
gboolean       csm_txn_add_mail_id      (CsmTxn *txn, const char *channel_id, const char *rfc_id, const char *content_hash, const char *message_id, GError **error);
char          *csm_txn_find_mail        (CsmTxn *txn, const char *channel_id, const char *rfc_id, const char *content_hash /* NULL: any */, GError **error);   /* newest message record id */
/* foreign ids: a mail we have not seen but others refer to; so that siblings find each other. */
gboolean       csm_txn_add_ancestor     (CsmTxn *txn, const char *channel_id, const char *rfc_id, const char *message_id, GError **error);
char          *csm_txn_find_ancestor    (CsmTxn *txn, const char *channel_id, const char *rfc_id, GError **error);
char          *csm_txn_find_customer    (CsmTxn *txn, const char *kind, const char *address, GError **error);    /* by normalised identity */
char          *csm_txn_find_person      (CsmTxn *txn, const char *email, GError **error);
char          *csm_txn_find_channel     (CsmTxn *txn, const char *name_or_address, GError **error);
/* The conversation that keeps a sender's mail to a mailbox which nobody is to be bothered with. */
char          *csm_txn_find_aside       (CsmTxn *txn, const char *channel_id, const char *customer_id, const char *lane, GError **error);
gboolean       csm_txn_put_aside        (CsmTxn *txn, const char *channel_id, const char *customer_id, const char *lane, const char *conversation_id, GError **error);
gboolean       csm_txn_forget_aside     (CsmTxn *txn, const char *conversation_id, gboolean *forgotten, GError **error);
/* Who was told by a program that a mail has come. */
gboolean       csm_txn_note_acknowledged (CsmTxn *txn, const char *address, gint64 at, gint64 forget, GError **error);
gboolean       csm_txn_count_acknowledged (CsmTxn *txn, const char *address, gint64 since, gint64 *count, GError **error);
GPtrArray     *csm_txn_recent_messages  (CsmTxn *txn, const char *conversation_id, gint64 since, guint max, GError **error);    /* newest first */
/* Set aside: a mail that could not be read; shown by `check` and kept. */
gboolean       csm_txn_quarantine       (CsmTxn *txn, const char *channel_id, const char *blob_id, const char *reason, GError **error);
GPtrArray     *csm_txn_list_quarantine  (CsmTxn *txn, GError **error);      /* (element-type JsonObject) {channelId, blobId, reason, at} */
/* Pending submissions whose undo window ended by @now, oldest first; and the next such instant. */
GPtrArray     *csm_txn_due_submissions  (CsmTxn *txn, gint64 now, gint64 *next, GError **error);     /* (element-type utf8) ids */
/* Outgoing mail work queue (server-only table): states queued, handedOver, accepted, failed, unknown; by message. */
gboolean       csm_txn_outgoing_put     (CsmTxn *txn, const char *message_id, const char *state, int tries, gint64 not_before, GError **error);
GPtrArray     *csm_txn_outgoing_list    (CsmTxn *txn, const char *state, gint64 now, gint64 *next, GError **error);   /* message ids */
int            csm_txn_outgoing_tries   (CsmTxn *txn, const char *message_id, GError **error);
GPtrArray     *csm_txn_ids_where        (CsmTxn *txn, gint64 account, const CsmRecordType *type, const char *property, const char *value, GError **error); /* by an indexed property */
/* Likewise, but for those that were added after the record @since, newest first. */
GPtrArray     *csm_txn_ids_since        (CsmTxn *txn, gint64 account, const CsmRecordType *type, const char *property, const char *value, const char *since, GError **error);
/* The first instant that an indexed date of any record holds, or CSM_TIME_NONE. */
gboolean       csm_txn_earliest         (CsmTxn *txn, gint64 account, const CsmRecordType *type, const char *property, gint64 *at, GError **error);

/* --- integrity ------------------------------------------------------------------------------------------------ */
/* (element-type utf8) one line a finding; empty: clean. Full text is looked at in a write transaction only. */
GPtrArray     *csm_txn_check            (CsmTxn *txn, GError **error);
gboolean       csm_txn_check_references (CsmTxn *txn, GPtrArray *findings, GError **error);
/* For a database that is known to be a copy, before it is used: what waits in it may have been sent. The new epoch is @least at least. */
gboolean       csm_txn_begin_copy       (CsmTxn *txn, gint64 least, GError **error);
/* Makes anew what follows from the records; nobody serves meanwhile. */
gboolean       csm_txn_repair           (CsmTxn *txn, GError **error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CsmCaseSum, csm_case_sum_clear)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmAccountRow, csm_account_row_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmChanges, csm_changes_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmQueryResult, csm_query_result_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmPrincipal, csm_principal_free)

G_END_DECLS
