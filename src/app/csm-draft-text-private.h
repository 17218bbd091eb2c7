/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-draft-text.h"

G_BEGIN_DECLS

struct _CsmDraftText
{
  char             *writer;
  CsmDraftEditFunc  edit;
  gpointer          data;
  GPtrArray        *paragraphs;  /* CsmDraftParagraph, as they stand in the box */
  GHashTable       *deleted;     /* key → CsmDraftParagraph that the others still have */
};

CsmDraftParagraph *csm_draft_paragraph_new    (const char              *key,
                                               const char              *position,
                                               const char              *text);
void               csm_draft_paragraph_free   (CsmDraftParagraph       *self);
gboolean           csm_draft_paragraph_is_dirty (CsmDraftParagraph     *self);
char              *csm_draft_paragraph_dup    (CsmDraftParagraph       *self);
CsmDraftVersion   *csm_draft_version_new      (const char              *text,
                                               const char              *by,
                                               gint64                   at);
char              *csm_draft_key_new          (void);
GPtrArray         *csm_draft_versions_new     (void);
GPtrArray         *csm_draft_split            (const char              *text);
void               csm_draft_text_replace     (CsmDraftText            *self,
                                               guint                    index,
                                               const char              *text);
CsmDraftParagraph *csm_draft_text_steal       (CsmDraftText            *self,
                                               guint                    index);
void               csm_draft_text_insert      (CsmDraftText            *self,
                                               guint                    index,
                                               CsmDraftParagraph       *paragraph);
void               csm_draft_text_place       (CsmDraftText            *self,
                                               guint                    index);

G_END_DECLS
