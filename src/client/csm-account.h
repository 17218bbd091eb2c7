/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-cache.h"
#include "csm-live.h"

G_BEGIN_DECLS

/*
 * One signed-in account on one server: connects, fills the cache, follows changes over a WebSocket, sends the outbox.
 * Properties (all notify):
 *  "cache"   (CsmCache, read-only)
 *  "state"   (CsmAccountState, read-only)
 *  "waiting" (guint): operations in the outbox; "parked" (guint): those that need a person
 *  "progress" (double 0–1; 1 when nothing is being fetched)
 *  "problem" (string or NULL): one sentence for people
 *  "offline-since" (gint64 µs; 0: it is not offline, or never was online); kept when the app ends
 *  "n-lost" (guint): records that vanished from the server when it was restored from a backup, and are held here
 *  "n-unsure" (guint): replies of mine and of my cases of which nobody knows whether they were delivered, or that were to leave later and are held
 * Nothing durable depends on it: the app works on the cache alone while it is offline.
 */
typedef enum
{
  CSM_ACCOUNT_OFFLINE,     /* no connection; tries again by itself */
  CSM_ACCOUNT_CONNECTING,
  CSM_ACCOUNT_SYNCING,
  CSM_ACCOUNT_SYNCED,
  CSM_ACCOUNT_SIGNED_OUT,  /* the server refused the token: sign in again; nothing is deleted */
} CsmAccountState;

#define CSM_TYPE_ACCOUNT (csm_account_get_type ())
G_DECLARE_FINAL_TYPE (CsmAccount, csm_account, CSM, ACCOUNT, GObject)

/* @remote: what to connect to instead of the URL's host (a Unix socket), or NULL. @directory: where its cache lives. */
CsmAccount *csm_account_new           (const char *server_url, GSocketConnectable *remote, const char *token, const char *directory);
void        csm_account_start         (CsmAccount *self);
void        csm_account_stop          (CsmAccount *self); /* closes the connection and the cache; blocks shortly for what is being written */
CsmCache   *csm_account_get_cache     (CsmAccount *self);
CsmAccountState csm_account_get_state (CsmAccount *self);
/* Who else is where at this moment. */
CsmLive    *csm_account_get_live      (CsmAccount *self);
/* In which the person's mornings and evenings are: their own, if they have one, or the workspace's, which is kept while there is no network.
 * This computer's, where it isn't known. (transfer full) */
GTimeZone  *csm_account_get_time_zone (CsmAccount *self);
GTimeZone  *csm_account_get_workspace_zone (CsmAccount *self);
void        csm_account_set_own_zone  (CsmAccount *self, const char *name);
void        csm_account_set_token     (CsmAccount *self, const char *token);
void        csm_account_retry_now     (CsmAccount *self);
/* A blob into the cache's folder (already there: at once); the result is its path. */
void        csm_account_fetch_blob_async  (CsmAccount *self, const char *blob_id, const char *type, const char *name, GCancellable *c, GAsyncReadyCallback cb, gpointer data);
char       *csm_account_fetch_blob_finish (CsmAccount *self, GAsyncResult *result, GError **error);
/* Uploads a file; the result is {blobId, type, size, name}: an attachment for a Submission or Comment. */
void        csm_account_upload_async  (CsmAccount *self, GFile *file, GCancellable *c, GAsyncReadyCallback cb, gpointer data);
JsonObject *csm_account_upload_finish (CsmAccount *self, GAsyncResult *result, GError **error);

/* The messages of a case that is not resident, now. G_IO_ERROR_NOT_CONNECTED with a sentence for people: it needs the network. */
void        csm_account_fetch_case_async  (CsmAccount *self, const char *case_id, GCancellable *c, GAsyncReadyCallback cb, gpointer data);
gboolean    csm_account_fetch_case_finish (CsmAccount *self, GAsyncResult *result, GError **error);

/* Before a trip: whatever is wanted here and missing, with the attachments of my open and of pinned cases. */
typedef struct
{
  guint   n_cases;    /* whose messages are all here now, of those that are wanted */
  guint   n_files;    /* attachments that are here */
  guint64 bytes;      /* of these files */
  guint   n_missing;  /* cases and files that could not be fetched, or are beyond the budget */
} CsmPreparation;
typedef void (*CsmPrepareProgress) (guint done, guint total, gpointer data);
void        csm_account_prepare_offline_async  (CsmAccount *self, GCancellable *c, CsmPrepareProgress progress, gpointer progress_data, GAsyncReadyCallback cb, gpointer data);
gboolean    csm_account_prepare_offline_finish (CsmAccount *self, GAsyncResult *result, CsmPreparation *preparation, GError **error);

/* After the server was restored from a backup: what vanished there and is here. (element-type CsmLostRecord), newest first */
void        csm_account_list_lost_async     (CsmAccount *self, GCancellable *c, GAsyncReadyCallback cb, gpointer data);
GPtrArray  *csm_account_list_lost_finish    (CsmAccount *self, GAsyncResult *result, GError **error);
/* Makes what can be made again, as operations with the same ids; the rest stays in the list. */
void        csm_account_restore_lost_async  (CsmAccount *self, GCancellable *c, GAsyncReadyCallback cb, gpointer data);
gboolean    csm_account_restore_lost_finish (CsmAccount *self, GAsyncResult *result, GError **error);
/* Forgets all of it. */
void        csm_account_discard_lost_async  (CsmAccount *self, GCancellable *c, GAsyncReadyCallback cb, gpointer data);
gboolean    csm_account_discard_lost_finish (CsmAccount *self, GAsyncResult *result, GError **error);

/* Email and password → a device token. @code: what an invited guest was given, who chooses the password with it; or NULL.
 * CSM_ERROR_FORBIDDEN with a sentence; G_IO_ERROR when unreachable. */
typedef struct { char *token; char *person_id; char *session_url; } CsmSignIn;
void        csm_sign_in_free   (CsmSignIn *sign_in);
void        csm_sign_in_async  (const char *server_url, const char *email, const char *password, const char *code, const char *device_name, GCancellable *c, GAsyncReadyCallback cb, gpointer data);
CsmSignIn  *csm_sign_in_finish (GAsyncResult *result, GError **error);

/* The token in libsecret, by server and email. */
void        csm_keyring_store_async   (const char *server_url, const char *email, const char *token, GCancellable *c, GAsyncReadyCallback cb, gpointer data);
gboolean    csm_keyring_store_finish  (GAsyncResult *result, GError **error);
void        csm_keyring_lookup_async  (const char *server_url, const char *email, GCancellable *c, GAsyncReadyCallback cb, gpointer data);
char       *csm_keyring_lookup_finish (GAsyncResult *result, GError **error); /* NULL, no error: none */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmSignIn, csm_sign_in_free)

G_END_DECLS
