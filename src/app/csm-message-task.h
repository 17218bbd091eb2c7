/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-workbench.h"

G_BEGIN_DECLS

GtkWidget *csm_message_task_popup (GtkWidget    *at,
                                   CsmWorkbench *workbench,
                                   JsonObject   *message);

G_END_DECLS
