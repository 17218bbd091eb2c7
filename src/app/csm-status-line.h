/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-workbench.h"

G_BEGIN_DECLS

/*
 * One honest line about the connection: synced, syncing, offline since, changes waiting, sign in. Focusable, with a
 * label that changes: GTK 4.8 has no live regions. A click does the one thing that helps.
 */
#define CSM_TYPE_STATUS_LINE (csm_status_line_get_type ())
G_DECLARE_FINAL_TYPE (CsmStatusLine, csm_status_line, CSM, STATUS_LINE, AdwBin)


G_END_DECLS
