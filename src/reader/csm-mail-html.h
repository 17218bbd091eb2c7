/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

GPtrArray *csm_mail_html_to_blocks (const char *html,
                                    gsize       length,
                                    GString    *safe);

G_END_DECLS
