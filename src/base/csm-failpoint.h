/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * A named place where the fault suite ends the process as kill -9 would.
 * CASEMENT_FAILPOINT=name:n kills at the n-th passage. The word "hit NAME" goes to the
 * file that CASEMENT_FAILPOINT_LOG names first, so that a test can prove the hit. CASEMENT_FAILPOINT=*
 * kills nowhere and logs "passed NAME" at each passage, so that a test knows what there is to hit.
 * Without -Dfailpoints=true nothing of it is compiled.
 */
#if CSM_FAILPOINTS
void csm_failpoint (const char *name);
#else
#define csm_failpoint(name) ((void) 0)
#endif

G_END_DECLS
