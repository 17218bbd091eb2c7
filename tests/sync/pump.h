/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-cache-sync.h"
#include "csm-pusher.h"
#include "fake-server.h"

G_BEGIN_DECLS

#define PUMP_CASE "c01J00000000000000000000001"

/* The outbox and what sends it, against a server that does what it is told. */
typedef struct
{
  FakeServer    *server;
  char          *directory;
  CsmCache      *cache;
  CsmConnection *connection;
  CsmBlobFiles  *files;
  CsmTurn       *turn;
  CsmPusher     *pusher;
  guint          n_failed;
  CsmFailure     failure;
  guint          n_resync;
} Pump;

typedef gboolean (*PumpCondition) (Pump *pump);

void pump_wait_until (Pump *pump, PumpCondition condition, const char *what);
void pump_on_done (GObject *source, GAsyncResult *result, gpointer data);
GAsyncResult *pump_wait_for (GAsyncResult **slot);
void pump_connect (Pump *pump);
void pump_open_cache (Pump *pump);
void pump_set_up_in (Pump *pump, char *directory);
void pump_set_up (Pump *pump);
void pump_remove_all (const char *path);
void pump_tear_down (Pump *pump);
void pump_perform (Pump *pump, CsmIntent *intent);
char *pump_add_comment (Pump *pump, const char *body, JsonObject *attachment);
void pump_add_tags (Pump *pump, guint n);
GPtrArray *pump_list (Pump *pump);
gboolean pump_is_empty (Pump *pump);
gboolean pump_all_parked (Pump *pump);
gboolean pump_all_waiting (Pump *pump);
gboolean pump_has_failed (Pump *pump);
void pump_hurry (Pump *pump);
void pump_assert_once (FakeServer *server, guint n);

G_END_DECLS
