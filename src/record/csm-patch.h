/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-record-type.h"

G_BEGIN_DECLS

JsonObject *csm_patch_apply (const CsmRecordType  *type,
                             JsonObject           *record,
                             JsonObject           *patch,
                             GError              **error);

G_END_DECLS
