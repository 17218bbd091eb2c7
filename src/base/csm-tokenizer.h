/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <glib.h>
#include <sqlite3.h>

G_BEGIN_DECLS

/* For `CREATE VIRTUAL TABLE … USING fts5 (…, tokenize = 'casement', prefix = '2 3')` */
#define CSM_TOKENIZER_NAME "casement"

gboolean  csm_tokenizer_register (sqlite3     *db,
                                  GError     **error);
char     *csm_tokenizer_query    (const char  *typed);
gboolean  csm_tokenizer_is_quote (gunichar     c);

G_END_DECLS
