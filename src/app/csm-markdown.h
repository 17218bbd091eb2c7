/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-cache-types.h"

G_BEGIN_DECLS

typedef enum
{
  CSM_MARKDOWN_PARAGRAPH,
  CSM_MARKDOWN_HEADING,
  CSM_MARKDOWN_ITEM,   /* `marker` stands before its first paragraph */
  CSM_MARKDOWN_QUOTE,
  CSM_MARKDOWN_CODE,
  CSM_MARKDOWN_RULE,
} CsmMarkdownKind;

typedef struct
{
  CsmMarkdownKind kind;
  guint           depth;   /* of lists and quotes around it */
  char           *marker;  /* "•", "2." or NULL */
  char           *markup;  /* for Pango; safe whatever was written */
} CsmMarkdownBlock;

GPtrArray *csm_markdown_parse (const char *text,
                               GPtrArray  *people,
                               const char *my_id);
char      *csm_markdown_plain (const char *text);

G_END_DECLS
