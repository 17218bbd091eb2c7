/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *csm_terminal_ask_password (const char  *prompt,
                                 GError     **error);
void  csm_terminal_progress     (const char  *text);
void  csm_terminal_progress_end (void);

G_END_DECLS
