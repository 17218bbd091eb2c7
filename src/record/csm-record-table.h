/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-record-type.h"

G_BEGIN_DECLS

extern const CsmRecordType csm_record_table[CSM_N_TYPES];

G_END_DECLS
