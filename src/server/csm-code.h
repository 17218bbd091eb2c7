/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *csm_code_new  (void);
char *csm_code_hash (const char *code);

G_END_DECLS
