/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <pango/pango.h>

G_BEGIN_DECLS

/* Where the words that were typed are in a text. */
typedef struct
{
  guint start; /* bytes */
  guint end;
} CsmSearchSpot;

GArray        *csm_search_highlight_find  (const char *text,
                                           const char *typed);
PangoAttrList *csm_search_highlight_attrs (GArray     *spots,
                                           guint       current);

G_END_DECLS
