/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *csm_format_when      (gint64      time_us);
char *csm_format_when_long (gint64      time_us);
char *csm_format_clock     (gint64      time_us);
char *csm_format_until     (gint64      time_us);
char *csm_format_initials  (const char *name);
char *csm_format_mailbox   (const char *name,
                            const char *address);

G_END_DECLS
