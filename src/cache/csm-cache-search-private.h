/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-cache-private.h"

G_BEGIN_DECLS

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
gboolean              csm_cache_bring_over       (CsmDbConn      *conn,
                                                  gint64          end,
                                                  gboolean       *more,
                                                  GError        **error);
gboolean              csm_cache_drop_old_text    (CsmDbConn      *conn,
                                                  gint64          end,
                                                  gboolean       *more,
                                                  GError        **error);

G_END_DECLS
