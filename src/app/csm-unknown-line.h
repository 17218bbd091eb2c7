/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-workbench.h"

G_BEGIN_DECLS

/* Asks whether a message arrived whose delivery nobody knows, and says what was answered until the server has heard it. */
#define CSM_TYPE_UNKNOWN_LINE (csm_unknown_line_get_type ())
G_DECLARE_FINAL_TYPE (CsmUnknownLine, csm_unknown_line, CSM, UNKNOWN_LINE, AdwBin)

GtkWidget *csm_unknown_line_new (CsmWorkbench *workbench,
                                 JsonObject   *message);

G_END_DECLS
