/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean csm_json_scan (const char  *text,
                        gsize        length,
                        guint        max_depth,
                        GError     **error);

G_END_DECLS
