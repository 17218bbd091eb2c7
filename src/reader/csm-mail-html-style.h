/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */

#pragma once

#include <glib.h>
#include <gumbo.h>

G_BEGIN_DECLS

typedef struct
{
  guint hidden : 1;
  guint bold : 1;
  guint plain_weight : 1;   /* explicitly not bold */
  guint italic : 1;
  guint keeps_lines : 1;
  guint tight : 1;          /* a paragraph without space around it */
  guint indents_only : 1;   /* a blockquote used to indent */
} CsmMailHtmlStyle;

const char      *csm_mail_html_attribute    (const GumboElement *element,
                                             const char         *name);
gboolean         csm_mail_html_has_class    (const GumboElement *element,
                                             const char         *name);
CsmMailHtmlStyle csm_mail_html_read_style   (const GumboElement *element);
gboolean         csm_mail_html_is_dropped   (GumboTag            tag);
gboolean         csm_mail_html_is_block     (GumboTag            tag);
gboolean         csm_mail_html_is_signature (const GumboNode    *node);
char            *csm_mail_html_dup_text     (const GumboNode    *node,
                                             gsize               limit);
char            *csm_mail_html_dup_link     (const char         *href);
gboolean         csm_mail_html_is_mismatch  (const char         *text,
                                             const char         *link);

G_END_DECLS
