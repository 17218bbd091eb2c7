/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-file-list.h"
#include "csm-recipients-box.h"

G_BEGIN_DECLS

/* What is in a reply box besides what the cache keeps of it, and newer: of a case that was left, or of the last reply. */
typedef struct
{
  char      *text;
  char      *envelope[CSM_N_ENVELOPE]; /* NULL: as proposed */
  gboolean   said[CSM_N_ENVELOPE];     /* the shared draft says so, too */
  GPtrArray *files; /* the widgets */
} CsmReplyKept;

CsmReplyKept *csm_reply_kept_new      (char             *text,
                                       CsmRecipientsBox *recipients,
                                       CsmFileList      *files);
void          csm_reply_kept_free     (gpointer          kept);
void          csm_reply_kept_drop_shared (CsmReplyKept     *self);
gboolean      csm_reply_kept_has_parts (CsmReplyKept     *self);
void          csm_reply_kept_restore  (CsmReplyKept     *self,
                                       CsmRecipientsBox *recipients,
                                       CsmFileList      *files);
void          csm_reply_take_parts    (JsonObject       *parts,
                                       CsmRecipientsBox *recipients,
                                       CsmFileList      *files);
char         *csm_reply_join          (const char       *first,
                                       const char       *second);
char         *csm_reply_sign          (const char       *text,
                                       const char       *signature);
char         *csm_reply_unsign        (const char       *text,
                                       const char       *signature);
gboolean      csm_reply_is_signed     (const char       *text);

G_END_DECLS
