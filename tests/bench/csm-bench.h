/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * CsmBenchRelation:
 * @CSM_BENCH_AT_MOST: value ≤ factor × limit
 * @CSM_BENCH_AT_LEAST: value ≥ factor × limit
 * @CSM_BENCH_BESIDE: no target; the limit stands beside it
 *
 * What a figure has to be.
 */
typedef enum
{
  CSM_BENCH_AT_MOST,
  CSM_BENCH_AT_LEAST,
  CSM_BENCH_BESIDE,
} CsmBenchRelation;

/**
 * CsmBenchSamples:
 *
 * Measured values of one kind.
 */
typedef struct _CsmBenchSamples CsmBenchSamples;

CsmBenchSamples *csm_bench_samples_new        (void);
void             csm_bench_samples_free       (CsmBenchSamples  *self);
void             csm_bench_samples_add        (CsmBenchSamples  *self,
                                               double            value);
guint            csm_bench_samples_count      (CsmBenchSamples  *self);
double           csm_bench_samples_percentile (CsmBenchSamples  *self,
                                               double            percent);
double           csm_bench_samples_median     (CsmBenchSamples  *self);
double           csm_bench_samples_mean       (CsmBenchSamples  *self);
double           csm_bench_samples_max        (CsmBenchSamples  *self);

void             csm_bench_row                (const char       *name,
                                               double            value,
                                               const char       *unit,
                                               double            limit,
                                               CsmBenchRelation  relation,
                                               double            factor,
                                               const char       *what,
                                               guint             samples);

double           csm_bench_now                (void);
double           csm_bench_cpu                (void);
double           csm_bench_read_memory        (GPid              pid,
                                               const char       *field);
char            *csm_bench_make_dir           (void);
void             csm_bench_remove_dir         (const char       *dir);
void             csm_bench_wait_until         (gboolean        (*condition) (gpointer data),
                                               gpointer          data,
                                               guint             seconds);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmBenchSamples, csm_bench_samples_free)

G_END_DECLS
