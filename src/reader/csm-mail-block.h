/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */

#pragma once

#include <glib.h>

#include "csm-json-writer.h"

G_BEGIN_DECLS

/* Quotes nest no deeper than this; what is quoted more often stays on the last level. */
#define CSM_MAIL_BLOCK_MAX_QUOTES 8

/* A paragraph longer than this is cut in two, so that a body can be cut between blocks. */
#define CSM_MAIL_BLOCK_MAX_TEXT (16 * 1024)

typedef enum
{
  CSM_MAIL_BLOCK_PARAGRAPH,
  CSM_MAIL_BLOCK_HEADING,
  CSM_MAIL_BLOCK_ITEM,
  CSM_MAIL_BLOCK_QUOTE,
  CSM_MAIL_BLOCK_PRE,
  CSM_MAIL_BLOCK_RULE,
  CSM_MAIL_BLOCK_IMAGE,
  CSM_MAIL_BLOCK_TABLE,
  CSM_MAIL_BLOCK_SIGNATURE,
} CsmMailBlockKind;

typedef struct
{
  char *text;
  char *link;
  guint bold : 1;
  guint italic : 1;
  guint mismatch : 1;
} CsmMailSpan;

typedef struct
{
  CsmMailBlockKind kind;
  guint level;            /* heading 1–6, list depth from 1 */
  int ordinal;            /* of a numbered item, else -1 */
  gboolean remote;        /* an image that would have to be fetched */
  gboolean forwarded;     /* a quote that was passed on rather than answered */
  GPtrArray *spans;       /* CsmMailSpan: paragraph, heading, item */
  GPtrArray *children;    /* CsmMailBlock: quote, signature */
  GPtrArray *rows;        /* GPtrArray of strings: table */
  char *text;             /* preformatted text; a quote's attribution */
  char *cid;
  char *alt;
  char *source;
  char *link;             /* around an image */
} CsmMailBlock;

CsmMailBlock *csm_mail_block_new         (CsmMailBlockKind  kind);
void          csm_mail_block_free        (CsmMailBlock     *self);
void          csm_mail_block_add_text    (CsmMailBlock     *self,
                                          const char       *text,
                                          gssize            length);
void          csm_mail_block_add_span    (CsmMailBlock     *self,
                                          CsmMailSpan      *span);
char         *csm_mail_block_dup_text    (CsmMailBlock     *self);
CsmMailBlock *csm_mail_block_split       (CsmMailBlock     *self,
                                          gsize             offset);
void          csm_mail_block_trim        (CsmMailBlock     *self);
gboolean      csm_mail_block_is_text     (CsmMailBlock     *self);
void          csm_mail_span_free         (CsmMailSpan      *span);

GPtrArray    *csm_mail_blocks_new        (void);
char         *csm_mail_blocks_to_text    (GPtrArray        *blocks);
char         *csm_mail_blocks_to_authored (GPtrArray       *blocks);
gboolean      csm_mail_blocks_write      (GPtrArray        *blocks,
                                          CsmJsonWriter    *writer,
                                          const char       *name,
                                          gsize             budget);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmMailBlock, csm_mail_block_free)

G_END_DECLS
