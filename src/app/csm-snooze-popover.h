/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-workbench.h"

G_BEGIN_DECLS

/*
 * Until when the open case sleeps. Property: "workbench".
 */
#define CSM_TYPE_SNOOZE_POPOVER (csm_snooze_popover_get_type ())
G_DECLARE_FINAL_TYPE (CsmSnoozePopover, csm_snooze_popover, CSM, SNOOZE_POPOVER, GtkPopover)

GtkWidget *csm_snooze_popover_new (void);

G_END_DECLS
