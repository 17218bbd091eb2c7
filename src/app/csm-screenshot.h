/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-window.h"

G_BEGIN_DECLS

gboolean csm_screenshot_save       (GtkWidget    *window,
                                    const char   *path,
                                    GError      **error);
void     csm_screenshot_when_ready (CsmWindow    *window,
                                    const char   *path,
                                    GCallback     done,
                                    gpointer      user_data);

G_END_DECLS
