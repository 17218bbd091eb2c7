/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-test-workspace.h"

G_BEGIN_DECLS

/* The real casement-server, serving a data directory on a free port of 127.0.0.1. */
typedef struct _CsmTestServer CsmTestServer;

/* @arguments: (nullable): more arguments of `serve`. Waits until it listens. */
CsmTestServer *csm_test_server_new           (const char         *directory,
                                              const char * const *arguments);
/* SIGTERM, and the exit status has to be 0, unless it was killed. */
void           csm_test_server_free          (CsmTestServer      *self);
/* As kill -9. */
void           csm_test_server_kill          (CsmTestServer      *self);
void           csm_test_server_terminate     (CsmTestServer      *self);
const char    *csm_test_server_get_url       (CsmTestServer      *self);
int            csm_test_server_get_pid       (CsmTestServer      *self);
/* casement-server as it was built. */
char          *csm_test_server_program       (void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmTestServer, csm_test_server_free)

G_END_DECLS
