/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-account.h"
#include "csm-cache-sync.h"
#include "csm-test-client.h"

/* A workspace, the real server for it, and accounts that sync with it. */
typedef struct
{
  CsmTestWorkspace *workspace;
  CsmTestServer    *server;
  CsmTestClient    *client;  /* the lead's, without a cache */
  char             *url;
} SyncTest;

typedef struct
{
  CsmAccount *account;
  CsmCache   *cache;
  char       *directory;
} SyncDesk;

typedef gboolean (*SyncCondition) (gpointer data);

void         sync_test_set_up       (SyncTest        *test,
                                     guint            n_cases);
void         sync_test_tear_down    (SyncTest        *test);
void         sync_test_kill_server  (SyncTest        *test);
void         sync_test_start_server (SyncTest        *test);
SyncDesk    *sync_desk_new          (SyncTest        *test,
                                     CsmTestPerson   *person,
                                     const char      *name);
void         sync_desk_stop         (SyncDesk        *self);
void         sync_desk_free         (SyncDesk        *self);
void         sync_wait_until        (SyncCondition    condition,
                                     gpointer         data,
                                     const char      *what);
void         sync_desk_wait_synced  (SyncDesk        *self);
void         sync_desk_wait_state   (SyncDesk        *self,
                                     CsmAccountState  state);
void         sync_desk_wait_outbox  (SyncDesk        *self,
                                     guint            waiting,
                                     guint            parked);
/* Waits until the record shows @value (NULL: none) for @member. */
void         sync_desk_wait_shows   (SyncDesk        *self,
                                     CsmTypeId        type,
                                     const char      *id,
                                     const char      *member,
                                     const char      *value);
JsonObject  *sync_desk_get          (SyncDesk        *self,
                                     CsmTypeId        type,
                                     const char      *id);
guint        sync_desk_count        (SyncDesk        *self,
                                     CsmViewKind      kind,
                                     const char      *key);
gint64       sync_desk_perform      (SyncDesk        *self,
                                     CsmIntent       *intent);
gint64       sync_desk_update       (SyncDesk        *self,
                                     CsmTypeId        type,
                                     const char      *id,
                                     const char      *patch);
gboolean     sync_desk_undo         (SyncDesk        *self,
                                     gint64           group);
GPtrArray   *sync_desk_outbox       (SyncDesk        *self);
/* All that the server has is in the cache, and is the same there. */
void         sync_desk_check_equal  (SyncDesk        *self,
                                     SyncTest        *test,
                                     CsmTestPerson   *person);
