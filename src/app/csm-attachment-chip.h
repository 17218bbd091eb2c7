/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-workbench.h"

G_BEGIN_DECLS

/* One file that came with a message: a click opens it in another program, the second button saves it. */
#define CSM_TYPE_ATTACHMENT_CHIP (csm_attachment_chip_get_type ())
G_DECLARE_FINAL_TYPE (CsmAttachmentChip, csm_attachment_chip, CSM, ATTACHMENT_CHIP, GtkWidget)

GtkWidget  *csm_attachment_chip_new     (CsmWorkbench      *workbench,
                                         JsonObject        *attachment);
const char *csm_attachment_chip_get_cid (CsmAttachmentChip *self);
void        csm_attachment_chip_open    (CsmAttachmentChip *self);
void        csm_attachment_chip_save    (CsmAttachmentChip *self);

G_END_DECLS
