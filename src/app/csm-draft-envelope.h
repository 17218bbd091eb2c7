/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

typedef enum
{
  CSM_ENVELOPE_TO,
  CSM_ENVELOPE_CC,
  CSM_ENVELOPE_BCC,
  CSM_ENVELOPE_SUBJECT,
  CSM_N_ENVELOPE,
} CsmEnvelopePart;

extern const char *const csm_envelope_names[CSM_N_ENVELOPE];

/*
 * To whom a reply goes that several people write, and under what subject: what stands between the entries and the Draft record.
 * Knows no widgets. What came last counts; what it took the place of unseen is offered until somebody chooses.
 */
typedef struct _CsmDraftEnvelope CsmDraftEnvelope;

CsmDraftEnvelope *csm_draft_envelope_new       (const char       *writer);
void              csm_draft_envelope_free      (CsmDraftEnvelope *self);
void              csm_draft_envelope_merge     (CsmDraftEnvelope *self,
                                                JsonObject       *record);
JsonNode         *csm_draft_envelope_get       (CsmDraftEnvelope *self,
                                                CsmEnvelopePart   part);
const char       *csm_draft_envelope_get_author (CsmDraftEnvelope *self,
                                                 CsmEnvelopePart   part);
guint             csm_draft_envelope_n_others  (CsmDraftEnvelope *self,
                                                CsmEnvelopePart   part);
JsonNode         *csm_draft_envelope_get_other (CsmDraftEnvelope *self,
                                                CsmEnvelopePart   part,
                                                guint             number,
                                                const char      **by);
gboolean          csm_draft_envelope_set       (CsmDraftEnvelope *self,
                                                CsmEnvelopePart   part,
                                                JsonNode         *value,
                                                gboolean          seen);
void              csm_draft_envelope_choose    (CsmDraftEnvelope *self,
                                                CsmEnvelopePart   part,
                                                int               number);
void              csm_draft_envelope_flush     (CsmDraftEnvelope *self,
                                                JsonObject       *patch);
void              csm_draft_envelope_fail      (CsmDraftEnvelope *self,
                                                JsonObject       *patch);
void              csm_draft_envelope_take      (CsmDraftEnvelope *self,
                                                JsonObject       *patch);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmDraftEnvelope, csm_draft_envelope_free)

G_END_DECLS
