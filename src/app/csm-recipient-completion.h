/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-workbench.h"

G_BEGIN_DECLS

/*
 * Offers people below the entry in which recipients are written: those of the open case, colleagues, and customers out of this
 * computer's database. The entry keeps the focus: Down and Up choose, Enter and Tab take, Escape closes.
 */
#define CSM_TYPE_RECIPIENT_COMPLETION (csm_recipient_completion_get_type ())
G_DECLARE_FINAL_TYPE (CsmRecipientCompletion, csm_recipient_completion, CSM, RECIPIENT_COMPLETION, GtkPopover)

GtkWidget *csm_recipient_completion_new           (GtkWidget              *parent);
void       csm_recipient_completion_set_workbench (CsmRecipientCompletion *self,
                                                   CsmWorkbench           *workbench);
void       csm_recipient_completion_add_entry     (CsmRecipientCompletion *self,
                                                   GtkEntry               *entry);
void       csm_recipient_completion_update        (CsmRecipientCompletion *self,
                                                   GtkEntry               *entry);
guint      csm_recipient_completion_count         (CsmRecipientCompletion *self);

G_END_DECLS
