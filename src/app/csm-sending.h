/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-workbench.h"

G_BEGIN_DECLS

/* A reply that was just sent from here. */
typedef struct
{
  JsonObject *submission;  /* NULL: not saved yet */
  gint64      group;
  gint64      until;       /* µs; it can be called back so long */
} CsmSent;
CsmSent *csm_sent_new       (gint64      until);
void     csm_sent_set_saved (CsmSent    *self,
                             gint64      group,
                             JsonObject *submission);
void     csm_sent_free      (CsmSent    *self);

/* What can be said about, and done with, a reply on its way out. */
gint64 csm_sending_undo_until (const CsmTimelineEntry *entry);
char  *csm_sending_describe   (CsmWorkbench           *workbench,
                               const CsmTimelineEntry *entry);
char  *csm_sending_problem    (CsmWorkbench           *workbench,
                               const CsmTimelineEntry *entry);
void   csm_sending_undo       (CsmWorkbench           *workbench,
                               const char             *submission_id);
void   csm_sending_put_back   (CsmWorkbench           *workbench,
                               const char             *case_id,
                               const char             *text,
                               JsonObject             *parts);
void   csm_sending_take_back  (CsmWorkbench           *workbench,
                               JsonObject             *submission,
                               gint64                  op_seq);
void   csm_sending_discard    (CsmWorkbench           *workbench,
                               const CsmTimelineEntry *entry);
void   csm_sending_remember   (CsmWorkbench           *workbench,
                               gint64                  group,
                               JsonObject             *submission);
void   csm_sending_offer_undo (CsmWorkbench           *workbench,
                               CsmSent                *sent);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmSent, csm_sent_free)

G_END_DECLS
