/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-workbench.h"

G_BEGIN_DECLS

/* Shows a message as it was sent, in a program of its own. */
gboolean csm_original_is_available (JsonObject   *message);
void     csm_original_show         (CsmWorkbench *workbench,
                                    JsonObject   *message);

G_END_DECLS
