/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <libsoup/soup.h>

#include "csm-jmap-request-builder.h"
#include "csm-jmap-response.h"
#include "csm-record-type.h"

G_BEGIN_DECLS

/* What the Session object (RFC 8620, section 2) says. */
typedef struct
{
  char *workspace_account;
  char *workspace_name;
  char *time_zone; /* whose mornings and evenings are meant, or NULL */
  char *personal_account;
  gboolean internal; /* the workspace's account has what is for colleagues only: FALSE for a partner's guest */
  char *person_id;
  char *api_url;
  char *upload_url;
  char *download_url;
  char *socket_url;
  char *state;
  guint max_objects_in_set;
  guint max_calls_in_request;
  guint64 max_size_request;  /* bytes */
  guint64 max_size_upload;
} CsmRemoteSession;

/**
 * CsmFailure:
 * @CSM_FAILURE_NONE: it was cancelled
 * @CSM_FAILURE_OFFLINE: the network, a proxy, or a server that is not well: the same again later
 * @CSM_FAILURE_SIGNED_OUT: the token is worth nothing
 * @CSM_FAILURE_REFUSED: the server understood and refused the whole request
 * @CSM_FAILURE_GONE: the account isn't there any more
 *
 * What to do about an error of a connection.
 */
typedef enum
{
  CSM_FAILURE_NONE,
  CSM_FAILURE_OFFLINE,
  CSM_FAILURE_SIGNED_OUT,
  CSM_FAILURE_REFUSED,
  CSM_FAILURE_GONE,
} CsmFailure;

/*
 * Signal "session-changed" (): the Session was fetched again, because an answer said that it is another one.
 */
#define CSM_TYPE_CONNECTION (csm_connection_get_type ())
G_DECLARE_FINAL_TYPE (CsmConnection, csm_connection, CSM, CONNECTION, GObject)

CsmConnection *csm_connection_new            (const char            *server_url,
                                              GSocketConnectable    *remote,
                                              const char            *token);
void           csm_connection_set_token      (CsmConnection         *self,
                                              const char            *token);
void           csm_connection_open_async     (CsmConnection         *self,
                                              GCancellable          *cancellable,
                                              GAsyncReadyCallback    callback,
                                              gpointer               user_data);
gboolean       csm_connection_open_finish    (CsmConnection         *self,
                                              GAsyncResult          *result,
                                              GError               **error);
const CsmRemoteSession *csm_connection_get_session (CsmConnection   *self);
const char    *csm_connection_get_account_of (CsmConnection         *self,
                                              CsmTypeId              type);
SoupSession   *csm_connection_get_soup       (CsmConnection         *self);
char          *csm_connection_expand         (const char            *address,
                                              const char            *account,
                                              const char            *blob_id,
                                              const char            *type,
                                              const char            *name);
SoupMessage   *csm_connection_new_message    (CsmConnection         *self,
                                              const char            *method,
                                              const char            *url);
void           csm_connection_call_async     (CsmConnection         *self,
                                              CsmJmapRequestBuilder *request,
                                              GCancellable          *cancellable,
                                              GAsyncReadyCallback    callback,
                                              gpointer               user_data);
CsmJmapResponse *csm_connection_call_finish  (CsmConnection         *self,
                                              GAsyncResult          *result,
                                              GError               **error);
gint64         csm_connection_get_retry_at   (CsmConnection         *self);
void           csm_connection_refresh        (CsmConnection         *self);
CsmFailure     csm_failure_of_error          (const GError          *error);

G_END_DECLS
