/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-bench-cache.h"

G_BEGIN_DECLS

void csm_bench_work (CsmCache *cache,
                     guint     n_cases);

G_END_DECLS
