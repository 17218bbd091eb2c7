/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-cache-private.h"

G_BEGIN_DECLS

/* What is searched of a message whose JSON is the `text` that @source selects. With a limit it is unpacked once, not for each column.
 * Nothing is found of what can't be read. */
#define CSM_MESSAGE_COLUMNS(source) \
  "SELECT json_extract (json, '$.subject'), json_extract (json, '$.textBody')," \
  " replace (replace (coalesce (json_extract (json, '$.from'), '') || coalesce (json_extract (json, '$.to'), '')" \
  " || coalesce (json_extract (json, '$.cc'), ''), '\"name\":', ''), '\"address\":', '')" \
  " FROM (SELECT iif (json_valid (text), text, NULL) AS json FROM (" source ") LIMIT 1)"

/* One full text index. */
typedef struct
{
  const char *name;
  const char *table;
  guint       n_columns;
  const char *read;      /* what is indexed of a row */
  const char *insert;
  const char *remove;
  const char *next;      /* the newest rows below the floor */
  const char *within;    /* the rows from one to before another */
} CsmSearchIndex;

const CsmSearchIndex *csm_cache_search_get_index (CsmSearch       search);
gboolean              csm_cache_search_add       (CsmDbConn      *conn,
                                                  CsmSearch       search,
                                                  gint64          rowid,
                                                  gsize          *length,
                                                  GError        **error);
gboolean              csm_cache_search_settle    (CsmCacheTxn    *txn,
                                                  CsmSearch       search,
                                                  gsize           n_changes,
                                                  GError        **error);
gboolean              csm_cache_bring_over       (CsmDbConn      *conn,
                                                  gint64          end,
                                                  gboolean       *more,
                                                  GError        **error);
gboolean              csm_cache_drop_old_text    (CsmDbConn      *conn,
                                                  gint64          end,
                                                  gboolean       *more,
                                                  GError        **error);

G_END_DECLS
