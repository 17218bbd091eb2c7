/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

char    *csm_mail_host_of_link       (const char *link);
gboolean csm_mail_host_is_related    (const char *host,
                                      const char *other);
gboolean csm_mail_host_mixes_scripts (const char *host);

G_END_DECLS
