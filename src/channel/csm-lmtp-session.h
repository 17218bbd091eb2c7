/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <gio/gio.h>

#include "csm-store.h"

G_BEGIN_DECLS

void csm_lmtp_session_run (GIOStream     *stream,
                           CsmStore      *store,
                           const char    *reader_program,
                           GCancellable  *cancellable);

G_END_DECLS
