/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-jmap-error.h"
#include "csm-jmap-request.h"
#include "csm-jmap-response-writer.h"
#include "csm-txn.h"

G_BEGIN_DECLS

/**
 * CsmMethodContext:
 * @txn: the request's transaction
 * @who: who asks
 * @request: the request
 * @writer: the response so far
 * @workspace: the account of everybody; for a guest what their partner sees of it
 * @personal: the account of @who
 * @created_ids: creation ids and what they became, in this request (RFC 8620, section 5.3)
 *
 * What all calls of one request share. Lives on a database thread.
 */
typedef struct
{
  CsmTxn                *txn;
  const CsmPrincipal    *who;
  CsmJmapRequest        *request;
  CsmJmapResponseWriter *writer;
  const CsmAccountRow   *workspace;
  const CsmAccountRow   *personal;
  JsonObject            *created_ids;
} CsmMethodContext;

/**
 * CsmMethodCall:
 * @context: what the request's calls share
 * @type: the record type
 * @account: the account that the call names
 * @account_id: its id on the wire
 * @arguments: the arguments, with result references resolved
 * @name: the method's name
 * @call_id: the call's id
 *
 * One call of a record type's method.
 */
typedef struct
{
  CsmMethodContext    *context;
  const CsmRecordType *type;
  gint64               account;
  const char          *account_id;
  JsonObject          *arguments;
  const char          *name;
  const char          *call_id;
} CsmMethodCall;

void     csm_method_run_all    (CsmMethodContext    *context);
gboolean csm_method_refuse     (CsmMethodCall       *call,
                                const char          *type,
                                const char          *format,
                                ...) G_GNUC_PRINTF (3, 4);
gboolean csm_method_check      (CsmMethodCall       *call,
                                const char * const  *known);
gboolean csm_method_get_flag   (CsmMethodCall       *call,
                                const char          *name,
                                gboolean            *value);
gboolean csm_method_get_number (CsmMethodCall       *call,
                                const char          *name,
                                gint64               lowest,
                                gint64               fallback,
                                gint64              *value);

/* Each answers the call, with an error of JMAP's or not; FALSE and @error: the server failed, and nothing of it may stay. */
gboolean csm_method_get        (CsmMethodCall       *call,
                                GError             **error);
gboolean csm_method_changes    (CsmMethodCall       *call,
                                GError             **error);
gboolean csm_method_content    (CsmMethodCall       *call,
                                GError             **error);
gboolean csm_method_query      (CsmMethodCall       *call,
                                GError             **error);
gboolean csm_method_query_changes (CsmMethodCall    *call,
                                GError             **error);
gboolean csm_method_set        (CsmMethodCall       *call,
                                GError             **error);

G_END_DECLS
