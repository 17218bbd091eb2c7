/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How many things of a kind one device has going at a time (maxConcurrentRequests, maxConcurrentUpload). */
typedef struct _CsmGate CsmGate;

CsmGate  *csm_gate_new   (guint       most);
void      csm_gate_free  (CsmGate    *self);
gboolean  csm_gate_enter (CsmGate    *self,
                          const char *key);
void      csm_gate_leave (CsmGate    *self,
                          const char *key);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmGate, csm_gate_free)

G_END_DECLS
