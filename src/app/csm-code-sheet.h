/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-mailbox-asker.h"
#include "csm-sheet.h"
#include "csm-workbench.h"

G_BEGIN_DECLS

CsmSheet *csm_code_sheet_present (GtkWidget    *from,
                                  CsmWorkbench *workbench,
                                  CsmMailboxAsker *asker,
                                  const char   *title,
                                  const char   *address,
                                  JsonObject   *answer);

G_END_DECLS
