/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-test-client.h"

G_BEGIN_DECLS

/* One WebSocket of a client, and what came on it. */
typedef struct
{
  SoupWebsocketConnection *connection; /* NULL: it was refused */
  GQueue                   messages;   /* JsonObject */
  gboolean                 arrived;
  gboolean                 done;
  gboolean                 closed;
} CsmTestSocket;

/* @protocols: (array zero-terminated=1): what is offered. Waits; @status: (out) (optional): what the server answered */
CsmTestSocket *csm_test_socket_new     (CsmTestClient      *client,
                                        const char * const *protocols,
                                        guint              *status);
/* Closes it, and waits for that. */
void           csm_test_socket_free    (CsmTestSocket      *self);
/* JSON with ' for ". */
void           csm_test_socket_send    (CsmTestSocket      *self,
                                        const char         *format,
                                        ...) G_GNUC_PRINTF (2, 3);
/* (transfer full) the next message; fails the test after 10 s */
JsonObject    *csm_test_socket_receive (CsmTestSocket      *self);
/* (transfer full) the next message of this type; what comes before it is dropped */
JsonObject    *csm_test_socket_expect  (CsmTestSocket      *self,
                                        const char         *type);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmTestSocket, csm_test_socket_free)

G_END_DECLS
