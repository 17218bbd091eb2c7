/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* What somebody wrote of a paragraph. */
typedef struct
{
  char   *text;
  char   *by;   /* NULL: unknown */
  gint64  at;   /* µs; CSM_TIME_NONE: unknown */
} CsmDraftVersion;

typedef struct
{
  char      *key;
  char      *position;
  char      *text;      /* what is in the box */
  char      *shared;    /* what the others have of it, without the newlines at its end; NULL: nothing yet */
  gint64     rev;       /* of what @text was made from */
  gint64     seen_rev;
  char      *by;        /* who wrote it last; NULL: whoever sits here */
  gint64     at;
  GPtrArray *versions;  /* CsmDraftVersion: what stands against @text until somebody chooses */
  gboolean   chosen;    /* to be shared though it is as before */
} CsmDraftParagraph;

typedef enum
{
  CSM_DRAFT_USE,   /* the version instead of what is in the box */
  CSM_DRAFT_KEEP,  /* what is in the box */
  CSM_DRAFT_BOTH,
} CsmDraftChoice;

/**
 * CsmDraftEditFunc:
 * @start: the character of the text where something changes
 * @removed: how many characters go
 * @inserted: what comes instead
 * @data: what was given with the function
 */
typedef void (*CsmDraftEditFunc) (guint       start,
                                  guint       removed,
                                  const char *inserted,
                                  gpointer    data);

/*
 * The text of a reply as paragraphs that several people write at the same time, each on a computer of their own: what
 * stands between what is in the box and the Draft record. Knows no widgets. What one types is never changed by what
 * others write: of two versions of a paragraph both are kept until somebody chooses.
 */
typedef struct _CsmDraftText CsmDraftText;

CsmDraftText      *csm_draft_text_new         (const char        *writer,
                                               CsmDraftEditFunc   edit,
                                               gpointer           data);
void               csm_draft_text_free        (CsmDraftText      *self);
void               csm_draft_text_clear       (CsmDraftText      *self);
guint              csm_draft_text_get_length  (CsmDraftText      *self);
CsmDraftParagraph *csm_draft_text_get         (CsmDraftText      *self,
                                               guint              index);
guint              csm_draft_text_offset_of   (CsmDraftText      *self,
                                               guint              index);
char              *csm_draft_text_dup         (CsmDraftText      *self);
gboolean           csm_draft_text_is_shared   (CsmDraftText      *self);
gboolean           csm_draft_text_has_clash   (CsmDraftText      *self);
void               csm_draft_text_read        (CsmDraftText      *self,
                                               const char        *text);
void               csm_draft_text_merge       (CsmDraftText      *self,
                                               JsonObject        *paragraphs);
JsonObject        *csm_draft_text_flush       (CsmDraftText      *self);
void               csm_draft_text_fail        (CsmDraftText      *self,
                                               JsonObject        *patch);
void               csm_draft_text_choose      (CsmDraftText      *self,
                                               const char        *key,
                                               guint              version,
                                               CsmDraftChoice     choice);
JsonObject        *csm_draft_text_list_sent   (CsmDraftText      *self);
GPtrArray         *csm_draft_text_take        (CsmDraftText      *self,
                                               JsonObject        *patch);
void               csm_draft_text_restore     (CsmDraftText      *self,
                                               GPtrArray         *taken);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmDraftText, csm_draft_text_free)

G_END_DECLS
