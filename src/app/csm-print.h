/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-transcript.h"

G_BEGIN_DECLS

GtkPrintOperation *csm_print_operation_new (CsmTranscript *transcript);
void               csm_print_transcript    (GtkWindow     *parent,
                                            CsmWorkbench  *workbench,
                                            CsmTranscript *transcript);
void               csm_print_case          (GtkWindow     *parent,
                                            CsmWorkbench  *workbench,
                                            gboolean       with_notes);

G_END_DECLS
