/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-record-type.h"

G_BEGIN_DECLS

gboolean   csm_value_is_valid       (const CsmProperty   *property,
                                     JsonNode            *value);
GPtrArray *csm_validate_create      (const CsmRecordType *type,
                                     JsonObject          *given);
GPtrArray *csm_validate_update      (const CsmRecordType *type,
                                     JsonObject          *before,
                                     JsonObject          *after);
GPtrArray *csm_record_changed       (const CsmRecordType *type,
                                     JsonObject          *before,
                                     JsonObject          *after);

G_END_DECLS
