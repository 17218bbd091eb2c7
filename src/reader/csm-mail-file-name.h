/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *csm_mail_file_name_clean (const char *name,
                                const char *type,
                                guint       number);

G_END_DECLS
