/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * CsmBenchWire:
 *
 * One connection that stays open, for one request after another: a client that costs next to nothing, so that the server's own
 * speed shows on a machine that both share.
 */
typedef struct _CsmBenchWire CsmBenchWire;

CsmBenchWire *csm_bench_wire_new    (const char   *url,
                                     const char   *token);
void          csm_bench_wire_free   (CsmBenchWire *self);
int           csm_bench_wire_get_fd (CsmBenchWire *self);
void          csm_bench_wire_post   (CsmBenchWire *self,
                                     const char   *path,
                                     const char   *body);
const char   *csm_bench_wire_read   (CsmBenchWire *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmBenchWire, csm_bench_wire_free)

G_END_DECLS
