/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-store.h"

G_BEGIN_DECLS

typedef struct
{
  char     *directory;
  CsmStore *store;
} StoreFixture;

void        store_fixture_set_up    (StoreFixture  *fixture,
                                     gconstpointer  data);
void        store_fixture_tear_down (StoreFixture  *fixture,
                                     gconstpointer  data);
void        store_test_remove       (const char    *directory);

/* One transaction whose function must not fail. */
gpointer    store_test_run          (CsmStore      *store,
                                     gboolean       write,
                                     CsmStoreFunc   func,
                                     gpointer       input);
/* A record from its JSON; what it names must exist. */
JsonObject *store_test_object       (const char    *json);
char       *store_test_insert       (CsmTxn        *txn,
                                     gint64         account,
                                     CsmTypeId      type,
                                     const char    *json);
/* Changes one member; @json is its new value. */
void        store_test_change       (CsmTxn        *txn,
                                     gint64         account,
                                     CsmTypeId      type,
                                     const char    *id,
                                     const char    *member,
                                     const char    *json);
/* A little of everything that is looked up beside a record. Returns the id of its blob. */
char       *store_test_fill         (CsmStore      *store);

G_END_DECLS
