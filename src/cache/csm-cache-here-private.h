/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-cache-sync-private.h"

G_BEGIN_DECLS

/* Where making room stands: csm-cache-room.c */
typedef struct _CsmCacheRoom CsmCacheRoom;

/* What the main thread knows of what is wanted here. */
typedef struct
{
  char   *path;
  guint64 budget;     /* bytes; 0: none */
  char   *open_case;  /* what was read last for the screen */
  gint64  noted_at;   /* when that was written down */
  CsmCacheRoom *room;  /* making room is under way; or NULL */
} CsmCacheHere;

CsmCacheHere   *csm_cache_get_here          (CsmCache        *self);
CsmCacheHere   *csm_cache_here_new          (const char      *path);
void            csm_cache_here_free         (CsmCacheHere    *here);
void            csm_cache_room_free         (CsmCacheRoom    *room);
void            csm_cache_note_viewed       (CsmCache        *self,
                                             const char      *case_id);

/* --- which cases' messages are wanted: csm-cache-residency.c -------------------------------------------------------- */
guint64         csm_cache_file_size         (CsmDbConn       *conn);
guint64         csm_cache_size              (CsmDbConn       *conn,
                                             const char      *path,
                                             guint64         *attachment_bytes);
CsmWantedCases *csm_cache_read_wanted       (CsmDbConn       *conn,
                                             guint            limit,
                                             guint64          budget,
                                             guint64          size,
                                             gint64           now,
                                             gboolean         count,
                                             GError         **error);
gboolean        csm_cache_want_again        (CsmCacheTxn     *txn,
                                             const char      *case_id,
                                             GError         **error);
gboolean        csm_cache_read_here         (CsmDbConn       *conn,
                                             const char      *case_id,
                                             CsmCaseDetail   *detail,
                                             GError         **error);
/* SQL: a set of ids of cases in which something waits (how far one has read is nothing that does), or that are pinned, or that have a reply of
 * which somebody has to say what becomes of it: what is not here can't be listed */
#define CSM_CACHE_HARD_REASONS \
  "SELECT case_id FROM kept WHERE pinned" \
  " UNION SELECT case_id FROM outbox WHERE case_id IS NOT NULL AND type <> 'Seen'" \
  " UNION SELECT 'c' || substr (case_id, 2) FROM draft" \
  " UNION SELECT id FROM case_ WHERE undecided IS NOT NULL" \
  " UNION SELECT case_id FROM message WHERE unsure IS NOT NULL AND NOT gone"

/* --- their messages: csm-cache-content.c ------------------------------------------------------------------------------ */
gboolean        csm_cache_apply_contents    (CsmCacheTxn     *txn,
                                             GPtrArray       *contents,
                                             GError         **error);
gboolean        csm_cache_drop_content      (CsmCacheTxn     *txn,
                                             gint64           case_rowid,
                                             const char      *case_id,
                                             gboolean         rescue,
                                             GError         **error);

/* --- after a restored backup: csm-cache-rescue.c ---------------------------------------------------------------------- */
gboolean        csm_cache_same_history      (const char      *state,
                                             const char      *other);
gboolean        csm_cache_keep_lost         (CsmCacheTxn     *txn,
                                             CsmTypeId        type,
                                             const char      *id,
                                             GError         **error);

G_END_DECLS
