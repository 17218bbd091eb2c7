/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-cache-types.h"

G_BEGIN_DECLS

/**
 * CsmMentionFunc:
 * @start: the byte of the text where "@" is
 * @end: the first byte behind the name
 * @person_id: who is meant: a person, or what csm_mention_expand() makes people of
 * @data: what was given with the function
 */
typedef void (*CsmMentionFunc) (gsize       start,
                                gsize       end,
                                const char *person_id,
                                gpointer    data);

void       csm_mention_scan     (const char     *text,
                                 GPtrArray      *people,
                                 CsmMentionFunc  func,
                                 gpointer        data);
char      *csm_mention_being_typed (const char  *text,
                                    gsize        cursor);
GPtrArray *csm_mention_targets  (CsmDirectory   *directory);
void       csm_mention_expand   (CsmDirectory   *directory,
                                 const char     *id,
                                 JsonObject     *mentions);
const char *csm_mention_name    (CsmDirectory   *directory,
                                 const char     *id);
GPtrArray *csm_mention_candidates (GPtrArray    *people,
                                   const char   *typed,
                                   const char   *my_id,
                                   guint         limit);

G_END_DECLS
