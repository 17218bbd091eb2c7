/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A place in a list that people order: text whose bytes sort as the list does. Ties are broken by the records' ids. */
#define CSM_POSITION_MAX 100

char     *csm_position_between  (const char *before,
                                 const char *after);
gboolean  csm_position_is_valid (const char *position);

G_END_DECLS
