/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-txn.h"

G_BEGIN_DECLS

/*
 * What goes out with the text of a draft: to whom and under what subject (`envelope`), and which `files`.
 */

JsonObject *csm_draft_merge_envelope (JsonObject *stored,
                                      JsonObject *given,
                                      gint64      spent_rev,
                                      const char *person_id,
                                      gint64      now);
JsonObject *csm_draft_merge_files    (JsonObject *stored,
                                      JsonObject *given,
                                      const char *person_id,
                                      gint64      now);
gboolean    csm_draft_parts_differ   (JsonObject *before,
                                      JsonObject *after);
JsonArray  *csm_draft_new_files      (JsonObject *before,
                                      JsonObject *after);
void        csm_draft_take_parts     (JsonObject *draft,
                                      JsonObject *submission,
                                      const char *person_id,
                                      gboolean    anew,
                                      JsonObject *note);
void        csm_draft_return_parts   (JsonObject *draft,
                                      JsonObject *note);
void        csm_draft_join_envelope  (JsonObject *from,
                                      JsonObject *into);
gboolean    csm_draft_parts_are_sent (JsonObject *draft,
                                      JsonObject *submission);
gboolean    csm_draft_parts_are_seen (JsonObject *draft,
                                      JsonObject *seen,
                                      const char *person_id);

G_END_DECLS
