/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * What a person types to find cases: words, "phrases in quotes", and filters like owner:me or tag:"on hold". A leading minus turns
 * any of them round; the last word may go on. All must hold. What looks like a filter but is none (12:30, https://…) is a word.
 */

typedef enum
{
  CSM_SEARCH_FROM,
  CSM_SEARCH_TO,
  CSM_SEARCH_OWNER,
  CSM_SEARCH_TEAM,
  CSM_SEARCH_TAG,
  CSM_SEARCH_IS,
  CSM_SEARCH_HAS,
  CSM_SEARCH_CHANNEL,
  CSM_SEARCH_BEFORE,
  CSM_SEARCH_AFTER,
  CSM_SEARCH_IN,
  CSM_N_SEARCH_OPERATORS,
} CsmSearchOperator;

typedef enum
{
  CSM_SEARCH_VALUE_TEXT,    /* a name or an address */
  CSM_SEARCH_VALUE_PERSON,  /* the beginning of a name, or "me" or "none" */
  CSM_SEARCH_VALUE_TEAM,    /* the beginning of a name, or "none" */
  CSM_SEARCH_VALUE_TAG,
  CSM_SEARCH_VALUE_CHANNEL, /* the beginning of a name, or a kind */
  CSM_SEARCH_VALUE_KEYWORD, /* one of the operator's */
  CSM_SEARCH_VALUE_DATE,    /* 2026-11-22, 2026-11, 2026, today, yesterday, 7d, 2w, 3m, 1y */
} CsmSearchValueKind;

/* Of is: */
typedef enum
{
  CSM_SEARCH_IS_NEW,
  CSM_SEARCH_IS_OPEN,
  CSM_SEARCH_IS_WAITING,
  CSM_SEARCH_IS_SNOOZED,
  CSM_SEARCH_IS_RESOLVED,
  CSM_SEARCH_IS_CLOSED,
  CSM_SEARCH_IS_UNREAD,
  CSM_SEARCH_IS_READ,
  CSM_SEARCH_IS_MINE,        /* owned by me */
  CSM_SEARCH_IS_UNASSIGNED,
  CSM_SEARCH_IS_LATE,        /* a promise's time is over */
  CSM_SEARCH_IS_MENTIONED,   /* a comment mentions me */
  CSM_SEARCH_IS_URGENT,      /* of high or urgent priority */
  CSM_SEARCH_IS_SPAM,
} CsmSearchIs;

/* Of has: */
typedef enum
{
  CSM_SEARCH_HAS_ATTACHMENT,
  CSM_SEARCH_HAS_TASK,       /* one that is still to be done */
  CSM_SEARCH_HAS_DRAFT,
  CSM_SEARCH_HAS_COMMENT,
  CSM_SEARCH_HAS_TAG,
  CSM_SEARCH_HAS_DUE,        /* a due date */
} CsmSearchHas;

/* Of in: where words are looked for, or which cases */
typedef enum
{
  CSM_SEARCH_IN_SUBJECT,
  CSM_SEARCH_IN_MESSAGES,
  CSM_SEARCH_IN_COMMENTS,
  CSM_SEARCH_IN_INBOX,
  CSM_SEARCH_IN_OTHER,       /* newsletters, notifications, bounces */
  CSM_SEARCH_IN_SPAM,
} CsmSearchIn;

/**
 * CsmSearchOperatorInfo:
 * @name: as typed, without the colon
 * @value: what it takes
 * @keywords: (nullable) (array zero-terminated=1): the values of a %CSM_SEARCH_VALUE_KEYWORD, and the special ones of others
 * @description: what it finds; to be translated
 */
typedef struct
{
  const char         *name;
  CsmSearchValueKind  value;
  const char * const *keywords;
  const char         *description;
} CsmSearchOperatorInfo;

typedef enum
{
  CSM_SEARCH_PART_SPACE,
  CSM_SEARCH_PART_WORD,
  CSM_SEARCH_PART_PHRASE,
  CSM_SEARCH_PART_FILTER,
} CsmSearchPartKind;

/**
 * CsmSearchPart:
 * @kind: what it is
 * @operator: a filter's
 * @negated: a minus stands before it
 * @text: the word, the phrase without quotes, or the filter's value without quotes
 * @start: its first byte in the text, minus and quotes included
 * @end: the first byte behind it
 * @text_start: the first byte of @text
 * @text_end: the first byte behind that
 */
typedef struct
{
  CsmSearchPartKind kind;
  CsmSearchOperator operator;
  gboolean          negated;
  char             *text;
  gsize             start;
  gsize             end;
  gsize             text_start;
  gsize             text_end;
} CsmSearchPart;

/**
 * CsmSearchQuery:
 * @typed: what was typed, made valid UTF-8; the parts' bytes are this one's
 * @parts: (element-type CsmSearchPart): all of it, in order and without a gap
 */
typedef struct
{
  char      *typed;
  GPtrArray *parts;
} CsmSearchQuery;

CsmSearchQuery *csm_search_query_parse       (const char            *typed);
void            csm_search_query_free        (CsmSearchQuery        *query);
char           *csm_search_query_dup_text    (const CsmSearchQuery  *query);
gboolean        csm_search_query_has_filters (const CsmSearchQuery  *query);
int             csm_search_part_find_keyword (const CsmSearchPart   *part);
gboolean        csm_search_date_parse        (const char            *text,
                                              GDateTime             *now,
                                              gint64                *from_us,
                                              gint64                *to_us);
guint           csm_search_name_matches      (const char            *name,
                                              const char            *value);
char           *csm_search_value_quote       (const char            *value);
const CsmSearchOperatorInfo *csm_search_query_operators (guint *n_operators);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmSearchQuery, csm_search_query_free)

G_END_DECLS
