/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <adwaita.h>
#include "csm-when.h"

G_BEGIN_DECLS

/*
 * A point in time: some that are often wanted, or a day and a time.
 *
 * Property: "purpose" (int, CsmWhenPurpose). Signals: "picked" (gint64 µs) and "cleared" ().
 */
#define CSM_TYPE_WHEN_PICKER (csm_when_picker_get_type ())
G_DECLARE_FINAL_TYPE (CsmWhenPicker, csm_when_picker, CSM, WHEN_PICKER, AdwBin)

GtkWidget *csm_when_picker_new   (CsmWhenPurpose purpose);
void       csm_when_picker_start (CsmWhenPicker *self,
                                  gint64         current,
                                  gboolean       can_clear,
                                  GTimeZone     *zone);

G_END_DECLS
