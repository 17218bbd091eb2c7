/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-sheet.h"
#include "csm-workbench.h"

G_BEGIN_DECLS

/* Keeping what worked in a case that is done: all of it is shown without its customer, and each part can be left out. */
#define CSM_TYPE_TEMPLATE_KEEPER (csm_template_keeper_get_type ())
G_DECLARE_FINAL_TYPE (CsmTemplateKeeper, csm_template_keeper, CSM, TEMPLATE_KEEPER, AdwBin)

CsmSheet *csm_template_keeper_present (GtkWidget    *from,
                                       CsmWorkbench *workbench);

G_END_DECLS
