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
 * csm_failpoint_arm() kills at the next passage of another one, too.
 *
 * csm_fault_enabled() is a bug that is planted on purpose, to show that the tests would find it: CASEMENT_FAULTS is a
 * list of names with commas. csm_fault_clock() is how far this process's clock is off, in µs: CASEMENT_CLOCK_OFFSET
 * gives it in seconds, and it can be set while the process runs. csm_fault_number() is @otherwise, unless
 * CASEMENT_FAULTS has "name=number": what takes minutes is not waited for.
 * Without -Dfailpoints=true nothing of it is compiled.
 */
#if CSM_FAILPOINTS
void     csm_failpoint       (const char *name);
void     csm_failpoint_arm   (const char *name);
gboolean csm_fault_enabled   (const char *name);
guint    csm_fault_number    (const char *name,
                              guint       otherwise);
gint64   csm_fault_clock     (void);
void     csm_fault_set_clock (gint64      offset);
#else
#define csm_failpoint(name) ((void) 0)
#define csm_fault_enabled(name) FALSE
#define csm_fault_number(name, otherwise) ((guint) (otherwise))
#define csm_fault_clock() ((gint64) 0)
#endif

G_END_DECLS
