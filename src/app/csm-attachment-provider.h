/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-workbench.h"

G_BEGIN_DECLS

/* An attachment that is dragged, as a file: it is fetched when somebody drops it, unless it is on this computer already. */
#define CSM_TYPE_ATTACHMENT_PROVIDER (csm_attachment_provider_get_type ())
G_DECLARE_FINAL_TYPE (CsmAttachmentProvider, csm_attachment_provider, CSM, ATTACHMENT_PROVIDER, GdkContentProvider)

GdkContentProvider *csm_attachment_provider_new      (CsmAccount            *account,
                                                      JsonObject            *attachment);
void                csm_attachment_provider_prefetch (CsmAttachmentProvider *self);

G_END_DECLS
