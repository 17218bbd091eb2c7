/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* The files of a Draft record: key → {blobId, name, type, size, inline, cid, sent}. */

JsonObject *csm_draft_files_list     (JsonObject *record);
JsonObject *csm_draft_files_note     (JsonObject *record,
                                      const char *key,
                                      JsonObject *file);
JsonObject *csm_draft_files_describe (JsonObject *attachment);

G_END_DECLS
