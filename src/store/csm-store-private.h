/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-db.h"
#include "csm-high-water.h"
#include "csm-store.h"
#include "csm-txn-private.h"

G_BEGIN_DECLS

struct _CsmStore
{
  GObject       parent_instance;
  char         *directory;
  char         *blob_dir;
  guint8        key[CSM_STORE_KEY_LENGTH];
  CsmSchema    *schema;
  CsmDb        *db;
  CsmHighWater *high_water;
  GMainContext *context;
  GFileMonitor *monitor;
  GHashTable   *known;   /* account → Known: what "changed" has told; only in the context */
  CsmProjector  projector;
  int           lock_fd;
  gint64        retention; /* of tombstones, µs */
  gboolean      is_looking;
  gboolean      must_look_again;
};

guint    csm_store_schema_version (void);
void     csm_store_emit_changed (CsmStore  *self,
                                 gint64     account,
                                 guint      types);
void     csm_store_tell         (CsmStore  *self,
                                 GArray    *touched);
void     csm_store_tell_later   (CsmStore  *self,
                                 GArray    *touched);
gboolean csm_store_start_watch  (CsmStore  *self,
                                 GError   **error);
gboolean csm_store_open_marks   (CsmStore    *self,
                                 const char  *workspace_id,
                                 GError     **error);
void     csm_store_raise_marks  (CsmStore  *self,
                                 GArray    *touched,
                                 gboolean   block);

G_END_DECLS
