/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* What became of paragraphs that somebody wrote. */
typedef struct
{
  JsonObject *paragraphs;    /* as they are from now on */
  GPtrArray  *written;       /* keys of those that this person wrote, clashes among them */
  gboolean    text_changed;  /* what would be sent is not what it was */
  gint64      spent_rev;     /* the greatest revision of those that are gone */
} CsmDraftMerge;

void           csm_draft_merge_free (CsmDraftMerge *self);
CsmDraftMerge *csm_draft_merge_new  (JsonObject    *stored,
                                     JsonObject    *given,
                                    gint64         spent_rev,
                                     const char    *person_id,
                                     gint64         now);
JsonObject    *csm_draft_without_text (JsonObject  *paragraph);
void           csm_draft_add_other  (JsonObject    *paragraph,
                                     JsonArray     *others,
                                     JsonObject    *source);
void           csm_draft_add_others (JsonObject    *paragraph,
                                     JsonArray     *others,
                                     JsonObject    *source);
void           csm_draft_set_others (JsonObject    *paragraph,
                                     JsonArray     *others);
GPtrArray     *csm_draft_keys       (JsonObject    *paragraphs);
void           csm_draft_note_revision (JsonObject          *record,
                                        const CsmDraftMerge *merge,
                                        const char          *person_id,
                                        gint64               now);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmDraftMerge, csm_draft_merge_free)

G_END_DECLS
