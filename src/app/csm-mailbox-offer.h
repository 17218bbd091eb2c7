/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-workbench.h"

G_BEGIN_DECLS

gboolean csm_mailbox_offer_is_due (CsmWorkbench *workbench);
void     csm_mailbox_offer_open   (GtkWindow    *parent,
                                   CsmWorkbench *workbench);

G_END_DECLS
