/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

gsize csm_mail_prescan (char      *raw,
                        gsize      length,
                        gsize     *start,
                        GPtrArray *defects);

G_END_DECLS
