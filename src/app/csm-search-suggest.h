/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-cache-types.h"

G_BEGIN_DECLS

/**
 * CsmSearchSuggestion:
 * @title: what is offered
 * @detail: (nullable): what it finds
 * @icon: beside it
 * @insert: what replaces the bytes from @start to @end
 */
typedef struct
{
  char       *title;
  char       *detail;
  const char *icon;
  char       *insert;
  gsize       start;
  gsize       end;
} CsmSearchSuggestion;

GPtrArray *csm_search_suggest (const char         *typed,
                               gsize               cursor,
                               CsmDirectory       *directory,
                               const char * const *recent);

G_END_DECLS
