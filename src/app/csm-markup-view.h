/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <gtk/gtk.h>

#include "csm-markup.h"

G_BEGIN_DECLS

/* What a whole line can be made. */
typedef enum
{
  CSM_MARKUP_BULLETS,
  CSM_MARKUP_NUMBERS,
  CSM_MARKUP_QUOTES,
} CsmMarkupMargin;

/* Light markup where it is written: shown as it is meant, put in and taken out. The text itself stays plain. */
void     csm_markup_view_attach (GtkTextView     *view,
                                 CsmMarkupFlags   flags);
void     csm_markup_view_toggle (GtkTextView     *view,
                                 CsmMarkupKind    kind);
void     csm_markup_view_indent (GtkTextView     *view,
                                 CsmMarkupMargin  margin);
void     csm_markup_view_link   (GtkTextView     *view,
                                 const char      *text,
                                 const char      *url);
char    *csm_markup_view_linked (GtkTextView     *view,
                                 char           **url);
gboolean csm_markup_view_return (GtkTextView     *view);

G_END_DECLS
