/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean csm_mail_quote_is_attribution (const char *text,
                                        gboolean    before_quote);
void     csm_mail_quote_fold           (GPtrArray  *blocks);

G_END_DECLS
