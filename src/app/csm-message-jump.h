/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-workbench.h"

G_BEGIN_DECLS

void csm_message_jump (GtkWidget    *from,
                       CsmWorkbench *workbench,
                       const char   *case_id,
                       const char   *message_id);
void csm_note_jump    (GtkWidget    *from,
                       CsmWorkbench *workbench,
                       const char   *case_id,
                       const char   *note_id);

G_END_DECLS
