/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-workbench.h"

G_BEGIN_DECLS

void csm_attachment_folder_choose (GtkWidget    *from,
                                   CsmWorkbench *workbench,
                                   JsonArray    *attachments);
void csm_attachment_folder_save   (CsmWorkbench *workbench,
                                   JsonArray    *attachments,
                                   GFile        *folder);

G_END_DECLS
