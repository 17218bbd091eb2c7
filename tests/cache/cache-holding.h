/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "cache-test.h"

G_BEGIN_DECLS

/* Steps of the tests of what is here: cases with their messages, and what of them is held. */
void            cache_holding_put_case (CacheTest *test, guint number, const char *status, const char *messages_state, gint64 at, const char *more);
char           *cache_holding_make_noise (guint seed);
JsonObject     *cache_holding_make_message (guint case_number, guint number, gint64 at);
CsmCaseContent *cache_holding_make_content (guint case_number, const char *old_state, const char *new_state, const char *messages_state);
void            cache_holding_apply (CacheTest *test, CsmCaseContent *content);
void            cache_holding_hold (CacheTest *test, guint case_number, const char *messages_state, gint64 at);
CsmCacheSize    cache_holding_measure (CacheTest *test);
void            cache_holding_execute (CacheTest *test, const char *sql);
gint64          cache_holding_count_rows (CacheTest *test, const char *table);

G_END_DECLS
