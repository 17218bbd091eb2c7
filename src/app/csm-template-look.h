/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-sheet.h"
#include "csm-workbench.h"

G_BEGIN_DECLS

CsmSheet *csm_template_look_present (GtkWidget    *from,
                                     CsmWorkbench *workbench,
                                     JsonObject   *record);

G_END_DECLS
