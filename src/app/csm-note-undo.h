/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-workbench.h"

G_BEGIN_DECLS

/* A note to colleagues that was just posted can be taken back. */
void csm_note_undo_remember (CsmWorkbench *workbench,
                             gint64        group,
                             const char   *case_id,
                             const char   *text);

G_END_DECLS
