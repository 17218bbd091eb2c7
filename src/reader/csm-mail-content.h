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
  gboolean is_made;         /* not the sender's own bytes */
} CsmMailPart;

typedef struct
{
  guint part;
  char *name;
  char *type;
  char *cid;
  gboolean is_inline;
  int within;               /* the attached message that it is in, an index into attachments, or -1 */
} CsmMailAttachment;

/* A message that is attached. */
typedef struct
{
  guint attachment;         /* an index into attachments */
  GMimeMessage *message;    /* NULL when it has yet to be parsed */
} CsmMailEnclosed;

/* All parts together, so that an answer fits into its frames. */
#define CSM_MAIL_CONTENT_MAX (120u * 1024 * 1024)

/* What the structure of a message comes to. */
typedef struct
{
  GPtrArray *parts;         /* CsmMailPart */
  GPtrArray *attachments;   /* CsmMailAttachment */
  GPtrArray *blocks;        /* CsmMailBlock, not folded yet */
  GPtrArray *defects;       /* static strings */
  GString *plain;           /* the text as it was sent; NULL when some of it was HTML */
  int html_part;            /* an index into parts, or -1 */
  GString *safe;            /* the HTML that is shown, made safe; empty when there is none */
  gsize parts_length;       /* of all together */
  char *calendar;           /* the text of an invitation */
  GPtrArray *cards;         /* the texts of visiting cards */
  GPtrArray *enclosed;      /* CsmMailEnclosed */
  GPtrArray *opened;        /* GMimeMessage: what was in envelopes */
  GMimeObject *report;      /* borrowed: the part for machines in a report */
  GMimeObject *returned;    /* borrowed: the message, or its header, that a report returns */
} CsmMailContent;

CsmMailContent *csm_mail_content_alloc (GPtrArray         *defects);
CsmMailContent *csm_mail_content_new  (GMimeMessage       *message,
                                       GMimeParserOptions *options,
                                       gboolean            careful,
                                       GPtrArray          *defects);
int             csm_mail_content_add_part (CsmMailContent *self,
                                           GBytes         *bytes,
                                           const char     *type,
                                           const char     *charset,
                                           gboolean        is_made);
int             csm_mail_content_add_file (CsmMailContent *self,
                                           int             part,
                                           const char     *name,
                                           const char     *cid,
                                           gboolean        is_inline);
void            csm_mail_content_enclose  (CsmMailContent *self,
                                           int             attachment,
                                           GMimeMessage   *message);
GMimeMessage   *csm_mail_content_parse    (const char         *data,
                                           gsize               length,
                                           GMimeParserOptions *options);
void            csm_mail_content_note     (CsmMailContent *self,
                                           const char     *defect);
gboolean        csm_mail_content_add_tnef (CsmMailContent *self,
                                           GByteArray     *bytes,
                                           char          **text,
                                           char          **html);
void            csm_mail_content_free (CsmMailContent     *self);
GByteArray     *csm_mail_content_decode (GMimeObject      *object);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmMailContent, csm_mail_content_free)

G_END_DECLS
