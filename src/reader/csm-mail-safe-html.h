/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */

#pragma once

#include <glib.h>
#include <gumbo.h>

G_BEGIN_DECLS

void    csm_mail_safe_html_append      (const GumboNode *root,
                                        GString         *out);
void    csm_mail_safe_html_append_text (const char      *text,
                                        GString         *out);
GBytes *csm_mail_safe_html_finish      (GString         *content);
void    csm_mail_safe_style_append     (const char      *style,
                                        GString         *out);

G_END_DECLS
