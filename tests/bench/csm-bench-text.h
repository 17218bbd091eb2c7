/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Invented words in the frequencies of a language, the same for the same seed. */
typedef struct _CsmBenchText CsmBenchText;

CsmBenchText *csm_bench_text_new      (guint32        seed);
void          csm_bench_text_free     (CsmBenchText  *self);
guint         csm_bench_text_pick     (CsmBenchText  *self,
                                       guint          below);
const char   *csm_bench_text_word     (CsmBenchText  *self);
const char   *csm_bench_text_nth_word (CsmBenchText  *self,
                                       guint          rank);
void          csm_bench_text_append   (CsmBenchText  *self,
                                       GString       *text,
                                       gsize          length);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmBenchText, csm_bench_text_free)

G_END_DECLS
