/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  CSM_MARKUP_TEXT,      /* only csm_markup_walk() says it */
  CSM_MARKUP_STRONG,    /* *strong*, **strong** */
  CSM_MARKUP_EMPHASIS,  /* _emphasis_ */
  CSM_MARKUP_CODE,      /* `code` */
  CSM_MARKUP_LINK,      /* [text](https://…), and an address as it stands */
} CsmMarkupKind;

/* A part of a line that stands out; bytes. Such parts lie in each other or apart, never across. */
typedef struct
{
  CsmMarkupKind kind;
  gsize         start;
  gsize         inner;      /* behind the marks it begins with */
  gsize         inner_end;
  gsize         end;
  gsize         url;        /* of a link: where its address is; it may be the text itself */
  gsize         url_end;
} CsmMarkupSpan;

typedef enum
{
  CSM_MARKUP_LINE_BLANK,
  CSM_MARKUP_LINE_PARAGRAPH,
  CSM_MARKUP_LINE_ITEM,
  CSM_MARKUP_LINE_MORE,      /* of the item above */
  CSM_MARKUP_LINE_FENCE,     /* ``` before and after code */
  CSM_MARKUP_LINE_CODE,
  CSM_MARKUP_LINE_HEADING,   /* in notes only */
  CSM_MARKUP_LINE_RULE,      /* in notes only */
} CsmMarkupLineKind;

/* A line of a text; bytes. */
typedef struct
{
  CsmMarkupLineKind kind;
  guint             quotes;   /* how many ">" it begins with */
  guint             depth;    /* of lists around it; 1: the outermost */
  gboolean          ordered;  /* an item with a number */
  guint             number;
  gsize             start;
  gsize             text;     /* behind the marks it begins with */
  gsize             end;      /* before its newline */
} CsmMarkupLine;

typedef enum
{
  CSM_MARKUP_MAIL = 0,
  CSM_MARKUP_NOTE = 1 << 0,  /* what colleagues write: headings, rules and lists of one item as well */
} CsmMarkupFlags;

/**
 * CsmMarkupFunc:
 * @kind: what begins or ends, or `CSM_MARKUP_TEXT`
 * @enters: whether it begins
 * @text: (array length=length): the text, or the address of a link
 * @length: bytes
 * @data: what was given with the function
 */
typedef void (*CsmMarkupFunc) (CsmMarkupKind  kind,
                               gboolean       enters,
                               const char    *text,
                               gsize          length,
                               gpointer       data);

GArray  *csm_markup_lines      (const char     *text,
                                CsmMarkupFlags  flags);
gsize    csm_markup_item_mark  (const char     *line,
                                gsize           length,
                                gboolean       *ordered,
                                guint          *number);
GArray  *csm_markup_spans      (const char     *line,
                                gsize           length);
void     csm_markup_walk       (const char     *line,
                                gsize           length,
                                CsmMarkupFunc   func,
                                gpointer        data);
char    *csm_markup_plain      (const char     *text);
gboolean csm_markup_url_is_safe (const char    *url,
                                 gsize          length);

G_END_DECLS
