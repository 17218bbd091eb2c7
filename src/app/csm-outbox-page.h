/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-workbench.h"

G_BEGIN_DECLS

/*
 * What needs a person: what was overtaken or failed, and why; and what waits to be sent. Property: "workbench".
 * Signal: "close" () when a case was opened from it.
 */
#define CSM_TYPE_OUTBOX_PAGE (csm_outbox_page_get_type ())
G_DECLARE_FINAL_TYPE (CsmOutboxPage, csm_outbox_page, CSM, OUTBOX_PAGE, AdwBin)

GtkWidget *csm_outbox_page_new    (void);
void       csm_outbox_page_start  (CsmOutboxPage *self);
void       csm_outbox_page_export (CsmOutboxPage *self,
                                   GFile         *file);

G_END_DECLS
