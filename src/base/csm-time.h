/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define CSM_SECOND G_GINT64_CONSTANT (1000000)
#define CSM_TIME_NONE G_MININT64

gint64    csm_time_now    (void);
char     *csm_time_format (gint64      time_us);
gint64    csm_time_parse  (const char *text);

G_END_DECLS
