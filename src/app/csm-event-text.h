/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-workbench.h"

G_BEGIN_DECLS

char *csm_event_text (CsmWorkbench *workbench,
                      JsonObject   *event);

G_END_DECLS
