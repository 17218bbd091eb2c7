/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-record-type.h"

G_BEGIN_DECLS

/* The numbers of `case_.status` and `case_.lane` (001.sql). */
enum
{
  CSM_STATUS_NEW,
  CSM_STATUS_OPEN,
  CSM_STATUS_WAITING,
  CSM_STATUS_SNOOZED,
  CSM_STATUS_RESOLVED, /* from here on, done */
  CSM_STATUS_CLOSED,
};
enum
{
  CSM_LANE_CONVERSATION,
  CSM_LANE_OTHER,
  CSM_LANE_SPAM,
  CSM_LANE_MERGED, /* whatever its lane was */
};

#define CSM_RANK_UNIT G_GINT64_CONSTANT (4096)

/* How a column is computed from a record's view. */
typedef enum
{
  CSM_COLUMN_TEXT,
  CSM_COLUMN_TIME,
  CSM_COLUMN_STATUS,
  CSM_COLUMN_LANE,
  CSM_COLUMN_RANK,
  CSM_COLUMN_LABEL,       /* a customer's name, else the first address */
  CSM_COLUMN_NAMES,       /* name, organisation and addresses of a customer */
  CSM_COLUMN_CANCELED,
  CSM_COLUMN_MENTIONS_ME,
  CSM_COLUMN_MINE,        /* I own the case or take part */
  CSM_COLUMN_UNSURE,      /* 1: nobody knows whether it was delivered; else NULL */
  CSM_COLUMN_WARN,        /* from when on a case is due soon */
  CSM_COLUMN_WORDS,       /* what a text that helps is about: csm_words_join() */
  CSM_COLUMN_ASKED,       /* since when I am asked for a review; else NULL */
  CSM_COLUMN_TODO,        /* 1: a task is neither done nor skipped */
  CSM_COLUMN_FLAG,        /* 1: the property is true; else NULL */
  CSM_COLUMN_PRESSING,    /* 1: of high or urgent priority; else NULL */
  CSM_COLUMN_UNDECIDED,   /* 1: of the replies in the map one is mine, or the case is; else NULL */
} CsmColumnKind;

typedef struct
{
  const char   *name;
  CsmColumnKind kind;
  const char   *property;
} CsmColumn;

#define CSM_MAX_COLUMNS 16

/* What the cache keeps of a type besides base and view. */
typedef struct
{
  CsmColumn columns[CSM_MAX_COLUMNS + 1];
  gboolean  has_case_id; /* has a `case_id` column */
} CsmCacheSpec;

const CsmCacheSpec *csm_cache_spec_get (CsmTypeId type);
int                 csm_cache_status_number (const char *status);
int                 csm_cache_lane_number   (const char *lane);
gint64              csm_cache_rank          (gint64 time_us, const char *id);

G_END_DECLS
