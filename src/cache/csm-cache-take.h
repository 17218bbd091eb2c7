/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-cache-outbox.h"
#include "csm-cache-sync-private.h"

G_BEGIN_DECLS

/* One round of choosing what is sent. For csm-cache-take.c, csm-cache-needs.c and csm-cache-conflict.c. */

typedef struct _CsmTakeRow CsmTakeRow;
struct _CsmTakeRow
{
  CsmOperation *op;
  char         *text;       /* of the payload */
  JsonObject   *seen;
  gint64        modseq;
  gint64        carrier;
  gboolean      confirmed;
  char         *person;
  int           version;
  gboolean      foreign;    /* queued on another device: this is a copy of its database */
  gboolean      taken;
  GPtrArray    *followers;  /* CsmTakeRow: they go with it in one */
};

typedef struct
{
  gboolean blocked;  /* nothing more goes in this round */
  gboolean busy;     /* something goes */
} CsmTakeLane;

typedef struct
{
  CsmCacheTxn *txn;
  gint64       now;
  guint        limit;
  gboolean     allow_old;
  GPtrArray   *rows;
  GHashTable  *lanes;    /* lane → CsmTakeLane */
  GHashTable  *heads;    /* record id → CsmTakeRow that goes in this round */
  GHashTable  *by_seq;
  GHashTable  *made;      /* ids that are still to be made */
  GHashTable  *stuck;     /* ids that will not be made before a person decides */
  GHashTable  *destroyed; /* ids that something destroys */
  GPtrArray   *taken;    /* CsmTakeRow */
  CsmOpBatch  *batch;
} CsmTake;

typedef enum
{
  CSM_FILES_READY,
  CSM_FILES_MISSING,  /* to be uploaded first */
  CSM_FILES_BAD,
} CsmTakeFiles;

gboolean csm_take_check_reply (CsmTake     *take,
                               CsmTakeRow  *row,
                               gboolean    *held,
                               GError     **error);
CsmTakeFiles csm_take_find_files (CsmTake     *take,
                                  CsmTakeRow  *row,
                                  GHashTable  *blob_ids,
                                  char       **problem,
                                  GError     **error);
gboolean csm_take_park   (CsmTake     *take,
                          CsmTakeRow  *row,
                          CsmTakeRow  *head,
                          const char  *problem,
                          const char  *description,
                          JsonObject  *conflict,
                          GError     **error);
gboolean csm_take_settle (CsmTake     *take,
                          CsmTakeRow  *head,
                          GError     **error);

G_END_DECLS
