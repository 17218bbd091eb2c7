/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "cache-test.h"

G_BEGIN_DECLS

/* Steps of the tests of what waits: of one case, with modseqs. */
#define CACHE_STEPS_CASE "c01J00000000000000000000001"

void          cache_steps_put (CacheTest *test, const char *values, gint64 modseq);
CsmOperation *cache_steps_only_op (GPtrArray *ops);
gboolean      cache_steps_resolve (CacheTest *test, gint64 seq, CsmOpDecision decision);
char         *cache_steps_edit (CacheTest *test, gint64 seq);
CsmOpBatch   *cache_steps_take_one (CacheTest *test);
void          cache_steps_take_none (CacheTest *test);
void          cache_steps_finish_done (CacheTest *test, CsmOpBatch *batch, const char *server);
char         *cache_steps_reply (CacheTest *test);
void          cache_steps_put_message (CacheTest *test, guint number, const char *author, gint64 at);

G_END_DECLS
