/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-mailbox-asker.h"
#include "csm-workbench.h"

G_BEGIN_DECLS

GtkWidget *csm_tag_merge_present (GtkWidget       *from,
                                  CsmWorkbench    *workbench,
                                  CsmMailboxAsker *asker,
                                  const char      *id);

G_END_DECLS
