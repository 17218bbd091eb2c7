/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

GBytes *csm_rtf_decompress (const guint8 *data,
                            gsize         length);
char   *csm_rtf_to_text    (const char   *rtf,
                            gsize         length,
                            gboolean     *is_html);

G_END_DECLS
