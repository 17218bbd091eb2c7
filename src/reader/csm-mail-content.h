/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */

#pragma once

#include <gmime/gmime.h>

G_BEGIN_DECLS

/* One blob that is handed out beside the JSON. */
typedef struct
{
  GBytes *bytes;
  char *type;
  char *charset;
} CsmMailPart;

typedef struct
{
  guint part;
  char *name;
  char *type;
  char *cid;
  gboolean is_inline;
} CsmMailAttachment;

/* What the structure of a message comes to. */
typedef struct
{
  GPtrArray *parts;         /* CsmMailPart */
  GPtrArray *attachments;   /* CsmMailAttachment */
  GPtrArray *blocks;        /* CsmMailBlock, not folded yet */
  GPtrArray *defects;       /* static strings */
  GString *plain;           /* the text as it was sent; NULL when some of it was HTML */
  int html_part;            /* an index into parts, or -1 */
  char *calendar;
  GMimeObject *report;      /* borrowed: the part for machines in a report */
  GMimeObject *returned;    /* borrowed: the message, or its header, that a report returns */
} CsmMailContent;

CsmMailContent *csm_mail_content_new  (GMimeMessage       *message,
                                       GMimeParserOptions *options,
                                       gboolean            careful,
                                       GPtrArray          *defects);
void            csm_mail_content_free (CsmMailContent     *self);
GByteArray     *csm_mail_content_decode (GMimeObject      *object);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmMailContent, csm_mail_content_free)

G_END_DECLS
