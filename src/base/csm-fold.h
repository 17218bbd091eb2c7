/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * CsmTokenKind:
 * @CSM_TOKEN_WORD: a word between separators
 * @CSM_TOKEN_PAIR: two neighbours of a run in a script without spaces
 * @CSM_TOKEN_SINGLE: the only character of such a run
 * @CSM_TOKEN_TAIL: the last character of such a run once more, at its pair's position, so that one character
 *   as a prefix finds every place: the pairs begin with all characters but the last
 */
typedef enum
{
  CSM_TOKEN_WORD,
  CSM_TOKEN_PAIR,
  CSM_TOKEN_SINGLE,
  CSM_TOKEN_TAIL,
} CsmTokenKind;

/**
 * CsmToken:
 * @kind: what it is
 * @text: the folded text, not terminated
 * @length: its bytes
 * @start: the first byte of it in the original
 * @end: the first byte behind it in the original
 */
typedef struct
{
  CsmTokenKind kind;
  const char  *text;
  gsize        length;
  gsize        start;
  gsize        end;
} CsmToken;

/**
 * CsmTokenFunc:
 * @token: valid during the call only
 * @data: what was given with the function
 *
 * Returns: whether to go on
 */
typedef gboolean (*CsmTokenFunc) (const CsmToken *token, gpointer data);

char *csm_fold        (const char   *text,
                       gssize        length);
void  csm_fold_tokens (const char   *text,
                       gsize         length,
                       CsmTokenFunc  func,
                       gpointer      data);

G_END_DECLS
