/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <adwaita.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* What customers get at once for their mail, in their language. Signal: "changed" (): csm_channel_receipt_get() has something new. */
#define CSM_TYPE_CHANNEL_RECEIPT (csm_channel_receipt_get_type ())
G_DECLARE_FINAL_TYPE (CsmChannelReceipt, csm_channel_receipt, CSM, CHANNEL_RECEIPT, AdwPreferencesGroup)

void        csm_channel_receipt_set   (CsmChannelReceipt *self,
                                       JsonObject        *acknowledgement);
JsonObject *csm_channel_receipt_get   (CsmChannelReceipt *self);
void        csm_channel_receipt_flush (CsmChannelReceipt *self);

G_END_DECLS
