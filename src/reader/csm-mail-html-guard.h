/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What is longer is cut before it is parsed. */
#define CSM_MAIL_HTML_MAX (1024 * 1024)

gboolean csm_mail_html_is_safe (const char *html,
                                gsize       length);
char    *csm_mail_html_strip   (const char *html,
                                gsize       length);

G_END_DECLS
