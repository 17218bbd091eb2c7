/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <json-glib/json-glib.h>

#include "csm-record-type.h"
#include "fault-lab.h"

G_BEGIN_DECLS

/**
 * FaultServer:
 * @process: `casement-server serve`
 * @url: what it listens on; %NULL when it was killed before
 * @token: who the client is
 * @workspace: the account of everybody
 * @personal: the person's own
 *
 * A serving process and one client of it.
 */
typedef struct
{
  GSubprocess *process;
  gpointer     http;
  char        *url;
  char        *token;
  char        *workspace;
  char        *personal;
} FaultServer;

FaultServer *fault_server_start   (FaultLab     *lab,
                                   const char   *failpoint);
int          fault_server_stop    (FaultServer  *server);
int          fault_server_wait    (FaultServer  *server);
void         fault_server_free    (FaultServer  *server);
void         fault_server_sign_in (FaultServer  *server);
void         fault_server_sign_in_as (FaultServer *server,
                                   const char   *email);
void         fault_server_sign_out (FaultServer *server,
                                   const char   *token);
gboolean     fault_server_resume  (FaultServer  *server,
                                   const char   *token);
JsonObject  *fault_server_call    (FaultServer  *server,
                                   const char   *method,
                                   JsonObject   *arguments);
JsonArray   *fault_server_get_all (FaultServer  *server,
                                   const char   *type);
JsonArray   *fault_server_read_type (FaultServer *server,
                                   const CsmRecordType *type);
JsonArray   *fault_server_read_state (FaultServer *server,
                                   const CsmRecordType *type,
                                   char        **reached);
char        *fault_server_upload  (FaultServer  *server,
                                   const char   *text);
char        *fault_server_download (FaultServer *server,
                                   const char   *blob_id);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (FaultServer, fault_server_free)

G_END_DECLS
