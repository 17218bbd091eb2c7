/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-original-view.h"

G_BEGIN_DECLS

GtkWidget *csm_original_window_new (GtkApplication  *application,
                                    const char      *title,
                                    CsmOriginalView *view);

G_END_DECLS
