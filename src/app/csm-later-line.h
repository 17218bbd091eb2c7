/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-workbench.h"

G_BEGIN_DECLS

/* A reply that leaves at a time that its author chose, or that waits for them since something came: what can be done. */
#define CSM_TYPE_LATER_LINE (csm_later_line_get_type ())
G_DECLARE_FINAL_TYPE (CsmLaterLine, csm_later_line, CSM, LATER_LINE, AdwBin)

gboolean   csm_later_is        (JsonObject   *submission);
gboolean   csm_later_is_held   (JsonObject   *submission);
char      *csm_later_describe  (CsmWorkbench *workbench,
                                JsonObject   *submission);
char      *csm_later_when      (gint64        at,
                                gint64        now);
GtkWidget *csm_later_line_new  (CsmWorkbench *workbench,
                                JsonObject   *submission,
                                gint64        op_seq);

G_END_DECLS
