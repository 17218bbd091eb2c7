/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <gtk/gtk.h>

#include "csm-cache.h"
#include "csm-draft-envelope.h"
#include "csm-draft-text.h"

G_BEGIN_DECLS

/*
 * Keeps a text buffer and the shared draft of a conversation alike: what is typed is written to the Draft record a moment
 * later, what colleagues write comes into the buffer.
 *
 * Signals:
 *  "changed" (): the record, an author or a clash changed
 *  "kept" (const char *case_id): what was typed is in the record now, as it was written to the cache
 *  "not-kept" (const char *case_id, const char *text): the cache took none of it
 *  "file-not-kept" (const char *key): nor of a file
 */
#define CSM_TYPE_DRAFT_EDITOR (csm_draft_editor_get_type ())
G_DECLARE_FINAL_TYPE (CsmDraftEditor, csm_draft_editor, CSM, DRAFT_EDITOR, GObject)

CsmDraftEditor *csm_draft_editor_new         (GtkTextBuffer  *buffer);
void            csm_draft_editor_open        (CsmDraftEditor *self,
                                              CsmCache       *cache,
                                              const char     *writer,
                                              const char     *case_id,
                                              const char     *conversation_id);
void            csm_draft_editor_close       (CsmDraftEditor *self);
void            csm_draft_editor_set_based_on (CsmDraftEditor *self,
                                              const char     *message_id);
gboolean        csm_draft_editor_is_ready    (CsmDraftEditor *self);
gboolean        csm_draft_editor_is_applying (CsmDraftEditor *self);
void            csm_draft_editor_typed       (CsmDraftEditor *self);
gboolean        csm_draft_editor_flush       (CsmDraftEditor *self);
CsmDraftText   *csm_draft_editor_get_text    (CsmDraftEditor *self);
JsonObject     *csm_draft_editor_get_record  (CsmDraftEditor *self);
const char     *csm_draft_editor_get_id      (CsmDraftEditor *self);
const char     *csm_draft_editor_get_conversation_id (CsmDraftEditor *self);
void            csm_draft_editor_choose      (CsmDraftEditor *self,
                                              const char     *key,
                                              guint           version,
                                              CsmDraftChoice  choice);
CsmDraftEnvelope *csm_draft_editor_get_envelope (CsmDraftEditor *self);
void            csm_draft_editor_say         (CsmDraftEditor *self,
                                              CsmEnvelopePart part,
                                              JsonNode       *value,
                                              gboolean        seen);
void            csm_draft_editor_choose_part (CsmDraftEditor *self,
                                              CsmEnvelopePart part,
                                              int             number);
JsonObject     *csm_draft_editor_dup_files   (CsmDraftEditor *self);
void            csm_draft_editor_add_file    (CsmDraftEditor *self,
                                              const char     *key,
                                              JsonObject     *attachment);
GPtrArray      *csm_draft_editor_send        (CsmDraftEditor *self,
                                              JsonObject     *submission,
                                              JsonObject    **patch);
void            csm_draft_editor_sent        (CsmDraftEditor *self);
gboolean        csm_draft_editor_restore     (CsmDraftEditor *self,
                                              GPtrArray      *taken);

G_END_DECLS
