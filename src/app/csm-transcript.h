/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-message-text.h"
#include "csm-workbench.h"

G_BEGIN_DECLS

typedef struct
{
  gboolean  note;    /* between colleagues */
  gint64    at;      /* µs */
  char     *who;
  char     *details; /* one line: to whom, when */
  char     *text;
  char     *files;   /* their names; NULL: none */
} CsmTranscriptPart;

/* What was written in a case, in words, to be printed or copied. */
typedef struct
{
  char      *subject;
  char      *customer;  /* NULL: not known */
  GPtrArray *parts;     /* CsmTranscriptPart, oldest first */
  gboolean   cut;       /* there are older ones */
} CsmTranscript;

CsmTranscript *csm_transcript_new         (CsmCaseDetail        *detail);
void           csm_transcript_free        (CsmTranscript        *self);
void           csm_transcript_add_message (CsmTranscript        *self,
                                           CsmDirectory         *directory,
                                           JsonObject           *message,
                                           CsmMessageTextParts   parts);
void           csm_transcript_add_note    (CsmTranscript        *self,
                                           CsmDirectory         *directory,
                                           JsonObject           *comment,
                                           gint64                at);
char          *csm_transcript_write       (CsmTranscript        *self,
                                           gboolean              with_title);
void           csm_transcript_load_async  (CsmWorkbench         *workbench,
                                           gboolean              with_notes,
                                           GCancellable         *cancellable,
                                           GAsyncReadyCallback   callback,
                                           gpointer              user_data);
CsmTranscript *csm_transcript_load_finish (CsmWorkbench         *workbench,
                                           GAsyncResult         *result,
                                           GError              **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmTranscript, csm_transcript_free)

G_END_DECLS
